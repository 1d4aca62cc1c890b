//! A flag in one sentence, with its numbers.

use super::{counter_name, short};
use crate::{
    domain::number::date,
    server::admin::page::Page,
    store::{
        figures::Scope,
        flags::{Crowded, Flagged, Sign},
    },
};

/// What does not look right, and why.
pub(super) fn sentence(page: &Page, scope: &Scope, flag: &Flagged) -> String {
    let counter = counter_name(scope, flag.counter_no).unwrap_or_default();
    let device = flag.device.map(short).unwrap_or_default();
    let (day, of) = (date(flag.day), page.lang.number(flag.of));
    let number = |n: u64| page.lang.number(n);
    match flag.sign {
        Sign::Pace { quick } => page.say(
            format!(
                "Ngày {day}, {counter}: {} trong {of} phiếu của máy {device} cách phiếu ngay trước chưa đến 20 giây; khó có \
                 người nào vừa được phục vụ xong trong thời gian ấy.",
                number(quick)
            ),
            format!(
                "{day}, {counter}: {} of {of} ballots of tablet {device} came less than 20 s after the one before; nobody \
                 is served in that time.",
                number(quick)
            ),
        ),
        Sign::Burst { hour, ballots } => page.say(
            format!(
                "Ngày {day}, {counter}: riêng từ {hour} giờ đến {} giờ máy {device} nhận {} phiếu (cả ngày {of}), nhanh hơn \
                 một phiếu mỗi 3 phút.",
                hour + 1,
                number(ballots)
            ),
            format!(
                "{day}, {counter}: between {hour}:00 and {}:00 tablet {device} took {} ballots ({of} that day), more than \
                 one every 3 minutes.",
                hour + 1,
                number(ballots)
            ),
        ),
        Sign::AfterHours { ballots } => page.say(
            format!(
                "Ngày {day}, {counter}: {} trong {of} phiếu được đánh giá ngoài giờ làm việc của đơn vị.",
                number(ballots)
            ),
            format!(
                "{day}, {counter}: {} of {of} ballots were cast outside the unit's opening hours.",
                number(ballots)
            ),
        ),
    }
}

/// More ballots than people served, and what it may mean.
pub(super) fn crowded(page: &Page, unit: &Crowded) -> String {
    let number = |n: u64| page.lang.number(n);
    page.say(
        format!(
            "{}, {}: có {} phiếu nhưng chỉ có {} lượt giao dịch được khai. Có thể số lượt khai chưa đủ, hoặc có phiếu không \
             do người đến giao dịch đánh giá.",
            unit.name,
            page.lang.period(unit.period),
            number(unit.ballots),
            number(unit.transactions)
        ),
        format!(
            "{}, {}: {} ballots, but only {} transactions were entered. Either some were left out, or not all ballots are \
             of people who were served.",
            unit.name,
            page.lang.period(unit.period),
            number(unit.ballots),
            number(unit.transactions)
        ),
    )
}

/// What a flag's link fills in.
pub(super) fn link(flag: &Flagged) -> String {
    let day = flag.day.date();
    let (flag_name, by_device) = match flag.sign {
        Sign::Pace { .. } => ("burst", true),
        Sign::Burst { .. } => ("", true),
        Sign::AfterHours { .. } => ("after_hours", false),
    };
    let over = match flag.device.filter(|_| by_device) {
        Some(device) => format!("device={device}"),
        None => format!("counter={}", flag.counter),
    };
    let month = flag.day.month();
    format!(
        "month={}-{:02}&{over}&day={day}&flag={flag_name}",
        month.year, month.month
    )
}
