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
    /// Whether anybody ever sent in its name what it did not make.
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

    /// Whether what comes from there in the device's name is its own, as far as can be told before it is read: nobody ever
    /// misused the name, or it is where it was last heard.
    pub fn is_trusted(&self, device: DeviceId, from: IpAddr) -> bool {
        let all = self.all();
        all.get(&device)
            .is_some_and(|standing| !standing.misused || standing.home == Some(from))
    }

    /// A signature of the device held.
    pub fn proved(&self, device: DeviceId, from: IpAddr) {
        // Not forgiven: each of its own bundles would let one of somebody else's into the first line.
        self.all().entry(device).or_default().home = Some(from);
    }

    /// Something came from there in the device's name that it did not make, or that was damaged on the way: what comes in
    /// this name from anywhere but where the device itself was last heard stands in the other line. If that was here, so
    /// does the device's own next bundle, which puts it back.
    pub fn misused(&self, device: DeviceId, from: IpAddr) {
        if let Some(standing) = self.all().get_mut(&device) {
            standing.misused = true;
            standing.home = standing.home.filter(|home| *home != from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hex::Hex;

    #[test]
    fn what_is_damaged_on_the_way_costs_a_tablet_its_place_until_the_next_bundle_holds() {
        let (device, home, elsewhere) = (Hex([1; 16]), IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let known = Known::default();
        known.misused(device, home);
        assert!(known.all().is_empty(), "nobody gets into the list without a key");
        known.proved(device, home);
        assert!(known.is_trusted(device, home) && known.is_trusted(device, elsewhere));
        known.misused(device, elsewhere);
        assert!(known.is_trusted(device, home) && !known.is_trusted(device, elsewhere));
        known.misused(device, home);
        assert!(!known.is_trusted(device, home));
        known.proved(device, home);
        assert!(known.is_trusted(device, home) && !known.is_trusted(device, elsewhere));
    }
}
