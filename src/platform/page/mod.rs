//! The page around the screens: its address, document, voice and wake lock. A browser's with the feature `web`;
//! elsewhere there is none, and every call does nothing.

#[cfg(feature = "web")]
mod files;
#[cfg(feature = "web")]
mod kiosk;
#[cfg(not(feature = "web"))]
mod none;
#[cfg(feature = "web")]
mod speech;
#[cfg(feature = "web")]
mod web;

#[cfg(not(feature = "web"))]
pub use none::*;
#[cfg(feature = "web")]
pub use {files::*, kiosk::*, speech::*, web::*};

/// The page comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It is being hidden or closed: let go of the files.
    Hidden,
    /// It is shown again.
    Shown,
}

/// A sentence to be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// As spoken.
    pub text: String,
    /// Its language: a BCP-47 tag.
    pub tag: &'static str,
    /// Address of a recording of it, relative to the app.
    pub clip: Option<String>,
}
