//! Ids made of words, so that nobody has to think of one.

use unicode_normalization::UnicodeNormalization;

/// An id made of words, that is not taken: "Biết xin lỗi" is `biet_xin_loi`, or `biet_xin_loi_2`.
pub(super) fn id_for(words: &str, taken: impl Fn(&str) -> bool) -> String {
    let plain: String = words.to_lowercase().replace('đ', "d").nfd().collect();
    let parts = plain.split(|c: char| !c.is_ascii_alphanumeric() && !is_mark(c));
    let parts = parts.map(|part| part.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    let parts = match parts.as_slice() {
        [first, second, rest @ ..] if first == "ong" && second == "ba" && !rest.is_empty() => rest,
        all => all,
    };
    let mut id = String::new();
    for part in parts {
        if id.len() + part.len() > MADE_ID {
            break;
        }
        if !id.is_empty() {
            id.push('_');
        }
        id.push_str(part);
    }
    if id.is_empty() {
        id.push_str("cau");
    }
    if !taken(&id) {
        return id;
    }
    let more = (2..=MAX_TWINS).map(|n| format!("{id}_{n}"));
    more.into_iter().find(|other| !taken(other)).unwrap_or(id)
}

/// Longest made id, without its number; leaves room below the 40 of `domain::ids::Slug`.
const MADE_ID: usize = 30;
/// Ids of the same words that are tried; a form is never larger.
const MAX_TWINS: usize = 1000;

/// Combining marks that decomposition leaves behind: U+0300 to U+036F.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Slug;

    #[test]
    fn an_id_is_made_of_the_words_and_is_free() {
        let none = |_: &str| false;
        assert_eq!(id_for("Biết xin lỗi", none), "biet_xin_loi");
        assert_eq!(id_for("Ông/Bà có phải chờ lâu không?", none), "co_phai_cho_lau_khong");
        assert_eq!(id_for("Đường đi, chỉ dẫn", none), "duong_di_chi_dan");
        assert_eq!(id_for("Đường đi", |id| id == "duong_di"), "duong_di_2");
        assert_eq!(id_for("<b>“…”</b>", none), "b_b");
        assert_eq!(id_for("…", none), "cau");
        let long = id_for(&"rất ".repeat(200), none);
        assert!(Slug::parse(&long).is_ok(), "{long}");
    }
}
