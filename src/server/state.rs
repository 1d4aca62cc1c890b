//! What every handler shares.

use super::{
    answer::Sealed,
    caller::Ways,
    config::{Clock, Config, Limits},
    known::Known,
    tablet::TabletApp,
    tries::Tries,
};
use crate::store::Store;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What every handler shares. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The district's records.
    pub store: Store,
    /// Where `now` comes from.
    pub clock: Clock,
    /// The ways to here.
    pub ways: Ways,
    /// What requests may cost.
    pub limits: Arc<Limits>,
    /// Wrong enrolment codes.
    pub tries: Arc<Tries>,
    /// The tablet app's files.
    pub tablet: Arc<TabletApp>,
    /// Room for bodies.
    pub bodies: Arc<Semaphore>,
    /// Room for verifying.
    pub verifying: Arc<Semaphore>,
    /// Room for what was unpacked, until it is stored.
    pub unpacked: Arc<Semaphore>,
    /// Whose bundles go there at once.
    pub known: Arc<Known>,
    /// Room for everybody else's to wait, and the one place where they are looked at, one after the other.
    pub strangers: (Arc<Semaphore>, Arc<Semaphore>),
    /// The refusals that are the same for everybody, sealed.
    pub busy: Arc<Sealed>,
}

impl AppState {
    /// The state for a store and a configuration.
    pub fn new(store: Store, config: &Config) -> Self {
        let limits = &config.limits;
        Self {
            known: Arc::new(Known::of(&store)),
            strangers: (Arc::new(Semaphore::new(limits.strangers)), Arc::new(Semaphore::new(1))),
            busy: Arc::default(),
            store,
            clock: config.clock.clone(),
            ways: Ways {
                tls: config.tls.is_some(),
                proxy: config.trusted_proxy,
            },
            tries: Arc::new(Tries::new(limits)),
            tablet: Arc::new(TabletApp::new(config.tablet_dir.clone())),
            bodies: Arc::new(Semaphore::new(limits.bodies)),
            verifying: Arc::new(Semaphore::new(limits.verifying)),
            unpacked: Arc::new(Semaphore::new(limits.unpacked)),
            limits: Arc::new(limits.clone()),
        }
    }
}
