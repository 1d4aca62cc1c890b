//! The engine on a thread of its own.

use super::{Command, Config, Event, run};
use crate::platform;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};

/// The screens' end.
#[derive(Clone, Debug)]
pub struct Handle(UnboundedSender<Command>);

impl Handle {
    /// Tells the engine something.
    pub fn send(&self, command: Command) {
        // The engine ends only when every handle is gone.
        let _ = self.0.unbounded_send(command);
    }
}

/// Nothing is started before [`start`] here.
pub fn forget_early_start() {}

/// Starts the engine with the system's folder and district.
pub fn start() -> (Handle, UnboundedReceiver<Event>) {
    start_with(Config {
        dir: platform::data_dir(),
        district: platform::district_url(),
    })
}

/// Starts the engine with a folder and a district.
pub fn start_with(config: Config) -> (Handle, UnboundedReceiver<Event>) {
    let (to_engine, commands) = unbounded();
    let (events, from_engine) = unbounded();
    platform::spawn_thread(move || run::run(config, commands, events));
    (Handle(to_engine), from_engine)
}
