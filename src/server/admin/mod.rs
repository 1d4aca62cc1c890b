//! Pages for administrators and leaders: rendered here, plain links and forms, complete without JavaScript.
//!
//! A handler extracts, asks the store on a blocking thread and hands a model to a plain function that makes markup.
//! Texts are in [`texts`], one file per language; the look is in `assets/admin/style.css`. Nothing here is SQL.

mod devices;
mod download;
mod error;
mod export;
mod figures;
mod headers;
mod language;
mod overview;
mod page;
mod qr;
mod reports;
mod sheet;
mod sign_in;
mod start;
pub mod texts;

use super::{
    auth::{Gate, SignIn},
    config::Clock,
};
use crate::store::Store;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware::from_fn,
    response::Redirect,
    routing::{get, post},
};
use error::PageError;

/// What the pages share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Admin {
    store: Store,
    clock: Clock,
    sign_in: SignIn,
    /// The server itself speaks https.
    tls: bool,
}

impl Admin {
    /// The pages of this store.
    pub fn new(store: Store, clock: Clock, tls: bool) -> Self {
        Self {
            store,
            clock,
            sign_in: SignIn::default(),
            tls,
        }
    }

    /// Runs work on the store off the async threads.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Store) -> Result<T, crate::store::StoreError> + Send + 'static,
    ) -> Result<T, PageError> {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || work(store)).await;
        Ok(done.map_err(|_| PageError::Closing)??)
    }
}

impl FromRef<Admin> for Gate {
    fn from_ref(admin: &Admin) -> Self {
        Self {
            store: admin.store.clone(),
            clock: admin.clock.clone(),
            sign_in: "/admin/sign-in",
        }
    }
}

/// Largest form, in bytes: twenty counters with long names.
const FORM_BYTES: usize = 64 * 1024;

/// All pages under `/admin/`, and `/`.
pub fn router(admin: Admin) -> Router {
    let pages = Router::new()
        .route("/admin/", get(overview::page))
        .route("/admin/units", get(figures::units))
        .route("/admin/detail", get(figures::detail))
        .route("/admin/reports", get(reports::page).post(reports::file))
        .route("/admin/reports/file", get(reports::document))
        .route("/admin/reports/filed", get(reports::filed))
        .route("/admin/reports/settings", post(reports::set))
        .route(
            "/admin/reports/volume",
            get(reports::volume_page).post(reports::enter_volume),
        )
        .route("/admin/sign-in", get(sign_in::page).post(sign_in::enter))
        .route("/admin/sign-out", post(sign_in::leave))
        .route("/admin/start", get(start::node_page).post(start::add_node))
        .route(
            "/admin/start/counters",
            get(start::counters_page).post(start::add_counters),
        )
        .route("/admin/start/sheets", get(start::sheets_page).post(sheet::make))
        .route("/admin/devices", get(devices::page))
        .route("/admin/devices/revoke", get(devices::ask).post(devices::revoke))
        .route("/admin/export", get(export::page))
        .route("/admin/export/file", get(download::file))
        .route("/admin/style.css", get(headers::style))
        .fallback(error::not_found)
        .layer(from_fn(headers::protect))
        .layer(from_fn(language::choose))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .with_state(admin);
    Router::new()
        .route("/", get(|| async { Redirect::to("/admin/") }))
        .route("/admin", get(|| async { Redirect::to("/admin/") }))
        .merge(pages)
}
