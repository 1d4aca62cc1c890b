//! Taking a tablet out of use, with a reason: what it still sends is kept, and quarantined.

use super::{Result, StoreError, WriteTx, devices, log::Kind};
use crate::domain::hex::DeviceId;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Longest note, in characters.
pub const NOTE_CHARS: usize = 300;

/// Why a tablet is taken out of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nobody knows where it is.
    Lost,
    /// It does not work any more.
    Broken,
    /// Another one takes its place.
    Replaced,
    /// It has done its work: the counter is closed or needs no tablet.
    Closed,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Replaced, Self::Closed, Self::Broken, Self::Lost];

    /// Its name in forms and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Broken => "broken",
            Self::Replaced => "replaced",
            Self::Closed => "closed",
        }
    }

    /// The reason of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == text)
    }
}

/// How a tablet was taken out of use, as its log entry says. Entries of earlier versions give no reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Withdrawn {
    /// Why.
    pub reason: Option<Reason>,
    /// What else there is to say.
    pub note: Option<String>,
    /// Who did it.
    pub by: Option<String>,
    /// When, an hour in unix seconds.
    pub hour: i64,
}

impl WriteTx<'_> {
    /// Takes a tablet out of use: it takes no new ballots, what it still sends is stored as quarantined. Idempotent: the
    /// first reason stays.
    pub fn withdraw(&self, id: DeviceId, reason: Option<Reason>, note: &str, now: i64) -> Result<()> {
        let device = devices::find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
        if device.revoked {
            return Ok(());
        }
        let note = note.split_whitespace().collect::<Vec<_>>().join(" ");
        if note.chars().count() > NOTE_CHARS || note.chars().any(char::is_control) {
            return Err(StoreError::Invalid(format!(
                "a note has at most {NOTE_CHARS} characters"
            )));
        }
        let mut body = json!({"device": id});
        if let (Some(members), Some(reason)) = (body.as_object_mut(), reason) {
            members.insert("reason".into(), reason.name().into());
            members.insert("note".into(), (!note.is_empty()).then_some(note).into());
        }
        let pos = self.log(Kind::Revoke, now, body)?;
        self.conn
            .execute("update device set revoked_pos = ?2 where no = ?1", (device.no, pos))?;
        Ok(())
    }
}
