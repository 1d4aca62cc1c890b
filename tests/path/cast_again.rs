//! Ratings whose draft came back after a roll-back and was cast again under another key: a key is gone, a visit is not.
//! "May be missing at least" must not say so, whichever of the two keys arrives, and must still say what is gone beside it.

use crate::rig::{wired::Wired, *};
use hailong::domain::{
    ballot::{Answer, Ended},
    hex::{Hex, Salt},
    ids::Slug,
};
use hailong::outbox::{Durability, Outbox, Tap};
use hailong::store::{CreateOptions, Store, alarms};
use hailong::wire::survey_id;
use std::path::Path;
use tempfile::{TempDir, tempdir};

const VISIT: Salt = Hex([1; 16]);

struct Story {
    wired: Wired,
    district: TempDir,
    dir: TempDir,
    copy: TempDir,
    outbox: Option<Outbox>,
}

impl Story {
    /// A tablet that has enrolled and written nothing yet.
    fn new() -> Self {
        let (district, dir) = (tempdir().unwrap(), tempdir().unwrap());
        let store = Store::create(district.path(), CreateOptions { demo: true, now: TEN }).unwrap();
        let wired = Wired::new(store, &TestClock::at(TEN));
        let mut outbox = open(dir.path());
        wired.enrol(&mut outbox, &wired.code(0)).unwrap();
        Self {
            wired,
            district,
            dir,
            copy: tempdir().unwrap(),
            outbox: Some(outbox),
        }
    }

    fn outbox(&mut self) -> &mut Outbox {
        self.outbox.as_mut().unwrap()
    }

    fn draft(&mut self, salt: Salt) {
        let outbox = self.outbox();
        let tap = Tap {
            answers: [(Slug::parse("hai_long").unwrap(), Answer::Level(1))].into(),
            salt,
            since_cast: None,
            survey: survey_id(&outbox.identity.enrolment().unwrap().setup.survey),
            took: 5,
        };
        let ballot = outbox.ballot(tap, TEN).unwrap();
        outbox.draft(&ballot, TEN).unwrap();
    }

    fn cast(&mut self, salt: Salt) {
        let outbox = self.outbox();
        outbox.cast(salt, Ended::Sent, TEN).unwrap();
        outbox.mark(TEN).unwrap();
    }

    /// Others who rate, from tap to thanks.
    fn others(&mut self, salts: &[u8]) {
        for salt in salts {
            self.draft(Hex([*salt; 16]));
            self.cast(Hex([*salt; 16]));
        }
    }

    fn drain(&mut self) {
        self.wired.drain(self.outbox.as_mut().unwrap(), |_| ()).unwrap();
    }

    /// The district hears the tip; no record travels.
    fn tell(&mut self) {
        self.send(0);
    }

    /// The district hears the tip; only so many records arrive.
    fn send(&mut self, records: usize) {
        let outbox = self.outbox.as_mut().unwrap();
        self.wired.send(outbox, records, |_| ()).unwrap();
    }

    fn copy(&self) {
        copy_dir(self.dir.path(), self.copy.path());
    }

    /// The app is closed, the disk is changed, the app is opened again.
    fn reopened(&mut self, change: impl FnOnce(&Self)) {
        self.outbox = None;
        change(self);
        self.outbox = Some(open(self.dir.path()));
    }

    /// The whole disk goes back to the copy.
    fn goes_back(&mut self) {
        self.reopened(|story| put_back(story.copy.path(), story.dir.path()));
    }

    /// Everything that is left arrives; so many are said to be missing then.
    fn ends(mut self, missing: u64) {
        self.drain();
        let said = self.wired.store.read(alarms::missing).unwrap();
        assert_eq!(said.iter().map(|of| of.ballots).sum::<u64>(), missing, "{said:?}");
        let stored = stored_salts(self.district.path());
        assert!(stored.contains_key(&VISIT), "the visit itself has arrived");
        assert_eq!(counted_salts(self.district.path())[&VISIT], 1);
        drop(self.wired);
        assert_sound(self.district.path());
    }
}

fn open(dir: &Path) -> Outbox {
    Outbox::open(dir, TEN, Durability::Simulated).unwrap()
}

#[test]
fn the_first_key_is_lost_and_only_its_epochs_tip_was_told() {
    let mut story = Story::new();
    story.draft(VISIT);
    story.copy();
    story.cast(VISIT);
    story.tell();
    story.goes_back();
    story.ends(0);
}

/// Power cuts under a lying flush, seed 521.
#[test]
fn the_second_key_is_lost_and_the_first_has_arrived() {
    let mut story = Story::new();
    story.copy();
    story.draft(VISIT);
    let empty = std::mem::replace(&mut story.copy, tempdir().unwrap());
    story.copy();
    story.cast(VISIT);
    story.drain();
    story.goes_back();
    story.tell();
    story.copy = empty;
    story.goes_back();
    story.ends(0);
}

#[test]
fn the_first_key_is_lost_at_the_end_of_an_epoch_and_another_rating_with_it() {
    let mut story = Story::new();
    story.others(&[2]);
    story.drain();
    story.draft(VISIT);
    story.copy();
    story.cast(VISIT);
    story.others(&[3]);
    story.tell();
    story.goes_back();
    story.ends(1);
}

#[test]
fn the_first_key_is_lost_of_an_epoch_whose_beginning_has_arrived() {
    let mut story = Story::new();
    story.draft(VISIT);
    story.copy();
    story.cast(VISIT);
    story.others(&[2]);
    story.send(1);
    story.goes_back();
    story.ends(1);
}

/// The district hears of the epoch that is lost only by what the tablet remembers of it, after it heard of the next one.
#[test]
fn the_first_key_is_lost_before_anything_was_told() {
    let mut story = Story::new();
    story.draft(VISIT);
    story.copy();
    story.cast(VISIT);
    story.others(&[2]);
    // The queue alone goes back, not the file with the mark.
    story.reopened(|story| {
        let queue = |dir: &TempDir| dir.path().join("outbox-1.db");
        std::fs::copy(queue(&story.copy), queue(&story.dir)).unwrap();
    });
    story.tell();
    story.ends(1);
}

/// The app was closed on a draft, and nothing went back: such a draft excuses nothing that is lost later.
#[test]
fn a_draft_of_an_honest_disk_hides_no_loss() {
    let mut story = Story::new();
    story.others(&[2]);
    story.draft(VISIT);
    story.reopened(|_| ());
    story.drain();
    story.copy();
    story.others(&[3, 4]);
    story.tell();
    story.goes_back();
    story.ends(2);
}

/// Nor one that was cast before, in an epoch of which nothing but the tip was told.
#[test]
fn a_draft_of_an_honest_disk_hides_no_loss_of_a_later_epoch() {
    let mut story = Story::new();
    story.draft(VISIT);
    story.reopened(|_| ());
    story.drain();
    story.reopened(Story::copy);
    story.others(&[3]);
    story.tell();
    story.goes_back();
    story.ends(1);
}
