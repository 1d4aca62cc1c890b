//! Comments: taken sealed, kept apart from everything else, deleted some time after their month.
//!
//! The database has no key to them: the secret half is in a file of its own in the data folder ([`KEY_FILE`]), which
//! backups of the database leave out. No comment leads to a ballot, a tablet, a counter or a day.

mod key;

use super::{Result, Store, StoreError, WriteTx, clock, enrol::token_hash, log::Kind, meta, places};
use crate::{
    domain::{
        comment::{expires, month_number, month_of},
        hex::{Hash, Hex, PublicKey},
        ids::NodeId,
        policy::MAX_COMMENTS_A_MONTH,
        time::{LocalDay, Month},
    },
    wire::comment::{CommentId, SealedComment},
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use uuid::Uuid;

pub use key::KEY_FILE;

/// What became of a comment that a tablet sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored, now or already before.
    Taken,
    /// Its time is over.
    Expired,
    /// No device in use has this token.
    Unauthorized,
    /// The device never stood at a counter of this unit.
    OtherUnit,
    /// The unit has more of this month than any unit can have.
    TooMany,
}

/// What a person said of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing yet: no report quotes it.
    New,
    /// Read, and free of what names somebody: a report may quote it.
    Reviewed,
    /// Not to be quoted, and no longer shown with the others.
    Hidden,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Reviewed, Self::Hidden];

    fn code(self) -> i64 {
        match self {
            Self::New => 0,
            Self::Reviewed => 1,
            Self::Hidden => 2,
        }
    }

    /// Its name in forms and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reviewed => "reviewed",
            Self::Hidden => "hidden",
        }
    }

    /// The mark of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.name() == name)
    }
}

/// The comments of one unit and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// The unit.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// The month.
    pub month: Month,
    /// Comments held.
    pub held: u64,
    /// Of them, not marked yet.
    pub new: u64,
    /// Comments that the tablets counted; more than held: some are still on their way, or lost.
    pub counted: u64,
    /// They may be read: the month is over.
    pub open: bool,
}

/// A comment, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its name.
    pub id: CommentId,
    /// What a person said of it.
    pub mark: Mark,
    /// What was written; `None` if the key does not open it.
    pub text: Option<String>,
}

/// The key tablets seal to, if there is one.
pub fn public_key(conn: &Connection) -> Result<Option<PublicKey>> {
    Ok(meta::get(conn, "comment_key")?.and_then(|key| PublicKey::from_slice(&key)))
}

/// Whether comments of a month may be read: once it is over, so that none leads to the citizen of this morning. In a demo
/// folder at once.
fn is_open(month: Month, demo: bool, now: i64) -> bool {
    demo || month < LocalDay::of(now).month()
}

/// What there is, newest month first.
pub fn heaps(conn: &Connection, demo: bool, now: i64) -> Result<Vec<Heap>> {
    let mut rows = conn.prepare_cached(
        "select n.id, n.name, c.month, count(*), sum(c.mark = 0), n.no from comment c join node n on n.no = c.node_no
         group by c.node_no, c.month order by c.month desc, n.name",
    )?;
    let mut counted = conn.prepare_cached(
        "select coalesce(sum(v.comments), 0) from visit_day v join counter c on c.no = v.counter_no
         join record r on r.epoch_no = v.epoch_no and r.seq = v.seq and r.marks & 64 = 0
         where c.node_no = ?1 and v.day >= ?2 and v.day < ?3",
    )?;
    let rows = rows.query_map([], |row| {
        let month = month_of(row.get(2)?);
        let days = (row.get::<_, i64>(5)?, month.first().0, month.end().0);
        Ok(Heap {
            node: NodeId(Uuid::from_bytes(row.get(0)?)),
            name: row.get(1)?,
            month,
            held: row.get(3)?,
            new: row.get(4)?,
            counted: counted.query_row(days, |row| row.get(0))?,
            open: is_open(month, demo, now),
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

fn sealed(conn: &Connection, node_no: i64, node: NodeId, month: Month) -> Result<Vec<(SealedComment, Mark)>> {
    let mut rows = conn.prepare_cached(
        // By their random names: no order tells when one was written.
        "select id, sealed, mark, written from comment where node_no = ?1 and month = ?2 order by id",
    )?;
    let rows = rows.query_map((node_no, month_number(month)), |row| {
        let mark: i64 = row.get(2)?;
        let mark = Mark::ALL.into_iter().find(|known| known.code() == mark);
        let comment = SealedComment {
            id: Hex(row.get(0)?),
            month: month_of(row.get(3)?),
            node,
            sealed: row.get(1)?,
        };
        Ok((comment, mark.unwrap_or(Mark::New)))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

impl Store {
    /// Opens the comments of a unit's month and notes in the log who read them. `Invalid` while the month lasts, and
    /// where the key file is missing.
    pub fn read_comments(&self, node: NodeId, month: Month, by: &str, now: i64) -> Result<Vec<Comment>> {
        if !is_open(month, self.identity().demo, now) {
            return Err(StoreError::Invalid("comments are read once their month is over".into()));
        }
        let key = self.comment_secret()?;
        let by = by.to_owned();
        // In one transaction: nobody sees what the log does not know of.
        let sealed = self.write(move |tx| {
            let sealed = sealed(tx.conn, places::node(tx.conn, node)?.no, node, month)?;
            let body =
                json!({"what": "comments", "node": node, "month": month.to_string(), "read": sealed.len(), "by": by});
            tx.log(Kind::View, now, body)?;
            Ok(sealed)
        })?;
        let opened = sealed.into_iter().map(|(comment, mark)| Comment {
            id: comment.id,
            mark,
            text: comment.open(&key).ok(),
        });
        Ok(opened.collect())
    }
}

impl WriteTx<'_> {
    /// Takes a comment from the device with this token. Sent again, it is answered as the first time.
    pub fn take_comment(&self, token: &str, comment: &SealedComment, now: i64) -> Result<Outcome> {
        let hash: Hash = token_hash(token);
        let device: Option<i64> = self
            .conn
            .prepare_cached("select no from device where token_hash = ?1 and revoked_pos is null")?
            .query_row([hash.0], |row| row.get(0))
            .optional()?;
        let Some(device) = device else {
            return Ok(Outcome::Unauthorized);
        };
        let node_no: Option<i64> = self
            .conn
            .prepare_cached(
                "select n.no from device_counter dc join counter c on c.no = dc.counter_no join node n on n.no = c.node_no
                 where dc.device_no = ?1 and n.id = ?2",
            )?
            .query_row((device, comment.node.0.as_bytes()), |row| row.get(0))
            .optional()?;
        let Some(node_no) = node_no else {
            return Ok(Outcome::OtherUnit);
        };
        // A clock that is ahead must not keep a comment for years.
        let today = LocalDay::of(now);
        let month = comment.month.min(today.month());
        // The tablet lets go of what is refused for good: not by a clock that may be wrong.
        if expires(month) <= today && !clock::is_doubted(self.conn, now)? {
            return Ok(Outcome::Expired);
        }
        let known = self
            .conn
            .prepare_cached("select 1 from comment where id = ?1")?
            .exists([comment.id.0])?;
        if known {
            return Ok(Outcome::Taken);
        }
        let held: u64 = self
            .conn
            .prepare_cached("select count(*) from comment where node_no = ?1 and month = ?2")?
            .query_row((node_no, month_number(month)), |row| row.get(0))?;
        if held >= MAX_COMMENTS_A_MONTH {
            return Ok(Outcome::TooMany);
        }
        self.conn
            .prepare_cached("insert into comment (id, node_no, month, written, sealed) values (?1, ?2, ?3, ?4, ?5)")?
            .execute((
                comment.id.0,
                node_no,
                month_number(month),
                month_number(comment.month),
                &comment.sealed,
            ))?;
        Ok(Outcome::Taken)
    }

    /// Deletes the comments whose time is over; the log says how many. Not in a demo folder, which keeps everything.
    pub fn expire_comments(&self, now: i64) -> Result<u64> {
        let today = LocalDay::of(now);
        let mut month = today.month();
        while expires(month) > today {
            month = month.minus(1);
        }
        let deleted = match self.identity.demo {
            true => 0,
            false => self
                .conn
                .execute("delete from comment where month <= ?1", [month_number(month)])?,
        };
        if deleted > 0 {
            let body = json!({"what": "comments", "upto": month.to_string(), "deleted": deleted});
            self.log(Kind::Retention, now, body)?;
        }
        Ok(deleted as u64)
    }

    /// Marks a comment that somebody has read.
    pub fn mark_comment(&self, id: CommentId, mark: Mark, by: &str, now: i64) -> Result<()> {
        let changed = self
            .conn
            .execute("update comment set mark = ?2 where id = ?1", (id.0, mark.code()))?;
        if changed == 0 {
            return Err(StoreError::NotFound("comment"));
        }
        let body = json!({"what": "comment_marked", "comment": id, "mark": mark.name(), "by": by});
        self.log(Kind::View, now, body)?;
        Ok(())
    }
}
