//! The service worker's two blanks: the cache's name and the files it keeps, each with its SHA-256.
//!
//! The template is `assets/tablet/sw.js`. The name changes with any byte of any file, the template's included, so a
//! new version always installs into a cache of its own and the running one is never written to.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use crate::folder::{self, Files};

/// The service worker's own file: the browser keeps it, the cache must not.
pub const FILE: &str = "sw.js";

const CACHE: &str = "__CACHE__";
const FILES: &str = "__FILES__";

/// Fills in `sw.js` for exactly these files. Paths are relative to the app's folder ("index.html", …).
pub fn fill(files: &mut Files) -> Result<()> {
    let Some(template) = files.get(FILE) else {
        // Without it the app would not start offline: the whole point.
        bail!("assets/tablet/{FILE} is missing");
    };
    let template = std::str::from_utf8(template).with_context(|| format!("assets/tablet/{FILE} is not UTF-8"))?;
    for blank in [CACHE, FILES] {
        if template.matches(blank).count() != 1 {
            bail!("assets/tablet/{FILE} must hold {blank} exactly once");
        }
    }
    let mut name = folder::hash(files);
    name.truncate(16);
    let kept: BTreeMap<&String, String> = files
        .iter()
        .filter(|(path, _)| *path != FILE)
        .map(|(path, bytes)| (path, folder::sha256(bytes)))
        .collect();
    let filled = template
        .replace(CACHE, &format!("hailong-{name}"))
        .replace(FILES, &serde_json::to_string(&kept)?);
    files.insert(FILE.to_owned(), filled.into_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(sw: &str, page: &str) -> Files {
        [("sw.js", sw), ("index.html", page), ("snippets/a.js", "")]
            .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
            .into()
    }

    fn filled(sw: &str, page: &str) -> String {
        let mut files = app(sw, page);
        fill(&mut files).unwrap();
        String::from_utf8(files.remove("sw.js").unwrap()).unwrap()
    }

    const SW: &str = "const cache='__CACHE__', files=__FILES__;";

    #[test]
    fn both_blanks_are_filled() {
        let text = filled(SW, "page");
        let (name, files) = text.split_once(',').unwrap();
        assert_eq!(name.len(), "const cache='hailong-0123456789abcdef'".len());
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(
            files.starts_with(r#" files={"index.html":""#)
                && files.ends_with(&format!(r#","snippets/a.js":"{empty}"}};"#)),
            "{files}"
        );
    }

    #[test]
    fn any_change_names_another_cache() {
        assert_eq!(filled(SW, "page"), filled(SW, "page"));
        assert_ne!(filled(SW, "page"), filled(SW, "Page"));
        let other = format!("{SW} ");
        assert_ne!(filled(SW, "page"), filled(&other, "page").trim_end());
    }

    #[test]
    fn a_template_without_its_blanks_is_refused() {
        assert!(fill(&mut app("const cache='x';", "")).is_err());
        assert!(fill(&mut Files::new()).is_err());
    }
}
