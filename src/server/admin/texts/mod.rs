//! What the pages say, one file per language; a field that one language forgets does not compile.

mod en;
mod operator;
mod vi;

use crate::domain::{ballot::Moment, number, period::Period, stats::Rate};

/// The texts of some pages, both languages side by side: a struct `Texts`, and `of(page)` in the page's language.
macro_rules! page_texts {
    ($($name:ident: $vi:literal, $en:literal;)*) => {
        /// What these pages say.
        pub(super) struct Texts { $(pub(super) $name: &'static str,)* }
        const VI: Texts = Texts { $($name: $vi,)* };
        const EN: Texts = Texts { $($name: $en,)* };

        /// In the page's language.
        pub(super) fn of(page: &$crate::server::admin::page::Page) -> &'static Texts {
            match page.lang {
                $crate::server::admin::texts::Lang::Vi => &VI,
                $crate::server::admin::texts::Lang::En => &EN,
            }
        }
    };
}
pub(super) use page_texts;

/// Language of a page. Vietnamese is what the law and the reports speak; English is for visitors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// tiếng Việt
    #[default]
    Vi,
    /// English
    En,
}

impl Lang {
    /// The days of a week, Monday first.
    pub fn weekdays(self) -> [&'static str; 7] {
        match self {
            Self::Vi => [
                "Thứ Hai",
                "Thứ Ba",
                "Thứ Tư",
                "Thứ Năm",
                "Thứ Sáu",
                "Thứ Bảy",
                "Chủ nhật",
            ],
            Self::En => [
                "Monday",
                "Tuesday",
                "Wednesday",
                "Thursday",
                "Friday",
                "Saturday",
                "Sunday",
            ],
        }
    }

    /// Reads `vi` or `en`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    pub(in crate::server) fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::Vi => &vi::TEXTS,
            Self::En => &en::TEXTS,
        }
    }

    /// `1.077`, in English `1,077`.
    pub(in crate::server) fn number(self, number: u64) -> String {
        match self {
            Self::Vi => number::integer(number),
            Self::En => number::grouped(number, ','),
        }
    }

    pub(in crate::server) fn period(self, period: Period) -> String {
        match self {
            Self::Vi => period.vietnamese(),
            Self::En => period.english(),
        }
    }

    pub(super) fn short_period(self, period: Period) -> String {
        match self {
            Self::Vi => period.short_vietnamese(),
            Self::En => period.short_english(),
        }
    }

    /// Numbers made for Vietnamese readers, with the marks of this language.
    pub(in crate::server) fn marks(self, text: &str) -> String {
        match self {
            Self::Vi => text.to_owned(),
            Self::En => text
                .chars()
                .map(|c| match c {
                    ',' => '.',
                    '.' => ',',
                    c => c,
                })
                .collect(),
        }
    }

    /// The rate as big words: percentage, interval, n and period, never one without the others.
    pub(in crate::server) fn rate(self, rate: &Rate) -> RateWords {
        let said = rate.said();
        RateWords {
            percent: self.marks(&said.percent),
            interval: self.marks(&said.interval),
            n: self.marks(&said.n),
            period: self.period(said.period),
        }
    }

    pub(super) fn moment(self, moment: Moment) -> &'static str {
        match (self, moment) {
            (Self::Vi, moment) => moment.vietnamese(),
            (Self::En, Moment::Reception) => "Application received",
            (Self::En, Moment::Returned) => "Sent back / refused",
            (Self::En, Moment::Result) => "Result handed out",
        }
    }

    pub(super) fn level(self, vietnamese: &'static str) -> &'static str {
        let english = [
            "Very dissatisfied",
            "Dissatisfied",
            "Neutral",
            "Satisfied",
            "Very satisfied",
        ];
        match self {
            Self::Vi => vietnamese,
            Self::En => crate::domain::ballot::LEVELS_VI
                .into_iter()
                .zip(english)
                .find_map(|(vi, en)| (vi == vietnamese).then_some(en))
                .unwrap_or(vietnamese),
        }
    }
}

/// A rate in words, whole.
#[derive(Clone, Debug)]
pub(in crate::server) struct RateWords {
    pub(in crate::server) percent: String,
    pub(in crate::server) interval: String,
    pub(in crate::server) n: String,
    pub(in crate::server) period: String,
}

macro_rules! texts {
    ($($name:ident)*) => {
        /// Every text of the pages.
        #[derive(Debug)]
        pub(super) struct Texts {
            $(pub(super) $name: &'static str,)*
        }
    };
}

texts! {
    product tagline demo demo_long other_language
    nav_overview nav_units nav_reports nav_devices nav_comments nav_export sign_out signed_in_as skip
    sign_in user password sign_in_button wrong wait_before wait_after plain_http signed_out_note forgotten
    start_title start_lead step_node step_counters step_sheets
    node_name node_name_hint node_kind commune province reception_point node_parent node_parent_none
    contact contact_hint next_counters
    counters_lead counter_name counter_moment counter_field optional counters_hint next_sheets nothing_named
    sheets_lead make_sheets sheets_none later
    sheet_title sheet_for sheet_code sheet_expires sheet_print sheet_once sheet_again sheet_moment
    sheet_1 sheet_2 sheet_3 sheet_4 sheet_5 sheet_wrong sheet_keep overview all_units unit period latest show rate_title rate_of estimated too_few too_few_long rank_note self_selected
    counts_title today this_month all_time ballots waiting waiting_note waiting_demo
    counters counter rate by_counter_note unknown_counter
    levels_title level share reasons_title reason times small_cell reasons_none reasons_note
    months_title month interval months_note sources_title received counted unread quarantined practice undated excluded silent other_kind of_them missing missing_none
    sources_note table_behind
    started abandoned visits_inexact visits_lost no_contact working_days devices no_silence silent_days silent_note
    devices_title device last_contact enrolled state_in_use state_revoked state_quiet device_none
    alarms_title alarm_fork alarm_conflict alarm_hole alarm_malformed alarm_log alarm_other
    at_counter missing_at
    devices_lead codes_title codes_lead add_counters add_node revoke_title revoke_lead
    revoke_keeps cancel held hours
    export_title export_lead export_unit export_when export_month export_from export_to
    export_all export_get_xlsx export_get_csv separator semicolon comma export_columns export_privacy
     bad_period
    not_found not_found_lead failed failed_lead
}
