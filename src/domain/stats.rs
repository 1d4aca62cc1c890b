//! Honest numbers (design §6): "Tỷ lệ hài lòng (phiếu tại quầy)" and how sure it is.
//!
//! The rate is (hài lòng + rất hài lòng) / valid answers, pooled over answers, never a mean of percentages
//! (domain.md §1.5). A percentage can't be had without its n, its period and its interval: [`Rate`] keeps its numbers
//! to itself and hands them out together, in [`Rate::said`]. "Chỉ số hài lòng" is SIPAS's name and is not used here.

use super::{ballot::LEVELS_VI, number, period::Period, policy};

/// z of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;
/// An interval at least this wide is told in whole percent: a decimal would only be noise.
const COARSE_WIDTH: f64 = 0.05;

/// Valid answers to one scale question, by level 1 to 5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u64; 5]);

impl Tally {
    /// Counts of levels 1 to 5, in that order.
    pub fn new(levels: [u64; 5]) -> Self {
        Self(levels)
    }

    /// Counts `times` answers; a level outside 1 to 5 is not a valid answer and leaves both sides of the rate.
    pub fn add(&mut self, level: i64, times: u64) {
        let place = usize::try_from(level).ok().and_then(|level| level.checked_sub(1));
        if let Some(count) = place.and_then(|place| self.0.get_mut(place)) {
            *count = count.saturating_add(times);
        }
    }

    /// Both together: answers are pooled.
    pub fn plus(mut self, other: Self) -> Self {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = mine.saturating_add(theirs);
        }
        self
    }

    /// This one without a part of it.
    #[must_use]
    pub fn less(mut self, part: Self) -> Self {
        for (mine, theirs) in self.0.iter_mut().zip(part.0) {
            *mine = mine.saturating_sub(theirs);
        }
        self
    }

    /// Counts of levels 1 to 5, in that order.
    pub fn levels(&self) -> [u64; 5] {
        self.0
    }

    /// Levels with their official words and counts, best first.
    pub fn labelled(&self) -> impl Iterator<Item = (&'static str, u64)> {
        LEVELS_VI.into_iter().zip(self.0).rev()
    }

    /// Valid answers.
    pub fn n(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Answers "Hài lòng" and "Rất hài lòng".
    pub fn satisfied(&self) -> u64 {
        let [_, _, _, good, best] = self.0;
        good.saturating_add(best)
    }
}

/// A 95 % interval, both ends as shares of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The Wilson score interval at 95 % (E. B. Wilson 1927): stays inside 0 to 1 and makes sense for small n, where the
/// textbook interval says 100–100 % for 10 of 10. `None` without answers.
pub fn wilson(satisfied: u64, n: u64) -> Option<Interval> {
    if n == 0 || satisfied > n {
        return None;
    }
    let (k, n) = (satisfied as f64, n as f64);
    let p = k / n;
    let scale = 1.0 + Z * Z / n;
    let centre = p + Z * Z / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(Interval {
        // The ends that the formula reaches exactly, without the last bit of floating point.
        low: if satisfied == 0 { 0.0 } else { (centre - reach) / scale },
        high: if k == n { 1.0 } else { (centre + reach) / scale },
    })
}

/// A rate that can't be taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    tally: Tally,
    period: Period,
    interval: Interval,
}

/// A rate as people read it, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// "98,9%".
    pub percent: String,
    /// "98,1–99,4%".
    pub interval: String,
    /// "1.077".
    pub n: String,
    /// What the rate covers.
    pub period: Period,
}

impl Rate {
    /// The numbers, ready to be read. One decimal only where the interval is narrower than five points.
    pub fn said(&self) -> Said {
        let Interval { low, high } = self.interval;
        let decimals = usize::from(high - low < COARSE_WIDTH);
        let share = self.tally.satisfied() as f64 / self.tally.n() as f64;
        let (low, high) = (number::percent(low, decimals), number::percent(high, decimals));
        Said {
            percent: format!("{}%", number::percent(share, decimals)),
            interval: if low == high {
                format!("{low}%")
            } else {
                format!("{low}–{high}%")
            },
            n: number::integer(self.tally.n()),
            period: self.period,
        }
    }

    /// Levels best first: official words, count, share in whole percent ("94%"; somebody is never "0%").
    pub fn levels(&self) -> Vec<(&'static str, u64, String)> {
        let n = self.tally.n();
        self.tally
            .labelled()
            .map(|(label, count)| (label, count, whole_percent(count, n)))
            .collect()
    }

    /// The answers behind it.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The period it covers.
    pub fn period(&self) -> Period {
        self.period
    }

    /// The interval, for drawing it.
    pub fn interval(&self) -> Interval {
        self.interval
    }
}

/// A rate of satisfaction, as far as there are answers enough for one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Fewer than [`policy::MIN_N_RATE`] answers: no percentage.
    TooFew {
        /// Valid answers.
        n: u64,
        /// What was looked at.
        period: Period,
    },
    /// Fewer than [`policy::MIN_N_RANK`] answers: rate and interval, no rank.
    Unranked(Rate),
    /// Answers enough to be compared.
    Ranked(Rate),
}

impl Figure {
    /// The figure of a chosen period.
    pub fn of(tally: Tally, period: Period) -> Self {
        let n = tally.n();
        match wilson(tally.satisfied(), n) {
            Some(interval) if n >= policy::MIN_N_RATE => {
                let rate = Rate {
                    tally,
                    period,
                    interval,
                };
                if n >= policy::MIN_N_RANK {
                    Self::Ranked(rate)
                } else {
                    Self::Unranked(rate)
                }
            }
            _ => Self::TooFew { n, period },
        }
    }

    /// A headline figure: the shortest window that holds enough answers to be compared, else the longest. Windows
    /// come shortest first, as from [`Period::fallbacks`]; `None` only if there are none.
    pub fn headline(windows: impl IntoIterator<Item = (Period, Tally)>) -> Option<Self> {
        let mut longest = None;
        for (period, tally) in windows {
            longest = Some(Self::of(tally, period));
            if tally.n() >= policy::MIN_N_RANK {
                break;
            }
        }
        longest
    }

    /// Valid answers.
    pub fn n(&self) -> u64 {
        match self {
            Self::TooFew { n, .. } => *n,
            Self::Unranked(rate) | Self::Ranked(rate) => rate.tally.n(),
        }
    }

    /// What it covers.
    pub fn period(&self) -> Period {
        match self {
            Self::TooFew { period, .. } => *period,
            Self::Unranked(rate) | Self::Ranked(rate) => rate.period,
        }
    }

    /// The rate, if there is one.
    pub fn rate(&self) -> Option<&Rate> {
        match self {
            Self::TooFew { .. } => None,
            Self::Unranked(rate) | Self::Ranked(rate) => Some(rate),
        }
    }

    /// One line that says all of it, for reports and messages.
    pub fn vietnamese(&self) -> String {
        match self {
            Self::TooFew { n, .. } => format!("Chưa đủ phiếu để tính tỷ lệ (n = {})", number::integer(*n)),
            Self::Unranked(rate) | Self::Ranked(rate) => {
                let said = rate.said();
                format!(
                    "{} ({}, n = {}), ước lượng trong khoảng {}",
                    said.percent,
                    said.period.vietnamese(),
                    said.n,
                    said.interval
                )
            }
        }
    }
}

/// The share of a count in a total that stands beside it, in whole percent ("94%"; somebody is never "0%").
pub fn whole_percent(count: u64, total: u64) -> String {
    match number::percent(count as f64 / total.max(1) as f64, 0) {
        zero if zero == "0" && count > 0 => "<1%".to_owned(),
        share => format!("{share}%"),
    }
}

/// A count that may be shown: a cell of 1 to 4 in a table of answers could point at one citizen.
pub fn shown_cell(count: u64) -> Option<u64> {
    (count == 0 || count >= policy::MIN_CELL).then_some(count)
}

#[cfg(test)]
#[path = "stats_tests.rs"]
mod tests;
