//! Taking a bundle file in: what the network would have brought, brought by hand.
//!
//! A file is taken as a whole or not at all: every bundle is opened and verified before the first is stored, and all are
//! stored in one transaction. Taken twice, or after the network, it changes nothing and is answered again.

use super::{Prepared, Store, StoreError, devices, ingest::By, setups};
use crate::{
    domain::hex::DeviceId,
    wire::{
        bundle::Unverified,
        file::{self, FileError},
        seal,
    },
};
use std::collections::BTreeSet;

/// First bytes of gzip; a bundle that is not packed begins with `{`.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Why a file is not taken in. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not a bundle file.
    #[error("this is not a ballot file of Hài Lòng")]
    Foreign,
    /// Cut short or changed on the way.
    #[error("the file is damaged or incomplete: save it again on the tablet")]
    Damaged,
    /// Larger than a file may be.
    #[error("the file is larger than a ballot file may be")]
    TooLarge,
    /// Sealed to another district.
    #[error("the file is for another server")]
    OtherDistrict,
    /// From a device that this district does not know.
    #[error("the device {0} is not known here")]
    UnknownDevice(DeviceId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// Whether trying the same file again can't help.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Store(error) if !error.is_permanent())
    }
}

impl From<FileError> for ImportError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Foreign => Self::Foreign,
            FileError::Damaged => Self::Damaged,
            FileError::TooLarge => Self::TooLarge,
        }
    }
}

/// What a file brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Whose bundles they were.
    pub devices: Vec<DeviceId>,
    /// Ballots that were not held before.
    pub new: u64,
    /// Ballots that were.
    pub known: u64,
    /// The receipt file for the way back (`.hlr`): the signed receipts, and the newest setup of each device.
    pub receipts: String,
}

impl Store {
    /// Takes a bundle file in for a named person. Blocks.
    pub fn import(&self, bytes: &[u8], by: &str, now: i64) -> std::result::Result<Imported, ImportError> {
        let bundles = self.open_file(bytes)?;
        let devices: BTreeSet<DeviceId> = bundles.iter().map(Prepared::device).collect();
        let devices: Vec<_> = devices.into_iter().collect();
        let all = bundles.iter().map(Prepared::ballots).sum::<u64>();
        let (by, district, theirs) = (by.to_owned(), self.identity().id, devices.clone());
        let (new, receipts) = self.write(move |tx| {
            let (mut new, mut documents) = (0, Vec::new());
            for bundle in &bundles {
                let ingested = tx.ingest_by(bundle, By::File(&by), now)?;
                new += ingested.new_ballots;
                documents.push(ingested.answer);
            }
            for id in &theirs {
                let device = devices::find(tx.conn, *id)?.ok_or(StoreError::NotFound("device"))?;
                documents.extend(setups::document(tx.conn, device.no)?.map(|made| made.document));
            }
            Ok((new, file::receipts(district, documents.iter().map(String::as_str))))
        })?;
        Ok(Imported {
            devices,
            new,
            known: all.saturating_sub(new),
            receipts,
        })
    }

    /// Opens and verifies every bundle of a file.
    fn open_file(&self, bytes: &[u8]) -> std::result::Result<Vec<Prepared>, ImportError> {
        let file = file::unpack(bytes)?;
        if file.district != self.identity().id {
            return Err(ImportError::OtherDistrict);
        }
        let opened = file.sealed.iter().map(|sealed| {
            let plain = seal::open(&self.identity().file_key, seal::FILE, sealed).map_err(|_| ImportError::Damaged)?;
            let unverified = if plain.starts_with(GZIP) {
                Unverified::from_gzip(&plain)
            } else {
                Unverified::parse(&plain)
            };
            let unverified = unverified.map_err(|_| ImportError::Damaged)?;
            let device = unverified.device();
            let key = self.read(|conn| devices::public_key(conn, device))?;
            let key = key.ok_or(ImportError::UnknownDevice(device))?;
            let bundle = unverified.verify(&key).map_err(|_| ImportError::Damaged)?;
            if bundle.header.district != self.identity().id {
                return Err(ImportError::OtherDistrict);
            }
            Ok(Prepared::from(bundle))
        });
        opened.collect()
    }
}
