//! Figures of officers, of closed months: released ballots that are not excluded, by the duties. Below 10 answers there is
//! no rate, below 30 no rank (`domain::stats::Figure`).
//!
//! A month closes some days after it has ended, and its figures are of what was known by then. One duty, ballot or
//! exclusion more may be one ballot more for an officer: against yesterday's figure it would tell what a citizen chose.

use super::{Attribution, Duty, at, attribute, quarters};
use crate::{
    domain::{
        hex::Hash,
        policy::{BUCKET_SECS, DUTY_DAYS},
        stats::Tally,
        survey::SurveyKind,
        time::{LocalDay, Month},
    },
    store::{
        Refusal, Result, body,
        exclusions::{self, Fact},
        release,
        state::{State, marks},
        surveys,
    },
    wire::record::Parsed,
};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap, hash_map::Entry};

/// The first day on which a month is closed.
pub fn closes(month: Month) -> LocalDay {
    LocalDay(month.end().0.saturating_add(DUTY_DAYS))
}

/// The newest month that is closed.
pub fn newest_closed(today: LocalDay) -> Month {
    let last = today.month().minus(1);
    match closes(last) <= today {
        true => last,
        false => last.minus(1),
    }
}

/// Whether a month's figures of officers may be seen; if not, the refusal says why and from when on.
pub fn visible(month: Month, today: LocalDay) -> Result<()> {
    let since = closes(month);
    if month.end() > today {
        Err(Refusal::OpenMonth.into())
    } else if since > today {
        Err(Refusal::DutiesOpen { month, since }.into())
    } else {
        Ok(())
    }
}

/// Answers to the headline question per officer (and of nobody known), of these counters in a month that is closed.
pub fn tallies(
    conn: &Connection,
    counters: &[i64],
    month: Month,
    today: LocalDay,
) -> Result<BTreeMap<Attribution, Tally>> {
    visible(month, today)?;
    let closed = closes(month);
    let surveys: HashMap<Hash, _> = surveys::all(conn)?
        .into_iter()
        .filter_map(|known| Some((known.id, known.survey?)))
        .filter(|(_, survey)| survey.kind == SurveyKind::Counter)
        .collect();
    let stood = exclusions::stood(conn, closed)?;
    let mut rows = conn.prepare_cached(
        "select r.epoch_no, r.seq, r.counter_no, e.device_no, coalesce(d.day, r.day), coalesce(d.hour, r.hour), r.marks,
           coalesce(d.pos, r.pos), b.bytes
         from record r join epoch e on e.no = r.epoch_no
         left join decision d on d.no = (select max(no) from decision where epoch_no = r.epoch_no and seq = r.seq)
         left join body b on b.epoch_no = r.epoch_no and b.seq = r.seq
         where r.kind = 1 and r.counter_no = ?1 and coalesce(d.to_state, r.state) = 1
           and coalesce(d.day, r.day) >= ?2 and coalesce(d.day, r.day) < ?3",
    )?;
    let mut found: BTreeMap<Attribution, Tally> = BTreeMap::new();
    for counter_no in counters {
        let mut duties: HashMap<i64, Vec<Duty>> = HashMap::new();
        let in_time = release::before(conn, *counter_no, closed)?;
        let mut rows = rows.query((counter_no, month.first().0, month.end().0))?;
        while let Some(row) = rows.next()? {
            let fact = Fact::read(row, 2)?;
            let (state, release) = exclusions::placed(conn, &stood, &fact)?;
            let bytes: Option<Vec<u8>> = row.get(8)?;
            let ballot = bytes.map(|bytes| body::parsed(&bytes));
            let (true, Some(Parsed::Ballot(ballot))) = (state == State::Counted && in_time.contains(&release), ballot)
            else {
                continue;
            };
            let Some(level) = surveys
                .get(&ballot.survey)
                .and_then(|survey| survey.headline_level(&ballot.answers))
            else {
                continue;
            };
            if let Entry::Vacant(new) = duties.entry(fact.day) {
                new.insert(at(conn, fact.counter_no, LocalDay(fact.day))?);
            }
            let of_day = duties.get(&fact.day).map(Vec::as_slice).unwrap_or_default();
            let hour = u8::try_from(fact.hour).unwrap_or(0);
            // A corrected clock leaves the hour, not the quarter.
            let exact = (fact.marks & marks::SKEW_CORRECTED == 0).then(|| quarter_of(ballot.at.start()));
            let whose = attribute(of_day, quarters(hour, exact));
            found.entry(whose).or_default().add(i64::from(level), 1);
        }
    }
    Ok(found)
}

/// The quarter of its local day that a time lies in.
fn quarter_of(unix: i64) -> u8 {
    let within = unix.saturating_sub(LocalDay::of(unix).start()) / BUCKET_SECS;
    u8::try_from(within).unwrap_or(0)
}
