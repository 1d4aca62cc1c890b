//! The overview's markup.

use super::{
    super::page::Page,
    Overview, charts,
    provenance::{attention, devices, line_under, sources},
};
use crate::{
    domain::stats::{Figure, shown_cell},
    server::auth::permission::Right,
};
use dioxus::prelude::*;

/// Counters and tablets that the page lists; with more it would grow far beyond 150 KB.
pub(super) const MANY: usize = 60;

pub(in super::super) fn markup(page: &Page, o: &Overview) -> Element {
    rsx! {
        {chooser(page, o)}
        div { class: "grid",
            {headline(page, o)}
            {counts(page, o)}
        }
        {attention(page, o)}
        {counters(page, o)}
        div { class: "grid halves",
            {levels(page, o)}
            {reasons(page, o)}
        }
        div { class: "grid",
            {months(page, o)}
            {sources(page, o)}
        }
        {devices(page, o)}
    }
}

fn chooser(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    let name = o
        .node
        .and_then(|id| o.nodes.iter().find(|(node, _)| *node == id))
        .map(|(_, name)| name.clone());
    let name = match (name, o.nodes.as_slice()) {
        (Some(name), _) => name,
        (None, [(_, only)]) => only.clone(),
        _ => t.all_units.to_owned(),
    };
    rsx! {
        div { class: "title",
            h1 { "{t.overview}: {name}" }
            form { class: "choose screen-only", method: "get", action: "/admin/",
                if o.nodes.len() > 1 {
                    label { span { {t.unit} }
                        select { name: "node",
                            option { value: "", {t.all_units} }
                            for (id , name) in &o.nodes {
                                option { value: "{id}", selected: o.node == Some(*id), "{name}" }
                            }
                        }
                    }
                }
                label { span { {t.period} }
                    select { name: "month",
                        option { value: "", {t.latest} }
                        for month in &o.months {
                            option { value: "{month.year}-{month.month:02}", selected: o.month == Some(*month), "{month}" }
                        }
                    }
                }
                button { r#type: "submit", {t.show} }
            }
        }
    }
}

fn headline(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    let inner = match o.figure.rate() {
        None => rsx! {
            p { class: "too-few", "{t.too_few_long} (n = {page.lang.number(o.figure.n())})" }
            p { class: "period", "{page.lang.period(o.figure.period())}" }
        },
        Some(rate) => {
            let words = page.lang.rate(rate);
            rsx! {
                p { class: "big", "{words.percent}" }
                p { class: "reads",
                    "{t.estimated} "
                    strong { "{words.interval}" }
                }
                p { class: "period",
                    "{words.period}, "
                    strong { "n = {words.n}" }
                    " {t.rate_of}"
                }
                {charts::interval(page, rate)}
                if matches!(o.figure, Figure::Unranked(_)) {
                    p { class: "small", {t.rank_note} }
                }
            }
        }
    };
    rsx! {
        section { class: "card headline",
            h2 { {t.rate_title} }
            {inner}
            p { class: "screen-only next",
                a { href: "/admin/detail?node={o.node.map(|id| id.to_string()).unwrap_or_default()}",
                    {page.say("Quầy nào kéo tỷ lệ lên hay xuống, và vì sao", "Which counter moves the figure, and why")}
                }
            }
            {line_under(page, o)}
            p { class: "small", {t.self_selected} }
        }
    }
}

fn counts(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    let rows = [
        (t.today, o.live.today),
        (t.this_month, o.live.month),
        (t.all_time, o.live.all),
    ];
    rsx! {
        section { class: "card",
            h2 { {t.counts_title} }
            dl { class: "counts",
                for (label , n) in rows {
                    div {
                        dt { {label} }
                        dd { "{page.lang.number(n)} " small { {t.ballots} } }
                    }
                }
            }
            p { class: "waiting",
                strong { "{page.lang.number(o.live.waiting)}" }
                " {t.waiting}"
            }
            p { class: "small", if page.demo { {t.waiting_demo} } else { {t.waiting_note} } }
            {tasks(page, o)}
        }
    }
}

/// Low ratings that somebody should look into, and the way there.
fn tasks(page: &Page, o: &Overview) -> Element {
    if !page.may(Right::Tasks) {
        return rsx! {};
    }
    let node = o.node.map(|node| format!("?node={node}")).unwrap_or_default();
    let new = page.say("mới sáng nay", "new this morning");
    let overdue = page.say("quá hạn", "overdue");
    rsx! {
        p { class: "waiting",
            a { href: "/admin/tasks{node}", {page.say("Việc cần xử lý", "Tasks")} }
            ": "
            strong { "{page.lang.number(o.tasks.open)}" }
            if o.tasks.today > 0 { ", {page.lang.number(o.tasks.today)} {new}" }
            if o.tasks.overdue > 0 {
                ", "
                span { class: "state warn", "{page.lang.number(o.tasks.overdue)} {overdue}" }
            }
        }
    }
}

fn counters(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    let many = o.node.is_none() && o.nodes.len() > 1;
    if o.counters.len() > MANY {
        let node = o.node.map(|id| id.to_string()).unwrap_or_default();
        let said = page.say(
            "Có quá nhiều quầy để liệt kê ở đây. Xem bảng so sánh các đơn vị, rồi mở từng đơn vị.",
            "There are too many counters to list here. See the table of units, and open a unit from it.",
        );
        return rsx! {
            section { class: "card",
                h2 { {t.counters} }
                p { "{said} " a { href: "/admin/units?node={node}", {t.nav_units} } }
            }
        };
    }
    rsx! {
        section { class: "card",
            h2 { {t.counters} }
            div { class: "scroll",
                table {
                    thead {
                        tr {
                            th { scope: "col", {t.counter} }
                            if many {
                                th { scope: "col", {t.unit} }
                            }
                            th { scope: "col", class: "num", {t.today} }
                            th { scope: "col", class: "num", {t.this_month} }
                            th { scope: "col", class: "num", {t.all_time} }
                            th { scope: "col", class: "num", {t.rate} }
                            th { scope: "col", class: "num", {t.interval} }
                            th { scope: "col", class: "num", "n" }
                            th { scope: "col", {t.period} }
                        }
                    }
                    tbody {
                        for line in &o.counters {
                            tr {
                                th { scope: "row",
                                    if let Some((id , name)) = line.id.zip(line.name.as_ref()) {
                                        a { href: "/admin/detail?counter={id}", "{name}" }
                                    } else {
                                        {t.unknown_counter}
                                    }
                                }
                                if many {
                                    td { class: "nowrap", "{line.unit}" }
                                }
                                td { class: "num", "{page.lang.number(line.live.today)}" }
                                td { class: "num", "{page.lang.number(line.live.month)}" }
                                td { class: "num", "{page.lang.number(line.live.all)}" }
                                {figure_cells(page, &line.figure)}
                                td { class: "small nowrap", "{page.lang.short_period(line.figure.period())}" }
                            }
                        }
                    }
                }
            }
            p { class: "small", {t.by_counter_note} }
        }
    }
}

/// Three cells: rate, interval, n.
fn figure_cells(page: &Page, figure: &Figure) -> Element {
    match figure.rate() {
        None => rsx! {
            td { class: "num muted", colspan: "2", {page.t.too_few} }
            td { class: "num", "{page.lang.number(figure.n())}" }
        },
        Some(rate) => {
            let words = page.lang.rate(rate);
            rsx! {
                td { class: "num strong", "{words.percent}" }
                td { class: "num", "{words.interval}" }
                td { class: "num", "{words.n}" }
            }
        }
    }
}

fn levels(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    rsx! {
        section { class: "card",
            h2 { {t.levels_title} }
            p { class: "period", "{page.lang.period(o.figure.period())}" }
            if let Some(rate) = o.figure.rate() {
                {charts::levels(page, rate)}
            } else {
                p { class: "muted", "{t.too_few_long} (n = {page.lang.number(o.figure.n())})" }
            }
        }
    }
}

fn reasons(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    let shown = o.figure.rate().is_some();
    rsx! {
        section { class: "card",
            h2 { {t.reasons_title} }
            p { class: "period", "{page.lang.period(o.figure.period())}" }
            if shown && !o.reasons.is_empty() {
                table {
                    thead {
                        tr {
                            th { scope: "col", {t.reason} }
                            th { scope: "col", class: "num", {t.times} }
                        }
                    }
                    tbody {
                        for (reason , n) in &o.reasons {
                            tr {
                                th { scope: "row", "{reason}" }
                                if let Some(n) = shown_cell(*n) {
                                    td { class: "num", "{page.lang.number(n)}" }
                                } else {
                                    td { class: "num muted", {t.small_cell} }
                                }
                            }
                        }
                    }
                }
            } else {
                p { class: "muted", {t.reasons_none} }
            }
            p { class: "small", {t.reasons_note} }
        }
    }
}

fn months(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    rsx! {
        section { class: "card",
            h2 { {t.months_title} }
            if o.trend.iter().any(|(_, figure)| figure.rate().is_some()) {
                {charts::months(page, &o.trend)}
            }
            p { class: "small", {t.months_note} }
            details {
                summary { {t.table_behind} }
                table { class: "tight",
                    thead {
                        tr {
                            th { scope: "col", {t.month} }
                            th { scope: "col", class: "num", {t.rate} }
                            th { scope: "col", class: "num", {t.interval} }
                            th { scope: "col", class: "num", "n" }
                        }
                    }
                    tbody {
                        for (month , figure) in o.trend.iter().rev() {
                            tr {
                                th { scope: "row", "{month}" }
                                {figure_cells(page, figure)}
                            }
                        }
                    }
                }
            }
        }
    }
}
