//! The printed guides name menus and buttons as the pages and the tablet do.

use super::{collect, root};
use std::fs;

/// Where the names come from.
const SAYS: &[&str] = &["src/server/admin", "src/ui"];

/// A name stands in `<b>…</b>`, with " → " between a menu and its entry; what is only stressed stands in `<strong>`.
#[test]
fn the_guides_name_menus_and_buttons_that_are_there() {
    let texts = texts();
    let mut guides: Vec<_> = fs::read_dir(root().join("docs/huong-dan")).unwrap().flatten().collect();
    guides.retain(|guide| guide.path().extension().is_some_and(|end| end == "html"));
    let mut seen = 0;
    let mut gone = Vec::new();
    for guide in guides {
        let page = fs::read_to_string(guide.path()).unwrap();
        for name in names(&page) {
            seen += 1;
            if !texts.contains(&format!("\"{name}\"")) {
                gone.push(format!("{}: “{name}”", guide.file_name().display()));
            }
        }
    }
    assert!(seen > 60, "only {seen} names found in docs/huong-dan");
    assert!(
        gone.is_empty(),
        "in <b>, and no text of {SAYS:?}; a button that is called otherwise now, or words for <strong>:\n{}",
        gone.join("\n")
    );
}

#[test]
fn names_are_read_whole_and_comments_are_no_texts() {
    let page = "<p><b>Quản lý → Người\ndùng</b>, <strong>không</strong>, <b>A &amp; B</b></p>";
    assert_eq!(names(page), ["Quản lý", "Người dùng", "A & B"]);
    assert_eq!(code("    /// \"Gửi\"\nsend: \"Gửi ngay\","), "send: \"Gửi ngay\",");
}

/// What stands in `<b>…</b>`, menus and entries by themselves.
fn names(page: &str) -> Vec<String> {
    let marked = page.split("<b>").skip(1).map(|rest| rest.split("</b>").next().unwrap());
    let names = marked.flat_map(|marked| marked.split(" → "));
    names
        .map(|name| {
            let name = name.replace("&amp;", "&");
            name.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// All that the pages and the tablet say, with the code around it.
fn texts() -> String {
    let mut files = Vec::new();
    for dir in SAYS {
        collect(&root().join(dir), "", &mut files);
    }
    files.retain(|(path, _)| !path.contains("tests"));
    files.iter().map(|(_, text)| code(text) + "\n").collect()
}

/// Lines that are not comments.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}
