//! Publications of surveys: what a counter asked when must be what was published.

use super::Report;
use crate::{
    domain::hex::{Hash, Hex},
    store::{Result, publications},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the log says was published, by number.
#[derive(Default)]
pub(super) struct Publications(BTreeMap<i64, Value>);

impl Publications {
    /// Entries of before publications had numbers tell of the whole district and have no row.
    pub(super) fn entry(&mut self, pos: i64, entry: &Value) {
        let member = |name| entry.get(name).cloned().unwrap_or(Value::Null);
        if let Some(no) = entry.get("no").and_then(Value::as_i64) {
            let by = entry.get("by").cloned().unwrap_or_else(|| json!("district"));
            let said = json!({"survey": member("survey"), "from_day": member("from_day"), "hour": member("hour"),
                "places": member("places"), "by": by, "pos": pos});
            self.0.insert(no, said);
        }
    }

    pub(super) fn check(mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut places = BTreeMap::new();
        for publication in publications::all(conn)? {
            places.insert(publication.no, json!(publication.places));
        }
        let mut rows = conn.prepare(
            "select p.no, s.id, p.from_day, p.who, p.hour, p.pos, s.doc is not null
             from survey_use p left join survey s on s.no = p.survey_no order by p.no",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (no, survey): (i64, Option<[u8; 32]>) = (row.get(0)?, row.get(1)?);
            let (day, who, hour): (i64, String, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let (pos, known): (i64, Option<bool>) = (row.get(5)?, row.get(6)?);
            let survey: Option<Hash> = survey.map(Hex);
            let found = json!({"survey": survey, "from_day": day, "hour": hour,
                "places": places.remove(&no).unwrap_or_default(), "by": who, "pos": pos});
            let detail = match self.0.remove(&no) {
                Some(said) if said != found => "it is not the one that was logged",
                None => "the log knows nothing of it",
                Some(_) if known != Some(true) => "its survey is missing",
                Some(_) => continue,
            };
            report.broken("survey_use", format!("survey_use/{no}"), detail);
        }
        for no in self.0.keys() {
            let detail = "missing; the log says that it was made";
            report.broken("survey_use", format!("survey_use/{no}"), detail);
        }
        Ok(())
    }
}
