//! Pages for administrators and leaders: rendered here, plain links and forms, complete without JavaScript.
//!
//! A handler extracts, asks the store on a blocking thread and hands a model to a plain function that makes markup.
//! Texts are in [`texts`], one file per language; the look is in `assets/admin/style.css`. Nothing here is SQL.

mod carried;
mod comments;
mod decisions;
mod devices;
mod dossier;
mod download;
mod error;
mod export;
mod figures;
mod headers;
mod import;
mod language;
mod manage;
mod mine;
mod operator;
mod overview;
mod page;
mod people;
mod pipe;
mod places;
mod refusals;
mod reports;
mod roster;
mod routes;
mod sheet;
mod sign_in;
mod start;
mod surveys;
mod tasks;
pub mod texts;
mod upload;

pub use routes::Route;

use super::{
    auth::{Gate, SignIn, Visitor, permission::Right},
    config::Clock,
};
use crate::{
    domain::policy::MAX_FILE_BYTES,
    store::{Reader, Store, StoreError, WriteTx},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware::from_fn,
    response::Redirect,
    routing::get,
};
use error::PageError;
use routes::Pages;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What the pages share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Admin {
    store: Store,
    clock: Clock,
    sign_in: SignIn,
    /// Lists that wait for their confirmation.
    waiting: import::Waiting,
    /// The server itself speaks https.
    tls: bool,
    /// Receipt files that wait for their download.
    receipts: carried::Receipts,
    /// Room for exports.
    exports: Arc<Semaphore>,
}

impl Admin {
    /// The pages of this store.
    pub fn new(store: Store, clock: Clock, tls: bool) -> Self {
        Self {
            store,
            clock,
            sign_in: SignIn::default(),
            waiting: import::Waiting::default(),
            tls,
            receipts: carried::Receipts::default(),
            exports: Arc::new(Semaphore::new(EXPORTS)),
        }
    }

    /// Whether the server itself speaks https.
    pub(super) fn tls(&self) -> bool {
        self.tls
    }

    /// Runs work on the store off the async threads.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PageError> {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || work(store)).await;
        Ok(done.map_err(|_| PageError::Closing)??)
    }

    /// Reads one snapshot of the store off the async threads.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PageError> {
        self.blocking(move |store| store.read(work)).await
    }

    /// Writes as a visitor: every entry of the log that comes of it has their name.
    async fn write_as<T: Send + 'static>(
        &self,
        visitor: &Visitor,
        mut work: impl FnMut(&WriteTx<'_>, i64) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PageError> {
        let (who, now) = (visitor.name.clone(), self.clock.now());
        Ok(self.store.write_async(move |tx| work(&tx.by(&who), now)).await?)
    }
}

impl FromRef<Admin> for Gate {
    fn from_ref(admin: &Admin) -> Self {
        Self {
            store: admin.store.clone(),
            clock: admin.clock.clone(),
            stopped: error::stopped,
        }
    }
}

/// Exports made at once: each keeps a thread, and a snapshot of the database from being cleaned up.
const EXPORTS: usize = 8;

/// Largest form, in bytes: twenty counters with long names.
const FORM_BYTES: usize = 64 * 1024;

/// The pages behind the gate, each with the right it takes.
fn pages(admin: &Admin) -> Pages {
    Pages::new(admin)
        .get("/admin/", Right::Figures, overview::page)
        .get("/admin/units", Right::Figures, figures::units)
        .get("/admin/detail", Right::Figures, figures::detail)
        .get("/admin/reports", Right::Report, reports::page)
        .post("/admin/reports", Right::Report, reports::file)
        .get("/admin/reports/file", Right::Report, reports::document)
        .get("/admin/reports/filed", Right::Report, reports::filed)
        .post("/admin/reports/settings", Right::Places, reports::set)
        .get("/admin/reports/volume", Right::Enter, reports::volume_page)
        .post("/admin/reports/volume", Right::Enter, reports::enter_volume)
        .post("/admin/sign-out", Right::Own, sign_in::leave)
        .get("/admin/start", Right::Places, start::node_page)
        .post("/admin/start", Right::Places, start::add_node)
        .get("/admin/start/counters", Right::Places, start::counters_page)
        .post("/admin/start/counters", Right::Places, start::add_counters)
        .get("/admin/start/sheets", Right::Codes, start::sheets_page)
        .post("/admin/start/sheets", Right::Codes, sheet::make)
        .get("/admin/comments", Right::Comments, comments::page)
        .get("/admin/comments/read", Right::Comments, comments::read)
        .post("/admin/comments/mark", Right::Answer, comments::mark)
        .post("/admin/comments/switch", Right::Places, comments::switch)
        .get("/admin/tasks", Right::Tasks, tasks::page)
        .get("/admin/tasks/digest", Right::Tasks, tasks::digest_page)
        .post("/admin/tasks/close", Right::CloseTasks, tasks::close)
        .post("/admin/tasks/reopen", Right::CloseTasks, tasks::reopen)
        .get("/admin/tasks/rule", Right::Places, tasks::rule_page)
        .post("/admin/tasks/rule", Right::Places, tasks::set_rule)
        .post("/admin/tasks/closed-days", Right::Places, tasks::set_closed_days)
        .get("/admin/devices", Right::Devices, devices::page)
        .get("/admin/devices/revoke", Right::Operate, devices::ask)
        .post("/admin/devices/revoke", Right::Operate, devices::revoke)
        .post("/admin/devices/replace", Right::Operate, devices::replace)
        .get("/admin/devices/operator", Right::Operate, operator::page)
        .post("/admin/devices/unlock", Right::Operate, operator::unlock)
        .post("/admin/devices/erase-code", Right::Operate, operator::erase)
        .get("/admin/pin", Right::Operate, operator::pin_page)
        .post("/admin/pin", Right::Operate, operator::set_pin)
        .get("/admin/ballot-file", Right::Operate, carried::page)
        .upload(
            "/admin/ballot-file/take",
            Right::Operate,
            MAX_FILE_BYTES + FORM_BYTES,
            carried::take,
        )
        .get("/admin/ballot-file/receipts", Right::Operate, carried::receipts)
        .get("/admin/export", Right::Export, export::page)
        .get("/admin/export/file", Right::Export, download::file)
        .get("/admin/dossier", Right::Evidence, dossier::page)
        .get("/admin/dossier/file", Right::Evidence, dossier::file)
        .get("/admin/manage", Right::Own, manage::page)
        .get("/admin/account", Right::Own, people::account::page)
        .post("/admin/account", Right::Own, people::account::change)
        .post("/admin/account/elsewhere", Right::Own, people::account::leave_elsewhere)
        .get("/admin/places", Right::SeePlaces, places::page)
        .get("/admin/places/unit", Right::SeePlaces, places::unit_page)
        .post("/admin/places/add", Right::Places, places::add)
        .post("/admin/places/rename", Right::Places, places::rename)
        .post("/admin/places/contact", Right::Places, places::contact)
        .post("/admin/places/hours", Right::Places, places::hours)
        .post("/admin/places/public", Right::Places, places::public)
        .post("/admin/places/languages", Right::Places, places::change_languages)
        .post("/admin/places/close", Right::Places, places::close)
        .post("/admin/places/counter/add", Right::Places, places::add_counter)
        .post("/admin/places/counter/change", Right::Places, places::change_counter)
        .post("/admin/places/counter/close", Right::Places, places::close_counter)
        .get("/admin/exclusions", Right::SeeDecisions, decisions::page)
        .post("/admin/exclusions/add", Right::Decide, decisions::add)
        .post("/admin/exclusions/undo", Right::Decide, decisions::undo)
        .get("/admin/waiting", Right::SeeDecisions, decisions::waiting_page)
        .post("/admin/waiting/decide", Right::Decide, decisions::settle)
        .get("/admin/import", Right::Places, import::page)
        .upload(
            "/admin/import/try",
            Right::Places,
            import::UPLOAD_BYTES,
            import::attempt,
        )
        .post("/admin/import/store", Right::Places, import::confirm)
        .get("/admin/surveys", Right::SeeSurveys, surveys::page)
        .get("/admin/surveys/version", Right::SeeSurveys, surveys::version)
        .get("/admin/surveys/history", Right::SeeSurveys, surveys::history)
        .get("/admin/surveys/difference", Right::SeeSurveys, surveys::compare)
        .get("/admin/surveys/preview", Right::SeeSurveys, surveys::preview)
        .get(
            "/admin/surveys/preview.json",
            Right::SeeSurveys,
            surveys::preview_document,
        )
        .get("/admin/surveys/languages", Right::SeeSurveys, surveys::languages)
        .upload(
            "/admin/surveys/languages",
            Right::Surveys,
            surveys::UPLOAD_BYTES,
            surveys::save_languages,
        )
        .post("/admin/surveys/language", Right::Surveys, surveys::add_language)
        .get("/admin/surveys/draft", Right::Surveys, surveys::draft)
        .post("/admin/surveys/draft", Right::Surveys, surveys::make)
        .post("/admin/surveys/draft/save", Right::Surveys, surveys::save)
        .post("/admin/surveys/draft/discard", Right::Surveys, surveys::discard)
        .get("/admin/surveys/question", Right::Surveys, surveys::question)
        .post("/admin/surveys/question", Right::Surveys, surveys::save_question)
        .get("/admin/surveys/publish", Right::Surveys, surveys::publish)
        .post("/admin/surveys/publish", Right::Surveys, surveys::confirm)
        .get("/admin/roster", Right::SeeRoster, roster::page)
        .get("/admin/roster/duty", Right::Enter, roster::duty_page)
        .post("/admin/roster/officer", Right::Enter, roster::add_officer)
        .post("/admin/roster/add", Right::Enter, roster::add)
        .post("/admin/roster/correct", Right::Enter, roster::correct)
        .get("/admin/officers", Right::Officers, roster::figures)
        .get("/admin/mine", Right::Mine, mine::page)
        .post("/admin/mine/explain", Right::Mine, mine::explain)
        .get("/admin/users", Right::Users, people::page)
        .post("/admin/users/add", Right::Users, people::add)
        .post("/admin/users/change", Right::Users, people::change)
        .post("/admin/users/disable", Right::Users, people::disable)
        .post("/admin/users/password", Right::Users, people::password)
}

/// Every address behind the gate, for whoever wants to try them all.
pub fn routes(admin: &Admin) -> Vec<Route> {
    pages(admin).done().1
}

/// All pages under `/admin/`, and `/`.
pub fn router(admin: Admin) -> Router {
    let (gated, _) = pages(&admin).done();
    let pages = gated
        .route(
            "/admin/sign-in",
            routes::form(get(sign_in::page).post(sign_in::enter), FORM_BYTES),
        )
        .route("/admin/style.css", get(headers::style))
        .fallback(error::not_found)
        .layer(from_fn(error::dress))
        .layer(from_fn(headers::protect))
        .layer(from_fn(language::choose))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .with_state(admin);
    Router::new()
        .route("/", get(|| async { Redirect::to("/admin/") }))
        .route("/admin", get(|| async { Redirect::to("/admin/") }))
        .merge(pages)
}
