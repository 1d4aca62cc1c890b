//! Enrolment: a code (or the certificate from an earlier one) for a place in the district.

use super::{
    answer::{Answer, Enrolled},
    keys::{self, Key},
    signed::{self, SignedError},
};
use crate::domain::hex::{DeviceId, DistrictId, Nonce, PublicKey};
use crate::domain::ids::CounterId;
use serde::{Deserialize, Serialize};

/// Largest enrolment request in bytes.
pub const MAX_REQUEST_BYTES: usize = 8 * 1024;

/// What a tablet sends to `/api/v1/enrol`, signed with its own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Version of the app.
    pub app: String,
    /// The certificate of an earlier enrolment, after a restore of the district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The code, as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The device's public key.
    pub key: PublicKey,
    /// Repeated by the answer.
    pub nonce: Nonce,
    /// 1.
    pub v: u32,
}

/// What the district vouches for. Signed, context `hailong/1/certificate\0`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Where the device was enrolled.
    pub counter: CounterId,
    /// The device.
    pub device: DeviceId,
    /// By which district.
    pub district: DistrictId,
    /// Unix time, rounded down to the hour.
    pub issued: i64,
    /// The device's public key.
    pub key: PublicKey,
    /// 1.
    pub v: u32,
}

impl Request {
    /// Signs and frames the request.
    pub fn seal(&self, key: &Key) -> String {
        signed::seal(key, signed::ENROL, self)
    }

    /// Reads a request and checks that whoever sends it has the key it names.
    pub fn open(body: &[u8]) -> Result<Self, SignedError> {
        let (line, signature) = signed::split(body)?;
        let request: Self = serde_json::from_slice(line).map_err(|e| SignedError::Shape(e.to_string()))?;
        if request.v != super::VERSION || (request.code.is_some() == request.certificate.is_some()) {
            return Err(SignedError::Shape("either a code or a certificate, version 1".into()));
        }
        if !keys::verify(&request.key, signed::ENROL, line, &signature) {
            return Err(SignedError::Signature);
        }
        Ok(request)
    }
}

impl Enrolled {
    /// Reads the answer to a first enrolment: the district's key is not known yet, it is in the answer itself, which
    /// must be signed with it, be for this device and repeat the nonce. TLS and the code vouch for the rest.
    pub fn open_first(device: DeviceId, nonce: Nonce, body: &[u8]) -> Option<Answer> {
        let (line, _) = signed::split(body).ok()?;
        match serde_json::from_slice(line).ok()? {
            Answer::Enrolled(claimed) => {
                let answer = Answer::open(&claimed.district_key, nonce, body)?;
                (claimed.device == device).then_some(answer)
            }
            // A refusal can't be checked yet; it is shown to the person who typed the code and decides nothing else.
            Answer::Refusal(refusal) if refusal.nonce == Some(nonce) => Some(Answer::Refusal(refusal)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hex::Hex;

    #[test]
    fn a_request_has_a_code_or_a_certificate_a_known_version_and_its_own_signature() {
        let key = Key::from_seed(&[1; 32]);
        let good = Request {
            app: "0.1.0".into(),
            certificate: None,
            code: Some("CODE".into()),
            key: key.public(),
            nonce: Hex([2; 16]),
            v: 1,
        };
        assert_eq!(Request::open(good.seal(&key).as_bytes()).unwrap(), good);
        let neither = Request {
            code: None,
            ..good.clone()
        };
        let both = Request {
            certificate: Some("line".into()),
            ..good.clone()
        };
        let later = Request { v: 2, ..good.clone() };
        for bad in [neither, both, later] {
            assert!(
                matches!(Request::open(bad.seal(&key).as_bytes()), Err(SignedError::Shape(_))),
                "{bad:?}"
            );
        }
        let other = Key::from_seed(&[3; 32]);
        assert!(matches!(
            Request::open(good.seal(&other).as_bytes()),
            Err(SignedError::Signature)
        ));
    }
}
