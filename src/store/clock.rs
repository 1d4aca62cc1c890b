//! What the server's clock was seen to say (see [`Seen`]): kept, so that a jump is one after a restart, too.

use super::{Result, Store, meta};
use crate::domain::clock::{Doubted, Seen};
use rusqlite::{Connection, OptionalExtension};

/// The time that was believed; while the clock is doubted also what it says and for how long.
const SEEN: &str = "clock_seen";

fn load(conn: &Connection) -> Result<Option<Seen>> {
    let bytes = meta::get(conn, SEEN)?.unwrap_or_default();
    let numbers = bytes.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok());
    Ok(match *numbers.map(i64::from_be_bytes).collect::<Vec<_>>() {
        [believed] => Some(Seen {
            believed,
            doubted: None,
        }),
        [believed, last, held] => Some(Seen {
            believed,
            doubted: Some(Doubted { last, held }),
        }),
        _ => None,
    })
}

fn bytes(seen: Seen) -> Vec<u8> {
    let doubted = seen.doubted.map(|run| [run.last, run.held]);
    let numbers = [seen.believed].into_iter().chain(doubted.into_iter().flatten());
    numbers.flat_map(i64::to_be_bytes).collect()
}

/// Whether this time is not believed. A folder that no server has served yet believes every one.
pub(super) fn is_doubted(conn: &Connection, now: i64) -> Result<bool> {
    Ok(load(conn)?.is_some_and(|seen| seen.look(now).doubted.is_some()))
}

impl Store {
    /// Looks at the clock; answers the time that was believed last while this one is not, and `None` while it is. A demo
    /// folder believes every clock: it deletes nothing, and may be given a simulated one. Blocks.
    pub fn look_at_clock(&self, now: i64) -> Result<Option<i64>> {
        if self.identity().demo {
            return Ok(None);
        }
        let (before, seen) = self.read(|conn| {
            let before = load(conn)?;
            let known = match before {
                Some(known) => known,
                // Served for the first time, or by an earlier version: somebody did something then.
                None => Seen::at(newest_hour(conn)?.unwrap_or(now)),
            };
            Ok((before, known.look(now)))
        })?;
        if before != Some(seen) {
            self.write(move |tx| meta::put(tx.conn, SEEN, &bytes(seen)))?;
        }
        Ok(seen.doubted.map(|_| seen.believed))
    }
}

fn newest_hour(conn: &Connection) -> Result<Option<i64>> {
    Ok(conn
        .query_row("select hour from log order by pos desc limit 1", [], |row| row.get(0))
        .optional()?)
}
