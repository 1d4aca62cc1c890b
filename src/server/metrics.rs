//! `/metrics`: counts for a monitoring system, in Prometheus' text format. No rating, no name, no device is in it; it
//! answers programs on this machine only.

use super::AppState;
use crate::store::vitals;
use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{fmt::Write, net::SocketAddr};

/// Answers the counts.
pub(super) async fn get(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    // A proxy on this machine is no program of its own: it says for whom it asks.
    let passed_on = headers.contains_key("forwarded") || headers.contains_key("x-forwarded-for");
    if passed_on || !peer.ip().to_canonical().is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let now = state.clock.now();
    let store = state.store.clone();
    let read = tokio::task::spawn_blocking(move || store.vitals(now)).await;
    match read {
        Ok(Ok(vitals)) => (
            [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
            text(&vitals),
        )
            .into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn text(vitals: &vitals::Vitals) -> String {
    let mut out = String::new();
    let mut gauge = |name: &str, help: &str, value: i64| {
        let _ = write!(
            out,
            "# HELP hailong_{name} {help}\n# TYPE hailong_{name} gauge\nhailong_{name} {value}\n"
        );
    };
    gauge("log_entries", "Entries of the log.", vitals.log_entries);
    gauge("records", "Records held, ballots and others.", vitals.records);
    gauge("ballots", "Ballots held, whatever their status.", vitals.ballots);
    gauge("ballots_missing", "Ballots that are missing at least.", vitals.missing);
    gauge("devices", "Tablets in use.", vitals.devices);
    gauge(
        "devices_silent",
        "Tablets in use that were not heard of for a day, or nobody knows since when.",
        vitals.silent,
    );
    gauge("alarms", "Alarms raised so far.", vitals.alarms);
    gauge("database_bytes", "Size of the database file.", vitals.database_bytes);
    gauge("wal_bytes", "Size of the database's write-ahead log.", vitals.wal_bytes);
    if let Some(hour) = vitals.last_backup {
        gauge(
            "last_backup_seconds",
            "Unix time of the newest backup, to the hour.",
            hour,
        );
    }
    out
}
