//! The promises, each with the edit that breaks it and the test that must notice.

/// One broken promise.
pub struct Mutant {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it breaks.
    pub breaks: &'static str,
    /// Where, from the repository's top folder.
    pub file: &'static str,
    /// What stands there, exactly once.
    pub from: &'static str,
    /// What it becomes.
    pub to: &'static str,
    /// The test meant for it, as arguments of `cargo test`.
    pub test: &'static [&'static str],
}

const OUTBOX: &[&str] = &["--lib", "outbox::"];
const SYNC: &[&str] = &["--lib", "sync::"];
const POWER_CUT: &[&str] = &["--test", "power_cut", "every_rating"];
const STORE: &[&str] = &["--test", "store"];
const FIGURES: &[&str] = &["--test", "server", "figures::"];
const PROTOCOL: &[&str] = &["--test", "protocol"];
const VERIFY: &[&str] = &["--test", "server", "verify::"];
const TURNED_BACK: &[&str] = &["--test", "path", "turned_back"];
const CHAOS: &[&str] = &["--test", "path", "chaos"];

pub const MUTANTS: &[Mutant] = &[
    // The disk.
    Mutant {
        name: "synchronous-normal",
        breaks: "a commit is on the disk before we say so",
        file: "src/sqlite/mod.rs",
        from: r#"Journal::Wal => "full","#,
        to: r#"Journal::Wal => "normal","#,
        test: &["--test", "power_cut", "district"],
    },
    Mutant {
        name: "synchronous-full",
        breaks: "the removal of a tablet's journal is on the disk before we say so",
        file: "src/sqlite/mod.rs",
        from: r#"Journal::Rollback => "extra","#,
        to: r#"Journal::Rollback => "full","#,
        test: POWER_CUT,
    },
    Mutant {
        name: "synchronous-off",
        breaks: "a tablet's commit is on the disk before we say so",
        file: "src/sqlite/mod.rs",
        from: r#"Journal::Rollback => "extra","#,
        to: r#"Journal::Rollback => "off","#,
        test: POWER_CUT,
    },
    Mutant {
        name: "identity-unchecked",
        breaks: "a damaged identity is put aside, and the tablet goes on",
        file: "src/outbox/identity.rs",
        from: "    db.check()?;\n",
        to: "",
        test: &["--test", "power_cut", "flush_lies"],
    },
    Mutant {
        name: "unsound-taken",
        breaks: "a queue whose newest chain does not hold is put aside at the start",
        file: "src/outbox/mod.rs",
        from: "        sound::check(tx)?;\n",
        to: "",
        test: &["--test", "power_cut", "flush_lies"],
    },
    Mutant {
        name: "quick-check",
        breaks: "a file whose index lost rows is put aside at the start",
        file: "src/sqlite/mod.rs",
        from: r#"(None, "integrity_check""#,
        to: r#"(None, "quick_check""#,
        test: &["--test", "power_cut", "flush_lies"],
    },
    Mutant {
        name: "acknowledge-before-commit",
        breaks: "nobody is answered before the commit",
        file: "src/store/writer.rs",
        from: "Err(error) if group.len() == 1 => group.into_iter().for_each(|job| job.done(Err(error.to_string()))),",
        to: "Err(_) if group.len() == 1 => group.into_iter().for_each(|job| job.done(Ok(()))),",
        test: STORE,
    },
    // The tablet's queue.
    Mutant {
        name: "epoch-kept",
        breaks: "a file that went back in time begins a new epoch, so no key is used twice",
        file: "src/outbox/append.rs",
        from: "= if found == expected {",
        to: "= if found == expected || found.is_some() {",
        test: OUTBOX,
    },
    Mutant {
        name: "drop-oldest",
        breaks: "a ballot without a receipt is never removed",
        file: "src/outbox/settle.rs",
        from: "where settled <= ?1 and body is not null and pending = 0",
        to: "where (settled <= ?1 or settled is null) and body is not null",
        test: OUTBOX,
    },
    Mutant {
        name: "prune-by-own-clock",
        breaks: "bodies go by the district's clock, never by the tablet's",
        file: "src/outbox/settle.rs",
        from: "prune(tx, receipt.received, prune_days)?;",
        to: "prune(tx, crate::platform::unix_now(), prune_days)?;",
        test: OUTBOX,
    },
    Mutant {
        name: "open-dropped",
        breaks: "the record that tells where an epoch came from travels too",
        file: "src/outbox/batch.rs",
        from: "where r.pending = 1 and (r.hold_until",
        to: "where r.pending = 1 and r.seq > 0 and (r.hold_until",
        test: OUTBOX,
    },
    Mutant {
        name: "hold-ignored",
        breaks: "a record waits until its time bucket has closed",
        file: "src/outbox/append.rs",
        from: "let hold = hold.then_some(jitter);",
        to: "let hold = (hold && jitter < 0).then_some(jitter);",
        test: OUTBOX,
    },
    Mutant {
        name: "absurd-hold-kept",
        breaks: "a clock that was set back holds no ballot for years",
        file: "src/outbox/batch.rs",
        from: "    now.saturating_add(policy::BUCKET_SECS + policy::HOLD_JITTER_SECS)\n",
        to: "    now.max(i64::MAX)\n",
        test: &["--test", "path", "clocks"],
    },
    Mutant {
        name: "cast-without-salt",
        breaks: "a repeated Cast answers as the first did",
        file: "src/outbox/visit.rs",
        from: "            if is_cast(tx, salt)? {\n                return Ok(());\n            }\n            match stored_draft",
        to: "            match stored_draft",
        test: OUTBOX,
    },
    Mutant {
        name: "settled-unread",
        breaks: "only what carries our own head is settled",
        file: "src/outbox/settle.rs",
        from: "Some((epoch_no, head)) if (head as Hash) == run.head => epoch_no,",
        to: "Some((epoch_no, head)) if (head as Hash) == run.head || run.last > 0 => epoch_no,",
        test: OUTBOX,
    },
    Mutant {
        name: "held-without-own-count",
        breaks: "a district that holds less than it told, counted with this bundle, is sent everything again",
        file: "src/outbox/settle.rs",
        from: "receipt.held < held.saturating_add(first_time)",
        to: "first_time < u64::MAX && receipt.held < held",
        test: OUTBOX,
    },
    Mutant {
        name: "no-refill",
        breaks: "what a restored district lost is sent again",
        file: "src/outbox/settle.rs",
        from: "let refill = must_refill(tx, receipt, first_time)?;",
        to: "let refill = must_refill(tx, receipt, first_time)? && receipt.held == u64::MAX;",
        test: TURNED_BACK,
    },
    Mutant {
        name: "setup-goes-back",
        breaks: "an older setup is ignored",
        file: "src/outbox/identity.rs",
        from: "if setup.version <= enrolment.setup.version {",
        to: "if setup.version == enrolment.setup.version {",
        test: OUTBOX,
    },
    // What is an answer.
    Mutant {
        name: "unsigned-404-final",
        breaks: "an unsigned status decides nothing",
        file: "src/sync/sender.rs",
        from: "            (None, _) => Outcome::NotReached,",
        to: "            (None, _) => Outcome::NotReached,\n            (Some(reply), _) if reply.status == 404 => Outcome::Refused(Code::UnknownDevice),",
        test: SYNC,
    },
    Mutant {
        name: "no-nonce-check",
        breaks: "an answer to another request is none",
        file: "src/wire/answer.rs",
        from: "(theirs == Some(nonce)).then_some(answer)",
        to: "(theirs == Some(nonce) || theirs.is_some()).then_some(answer)",
        test: &["--lib", "wire::answer"],
    },
    Mutant {
        name: "retry-at-once",
        breaks: "a failed try is followed by a growing pause",
        file: "src/sync/planner.rs",
        from: "self.not_before = now + asked + policy::BACKOFF_FLOOR + share(ceiling, random);",
        to: "self.not_before = now + share(asked.min(ceiling), random);",
        test: SYNC,
    },
    // The wire.
    Mutant {
        name: "chain-without-leaf",
        breaks: "the chain runs over leaves, each with its context",
        file: "src/wire/chain.rs",
        from: r#"sha256(&[b"hailong/1/link\0", &head.0, &leaf.0])"#,
        to: r#"sha256(&[&head.0, &leaf.0])"#,
        test: PROTOCOL,
    },
    Mutant {
        name: "signature-not-checked",
        breaks: "a bundle that was changed on the way is refused",
        file: "src/wire/bundle.rs",
        from: "!keys::verify(key, signed::BUNDLE, &header_line, &signature)",
        to: "(!keys::verify(key, signed::BUNDLE, &header_line, &signature) && header_line.is_empty())",
        test: &["--lib", "wire::bundle"],
    },
    // The district.
    Mutant {
        name: "no-leaf-compare",
        breaks: "another line for a known key is kept and alarmed, not taken for the same",
        file: "src/store/ingest/lines.rs",
        from: "Some(held) if *held == seen.leaf => {}",
        to: "Some(held) if *held == seen.leaf || seq < u64::MAX => {}",
        test: STORE,
    },
    Mutant {
        name: "gap-refused",
        breaks: "a gap is no error",
        file: "src/store/ingest/lines.rs",
        from: "let (mut other, mut added) = (BTreeMap::new(), Added::default());",
        to: "if let Some(before) = run.first.checked_sub(1)\n            && self.held(epoch_no, to_i64(before)?, to_i64(run.first)?)?.is_empty()\n        {\n            return Err(StoreError::Invalid(\"gap\".into()));\n        }\n        let (mut other, mut added) = (BTreeMap::new(), Added::default());",
        test: STORE,
    },
    Mutant {
        name: "visit-counted-twice",
        breaks: "a draft that a roll-back brought back is not counted again",
        file: "src/store/ingest/lines.rs",
        from: "&& !self.first_cast(ballot)?",
        to: "&& !self.first_cast(ballot)?\n            && seq < 0",
        test: TURNED_BACK,
    },
    Mutant {
        name: "revoked-refused",
        breaks: "the ballots of a revoked device are kept",
        file: "src/store/ingest/mod.rs",
        from: "let told = self.told_otherwise(header, device.no, hour)?;",
        to: "if device.revoked {\n            return Err(StoreError::NotFound(\"device\"));\n        }\n        let told = self.told_otherwise(header, device.no, hour)?;",
        test: STORE,
    },
    Mutant {
        name: "export-in-order",
        breaks: "an export does not tell in which order people rated",
        file: "src/store/rows/released.rs",
        from: "held.sort_unstable_by_key(|found| (found.leaf, found.epoch_no, found.seq));",
        to: "held.sort_unstable_by_key(|found| (found.epoch_no, found.seq));",
        test: FIGURES,
    },
    Mutant {
        name: "rate-live",
        breaks: "answers enter the figures only when they are released",
        file: "src/store/cuts.rs",
        from: "and state in ({states}) and release > 0 and question > 0",
        to: "and state in ({states}) and question > 0",
        test: FIGURES,
    },
    Mutant {
        name: "exclusion-grows",
        breaks: "an exclusion leaves alone what arrives or is released after it",
        file: "src/store/exclusions/mod.rs",
        from: "            && fact.pos <= self.pos\n            && released_pos <= self.pos\n",
        to: "",
        test: &["--test", "server", "exclusions::"],
    },
    Mutant {
        name: "restore-same-generation",
        breaks: "a restored district has a new generation",
        file: "src/store/backup.rs",
        from: "        tx.put_meta(\"generation\", &generation.0)?;\n",
        to: "",
        test: &["--test", "path", "restored"],
    },
    Mutant {
        name: "row-digest-ignored",
        breaks: "a stored row that somebody changed is found",
        file: "src/store/verify/logged.rs",
        from: "report.broken(\"log\", &place, \"the entry is not the one that was logged\");",
        to: "let _ = &place;",
        test: VERIFY,
    },
    Mutant {
        name: "login-page-passes",
        breaks: "whatever the network does, every ballot arrives once",
        file: "src/sync/sender.rs",
        from: "            None => Ok(Outcome::NotReached),\n        }\n    }\n\n    fn take_setup",
        to: "            None => {\n                self.skip += 1;\n                Ok(Outcome::Nothing)\n            }\n        }\n    }\n\n    fn take_setup",
        test: CHAOS,
    },
    // What everybody may see, and what outsiders check.
    Mutant {
        name: "public-moves",
        breaks: "a month that was put out never changes, so that its difference tells nothing of one citizen",
        file: "src/store/publish.rs",
        from: "if is_out(self.conn, period)? {",
        to: "if is_out(self.conn, period)? && now < 0 {",
        test: &["--test", "server", "public::"],
    },
    Mutant {
        name: "public-difference",
        breaks: "two public figures never leave one to four ballots between them",
        file: "src/domain/publish.rs",
        from: "Some(rest) if (1..MIN_CELL).contains",
        to: "Some(rest) if (1..1).contains",
        test: &["--lib", "domain::publish"],
    },
    Mutant {
        name: "public-uninvited",
        breaks: "a unit that did not switch it on looks like one that does not exist",
        file: "src/server/public/model.rs",
        from: "if !is_public(conn, id)? {",
        to: "if !is_public(conn, id)? && now < 0 {",
        test: &["--test", "server", "public::"],
    },
    Mutant {
        name: "evidence-without-conflicts",
        breaks: "an outsider gets every line of the chains, conflicting ones too",
        file: "src/store/proof.rs",
        from: "counter_no, marks, pos from conflict\n",
        to: "counter_no, marks, pos from conflict where 0\n",
        test: &["--features", "browser", "--test", "server", "second_verifier::"],
    },
    // Running it.
    Mutant {
        name: "newer-touched",
        breaks: "a folder of a later version is not changed",
        file: "src/sqlite/mod.rs",
        from: "        refuse_newer(&conn, migrations.len())?;\n",
        to: "",
        test: &["--test", "path", "upgrade::of_a_later_version"],
    },
    Mutant {
        name: "missing-one-less",
        breaks: "what is known to be gone is said, exactly",
        file: "src/store/alarms.rs",
        from: "c.ballots - e.ballots - e.holes,",
        to: "c.ballots - e.ballots - e.holes - 1,",
        test: &["--test", "month"],
    },
    Mutant {
        name: "file-left-open",
        breaks: "weeks of work leave no file open",
        file: "src/server/timer.rs",
        from: "            let now = jobs.clock.now();\n",
        to: "            let now = jobs.clock.now();\n            std::mem::forget(std::fs::File::open(\"/dev/null\"));\n",
        test: &["--features", "simulation", "--test", "soak"],
    },
];
