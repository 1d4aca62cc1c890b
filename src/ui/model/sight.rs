//! How the words look.

/// How the words look. One control steps through them: large words are what most people who need it want, and who
/// needs more finds it at the same place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sight {
    /// As designed.
    #[default]
    Normal,
    /// Large words.
    Large,
    /// Large words, white on black.
    Contrast,
}

impl Sight {
    /// What the control changes to.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Normal => Self::Large,
            Self::Large => Self::Contrast,
            Self::Contrast => Self::Normal,
        }
    }

    /// The classes of the app.
    pub fn classes(self) -> &'static str {
        match self {
            Self::Normal => "app",
            Self::Large => "app large",
            Self::Contrast => "app large contrast",
        }
    }
}
