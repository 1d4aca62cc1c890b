//! What there is to note about a tablet, worst first.

use super::{
    super::{overview::DeviceLine, page::Page},
    texts,
};
use crate::domain::policy;

/// Something to note; `true`: somebody should do something.
pub(super) fn of(page: &Page, device: &DeviceLine) -> Vec<(bool, String)> {
    let t = texts::of(page);
    let number = |n: u64| page.lang.number(n);
    let mut signs = Vec::new();
    let mut note = |bad: bool, text: String| signs.push((bad, text));
    if device.forgotten {
        note(true, t.forgotten.to_owned());
    }
    if device.missing > 0 {
        note(
            true,
            format!("{} {} {}", page.t.missing, number(device.missing), page.t.ballots),
        );
    }
    let kinds = [
        ("log", t.log),
        ("fork", t.forked),
        ("damaged", t.damaged),
        ("rolled_back", t.rolled_back),
        ("conflict", t.conflict),
        ("hole", t.hole),
        ("malformed", t.malformed),
    ];
    for (kind, text) in kinds {
        match device.alarms.get(kind) {
            None => {}
            Some(1) => note(true, text.to_owned()),
            Some(times) => note(true, format!("{text} (×{})", number(*times))),
        }
    }
    let told = &device.told;
    if told.failed.iter().any(|name| name == "storage") {
        note(true, t.full.to_owned());
    }
    let skew = told
        .ahead
        .filter(|minutes| minutes.abs() * 60 > policy::SKEW_AS_IS_SECS);
    if let Some(minutes) = skew {
        let which = if minutes > 0 { t.ahead } else { t.behind };
        note(
            true,
            format!("{which} {} {}", number(minutes.unsigned_abs()), t.minutes),
        );
    }
    if told.persisted == Some(false) {
        note(true, t.not_persisted.to_owned());
    }
    let failed: Vec<&str> = told
        .failed
        .iter()
        .filter_map(|name| match name.as_str() {
            "awake" => Some(t.test_awake),
            "clock" => Some(t.test_clock),
            "kiosk" => Some(t.test_kiosk),
            "offline" => Some(t.test_offline),
            "persist" => Some(t.test_persist),
            "voice" => Some(t.test_voice),
            _ => None,
        })
        .collect();
    if !failed.is_empty() {
        note(false, format!("{}: {}", t.failed, failed.join(", ")));
    }
    if device.setup_unread {
        note(true, page.lang.operator().setup_unread.to_owned());
    }
    if told.practice {
        note(false, t.practice.to_owned());
    }
    signs
}
