//! Vietnamese alphabetical order, as ICU/CLDR `vi` has it (domain.md §7).
//!
//! Letters first: a ă â b c d đ e ê … o ô ơ … u ư. Words that differ only in tones follow ngang, huyền, hỏi, ngã, sắc,
//! nặng; then lower case goes before upper. Blanks and signs come before digits, digits before letters. Runs of digits
//! are compared as numbers (CLDR's `kn`), so that "Quầy 2" stands before "Quầy 10".

use unicode_normalization::UnicodeNormalization;

/// Where a text stands in an alphabetical list. Compare keys, not texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    letters: Vec<(u8, u64)>,
    tones: Vec<u8>,
    capitals: Vec<bool>,
    /// What no level tells apart still has one order.
    text: String,
}

/// Classes of characters, in their order.
const SIGN: u8 = 0;
const NUMBER: u8 = 1;
const LETTER: u8 = 2;

/// The key of a text, whichever way its marks are composed.
pub fn key(text: &str) -> SortKey {
    let mut key = SortKey {
        letters: Vec::new(),
        tones: Vec::new(),
        capitals: Vec::new(),
        text: text.nfc().collect(),
    };
    for c in text.nfd() {
        match (tone(c), shape(c)) {
            (Some(tone), _) => {
                if let Some(last) = key.tones.last_mut() {
                    *last = tone;
                }
            }
            (None, Some(shape)) => {
                if let Some((LETTER, letter)) = key.letters.last_mut() {
                    *letter = letter.saturating_add(shape);
                }
            }
            (None, None) => key.push(c),
        }
    }
    key
}

/// The key of a person's name: lists of people go by the given name, the last word, then by the whole name.
pub fn person(name: &str) -> (SortKey, SortKey) {
    let given = name.split_whitespace().next_back().unwrap_or_default();
    (key(given), key(name))
}

impl SortKey {
    fn push(&mut self, c: char) {
        if let Some(digit) = c.to_digit(10) {
            if let Some((NUMBER, number)) = self.letters.last_mut() {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
                return;
            }
            self.add(NUMBER, u64::from(digit), false);
        } else if c.is_alphabetic() {
            let capital = c.is_uppercase();
            for lower in c.to_lowercase() {
                // Room after each letter for its shapes: a, ă, â; d, đ; o, ô, ơ.
                let place = match lower {
                    'đ' => u64::from('d') * 8 + 1,
                    lower => u64::from(lower).saturating_mul(8),
                };
                self.add(LETTER, place, capital);
            }
        } else {
            self.add(SIGN, u64::from(c), false);
        }
    }

    fn add(&mut self, class: u8, place: u64, capital: bool) {
        self.letters.push((class, place));
        self.tones.push(0);
        self.capitals.push(capital);
    }
}

/// Tones in their order, from 1; no mark is 0.
fn tone(c: char) -> Option<u8> {
    match c {
        '\u{300}' => Some(1),
        '\u{309}' => Some(2),
        '\u{303}' => Some(3),
        '\u{301}' => Some(4),
        '\u{323}' => Some(5),
        _ => None,
    }
}

/// Marks that make another letter, in the order of the letters.
fn shape(c: char) -> Option<u64> {
    match c {
        // ă; there is no other letter with a breve.
        '\u{306}' => Some(1),
        // â after ă, ê, ô.
        '\u{302}' => Some(2),
        // ơ after ô, ư.
        '\u{31b}' => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut words: Vec<&str>) -> Vec<&str> {
        words.sort_by_cached_key(|word| key(word));
        words
    }

    fn in_order(words: &[&str]) {
        let mut backwards = words.to_vec();
        backwards.reverse();
        assert_eq!(sorted(backwards), words);
    }

    #[test]
    fn people_go_by_their_given_names() {
        let sorted = ["Trần Văn An", "Lê Thị Ánh", "Nguyễn Văn Ánh", "Hoàng Đức", "Đỗ Thị Em"];
        let mut names = sorted;
        names.reverse();
        names.sort_by_cached_key(|name| person(name));
        assert_eq!(names, sorted);
    }

    #[test]
    fn letters_follow_the_alphabet() {
        in_order(&[
            "an", "ăn", "ân", "ba", "ca", "da", "đa", "ea", "êa", "ga", "oa", "ôa", "ơa", "pa", "ua", "ưa", "va", "ya",
        ]);
    }

    #[test]
    fn tones_follow_the_school_book_and_only_after_the_letters() {
        in_order(&["ma", "mà", "mả", "mã", "má", "mạ"]);
        in_order(&["hoa", "hòa", "hoan", "hoàn", "hoang"]);
        in_order(&["Xã Ân Thi", "Xã Ba Vì", "Xã Đa Mai", "Xã Đại Phúc", "Xã Đông Anh"]);
        in_order(&["Xã An Bình", "Xã Ân Bình", "Xã Bình An"]);
        in_order(&["Xã Dân Chủ", "Xã Đan Phượng"]);
    }

    #[test]
    fn case_is_asked_last_and_composition_never() {
        in_order(&["hòa", "Hòa", "hỏa"]);
        let (composed, apart) = ("Đường Lệ", "Đường Lệ".nfd().collect::<String>());
        assert_eq!(key(composed), key(&apart));
    }

    #[test]
    fn signs_before_digits_before_letters_and_digits_as_numbers() {
        in_order(&["Quầy", "Quầy 1", "Quầy 2", "Quầy 10", "Quầy A"]);
        in_order(&["(a)", "1a", "a"]);
    }
}
