//! Passwords: made, hashed with argon2id, checked.

use super::{hasher, policy, weak};
use crate::{platform, wire::code::Code};
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHash, Version,
    password_hash::{
        self,
        phc::{ParamsString, Salt},
    },
};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Bytes of a salt (RFC 9106 §3.1).
const SALT_BYTES: usize = 16;

/// A password, as it is hashed. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password is refused or can't be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short for one that a person chose.
    #[error("a password needs at least {} characters", policy::PASSWORD_MIN)]
    Short,
    /// Too long to hash.
    #[error("a password has at most {} bytes", policy::PASSWORD_MAX)]
    Long,
    /// One that guessers try first.
    #[error("a password must not be well-known words, rows of keys, years or the user's name alone")]
    Common,
    /// argon2 refused.
    #[error("hashing the password: {0}")]
    Hash(String),
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] platform::RandomError),
}

impl PasswordError {
    /// Whether trying the same again can't help.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Short | Self::Long | Self::Common)
    }
}

impl Password {
    /// Makes one of 80 random bits, easy to read aloud and to type: `7K2M-QX9T-…`.
    pub fn random() -> Result<Self, PasswordError> {
        let bytes = platform::random::<{ policy::PASSWORD_CHARS }>()?;
        Ok(Self(Code::from_random(&bytes).grouped()))
    }

    /// What a person typed to sign in. A made password is read as forgivingly as an enrolment code.
    pub fn typed(text: &str) -> Self {
        match Code::parse(text) {
            Ok(code) if code.grouped().len() > policy::PASSWORD_CHARS => Self(code.grouped()),
            _ => Self(text.nfc().collect()),
        }
    }

    /// What the user of this name chose as a new password.
    pub fn chosen(text: &str, user: &str) -> Result<Self, PasswordError> {
        let password = Self::typed(text);
        if password.0.len() > policy::PASSWORD_MAX {
            return Err(PasswordError::Long);
        }
        if password.0.chars().count() < policy::PASSWORD_MIN {
            return Err(PasswordError::Short);
        }
        if weak::is_common(&password.0, user) {
            return Err(PasswordError::Common);
        }
        Ok(password)
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash to store, with its salt and parameters. Takes about 30 ms.
    pub fn hash(&self) -> Result<String, PasswordError> {
        let (password, salt) = (self.0.clone(), platform::random::<SALT_BYTES>()?);
        let hash = hasher::run(move |memory| {
            let (argon2, salt) = (argon2()?, Salt::new(&salt)?);
            let output = memory.output(&argon2, &password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
            let hash = PasswordHash {
                algorithm: ARGON2ID_IDENT,
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(argon2.params())?,
                salt: Some(salt),
                hash: Some(output),
            };
            Ok::<_, password_hash::Error>(hash.to_string())
        });
        let hash = hash.ok_or_else(|| PasswordError::Hash("no thread for it".into()))?;
        hash.map_err(|error| PasswordError::Hash(error.to_string()))
    }

    /// Whether a stored hash was made with other parameters than passwords get now.
    pub fn is_outdated(stored: &str) -> bool {
        let (memory, passes, lanes) = policy::ARGON2;
        !stored.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
    }

    /// Whether it is the one. Without a stored hash the same work is done, so that the time does not tell whether a
    /// user exists.
    pub fn matches(&self, stored: Option<&str>) -> bool {
        if self.0.len() > policy::PASSWORD_MAX {
            return false;
        }
        let Some(stored) = stored.filter(|stored| PasswordHash::new(stored).is_ok()) else {
            let _ = self.hash();
            return false;
        };
        let (password, stored) = (self.0.clone(), stored.to_owned());
        let right = hasher::run(move |memory| {
            let hash = PasswordHash::new(&stored)?;
            let (Some(salt), Some(wanted)) = (&hash.salt, &hash.hash) else {
                return Ok(false);
            };
            let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
            let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
            let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash)?);
            // Outputs are compared in constant time.
            let output = memory.output(&argon2, &password, salt, wanted.as_bytes().len())?;
            Ok::<_, password_hash::Error>(output == *wanted)
        });
        matches!(right, Some(Ok(true)))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

fn argon2() -> password_hash::Result<Argon2<'static>> {
    let (memory, passes, lanes) = policy::ARGON2;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| password_hash::Error::ParamsInvalid)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_password_is_read_as_people_type_it() {
        let made = Password::random().unwrap();
        assert_eq!(made.reveal().len(), 19);
        let hash = made.hash().unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!Password::is_outdated(&hash) && Password::is_outdated(&hash.replace("t=2", "t=1")));
        let careless = made.reveal().replace('-', " ").to_lowercase();
        assert!(Password::typed(&careless).matches(Some(&hash)));
        assert!(!Password::random().unwrap().matches(Some(&hash)));
        assert_ne!(made, Password::random().unwrap());
        assert_eq!(format!("{made:?}"), "Password(…)");
    }

    #[test]
    fn a_chosen_password_keeps_its_case_and_its_marks_in_any_spelling() {
        let hash = Password::chosen("Quầy số 1 mở cửa", "lan").unwrap().hash().unwrap();
        let long = "mưa nắng bốn mùa ".repeat(5);
        assert!(long.chars().count() > 64 && Password::chosen(&long, "lan").is_ok());
        let decomposed: String = "Quầy số 1 mở cửa".nfd().collect();
        assert!(Password::typed(&decomposed).matches(Some(&hash)));
        assert!(!Password::typed("quầy số 1 mở cửa").matches(Some(&hash)));
        assert!(matches!(Password::chosen("ngắn quá", "lan"), Err(PasswordError::Short)));
        assert!(matches!(
            Password::chosen(&"mưa nắng bốn mùa ".repeat(20), "lan"),
            Err(PasswordError::Long)
        ));
        assert!(matches!(
            Password::chosen("Matkhau@2026", "lan"),
            Err(PasswordError::Common)
        ));
        assert!(!Password::typed("bất kỳ").matches(None) && !Password::typed("x").matches(Some("not a hash")));
    }
}
