//! Charts as inline SVG. Each has its table beside or behind it; a chart adds no number that the table lacks.

use super::super::page::Page;
use crate::domain::{
    stats::{Figure, Rate},
    time::Month,
};
use dioxus::prelude::*;

/// Levels as bars, best first, with the table they are drawn from.
pub(in super::super) fn levels(page: &Page, rate: &Rate) -> Element {
    let t = page.t;
    let most = rate.tally().levels().into_iter().max().unwrap_or(0).max(1);
    let rows = rate.levels().into_iter().enumerate();
    rsx! {
        table { class: "levels",
            thead {
                tr {
                    th { scope: "col", {t.level} }
                    th { class: "bar", span { class: "hidden", {t.levels_title} } }
                    th { scope: "col", class: "num", {page.say("Số phiếu", "Ballots")} }
                    th { scope: "col", class: "num", {t.share} }
                }
            }
            tbody {
                for (place , (label , count , share)) in rows {
                    tr {
                        th { scope: "row", {page.lang.level(label)} }
                        td { class: "bar",
                            svg { view_box: "0 0 200 18", "preserveAspectRatio": "none", "aria-hidden": "true",
                                rect { class: "track", x: "0", y: "3", width: "200", height: "12" }
                                rect { class: "level-{5 - place}", x: "0", y: "3", width: "{count * 200 / most}", height: "12" }
                            }
                        }
                        td { class: "num", "{page.lang.number(count)}" }
                        td { class: "num", "{share}" }
                    }
                }
            }
            tfoot {
                tr {
                    th { scope: "row", "n" }
                    td {}
                    td { class: "num", "{page.lang.number(rate.tally().n())}" }
                    td {}
                }
            }
        }
    }
}

/// The interval of one rate on a line from 0 to 100 %.
pub(in super::super) fn interval(page: &Page, rate: &Rate) -> Element {
    let words = page.lang.rate(rate);
    let x = |share: f64| format!("{:.1}", 10.0 + share * 400.0);
    let (low, high) = (rate.interval().low, rate.interval().high);
    let share = rate.tally().satisfied() as f64 / rate.tally().n().max(1) as f64;
    rsx! {
        svg { class: "interval", view_box: "-8 0 440 44", role: "img", "aria-label": "{page.t.estimated} {words.interval}",
            line { class: "axis", x1: "10", y1: "14", x2: "410", y2: "14" }
            for tick in [0u32, 25, 50, 75, 100] {
                line { class: "axis", x1: "{10 + tick * 4}", y1: "10", x2: "{10 + tick * 4}", y2: "18" }
                text { x: "{10 + tick * 4}", y: "38", "text-anchor": "middle", "{tick}%" }
            }
            rect { class: "reach", x: x(low), y: "8", width: format!("{:.1}", (high - low) * 400.0), height: "12" }
            circle { class: "dot", cx: x(share), cy: "14", r: "6" }
        }
    }
}

const LEFT: f64 = 44.0;
const STEP: f64 = 50.0;
const HEIGHT: f64 = 150.0;
const TOP: f64 = 12.0;

/// Rates of the last months with their intervals. The lower end of the axis is a round number that leaves all
/// intervals inside, and is written beside it.
pub(in super::super) fn months(page: &Page, trend: &[(Month, Figure)]) -> Element {
    let lows = trend
        .iter()
        .filter_map(|(_, figure)| figure.rate())
        .map(|rate| rate.interval().low);
    let lowest = lows.fold(0.9_f64, f64::min);
    let floor = ((lowest * 10.0).floor() / 10.0).clamp(0.0, 0.9);
    let y = move |share: f64| TOP + (1.0 - (share - floor) / (1.0 - floor)) * HEIGHT;
    let x = |place: usize| LEFT + STEP / 2.0 + place as f64 * STEP;
    let width = LEFT + STEP * trend.len() as f64 + 8.0;
    let ticks = (0..=2u8).map(|part| floor + (1.0 - floor) * f64::from(part) / 2.0);
    let ticks: Vec<_> = ticks
        .map(|share| (y(share), format!("{:.0}%", share * 100.0)))
        .collect();
    rsx! {
        svg { class: "months", view_box: "0 0 {width:.0} 200", role: "img", "aria-label": page.t.months_title,
            for (y , label) in ticks {
                line { class: "grid", x1: "{LEFT}", y1: "{y:.1}", x2: "{width:.0}", y2: "{y:.1}" }
                text { x: "{LEFT - 6.0}", y: "{y + 4.0:.1}", "text-anchor": "end", {label} }
            }
            for (place , (month , figure)) in trend.iter().enumerate() {
                text { x: "{x(place):.1}", y: "182", "text-anchor": "middle", "{month.month:02}" }
                if place == 0 || month.month == 1 {
                    text { class: "year", x: "{x(place):.1}", y: "196", "text-anchor": "middle", "{month.year}" }
                }
                if let Some(rate) = figure.rate() {
                    line { class: "reach", x1: "{x(place):.1}", y1: "{y(rate.interval().high):.1}", x2: "{x(place):.1}", y2: "{y(rate.interval().low):.1}" }
                    circle { class: "dot", cx: "{x(place):.1}", cy: "{y(rate.tally().satisfied() as f64 / rate.tally().n() as f64):.1}", r: "5" }
                } else {
                    text { class: "none", x: "{x(place):.1}", y: "{TOP + HEIGHT - 6.0}", "text-anchor": "middle", "–" }
                }
            }
        }
    }
}
