//! Which survey which counter asks from which day on. A publication names a survey and places; of those that have begun
//! the newest counts, whether it named the counter, a unit above it or the whole district. Rolling back is publishing an
//! older survey again.

use super::{Result, StoreError, WriteTx, log, log::Kind, meta, places, scope, surveys};
use crate::{
    domain::{
        hex::{Hash, Hex},
        ids::{CounterId, NodeId},
        survey::{Change, Meaning, SHIPPED, Survey, difference},
        time::LocalDay,
    },
    wire,
};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// Where a survey is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Everywhere.
    District,
    /// At a unit's counters and at those of all units below it; later ones too.
    Node(NodeId),
    /// At one counter.
    Counter(CounterId),
}

/// A survey was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Its number, from 1.
    pub no: i64,
    /// Which survey.
    pub survey: Hash,
    /// First day on which tablets show it.
    pub from: LocalDay,
    /// Who did it.
    pub who: String,
    /// Unix time of the hour in which it was done.
    pub hour: i64,
    /// Where.
    pub places: Vec<Place>,
}

/// What somebody wants to publish.
#[derive(Clone, Debug)]
pub struct NewPublication {
    /// The document; one that was published before is published again.
    pub document: String,
    /// What it was made from; see [`Meaning::base`].
    pub base: Option<Hash>,
    /// Where; at least one.
    pub places: Vec<Place>,
    /// From when; not before today.
    pub from: LocalDay,
    /// Whoever publishes says that what is worded differently still means the same.
    pub same_meaning: bool,
}

/// The last day whose publications are in the tablets' setups.
const APPLIED: &str = "publications.applied";

/// Every publication, the newest first.
pub fn all(conn: &Connection) -> Result<Vec<Publication>> {
    let mut rows = conn.prepare_cached(
        "select p.no, s.id, p.from_day, p.who, p.hour from survey_use p join survey s on s.no = p.survey_no
         order by p.no desc",
    )?;
    let mut places = conn.prepare_cached(
        "select n.id, c.id from survey_use_place t left join node n on n.no = t.node_no
         left join counter c on c.no = t.counter_no where t.survey_use_no = ?1 order by t.rowid",
    )?;
    let rows = rows.query_map([], |row| {
        Ok(Publication {
            no: row.get(0)?,
            survey: Hex(row.get(1)?),
            from: LocalDay(row.get(2)?),
            who: row.get(3)?,
            hour: row.get(4)?,
            places: Vec::new(),
        })
    })?;
    let mut all = rows.collect::<std::result::Result<Vec<_>, _>>()?;
    for publication in &mut all {
        let rows = places.query_map([publication.no], |row| {
            let (node, counter): (Option<[u8; 16]>, Option<[u8; 16]>) = (row.get(0)?, row.get(1)?);
            Ok(match (node, counter) {
                (Some(node), _) => Place::Node(NodeId(Uuid::from_bytes(node))),
                (_, Some(counter)) => Place::Counter(CounterId(Uuid::from_bytes(counter))),
                (None, None) => Place::District,
            })
        })?;
        publication.places = rows.collect::<std::result::Result<_, _>>()?;
    }
    Ok(all)
}

/// The publications that concern a unit with all below it (`None`: all), each with the places that somebody of it may
/// know: its own, those of units above it, and the whole district.
pub fn seen(conn: &Connection, top: Option<NodeId>) -> Result<Vec<Publication>> {
    let mut all = all(conn)?;
    let Some(top) = top else { return Ok(all) };
    let inside = scope::inside(conn, top)?;
    let counters: Vec<CounterId> = places::counters(conn)?
        .into_iter()
        .filter(|counter| inside.contains(&counter.node))
        .map(|counter| counter.id)
        .collect();
    let above = above(conn, top)?;
    for publication in &mut all {
        publication.places.retain(|place| match place {
            Place::District => true,
            Place::Node(node) => inside.contains(node) || above.contains(node),
            Place::Counter(counter) => counters.contains(counter),
        });
    }
    all.retain(|publication| !publication.places.is_empty());
    Ok(all)
}

/// The units above one, the nearest first.
pub fn above(conn: &Connection, node: NodeId) -> Result<Vec<NodeId>> {
    let (mut above, mut next) = (Vec::new(), places::node(conn, node)?.parent);
    while let Some(id) = next.filter(|_| above.len() < places::MAX_DEPTH) {
        above.push(id);
        next = places::node(conn, id)?.parent;
    }
    Ok(above)
}

/// Name of the survey that a counter asks on a day.
pub fn at_counter(conn: &Connection, counter_no: i64, day: LocalDay) -> Result<Hash> {
    let found: Option<[u8; 32]> = conn
        .prepare_cached(
            "with recursive above (no) as (
               select node_no from counter where no = ?1
               union
               select n.parent_no from node n join above a on n.no = a.no where n.parent_no is not null)
             select s.id from survey_use p join survey_use_place t on t.survey_use_no = p.no
               join survey s on s.no = p.survey_no
             where p.from_day <= ?2 and (t.counter_no = ?1 or t.node_no in (select no from above)
               or (t.counter_no is null and t.node_no is null))
             order by p.from_day desc, p.no desc limit 1",
        )?
        .query_row((counter_no, day.0), |row| row.get(0))
        .optional()?;
    found.map_or_else(|| of_old(conn), |id| Ok(Hex(id)))
}

/// Name of the survey that a counter asks for which nobody published anything of its own.
pub fn of_district(conn: &Connection, day: LocalDay) -> Result<Hash> {
    // No counter has this number.
    at_counter(conn, 0, day)
}

/// Where no publication has begun: in a folder of before publications the one survey was a fact about it; where the clock
/// is behind the folder's own beginning, what it began with is asked.
fn of_old(conn: &Connection) -> Result<Hash> {
    if let Some(id) = meta::get(conn, "survey")?.and_then(|id| Hash::from_slice(&id)) {
        return Ok(id);
    }
    let first = conn
        .prepare_cached("select s.id from survey_use p join survey s on s.no = p.survey_no order by p.no limit 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    first.map(Hex).ok_or(StoreError::Corrupt("current survey"))
}

/// Everything that ids were ever published for, the surveys that ship with the program included.
pub fn published(conn: &Connection) -> Result<Vec<Survey>> {
    let known = surveys::all(conn)?.into_iter();
    let known = known.filter_map(|known| known.survey.as_deref().cloned());
    let shipped = SHIPPED
        .iter()
        .filter_map(|shipped| Survey::parse(shipped.json.as_bytes()).ok());
    Ok(shipped.chain(known).collect())
}

/// What is worded differently than in the survey that a document was made from, under ids that go on.
pub fn rewordings(base: &Survey, new: &Survey) -> Vec<Change> {
    let mut changes = difference(base, new);
    changes.retain(Change::is_rewording);
    changes
}

impl WriteTx<'_> {
    /// Publishes. Tablets get the survey with their next setup and show it from their next visit on. Answers its name.
    pub fn publish(&self, new: &NewPublication, now: i64) -> Result<Hash> {
        let refused = |errors: Vec<crate::domain::survey::SurveyError>| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            StoreError::Invalid(errors.join("; "))
        };
        let survey = Survey::check_all(new.document.as_bytes()).map_err(refused)?;
        let value: Value =
            serde_json::from_str(&new.document).map_err(|error| StoreError::Invalid(error.to_string()))?;
        let id = wire::survey_id(&value);
        let mut rewordings_said = 0;
        // What was published once may come back as it was; only something new can break a meaning.
        if surveys::document(self.conn, id)?.is_none() {
            let published = published(self.conn)?;
            let base = new
                .base
                .map(|base| surveys::document(self.conn, base)?.ok_or(StoreError::NotFound("survey")))
                .transpose()?;
            let meaning = Meaning {
                published: &published,
                base: base.as_ref(),
            };
            let broken = meaning.broken_by(&survey);
            if !broken.is_empty() {
                return Err(refused(broken));
            }
            rewordings_said = base.map_or(0, |base| rewordings(&base, &survey).len());
            if rewordings_said > 0 && !new.same_meaning {
                return Err(super::Refusal::Reworded(rewordings_said).into());
            }
        }
        if new.from < LocalDay::of(now) {
            return Err(super::Refusal::PastDay.into());
        }
        if new.places.is_empty() {
            return Err(super::Refusal::NoPlace.into());
        }
        let known = surveys::intern(self.conn, id)?;
        let no: i64 = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from survey_use", [], |row| row.get(0))?;
        let body = json!({"what": "published", "survey": id, "no": no, "from_day": new.from.0,
            "places": new.places, "reworded": rewordings_said});
        let pos = self.log(Kind::Survey, now, body)?;
        self.store_document(known.no, &value, pos)?;
        let who = self.by.unwrap_or("district");
        self.conn.execute(
            "insert into survey_use (no, survey_no, from_day, who, hour, pos) values (?1, ?2, ?3, ?4, ?5, ?6)",
            (no, known.no, new.from.0, who, log::hour(now), pos),
        )?;
        for place in &new.places {
            let (node, counter) = match place {
                Place::District => (None, None),
                Place::Node(id) => (Some(places::node(self.conn, *id)?.no), None),
                Place::Counter(id) => (None, Some(places::counter(self.conn, *id)?.no)),
            };
            self.conn
                .prepare_cached(
                    "insert into survey_use_place (survey_use_no, node_no, counter_no) values (?1, ?2, ?3)",
                )?
                .execute((no, node, counter))?;
        }
        self.apply_publications(now)?;
        self.count_unread(known.no, now)?;
        Ok(id)
    }

    /// Brings what begins on a new day to the tablets' setups. Every bundle and every minute asks for it, so that no
    /// tablet misses it that is heard of on that day.
    pub fn apply_due_publications(&self, now: i64) -> Result<()> {
        let (today, applied) = (LocalDay::of(now), applied(self.conn)?);
        let begins: bool = self
            .conn
            .prepare_cached("select exists (select 1 from survey_use where from_day > ?1 and from_day <= ?2)")?
            .query_row((applied.0, today.0), |row| row.get(0))?;
        // A wrong clock has brought what begins later, and would keep away what begins until then.
        let due = begins || applied.is_ahead(today);
        if due { self.apply_publications(now) } else { Ok(()) }
    }

    fn apply_publications(&self, now: i64) -> Result<()> {
        meta::put(self.conn, APPLIED, &LocalDay::of(now).0.to_be_bytes())?;
        self.refresh_setups(now)
    }
}

fn applied(conn: &Connection) -> Result<LocalDay> {
    let day = meta::get(conn, APPLIED)?.and_then(|day| day.try_into().ok());
    Ok(LocalDay(day.map_or(i64::MIN, i64::from_be_bytes)))
}
