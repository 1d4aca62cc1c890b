//! The cards that cut a figure: by field, moment, weekday and hour; and the five factors, which are a figure of their own.

use super::{
    super::page::Page,
    charts as small,
    detail::{CROSSED, Detail},
    detail_view::cells,
    texts::Texts,
};
use crate::{
    domain::{
        policy,
        stats::{Figure, Tally, shown_cell},
        survey::Factor,
    },
    store::cuts::Cut,
};
use dioxus::prelude::*;

/// The criteria of SIPAS by factor, in a card of their own: never part of the rate above.
pub(super) fn factors(page: &Page, t: &Texts, d: &Detail) -> Element {
    let ballots = d.factors.ballots;
    if ballots == 0 {
        return rsx! {};
    }
    let enough = ballots >= policy::MIN_N_RATE;
    let lines = Factor::ALL.map(|factor| {
        let tally = d.factors.tallies.get(&factor).copied().unwrap_or_default();
        (
            factor.vietnamese(),
            Figure::of(if enough { tally } else { Tally::default() }, d.chosen.period),
        )
    });
    let floor = small::floor(lines.iter().map(|line| &line.1));
    let n = shown_cell(ballots).map_or_else(|| t.few.to_owned(), |n| page.lang.number(n));
    let title = page.say(
        "Chỉ số hài lòng theo 5 yếu tố (phiếu theo tiêu chí SIPAS)",
        "Index by the five factors (ballots by the criteria of SIPAS)",
    );
    rsx! {
        section { class: "card",
            h2 { {title} }
            if enough {
                table { class: "units",
                    thead { tr {
                        th { scope: "col", {page.say("Yếu tố", "Factor")} }
                        th { scope: "col", class: "num", {page.say("Chỉ số", "Index")} }
                        th { scope: "col", class: "num", {t.interval} }
                        th { scope: "col", class: "num", {page.say("Câu trả lời", "Answers")} }
                        th { scope: "col", class: "picture", {small::scale(page, floor)} }
                    } }
                    tbody {
                        for (name , figure) in &lines {
                            tr {
                                th { scope: "row", lang: "vi", {*name} }
                                {cells(page, t, figure)}
                                td { class: "picture", {small::whisker(figure, floor)} }
                            }
                        }
                    }
                }
            } else {
                p { class: "muted", "{t.too_few}" }
            }
            p { class: "small",
                "{page.lang.period(d.chosen.period)}, {n} {page.t.ballots}. "
                {page.say(
                    "Gộp câu trả lời của các tiêu chí trong từng yếu tố. Không cộng với tỷ lệ hài lòng ở trên; không phải Chỉ số SIPAS do Bộ Nội vụ công bố.",
                    "Answers to the criteria of each factor, pooled. Never added to the rate above, and not the SIPAS index that the ministry publishes.",
                )}
            }
        }
    }
}

pub(super) fn cuts(page: &Page, t: &Texts, d: &Detail) -> Element {
    if !d.chosen.ended {
        return rsx! { section { class: "card", p { class: "muted", {t.cuts_later} } } };
    }
    let names = page.lang.weekdays();
    let label = |cut: Cut, name: &str, no: i64| match cut {
        Cut::Field if name.is_empty() => t.no_field.to_owned(),
        Cut::Field => name.to_owned(),
        Cut::Moment => {
            let moments = [None, Some("reception"), Some("returned"), Some("result")];
            let moment = usize::try_from(no)
                .ok()
                .and_then(|no| moments.get(no).copied().flatten());
            let moment = moment.and_then(crate::store::places::parse_moment);
            moment
                .map_or(t.unknown_moment, |moment| page.lang.moment(moment))
                .to_owned()
        }
        Cut::Weekday => usize::try_from(no)
            .ok()
            .and_then(|no| names.get(no))
            .copied()
            .unwrap_or_default()
            .to_owned(),
        Cut::Hour => format!("{no} {}", t.hour),
    };
    let title = |cut| match cut {
        Cut::Field => t.by_field,
        Cut::Moment => t.by_moment,
        Cut::Weekday => t.by_weekday,
        Cut::Hour => t.by_hour,
    };
    let column = |cut| match cut {
        Cut::Field => t.col_field,
        Cut::Moment => t.col_moment,
        Cut::Weekday => t.col_weekday,
        Cut::Hour => t.col_hour,
    };
    rsx! {
        if d.figure.n() > CROSSED {
            p { class: "small", {page.say(
                "Thứ và giờ không hiện cho quá 20.000 phiếu: hãy mở một đơn vị hoặc quầy ở bảng trên.",
                "Weekdays and hours are not shown of more than 20,000 ballots: open a unit or a counter in the table above.",
            )} }
        }
        div { class: "grid halves",
            for (cut , lines) in &d.cuts {
                section { class: "card",
                    h2 { {title(*cut)} }
                    table { class: "units",
                        thead {
                            tr {
                                th { scope: "col", {column(*cut)} }
                                th { scope: "col", class: "num", {t.rate} }
                                th { scope: "col", class: "num", {t.interval} }
                                th { scope: "col", class: "num", "n" }
                                th { scope: "col", class: "picture", {small::scale(page, small::floor(lines.iter().map(|line| &line.2)))} }
                            }
                        }
                        tbody {
                            for (name , no , figure) in lines {
                                tr {
                                    th { scope: "row", {label(*cut, name, *no)} }
                                    {cells(page, t, figure)}
                                    td { class: "picture", {small::whisker(figure, small::floor(lines.iter().map(|line| &line.2)))} }
                                }
                            }
                        }
                    }
                    p { class: "small", "{page.lang.period(d.chosen.period)}. {t.hidden_note}" }
                }
            }
        }
    }
}
