//! Which tablets the page lists, in which order.

use super::{
    super::{
        overview::{DeviceLine, Quiet},
        page::Page,
    },
    signs,
};
use crate::domain::ids::NodeId;
use std::collections::BTreeMap;

/// A tablet and what there is to note about it.
pub(super) struct Noted {
    pub(super) device: DeviceLine,
    /// `true`: somebody should do something.
    pub(super) signs: Vec<(bool, String)>,
}

impl Noted {
    fn is(&self, show: Show) -> bool {
        is(show, &self.device, &self.signs)
    }
}

fn is(show: Show, device: &DeviceLine, signs: &[(bool, String)]) -> bool {
    let revoked = device.state == Quiet::Revoked;
    match show {
        Show::All => true,
        Show::Look => !revoked && signs.iter().any(|(bad, _)| *bad),
        Show::Silent => device.state == Quiet::Silent,
        Show::Revoked => revoked,
    }
}

/// How many of a unit's tablets need a look and how many are silent, each in words and with the list of them; nothing
/// where there are none. A tablet may be both.
pub(in super::super) fn to_see(page: &Page, devices: &[DeviceLine], node: Option<NodeId>) -> Vec<(String, String)> {
    let signs: Vec<_> = devices.iter().map(|device| signs::of(page, device)).collect();
    let line = |show| {
        let of_it = devices
            .iter()
            .zip(&signs)
            .filter(|(device, signs)| is(show, device, signs));
        let count = of_it.count() as u64;
        let n = page.lang.number(count);
        let words = match show {
            Show::Silent => page.say(
                format!("{n} máy mất liên lạc trên 1 ngày"),
                format!("Tablets silent for over a day: {n}"),
            ),
            _ => page.say(format!("{n} máy cần xem"), format!("Tablets to look at: {n}")),
        };
        let list = format!("/admin/devices?show={}{}", show.name(), of_node(node));
        (count > 0).then_some((list, words))
    };
    [Show::Look, Show::Silent].into_iter().filter_map(line).collect()
}

/// The end of an address that says of which unit.
pub(super) fn of_node(node: Option<NodeId>) -> String {
    node.map(|node| format!("&node={node}")).unwrap_or_default()
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
    /// The unit that was asked for.
    pub(super) node: Option<NodeId>,
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
    pub(super) fn of(page: &Page, devices: Vec<DeviceLine>, show: Show, node: Option<NodeId>) -> Self {
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
            node,
            in_use,
        }
    }
}
