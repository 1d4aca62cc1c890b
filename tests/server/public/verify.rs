//! Published figures, counted again.

use super::october;
use crate::support::{District, MORNING, drop_triggers, site};
use hailong::store::{FILE, verify::verify};

#[test]
fn verify_counts_again_what_was_put_out() {
    let out = || {
        let district = District::new();
        site::cast(&district, 1, 0, &october(40), MORNING);
        district
            .store
            .write(|tx| {
                tx.release_due(MORNING)?;
                tx.publish_due(MORNING)
            })
            .unwrap();
        district
    };
    let cases = [
        "update publication set document = replace(document, '[0,4,0,0,36]', '[0,0,0,0,40]')",
        "update publication set as_of = as_of - 1",
        "update publication set end_day = end_day + 1",
        "delete from publication",
    ];
    for sql in cases {
        let district = out();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        drop_triggers(&conn);
        assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
        let broken = verify(district.store.dir()).unwrap().broken;
        assert_eq!(broken.first().map(|found| found.kind), Some("publication"), "{sql}");
    }
    // A figure that was wrong when it was put out, rightly logged.
    let district = District::new();
    site::cast(&district, 1, 0, &october(40), MORNING);
    district.store.write(|tx| tx.release_due(MORNING)).unwrap();
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    drop_triggers(&conn);
    conn.execute("update rollup set n = n + 20 where question > 0", [])
        .unwrap();
    conn.execute("update half set n = n + 20 where question > 0", [])
        .unwrap();
    conn.execute("update tally set n = n + 20, n5 = n5 + 20 where question > 0", [])
        .unwrap();
    assert!(district.store.write(|tx| tx.publish_due(MORNING)).unwrap());
    let broken = verify(district.store.dir()).unwrap().broken;
    assert!(
        broken
            .iter()
            .any(|found| found.kind == "publication" && found.detail.contains("not what the records give")),
        "{broken:?}"
    );
}
