//! Questions: what can be asked, and when.

use super::text::Text;
use crate::domain::{
    ballot::{Answer, Moment},
    ids::Slug,
};
use serde::{Serialize, Serializer};
use std::fmt;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The SIPAS factor it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<Factor>,
    /// Its name in ballots; keeps its meaning for ever.
    pub id: Slug,
    /// What can be answered.
    #[serde(flatten)]
    pub kind: QuestionKind,
    /// It is asked only if all of these hold; empty means always.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown_if: Vec<Condition>,
    /// What the citizen reads.
    pub text: Text,
}

/// What can be answered to a question, and how a ballot says it (`docs/protocol.md` §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum QuestionKind {
    /// Five levels, 1 (worst) to 5 (best), with their official labels in that order. A ballot holds the level.
    Scale {
        /// Labels of 1 to 5.
        labels: Box<[Text; 5]>,
        /// How the levels look.
        #[serde(skip_serializing_if = "Style::is_faces")]
        style: Style,
    },
    /// One of some options. A ballot holds a list with the id of that one, so that options may be reordered.
    Choice {
        /// The options in their order on the screen.
        options: Vec<Choice>,
    },
    /// Any number of tiles, none included. A ballot holds the list of their ids.
    Tiles {
        /// The tiles in their order on the screen.
        tiles: Vec<Tile>,
    },
    /// Yes or no. A ballot holds 1 or 0.
    YesNo,
    /// "Số lần phải đi lại": a ballot holds 0, 1, or 2 for twice and more.
    Trips,
    /// Free text: the comment channel, a screen of its own. Never in a ballot.
    Text,
}

/// How a scale's levels look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// Five faces with their labels.
    #[default]
    Faces,
    /// Five rows of words.
    Plain,
}

impl Style {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this shape")]
    fn is_faces(&self) -> bool {
        *self == Self::Faces
    }
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The SIPAS factor it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<Factor>,
    /// Its name in ballots.
    pub id: Slug,
    /// What the citizen reads.
    pub text: Text,
}

/// One tile of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tile {
    /// The SIPAS factor it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<Factor>,
    /// Its name in ballots.
    pub id: Slug,
    /// Moments at which it is offered; empty means always.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Moment>,
    /// Name of its pictogram.
    pub picture: Slug,
    /// What the citizen reads.
    pub text: Text,
}

/// A question is asked only if an earlier one was answered so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// One of these was answered.
    pub answers: Vec<Given>,
    /// To this question, which is asked earlier.
    pub question: Slug,
}

/// One thing that was answered: a number, or the id of a tile or an option.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// A level, yes or no, trips.
    Number(i64),
    /// A tile or an option.
    Item(Slug),
}

impl Serialize for Given {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => number.serialize(serializer),
            Self::Item(id) => id.serialize(serializer),
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Item(id) => id.fmt(f),
        }
    }
}

/// The five factors of SIPAS (2640/QĐ-BNV; domain.md §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Factor {
    /// Tiếp cận dịch vụ.
    Tc,
    /// Thủ tục hành chính.
    Tthc,
    /// Công chức trực tiếp giải quyết công việc.
    Cc,
    /// Kết quả dịch vụ.
    Kq,
    /// Việc tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị.
    Gy,
}

impl Factor {
    /// Every factor, in the official order.
    pub const ALL: [Self; 5] = [Self::Tc, Self::Tthc, Self::Cc, Self::Kq, Self::Gy];

    /// Its name in survey documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Tc => "TC",
            Self::Tthc => "TTHC",
            Self::Cc => "CC",
            Self::Kq => "KQ",
            Self::Gy => "GY",
        }
    }

    /// What people read.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Tc => "Tiếp cận dịch vụ",
            Self::Tthc => "Thủ tục hành chính",
            Self::Cc => "Công chức trực tiếp giải quyết công việc",
            Self::Kq => "Kết quả dịch vụ",
            Self::Gy => "Việc tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị",
        }
    }
}

/// Words for 0 (no) and 1 (yes).
pub const YES_NO_VI: [&str; 2] = ["Không", "Có"];
/// Words for 0, 1 and 2 or more trips (NĐ 61/2018, index 3: "không lần nào / một lần / hơn một lần").
pub const TRIPS_VI: [&str; 3] = ["Không lần nào", "Một lần", "Từ hai lần trở lên"];

impl QuestionKind {
    /// Its name in survey documents.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Scale { .. } => "scale",
            Self::Choice { .. } => "choice",
            Self::Tiles { .. } => "tiles",
            Self::YesNo => "yesno",
            Self::Trips => "trips",
            Self::Text => "text",
        }
    }

    /// Whether this can be (a part of) an answer.
    pub fn has(&self, given: &Given) -> bool {
        match (self, given) {
            (Self::Scale { .. }, Given::Number(level)) => (1..=5).contains(level),
            (Self::YesNo, Given::Number(yes)) => (0..=1).contains(yes),
            (Self::Trips, Given::Number(trips)) => (0..=2).contains(trips),
            (Self::Choice { options }, Given::Item(id)) => options.iter().any(|option| &option.id == id),
            (Self::Tiles { tiles }, Given::Item(id)) => tiles.iter().any(|tile| &tile.id == id),
            _ => false,
        }
    }
}

impl Question {
    /// What an answer says, one tile after the other in the order of the survey; nothing if it is no answer to this
    /// question. Of tiles the known ones count, each once.
    pub fn given(&self, answer: &Answer) -> Vec<Given> {
        match (&self.kind, answer) {
            (QuestionKind::Tiles { tiles }, Answer::Tiles(chosen)) => {
                let known = tiles.iter().filter(|tile| chosen.contains(&tile.id));
                known.map(|tile| Given::Item(tile.id.clone())).collect()
            }
            (QuestionKind::Choice { .. }, Answer::Tiles(chosen)) => match chosen.as_slice() {
                [id] => self.possible(Given::Item(id.clone())),
                _ => Vec::new(),
            },
            (_, Answer::Level(number)) => self.possible(Given::Number(*number)),
            _ => Vec::new(),
        }
    }

    fn possible(&self, given: Given) -> Vec<Given> {
        if self.kind.has(&given) { vec![given] } else { Vec::new() }
    }

    /// The official words of an answer.
    pub fn words(&self, given: &Given) -> Option<&str> {
        let place = |number: &i64| usize::try_from(*number).ok();
        match (&self.kind, given) {
            (QuestionKind::Scale { labels, .. }, Given::Number(level)) => {
                let label = labels.get(place(level)?.checked_sub(1)?);
                label.map(|label| label.text.as_str())
            }
            (QuestionKind::YesNo, Given::Number(yes)) => YES_NO_VI.get(place(yes)?).copied(),
            (QuestionKind::Trips, Given::Number(trips)) => TRIPS_VI.get(place(trips)?).copied(),
            (QuestionKind::Choice { options }, Given::Item(id)) => {
                let option = options.iter().find(|option| &option.id == id);
                option.map(|option| option.text.text.as_str())
            }
            (QuestionKind::Tiles { tiles }, Given::Item(id)) => {
                let tile = tiles.iter().find(|tile| &tile.id == id);
                tile.map(|tile| tile.text.text.as_str())
            }
            _ => None,
        }
    }
}
