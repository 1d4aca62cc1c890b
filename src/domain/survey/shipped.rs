//! The surveys that come with the program. A released one never changes: ballots name it by its hash.

/// The survey that every new district starts with.
pub const DEFAULT_SURVEY_JSON: &str = include_str!("../../../assets/surveys/mac-dinh.json");

/// A survey that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name on the command line.
    pub name: &'static str,
    /// The document.
    pub json: &'static str,
}

/// All of them.
pub const SHIPPED: [Shipped; 3] = [
    Shipped {
        name: "mac-dinh",
        json: DEFAULT_SURVEY_JSON,
    },
    // The 22 criteria of 2640/QĐ-BNV (domain.md §1.3) after one overall question, which is ours: the idle screen needs
    // faces, and the criteria alone have no overall one.
    Shipped {
        name: "sipas-2640",
        json: include_str!("../../../assets/surveys/sipas-2640.json"),
    },
    // Of the nine indices of NĐ 61/2018 those that a citizen at the counter can answer (domain.md §2.1): 3, 4, 6, 7.
    // The others come from the dossier system or are scored by the office itself.
    Shipped {
        name: "nd61",
        json: include_str!("../../../assets/surveys/nd61.json"),
    },
];
