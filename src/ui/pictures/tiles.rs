//! The pictograms of the reasons. A survey names one per tile; an unknown name shows a plain card.

use dioxus::prelude::*;

/// The pictogram of that name, on a field of 64 x 64.
pub(in crate::ui) fn tile(name: &str) -> Element {
    let lines = match name {
        // An officer behind the counter, and words between people.
        "thai_do" => {
            "M24 30 a9 9 0 1 1 0.1 0 M8 54 C8 40 14 35 24 35 C34 35 40 40 40 54 M4 54 H60 \
             M38 10 H58 V25 H50 L44 31 V25 H38 Z M44 17.5 H52"
        }
        // A hand's finger on a leaf with steps: showing how.
        "huong_dan" => {
            "M8 8 H38 V34 M8 8 V56 H24 M15 18 H31 M15 27 H31 M15 36 H24 \
             M36 58 L30 47 C28 43 33 40 35.500 43.500 L39 48 V31 C39 26 45.500 26 45.500 31 V42 \
             C50 41 58 42 58 48 C58 53 56 55 55 58"
        }
        // A calendar leaf and a clock.
        "thoi_gian" => {
            "M30 50 H8 V13 H50 V26 M8 23 H50 M18 8 V17 M40 8 V17 M16 32 H22 M16 40 H22 \
             M45 58 a13 13 0 1 1 0.1 0 M45 37 V45.500 L51 49"
        }
        // A house, a building, and the way there and back.
        "di_lai" => {
            "M5 34 L15 25 L25 34 M8 32 V46 H22 V32 M40 46 V24 L49.500 17 L59 24 V46 Z M46 46 V38 H53 V46 M46 29 H53 \
             M20 17 C26 10 34 10 39 15 M39 15 V8 M39 15 H32 M44 53 C36 60 26 60 19 54 M19 54 V61 M19 54 H26"
        }
        // Papers and a coin.
        "giay_to" => {
            "M14 40 V7 H36 L46 17 V28 M36 7 V17 H46 M22 24 H38 M22 32 H32 M14 40 V56 H28 \
             M45 58 a12.500 12.500 0 1 1 0.1 0 M44 52.500 a4.200 4.200 0 1 1 0.1 0 M48.200 38.500 V52.500 M44.500 41.500 H51.500"
        }
        // A chair and a screen.
        "noi_cho" => {
            "M6 24 V58 M6 42 H30 V58 M6 50 H30 M6 24 C6 19 13 19 13 24 V42 \
             M28 8 H60 V30 H28 Z M44 30 V38 M36 38 H52"
        }
        // A sealed paper handed over.
        "ket_qua" => {
            "M12 7 H46 V38 M12 7 V50 H30 M20 17 H38 M20 25 H38 M20 33 H28 \
             M43 52 a9 9 0 1 1 0.1 0 M38.500 43 L42 46.500 L48 40 M38 50 V60 L43 57 L48 60 V50"
        }
        _ => "M12 12 H52 V52 H12 Z M22 26 H42 M22 36 H36",
    };
    rsx! {
        svg { class: "tile-picture", view_box: "0 0 64 64", "aria-hidden": "true", "focusable": "false",
            path { class: "line", d: lines }
        }
    }
}
