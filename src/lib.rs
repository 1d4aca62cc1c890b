//! Hài Lòng: a ballot box for public counters. Ratings cast on a tablet, offline first, and the district server that
//! keeps them so that none can disappear without it showing.
//!
//! How a ballot travels: tap → `session` (pure) → `engine` `Command::Draft`, then `Command::Cast` → `outbox`
//! (leaf, chain, commit, fsync) → `Event::Cast`, and only now "Cảm ơn" → `sync` asks the outbox for the next bundle →
//! HTTPS → `server::api` verifies signature and chain → `store`'s writer thread, group commit → signed receipt →
//! `sync` verifies it → `outbox` settles → rollups → admin page, export.
//!
//! The layers, lowest first; `tests/architecture.rs` holds the code to them.

// 0: what a rating is
pub mod domain;

// 1: tools that know no tables and no screens
pub mod platform;
pub mod sqlite;
#[cfg(feature = "server")]
pub mod table;
pub mod wire;

// 2: what lasts
#[cfg(feature = "client")]
pub mod outbox;
#[cfg(feature = "server")]
pub mod store;

// 3: what talks: the tablet's sending side, the district's API and pages
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "client")]
pub mod sync;

// 4: the tablet off its screens
#[cfg(feature = "client")]
pub mod engine;

// 5: what drives the engine and the queue: a visit, and tablets without screens
#[cfg(feature = "client")]
pub mod session;
#[cfg(feature = "swarm")]
pub mod swarm;

// 6: the screens
#[cfg(feature = "ui")]
pub mod ui;
