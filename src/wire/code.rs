//! Codes that people type (enrolment, unlocking, erasing): Crockford base32 in groups of four, read forgivingly.

use crate::domain::hex::Hash;
use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An enrolment code of 8 or 16 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

/// What a one-time code of the district allows on a tablet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Operator mode without the PIN.
    Unlock,
    /// An erase while ballots wait.
    Erase,
}

/// The text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an enrolment code has 8 or 16 letters and digits")]
pub struct CodeError;

impl Code {
    /// Makes a code of `length` characters from as many random bytes.
    pub fn from_random(bytes: &[u8]) -> Self {
        Self(
            bytes
                .iter()
                .filter_map(|b| ALPHABET.get(usize::from(b & 31)))
                .map(|c| char::from(*c))
                .collect(),
        )
    }

    /// Reads what a person typed: case, spaces and dashes don't matter, `I` and `L` are 1, `O` is 0.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut code = String::new();
        for c in text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '_' | '.'))
        {
            let c = match c.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                c => c,
            };
            if !c.is_ascii() || !ALPHABET.contains(&(c as u8)) || code.len() == 16 {
                return Err(CodeError);
            }
            code.push(c);
        }
        if matches!(code.len(), 8 | 16) {
            Ok(Self(code))
        } else {
            Err(CodeError)
        }
    }

    /// What the district stores instead of the code.
    pub fn hash(&self) -> Hash {
        super::keys::sha256(&[b"hailong/1/code\0", self.0.as_bytes()])
    }

    /// What a setup carries instead of a one-time code: of one purpose only, so that none serves for another.
    pub fn hash_for(&self, purpose: Purpose) -> Hash {
        let context: &[u8] = match purpose {
            Purpose::Unlock => b"hailong/1/unlock\0",
            Purpose::Erase => b"hailong/1/erase\0",
        };
        super::keys::sha256(&[context, self.0.as_bytes()])
    }

    /// In groups of four, as it is printed.
    pub fn grouped(&self) -> String {
        let groups: Vec<_> = self.0.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        groups.join("-")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::from_random(&[0, 1, 2, 3, 31, 30, 255, 33]);
        assert_eq!(code.grouped(), "0123-ZYZ1");
        for typed in ["0123-zyz1", " o1 23 – ZYZl ", "oi23zyzi"] {
            assert_eq!(Code::parse(typed), Ok(code.clone()), "{typed}");
        }
        for wrong in ["", "0123", "0123-ZYZU", "0123ZYZ11", "mã số gì đó"] {
            assert!(Code::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(format!("{code:?}"), "Code(…)", "no log shows one");
    }
}
