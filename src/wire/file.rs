//! Files that a person carries: ballots to the district (`.hlb`), its answers and the newest setup back (`.hlr`).
//!
//! A bundle file is `hailong-bundles/1\n`, the district's id (16 bytes), the number of bundles (32 bits, big-endian), and
//! for each its length (32 bits, big-endian) and its bytes: a bundle, gzip or plain, sealed to the district
//! ([`super::seal::FILE`]). Besides the district nothing of it can be read on the way. A receipt file is text: a line
//! `hailong-receipts/1 <district>`, then signed documents of two lines each.

use crate::domain::{
    hex::{DistrictId, Hex},
    policy,
};

const BUNDLES: &[u8] = b"hailong-bundles/1\n";
const RECEIPTS: &str = "hailong-receipts/1 ";

/// Why a file is not taken. Nothing of such a file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Not a file of this kind.
    #[error("not a file of this kind")]
    Foreign,
    /// Cut short, or with something behind its end.
    #[error("cut short or damaged")]
    Damaged,
    /// More than a file may hold.
    #[error("larger than a file may be")]
    TooLarge,
}

/// A bundle file, taken apart; nothing is opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundles<'a> {
    /// To whom it is sealed.
    pub district: DistrictId,
    /// The sealed bundles, in their order.
    pub sealed: Vec<&'a [u8]>,
}

/// Makes a bundle file of sealed bundles.
pub fn pack(district: DistrictId, sealed: &[Vec<u8>]) -> Vec<u8> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
    let mut file = BUNDLES.to_vec();
    file.extend_from_slice(&district.0);
    file.extend_from_slice(&number(sealed.len()));
    for bundle in sealed {
        file.extend_from_slice(&number(bundle.len()));
        file.extend_from_slice(bundle);
    }
    file
}

/// Takes a bundle file apart.
pub fn unpack(file: &[u8]) -> Result<Bundles<'_>, FileError> {
    if file.len() > policy::MAX_FILE_BYTES {
        return Err(FileError::TooLarge);
    }
    let mut rest = file.strip_prefix(BUNDLES).ok_or(FileError::Foreign)?;
    let district = take(&mut rest, 16)
        .and_then(Hex::from_slice)
        .ok_or(FileError::Damaged)?;
    let count = number(&mut rest)?;
    if count > policy::MAX_FILE_BUNDLES {
        return Err(FileError::TooLarge);
    }
    let mut sealed = Vec::new();
    for _ in 0..count {
        let length = number(&mut rest)?;
        sealed.push(take(&mut rest, length).ok_or(FileError::Damaged)?);
    }
    if rest.is_empty() && !sealed.is_empty() {
        Ok(Bundles { district, sealed })
    } else {
        Err(FileError::Damaged)
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn number(rest: &mut &[u8]) -> Result<usize, FileError> {
    let bytes = take(rest, 4).and_then(|bytes| bytes.try_into().ok());
    let number = u32::from_be_bytes(bytes.ok_or(FileError::Damaged)?);
    usize::try_from(number).map_err(|_| FileError::TooLarge)
}

/// Makes a receipt file of signed documents.
pub fn receipts<'a>(district: DistrictId, documents: impl IntoIterator<Item = &'a str>) -> String {
    let mut file = format!("{RECEIPTS}{district}\n");
    for document in documents {
        file.push_str(document.trim_end_matches('\n'));
        file.push('\n');
    }
    file
}

/// Takes a receipt file apart: whose it is, and its documents. Their signatures are still to be checked.
pub fn read_receipts(file: &[u8]) -> Result<(DistrictId, Vec<String>), FileError> {
    if file.len() > policy::MAX_FILE_BYTES {
        return Err(FileError::TooLarge);
    }
    let text = std::str::from_utf8(file).map_err(|_| FileError::Foreign)?;
    let rest = text.strip_prefix(RECEIPTS).ok_or(FileError::Foreign)?;
    // Programs that carry text may have turned the newlines around.
    let mut lines = rest.lines();
    let district = lines.next().and_then(|line| Hex::parse(line).ok());
    let lines: Vec<&str> = lines.collect();
    let documents: Vec<_> = lines.chunks(2).map(|pair| pair.join("\n") + "\n").collect();
    match district {
        Some(district) if !documents.is_empty() && lines.len().is_multiple_of(2) && rest.ends_with('\n') => {
            Ok((district, documents))
        }
        _ => Err(FileError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISTRICT: DistrictId = Hex([7; 16]);

    #[test]
    fn a_bundle_file_comes_apart_as_it_was_made_and_is_refused_wherever_it_is_cut() {
        let file = pack(DISTRICT, &[b"first".to_vec(), b"second".to_vec()]);
        let Bundles { district, sealed } = unpack(&file).unwrap();
        assert_eq!((district, sealed), (DISTRICT, vec![&b"first"[..], b"second"]));
        for at in 0..file.len() {
            assert!(unpack(&file[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(unpack(&[&file[..], b"x"].concat()), Err(FileError::Damaged));
        assert_eq!(unpack(b"\xff\xd8\xff\xe0 a photo"), Err(FileError::Foreign));
        assert_eq!(unpack(&pack(DISTRICT, &[])), Err(FileError::Damaged));
        let many = |count| pack(DISTRICT, &vec![Vec::new(); count]);
        assert!(unpack(&many(policy::MAX_FILE_BUNDLES)).is_ok());
        assert_eq!(unpack(&many(policy::MAX_FILE_BUNDLES + 1)), Err(FileError::TooLarge));
        let long = |bytes: usize| pack(DISTRICT, &[vec![0; bytes - pack(DISTRICT, &[vec![]]).len()]]);
        assert!(unpack(&long(policy::MAX_FILE_BYTES)).is_ok());
        assert_eq!(unpack(&long(policy::MAX_FILE_BYTES + 1)), Err(FileError::TooLarge));
        assert_eq!(unpack(&vec![0; policy::MAX_FILE_BYTES + 1]), Err(FileError::TooLarge));
    }

    #[test]
    fn a_receipt_file_is_pairs_of_lines() {
        let file = receipts(DISTRICT, ["{1}\n{sig}\n", "{2}\n{sig}"]);
        let (district, documents) = read_receipts(file.as_bytes()).unwrap();
        assert_eq!(district, DISTRICT);
        assert_eq!(documents, ["{1}\n{sig}\n", "{2}\n{sig}\n"]);
        assert_eq!(
            read_receipts(file.replace('\n', "\r\n").as_bytes()).unwrap().1,
            documents
        );
        for at in 0..file.len() {
            let cut = read_receipts(&file.as_bytes()[..at]);
            assert!(
                cut.is_err() || cut == Ok((DISTRICT, documents[..1].to_vec())),
                "cut at {at}"
            );
        }
        let long = |bytes: usize| {
            let around = receipts(DISTRICT, ["", "x"]).len();
            receipts(DISTRICT, ["", &"x".repeat(bytes + 1 - around)])
        };
        assert!(read_receipts(long(policy::MAX_FILE_BYTES).as_bytes()).is_ok());
        let longer = read_receipts(long(policy::MAX_FILE_BYTES + 1).as_bytes());
        assert_eq!(longer, Err(FileError::TooLarge));
        assert_eq!(read_receipts(b"{\"sig\":1}"), Err(FileError::Foreign));
        assert_eq!(read_receipts(&[0xff; 40]), Err(FileError::Foreign));
    }
}
