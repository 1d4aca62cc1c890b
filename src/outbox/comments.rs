//! Comments: sealed at once, kept apart from the queue, sent one by one some time later, gone after theirs. Nothing here
//! can be read on the tablet again.

use super::{Outbox, OutboxError};
use crate::domain::{
    comment,
    hex::Hex,
    ids::NodeId,
    policy::{COMMENT_DELAY_MAX_SECS, COMMENT_DELAY_MIN_SECS},
    time::LocalDay,
};
use crate::platform;
use crate::wire::comment::{CommentId, SealedComment};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

impl Outbox {
    /// Takes the numbers out of what was written, seals it to the district and keeps only that. False: there was
    /// nothing to keep, the unit takes no comments (any more), or somebody tried the tablet out.
    pub fn keep_comment(&mut self, written: &str, now: i64) -> Result<bool, OutboxError> {
        let setup = &self.identity.enrolment().ok_or(OutboxError::NotEnrolled)?.setup;
        let key = setup.comment_key.filter(|_| !self.identity.practice());
        let Some((key, text)) = key.zip(comment::clean(written)) else {
            return Ok(false);
        };
        let (node, hold) = (setup.node.id, setup.settings.hold);
        let (id, day): (CommentId, _) = (Hex(platform::random()?), LocalDay::of(now));
        let comment = SealedComment::seal(platform::random()?, &key, id, (node, day.month()), &text)
            .map_err(|_| OutboxError::Unreadable("comment key"))?;
        let send_after = if hold { now.saturating_add(delay()?) } else { now };
        self.db.write(|tx| {
            tx.execute(
                "insert into comment (id, node, month, sealed, send_after) values (?1, ?2, ?3, ?4, ?5)",
                params![id.0, node.0.as_bytes(), comment::month_number(comment.month), comment.sealed, send_after],
            )?;
            tx.execute(
                "insert into visits (day, comments) values (?1, 1) on conflict (day) do update set comments = comments + 1",
                [day.0],
            )?;
            Ok(true)
        })
    }

    /// One of the comments that may travel now, drawn at random: one that the district refuses holds up no other.
    pub fn next_comment(&mut self, now: i64) -> Result<Option<SealedComment>, OutboxError> {
        // Beyond any delay: the clock was wrong when it was written.
        let absurd = now.saturating_add(COMMENT_DELAY_MAX_SECS);
        self.db.read(|tx| {
            let sql = "select id, node, month, sealed from comment where send_after <= ?1 or send_after > ?2 \
                       order by random() limit 1";
            let comment = tx.prepare_cached(sql)?.query_row([now, absurd], |row| {
                Ok(SealedComment {
                    id: Hex(row.get(0)?),
                    node: NodeId(Uuid::from_bytes(row.get(1)?)),
                    month: comment::month_of(row.get(2)?),
                    sealed: row.get(3)?,
                })
            });
            Ok(comment.optional()?)
        })
    }

    /// The district has it, or will never take it.
    pub fn drop_comment(&mut self, id: CommentId) -> Result<(), OutboxError> {
        self.db.write(|tx| {
            tx.execute("delete from comment where id = ?1", [id.0])?;
            Ok(())
        })
    }

    /// Deletes comments whose time is over.
    pub fn expire_comments(&mut self, now: i64) -> Result<(), OutboxError> {
        // The last month that is over for so long.
        let mut month = LocalDay::of(now).month();
        while comment::expires(month) > LocalDay::of(now) {
            month = month.minus(1);
        }
        let last = comment::month_number(month);
        let any = |tx: &rusqlite::Transaction<'_>| {
            let sql = "select 1 from comment where month <= ?1";
            Ok::<_, OutboxError>(tx.prepare_cached(sql)?.exists([last])?)
        };
        if self.db.read(any)? {
            self.db.write(|tx| {
                tx.execute("delete from comment where month <= ?1", [last])?;
                Ok::<_, OutboxError>(())
            })?;
        }
        Ok(())
    }
}

/// Seconds to wait, drawn evenly.
fn delay() -> Result<i64, OutboxError> {
    let span = COMMENT_DELAY_MAX_SECS - COMMENT_DELAY_MIN_SECS;
    let drawn = i64::from(u32::from_le_bytes(platform::random()?));
    Ok(COMMENT_DELAY_MIN_SECS + drawn.rem_euclid(span))
}
