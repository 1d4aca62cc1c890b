//! Forms with files: `multipart/form-data`, the session's token first, so that nothing large is read for anybody else.

use super::{error, page::Page};
use crate::server::auth::{Form, Gate, Visitor, from_here};
use axum::{
    extract::{Multipart, multipart::MultipartError},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

/// A form of this session with its files.
pub(super) struct Upload {
    pub(super) form: Form,
    pub(super) files: Vec<File>,
}

/// One file; a field of the form in which none was chosen is not here.
pub(super) struct File {
    /// The field of the form.
    pub(super) field: String,
    /// Its name on the sender's disk.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Reads a form of at most so many fields; `too_large` is said of a body over the page's bound.
pub(super) async fn read(
    mut parts: Multipart,
    (visitor, headers, gate): (Visitor, &HeaderMap, &Gate),
    page: &Page,
    most: usize,
    too_large: &str,
) -> Result<Upload, Response> {
    if !from_here(headers) {
        return Err(StatusCode::FORBIDDEN.into_response());
    }
    let broken = |error: MultipartError| {
        let said = match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large,
            _ => page.say(
                "Tệp gửi lên bị đứt giữa chừng. Xin gửi lại.",
                "The upload was cut off. Please send it again.",
            ),
        };
        error::notice(page, error.status(), said)
    };
    let (mut fields, mut files, mut ours) = (Vec::new(), Vec::new(), false);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(name) if ours => {
                let bytes = part.bytes().await.map_err(broken)?.to_vec();
                if !(name.is_empty() && bytes.is_empty()) {
                    files.push(File { field, name, bytes });
                }
            }
            Some(_) => return Err(StatusCode::FORBIDDEN.into_response()),
            None => {
                let value = part.text().await.map_err(broken)?;
                ours |= field == "csrf" && visitor.token.csrf_matches(&value);
                if fields.len() < most {
                    fields.push((field, value));
                }
            }
        }
    }
    let form = Form::of(visitor, fields, gate).await?;
    Ok(Upload { form, files })
}
