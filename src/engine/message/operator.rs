//! What operator mode asks of the engine and hears from it. Only what a right PIN or code opened is answered.

use super::Status;
use crate::domain::ids::CounterId;
pub use crate::outbox::Erasable;
use crate::wire::setup::Place;
use serde::{Deserialize, Serialize};

/// From operator mode to the engine.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Is this the PIN?
    Pin(String),
    /// Is this the district's one-time code?
    Code(String),
    /// How the tablet is.
    Report,
    /// Put what may travel into a file.
    SaveFile,
    /// Take this receipt file (its text) in.
    TakeFile(String),
    /// Ask the district for this counter.
    WantCounter(CounterId),
    /// Write and read the storage.
    TestStorage,
    /// Erase the tablet; with the district's code where ballots wait.
    Erase {
        /// The code, as typed.
        code: Option<String>,
    },
    /// Operator mode was left.
    Leave,
}

/// From the engine to operator mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Say {
    /// The PIN or the code is right.
    Entered,
    /// It is not.
    Refused(Refusal),
    /// How the tablet is. Again whenever it changes while operator mode is open.
    Report(Box<Report>),
    /// A file to be saved.
    File(SavedFile),
    /// Nothing may travel yet; when something may (unix time), if anything waits.
    NothingToSave {
        /// Unix time.
        sendable_at: Option<i64>,
    },
    /// The district gave no key for files: the tablet must reach it once by the network.
    NoFileKey,
    /// What a receipt file brought.
    Taken(TakenFile),
    /// Whether the storage takes and gives back what is written.
    Storage(bool),
    /// How the erase goes.
    Erase(EraseState),
    /// Operator mode is not open here (any more): the files were opened anew.
    Closed,
}

/// Why operator mode stays closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// A wrong PIN; another try at once.
    Wrong,
    /// Another try in so many seconds.
    Wait(i64),
    /// Too many wrong PINs: only a code opens.
    CodeOnly,
    /// The unit has no PIN yet.
    NoPin,
    /// Not the code, or it was used before.
    WrongCode,
}

/// How the tablet is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How sending goes.
    pub status: Status,
    /// What somebody should look at.
    pub attention: Vec<Attention>,
    /// Version of the app.
    pub app: String,
    /// First characters of the survey's name.
    pub survey: String,
    /// Version of the setup in use.
    pub setup: i64,
    /// Whether the browser promised to keep the storage.
    pub persisted: Option<bool>,
    /// First characters of the device's id, as the district's pages show it.
    pub device: String,
    /// Ballots are practice.
    pub practice: bool,
    /// Where it stands.
    pub counter: CounterId,
    /// The counter that was asked for and not answered yet.
    pub counter_wanted: Option<CounterId>,
    /// The counters of the unit.
    pub counters: Vec<Place>,
    /// What stands against an erase.
    pub erasable: Erasable,
    /// The unit has a PIN.
    pub has_pin: bool,
}

/// "Cần kiểm tra".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attention {
    /// Queue files were damaged and put aside; ballots in them may be lost.
    Damaged(u64),
    /// The district refused so many records; they stay here and are tried again at the next start.
    PassedBy(u64),
    /// The newest setup can't be read by this version of the app.
    SetupUnread,
    /// The browser did not promise to keep the storage.
    NotPersisted,
    /// The tablet's clock was changed so often.
    ClockSteps(u32),
}

/// A file for the page to save.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFile {
    /// "phieu-1a2b3c4d-2026-11-22-0930.hlb"
    pub name: String,
    /// Its bytes as hex digits.
    pub hex: String,
    /// Ballots in it.
    pub ballots: u64,
    /// Records that did not fit.
    pub left: u64,
}

impl std::fmt::Debug for SavedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SavedFile")
            .field("name", &self.name)
            .field("ballots", &self.ballots)
            .finish_non_exhaustive()
    }
}

/// What a receipt file brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TakenFile {
    /// Ballots and other records that have a receipt now and had none before; whether a newer setup came too.
    Taken {
        /// How many records.
        settled: u64,
        /// A newer setup is in use.
        setup: bool,
    },
    /// Nothing of it is new.
    Known,
    /// Not a receipt file.
    Foreign,
    /// Cut short or changed.
    Damaged,
    /// Of another district.
    OtherDistrict,
    /// For another tablet, or older than what was sent since.
    NotOurs,
}

/// How an erase goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EraseState {
    /// It may not be, without a code.
    NeedsCode(Erasable),
    /// The code is not right.
    WrongCode,
    /// The district is being told; then all goes.
    Telling,
    /// Not every record has a receipt yet, and the district was not reached: nothing was erased.
    NotReached,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pin(_) => "Pin(…)",
            Self::Code(_) => "Code(…)",
            Self::Report => "Report",
            Self::SaveFile => "SaveFile",
            Self::TakeFile(_) => "TakeFile(…)",
            Self::WantCounter(_) => "WantCounter",
            Self::TestStorage => "TestStorage",
            Self::Erase { .. } => "Erase",
            Self::Leave => "Leave",
        })
    }
}
