//! A preview's engine: says yes to everything and keeps nothing. No file, no network, no Worker.

use super::message::{Command, Event, Ready, State};
use crate::wire::{setup::Preview, survey_id};

/// What a tablet with this setup, a [`Preview`] as JSON, would be; `None`: it is none, or its survey can't be shown.
pub fn state(document: &[u8]) -> Option<State> {
    let preview: Preview = serde_json::from_slice(document).ok()?;
    let survey_id = survey_id(&preview.survey);
    Some(State::Ready(Box::new(Ready {
        comments: preview.comments,
        counter: preview.counter,
        demo: preview.demo,
        hours: None,
        node: preview.node,
        offer_counting: false,
        packs: preview.packs,
        practice: false,
        survey: serde_json::from_value(preview.survey).ok()?,
        survey_id,
    })))
}

/// What a tablet's engine would say once it is on the disk.
pub fn answer(command: &Command) -> Option<Event> {
    match command {
        Command::Draft(draft) => Some(Event::Drafted { salt: draft.salt }),
        Command::Cast { salt, .. } => Some(Event::Cast { salt: *salt }),
        Command::Comment { .. } => Some(Event::Commented),
        _ => None,
    }
}
