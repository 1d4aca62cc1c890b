//! The five faces. One circle, two eyes, one mouth each: same lines, same colour, nothing moves.

use dioxus::prelude::*;

/// The face of a level, 1 to 5. The ring shows that it was chosen.
pub(in crate::ui) fn face(level: usize) -> Element {
    let (brows, mouth) = match level {
        1 => ("M28 37 L42 31 M72 37 L58 31", "M30 73 C38 55 62 55 70 73"),
        2 => ("", "M33 70 C41 61 59 61 67 70"),
        3 => ("", "M33 67 H67"),
        4 => ("", "M33 63 C41 73 59 73 67 63"),
        _ => (
            "M28 35 C32 30 38 30 42 35 M58 35 C62 30 68 30 72 35",
            "M28 59 C36 80 64 80 72 59",
        ),
    };
    rsx! {
        svg { class: "face-picture", view_box: "6 6 88 88", "aria-hidden": "true", "focusable": "false",
            circle { class: "skin", cx: "50", cy: "50", r: "41" }
            circle { class: "dot", cx: "36", cy: "45", r: "4.4" }
            circle { class: "dot", cx: "64", cy: "45", r: "4.4" }
            path { class: "line", d: brows }
            path { class: "line", d: mouth }
        }
    }
}
