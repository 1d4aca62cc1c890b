//! What operator mode says. Clerks read it, in no hurry, and not citizens: it names things as the district's pages do.

mod en;
mod vi;

use super::Language;
use crate::{
    domain::time::rfc3339,
    engine::message::operator::{Attention, TakenFile},
    session::operator::Refused,
};

/// The texts of operator mode in one language. `{}` stands for a number, a time or a name.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is named after the place where it is shown")]
pub struct OperatorTexts {
    pub title: &'static str,
    pub leave: &'static str,
    pub back: &'static str,
    pub language: &'static str,

    pub pin_title: &'static str,
    pub pin_body: &'static str,
    pub pin_typed: &'static str,
    pub code_title: &'static str,
    pub code_body: &'static str,
    pub use_code: &'static str,
    pub use_pin: &'static str,
    pub erase_key: &'static str,
    pub open: &'static str,
    pub looking: &'static str,
    pub wrong_pin: &'static str,
    pub wait_seconds: &'static str,
    pub wait_minutes: &'static str,
    pub code_only: &'static str,
    pub no_pin: &'static str,
    pub wrong_code: &'static str,

    pub waiting: &'static str,
    pub sent: &'static str,
    pub ballots: &'static str,
    pub last_contact: &'static str,
    pub never: &'static str,
    pub around: &'static str,
    pub sendable: &'static str,
    pub sendable_from: &'static str,
    pub sendable_now: &'static str,
    pub sendable_none: &'static str,
    pub attention: &'static str,
    pub nothing: &'static str,
    pub damaged: &'static str,
    pub passed_by: &'static str,
    pub setup_unread: &'static str,
    pub not_persisted: &'static str,
    pub clock_steps: &'static str,
    pub offline: &'static str,
    pub send_now: &'static str,
    pub sending: &'static str,
    pub files: &'static str,
    pub counter: &'static str,
    pub tests: &'static str,
    pub start_counting: &'static str,
    pub erase: &'static str,
    pub versions: &'static str,
    pub app: &'static str,
    pub survey: &'static str,
    pub setup: &'static str,
    pub storage: &'static str,
    pub persisted: &'static str,
    pub unpersisted: &'static str,
    pub unknown: &'static str,
    pub device: &'static str,
    pub set_pin: &'static str,

    pub files_body: &'static str,
    pub save: &'static str,
    pub take: &'static str,
    pub saved: &'static str,
    pub saved_left: &'static str,
    pub nothing_to_save: &'static str,
    pub nothing_to_save_until: &'static str,
    pub no_file_key: &'static str,
    pub taken: &'static str,
    pub taken_setup: &'static str,
    pub taken_known: &'static str,
    pub taken_foreign: &'static str,
    pub taken_damaged: &'static str,
    pub taken_other: &'static str,
    pub taken_not_ours: &'static str,
    pub unreadable: &'static str,

    pub counter_body: &'static str,
    pub counter_here: &'static str,
    pub counter_asked: &'static str,
    pub counter_only: &'static str,

    pub tests_body: &'static str,
    pub test_sound: &'static str,
    pub test_screen: &'static str,
    pub test_storage: &'static str,
    pub sound_played: &'static str,
    pub storage_good: &'static str,
    pub storage_bad: &'static str,
    pub screen_next: &'static str,
    pub grid_body: &'static str,

    pub erase_body: &'static str,
    pub erase_free: &'static str,
    pub erase_stake: &'static str,
    pub erase_damaged: &'static str,
    pub erase_code: &'static str,
    pub erase_field: &'static str,
    pub erase_yes: &'static str,
    pub erase_wrong: &'static str,
    pub erase_not_reached: &'static str,
    pub erase_telling: &'static str,
}

impl Language {
    /// The texts of operator mode.
    pub fn operator(self) -> &'static OperatorTexts {
        match self {
            Self::English => &en::TEXTS,
            // Packs are for citizens; staff read Vietnamese.
            Self::Vietnamese | Self::Pack(_) => &vi::TEXTS,
        }
    }
}

/// A text with its place filled.
pub fn fill(text: &str, with: impl std::fmt::Display) -> String {
    text.replace("{}", &with.to_string())
}

/// `09:30, 22/11/2026` in local time.
pub fn moment(unix: i64) -> String {
    let text = rfc3339(unix);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    format!("{}, {}/{}/{}", part(11..16), part(8..10), part(5..7), part(0..4))
}

impl OperatorTexts {
    /// Why what was typed did not open it.
    pub fn refused(&self, refused: Refused) -> String {
        match refused {
            Refused::Wrong => self.wrong_pin.to_owned(),
            Refused::Wait(seconds) if seconds < 60 => fill(self.wait_seconds, seconds),
            Refused::Wait(seconds) => fill(self.wait_minutes, seconds.saturating_add(59) / 60),
            Refused::CodeOnly => self.code_only.to_owned(),
            Refused::NoPin => self.no_pin.to_owned(),
            Refused::WrongCode => self.wrong_code.to_owned(),
        }
    }

    /// Something to look at, and what to do about it.
    pub fn attention_of(&self, attention: Attention) -> String {
        match attention {
            Attention::Damaged(files) => fill(self.damaged, files),
            Attention::PassedBy(records) => fill(self.passed_by, records),
            Attention::SetupUnread => self.setup_unread.to_owned(),
            Attention::NotPersisted => self.not_persisted.to_owned(),
            Attention::ClockSteps(steps) => fill(self.clock_steps, steps),
        }
    }

    /// What a receipt file brought.
    pub fn taken_of(&self, taken: TakenFile) -> String {
        match taken {
            TakenFile::Taken { settled: 0, .. } => self.taken_setup.to_owned(),
            TakenFile::Taken { settled, setup } => {
                let more = if setup {
                    format!(" {}", self.taken_setup)
                } else {
                    String::new()
                };
                fill(self.taken, settled) + &more
            }
            TakenFile::Known => self.taken_known.to_owned(),
            TakenFile::Foreign => self.taken_foreign.to_owned(),
            TakenFile::Damaged => self.taken_damaged.to_owned(),
            TakenFile::OtherDistrict => self.taken_other.to_owned(),
            TakenFile::NotOurs => self.taken_not_ours.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_waits_are_said_as_people_say_them() {
        assert_eq!(moment(1_795_323_600), "12:00, 22/11/2026");
        let texts = Language::Vietnamese.operator();
        assert_eq!(
            texts.refused(Refused::Wait(30)),
            "Mã PIN không đúng. Xin thử lại sau 30 giây."
        );
        assert_eq!(
            texts.refused(Refused::Wait(61)),
            "Mã PIN không đúng. Xin thử lại sau 2 phút."
        );
        assert_eq!(fill("{} phiếu", 3), "3 phiếu");
    }
}
