//! What fills each part of the pack.

use super::{Context, DossierError, Keep};
use crate::{
    domain::{number, tasks::Outcome, time::LocalDay},
    server::export::ascii,
    store::{
        exclusions::{self, Flag, Over},
        log, proof, reports, tasks,
    },
    table::{Cell, Column, Format, Layout, Separator, Writer},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const fn column(title: &'static str, key: &'static str, meaning: &'static str) -> Column {
    Column {
        title,
        key,
        width: 24,
        meaning,
    }
}

fn csv(name: &'static str, columns: &'static [Column], rows: &[Vec<Cell>]) -> Result<Vec<u8>, DossierError> {
    let layout = Layout {
        name,
        columns,
        about: Vec::new(),
    };
    let mut bytes = Vec::new();
    let mut writer = Writer::begin(Format::Csv(Separator::Semicolon), layout, &mut bytes)?;
    for row in rows {
        writer.row(row)?;
    }
    writer.finish()?;
    Ok(bytes)
}

/// Every question set, verbatim, and a list that says when each was published. Which ones a tablet showed is in its
/// ballots; a version of before the time may still have been in use.
pub(super) fn surveys(context: &Context<'_>, keep: Keep<'_>) -> Result<(), DossierError> {
    const COLUMNS: &[Column] = &[
        column("Tệp", "file", "Nguyên văn bộ câu hỏi."),
        column("Tên", "name", "Tên bộ câu hỏi."),
        column("Mã băm", "hash", "SHA-256 theo docs/protocol.md, mục 8."),
        column("Ngày", "day", "Ngày vào máy chủ lần đầu."),
        column("Mục nhật ký", "entry", "Mục nhật ký của việc ấy."),
    ];
    let mut since: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    log::of_kind(context.conn, log::Kind::Survey, |entry| {
        let body: Value = serde_json::from_str(&entry.body).unwrap_or(Value::Null);
        if let Some(id) = body.get("survey").and_then(Value::as_str) {
            since.entry(id.to_owned()).or_insert((entry.hour, entry.pos));
        }
    })?;
    let mut rows = Vec::new();
    for (place, (id, document)) in proof::surveys(context.conn)?.into_iter().enumerate() {
        let parsed: Value = serde_json::from_str(&document).unwrap_or(Value::Null);
        let name = parsed.get("name").and_then(Value::as_str).unwrap_or_default();
        let hash = id.to_string();
        let short: String = hash.chars().take(12).collect();
        let file = format!("{:02}_{}_{short}.json", place + 1, ascii(name));
        keep(&file, document.as_bytes())?;
        let known = since.get(&hash);
        rows.push(vec![
            Cell::text(file),
            Cell::text(name.to_owned()),
            Cell::text(hash),
            known.map(|(hour, _)| LocalDay::of(*hour)).into(),
            known.map(|(_, pos)| *pos).into(),
        ]);
    }
    keep("danh-sach.csv", &csv("Bộ câu hỏi", COLUMNS, &rows)?)
}

/// Reports whose month lies in the time, each with the hash of what was counted: the counts themselves hold small cells,
/// down to the only citizen of an hour, and a report shows none of those.
pub(super) fn reports(context: &Context<'_>, keep: Keep<'_>) -> Result<(), DossierError> {
    const COLUMNS: &[Column] = &[
        column("Tệp", "file", "Báo cáo như đã nộp."),
        column("Đơn vị", "unit", "Đơn vị báo cáo."),
        column("Từ ngày", "from", "Ngày đầu của kỳ."),
        column("Đến hết ngày", "to", "Ngày cuối của kỳ."),
        column("Người nộp", "who", "Tên đăng nhập."),
        column("Ngày nộp", "day", "Ngày nộp."),
        column("Số liệu tại mục", "as_of", "Số liệu tính đến mục nhật ký này."),
        column(
            "Mã số liệu",
            "facts",
            "SHA-256 của số liệu đã tính, theo docs/protocol.md, mục 11.",
        ),
        column("Mục nhật ký", "entry", "Mục nhật ký của việc nộp."),
    ];
    let mut rows = Vec::new();
    for node in &context.nodes {
        for filed in reports::filed_by(context.conn, node.id)? {
            let (first, end) = filed.days;
            if !context.covers(first) && !context.covers(LocalDay(end.0.saturating_sub(1))) {
                continue;
            }
            let file = format!("{:03}_{}", filed.no, filed.name);
            keep(&file, &reports::document(context.conn, filed.no)?)?;
            rows.push(vec![
                Cell::text(file),
                Cell::text(node.name.clone()),
                first.into(),
                LocalDay(end.0.saturating_sub(1)).into(),
                Cell::text(filed.who),
                LocalDay::of(filed.hour).into(),
                filed.as_of.into(),
                Cell::text(reports::facts_hash(&filed.facts).to_string()),
                filed.pos.into(),
            ]);
        }
    }
    keep("danh-sach.csv", &csv("Báo cáo", COLUMNS, &rows)?)
}

/// Exclusions about counters of the units, decided in the time. A scope by tablet is named without the tablet.
pub(super) fn exclusions(context: &Context<'_>, keep: Keep<'_>) -> Result<(), DossierError> {
    const COLUMNS: &[Column] = &[
        column("Quyết định số", "no", "Số thứ tự."),
        column("Ngày quyết định", "day", "Ngày quyết định."),
        column("Người quyết định", "who", "Tên đăng nhập."),
        column("Phạm vi", "scope", "Quầy, hoặc một máy."),
        column("Từ ngày", "from", "Ngày đầu."),
        column("Đến hết ngày", "to", "Ngày cuối."),
        column("Chỉ gồm", "flag", "Trống: mọi phiếu của phạm vi."),
        column("Số phiếu", "ballots", "Số phiếu đã loại lúc quyết định."),
        column("Lý do", "reason", "Lý do."),
        column("Tính lại ngày", "undone", "Ngày bỏ quyết định."),
        column("Lý do tính lại", "undone_reason", "Lý do bỏ quyết định."),
        column("Mục nhật ký", "entry", "Mục nhật ký của quyết định."),
    ];
    let name = |no: &i64| {
        context
            .scope
            .counters
            .iter()
            .find(|counter| counter.no == *no)
            .map(|own| own.name.clone())
    };
    let mut rows = Vec::new();
    for decided in exclusions::within(context.conn, context.scope)? {
        let day = LocalDay::of(decided.hour);
        if !context.covers(day) {
            continue;
        }
        let scope = match decided.over {
            Over::Counter(no) => name(&no).unwrap_or_default(),
            Over::Device(no) => {
                let cast = exclusions::cast_at(context.conn, no, decided.first, decided.last, decided.pos)?;
                let names: Vec<_> = cast.iter().filter_map(name).collect();
                format!("Một máy ở {}", names.join(", "))
            }
        };
        let flag = decided.flag.map(|flag| match flag {
            Flag::Burst => "Phiếu dồn dập",
            Flag::AfterHours => "Phiếu ngoài giờ",
        });
        rows.push(vec![
            decided.no.into(),
            day.into(),
            Cell::text(decided.who),
            Cell::text(scope),
            decided.first.into(),
            decided.last.into(),
            Cell::text(flag.unwrap_or_default()),
            Cell::text(number::integer(decided.ballots)),
            Cell::text(decided.reason),
            decided.undone.as_ref().map(|undone| LocalDay::of(undone.hour)).into(),
            Cell::text(decided.undone.map(|undone| undone.reason).unwrap_or_default()),
            decided.pos.into(),
        ]);
    }
    keep("loai-khoi-thong-ke.csv", &csv("Loại khỏi thống kê", COLUMNS, &rows)?)
}

/// Tasks closed in the time (the corrective actions of ISO 9001), with everything that was done about each: one line an
/// entry, so that a task opened again stands there with both.
pub(super) fn tasks(context: &Context<'_>, keep: Keep<'_>) -> Result<(), DossierError> {
    const COLUMNS: &[Column] = &[
        column("Việc số", "no", "Số thứ tự."),
        column("Nơi", "place", "Đơn vị hoặc điểm tiếp nhận."),
        column("Ngày mở", "opened", "Ngày việc được giao."),
        column("Mức", "level", "Các đánh giá từ mức này trở xuống."),
        column("Số phiếu", "ballots", "Số phiếu ở mức ấy."),
        column("Ngày xử lý", "day", "Ngày của lần xử lý này."),
        column("Người xử lý", "who", "Tên đăng nhập."),
        column("Kết quả", "outcome", "Kết quả xử lý, hoặc “mở lại”."),
        column("Nội dung", "words", "Nội dung đã ghi."),
        column("Mục nhật ký", "entry", "Mục nhật ký của lần xử lý này."),
    ];
    let places: BTreeMap<_, _> = context.nodes.iter().map(|node| (node.id, &node.name)).collect();
    let nodes = places.keys().copied().collect();
    let mut rows = Vec::new();
    for task in tasks::closed(context.conn, &nodes, u32::MAX)? {
        let closed = task.closed().map(|entry| LocalDay::of(entry.hour));
        if !closed.is_some_and(|day| context.covers(day)) {
            continue;
        }
        let place = places.get(&task.node).map(|name| (*name).clone()).unwrap_or_default();
        for entry in task.entries {
            rows.push(vec![
                task.no.into(),
                Cell::text(place.clone()),
                task.day.into(),
                i64::from(task.level).into(),
                Cell::text(number::integer(task.ballots)),
                LocalDay::of(entry.hour).into(),
                Cell::text(entry.who),
                Cell::text(entry.outcome.map_or("mở lại", Outcome::vietnamese)),
                Cell::text(entry.words),
                entry.pos.into(),
            ]);
        }
    }
    keep("viec-da-xu-ly.csv", &csv("Việc đã xử lý", COLUMNS, &rows)?)
}

/// The checkpoints of the time, in the form of the public page: one a line.
pub(super) fn checkpoints(context: &Context<'_>, keep: Keep<'_>) -> Result<(), DossierError> {
    let mut lines = String::new();
    log::of_kind(context.conn, log::Kind::Checkpoint, |entry| {
        let body: Value = serde_json::from_str(&entry.body).unwrap_or(Value::Null);
        if let Some(made) = body
            .get("checkpoint")
            .filter(|_| context.covers(LocalDay::of(entry.hour)))
        {
            let line = json!({"checkpoint": made, "district": context.identity.id,
                "key": context.identity.public_key(), "v": 1});
            lines.push_str(&format!("{line}\n"));
        }
    })?;
    keep("diem-chot.ndjson", lines.as_bytes())
}
