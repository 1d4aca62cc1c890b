//! Which units' months may be put out for everybody, so that nobody can work out one citizen's answer from what is out.
//!
//! A unit's figure holds those of the units below it. Whoever takes the figures below from the one above is left with
//! the answers of the rest; of one to four of them that would be too much. So a figure below gives way where it would
//! leave such a rest. Decided over all units, whether they show their figure or not: of figures that are safe together,
//! any choice is safe.

use super::policy::{MIN_CELL, MIN_N_PUBLIC};
use serde::{Deserialize, Serialize};

/// A unit with the answers of its month, those below it included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Place of the unit above in the same list.
    pub parent: Option<usize>,
    /// Valid answers.
    pub n: u64,
}

/// Whether a unit's month may be put out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It may.
    Shown,
    /// Fewer answers than [`MIN_N_PUBLIC`].
    TooFew,
    /// With the figure above it would tell what fewer than [`MIN_CELL`] others answered.
    HeldBack,
}

/// Decides for each unit, from the top down; of units beside one another the first in the list has the better right.
pub fn decide(units: &[Unit]) -> Vec<Outcome> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|place| above(units, *place).len());
    let mut outcomes = vec![Outcome::TooFew; units.len()];
    // Answers of a unit that no figure shown below it holds.
    let mut rests: Vec<u64> = units.iter().map(|unit| unit.n).collect();
    for place in order {
        let n = units.get(place).map_or(0, |unit| unit.n);
        if n < MIN_N_PUBLIC {
            continue;
        }
        let shown = |place: &usize| outcomes.get(*place) == Some(&Outcome::Shown);
        let nearest = above(units, place).into_iter().find(shown);
        let rest = nearest.and_then(|above| rests.get_mut(above));
        let outcome = match rest {
            Some(rest) if (1..MIN_CELL).contains(&rest.saturating_sub(n)) => Outcome::HeldBack,
            Some(rest) => {
                *rest = rest.saturating_sub(n);
                Outcome::Shown
            }
            None => Outcome::Shown,
        };
        if let Some(slot) = outcomes.get_mut(place) {
            *slot = outcome;
        }
    }
    outcomes
}

/// Places of the units above, nearest first. A ring, which no tree has, ends where it began.
fn above(units: &[Unit], place: usize) -> Vec<usize> {
    let mut path = Vec::new();
    let mut next = units.get(place).and_then(|unit| unit.parent);
    while let Some(above) = next.filter(|above| *above != place && !path.contains(above)) {
        path.push(above);
        next = units.get(above).and_then(|unit| unit.parent);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{HeldBack, Shown, TooFew};
    use proptest::prelude::*;

    fn unit(parent: Option<usize>, n: u64) -> Unit {
        Unit { parent, n }
    }

    #[test]
    fn a_figure_that_leaves_one_citizen_beside_it_gives_way() {
        // A commune of 31 with a reception point of 30: the one other citizen's answer would be the difference.
        assert_eq!(decide(&[unit(None, 31), unit(Some(0), 30)]), [Shown, HeldBack]);
        assert_eq!(decide(&[unit(None, 30), unit(Some(0), 30)]), [Shown, Shown]);
        assert_eq!(decide(&[unit(None, 35), unit(Some(0), 30)]), [Shown, Shown]);
        // Together they leave two: the second gives way.
        let points = [unit(None, 72), unit(Some(0), 35), unit(Some(0), 35)];
        assert_eq!(decide(&points), [Shown, Shown, HeldBack]);
        // Below a unit that gave way, the nearest one shown counts.
        let deep = [unit(None, 36), unit(Some(0), 35), unit(Some(1), 31)];
        assert_eq!(decide(&deep), [Shown, HeldBack, Shown]);
        assert_eq!(decide(&[unit(None, 29), unit(Some(0), 29)]), [TooFew, TooFew]);
    }

    proptest! {
        /// Whatever the tree and whoever shows theirs: what is left of a figure without the figures below it that are
        /// out is nothing, or at least five answers.
        #[test]
        fn no_choice_of_figures_leaves_one_to_four(
            own in prop::collection::vec((0u64..60, any::<prop::sample::Index>(), any::<bool>()), 1..12),
        ) {
            let parents: Vec<Option<usize>> =
                own.iter().enumerate().map(|(at, (_, parent, _))| (at > 0).then(|| parent.index(at))).collect();
            let mut totals: Vec<u64> = own.iter().map(|(n, ..)| *n).collect();
            for at in (1..own.len()).rev() {
                totals[parents[at].unwrap()] += totals[at];
            }
            let units: Vec<Unit> = parents.iter().zip(&totals).map(|(parent, n)| unit(*parent, *n)).collect();
            let outcomes = decide(&units);
            let out: Vec<bool> =
                outcomes.iter().zip(&own).map(|(outcome, (.., on))| *outcome == Shown && *on).collect();
            for at in (0..units.len()).filter(|at| out[*at]) {
                let holds = |below: usize| above(&units, below).into_iter().find(|a| out[*a]) == Some(at);
                let below: u64 = (0..units.len()).filter(|b| out[*b] && holds(*b)).map(|b| totals[b]).sum();
                prop_assert!(!(1..MIN_CELL).contains(&(totals[at] - below)), "{units:?} {out:?}");
            }
        }
    }
}
