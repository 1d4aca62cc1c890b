//! What becomes of a citizen's comment: no numbers in it, known by its month only, kept for a time.

use super::{
    policy::{COMMENT_DAYS, COMMENT_MAX_CHARS},
    redact::redact,
    time::{LocalDay, Month},
};

/// A comment as it may be kept: no line ends or other control characters, no numbers, not longer than allowed. `None`
/// if nothing is left to say.
#[must_use]
pub fn clean(text: &str) -> Option<String> {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // Cut last: the first half of a number must not stay because the second was cut off.
    let kept: String = redact(plain.trim()).chars().take(COMMENT_MAX_CHARS).collect();
    let kept = kept.trim_end();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// The first day on which a comment of this month is not kept any more, on the tablet and in the district.
pub fn expires(month: Month) -> LocalDay {
    LocalDay(month.end().0.saturating_add(COMMENT_DAYS))
}

/// A month as a number that grows by one from month to month.
pub fn month_number(month: Month) -> i64 {
    i64::from(month.year) * 12 + i64::from(month.month) - 1
}

/// The month of that number; a number no calendar has becomes January of year 0.
pub fn month_of(number: i64) -> Month {
    Month {
        year: i32::try_from(number.div_euclid(12)).unwrap_or(0),
        month: u32::try_from(number.rem_euclid(12)).unwrap_or(0) + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_one_line_and_not_too_long() {
        assert_eq!(clean("  \n\t ").as_deref(), None);
        assert_eq!(clean(" xin\ncảm ơn\u{7} ").as_deref(), Some("xin cảm ơn"));
        let long = clean(&"dài ".repeat(COMMENT_MAX_CHARS)).unwrap();
        assert!(long.chars().count() <= COMMENT_MAX_CHARS);
        let at_the_end = format!("{} 0912345678", "a".repeat(COMMENT_MAX_CHARS - 6));
        assert!(
            !clean(&at_the_end).unwrap().chars().any(char::is_numeric),
            "no first half of a number"
        );
    }

    #[test]
    fn a_comment_goes_ninety_days_after_its_month() {
        let month = Month { year: 2026, month: 11 };
        assert_eq!(expires(month).date().to_string(), "2027-03-01");
        assert_eq!(month_of(month_number(month)), month);
        assert_eq!(month_number(month.plus(2)), month_number(month) + 2);
    }
}
