//! When low ratings become a task (việc cần xử lý): the rule of a unit, and which ratings fire it.
//!
//! All pure: whoever looks brings the ratings that no task holds yet. A rating is *fresh* for a rule if it was stored while
//! that rule held: only a fresh one can fire it, so that a new rule never reaches back; older ones may help to fill its window.

use super::{policy, time::LocalDay, workdays::Workdays};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many ratings of a level or less at one reception point within so many working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Said")]
pub struct Rule {
    level: u8,
    count: u64,
    days: u64,
}

/// A rule as it is stored.
#[derive(Deserialize)]
struct Said {
    level: u8,
    count: u64,
    days: u64,
}

/// Not a rule that a unit may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rule has a level of 1 to 3, a count of 2 to 50 and 1 to 23 working days")]
pub struct RuleError;

impl Default for Rule {
    fn default() -> Self {
        Self {
            level: policy::TASK_LEVEL,
            count: policy::TASK_COUNT,
            days: policy::TASK_DAYS,
        }
    }
}

impl TryFrom<Said> for Rule {
    type Error = RuleError;

    fn try_from(said: Said) -> Result<Self, RuleError> {
        Self::new(said.level, said.count, said.days)
    }
}

impl Rule {
    /// A rule: highest level that is low (1 to 3), how many (2 to 50: a task is never about one citizen), within how many
    /// working days (1 to 23).
    pub fn new(level: u8, count: u64, days: u64) -> Result<Self, RuleError> {
        let good = (1..=policy::TASK_MAX_LEVEL).contains(&level)
            && (policy::TASK_COUNT_RANGE).contains(&count)
            && (1..=policy::TASK_MAX_DAYS).contains(&days);
        if good {
            Ok(Self { level, count, days })
        } else {
            Err(RuleError)
        }
    }

    /// The highest level that is low.
    pub fn level(self) -> u8 {
        self.level
    }

    /// How many low ratings.
    pub fn count(self) -> u64 {
        self.count
    }

    /// Within how many working days.
    pub fn days(self) -> u64 {
        self.days
    }

    /// "2 đánh giá từ mức “Không hài lòng” trở xuống trong 5 ngày làm việc".
    pub fn vietnamese(self) -> String {
        let level = level_vi(self.level);
        format!("{} đánh giá {level} trong {} ngày làm việc", self.count, self.days)
    }
}

/// "từ mức “Không hài lòng” trở xuống".
pub fn level_vi(level: u8) -> String {
    let place = usize::from(level.saturating_sub(1));
    match super::ballot::LEVELS_VI.get(place) {
        Some(name) if place > 0 => format!("từ mức “{name}” trở xuống"),
        Some(name) => format!("mức “{name}”"),
        None => String::new(),
    }
}

/// A rating that no task holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rating {
    /// Its effective day.
    pub day: LocalDay,
    /// 1 to 5.
    pub level: u8,
    /// Stored while the rule held.
    pub fresh: bool,
}

/// The ratings of one reception point that fire the rule, by their place in the list, ascending: every one that lies in a
/// window of the rule's working days with enough low ratings, of which at least one is fresh. Empty: nothing fires.
///
/// What is left afterwards fires nothing: looking twice comes to the same.
pub fn firing(rule: Rule, work: &Workdays, ratings: &[Rating]) -> Vec<usize> {
    let mut low: Vec<usize> = (0..ratings.len())
        .filter(|place| ratings.get(*place).is_some_and(|rating| rating.level <= rule.level))
        .collect();
    let day = |place: &usize| ratings.get(*place).map_or(LocalDay(0), |rating| rating.day);
    low.sort_by_key(day);
    // Days off have the number of the working day before them: two days are within the rule's window if their numbers differ
    // by less than its days.
    let mut numbers: BTreeMap<LocalDay, u64> = BTreeMap::new();
    let mut before: Option<(LocalDay, u64)> = None;
    for day in low.iter().map(day) {
        let number = before.map_or(0, |(last, number)| number + work.between(last, day));
        numbers.insert(day, number);
        before = Some((day, number));
    }
    let number = |place: &usize| numbers.get(&day(place)).copied().unwrap_or(0);
    let mut fires = vec![false; low.len()];
    let mut first = 0;
    for last in 0..low.len() {
        let window = loop {
            let Some(window) = low.get(first..=last) else {
                break &[][..];
            };
            let (Some(oldest), Some(newest)) = (window.first(), window.last()) else {
                break window;
            };
            if number(newest) - number(oldest) < rule.days {
                break window;
            }
            first += 1;
        };
        let fresh = |place: &usize| ratings.get(*place).is_some_and(|rating| rating.fresh);
        if window.len() as u64 >= rule.count && window.iter().any(fresh) {
            fires
                .iter_mut()
                .take(last + 1)
                .skip(first)
                .for_each(|fires| *fires = true);
        }
    }
    let mut places: Vec<usize> = low
        .into_iter()
        .zip(fires)
        .filter_map(|(place, fires)| fires.then_some(place))
        .collect();
    places.sort_unstable();
    places
}

/// How often a rule would have fired at one reception point, had it been looked at every morning: the same code as
/// [`firing`], fed day by day. A firing takes its ratings with it.
pub fn replay(rule: Rule, work: &Workdays, ratings: &[(LocalDay, u8)]) -> u64 {
    let mut by_day: BTreeMap<LocalDay, Vec<u8>> = BTreeMap::new();
    for (day, level) in ratings.iter().filter(|(_, level)| *level <= rule.level) {
        by_day.entry(*day).or_default().push(*level);
    }
    let (mut fired, mut open) = (0, Vec::<Rating>::new());
    for (day, levels) in by_day {
        // What has left the window of today's ratings can't fire with them.
        open.retain(|rating| work.between(rating.day, day) < rule.days);
        open.iter_mut().for_each(|rating| rating.fresh = false);
        open.extend(levels.into_iter().map(|level| Rating {
            day,
            level,
            fresh: true,
        }));
        let places = firing(rule, work, &open);
        if !places.is_empty() {
            fired += 1;
            let mut place = 0;
            open.retain(|_| {
                place += 1;
                !places.contains(&(place - 1))
            });
        }
    }
    fired
}

/// What a task came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Động viên: the leader talked to those who work there and encouraged them.
    Encouraged,
    /// Nhắc nhở: the leader reminded them of their duty.
    Reminded,
    /// Không xác minh được.
    Unverified,
}

impl Outcome {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Encouraged, Self::Reminded, Self::Unverified];

    /// Its name in the database, the log and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Encouraged => "encouraged",
            Self::Reminded => "reminded",
            Self::Unverified => "unverified",
        }
    }

    /// The outcome of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == text)
    }

    /// What people read.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Encouraged => "động viên",
            Self::Reminded => "nhắc nhở",
            Self::Unverified => "không xác minh được",
        }
    }

    /// The same in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::Encouraged => "encouraged",
            Self::Reminded => "reminded",
            Self::Unverified => "could not be verified",
        }
    }
}

#[cfg(test)]
#[path = "tasks_tests.rs"]
mod tests;
