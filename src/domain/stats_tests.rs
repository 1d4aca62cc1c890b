//! Golden numbers of domain.md §3.3 and the rules of design §6.

use super::*;
use crate::domain::time::{LocalDay, Month};
use proptest::prelude::*;

fn november() -> Period {
    Period::month(Month { year: 2026, month: 11 })
}

fn tally(satisfied: u64, n: u64) -> Tally {
    Tally::new([0, n - satisfied, 0, satisfied, 0])
}

fn said(satisfied: u64, n: u64) -> (String, String) {
    let figure = Figure::of(tally(satisfied, n), november());
    let said = figure.rate().unwrap().said();
    (said.percent, said.interval)
}

#[test]
fn wilson_gives_the_golden_intervals() {
    let text = |percent: &str, interval: &str| (percent.to_owned(), interval.to_owned());
    assert_eq!(said(10, 10), text("100%", "72–100%"));
    assert_eq!(said(29, 30), text("97%", "83–99%"));
    assert_eq!(said(48, 51), text("94%", "84–98%"));
    assert_eq!(said(1_065, 1_077), text("98,9%", "98,1–99,4%"));
    assert_eq!(said(0, 10), text("0%", "0–28%"));
}

#[test]
fn too_few_ballots_give_no_percentage_at_all() {
    let figure = Figure::of(tally(7, 7), november());
    assert_eq!(figure.vietnamese(), "Chưa đủ phiếu để tính tỷ lệ (n = 7)");
    assert!(figure.rate().is_none());
    assert!(Figure::of(Tally::default(), november()).rate().is_none());
}

#[test]
fn ten_give_a_rate_and_thirty_a_rank() {
    assert!(matches!(
        Figure::of(tally(9, 9), november()),
        Figure::TooFew { n: 9, .. }
    ));
    assert!(matches!(Figure::of(tally(9, 10), november()), Figure::Unranked(_)));
    assert!(matches!(Figure::of(tally(29, 29), november()), Figure::Unranked(_)));
    assert!(matches!(Figure::of(tally(29, 30), november()), Figure::Ranked(_)));
}

#[test]
fn a_figure_says_its_n_period_and_interval() {
    assert_eq!(
        Figure::of(tally(48, 51), november()).vietnamese(),
        "94% (tháng 11/2026, n = 51), ước lượng trong khoảng 84–98%"
    );
}

#[test]
fn a_headline_takes_the_shortest_window_that_reaches_thirty() {
    let today = Month { year: 2026, month: 11 }.first();
    let windows = |counts: [u64; 4]| Period::fallbacks(today).into_iter().zip(counts.map(|n| tally(n, n)));
    let chosen = |counts| Figure::headline(windows(counts)).unwrap();
    assert_eq!(chosen([30, 60, 90, 120]).period(), Period::last(1, today));
    let three = chosen([17, 47, 99, 180]);
    assert_eq!(three.n(), 47);
    assert!(
        three
            .vietnamese()
            .contains("3 tháng gần nhất (09/2026–11/2026), n = 47")
    );
    assert_eq!(chosen([1, 2, 12, 29]).period(), Period::last(12, today));
    assert!(Figure::headline([]).is_none());
}

#[test]
fn an_invalid_level_leaves_both_sides() {
    let mut tally = Tally::default();
    [0, 6, -1, i64::MAX].into_iter().for_each(|level| tally.add(level, 9));
    assert_eq!(tally.n(), 0);
    tally.add(1, 2);
    tally.add(5, 3);
    assert_eq!((tally.n(), tally.satisfied(), tally.levels()), (5, 3, [2, 0, 0, 0, 3]));
    assert_eq!(tally.labelled().next(), Some(("Rất hài lòng", 3)));
}

#[test]
fn small_cells_are_not_shown() {
    assert_eq!([0, 1, 4, 5].map(shown_cell), [Some(0), None, None, Some(5)]);
}

proptest! {
    #[test]
    fn the_interval_holds_the_rate_and_pooling_is_adding(a in any::<[u16; 5]>(), b in any::<[u16; 5]>()) {
        let (a, b) = (Tally::new(a.map(u64::from)), Tally::new(b.map(u64::from)));
        let pooled = a.plus(b);
        prop_assert_eq!(pooled.n(), a.n() + b.n());
        prop_assert_eq!(pooled.satisfied(), a.satisfied() + b.satisfied());
        if let Some(interval) = wilson(pooled.satisfied(), pooled.n()) {
            let share = pooled.satisfied() as f64 / pooled.n() as f64;
            prop_assert!(0.0 <= interval.low && interval.low <= share + 1e-9);
            prop_assert!(share <= interval.high + 1e-9 && interval.high <= 1.0);
        }
    }

    #[test]
    fn months_follow_each_other_without_gap_or_overlap(days in -3_000i64..30_000) {
        let day = LocalDay(days);
        let month = day.month();
        prop_assert!(Period::month(month).contains(day));
        prop_assert!(!Period::month(month.plus(1)).contains(day));
        prop_assert_eq!(Period::month(month).end(), Period::month(month.plus(1)).first());
    }
}
