//! placeholder
mod texts;
