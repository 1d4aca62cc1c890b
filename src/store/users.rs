//! Users: who may sign in, as what, where and until when. What is done to them is in the log; of a password the log has
//! only a mark ([`mark`]), by which `verify` finds one that was put in behind the program's back.

use super::{
    Refusal, Result, StoreError, WriteTx,
    log::{self, Kind},
    places,
};
use crate::{
    domain::{hex::Hash, ids::NodeId, role::Role},
    wire::keys::sha256,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// What somebody may see and do, where and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// What they are.
    pub role: Role,
    /// Their unit, with all below it; none for a system administrator: everything.
    pub node: Option<NodeId>,
    /// Unix seconds; from then on they may not sign in.
    pub until: Option<i64>,
}

impl Access {
    /// Everything, for good.
    pub const SYSTEM: Self = Self {
        role: Role::System,
        node: None,
        until: None,
    };

    fn check(&self, conn: &Connection) -> Result<Option<i64>> {
        if (self.role == Role::System) != self.node.is_none() {
            return Err(Refusal::RoleNode.into());
        }
        if self.role == Role::Inspector && self.until.is_none() {
            return Err(Refusal::Until.into());
        }
        Ok(self
            .node
            .map(|id| places::node(conn, id))
            .transpose()?
            .map(|node| node.no))
    }

    /// As the log says it.
    pub(super) fn said(&self) -> Value {
        json!({"role": self.role, "node": self.node, "until": self.until})
    }
}

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
    /// What they may see and do.
    pub access: Access,
}

impl User {
    /// Whether they may sign in at this time.
    pub fn may_sign_in(&self, now: i64) -> bool {
        !self.disabled && self.access.until.is_none_or(|until| until > now)
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .field("access", &self.access)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

const USERS: &str = "select u.no, u.name, u.password, u.created, u.disabled, u.role, n.id, u.until
  from user u left join node n on n.no = u.node_no";

fn user_of(row: &Row<'_>) -> rusqlite::Result<User> {
    // A role this version does not know may do least.
    let role = Role::parse(&row.get::<_, String>(5)?).unwrap_or(Role::Inspector);
    let node: Option<[u8; 16]> = row.get(6)?;
    Ok(User {
        no: row.get(0)?,
        name: row.get(1)?,
        password: row.get(2)?,
        created: row.get(3)?,
        disabled: row.get(4)?,
        access: Access {
            role,
            node: node.map(|id| NodeId(Uuid::from_bytes(id))),
            until: row.get(7)?,
        },
    })
}

/// The name as it is stored: trimmed, lower-case, NFC, 1 to 60 printable characters.
pub fn user_name(text: &str) -> Result<String> {
    let name: String = text.trim().to_lowercase().nfc().collect();
    let good = (1..=60).contains(&name.chars().count()) && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    if good { Ok(name) } else { Err(Refusal::UserName.into()) }
}

/// The user of that name, disabled ones included.
pub fn user(conn: &Connection, name: &str) -> Result<Option<User>> {
    let Ok(name) = user_name(name) else { return Ok(None) };
    Ok(conn
        .prepare_cached(&format!("{USERS} where u.name = ?1"))?
        .query_row([name], user_of)
        .optional()?)
}

/// All users, in the order they were added.
pub fn users(conn: &Connection) -> Result<Vec<User>> {
    let mut rows = conn.prepare_cached(&format!("{USERS} order by u.no"))?;
    Ok(rows.query_map([], user_of)?.collect::<std::result::Result<_, _>>()?)
}

/// A new password of a user, as it is stored.
#[derive(Clone)]
pub struct NewPassword {
    /// Its hash in PHC form.
    pub hash: String,
    /// Somebody else has seen it: the user must choose another at once.
    pub must_change: bool,
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// What the log says of a password's stored hash. It tells nothing of the password: whoever would try guesses on it
/// lacks the salt, 128 random bits that are in the stored hash only.
pub fn mark(stored: &str) -> Hash {
    sha256(&[b"hailong/1/password-mark\0", stored.as_bytes()])
}

impl WriteTx<'_> {
    /// Adds a user.
    pub fn add_user(&self, name: &str, access: &Access, password: &NewPassword, now: i64) -> Result<()> {
        let name = user_name(name)?;
        let node_no = access.check(self.conn)?;
        if user(self.conn, &name)?.is_some() {
            return Err(Refusal::UserExists(name).into());
        }
        self.conn.execute(
            "insert into user (name, password, created, role, node_no, until, must_change)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                &name,
                &password.hash,
                log::hour(now),
                access.role.name(),
                node_no,
                access.until,
                password.must_change,
            ),
        )?;
        self.log(
            Kind::User,
            now,
            json!({"what": "added", "user": name, "access": access.said(), "mark": mark(&password.hash)}),
        )
        .map(drop)
    }

    /// Gives a user another role, unit or end, and ends their sessions.
    pub fn set_access(&self, name: &str, access: &Access, now: i64) -> Result<()> {
        let (user, node_no) = (self.known_user(name)?, access.check(self.conn)?);
        if user.access == *access {
            return Ok(());
        }
        self.conn.execute(
            "update user set role = ?2, node_no = ?3, until = ?4 where no = ?1",
            (user.no, access.role.name(), node_no, access.until),
        )?;
        self.end_sessions(user.no)?;
        self.log(
            Kind::User,
            now,
            json!({"what": "access", "user": user.name, "access": access.said()}),
        )
        .map(drop)
    }

    /// Gives a user another password and ends their sessions. A disabled user may sign in again.
    pub fn set_password(&self, name: &str, password: &NewPassword, now: i64) -> Result<()> {
        let user = self.known_user(name)?;
        self.conn.execute(
            "update user set password = ?2, must_change = ?3, disabled = 0 where no = ?1",
            (user.no, &password.hash, password.must_change),
        )?;
        self.end_sessions(user.no)?;
        self.log(
            Kind::User,
            now,
            json!({"what": "password_changed", "user": user.name, "mark": mark(&password.hash)}),
        )
        .map(drop)
    }

    /// Stores the same password under newer parameters, unless it was changed in between.
    pub fn renew_hash(&self, name: &str, old: &str, new: &str, now: i64) -> Result<()> {
        let user = self.known_user(name)?;
        if user.password != old {
            return Ok(());
        }
        self.conn
            .execute("update user set password = ?2 where no = ?1", (user.no, new))?;
        self.log(
            Kind::User,
            now,
            json!({"what": "password_rehashed", "user": user.name, "mark": mark(new)}),
        )
        .map(drop)
    }

    /// Keeps a user from signing in and ends their sessions.
    pub fn disable_user(&self, name: &str, now: i64) -> Result<()> {
        let user = self.known_user(name)?;
        self.conn
            .execute("update user set disabled = 1 where no = ?1", [user.no])?;
        self.end_sessions(user.no)?;
        self.log(Kind::User, now, json!({"what": "disabled", "user": user.name}))
            .map(drop)
    }

    fn end_sessions(&self, user_no: i64) -> Result<()> {
        self.conn.execute("delete from session where user_no = ?1", [user_no])?;
        Ok(())
    }

    fn known_user(&self, name: &str) -> Result<User> {
        user(self.conn, name)?.ok_or(StoreError::NotFound("user"))
    }
}
