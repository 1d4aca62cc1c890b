//! The root: feeds the model with events, time and taps, and does what it says.

use super::{
    lang::Language,
    model::{Act, Enrolment, Model, Out, View},
    screens,
};
use crate::{
    domain::hex::Hex,
    engine::{self, message::Command},
    platform::{
        self,
        page::{self, Life},
    },
};
use dioxus::prelude::*;
use futures_util::StreamExt;
use std::{rc::Rc, time::Duration};

/// How often the time is looked at. Short enough that nobody notices, long enough to let the processor sleep.
const TICK: Duration = Duration::from_millis(100);

/// Opens the screens; returns when they are closed, in a browser at once.
pub fn launch() {
    dioxus::launch(App);
}

/// The app.
#[component]
pub fn App() -> Element {
    let mut model = use_signal(|| {
        Model::new(Enrolment {
            code: page::code_in_address(),
            plain_tab: page::is_plain_apple_tab(),
            ..Enrolment::default()
        })
    });
    let handle = use_hook(|| {
        let enrolment = model.peek().enrolment.clone();
        if enrolment.plain_tab {
            // Consumes nothing here: the Home Screen app has other storage.
            enrolment.code.iter().for_each(|code| page::install_with_code(code));
            return None;
        }
        let (handle, mut events) = engine::start();
        let handle = Rc::new(handle);
        let teller = handle.clone();
        spawn(async move {
            while let Some(event) = events.next().await {
                let outs = model.write().hear(platform::monotonic(), event);
                carry_out(&teller, outs);
            }
        });
        let teller = handle.clone();
        spawn(async move {
            loop {
                platform::sleep(TICK).await;
                let now = platform::monotonic();
                if model.peek().due(now) {
                    let outs = model.write().tick(now);
                    carry_out(&teller, outs);
                }
            }
        });
        let teller = handle.clone();
        page::on_life(move |life| {
            teller.send(match life {
                Life::Hidden => Command::Suspend,
                Life::Shown => Command::Resume,
            });
        });
        page::keep_awake();
        Some(handle)
    });
    use_hook(|| {
        // Through a channel: the browser calls from outside, and signals want to be written from inside.
        let (tell, mut told) = futures_channel::mpsc::unbounded();
        let _ = tell.unbounded_send(());
        page::on_voices(move || {
            let _ = tell.unbounded_send(());
        });
        spawn(async move {
            while told.next().await.is_some() {
                model.write().voices = page::voices();
            }
        });
    });
    let act = use_callback(move |act: Act| {
        let now = platform::monotonic();
        let salt = platform::random().map(Hex).ok();
        let outs = model.write().act(now, salt, act);
        if let Some(handle) = &handle {
            carry_out(handle, outs);
        }
    });
    rsx! {
        Kiosk { model, act }
    }
}

/// Does what the model said.
fn carry_out(handle: &engine::Handle, outs: Vec<Out>) {
    for out in outs {
        match out {
            Out::Engine(command) => handle.send(command),
            Out::Speak(texts) => page::speak(texts),
            Out::KeepClips(clips) => page::keep_clips(&clips),
            Out::Language(tag) => page::set_language(tag),
            Out::NewScreen => {
                page::hush();
                page::focus_heading();
            }
            Out::LeaveNothing => {
                page::hush();
                page::set_language(Language::default().tag());
                page::leave_nothing();
            }
            Out::ForgetAddress => page::forget_address(),
            Out::Reload => page::reload(),
        }
    }
}

/// The screen of a model.
#[component]
pub(super) fn Kiosk(model: ReadSignal<Model>, act: Callback<Act>) -> Element {
    let model = model.read();
    let view = model.view();
    let session = model.shown().map(|shown| &shown.session);
    let asks = session.is_some_and(|session| session.asks_for_time());
    let screen = if asks { "more-time" } else { view.name() };
    let block = match view {
        View::Blocked(block) => Some(screens::block_name(block)),
        _ => None,
    };
    let practice = model.shown().is_some_and(|shown| shown.ready.practice);
    let deaf = session.is_some_and(|session| session.is_deaf());
    rsx! {
        div {
            class: if model.large { "app large" } else { "app" },
            lang: model.language.tag(),
            "data-screen": screen,
            "data-block": block,
            "data-practice": practice.then_some("true"),
            "data-deaf": deaf.then_some("true"),
            "data-drafted": model.is_drafted().then_some("true"),
            onpointerdown: move |_| act.call(Act::Touch),
            {screens::screen(&model, view, asks, act)}
        }
    }
}
