//! The monthly report (domain.md §3.3) in the form of NĐ 30/2020.
//!
//! [`Facts`] are what was counted, as of a log position; their hash stands in the log and in the report's footer, and
//! they can be counted again ([`Facts::again`]). A [`Paper`] is what people read: headings, paragraphs and tables, made
//! from the facts alone, so that the page and the .docx can't differ. It is written as .docx by [`docx`] and as a page by
//! the admin pages. Nothing is signed here; the number and the signature are the office's.

mod criteria;
pub mod docx;
mod facts;
mod paper;
mod tables;
mod tasks;
mod words;

pub use facts::{Facts, Labels};
pub use paper::{Block, Column, Paper, Table};
pub use tasks::{Explained, TaskFact};
pub use words::paper;

use crate::{
    domain::{
        ids::NodeId,
        number,
        period::{MonthKind, Period},
        time::{LocalDay, Month},
    },
    store::{
        self, Reader, Result, Store, StoreError, log,
        places::{self, NodeKind},
        reports::NewReport,
        settings,
    },
};

/// The month that a unit's report is due for: the newest one that has ended, by its own months.
pub fn due(conn: &Reader, node: NodeId, today: LocalDay) -> Result<(MonthKind, Month)> {
    let kind = settings::effective(conn, node)?.month.unwrap_or_default();
    Ok((kind, kind.last_ended(today)))
}

/// The days of a unit's reporting month. A month that has not ended is refused, and the day on which it will have is
/// named.
pub fn period(conn: &Reader, node: NodeId, month: Month, today: LocalDay) -> Result<Period> {
    let kind = settings::effective(conn, node)?.month.unwrap_or_default();
    let period = kind.period(month);
    if period.end() > today {
        return Err(StoreError::Invalid(format!(
            "Kỳ báo cáo {} chưa kết thúc: còn đến hết ngày {}. Lập báo cáo được từ ngày {}.",
            period.vietnamese(),
            number::date(period.last_day()),
            number::date(period.end())
        )));
    }
    Ok(period)
}

/// Counts a report as of now.
pub fn draft(conn: &Reader, node: NodeId, month: Month, now: i64) -> Result<Facts> {
    let today = LocalDay::of(now);
    let period = period(conn, node, month, today)?;
    Facts::count(conn, node, period, log::head(conn)?.pos, today)
}

/// Counts a report, files it and answers its number. Blocks.
pub fn file(store: &Store, node: NodeId, month: Month, who: &str, now: i64) -> Result<i64> {
    let (facts, period, name) = store.read(|conn| {
        let facts = draft(conn, node, month, now)?;
        let place = places::node(conn, node)?;
        let period = period(conn, node, month, LocalDay::of(now))?;
        Ok((facts, period, file_name(store, &place.name, month)))
    })?;
    let paper = paper(&facts, store.identity().demo, LocalDay::of(now));
    let document = docx::write(&paper).map_err(|_| StoreError::Busy("the document could not be made".into()))?;
    let new = NewReport {
        node,
        period,
        as_of: facts.as_of,
        facts: facts.json(),
        document,
        name,
    };
    let who = who.to_owned();
    store.write(move |tx| tx.file_report(&new, &who, now))
}

/// "bao-cao-hai-long_xa-mau_2026-10.docx": ASCII, as some mail programs still break other names.
fn file_name(store: &Store, node: &str, month: Month) -> String {
    let mark = if store.identity().demo { "SO-LIEU-MINH-HOA_" } else { "" };
    let node = super::export::ascii(node);
    format!("{mark}bao-cao-hai-long_{node}_{}-{:02}.docx", month.year, month.month)
}

/// Names for the head of a report: the body above and the issuing body.
fn bodies(conn: &Reader, node: &store::places::Node) -> Result<(String, String)> {
    let committee = |node: &store::places::Node| match node.kind {
        NodeKind::ReceptionPoint => node.name.to_uppercase(),
        _ => format!("UBND {}", node.name.to_uppercase()),
    };
    let above = node.parent.map(|id| places::node(conn, id)).transpose()?;
    Ok((above.as_ref().map(committee).unwrap_or_default(), committee(node)))
}
