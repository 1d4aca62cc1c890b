//! The end of a run: everything is mended, every tablet sends what it has, and then the promises must hold.

use crate::rig::heard::Ballots;
use crate::rig::{counted_salts, outbox_ballots, stored_salts};
use crate::world::{DAY, World};
use hailong::domain::hex::Salt;
use hailong::outbox::{Durability, Outbox};
use hailong::store::{alarms, devices};
use std::collections::{BTreeMap, BTreeSet};
use test_shims::Flush;

impl World {
    pub fn settle_down(&mut self) {
        self.district.make_room(None);
        self.district.start();
        // Past every hold.
        self.now += DAY;
        self.clock.set(self.now);
        // Where two write under one name, each is asked for everything once a checkpoint is newer than what shows it; what
        // comes then may show more.
        for _ in 0..3 {
            self.send_all();
            self.now += DAY;
            self.clock.set(self.now);
            self.night();
        }
        self.send_all();
        self.prove_the_rest();
        self.note("end", b"");
        self.held_agrees();
        self.nothing_is_lost();
        self.district.assert_sound();
    }

    fn send_all(&mut self) {
        let mut bundles = Vec::new();
        for at in 0..self.tablets.len() {
            let tablet = &mut self.tablets[at];
            tablet.running = None;
            tablet.disk.set_flush(Flush::Honest);
            tablet.disk.set_room(None);
            let mut outbox = Outbox::open(tablet.dir.path(), self.now + tablet.skew, Durability::Full).unwrap();
            tablet
                .devices
                .insert(outbox.identity.device(), outbox.identity.key().public());
            let wired = self.district.wired.as_ref().unwrap();
            if outbox.identity.enrolment().is_none() {
                wired.enrol(&mut outbox, &wired.code(tablet.counter)).unwrap();
            }
            // On the tablet's own clock, which may be anywhere.
            let wall = self.now + tablet.skew;
            wired
                .drain_at(&mut outbox, wall, |body| bundles.push(body.to_vec()))
                .unwrap();
            assert_eq!(
                outbox.stats(wall).unwrap().waiting_ballots,
                0,
                "tablet {at} has a receipt for all"
            );
            drop(outbox);
        }
        for body in bundles {
            self.look_at(&body);
            self.heard.arrived(self.now, &body, true);
        }
    }

    fn nothing_is_lost(&mut self) {
        let stored = stored_salts(self.district.dir.path());
        let counted = counted_salts(self.district.dir.path());
        let (mut lost, mut lost_on_liars) = (0u64, 0u64);
        let mut tried = BTreeSet::new();
        for (at, tablet) in self.tablets.iter().enumerate() {
            tried.extend(tablet.tried.iter().copied());
            self.done.thanked += tablet.thanked.len() as u64;
            let gone: Vec<_> = tablet
                .drafted
                .iter()
                .filter(|salt| !stored.contains_key(*salt))
                .collect();
            assert!(tablet.may_lose || gone.is_empty(), "tablet {at} lost {gone:?}");
            // A draft may have been cast by the next start: a ballot that nobody was thanked for.
            lost_on_liars += gone.len() as u64;
            let gone = tablet.thanked.iter().filter(|salt| !stored.contains_key(*salt)).count() as u64;
            lost += gone;
            for salt in &tablet.thanked {
                let times = counted.get(salt).copied().unwrap_or(0);
                assert!(times <= 1, "{salt} counts {times} times");
                // Only a draft that came back with a roll-back, or with a copy, is there twice.
                let copies = stored.get(salt).copied().unwrap_or(0);
                assert!(
                    copies <= 1 || tablet.may_lose || self.is_copied(at),
                    "{salt} is stored {copies} times"
                );
            }
        }
        assert!(stored.keys().all(|salt| tried.contains(salt)), "nothing was made up");
        let said = self.said_missing();
        let sum: u64 = said.values().sum();
        assert!(
            sum <= lost_on_liars,
            "said {sum} missing, {lost_on_liars} are: {said:?}"
        );
        self.missing_is_exact(&said, &stored);
        self.done.lost += lost;
        self.done.missing += sum;
        let store = &self.district.wired.as_ref().unwrap().store;
        self.done.forks += store.read(alarms::forks).unwrap().len() as u64;
    }

    fn said_missing(&self) -> Ballots {
        let store = &self.district.wired.as_ref().unwrap().store;
        let missing = store.read(alarms::missing).unwrap();
        missing
            .into_iter()
            .map(|of| ((of.device, of.epoch), of.ballots))
            .collect()
    }

    /// "At least k" is what the design's rule makes of all that tablets said; and where a tablet's memory outlived its queue,
    /// it is every single ballot that is missing.
    fn missing_is_exact(&mut self, said: &Ballots, stored: &BTreeMap<Salt, u32>) {
        let (sure, possible) = self.heard.missing(self.district.dir.path());
        for (of, ballots) in &sure {
            assert!(
                said.get(of) >= Some(ballots),
                "{of:?}: {ballots} were told of, said {said:?}"
            );
        }
        for (of, ballots) in said {
            assert!(
                possible.get(of) >= Some(ballots),
                "{of:?}: {ballots} said, told of {possible:?}"
            );
        }
        for tablet in self.tablets.iter().filter(|tablet| !tablet.forgetful) {
            let Some(spoilt) = &tablet.spoilt else { continue };
            let gone = spoilt.salts.iter().filter(|salt| !stored.contains_key(*salt)).count() as u64;
            let of = (spoilt.device, spoilt.epoch);
            let known = said.get(&of).copied().unwrap_or(0);
            // Some may have been cast again from a draft, for all that the district can tell.
            let again = self.heard.may_be_cast_again(of, self.district.dir.path());
            assert!(known <= gone && gone <= known + again, "{gone} of {of:?} in {said:?}");
            self.done.known += known;
        }
    }

    fn is_copied(&self, at: usize) -> bool {
        let others = self.tablets.iter().enumerate().filter(|(other, _)| *other != at);
        let mut devices = others.flat_map(|(_, tablet)| tablet.devices.keys());
        devices.any(|device| self.tablets[at].devices.contains_key(device))
    }

    /// The tablets' own records are all in the district, and both agree on how many.
    fn held_agrees(&self) {
        let store = &self.district.wired.as_ref().unwrap().store;
        for (at, tablet) in self.tablets.iter().enumerate() {
            // One that was put aside as damaged is not sent any more.
            let ballots = outbox_ballots(&tablet.dir.path().join(tablet.queue()));
            assert!(
                ballots.values().all(|settled| *settled),
                "tablet {at} knows that all arrived"
            );
            for device in tablet.devices.keys() {
                if let Some(found) = store.read(|conn| devices::find(conn, *device)).unwrap() {
                    assert!(found.held >= found.ballots, "{device}");
                }
            }
        }
    }
}
