//! Ballots as tables (design §6, exports by role; every column is in `docs/export-columns.md`).
//!
//! The *commune form* holds released, counted ballots without device, epoch, place in the chain or salt. The *exact
//! form* holds everything, whatever its state, for the unit above or an inspector; it is taken on the command line, its
//! purpose is typed in, and both forms are logged.

mod aggregate;
mod beside;
mod commune;
mod evidence;
mod names;
mod proof;

pub use aggregate::{FIVE as FIGURE_COLUMNS, Scale};
pub use commune::COLUMNS as COMMUNE_COLUMNS;
pub use evidence::COLUMNS as EVIDENCE_COLUMNS;
pub(crate) use names::Names;

use crate::{
    domain::{ballot::Moment, ids::NodeId, number, time::LocalDay},
    store::{self, Reader, Store, StoreError, figures::Scope, surveys},
    table::{Column, Format, Layout, TableError, Writer},
};
use std::{io::Write, ops::ControlFlow};

/// What the mark of fictional data says, on pages, in file names and in tables.
pub const DEMO_MARK: &str = "SỐ LIỆU MINH HỌA";

/// Which table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// A row for each ballot.
    #[default]
    Ballots,
    /// A row for each counter and month.
    Figures(Scale),
}

/// What rows must be like; nothing said: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// Of this lĩnh vực.
    pub field: Option<String>,
    /// Of this moment.
    pub moment: Option<Moment>,
}

const fn column(title: &'static str, key: &'static str, width: u16, meaning: &'static str) -> Column {
    Column {
        title,
        key,
        width,
        meaning,
    }
}

/// What is to be taken out.
#[derive(Clone, Debug)]
pub struct Request {
    /// The unit with everything below it; `None`: all.
    pub node: Option<NodeId>,
    /// First day; `None`: from the beginning.
    pub from: Option<LocalDay>,
    /// Last day, included; `None`: to the end.
    pub to: Option<LocalDay>,
    /// What the bytes are.
    pub format: Format,
    /// The exact form, and what it is for; `None`: the commune form.
    pub evidence: Option<String>,
    /// Ballots or figures; the exact form is always ballots.
    pub what: What,
    /// Which of them; not for the exact form, which holds all there is.
    pub only: Only,
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl ExportError {
    /// Whether trying the same again can't help.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Store(error) => error.is_permanent(),
            Self::Table(error) => error.is_permanent(),
        }
    }
}

/// Logs the export and writes it, row by row. Answers how many rows it has. Blocks.
pub fn write(
    store: &Store,
    request: &Request,
    who: &str,
    now: i64,
    out: impl Write + Send,
) -> Result<u64, ExportError> {
    let scope = store.read(|conn| Scope::of(conn, request.node))?;
    let (form, name, columns) = match (&request.evidence, request.what) {
        (Some(_), _) => ("evidence", "Bằng chứng", EVIDENCE_COLUMNS),
        (None, What::Ballots) => ("commune", "Phiếu", COMMUNE_COLUMNS),
        (None, What::Figures(scale)) => ("figures", "Số liệu", aggregate::columns(scale)),
    };
    let entry = serde_json::json!({
        "node": request.node,
        "from": request.from.map(|day| day.date().to_string()),
        "to": request.to.map(|day| day.date().to_string()),
        "format": request.format.extension(),
        "field": request.only.field,
        "moment": request.only.moment,
    });
    let (logged_by, purpose) = (who.to_owned(), request.evidence.clone());
    let pos = store.write(move |tx| tx.log_export(&logged_by, form, purpose.as_deref(), entry.clone(), now))?;
    let layout = Layout {
        name,
        columns,
        about: about(store, request, &scope, pos, now),
    };
    let mut out = out;
    // The rows and what proves them come from one snapshot.
    store.read(|conn| {
        let all = || {
            let names = Names::new(&scope, surveys::all(conn)?);
            let writer = Writer::begin(request.format, layout, &mut out)?;
            let rows = fill(conn, &scope, request, &names, now, writer)?;
            if let (Some(purpose), Format::Ndjson) = (&request.evidence, request.format) {
                proof::write(conn, store.identity(), &scope, (request, purpose), rows, &mut out)?;
            }
            Ok(rows)
        };
        Ok(all())
    })?
}

/// Writes the rows; answers how many.
fn fill(
    conn: &Reader,
    scope: &Scope,
    request: &Request,
    names: &Names,
    now: i64,
    mut writer: Writer<impl Write + Send>,
) -> Result<u64, ExportError> {
    let time = (request.from, request.to);
    match (&request.evidence, request.what) {
        (Some(_), _) => beside::written(
            writer,
            |each| store::rows::exact(conn, scope, time, each),
            |line, writer| writer.row(&evidence::cells(line, line.ballot().as_ref(), names)),
        ),
        (None, What::Figures(scale)) => {
            let mut failed = None;
            aggregate::rows(
                conn,
                scope,
                request,
                scale,
                names,
                LocalDay::of(now),
                |cells| match writer.row(cells) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                },
            )?;
            match failed {
                Some(error) => Err(error.into()),
                None => Ok(writer.finish()?),
            }
        }
        (None, What::Ballots) => {
            let crowds = store::rows::Crowds::count(conn, scope, time)?;
            beside::written(
                writer,
                |each| store::rows::released(conn, scope, time, each),
                |row, writer| {
                    let ballot = row.ballot();
                    if commune::wanted(row, ballot.as_ref(), &crowds, &request.only) {
                        writer.row(&commune::cells(row, ballot.as_ref(), names, &crowds))
                    } else {
                        Ok(())
                    }
                },
            )
        }
    }
}

/// Whether nothing would be in it: told before a file of headings alone is made.
pub fn is_empty(store: &Store, request: &Request, now: i64) -> Result<bool, StoreError> {
    store.read(|conn| {
        let scope = Scope::of(conn, request.node)?;
        let time = (request.from, request.to);
        let mut empty = true;
        let mut stop = || {
            empty = false;
            ControlFlow::Break(())
        };
        match (&request.evidence, request.what) {
            (Some(_), _) => store::rows::exact(conn, &scope, time, |_| stop())?,
            (None, What::Figures(scale)) => {
                let names = Names::new(&scope, surveys::all(conn)?);
                aggregate::rows(conn, &scope, request, scale, &names, LocalDay::of(now), |_| stop())?;
            }
            (None, What::Ballots) => {
                let crowds = store::rows::Crowds::count(conn, &scope, time)?;
                store::rows::released(conn, &scope, time, |rows| {
                    let mut rows = rows.iter();
                    if rows.any(|row| commune::wanted(row, row.ballot().as_ref(), &crowds, &request.only)) {
                        stop()
                    } else {
                        ControlFlow::Continue(())
                    }
                })?;
            }
        }
        Ok(empty)
    })
}

/// A name for the file, ASCII only: some mail programs still break others.
pub fn file_name(store: &Store, request: &Request) -> String {
    let mut parts = Vec::new();
    if store.identity().demo {
        parts.push("SO-LIEU-MINH-HOA".to_owned());
    }
    let name = match (&request.evidence, request.what) {
        (Some(_), _) => "bang-chung",
        (None, What::Ballots) => "phieu-hai-long",
        (None, What::Figures(Scale::Five)) => "so-lieu-hai-long",
        (None, What::Figures(Scale::Three(_))) => "so-lieu-hai-long-3-muc",
    };
    parts.push(name.to_owned());
    let node = request
        .node
        .and_then(|id| store.read(|conn| store::places::node(conn, id)).ok());
    parts.extend(node.map(|node| ascii(&node.name)).filter(|name| !name.is_empty()));
    let day = |day: LocalDay| day.date().to_string();
    match (request.from, request.to) {
        (None, None) => parts.push("toan-bo".into()),
        (from, to) => parts.extend([from.map(day), to.map(day)].into_iter().flatten()),
    }
    format!("{}.{}", parts.join("_"), request.format.extension())
}

/// "Xã Mẫu" as "xa-mau".
pub(crate) fn ascii(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let plain = name.to_lowercase().replace('đ', "d");
    let letters = plain.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    let dashed: String = letters
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    dashed
        .split('-')
        .filter(|word| !word.is_empty())
        .take(8)
        .collect::<Vec<_>>()
        .join("-")
}

fn about(store: &Store, request: &Request, scope: &Scope, pos: i64, now: i64) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (label.to_owned(), value);
    let day = |day: Option<LocalDay>, none: &str| day.map_or_else(|| none.to_owned(), number::date);
    let node = scope.node.and_then(|id| scope.nodes.iter().find(|node| node.id == id));
    let mut about = Vec::new();
    if store.identity().demo {
        about.push(line("Lưu ý", format!("{DEMO_MARK}: đơn vị và phiếu đều là hư cấu.")));
    }
    about.push(line(
        "Đơn vị",
        node.map_or_else(|| "Tất cả đơn vị".to_owned(), |node| node.name.clone()),
    ));
    let (from, to) = (day(request.from, "phiếu đầu tiên"), day(request.to, "phiếu mới nhất"));
    about.push(line("Thời gian", format!("từ {from} đến hết {to}, giờ Việt Nam")));
    if let Some(field) = &request.only.field {
        about.push(line("Lĩnh vực", field.clone()));
    }
    if let Some(moment) = request.only.moment {
        about.push(line("Thời điểm", moment.vietnamese().to_owned()));
    }
    if let What::Figures(Scale::Three(middle)) = request.what {
        about.push(line(
            "Quy đổi 3 mức (mất thông tin)",
            format!(
                "Rất không hài lòng và Không hài lòng → Không hài lòng; Bình thường → {}; Hài lòng và Rất hài lòng giữ nguyên. \
                 Không thể quay lại 5 mức từ bảng này.",
                middle.vietnamese()
            ),
        ));
    }
    about.push(line("Lập ngày", number::date(LocalDay::of(now))));
    about.push(line("Vị trí trong nhật ký", number::integer(pos.unsigned_abs())));
    about.push(match &request.evidence {
        Some(purpose) => line("Mục đích", purpose.clone()),
        None => line(
            "Loại số liệu",
            "Phiếu đánh giá tại quầy, tự nguyện; không phải SIPAS, không phải Bộ chỉ số 766. Chỉ gồm phiếu đã công bố và \
             được tính; phiếu dùng thử không có ở đây. Phiếu của ngày mà quầy có dưới 5 phiếu chỉ có khi lấy cả tháng."
                .to_owned(),
        ),
    });
    about.push(line(
        "Tỷ lệ hài lòng",
        "(Hài lòng + Rất hài lòng) / số phiếu có trả lời, gộp theo phiếu. Luôn ghi kèm số phiếu n, kỳ và khoảng ước \
         lượng 95% (Wilson); dưới 10 phiếu không tính tỷ lệ."
            .to_owned(),
    ));
    about
}
