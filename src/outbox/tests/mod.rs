//! Stories of one tablet's queue, on real files.

use super::*;
use crate::domain::ballot::{Answer, Ballot, Ended, Moment, Pace, Took};
use crate::domain::hex::{Generation, Hex, Nonce};
use crate::domain::ids::{CounterId, Slug};
use crate::domain::time::Bucket;
use crate::wire::answer::{Enrolled, Receipt, Stored};
use crate::wire::bundle::{Bundle, Health, Unverified};
use crate::wire::keys::Key;
use crate::wire::record::{Open, Parsed};
use crate::wire::setup::Setup;
use crate::wire::{signed, survey_id};
use std::collections::BTreeMap;
use std::path::Path;
use uuid::Uuid;

mod batch;
mod calls;
mod carry;
mod comments;
mod counts;
mod damage;
mod identity;
mod keys;
mod operator;
mod settle;

const NOW: i64 = 1_795_280_400;

fn district() -> Key {
    Key::from_seed(&[9; 32])
}

fn survey() -> serde_json::Value {
    serde_json::from_str(crate::domain::survey::DEFAULT_SURVEY_JSON).unwrap()
}

fn setup(outbox: &Outbox, hold: bool) -> Setup {
    let mut setup = Setup::plain(outbox.identity.device(), district().id());
    setup.file_key = Some(crate::wire::seal::SecretKey::derive(&[9; 32]).public());
    setup.settings.hold = hold;
    setup
}

/// What a district answers to an enrolment.
fn welcome(outbox: &Outbox, setup: &Setup) -> Enrolled {
    Enrolled {
        certificate: "certificate".into(),
        device: outbox.identity.device(),
        district_key: district().public(),
        nonce: Hex([0; 16]),
        setup: signed::seal(&district(), signed::SETUP, setup),
        token: "token".into(),
        v: 1,
    }
}

fn open(dir: &Path) -> Outbox {
    Outbox::open(dir, NOW, Durability::Simulated).unwrap()
}

fn enrolled(dir: &Path, hold: bool) -> Outbox {
    let mut outbox = open(dir);
    let setup = setup(&outbox, hold);
    let answer = welcome(&outbox, &setup);
    outbox.identity.enrol(&answer, setup).unwrap();
    outbox.keep_survey(survey_id(&survey()), &survey()).unwrap();
    outbox
}

fn ballot(salt: u8, level: i64) -> Ballot {
    Ballot {
        answers: BTreeMap::from([(Slug::parse("hai_long").unwrap(), Answer::Level(level))]),
        app: "0.1.0".into(),
        at: Bucket::of(NOW),
        counter: CounterId(Uuid::nil()),
        ended: Ended::Silent,
        field: None,
        moment: Moment::Result,
        pace: Pace::First,
        practice: false,
        salt: Hex([salt; 16]),
        step: 0,
        survey: survey_id(&survey()),
        ticketed: false,
        took: Took::Normal,
    }
}

fn cast(outbox: &mut Outbox, salt: u8) {
    outbox.draft(&ballot(salt, 5), NOW).unwrap();
    outbox.cast(Hex([salt; 16]), Ended::Sent, NOW).unwrap();
}

/// What the tablet would send now, checked as the district checks it.
fn bundle(outbox: &mut Outbox) -> Bundle {
    let batch = outbox.next_batch(&Health::default(), 500, 0, NOW).unwrap();
    checked(outbox, &batch)
}

fn checked(outbox: &Outbox, batch: &Batch) -> Bundle {
    let bundle = Unverified::parse(&batch.bytes).unwrap();
    bundle.verify(&outbox.identity.key().public()).unwrap()
}

fn ballots(bundle: &Bundle) -> Vec<Ballot> {
    let records = bundle.lines.iter().map(|line| match line {
        crate::wire::bundle::Line::Record(bytes) => Parsed::of(bytes),
        hole => Parsed::Other(format!("{hole:?}")),
    });
    records
        .filter_map(|parsed| {
            if let Parsed::Ballot(ballot) = parsed {
                Some(*ballot)
            } else {
                None
            }
        })
        .collect()
}

fn receipt(bundle: &Bundle, held: u64, received: i64) -> Receipt {
    let stored = |(run, _): (&crate::wire::bundle::Run, _)| Stored {
        epoch: run.epoch,
        first: run.first,
        head: run.head,
        last: run.first + run.count - 1,
    };
    Receipt {
        checkpoint: None,
        district: district().id(),
        generation: Generation::from_slice(&[1; 16]).unwrap(),
        held,
        nonce: Nonce::from_slice(&[0; 16]).unwrap(),
        position: 1,
        received,
        revoked: false,
        runs: bundle.runs().map(stored).collect(),
        setup: 1,
        v: 1,
        wanted: vec![],
    }
}

fn first_open(bundle: &Bundle) -> Open {
    let crate::wire::bundle::Line::Record(bytes) = &bundle.lines[0] else {
        panic!("a hole")
    };
    let Parsed::Open(open) = Parsed::of(bytes) else {
        panic!("not an open")
    };
    open
}
