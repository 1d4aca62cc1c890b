//! The markup of the one table over all units.

use super::{
    super::page::Page,
    charts,
    texts::{self, Texts},
    units::{Sort, UnitLine, Units, response},
};
use crate::domain::stats::Figure;
use dioxus::prelude::*;
use std::cmp::Ordering;

pub(super) fn markup(page: &Page, units: &Units) -> Element {
    let t = texts::of(page);
    let floor = charts::floor(units.lines.iter().map(|line| &line.figure));
    let name = units.name.clone().unwrap_or_else(|| t.all.to_owned());
    let responses = units.lines.iter().any(|line| line.volume.is_some());
    let above = units.lines.iter().any(|line| !line.above.is_empty());
    rsx! {
        div { class: "title",
            h1 { "{t.units}: {name}" }
            form { class: "choose screen-only", method: "get", action: "/admin/units",
                label { span { {t.under} }
                    select { name: "node",
                        option { value: "", {t.all} }
                        for (id , name) in &units.nodes {
                            option { value: "{id}", selected: units.node == Some(*id), "{name}" }
                        }
                    }
                }
                {periods(page, &units.chosen)}
                input { r#type: "hidden", name: "sort", value: units.sort.name() }
                button { r#type: "submit", {t.show} }
            }
        }
        section { class: "card",
            p { class: "whole",
                strong { "{t.whole}: " }
                {whole(page, t, &units.whole)}
                " · "
                a { href: detail_link(units.node.map(|id| id.to_string()), &units.chosen.value), {t.open} }
            }
            if units.lines.is_empty() {
                p { class: "muted", {t.none} }
            } else {
                {orders(t, units)}
                div { class: "scroll",
                    table { class: "units",
                        thead {
                            tr {
                                th { scope: "col", "aria-sort": (units.sort == Sort::Name).then_some("ascending"), {t.unit} }
                                if above {
                                    th { scope: "col", {t.under} }
                                }
                                th { scope: "col", class: "num", {t.ballots} }
                                th { scope: "col", class: "num", {t.rate} }
                                th { scope: "col", class: "num", {t.interval} }
                                th { scope: "col", class: "picture", {charts::scale(page, floor)} }
                                if units.banded {
                                    th { scope: "col", class: "num", {t.band} }
                                }
                                th { scope: "col", {t.year_before} }
                                if responses {
                                    th { scope: "col", class: "num", {t.response} }
                                }
                                th { scope: "col", class: "num", {t.waiting} }
                            }
                        }
                        tbody {
                            for line in &units.lines {
                                {row(page, t, line, floor, [above, units.banded, responses], &units.chosen.value)}
                            }
                        }
                    }
                }
                {pager(t, units)}
                p { class: "small", if units.banded { {t.bands_note} } else { {t.bands_none} } }
                p { class: "small", {t.hidden_note} }
            }
        }
    }
}

/// The field that chooses the days.
pub(super) fn periods(page: &Page, chosen: &super::Chosen) -> Element {
    let t = texts::of(page);
    rsx! {
        label { span { {t.period} }
            select { name: "period",
                for (value , period) in &chosen.offers {
                    option { value: "{value}", selected: *value == chosen.value, "{page.lang.short_period(*period)}" }
                }
            }
        }
    }
}

fn whole(page: &Page, t: &Texts, figure: &Figure) -> Element {
    match figure.rate().map(|rate| page.lang.rate(rate)) {
        None => rsx! { "{t.too_few} (n = {page.lang.number(figure.n())}), {page.lang.period(figure.period())}" },
        Some(words) => rsx! {
            "{words.percent}, {page.t.estimated} {words.interval}, n = {words.n}, {words.period}"
        },
    }
}

/// Where the details of a unit are; none: of everything.
pub(super) fn detail_link(node: Option<String>, period: &str) -> String {
    format!("/admin/detail?node={}&period={period}", node.unwrap_or_default())
}

fn orders(t: &Texts, units: &Units) -> Element {
    let node = units.node.map(|id| id.to_string()).unwrap_or_default();
    let label = |sort: Sort| match sort {
        Sort::Name => t.sort_name,
        Sort::N => t.sort_n,
        Sort::Rate => t.sort_rate,
        Sort::Best => t.sort_best,
        Sort::Change => t.sort_change,
    };
    rsx! {
        p { class: "orders screen-only",
            span { "{t.sort}: " }
            for (sort , name) in Sort::ALL {
                a {
                    href: "/admin/units?node={node}&period={units.chosen.value}&sort={name}",
                    "aria-current": (units.sort == sort).then_some("true"),
                    {label(sort)}
                }
            }
        }
    }
}

fn row(
    page: &Page,
    t: &Texts,
    line: &UnitLine,
    floor: f64,
    [above, banded, responses]: [bool; 3],
    period: &str,
) -> Element {
    let words = line.figure.rate().map(|rate| page.lang.rate(rate));
    rsx! {
        tr {
            th { scope: "row", a { href: detail_link(Some(line.id.to_string()), period), "{line.name}" } }
            if above {
                td { class: "small", "{line.above}" }
            }
            td { class: "num", "{page.lang.number(line.figure.n())}" }
            if let Some(words) = words {
                td { class: "num strong", "{words.percent}" }
                td { class: "num", "{words.interval}" }
            } else {
                td { class: "num muted", colspan: "2", {t.too_few} }
            }
            td { class: "picture", {charts::whisker(&line.figure, floor)} }
            if banded {
                td { class: "num", {line.band.map(|band| band.to_string()).unwrap_or_else(|| "–".to_owned())} }
            }
            td { {against(page, t, line.year_before.as_ref(), line.change)} }
            if responses {
                td { class: "num", {response(line).map_or_else(|| "–".to_owned(), |text| page.lang.marks(&text))} }
            }
            td { class: "num", "{page.lang.number(line.waiting)}" }
        }
    }
}

/// Another figure in one cell: its rate, interval and n, and how this one compares.
pub(super) fn against(page: &Page, t: &Texts, other: Option<&Figure>, change: Option<Ordering>) -> Element {
    let Some(other) = other else {
        return rsx! { "–" };
    };
    let Some(words) = other.rate().map(|rate| page.lang.rate(rate)) else {
        return rsx! { span { class: "muted", "{t.too_few}" } };
    };
    let (class, said) = compared(t, change);
    rsx! {
        "{words.percent} "
        small { "({words.interval}, n = {words.n})" }
        if !said.is_empty() {
            " "
            span { class, {said} }
        }
    }
}

/// "cao hơn", "thấp hơn", "chưa rõ khác biệt".
pub(super) fn compared(t: &Texts, change: Option<Ordering>) -> (&'static str, &'static str) {
    match change {
        Some(Ordering::Greater) => ("state ok", t.higher),
        Some(Ordering::Less) => ("state warn", t.lower),
        Some(Ordering::Equal) => ("state off", t.not_apart),
        None => ("", ""),
    }
}

fn pager(t: &Texts, units: &Units) -> Element {
    if units.pages < 2 {
        return rsx! {};
    }
    let node = units.node.map(|id| id.to_string()).unwrap_or_default();
    rsx! {
        p { class: "orders screen-only",
            span { "{t.pages}: " }
            for number in 1..=units.pages {
                a {
                    href: "/admin/units?node={node}&period={units.chosen.value}&sort={units.sort.name()}&page={number}",
                    "aria-current": (number == units.page + 1).then_some("page"),
                    "{number}"
                }
            }
        }
    }
}
