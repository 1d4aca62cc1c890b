//! What somebody is who signs in. What each may do is one table, `server::auth::permission`.

use serde::{Deserialize, Serialize};

/// What a user is. Everybody but a system administrator has a unit and sees that unit with all below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Quản trị hệ thống: everything, everywhere.
    System,
    /// Lãnh đạo đơn vị: decides for a unit.
    Leader,
    /// Cán bộ phụ trách: does the daily work of a unit.
    Clerk,
    /// Thanh tra: reads, changes nothing, until a day.
    Inspector,
    /// Cán bộ tại quầy: sees figures of their own, of months that have ended, and explains them.
    Officer,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::System, Self::Leader, Self::Clerk, Self::Inspector, Self::Officer];

    /// Its name in the database, in the log and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Leader => "leader",
            Self::Clerk => "clerk",
            Self::Inspector => "inspector",
            Self::Officer => "officer",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == text)
    }

    /// What people call it.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::System => "Quản trị hệ thống",
            Self::Leader => "Lãnh đạo đơn vị",
            Self::Clerk => "Cán bộ phụ trách",
            Self::Inspector => "Thanh tra, kiểm tra",
            Self::Officer => "Cán bộ tại quầy",
        }
    }

    /// The same in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::System => "System administrator",
            Self::Leader => "Leader of a unit",
            Self::Clerk => "Clerk",
            Self::Inspector => "Inspector",
            Self::Officer => "Officer at a counter",
        }
    }
}
