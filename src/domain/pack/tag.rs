//! Language tags (BCP 47), as far as packs need them.

/// Whether a tag is well formed: a language of two or three small letters, then maybe script, region and variants.
/// Extensions and private use are not taken.
pub fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let small = |part: &str| part.bytes().all(|c| c.is_ascii_lowercase());
    if tag.len() > 35 || !(2..=3).contains(&language.len()) || !small(language) {
        return false;
    }
    let letters = |part: &str| part.bytes().all(|c| c.is_ascii_alphabetic());
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    let rank = |part: &str| match part.len() {
        4 if letters(part) => Some(1),
        2 if letters(part) => Some(2),
        3 if digits(part) => Some(2),
        4 if part.starts_with(|c: char| c.is_ascii_digit()) => Some(3),
        5..=8 => Some(3),
        _ => None,
    };
    let mut before = 0;
    for part in parts {
        match rank(part).filter(|_| part.bytes().all(|c| c.is_ascii_alphanumeric())) {
            // Script and region once each, in this order; variants at the end.
            Some(rank) if rank > before || (rank, before) == (3, 3) => before = rank,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_those_of_bcp_47() {
        for good in [
            "vi",
            "tyz",
            "hmn",
            "hmn-Latn",
            "hmn-Hmng-VN",
            "nut",
            "zh-Hant-TW",
            "en-001",
            "sl-rozaj-biske",
        ] {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in [
            "",
            "v",
            "VI",
            "viet",
            "Tiếng Tày",
            "vi_VN",
            "vi-",
            "-vi",
            "vi-VN-Latn",
            "vi--VN",
            "x-tay",
            "vi-x-a",
            "vi-V",
            "<b>",
            "tyz-verylongvariant",
        ] {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }
}
