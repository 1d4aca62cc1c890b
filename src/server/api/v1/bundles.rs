//! `POST /api/v1/bundles`: signature and chain are checked here, then every line is stored. No token: the signature
//! is the evidence.

use super::super::body;
use crate::{
    domain::{
        hex::Nonce,
        policy::{MAX_BUNDLE_WIRE_BYTES, NONCE_WITHIN_BYTES},
    },
    server::{
        answer::{Refused, sealed},
        state::AppState,
    },
    store::{Prepared, Store, StoreError, devices},
    wire::{
        answer::Code,
        bundle::{self, Bundle, BundleError, Unverified},
        gzip,
    },
};
use axum::{body::Body, extract::State, response::Response};

/// First bytes of gzip; a bundle that is not packed begins with `{`.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Answers a bundle with a signed receipt or a signed refusal.
pub async fn post(State(state): State<AppState>, body: Body) -> Response {
    match receive(&state, body).await {
        Ok(receipt) => sealed(200, receipt),
        Err(refused) => refused.response(&state),
    }
}

async fn receive(state: &AppState, body: Body) -> Result<String, Refused> {
    let busy = |detail: &str| Refused::new(None, Code::Busy, detail);
    let _room = state.bodies.try_acquire().map_err(|_| busy("too many requests"))?;
    let bytes = body::read(body, MAX_BUNDLE_WIRE_BYTES, state.limits.body_time)
        .await
        .map_err(|unread| Refused::new(nonce(&unread.head), unread.code, unread.detail))?;
    let turn = state.verifying.clone().acquire_owned().await;
    let turn = turn.map_err(|_| busy("stopping"))?;
    let store = state.store.clone();
    let verified = tokio::task::spawn_blocking(move || {
        // Held until the work is done, also if the sender is gone by then.
        let _turn = turn;
        let bundle = verify(&store, &bytes)?;
        Ok((bundle.header.nonce, Prepared::from(bundle)))
    });
    let verified = verified.await;
    let (nonce, bundle) = verified.map_err(|_| Refused::new(None, Code::Internal, "verification failed"))??;
    let stored = state.store.ingest(bundle, state.clock.now()).await;
    stored.map_err(|error| store_refusal(nonce, error))
}

/// Unpacks, finds the device's key, checks the signature and every run's chain. Nothing is stored before.
fn verify(store: &Store, bytes: &[u8]) -> Result<Bundle, Refused> {
    let unverified = if bytes.starts_with(GZIP) {
        Unverified::from_gzip(bytes)
    } else {
        Unverified::parse(bytes)
    };
    let unverified = unverified.map_err(|error| bundle_refusal(nonce(bytes), &error))?;
    let (device, nonce) = (unverified.device(), unverified.nonce());
    let key = store.read(|conn| devices::public_key(conn, device));
    let Some(key) = key.map_err(|error| store_refusal(nonce, error))? else {
        return Err(Refused::new(Some(nonce), Code::UnknownDevice, ""));
    };
    let bundle = unverified
        .verify(&key)
        .map_err(|error| bundle_refusal(Some(nonce), &error))?;
    if bundle.header.district != store.identity().id {
        return Err(Refused::new(Some(nonce), Code::BadHeader, "for another district"));
    }
    Ok(bundle)
}

/// The nonce of a body that is refused before its header was accepted, if it can be read.
fn nonce(body: &[u8]) -> Option<Nonce> {
    if body.starts_with(GZIP) {
        bundle::nonce_within(&gzip::head(body, NONCE_WITHIN_BYTES))
    } else {
        bundle::nonce_within(body.get(..NONCE_WITHIN_BYTES).unwrap_or(body))
    }
}

fn bundle_refusal(nonce: Option<Nonce>, error: &BundleError) -> Refused {
    let code = match error {
        BundleError::Framing(_) => Code::BadFraming,
        BundleError::Header(_) => Code::BadHeader,
        BundleError::TooLarge(_) => Code::TooLarge,
        BundleError::Signature => Code::BadSignature,
        BundleError::Chain(_) => Code::BadChain,
    };
    Refused::new(nonce, code, error.to_string())
}

/// What a failure of the store is to a tablet: always something to try again later.
pub(super) fn store_refusal(nonce: Nonce, error: StoreError) -> Refused {
    tracing::error!(%error, "the store failed");
    match error {
        StoreError::NotFound("device") => Refused::new(Some(nonce), Code::UnknownDevice, ""),
        _ => Refused::new(Some(nonce), Code::Busy, "the store can't take it now"),
    }
}
