//! When a certificate ends: the one field of it that whoever runs the server must hear of in time.

use chrono::NaiveDateTime;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::path::Path;

/// Unix time at which the first certificate of a PEM file ends; `None` if it does not read.
pub(super) fn ends(file: &Path) -> Option<i64> {
    of_der(&CertificateDer::from_pem_file(file).ok()?)
}

/// RFC 5280 §4.1: a certificate is (what is signed (version, serial, algorithm, issuer, validity (from, to), …), …).
fn of_der(der: &[u8]) -> Option<i64> {
    let (_, certificate, _) = value(der)?;
    let (_, mut rest, _) = value(certificate)?;
    let (tag, _, after) = value(rest)?;
    // The version may be left out.
    if tag == 0xa0 {
        rest = after;
    }
    for _ in 0..3 {
        (_, _, rest) = value(rest)?;
    }
    let (_, validity, _) = value(rest)?;
    let (_, _, to) = value(validity)?;
    let (tag, text, _) = value(to)?;
    time(tag, std::str::from_utf8(text).ok()?)
}

/// The first value of some DER: its tag, its contents, and what follows it.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(first & 0x7f) {
        short if first < 0x80 => (short, rest),
        bytes if bytes <= 4 => {
            let (bytes, rest) = rest.split_at_checked(bytes)?;
            let length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    let (contents, after) = rest.split_at_checked(length)?;
    Some((tag, contents, after))
}

/// UTCTime has a year of two digits, from 1950 to 2049; GeneralizedTime has four.
fn time(tag: u8, text: &str) -> Option<i64> {
    let century = match (tag, text.get(..1)?) {
        (0x17, "5" | "6" | "7" | "8" | "9") => "19",
        (0x17, _) => "20",
        (0x18, _) => "",
        _ => return None,
    };
    let time = NaiveDateTime::parse_from_str(&format!("{century}{text}"), "%Y%m%d%H%M%SZ").ok()?;
    Some(time.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_read_and_of_what_is_none_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cert.pem");
        for (year, wanted) in [(2027, 1_803_945_600), (2051, 2_561_328_000)] {
            let mut params = rcgen::CertificateParams::new(vec!["localhost".into()]).unwrap();
            params.not_after = rcgen::date_time_ymd(year, 3, 2);
            let cert = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            std::fs::write(&file, cert.pem()).unwrap();
            assert_eq!(ends(&file), Some(wanted), "{year}");
            let der = cert.der();
            for cut in 0..der.len().min(250) {
                assert_eq!(of_der(&der[..cut]), None);
            }
        }
        std::fs::write(&file, "no certificate").unwrap();
        assert_eq!(ends(&file), None);
    }
}
