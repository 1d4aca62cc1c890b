//! Which tablets the page lists, in which order.

use super::{
    super::{
        overview::{DeviceLine, Quiet},
        page::Page,
    },
    signs,
};
use std::collections::BTreeMap;

/// A tablet and what there is to note about it.
pub(super) struct Noted {
    pub(super) device: DeviceLine,
    /// `true`: somebody should do something.
    pub(super) signs: Vec<(bool, String)>,
}

impl Noted {
    fn is(&self, show: Show) -> bool {
        let revoked = self.device.state == Quiet::Revoked;
        match show {
            Show::All => true,
            Show::Look => !revoked && self.signs.iter().any(|(bad, _)| *bad),
            Show::Silent => self.device.state == Quiet::Silent,
            Show::Revoked => revoked,
        }
    }
}

/// Which tablets the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Show {
    #[default]
    All,
    /// Somebody should do something about them.
    Look,
    Silent,
    Revoked,
}

impl Show {
    const EACH: [Self; 4] = [Self::All, Self::Look, Self::Silent, Self::Revoked];

    /// None that we know: all.
    pub(super) fn parse(name: &str) -> Self {
        Self::EACH
            .into_iter()
            .find(|show| show.name() == name)
            .unwrap_or_default()
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Look => "look",
            Self::Silent => "silent",
            Self::Revoked => "revoked",
        }
    }
}

/// What the page shows of the tablets: one hundred of those that were asked for, and how many there are of each sort.
pub(super) struct List {
    pub(super) rows: Vec<Noted>,
    pub(super) counts: Vec<(Show, u64)>,
    pub(super) show: Show,
    /// Tablets in use by counter and unit.
    pub(super) in_use: BTreeMap<(String, String), u64>,
}

impl List {
    /// How many there are of the sort that is shown.
    pub(super) fn shown(&self) -> u64 {
        let own = self.counts.iter().find(|(show, _)| *show == self.show);
        own.map_or(0, |(_, n)| *n)
    }

    /// Those that need a look first, those out of use last.
    pub(super) fn of(page: &Page, devices: Vec<DeviceLine>, show: Show) -> Self {
        let mut in_use = BTreeMap::new();
        for device in devices.iter().filter(|device| device.state != Quiet::Revoked) {
            *in_use.entry((device.counter.clone(), device.unit.clone())).or_default() += 1;
        }
        let noted = |device| Noted {
            signs: signs::of(page, &device),
            device,
        };
        let mut rows: Vec<Noted> = devices.into_iter().map(noted).collect();
        let count = |show| (show, rows.iter().filter(|noted| noted.is(show)).count() as u64);
        let counts = Show::EACH.into_iter().map(count).collect();
        rows.retain(|noted| noted.is(show));
        rows.sort_by_key(|noted| match noted.device.state {
            Quiet::Revoked => 3,
            _ if noted.is(Show::Look) => 0,
            Quiet::Silent => 1,
            Quiet::InUse => 2,
        });
        Self {
            rows,
            counts,
            show,
            in_use,
        }
    }
}
