//! Every picture: line drawings of one weight and one colour (the text's), drawn for this app.

mod faces;
mod signs;
mod tiles;

pub(super) use faces::face;
pub(super) use signs::*;
pub(super) use tiles::tile;
