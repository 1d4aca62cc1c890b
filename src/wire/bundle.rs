//! A bundle: NDJSON of a signed header, the records run by run, and the signature line.
//!
//! What is refused is framing, header, signature, size or chain. What the record lines say is not judged here: the
//! district stores every line of a signed, consistent bundle.

use super::{
    canon, chain, gzip,
    keys::{self, Key},
    record, signed,
};
use crate::domain::{
    hex::{DeviceId, DistrictId, EpochId, Generation, Hash, Nonce, PublicKey, Signature},
    policy,
};
use serde::{
    Deserialize, Deserializer as _, Serialize,
    de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor},
};
use std::{collections::BTreeMap, fmt};

/// A place in an epoch: its last record's number and head, and how many ballots the epoch had up to there, without the draft
/// it may have begun with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tip {
    /// Ballots of the epoch up to and with `seq`.
    pub ballots: u64,
    /// Which epoch.
    pub epoch: EpochId,
    /// The chain's head after `seq`.
    pub head: Hash,
    /// Number of the last record, from 0.
    pub seq: u64,
}

/// A stretch of one epoch's records, as a header claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// How many lines of the bundle are this run's; at least 1.
    pub count: u64,
    /// Which epoch.
    pub epoch: EpochId,
    /// Number of the first record.
    pub first: u64,
    /// Head before the first record; `None` exactly when `first` is 0.
    pub from: Option<Hash>,
    /// Head after the last record.
    pub head: Hash,
}

/// How the tablet is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// Whether the browser promised to keep our storage; `None` where it can't be asked.
    pub persisted: Option<bool>,
    /// Whether the tablet is in practice.
    pub practice: bool,
    /// Records not yet settled.
    pub queued: u64,
    /// What the self-test found, if somebody ran it since the app was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_test: Option<SelfTest>,
    /// Version of the setup in use.
    pub setup: i64,
    /// A setup of the district was signed rightly but could not be read: an older one is in use.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub setup_unread: bool,
}

/// What a tablet's self-test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTest {
    /// Unix time, rounded down to the hour.
    pub at: i64,
    /// Names of what was not in order: see `docs/protocol.md`.
    pub failed: Vec<String>,
}

/// A signed statement of the district's log: so many entries, this head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Local date it was made for, days since 1970-01-01.
    pub day: i64,
    /// The district's generation.
    pub generation: Generation,
    /// Head of the log after `size` entries.
    pub head: Hash,
    /// The district's signature over the other members, context `hailong/1/checkpoint\0`.
    pub sig: Signature,
    /// Entries in the log.
    pub size: u64,
}

/// The first line of a bundle, the one that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the app.
    pub app: String,
    /// The last checkpoint the tablet saw.
    #[serde(default)]
    pub checkpoint: Option<Checkpoint>,
    /// The tablet's clock when the bundle was made, unix seconds.
    pub clock: i64,
    /// Who sends.
    pub device: DeviceId,
    /// To which district.
    pub district: DistrictId,
    /// How the tablet is.
    #[serde(default)]
    pub health: Health,
    /// The tip the tablet remembers apart from its queue; ahead of `tip` after a roll-back.
    pub mark: Option<Tip>,
    /// Repeated by the answer.
    pub nonce: Nonce,
    /// The runs that follow, in the order of their lines. Empty in a heartbeat.
    pub runs: Vec<Run>,
    /// Clock jumps so far.
    pub step: u32,
    /// Surveys the district asked for, by their hash.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub surveys: BTreeMap<String, serde_json::Value>,
    /// The last record written.
    pub tip: Option<Tip>,
    /// 1.
    pub v: u32,
}

/// One line of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A record, verbatim.
    Record(Vec<u8>),
    /// A record whose body the tablet can no longer read.
    Hole(Hash),
}

impl Line {
    /// The leaf it stands for.
    pub fn leaf(&self) -> Hash {
        match self {
            Self::Record(bytes) => chain::leaf(bytes),
            Self::Hole(leaf) => *leaf,
        }
    }

    fn parse(line: &[u8]) -> Self {
        record::parse_hole(line).map_or_else(|| Self::Record(line.to_vec()), Self::Hole)
    }

    /// Bytes the line takes in a bundle, newline included.
    pub fn len(&self) -> usize {
        match self {
            Self::Record(bytes) => bytes.len() + 1,
            Self::Hole(leaf) => record::hole_line(leaf).len() + 1,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Record(bytes) if bytes.is_empty())
    }
}

/// Why a bundle is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not the lines that the header announces, or not gzip.
    #[error("bad framing: {0}")]
    Framing(&'static str),
    /// The header can't be read or contradicts itself.
    #[error("bad header: {0}")]
    Header(String),
    /// More bytes, lines or runs than allowed.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// The signature is not the device's.
    #[error("bad signature")]
    Signature,
    /// A run's lines do not lead to its head.
    #[error("bad chain: {0}")]
    Chain(String),
}

/// A bundle that is well framed; its signature is not checked yet.
#[derive(Debug)]
pub struct Unverified {
    header: Header,
    header_line: Vec<u8>,
    signature: Signature,
    lines: Vec<Line>,
}

/// A bundle whose signature and chains hold.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The header.
    pub header: Header,
    /// The header's bytes, which the signature covers.
    pub header_line: Vec<u8>,
    /// The device's signature.
    pub signature: Signature,
    /// The lines of all runs, in order.
    pub lines: Vec<Line>,
}

/// Makes the bytes of a bundle (before gzip). `lines` are those of the header's runs, in order.
pub fn seal(key: &Key, header: &Header, lines: &[Line]) -> Vec<u8> {
    let header = canon::line_of(header);
    let signature = key.sign(signed::BUNDLE, header.as_bytes());
    let mut out = header.into_bytes();
    out.push(b'\n');
    for line in lines {
        match line {
            Line::Record(bytes) => out.extend_from_slice(bytes),
            Line::Hole(leaf) => out.extend_from_slice(record::hole_line(leaf).as_bytes()),
        }
        out.push(b'\n');
    }
    out.extend_from_slice(signed::sig_line(&signature).as_bytes());
    out.push(b'\n');
    out
}

impl Unverified {
    /// Unpacks a body as it arrived over HTTP.
    pub fn from_gzip(body: &[u8]) -> Result<Self, BundleError> {
        let bytes = gzip::unpack(body, policy::MAX_BUNDLE_BYTES).map_err(|error| match error {
            gzip::GzipError::TooLarge => BundleError::TooLarge("more than 256 KiB unpacked"),
            gzip::GzipError::Corrupt => BundleError::Framing("not gzip, or cut short"),
        })?;
        Self::parse(&bytes)
    }

    /// Splits the bytes and reads the header.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() > policy::MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLarge("more than 256 KiB"));
        }
        let body = bytes
            .strip_suffix(b"\n")
            .ok_or(BundleError::Framing("the last line is cut"))?;
        let mut lines: Vec<&[u8]> = body.split(|c| *c == b'\n').collect();
        let signature = lines.pop().and_then(signed::parse_sig_line);
        let signature = signature.ok_or(BundleError::Framing("the last line is not a signature"))?;
        if lines.is_empty() {
            return Err(BundleError::Framing("no header"));
        }
        let header_line = lines.remove(0).to_vec();
        if lines.len() > policy::MAX_BUNDLE_RECORDS {
            return Err(BundleError::TooLarge("more than 500 records"));
        }
        let header = parse_header(&header_line)?;
        let announced = header.runs.iter().try_fold(0u64, |sum, run| sum.checked_add(run.count));
        if announced != Some(lines.len() as u64) {
            return Err(BundleError::Framing("not as many records as the header says"));
        }
        Ok(Self {
            header,
            header_line,
            signature,
            lines: lines.into_iter().map(Line::parse).collect(),
        })
    }

    /// Who claims to have sent it.
    pub fn device(&self) -> DeviceId {
        self.header.device
    }

    /// The nonce it claims, for a refusal.
    pub fn nonce(&self) -> Nonce {
        self.header.nonce
    }

    /// Checks the signature, then every run's chain.
    pub fn verify(self, key: &PublicKey) -> Result<Bundle, BundleError> {
        let Self {
            header,
            header_line,
            signature,
            lines,
        } = self;
        if keys::key_id(key) != header.device || !keys::verify(key, signed::BUNDLE, &header_line, &signature) {
            return Err(BundleError::Signature);
        }
        let bundle = Bundle {
            header,
            header_line,
            signature,
            lines,
        };
        for (run, lines) in bundle.runs() {
            let head = lines.iter().fold(run.from, |from, line| {
                Some(chain::advance(bundle.header.device, run.epoch, from, line.leaf()))
            });
            if head != Some(run.head) {
                return Err(BundleError::Chain(format!("epoch {} from {}", run.epoch, run.first)));
            }
        }
        Ok(bundle)
    }
}

impl Bundle {
    /// The runs with their lines.
    pub fn runs(&self) -> impl Iterator<Item = (&Run, &[Line])> {
        let mut rest = self.lines.as_slice();
        self.header.runs.iter().map(move |run| {
            let (lines, after) = rest.split_at(usize::try_from(run.count).unwrap_or(usize::MAX).min(rest.len()));
            rest = after;
            (run, lines)
        })
    }
}

/// The nonce of a bundle that is refused, looked for in its first bytes (unpacked): with it the tablet knows that it was
/// reached, and sends less at once. Asks no more of the header than to be JSON up to there.
pub fn nonce_within(head: &[u8]) -> Option<Nonce> {
    member_within(head, "nonce")
}

/// Whom a bundle's first bytes (unpacked) name as its device; nothing is proved by it.
pub fn device_within(head: &[u8]) -> Option<DeviceId> {
    member_within(head, "device")
}

/// A member of the first line, as far as there is one.
fn member_within<T: DeserializeOwned>(head: &[u8], wanted: &str) -> Option<T> {
    struct Find<'a, T>(&'a str, &'a mut Option<T>);
    impl<'de, T: DeserializeOwned> Visitor<'de> for Find<'_, T> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a header")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
            while let Some(name) = members.next_key::<String>()? {
                if name == self.0 {
                    *self.1 = Some(members.next_value()?);
                    break;
                }
                members.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }
    let (mut found, line) = (None, head.split(|c| *c == b'\n').next()?);
    // What follows the member is not read, so an error says nothing.
    let _ = serde_json::Deserializer::from_slice(line).deserialize_map(Find(wanted, &mut found));
    found
}

fn parse_header(line: &[u8]) -> Result<Header, BundleError> {
    let bad = |what: &str| Err(BundleError::Header(what.to_owned()));
    if canon::depth(line, 64) > 64 {
        return bad("nested too deep");
    }
    let header: Header = serde_json::from_slice(line).map_err(|error| BundleError::Header(error.to_string()))?;
    if header.v != super::VERSION {
        return bad("unknown version");
    }
    if header.runs.len() > policy::MAX_BUNDLE_RUNS {
        return Err(BundleError::TooLarge("more than 200 runs"));
    }
    let surveys = canon::line_of(&header.surveys).len();
    if surveys > policy::MAX_HEADER_SURVEYS_BYTES {
        return Err(BundleError::TooLarge("more than 64 KiB of surveys"));
    }
    for run in &header.runs {
        // i64::MAX keeps every seq a valid database integer.
        let end = run
            .first
            .checked_add(run.count)
            .filter(|end| i64::try_from(*end).is_ok());
        if run.count == 0 || end.is_none() || (run.first == 0) != run.from.is_none() {
            return bad("a run contradicts itself");
        }
    }
    Ok(header)
}

#[cfg(test)]
mod tests;
