//! What a unit (đơn vị) decides about its tablets. A unit without a word of its own on something follows the unit above.

use super::{hex::Hex, period::MonthKind, tasks::Rule, time::LocalDay};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A unit's decisions; `None` means "as the unit above".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NodeSettings {
    /// When its counters are open. No unit says anything: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Whether its tablets ask for a comment after the ballot. No unit says anything: they don't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<bool>,
    /// Languages besides Vietnamese and English that its tablets offer, as BCP-47 tags. No unit says anything: all that
    /// were published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// Hash of the operator's PIN (argon2id, PHC text). No unit says anything: operator mode has no PIN yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// How its reporting months run. No unit says anything: by the calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<MonthKind>,
    /// Whether its last ended month is put out for everybody, at `/cong-khai/`. No unit says anything: it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// What stands at the head and foot of its reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letterhead: Option<Letterhead>,
    /// Where "Bình thường" goes in tables of three levels. No unit says anything: to "Không hài lòng".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle: Option<Middle>,
    /// Which low ratings become a task. No unit says anything: two of level 2 or less within five working days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Rule>,
    /// Days off besides weekends and the holidays of a fixed date: Tết, Giỗ Tổ, days that were moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_days: Option<Vec<LocalDay>>,
}

/// Where level 3 goes when five levels become three (domain.md F46): provinces differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Middle {
    /// Who is not satisfied is dissatisfied.
    #[default]
    Dissatisfied,
    /// Who does not complain is satisfied.
    Satisfied,
    /// Neither: it is in no column.
    LeftOut,
}

impl Middle {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Dissatisfied, Self::Satisfied, Self::LeftOut];

    /// Its name in forms, as in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dissatisfied => "dissatisfied",
            Self::Satisfied => "satisfied",
            Self::LeftOut => "left_out",
        }
    }

    /// The way of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|middle| middle.name() == text)
    }

    /// What people read.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Dissatisfied => "Không hài lòng",
            Self::Satisfied => "Hài lòng",
            Self::LeftOut => "không tính",
        }
    }
}

/// The lines of a report that the figures do not know (NĐ 30/2020). Two-tier usage varies, so they are a unit's choice;
/// an empty line is filled from the names of the places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letterhead {
    /// The body above: "UBND TỈNH TUYÊN QUANG".
    pub above: String,
    /// The issuing body: "UBND XÃ HOÀNG SU PHÌ".
    pub body: String,
    /// Before the date: "Hoàng Su Phì".
    pub place: String,
    /// Who signs: "CHỦ TỊCH".
    pub signer: String,
}

impl NodeSettings {
    /// These settings, filled up with those of the unit above.
    #[must_use]
    pub fn or(self, above: Self) -> Self {
        Self {
            hours: self.hours.or(above.hours),
            comments: self.comments.or(above.comments),
            languages: self.languages.or(above.languages),
            pin: self.pin.or(above.pin),
            month: self.month.or(above.month),
            public: self.public.or(above.public),
            // A head is one unit's own; nobody inherits it.
            letterhead: self.letterhead,
            middle: self.middle.or(above.middle),
            tasks: self.tasks.or(above.tasks),
            closed_days: self.closed_days.or(above.closed_days),
        }
    }

    /// As the log tells of them: complete, but with the hash of a secret in the secret's place.
    #[must_use]
    pub fn without_secrets(self) -> Self {
        Self {
            pin: self.pin.as_deref().map(hash_of),
            ..self
        }
    }
}

/// `sha256:<64 hex digits>` of a secret; what already is one stays.
fn hash_of(secret: &str) -> String {
    if secret.starts_with("sha256:") {
        return secret.to_owned();
    }
    format!("sha256:{}", Hex::<32>(Sha256::digest(secret.as_bytes()).into()))
}

/// Opening hours of a week, Monday first; `None` is a closed day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hours(pub [Option<Span>; 7]);

/// A part of a day in minutes since midnight, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First minute.
    pub from: u16,
    /// First minute after it, up to 1440.
    pub to: u16,
}

impl Hours {
    /// Whether this local time is within them. `weekday` counts from Monday = 0, `minute` from midnight.
    pub fn contain(&self, weekday: usize, minute: u16) -> bool {
        let span = self.0.get(weekday).copied().flatten();
        span.is_some_and(|span| (span.from..span.to).contains(&minute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_follows_the_one_above_until_it_says_something_itself() {
        let week = |to| Hours([Some(Span { from: 450, to }); 7]);
        let above = NodeSettings {
            hours: Some(week(1020)),
            month: Some(MonthKind::Statutory),
            ..NodeSettings::default()
        };
        assert_eq!(NodeSettings::default().or(above.clone()), above);
        let own = NodeSettings {
            hours: Some(week(690)),
            comments: Some(false),
            languages: Some(vec![]),
            month: Some(MonthKind::Calendar),
            public: Some(true),
            middle: Some(Middle::LeftOut),
            letterhead: None,
            pin: None,
            tasks: Rule::new(1, 3, 5).ok(),
            closed_days: Some(vec![]),
        };
        assert_eq!(own.clone().or(above), own);
    }

    #[test]
    fn the_log_is_told_the_hash_of_a_pin_only() {
        let settings = NodeSettings {
            pin: Some("$argon2id$…".into()),
            ..NodeSettings::default()
        };
        let told = settings.without_secrets();
        assert!(
            told.pin.as_ref().is_some_and(|pin| pin.starts_with("sha256:")),
            "{told:?}"
        );
        assert_eq!(told.clone().without_secrets(), told);
    }

    #[test]
    fn hours_are_half_open() {
        let mut days = [None; 7];
        days[0] = Some(Span { from: 450, to: 690 });
        let hours = Hours(days);
        assert_eq!(
            [(0, 449), (0, 450), (0, 689), (0, 690), (1, 500)].map(|(day, minute)| hours.contain(day, minute)),
            [false, true, true, false, false]
        );
    }
}
