//! Stories of an erase that waits, on real files and with made-up clocks.

use super::{
    core::{Core, Now},
    message::{
        Command, Draft, Event,
        operator::{Ask, Erasable, EraseState, Say},
    },
    operator::EraseTurn,
};
use crate::domain::{
    ballot::{Answer, Answers, Ended},
    hex::{Hash, Hex, Salt},
    ids::Slug,
    policy,
};
use crate::outbox::{Durability, Outbox, Tap};
use crate::wire::{
    answer::Enrolled,
    code::{Code, Purpose},
    keys::Key,
    pin,
    setup::{Operator, Setup},
    signed, survey_id,
};
use std::{path::Path, time::Duration};

const PIN: &str = "204816";
const CODE: &str = "0123-4567-89AB-CDEF";

fn at(seconds: u64) -> Now {
    Now {
        wall: 1_795_280_400 + seconds as i64,
        mono: Duration::from_secs(seconds),
    }
}

/// When an erase that was asked for at once has waited long enough.
fn over() -> Now {
    at(policy::ERASE_PATIENCE.as_secs() + 1)
}

/// An enrolled tablet on which a right PIN has opened operator mode.
fn opened(dir: &Path) -> Core {
    let district = Key::from_seed(&[9; 32]);
    let mut outbox = Outbox::open(dir, at(0).wall, Durability::Simulated).unwrap();
    let device = outbox.identity.device();
    let mut setup = Setup::plain(device, district.id());
    setup.settings.hold = true;
    setup.operator = Some(Operator {
        erase: Some(Code::parse(CODE).unwrap().hash_for(Purpose::Erase)),
        pin: pin::hash(PIN, &[7; 16]),
        ..Operator::default()
    });
    let answer = Enrolled {
        certificate: "certificate".into(),
        device,
        district_key: district.public(),
        nonce: Hex([0; 16]),
        setup: signed::seal(&district, signed::SETUP, &setup),
        token: "token".into(),
        v: 1,
    };
    outbox.identity.enrol(&answer, setup).unwrap();
    let mut core = Core::new(outbox, None, at(0)).unwrap();
    core.operator(&Ask::Pin(PIN.into()), at(0)).unwrap();
    core
}

fn erase(core: &mut Core, code: Option<&str>) -> EraseState {
    let ask = Ask::Erase {
        code: code.map(str::to_owned),
    };
    match &core.operator(&ask, at(0)).unwrap()[..] {
        [Event::Operator(Say::Erase(state)), ..] => *state,
        other => panic!("{other:?}"),
    }
}

const SALT: Salt = Hex([7; 16]);

fn answers() -> Answers {
    Answers::from([(Slug::parse("hai_long").unwrap(), Answer::Level(1))])
}

fn survey(core: &Core) -> Hash {
    survey_id(&core.outbox.identity.enrolment().unwrap().setup.survey)
}

fn draft(core: &mut Core) {
    let draft = Command::Draft(Draft {
        answers: answers(),
        salt: SALT,
        survey: survey(core),
        took_secs: 5,
    });
    core.apply(&draft, at(10)).unwrap();
}

fn cast(core: &mut Core) {
    let cast = Command::Cast {
        salt: SALT,
        ended: Ended::Sent,
        language: "vi".into(),
    };
    core.apply(&cast, at(20)).unwrap();
}

fn waits(core: &mut Core) -> bool {
    matches!(core.erase_turn(over()).unwrap(), EraseTurn::Wait)
}

#[test]
fn a_free_erase_is_done_when_the_district_can_not_be_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut core = opened(dir.path());
    assert_eq!(erase(&mut core, None), EraseState::Telling);
    assert!(matches!(core.erase_turn(at(29)).unwrap(), EraseTurn::Wait));
    assert!(matches!(core.erase_turn(over()).unwrap(), EraseTurn::Now));
}

#[test]
fn leaving_ends_an_erase_that_waits_and_who_rates_then_keeps_the_rating() {
    let dir = tempfile::tempdir().unwrap();
    let mut core = opened(dir.path());
    erase(&mut core, None);
    core.operator(&Ask::Leave, at(5)).unwrap();
    draft(&mut core);
    cast(&mut core);
    assert!(waits(&mut core));
    assert_eq!(core.outbox.erasable().unwrap().waiting, 1);
}

#[test]
fn a_rating_ends_an_erase_that_waits_even_one_that_a_code_allowed() {
    for code in [None, Some(CODE)] {
        let dir = tempfile::tempdir().unwrap();
        let mut core = opened(dir.path());
        erase(&mut core, code);
        draft(&mut core);
        assert!(waits(&mut core), "{code:?}: a draft");
        erase(&mut core, Some(CODE));
        cast(&mut core);
        assert!(waits(&mut core), "{code:?}: cast");
    }
}

#[test]
fn what_waits_is_looked_at_again_at_the_moment_of_erasing() {
    for (code, goes) in [(None, false), (Some(CODE), true)] {
        let dir = tempfile::tempdir().unwrap();
        let mut core = opened(dir.path());
        assert_eq!(erase(&mut core, code), EraseState::Telling);
        // Past the engine: however it came there.
        let tap = Tap {
            answers: answers(),
            salt: SALT,
            since_cast: None,
            survey: survey(&core),
            took: 5,
        };
        let ballot = core.outbox.ballot(tap, at(10).wall).unwrap();
        core.outbox.draft(&ballot, at(10).wall).unwrap();
        match core.erase_turn(over()).unwrap() {
            EraseTurn::Now => assert!(goes),
            EraseTurn::GivenUp(said) => {
                assert!(!goes);
                assert!(
                    matches!(
                        &said[..],
                        [
                            Event::Operator(Say::Erase(EraseState::NeedsCode(Erasable { waiting: 1, .. }))),
                            Event::Operator(Say::Report(_))
                        ]
                    ),
                    "{said:?}"
                );
                assert!(waits(&mut core), "given up for good");
            }
            EraseTurn::Wait => panic!("it waits"),
        }
    }
}
