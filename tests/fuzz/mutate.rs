//! Changes to inputs that know a little of their structure: bytes, lines, JSON members, signatures.

use fastrand::Rng;
use hailong::wire::{gzip, keys::Key, signed};
use serde_json::{Value, json};

/// Pieces that parsers tend to trip over.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"{",
    b"[",
    b"]",
    b"}",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"-0",
    b"1e999",
    b"9223372036854775808",
    b"18446744073709551616",
    b"0.1",
    b"null",
    b"\"v\":2",
    b"#",
    b" damaged",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    "ế".as_bytes(),
    "e\u{301}".as_bytes(),
    b"{\"sig\":\"",
    b"=cmd|'/c'!A1",
];

/// One input, changed one to four times.
pub fn mutate(rng: &mut Rng, seed: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    changed(rng, seed, |rng, bytes| {
        for _ in 0..rng.u8(1..=4) {
            change(rng, bytes, others);
            // After each: a text of a text, both repeated, would take gigabytes.
            bytes.truncate(1 << 19);
        }
    })
}

/// Changes an input; what is packed mostly inside, since the wrapping would hide it.
pub fn changed(rng: &mut Rng, seed: &[u8], how: impl FnOnce(&mut Rng, &mut Vec<u8>)) -> Vec<u8> {
    if seed.starts_with(&[0x1f, 0x8b]) && rng.u8(..) < 200 {
        let mut plain = gzip::unpack(seed, 1 << 20).unwrap_or_default();
        how(rng, &mut plain);
        return gzip::pack(&plain);
    }
    let mut bytes = seed.to_vec();
    how(rng, &mut bytes);
    bytes
}

/// Changes one thing.
pub fn change(rng: &mut Rng, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    match rng.u8(0..14) {
        0..=5 => simple(rng, bytes),
        6 => splice(rng, bytes, others),
        7 => {
            let piece = PIECES[rng.usize(0..PIECES.len())];
            let at = rng.usize(0..=bytes.len());
            bytes.splice(at..at, piece.iter().copied());
        }
        8 => lines(rng, bytes),
        9 => sign_again(rng, bytes),
        _ => member(rng, bytes),
    }
}

fn simple(rng: &mut Rng, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return bytes.push(rng.u8(..));
    }
    let at = rng.usize(0..bytes.len());
    let end = (at + rng.usize(1..64)).min(bytes.len());
    match rng.u8(0..6) {
        0 => bytes[at] ^= 1 << rng.u8(0..8),
        1 => bytes[at] = rng.u8(..),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let again = bytes[at..end].to_vec();
            bytes.splice(end..end, again);
        }
        4 => bytes.truncate(at),
        _ => bytes[at] = bytes[at].wrapping_add(1),
    }
}

fn splice(rng: &mut Rng, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    let other = &others[rng.usize(0..others.len())];
    let (from, at) = (rng.usize(0..=other.len()), rng.usize(0..=bytes.len()));
    bytes.truncate(at);
    bytes.extend_from_slice(&other[from..]);
}

/// Swaps, repeats or drops a line.
fn lines(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|c| *c == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (rng.usize(0..lines.len()), rng.usize(0..lines.len()));
    match rng.u8(0..3) {
        0 => lines.swap(a, b),
        1 => lines.insert(b, lines[a].clone()),
        _ => drop(lines.remove(a)),
    }
    *bytes = lines.join(&b'\n');
}

/// A stranger signs the first line, in some context.
fn sign_again(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|c| *c == b'\n').map(<[u8]>::to_vec).collect();
    let Some(at) = lines.iter().rposition(|line| line.starts_with(b"{\"sig\"")) else {
        return;
    };
    let contexts = [
        signed::BUNDLE,
        signed::ANSWER,
        signed::ENROL,
        signed::SETUP,
        signed::CERTIFICATE,
    ];
    let signature = Key::from_seed(&[rng.u8(100..); 32]).sign(contexts[rng.usize(0..5)], &lines[0]);
    lines[at] = signed::sig_line(&signature).into_bytes();
    *bytes = lines.join(&b'\n');
}

/// Changes something inside a line that is JSON.
fn member(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|c| *c == b'\n').map(<[u8]>::to_vec).collect();
    let at = rng.usize(0..lines.len());
    let Ok(mut value) = serde_json::from_slice::<Value>(&lines[at]) else {
        // One document over many lines.
        if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
            twist(rng, &mut value);
            *bytes = value.to_string().into_bytes();
        }
        return;
    };
    twist(rng, &mut value);
    lines[at] = value.to_string().into_bytes();
    *bytes = lines.join(&b'\n');
}

/// Changes one place of a document, anywhere in it.
pub fn twist(rng: &mut Rng, value: &mut Value) {
    match value {
        Value::Object(members) if !members.is_empty() && rng.u8(..) < 220 => {
            let name = members.keys().nth(rng.usize(0..members.len())).unwrap().clone();
            match rng.u8(0..10) {
                0 => drop(members.remove(&name)),
                1 => {
                    let moved = members.remove(&name).unwrap();
                    members.insert(format!("{name}x"), moved);
                }
                _ => twist(rng, members.get_mut(&name).unwrap()),
            }
        }
        Value::Array(items) if !items.is_empty() && rng.u8(..) < 220 => {
            let at = rng.usize(0..items.len());
            match rng.u8(0..6) {
                0 => drop(items.remove(at)),
                1 => items.extend(std::iter::repeat_n(items[at].clone(), 300)),
                _ => twist(rng, &mut items[at]),
            }
        }
        Value::Number(number) if rng.bool() => {
            let n = number.as_i64().unwrap_or(0);
            let others = [
                0,
                -1,
                1,
                n.wrapping_add(1),
                n.wrapping_sub(1),
                i64::MAX,
                i64::MIN,
                1 << 53,
            ];
            *value = json!(others[rng.usize(0..others.len())]);
        }
        Value::String(text) if rng.bool() => {
            let other = [
                String::new(),
                text.to_uppercase(),
                text.repeat(50),
                format!("{text}\u{301}"),
                text.chars().rev().collect(),
            ];
            *text = other[rng.usize(0..5)].clone();
        }
        other => {
            let nested = (0..rng.usize(1..200)).fold(json!(1), |inner, _| json!([inner]));
            let values = [
                json!(null),
                json!(true),
                json!(-1),
                json!(u64::MAX),
                json!(""),
                json!([]),
                json!({}),
                json!(1.5),
                nested,
            ];
            *other = values[rng.usize(0..values.len())].clone();
        }
    }
}
