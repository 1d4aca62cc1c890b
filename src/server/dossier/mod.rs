//! The evidence pack for ISO 9001:2015 (domain.md F16): one ZIP with what an auditor asks for, of a unit and a time, and a
//! manifest with the SHA-256 of every file. Streamed: one file at a time is in memory.
//!
//! What is in it is [`PARTS`]: whoever has something more to hand to an auditor adds a line there. No ballot, device,
//! officer or citizen is in it; who takes it out is logged.

mod parts;

use crate::{
    domain::{
        hex::Hash,
        ids::NodeId,
        number,
        time::{LocalDay, rfc3339},
    },
    server::export::DEMO_MARK,
    store::{Identity, Reader, Store, StoreError, figures::Scope, log, places::Node},
    table::TableError,
    wire::keys::sha256,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, io::Write};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    result::ZipError,
    write::{SimpleFileOptions, StreamWriter},
};

/// What is to be in it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The unit with everything below it; `None`: all.
    pub node: Option<NodeId>,
    /// First day; `None`: from the beginning.
    pub from: Option<LocalDay>,
    /// Last day, included; `None`: to now.
    pub to: Option<LocalDay>,
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The archive.
    #[error("putting the pack together: {0}")]
    Zip(#[from] ZipError),
    /// The bytes could not go where they should.
    #[error("writing the pack: {0}")]
    Io(#[from] std::io::Error),
}

/// A part of the pack: its folder, what it is, and what fills it.
pub(crate) struct Part {
    folder: &'static str,
    vietnamese: &'static str,
    english: &'static str,
    fill: fn(&Context<'_>, Keep<'_>) -> Result<(), DossierError>,
}

/// Takes a file of a part: its name and bytes.
type Keep<'a> = &'a mut dyn FnMut(&str, &[u8]) -> Result<(), DossierError>;

/// The parts, in their order.
const PARTS: &[Part] = &[
    Part {
        folder: "bo-cau-hoi",
        vietnamese: "Các phiên bản bộ câu hỏi: nguyên văn, mã băm, ngày công bố",
        english: "Versions of the question sets: verbatim, with hash and day of publication",
        fill: parts::surveys,
    },
    Part {
        folder: "bao-cao",
        vietnamese: "Báo cáo tháng đã nộp (.docx) và mã băm số liệu của từng báo cáo",
        english: "Monthly reports as filed (.docx), each with the hash of its figures",
        fill: parts::reports,
    },
    Part {
        folder: "viec-da-xu-ly",
        vietnamese: "Việc đã xử lý sau đánh giá thấp: kết quả, ai, khi nào (hành động khắc phục)",
        english: "Closed tasks that followed low ratings: outcome, by whom, when (corrective actions)",
        fill: parts::tasks,
    },
    Part {
        folder: "quyet-dinh",
        vietnamese: "Quyết định loại khỏi thống kê và tính lại: ai, khi nào, vì sao",
        english: "Exclusions from the figures and their undoing: by whom, when and why",
        fill: parts::exclusions,
    },
    Part {
        folder: "diem-chot",
        vietnamese: "Điểm chốt của nhật ký, có chữ ký: ai giữ bản sao đều kiểm tra được nhật ký không bị sửa",
        english: "Signed checkpoints of the log: with a copy anybody can tell that it was not rewritten",
        fill: parts::checkpoints,
    },
];

/// What a part may look at.
pub(crate) struct Context<'a> {
    conn: &'a Reader,
    identity: &'a Identity,
    scope: &'a Scope,
    /// The units it is about.
    nodes: Vec<&'a Node>,
    first: LocalDay,
    last: LocalDay,
}

impl Context<'_> {
    fn covers(&self, day: LocalDay) -> bool {
        self.first <= day && day <= self.last
    }
}

/// A file that is in the pack.
struct Kept {
    path: String,
    bytes: usize,
    hash: Hash,
}

/// Logs that it is taken out and writes it. Answers how many files it holds. Blocks.
pub fn write(store: &Store, request: &Request, who: &str, now: i64, out: impl Write) -> Result<u64, DossierError> {
    let scope = json!({
        "node": request.node,
        "from": request.from.map(|day| day.date().to_string()),
        "to": request.to.map(|day| day.date().to_string()),
    });
    let by = who.to_owned();
    let pos = store.write(move |tx| tx.log_export(&by, "iso9001", None, scope.clone(), now))?;
    store.read(|conn| Ok(fill(conn, store.identity(), request, (who, now, pos), out)))?
}

fn fill(
    conn: &Reader,
    identity: &Identity,
    request: &Request,
    (who, now, pos): (&str, i64, i64),
    out: impl Write,
) -> Result<u64, DossierError> {
    let scope = Scope::of(conn, request.node)?;
    let inside: BTreeSet<NodeId> = match request.node {
        Some(top) => crate::store::scope::inside(conn, top)?.into_iter().collect(),
        None => scope.nodes.iter().map(|node| node.id).collect(),
    };
    let context = Context {
        conn,
        identity,
        scope: &scope,
        nodes: scope.nodes.iter().filter(|node| inside.contains(&node.id)).collect(),
        first: request.from.unwrap_or(LocalDay(i64::MIN)),
        last: request.to.unwrap_or(LocalDay::of(now)),
    };
    let mut pack = Pack {
        zip: ZipWriter::new_stream(out),
        kept: Vec::new(),
    };
    let about = about(&context, request, (who, now, pos), log::head(conn)?);
    pack.keep("DOC-TRUOC.txt", read_me(&about).as_bytes())?;
    for part in PARTS {
        (part.fill)(&context, &mut |name, bytes| {
            pack.keep(&format!("{}/{name}", part.folder), bytes)
        })?;
    }
    let files = pack.kept.len();
    pack.manifest(about)?;
    pack.zip.finish()?;
    Ok(files as u64)
}

struct Pack<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    kept: Vec<Kept>,
}

impl<W: Write> Pack<W> {
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), DossierError> {
        // No clock in it: the same pack gives the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.zip.start_file(path, options)?;
        Ok(self.zip.write_all(bytes)?)
    }

    fn keep(&mut self, path: &str, bytes: &[u8]) -> Result<(), DossierError> {
        self.put(path, bytes)?;
        self.kept.push(Kept {
            path: path.to_owned(),
            bytes: bytes.len(),
            hash: sha256(&[bytes]),
        });
        Ok(())
    }

    /// The manifest, and the same hashes in the form that `sha256sum --check` reads.
    fn manifest(&mut self, mut about: Value) -> Result<(), DossierError> {
        let files = self
            .kept
            .iter()
            .map(|file| json!({"path": file.path, "bytes": file.bytes, "sha256": file.hash}));
        let files: Vec<Value> = files.collect();
        if let Some(members) = about.as_object_mut() {
            members.insert("files".into(), files.into());
        }
        let sums: String = self
            .kept
            .iter()
            .map(|file| format!("{}  {}\n", file.hash, file.path))
            .collect();
        let manifest = serde_json::to_string_pretty(&about).map_err(TableError::from)?;
        self.put("MANIFEST.json", format!("{manifest}\n").as_bytes())?;
        self.put("SHA256SUMS", sums.as_bytes())
    }
}

fn about(context: &Context<'_>, request: &Request, (who, now, pos): (&str, i64, i64), head: log::Head) -> Value {
    let unit = request
        .node
        .and_then(|id| context.nodes.iter().find(|node| node.id == id));
    let day = |day: Option<LocalDay>| day.map(|day| day.date().to_string());
    json!({
        "v": 1,
        "what": "ISO 9001:2015",
        "demo": context.identity.demo.then_some(DEMO_MARK),
        "district": context.identity.id,
        "key": context.identity.public_key(),
        "generation": context.identity.generation,
        "node": request.node,
        "unit": unit.map_or("Tất cả đơn vị", |node| node.name.as_str()),
        "from": day(request.from),
        "to": day(Some(context.last)),
        "made": rfc3339(now),
        "by": who,
        "entry": pos,
        "log": {"size": head.pos, "head": head.head},
        "version": env!("CARGO_PKG_VERSION"),
        "parts": PARTS.iter().map(|part| json!({"folder": part.folder, "vi": part.vietnamese, "en": part.english}))
            .collect::<Vec<_>>(),
    })
}

fn read_me(about: &Value) -> String {
    let text = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let from = match about.get("from").and_then(Value::as_str) {
        Some(from) => format!("từ {from} đến hết {}", text("to")),
        None => format!("đến hết {}", text("to")),
    };
    let parts: String = PARTS
        .iter()
        .map(|part| format!("  {}/\n    {}.\n    {}.\n", part.folder, part.vietnamese, part.english))
        .collect();
    let demo = text("demo");
    let mark = if demo.is_empty() {
        String::new()
    } else {
        format!("{demo}: đơn vị và phiếu đều là hư cấu.\n\n")
    };
    let (unit, made, who) = (text("unit"), text("made"), text("by"));
    let entry = number::integer(about.get("entry").and_then(Value::as_u64).unwrap_or(0));
    format!(
        "HỒ SƠ BẰNG CHỨNG ISO 9001:2015\n{unit}, {from}\n\n{mark}Lập lúc {made}, người lập: {who}, mục nhật ký {entry}.\n\n\
         Trong tệp này / In this file:\n{parts}\n\
         MANIFEST.json ghi mã SHA-256 của từng tệp; SHA256SUMS ghi cùng các mã ấy cho lệnh “sha256sum --check SHA256SUMS”.\n\
         MANIFEST.json holds the SHA-256 of every file; SHA256SUMS the same for sha256sum.\n\n\
         Không có phiếu từng người, mã máy hay tên cán bộ được đánh giá trong tệp này. Bằng chứng đến từng phiếu: lệnh\n\
         “hailong-district export --format ndjson --evidence MỤC-ĐÍCH”.\n"
    )
}
