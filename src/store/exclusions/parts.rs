//! What a decision would let somebody work out. Figures are made of half months of counters, and are read before a
//! decision, after it, and after every one to come: where one to four ballots are moved or left, or can be told apart by
//! what was ever told, the difference says what these few citizens chose.

use crate::{domain::policy::MIN_CELL, store::Few};
use std::collections::BTreeMap;

/// A released ballot of a half month that a decision touches.
#[derive(Debug)]
pub(super) struct Part {
    /// The counter's number, and the first day of the half month.
    pub(super) half: (i64, i64),
    /// The release that brought it into the figures.
    pub(super) release: i64,
    /// The exclusions that ever covered it, undone ones too.
    pub(super) exclusions: Vec<i64>,
    /// Whether the decision is about it.
    pub(super) covered: bool,
    /// Whether it counts before the decision, and after it.
    pub(super) counts: (bool, bool),
}

/// One to four ballots that a decision would single out: their half month, how many, and how.
pub(super) fn too_few<'a>(parts: impl Iterator<Item = &'a Part>) -> Option<((i64, i64), u64, Few)> {
    let mut halves: BTreeMap<_, Vec<&Part>> = BTreeMap::new();
    for part in parts {
        halves.entry(part.half).or_default().push(part);
    }
    halves
        .into_iter()
        .find_map(|(half, parts)| singled_out(&parts).map(|(n, how)| (half, n, how)))
}

fn singled_out(parts: &[&Part]) -> Option<(u64, Few)> {
    let count = |which: fn((bool, bool)) -> bool| parts.iter().filter(|part| which(part.counts)).count() as u64;
    let moved = count(|(before, after)| before != after);
    if moved > 0 {
        let sides = [
            (moved, Few::Moved),
            (count(|(_, after)| after), Few::Left),
            (count(|(_, after)| !after), Few::Out),
        ];
        if let Some(few) = sides.into_iter().find(|(n, _)| (1..MIN_CELL).contains(n)) {
            return Some(few);
        }
    }
    // Also where nothing moves: the next decision may undo another one. Half months of which a version before this rule
    // told too much already are none the worse.
    let told = |decided: bool| {
        loose(parts.iter().map(|part| {
            let group = Knot::Group(&part.exclusions, decided && part.covered);
            (Knot::Night(part.release), group)
        }))
    };
    told(true).filter(|_| told(false).is_none()).map(|n| (n, Few::Apart))
}

/// What a figure can tell of as a whole: the ballots that one night brought, or those under the same exclusions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Knot<'a> {
    Night(i64),
    Group(&'a [i64], bool),
}

/// The fewest ballots that can be worked out by adding and subtracting what the knots tell, if these are fewer than five.
///
/// A ballot is a strand from its night to its group. A sum of knots, each added or subtracted, is free of a ballot
/// exactly where its two knots cancel: what is left is a cut of this net. Two knots with five strands between them are
/// parted by no cut that matters, so they become one, until only thin ties are left.
fn loose<'a>(strands: impl Iterator<Item = (Knot<'a>, Knot<'a>)>) -> Option<u64> {
    let mut ties: BTreeMap<_, u64> = BTreeMap::new();
    strands.for_each(|ends| *ties.entry(ends).or_default() += 1);
    while let Some((one, other)) = ties.iter().find(|(_, n)| **n >= MIN_CELL).map(|(ends, _)| *ends) {
        let mut joined = BTreeMap::new();
        for ((a, b), n) in ties {
            let [a, b] = [a, b].map(|knot| if knot == other { one } else { knot });
            if a != b {
                *joined.entry((a.min(b), a.max(b))).or_default() += n;
            }
        }
        ties = joined;
    }
    ties.into_values().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many ballots of one half month: their release and exclusions, whether the decision is about them, and whether
    /// they count before it and after it.
    type Ballots<'a> = (usize, (i64, &'a [i64]), bool, (bool, bool));

    fn told(ballots: &[Ballots<'_>]) -> Option<(u64, Few)> {
        let parts = ballots.iter().flat_map(|(n, (release, exclusions), covered, counts)| {
            (0..*n).map(|_| Part {
                half: (1, 0),
                release: *release,
                exclusions: exclusions.to_vec(),
                covered: *covered,
                counts: *counts,
            })
        });
        let parts: Vec<_> = parts.collect();
        too_few(parts.iter()).map(|(_, n, how)| (n, how))
    }

    const STAYS: (bool, bool) = (true, true);
    const GOES: (bool, bool) = (true, false);
    const COMES: (bool, bool) = (false, true);
    const OUT: (bool, bool) = (false, false);
    const ONE: (i64, &[i64]) = (1, &[]);
    const TWO: (i64, &[i64]) = (2, &[]);

    #[test]
    fn five_are_enough_on_every_side_and_four_on_none() {
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[(5, ONE, true, GOES)]), None);
        assert_eq!(told(&[(5, ONE, true, GOES), (5, ONE, false, STAYS)]), None);
        let moved = [(4, ONE, true, GOES), (5, ONE, false, STAYS)];
        assert_eq!(told(&moved), Some((4, Few::Moved)));
        let left = [(9, ONE, true, GOES), (1, ONE, false, STAYS)];
        assert_eq!(told(&left), Some((1, Few::Left)));
        let out = [(9, (1, &[1][..]), true, COMES), (1, (1, &[1, 2]), true, OUT)];
        assert_eq!(told(&out), Some((1, Few::Out)));
    }

    #[test]
    fn what_two_nights_told_leaves_nobody_alone() {
        // The first night and one of the second; then the second without three.
        let with_one = [(10, ONE, true, GOES), (1, TWO, true, GOES), (9, TWO, false, STAYS)];
        assert_eq!(told(&with_one), Some((1, Few::Apart)));
        let without_three = [(10, ONE, false, STAYS), (9, TWO, true, GOES), (3, TWO, false, STAYS)];
        assert_eq!(told(&without_three), Some((3, Few::Apart)));
        // A few of each night, seven together: no sum says which are which.
        let mixed = [
            (3, ONE, true, GOES),
            (9, ONE, false, STAYS),
            (4, TWO, true, GOES),
            (8, TWO, false, STAYS),
        ];
        assert_eq!(told(&mixed), None);
    }

    #[test]
    fn what_two_exclusions_have_in_common_is_not_told_apart() {
        // Nothing moves today; undoing the other one would move three.
        let covered = [
            (3, (1, &[7][..]), true, OUT),
            (6, (1, &[7]), false, OUT),
            (6, ONE, false, STAYS),
        ];
        assert_eq!(told(&covered), Some((3, Few::Apart)));
        // A few that an earlier version told apart hinder nobody for ever.
        let before = [(2, (1, &[3][..]), true, GOES), (6, ONE, true, GOES)];
        assert_eq!(told(&before), None);
    }
}
