//! What a publication changed at the counters it is for.
//!
//! Two publications have to do with each other only where a counter is of both: what a neighbour asks is nothing to it,
//! and a pilot at one counter is no earlier version of the others.

use crate::{
    domain::{
        hex::Hash,
        ids::{CounterId, NodeId},
        time::LocalDay,
    },
    store::{
        places::{Counter, MAX_DEPTH, Node},
        publications::{Place, Publication},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    iter::successors,
};

/// What a publication's counters asked before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Before {
    /// The other survey that most of those that changed asked last; where none changed, most of all. Of equally many the
    /// one that was published last.
    pub(super) survey: Option<Hash>,
    /// One of them asked this survey once, and another one since.
    pub(super) is_back: bool,
}

/// What was before each publication, by its number. They follow one another as for the tablets: by first day, then by
/// number. `nodes` are all there are, `counters` those that somebody sees, closed ones included.
pub(super) fn of(publications: &[Publication], nodes: &[Node], counters: &[Counter]) -> BTreeMap<i64, Before> {
    let holds = holdings(nodes, counters);
    // What each counter asked so far, without the same twice in a row.
    let mut asked: BTreeMap<CounterId, Vec<Hash>> = BTreeMap::new();
    let mut last: BTreeMap<Hash, (LocalDay, i64)> = BTreeMap::new();
    let mut before = BTreeMap::new();
    let mut order: Vec<&Publication> = publications.iter().collect();
    order.sort_by_key(|publication| (publication.from, publication.no));
    for publication in order {
        let survey = publication.survey;
        let here = publication.places.iter().filter_map(|place| holds.get(place)).flatten();
        let here: BTreeSet<CounterId> = here.copied().collect();
        let (mut others, mut is_back) = (BTreeMap::<Hash, (usize, usize)>::new(), false);
        for counter in here {
            let asked = asked.entry(counter).or_default();
            let changes = asked.last() != Some(&survey);
            if let Some(other) = asked.iter().rev().find(|other| **other != survey) {
                let (changed, all) = others.entry(*other).or_default();
                *changed += usize::from(changes);
                *all += 1;
            }
            if changes {
                is_back |= asked.contains(&survey);
                asked.push(survey);
            }
        }
        let most = others
            .into_iter()
            .max_by_key(|(other, n)| (*n, last.get(other).copied()));
        let survey_before = most.map(|(other, _)| other);
        before.insert(
            publication.no,
            Before {
                survey: survey_before,
                is_back,
            },
        );
        last.insert(survey, (publication.from, publication.no));
    }
    before
}

/// The counters of each place.
fn holdings(nodes: &[Node], counters: &[Counter]) -> BTreeMap<Place, Vec<CounterId>> {
    let parents: BTreeMap<NodeId, Option<NodeId>> = nodes.iter().map(|node| (node.id, node.parent)).collect();
    let mut holds: BTreeMap<Place, Vec<CounterId>> = BTreeMap::new();
    for counter in counters {
        let units = successors(Some(counter.node), |unit| parents.get(unit).copied().flatten()).take(MAX_DEPTH);
        let places = units
            .map(Place::Node)
            .chain([Place::Counter(counter.id), Place::District]);
        for place in places {
            holds.entry(place).or_default().push(counter.id);
        }
    }
    holds
}
