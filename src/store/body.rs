//! The form in which a record's bytes lie in the table `body`.
//!
//! Plain, as they came, or packed: a zstd frame with the dictionary of all records, a fifth of their size. A line of a bundle
//! never holds a newline, so what begins with one is packed, and whatever lay there before there was packing is plain. The
//! byte after it says how: `0` nothing was done to the rest, `1` the rest is a frame with dictionary 1. A later dictionary is
//! another number; none is ever changed, or bodies could not be read again (`docs/adr/0004-packed-bodies.md`).
//!
//! Nothing here says whether the bytes are the right ones: the leaf does, and `verify` compares.

use super::{Result, StoreError};
use crate::{domain::policy::MAX_RECORD_BYTES, wire::record::Parsed};
use std::{borrow::Cow, cell::RefCell, sync::LazyLock};
use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
};

/// Made by `assets/bodies/make.py`.
const DICTIONARY: &[u8] = include_bytes!("../../assets/bodies/1.dict");

/// Begins what is not plain; no line of a bundle has it.
const MARK: u8 = b'\n';

/// What comes after [`MARK`]: the rest is the bytes themselves.
const AS_IT_IS: u8 = b'0';

/// What comes after [`MARK`]: the rest is a frame with [`DICTIONARY`].
const FRAME: u8 = b'1';

/// The fastest level: 76 bytes of a ballot, where the slowest makes 74.
const LEVEL: i32 = 1;

/// Bytes that a frame of at most [`MAX_RECORD_BYTES`] may take (`zstd::compress_bound` says a little less).
const ROOM: usize = MAX_RECORD_BYTES + 512;

static TO_PACK: LazyLock<Option<EncoderDictionary<'static>>> =
    LazyLock::new(|| EncoderDictionary::try_copy(DICTIONARY, LEVEL).ok());
static TO_UNPACK: LazyLock<Option<DecoderDictionary<'static>>> =
    LazyLock::new(|| DecoderDictionary::try_copy(DICTIONARY).ok());

thread_local! {
    // Making one takes as long as packing a bundle's lines with it.
    static PACKER: RefCell<Option<Packer>> = RefCell::new(Packer::new());
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = RefCell::new(
        TO_UNPACK.as_ref().and_then(|dictionary| Decompressor::with_prepared_dictionary(dictionary).ok()));
}

struct Packer {
    zstd: Compressor<'static>,
    frame: Vec<u8>,
}

impl Packer {
    fn new() -> Option<Self> {
        let mut zstd = Compressor::with_prepared_dictionary(TO_PACK.as_ref()?).ok()?;
        // Which dictionary it is, the byte before says; whether the bytes are whole, the leaf.
        zstd.include_dictid(false).ok()?;
        zstd.include_checksum(false).ok()?;
        let frame = Vec::with_capacity(ROOM);
        Some(Self { zstd, frame })
    }
}

/// What to store of a record's bytes. Never fails: what can't be packed, or gets no smaller, is stored as it is.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let packed = PACKER.try_with(|packer| packed(packer.borrow_mut().as_mut()?, bytes));
    match packed {
        Ok(Some(packed)) => packed,
        _ if bytes.first() == Some(&MARK) => [&[MARK, AS_IT_IS], bytes].concat(),
        _ => bytes.to_vec(),
    }
}

fn packed(Packer { zstd, frame }: &mut Packer, bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > MAX_RECORD_BYTES {
        return None;
    }
    frame.clear();
    zstd.compress_to_buffer(bytes, frame).ok()?;
    (frame.len() + 2 < bytes.len()).then(|| [&[MARK, FRAME], frame.as_slice()].concat())
}

/// The record's bytes. Takes no more memory than the longest record, whatever the frame claims.
///
/// # Errors
///
/// [`StoreError::Corrupt`] for what [`pack`] never makes.
pub fn unpack(stored: &[u8]) -> Result<Cow<'_, [u8]>> {
    let unreadable = || StoreError::Corrupt("body");
    match stored {
        [MARK, AS_IT_IS, bytes @ ..] => Ok(bytes.into()),
        [MARK, FRAME, frame @ ..] => {
            let bytes = UNPACKER.try_with(|zstd| {
                let mut bytes = Vec::with_capacity(MAX_RECORD_BYTES);
                let mut zstd = zstd.borrow_mut();
                zstd.as_mut()?.decompress_to_buffer(frame, &mut bytes).ok()?;
                (!bytes.is_empty()).then_some(bytes)
            });
            bytes.ok().flatten().map(Cow::Owned).ok_or_else(unreadable)
        }
        [MARK, ..] => Err(unreadable()),
        plain => Ok(plain.into()),
    }
}

/// What the record says. One that can't be unpacked is as malformed as one whose bytes were changed.
pub(super) fn parsed(stored: &[u8]) -> Parsed {
    unpack(stored).map_or_else(|error| Parsed::Malformed(error.to_string()), |bytes| Parsed::of(&bytes))
}

#[cfg(test)]
mod tests;
