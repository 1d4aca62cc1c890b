//! The district's disk: what has a receipt is there after the power cut.

use crate::{for_seeds, rig::*};
use fastrand::Rng;
use hailong::domain::hex::Salt;
use hailong::outbox::{Durability, Outbox};
use hailong::store::{CreateOptions, FILE, Store, StoreError, backup, verify};
use hailong::swarm::{Citizens, Tablet};
use hailong::sync::{Call, Reply, Transport};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};
use tempfile::tempdir;
use test_shims::{Flush, MemoryDisk, mount, unmount};
use wired::Wired;

/// The way to a district that may be off.
#[derive(Clone, Default)]
struct Line(Rc<RefCell<Option<Wired>>>);

impl Transport for Line {
    async fn call(&self, call: Call) -> Option<Reply> {
        self.0.borrow().as_ref().map(|wired| wired.answer(&call))
    }
}

fn block<F: Future>(future: F) -> F::Output {
    // Nothing here really waits: the district answers in the call.
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => panic!("a call that waits"),
    }
}

fn settled(tablet: &Tablet<Line>, dir: &std::path::Path) -> Vec<Salt> {
    let _: &Outbox = &tablet.outbox;
    let all = outbox_ballots(&dir.join("outbox-1.db"));
    all.into_iter()
        .filter(|(_, settled)| *settled)
        .map(|(salt, _)| salt)
        .collect()
}

#[test]
fn what_has_a_receipt_is_there_after_power_cuts_of_the_district() {
    for_seeds(25, &[], |seed| {
        let (folder, home, mut rng) = (tempdir().unwrap(), tempdir().unwrap(), Rng::with_seed(seed));
        let (disk, ours) = (
            MemoryDisk::new(seed, Flush::Honest),
            MemoryDisk::new(!seed, Flush::Honest),
        );
        mount(folder.path(), &disk);
        mount(home.path(), &ours);
        let clock = TestClock::at(TEN);
        let store = Store::create(folder.path(), CreateOptions { demo: true, now: TEN }).unwrap();
        let line = Line(Rc::new(RefCell::new(Some(Wired::new(store, &clock)))));
        let code = line.0.borrow().as_ref().unwrap().code(0);
        let mut tablet = Tablet::open(home.path(), line.clone(), Durability::Simulated, TEN).unwrap();
        block(tablet.enrol(&code, TEN)).unwrap();
        let (mut citizens, mut mono) = (Citizens::new(seed, false), Duration::ZERO);
        for _ in 0..4 {
            disk.cut_after(rng.u64(1..150));
            for _ in 0..rng.u8(4..20) {
                for n in 0..rng.i64(1..30) {
                    tablet.cast(&mut citizens, TEN + n * 40).unwrap();
                }
                mono += Duration::from_secs(4000);
                let _ = block(tablet.step(mono, TEN)).unwrap();
            }
            *line.0.borrow_mut() = None;
            disk.power_cut();
            let report = verify::verify(folder.path()).unwrap();
            assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
            let stored = stored_salts(folder.path());
            for salt in settled(&tablet, home.path()) {
                assert!(stored.contains_key(&salt), "{salt} has a receipt and is gone");
            }
            let store = Store::open(folder.path()).unwrap();
            *line.0.borrow_mut() = Some(Wired::new(store, &clock));
        }
        block(tablet.drain(TEN, 1000)).unwrap();
        let cast = outbox_ballots(&home.path().join("outbox-1.db"));
        *line.0.borrow_mut() = None;
        assert_exactly_once(folder.path(), &cast);
        unmount(folder.path());
        unmount(home.path());
    });
}

/// A backup is one file, so the first opening of a restored folder is the one that switches to a write-ahead log.
#[test]
fn a_power_cut_at_any_moment_of_a_restored_folders_first_opening_loses_nothing_and_is_told() {
    let origin = tempdir().unwrap();
    let store = Store::create(origin.path(), CreateOptions { demo: true, now: TEN }).unwrap();
    store.backup(&origin.path().join("backup"), TEN).unwrap();
    let restored = origin.path().join("restored");
    backup::restore(&restored, &origin.path().join("backup"), TEN).unwrap();
    let files = BTreeMap::from([(FILE.to_owned(), std::fs::read(restored.join(FILE)).unwrap())]);
    let (mut told, mut opened) = (0, 0);
    for seed in 1..=8 {
        for changes in 0..40 {
            let folder = tempdir().unwrap();
            let disk = MemoryDisk::new(seed, Flush::Honest);
            mount(folder.path(), &disk);
            disk.put_back(&files);
            disk.cut_after(changes);
            let ready = Store::open(folder.path()).is_ok();
            disk.power_cut();
            match verify::verify(folder.path()) {
                Ok(report) => assert_eq!(report.exit_code(), 0, "{:?}", report.broken),
                Err(StoreError::HalfDone(_)) => {
                    assert!(!ready, "what is open is not half done ({changes} changes)");
                    told += 1;
                }
                Err(error) => panic!("after {changes} changes: {error}"),
            }
            opened += u32::from(ready);
            drop(Store::open(folder.path()).unwrap());
            let report = verify::verify(folder.path()).unwrap();
            assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
            unmount(folder.path());
        }
    }
    assert!(told > 0 && opened > 0, "{told} were told, {opened} opened");
}
