//! What the citizen reads and hears.

use super::problem::Problem;
use serde::{Deserialize, Serialize};

/// Longest text in characters.
const MAX_CHARS: usize = 300;

/// A text as shown, and as spoken where that differs ("Ông/Bà" is spoken "ông bà").
///
/// It is text and nothing else: markup in it is shown as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// As spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speech: Option<String>,
    /// As shown.
    pub text: String,
}

impl Text {
    /// What a voice should say.
    pub fn spoken(&self) -> &str {
        self.speech.as_deref().unwrap_or(&self.text)
    }
}

/// What is wrong with a wording, if anything.
pub(super) fn problem(text: &str) -> Option<Problem> {
    if text.trim().is_empty() {
        Some(Problem::EmptyText)
    } else if text.chars().count() > MAX_CHARS {
        Some(Problem::LongText { most: MAX_CHARS })
    } else if text.chars().any(is_control) {
        Some(Problem::ControlCharacter)
    } else {
        None
    }
}

/// Controls, and the marks that turn the direction of writing around: a wording could be read as another one.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
