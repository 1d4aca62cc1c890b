//! What the screens tell the engine and hear from it. The same enums natively (a channel) and on the web (messages to
//! a dedicated Worker, as JSON).

pub mod operator;

use crate::domain::{
    ballot::{Answers, Ended},
    hex::{Hash, Salt},
    settings::Hours,
    survey::Survey,
};
use crate::wire::setup;
use serde::{Deserialize, Serialize};

/// From the screens to the engine. Each is answered by an [`Event`]; none blocks the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A visit began: first touch of any control. Counted; nothing else is kept.
    VisitBegan,
    /// A visit ended without a face. Counted.
    VisitAbandoned,
    /// The answers so far, after every tap once a face was chosen. Committed at once: the tap counts.
    Draft(Draft),
    /// The visit ended. Turns the draft of this salt into a ballot; repeated, it answers as the first time did.
    Cast {
        /// The visit.
        salt: Salt,
        /// How it ended.
        ended: Ended,
        /// The language of the screen, a BCP-47 tag: counted apart, never part of the ballot.
        language: String,
    },
    /// What a citizen wrote and agreed to send. Kept only without numbers and sealed.
    Comment {
        /// As typed.
        text: String,
    },
    /// Redeem an enrolment code, as typed.
    Enrol {
        /// The code.
        code: String,
    },
    /// "Bắt đầu tính phiếu" was tapped.
    StartCounting,
    /// "Để sau" was tapped on the offer to start counting: stay in practice and don't offer again at this start.
    StayInPractice,
    /// Try to send now. Does not shorten the hold.
    SendNow,
    /// Something of operator mode.
    Operator(operator::Ask),
    /// The page tested itself: test the storage too, keep what failed and tell the district.
    SelfTest {
        /// Names of what the page found out of order.
        failed: Vec<String>,
    },
    /// The page is being hidden or closed: let go of the files. `Resume` takes them again.
    Suspend,
    /// The page is shown again.
    Resume,
}

/// A visit's answers so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What was answered; the headline question at least.
    pub answers: Answers,
    /// Names the visit; given to it by the screens when it began.
    pub salt: Salt,
    /// The survey that was shown.
    pub survey: Hash,
    /// Seconds from the first touch to this tap.
    pub took_secs: i64,
}

/// From the engine to the screens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// What the tablet is now. Sent at the start and whenever it changes. A new survey or counter takes effect
    /// between visits: the screens keep the old one until the visit has ended.
    State(State),
    /// The draft is on the disk.
    Drafted {
        /// The visit.
        salt: Salt,
    },
    /// The ballot is on the disk: "Cảm ơn" may be shown.
    Cast {
        /// The visit.
        salt: Salt,
    },
    /// The comment is on the disk, sealed; or there was nothing in it to keep.
    Commented,
    /// The code was not redeemed. The tablet stays as it was.
    EnrolFailed(EnrolFailure),
    /// How sending goes. Sent at the start and whenever it changes.
    Status(Status),
    /// Something for operator mode.
    Operator(operator::Say),
    /// What the engine's part of the self-test found.
    SelfTested(SelfTested),
}

/// What the engine's part of the self-test found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTested {
    /// The tablet's clock agrees with the district's, to the hour; `None` before the first receipt of this start.
    pub clock: Option<bool>,
    /// The last try reached the district.
    pub district: bool,
    /// The browser promised to keep our storage; `None` where it can't be asked.
    pub persisted: Option<bool>,
    /// Something was written to the disk and the disk said so.
    pub storage: bool,
}

/// What the tablet is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The engine is opening its files.
    Starting,
    /// It has no place in a district yet.
    NotEnrolled,
    /// It takes ratings.
    Ready(Box<Ready>),
    /// It takes none, and the screen says why and what to do.
    Blocked(Block),
}

/// What a tablet that takes ratings shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Ask for a comment after the ballot.
    pub comments: bool,
    /// Where it stands.
    pub counter: setup::Counter,
    /// The folder is a demo ("SỐ LIỆU MINH HỌA").
    pub demo: bool,
    /// When the counter is open; `None`: always.
    pub hours: Option<Hours>,
    /// Who asks.
    pub node: setup::Node,
    /// Offer "Bắt đầu tính phiếu" now: once, on the screen after enrolment.
    pub offer_counting: bool,
    /// More languages to offer.
    pub packs: Vec<setup::Pack>,
    /// Ballots are practice: show the ribbon.
    pub practice: bool,
    /// What to ask.
    pub survey: Survey,
    /// The survey's name, for drafts.
    pub survey_id: Hash,
}

/// Why a tablet takes no ratings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// Plain http from another host: no storage.
    PlainHttp,
    /// The browser has no synchronous access handles (OPFS).
    NoOpfs,
    /// Another window has the storage.
    SecondWindow,
    /// The storage was denied, is full or failed: no ballot can be kept.
    Storage,
    /// The district withdrew the device.
    Revoked,
}

/// Why a code was not redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnrolFailure {
    /// Not a code, or no such code.
    Wrong,
    /// It enrolled another device.
    Used,
    /// Its time is over.
    Expired,
    /// Too many tries: wait some minutes.
    TooMany,
    /// The district was not reached: the network is down.
    NotReached,
}

/// How sending goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Ballots on this tablet that have no receipt yet.
    pub waiting: u64,
    /// Ballots with a receipt since the tablet was enrolled.
    pub sent: u64,
    /// Unix time, to the hour, of the last receipt.
    pub last_contact: Option<i64>,
    /// When the next waiting record may travel, unix time; `None` if now or nothing waits.
    pub sendable_at: Option<i64>,
    /// The last try did not reach the district.
    pub offline: bool,
    /// No answer of the district for a day.
    pub silent: bool,
}
