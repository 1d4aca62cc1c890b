//! One file per screen. Each is a function from what is known to markup.

mod add_to_home;
mod answers;
mod blocked;
mod comment;
pub(super) mod enrol;
mod follow_up;
mod more_time;
mod offer;
mod operator;
mod question;
mod resting;
mod self_test;
mod thanks;

use super::{
    languages,
    model::{Act, Model, View},
};
use dioxus::prelude::*;

pub(super) use blocked::block_name;

/// The screen of a view. While the citizen is asked for time, the screen below is inert.
pub(super) fn screen(model: &Model, view: View, asks: bool, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let body = match (view, model.shown()) {
        (View::AddToHome, _) => add_to_home::screen(texts, model.enrolment.code.as_deref()),
        (View::Enrol, _) => {
            let (code, busy) = (model.enrolment.code.clone(), model.enrolment.busy);
            rsx! {
                enrol::Enrol { code, busy, failure: model.enrolment.failure, texts: enrol::ByAddress(texts), act }
            }
        }
        (View::Blocked(block), _) => blocked::screen(texts, block, act),
        (View::Operator(_), _) => operator::screen(model, act),
        (View::Offer, Some(shown)) => offer::screen(model, shown, act),
        (View::Question, Some(shown)) => question::screen(model, shown, act),
        (View::FollowUp(index), Some(shown)) => follow_up::screen(model, shown, index, act),
        (View::Comment, Some(shown)) => comment::screen(model, shown, act),
        (View::Thanks, Some(shown)) => thanks::screen(model, shown, act),
        (View::Resting, Some(shown)) => resting::screen(texts, shown, act),
        (View::SelfTest, _) => self_test::screen(model, act),
        _ => rsx! {
            p { class: "starting", role: "status", {texts.starting} }
        },
    };
    let has_face = model.shown().is_some_and(|shown| shown.session.level().is_some());
    rsx! {
        main { class: "screen screen-{view.name()}", inert: (asks || model.choosing).then_some("true"), {body} }
        if asks {
            {more_time::dialog(model, has_face, act)}
        } else if model.choosing {
            {languages::dialog(model, act)}
        }
    }
}
