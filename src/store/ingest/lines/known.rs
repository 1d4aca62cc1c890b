//! What the district knows of the places and surveys a ballot names; each is looked up once a bundle.

use super::{
    super::{
        super::{Result, StoreError, places, publications, surveys},
        judge::Known,
    },
    Lines,
};
use crate::domain::{ballot::Ballot, hex::Hash, ids::CounterId};

impl Lines<'_> {
    pub(super) fn known(&mut self, ballot: &Ballot) -> Result<Known> {
        let counter_no = self.counter(ballot.counter)?;
        let survey = self.survey(ballot.survey)?.survey.is_some();
        Ok(Known {
            counter_no,
            allowed: self.is_allowed(counter_no)?,
            survey,
            current: ballot.survey == self.current(counter_no)?,
            revoked: self.device.revoked,
        })
    }

    fn current(&mut self, counter_no: i64) -> Result<Hash> {
        if let Some(id) = self.current.get(&counter_no) {
            return Ok(*id);
        }
        let id = publications::at_counter(self.tx.conn, counter_no, self.today)?;
        self.current.insert(counter_no, id);
        Ok(id)
    }

    fn is_allowed(&mut self, counter_no: i64) -> Result<bool> {
        if counter_no == self.device.counter_no {
            return Ok(true);
        }
        if let Some(allowed) = &self.allowed {
            return Ok(allowed.contains(&counter_no));
        }
        let allowed = places::allowed(self.tx.conn, self.device.no, self.device.counter_no)?;
        Ok(self.allowed.insert(allowed.into_iter().collect()).contains(&counter_no))
    }

    fn counter(&mut self, id: CounterId) -> Result<i64> {
        if let Some(no) = self.counters.get(&id) {
            return Ok(*no);
        }
        let no = match places::counter(self.tx.conn, id) {
            Ok(counter) => counter.no,
            Err(StoreError::NotFound(_)) => 0,
            Err(error) => return Err(error),
        };
        self.counters.insert(id, no);
        Ok(no)
    }

    pub(super) fn survey(&mut self, id: Hash) -> Result<surveys::Known> {
        if let Some(known) = self.surveys.get(&id) {
            return Ok(known.clone());
        }
        let known = surveys::intern(self.tx.conn, id)?;
        self.surveys.insert(id, known.clone());
        Ok(known)
    }
}
