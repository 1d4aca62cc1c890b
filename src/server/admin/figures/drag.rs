//! What pulls a figure up or down: each part against all the others, and what the figure would be without it. Pure.

use crate::domain::{
    compare::{self, apart},
    period::Period,
    stats::{Figure, Tally},
};
use std::cmp::Ordering;

/// A part of a whole.
#[derive(Clone, Debug)]
pub(super) struct Part<K> {
    pub(super) key: K,
    pub(super) name: String,
    pub(super) figure: Figure,
    /// All other parts together; only where it is not the same as giving this part's answers away.
    pub(super) others: Figure,
    /// Whether it can be told apart from the others.
    pub(super) against: Option<Ordering>,
}

/// The parts, the one that costs the whole most points first; parts without a rate go last, in their order.
pub(super) fn parts<K>(parts: Vec<(K, String, Tally)>, period: Period) -> Vec<Part<K>> {
    let tallies: Vec<Tally> = parts.iter().map(|(_, _, tally)| *tally).collect();
    let figures = compare::rows(&tallies, period);
    let whole = tallies.iter().fold(Tally::default(), |all, tally| all.plus(*tally));
    let mut out: Vec<(f64, Part<K>)> = Vec::new();
    for ((key, name, tally), figure) in parts.into_iter().zip(figures) {
        let rest = whole.less(tally);
        let others = match figure.rate() {
            Some(_) => Figure::of(rest, period),
            // Without a rate of its own, what the others say must not tell it.
            None => Figure::TooFew { n: rest.n(), period },
        };
        let share = |tally: Tally| tally.satisfied() as f64 / tally.n().max(1) as f64;
        // Points that the whole would gain without this part.
        let cost = match (figure.rate(), others.rate()) {
            (Some(_), Some(_)) => share(rest) - share(whole),
            _ => f64::NEG_INFINITY,
        };
        let part = Part {
            against: apart(&figure, &others),
            key,
            name,
            figure,
            others,
        };
        out.push((cost, part));
    }
    out.sort_by(|a, b| b.0.total_cmp(&a.0));
    out.into_iter().map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_costs_most_comes_first_and_is_told_apart_only_with_reason() {
        let tally = |good, n: u64| Tally::new([n - good, 0, 0, good, 0]);
        let found = parts(
            vec![
                (1, "Quầy 1".to_owned(), tally(480, 500)),
                (2, "Quầy 2".to_owned(), tally(300, 500)),
                (3, "Quầy 3".to_owned(), tally(7, 8)),
                (4, "Quầy 4".to_owned(), tally(24, 26)),
            ],
            Period::all(),
        );
        assert_eq!(found.iter().map(|part| part.key).collect::<Vec<_>>(), [2, 4, 1, 3]);
        let against: Vec<_> = found.iter().map(|part| part.against).collect();
        assert_eq!(against, [Some(Ordering::Less), None, Some(Ordering::Greater), None]);
        assert!(
            found[3].others.rate().is_none(),
            "a hidden part is not told by the others either"
        );
    }
}
