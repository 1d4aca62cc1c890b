//! What a person decides about ballots, always about many at once and always with a reason: flags and exclusions, and
//! the ballots that came but are in no figure.

mod exclusions;
mod sentences;
mod waiting;

pub(super) use exclusions::{add, page, undo};
pub(super) use waiting::{page as waiting_page, settle};

use crate::{
    domain::hex::DeviceId,
    store::{figures::Scope, places::Counter},
};

/// "Quầy 1, Xã Mẫu"; a counter that is not of this scope has no name here.
fn counter_name(scope: &Scope, counter_no: i64) -> Option<String> {
    let counter = scope.counters.iter().find(|counter| counter.no == counter_no)?;
    Some(name(scope, counter))
}

fn name(scope: &Scope, counter: &Counter) -> String {
    let unit = scope.nodes.iter().find(|node| node.id == counter.node);
    match unit {
        Some(unit) => format!("{}, {}", counter.name, unit.name),
        None => counter.name.clone(),
    }
}

/// The first characters of a tablet's id: enough to tell the few of one place apart.
fn short(id: DeviceId) -> String {
    id.to_string().chars().take(8).collect()
}
