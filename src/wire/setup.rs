//! The setup: what a tablet shows and how it behaves, one signed document that names its device.

use super::signed::{self, SignedError};
use crate::domain::{
    ballot::Moment,
    hex::{DeviceId, DistrictId, Hash, PublicKey},
    ids::{CounterId, NodeId},
    settings::Hours,
    survey::Survey,
};
use serde::{Deserialize, Serialize};

/// A tablet's setup. Unknown members are ignored, so that a newer district can add some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Ask for a comment after the ballot and seal it to this key. `None`: ask for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment_key: Option<PublicKey>,
    /// The counter the tablet stands at.
    pub counter: Counter,
    /// The folder is a demo: no hold, no practice.
    #[serde(default)]
    pub demo: bool,
    /// Whom it is for.
    pub device: DeviceId,
    /// By which district.
    pub district: DistrictId,
    /// What ballot files are sealed to (X25519, [`super::seal`]); a district of an older version has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_key: Option<PublicKey>,
    /// The counter's unit.
    pub node: Node,
    /// What operator mode needs; a district of an older version says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
    /// Languages that the screens offer besides those they bring along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<Pack>,
    /// Ballots are practice until "Bắt đầu tính phiếu" is tapped on the tablet under a setup with this value;
    /// a higher one returns the tablet to practice. `None`: count at once.
    #[serde(default)]
    pub practice_since: Option<i64>,
    /// How it behaves.
    pub settings: Settings,
    /// The survey to show.
    pub survey: serde_json::Value,
    /// max(previous + 1, unix seconds). A lower one is ignored.
    pub version: i64,
    /// 1.
    pub v: u32,
}

/// Where the tablet stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Lĩnh vực, if the counter has only one.
    #[serde(default)]
    pub field: Option<String>,
    /// Its id.
    pub id: CounterId,
    /// When in the handling of the papers people rate here.
    pub moment: Moment,
    /// "Quầy 1".
    pub name: String,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Shown on the thank-you screen: whom to turn to.
    #[serde(default)]
    pub contact: Option<String>,
    /// Its id.
    pub id: NodeId,
    /// "Xã Mẫu".
    pub name: String,
}

/// A language pack. The tablet reads the document with `domain::pack` and leaves out one it can't read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// The pack.
    pub document: serde_json::Value,
    /// Its name: see `wire::pack_id`.
    pub id: Hash,
}

/// The part of a setup that a visit is made of: what a preview shows. Unsigned, for a page that keeps nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// A comment is asked for after the ballot.
    pub comments: bool,
    /// At which counter.
    pub counter: Counter,
    /// The folder is a demo.
    pub demo: bool,
    /// Of which unit.
    pub node: Node,
    /// Languages besides those the screens bring along.
    pub packs: Vec<Pack>,
    /// The survey.
    pub survey: serde_json::Value,
}

/// How a tablet behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether records wait for their bucket to close plus up to 10 minutes before they travel (design §4, hold).
    pub hold: bool,
    /// When the counter is open; outside these hours the screen rests. `None`: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Days a settled body stays on the tablet, 30 to 180.
    pub prune_days: i64,
}

/// What operator mode needs without a network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The counters of the unit, this tablet's too: where it may be moved to.
    #[serde(default)]
    pub counters: Vec<Place>,
    /// Hash of the code that allows an erase while ballots wait.
    #[serde(default)]
    pub erase: Option<Hash>,
    /// The PIN ([`super::pin`]); none was set yet.
    #[serde(default)]
    pub pin: Option<String>,
    /// Hash of the code that opens operator mode without the PIN.
    #[serde(default)]
    pub unlock: Option<Hash>,
}

/// A counter by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: CounterId,
    /// "Quầy 2".
    pub name: String,
}

impl Setup {
    /// The least that a setup can be, for unit tests.
    #[cfg(test)]
    pub(crate) fn plain(device: DeviceId, district: DistrictId) -> Self {
        Self {
            comment_key: None,
            counter: Counter {
                field: None,
                id: CounterId(uuid::Uuid::nil()),
                moment: Moment::Result,
                name: "Quầy 1".into(),
            },
            demo: false,
            device,
            district,
            file_key: None,
            node: Node {
                contact: None,
                id: NodeId(uuid::Uuid::nil()),
                name: "Xã Mẫu".into(),
            },
            operator: None,
            packs: Vec::new(),
            practice_since: None,
            settings: Settings {
                hold: false,
                hours: None,
                prune_days: 30,
            },
            survey: serde_json::from_str(crate::domain::survey::DEFAULT_SURVEY_JSON).unwrap_or_default(),
            version: 1,
            v: 1,
        }
    }

    /// Reads a setup that must be this district's and for this device.
    pub fn open(district: &PublicKey, device: DeviceId, text: &[u8]) -> Result<Self, SignedError> {
        let setup: Self = signed::open(district, signed::SETUP, text)?;
        if setup.device != device {
            return Err(SignedError::Shape("for another device".into()));
        }
        if setup.v != super::VERSION {
            return Err(SignedError::Shape("unknown version".into()));
        }
        setup.parse_survey().map_err(SignedError::Shape)?;
        Ok(setup)
    }

    /// The survey to show, with its name.
    pub fn parse_survey(&self) -> Result<(Hash, Survey), String> {
        let survey = Survey::parse(self.survey.to_string().as_bytes()).map_err(|error| error.to_string())?;
        Ok((super::survey_id(&self.survey), survey))
    }
}
