//! Who this district is: its key, its generation, whether it is a demo.

use super::{CreateOptions, Result, StoreError, WriteTx};
use crate::{
    domain::{
        hex::{DistrictId, Generation, Hex, PublicKey},
        time::LocalDay,
    },
    platform,
    sqlite::Db,
    wire::{
        keys::{Key, sha256},
        seal::SecretKey,
    },
};
use rusqlite::{Connection, OptionalExtension};

/// Who this district is. Does not change while it is open.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its private key; `Debug` shows the public half only.
    pub(crate) key: Key,
    /// What tablets seal their files to: derived from the key, so that it is restored with it.
    pub(crate) file_key: SecretKey,
    /// Its name: the id of its key.
    pub id: DistrictId,
    /// New at init and at every restore.
    pub generation: Generation,
    /// Fictional data: simulated clock, answers released at once.
    pub demo: bool,
}

impl Identity {
    /// The key tablets pin.
    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    /// Signs one of the district's documents or answers.
    pub fn seal<T: serde::Serialize>(&self, context: &[u8], document: &T) -> String {
        crate::wire::signed::seal(&self.key, context, document)
    }
}

pub(super) fn init(db: &mut Db, options: CreateOptions) -> Result<()> {
    let (seed, generation) = (platform::random::<32>()?, platform::random::<16>()?);
    db.write(|tx| {
        put(tx, "key", &seed)?;
        put(tx, "generation", &generation)?;
        put(tx, "demo", &[u8::from(options.demo)])?;
        put(tx, "created", &options.now.to_be_bytes())?;
        // The first release is that of the coming midnight.
        put(tx, "released_day", &LocalDay::of(options.now).0.to_be_bytes())
    })
}

pub(super) fn load(conn: &Connection) -> Result<Identity> {
    let seed: [u8; 32] = fixed(conn, "key")?;
    let key = Key::from_seed(&seed);
    let Hex(file) = sha256(&[b"hailong/1/file-key\0", &seed]);
    Ok(Identity {
        id: key.id(),
        key,
        file_key: SecretKey::derive(&file),
        generation: Hex(fixed(conn, "generation")?),
        demo: fixed::<1>(conn, "demo")? == [1],
    })
}

fn fixed<const N: usize>(conn: &Connection, name: &'static str) -> Result<[u8; N]> {
    let value = get(conn, name)?.ok_or(StoreError::Corrupt("meta value"))?;
    value.try_into().map_err(|_| StoreError::Corrupt("meta value"))
}

/// A fact about this folder.
pub(super) fn get(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(conn
        .prepare_cached("select value from meta where name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

pub(super) fn put(conn: &Connection, name: &str, value: &[u8]) -> Result<()> {
    conn.prepare_cached("insert into meta (name, value) values (?1, ?2) on conflict (name) do update set value = ?2")?
        .execute((name, value))?;
    Ok(())
}

impl WriteTx<'_> {
    /// Sets a fact about this folder. Names with a dot belong to whoever uses them ("admin.language").
    pub fn put_meta(&self, name: &str, value: &[u8]) -> Result<()> {
        put(self.conn, name, value)
    }
}

/// Reads a fact about this folder.
pub fn meta(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    get(conn, name)
}
