use super::*;
use crate::wire::keys::sha256;
use proptest::prelude::*;

const BALLOT: &str = r#"{"answers":{"hai_long":2,"ly_do":["thai_do","giay_to"]},"app":"0.1.0","at":1983204,"counter":"5f82065d-54ca-4a81-8c45-5bbf45781b42","ended":"sent","field":"Đất đai","kind":"ballot","moment":"result","pace":"calm","practice":false,"salt":"534eca6325d87fa00b6b26507a0a6baf","step":0,"survey":"fa05725df44105ae8699bfc482dcafc1e3db98e9d54779ab1261fe637feb69cb","ticketed":false,"took":"normal"}"#;

fn back(stored: &[u8]) -> Vec<u8> {
    unpack(stored).unwrap().into_owned()
}

#[test]
fn a_ballot_takes_less_than_a_quarter_and_comes_back() {
    let packed = pack(BALLOT.as_bytes());
    assert!(packed.len() < 100, "{} bytes", packed.len());
    assert_eq!(packed[..2], *b"\n1");
    assert_eq!(back(&packed), BALLOT.as_bytes());
}

/// Bodies that were packed with it would be lost.
#[test]
fn the_dictionary_never_changes() {
    let hash = sha256(&[DICTIONARY]).to_string();
    assert_eq!(hash, "0ca71fea5fffc35ecca620baf9fad851de24724cd2a71b89de5800f8d24576a9");
    // What this version wrote, a later one reads.
    let stored = "0a3128b52ffd608a001d0200a3440ae993fd7a2edd4b36a9fac47df470dfa044bd4cac59332589164dd3c5fab3bc492d47b7ae93661df60509fca85c2320e989a8f5e03abd4f3f07e2a6cdcac74d27";
    let stored: Vec<u8> = (0..stored.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&stored[at..at + 2], 16).unwrap())
        .collect();
    assert_eq!(back(&stored), BALLOT.as_bytes());
}

#[test]
fn what_was_stored_before_there_was_packing_is_itself() {
    for plain in [
        BALLOT.as_bytes(),
        b"",
        b"not json",
        b"1",
        b"0",
        b"\0",
        b"\x28\xb5\x2f\xfd",
        &[0xff; 5000],
    ] {
        assert_eq!(back(plain), plain);
    }
}

#[test]
fn what_gets_no_smaller_is_stored_as_it_is() {
    let long = "a".repeat(MAX_RECORD_BYTES + 1);
    for bytes in [b"" as &[u8], b"{}", b"\xff\xfe", b"\x28\xb5\x2f\xfd", long.as_bytes()] {
        assert_eq!(pack(bytes), bytes);
    }
    // No line begins so; were one to, it would come back all the same.
    for bytes in [b"\n" as &[u8], b"\n1", b"\n0abc", format!("\n{long}").as_bytes()] {
        assert_eq!(pack(bytes), [b"\n0", bytes].concat());
        assert_eq!(back(&pack(bytes)), bytes);
    }
}

#[test]
fn what_packing_never_makes_is_an_error_and_takes_no_memory() {
    let unreadable = |stored: &[u8]| matches!(unpack(stored), Err(StoreError::Corrupt("body")));
    for stored in [b"\n" as &[u8], b"\n1", b"\n2", b"\n{}", b"\n1not a frame"] {
        assert!(unreadable(stored), "{stored:?}");
    }
    let packed = pack(BALLOT.as_bytes());
    for cut in 1..packed.len() {
        assert!(unreadable(&packed[..cut]), "cut after {cut}");
    }
    let mut zstd = Compressor::with_prepared_dictionary(TO_PACK.as_ref().unwrap()).unwrap();
    for claimed in [true, false] {
        zstd.include_contentsize(claimed).unwrap();
        let mut framed = |bytes: &[u8]| [b"\n1", zstd.compress(bytes).unwrap().as_slice()].concat();
        assert_eq!(back(&framed(&[b'a'; MAX_RECORD_BYTES])), [b'a'; MAX_RECORD_BYTES]);
        assert!(unreadable(&framed(&[b'a'; MAX_RECORD_BYTES + 1])));
        let bomb = framed(&vec![0; 50_000_000]);
        assert!(bomb.len() < 10_000 && unreadable(&bomb));
    }
    // A thread that met all that unpacks as before.
    assert_eq!(back(&packed), BALLOT.as_bytes());
}

#[test]
fn a_changed_byte_gives_another_record_or_none() {
    let mut same = 0;
    let packed = pack(BALLOT.as_bytes());
    for at in 0..packed.len() {
        for flip in [1u8, 0x10, 0x80, 0xff] {
            let mut changed = packed.clone();
            changed[at] ^= flip;
            let read = unpack(&changed);
            same += usize::from(read.as_deref().ok() == Some(BALLOT.as_bytes()));
            assert!(read.is_ok() || matches!(parsed(&changed), Parsed::Malformed(_)));
        }
    }
    // A few bits of a frame say nothing: who flips one has changed nothing that anybody reads.
    assert!(same <= 3, "{same}");
}

proptest! {
    #[test]
    fn any_bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..600), times in 1usize..20) {
        let bytes = bytes.repeat(times);
        let stored = pack(&bytes);
        prop_assert!(stored.len() <= bytes.len() + 2);
        prop_assert_eq!(back(&stored), bytes);
    }

    #[test]
    fn any_text_that_looks_like_a_record_comes_back(before in ".{0,80}", at in 0usize..300, after in ".{0,80}") {
        let middle: String = BALLOT.chars().skip(at).collect();
        let line = [before, middle, after].concat();
        prop_assert_eq!(back(&pack(line.as_bytes())), line.as_bytes());
    }

    #[test]
    fn any_stored_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for form in [&b""[..], b"\n", b"\n0", b"\n1", b"\n1\x28\xb5\x2f\xfd"] {
            if let Ok(read) = unpack(&[form, &bytes].concat()) {
                prop_assert!(read.len() <= MAX_RECORD_BYTES);
            }
        }
    }
}
