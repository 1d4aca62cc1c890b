//! A paper as people read it, before it is a page or a .docx.

/// The whole paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The body above the issuing one; may be empty.
    pub above: String,
    /// The issuing body.
    pub body: String,
    /// "Hoàng Su Phì, ngày 05 tháng 02 năm 2026".
    pub place_and_date: String,
    /// "BÁO CÁO".
    pub title: String,
    /// Trích yếu.
    pub subject: String,
    /// The text.
    pub blocks: Vec<Block>,
    /// What follows the signature, on a page of its own.
    pub annex: Vec<Block>,
    /// Who signs: lines in capitals.
    pub signature: Vec<String>,
    /// "Nơi nhận".
    pub receivers: Vec<String>,
    /// On every page: period, log position, hash, version.
    pub footer: String,
    /// A line that marks fictional data.
    pub mark: Option<String>,
}

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// "I. TÌNH HÌNH CHUNG".
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A remark under a table, smaller.
    Note(String),
    /// A table.
    Table(Table),
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<String>>,
    /// The last row is the total.
    pub total: bool,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Share of the table's width.
    pub width: u32,
    /// Numbers stand to the right.
    pub number: bool,
}

impl Table {
    /// A table of these columns (heading, width; a width below 0 is a column of words).
    pub(super) fn new(caption: &str, columns: &[(&str, i32)]) -> Self {
        let column = |(title, width): &(&str, i32)| Column {
            title: (*title).to_owned(),
            width: width.unsigned_abs(),
            number: *width > 0,
        };
        Self {
            caption: caption.to_owned(),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
            total: false,
        }
    }
}
