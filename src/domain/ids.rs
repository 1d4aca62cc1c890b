//! Names of things, each its own type, so that a counter is never taken for a node.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// A place in the tree of units: province, commune, reception point. Our own id, never an official code.
    NodeId
);
uuid_id!(
    /// A counter of a node.
    CounterId
);
uuid_id!(
    /// An officer behind a counter. In no ballot.
    OfficerId
);
uuid_id!(
    /// A survey that somebody is working on.
    DraftId
);

/// The name of a question or a tile inside a survey: ASCII letters, digits, `_`, `-`; 1 to 40 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The text is not a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 40 of a-z, A-Z, 0-9, '_', '-', got {0:?}")]
pub struct SlugError(String);

impl Slug {
    /// Checks the text.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        let good = (1..=40).contains(&text.len())
            && text
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-');
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(SlugError(text.chars().take(60).collect()))
        }
    }

    /// Stands for an id that could not be read, while the rest is looked at; no document's id is empty.
    pub(super) fn nothing() -> Self {
        Self(String::new())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;
    fn try_from(text: String) -> Result<Self, SlugError> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
