//! Recordings as they were sent: each to the text that it says.

use crate::{
    domain::{
        pack::{ClipKind, Wanted},
        policy::MAX_CLIP_BYTES,
    },
    server::admin::upload::File,
    store::packs::Recording,
};

/// The field of one text's file: this and its key. Files of any other field are told apart by their names.
pub(super) const OF_KEY: &str = "clip:";

/// Why a file was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Larger than a tablet keeps.
    TooLarge,
    /// No sound of a kind that tablets play.
    NotSound,
    /// No text has its name.
    NoText,
}

/// A file that was not taken, by its name.
pub(super) type Bad = (String, Fault);

/// The recordings by the keys that they say, and the files that are none.
pub(super) fn take(files: Vec<File>, wanted: &[Wanted]) -> (Vec<(String, Recording)>, Vec<Bad>) {
    let (mut taken, mut bad) = (Vec::new(), Vec::new());
    for File { field, name, bytes } in files {
        let key = field
            .strip_prefix(OF_KEY)
            .unwrap_or_else(|| name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem));
        let said = wanted.iter().any(|wanted| wanted.key == key && wanted.heard.is_some());
        let fault = match ClipKind::of(&bytes) {
            _ if !said => Some(Fault::NoText),
            _ if bytes.len() > MAX_CLIP_BYTES => Some(Fault::TooLarge),
            None => Some(Fault::NotSound),
            Some(_) => None,
        };
        match (fault, key.to_owned(), Recording::of(bytes)) {
            (None, key, Ok(recording)) => taken.push((key, recording)),
            (fault, ..) => bad.push((name, fault.unwrap_or(Fault::NotSound))),
        }
    }
    (taken, bad)
}
