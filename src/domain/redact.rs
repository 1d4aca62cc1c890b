//! Takes numbers out of what a citizen wrote, before anything keeps it: a phone number, an identity card.

use super::policy::HIDDEN_DIGITS;

/// What stands in the place of a number.
pub const HIDDEN: &str = "[đã ẩn]";

/// Hides every run of nine or more digits, whatever stands between them as long as it is no letter: spaces, dots,
/// dashes, brackets, line ends, marks nobody sees. Digits of every script count, in circles and raised too.
///
/// Stricter than the rule (design §4: "spaces, dots and dashes between them ignored"): a date with a time beside it goes
/// too. A number spelt in letters stays; no rule finds that, which is why the screen asks for none.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = Run::default();
    for c in text.chars() {
        if c.is_numeric() {
            run.digit(c);
        } else if c.is_alphabetic() {
            run.end(&mut out);
            out.push(c);
        } else {
            run.between(c, &mut out);
        }
    }
    run.end(&mut out);
    out
}

/// Digits with what stands between them.
#[derive(Default)]
struct Run {
    digits: usize,
    /// From the first digit to the last.
    text: String,
    /// What came after the last digit so far.
    tail: String,
}

impl Run {
    fn digit(&mut self, c: char) {
        self.digits += 1;
        self.text.push_str(&self.tail);
        self.tail.clear();
        self.text.push(c);
    }

    fn between(&mut self, c: char, out: &mut String) {
        if self.digits == 0 {
            out.push(c);
        } else {
            self.tail.push(c);
        }
    }

    fn end(&mut self, out: &mut String) {
        if self.digits >= HIDDEN_DIGITS {
            // "+84 …" and "(0219) …" begin before their first digit.
            let kept = out.trim_end_matches(['+', '(', '＋', '（']).len();
            out.truncate(kept);
            out.push_str(HIDDEN);
        } else {
            out.push_str(&self.text);
        }
        out.push_str(&self.tail);
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phone_numbers_and_identity_cards_are_hidden_however_they_are_written() {
        for number in [
            "0912345678",
            "0912.345.678",
            "024087001234",
            "0912 345 678",
            "0912-345-678",
            "0912–345–678",
            "09 12 34 56 78",
            "0.9.1.2.3.4.5.6.7.8",
            "0912 . - 345  678",
            "(0219) 3 123 456",
            "+84 912 345 678",
            "+84(0)912-345-678",
            "0912/345/678",
            "0912_345_678",
            "0912\u{a0}345\u{200b}678",
            "0912\n345\n678",
            "０９１２３４５６７８",
            "０９１２．３４５．６７８",
            "٠٩١٢٣٤٥٦٧٨",
            "०९१२३४५६७८",
            "𝟎𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
            "⓪⑨①②③④⑤⑥⑦⑧",
            "⁰⁹¹²³⁴⁵⁶⁷⁸",
            "0\u{fe0f}\u{20e3}9\u{fe0f}\u{20e3}1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}3\u{fe0f}\u{20e3}4\u{fe0f}\u{20e3}5\u{fe0f}\u{20e3}6\u{fe0f}\u{20e3}7",
            "123456789",
        ] {
            let said = redact(&format!("gọi {number} nhé"));
            assert!(
                said.starts_with("gọi [đã ẩn]") && said.ends_with(" nhé"),
                "{number}: {said}"
            );
            assert!(!said.chars().any(char::is_numeric), "{number}: {said}");
        }
        assert_eq!(redact("024087001234"), HIDDEN);
        assert_eq!(redact("A0912345678B"), "A[đã ẩn]B");
        assert_eq!(redact("0912345678 và 0987654321."), "[đã ẩn] và [đã ẩn].");
    }

    #[test]
    fn what_is_no_such_number_stays_as_it_was_written() {
        for text in [
            "",
            "Chờ 2 tiếng, hẹn ngày 12/11/2026.",
            "Phí 150.000 đồng; 8 chữ số: 12345678",
            "Quầy 3 (tầng 2) – cán bộ nhiệt tình!",
            "1a2b3c4d5e6f7g8h9i0k",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    /// Most digits that follow each other without a letter between them.
    fn longest(text: &str) -> usize {
        let parts = text.split(|c: char| c.is_alphabetic() && !c.is_numeric());
        parts
            .map(|part| part.chars().filter(|c| c.is_numeric()).count())
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn no_text_keeps_nine_digits_in_a_row(text in "\\PC{0,80}", digits in "[0-9０-９ .()+–-]{0,60}", after in "\\PC{0,40}") {
            let said = redact(&format!("{text}{digits}{after}"));
            prop_assert!(longest(&said) < HIDDEN_DIGITS, "{said}");
            prop_assert_eq!(redact(&said), said, "twice is once");
        }

        #[test]
        fn any_number_with_anything_but_letters_between_is_hidden(
            number in proptest::collection::vec(("[0-9]", "[ .,()/_+:;*#~'\"–—\u{a0}\u{200b}\u{202e}-]{0,4}"), 9..20),
        ) {
            let written: String = number.iter().flat_map(|(digit, between)| [digit.as_str(), between]).collect();
            let said = redact(&format!("số {written}xong"));
            prop_assert!(said.starts_with("số [đã ẩn]") && !said.chars().any(|c| c.is_ascii_digit()), "{}", said);
        }

        #[test]
        fn letters_are_never_changed(text in "\\PC{0,80}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic() && !c.is_numeric()).collect::<String>();
            prop_assert_eq!(letters(&redact(&text).replace(HIDDEN, "")), letters(&text));
        }
    }
}
