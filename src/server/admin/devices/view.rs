//! The page of the tablets.

use super::{
    super::{
        overview::{DeviceLine, Quiet, device_state, last_heard, when},
        page::Page,
    },
    backup,
    list::{List, Noted, Show, of_node},
    short, texts,
};
use crate::{
    server::auth::permission::Right,
    store::{
        figures::Scope,
        withdraw::{NOTE_CHARS, Reason},
    },
};
use dioxus::prelude::*;

pub(super) fn markup(page: &Page, scope: &Scope, list: &List, newest: Option<backup::Newest>) -> Element {
    let t = page.t;
    let asked = scope.nodes.iter().find(|node| list.node == Some(node.id));
    rsx! {
        div { class: "title",
            h1 {
                {t.devices_title}
                if let Some(node) = asked { ": {node.name}" }
            }
            p { class: "actions",
                if page.may(Right::Operate) {
                    a { class: "button quiet", href: "/admin/pin", {page.lang.operator().pin} }
                    a { class: "button quiet", href: "/admin/ballot-file", {page.lang.operator().import} }
                }
                if page.may(Right::Places) {
                    a { class: "button quiet", href: "/admin/start/counters", {t.add_counters} }
                    a { class: "button quiet", href: "/admin/start", {t.add_node} }
                }
            }
        }
        section { class: "card",
            p { {t.devices_lead} }
            if let Some(newest) = newest {
                {backup::line(page, newest)}
            }
            {sorts(page, list)}
            if list.shown() == 0 {
                p { class: "muted", {if list.show == Show::All { t.device_none } else { texts::of(page).none_such }} }
            } else if !list.rows.is_empty() {
                {table(page, &list.rows)}
                p { class: "small", {texts::of(page).waiting_note} }
            }
        }
        if page.may(Right::Codes) {
            {codes(page, scope, list)}
        }
    }
}

/// How many there are of each sort; each is a way to see only them.
fn sorts(page: &Page, list: &List) -> Element {
    let own = texts::of(page);
    let word = |show: Show| match show {
        Show::All => own.all,
        Show::Look => own.look,
        Show::Silent => page.t.state_quiet,
        Show::Revoked => page.t.state_revoked,
    };
    rsx! {
        p { class: "orders screen-only",
            for (show , n) in list.counts.iter().copied() {
                a { href: "/admin/devices?show={show.name()}{of_node(list.node)}", "aria-current": (show == list.show).then_some("page"),
                    "{word(show)}: {page.lang.number(n)}"
                }
            }
        }
    }
}

fn table(page: &Page, rows: &[Noted]) -> Element {
    let (t, own) = (page.t, texts::of(page));
    rsx! {
        div { class: "scroll",
            table { class: "devices",
                thead {
                    tr {
                        th { scope: "col", {t.counter} }
                        th { scope: "col", {t.device} }
                        th { scope: "col", {t.last_contact} }
                        th { scope: "col", class: "num", {t.held} }
                        th { scope: "col", class: "num", {own.waiting} }
                        th { scope: "col", {own.app} }
                        th { scope: "col", {own.signs} }
                        td {}
                    }
                }
                tbody {
                    for Noted { device , signs } in rows {
                        tr {
                            th { scope: "row",
                                "{device.counter}"
                                br {}
                                small { "{device.unit}" }
                            }
                            td { code { {short(device.id)} }
                                br {}
                                small { "{t.enrolled} {when(page, device.enrolled)}" }
                            }
                            td { class: "nowrap", {last_heard(page, device)} }
                            td { class: "num", "{page.lang.number(device.ballots)}" }
                            td { class: "num",
                                {device.told.queued.map_or_else(|| "–".to_owned(), |n| page.lang.number(n))}
                            }
                            td { {device.told.app.clone().unwrap_or_default()} }
                            td {
                                {device_state(page, device.state)}
                                {how(page, device, signs)}
                            }
                            td { class: "num",
                                if page.may(Right::Operate) {
                                    a { href: "/admin/devices/operator?device={device.id}", {page.lang.operator().operator} }
                                    if device.state != Quiet::Revoked {
                                        br {}
                                        a { href: "/admin/devices/revoke?device={device.id}", {own.stop} }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What there is to note, or why it is out of use.
fn how(page: &Page, device: &DeviceLine, signs: &[(bool, String)]) -> Element {
    let own = texts::of(page);
    rsx! {
        if let Some(out) = &device.withdrawn {
            br {}
            small {
                if let Some(reason) = out.reason { {texts::reason(page, reason)} ", " }
                "{when(page, out.hour)}"
                if let Some(by) = &out.by { " {own.by} {by}" }
                if let Some(note) = &out.note { ": {note}" }
            }
        }
        if !signs.is_empty() {
            ul { class: "signs",
                for (bad , sign) in signs {
                    li { class: if *bad { "warn" }, "{sign}" }
                }
            }
        } else if device.state == Quiet::InUse {
            br {}
            small { {own.fine} }
        }
    }
}

fn codes(page: &Page, scope: &Scope, list: &List) -> Element {
    let (t, own) = (page.t, texts::of(page));
    let unit = |id| {
        scope
            .nodes
            .iter()
            .find(|node| node.id == id)
            .map(|node| node.name.clone())
    };
    let in_use = |name: &str, unit: &str| {
        let here = (name.to_owned(), unit.to_owned());
        list.in_use.get(&here).copied().unwrap_or(0)
    };
    let open = scope.counters.iter().filter(|counter| counter.valid_to.is_none());
    let rows: Vec<_> = open
        .map(|counter| (counter, unit(counter.node).unwrap_or_default()))
        .collect();
    if rows.is_empty() {
        return rsx! {
            section { class: "card",
                h2 { {t.codes_title} }
                p { class: "muted", {t.sheets_none} }
            }
        };
    }
    rsx! {
        section { class: "card",
            h2 { {t.codes_title} }
            p { {own.many} }
            form { class: "stack", method: "post", action: "/admin/start/sheets",
                {page.csrf()}
                ul { class: "checks",
                    for (counter , unit) in rows {
                        li {
                            label {
                                input { r#type: "checkbox", name: "counter", value: "{counter.id}" }
                                span {
                                    strong { "{counter.name}" }
                                    small {
                                        " {unit} · {page.lang.moment(counter.moment)}"
                                        if in_use(&counter.name, &unit) > 0 {
                                            " · {page.lang.number(in_use(&counter.name, &unit))} {own.in_use}"
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                p { class: "small", {t.codes_lead} }
                button { r#type: "submit", {own.make} }
            }
        }
    }
}

pub(super) fn question(page: &Page, device: &DeviceLine) -> Element {
    let (t, own) = (page.t, texts::of(page));
    let queued = device.told.queued.unwrap_or(0);
    rsx! {
        section { class: "card medium",
            h1 { {t.revoke_title} }
            p { strong { "{device.counter}, {device.unit}" } " · {t.device} " code { {short(device.id)} } }
            p { {t.revoke_lead} }
            p { {t.revoke_keeps} }
            if queued > 0 || device.missing > 0 {
                p { class: "notice", role: "alert",
                    if queued > 0 { "{own.still} {page.lang.number(queued)} {own.still_lines}" }
                    if device.missing > 0 { " {own.missing} {page.lang.number(device.missing)} {t.ballots}." }
                }
            }
            form { class: "stack", method: "post", action: "/admin/devices/revoke",
                {page.csrf()}
                input { r#type: "hidden", name: "device", value: "{device.id}" }
                fieldset {
                    legend { {own.why} }
                    for reason in Reason::ALL {
                        label { class: "line",
                            input { r#type: "radio", name: "reason", value: reason.name(), required: true }
                            span { {texts::reason(page, reason)} }
                        }
                    }
                }
                label { span { {own.note} " " small { "({t.optional})" } }
                    input { name: "note", maxlength: "{NOTE_CHARS}" }
                    small { {own.note_hint} }
                }
                p { class: "actions",
                    button { class: "serious", r#type: "submit", {own.stop} }
                    button { r#type: "submit", formaction: "/admin/devices/replace", {own.replace} }
                    a { class: "button quiet", href: "/admin/devices", {t.cancel} }
                }
            }
        }
    }
}
