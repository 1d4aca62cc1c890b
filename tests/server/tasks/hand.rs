//! What these stories share.

use crate::support::{DAY, District, HOUR, MORNING};
use hailong::{
    domain::{ids::NodeId, settings::NodeSettings, tasks::Rule},
    store::{
        Store, places,
        tasks::{self, Task},
        verify::verify,
    },
};

/// Local midnight before `MORNING`, a Monday.
pub const MONDAY: i64 = MORNING - 9 * HOUR;

pub fn open(store: &Store) -> Vec<Task> {
    store
        .read(|conn| tasks::open(conn, &tasks::among(conn, None)?, 100))
        .unwrap()
}

/// The look of the morning so many days after Monday.
pub fn look(district: &District, day: i64) -> u64 {
    district.store.open_tasks(MONDAY + day * DAY + 60).unwrap()
}

pub fn node(district: &District) -> NodeId {
    district.store.read(places::nodes).unwrap()[0].id
}

pub fn rule(district: &District, rule: Option<Rule>, now: i64) {
    let node = node(district);
    let settings = NodeSettings {
        tasks: rule,
        ..NodeSettings::default()
    };
    district
        .store
        .write(move |tx| tx.set_settings(node, &settings, "lan", now))
        .unwrap();
}

pub fn sound(district: &District) {
    let report = verify(district.store.dir()).unwrap();
    assert_eq!(report.broken, []);
}
