//! Users and their sessions. What they do is in the log; passwords and tokens are stored as hashes and logged never.

use super::{
    Result, StoreError, WriteTx,
    log::{self, Kind},
};
use crate::domain::hex::Hash;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The small number, the key inside the store.
    pub no: i64,
    /// Lower-case, NFC.
    pub name: String,
    /// The password's hash in PHC form.
    pub password: String,
    /// Hour it was added, unix seconds.
    pub created: i64,
    /// May not sign in.
    pub disabled: bool,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user_no: i64,
    /// Whose, by name.
    pub name: String,
    /// When it began, unix seconds.
    pub began: i64,
    /// When it was last used, unix seconds; written every few minutes only.
    pub seen: i64,
}

const USERS: &str = "select no, name, password, created, disabled from user";

fn user_of(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        no: row.get(0)?,
        name: row.get(1)?,
        password: row.get(2)?,
        created: row.get(3)?,
        disabled: row.get(4)?,
    })
}

/// The name as it is stored: trimmed, lower-case, NFC, 1 to 60 printable characters.
pub fn user_name(text: &str) -> Result<String> {
    let name: String = text.trim().to_lowercase().nfc().collect();
    let good = (1..=60).contains(&name.chars().count()) && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    if good {
        Ok(name)
    } else {
        Err(StoreError::Invalid(
            "a user name has 1 to 60 characters and no spaces".into(),
        ))
    }
}

/// The user of that name, disabled ones included.
pub fn user(conn: &Connection, name: &str) -> Result<Option<User>> {
    let Ok(name) = user_name(name) else { return Ok(None) };
    Ok(conn
        .prepare_cached(&format!("{USERS} where name = ?1"))?
        .query_row([name], user_of)
        .optional()?)
}

/// All users, in the order they were added.
pub fn users(conn: &Connection) -> Result<Vec<User>> {
    let mut rows = conn.prepare_cached(&format!("{USERS} order by no"))?;
    Ok(rows.query_map([], user_of)?.collect::<std::result::Result<_, _>>()?)
}

/// The session with this token hash, if it began after `began` and was used after `seen` and its user may sign in.
pub fn session(conn: &Connection, hash: &Hash, began: i64, seen: i64) -> Result<Option<Session>> {
    Ok(conn
        .prepare_cached(
            "select u.no, u.name, s.began, s.seen from session s join user u on u.no = s.user_no
             where s.hash = ?1 and s.began > ?2 and s.seen > ?3 and u.disabled = 0",
        )?
        .query_row((hash.0, began, seen), |row| {
            Ok(Session {
                user_no: row.get(0)?,
                name: row.get(1)?,
                began: row.get(2)?,
                seen: row.get(3)?,
            })
        })
        .optional()?)
}

impl WriteTx<'_> {
    /// Adds a user; `password` is a hash.
    pub fn add_user(&self, name: &str, password: &str, now: i64) -> Result<()> {
        let name = user_name(name)?;
        if user(self.conn, &name)?.is_some() {
            return Err(StoreError::Invalid(format!("there is a user {name} already")));
        }
        self.conn.execute(
            "insert into user (name, password, created) values (?1, ?2, ?3)",
            (&name, password, log::hour(now)),
        )?;
        self.log(Kind::User, now, json!({"what": "added", "user": name}))
            .map(drop)
    }

    /// Gives a user another password (a hash) and ends their sessions. A disabled user may sign in again.
    pub fn set_password(&self, name: &str, password: &str, now: i64) -> Result<()> {
        let user = self.known_user(name)?;
        self.conn.execute(
            "update user set password = ?2, disabled = 0 where no = ?1",
            (user.no, password),
        )?;
        self.conn.execute("delete from session where user_no = ?1", [user.no])?;
        self.log(Kind::User, now, json!({"what": "password_changed", "user": user.name}))
            .map(drop)
    }

    /// Keeps a user from signing in and ends their sessions.
    pub fn disable_user(&self, name: &str, now: i64) -> Result<()> {
        let user = self.known_user(name)?;
        self.conn
            .execute("update user set disabled = 1 where no = ?1", [user.no])?;
        self.conn.execute("delete from session where user_no = ?1", [user.no])?;
        self.log(Kind::User, now, json!({"what": "disabled", "user": user.name}))
            .map(drop)
    }

    fn known_user(&self, name: &str) -> Result<User> {
        user(self.conn, name)?.ok_or(StoreError::NotFound("user"))
    }

    /// Begins a session; forgets those that began before `expired`.
    pub fn begin_session(&self, name: &str, hash: &Hash, expired: i64, now: i64) -> Result<()> {
        let user = self.known_user(name)?;
        if user.disabled {
            return Err(StoreError::NotFound("user"));
        }
        self.conn.execute("delete from session where began <= ?1", [expired])?;
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
