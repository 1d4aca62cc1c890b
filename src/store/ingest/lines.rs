//! Storing the lines of one bundle.

mod days;
mod known;

use super::{
    super::{
        Result, StoreError, WriteTx, alarms,
        devices::Device,
        state::{LineKind, State, marks},
        surveys,
    },
    judge::{self, Clocks, Verdict},
    prepared::Seen,
    tally::{Counted, Tally},
};
use crate::{
    domain::{
        ballot::Ballot,
        hex::{Hash, Hex},
        ids::CounterId,
        time::LocalDay,
    },
    wire::{
        bundle::{Line, Run, Tip},
        keys::sha256,
        record::{Day, Note, Open, Parsed},
    },
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What is the same for all lines of a bundle, and what was gathered on the way.
pub(super) struct Lines<'a> {
    tx: &'a WriteTx<'a>,
    device: &'a Device,
    clocks: Clocks,
    /// The position the bundle's log entry will have.
    pos: i64,
    hour: i64,
    /// Counters the device may bring ballots of; looked up when a ballot names another one than its own.
    allowed: Option<HashSet<i64>>,
    /// What counters ask today, by number.
    current: HashMap<i64, Hash>,
    today: LocalDay,
    surveys: HashMap<Hash, surveys::Known>,
    counters: HashMap<CounterId, i64>,
    /// Lines that were not held before.
    pub(super) new: u64,
    /// Ballots among them.
    pub(super) new_ballots: u64,
    /// Epochs whose place among the others may have changed.
    pub(super) touched: BTreeSet<i64>,
    /// Tips that the lines name.
    pub(super) named: Vec<Tip>,
    /// What the device tells of itself.
    pub(super) notes: Vec<Note>,
    tally: Tally,
    rows: Vec<u8>,
}

/// What a run adds to its epoch's counts.
#[derive(Default)]
struct Added {
    records: i64,
    ballots: i64,
    holes: i64,
    last_seq: i64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(tx: &'a WriteTx<'a>, device: &'a Device, clocks: Clocks, pos: i64, hour: i64) -> Result<Self> {
        Ok(Self {
            allowed: None,
            current: HashMap::new(),
            today: LocalDay::of(hour),
            tx,
            device,
            clocks,
            pos,
            hour,
            surveys: HashMap::new(),
            counters: HashMap::new(),
            new: 0,
            new_ballots: 0,
            touched: BTreeSet::new(),
            named: Vec::new(),
            notes: Vec::new(),
            tally: Tally::new(device.no, pos),
            rows: Vec::new(),
        })
    }

    /// Stores a run's lines. Answers the leaves that differ from the record held under the same key, by seq.
    pub(super) fn run<'b>(
        &mut self,
        run: &Run,
        lines: impl Iterator<Item = (&'b Line, &'b Seen)>,
    ) -> Result<BTreeMap<u64, Hash>> {
        let epoch_no = super::epoch_number(self.tx.conn, self.device.no, run.epoch)?;
        let held = self.held(
            epoch_no,
            to_i64(run.first)?,
            to_i64(run.first.saturating_add(run.count))?,
        )?;
        let (mut other, mut added) = (BTreeMap::new(), Added::default());
        for (seq, (line, seen)) in (run.first..).zip(lines) {
            let key = to_i64(seq)?;
            match held.get(&key) {
                None => self.record(epoch_no, key, line, seen, &mut added)?,
                Some(held) if *held == seen.leaf => {}
                Some(_) => {
                    other.insert(seq, seen.leaf);
                    self.conflict(epoch_no, key, line, seen)?;
                }
            }
        }
        if added.records > 0 {
            self.touched.insert(epoch_no);
            self.tx
                .conn
                .prepare_cached(
                    "update epoch set records = records + ?2, ballots = ballots + ?3, holes = holes + ?4,
                       last_seq = max(last_seq, ?5) where no = ?1",
                )?
                .execute((epoch_no, added.records, added.ballots, added.holes, added.last_seq))?;
        }
        Ok(other)
    }

    /// Writes the counts. Call it after the last run.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.tally.write(self.tx.conn)
    }

    /// Hash over the rows that this bundle added, in their order: `verify` recomputes it, so that a row that is
    /// changed later shows.
    pub(super) fn digest(&self) -> Hash {
        sha256(&[b"hailong/1/rows\0", &self.rows])
    }

    /// The leaves held of an epoch from `first` up to before `end`.
    fn held(&self, epoch_no: i64, first: i64, end: i64) -> Result<HashMap<i64, Hash>> {
        let mut rows = self
            .tx
            .conn
            .prepare_cached("select seq, leaf from record where epoch_no = ?1 and seq >= ?2 and seq < ?3")?;
        let rows = rows.query_map((epoch_no, first, end), |row| Ok((row.get(0)?, Hex(row.get(1)?))))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    fn record(&mut self, epoch_no: i64, seq: i64, line: &Line, seen: &Seen, added: &mut Added) -> Result<()> {
        let (conn, leaf, parsed) = (self.tx.conn, &seen.leaf, seen.parsed.as_ref());
        let mut verdict = self.judge(parsed, line)?;
        if verdict.kind == LineKind::Day && self.told_before((epoch_no, seq), &verdict)? {
            verdict.marks |= marks::TOLD_BEFORE;
        }
        if let Some(Parsed::Ballot(ballot)) = parsed
            && !self.first_cast(ballot)?
        {
            // What was tried out has nothing to decide about, however often it comes.
            if verdict.state != State::Practice {
                verdict.state = State::QuarantinedConflict;
            }
            let detail = "the same visit came before under another key: a draft that a roll-back brought back";
            self.alarm("conflict", epoch_no, seq, detail)?;
        }
        conn.prepare_cached(
            "insert into record (epoch_no, seq, leaf, kind, state, day, hour, counter_no, marks, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            epoch_no,
            seq,
            leaf.0,
            verdict.kind.code(),
            verdict.state.code(),
            verdict.day,
            verdict.hour,
            verdict.counter_no,
            verdict.marks,
            self.pos,
        ))?;
        if let Some(packed) = &seen.packed {
            conn.prepare_cached("insert into body (epoch_no, seq, bytes) values (?1, ?2, ?3)")?
                .execute((epoch_no, seq, packed))?;
        }
        added.records += 1;
        added.ballots += i64::from(verdict.kind == LineKind::Ballot);
        added.holes += i64::from(verdict.kind == LineKind::Hole);
        added.last_seq = seq;
        self.note(epoch_no, seq, &verdict, parsed, line)?;
        self.count(&verdict, parsed, Some((epoch_no, seq)))?;
        self.added(epoch_no, seq, leaf, &verdict);
        Ok(())
    }

    /// Whether this visit of the device is new. A tablet whose disk went back to a draft casts it once more, in another
    /// epoch: kept, but not counted twice.
    fn first_cast(&self, ballot: &Ballot) -> Result<bool> {
        let sql = "insert into visit_cast (device_no, salt) values (?1, ?2) on conflict do nothing";
        let salt = ballot.salt.0.get(..8).unwrap_or_default();
        Ok(self.tx.conn.prepare_cached(sql)?.execute((self.device.no, salt))? == 1)
    }

    fn conflict(&mut self, epoch_no: i64, seq: i64, line: &Line, seen: &Seen) -> Result<()> {
        let (conn, leaf, parsed) = (self.tx.conn, &seen.leaf, seen.parsed.as_ref());
        let mut verdict = self.judge(parsed, line)?;
        if verdict.state != State::None {
            verdict.state = State::QuarantinedConflict;
        }
        let bytes = match line {
            Line::Record(bytes) => Some(bytes),
            Line::Hole(_) => None,
        };
        let added = conn
            .prepare_cached(
                "insert into conflict (epoch_no, seq, leaf, bytes, kind, state, day, hour, counter_no, marks, pos)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) on conflict (epoch_no, seq, leaf) do nothing",
            )?
            .execute((
                epoch_no,
                seq,
                leaf.0,
                bytes,
                verdict.kind.code(),
                verdict.state.code(),
                verdict.day,
                verdict.hour,
                verdict.counter_no,
                verdict.marks,
                self.pos,
            ))?;
        if added == 0 {
            return Ok(());
        }
        conn.prepare_cached("update epoch set conflicts = conflicts + 1 where no = ?1")?
            .execute([epoch_no])?;
        self.alarm(
            "conflict",
            epoch_no,
            seq,
            &format!("another line came with leaf {leaf}"),
        )?;
        self.count(&verdict, parsed, None)?;
        self.added(epoch_no, seq, leaf, &verdict);
        Ok(())
    }

    fn judge(&mut self, parsed: Option<&Parsed>, line: &Line) -> Result<Verdict> {
        if let Some(Parsed::Ballot(ballot)) = parsed {
            let known = self.known(ballot)?;
            return Ok(judge::ballot(ballot, known, &self.clocks));
        }
        let day = match (parsed, line) {
            (Some(Parsed::Other(kind)), Line::Record(bytes)) if kind == "day" => serde_json::from_slice(bytes).ok(),
            _ => None,
        };
        Ok(judge::other(parsed, day.as_ref(), self.device.counter_no, &self.clocks))
    }

    /// Adds the line to the rollups; a record that waits for its survey also to the work list.
    fn count(&mut self, verdict: &Verdict, parsed: Option<&Parsed>, record: Option<(i64, i64)>) -> Result<()> {
        let conn = self.tx.conn;
        let line = Counted {
            day: verdict.day,
            hour: verdict.hour,
            counter_no: verdict.counter_no,
            state: verdict.state,
        };
        let survey = match parsed {
            Some(Parsed::Ballot(ballot)) => Some((ballot, self.survey(ballot.survey)?)),
            _ => None,
        };
        let asked = survey
            .as_ref()
            .map(|(b, known)| (b.as_ref(), known.no, known.survey.as_deref()));
        self.tally.add(conn, line, asked)?;
        if let (State::UnreadSurvey, Some((epoch_no, seq)), Some((_, survey_no, _))) = (verdict.state, record, asked) {
            conn.prepare_cached("insert into unread (device_no, survey_no, epoch_no, seq) values (?1, ?2, ?3, ?4)")?
                .execute((self.device.no, survey_no, epoch_no, seq))?;
        }
        Ok(())
    }

    /// What a new record tells beside ratings: where its epoch came from, the visits of a day, that it is damaged.
    fn note(&mut self, epoch_no: i64, seq: i64, verdict: &Verdict, parsed: Option<&Parsed>, line: &Line) -> Result<()> {
        match (parsed, line) {
            (None, _) => self.alarm("hole", epoch_no, seq, "the tablet can't read this record any more"),
            (Some(Parsed::Malformed(why)), _) => {
                let why: String = why.chars().take(200).collect();
                self.alarm("malformed", epoch_no, seq, &why)
            }
            (Some(Parsed::Open(open)), _) if seq == 0 => self.opening(epoch_no, open),
            (Some(Parsed::Other(kind)), Line::Record(bytes)) if kind == "note" => {
                self.notes.extend(serde_json::from_slice::<Note>(bytes));
                Ok(())
            }
            (Some(Parsed::Other(kind)), Line::Record(bytes)) if kind == "day" => {
                let Ok(day) = serde_json::from_slice::<Day>(bytes) else {
                    return Ok(());
                };
                self.tx
                    .conn
                    .prepare_cached(
                        "insert into visit_day (epoch_no, seq, day, device_no, counter_no, started, abandoned, cast_count, comments)
                         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    )?
                    .execute((
                        epoch_no,
                        seq,
                        verdict.day,
                        self.device.no,
                        verdict.counter_no,
                        day.started,
                        day.abandoned,
                        day.cast,
                        day.comments,
                    ))?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn opening(&mut self, epoch_no: i64, open: &Open) -> Result<()> {
        let conn = self.tx.conn;
        let number = |tip: Option<Tip>| {
            tip.map(|tip| super::epoch_number(conn, self.device.no, tip.epoch))
                .transpose()
        };
        let (prev_no, mark_no) = (number(open.prev)?, number(open.mark)?);
        let why = serde_json::to_value(open.why).ok();
        conn.prepare_cached(
            "insert into opening (epoch_no, prev_epoch_no, prev_seq, prev_head, why, draft, mark_epoch_no)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            epoch_no,
            prev_no,
            open.prev.map(|prev| i64::try_from(prev.seq).unwrap_or(i64::MAX)),
            open.prev.map(|prev| prev.head.0),
            why.as_ref().and_then(|why| why.as_str()).unwrap_or("unknown"),
            open.draft,
            mark_no,
        ))?;
        self.named.extend(open.prev.into_iter().chain(open.mark));
        self.touched.extend(prev_no);
        Ok(())
    }

    fn alarm(&mut self, kind: &str, epoch_no: i64, seq: i64, detail: &str) -> Result<()> {
        alarms::raise(self.tx.conn, kind, self.device.no, epoch_no, seq, detail, self.hour).map(drop)
    }

    fn added(&mut self, epoch_no: i64, seq: i64, leaf: &Hash, verdict: &Verdict) {
        self.new += 1;
        self.new_ballots += u64::from(verdict.kind == LineKind::Ballot);
        push_row(&mut self.rows, epoch_no, seq, leaf, verdict);
    }
}

/// The bytes of a row in the digest.
fn push_row(rows: &mut Vec<u8>, epoch_no: i64, seq: i64, leaf: &Hash, v: &Verdict) {
    rows.extend_from_slice(&row_bytes(
        leaf,
        [
            epoch_no,
            seq,
            v.kind.code(),
            v.state.code(),
            v.day,
            v.hour,
            v.counter_no,
            v.marks,
        ],
    ));
}

/// A row as the digest of its bundle's log entry has it: leaf, then epoch number, seq, kind, state, day, hour, counter
/// number and marks as big-endian 64-bit integers.
pub(in crate::store) fn row_bytes(leaf: &Hash, numbers: [i64; 8]) -> Vec<u8> {
    let mut bytes = leaf.0.to_vec();
    numbers.iter().for_each(|n| bytes.extend_from_slice(&n.to_be_bytes()));
    bytes
}

pub(super) fn to_i64(seq: u64) -> Result<i64> {
    i64::try_from(seq).map_err(|_| StoreError::Invalid("a sequence number beyond 2^63".into()))
}
