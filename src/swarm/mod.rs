//! Headless tablets on the real client code: made-up history for a demo, load, soak.
//!
//! What a swarm casts goes through the real queue, the real wire and a real district. Its clock may be simulated; only
//! a `--demo` folder believes it.

mod citizens;
mod history;
mod month;
mod tablet;
mod trouble;

pub use citizens::Citizens;
pub use history::{DemoCounter, demo_history};
pub use month::{Event, Life, Month, play_month};
pub use tablet::{SwarmError, Tablet};
pub use trouble::{Fate, Trouble, fates};
