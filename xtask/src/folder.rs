//! Folders of built files: listing, hashing, and putting a new one in place of the old.
//!
//! A folder that is served or embedded is never seen half built: it is made beside its place and moved there, and
//! it is left alone when nothing in it changed (its files' times decide what cargo compiles again).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// Every file under a folder: its path with `/` between the parts, and its bytes. Sorted by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Reads every file under `dir`, hidden files (an editor's, git's) excepted. An absent folder has no files.
pub fn read(dir: &Path) -> Result<Files> {
    let mut files = Files::new();
    if dir.is_dir() {
        collect(dir, "", &mut files).with_context(|| format!("cannot read {}", dir.display()))?;
    }
    Ok(files)
}

fn collect(dir: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            bail!("a file name is not UTF-8: {}", entry.path().display())
        };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// SHA-256 over all names and contents, in hex. Lengths are hashed too, so that no two folders read alike.
pub fn hash(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (path, bytes) in files {
        for part in [path.as_bytes(), bytes.as_slice()] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    hex(&hasher.finalize())
}

/// SHA-256 of one file, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes `dir` hold exactly `files`, in one move; says whether anything changed.
pub fn replace(dir: &Path, files: &Files) -> Result<bool> {
    if dir.is_dir() && read(dir)? == *files {
        return Ok(false);
    }
    let (new, old) = (dir.with_extension("new"), dir.with_extension("old"));
    clear(&new)?;
    clear(&old)?;
    for (path, bytes) in files {
        let file = new.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    if dir.exists() {
        fs::rename(dir, &old)?;
    }
    fs::rename(&new, dir).with_context(|| format!("cannot put {} in place", dir.display()))?;
    clear(&old)?;
    Ok(true)
}

/// Removes a folder, if it is there.
pub fn clear(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
            Err(why).with_context(|| format!("cannot remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_name_or_a_byte_more_is_another_hash() {
        let one = hash(&files(&[("a", "b")]));
        assert_eq!(one, hash(&files(&[("a", "b")])));
        assert_ne!(one, hash(&files(&[("ab", "")])));
        assert_ne!(one, hash(&files(&[("a", "c")])));
    }

    #[test]
    fn a_folder_is_replaced_whole_and_left_alone_when_equal() {
        let dir = std::env::temp_dir().join(format!("hailong-xtask-{}", std::process::id()));
        clear(&dir).unwrap();
        let first = files(&[("index.html", "1"), ("snippets/a.js", "2")]);
        assert!(replace(&dir, &first).unwrap());
        assert_eq!(read(&dir).unwrap(), first);
        assert!(!replace(&dir, &first).unwrap());
        let second = files(&[("index.html", "3")]);
        assert!(replace(&dir, &second).unwrap());
        assert_eq!(read(&dir).unwrap(), second);
        clear(&dir).unwrap();
    }
}
