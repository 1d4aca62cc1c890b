//! The markup of one unit's or counter's page.

use super::{
    super::{
        overview::{charts, visits_inexact},
        page::Page,
    },
    charts as small, cuts_view,
    detail::{Detail, Key},
    drag::Part,
    texts::{self, Texts},
    units_view::{against, compared, detail_link, periods},
};
use crate::domain::{
    compare::{Totals, apart, suppress},
    stats::Figure,
};
use dioxus::prelude::*;

pub(super) fn markup(page: &Page, d: &Detail) -> Element {
    let t = texts::of(page);
    let name = if d.name.is_empty() {
        t.all.to_owned()
    } else {
        d.name.clone()
    };
    rsx! {
        if let Some((above, label)) = &d.above {
            p { class: "crumb screen-only",
                a { href: detail_link(above.map(|id| id.to_string()), &d.chosen.value),
                    "↑ {t.back}: "
                    if label.is_empty() { {t.all} } else { "{label}" }
                }
            }
        }
        div { class: "title",
            h1 { "{name}" }
            form { class: "choose screen-only", method: "get", action: "/admin/detail",
                if let Some(counter) = d.counter {
                    input { r#type: "hidden", name: "counter", value: "{counter}" }
                } else {
                    input { r#type: "hidden", name: "node", value: d.node.map(|id| id.to_string()).unwrap_or_default() }
                }
                {periods(page, &d.chosen)}
                button { r#type: "submit", {t.show} }
            }
        }
        div { class: "grid",
            {headline(page, t, d)}
            section { class: "card",
                h2 { {page.t.levels_title} }
                if let Some(rate) = d.figure.rate() {
                    {charts::levels(page, rate)}
                } else {
                    p { class: "muted", "{page.t.too_few_long} (n = {page.lang.number(d.figure.n())})" }
                }
            }
        }
        if d.parts.len() > 1 {
            {parts(page, t, d)}
        }
        div { class: "grid halves",
            {reasons(page, t, d)}
            {crossed(page, t, d)}
        }
        {cuts_view::factors(page, t, d)}
        {cuts_view::cuts(page, t, d)}
        section { class: "card",
            h2 { {t.trend} }
            if d.trend.iter().any(|(_, figure)| figure.rate().is_some()) {
                {charts::months(page, &d.trend)}
            }
            p { class: "small", {page.t.months_note} }
            details {
                summary { {page.t.table_behind} }
                table { class: "tight",
                    thead { tr {
                        th { scope: "col", {page.t.month} }
                        th { scope: "col", class: "num", {t.rate} }
                        th { scope: "col", class: "num", {t.interval} }
                        th { scope: "col", class: "num", "n" }
                    } }
                    tbody {
                        for (month , figure) in d.trend.iter().rev() {
                            tr {
                                th { scope: "row", "{month}" }
                                {cells(page, t, figure)}
                            }
                        }
                    }
                }
            }
        }
    }
}

fn headline(page: &Page, t: &Texts, d: &Detail) -> Element {
    let s = &d.sources;
    let words = d.figure.rate().map(|rate| page.lang.rate(rate));
    let line = [
        (s.received, t.under_figure),
        (s.counted, t.counted),
        (s.silent, t.silent),
        (s.waiting, t.waiting_short),
        (s.unread, t.unread),
        (s.quarantined, t.quarantined),
        (s.practice, t.practice),
        (s.undated, t.undated),
        (s.excluded, page.t.excluded),
        (s.started, t.started),
        (s.abandoned, t.abandoned),
    ];
    rsx! {
        section { class: "card headline",
            h2 { {page.t.rate_title} }
            if let (Some(words) , Some(rate)) = (&words, d.figure.rate()) {
                p { class: "big", "{words.percent}" }
                p { class: "reads", "{page.t.estimated} " strong { "{words.interval}" } }
                p { class: "period", "{words.period}, " strong { "n = {words.n}" } " {page.t.rate_of}" }
                {charts::interval(page, rate)}
            } else {
                p { class: "too-few", "{page.t.too_few_long} (n = {page.lang.number(d.figure.n())})" }
                p { class: "period", "{page.lang.period(d.figure.period())}" }
            }
            dl { class: "versus",
                for (label , other) in [(t.month_before, &d.before), (t.year_before, &d.year_before)] {
                    if other.is_some() {
                        div {
                            dt { {label} }
                            dd { {against(page, t, other.as_ref(), other.as_ref().and_then(|then| apart(&d.figure, then)))} }
                        }
                    }
                }
            }
            p { class: "under",
                for (place , (n , label)) in line.into_iter().enumerate() {
                    if place > 0 { " · " }
                    "{label} {page.lang.number(n)}"
                }
                {visits_inexact(page, d.visits_inexact)}
                if d.missing > 0 {
                    " · "
                    span { class: "some", "{page.t.missing} {page.lang.number(d.missing)} {page.t.ballots}" }
                }
            }
        }
    }
}

/// Three cells: rate, interval, n.
pub(super) fn cells(page: &Page, t: &Texts, figure: &Figure) -> Element {
    match figure.rate().map(|rate| page.lang.rate(rate)) {
        None => rsx! {
            td { class: "num muted", colspan: "2", {t.too_few} }
            td { class: "num", "{page.lang.number(figure.n())}" }
        },
        Some(words) => rsx! {
            td { class: "num strong", "{words.percent}" }
            td { class: "num", "{words.interval}" }
            td { class: "num", "{words.n}" }
        },
    }
}

fn parts(page: &Page, t: &Texts, d: &Detail) -> Element {
    let floor = small::floor(d.parts.iter().map(|part| &part.figure));
    rsx! {
        section { class: "card",
            h2 { {t.parts} }
            p { class: "small", {t.parts_lead} }
            div { class: "scroll",
                table { class: "units",
                    thead {
                        tr {
                            th { scope: "col", {t.part} }
                            th { scope: "col", class: "num", {t.rate} }
                            th { scope: "col", class: "num", {t.interval} }
                            th { scope: "col", class: "num", {t.ballots} }
                            th { scope: "col", class: "picture", {small::scale(page, floor)} }
                            th { scope: "col", class: "num", {t.without} }
                            th { scope: "col", {t.against} }
                        }
                    }
                    tbody {
                        for part in &d.parts {
                            {part_row(page, t, d, part, floor)}
                        }
                    }
                }
            }
            p { class: "small", {t.hidden_note} }
        }
    }
}

fn part_row(page: &Page, t: &Texts, d: &Detail, part: &Part<Key>, floor: f64) -> Element {
    let here = matches!(part.key, Key::Counter(id) if Some(id) == d.counter);
    let href = match part.key {
        Key::Node(id) => Some(detail_link(Some(id.to_string()), &d.chosen.value)),
        Key::Counter(id) => Some(format!("/admin/detail?counter={id}&period={}", d.chosen.value)),
        Key::Unknown => None,
    };
    let others = part.others.rate().map(|rate| page.lang.rate(rate));
    let (class, said) = compared(t, part.against);
    rsx! {
        tr { class: if here { "here" },
            th { scope: "row",
                if let Some(href) = href {
                    a { href, "aria-current": here.then_some("page"), "{part.name}" }
                } else {
                    {t.unknown}
                }
            }
            {cells(page, t, &part.figure)}
            td { class: "picture", {small::whisker(&part.figure, floor)} }
            td { class: "num",
                if let Some(words) = others {
                    "{words.percent}"
                    small { class: "facts", "{words.interval}, n = {words.n}" }
                } else {
                    "–"
                }
            }
            td { if said.is_empty() { "–" } else { span { class, {said} } } }
        }
    }
}

fn reasons(page: &Page, t: &Texts, d: &Detail) -> Element {
    let table: Vec<Vec<u64>> = d.reasons.iter().map(|line| vec![line.here, line.others]).collect();
    let shown = suppress(&table, Totals::Own);
    let others = d.answered.1 > 0;
    let (n, elsewhere) = d.answered;
    let hundred = |count: Option<u64>, of: u64| match (count, of) {
        (Some(count), of) if of >= crate::domain::policy::MIN_N_RATE => {
            let tenths = count.saturating_mul(1_000).saturating_add(of / 2) / of;
            format!("{}{}{}", tenths / 10, page.lang.marks(","), tenths % 10)
        }
        _ => "–".to_owned(),
    };
    let times = |count: Option<u64>| count.map_or_else(|| t.few.to_owned(), |count| page.lang.number(count));
    rsx! {
        section { class: "card",
            h2 { if others { {t.reasons} } else { {t.reasons_whole} } }
            if d.figure.rate().is_none() || d.reasons.is_empty() {
                p { class: "muted", {page.t.reasons_none} }
            } else {
                table {
                    thead {
                        tr {
                            th { scope: "col", {t.reason} }
                            th { scope: "col", class: "num", "{t.here}, {t.times}" }
                            th { scope: "col", class: "num", {t.per_hundred} }
                            if others {
                                th { scope: "col", class: "num", "{t.elsewhere}, {t.per_hundred}" }
                            }
                        }
                    }
                    tbody {
                        for (line , counts) in d.reasons.iter().zip(&shown.cells) {
                            tr {
                                th { scope: "row", "{line.text}" }
                                td { class: "num", {times(counts.first().copied().flatten())} }
                                td { class: "num", {hundred(counts.first().copied().flatten(), n)} }
                                if others {
                                    td { class: "num", {hundred(counts.get(1).copied().flatten(), elsewhere)} }
                                }
                            }
                        }
                    }
                }
                p { class: "small", {page.t.reasons_note} }
            }
        }
    }
}

fn crossed(page: &Page, t: &Texts, d: &Detail) -> Element {
    let Some((names, shown)) = &d.crossed else {
        return rsx! { section { class: "card",
            h2 { {t.crossed} }
            p { class: "muted", if d.chosen.ended { {page.t.reasons_none} } else { {t.cuts_later} } }
        } };
    };
    let cell = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), |n| page.lang.number(n));
    rsx! {
        section { class: "card",
            h2 { {t.crossed} }
            table {
                thead {
                    tr {
                        th { scope: "col", {t.reason} }
                        th { scope: "col", class: "num", {t.low_levels} }
                        th { scope: "col", class: "num", {t.high_levels} }
                        th { scope: "col", class: "num", {t.total} }
                    }
                }
                tbody {
                    for (place , name) in names.iter().enumerate() {
                        tr {
                            th { scope: "row", "{name}" }
                            for column in 0..2 {
                                td { class: "num", {cell(shown.cells.get(place).and_then(|row| row.get(column)).copied().flatten())} }
                            }
                            td { class: "num", {cell(shown.rows.get(place).copied().flatten())} }
                        }
                    }
                }
            }
            p { class: "small", {t.crossed_lead} }
        }
    }
}
