//! What a stored line is and how it counts. The numbers are those of the database; they never change.

use serde::Serialize;

/// What a stored line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// Starts an epoch.
    Open,
    /// A rating.
    Ballot,
    /// Visits of one day.
    Day,
    /// Something about the device.
    Note,
    /// A kind this version does not know.
    Other,
    /// Bytes that can't be read as a record.
    Malformed,
    /// A line the tablet itself can't read any more.
    Hole,
}

impl LineKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Ballot,
        Self::Day,
        Self::Note,
        Self::Other,
        Self::Malformed,
        Self::Hole,
    ];

    /// Its number in the database.
    pub fn code(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Ballot => 1,
            Self::Day => 2,
            Self::Note => 3,
            Self::Other => 4,
            Self::Malformed => 5,
            Self::Hole => 6,
        }
    }

    /// The kind with this number.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How a record counts (design §4: status and why, in one).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not a rating; nothing to count.
    None,
    /// In the figures, once released.
    Counted,
    /// Counted and released, then taken out of the figures with the whole days of a scope. Never a record's own state:
    /// it follows from the exclusions that stand.
    Excluded,
    /// Cast while trying the tablet out.
    Practice,
    /// Its day is not known; in no figure of a period.
    Undated,
    /// Its survey is not known here yet.
    UnreadSurvey,
    /// From a revoked device.
    QuarantinedRevoked,
    /// Cast at a counter that is not of the device's unit, or unknown.
    QuarantinedCounter,
    /// Another line came first with the same key.
    QuarantinedConflict,
    /// Not readable as a record.
    QuarantinedMalformed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::None,
        Self::Counted,
        Self::Excluded,
        Self::Practice,
        Self::Undated,
        Self::UnreadSurvey,
        Self::QuarantinedRevoked,
        Self::QuarantinedCounter,
        Self::QuarantinedConflict,
        Self::QuarantinedMalformed,
    ];

    /// Its number in the database.
    pub fn code(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Counted => 1,
            Self::Excluded => 11,
            Self::Practice => 4,
            Self::Undated => 5,
            Self::UnreadSurvey => 21,
            Self::QuarantinedRevoked => 31,
            Self::QuarantinedCounter => 32,
            Self::QuarantinedConflict => 33,
            Self::QuarantinedMalformed => 34,
        }
    }

    /// The state with this number.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Its name in exports and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Counted => "counted",
            Self::Excluded => "excluded",
            Self::Practice => "practice",
            Self::Undated => "undated",
            Self::UnreadSurvey => "unread(survey)",
            Self::QuarantinedRevoked => "quarantined(revoked)",
            Self::QuarantinedCounter => "quarantined(counter)",
            Self::QuarantinedConflict => "quarantined(conflict)",
            Self::QuarantinedMalformed => "quarantined(malformed)",
        }
    }

    /// Whether a person has to look at it before it can count.
    pub fn is_quarantined(self) -> bool {
        self.code() / 10 == 3
    }
}

/// Marks of a record: bits of `record.marks`.
pub mod marks {
    /// Arrived more than 48 h after its bucket.
    pub const LATE_SYNC: i64 = 1;
    /// Answers another survey than the one in use when it arrived.
    pub const OLD_SURVEY: i64 = 2;
    /// The tablet's clock was off by more than 15 min; the effective time is corrected.
    pub const SKEW_CORRECTED: i64 = 4;
    /// Its time can't be relied on.
    pub const NO_TIME: i64 = 8;
    /// Nobody tapped "Gửi".
    pub const SILENT: i64 = 16;
    /// Less than 20 s after the ballot before.
    pub const BURST: i64 = 32;
    /// A `day` record whose visits another one has counted: the tablet went back in time, or is one of two copies.
    pub const TOLD_BEFORE: i64 = 64;
}
