//! Canonical JSON: RFC 8785 for what we send, which is NFC text, ASCII member names and integers below 2^53.

use serde::Serialize;
use serde_json::Value;

/// Writes a value as one canonical line without its newline.
///
/// Members are sorted here rather than by `serde_json`'s map, whose order a dependency's feature could change.
pub fn to_line(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// Serialises anything to a canonical line. Our own types have string keys and integers only, so this does not
/// fail; a type that breaks that rule gives `null` members, which every parser refuses.
#[must_use]
pub fn line_of<T: Serialize>(value: &T) -> String {
    to_line(&serde_json::to_value(value).unwrap_or(Value::Null))
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (i, (name, member)) in members.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
    }
}

#[cfg(feature = "nfc")]
fn nfc(text: &str) -> impl Iterator<Item = char> {
    unicode_normalization::UnicodeNormalization::nfc(text)
}

/// A browser's tablet goes without Unicode's tables: what it writes is ASCII, or text of a setup, which the district put
/// into NFC when it made it.
#[cfg(not(feature = "nfc"))]
fn nfc(text: &str) -> impl Iterator<Item = char> {
    text.chars()
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    // ASCII is in NFC as it is; most of what we write is names and hex digits, which need no escape either.
    if text
        .bytes()
        .all(|c| matches!(c, b' '..=b'~') && c != b'"' && c != b'\\')
    {
        out.push_str(text);
    } else {
        write_escaped(text, out);
    }
    out.push('"');
}

fn write_escaped(text: &str, out: &mut String) {
    for c in nfc(text) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
}

/// Deepest nesting of brackets outside strings; stops counting at `limit + 1`. Works on any bytes, so that a hostile
/// line is measured before a parser recurses into it.
pub fn depth(json: &[u8], limit: usize) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0usize, 0usize, false, false);
    for &c in json {
        match (in_text, escaped, c) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, _, b'"') => in_text = !in_text,
            (false, _, b'{' | b'[') => {
                depth += 1;
                deepest = deepest.max(depth);
                if deepest > limit {
                    break;
                }
            }
            (false, _, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_text_is_nfc_and_escapes_are_those_of_rfc_8785() {
        let value = json!({"b": [1, true, null], "a": "e\u{302}\u{323} \n\u{1}\"\\/", "A": {}});
        assert_eq!(
            to_line(&value),
            "{\"A\":{},\"a\":\"ệ \\n\\u0001\\\"\\\\/\",\"b\":[1,true,null]}"
        );
    }

    #[test]
    fn control_characters_have_the_short_escapes_where_rfc_8785_has_them() {
        let value = json!("\u{8}\t\u{b}\u{c}\r\u{1f}\u{7f}");
        assert_eq!(to_line(&value), "\"\\b\\t\\u000b\\f\\r\\u001f\u{7f}\"");
    }

    #[test]
    fn depth_ignores_brackets_in_text() {
        assert_eq!(depth(br#"{"a":"[[[\"[","b":[{}]}"#, 16), 3);
        assert_eq!(depth(&b"[".repeat(100_000), 16), 17);
        assert_eq!(depth(b"[[],[],{},[[]]]", 16), 3, "what is closed is not counted on");
    }
}
