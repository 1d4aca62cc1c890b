//! Small signs: the pointing hand, the marks on buttons, the steps to the Home Screen.

use dioxus::prelude::*;

fn sign(class: &'static str, lines: &'static str) -> Element {
    rsx! {
        svg { class, view_box: "0 0 48 48", "aria-hidden": "true", "focusable": "false",
            path { class: "line", d: lines }
        }
    }
}

/// A hand pointing at the faces below.
pub(in crate::ui) fn hand() -> Element {
    sign(
        "sign hand",
        "M14 4 V10 C9 12 7 17 9 22 L12 29 C13.500 32 18 31 17.500 27.500 V41 C17.500 46 24.500 46 24.500 41 V26 \
         M24.500 28 C24.500 32 31 32 31 28 V25 M31 27 C31 31 37.500 31 37.500 27 V16 C37.500 12 36 11 35 10 V4",
    )
}

/// A loudspeaker.
pub(in crate::ui) fn speaker() -> Element {
    sign(
        "sign",
        "M6 18 H14 L24 9 V39 L14 30 H6 Z M31 18 C34 21 34 27 31 30 M36 12 C42 18 42 30 36 36",
    )
}

/// A large and a small letter.
pub(in crate::ui) fn letters() -> Element {
    sign(
        "sign",
        "M3 39 L15 9 L27 39 M7.500 29 H22.500 M29 39 L37 19 L45 39 M32 32 H42",
    )
}

/// Two people's words: two bubbles.
pub(in crate::ui) fn tongues() -> Element {
    sign(
        "sign",
        "M5 8 H29 V26 H16 L9 33 V26 H5 Z M33 17 H43 V34 H39 V41 L32 34 H21 V30",
    )
}

/// An arrow back.
pub(in crate::ui) fn back() -> Element {
    sign(
        "sign",
        "M16 10 L6 20 L16 30 M6 20 H30 C38 20 42 25 42 31 C42 36 38 40 32 40",
    )
}

/// A tick, for what was chosen.
pub(in crate::ui) fn tick() -> Element {
    sign("sign tick", "M10 25 L20 35 L39 13")
}

/// Two hands' worth of thanks: a lotus.
pub(in crate::ui) fn lotus() -> Element {
    rsx! {
        svg { class: "lotus", view_box: "0 0 120 84", "aria-hidden": "true", "focusable": "false",
            path { class: "line", d: "M60 8 C44 26 44 50 60 70 C76 50 76 26 60 8 Z" }
            path { class: "line", d: "M44.500 27 C38 22 32 19 27 18 C26 40 36 60 60 70 C84 60 94 40 93 18 C88 19 82 22 75.500 27" }
            path { class: "line", d: "M26.500 33 C20 31 12 31 6 33 C14 54 34 68 60 70 C86 68 106 54 114 33 C108 31 100 31 93.500 33" }
            path { class: "line base", d: "M34 79 H86" }
        }
    }
}

/// A screen that rests.
pub(in crate::ui) fn paused() -> Element {
    sign(
        "sign large-sign",
        "M6 8 H42 V34 H6 Z M18 42 H30 M24 34 V42 M20 15 V27 M28 15 V27",
    )
}

/// Safari's share sign.
pub(in crate::ui) fn share() -> Element {
    sign(
        "sign step-picture",
        "M17 18 H10 V43 H38 V18 H31 M24 30 V5 M16 12 L24 4.500 L32 12",
    )
}

/// The sign beside "Add to Home Screen".
pub(in crate::ui) fn add_to_home() -> Element {
    sign(
        "sign step-picture",
        "M14 6 H34 C39 6 42 9 42 14 V34 C42 39 39 42 34 42 H14 C9 42 6 39 6 34 V14 C6 9 9 6 14 6 Z M24 15 V33 M15 24 H33",
    )
}

/// The app's icon with its name below.
pub(in crate::ui) fn home_screen() -> Element {
    rsx! {
        svg { class: "sign step-picture", view_box: "0 0 48 48", "aria-hidden": "true", "focusable": "false",
            rect { class: "filled", x: "7", y: "2", width: "34", height: "34", rx: "8" }
            path { class: "line petals", d: "M24 9 C19 14 19 22 24 28 C29 22 29 14 24 9 Z \
                 M19 15 L14.500 12 C13.500 19 17 25 24 28 C31 25 34.500 19 33.500 12 L29 15" }
            path { class: "line", d: "M14 43 H34" }
        }
    }
}

/// Deletes the last character.
pub(in crate::ui) fn erase() -> Element {
    sign("sign", "M16 10 H43 V38 H16 L4 24 Z M24 18 L35 30 M35 18 L24 30")
}
