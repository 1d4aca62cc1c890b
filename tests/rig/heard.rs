//! What tablets told the district of their epochs, kept apart from the district: the sum that "at least k missing" must be.

use hailong::domain::hex::{DeviceId, EpochId, Hash, Hex};
use hailong::wire::bundle::{Bundle, Line};
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
    stored: bool,
}

#[derive(Default)]
pub struct Heard {
    /// What each bundle says, by its bytes.
    bundles: BTreeMap<Hash, Vec<(Of, u64)>>,
    said: Vec<Said>,
}

impl Heard {
    /// A tablet sends this: its header's tip and mark, and what its `open` records repeat.
    pub fn read(&mut self, body: &[u8], bundle: &Bundle) {
        let opens = bundle.lines.iter().filter_map(|line| match line {
            Line::Record(bytes) => match Parsed::of(bytes) {
                Parsed::Open(open) => Some([open.prev, open.mark]),
                _ => None,
            },
            Line::Hole(_) => None,
        });
        let header = &bundle.header;
        let tips = opens.flatten().chain([header.tip, header.mark]).flatten();
        let says = tips.map(|tip| ((header.device, tip.epoch), tip.ballots)).collect();
        self.bundles.insert(sha256(&[body]), says);
    }

    /// It arrived; `stored`: the district has answered that it is on its disk.
    pub fn arrived(&mut self, at: i64, body: &[u8], stored: bool) {
        for (of, ballots) in self.bundles.get(&sha256(&[body])).into_iter().flatten().copied() {
            self.said.push(Said {
                at,
                of,
                ballots,
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

    /// Ballots missing at least by the design's rule, with what was surely stored and with all that ever arrived: over every
    /// epoch named the largest count named minus ballots and holes held.
    pub fn missing(&self, dir: &Path) -> (Ballots, Ballots) {
        let held = held(dir);
        let missing = |sure: bool| {
            let mut most = Ballots::new();
            for said in self.said.iter().filter(|said| said.stored || !sure) {
                let of = most.entry(said.of).or_default();
                *of = said.ballots.max(*of);
            }
            for (of, ballots) in &mut most {
                *ballots = ballots.saturating_sub(held.get(of).copied().unwrap_or(0));
            }
            most.retain(|_, ballots| *ballots > 0);
            most
        };
        (missing(true), missing(false))
    }
}

/// What the district has, read with plain SQL: ballots (1) and holes (6).
fn held(dir: &Path) -> Ballots {
    let conn = Connection::open(dir.join(hailong::store::FILE)).unwrap();
    let sql = "select d.id, e.id, count(*) from record r join epoch e on e.no = r.epoch_no
               join device d on d.no = e.device_no where r.kind in (1, 6) group by 1, 2";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok(((Hex(row.get(0)?), Hex(row.get(1)?)), row.get(2)?)));
    rows.unwrap().map(Result::unwrap).collect()
}
