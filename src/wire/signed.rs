//! A signed document: a JSON line and a line with its signature.
//!
//! ```text
//! {…}\n
//! {"sig":"<128 hex>"}\n
//! ```
//! Each kind has a context, so that a signature given for one can't be shown as another.

use super::{
    canon,
    keys::{self, Key},
};
use crate::domain::hex::{PublicKey, Signature};
use serde::{Serialize, de::DeserializeOwned};

/// Context of a bundle's header.
pub const BUNDLE: &[u8] = b"hailong/1/bundle\0";
/// Context of everything the district answers.
pub const ANSWER: &[u8] = b"hailong/1/answer\0";
/// Context of a device's request to be enrolled.
pub const ENROL: &[u8] = b"hailong/1/enrol\0";
/// Context of the certificate a district gives a device.
pub const CERTIFICATE: &[u8] = b"hailong/1/certificate\0";
/// Context of a setup document.
pub const SETUP: &[u8] = b"hailong/1/setup\0";
/// Context of a checkpoint of the district's log.
pub const CHECKPOINT: &[u8] = b"hailong/1/checkpoint\0";

/// Why a signed document is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Not two lines, or the second is not `{"sig":"…"}`.
    #[error("not a line and a signature line")]
    Framing,
    /// The signature is not this key's over this line in this context.
    #[error("the signature does not hold")]
    Signature,
    /// Signed, but not of the expected shape.
    #[error("unexpected document: {0}")]
    Shape(String),
}

/// Serialises, signs and frames a document.
pub fn seal<T: Serialize>(key: &Key, context: &[u8], document: &T) -> String {
    frame(key, context, &canon::line_of(document))
}

/// Signs and frames a line that is already canonical.
pub fn frame(key: &Key, context: &[u8], line: &str) -> String {
    format!("{line}\n{}\n", sig_line(&key.sign(context, line.as_bytes())))
}

/// `{"sig":"…"}`.
pub fn sig_line(signature: &Signature) -> String {
    format!("{{\"sig\":\"{signature}\"}}")
}

/// Reads a `{"sig":"…"}` line.
pub fn parse_sig_line(line: &[u8]) -> Option<Signature> {
    let hex = line.strip_prefix(b"{\"sig\":\"")?.strip_suffix(b"\"}")?;
    Signature::parse(std::str::from_utf8(hex).ok()?).ok()
}

/// Splits a signed document into its line and signature without checking anything else.
pub fn split(text: &[u8]) -> Result<(&[u8], Signature), SignedError> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let at = text.iter().position(|c| *c == b'\n').ok_or(SignedError::Framing)?;
    let (line, rest) = text.split_at(at);
    let signature = rest
        .strip_prefix(b"\n")
        .and_then(parse_sig_line)
        .ok_or(SignedError::Framing)?;
    Ok((line, signature))
}

/// Checks the signature, then reads the document. Nothing of an unsigned document is looked at.
pub fn open<T: DeserializeOwned>(key: &PublicKey, context: &[u8], text: &[u8]) -> Result<T, SignedError> {
    let (line, signature) = split(text)?;
    if !keys::verify(key, context, line, &signature) {
        return Err(SignedError::Signature);
    }
    serde_json::from_slice(line).map_err(|error| SignedError::Shape(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_opens_only_with_its_key_its_context_and_its_bytes() {
        let (key, other) = (Key::from_seed(&[7; 32]), Key::from_seed(&[8; 32]));
        let text = seal(&key, ANSWER, &serde_json::json!({"b": 1, "a": "xã"}));
        let read = |key: &Key, context, text: &str| open::<serde_json::Value>(&key.public(), context, text.as_bytes());
        assert_eq!(read(&key, ANSWER, &text).unwrap()["a"], "xã");
        assert_eq!(read(&other, ANSWER, &text), Err(SignedError::Signature));
        assert_eq!(read(&key, SETUP, &text), Err(SignedError::Signature));
        assert_eq!(read(&key, ANSWER, &text.replace('1', "2")), Err(SignedError::Signature));
        assert_eq!(read(&key, ANSWER, "<html>login</html>"), Err(SignedError::Framing));
    }
}
