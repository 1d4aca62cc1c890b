//! The survey editor as a browser without JavaScript uses it: drafts that are wrong in many ways, ids that keep their
//! meaning, publishing to counters from a day on, going back, history, and whose draft is whose.

mod draft;
mod hand;
mod history;
mod languages;
mod pages;
mod publish;
