//! A ballot: one citizen's answers in one visit. The closed list of members of v1 (design §4).
//!
//! There is no name, phone, officer, exact time, language or free text in it, and none may be added.

use super::{
    hex::{Hash, Salt},
    ids::{CounterId, Slug},
    policy,
    time::Bucket,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where in the handling of their papers the citizen rates (thời điểm).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// Papers were taken in.
    Reception,
    /// Papers were handed back, to complete or refused.
    Returned,
    /// The result was handed out.
    Result,
}

impl Moment {
    /// What people read.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Reception => "Tiếp nhận hồ sơ",
            Self::Returned => "Yêu cầu bổ sung / từ chối",
            Self::Result => "Trả kết quả",
        }
    }
}

/// The official words for levels 1 to 5, in that order (domain.md §1.4).
pub const LEVELS_VI: [&str; 5] = [
    "Rất không hài lòng",
    "Không hài lòng",
    "Bình thường",
    "Hài lòng",
    "Rất hài lòng",
];

/// How a visit with a face ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// "Gửi" was tapped.
    Sent,
    /// Nobody touched the screen any more; the tap on the face counts all the same.
    Silent,
}

/// First touch to last tap, coarse (bounds in [`policy`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Took {
    /// Under 5 s.
    Quick,
    /// Under 60 s.
    Normal,
    /// Longer.
    Slow,
}

impl Took {
    /// The class of a duration in seconds.
    pub fn of_secs(secs: i64) -> Self {
        match secs {
            secs if secs < policy::TOOK_QUICK_SECS => Self::Quick,
            secs if secs < policy::TOOK_NORMAL_SECS => Self::Normal,
            _ => Self::Slow,
        }
    }
}

/// Time since the cast before, coarse (bounds in [`policy`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pace {
    /// The first since the app was opened.
    First,
    /// Under 20 s.
    Burst,
    /// Under 2 min.
    Brisk,
    /// Longer.
    Calm,
}

impl Pace {
    /// The class of the time since the cast before, in seconds; `None` for the first one.
    pub fn of_secs(secs: Option<i64>) -> Self {
        match secs {
            None => Self::First,
            Some(secs) if secs < policy::PACE_BURST_SECS => Self::Burst,
            Some(secs) if secs < policy::PACE_BRISK_SECS => Self::Brisk,
            Some(_) => Self::Calm,
        }
    }
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// A number. Of a scale: 1 (Rất không hài lòng) to 5 (Rất hài lòng); of a yes/no question: 0 no, 1 yes; of trips: 0, 1,
    /// 2 for twice and more.
    Level(i64),
    /// The tiles chosen, or the one option of a choice.
    Tiles(Vec<Slug>),
}

/// Answers by question. Unanswered questions are absent.
pub type Answers = BTreeMap<Slug, Answer>;

/// One citizen's answers in one visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "ballot")]
pub struct Ballot {
    /// What was answered.
    pub answers: Answers,
    /// Version of the app.
    pub app: String,
    /// The 15-minute bucket of the last tap.
    pub at: Bucket,
    /// Where.
    pub counter: CounterId,
    /// How the visit ended.
    pub ended: Ended,
    /// Lĩnh vực, where the counter has one preset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// When in the handling of the papers.
    pub moment: Moment,
    /// Time since the cast before.
    pub pace: Pace,
    /// Cast while trying the tablet out: enters no figure and no export.
    pub practice: bool,
    /// Hides the leaf, makes Cast idempotent.
    pub salt: Salt,
    /// Clock jumps of the tablet so far.
    pub step: u32,
    /// The question set that was answered.
    pub survey: Hash,
    /// A queue ticket gave the right to vote.
    pub ticketed: bool,
    /// First touch to last tap.
    pub took: Took,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_the_bounds_of_the_policy() {
        assert_eq!(
            [Took::of_secs(4), Took::of_secs(5), Took::of_secs(60)],
            [Took::Quick, Took::Normal, Took::Slow]
        );
        assert_eq!(
            [Pace::of_secs(None), Pace::of_secs(Some(-3))],
            [Pace::First, Pace::Burst]
        );
        assert_eq!(
            [Pace::of_secs(Some(20)), Pace::of_secs(Some(120))],
            [Pace::Brisk, Pace::Calm]
        );
    }
}
