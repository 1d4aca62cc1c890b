//! Whether a queue's file is one that can be gone on with: what a disk that lied about its flushes may leave is a file
//! that SQLite finds in order, with bytes in it that are not what was written.

use super::OutboxError;
use crate::domain::hex::{DeviceId, Hash, Hex};
use crate::wire::chain;
use rusqlite::{Row, Transaction, types::ValueRef};

/// Every text that is read later. One that is none would stop each later use of the file.
const TEXTS: [&str; 4] = [
    "select ballot from draft",
    "select document from survey",
    "select tag from language",
    "select checkpoint from district where checkpoint is not null",
];

/// Values that are read later and are not what they can be: names of another length, counts that are none.
const VALUES: [&str; 5] = [
    "select 1 from draft where length(salt) <> 16",
    "select 1 from district where length(generation) <> 16",
    "select 1 from comment where length(node) <> 16",
    "select 1 from visits where min(started, abandoned, cast_, comments) < 0
       or max(started, abandoned, cast_, comments) > 4294967295",
    "select 1 from language where cast_ not between 0 and 4294967295",
];

/// Partial indexes that are counted alone, beside the table: `integrity_check` counts the entries of full ones only. One that
/// has more than its table promises records that are gone, and the queue would wait for them for ever. The table's are
/// summed: asked for by this condition, SQLite would count an index, `not indexed` or not.
const PARTIAL: &str = "select 1 from (select coalesce(sum(pending = 1), 0) as n from record)
    where n <> (select count(*) from record indexed by record_pending where pending = 1)
       or n <> (select count(*) from record indexed by record_hold where pending = 1)";

/// Looks at what the database itself can't check. An error that `is_corrupt` says that the file is damaged.
pub(super) fn check(tx: &Transaction<'_>, device: DeviceId) -> Result<(), OutboxError> {
    for sql in TEXTS {
        let mut statement = tx.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !matches!(row.get_ref(0)?, ValueRef::Text(text) if std::str::from_utf8(text).is_ok()) {
                return Err(damaged("a text"));
            }
        }
    }
    for sql in VALUES {
        if tx.prepare(sql)?.exists([])? {
            return Err(damaged("a value"));
        }
    }
    if tx.prepare(PARTIAL)?.exists([])? {
        return Err(damaged("an index"));
    }
    // A record without its epoch is in no tip, and the next epoch would get its number.
    let orphan = "select 1 from record where epoch_no not in (select no from epoch)";
    if tx.prepare(orphan)?.exists([])? {
        return Err(damaged("an epoch"));
    }
    newest_epoch(tx, device)
}

/// The newest epoch's chain and its count of ballots: the next epoch will name its tip, and what is missing is said by
/// such tips. In older epochs a torn record is a hole of its own.
///
/// Its first head names the device: where the identity is gone, this is another device's queue, which nobody can sign for
/// any more. Under our name its ballots might be counted twice.
fn newest_epoch(tx: &Transaction<'_>, device: DeviceId) -> Result<(), OutboxError> {
    let sql = "select r.seq, r.leaf, r.head, r.ballots, r.is_ballot, e.id from record r join epoch e on e.no = r.epoch_no \
               where r.epoch_no = (select max(epoch_no) from record) order by r.seq";
    let mut statement = tx.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut last: Option<(i64, Hash, i64)> = None;
    while let Some(row) = rows.next()? {
        let (seq, head, ballots) = (row.get::<_, i64>(0)?, Hex(row.get(2)?), row.get::<_, i64>(3)?);
        let holds = match last {
            None => seq == 0 && ballots == 0 && head == chain::open(device, Hex(row.get(5)?), Hex(row.get(1)?)),
            Some(before) => follows(row, before)?,
        };
        if !holds {
            return Err(damaged("the chain"));
        }
        last = Some((seq, head, ballots));
    }
    Ok(())
}

fn follows(row: &Row<'_>, (seq, head, ballots): (i64, Hash, i64)) -> Result<bool, OutboxError> {
    let (leaf, ours): (Hash, Hash) = (Hex(row.get(1)?), Hex(row.get(2)?));
    let (is_ballot, says) = (row.get::<_, i64>(4)?, row.get(3)?);
    // A draft that the epoch began with is not counted.
    let counted = ballots.checked_add(is_ballot) == Some(says) || (seq == 0 && says == 0);
    Ok(row.get::<_, i64>(0)? == seq + 1 && ours == chain::link(head, leaf) && counted)
}

fn damaged(what: &str) -> OutboxError {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(code, Some(what.to_owned())).into()
}
