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
        "M16 4 V9 C11 11 9 15 9 20 V25 C9 29 15 29 15 25 V22 M15 22 V40 C15 45 22 45 22 40 V26 \
         M22 27 C22 31.500 28.500 31.500 28.500 27 V25 M28.500 27 C28.500 31 35 31 35 27 V24 \
         M35 25 C35 29 41 29 41 25 V17 C41 12 38 10 35 9 V4 M13 4 H38",
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

/// A disc, half black and half white.
pub(in crate::ui) fn contrast() -> Element {
    rsx! {
        svg { class: "sign", view_box: "0 0 48 48", "aria-hidden": "true", "focusable": "false",
            circle { class: "line", cx: "24", cy: "24", r: "18" }
            path { class: "filled", d: "M24 6 A18 18 0 0 1 24 42 Z" }
        }
    }
}

/// A moon: the counter is closed.
pub(in crate::ui) fn moon() -> Element {
    sign("sign large-sign", "M21 6 A19 19 0 1 0 42 29 A16 16 0 0 1 21 6 Z")
}

/// An iPad held to one app: Guided Access.
pub(in crate::ui) fn guided() -> Element {
    sign(
        "sign step-picture",
        "M10 5 H38 V43 H10 Z M16 26 V22 C16 14 32 14 32 22 V26 M14 26 H34 V37 H14 Z M24 30 V33",
    )
}

/// Three dots: a browser's menu on Android.
pub(in crate::ui) fn dots() -> Element {
    rsx! {
        svg { class: "sign step-picture", view_box: "0 0 48 48", "aria-hidden": "true", "focusable": "false",
            rect { class: "line", x: "5", y: "7", width: "38", height: "34", rx: "5" }
            circle { class: "filled", cx: "24", cy: "15", r: "3" }
            circle { class: "filled", cx: "24", cy: "24", r: "3" }
            circle { class: "filled", cx: "24", cy: "33", r: "3" }
        }
    }
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

/// A cross, for what is not in order.
pub(in crate::ui) fn cross() -> Element {
    sign("sign tick", "M12 12 L36 36 M36 12 L12 36")
}

/// A dash, for what is not known.
pub(in crate::ui) fn dash() -> Element {
    sign("sign tick", "M10 24 H38")
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
