//! Browsers that are signed in. A session ends with its user: disabled, or past the day the account ends.

use super::{Result, StoreError, WriteTx, log::Kind, users::user};
use crate::domain::{hex::Hash, ids::NodeId, role::Role};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use uuid::Uuid;

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user_no: i64,
    /// Whose, by name.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Their unit; none for a system administrator.
    pub node: Option<NodeId>,
    /// Somebody else has seen their password: nothing but a new one is possible.
    pub must_change: bool,
    /// When it began, unix seconds.
    pub began: i64,
    /// When it was last used, unix seconds; written every few minutes only.
    pub seen: i64,
}

/// The session with this token hash, if it began after `began` and was used after `seen` and its user may sign in at
/// `now`.
pub fn session(conn: &Connection, hash: &Hash, (began, seen): (i64, i64), now: i64) -> Result<Option<Session>> {
    let found = conn
        .prepare_cached(
            "select u.no, u.name, u.role, n.id, u.must_change, s.began, s.seen
             from session s join user u on u.no = s.user_no left join node n on n.no = u.node_no
             where s.hash = ?1 and s.began > ?2 and s.seen > ?3 and u.disabled = 0 and (u.until is null or u.until > ?4)",
        )?
        .query_row((hash.0, began, seen, now), |row| {
            let (role, node): (String, Option<[u8; 16]>) = (row.get(2)?, row.get(3)?);
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                role,
                node,
                row.get::<_, bool>(4)?,
                row.get::<_, i64>(5)?,
                row.get::<_, i64>(6)?,
            ))
        })
        .optional()?;
    Ok(found.and_then(|(user_no, name, role, node, must_change, began, seen)| {
        let (role, node) = (Role::parse(&role)?, node.map(|id| NodeId(Uuid::from_bytes(id))));
        // A role without its unit sees nothing, rather than everything.
        ((role == Role::System) == node.is_none()).then_some(Session {
            user_no,
            name,
            role,
            node,
            must_change,
            began,
            seen,
        })
    }))
}

/// The sessions of a user that began after `began` and were used after `seen`, newest first: whether it is the one with
/// this token hash, when it began, when it was last used (unix seconds).
pub fn of_user(conn: &Connection, name: &str, own: &Hash, (began, seen): (i64, i64)) -> Result<Vec<(bool, i64, i64)>> {
    let mut rows = conn.prepare_cached(
        "select s.hash = ?2, s.began, s.seen from session s join user u on u.no = s.user_no
         where u.name = ?1 and s.began > ?3 and s.seen > ?4 order by s.began desc, s.hash",
    )?;
    let rows = rows.query_map((name, own.0, began, seen), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

impl WriteTx<'_> {
    /// Begins a session; forgets those that began before `expired`, and the user's oldest where they would be more than
    /// `most`.
    pub fn begin_session(&self, name: &str, hash: &Hash, (expired, most): (i64, u32), now: i64) -> Result<()> {
        let user = user(self.conn, name)?.ok_or(StoreError::NotFound("user"))?;
        if !user.may_sign_in(now) {
            return Err(StoreError::NotFound("user"));
        }
        self.conn.execute("delete from session where began <= ?1", [expired])?;
        self.conn.execute(
            "delete from session where user_no = ?1 and hash not in (
               select hash from session where user_no = ?1 order by began desc, seen desc, hash limit ?2)",
            (user.no, most.saturating_sub(1)),
        )?;
        self.conn.execute(
            "insert into session (hash, user_no, began, seen) values (?1, ?2, ?3, ?3)",
            (hash.0, user.no, now),
        )?;
        self.log(Kind::User, now, json!({"what": "signed_in", "user": user.name}))
            .map(drop)
    }

    /// Notes that a session is in use.
    pub fn touch_session(&self, hash: &Hash, now: i64) -> Result<()> {
        self.conn
            .execute("update session set seen = max(seen, ?2) where hash = ?1", (hash.0, now))?;
        Ok(())
    }

    /// Ends a session; ending one that is gone is no error.
    pub fn end_session(&self, hash: &Hash, now: i64) -> Result<()> {
        let name: Option<String> = self
            .conn
            .query_row(
                "delete from session where hash = ?1 returning (select name from user where no = user_no)",
                [hash.0],
                |row| row.get(0),
            )
            .optional()?;
        match name {
            Some(name) => self
                .log(Kind::User, now, json!({"what": "signed_out", "user": name}))
                .map(drop),
            None => Ok(()),
        }
    }

    /// Ends all sessions of a user but the one with this token hash.
    pub fn end_other_sessions(&self, name: &str, own: &Hash, now: i64) -> Result<()> {
        let user = user(self.conn, name)?.ok_or(StoreError::NotFound("user"))?;
        let ended = self.conn.execute(
            "delete from session where user_no = ?1 and hash <> ?2",
            (user.no, own.0),
        )?;
        self.log(
            Kind::User,
            now,
            json!({"what": "signed_out_elsewhere", "user": user.name, "sessions": ended}),
        )
        .map(drop)
    }

    /// Notes a wrong password. Only for users that exist: what was typed as a name may be somebody's password.
    pub fn sign_in_refused(&self, name: &str, now: i64) -> Result<()> {
        match user(self.conn, name)? {
            Some(user) => self
                .log(Kind::User, now, json!({"what": "sign_in_refused", "user": user.name}))
                .map(drop),
            None => Ok(()),
        }
    }
}
