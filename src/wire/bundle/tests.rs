use super::*;

fn sample(records: &[&[u8]]) -> (Key, Vec<u8>) {
    let key = Key::from_seed(&[1; 32]);
    let (device, epoch) = (key.id(), EpochId::from_slice(&[2; 8]).unwrap());
    let lines: Vec<_> = records.iter().map(|r| Line::Record(r.to_vec())).collect();
    let head = lines.iter().fold(None, |from, line| {
        Some(chain::advance(device, epoch, from, line.leaf()))
    });
    let runs = head.map(|head| Run {
        count: lines.len() as u64,
        epoch,
        first: 0,
        from: None,
        head,
    });
    let header = Header {
        app: "0.1.0".into(),
        checkpoint: None,
        clock: 1_795_280_400,
        device,
        district: DistrictId::from_slice(&[3; 16]).unwrap(),
        health: Health::default(),
        mark: None,
        nonce: Nonce::from_slice(&[4; 16]).unwrap(),
        runs: runs.into_iter().collect(),
        step: 0,
        surveys: BTreeMap::new(),
        tip: None,
        v: 1,
    };
    let bytes = seal(&key, &header, &lines);
    (key, bytes)
}

#[test]
fn what_was_sealed_verifies_and_any_changed_byte_does_not() {
    let (key, bytes) = sample(&[b"{\"kind\":\"x\"}", b"\xff\xfe", b""]);
    let bundle = Unverified::parse(&bytes).unwrap().verify(&key.public()).unwrap();
    assert_eq!(bundle.lines.len(), 3);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let accepted = Unverified::parse(&changed).and_then(|b| b.verify(&key.public()));
        assert!(accepted.is_err(), "byte {at} changed and nobody noticed");
    }
}

#[test]
fn a_heartbeat_has_no_runs() {
    let (key, bytes) = sample(&[]);
    assert!(
        Unverified::parse(&bytes)
            .unwrap()
            .verify(&key.public())
            .unwrap()
            .lines
            .is_empty()
    );
}

#[test]
fn cut_padded_or_oversized_bundles_are_refused() {
    let (_, bytes) = sample(&[b"{}"]);
    for end in 0..bytes.len() {
        assert!(Unverified::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
    let large = vec![b'\n'; policy::MAX_BUNDLE_BYTES + 1];
    assert!(matches!(Unverified::parse(&large), Err(BundleError::TooLarge(_))));
    let many: Vec<&[u8]> = vec![b"{}"; policy::MAX_BUNDLE_RECORDS + 1];
    assert!(matches!(
        Unverified::parse(&sample(&many).1),
        Err(BundleError::TooLarge(_))
    ));
}

#[test]
fn a_nonce_is_found_in_a_header_that_is_cut_or_wrong_behind_it_and_nowhere_else() {
    let (_, bytes) = sample(&[b"{}"]);
    let nonce = Nonce::from_slice(&[4; 16]);
    let at = bytes.windows(8).position(|text| text == b"\"nonce\":").unwrap();
    let end = at + 8 + 34;
    for cut in [end, end + 1, bytes.len()] {
        assert_eq!(nonce_within(&bytes[..cut]), nonce, "cut at {cut}");
    }
    for cut in [0, at, end - 1] {
        assert_eq!(nonce_within(&bytes[..cut]), None, "cut at {cut}");
    }
    let deep = [
        b"{\"nonce\":\"".to_vec(),
        b"04".repeat(16),
        b"\",\"x\":".to_vec(),
        b"[".repeat(9000),
    ]
    .concat();
    assert_eq!(nonce_within(&deep), nonce, "what is deep comes after it");
    let inside = [
        b"{\"a\":".repeat(9000),
        b"{\"nonce\":\"".to_vec(),
        b"04".repeat(16),
        b"\"".to_vec(),
    ]
    .concat();
    for other in [
        &inside[..],
        b"",
        b"\n",
        b"<html>",
        b"[1]",
        b"{\"nonce\":1}",
        b"{\"nonce\":\"04\"}",
    ] {
        assert_eq!(nonce_within(other), None);
    }
}
