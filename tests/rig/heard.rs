//! What tablets told the district of their epochs, kept apart from the district: the sum that "at least k missing" must be.

use hailong::domain::hex::{DeviceId, EpochId, Hash, Hex};
use hailong::wire::bundle::{Bundle, Line, Tip};
use hailong::wire::keys::sha256;
use hailong::wire::record::Parsed;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// Ballots by device and epoch.
pub type Ballots = BTreeMap<(DeviceId, EpochId), u64>;

/// Whose ballots.
type Of = (DeviceId, EpochId);

/// One thing said: when, of which epoch, how many ballots, and whether the district answered that it has stored it.
struct Said {
    at: i64,
    of: Of,
    ballots: u64,
    seq: u64,
    stored: bool,
}

/// Where an epoch begins: what is told of it by its first record.
#[derive(Clone, Copy)]
struct Beginning {
    draft: bool,
    prev: Option<(EpochId, u64)>,
    mark: Option<EpochId>,
}

/// What the district has of an epoch, read with plain SQL.
#[derive(Clone, Copy, Default)]
struct Held {
    /// In which order epochs were heard of.
    no: i64,
    /// Ballots and holes.
    ballots: u64,
    opened: bool,
    /// What follows its beginning is a ballot.
    first_is_ballot: bool,
}

#[derive(Default)]
pub struct Heard {
    beginnings: BTreeMap<Of, Beginning>,
    /// What each bundle says, by its bytes.
    bundles: BTreeMap<Hash, Vec<(Of, Tip)>>,
    said: Vec<Said>,
}

impl Heard {
    /// A tablet sends this: its header's tip and mark, and what its `open` records repeat.
    pub fn read(&mut self, body: &[u8], bundle: &Bundle) {
        let header = &bundle.header;
        let mut tips = vec![header.tip, header.mark];
        for (run, lines) in bundle.runs().filter(|(run, _)| run.first == 0) {
            if let Some(Line::Record(bytes)) = lines.first()
                && let Parsed::Open(open) = Parsed::of(bytes)
            {
                tips.extend([open.prev, open.mark]);
                let beginning = Beginning {
                    draft: open.draft,
                    prev: open.prev.map(|prev| (prev.epoch, prev.seq)),
                    mark: open.mark.map(|mark| mark.epoch),
                };
                self.beginnings.insert((header.device, run.epoch), beginning);
            }
        }
        let says = tips
            .into_iter()
            .flatten()
            .map(|tip| ((header.device, tip.epoch), tip))
            .collect();
        self.bundles.insert(sha256(&[body]), says);
    }

    /// It arrived; `stored`: the district has answered that it is on its disk.
    pub fn arrived(&mut self, at: i64, body: &[u8], stored: bool) {
        for (of, tip) in self.bundles.get(&sha256(&[body])).into_iter().flatten().copied() {
            self.said.push(Said {
                at,
                of,
                ballots: tip.ballots,
                seq: tip.seq,
                stored,
            });
        }
    }

    /// The district went back to a copy: what it heard after that, it may have forgotten.
    pub fn went_back_to(&mut self, made: i64) {
        self.said
            .iter_mut()
            .filter(|said| said.at >= made)
            .for_each(|said| said.stored = false);
    }

    /// Ballots missing at least by the rule of the protocol (§10), with what was surely stored and with all that ever arrived:
    /// over every epoch named the largest count named, minus ballots and holes held, minus drafts cast again elsewhere.
    pub fn missing(&self, dir: &Path) -> (Ballots, Ballots) {
        let held = held(dir);
        let found = self.found_drafts(&held);
        let missing = |sure: bool| {
            let mut most: BTreeMap<Of, (u64, u64)> = BTreeMap::new();
            for said in self.said.iter().filter(|said| said.stored || !sure) {
                let of = most.entry(said.of).or_default();
                *of = (said.ballots.max(of.0), said.seq.max(of.1));
            }
            let left = most.into_iter().map(|(of, (ballots, seq))| {
                let own = held.get(&of).copied().unwrap_or_default();
                let counted = own.ballots - u64::from(found.iter().any(|(found, _)| *found == of));
                let again = self.cast_again(of, seq, &held, &found);
                (of, ballots.saturating_sub(counted + again))
            });
            left.filter(|(_, ballots)| *ballots > 0).collect()
        };
        (missing(true), missing(false))
    }

    /// How many ballots of an epoch, of which every place was told, may be held as drafts cast again elsewhere.
    pub fn may_be_cast_again(&self, of: Of, dir: &Path) -> u64 {
        let held = held(dir);
        self.cast_again(of, u64::MAX, &held, &self.found_drafts(&held))
    }

    /// Epochs that began with a draft, which is held.
    fn found_drafts(&self, held: &BTreeMap<Of, Held>) -> Vec<(Of, Beginning)> {
        let is_held = |of: &Of| held.get(of).is_some_and(|held| held.opened && held.first_is_ballot);
        let found = self
            .beginnings
            .iter()
            .filter(|(of, begins)| begins.draft && is_held(of));
        found.map(|(of, begins)| (*of, *begins)).collect()
    }

    /// How many of an epoch's ballots may be held as drafts that other epochs of its device began with.
    fn cast_again(&self, of: Of, seq: u64, held: &BTreeMap<Of, Held>, found: &[(Of, Beginning)]) -> u64 {
        let others = || found.iter().filter(|(found, _)| found.0 == of.0 && found.1 != of.1);
        let later = others().filter(|(_, begins)| begins.prev.is_some_and(|prev| prev.0 == of.1 && prev.1 < seq));
        let own = held.get(&of).copied().unwrap_or_default();
        let beside = match self.beginnings.get(&of).filter(|_| own.opened) {
            Some(begins) => others().any(|(_, other)| other.prev == begins.prev),
            None => others().any(|(found, other)| held[found].no > own.no || other.mark == Some(of.1)),
        };
        later.count() as u64 + u64::from(beside)
    }
}

fn held(dir: &Path) -> BTreeMap<Of, Held> {
    let conn = Connection::open(dir.join(hailong::store::FILE)).unwrap();
    let sql = "select d.id, e.id, e.no, coalesce(sum(r.kind in (1, 6)), 0), coalesce(sum(r.seq = 0 and r.kind = 0), 0),
                 coalesce(sum(r.seq = 1 and r.kind = 1), 0)
               from epoch e join device d on d.no = e.device_no left join record r on r.epoch_no = e.no group by e.no";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let held = Held {
            no: row.get(2)?,
            ballots: row.get(3)?,
            opened: row.get(4)?,
            first_is_ballot: row.get(5)?,
        };
        Ok(((Hex(row.get(0)?), Hex(row.get(1)?)), held))
    });
    rows.unwrap().map(Result::unwrap).collect()
}
