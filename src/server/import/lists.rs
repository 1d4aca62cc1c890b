//! What a row of each list says, and carrying it out.

use super::Sheet;
use crate::{
    domain::{ballot::Moment, ids::NodeId, time::LocalDay},
    store::{
        Refusal, StoreError, WriteTx,
        places::{self, NewCounter, NewNode, Node, NodeKind},
    },
};
use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

/// Which list a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Đơn vị.
    Nodes,
    /// Quầy.
    Counters,
    /// Cán bộ.
    Officers,
    /// Thủ tục.
    Procedures,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Nodes, Self::Counters, Self::Officers, Self::Procedures];

    /// Its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Counters => "counters",
            Self::Officers => "officers",
            Self::Procedures => "procedures",
        }
    }

    /// The list of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }

    /// Its columns: title, and whether a file must have it.
    pub fn columns(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Nodes => &[
                ("Tên", true),
                ("Loại", false),
                ("Thuộc đơn vị", false),
                ("Mã", false),
                ("Từ ngày", false),
                ("Liên hệ", false),
            ],
            Self::Counters => &[
                ("Đơn vị", true),
                ("Quầy", true),
                ("Thời điểm", false),
                ("Lĩnh vực", false),
            ],
            Self::Officers => &[("Đơn vị", true), ("Họ tên", true), ("Mã cán bộ", false)],
            Self::Procedures => &[("Mã thủ tục", true), ("Tên thủ tục", true), ("Lĩnh vực", true)],
        }
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Line in the file, from 1.
    pub line: u32,
    /// Which column; empty: the whole row, or the header.
    pub column: &'static str,
    /// What.
    pub why: Why,
}

/// Why a row can't be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The header has no such column.
    NoColumn,
    /// The cell is empty.
    Missing,
    /// Not one of the words that it may hold.
    Unknown(String),
    /// No open unit of that name or code that the visitor sees.
    NoUnit(String),
    /// More than one.
    ManyUnits(String),
    /// Not a date like 31/12/2026 or 2026-12-31.
    NotADate(String),
    /// The file writes some dates with the month first, so that none can be trusted.
    MonthFirst(String),
    /// The store refuses it.
    Refused(Refusal),
}

/// What trying a file came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows that would be, or were, stored.
    pub good: usize,
    /// What is wrong, by line.
    pub errors: Vec<RowError>,
}

/// A text without case, marks' spelling and double spaces.
fn folded(text: &str) -> String {
    let text: String = text.nfc().collect::<String>().to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Row<'a> {
    kind: Kind,
    line: u32,
    cells: &'a [String],
    /// Place of each column of the list in the file.
    places: &'a [Option<usize>],
}

impl Row<'_> {
    fn error(&self, column: &'static str, why: Why) -> RowError {
        let line = self.line;
        RowError { line, column, why }
    }

    /// A cell, trimmed; empty if the file has no such column.
    fn get(&self, column: &'static str) -> &str {
        let place = self.kind.columns().iter().position(|(title, _)| *title == column);
        let place = place.and_then(|place| self.places.get(place).copied().flatten());
        place
            .and_then(|place| self.cells.get(place))
            .map(|cell| cell.trim())
            .unwrap_or_default()
    }

    fn needed(&self, column: &'static str) -> Result<String, RowError> {
        match self.get(column) {
            "" => Err(self.error(column, Why::Missing)),
            text => Ok(text.to_owned()),
        }
    }

    fn optional(&self, column: &'static str) -> Option<String> {
        Some(self.get(column).to_owned()).filter(|text| !text.is_empty())
    }

    /// Of the words that a column may hold, the one that is there; none if the cell is empty.
    fn choice<T: Copy>(&self, column: &'static str, words: &[(&str, T)]) -> Result<Option<T>, RowError> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let found = words.iter().find(|(word, _)| folded(word) == folded(text));
        let unknown = || self.error(column, Why::Unknown(text.to_owned()));
        found.map(|(_, meaning)| Some(*meaning)).ok_or_else(unknown)
    }

    /// The unit of that name or code among those that the visitor sees.
    fn unit(&self, column: &'static str, units: &[Node]) -> Result<Option<NodeId>, RowError> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let fits = |node: &&Node| folded(&node.name) == folded(text) || node.code.as_deref() == Some(text);
        let open = |node: &&Node| node.valid_to.is_none();
        let mut found = units.iter().filter(open).filter(fits);
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(Some(only.id)),
            (None, _) => Err(self.error(column, Why::NoUnit(text.to_owned()))),
            _ => Err(self.error(column, Why::ManyUnits(text.to_owned()))),
        }
    }
}

/// Day and month of a date with slashes, as they stand there.
fn slashed(text: &str) -> Option<(u32, u32, i32)> {
    let mut parts = text.split(['/', '-', '.']);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    (parts.next().is_none() && year.len() == 4).then_some(())?;
    Some((a.parse().ok()?, b.parse().ok()?, year.parse().ok()?))
}

/// Reads 31/12/2026 or 2026-12-31.
fn date(text: &str) -> Option<LocalDay> {
    let iso = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let date =
        iso.or_else(|| slashed(text).and_then(|(day, month, year)| NaiveDate::from_ymd_opt(year, month, day)))?;
    Some(LocalDay::from_date(date))
}

/// A date that only makes sense with the month first: then no date of the file can be trusted.
fn month_first(text: &str) -> bool {
    slashed(text).is_some_and(|(a, b, year)| b > 12 && NaiveDate::from_ymd_opt(year, a, b).is_some())
}

/// Carries a file out, row by row, as somebody who sees `top` with all below it, or everything. Rows that can't be are
/// told of, and those after them are still tried. The caller rolls back unless all is well.
pub fn carry_out(
    tx: &WriteTx<'_>,
    kind: Kind,
    sheet: &Sheet,
    top: Option<NodeId>,
    now: i64,
) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::default();
    let place = |title: &str| sheet.header.iter().position(|name| folded(name) == folded(title));
    let places: Vec<_> = kind.columns().iter().map(|(title, _)| place(title)).collect();
    for ((title, needed), found) in kind.columns().iter().zip(&places) {
        if *needed && found.is_none() {
            outcome.errors.push(RowError {
                line: 1,
                column: title,
                why: Why::NoColumn,
            });
        }
    }
    if !outcome.errors.is_empty() {
        return Ok(outcome);
    }
    let row = |(line, cells)| Row {
        kind,
        line,
        cells,
        places: &places,
    };
    let rows: Vec<Row<'_>> = sheet
        .rows
        .iter()
        .map(|(line, cells)| row((*line, cells.as_slice())))
        .collect();
    if kind == Kind::Nodes {
        let mixed = rows
            .iter()
            .map(|row| (row, row.get("Từ ngày")))
            .filter(|(_, text)| month_first(text));
        let mixed = mixed.map(|(row, text)| row.error("Từ ngày", Why::MonthFirst(text.to_owned())));
        outcome.errors.extend(mixed);
        if !outcome.errors.is_empty() {
            return Ok(outcome);
        }
    }
    for row in &rows {
        let done = match kind {
            Kind::Nodes => unit(tx, row, top, now),
            Kind::Counters => counter(tx, row, top, now),
            Kind::Officers => officer(tx, row, top, now),
            Kind::Procedures => procedure(tx, row, now),
        }?;
        match done {
            Ok(()) => outcome.good += 1,
            Err(error) => outcome.errors.push(error),
        }
    }
    Ok(outcome)
}

type Done = Result<Result<(), RowError>, StoreError>;

/// What the store refused becomes a line of the list; anything else ends the import.
fn told<T>(row: &Row<'_>, column: &'static str, result: Result<T, StoreError>) -> Done {
    match result {
        Ok(_) => Ok(Ok(())),
        Err(StoreError::Refused(refusal)) => Ok(Err(row.error(column, Why::Refused(refusal)))),
        Err(error) => Err(error),
    }
}

fn unit(tx: &WriteTx<'_>, row: &Row<'_>, top: Option<NodeId>, now: i64) -> Done {
    const KINDS: &[(&str, NodeKind)] = &[
        ("Tỉnh", NodeKind::Province),
        ("Thành phố", NodeKind::Province),
        ("Tỉnh, thành phố", NodeKind::Province),
        ("Xã", NodeKind::Commune),
        ("Phường", NodeKind::Commune),
        ("Đặc khu", NodeKind::Commune),
        ("Xã, phường, đặc khu", NodeKind::Commune),
        ("Điểm tiếp nhận", NodeKind::ReceptionPoint),
    ];
    let units = places::seen(tx.conn(), top)?;
    let asked = || -> Result<_, RowError> {
        let since = match row.get("Từ ngày") {
            "" => LocalDay::of(now),
            text => date(text).ok_or_else(|| row.error("Từ ngày", Why::NotADate(text.to_owned())))?,
        };
        let new = NewNode {
            name: row.needed("Tên")?,
            kind: row.choice("Loại", KINDS)?,
            parent: row.unit("Thuộc đơn vị", &units)?.or(top),
            contact: row.optional("Liên hệ"),
        };
        Ok((new, since))
    };
    let (new, since) = match asked() {
        Ok(asked) => asked,
        Err(error) => return Ok(Err(error)),
    };
    let code = row.optional("Mã");
    let result = tx.add_unit(&new, code.as_deref(), since, now);
    let column = match &result {
        Err(StoreError::Refused(Refusal::Code)) => "Mã",
        Err(StoreError::Refused(Refusal::Contact)) => "Liên hệ",
        Err(StoreError::Refused(Refusal::Future)) => "Từ ngày",
        Err(StoreError::Refused(Refusal::Outlived { .. } | Refusal::Depth(_))) => "Thuộc đơn vị",
        _ => "Tên",
    };
    told(row, column, result)
}

fn counter(tx: &WriteTx<'_>, row: &Row<'_>, top: Option<NodeId>, now: i64) -> Done {
    const MOMENTS: &[(&str, Moment)] = &[
        ("Tiếp nhận hồ sơ", Moment::Reception),
        ("Tiếp nhận", Moment::Reception),
        ("Yêu cầu bổ sung / từ chối", Moment::Returned),
        ("Bổ sung, từ chối", Moment::Returned),
        ("Trả kết quả", Moment::Result),
    ];
    let units = places::seen(tx.conn(), top)?;
    let asked = || -> Result<_, RowError> {
        row.needed("Đơn vị")?;
        Ok(NewCounter {
            node: row
                .unit("Đơn vị", &units)?
                .ok_or_else(|| row.error("Đơn vị", Why::Missing))?,
            name: row.needed("Quầy")?,
            moment: row.choice("Thời điểm", MOMENTS)?.unwrap_or(Moment::Reception),
            field: row.optional("Lĩnh vực"),
        })
    };
    match asked() {
        Ok(new) => told(row, "Quầy", tx.add_desk(&new, now)),
        Err(error) => Ok(Err(error)),
    }
}

fn officer(tx: &WriteTx<'_>, row: &Row<'_>, top: Option<NodeId>, now: i64) -> Done {
    let units = places::seen(tx.conn(), top)?;
    let asked = || -> Result<_, RowError> {
        row.needed("Đơn vị")?;
        let node = row.unit("Đơn vị", &units)?;
        Ok((
            node.ok_or_else(|| row.error("Đơn vị", Why::Missing))?,
            row.needed("Họ tên")?,
        ))
    };
    match asked() {
        Ok((node, name)) => {
            let code = row.optional("Mã cán bộ");
            told(row, "Họ tên", tx.add_officer(node, &name, code.as_deref(), now))
        }
        Err(error) => Ok(Err(error)),
    }
}

fn procedure(tx: &WriteTx<'_>, row: &Row<'_>, now: i64) -> Done {
    let asked = || -> Result<_, RowError> {
        // Printed tables break codes with spaces.
        let code: String = row.needed("Mã thủ tục")?.split_whitespace().collect();
        Ok((code, row.needed("Tên thủ tục")?, row.needed("Lĩnh vực")?))
    };
    match asked() {
        Ok((code, name, field)) => told(row, "Tên thủ tục", tx.set_procedure(&code, &name, &field, now)),
        Err(error) => Ok(Err(error)),
    }
}
