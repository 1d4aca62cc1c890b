//! Headless tablets on the real client code: made-up history for a demo, load, soak.
//!
//! What a swarm casts goes through the real queue, the real wire and a real district. Its clock may be simulated; only
//! a `--demo` folder believes it.

mod citizens;
mod history;
mod tablet;

pub use citizens::Citizens;
pub use history::{DemoCounter, demo_history};
pub use tablet::{SwarmError, Tablet};
