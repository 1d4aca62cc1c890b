//! The operator's PIN as the setup carries it: argon2id in the usual text form (PHC), checked on the tablet without a
//! network. Written here rather than with the `password-hash` crate, which the tablet would have to download.

use crate::domain::policy;
use argon2::{Algorithm, Argon2, Params, Version};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Whether this may be a PIN: exactly [`policy::PIN_DIGITS`] digits, not all the same.
pub fn is_pin(text: &str) -> bool {
    let mut digits = text.bytes();
    let first = digits.next();
    text.len() == policy::PIN_DIGITS
        && text.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.all(|digit| Some(digit) == first)
}

/// The hash of a PIN under a fresh salt; `None` only where argon2 refuses, which it does not for these lengths.
pub fn hash(pin: &str, salt: &[u8; 16]) -> Option<String> {
    let (memory, passes, lanes) = policy::PIN_ARGON2;
    let hash = argon2(pin, salt, memory, passes, lanes)?;
    let (salt, hash) = (to_base64(salt), to_base64(&hash));
    Some(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}"))
}

/// Whether this is the PIN of that hash. What is not such a hash is nobody's.
pub fn matches(pin: &str, phc: &str) -> bool {
    parse(phc).is_some_and(|(salt, hash, [memory, passes, lanes])| {
        argon2(pin, &salt, memory, passes, lanes).is_some_and(|ours| ours.as_slice() == hash.as_slice())
    })
}

/// Salt, hash and parameters. Parameters that would keep a tablet busy for minutes are not taken.
fn parse(phc: &str) -> Option<(Vec<u8>, Vec<u8>, [u32; 3])> {
    let rest = phc.strip_prefix("$argon2id$v=19$")?;
    let mut parts = rest.split('$');
    let (params, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let mut numbers = params.split(',').zip(["m=", "t=", "p="]);
    let mut number = || {
        let (text, name) = numbers.next()?;
        text.strip_prefix(name)?.parse::<u32>().ok()
    };
    let params = [number()?, number()?, number()?];
    let [memory, passes, lanes] = params;
    let sane = memory <= 64 * 1024 && passes <= 16 && lanes <= 4;
    (sane && parts.next().is_none()).then_some((from_base64(salt)?, from_base64(hash)?, params))
}

fn argon2(pin: &str, salt: &[u8], memory: u32, passes: u32, lanes: u32) -> Option<[u8; 32]> {
    let params = Params::new(memory, passes, lanes, Some(32)).ok()?;
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.as_bytes(), salt, &mut hash)
        .ok()?;
    Some(hash)
}

fn to_base64(bytes: &[u8]) -> String {
    let digit = |bits: u32| DIGITS.get(bits as usize & 63).copied().map_or('A', char::from);
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .zip([16, 8, 0])
            .fold(0, |bits, (byte, shift)| bits | u32::from(*byte) << shift);
        for shift in [18, 12, 6, 0].into_iter().take(three.len() + 1) {
            text.push(digit(bits >> shift));
        }
    }
    text
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for (digit, shift) in four.iter().zip([18, 12, 6, 0]) {
            let value = DIGITS.iter().position(|known| known == digit)?;
            bits |= u32::try_from(value).ok()? << shift;
        }
        let count = match four.len() {
            1 => return None,
            length => length - 1,
        };
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(count));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_six_digits_that_are_not_all_the_same() {
        assert!(is_pin("204816") && is_pin("111112"));
        for wrong in ["", "12345", "1234567", "111111", "12345a", "１２３４５６"] {
            assert!(!is_pin(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        let phc = hash("204816", &[5; 16]).unwrap();
        for cut in 0..phc.len() {
            assert!(!matches("204816", &phc[..cut]), "{cut}");
        }
        for (from, to) in [
            ("t=", "x="),
            ("p=", "p"),
            ("argon2id", "argon2i"),
            ("m=", "m=9"),
            ("v=19", "v=16"),
        ] {
            assert!(!matches("204816", &phc.replacen(from, to, 1)), "{from}");
        }
        assert!(!matches("204816", &format!("{phc}$more")) && !matches("204816", &phc.replace('$', "$!")));
    }

    #[test]
    fn a_hash_knows_its_pin_and_no_other() {
        let phc = hash("204816", &[5; 16]).unwrap();
        assert!(
            phc.starts_with("$argon2id$v=19$m=8192,t=3,p=1$BQUFBQUFBQUFBQUFBQUFBQ$"),
            "{phc}"
        );
        assert!(matches("204816", &phc));
        assert!(!matches("204817", &phc) && !matches("", &phc));
        assert_ne!(hash("204816", &[6; 16]).unwrap(), phc, "salted");
        for other in [
            "",
            "$argon2id$v=19$m=8192,t=3,p=1$!!$AA",
            &phc.replace("m=8192", "m=99999999"),
        ] {
            assert!(!matches("204816", other), "{other}");
        }
    }

    #[test]
    fn a_right_hash_that_would_take_minutes_is_not_tried() {
        for (memory, passes, lanes, tried) in [
            (64, 16, 1, true),
            (64, 17, 1, false),
            (64, 1, 4, true),
            (64, 1, 5, false),
            (64 * 1024, 1, 1, true),
            (64 * 1024 + 1, 1, 1, false),
        ] {
            let hash = to_base64(&argon2("204816", &[5; 16], memory, passes, lanes).unwrap());
            let salt = to_base64(&[5; 16]);
            let phc = format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}");
            assert_eq!(matches("204816", &phc), tried, "{phc}");
        }
    }

    #[test]
    fn it_is_the_text_form_that_others_write() {
        // By OpenSSL, through Python's `cryptography`.
        let theirs = "$argon2id$v=19$m=8192,t=3,p=1$BQUFBQUFBQUFBQUFBQUFBQ$b8cWcEfjRd3oOiEXUxC8EEj7JmQTyd6JcoGHgWu+bQo";
        assert_eq!(hash("204816", &[5; 16]).as_deref(), Some(theirs));
    }
}
