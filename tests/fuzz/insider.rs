//! A tablet's key in the wrong hands: bundles that are rightly signed and say anything. All of it is stored or refused,
//! nothing breaks, and the folder still verifies.

use crate::mutate::{mutate, twist};
use crate::support::{MORNING, commune};
use crate::{ask, kept, mutations};
use fastrand::Rng;
use hailong::domain::hex::Hex;
use hailong::store::{CreateOptions, Store, StoreError, codes::Length, enrol, verify};
use hailong::wire::bundle::{self, Line, Unverified};
use hailong::wire::{canon, enrol::Request, signed};
use test_shims::{Flush, MemoryDisk, mount, unmount};

use crate::support::tablet::{Epoch, Tablet};

#[test]
fn whatever_a_known_device_signs_the_district_goes_on_and_verifies() {
    goes_on(false);
}

/// Its clock is the tablets'.
#[test]
fn whatever_a_known_device_signs_a_demo_goes_on_and_verifies() {
    goes_on(true);
}

fn goes_on(demo: bool) {
    let count = mutations() / 20;
    let mut rng = Rng::with_seed(ask("HAILONG_SEED").unwrap_or(1));
    let dir = tempfile::tempdir().unwrap();
    mount(dir.path(), &MemoryDisk::new(1, Flush::Honest));
    let store = Store::create(
        dir.path(),
        CreateOptions {
            demo,
            now: MORNING - 86_400,
        },
    )
    .unwrap();
    let counter = commune(&store, "Xã Thử", 2)[0];
    let mut tablet = Tablet::new(1, counter, store.identity().id);
    let made = store.make_code(counter, Length::Sheet, MORNING).unwrap();
    let request: Request = tablet.request(Some(made.code.grouped()), None);
    let outcome = store.write(move |tx| tx.enrol(&request, MORNING)).unwrap();
    assert!(matches!(outcome, enrol::Outcome::Enrolled(_)));
    let records: Vec<Vec<u8>> = kept::of("record").into_iter().map(|(_, bytes)| bytes).collect();
    let (mut stored, mut refused) = (0, 0);
    for _ in 0..count {
        let bytes = make(&mut rng, &mut tablet, &records);
        let Ok(verified) = Unverified::parse(&bytes).and_then(|bundle| bundle.verify(&tablet.key.public())) else {
            refused += 1;
            continue;
        };
        match store.ingest_blocking(verified, MORNING) {
            Ok(_) => stored += 1,
            Err(StoreError::NotFound("device")) => refused += 1,
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&bytes)),
        }
    }
    println!("{stored} bundles of an insider stored, {refused} refused");
    assert!(stored > count / 10, "{stored} of {count} got as far as the store");
    drop(store);
    let report = verify::verify(dir.path()).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
    unmount(dir.path());
}

/// A bundle with changed records in a right chain, and often a changed header; signed last.
fn make(rng: &mut Rng, tablet: &mut Tablet, records: &[Vec<u8>]) -> Vec<u8> {
    let mut epoch = Epoch {
        id: Hex([rng.u8(0..40); 8]),
        lines: Vec::new(),
    };
    for _ in 0..rng.usize(1..8) {
        let mut line = records[rng.usize(0..records.len())].clone();
        if rng.u8(..) < 60 {
            line = canon::line_of(&tablet.ballot(rng.i64(-1..8), MORNING)).into_bytes();
        }
        if rng.u8(..) < 180 {
            line = mutate(rng, &line, records);
        }
        line.retain(|c| *c != b'\n');
        epoch.lines.push(match hailong::wire::record::parse_hole(&line) {
            Some(leaf) => Line::Hole(leaf),
            None => Line::Record(line),
        });
    }
    let run = epoch.run(tablet, 0, epoch.lines.len() as u64);
    let tip = epoch.tip(tablet);
    let clock = match rng.u8(0..16) {
        0 => *rng.choice(&[i64::MIN, i64::MAX, -1, 0, 1 << 53]).unwrap(),
        _ => MORNING + rng.i64(-9_000_000..9_000_000),
    };
    let header = tablet.header(vec![run], Some(tip), clock);
    if rng.bool() {
        return bundle::seal(&tablet.key, &header, &epoch.lines);
    }
    let mut value = serde_json::to_value(&header).unwrap();
    for _ in 0..rng.u8(1..3) {
        twist(rng, &mut value);
    }
    let line = canon::to_line(&value);
    let sealed = bundle::seal(&tablet.key, &header, &epoch.lines);
    let body = sealed
        .split(|c| *c == b'\n')
        .skip(1)
        .take(epoch.lines.len())
        .collect::<Vec<_>>()
        .join(&b'\n');
    let signature = tablet.key.sign(signed::BUNDLE, line.as_bytes());
    [
        line.as_bytes(),
        b"\n",
        &body,
        b"\n",
        signed::sig_line(&signature).as_bytes(),
        b"\n",
    ]
    .concat()
}
