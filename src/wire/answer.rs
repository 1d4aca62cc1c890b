//! What the district answers. Every answer is signed and repeats the nonce; anything else is not an answer.

use super::{bundle::Checkpoint, signed};
use crate::domain::hex::{DeviceId, DistrictId, EpochId, Generation, Hash, Hex, Nonce, PublicKey};
use serde::{Deserialize, Serialize};

/// A signed answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Answer {
    /// The records are on the district's disk.
    Receipt(Receipt),
    /// The device is enrolled.
    Enrolled(Box<Enrolled>),
    /// The comment is on the district's disk.
    Taken(Taken),
    /// It was not done.
    Refusal(Refusal),
}

/// Records from `first` to `last` are stored, and the chain's head there is `head`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Which epoch.
    pub epoch: EpochId,
    /// First record covered.
    pub first: u64,
    /// Head after `last`.
    pub head: Hash,
    /// Last record covered.
    pub last: u64,
}

/// Sent only after the district's fsync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The newest checkpoint of the log, if one was made yet.
    pub checkpoint: Option<Checkpoint>,
    /// Who answers.
    pub district: DistrictId,
    /// Changes when the district was restored from a backup.
    pub generation: Generation,
    /// How many distinct (key, leaf) the district holds of this device, conflicts and holes included.
    pub held: u64,
    /// The bundle's nonce.
    pub nonce: Nonce,
    /// Entries in the log.
    pub position: u64,
    /// When it arrived: unix time, rounded down to the hour.
    pub received: i64,
    /// The device was withdrawn: it takes no new ballots, what it still sends is kept.
    pub revoked: bool,
    /// What is stored of this bundle.
    pub runs: Vec<Stored>,
    /// Version of the device's setup.
    pub setup: i64,
    /// 1.
    pub v: u32,
    /// Surveys the district does not know.
    pub wanted: Vec<Hash>,
}

/// The answer to an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Signed by the district; enrols again after a restore. A signed document of its own.
    pub certificate: String,
    /// The device's id.
    pub device: DeviceId,
    /// The key to pin.
    pub district_key: PublicKey,
    /// The request's nonce.
    pub nonce: Nonce,
    /// The setup. A signed document of its own.
    pub setup: String,
    /// Access to the setup.
    pub token: String,
    /// 1.
    pub v: u32,
}

/// A comment is stored, now or already before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The comment's name.
    pub id: Hex<16>,
    /// The request's nonce.
    pub nonce: Nonce,
    /// 1.
    pub v: u32,
}

/// It was not done, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The request's nonce; `None` where the request could not be read. Then it only means: back off.
    pub nonce: Option<Nonce>,
    /// RFC 9457.
    pub problem: Problem,
    /// 1.
    pub v: u32,
}

/// A problem as RFC 9457 has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Which one.
    pub code: Code,
    /// What exactly, for people who read logs.
    pub detail: String,
    /// HTTP status.
    pub status: u16,
    /// Short name.
    pub title: String,
    /// `urn:hailong:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What can be wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Not the lines announced, not gzip, or cut short.
    BadFraming,
    /// The header can't be read or contradicts itself.
    BadHeader,
    /// The signature does not hold.
    BadSignature,
    /// A run's lines do not lead to its head.
    BadChain,
    /// More than the limits allow.
    TooLarge,
    /// The body came too slowly.
    TooSlow,
    /// The district does not know this device: send the certificate to `/enrol`.
    UnknownDevice,
    /// The certificate is not this district's.
    BadCertificate,
    /// No such enrolment code.
    WrongCode,
    /// The code enrolled another device.
    UsedCode,
    /// The code's time is over.
    ExpiredCode,
    /// Too many tries.
    TooManyTries,
    /// The comment is older than comments are kept.
    ExpiredComment,
    /// The token is missing or wrong.
    Unauthorized,
    /// No such address.
    NotFound,
    /// The district can't store right now; try again later.
    Busy,
    /// Something failed inside.
    Internal,
    /// A code this version does not know.
    #[serde(other)]
    Unknown,
}

impl Code {
    /// HTTP status, name on the wire, title.
    fn parts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BadFraming => (400, "bad_framing", "The body is not what its header announces"),
            Self::BadHeader => (400, "bad_header", "The header can't be read"),
            Self::BadSignature => (401, "bad_signature", "The signature does not hold"),
            Self::BadChain => (422, "bad_chain", "The records do not lead to the head"),
            Self::TooLarge => (413, "too_large", "More than the limits allow"),
            Self::TooSlow => (408, "too_slow", "The body came too slowly"),
            Self::UnknownDevice => (404, "unknown_device", "This device is not known here"),
            Self::BadCertificate => (403, "bad_certificate", "The certificate is not this district's"),
            Self::WrongCode => (403, "wrong_code", "No such enrolment code"),
            Self::UsedCode => (409, "used_code", "The code enrolled another device"),
            Self::ExpiredCode => (410, "expired_code", "The code's time is over"),
            Self::TooManyTries => (429, "too_many_tries", "Too many tries"),
            Self::ExpiredComment => (410, "expired_comment", "The comment is older than comments are kept"),
            Self::Unauthorized => (401, "unauthorized", "The token is missing or wrong"),
            Self::NotFound => (404, "not_found", "No such address"),
            Self::Busy => (503, "busy", "The district can't store right now"),
            Self::Internal => (500, "internal", "Something failed inside"),
            Self::Unknown => (500, "unknown", "An unknown problem"),
        }
    }

    /// The HTTP status it travels with.
    pub fn status(self) -> u16 {
        self.parts().0
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        self.parts().1
    }
}

impl Refusal {
    /// A refusal of a request with this nonce.
    pub fn new(nonce: Option<Nonce>, code: Code, detail: impl Into<String>) -> Self {
        let (status, name, title) = code.parts();
        let kind = format!("urn:hailong:problem:{name}");
        let problem = Problem {
            code,
            detail: detail.into(),
            status,
            title: title.into(),
            kind,
        };
        Self {
            nonce,
            problem,
            v: super::VERSION,
        }
    }
}

impl Answer {
    /// Reads an answer to the request with this nonce. `None` means "not reached": a proxy, a login page, another
    /// district, an answer to another request.
    pub fn open(district: &PublicKey, nonce: Nonce, body: &[u8]) -> Option<Self> {
        let answer: Self = signed::open(district, signed::ANSWER, body).ok()?;
        let theirs = match &answer {
            Self::Receipt(receipt) => Some(receipt.nonce),
            Self::Enrolled(enrolled) => Some(enrolled.nonce),
            Self::Taken(taken) => Some(taken.nonce),
            Self::Refusal(refusal) => refusal.nonce,
        };
        (theirs == Some(nonce)).then_some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::hex::Hex, wire::keys::Key};

    #[test]
    fn only_the_districts_signature_and_our_nonce_make_an_answer() {
        let (key, other) = (Key::from_seed(&[3; 32]), Key::from_seed(&[4; 32]));
        let (ours, theirs) = (Hex([1; 16]), Hex([2; 16]));
        let sealed = |key: &Key, nonce| {
            let refusal = Refusal::new(nonce, Code::Busy, "");
            signed::seal(key, signed::ANSWER, &Answer::Refusal(refusal)).into_bytes()
        };
        let opened = |body: &[u8]| Answer::open(&key.public(), ours, body).is_some();
        assert!(opened(&sealed(&key, Some(ours))));
        assert!(!opened(&sealed(&key, Some(theirs))), "an answer to another request");
        assert!(!opened(&sealed(&key, None)), "an answer to nobody");
        assert!(!opened(&sealed(&other, Some(ours))), "another district's");
    }
}
