//! What the engine asks of a queue and of an identity, and another hand on their files: for the stories of damage.

use super::*;
use crate::wire::record::What;
use rusqlite::Connection;

pub(super) const DAY: i64 = 86_400;
pub(super) const PIN: &str = "135790";
pub(super) const CODE: &str = "0123-4567-89AB-CDEF";

type Call = (&'static str, fn(&mut Outbox) -> Result<(), OutboxError>);

/// What the engine asks of a queue and of an identity, each once at least, in an order in which each has something to do.
const CALLS: &[Call] = &[
    ("draft", |o| o.draft(&ballot(50, 3), NOW)),
    ("draft of the next visit", |o| o.draft(&ballot(51, 2), NOW)),
    ("cast", |o| o.cast_in(Hex([51; 16]), Ended::Sent, Some("en"), NOW)),
    ("cast again", |o| o.cast(Hex([51; 16]), Ended::Sent, NOW)),
    ("a cast of nothing", |o| match o.cast(Hex([52; 16]), Ended::Sent, NOW) {
        Err(OutboxError::NoDraft(_)) => Ok(()),
        other => other,
    }),
    ("draft to leave", |o| o.draft(&ballot(53, 1), NOW)),
    ("visit", |o| o.count_visit(Visit::Began, NOW)),
    ("keep a survey", |o| {
        o.keep_survey(Hex([8; 32]), &serde_json::json!({"v": 1}))
    }),
    ("keep a comment", |o| o.keep_comment("Xin cảm ơn", NOW).map(drop)),
    ("next comment", |o| o.next_comment(NOW).map(drop)),
    ("drop a comment", |o| o.drop_comment(Hex([1; 16]))),
    ("expire comments", |o| o.expire_comments(NOW + 400 * DAY)),
    ("stats", |o| o.stats(NOW).map(drop)),
    ("erasable", |o| o.erasable().map(drop)),
    ("probe", Outbox::probe),
    ("bundle", |o| o.next_batch(&Health::default(), 500, 0, NOW).map(drop)),
    ("save a file", |o| o.save_file(&Health::default(), NOW).map(drop)),
    ("a receipt", |o| settle(o, 1, false)),
    ("a receipt that wants a survey", |o| settle(o, 1, true)),
    ("a receipt of a file that another one overtook", |o| {
        let nonce = filed(o)?;
        let mut receipt = answer(o, 1)?;
        (receipt.nonce, receipt.position) = (nonce, 0);
        o.take_filed(&receipt).map(drop)
    }),
    ("a receipt of nobody's file", |o| {
        let receipt = answer(o, 1)?;
        o.take_filed(&receipt).map(drop)
    }),
    ("a receipt after a restore", |o| settle(o, 2, false)),
    ("a file's receipt", |o| {
        let nonce = filed(o)?;
        let mut receipt = answer(o, 2)?;
        receipt.nonce = nonce;
        o.take_filed(&receipt).map(drop)
    }),
    ("an old receipt of a file", |o| {
        let nonce = filed(o)?;
        let mut receipt = answer(o, 2)?;
        (receipt.nonce, receipt.position) = (nonce, 0);
        o.take_filed(&receipt).map(drop)
    }),
    ("note", |o| o.note(What::ClockStep, NOW)),
    ("clock step", |o| o.clock_stepped(NOW)),
    ("days", |o| o.close_days(NOW + 2 * DAY)),
    ("months", |o| o.close_months(NOW + 40 * DAY)),
    ("start counting", |o| o.start_counting(NOW)),
    ("ask for a counter", |o| {
        o.want_counter(CounterId(Uuid::from_u128(7)), NOW)
    }),
    ("tell of an erase", |o| o.tell_erased(NOW)),
    ("mark", |o| o.mark(NOW)),
    ("a wrong PIN", |o| o.identity.try_pin("000000", NOW).map(drop)),
    ("the PIN", |o| o.identity.try_pin(PIN, NOW + DAY).map(drop)),
    ("an unlock code", |o| o.identity.try_unlock(CODE).map(drop)),
    ("a setup", |o| newer_setup(o, 2)),
    ("another setup", |o| newer_setup(o, 3)),
    ("start counting after practice", |o| o.start_counting(NOW)),
    ("enrolled again", enrol_again),
];

pub(super) fn answer(outbox: &mut Outbox, generation: u8) -> Result<Receipt, OutboxError> {
    let batch = outbox.next_batch(&Health::default(), 500, 0, NOW)?;
    let unread = OutboxError::Unreadable("our own bundle");
    let Ok(Ok(bundle)) = Unverified::parse(&batch.bytes).map(|b| b.verify(&outbox.identity.key().public())) else {
        return Err(unread);
    };
    let mut receipt = receipt(&bundle, 100, NOW);
    receipt.generation = Generation::from_slice(&[generation; 16]).unwrap();
    receipt.revoked = generation == 2;
    Ok(receipt)
}

pub(super) fn settle(outbox: &mut Outbox, generation: u8, wants: bool) -> Result<(), OutboxError> {
    let mut receipt = answer(outbox, generation)?;
    if wants {
        receipt.wanted = vec![survey_id(&survey())];
    }
    outbox.settle(&receipt).map(drop)
}

/// The nonce of a bundle in a file saved now.
pub(super) fn filed(outbox: &mut Outbox) -> Result<Nonce, OutboxError> {
    outbox.note(What::ClockStep, NOW)?;
    outbox.save_file(&Health::default(), NOW)?;
    outbox.db.read(|tx| {
        let sql = "select nonce from filed order by no desc limit 1";
        Ok(Hex(tx.query_row(sql, [], |row| row.get(0))?))
    })
}

/// Made once: it is slow on purpose.
pub(super) fn pin_hash() -> String {
    static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    HASH.get_or_init(|| crate::wire::pin::hash(PIN, &[7; 16]).unwrap())
        .clone()
}

pub(super) fn full_setup(outbox: &Outbox, version: i64) -> Setup {
    let unlock = crate::wire::code::Code::parse(CODE).unwrap();
    Setup {
        comment_key: Some(crate::wire::seal::SecretKey::derive(&[3; 32]).public()),
        operator: Some(crate::wire::setup::Operator {
            counters: Vec::new(),
            erase: None,
            pin: Some(pin_hash()),
            unlock: Some(unlock.hash_for(crate::wire::code::Purpose::Unlock)),
        }),
        practice_since: (version > 2).then_some(NOW),
        version,
        ..setup(outbox, false)
    }
}

pub(super) fn newer_setup(outbox: &mut Outbox, version: i64) -> Result<(), OutboxError> {
    let setup = full_setup(outbox, version);
    take_setup(outbox, setup).map(drop)
}

/// Stores a setup as the district signs it.
pub(super) fn take_setup(outbox: &mut Outbox, setup: Setup) -> Result<bool, OutboxError> {
    let text = signed::seal(&district(), signed::SETUP, &setup);
    outbox.identity.set_setup(&text, setup)
}

pub(super) fn enrol_again(outbox: &mut Outbox) -> Result<(), OutboxError> {
    let setup = full_setup(outbox, 1);
    let answer = welcome(outbox, &setup);
    outbox.identity.enrol(&answer, setup)
}

/// A tablet that has been at work: two epochs, some of it sent, counts, a comment, a language, a second setup.
pub(super) fn at_work(dir: &Path) -> Outbox {
    let mut outbox = enrolled(dir, false);
    enrol_again(&mut outbox).unwrap();
    cast(&mut outbox, 1);
    cast(&mut outbox, 2);
    settle(&mut outbox, 1, true).unwrap();
    drop(outbox);
    let mut outbox = open(dir);
    outbox.draft(&ballot(3, 5), NOW - 40 * DAY).unwrap();
    outbox
        .cast_in(Hex([3; 16]), Ended::Sent, Some("tyz"), NOW - 40 * DAY)
        .unwrap();
    outbox.keep_comment("Cảm ơn cô", NOW - 40 * DAY).unwrap();
    outbox.mark(NOW).unwrap();
    outbox
}

/// Tables and columns of a file, each with its type.
pub(super) fn columns(path: &Path) -> Vec<(String, String, String)> {
    let conn = Connection::open(path).unwrap();
    let sql =
        "select t.name, c.name, c.type from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table'";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Another hand on the file.
pub(super) fn by_hand(path: &Path, sql: &str) -> rusqlite::Result<()> {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch("pragma synchronous = off; pragma ignore_check_constraints = on; pragma foreign_keys = off")?;
    conn.execute_batch(sql)
}

/// Runs every call; answers how many failed.
pub(super) fn run_all(outbox: &mut Outbox, what: &str) -> usize {
    let mut failed = 0;
    // PINs are slow on purpose, and touch one of the files only.
    let pins = what == "sound" || what.contains("identity");
    for (call, run) in CALLS.iter().filter(|(call, _)| pins || !call.contains("PIN")) {
        match run(outbox) {
            Ok(()) => {}
            Err(error @ (OutboxError::NoDraft(_) | OutboxError::Sqlite(_) | OutboxError::Unreadable(_))) => {
                println!("{what}, {call}: {error}");
                failed += 1;
            }
            Err(error) => panic!("{what}, {call}: {error}"),
        }
    }
    failed
}

pub(super) fn salts(path: &Path) -> std::collections::BTreeSet<Vec<u8>> {
    let conn = Connection::open(path).unwrap();
    let mut statement = conn.prepare("select salt from record where is_ballot = 1").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}
