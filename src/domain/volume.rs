//! Transactions of a unit in a reporting month, as its own papers tell of them (domain.md §1.5, §3, F15, F18, F19, F38).
//!
//! They stand beside the ballots, never in them: without them nobody can say how many of those served have spoken.

use super::{number, period::Period, policy, stats::Figure};
use serde::{Deserialize, Serialize};

/// What was entered for one unit and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Visits at the counters (lượt giao dịch): who could have cast a ballot.
    pub transactions: u64,
    /// The papers (hồ sơ), where somebody entered them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub papers: Option<Papers>,
}

/// Papers of a month: they must add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Papers {
    total: u64,
    on_time: u64,
    pending: u64,
    late: u64,
}

/// The parts are not the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{total} is not {on_time} + {pending} + {late}")]
pub struct Unbalanced {
    /// All papers taken in.
    pub total: u64,
    /// Done early or on time.
    pub on_time: u64,
    /// Not done, not overdue.
    pub pending: u64,
    /// Done late, or overdue.
    pub late: u64,
}

impl Unbalanced {
    /// What the clerk reads: which numbers, what is left over, and what it may be.
    pub fn vietnamese(&self) -> String {
        let sum = self.on_time.saturating_add(self.pending).saturating_add(self.late);
        let n = number::integer;
        let parts = format!("{} + {} + {}", n(self.on_time), n(self.pending), n(self.late));
        if self.total > sum {
            let gap = self.total - sum;
            format!(
                "Tổng {} khác {parts} = {}: còn {} hồ sơ chưa rõ. Có phải quá hạn = {}?",
                n(self.total),
                n(sum),
                n(gap),
                n(self.late.saturating_add(gap))
            )
        } else {
            format!(
                "Tổng {} khác {parts} = {}: các phần nhiều hơn tổng {} hồ sơ. Xin kiểm tra lại.",
                n(self.total),
                n(sum),
                n(sum - self.total)
            )
        }
    }
}

impl Papers {
    /// Papers that add up: taken in = done early or on time + still in time + late.
    pub fn new(total: u64, on_time: u64, pending: u64, late: u64) -> Result<Self, Unbalanced> {
        let sum = on_time.checked_add(pending).and_then(|sum| sum.checked_add(late));
        if sum == Some(total) {
            Ok(Self {
                total,
                on_time,
                pending,
                late,
            })
        } else {
            Err(Unbalanced {
                total,
                on_time,
                pending,
                late,
            })
        }
    }

    /// Total, done early or on time, still in time, late.
    pub fn parts(&self) -> [u64; 4] {
        [self.total, self.on_time, self.pending, self.late]
    }

    /// "98,5% (971 trên 986 hồ sơ đã giải quyết hoặc quá hạn)"; `None` if none was due.
    pub fn on_time(&self) -> Option<Share> {
        Share::of(self.on_time, self.on_time.saturating_add(self.late))
    }

    fn plus(self, other: Self) -> Self {
        Self {
            total: self.total.saturating_add(other.total),
            on_time: self.on_time.saturating_add(other.on_time),
            pending: self.pending.saturating_add(other.pending),
            late: self.late.saturating_add(other.late),
        }
    }
}

impl Volume {
    /// Both units together; papers only if both have them.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            transactions: self.transactions.saturating_add(other.transactions),
            papers: self.papers.zip(other.papers).map(|(one, other)| one.plus(other)),
        }
    }

    /// How many of those served have cast a ballot; `None` where there are more ballots than people served: one of the two
    /// numbers is wrong, and a share of them would hide it.
    pub fn response(&self, ballots: u64) -> Option<Share> {
        Share::of(ballots, self.transactions).filter(|share| share.part <= share.whole)
    }
}

/// A part of a whole that is told together with both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

impl Share {
    /// `None` of nothing.
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then_some(Self { part, whole })
    }

    /// "97,8% (971/993)".
    pub fn vietnamese(&self) -> String {
        let share = self.part as f64 / self.whole as f64;
        format!(
            "{}% ({}/{})",
            number::percent(share, 1),
            number::integer(self.part),
            number::integer(self.whole)
        )
    }
}

/// Ballots a month needs for its rate to be known within ±5 points: n = N / (1 + N·e²), e = 5 %, rounded half up
/// (domain.md §1.5; the ministry's training text). In integers: N·400 / (400 + N).
pub fn needed_sample(transactions: u64) -> u64 {
    let (n, scale) = (u128::from(transactions), 400u128);
    let whole = n.saturating_mul(scale);
    let parts = n.saturating_add(scale);
    u64::try_from((whole.saturating_mul(2).saturating_add(parts)) / parts.saturating_mul(2)).unwrap_or(u64::MAX)
}

/// Whether a figure has to carry the caveat of self-selection: nearly everybody content, and few of those served have
/// spoken (F38). Without transactions nobody knows how few: the figure alone decides.
pub fn is_implausible(figure: &Figure, transactions: Option<u64>) -> bool {
    let Some(rate) = figure.rate() else { return false };
    let tally = rate.tally();
    let above = |part: u64, whole: u64, percent: u64| {
        u128::from(part).saturating_mul(100) > u128::from(whole).saturating_mul(u128::from(percent))
    };
    let high = above(tally.satisfied(), tally.n(), policy::CAVEAT_RATE_PERCENT);
    let few = transactions.is_none_or(|all| {
        u128::from(tally.n()).saturating_mul(100)
            < u128::from(all).saturating_mul(policy::CAVEAT_RESPONSE_PERCENT.into())
    });
    high && few
}

/// Whether transactions and ballots are of the same days: a rate of one month beside the papers of another is refused
/// (F15).
pub fn same_days(volume: Period, ballots: Period) -> bool {
    volume.first() == ballots.first() && volume.end() == ballots.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::stats::Tally;

    #[test]
    fn the_founding_papers_must_add_up() {
        let wrong = Papers::new(1_042, 971, 56, 0).unwrap_err();
        assert_eq!(
            wrong.vietnamese(),
            "Tổng 1.042 khác 971 + 56 + 0 = 1.027: còn 15 hồ sơ chưa rõ. Có phải quá hạn = 15?"
        );
        let papers = Papers::new(1_042, 971, 56, 15).unwrap();
        assert_eq!(papers.on_time().unwrap().vietnamese(), "98,5% (971/986)");
        let more = Papers::new(10, 9, 2, 0).unwrap_err().vietnamese();
        assert!(more.contains("nhiều hơn tổng 1 hồ sơ"), "{more}");
        assert!(Papers::new(u64::MAX, u64::MAX, u64::MAX, 2).is_err());
    }

    #[test]
    fn the_needed_sample_is_that_of_the_training_text() {
        let needed = [51, 200, 1_000, 15_150, 0, 1].map(needed_sample);
        assert_eq!(needed, [45, 133, 286, 390, 0, 1]);
    }

    #[test]
    fn nearly_everybody_content_among_few_is_marked() {
        let figure = |good, n: u64| Figure::of(Tally::new([n - good, 0, 0, 0, good]), Period::all());
        assert!(is_implausible(&figure(989, 1_000), Some(5_001)));
        assert!(
            !is_implausible(&figure(989, 1_000), Some(5_000)),
            "20 % is not below 20 %"
        );
        assert!(
            !is_implausible(&figure(980, 1_000), Some(10_000)),
            "98 % is not above 98 %"
        );
        assert!(is_implausible(&figure(989, 1_000), None));
        assert!(!is_implausible(&figure(9, 9), Some(1_000)), "no rate, no caveat");
    }

    #[test]
    fn a_response_is_told_with_its_parts() {
        let volume = Volume {
            transactions: 51,
            papers: None,
        };
        assert_eq!(volume.response(45).unwrap().vietnamese(), "88,2% (45/51)");
        assert_eq!(volume.response(51).unwrap().vietnamese(), "100% (51/51)");
        assert_eq!(volume.response(52), None, "more than were served is no share of them");
        assert_eq!(Share::of(1, 0), None);
    }
}
