//! How old the newest backup is, for whoever keeps the server running.

use super::{super::page::Page, texts};
use crate::domain::{number, policy, time::LocalDay};
use dioxus::prelude::*;

/// The newest backup.
#[derive(Clone, Copy)]
pub(super) struct Newest {
    /// Hour it was made, unix seconds; none: there is no backup.
    pub(super) made: Option<i64>,
    /// Unix seconds.
    pub(super) now: i64,
}

impl Newest {
    /// None, or none of the last night.
    fn is_missed(self) -> bool {
        self.made.is_none_or(|hour| self.now - hour > policy::BACKUP_OLD_SECS)
    }

    fn words(self, page: &Page) -> String {
        let t = texts::of(page);
        let Some(hour) = self.made else {
            return t.backup_none.to_owned();
        };
        let day = LocalDay::of(hour);
        let ago = match u64::try_from(LocalDay::of(self.now).0 - day.0) {
            // A clock that was put back must not be told of in negative days.
            Ok(0) | Err(_) => t.backup_today.to_owned(),
            Ok(1) => t.backup_one_day.to_owned(),
            Ok(days) => format!("{} {}", page.lang.number(days), t.backup_days),
        };
        format!("{}, {ago}", number::date(day))
    }
}

/// The line of the page. What is in a demo folder can be made again: there it warns of nothing.
pub(super) fn line(page: &Page, newest: Newest) -> Element {
    let t = texts::of(page);
    let words = newest.words(page);
    let is_told = newest.is_missed() && !page.demo;
    rsx! {
        p { class: if is_told { "notice" } else { "small" },
            "{t.backup}: "
            if is_told {
                span { class: "state warn", {words} }
                ". {t.backup_missed}"
            } else {
                {words}
            }
        }
    }
}
