//! A QR code as inline SVG, drawn as one path.

use dioxus::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Empty modules around the code, as its standard asks.
const QUIET: usize = 4;

/// The code of a text; nothing if the text is too long for one.
pub(super) fn svg(text: &str, label: &str) -> Element {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return rsx! {};
    };
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % width + QUIET, place / width + QUIET);
            // Writing to a string can't fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    let side = width + 2 * QUIET;
    rsx! {
        svg { class: "qr", view_box: "0 0 {side} {side}", role: "img", "aria-label": label, "shape-rendering": "crispEdges",
            rect { width: "{side}", height: "{side}", fill: "#fff" }
            path { d: path, fill: "#000" }
        }
    }
}
