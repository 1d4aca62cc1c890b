//! The markup, and what is wrong with a file in words.

use crate::{
    domain::policy,
    server::{
        admin::{page::Page, refusals},
        auth::permission::Right,
        import::{FileError, Kind, Outcome, RowError, Sheet, Why},
    },
};
use dioxus::prelude::*;

/// Rows and errors on the preview.
const SHOWN: usize = 60;

pub(super) fn title(page: &Page) -> &'static str {
    page.say("Nhập danh sách", "Bring a list")
}

fn list_name(page: &Page, kind: Kind) -> &'static str {
    match kind {
        Kind::Nodes => page.say("Đơn vị", "Units"),
        Kind::Counters => page.say("Quầy", "Counters"),
        Kind::Officers => page.say("Cán bộ", "Officers"),
        Kind::Procedures => page.say("Thủ tục hành chính", "Procedures"),
    }
}

pub(super) fn file_words(page: &Page, error: &FileError) -> String {
    let vi = match error {
        FileError::TooLarge => format!(
            "Tệp quá lớn: nhiều nhất 2 MB (và 32 MB khi giải nén), {} dòng, {} cột. Xin chia nhỏ danh sách.",
            policy::IMPORT_ROWS,
            policy::IMPORT_COLUMNS
        ),
        FileError::NotATable => "Tệp này không phải CSV hay XLSX đọc được. Xin lưu lại từ Excel rồi gửi.".into(),
        FileError::OpenQuote(line) => format!("Dòng {line}: dấu ngoặc kép mở ra mà không đóng lại."),
        FileError::Empty => "Tệp không có dòng dữ liệu nào dưới dòng tiêu đề.".into(),
    };
    page.say(vi, format!("This file can't be read: {error}."))
}

/// "dòng 17, cột Mã: …".
fn row_words(page: &Page, error: &RowError) -> String {
    let (vi, en) = match &error.why {
        Why::NoColumn => (
            "tệp không có cột này".to_owned(),
            "the file has no such column".to_owned(),
        ),
        Why::Missing => ("còn trống".into(), "is empty".into()),
        Why::Unknown(text) => (
            format!("không hiểu “{text}”"),
            format!("“{text}” is not one of the words expected"),
        ),
        Why::NoUnit(text) => (
            format!("không có đơn vị “{text}” đang hoạt động (tìm theo tên hoặc mã)"),
            format!("there is no open unit “{text}”, by name or code"),
        ),
        Why::ManyUnits(text) => (
            format!("có nhiều đơn vị cùng tên hoặc mã “{text}”; xin dùng mã riêng"),
            format!("more than one unit is called “{text}”"),
        ),
        Why::NotADate(text) => (
            format!("“{text}” không phải ngày dạng 31/12/2026 hoặc 2026-12-31"),
            format!("“{text}” is not a date like 31/12/2026 or 2026-12-31"),
        ),
        Why::MonthFirst(text) => (
            format!("“{text}” ghi tháng trước ngày, nên không ngày nào trong tệp là chắc chắn; xin ghi ngày/tháng/năm"),
            format!("“{text}” has the month first, so that no date of the file can be trusted; write day/month/year"),
        ),
        Why::Refused(refusal) => {
            let said = refusals::said(page, refusal);
            (said.clone(), said)
        }
    };
    page.say(
        format!("dòng {}, cột {}: {vi}", error.line, error.column),
        format!("line {}, column {}: {en}", error.line, error.column),
    )
}

pub(super) fn markup(page: &Page, kind: Kind) -> Element {
    let everything = page.visitor.as_ref().is_some_and(|visitor| visitor.node.is_none());
    let kinds = Kind::ALL
        .into_iter()
        .filter(|kind| everything || *kind != Kind::Procedures);
    rsx! {
        div { class: "title", h1 { {title(page)} } }
        div { class: "grid",
            section { class: "card",
                form { class: "stack", method: "post", action: "/admin/import/try", enctype: "multipart/form-data",
                    {page.csrf()}
                    label { span { {page.say("Danh sách gì", "Which list")} }
                        select { name: "kind",
                            for other in kinds {
                                option { value: other.name(), selected: other == kind, {list_name(page, other)} }
                            }
                        }
                    }
                    label { span { {page.say("Tệp CSV hoặc XLSX", "CSV or XLSX file")} }
                        input { name: "file", r#type: "file", required: true, accept: ".csv,.txt,.xlsx" }
                        small { {page.say("Nhiều nhất 2 MB, 1.000 dòng. Dòng đầu là tên cột.", "At most 2 MB, 1,000 rows. The first row names the columns.")} }
                    }
                    button { r#type: "submit", {page.say("Xem trước", "Preview")} }
                }
                p { class: "small", {page.say("Chưa lưu gì cho đến khi xác nhận ở bước sau.", "Nothing is stored until you confirm it on the next page.")} }
            }
            section { class: "card",
                h2 { {page.say("Các cột", "Columns")} }
                dl { class: "columns",
                    for kind in Kind::ALL {
                        div {
                            dt { {list_name(page, kind)} }
                            dd {
                                for (place , (column , needed)) in kind.columns().iter().enumerate() {
                                    if place > 0 { " · " }
                                    if *needed { strong { {*column} } } else { {*column} }
                                }
                            }
                        }
                    }
                }
                p { class: "small", {page.say(
                    "Cột in đậm là bắt buộc. Đơn vị tìm theo tên hoặc mã. Ngày ghi dạng 31/12/2026.",
                    "Columns in bold are required. Units are found by name or code. Dates like 31/12/2026.",
                )} }
            }
        }
    }
}

pub(super) fn preview(page: &Page, kind: Kind, sheet: &Sheet, outcome: &Outcome, key: Option<&str>) -> Element {
    let (good, bad) = (
        page.lang.number(outcome.good as u64),
        page.lang.number(outcome.errors.len() as u64),
    );
    rsx! {
        div { class: "title", h1 { {title(page)} ": " {list_name(page, kind)} } }
        section { class: "card",
            if outcome.errors.is_empty() {
                p { strong { "{good}" } " " {page.say("dòng đều hợp lệ. Chưa lưu gì.", "rows, all of them good. Nothing is stored yet.")} }
                if let Some(key) = key {
                    form { class: "actions", method: "post", action: "/admin/import/store",
                        {page.csrf()}
                        input { r#type: "hidden", name: "key", value: "{key}" }
                        button { r#type: "submit", {page.say("Xác nhận và lưu tất cả", "Confirm and store all")} }
                        a { class: "button quiet", href: "/admin/import", {page.say("Bỏ", "Leave it")} }
                    }
                }
            } else {
                p { class: "notice", role: "alert",
                    {page.say(
                        format!("{bad} lỗi; không dòng nào được lưu. Xin sửa tệp rồi gửi lại."),
                        format!("{bad} errors; no row was stored. Please correct the file and send it again."),
                    )}
                }
                ul {
                    for error in outcome.errors.iter().take(SHOWN) {
                        li { {row_words(page, error)} }
                    }
                }
                if outcome.errors.len() > SHOWN {
                    p { class: "small", {page.say("Chỉ hiện 60 lỗi đầu.", "Only the first 60 are shown.")} }
                }
                p { a { class: "button", href: "/admin/import?kind={kind.name()}", {page.say("Chọn lại tệp", "Choose another file")} } }
            }
        }
        section { class: "card",
            div { class: "scroll",
                table {
                    thead {
                        tr {
                            th { scope: "col", class: "num", {page.say("Dòng", "Line")} }
                            for name in &sheet.header {
                                th { scope: "col", "{name}" }
                            }
                        }
                    }
                    tbody {
                        for (line , cells) in sheet.rows.iter().take(SHOWN) {
                            tr {
                                td { class: "num", "{line}" }
                                for cell in cells {
                                    td { {cell.chars().take(120).collect::<String>()} }
                                }
                            }
                        }
                    }
                }
            }
            if sheet.rows.len() > SHOWN {
                p { class: "small", {page.say("Chỉ hiện 60 dòng đầu.", "Only the first 60 rows are shown.")} }
            }
        }
    }
}

pub(super) fn done(page: &Page, kind: Kind, good: usize) -> Element {
    let good = page.lang.number(good as u64);
    let next = match kind {
        Kind::Nodes | Kind::Counters => "/admin/places",
        Kind::Officers if page.may(Right::SeeRoster) => "/admin/roster",
        _ => "/admin/manage",
    };
    rsx! {
        section { class: "card narrow",
            h1 { {page.say("Đã lưu", "Stored")} }
            p { strong { "{good}" } " " {page.say("dòng, ghi vào nhật ký.", "rows, each in the log.")} }
            p { a { class: "button", href: next, {page.say("Xem danh sách", "See the list")} } }
        }
    }
}
