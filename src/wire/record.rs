//! Records: the lines of a device's chain.

use super::{bundle::Tip, canon};
use crate::domain::{ballot::Ballot, hex::Hash, ids::CounterId, policy, time::Bucket};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first record of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "open")]
pub struct Open {
    /// The ballot that follows is a draft found when the epoch began. It may have been cast before, under a key that the disk
    /// no longer has, so tips don't count it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    /// The furthest place the tablet remembers that its database no longer has: ballots up to there may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Tip>,
    /// Where the database stood when this epoch began; `None` for a database that was empty.
    pub prev: Option<Tip>,
    /// Why a new epoch began.
    pub why: Why,
}

/// Why a new epoch began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The database is new.
    New,
    /// The app was opened.
    Start,
    /// The file's tip is not the one in memory, or behind the mark: the disk went back in time.
    RolledBack,
    /// The file was damaged and put aside.
    Damaged,
    /// A reason this version does not know.
    #[serde(other)]
    Other,
}

/// Something about the device that is not a ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "note")]
pub struct Note {
    /// The 15-minute bucket it was written in.
    pub at: Bucket,
    /// The counter that is wanted, where the note asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<CounterId>,
    /// Clock jumps so far.
    pub step: u32,
    /// What happened.
    pub what: What,
}

/// What a note tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// "Bắt đầu tính phiếu" was tapped: ballots count from here.
    CountingBegan,
    /// A setup returned the tablet to practice.
    PracticeBegan,
    /// Wall and monotonic clock parted.
    ClockStep,
    /// The database file was damaged and put aside; ballots in it may be missing.
    Damaged,
    /// The setup moved the tablet to another counter.
    CounterChanged,
    /// An operator asks for the tablet to be moved to a counter of its unit.
    CounterWanted,
    /// Operator mode was opened with a one-time code; the next one is another.
    Unlocked,
    /// The tablet is about to be erased.
    Erased,
    /// How many ballots were cast in each language of the screens in a month that is over.
    Languages,
    /// Something this version does not know.
    #[serde(other)]
    Other,
}

/// Ballots by the language of the screen, of one local month that is over.
///
/// Coarse on purpose: numbers are multiples of 5, rounded down, and fewer than 5 are `"<5"`, so that no remainder of
/// the month's ballots tells what one citizen spoke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "note")]
pub struct Languages {
    /// The 15-minute bucket it was written in.
    pub at: Bucket,
    /// BCP-47 tag to a number or `"<5"`; see [`coarse`].
    pub languages: BTreeMap<String, serde_json::Value>,
    /// `YYYY-MM`.
    pub month: String,
    /// Clock jumps so far.
    pub step: u32,
    /// [`What::Languages`].
    pub what: What,
}

/// A count as a note of languages tells it.
pub fn coarse(count: u32) -> serde_json::Value {
    let step = policy::LANGUAGE_STEP;
    if count < step {
        format!("<{step}").into()
    } else {
        (count - count % step).into()
    }
}

/// Visits of one local day, as the tablet counted them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "day")]
pub struct Day {
    /// Visits that ended without a face.
    pub abandoned: u32,
    /// Visits that ended with a ballot.
    pub cast: u32,
    /// Comments written, so that one that never arrives is missed. Absent: none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub comments: u32,
    /// Days since 1970-01-01 in Asia/Ho_Chi_Minh, by the tablet's clock.
    pub day: i64,
    /// Visits begun: first touch of any control.
    pub started: u32,
    /// Clock jumps so far.
    pub step: u32,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What a stored line turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// Starts an epoch.
    Open(Open),
    /// A rating.
    Ballot(Box<Ballot>),
    /// Something else with a kind: kept, not interpreted.
    Other(String),
    /// Kept as bytes, `quarantined(malformed)`. Says what is wrong.
    Malformed(String),
}

impl Parsed {
    /// Judges a line. Never fails: a record that can't be read is stored all the same.
    pub fn of(line: &[u8]) -> Self {
        if line.len() > policy::MAX_RECORD_BYTES {
            return Self::Malformed(format!("longer than {} bytes", policy::MAX_RECORD_BYTES));
        }
        if canon::depth(line, policy::MAX_RECORD_DEPTH) > policy::MAX_RECORD_DEPTH {
            return Self::Malformed(format!("nested deeper than {}", policy::MAX_RECORD_DEPTH));
        }
        Self::read(line).unwrap_or_else(Self::Malformed)
    }

    fn read(line: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Kind {
            kind: String,
        }
        let text = |error: serde_json::Error| error.to_string();
        let Kind { kind } = serde_json::from_slice(line).map_err(text)?;
        Ok(match kind.as_str() {
            "open" => Self::Open(serde_json::from_slice(line).map_err(text)?),
            "ballot" => Self::Ballot(serde_json::from_slice(line).map_err(text)?),
            _ => Self::Other(kind),
        })
    }
}

/// Whether a line is a ballot, for counting ballots in tips: decided the same way on both sides.
pub fn is_ballot(line: &[u8]) -> bool {
    matches!(Parsed::of(line), Parsed::Ballot(_))
}

/// A hole: a line whose body the tablet can no longer read. Its leaf keeps the chain whole.
pub fn hole_line(leaf: &Hash) -> String {
    format!("#{leaf} damaged")
}

/// Reads a hole line; anything else is a record.
pub fn parse_hole(line: &[u8]) -> Option<Hash> {
    let hex = line.strip_prefix(b"#")?.strip_suffix(b" damaged")?;
    Hash::parse(std::str::from_utf8(hex).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_judged_never_refused() {
        let malformed = |line: &[u8]| matches!(Parsed::of(line), Parsed::Malformed(_));
        assert!(malformed(b"not json"));
        assert!(malformed(&[0xff, 0xfe]));
        assert!(malformed(&b"[".repeat(3000)));
        assert!(malformed(
            format!("{{\"kind\":\"x\",\"a\":\"{}\"}}", "a".repeat(5000)).as_bytes()
        ));
        assert!(malformed(br#"{"kind":"ballot","at":1}"#));
        assert_eq!(
            Parsed::of(br#"{"kind":"later","new":1}"#),
            Parsed::Other("later".into())
        );
    }

    #[test]
    fn a_line_as_long_and_as_deep_as_it_may_be_is_read_and_one_more_is_not() {
        let long = |bytes: usize| {
            let around = r#"{"kind":"x","a":""}"#.len();
            format!("{{\"kind\":\"x\",\"a\":\"{}\"}}", "a".repeat(bytes - around))
        };
        let deep = |levels: usize| {
            format!(
                "{{\"kind\":\"x\",\"a\":{}{}}}",
                "[".repeat(levels - 1),
                "]".repeat(levels - 1)
            )
        };
        let (bytes, levels) = (policy::MAX_RECORD_BYTES, policy::MAX_RECORD_DEPTH);
        for (line, taken) in [
            (long(bytes), true),
            (long(bytes + 1), false),
            (deep(levels), true),
            (deep(levels + 1), false),
            (deep(levels + 2), false),
        ] {
            assert_eq!(matches!(Parsed::of(line.as_bytes()), Parsed::Other(_)), taken, "{line}");
            assert!(!is_ballot(line.as_bytes()));
        }
    }

    #[test]
    fn a_day_tells_of_comments_and_a_month_of_languages_from_five_on() {
        let mut day = Day {
            abandoned: 0,
            cast: 1,
            comments: 0,
            day: 20_000,
            started: 1,
            step: 0,
        };
        assert!(!crate::wire::canon::line_of(&day).contains("comments"));
        day.comments = 2;
        assert!(crate::wire::canon::line_of(&day).contains(r#""comments":2"#));
        for (count, told) in [(0, "\"<5\""), (4, "\"<5\""), (5, "5"), (9, "5"), (10, "10")] {
            assert_eq!(coarse(count).to_string(), told);
        }
    }

    #[test]
    fn a_hole_reads_back() {
        let leaf = crate::wire::chain::leaf(b"x");
        assert_eq!(parse_hole(hole_line(&leaf).as_bytes()), Some(leaf));
        assert_eq!(parse_hole(b"#12 damaged"), None);
    }
}
