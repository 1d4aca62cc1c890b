//! Numbers as Vietnamese readers write them (CLDR `vi`): `1.077`, `98,9%`, `22/11/2026`.
//!
//! Formatted by hand: a default locale prints `5/2/2026` where official papers need `05/02/2026` (domain.md §7).

use super::time::LocalDay;
use chrono::Datelike;

/// `1077` as `1.077`.
pub fn integer(number: u64) -> String {
    grouped(number, '.')
}

/// `1077` with the given mark between thousands.
pub fn grouped(number: u64, mark: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// A share of one in percent, without the sign: `0.98886` with one decimal as `98,9`.
///
/// Not public: a percentage leaves this layer only through [`Rate`](super::stats::Rate). Only a share of exactly one becomes 100: 9,999 of 10,000 must not read as everybody.
pub(super) fn percent(share: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, share * 100.0);
    let text = match decimals {
        0 if share < 1.0 && text == "100" => "99".to_owned(),
        1 if share < 1.0 && text == "100.0" => "99.9".to_owned(),
        1 if share >= 1.0 => "100".to_owned(),
        _ => text,
    };
    text.replace('.', ",")
}

/// `22/11/2026`.
pub fn date(day: LocalDay) -> String {
    let date = day.date();
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn thousands_have_a_point_and_decimals_a_comma() {
        let all = [0, 12, 999, 1_077, 15_150, 5_000_000].map(integer);
        assert_eq!(all, ["0", "12", "999", "1.077", "15.150", "5.000.000"]);
        assert_eq!(percent(0.98886, 1), "98,9");
        assert_eq!(percent(0.941, 0), "94");
    }

    #[test]
    fn only_everybody_is_a_hundred() {
        assert_eq!([percent(0.9999, 1), percent(1.0, 1)], ["99,9", "100"]);
        assert_eq!([percent(0.999, 0), percent(1.0, 0)], ["99", "100"]);
    }

    #[test]
    fn dates_have_two_digits() {
        let day = LocalDay::from_date(NaiveDate::from_ymd_opt(2026, 2, 5).unwrap());
        assert_eq!(date(day), "05/02/2026");
    }
}
