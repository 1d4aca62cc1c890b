//! A comment on its way: sealed on the tablet to the district's comment key, padded, with its unit and month and nothing
//! that leads to a ballot, a device or a day.
//!
//! What is sealed repeats what stands outside, so that nobody in between can move a comment to another unit or month.

use super::{
    canon,
    seal::{self, SealError, SecretKey},
};
use crate::domain::{
    hex::{Hex, Nonce, PublicKey},
    ids::NodeId,
    policy::COMMENT_CLASSES,
    time::Month,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A comment's name: 128 random bits. Sending it twice is harmless.
pub type CommentId = Hex<16>;

/// A comment as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedComment {
    /// Its name.
    pub id: CommentId,
    /// When it was written, local time.
    pub month: Month,
    /// At which unit.
    pub node: NodeId,
    /// What was written, sealed.
    pub sealed: Vec<u8>,
}

/// Body of `POST /api/v1/comments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The comment's name.
    pub id: CommentId,
    /// "2026-11".
    #[serde(with = "month_text")]
    pub month: Month,
    /// New for every try; the answer repeats it.
    pub nonce: Nonce,
    /// The unit.
    pub node: NodeId,
    /// Sealed bytes in hex.
    #[serde(with = "hex_text")]
    pub sealed: Vec<u8>,
    /// 1.
    pub v: u32,
}

/// What is inside.
#[derive(Serialize, Deserialize)]
struct Inner {
    id: CommentId,
    #[serde(with = "month_text")]
    month: Month,
    node: NodeId,
    text: String,
}

impl SealedComment {
    /// Seals a text that was cleaned before (`domain::comment::clean`). `random` are 32 fresh random bytes.
    pub fn seal(
        random: [u8; 32],
        to: &PublicKey,
        id: CommentId,
        (node, month): (NodeId, Month),
        text: &str,
    ) -> Result<Self, SealError> {
        let text = text.to_owned();
        let mut plain = canon::line_of(&Inner { id, month, node, text }).into_bytes();
        let class = COMMENT_CLASSES.into_iter().find(|class| plain.len() <= *class);
        // Spaces after a JSON document mean nothing.
        plain.resize(class.unwrap_or(plain.len()), b' ');
        let sealed = seal::seal(random, to, seal::COMMENT, &plain)?;
        Ok(Self {
            id,
            month,
            node,
            sealed,
        })
    }

    /// What was written. Fails for what was sealed to another key, or for another unit, month or name.
    pub fn open(&self, key: &SecretKey) -> Result<String, SealError> {
        let plain = seal::open(key, seal::COMMENT, &self.sealed)?;
        let inner: Inner = serde_json::from_slice(&plain).map_err(|_| SealError::Open)?;
        let same = (inner.id, inner.month, inner.node) == (self.id, self.month, self.node);
        same.then_some(inner.text).ok_or(SealError::Open)
    }

    /// As it is sent.
    pub fn request(self, nonce: Nonce) -> Request {
        Request {
            id: self.id,
            month: self.month,
            nonce,
            node: self.node,
            sealed: self.sealed,
            v: super::VERSION,
        }
    }
}

impl Request {
    /// The comment, if the bytes can be one: of a class's length.
    pub fn comment(self) -> Option<SealedComment> {
        let fits = COMMENT_CLASSES
            .iter()
            .any(|class| self.sealed.len() == class + seal::OVERHEAD);
        (fits && self.v == super::VERSION).then_some(SealedComment {
            id: self.id,
            month: self.month,
            node: self.node,
            sealed: self.sealed,
        })
    }
}

/// "2026-11".
mod month_text {
    use super::{Deserialize, Deserializer, Month, Serializer};
    use serde::de::Error;

    pub(super) fn serialize<S: Serializer>(month: &Month, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:04}-{:02}", month.year, month.month))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Month, D::Error> {
        let text = String::deserialize(from)?;
        let digits = |part: &str| {
            part.bytes()
                .all(|c| c.is_ascii_digit())
                .then(|| part.parse::<u32>().ok())
                .flatten()
        };
        let (year, month) = text
            .split_once('-')
            .filter(|(year, month)| (year.len(), month.len()) == (4, 2))
            .and_then(|(year, month)| digits(year).zip(digits(month)))
            .filter(|(_, month)| (1..=12).contains(month))
            .ok_or_else(|| D::Error::custom("expected a month like 2026-11"))?;
        let year = i32::try_from(year).map_err(D::Error::custom)?;
        Ok(Month { year, month })
    }
}

/// Any number of bytes as lower-case hex.
mod hex_text {
    use super::{Deserialize, Deserializer, Serializer};
    use crate::domain::hex::Hex;
    use serde::de::Error;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        to.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        let pairs = text
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).unwrap_or_default());
        let bytes = pairs.map(|pair| Hex::<1>::parse(pair).map(|Hex([byte])| byte));
        bytes.collect::<Result<_, _>>().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::{COMMENT_MAX_CHARS, MAX_COMMENT_BYTES};
    use uuid::Uuid;

    fn sealed(text: &str) -> SealedComment {
        let key = SecretKey::derive(&[9; 32]);
        let at = (NodeId(Uuid::from_bytes([7; 16])), Month { year: 2026, month: 11 });
        SealedComment::seal([3; 32], &key.public(), Hex([4; 16]), at, text).unwrap()
    }

    #[test]
    fn a_comment_travels_and_opens_only_as_what_it_was_sealed_as() {
        let (key, other) = (SecretKey::derive(&[9; 32]), SecretKey::derive(&[8; 32]));
        let sent = sealed("Cán bộ rất nhiệt tình.");
        let line = canon::line_of(&sent.clone().request(Hex([5; 16])));
        let came = serde_json::from_str::<Request>(&line).unwrap().comment().unwrap();
        assert_eq!(came, sent);
        assert_eq!(came.open(&key).unwrap(), "Cán bộ rất nhiệt tình.");
        assert!(came.open(&other).is_err());
        let next = Month { year: 2026, month: 12 };
        assert!(
            SealedComment {
                month: next,
                ..came.clone()
            }
            .open(&key)
            .is_err()
        );
        assert!(
            SealedComment {
                id: Hex([0; 16]),
                ..came.clone()
            }
            .open(&key)
            .is_err()
        );
        assert!(
            SealedComment {
                node: NodeId(Uuid::nil()),
                ..came
            }
            .open(&key)
            .is_err()
        );
    }

    #[test]
    fn the_length_says_only_a_class_and_the_longest_fits() {
        let length = |text: &str| sealed(text).sealed.len() - seal::OVERHEAD;
        assert_eq!((length("a"), length(&"a".repeat(200))), (512, 512));
        assert_eq!(length(&"ệ".repeat(200)), 1024);
        // The worst: every character takes four bytes, or is written as an escape of two.
        for c in ["😀", "\""] {
            let long = sealed(&c.repeat(COMMENT_MAX_CHARS));
            assert!(canon::line_of(&long.clone().request(Hex([5; 16]))).len() <= MAX_COMMENT_BYTES);
            assert!(long.request(Hex([5; 16])).comment().is_some(), "{c}");
        }
    }

    #[test]
    fn what_is_no_comment_is_refused() {
        let good = canon::line_of(&sealed("x").request(Hex([5; 16])));
        let reads = |text: &str| serde_json::from_str::<Request>(text).is_ok_and(|request| request.comment().is_some());
        assert!(reads(&good));
        for (from, to) in [
            ("2026-11", "2026-13"),
            ("2026-11", "11/2026"),
            ("2026-11", "2026-+1"),
            ("\"v\":1", "\"v\":2"),
            ("\"sealed\":\"", "\"sealed\":\"0"),
            ("\"sealed\":\"", "\"sealed\":\"00"),
            ("\"sealed\":\"", "\"sealed\":\"é"),
        ] {
            assert!(!reads(&good.replacen(from, to, 1)), "{from} -> {to}");
        }
    }
}
