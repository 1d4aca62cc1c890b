//! A province in a folder: a unit for each commune, four counters in each, two years of ballots.
//!
//! Places and tablets come about through the store's own methods. The ballots are real ones (canonical bytes, leaves,
//! citizens of the swarm), but are written straight into the tables, in the order of their keys, with what the store would
//! have summed up beside them; half months and tallies are then made by the statements of the migrations. What is left out
//! is what no figure reads: signatures, receipts and the entries that brought the ballots. So `verify` would not accept
//! this folder; the figures of every round are compared with a `group by` over the bytes instead.

use hailong::domain::ballot::{Answer, Ballot, Ended, Moment, Pace, Took};
use hailong::domain::hex::{Hash, Hex};
use hailong::domain::ids::CounterId;
use hailong::domain::survey::{DEFAULT_SURVEY_JSON, Survey};
use hailong::domain::time::{Bucket, LocalDay};
use hailong::store::{CreateOptions, FILE, Store, WriteTx, body::pack, codes::Length, places};
use hailong::swarm::Citizens;
use hailong::wire::{VERSION, canon, chain, enrol, keys::Key, survey_id};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc;

/// As many communes as one province of 2026 has (domain.md §4).
const COMMUNES: usize = 124;
const COUNTERS: usize = 4;
/// Working days of the ballots, the last one yesterday.
const DAYS: i64 = 520;
const FIELDS: [Option<&str>; COUNTERS] = [Some("Hộ tịch"), Some("Chứng thực"), Some("Đất đai"), None];
/// 2026-11-23 09:00 in Asia/Ho_Chi_Minh, a Monday.
pub const NOW: i64 = 1_795_399_200;

/// Where the ballots of one counter come from.
struct Desk {
    no: i64,
    id: CounterId,
    moment: Moment,
    field: Option<&'static str>,
}

/// A row of the rollups: day, counter, question, answer, moment, field, hour; the rest is the same for all.
type Cell = (i64, i64, i64, i64, i64, i64, i64);

/// What one counter's tablet brought.
struct Brought {
    desk: usize,
    /// day, hour, marks, leaf, bytes; `None`: a day record with the visits of that day.
    lines: Vec<(i64, i64, i64, Hash, Option<String>)>,
    cells: HashMap<Cell, i64>,
}

/// Makes the folder.
pub fn make(dir: &Path, ballots: usize) {
    let began = NOW - 800 * 86_400;
    let store = Store::create(
        dir,
        CreateOptions {
            demo: false,
            now: began,
        },
    )
    .unwrap();
    let desks = store.write(move |tx| settle(tx, began)).unwrap();
    let desks: Vec<Desk> = desks
        .into_iter()
        .map(|(id, moment, field)| Desk {
            no: store.read(|conn| places::counter(conn, id)).unwrap().no,
            id,
            moment,
            field,
        })
        .collect();
    let survey_id = survey_id(&serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap());
    drop(store);
    let mut conn = Connection::open(dir.join(FILE)).unwrap();
    conn.execute_batch(
        "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -400000; pragma foreign_keys = off",
    )
    .unwrap();
    fill(&mut conn, &desks, survey_id, ballots);
    conn.execute_batch("pragma journal_mode = wal").unwrap();
}

type Settled = Vec<(CounterId, Moment, Option<&'static str>)>;

/// The places, and an enrolled tablet at each counter.
fn settle(tx: &WriteTx<'_>, now: i64) -> Result<Settled, hailong::store::StoreError> {
    let unit = |name: String, kind, parent| places::NewNode {
        name,
        kind: Some(kind),
        parent,
        contact: None,
    };
    let top = tx.add_node(&unit("Tỉnh Mẫu".into(), places::NodeKind::Province, None), now)?;
    let mut settled = Vec::new();
    for commune in 1..=COMMUNES {
        let node = tx.add_node(
            &unit(format!("Xã Mẫu Số {commune}"), places::NodeKind::Commune, Some(top)),
            now,
        )?;
        for desk in 0..COUNTERS {
            let moment = [Moment::Reception, Moment::Result][desk % 2];
            let counter = places::NewCounter {
                node,
                name: format!("Quầy {}", desk + 1),
                moment,
                field: FIELDS[desk].map(str::to_owned),
            };
            let id = tx.add_counter(&counter, now)?;
            let mut seed = [9; 32];
            seed[..8].copy_from_slice(&(settled.len() as u64).to_be_bytes());
            let request = enrol::Request {
                app: "bench".into(),
                certificate: None,
                code: Some(tx.make_code(id, Length::Sheet, now)?.code.grouped()),
                key: Key::from_seed(&seed).public(),
                nonce: Hex([0; 16]),
                v: VERSION,
            };
            tx.enrol(&request, now)?;
            settled.push((id, moment, FIELDS[desk]));
        }
    }
    Ok(settled)
}

/// The working days, oldest first.
fn working_days() -> Vec<i64> {
    let mut days: Vec<i64> = (0..)
        .map(|back| LocalDay::of(NOW).0 - 1 - back)
        .filter(|day| (day + 3) % 7 < 5)
        .take(DAYS as usize)
        .collect();
    days.reverse();
    days
}

fn word(conn: &Connection, text: &str) -> i64 {
    conn.execute(
        "insert or ignore into word (no, text) values ((select max(no) + 1 from word), ?1)",
        [text],
    )
    .unwrap();
    conn.query_row("select no from word where text = ?1", [text], |row| row.get(0))
        .unwrap()
}

fn fill(conn: &mut Connection, desks: &[Desk], survey_id: Hash, ballots: usize) {
    // What keeps sums in step costs more than making them once at the end; the statements come back as they were.
    let kept: Vec<(String, String, String)> = conn
        .prepare(
            "select type, name, sql from sqlite_master where type = 'trigger'
               or (type = 'index' and name in ('record_silent', 'record_place', 'rollup_uncounted', 'rollup_waiting'))",
        )
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (kind, name, _) in &kept {
        conn.execute_batch(&format!("drop {kind} {name}")).unwrap();
    }
    let survey = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
    let survey_no: i64 = conn
        .query_row("select no from survey where id = ?1", [survey_id.0], |row| row.get(0))
        .unwrap();
    let words = Words::of(conn, &survey);
    let days = working_days();
    let tx = conn.transaction().unwrap();
    let first_pos = positions(&tx, days.len() as i64);
    let mut cells: HashMap<Cell, i64> = HashMap::new();
    std::thread::scope(|threads| {
        let (sender, receiver) = mpsc::sync_channel(4);
        let (days, words, survey) = (&days, &words, &survey);
        threads.spawn(move || {
            for (place, desk) in desks.iter().enumerate() {
                let own = ballots / desks.len() + usize::from(place < ballots % desks.len());
                if sender
                    .send(bring(place, desk, own, days, words, survey, survey_id))
                    .is_err()
                {
                    return;
                }
            }
        });
        for brought in receiver {
            store(&tx, &brought, desks, days, first_pos);
            cells.extend(brought.cells);
        }
    });
    let mut cells: Vec<(Cell, i64)> = cells.into_iter().collect();
    cells.sort_unstable();
    let mut insert = tx
        .prepare(
            "insert into rollup (day, counter_no, state, release, question, answer, survey_no, moment, field, device_no,
               hour, n) values (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .unwrap();
    // The release is in the key before the question.
    for ((day, counter, question, answer, moment, field, hour), n) in cells {
        let at = days.binary_search(&day).unwrap() as i64;
        let device = desks.iter().position(|desk| desk.no == counter).unwrap() as i64 + 1;
        let release = (device - 1) * DAYS + at + 1;
        insert
            .execute(params![
                day, counter, release, question, answer, survey_no, moment, field, device, hour, n
            ])
            .unwrap();
    }
    drop(insert);
    tx.execute_batch(
        "insert into half (counter_no, from_day, state, question, answer, survey_no, moment, field, n)
         select counter_no, from_day, state, question, answer, survey_no, moment, field, sum(n) from half_of_rollup
         group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(n) <> 0;
         insert into tally (question, counter_no, from_day, state, survey_no, n, n1, n2, n3, n4, n5)
         select question, counter_no, from_day, state, survey_no, sum(n), sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
         from tally_of_half group by 1, 2, 3, 4, 5 having sum(n) <> 0;
         insert into quarter (question, from_day, counter_no, state, survey_no, n, n1, n2, n3, n4, n5)
         select question, from_day, counter_no, state, survey_no, sum(n), sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
         from quarter_of_tally group by 1, 2, 3, 4, 5 having sum(n) <> 0;",
    )
    .unwrap();
    for (_, _, sql) in &kept {
        tx.execute_batch(sql).unwrap();
    }
    tx.commit().unwrap();
}

/// Numbers of the words that answers and fields are.
struct Words(HashMap<String, i64>);

impl Words {
    fn of(conn: &Connection, survey: &Survey) -> Self {
        let mut all = HashMap::from([(String::new(), 0)]);
        let mut add = |text: &str| {
            all.insert(text.to_owned(), word(conn, text));
        };
        (1..=5).for_each(|level| add(&level.to_string()));
        FIELDS.iter().flatten().for_each(|field| add(field));
        for question in survey.in_order() {
            add(question.id.as_str());
            if let hailong::domain::survey::QuestionKind::Tiles { tiles } = &question.kind {
                tiles.iter().for_each(|tile| add(tile.id.as_str()));
            }
        }
        Self(all)
    }

    fn no(&self, text: &str) -> i64 {
        self.0[text]
    }
}

/// A log entry for each day, which is where its ballots came in; answers the first one's position.
fn positions(conn: &Connection, days: i64) -> i64 {
    let first: i64 = conn
        .query_row("select max(pos) + 1 from log", [], |row| row.get(0))
        .unwrap();
    let mut insert = conn
        .prepare("insert into log (pos, kind, hour, body, leaf, head) values (?1, 'bench', 0, '{}', ?2, ?2)")
        .unwrap();
    for pos in first..first + days {
        insert.execute(params![pos, [0u8; 32]]).unwrap();
    }
    first
}

/// The ballots of one counter, spread evenly over the days.
fn bring(
    place: usize,
    desk: &Desk,
    ballots: usize,
    days: &[i64],
    words: &Words,
    survey: &Survey,
    survey_id: Hash,
) -> Brought {
    let mut citizens = Citizens::new(place as u64, place % 9 == 4);
    let mut brought = Brought {
        desk: place,
        lines: Vec::with_capacity(ballots + days.len()),
        cells: HashMap::new(),
    };
    let field = words.no(desk.field.unwrap_or_default());
    let moment = if desk.moment == Moment::Reception { 1 } else { 3 };
    let mut cast = 0;
    for (nth, day) in days.iter().enumerate() {
        let until = ballots * (nth + 1) / days.len();
        while cast < until {
            let hour = 7 + citizens.below(10) as i64;
            let silent = citizens.below(12) == 0;
            let mut salt = [0; 16];
            salt[..8].copy_from_slice(&citizens.below(u64::MAX).to_be_bytes());
            salt[8..].copy_from_slice(&((place as u64) << 40 | cast as u64).to_be_bytes());
            let ballot = Ballot {
                answers: citizens.answers(survey, desk.moment),
                app: env!("CARGO_PKG_VERSION").into(),
                at: Bucket::of(LocalDay(*day).start() + hour * 3600 + citizens.below(4) as i64 * 900),
                counter: desk.id,
                ended: if silent { Ended::Silent } else { Ended::Sent },
                field: desk.field.map(str::to_owned),
                moment: desk.moment,
                pace: Pace::Calm,
                practice: false,
                salt: Hex(salt),
                step: 0,
                survey: survey_id,
                ticketed: false,
                took: Took::Normal,
            };
            let mut count = |question: i64, answer: i64| {
                *brought
                    .cells
                    .entry((*day, desk.no, question, answer, moment, field, hour))
                    .or_default() += 1;
            };
            count(0, 0);
            for (question, answer) in &ballot.answers {
                let question = words.no(question.as_str());
                match answer {
                    Answer::Level(level) => count(question, words.no(&level.to_string())),
                    Answer::Tiles(tiles) => tiles.iter().for_each(|tile| count(question, words.no(tile.as_str()))),
                }
            }
            let line = canon::line_of(&ballot);
            let leaf = chain::leaf(line.as_bytes());
            brought
                .lines
                .push((*day, hour, if silent { 16 } else { 0 }, leaf, Some(line)));
            cast += 1;
        }
        brought.lines.push((*day, 17, 0, Hex([0; 32]), None));
    }
    brought
}

fn store(tx: &Connection, brought: &Brought, desks: &[Desk], days: &[i64], first_pos: i64) {
    let desk = &desks[brought.desk];
    let device = brought.desk as i64 + 1;
    let ballots = brought.lines.iter().filter(|line| line.4.is_some()).count() as i64;
    tx.execute(
        "insert into epoch (no, device_no, id, records, ballots, last_seq) values (?1, ?1, ?2, ?3, ?4, ?3 - 1)",
        params![
            device,
            (device as u64).to_be_bytes(),
            brought.lines.len() as i64,
            ballots
        ],
    )
    .unwrap();
    let mut record = tx
        .prepare_cached(
            "insert into record (epoch_no, seq, leaf, kind, state, day, hour, counter_no, marks, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .unwrap();
    let mut body = tx
        .prepare_cached("insert into body (epoch_no, seq, bytes) values (?1, ?2, ?3)")
        .unwrap();
    for (seq, (day, hour, marks, leaf, line)) in (0i64..).zip(&brought.lines) {
        let at = days.binary_search(day).unwrap() as i64;
        let (kind, state) = if line.is_some() { (1, 1) } else { (2, 0) };
        record
            .execute(params![
                device,
                seq,
                leaf.0,
                kind,
                state,
                day,
                hour,
                desk.no,
                marks,
                first_pos + at
            ])
            .unwrap();
        match line {
            Some(line) => {
                body.execute(params![device, seq, pack(line.as_bytes())]).unwrap();
            }
            None => close_day(tx, desk.no, (device, seq, *day), at, first_pos),
        }
    }
}

/// What the evening of a day leaves: the tablet's own count, a contact, a release.
fn close_day(tx: &Connection, counter_no: i64, (device, seq, day): (i64, i64, i64), at: i64, first_pos: i64) {
    tx.prepare_cached(
        "insert into visit_day (epoch_no, seq, day, device_no, counter_no, started, abandoned, cast_count)
         values (?1, ?2, ?3, ?1, ?4, 30, 6, 24)",
    )
    .unwrap()
    .execute(params![device, seq, day, counter_no])
    .unwrap();
    tx.prepare_cached("insert or ignore into contact (device_no, day) values (?1, ?2)")
        .unwrap()
        .execute(params![device, day])
        .unwrap();
    tx.prepare_cached(
        "insert into release (no, counter_no, upto, day, ballots, pos, from_day, to_day)
         values (?1, ?2, ?3, ?4, 24, ?3, ?5, ?6)",
    )
    .unwrap()
    .execute(params![
        (device - 1) * DAYS + at + 1,
        counter_no,
        first_pos + at,
        day + 1,
        LocalDay(day).half_start().0,
        LocalDay(day).next_half().0
    ])
    .unwrap();
}
