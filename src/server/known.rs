//! Who has proved to be a tablet of ours. Its bundles do not stand in line behind what anybody may send.

use crate::{
    domain::hex::DeviceId,
    store::{Store, devices},
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The devices whose signature was seen to hold, each with whether it held the last time. Grows with the devices
/// enrolled, never with what strangers send.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<DeviceId, bool>>);

impl Known {
    /// All that are enrolled now: after a start nobody is a stranger for having been away.
    pub fn of(store: &Store) -> Self {
        let ids = store.read(devices::ids).unwrap_or_default();
        Self(Mutex::new(ids.into_iter().map(|id| (id, true)).collect()))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<DeviceId, bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the device is ours, and the last that came in its name was its own.
    pub fn is_trusted(&self, device: DeviceId) -> bool {
        self.all().get(&device).copied().unwrap_or(false)
    }

    /// A signature of the device held.
    pub fn proved(&self, device: DeviceId) {
        self.all().insert(device, true);
    }

    /// Somebody used the device's name without its key: what comes in this name stands in the other line until the
    /// device itself has been heard again.
    pub fn misused(&self, device: DeviceId) {
        if let Some(trusted) = self.all().get_mut(&device) {
            *trusted = false;
        }
    }
}
