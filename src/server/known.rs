//! Who has proved to be a tablet of ours. Its bundles do not stand in line behind what anybody may send.

use crate::{
    domain::hex::DeviceId,
    store::{Store, devices},
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What is known of a device's name.
#[derive(Debug, Default)]
struct Standing {
    /// Where its signature was last seen to hold, if nobody used its name from there since.
    home: Option<IpAddr>,
    /// Whether somebody used its name without its key since then.
    misused: bool,
}

/// The devices whose signature was seen to hold. Grows with the devices enrolled, never with what strangers send.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<DeviceId, Standing>>);

impl Known {
    /// All that are enrolled now: after a start nobody is a stranger for having been away.
    pub fn of(store: &Store) -> Self {
        let ids = store.read(devices::ids).unwrap_or_default();
        Self(Mutex::new(
            ids.into_iter().map(|id| (id, Standing::default())).collect(),
        ))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<DeviceId, Standing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what comes from there in the device's name is its own, as far as can be told before it is read: nobody
    /// misused the name since it was last heard, or it is where it was heard.
    pub fn is_trusted(&self, device: DeviceId, from: IpAddr) -> bool {
        let all = self.all();
        all.get(&device)
            .is_some_and(|standing| !standing.misused || standing.home == Some(from))
    }

    /// A signature of the device held.
    pub fn proved(&self, device: DeviceId, from: IpAddr) {
        let standing = Standing {
            home: Some(from),
            misused: false,
        };
        self.all().insert(device, standing);
    }

    /// Somebody there used the device's name without its key: what comes in this name, but from where the device itself
    /// was heard, stands in the other line until it has been heard again.
    pub fn misused(&self, device: DeviceId, from: IpAddr) {
        if let Some(standing) = self.all().get_mut(&device) {
            standing.misused = true;
            standing.home = standing.home.filter(|home| *home != from);
        }
    }
}
