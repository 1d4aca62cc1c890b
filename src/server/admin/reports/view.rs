//! The markup of the reports' pages, and of the report itself.

use super::{
    super::page::Page,
    Again, Reports, days, period_of, said,
    texts::{self, Texts},
};
use crate::{
    domain::{ids::NodeId, number, period::MonthKind, settings::Middle, time::LocalDay},
    server::{
        admin::overview::when,
        report::{Block, Paper, Table},
    },
};
use dioxus::prelude::*;

pub(super) fn markup(page: &Page, r: &Reports) -> Element {
    let t = texts::of(page);
    let month = said(r.month);
    let period = period_of(r.kind, r.month);
    let export = format!(
        "/admin/export/file?node={}&when=days&from={}&to={}&format=xlsx",
        r.node,
        period.first().date(),
        period.last_day().date()
    );
    rsx! {
        div { class: "title",
            h1 { "{t.reports}" }
            form { class: "choose screen-only", method: "get", action: "/admin/reports",
                label { span { {t.unit} }
                    select { name: "node",
                        for (id , name) in &r.nodes {
                            option { value: "{id}", selected: r.node == *id, "{name}" }
                        }
                    }
                }
                label { span { {t.month} }
                    select { name: "month",
                        for month in &r.months {
                            option { value: said(*month), selected: *month == r.month, "{month}" }
                        }
                    }
                }
                button { r#type: "submit", {t.show} }
            }
        }
        if let Some(done) = &r.done {
            div { class: "notice ok screen-only", role: "status",
                strong { "{t.done} " }
                a { class: "button", href: "/admin/reports/file?no={done.no}", {t.download} }
                " {done.name}"
            }
        }
        match &r.draft {
            Err(why) => rsx! { p { class: "notice", role: "alert", "{why}" } },
            Ok(paper) => rsx! {
                section { class: "card screen-only",
                    if r.no_volume {
                        p { "{t.no_volume} " a { href: "/admin/reports/volume?node={r.node}&month={month}", {t.enter_volume} } }
                    }
                    form { class: "actions", method: "post", action: "/admin/reports",
                        {page.csrf()}
                        input { r#type: "hidden", name: "node", value: "{r.node}" }
                        input { r#type: "hidden", name: "month", value: "{month}" }
                        button { r#type: "submit", {t.file} }
                        a { class: "button quiet", href: "/admin/reports?node={r.node}&month={month}&print=true", {t.print} }
                        a { class: "button quiet", href: export, {t.export} }
                        a { class: "button quiet", href: "/admin/reports/volume?node={r.node}&month={month}", {t.enter_volume} }
                    }
                    p { class: "small", {t.file_lead} }
                }
                {sheet(paper)}
            },
        }
        {list(page, t, r)}
        {settings(page, t, r)}
    }
}

fn list(page: &Page, t: &Texts, r: &Reports) -> Element {
    rsx! {
        section { class: "card screen-only",
            h2 { {t.filed} }
            if r.filed.is_empty() {
                p { class: "muted", {t.none} }
            } else {
                table {
                    thead { tr {
                        th { scope: "col", {t.days} }
                        th { scope: "col", {t.when} }
                        th { scope: "col", {t.who} }
                        th { scope: "col", class: "num", {t.position} }
                        td {}
                    } }
                    tbody {
                        for filed in &r.filed {
                            tr {
                                th { scope: "row", {days(filed.days.0, filed.days.1)} }
                                td { {when(page, filed.hour)} }
                                td { "{filed.who}" }
                                td { class: "num", "{page.lang.number(filed.as_of.unsigned_abs())}" }
                                td { class: "num",
                                    a { href: "/admin/reports/filed?no={filed.no}", {t.check} }
                                    " · "
                                    a { href: "/admin/reports/file?no={filed.no}", ".docx" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn settings(page: &Page, t: &Texts, r: &Reports) -> Element {
    let head = &r.letterhead;
    let lines = [
        ("above", t.above, &head.above),
        ("body", t.body, &head.body),
        ("place", t.place, &head.place),
        ("signer", t.signer, &head.signer),
    ];
    let kinds = [
        ("calendar", t.calendar, r.own_kind == Some(MonthKind::Calendar)),
        ("statutory", t.statutory, r.own_kind == Some(MonthKind::Statutory)),
        ("", t.inherit, r.own_kind.is_none()),
    ];
    let middles = Middle::ALL.into_iter().zip([t.dissatisfied, t.satisfied, t.left_out]);
    rsx! {
        details { class: "card screen-only",
            summary { {t.settings} }
            form { class: "stack", method: "post", action: "/admin/reports/settings",
                {page.csrf()}
                input { r#type: "hidden", name: "node", value: "{r.node}" }
                fieldset {
                    legend { {t.kind} }
                    for (value , label , checked) in kinds {
                        label { class: "line",
                            input { r#type: "radio", name: "kind", value, checked }
                            span { {label} }
                        }
                    }
                }
                label { span { {t.middle} }
                    select { name: "middle",
                        option { value: "", selected: r.middle.is_none(), {t.inherit} }
                        for (middle , label) in middles {
                            option { value: middle.name(), selected: r.middle == Some(middle), {label} }
                        }
                    }
                }
                p { class: "small", {t.filled} }
                for (name , label , value) in lines {
                    label { span { {label} }
                        input { r#type: "text", name, value: "{value}", maxlength: "200" }
                    }
                }
                button { r#type: "submit", {t.save} }
            }
        }
    }
}

/// A report that could not be filed.
pub(super) fn refused(page: &Page, why: &str, node: NodeId) -> Element {
    let t = texts::of(page);
    rsx! {
        section { class: "card narrow",
            h1 { {t.refused} }
            p { role: "alert", "{why}" }
            p { a { class: "button", href: "/admin/reports?node={node}", {t.back} } }
        }
    }
}

/// A filed report, counted again.
pub(super) fn filed(page: &Page, again: &Again) -> Element {
    let t = texts::of(page);
    let filed = &again.filed;
    rsx! {
        div { class: "title", h1 { "{t.filed}: {again.facts.labels.node}, {days(filed.days.0, filed.days.1)}" } }
        section { class: "card screen-only",
            p { class: if again.same { "state ok" } else { "notice" }, role: "status",
                if again.same { {t.same} } else if again.gone > 0 {
                    "{page.lang.number(again.gone)} {t.gone}"
                } else { {t.differs} }
            }
            dl { class: "columns",
                div { dt { {t.when} } dd { "{when(page, filed.hour)}, {filed.who}" } }
                div { dt { {t.position} } dd { "{page.lang.number(filed.as_of.unsigned_abs())}" } }
                div { dt { {t.facts_hash} } dd { code { "{again.facts.hash()}" } } }
                div { dt { {t.document_hash} } dd { code { "{filed.document}" } } }
            }
            p { class: "actions",
                a { class: "button", href: "/admin/reports/file?no={filed.no}", {t.download} }
                a { class: "button quiet", href: "/admin/reports?node={filed.node}", {t.back} }
            }
        }
        {sheet(&again.paper)}
    }
}

/// The paper alone, with a heading for those who listen to it.
pub(super) fn printable(title: &str, paper: &Paper) -> Element {
    rsx! {
        h1 { class: "hidden", {title} }
        {sheet(paper)}
    }
}

/// The paper on the screen and from the printer: the same words as the .docx.
pub(super) fn sheet(paper: &Paper) -> Element {
    rsx! {
        article { class: "paper", lang: "vi",
            div { class: "paper-head",
                div {
                    if !paper.above.is_empty() { p { "{paper.above}" } }
                    p { class: "strong ruled", "{paper.body}" }
                    p { class: "blank", "Số:        /BC-UBND" }
                }
                div {
                    p { class: "strong", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }
                    p { class: "strong ruled", "Độc lập - Tự do - Hạnh phúc" }
                    p { em { "{paper.place_and_date}" } }
                }
            }
            if let Some(mark) = &paper.mark {
                p { class: "paper-mark", "{mark}" }
            }
            p { class: "paper-title", "{paper.title}" }
            p { class: "paper-title ruled", "{paper.subject}" }
            for block in &paper.blocks {
                {block_of(block)}
            }
            div { class: "paper-foot",
                div {
                    p { strong { em { "Nơi nhận:" } } }
                    for receiver in &paper.receivers { p { class: "small", "- {receiver}" } }
                }
                div {
                    for line in &paper.signature { p { class: "strong", "{line}" } }
                }
            }
            div { class: "paper-annex",
                for block in &paper.annex {
                    {block_of(block)}
                }
            }
            p { class: "paper-footer", "{paper.footer}" }
        }
    }
}

fn block_of(block: &Block) -> Element {
    match block {
        Block::Heading(text) => rsx! { h2 { "{text}" } },
        // A dotted line to write on is not stretched.
        Block::Text(text) if text.ends_with('…') => rsx! { p { class: "paper-text dots", "{text}" } },
        Block::Text(text) => rsx! { p { class: "paper-text", "{text}" } },
        Block::Note(text) => rsx! { p { class: "small", em { "{text}" } } },
        Block::Table(table) => table_of(table),
    }
}

fn table_of(table: &Table) -> Element {
    let number = |place: usize| table.columns.get(place).is_some_and(|column| column.number);
    let last = table.rows.len().saturating_sub(1);
    rsx! {
        table { class: "paper-table",
            caption { "{table.caption}" }
            thead { tr { for column in &table.columns { th { scope: "col", "{column.title}" } } } }
            tbody {
                for (place , cells) in table.rows.iter().enumerate() {
                    tr { class: if table.total && place == last { "strong" },
                        for (column , text) in cells.iter().enumerate() {
                            td { class: if number(column) { "num" }, "{text}" }
                        }
                    }
                }
            }
        }
    }
}

/// For the list of entries: "01/10/2026–31/10/2026".
pub(super) fn entered_days(days_of: (i64, i64)) -> String {
    days(LocalDay(days_of.0), LocalDay(days_of.1))
}

/// A number as the page's language writes it.
pub(super) fn count(page: &Page, n: u64) -> String {
    page.lang.marks(&number::integer(n))
}
