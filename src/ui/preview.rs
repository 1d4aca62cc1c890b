//! A preview: the same screens in a frame of the district's pages, with nothing behind them. No engine, no file, no Worker,
//! no service worker; what is tapped is forgotten.

use super::model::{Act, Out};
use crate::{
    engine::{
        self,
        message::{Command, Event},
        preview,
    },
    platform::page,
};
use dioxus::prelude::*;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};

/// Whom the screens tell what was tapped.
pub(super) enum Behind {
    /// The engine.
    Engine(engine::Handle),
    /// Nobody: each command is answered at once.
    Nothing(UnboundedSender<Event>),
}

impl Behind {
    /// The engine, or what stands for it where the page is a preview of what lies at this address.
    pub(super) fn start(preview: Option<String>) -> (Self, UnboundedReceiver<Event>) {
        let Some(address) = preview else {
            let (handle, events) = engine::start();
            return (Self::Engine(handle), events);
        };
        let (tell, events) = unbounded();
        let teller = tell.clone();
        spawn(async move {
            let found = page::fetch_page(&address).await;
            if let Some(state) = found.and_then(|document| preview::state(&document)) {
                let _ = teller.unbounded_send(Event::State(state));
            }
        });
        (Self::Nothing(tell), events)
    }

    pub(super) fn send(&self, command: Command) {
        match self {
            Self::Engine(handle) => handle.send(command),
            Self::Nothing(events) => {
                if let Some(event) = preview::answer(&command) {
                    let _ = events.unbounded_send(event);
                }
            }
        }
    }

    pub(super) fn is_preview(&self) -> bool {
        matches!(self, Self::Nothing(_))
    }

    /// What a preview does: nothing that is kept, and nothing to the page around it.
    pub(super) fn does(&self, out: &Out) -> bool {
        let kept = matches!(
            out,
            Out::KeepClips(_) | Out::FullScreen | Out::ForgetAddress | Out::Reload | Out::Save { .. }
        );
        !self.is_preview() || !kept
    }

    /// What a preview hears: there is no tablet to look after.
    pub(super) fn hears(&self, act: &Act) -> bool {
        !self.is_preview() || !matches!(act, Act::Operator(_))
    }
}
