//! "Nhập danh sách": a file is tried and shown; only when somebody confirms is it stored, whole or not at all. Between
//! the two it waits in memory, for half an hour, for the same user.

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
    refusals,
};
use crate::{
    domain::{hex::Hex, ids::NodeId, policy},
    platform,
    server::{
        auth::{Form, Gate, Visitor, from_here, permission::Right},
        import::{FileError, Kind, Outcome, RowError, Sheet, Why, carry_out, read},
    },
    store::{Store, StoreError},
};
use axum::{
    extract::{FromRef, Multipart, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Largest upload: a list with the wrapping of its form.
pub(super) const UPLOAD_BYTES: usize = policy::IMPORT_BYTES + 64 * 1024;
/// Rows and errors on the preview.
const SHOWN: usize = 60;

/// Lists that wait for their confirmation. A restart forgets them, and nothing of them was stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting(Arc<Mutex<BTreeMap<String, Staged>>>);

#[derive(Clone, Debug)]
struct Staged {
    user: String,
    kind: Kind,
    sheet: Arc<Sheet>,
    at: i64,
}

impl Waiting {
    /// Keeps a list; the oldest one goes where there are too many.
    fn keep(&self, staged: Staged) -> Result<String, StoreError> {
        // Not 16 bytes: the gate would take the key for the id of something.
        let key = Hex(platform::random::<20>()?).to_string();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = staged.at;
        waiting.retain(|_, other| now - other.at < policy::IMPORT_WAIT_SECS);
        while waiting.len() >= policy::IMPORTS_WAITING {
            let oldest = waiting
                .iter()
                .min_by_key(|(_, other)| other.at)
                .map(|(key, _)| key.clone());
            match oldest {
                Some(key) => drop(waiting.remove(&key)),
                None => break,
            }
        }
        waiting.insert(key.clone(), staged);
        Ok(key)
    }

    /// The list of this key, if it is this user's and still waits.
    fn take(&self, key: &str, user: &str, now: i64) -> Option<Staged> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |staged: &&Staged| staged.user == user && now - staged.at < policy::IMPORT_WAIT_SECS;
        waiting.get(key).filter(fits)?;
        waiting.remove(key)
    }
}

/// Which list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
}

/// `GET /admin/import`.
pub(super) async fn page(State(_): State<Admin>, visitor: Visitor, page: Page, Query(asked): Query<Asked>) -> Response {
    let page = page.of(&visitor, Nav::Manage);
    let kind = Kind::parse(&asked.kind).unwrap_or(Kind::Nodes);
    page::document(&page, title(&page), markup(&page, kind)).into_response()
}

fn title(page: &Page) -> &'static str {
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

/// A form with a file in it.
struct Upload {
    form: Form,
    bytes: Vec<u8>,
}

async fn upload(mut parts: Multipart, visitor: Visitor, gate: &Gate, page: &Page) -> Result<Upload, Response> {
    let (mut fields, mut bytes) = (Vec::new(), Vec::new());
    let broken = |error: axum::extract::multipart::MultipartError| {
        let said = match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => file_words(page, &FileError::TooLarge),
            _ => page
                .say(
                    "Tệp gửi lên bị đứt giữa chừng. Xin gửi lại.",
                    "The upload was cut off. Please send it again.",
                )
                .into(),
        };
        super::error::notice(page, error.status(), &said)
    };
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            bytes = part.bytes().await.map_err(broken)?.to_vec();
        } else if fields.len() < 8 {
            fields.push((name, part.text().await.map_err(broken)?));
        }
    }
    let form = Form::of(visitor, fields, gate).await?;
    Ok(Upload { form, bytes })
}

/// `POST /admin/import/try`: reads the file and says what storing it would come to. Nothing is stored.
pub(super) async fn attempt(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, PageError> {
    if !from_here(&headers) {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let page = page.of(&visitor, Nav::Manage);
    let upload = match upload(parts, visitor, &Gate::from_ref(&admin), &page).await {
        Ok(upload) => upload,
        Err(response) => return Ok(response),
    };
    let kind = Kind::parse(upload.form.get("kind")).ok_or(PageError::Bad)?;
    // Procedures are one list for everybody.
    if kind == Kind::Procedures && upload.form.visitor.node.is_some() {
        return Err(StoreError::from(crate::store::Refusal::NotYours).into());
    }
    let bytes = upload.bytes;
    let sheet = tokio::task::spawn_blocking(move || read(&bytes)).await;
    let sheet = match sheet.map_err(|_| PageError::Closing)? {
        Ok(sheet) => Arc::new(sheet),
        Err(error) => {
            let said = file_words(&page, &error);
            return Ok(super::error::notice(&page, StatusCode::UNPROCESSABLE_ENTITY, &said));
        }
    };
    let (user, now) = (upload.form.visitor.name.clone(), admin.clock.now());
    let outcome = run(&admin.store, &upload.form.visitor, kind, sheet.clone(), now, false).await?;
    let key = match outcome.errors.is_empty() {
        false => None,
        true => Some(admin.waiting.keep(Staged {
            user,
            kind,
            sheet: sheet.clone(),
            at: now,
        })?),
    };
    let body = preview(&page, kind, &sheet, &outcome, key.as_deref());
    Ok(page::document(&page, title(&page), body).into_response())
}

/// `POST /admin/import/store`: tries again, for the world may have changed, and stores all of it or nothing.
pub(super) async fn confirm(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let page = page.of(&form.visitor, Nav::Manage);
    let now = admin.clock.now();
    let Some(staged) = admin.waiting.take(form.get("key"), &form.visitor.name, now) else {
        let said = page.say(
            "Danh sách này không còn chờ xác nhận. Xin chọn lại tệp.",
            "This list waits no longer. Please choose the file again.",
        );
        return Ok(super::error::notice(&page, StatusCode::GONE, said));
    };
    let outcome = run(
        &admin.store,
        &form.visitor,
        staged.kind,
        staged.sheet.clone(),
        now,
        true,
    )
    .await?;
    let body = if outcome.errors.is_empty() {
        done(&page, staged.kind, outcome.good)
    } else {
        preview(&page, staged.kind, &staged.sheet, &outcome, None)
    };
    Ok(page::document(&page, title(&page), body).into_response())
}

/// Carries the list out and keeps it only where that was asked for and no row is wrong.
async fn run(
    store: &Store,
    visitor: &Visitor,
    kind: Kind,
    sheet: Arc<Sheet>,
    now: i64,
    keep: bool,
) -> Result<Outcome, PageError> {
    let (told, top, who): (Arc<Mutex<Outcome>>, Option<NodeId>, String) =
        (Arc::default(), visitor.node, visitor.name.clone());
    let tell = told.clone();
    let written = store
        .write_async(move |tx| {
            let outcome = carry_out(&tx.by(&who), kind, &sheet, top, now)?;
            let good = outcome.errors.is_empty();
            *tell.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
            // An error takes everything back.
            if keep && good {
                Ok(())
            } else {
                Err(StoreError::NotFound("confirmation"))
            }
        })
        .await;
    let outcome = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match written {
        Ok(()) => Ok(outcome),
        Err(StoreError::NotFound("confirmation")) => Ok(outcome),
        Err(error) => Err(error.into()),
    }
}

fn file_words(page: &Page, error: &FileError) -> String {
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
pub(super) fn row_words(page: &Page, error: &RowError) -> String {
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

fn markup(page: &Page, kind: Kind) -> Element {
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

fn preview(page: &Page, kind: Kind, sheet: &Sheet, outcome: &Outcome, key: Option<&str>) -> Element {
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

fn done(page: &Page, kind: Kind, good: usize) -> Element {
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
