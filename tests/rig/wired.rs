//! A district without a socket: its real router and store, called in this process, one request after the other.

use super::TestClock;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::Request,
};
use hailong::domain::ids::CounterId;
use hailong::outbox::{Outbox, OutboxError};
use hailong::server::{AppState, Config, admin::Admin, router};
use hailong::store::{Store, codes::Length, places};
use hailong::sync::{Call, Expected, Outcome, Reply, Sender};
use hailong::wire::{bundle::Health, gzip};
use std::{net::SocketAddr, time::Duration};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// A district that answers calls.
pub struct Wired {
    pub store: Store,
    pub clock: TestClock,
    router: Router,
    runtime: Runtime,
}

impl Wired {
    pub fn new(store: Store, clock: &TestClock) -> Self {
        let config = Config {
            clock: clock.clock(),
            ..Config::for_testing()
        };
        let pages = Admin::new(store.clone(), config.clock.clone(), false);
        Self {
            router: router(AppState::new(store.clone(), &config), pages),
            clock: clock.clone(),
            // Handlers hand work to other threads and wait for it: one request at a time, so always in the same order.
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            store,
        }
    }

    /// Answers as the server would.
    pub fn answer(&self, call: &Call) -> Reply {
        let (method, path, header, body) = match call {
            Call::Bundle(body) => ("POST", "bundles", None, body.clone()),
            Call::Enrol(body) => ("POST", "enrol", None, body.clone().into_bytes()),
            Call::Comment { token, body } => ("POST", "comments", Some((token, None)), body.clone().into_bytes()),
            Call::Setup { token, have } => ("GET", "setup", Some((token, Some(have))), Vec::new()),
        };
        let mut request = Request::builder().method(method).uri(format!("/api/v1/{path}"));
        if let Some((token, have)) = header {
            request = request.header("authorization", format!("Bearer {token}"));
            if let Some(have) = have {
                request = request.header("if-none-match", format!("\"{have}\""));
            }
        }
        let mut request = request.body(Body::from(body)).unwrap();
        let peer = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9)));
        request.extensions_mut().insert(peer);
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let seconds = response
                .headers()
                .get("retry-after")
                .and_then(|v| v.to_str().ok()?.parse().ok());
            Reply {
                status: response.status().as_u16(),
                retry_after: seconds.map(Duration::from_secs),
                body: to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec(),
            }
        })
    }

    pub fn counters(&self) -> Vec<CounterId> {
        let counters = self.store.read(places::counters).unwrap();
        counters.into_iter().map(|counter| counter.id).collect()
    }

    pub fn code(&self, counter: usize) -> String {
        let made = self
            .store
            .make_code(self.counters()[counter], Length::Sheet, self.clock.now());
        made.unwrap().code.grouped()
    }

    /// Enrols a tablet and keeps the survey it shows.
    pub fn enrol(&self, outbox: &mut Outbox, code: &str) -> Result<(), OutboxError> {
        let now = self.clock.now();
        let (call, expected) = Sender::enrol(outbox, code)?;
        let mut sender = Sender::new(Duration::ZERO, None);
        let reply = self.answer(&call);
        let outcome = sender.took(outbox, &expected, Some(reply), Duration::ZERO, now)?;
        assert_eq!(outcome, Outcome::Enrolled);
        Ok(())
    }

    /// Sends the tip and so many records, none while they are held back; the answer is lost on the way.
    pub fn send(&self, outbox: &mut Outbox, records: usize, mut seen: impl FnMut(&[u8])) -> Result<(), OutboxError> {
        let batch = outbox.next_batch(&Health::default(), records, 0, self.clock.now())?;
        assert_eq!(batch.records, records as u64);
        let body = gzip::pack(&batch.bytes);
        seen(&body);
        assert_eq!(self.answer(&Call::Bundle(body)).status, 200);
        Ok(())
    }

    /// Sends all that waits; pauses cost no time. Every bundle is shown to `seen` first.
    pub fn drain(&self, outbox: &mut Outbox, seen: impl FnMut(&[u8])) -> Result<(), OutboxError> {
        self.drain_at(outbox, self.clock.now(), seen)
    }

    /// The same on a tablet whose clock says something else.
    pub fn drain_at(&self, outbox: &mut Outbox, now: i64, mut seen: impl FnMut(&[u8])) -> Result<(), OutboxError> {
        let (mut sender, mut mono) = (Sender::new(Duration::ZERO, None), Duration::ZERO);
        let mut quiet = 0;
        for _ in 0..2000 {
            match sender.next(outbox, mono, now)? {
                hailong::sync::Step::Wait(pause) => {
                    // Quiet after a heartbeat that changed nothing: a district that was put back has said so by then.
                    if quiet > 1 && outbox.stats(now)?.sendable <= sender.passed_by() {
                        return Ok(());
                    }
                    mono += pause;
                }
                hailong::sync::Step::Call(call, expected) => {
                    if let Call::Bundle(body) = &call {
                        seen(body);
                    }
                    let reply = self.answer(&call);
                    let outcome = sender.took(outbox, &expected, Some(reply), mono, now)?;
                    let empty = matches!(expected, Expected::Receipt { records: 0, .. });
                    let settled = matches!(&outcome, Outcome::Settled(settled) if !settled.refill);
                    quiet = if empty && settled { quiet + 1 } else { 0 };
                }
            }
        }
        panic!("the tablet does not come to rest");
    }
}
