//! Recorded clips: their names, and what is in a file.

use crate::domain::hex::Hash;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// A recording by the hash of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clip {
    /// SHA-256 of the bytes, without a context: as `sha256sum` prints it.
    pub hash: Hash,
    /// What is in it.
    pub kind: ClipKind,
}

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClipKind {
    /// AAC in MP4: what an iPad records, and what every tablet plays.
    M4a,
    /// MP3.
    Mp3,
    /// Opus or Vorbis in Ogg. An iPad plays it only from iPadOS 18.4.
    Ogg,
}

impl ClipKind {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::M4a, Self::Mp3, Self::Ogg];

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::M4a => "m4a",
            Self::Mp3 => "mp3",
            Self::Ogg => "ogg",
        }
    }

    /// Its type for a browser.
    pub fn mime(self) -> &'static str {
        match self {
            Self::M4a => "audio/mp4",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
        }
    }

    /// What a file is, by its first bytes; `None` for what is no sound of these.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::M4a),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [b'I', b'D', b'3', ..] => Some(Self::Mp3),
            // MPEG audio's sync word: eleven bits, then a version that is not reserved and layer III.
            [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 == 0x02 => {
                Some(Self::Mp3)
            }
            _ => None,
        }
    }
}

impl Clip {
    /// Reads `<64 hex digits>.<ending>`.
    pub fn parse(name: &str) -> Option<Self> {
        let (hash, ending) = name.split_once('.')?;
        let kind = ClipKind::ALL.into_iter().find(|kind| kind.ending() == ending)?;
        let hash = Hash::parse(hash).ok()?;
        Some(Self { hash, kind })
    }
}

impl fmt::Display for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.hash, self.kind.ending())
    }
}

impl Serialize for Clip {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clip {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| D::Error::custom("a clip is <64 hex digits>.m4a, .mp3 or .ogg"))
    }
}
