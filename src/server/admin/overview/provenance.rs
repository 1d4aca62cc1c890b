//! Where the figures come from: which ballots they hold, what needs a look, which devices were heard of.

use super::{
    super::{devices::to_see, page::Page},
    AlarmLine, DeviceLine, Overview, Quiet, view,
};
use crate::domain::{
    number,
    stats::Figure,
    time::{LocalDay, local_hour},
};
use dioxus::prelude::*;

/// Which ballots the figure holds, in one line under it.
pub(super) fn line_under(page: &Page, o: &Overview) -> Element {
    let (t, s) = (page.t, &o.sources);
    let others = [
        (s.unread, t.unread),
        (s.quarantined, t.quarantined),
        (s.practice, t.practice),
        (s.undated, t.undated),
        (s.excluded, t.excluded),
    ];
    let (silent, quiet) = o
        .silent
        .values()
        .fold((0, 0), |(days, devices), n| (days + n, devices + u64::from(*n > 0)));
    rsx! {
        p { class: "under",
            "{t.received} {page.lang.number(s.received)} · {t.counted} {page.lang.number(s.counted)} "
            "({t.of_them} {page.lang.number(s.silent)} {t.silent})"
            if s.other_kind > 0 {
                " · "
                span { class: "some", "{page.lang.number(s.other_kind)} {t.other_kind}" }
            }
            for (n , label) in others {
                " · "
                span { class: if n > 0 { "some" }, "{label} {page.lang.number(n)}" }
            }
            if o.missing > 0 {
                " · "
                span { class: "some", "{t.missing} {page.lang.number(o.missing)} {t.ballots}" }
            }
            if let Some(with) = &o.with_excluded {
                br {}
                {with_excluded(page, with)}
            }
            br {}
            "{t.started} {page.lang.number(s.started)} · {t.abandoned} {page.lang.number(s.abandoned)}"
            {visits_inexact(page, o.visits_inexact)}
            if !o.silent.is_empty() {
                " · "
            }
            span { class: if silent > 0 { "some" },
                if silent > 0 {
                    "{t.no_contact}: {page.lang.number(silent)} {t.working_days} ({page.lang.number(quiet)} {t.devices})"
                } else if !o.silent.is_empty() {
                    {t.no_silence}
                }
            }
        }
    }
}

/// What the figure would be if nothing were excluded, and where to read by whom and why.
fn with_excluded(page: &Page, with: &Figure) -> Element {
    let words = match with.rate() {
        None => format!("{} (n = {})", page.t.too_few, page.lang.number(with.n())),
        Some(rate) => {
            let words = page.lang.rate(rate);
            format!("{} ({}), n = {}", words.percent, words.interval, words.n)
        }
    };
    rsx! {
        {page.say("Nếu tính cả phiếu bị loại: ", "With the excluded ballots: ")}
        strong { {words} }
        " · "
        a { href: "/admin/exclusions", {page.say("ai loại, vì sao", "by whom, and why")} }
    }
}

pub(super) fn attention(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    let missing: Vec<_> = o.devices.iter().filter(|device| device.missing > 0).collect();
    let tablets = to_see(page, &o.devices, o.node);
    if tablets.is_empty() && o.alarms.is_empty() && missing.is_empty() {
        return rsx! {};
    }
    rsx! {
        section { class: "card attention",
            h2 { {t.alarms_title} }
            ul {
                for (list , words) in tablets {
                    li {
                        a { href: list, strong { {words} } }
                    }
                }
                for alarm in &o.alarms {
                    li {
                        strong { "{t.at_counter} {alarm.counter}: " }
                        {alarm_words(page, alarm)}
                        small {
                            " ({when(page, alarm.hour)}"
                            if alarm.times > 1 { ", ×{page.lang.number(alarm.times)}" }
                            ")"
                        }
                    }
                }
                for device in missing {
                    li {
                        strong { "{t.at_counter} {device.counter}, {device.unit}: " }
                        "{t.missing_at} {page.lang.number(device.missing)} {t.ballots}."
                    }
                }
            }
        }
    }
}

fn alarm_words(page: &Page, alarm: &AlarmLine) -> &'static str {
    let t = page.t;
    match alarm.kind.as_str() {
        "fork" => t.alarm_fork,
        "conflict" => t.alarm_conflict,
        "hole" => t.alarm_hole,
        "malformed" => t.alarm_malformed,
        "log" => t.alarm_log,
        _ => t.alarm_other,
    }
}

/// That visits are known only approximately, if they are.
pub(in super::super) fn visits_inexact(page: &Page, tablets: u64) -> Element {
    let t = page.t;
    rsx! {
        if tablets > 0 {
            " · "
            span { class: "some", "{t.visits_inexact}: {page.lang.number(tablets)} {t.visits_lost}" }
        }
    }
}

pub(super) fn sources(page: &Page, o: &Overview) -> Element {
    let (t, s) = (page.t, &o.sources);
    let rows = [
        (t.received, s.received),
        (t.counted, s.counted),
        (t.silent, s.silent),
        (t.unread, s.unread),
        (t.quarantined, s.quarantined),
        (t.practice, s.practice),
        (t.undated, s.undated),
        (t.excluded, s.excluded),
        (t.started, s.started),
        (t.abandoned, s.abandoned),
    ];
    rsx! {
        section { class: "card",
            h2 { {t.sources_title} }
            p { class: "period", "{page.lang.period(o.figure.period())}" }
            dl { class: "sources",
                for (place , (label , n)) in rows.into_iter().enumerate() {
                    div { class: match (place, n) { (2, _) => "part", (_, 0) => "zero", _ => "" },
                        dt {
                            if place == 2 { "{t.of_them} " }
                            {label}
                        }
                        dd { "{page.lang.number(n)}" }
                    }
                }
            }
            p {
                if o.missing > 0 {
                    strong { "{t.missing} {page.lang.number(o.missing)} {t.ballots}." }
                } else {
                    "{t.missing_none}."
                }
            }
            p { class: "small", {t.sources_note} }
        }
    }
}

/// Date and hour, as precise as times of arrival are kept.
pub(in super::super) fn when(page: &Page, hour: i64) -> String {
    format!(
        "{} {} {}",
        number::date(LocalDay::of(hour)),
        local_hour(hour),
        page.t.hours
    )
}

/// When a tablet was last heard of.
pub(in super::super) fn last_heard(page: &Page, device: &DeviceLine) -> String {
    let unknown = || page.say("Không rõ", "Not known").to_owned();
    device.heard.map_or_else(unknown, |hour| when(page, hour))
}

pub(in super::super) fn device_state(page: &Page, state: Quiet) -> Element {
    let t = page.t;
    let (class, label) = match state {
        Quiet::InUse => ("state ok", t.state_in_use),
        Quiet::Silent => ("state warn", t.state_quiet),
        Quiet::Revoked => ("state off", t.state_revoked),
    };
    rsx! { span { class, {label} } }
}

pub(super) fn devices(page: &Page, o: &Overview) -> Element {
    let t = page.t;
    // Of many, those that need a look.
    let all = o.devices.len() <= view::MANY;
    let devices: Vec<_> = o
        .devices
        .iter()
        .filter(|device| all || device.state == Quiet::Silent)
        .take(view::MANY)
        .collect();
    rsx! {
        section { class: "card",
            h2 { {t.devices_title} }
            if devices.is_empty() {
                p { class: "muted", {t.device_none} }
            } else {
                table {
                    thead {
                        tr {
                            th { scope: "col", {t.counter} }
                            th { scope: "col", {t.unit} }
                            th { scope: "col", {t.last_contact} }
                            th { scope: "col", class: "num", {t.silent_days} }
                            th { scope: "col", {t.device} }
                        }
                    }
                    tbody {
                        for device in devices {
                            tr {
                                th { scope: "row", "{device.counter}" }
                                td { "{device.unit}" }
                                td { {last_heard(page, device)} }
                                td { class: "num",
                                    {o.silent.get(&device.id).map_or_else(|| "–".to_owned(), |n| page.lang.number(*n))}
                                }
                                td { {device_state(page, device.state)} }
                            }
                        }
                    }
                }
                p { class: "small", "{page.lang.period(o.figure.period())}: {t.silent_note}" }
            }
        }
    }
}
