//! `POST /api/v1/bundles`: signature and chain are checked here, then every line is stored. No token: the signature
//! is the evidence.

use super::super::body::{self, Room};
use crate::{
    domain::{
        hex::{DeviceId, Nonce},
        policy::{DEVICE_WITHIN_BYTES, MAX_BUNDLE_WIRE_BYTES, NONCE_WITHIN_BYTES, STRANGERS_REST},
    },
    server::{
        answer::{Refused, sealed},
        caller::Caller,
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
use std::{net::IpAddr, time::Instant};
use tokio::runtime::Handle;

/// First bytes of gzip; a bundle that is not packed begins with `{`.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Answers a bundle with a signed receipt or a signed refusal.
pub async fn post(State(state): State<AppState>, caller: Caller, body: Body) -> Response {
    match receive(&state, caller.address, body).await {
        Ok(receipt) => sealed(200, receipt),
        Err(refused) => refused.response(&state),
    }
}

async fn receive(state: &AppState, from: IpAddr, body: Body) -> Result<String, Refused> {
    let busy = |detail: &str| Refused::new(None, Code::Busy, detail);
    let mut room = Room::begin(&state.bodies).ok_or_else(|| busy("too many requests"))?;
    let bytes = body::read_into(body, MAX_BUNDLE_WIRE_BYTES, state.limits.body_time, Some(&mut room))
        .await
        .map_err(|unread| Refused::new(nonce(&unread.head), unread.code, unread.detail))?;
    // Two lines: tablets of ours in one, and in the other whoever else may have sent this. Only the second can be long.
    let claimed = claimed(&bytes);
    let trusted = claimed.is_some_and(|device| state.known.is_trusted(device, from));
    let turn = if trusted {
        state.verifying.clone().acquire_owned().await
    } else {
        let (waiting, turn) = &state.strangers;
        let _seat = waiting.try_acquire().map_err(|_| busy("too many strangers"))?;
        turn.clone().acquire_owned().await
    };
    let turn = turn.map_err(|_| busy("stopping"))?;
    // Kept until it is stored: what waits for the writer waits packed, but for the next group.
    let _unpacked = state.unpacked.acquire().await.map_err(|_| busy("stopping"))?;
    let (store, known) = (state.store.clone(), state.known.clone());
    let verified = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        let verified = verify(&store, &bytes, claimed);
        match (&verified, claimed) {
            (Ok(bundle), _) => known.proved(bundle.header.device, from),
            (Err(refused), Some(device)) if is_not_theirs(refused.code) => known.misused(device, from),
            (Err(_), _) => {}
        }
        // The turn is held until here, also if the sender is gone by now; after a stranger's refusal, some time longer.
        if trusted || verified.is_ok() {
            drop(turn);
        } else {
            let rest = begun.elapsed() * STRANGERS_REST;
            Handle::current().spawn(async move {
                tokio::time::sleep(rest).await;
                drop(turn);
            });
        }
        verified.map(|bundle| (bundle.header.nonce, Prepared::from(bundle)))
    });
    let verified = verified.await;
    let (nonce, bundle) = verified.map_err(|_| Refused::new(None, Code::Internal, "verification failed"))??;
    let stored = state.store.ingest(bundle, state.clock.now()).await;
    stored.map_err(|error| store_refusal(nonce, error))
}

/// Whether a body that was refused is not what the device it names made for us, as far as anybody can tell: what breaks off,
/// can't be read or is too large never comes to the signature, and must not stay in the tablets' line for that. One that was
/// damaged on the way looks the same; its tablet stands with the strangers until the next one holds. Only what failed
/// here says nothing of who sent it.
fn is_not_theirs(code: Code) -> bool {
    !matches!(code, Code::Busy | Code::Internal)
}

/// Who says to have sent a body, if its first bytes tell.
fn claimed(body: &[u8]) -> Option<DeviceId> {
    if body.starts_with(GZIP) {
        bundle::device_within(&gzip::head(body, DEVICE_WITHIN_BYTES))
    } else {
        bundle::device_within(body.get(..DEVICE_WITHIN_BYTES).unwrap_or(body))
    }
}

/// Unpacks, finds the device's key, checks the signature and every run's chain. Nothing is stored before. A body in the
/// name of a device that nobody enrolled is not even unpacked.
fn verify(store: &Store, bytes: &[u8], claimed: Option<DeviceId>) -> Result<Bundle, Refused> {
    let key_of = |device, nonce: Option<Nonce>| {
        let found = store.read(|conn| devices::public_key(conn, device));
        let found = found.map_err(|error| failed(nonce, error))?;
        found.ok_or_else(|| Refused::new(nonce, Code::UnknownDevice, ""))
    };
    if let Some(device) = claimed {
        key_of(device, None).map_err(|refused| Refused {
            nonce: nonce(bytes),
            ..refused
        })?;
    }
    let unverified = if bytes.starts_with(GZIP) {
        Unverified::from_gzip(bytes)
    } else {
        Unverified::parse(bytes)
    };
    let unverified = unverified.map_err(|error| bundle_refusal(nonce(bytes), &error))?;
    let (device, nonce) = (unverified.device(), unverified.nonce());
    let key = key_of(device, Some(nonce))?;
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
    failed(Some(nonce), error)
}

fn failed(nonce: Option<Nonce>, error: StoreError) -> Refused {
    tracing::error!(%error, "the store failed");
    match error {
        StoreError::NotFound("device") => Refused::new(nonce, Code::UnknownDevice, ""),
        _ => Refused::new(nonce, Code::Busy, "the store can't take it now"),
    }
}
