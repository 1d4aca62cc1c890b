//! Text inside a sheet's XML, the way Excel writes it.

use std::io::Write;

/// Writes text so that reading it gives the same text: `&`, `<` and `>` as entities; what XML can't hold, and a carriage
/// return, which a parser would change, as `_x000D_`; text that looks like that already with its `_` written so.
pub(super) fn escape(out: &mut Vec<u8>, text: &str) {
    // 0xEF begins U+FFFE and U+FFFF, which XML has not; many others too, and those cost a second look.
    let rare = |byte: &u8| *byte < 0x20 || matches!(byte, b'&' | b'<' | b'>' | b'_' | 0xEF);
    if !text.as_bytes().iter().any(rare) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for (place, c) in text.char_indices() {
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '_' if text.get(place..).is_some_and(is_escape) => out.extend_from_slice(b"_x005F_"),
            '\t' | '\n' => out.push(c as u8),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                // Into a vector; that can't fail.
                let _ = write!(out, "_x{:04X}_", u32::from(c));
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Whether text begins with `_xHHHH_`.
fn is_escape(text: &str) -> bool {
    match text.as_bytes() {
        [b'_', b'x', a, b, c, d, b'_', ..] => [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()),
        _ => false,
    }
}

/// Whether a reader would drop white space at an end if it were not told to keep it.
pub(super) fn has_outer_space(text: &str) -> bool {
    let space = ['\t', '\n', ' '];
    text.starts_with(space) || text.ends_with(space)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_as_excel_writes_it() {
        for (text, written) in [
            ("Xã Đa Mai", "Xã Đa Mai"),
            ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
            ("một\nhai\r\n", "một\nhai_x000D_\n"),
            ("_x0041_ _x004_ _xGGGG_", "_x005F_x0041_ _x004_ _xGGGG_"),
            ("\u{0}\u{1f}\u{fffe}\u{fffd}", "_x0000__x001F__xFFFE_\u{fffd}"),
            ("__x000D__", "__x005F_x000D__"),
        ] {
            let mut out = Vec::new();
            escape(&mut out, text);
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
    }
}
