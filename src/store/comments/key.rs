//! The key that opens comments: a file beside the database, so that neither the database nor a copy of it opens one.

use super::public_key;
use crate::{
    domain::{hex::Hex, ids::NodeId},
    platform,
    store::{Result, Store, StoreError, log::Kind, meta},
    wire::seal::SecretKey,
};
use serde_json::json;
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

/// Name of the file in the data folder: 64 hex digits. Lost, no comment is ever read again.
pub const KEY_FILE: &str = "comment.key";

impl Store {
    /// Makes the comment key, if there is none yet: the file first, then the public half in the database and the log.
    fn make_comment_key(&self, by: &str, now: i64) -> Result<()> {
        if self.read(public_key)?.is_some() {
            return self.comment_secret().map(drop);
        }
        let path = self.dir().join(KEY_FILE);
        let folder = |source| StoreError::Folder {
            path: path.display().to_string(),
            source,
        };
        let seed = Hex(platform::random::<32>()?);
        match create(&path, &seed.to_string()) {
            // Left by a run that ended between the two.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => made.map_err(folder)?,
        }
        let public = load(&path)?.public();
        let by = by.to_owned();
        self.write(move |tx| {
            if public_key(tx.conn)?.is_none() {
                tx.log(
                    Kind::Key,
                    now,
                    json!({"what": "comment_key", "public": public, "by": by}),
                )?;
                meta::put(tx.conn, "comment_key", &public.0)?;
                tx.refresh_setups(now)?;
            }
            Ok(())
        })
    }

    /// Sets whether a unit asks for comments (`None`: as the unit above); makes the key with the first that does.
    pub fn ask_comments(&self, node: NodeId, asks: Option<bool>, by: &str, now: i64) -> Result<()> {
        if asks == Some(true) {
            self.make_comment_key(by, now)?;
        }
        let by = by.to_owned();
        self.write(move |tx| tx.change_settings(node, &by, now, |own| own.comments = asks))
    }

    /// The secret half. `Invalid` if its file is missing or is not the one that belongs to this district.
    pub(super) fn comment_secret(&self) -> Result<SecretKey> {
        let key = load(&self.dir().join(KEY_FILE))?;
        if self.read(public_key)? != Some(key.public()) {
            return Err(StoreError::Invalid(format!(
                "{KEY_FILE} is not this district's comment key"
            )));
        }
        Ok(key)
    }
}

fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

fn load(path: &Path) -> Result<SecretKey> {
    let missing = || {
        StoreError::Invalid(format!(
            "{} is missing or unreadable: no comment can be read",
            path.display()
        ))
    };
    let text = fs::read_to_string(path).map_err(|_| missing())?;
    let seed = Hex::<32>::parse(text.trim()).map_err(|_| missing())?;
    Ok(SecretKey::derive(&seed.0))
}
