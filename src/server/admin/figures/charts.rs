//! Intervals as small pictures beside their numbers.

use super::super::page::Page;
use crate::domain::stats::Figure;
use dioxus::prelude::*;

/// A rate with its interval on a line from the table's floor to 100 %. The numbers stand in the cells beside it.
pub(super) fn whisker(figure: &Figure, floor: f64) -> Element {
    let Some(rate) = figure.rate() else {
        return rsx! {};
    };
    let x = |share: f64| format!("{:.0}", ((share - floor) / (1.0 - floor)).clamp(0.0, 1.0) * 120.0);
    let (low, high) = (rate.interval().low, rate.interval().high);
    let share = rate.tally().satisfied() as f64 / rate.tally().n().max(1) as f64;
    let class = if matches!(figure, Figure::Ranked(_)) {
        "dot"
    } else {
        "dot pale"
    };
    rsx! {
        svg { class: "whisker", view_box: "-6 0 132 16", "aria-hidden": "true",
            path { class: "rail", d: "M0 8H120" }
            path { class: "span", d: "M{x(low)} 8H{x(high)}" }
            circle { class, cx: x(share), cy: "8", r: "5" }
        }
    }
}

/// The round number from which the table's pictures begin: all intervals are inside.
pub(super) fn floor<'a>(figures: impl Iterator<Item = &'a Figure>) -> f64 {
    let lows = figures
        .filter_map(|figure| figure.rate())
        .map(|rate| rate.interval().low);
    let lowest = lows.fold(0.9_f64, f64::min);
    ((lowest * 10.0).floor() / 10.0).clamp(0.0, 0.9)
}

/// The heading of a column of pictures: where its line begins and ends.
pub(super) fn scale(page: &Page, floor: f64) -> Element {
    let low = page.lang.marks(&format!("{:.0}%", floor * 100.0));
    rsx! {
        span { class: "scale", span { "{low}" } span { "100%" } }
    }
}
