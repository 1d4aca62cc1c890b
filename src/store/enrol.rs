//! Enrolment: a code makes a device of this district, a certificate of this district makes it one again after a
//! restore. The same code with the same key answers the same, so that a lost answer locks nobody out.

use super::{
    Result, Store, StoreError, WriteTx, contact,
    devices::{self, Device},
    log,
    log::Kind,
    places, setups,
};
use crate::{
    domain::{
        ballot::Moment,
        hex::{DeviceId, Hash, Hex},
    },
    wire::{
        answer::{Answer, Code as Problem, Enrolled, Refusal},
        code::Code,
        enrol::{Certificate, Request},
        keys::{key_id, sha256},
        signed,
    },
};
use rusqlite::OptionalExtension;
use serde_json::json;

/// What an enrolment came to: the answer to seal and send.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The device is enrolled.
    Enrolled(Box<Enrolled>),
    /// It is not.
    Refused(Problem),
}

impl Outcome {
    /// The answer for a request.
    pub fn answer(self, request: &Request) -> Answer {
        match self {
            Self::Enrolled(enrolled) => Answer::Enrolled(enrolled),
            Self::Refused(code) => Answer::Refusal(Refusal::new(Some(request.nonce), code, "")),
        }
    }
}

impl Store {
    /// Enrols a device whose request was opened (so its signature holds).
    pub async fn enrol(&self, request: Request, now: i64) -> Result<Outcome> {
        self.write_async(move |tx| tx.enrol(&request, now)).await
    }
}

/// What is stored of a token.
pub(super) fn token_hash(token: &str) -> Hash {
    sha256(&[b"hailong/1/token-hash\0", token.as_bytes()])
}

impl WriteTx<'_> {
    /// Enrols a device whose request was opened (so its signature holds).
    pub fn enrol(&self, request: &Request, now: i64) -> Result<Outcome> {
        match (&request.code, &request.certificate) {
            (Some(code), None) => self.enrol_by_code(request, code, now),
            (None, Some(certificate)) => self.enrol_by_certificate(request, certificate, now),
            _ => Ok(Outcome::Refused(Problem::BadHeader)),
        }
    }

    fn enrol_by_code(&self, request: &Request, code: &str, now: i64) -> Result<Outcome> {
        let Ok(code) = Code::parse(code) else {
            return Ok(Outcome::Refused(Problem::WrongCode));
        };
        let found = self
            .conn
            .prepare_cached(
                "select c.counter_no, c.expires, d.id from code c left join device d on d.no = c.device_no
                 where c.hash = ?1",
            )?
            .query_row([code.hash().0], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, Option<[u8; 16]>>(2)?,
                ))
            })
            .optional()?;
        let id = key_id(&request.key);
        let (counter_no, device) = match found {
            None => return Ok(Outcome::Refused(Problem::WrongCode)),
            Some((_, _, Some(user))) if user == id.0 => {
                let device = devices::find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
                return self.enrolled(request, &device, now);
            }
            Some((_, _, Some(_))) => return Ok(Outcome::Refused(Problem::UsedCode)),
            Some((_, expires, None)) if expires <= now => return Ok(Outcome::Refused(Problem::ExpiredCode)),
            Some((counter_no, _, None)) => (counter_no, devices::find(self.conn, id)?),
        };
        let counter = places::counter_by_no(self.conn, counter_no)?;
        let body = json!({"device": id, "key": request.key, "counter": counter.id, "code": code.hash()});
        self.log(Kind::Enrol, now, body)?;
        let device_no = match device {
            // A new code is a new permission: a device that was revoked or moved starts again here.
            Some(device) => {
                self.conn
                    .execute("update device set revoked_pos = null where no = ?1", [device.no])?;
                device.no
            }
            None => self.insert_device(request, counter_no, log::hour(now), now)?,
        };
        self.place_device(device_no, counter_no)?;
        self.conn.execute(
            "update code set device_no = ?2 where hash = ?1",
            (code.hash().0, device_no),
        )?;
        self.refresh_setup(device_no, now)?;
        let device = devices::find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
        self.enrolled(request, &device, now)
    }

    fn enrol_by_certificate(&self, request: &Request, text: &str, now: i64) -> Result<Outcome> {
        let id = key_id(&request.key);
        // Its signature says who it is, also where its disk tore the certificate.
        if let Some(device) = devices::find(self.conn, id)? {
            return self.enrolled(request, &device, now);
        }
        let opened = signed::open::<Certificate>(&self.identity.public_key(), signed::CERTIFICATE, text.as_bytes());
        let certificate = match opened {
            Ok(c) if c.key == request.key && c.device == id && c.district == self.identity.id => c,
            _ => return Ok(Outcome::Refused(Problem::BadCertificate)),
        };
        let counter_no = match places::counter(self.conn, certificate.counter) {
            Ok(counter) => counter.no,
            Err(StoreError::NotFound(_)) => self.lost_counter(&certificate, now)?,
            Err(error) => return Err(error),
        };
        let body = json!({"device": id, "key": request.key, "counter": certificate.counter, "certificate": true});
        self.log(Kind::Enrol, now, body)?;
        let no = self.insert_device(request, counter_no, certificate.issued, now)?;
        self.place_device(no, counter_no)?;
        self.refresh_setup(no, now)?;
        let device = devices::find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
        self.enrolled(request, &device, now)
    }

    /// A counter that a certificate of ours names, but a backup did not hold yet: it comes back under the first unit,
    /// with a name that asks for a person's look.
    fn lost_counter(&self, certificate: &Certificate, now: i64) -> Result<i64> {
        let node_no = self
            .conn
            .query_row("select min(no) from node where parent_no is null", [], |row| {
                row.get::<_, Option<i64>>(0)
            })?
            .ok_or(StoreError::NotFound("node"))?;
        let name = "Quầy cần kiểm tra (khôi phục)";
        self.insert_counter(certificate.counter, node_no, name, Moment::Reception, None, now)
    }

    fn insert_device(&self, request: &Request, counter_no: i64, enrolled: i64, now: i64) -> Result<i64> {
        let id = key_id(&request.key);
        // Not now: a tablet that counted before a restore, and comes back with its certificate, still counts.
        let practice = (!self.identity.demo).then_some(enrolled);
        self.conn.execute(
            "insert into device (id, public_key, counter_no, token_hash, enrolled, last_contact, step_contact, practice_since)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7)",
            (
                id.0,
                request.key.0,
                counter_no,
                token_hash(&self.token(id)).0,
                enrolled,
                log::hour(now),
                practice,
            ),
        )?;
        let no = self.conn.last_insert_rowid();
        contact::heard(self.conn, no, now)?;
        Ok(no)
    }

    /// A device's bearer token, derived from the district's key, so that it can be said again and is stored nowhere.
    fn token(&self, id: DeviceId) -> String {
        let Hex(hash) = sha256(&[b"hailong/1/token\0", &self.identity.key.seed(), &id.0]);
        let mut token = [0u8; 16];
        token.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Hex(token).to_string()
    }

    fn enrolled(&self, request: &Request, device: &Device, now: i64) -> Result<Outcome> {
        let certificate = Certificate {
            counter: device.counter,
            device: device.id,
            district: self.identity.id,
            issued: device.enrolled,
            key: device.key,
            v: crate::wire::VERSION,
        };
        if setups::document(self.conn, device.no)?.is_none() {
            self.refresh_setup(device.no, now)?;
        }
        let setup = setups::document(self.conn, device.no)?.ok_or(StoreError::Corrupt("setup"))?;
        Ok(Outcome::Enrolled(Box::new(Enrolled {
            certificate: self.identity.seal(signed::CERTIFICATE, &certificate),
            device: device.id,
            district_key: self.identity.public_key(),
            nonce: request.nonce,
            setup: setup.document,
            token: self.token(device.id),
            v: crate::wire::VERSION,
        })))
    }
}
