//! Users against what the log says of them: role, unit, last day, whether they are disabled, and the mark of their
//! password's hash (entries of older versions have none; then it is not compared).

use super::Report;
use crate::store::{
    Result, explain,
    users::{self, Access},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the log says of users, by name.
#[derive(Default)]
pub(super) struct People {
    users: BTreeMap<String, Said>,
    /// Which officer a user is, by the entry's position.
    officers: BTreeMap<i64, (String, i64)>,
}

struct Said {
    access: Value,
    disabled: bool,
    mark: Option<Value>,
}

impl People {
    /// An entry of kind `user`.
    pub(super) fn entry(&mut self, pos: i64, entry: &Value) {
        let text = |name| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        if let ("officer", Some(no)) = (text("what"), entry.get("officer").and_then(Value::as_i64)) {
            self.officers.insert(pos, (text("user").to_owned(), no));
        }
        let (access, mark) = (entry.get("access").cloned(), entry.get("mark").cloned());
        match text("what") {
            "added" => {
                // Who was added before there were roles administers everything.
                let access = access.unwrap_or_else(|| Access::SYSTEM.said());
                let disabled = false;
                let said = Said { access, disabled, mark };
                self.users.insert(text("user").to_owned(), said);
            }
            what => {
                let Some(user) = self.users.get_mut(text("user")) else {
                    return;
                };
                match (what, access) {
                    ("access", Some(access)) => user.access = access,
                    ("disabled", _) => user.disabled = true,
                    ("password_changed", _) => (user.disabled, user.mark) = (false, mark),
                    ("password_rehashed", _) => user.mark = mark,
                    _ => {}
                }
            }
        }
    }

    /// Compares the table with it.
    pub(super) fn check(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        for user in users::users(conn)? {
            let place = format!("user/{}", user.name);
            match self.users.remove(&user.name) {
                None => report.broken("user", place, "no entry in the log added this user"),
                Some(said) => {
                    if said.access != user.access.said() {
                        report.broken("user", &place, "role, unit or last day are not as the log says");
                    }
                    if said.disabled != user.disabled {
                        report.broken("user", &place, "disabled or not, unlike the log says");
                    }
                    let mark = json!(users::mark(&user.password));
                    if said.mark.is_some_and(|said| said != mark) {
                        report.broken("user", &place, "its password is not the one that the log knows of");
                    }
                }
            }
        }
        for (user, officer, pos) in explain::accounts(conn)? {
            if self.officers.remove(&pos) != Some((user.clone(), officer)) {
                report.broken(
                    "user",
                    format!("user/{user}"),
                    "which officer it is, is not as the log says",
                );
            }
        }
        for (user, _) in self.officers.values() {
            report.broken("user", format!("user/{user}"), "which officer it is, is missing");
        }
        for name in self.users.keys() {
            report.broken(
                "user",
                format!("user/{name}"),
                "missing; the log says that it was added",
            );
        }
        Ok(())
    }
}
