//! The commune form: one row for each released, counted ballot.

use super::{Names, Only, column};
use crate::{
    domain::{
        ballot::{Ballot, Ended},
        hex::{Hash, Hex},
    },
    store::{
        rows::{Crowds, Released},
        state::marks,
    },
    table::{Cell, Column},
};

/// What stands where fewer than five ballots share a field or a moment.
const OTHER: &str = "khác";

/// The columns, in their fixed order. A new one goes to the end.
pub const COLUMNS: &[Column] = &[
    column("Tháng", "month", 11, "Tháng của phiếu (MM/YYYY), theo giờ Việt Nam."),
    column("Đơn vị", "unit", 26, "Đơn vị lấy ý kiến."),
    column(
        "Điểm tiếp nhận",
        "point",
        20,
        "Điểm tiếp nhận của đơn vị, nếu quầy thuộc một điểm.",
    ),
    column("Quầy", "counter", 28, "Tên quầy nơi người dân đánh giá."),
    column(
        "Thời điểm",
        "moment",
        24,
        "Tiếp nhận hồ sơ, yêu cầu bổ sung / từ chối, hay trả kết quả. Dưới 5 phiếu của quầy trong kỳ: “khác”.",
    ),
    column(
        "Lĩnh vực",
        "field",
        18,
        "Lĩnh vực của quầy, nếu quầy chỉ nhận một lĩnh vực. Dưới 5 phiếu của quầy trong kỳ: “khác”.",
    ),
    column(
        "Mức (1–5)",
        "level",
        8,
        "1 là Rất không hài lòng, 5 là Rất hài lòng. Trống: không trả lời, hoặc nội dung phiếu đã hết hạn lưu.",
    ),
    column(
        "Mức độ hài lòng",
        "level_text",
        20,
        "Mức bằng chữ, đúng như người dân đọc.",
    ),
    column(
        "Lý do",
        "reasons",
        44,
        "Các ô lý do được chọn, cách nhau bằng “ | ”. Không bắt buộc, chọn được nhiều ô.",
    ),
    column(
        "Bấm Gửi",
        "sent",
        9,
        "có: người dân bấm “Gửi”. không: chạm một khuôn mặt rồi rời đi, phiếu tự gửi sau 50 giây; phiếu vẫn được tính.",
    ),
    column(
        "Đồng bộ trễ",
        "late",
        9,
        "có: phiếu về máy chủ hơn 48 giờ sau khi người dân đánh giá.",
    ),
    column(
        "Bị loại",
        "excluded",
        9,
        "có: nằm trong phạm vi đã có quyết định loại khỏi thống kê (phiếu vẫn giữ).",
    ),
    column(
        "Mã bộ câu hỏi",
        "survey",
        15,
        "12 ký tự đầu của mã bộ câu hỏi mà phiếu trả lời.",
    ),
    column(
        "Mã phiếu",
        "id",
        15,
        "Chữ p và 12 ký tự đầu của mã băm phiếu. Các dòng xếp theo tháng, theo quầy rồi theo mã này, nên thứ tự không cho biết ai đến trước.",
    ),
    column(
        "Ngày",
        "day",
        12,
        "Ngày của phiếu. Để trống khi dưới 5 phiếu của ngày đó tại quầy được công bố cùng lúc.",
    ),
    column(
        "Loại phiếu",
        "kind",
        22,
        "Phiếu tại quầy, theo tiêu chí SIPAS, hay theo Nghị định 61/2018/NĐ-CP. Ba loại không được cộng chung; cột Mức chỉ \
         có ở phiếu tại quầy.",
    ),
    column(
        "Câu trả lời khác",
        "others",
        44,
        "Các câu trả lời ngoài mức và lý do, dạng “câu hỏi: câu trả lời”, cách nhau bằng “ | ”.",
    ),
];

pub(super) fn yes_no(yes: bool) -> Cell<'static> {
    Cell::text(if yes { "có" } else { "không" })
}

/// The first 12 hex digits.
fn short(hash: Hash) -> Cell<'static> {
    let [a, b, c, d, e, f, ..] = hash.0;
    Cell::text(Hex([a, b, c, d, e, f]).to_string())
}

/// Whether the row, as it is shown, is one of those asked for: a field or moment that must not be named is not found by
/// asking for it either.
pub(super) fn wanted(row: &Released, ballot: Option<&Ballot>, crowds: &Crowds, only: &Only) -> bool {
    let field = only.field.as_deref().is_none_or(|field| {
        let own = ballot.and_then(|ballot| ballot.field.as_deref());
        own == Some(field) && crowds.field_shown(row.counter_no, field)
    });
    let moment = only.moment.is_none_or(|moment| {
        let own = ballot.map(|ballot| ballot.moment);
        own == Some(moment) && crowds.moment_shown(row.counter_no, moment)
    });
    field && moment
}

pub(super) fn cells<'a>(
    row: &Released,
    ballot: Option<&'a Ballot>,
    names: &'a Names,
    crowds: &Crowds,
) -> [Cell<'a>; 17] {
    let place = names.place(row.counter_no);
    let moment = ballot.map(|ballot| match crowds.moment_shown(row.counter_no, ballot.moment) {
        true => ballot.moment.vietnamese(),
        false => OTHER,
    });
    let field = ballot.and_then(|ballot| ballot.field.as_deref());
    let field = field.map(|field| {
        if crowds.field_shown(row.counter_no, field) {
            field
        } else {
            OTHER
        }
    });
    let said = ballot.map(|ballot| names.answers(ballot)).unwrap_or_default();
    [
        row.day.month().into(),
        Cell::text(&place.unit),
        Cell::text(&place.point),
        Cell::text(&place.counter),
        Cell::text(moment.unwrap_or_default()),
        Cell::text(field.unwrap_or_default()),
        said.level.as_ref().map(|(level, _)| *level).into(),
        Cell::text(said.level.map(|(_, words)| words).unwrap_or_default()),
        Cell::text(said.reasons.join(" | ")),
        ballot.map_or(Cell::Empty, |ballot| yes_no(ballot.ended == Ended::Sent)),
        yes_no(row.marks & marks::LATE_SYNC != 0),
        yes_no(row.excluded),
        ballot.map_or(Cell::Empty, |ballot| short(ballot.survey)),
        // The letter, because "004480516975" and "00078e906688" are numbers to whatever opens a CSV file.
        Cell::text(format!("p{}", row.id)),
        row.day_shown.then_some(row.day).into(),
        Cell::text(said.kind),
        Cell::text(said.others.join(" | ")),
    ]
}
