//! The frame around the public pages, and what several of them say.

use super::model::{Board, Common, Shown};
use crate::{
    domain::{
        number,
        policy::MIN_N_PUBLIC,
        stats::Rate,
        time::{LocalDay, local_hour, local_minute},
    },
    server::{admin::texts::Lang, export::DEMO_MARK},
};
use dioxus::prelude::*;

/// What the frame needs to know.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) lang: Lang,
    /// The folder holds fictional data.
    pub(super) demo: bool,
    /// Address of this page, for the other language.
    pub(super) path: String,
    /// Seconds after which the browser asks for this address again, whatever it is answered.
    pub(super) refresh: Option<u32>,
}

impl Frame {
    pub(super) fn say<T>(&self, vi: T, en: T) -> T {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// The same on a page that is not where it was looked for.
    pub(super) fn somewhere(&self) -> Self {
        Self {
            path: "/cong-khai/".into(),
            ..self.clone()
        }
    }

    /// An address of ours in this page's language.
    pub(super) fn link(&self, path: &str) -> String {
        match self.lang {
            Lang::Vi => path.to_owned(),
            Lang::En => format!("{path}?lang=en"),
        }
    }

    /// The whole document. `class` tells the style sheet which page it is.
    pub(super) fn document(&self, class: &str, title: &str, body: Element) -> String {
        let head = rsx! {
            meta { charset: "utf-8" }
            meta { name: "viewport", content: "width=device-width, initial-scale=1" }
            if let Some(seconds) = self.refresh {
                meta { http_equiv: "refresh", content: "{seconds}" }
            }
            title { "{title} · Hài Lòng" }
            link { rel: "stylesheet", href: "/cong-khai/style.css" }
        };
        let (head, body) = (dioxus_ssr::render_element(head), dioxus_ssr::render_element(body));
        format!(
            "<!doctype html>\n<html lang=\"{}\"><head>{head}</head><body class=\"{class}\">{body}</body></html>\n",
            self.lang.code()
        )
    }

    /// The mark of fictional data.
    pub(super) fn demo_mark(&self) -> Element {
        rsx! {
            if self.demo {
                p { class: "demo", role: "note",
                    strong { {DEMO_MARK} }
                    " "
                    {self.say("Đơn vị và phiếu đều là hư cấu.", "Demonstration data: units and ballots are fictional.")}
                }
            }
        }
    }

    pub(super) fn other_language(&self) -> Element {
        match self.lang {
            Lang::Vi => {
                rsx! { a { class: "lang", href: "{self.path}?lang=en", hreflang: "en", lang: "en", "English" } }
            }
            Lang::En => rsx! { a { class: "lang", href: "{self.path}", hreflang: "vi", lang: "vi", "Tiếng Việt" } },
        }
    }

    /// "tháng 10/2026".
    pub(super) fn month(&self, common: &Common) -> String {
        let period = common.month.map_or(common.expected, |(period, _)| period);
        self.lang.period(period)
    }

    /// What kind of number this is: never one without it (domain.md F28).
    pub(super) fn kind(&self) -> &'static str {
        self.say(
            "Phiếu người dân tự nguyện đánh giá tại quầy; không phải Chỉ số SIPAS, không phải Bộ chỉ số 766.",
            "Voluntary ratings at the counter; neither the SIPAS index nor the 766 index.",
        )
    }

    /// Why there is no rate.
    pub(super) fn why_not(&self, shown: &Shown) -> Option<String> {
        let least = MIN_N_PUBLIC;
        match shown {
            Shown::Rate(_) => None,
            Shown::Nothing => Some(self.say("Chưa có tháng nào được chốt số liệu.", "No month has been closed yet.").to_owned()),
            Shown::TooFew(n) => {
                let n = self.lang.number(*n);
                Some(self.say(
                    format!("Chưa đủ {least} phiếu nên không công bố tỷ lệ (n = {n})."),
                    format!("Fewer than {least} ballots, so no rate is published (n = {n})."),
                ))
            }
            Shown::HeldBack => Some(
                self.say(
                    "Không công bố riêng: cùng với số liệu của đơn vị cấp trên, tỷ lệ này sẽ cho biết câu trả lời của vài người còn lại.",
                    "Not published by itself: with the figure of the unit above it would tell what the few others answered.",
                )
                .to_owned(),
            ),
        }
    }

    /// What is said where the month shown is not the newest that has ended.
    pub(super) fn stale(&self, common: &Common) -> Option<String> {
        let (due, shown) = (self.lang.period(common.expected), common.month);
        let shown = shown
            .filter(|_| common.stale())
            .map(|(period, _)| self.lang.period(period))?;
        Some(self.say(
            format!("SỐ LIỆU CŨ: {due} chưa được chốt, đây vẫn là số liệu {shown}."),
            format!("OLD FIGURES: {due} has not been closed yet, these are still of {shown}."),
        ))
    }

    /// When the month was put out.
    pub(super) fn closed(&self, common: &Common) -> Option<String> {
        let (_, hour) = common.month?;
        let (day, hour) = (number::date(LocalDay::of(hour)), local_hour(hour));
        Some(self.say(
            format!("Chốt lúc {hour} giờ ngày {day}. Phiếu được công bố sau đó không làm thay đổi số này."),
            format!("Closed at {hour}:00 on {day}. Ballots released later do not change it."),
        ))
    }

    /// "14:35 ngày 22/11/2026".
    pub(super) fn clock(&self, unix: i64) -> String {
        let (_, minute) = local_minute(unix);
        let day = number::date(LocalDay::of(unix));
        let time = format!("{:02}:{:02}", minute / 60, minute % 60);
        self.say(format!("{time} ngày {day}"), format!("{time}, {day}"))
    }

    /// Ballots that are not in the figure, as far as anybody knows.
    pub(super) fn beside(&self, board: &Board) -> Option<String> {
        let mut parts = Vec::new();
        if board.waiting > 0 {
            let n = self.lang.number(board.waiting);
            parts.push(self.say(
                format!("{n} phiếu của tháng còn chờ khi chốt"),
                format!("{n} ballots of the month were still waiting"),
            ));
        }
        if board.missing > 0 {
            let n = self.lang.number(board.missing);
            parts.push(self.say(
                format!("có thể thiếu ít nhất {n} phiếu từ các máy"),
                format!("at least {n} ballots may be missing from the tablets"),
            ));
        }
        (!parts.is_empty()).then(|| format!("{}.", capital(&parts.join("; "))))
    }
}

/// With a capital letter at the beginning.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The interval on a line from 0 to 100 %.
pub(super) fn interval(frame: &Frame, rate: &Rate) -> Element {
    let words = frame.lang.rate(rate);
    let label = frame.say(
        format!("Ước lượng trong khoảng {}", words.interval),
        format!("Estimated between {}", words.interval),
    );
    let x = |share: f64| format!("{:.1}", 20.0 + share * 960.0);
    let (low, high) = (rate.interval().low, rate.interval().high);
    let share = rate.tally().satisfied() as f64 / rate.tally().n().max(1) as f64;
    rsx! {
        svg { class: "interval", view_box: "-15 0 1040 64", role: "img", "aria-label": label,
            line { class: "axis", x1: "20", y1: "22", x2: "980", y2: "22" }
            line { class: "reach", x1: x(low), y1: "22", x2: x(high), y2: "22" }
            circle { class: "dot", cx: x(share), cy: "22", r: "11" }
            for tick in [0, 25, 50, 75, 100] {
                text { x: "{20 + tick * 960 / 100}", y: "60", "text-anchor": "middle", "{tick}%" }
            }
        }
    }
}
