//! Every decoder and parser that reads what somebody else made.

use hailong::domain::{hex::Hex, pack::Pack, survey::Survey};
use hailong::server::import;
use hailong::wire::{
    answer::{Answer, Enrolled},
    bundle::{Unverified, nonce_within},
    canon, code, comment, enrol, file, gzip,
    keys::Key,
    record::{self, Parsed},
    seal,
    setup::Setup,
    signed,
};

#[allow(dead_code, unused_imports)]
#[path = "../../src/bin/district/config.rs"]
mod config;

/// What a target made of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Refused,
    /// It was read; anybody may write such a thing.
    Read,
    /// It was believed: a signature of somebody else's held.
    Believed,
}

/// A decoder.
pub struct Target {
    /// Folder of its corpus.
    pub name: &'static str,
    pub run: fn(&[u8]) -> Verdict,
    /// Bytes that reading one input may take at most, besides the input.
    pub memory: usize,
}

const MB: usize = 1 << 20;

pub const TARGETS: &[Target] = &[
    Target {
        name: "bundle",
        run: bundle,
        memory: 4 * MB,
    },
    Target {
        name: "answer",
        run: answer,
        memory: MB,
    },
    Target {
        name: "first_answer",
        run: first_answer,
        memory: MB,
    },
    Target {
        name: "setup",
        run: setup,
        memory: 4 * MB,
    },
    Target {
        name: "enrol",
        run: enrolment,
        memory: 4 * MB,
    },
    Target {
        name: "record",
        run: record_line,
        memory: 4 * MB,
    },
    Target {
        name: "comment",
        run: comment_body,
        memory: 4 * MB,
    },
    Target {
        name: "hlb",
        run: bundle_file,
        memory: 4 * MB,
    },
    Target {
        name: "hlr",
        run: receipt_file,
        memory: 8 * MB,
    },
    Target {
        name: "gzip",
        run: unpack,
        memory: MB,
    },
    Target {
        name: "pack",
        run: pack,
        memory: 8 * MB,
    },
    Target {
        name: "survey",
        run: survey,
        memory: 8 * MB,
    },
    Target {
        name: "code",
        run: typed_code,
        memory: MB,
    },
    Target {
        name: "list",
        run: list,
        memory: 96 * MB,
    },
    // The operator's own file: its parser keeps every token.
    Target {
        name: "config",
        run: configuration,
        memory: 64 * MB,
    },
];

/// The tablet and the district of the corpus.
pub fn device() -> Key {
    Key::from_seed(&[1; 32])
}

pub fn district() -> Key {
    Key::from_seed(&[2; 32])
}

fn read(ok: bool) -> Verdict {
    if ok { Verdict::Read } else { Verdict::Refused }
}

fn believed(ok: bool) -> Verdict {
    if ok { Verdict::Believed } else { Verdict::Refused }
}

fn bundle(bytes: &[u8]) -> Verdict {
    let packed = bytes.starts_with(&[0x1f, 0x8b]);
    nonce_within(bytes);
    let unverified = if packed {
        Unverified::from_gzip(bytes)
    } else {
        Unverified::parse(bytes)
    };
    believed(
        unverified
            .and_then(|unverified| unverified.verify(&device().public()))
            .is_ok(),
    )
}

fn answer(bytes: &[u8]) -> Verdict {
    // The nonce of a seed of the corpus is that of its request: seven.
    believed(Answer::open(&district().public(), Hex([7; 16]), bytes).is_some())
}

fn first_answer(bytes: &[u8]) -> Verdict {
    // Whoever answers first names its own key: TLS and the code vouch for it. Here only that nothing else is taken.
    match Enrolled::open_first(device().id(), Hex([7; 16]), bytes) {
        Some(Answer::Enrolled(enrolled)) => believed(enrolled.district_key == district().public()),
        other => read(other.is_some()),
    }
}

fn setup(bytes: &[u8]) -> Verdict {
    match Setup::open(&district().public(), device().id(), bytes) {
        Ok(setup) => {
            let _ = setup.parse_survey();
            Verdict::Believed
        }
        Err(_) => {
            // What an older or newer district may have signed: the shape alone.
            let line = bytes.split(|c| *c == b'\n').next().unwrap_or_default();
            let ours = signed::frame(&district(), signed::SETUP, &String::from_utf8_lossy(line));
            if let Ok(setup) = Setup::open(&district().public(), device().id(), ours.as_bytes()) {
                let _ = setup.parse_survey();
            }
            Verdict::Refused
        }
    }
}

fn enrolment(bytes: &[u8]) -> Verdict {
    // A stranger may sign for his own key, but not for this one.
    match enrol::Request::open(bytes) {
        Ok(request) => {
            if request.key == device().public() {
                Verdict::Believed
            } else {
                Verdict::Read
            }
        }
        Err(_) => Verdict::Refused,
    }
}

fn record_line(bytes: &[u8]) -> Verdict {
    canon::depth(bytes, 64);
    let hole = record::parse_hole(bytes);
    let parsed = Parsed::of(bytes);
    if let Parsed::Ballot(ballot) = &parsed {
        // What is read as a ballot is one when it is written again.
        assert!(matches!(
            Parsed::of(canon::line_of(ballot).as_bytes()),
            Parsed::Ballot(_)
        ));
    }
    read(hole.is_some() || !matches!(parsed, Parsed::Malformed(_)))
}

fn comment_body(bytes: &[u8]) -> Verdict {
    let request = serde_json::from_slice::<comment::Request>(bytes).ok();
    let sealed = request.and_then(comment::Request::comment);
    let key = seal::SecretKey::derive(&[3; 32]);
    // Anybody who has a token may write one; what stands around the seal must be what was sealed.
    read(sealed.is_some_and(|sealed| sealed.open(&key).is_ok()))
}

fn bundle_file(bytes: &[u8]) -> Verdict {
    let Ok(file) = file::unpack(bytes) else {
        return Verdict::Refused;
    };
    let key = seal::SecretKey::derive(&[3; 32]);
    let opened = file
        .sealed
        .iter()
        .filter(|sealed| seal::open(&key, seal::FILE, sealed).is_ok());
    read(opened.count() > 0)
}

fn receipt_file(bytes: &[u8]) -> Verdict {
    let Ok((_, documents)) = file::read_receipts(bytes) else {
        return Verdict::Refused;
    };
    for document in documents {
        let _ = signed::open::<Answer>(&district().public(), signed::ANSWER, document.as_bytes());
    }
    Verdict::Read
}

fn unpack(bytes: &[u8]) -> Verdict {
    gzip::head(bytes, 1000);
    read(gzip::unpack(bytes, 256 * 1024).is_ok())
}

fn pack(bytes: &[u8]) -> Verdict {
    match Pack::parse(bytes) {
        Ok(pack) => {
            pack.document();
            pack.clips();
            Verdict::Read
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "a refusal says why");
            Verdict::Refused
        }
    }
}

fn survey(bytes: &[u8]) -> Verdict {
    match Survey::check_all(bytes) {
        Ok(_) => Verdict::Read,
        Err(errors) => {
            assert!(
                !errors.is_empty() && errors.len() < 100_000,
                "a refusal says why, and ends"
            );
            Verdict::Refused
        }
    }
}

fn typed_code(bytes: &[u8]) -> Verdict {
    let Ok(code) = code::Code::parse(&String::from_utf8_lossy(bytes)) else {
        return Verdict::Refused;
    };
    let again = code::Code::parse(&code.grouped()).unwrap();
    assert_eq!(again.hash(), code.hash(), "as it is printed, it is read");
    Verdict::Read
}

fn list(bytes: &[u8]) -> Verdict {
    read(import::read(bytes).is_ok())
}

fn configuration(bytes: &[u8]) -> Verdict {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), bytes).unwrap();
    match config::File::read(path.path()) {
        Ok(file) => {
            file.server();
            Verdict::Read
        }
        Err(error) => {
            assert!(!format!("{error:#}").is_empty());
            Verdict::Refused
        }
    }
}
