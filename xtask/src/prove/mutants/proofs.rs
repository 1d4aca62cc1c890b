//! What only a whole proof shows: for each program that no other mutant is for, what its short form must catch.

use super::Mutant;

const SIMULATION: &[&str] = &["--features", "simulation", "--test", "simulation", "whatever_happens"];
const KILLS: &[&str] = &["--test", "kills"];
const HERD: &[&str] = &["--test", "herd"];
const FUZZ: &[&str] = &["--test", "fuzz"];

pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "restored-stays-empty",
        breaks: "in the end a district that was put back or restored holds all that its tablets have a receipt for",
        file: "src/outbox/settle.rs",
        from: "\"update record set pending = 1 where body is not null and pending = 0\"",
        to: "\"update record set pending = 1 where body is not null and settled is null\"",
        test: SIMULATION,
    },
    Mutant {
        name: "journal-in-memory",
        breaks: "a kill in the middle of a tablet's commit undoes it, whole",
        file: "src/sqlite/mod.rs",
        from: "Journal::Rollback => \"delete\",",
        to: "Journal::Rollback => \"memory\",",
        test: KILLS,
    },
    Mutant {
        name: "busy-unsigned",
        breaks: "who is not served hears it in a signed refusal",
        file: "src/server/answer.rs",
        from: "Some(detail) => state.busy.get(detail, seal),",
        to: "Some(detail) => state.busy.get(detail, || \"{}\\n\".into()),",
        test: HERD,
    },
    Mutant {
        name: "room-for-all",
        breaks: "no more bodies are taken than there is room for",
        file: "src/server/state.rs",
        from: "Semaphore::new(limits.bodies)",
        to: "Semaphore::new(limits.bodies + (1 << 20))",
        test: HERD,
    },
    Mutant {
        name: "any-signature",
        breaks: "nothing is believed that its sender did not sign as it stands",
        file: "src/wire/keys.rs",
        from: ".is_ok()\n",
        to: ".is_ok()\n            || !message.is_empty()\n",
        test: FUZZ,
    },
    Mutant {
        name: "bomb-unpacked",
        breaks: "a small body can't become a large one",
        file: "src/wire/gzip.rs",
        from: ".take(limit as u64 + 1)",
        to: ".take(u64::MAX)",
        test: FUZZ,
    },
];
