//! Low ratings that become tasks: which do and which don't, the rule and its changes, closing, and what no page shows.

mod hand;
mod pages;
mod rule;
