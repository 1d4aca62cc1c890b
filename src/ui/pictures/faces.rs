//! The five faces. One circle, two eyes, two brows, one mouth each: as much ink in every one, the same lines, one
//! colour, nothing moves.

use dioxus::prelude::*;

/// The face of a level, 1 to 5. The ring shows that it was chosen.
pub(in crate::ui) fn face(level: usize) -> Element {
    let (brows, mouth) = match level {
        1 => ("M27 38 L42 30.500 M73 38 L58 30.500", "M29 75 C37 55 63 55 71 75"),
        2 => (
            "M28 35.500 L42 32.500 M72 35.500 L58 32.500",
            "M33 71 C41 62 59 62 67 71",
        ),
        3 => (
            "M28 33.500 C32 32.300 38 32.300 42 33.500 M58 33.500 C62 32.300 68 32.300 72 33.500",
            "M33 67 H67",
        ),
        4 => (
            "M28 34.500 C32 31 38 31 42 34.500 M58 34.500 C62 31 68 31 72 34.500",
            "M33 63 C41 72 59 72 67 63",
        ),
        _ => (
            "M27 35 C31 28.500 38 28.500 42 35 M58 35 C62 28.500 69 28.500 73 35",
            "M29 59 C37 79 63 79 71 59",
        ),
    };
    rsx! {
        svg { class: "face-picture", view_box: "6 6 88 88", "aria-hidden": "true", "focusable": "false",
            circle { class: "skin", cx: "50", cy: "50", r: "41" }
            circle { class: "dot", cx: "36", cy: "46", r: "4.4" }
            circle { class: "dot", cx: "64", cy: "46", r: "4.4" }
            path { class: "line", d: brows }
            path { class: "line", d: mouth }
        }
    }
}
