//! The exact form: every line that is or could be a ballot, whatever its state.

use super::{Names, column, commune::yes_no};
use crate::{
    domain::{
        ballot::{Ballot, Ended},
        time,
    },
    store::{rows::Exact, state::marks},
    table::{Cell, Column},
};
use std::borrow::Cow;

/// The columns, in their fixed order. A new one goes to the end.
pub const COLUMNS: &[Column] = &[
    column(
        "Mã máy",
        "device",
        34,
        "16 byte đầu của SHA-256 của khóa công khai, dạng hex.",
    ),
    column("Kỳ chạy", "epoch", 18, "Epoch: một lần mở cơ sở dữ liệu trên máy."),
    column("Số thứ tự", "seq", 9, "Vị trí trong chuỗi của kỳ chạy, từ 0."),
    column("Mã băm", "leaf", 66, "SHA-256 của dòng phiếu (leaf)."),
    column("Muối", "salt", 34, "128 bit ngẫu nhiên của lượt đánh giá."),
    column(
        "Trạng thái",
        "status",
        24,
        "counted, unread(…), quarantined(…), practice, undated.",
    ),
    column(
        "Ngày hiệu lực",
        "day",
        12,
        "Ngày dùng trong thống kê, sau khi sửa giờ máy.",
    ),
    column(
        "Giờ hiệu lực",
        "hour",
        8,
        "Giờ dùng trong thống kê, 0–23, giờ Việt Nam.",
    ),
    column(
        "Thời điểm trên máy",
        "at",
        27,
        "Đầu khoảng 15 phút mà máy ghi, giờ Việt Nam (RFC 3339).",
    ),
    column("Đơn vị", "unit", 26, "Đơn vị lấy ý kiến."),
    column("Điểm tiếp nhận", "point", 20, "Điểm tiếp nhận của đơn vị, nếu có."),
    column("Quầy", "counter", 28, "Tên quầy. Trống: quầy không xác định."),
    column(
        "Thời điểm",
        "moment",
        24,
        "Tiếp nhận hồ sơ, yêu cầu bổ sung / từ chối, hay trả kết quả.",
    ),
    column("Lĩnh vực", "field", 18, "Lĩnh vực ghi trong phiếu."),
    column(
        "Mức (1–5)",
        "level",
        8,
        "Câu trả lời chính. Trống: không trả lời hoặc chưa đọc được.",
    ),
    column("Mức độ hài lòng", "level_text", 20, "Mức bằng chữ."),
    column("Lý do", "reasons", 44, "Các ô lý do, cách nhau bằng “ | ”."),
    column("Bấm Gửi", "sent", 9, "có / không."),
    column("Đồng bộ trễ", "late", 9, "Về máy chủ hơn 48 giờ sau khi đánh giá."),
    column("Đã công bố", "released", 9, "Đã vào số liệu."),
    column("Mã bộ câu hỏi", "survey", 66, "Mã băm của bộ câu hỏi."),
    column("Phiên bản ứng dụng", "app", 12, "Phiên bản ứng dụng trên máy."),
    column("Vị trí nhật ký", "log", 12, "Mục nhật ký đã nhận dòng này."),
    column(
        "Loại phiếu",
        "kind",
        22,
        "Phiếu tại quầy, theo tiêu chí SIPAS, hay theo Nghị định 61/2018/NĐ-CP.",
    ),
    column(
        "Câu trả lời khác",
        "others",
        44,
        "Ngoài mức và lý do: “câu hỏi: câu trả lời”, cách nhau bằng “ | ”.",
    ),
    column(
        "Dòng gốc",
        "record",
        60,
        "Đúng các byte của dòng phiếu; “hex:…” nếu không phải văn bản. Trống: đã hết hạn lưu.",
    ),
];

pub(super) fn cells<'a>(line: &'a Exact, ballot: Option<&'a Ballot>, names: &'a Names) -> [Cell<'a>; 26] {
    let place = names.place(line.counter_no);
    let of = |text: Option<String>| Cell::text(text.unwrap_or_default());
    let as_is = |text: Option<&'a str>| Cell::text(text.unwrap_or_default());
    let said = ballot.map(|ballot| names.answers(ballot)).unwrap_or_default();
    [
        Cell::text(line.device.to_string()),
        Cell::text(line.epoch.to_string()),
        Cell::Integer(i64::try_from(line.seq).unwrap_or(i64::MAX)),
        Cell::text(line.leaf.to_string()),
        of(ballot.map(|ballot| ballot.salt.to_string())),
        Cell::text(line.state.map_or("unknown", |state| state.name())),
        line.day.into(),
        Cell::Integer(i64::from(line.hour)),
        of(ballot.map(|ballot| time::rfc3339(ballot.at.start()))),
        Cell::text(&place.unit),
        Cell::text(&place.point),
        Cell::text(&place.counter),
        as_is(ballot.map(|ballot| ballot.moment.vietnamese())),
        as_is(ballot.and_then(|ballot| ballot.field.as_deref())),
        said.level.as_ref().map(|(level, _)| *level).into(),
        as_is(said.level.map(|(_, words)| words)),
        Cell::text(said.reasons.join(" | ")),
        ballot.map_or(Cell::Empty, |ballot| yes_no(ballot.ended == Ended::Sent)),
        yes_no(line.marks & marks::LATE_SYNC != 0),
        yes_no(line.released),
        of(ballot.map(|ballot| ballot.survey.to_string())),
        as_is(ballot.map(|ballot| ballot.app.as_str())),
        Cell::Integer(line.pos),
        Cell::text(said.kind),
        Cell::text(said.others.join(" | ")),
        Cell::text(line.bytes().map(record).unwrap_or_default()),
    ]
}

/// Bytes of a record as text.
fn record(bytes: Cow<'_, [u8]>) -> String {
    let bytes = match String::from_utf8(bytes.into_owned()) {
        Ok(text) if !text.starts_with("hex:") => return text,
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    bytes
        .iter()
        .fold("hex:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}
