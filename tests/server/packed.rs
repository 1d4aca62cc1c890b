//! Bodies as they lie on the disk: plain ones of before there was packing beside packed ones, and damaged ones.

use crate::support::{DAY, District, HOUR, MORNING, drop_triggers, site};
use hailong::{
    server::export::{self, Only, Request, What},
    store::{FILE, body, verify::verify},
    table::Format,
};

const LATER: i64 = MORNING + 8 * DAY;

fn opened(district: &District) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    drop_triggers(&conn);
    conn
}

/// Thirteen ballots that are released, and a line that is no record.
fn district() -> District {
    let district = District::new();
    let ballots: Vec<_> = (0..12).map(|i| (1 + i % 5, MORNING - 30 * HOUR + i * 60)).collect();
    site::cast(&district, 1, 0, &ballots, MORNING);
    let mut tablet = district.tablet(2);
    let mut epoch = tablet.voted(1, None, 1, MORNING - HOUR);
    epoch.push("không phải JSON");
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(LATER).unwrap();
    district
}

fn exported(district: &District, evidence: bool) -> String {
    let request = Request {
        node: None,
        from: None,
        to: None,
        format: Format::Ndjson,
        evidence: evidence.then(|| "Đoàn kiểm tra số 5".into()),
        what: What::Ballots,
        only: Only::default(),
    };
    let mut out = Vec::new();
    export::write(&district.store, &request, "test", LATER, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The rows: what follows them in an evidence export tells of the exports before.
fn rows(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.contains("\"proof\"")).collect()
}

fn stored(conn: &rusqlite::Connection) -> Vec<(i64, i64, Vec<u8>)> {
    let mut rows = conn.prepare("select epoch_no, seq, bytes from body").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_plain_body_of_before_beside_a_packed_one_is_read_exported_and_verified() {
    let district = district();
    let all = |district: &District| {
        let commune = exported(district, false);
        (commune, exported(district, true))
    };
    let packed = all(&district);
    assert_eq!(packed.0.lines().count(), 13);
    assert!(
        packed.1.contains(r#"\"kind\":\"ballot\""#),
        "the exact form has the plain bytes: {}",
        packed.1
    );
    let conn = opened(&district);
    let mut plain = 0;
    for (epoch_no, seq, bytes) in stored(&conn) {
        let is_packed = bytes.starts_with(b"\n1");
        assert_eq!(
            is_packed,
            !bytes.starts_with(b"kh"),
            "only what gets no smaller is plain"
        );
        if is_packed && seq % 2 == 0 {
            let bytes = body::unpack(&bytes).unwrap();
            let sql = "update body set bytes = ?3 where epoch_no = ?1 and seq = ?2";
            plain += conn.execute(sql, (epoch_no, seq, bytes)).unwrap();
        }
    }
    assert!((6..12).contains(&plain), "{plain}");
    let mixed = all(&district);
    assert_eq!(mixed.0, packed.0);
    assert_eq!(rows(&mixed.1), rows(&packed.1));
    let report = verify(district.store.dir()).unwrap();
    assert_eq!(report.broken, []);
    assert_eq!(report.ballots, 13);
}

#[test]
fn a_flipped_byte_in_a_packed_body_is_found_and_its_record_named() {
    let district = district();
    let conn = opened(&district);
    let held = stored(&conn);
    let (epoch_no, seq, whole) = held.iter().find(|body| body.1 == 3).unwrap();
    let epoch: String = conn
        .query_row("select lower(hex(id)) from epoch where no = ?1", [epoch_no], |row| {
            row.get(0)
        })
        .unwrap();
    let change = |bytes: &[u8]| {
        let sql = "update body set bytes = ?3 where epoch_no = ?1 and seq = ?2";
        conn.execute(sql, (epoch_no, seq, bytes)).unwrap();
        let report = verify(district.store.dir()).unwrap();
        let place = format!("/{epoch}/{seq}");
        let named = report.broken.iter().filter(|found| found.place.ends_with(&place));
        named.map(|found| found.kind).collect::<Vec<_>>()
    };
    assert_eq!(change(whole), [""; 0]);
    // Any byte that differs from the next one; the first makes it plain, and not those bytes.
    let mut kinds = Vec::new();
    for at in (0..whole.len()).step_by(7).chain([1]) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        assert_ne!(body::unpack(&bytes).ok(), body::unpack(whole).ok(), "{at}");
        let found = change(&bytes);
        assert!(found.contains(&"leaf") || found.contains(&"body"), "{at}: {found:?}");
        kinds.extend(found);
    }
    assert!(kinds.contains(&"leaf") && kinds.contains(&"body"), "{kinds:?}");
    assert_eq!(change(&whole[..whole.len() - 1]), ["body"]);
    // Who takes it out gets bytes that the leaf is not of, and not a ballot that retention deleted.
    let taken = exported(&district, true);
    assert!(taken.contains("hex:0a31"), "{taken}");
}
