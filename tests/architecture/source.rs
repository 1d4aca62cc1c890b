//! Reads Rust source just well enough for the rules: without comments, texts and tests, which modules it names.

/// Modules of the library that a file names: where, and which.
pub fn imports(code: &str, parts: &[&str], is_program: bool) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let root = if is_program { "hailong" } else { "crate" };
    for at in words(code, root) {
        found.extend(first_names(code, at + root.len()));
    }
    // `super` as often as the module is deep leads to the crate's root.
    let depth = parts.len() - usize::from(parts.last() == Some(&"mod"));
    let mut next = 0;
    for at in words(code, "super") {
        if at < next {
            continue;
        }
        let (mut end, mut ups) = (at + "super".len(), 1);
        while code[end..].starts_with("::super") {
            end += "::super".len();
            ups += 1;
        }
        next = end;
        if ups >= depth && !is_program {
            found.extend(first_names(code, end));
        }
    }
    found
}

/// The names that follow a `::`: one, or the first of each path in a group.
fn first_names(code: &str, at: usize) -> Vec<(usize, String)> {
    let name = |at: usize| -> Option<(usize, String)> {
        let name: String = code[at..].chars().take_while(|c| is_word(*c)).collect();
        (!name.is_empty()).then_some((at, name))
    };
    let Some(rest) = code[at..].strip_prefix("::") else {
        return Vec::new();
    };
    let at = at + 2;
    if !rest.starts_with('{') {
        return name(at).into_iter().collect();
    }
    let (mut found, mut depth, mut expects) = (Vec::new(), 0, false);
    for (i, c) in rest.char_indices() {
        match c {
            '{' => {
                depth += 1;
                expects = depth == 1;
            }
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' if depth == 1 => expects = true,
            c if expects && is_word(c) => {
                found.extend(name(at + i));
                expects = false;
            }
            _ => {}
        }
    }
    found
}

/// Where `cfg(…)`, `cfg!(…)` or `cfg_attr(…)` asks for the target.
pub fn target_cfgs(code: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for word in ["cfg", "cfg_attr"] {
        for at in words(code, word) {
            let rest = code[at + word.len()..].trim_start_matches('!');
            if rest.starts_with('(') && rest[..closing(rest, '(', ')')].contains("target_") {
                found.push(at);
            }
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where a whole word stands.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !code[..*at].ends_with(is_word) && !code[at + word.len()..].starts_with(is_word))
}

/// End of what the first `open` begins.
fn closing(text: &str, open: char, close: char) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return at + c.len_utf8();
            }
        }
    }
    text.len()
}

/// Blanks what only tests compile: the item after `#[cfg(test)]` or `#[cfg(all(test, …))]`.
pub fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    for attribute in ["#[cfg(test)]", "#[cfg(all(test,"] {
        while let Some(at) = out.find(attribute) {
            let item = at + closing(&out[at..], '[', ']');
            let rest = &out[item..];
            let end = match (rest.find(';'), rest.find('{')) {
                (Some(semicolon), brace) if brace.is_none_or(|brace| semicolon < brace) => semicolon + 1,
                _ => closing(rest, '{', '}'),
            };
            blank(&mut out, at, item + end);
        }
    }
    out
}

/// Blanks comments and the insides of text and character literals; every line stays where it is.
pub fn without_text(text: &str) -> String {
    let mut out = text.to_owned();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let before_is_word = text[..at].ends_with(is_word);
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_text(rest).filter(|_| !before_is_word) {
            length
        } else if rest.starts_with('"') {
            quoted(rest, '"')
        } else if let Some(length) = character(rest) {
            length
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        blank(&mut out, at, at + length);
        at += length;
    }
    out
}

fn blank(text: &mut String, from: usize, to: usize) {
    let spaces: String = text[from..to]
        .bytes()
        .map(|b| if b == b'\n' { '\n' } else { ' ' })
        .collect();
    text.replace_range(from..to, &spaces);
}

fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Length of `r"…"`, `r#"…"#`, `br#"…"#`, if one begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let start = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let hashes = start.len() - start.trim_start_matches('#').len();
    let body = start[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let close = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(rest.len() - body.len() + close)
}

/// Length of the text that begins here with this quote.
pub fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Length of a character literal, if one begins here; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if inside.starts_with('\\') {
        return Some(quoted(rest, '\''));
    }
    let c = inside.chars().next()?;
    inside[c.len_utf8()..].starts_with('\'').then_some(c.len_utf8() + 2)
}
