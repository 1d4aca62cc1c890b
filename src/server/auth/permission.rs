//! Who may do what: the one table. A page's address is added to the router only with a [`Right`]
//! (`admin::routes::Pages`), and a right is had only through [`Right::roles`].
//!
//! *Where* is not in the table: everybody but a system administrator has a unit, and every id that they send (in the
//! path, the query or a form) must name something of that unit or below it (`store::scope`); otherwise the answer is
//! the one for what does not exist.

use crate::domain::role::Role::{self, Clerk, Inspector, Leader, Officer, System};

/// Something that a page lets somebody do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Choose one's own password, sign out.
    Own,
    /// See figures, and what stands under them.
    Figures,
    /// Take released ballots and figures out, in the commune form.
    Export,
    /// Take out the evidence pack, as auditors and inspectors ask for it; logged.
    Evidence,
    /// Make and file reports.
    Report,
    /// See the tablets.
    Devices,
    /// Make enrolment codes.
    Codes,
    /// Revoke a tablet, release or erase one.
    Operate,
    /// See units and counters.
    SeePlaces,
    /// Add and change units and counters, their contact and hours.
    Places,
    /// See who is at which counter when.
    SeeRoster,
    /// Enter duties, and the numbers of transactions.
    Enter,
    /// See figures of officers.
    Officers,
    /// See one's own figures as an officer, and explain them.
    Mine,
    /// See exclusions, flags and the ballots that wait for a decision.
    SeeDecisions,
    /// Exclude and include again, count or keep out.
    Decide,
    /// Read what citizens wrote.
    Comments,
    /// Answer what citizens wrote.
    Answer,
    /// See what low ratings became, and the daily digest.
    Tasks,
    /// Close a task, or open it again.
    CloseTasks,
    /// See which questions are asked where, since when, and what changed.
    SeeSurveys,
    /// Change the questions, and publish them to counters of one's unit.
    Surveys,
    /// See and change users.
    Users,
    /// See how the server itself is kept: the age of its newest backup.
    Server,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Own,
        Self::Figures,
        Self::Export,
        Self::Evidence,
        Self::Report,
        Self::Devices,
        Self::Codes,
        Self::Operate,
        Self::SeePlaces,
        Self::Places,
        Self::SeeRoster,
        Self::Enter,
        Self::Officers,
        Self::Mine,
        Self::SeeDecisions,
        Self::Decide,
        Self::Comments,
        Self::Answer,
        Self::Tasks,
        Self::CloseTasks,
        Self::SeeSurveys,
        Self::Surveys,
        Self::Users,
        Self::Server,
    ];

    /// Who has it, each within their unit.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Own => &[System, Leader, Clerk, Inspector, Officer],
            Self::Figures
            | Self::Export
            | Self::Evidence
            | Self::Devices
            | Self::SeePlaces
            | Self::SeeRoster
            | Self::SeeDecisions
            | Self::Tasks
            | Self::SeeSurveys => &[System, Leader, Clerk, Inspector],
            Self::Report | Self::Codes | Self::Enter | Self::Comments | Self::Answer => &[System, Leader, Clerk],
            Self::Officers => &[System, Leader, Inspector],
            Self::Operate | Self::Places | Self::Decide | Self::Surveys | Self::Users | Self::CloseTasks => {
                &[System, Leader]
            }
            Self::Server => &[System],
            Self::Mine => &[Officer],
        }
    }
}

/// Whether somebody of this role has this right, somewhere.
pub fn may(role: Role, right: Right) -> bool {
    right.roles().contains(&role)
}

/// Whether somebody of this role may add or change a user of that role, whose unit is theirs (`same`) or below it.
pub fn may_manage(role: Role, other: Role, same: bool) -> bool {
    match (role, other) {
        (System, _) => true,
        // Not another leader of the same unit: two would lock each other out.
        (Leader, Leader) => !same,
        (Leader, Clerk | Officer) => true,
        _ => false,
    }
}
