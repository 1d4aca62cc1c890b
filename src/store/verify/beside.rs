//! What stands beside the records and is made of them: decisions, visits, the counts of epochs.

use super::{Names, Report};
use crate::{
    store::{Result, body},
    wire::record::{Day, Open},
};
use rusqlite::Connection;

/// Visits are counted in figures, and must be those of the `day` records.
pub(super) fn visits(conn: &Connection, names: &Names, report: &mut Report) -> Result<()> {
    let mut rows = conn.prepare(
        "select coalesce(r.epoch_no, v.epoch_no), coalesce(r.seq, v.seq), b.bytes, r.seq is not null,
           v.started, v.abandoned, v.cast_count, v.comments, v.day is r.day and v.counter_no is r.counter_no
         from (select * from record where kind = 2) r
         full join visit_day v on v.epoch_no = r.epoch_no and v.seq = r.seq
         left join body b on b.epoch_no = r.epoch_no and b.seq = r.seq order by 1, 2",
    )?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (bytes, is_record): (Option<Vec<u8>>, bool) = (row.get(2)?, row.get(3)?);
        let kept: Option<i64> = row.get(4)?;
        let kept = kept.map(|started| Ok::<_, rusqlite::Error>([started, row.get(5)?, row.get(6)?, row.get(7)?]));
        let (kept, placed): (_, bool) = (kept.transpose()?, row.get(8)?);
        let read = |stored: &Vec<u8>| serde_json::from_slice(&body::unpack(stored).ok()?).ok();
        let said: Option<Day> = bytes.as_ref().and_then(read);
        let said = said.map(|day| [day.started, day.abandoned, day.cast, day.comments].map(i64::from));
        // What retention took can't be compared any more.
        let same = is_record && (bytes.is_none() || kept == said) && (kept.is_none() || placed);
        if !same {
            let place = names.place(row.get(0)?, row.get(1)?);
            report.broken("visits", place, "the visits counted are not those of the record");
        }
    }
    Ok(())
}

/// Each decision must begin where the one before ended.
pub(super) fn decisions(conn: &Connection, names: &Names, report: &mut Report) -> Result<()> {
    let mut rows = conn.prepare(
        "select d.epoch_no, d.seq, d.from_state, d.to_state, r.state
         from decision d left join record r on r.epoch_no = d.epoch_no and r.seq = d.seq
         order by d.epoch_no, d.seq, d.no",
    )?;
    let mut rows = rows.query([])?;
    let mut before: Option<(i64, i64, i64)> = None;
    while let Some(row) = rows.next()? {
        let (epoch_no, seq, from, to): (i64, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let stood = match before {
            Some((e, s, state)) if (e, s) == (epoch_no, seq) => Some(state),
            _ => row.get(4)?,
        };
        if stood != Some(from) {
            report.broken(
                "decision",
                names.place(epoch_no, seq),
                "a decision does not begin where the record stood",
            );
        }
        before = Some((epoch_no, seq, to));
    }
    Ok(())
}

/// The counts a receipt is made of.
pub(super) fn counts(conn: &Connection, names: &Names, report: &mut Report) -> Result<()> {
    let mut rows = conn.prepare(
        "select e.no from epoch e left join (
           select epoch_no, count(*) as records, sum(kind = 1) as ballots, sum(kind = 6) as holes, max(seq) as last_seq
           from record group by epoch_no) r on r.epoch_no = e.no
         where e.records <> coalesce(r.records, 0) or e.ballots <> coalesce(r.ballots, 0)
           or e.holes <> coalesce(r.holes, 0) or e.last_seq <> coalesce(r.last_seq, -1)
           or e.conflicts <> (select count(*) from conflict where epoch_no = e.no)",
    )?;
    for row in rows.query_map([], |row| row.get::<_, i64>(0))? {
        report.broken("epoch", names.place(row?, 0), "its counts are not those of its records");
    }
    let stray: i64 = conn.query_row(
        "select count(*) from body b where not exists (
           select 1 from record r where r.epoch_no = b.epoch_no and r.seq = b.seq)",
        [],
        |row| row.get(0),
    )?;
    if stray > 0 {
        report.broken("body", "body", format!("{stray} bodies without a record"));
    }
    Ok(())
}

/// Where epochs begin: forks, and how many ballots may be missing, are found by these rows.
pub(super) fn openings(conn: &Connection, names: &Names, report: &mut Report) -> Result<()> {
    let mut rows = conn.prepare(
        "select coalesce(r.epoch_no, o.epoch_no), r.epoch_no is not null, b.bytes,
           o.why, o.draft, p.id, o.prev_seq, o.prev_head, m.id
         from (select epoch_no from record where seq = 0 and kind = 0) r
         full join opening o on o.epoch_no = r.epoch_no
         left join body b on b.epoch_no = r.epoch_no and b.seq = 0
         left join epoch p on p.no = o.prev_epoch_no left join epoch m on m.no = o.mark_epoch_no order by 1",
    )?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (is_record, bytes): (bool, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
        let read = |stored: Vec<u8>| serde_json::from_slice::<Open>(&body::unpack(&stored).ok()?).ok();
        let same = match bytes.and_then(read) {
            Some(open) => {
                let prev = open
                    .prev
                    .map(|prev| (prev.epoch.0, i64::try_from(prev.seq).unwrap_or(i64::MAX), prev.head.0));
                let said = (serde_json::to_value(open.why).ok(), Some(open.draft), prev);
                let why: Option<String> = row.get(3)?;
                let (epoch, seq, head): (Option<_>, Option<_>, Option<_>) = (row.get(5)?, row.get(6)?, row.get(7)?);
                let prev = epoch.and_then(|epoch| Some((epoch, seq?, head?)));
                // Before schema 26 the mark was not kept; without it no ballot more is said to be cast again.
                let mark: Option<[u8; 8]> = row.get(8)?;
                let marked = mark.is_none_or(|mark| open.mark.is_some_and(|said| said.epoch.0 == mark));
                marked && said == (why.map(Into::into), row.get(4)?, prev)
            }
            // What retention took can't be compared any more.
            None => is_record,
        };
        if !same {
            let place = names.place(row.get(0)?, 0);
            report.broken(
                "opening",
                place,
                "what is kept of this epoch's beginning is not what its record says",
            );
        }
    }
    Ok(())
}
