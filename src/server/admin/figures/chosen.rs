//! Which days a page is about: a month by the unit's own months, or the last months that have ended.

use crate::{
    domain::{
        ids::NodeId,
        period::{MonthKind, Period},
        time::{LocalDay, Month},
    },
    server::admin::overview::parse_month,
    store::{Reader, Result, figures, settings},
};

/// Windows that can be chosen, in months.
const WINDOWS: [u32; 3] = [3, 6, 12];
/// What is shown when nobody chose: enough months that a small unit has something to say.
const DEFAULT_WINDOW: u32 = 3;
/// Months in the list: two years, as long as bodies are kept.
const MONTHS: usize = 24;

/// The chosen days and what else could be chosen.
#[derive(Clone, Debug)]
pub(in super::super) struct Chosen {
    pub(in super::super) period: Period,
    /// It has ended: nothing in it moves any more, except by a decision.
    pub(in super::super) ended: bool,
    /// Value and period of everything on offer; months newest first.
    pub(in super::super) offers: Vec<(String, Period)>,
    /// Value of what was chosen.
    pub(in super::super) value: String,
}

impl Chosen {
    /// Reads "2026-10" (a month) or "ended-3" (the last three that have ended).
    pub(in super::super) fn of(conn: &Reader, node: Option<NodeId>, asked: &str, today: LocalDay) -> Result<Self> {
        let kind = match node {
            Some(node) => settings::effective(conn, node)?.month.unwrap_or_default(),
            None => MonthKind::Calendar,
        };
        let windows = WINDOWS.map(|months| (format!("ended-{months}"), Period::ended(kind, months, today)));
        let first = figures::first_day(conn)?.unwrap_or(today);
        let mut month = kind.month_of(today);
        let mut months = Vec::new();
        while months.len() < MONTHS && kind.period(month).end() > first {
            months.push((said(month), kind.period(month)));
            month = month.minus(1);
        }
        let offers: Vec<_> = windows.into_iter().chain(months).collect();
        let typed = parse_month(asked).map(|month| (said(month), kind.period(month)));
        let default = format!("ended-{DEFAULT_WINDOW}");
        let offered = |value: &str| offers.iter().find(|(offer, _)| offer == value).cloned();
        let chosen = typed.or_else(|| offered(asked)).or_else(|| offered(&default));
        let (value, period) = chosen.unwrap_or_else(|| (default, Period::ended(kind, DEFAULT_WINDOW, today)));
        Ok(Self {
            ended: period.end() <= today,
            period,
            offers,
            value,
        })
    }
}

fn said(month: Month) -> String {
    format!("{}-{:02}", month.year, month.month)
}
