use super::*;
use crate::domain::hex::Hex;

fn sample(records: &[&[u8]]) -> (Key, Vec<u8>) {
    sample_with(records, |_| ())
}

fn sample_with(records: &[&[u8]], change: impl Fn(&mut Header)) -> (Key, Vec<u8>) {
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
    let mut header = Header {
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
    change(&mut header);
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
    assert!(too_large(&large), "before anything in it is looked at");
}

fn refused(bytes: &[u8]) -> Option<BundleError> {
    Unverified::parse(bytes).err()
}

fn too_large(bytes: &[u8]) -> bool {
    matches!(refused(bytes), Some(BundleError::TooLarge(_)))
}

#[test]
fn what_is_as_large_as_it_may_be_is_taken_and_one_more_is_not() {
    let bytes = |length: usize| sample(&[&vec![b'x'; length]]).1;
    let room = policy::MAX_BUNDLE_BYTES - bytes(0).len();
    assert_eq!(refused(&bytes(room)), None);
    assert!(too_large(&bytes(room + 1)));

    let records = |count: usize| sample(&vec![&b"{}"[..]; count]).1;
    assert_eq!(refused(&records(policy::MAX_BUNDLE_RECORDS)), None);
    assert!(too_large(&records(policy::MAX_BUNDLE_RECORDS + 1)));

    let runs = |count: usize| {
        let each = |header: &mut Header| {
            let one = Run {
                count: 1,
                ..header.runs[0]
            };
            header.runs = vec![one; count];
        };
        sample_with(&vec![&b"{}"[..]; count], each).1
    };
    assert_eq!(refused(&runs(policy::MAX_BUNDLE_RUNS)), None);
    assert!(too_large(&runs(policy::MAX_BUNDLE_RUNS + 1)));

    let surveys = |length: usize| {
        let text = serde_json::Value::from("x".repeat(length));
        sample_with(&[], |header| {
            header.surveys = BTreeMap::from([("s".to_owned(), text.clone())])
        })
        .1
    };
    let room = policy::MAX_HEADER_SURVEYS_BYTES - r#"{"s":""}"#.len();
    assert_eq!(refused(&surveys(room)), None);
    assert!(too_large(&surveys(room + 1)));

    let nested = |depth: usize| {
        let value = (0..depth).fold(serde_json::Value::Null, |inside, _| serde_json::json!([inside]));
        sample_with(&[], |header| {
            header.surveys = BTreeMap::from([("s".to_owned(), value.clone())])
        })
        .1
    };
    // The header and its surveys are two levels.
    assert_eq!(refused(&nested(62)), None);
    assert!(matches!(refused(&nested(63)), Some(BundleError::Header(_))));
}

#[test]
fn a_run_that_contradicts_itself_is_refused_for_each_reason_alone() {
    let head = Some(Hex([5; 32]));
    for (count, first, from, holds) in [
        (1, 0, None, true),
        (1, 7, head, true),
        (1, i64::MAX as u64 - 1, head, true),
        (1, i64::MAX as u64, head, false),
        (1, u64::MAX, head, false),
        (1, 7, None, false),
        (1, 0, head, false),
        (0, 7, head, false),
    ] {
        let records = vec![&b"{}"[..]; usize::try_from(count).unwrap()];
        let (_, bytes) = sample_with(&records, |header| {
            let head = Hex([6; 32]);
            header.runs = vec![Run {
                count,
                epoch: Hex([2; 8]),
                first,
                from,
                head,
            }];
        });
        assert_eq!(refused(&bytes).is_none(), holds, "{count} from {first} after {from:?}");
    }
}

#[test]
fn a_line_is_as_long_as_it_is_in_a_bundle() {
    let (record, hole) = (Line::Record(b"{}".to_vec()), Line::Hole(Hex([8; 32])));
    assert_eq!(record.len(), "{}\n".len());
    assert_eq!(hole.len(), format!("#{} damaged\n", Hex([8u8; 32])).len());
    assert!(!record.is_empty() && !hole.is_empty() && Line::Record(Vec::new()).is_empty());
}

#[test]
fn a_nonce_is_found_in_a_header_that_is_cut_or_wrong_behind_it_and_nowhere_else() {
    let (_, bytes) = sample(&[b"{}"]);
    let nonce = Nonce::from_slice(&[4; 16]);
    let at = bytes.windows(8).position(|text| text == b"\"nonce\":").unwrap();
    let end = at + 8 + 34;
    assert_eq!(device_within(&bytes), Some(Key::from_seed(&[1; 32]).id()));
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
