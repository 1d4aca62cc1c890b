//! The tables against each other: bodies and leaves, states and decisions, counts and rollups.

use super::{Names, Report, beside, logged::Covered};
use crate::{
    domain::{hex::Hex, survey::Survey},
    store::{
        Result, body,
        exclusions::{self, Exclusion, Fact},
        rollup::{self, Cell, Facts},
        state::{LineKind, State},
        sum::Sum,
    },
    wire::{chain, record::Parsed, survey_id},
};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

/// The sums of one day at one counter: from the rows, and from the rollups.
#[derive(Default)]
struct Day {
    rows: Sums,
    rollup: Sums,
    /// A body is gone by retention: survey, moment, field and answers of that day can't be recomputed.
    lost: bool,
}

#[derive(Default, PartialEq, Eq)]
struct Sums {
    fine: Sum,
    coarse: Sum,
    /// Like `fine`, whatever the release, and without what retention took.
    kept: Sum,
}

struct Tables<'a> {
    conn: &'a Connection,
    names: &'a Names,
    words: HashMap<String, i64>,
    surveys: HashMap<[u8; 32], (i64, Option<Survey>)>,
    retained: Vec<(i64, i64)>,
    standing: Vec<Exclusion>,
    /// What the log says that retention took.
    retained_sum: Sum,
    days: BTreeMap<(i64, i64), Day>,
    covered: Covered,
}

/// One row of `record` or `conflict`.
struct Line {
    epoch_no: i64,
    seq: i64,
    leaf: [u8; 32],
    kind: i64,
    state: i64,
    day: i64,
    hour: i64,
    counter_no: i64,
    marks: i64,
    pos: i64,
    /// Its body: see [`body`].
    stored: Option<Vec<u8>>,
    /// State, day, hour and position of the newest decision.
    decided: Option<(i64, i64, i64, i64)>,
}

const RECORDS: &str = "select r.epoch_no, r.seq, r.leaf, r.kind, r.state, r.day, r.hour, r.counter_no, r.pos, b.bytes,
    d.to_state, d.day, d.hour, d.pos, r.marks
  from record r left join body b on b.epoch_no = r.epoch_no and b.seq = r.seq
  left join decision d on d.no = (select max(no) from decision where epoch_no = r.epoch_no and seq = r.seq)
  order by r.epoch_no, r.seq";
const CONFLICTS: &str =
    "select epoch_no, seq, leaf, kind, state, day, hour, counter_no, pos, bytes, null, null, null, null, marks
  from conflict order by no";

pub(super) fn check(conn: &Connection, names: &Names, covered: &Covered, report: &mut Report) -> Result<()> {
    let mut tables = Tables::load(conn, names, covered, report)?;
    tables.lines(RECORDS, false, report)?;
    tables.lines(CONFLICTS, true, report)?;
    if tables.covered.rows != covered.rows || tables.covered.sum != covered.sum {
        tables.uncovered(report)?;
    }
    tables.rollups(report)?;
    beside::decisions(conn, names, report)?;
    beside::visits(conn, names, report)?;
    beside::openings(conn, names, report)?;
    beside::counts(conn, names, report)
}

impl<'a> Tables<'a> {
    fn load(conn: &'a Connection, names: &'a Names, covered: &Covered, report: &mut Report) -> Result<Self> {
        let mut words = HashMap::new();
        let mut rows = conn.prepare("select text, no from word")?;
        for row in rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (text, no): (String, i64) = row?;
            words.insert(text, no);
        }
        let mut surveys = HashMap::new();
        let mut rows = conn.prepare("select id, no, doc from survey")?;
        for row in rows.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?))
        })? {
            let (id, no, doc) = row?;
            let own = |doc: &str| serde_json::from_str(doc).is_ok_and(|doc| survey_id(&doc).0 == id);
            if doc.as_deref().is_some_and(|doc| !own(doc)) {
                report.broken(
                    "survey",
                    format!("survey/{}", Hex(id)),
                    "its text is not the one of this name",
                );
            }
            surveys.insert(id, (no, doc.and_then(|doc| Survey::parse(doc.as_bytes()).ok())));
        }
        let mut rows = conn.prepare("select before_day, upto from retention")?;
        let retained = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self {
            retained_sum: covered.retained,
            retained: retained.collect::<std::result::Result<_, _>>()?,
            standing: exclusions::standing(conn)?,
            conn,
            names,
            words,
            surveys,
            days: BTreeMap::new(),
            covered: Covered::default(),
        })
    }

    fn lines(&mut self, sql: &str, conflict: bool, report: &mut Report) -> Result<()> {
        let mut rows = self.conn.prepare(sql)?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let decided: Option<i64> = row.get(10)?;
            let line = Line {
                epoch_no: row.get(0)?,
                seq: row.get(1)?,
                leaf: row.get(2)?,
                kind: row.get(3)?,
                state: row.get(4)?,
                day: row.get(5)?,
                hour: row.get(6)?,
                counter_no: row.get(7)?,
                pos: row.get(8)?,
                stored: row.get(9)?,
                marks: row.get(14)?,
                decided: match decided {
                    Some(state) => Some((state, row.get(11)?, row.get(12)?, row.get(13)?)),
                    None => None,
                },
            };
            report.records += u64::from(!conflict);
            report.ballots += u64::from(!conflict && line.kind == LineKind::Ballot.code());
            self.covered.rows += 1;
            self.covered
                .sum
                .add(&[line.epoch_no, line.seq, line.pos, i64::from(conflict)], 1);
            self.line(&line, report)?;
        }
        Ok(())
    }

    fn line(&mut self, line: &Line, report: &mut Report) -> Result<()> {
        let place = || self.names.place(line.epoch_no, line.seq);
        let bytes = line.stored.as_deref().map(body::unpack);
        let bytes = bytes.as_ref().map(std::result::Result::as_deref);
        let parsed = match bytes {
            Some(Ok(bytes)) => Some(Parsed::of(bytes)),
            _ => None,
        };
        match bytes {
            Some(Err(_)) => report.broken("body", place(), "the bytes can't be unpacked"),
            Some(Ok(bytes)) if chain::leaf(bytes).0 != line.leaf => {
                report.broken("leaf", place(), "the bytes are not those of the leaf");
            }
            Some(Ok(_)) => {}
            None if line.kind == LineKind::Hole.code() => {}
            None if self
                .retained
                .iter()
                .any(|(before, upto)| line.day < *before && line.pos <= *upto) => {}
            None => report.broken("body", place(), "the bytes are missing and no retention covers them"),
        }
        let ballot = match &parsed {
            Some(Parsed::Ballot(ballot)) => Some(ballot.as_ref()),
            _ => None,
        };
        let is_ballot = line.kind == LineKind::Ballot.code();
        let practice = line.state == State::Practice.code();
        if parsed.is_some()
            && (ballot.is_some() != is_ballot
                || ballot.is_some_and(|b| b.practice != practice && line.state != State::QuarantinedConflict.code()))
        {
            report.broken("state", place(), "the record does not count as its bytes say");
        }
        let (state, day, hour, pos) = line.decided.unwrap_or((line.state, line.day, line.hour, line.pos));
        let Some(state) = State::from_code(state) else {
            report.broken("state", place(), "an unknown state");
            return Ok(());
        };
        let fact = Fact {
            counter_no: line.counter_no,
            device_no: self.names.device_no(line.epoch_no),
            day,
            hour,
            marks: line.marks,
            pos,
        };
        let (state, release) = match state {
            State::Counted => exclusions::placed(self.conn, &self.standing, &fact)?,
            state => (state, 0),
        };
        let facts = Facts {
            day,
            hour,
            counter_no: line.counter_no,
            state,
            release,
            device_no: fact.device_no,
        };
        let asked = ballot.and_then(|ballot| {
            let (no, survey) = self.surveys.get(&ballot.survey.0)?;
            Some((ballot, *no, survey.as_ref()))
        });
        let words = &self.words;
        let cells = rollup::cells(facts, asked, &mut |text| Ok(words.get(text).copied().unwrap_or(-1)))?;
        let sums = self.days.entry((day, line.counter_no)).or_default();
        let gone = is_ballot && ballot.is_none();
        sums.lost |= gone;
        for cell in &cells {
            add(&mut sums.rows, cell, 1);
            if !gone {
                sums.rows.kept.add_cell(cell, 1);
            }
        }
        Ok(())
    }

    fn rollups(&mut self, report: &mut Report) -> Result<()> {
        let mut rows = self.conn.prepare(
            "select day, counter_no, state, release, question, answer, survey_no, moment, field, device_no, hour, n
             from rollup",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let cell = Cell {
                day: row.get(0)?,
                counter_no: row.get(1)?,
                state: row.get(2)?,
                release: row.get(3)?,
                question: row.get(4)?,
                answer: row.get(5)?,
                survey_no: row.get(6)?,
                moment: row.get(7)?,
                field: row.get(8)?,
                device_no: row.get(9)?,
                hour: row.get(10)?,
            };
            let n: i64 = row.get(11)?;
            if n <= 0 {
                report.broken(
                    "rollup",
                    format!("rollup/{}/{}", cell.day, cell.counter_no),
                    "a count below 1",
                );
            }
            let sums = self.days.entry((cell.day, cell.counter_no)).or_default();
            add(&mut sums.rollup, &cell, n);
            sums.rollup.kept.add_cell(&cell, n);
        }
        let (mut rows, mut rollup, mut lost) = (self.retained_sum, Sum::default(), None);
        for ((day, counter), sums) in &self.days {
            if sums.lost {
                rows = rows.plus(sums.rows.kept);
                rollup = rollup.plus(sums.rollup.kept);
                lost = lost.or(Some(*day));
            }
            let same = if sums.lost {
                sums.rows.coarse == sums.rollup.coarse
            } else {
                sums.rows == sums.rollup
            };
            if !same {
                let date = crate::domain::time::LocalDay(*day).date();
                report.broken(
                    "rollup",
                    format!("rollup/{date}/{counter}"),
                    "the counts are not the sum of the records",
                );
            }
        }
        if let Some(day) = lost.filter(|_| rows != rollup) {
            let date = crate::domain::time::LocalDay(day).date();
            let detail = "the answers of days with deleted bodies, from this one on, are not those that were deleted";
            report.broken("rollup", format!("rollup/{date}"), detail);
        }
        Ok(())
    }

    /// Names the first record that no bundle in the log accounts for.
    fn uncovered(&self, report: &mut Report) -> Result<()> {
        let mut rows = self.conn.prepare(
            "select r.epoch_no, r.seq, l.body from record r left join log l on l.pos = r.pos and l.kind = 'bundle'
             order by r.epoch_no, r.seq",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (epoch_no, seq, body): (i64, i64, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let body: Option<serde_json::Value> = body.and_then(|body| serde_json::from_str(&body).ok());
            let epoch = self.names.epochs.get(&epoch_no).map(|(_, epoch, _)| epoch.to_string());
            let runs = body
                .as_ref()
                .and_then(|body| body.get("runs"))
                .and_then(|runs| runs.as_array());
            let brought = runs.into_iter().flatten().any(|run| {
                let number = |name| run.get(name).and_then(serde_json::Value::as_i64).unwrap_or(-1);
                run.get("epoch").and_then(serde_json::Value::as_str).map(str::to_owned) == epoch
                    && (number("first")..number("first").saturating_add(number("count"))).contains(&seq)
            });
            if !brought {
                report.broken(
                    "record",
                    self.names.place(epoch_no, seq),
                    "no bundle in the log brought this record",
                );
                return Ok(());
            }
        }
        report.broken(
            "record",
            "record",
            "the records are not those that the log's bundles brought",
        );
        Ok(())
    }
}

fn add(sums: &mut Sums, cell: &Cell, n: i64) {
    let c = cell;
    let coarse = [c.day, c.counter_no, c.state, c.release, c.device_no, c.hour];
    let fine = [c.question, c.answer, c.survey_no, c.moment, c.field];
    sums.fine.add(&[&coarse[..], &fine[..]].concat(), n);
    if c.question == 0 {
        sums.coarse.add(&coarse, n);
    }
}
