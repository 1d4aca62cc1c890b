//! The root: feeds the model with events, time and taps, and does what it says.

use super::{
    lang::Language,
    model::{Act, Enrolment, Model, Out, View},
    operator::OperatorAct,
    preview::Behind,
    screens,
};
use crate::{
    domain::{hex::Hex, time::local_minute},
    engine::{self, message::Command},
    platform::{
        self,
        page::{self, Life},
    },
    session::operator::OperatorTap,
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
    let preview = use_hook(page::preview_address);
    let is_preview = preview.is_some();
    let mut model = use_signal(|| {
        let mut model = Model::new(Enrolment {
            code: page::code_in_address(),
            plain_tab: !is_preview && page::is_plain_apple_tab(),
            ..Enrolment::default()
        });
        model.kiosk = is_preview || page::is_kiosk();
        model
    });
    let handle = use_hook(|| {
        let enrolment = model.peek().enrolment.clone();
        if enrolment.plain_tab {
            // Consumes nothing here: the Home Screen app has other storage.
            engine::forget_early_start();
            enrolment.code.iter().for_each(|code| page::install_with_code(code));
            return None;
        }
        let (handle, mut events) = Behind::start(preview);
        let handle = Rc::new(handle);
        let teller = handle.clone();
        spawn(async move {
            while let Some(event) = events.next().await {
                let outs = model.write().hear(platform::monotonic(), event);
                carry_out(model, &teller, outs);
            }
        });
        let teller = handle.clone();
        spawn(async move {
            loop {
                platform::sleep(TICK).await;
                let now = platform::monotonic();
                if model.peek().due(now) {
                    let outs = model.write().tick(now);
                    carry_out(model, &teller, outs);
                }
                let rest = model.peek().should_rest(now, local_minute(platform::unix_now()));
                if rest != model.peek().is_resting() {
                    let outs = model.write().rest(rest);
                    carry_out(model, &teller, outs);
                }
            }
        });
        if is_preview {
            return Some(handle);
        }
        let teller = handle.clone();
        page::on_life(move |life| {
            teller.send(match life {
                Life::Hidden => Command::Suspend,
                Life::Shown => Command::Resume,
            });
        });
        page::keep_awake();
        page::ask_to_persist();
        if page::wants_self_test() {
            test_itself(model, Rc::clone(&handle));
        }
        Some(handle)
    });
    use_hook(|| {
        let (tell, mut told) = futures_channel::mpsc::unbounded();
        page::on_kiosk_change(move || {
            let _ = tell.unbounded_send(());
        });
        spawn(async move {
            while told.next().await.is_some() {
                model.write().kiosk = is_preview || page::is_kiosk();
            }
        });
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
        if handle.as_ref().is_some_and(|handle| !handle.hears(&act)) {
            return;
        }
        let now = platform::monotonic();
        let salt = platform::random().map(Hex).ok();
        let outs = model.write().act(now, salt, act);
        if let Some(handle) = &handle {
            carry_out(model, handle, outs);
        }
    });
    use_hook(|| {
        let (tell, mut told) = futures_channel::mpsc::unbounded();
        page::on_operator_keys(move || {
            let _ = tell.unbounded_send(());
        });
        spawn(async move {
            while told.next().await.is_some() {
                act.call(Act::Operator(OperatorAct::Tap(OperatorTap::Shortcut)));
            }
        });
    });
    rsx! {
        Kiosk { model, act }
    }
}

/// The page's part of the self-test; the engine's follows.
fn test_itself(mut model: Signal<Model>, handle: Rc<Behind>) {
    spawn(async move {
        let found = page::self_test().await;
        let outs = model.write().tested(found);
        carry_out(model, &handle, outs);
    });
}

/// Does what the model said.
fn carry_out(model: Signal<Model>, handle: &Rc<Behind>, outs: Vec<Out>) {
    for out in outs.into_iter().filter(|out| handle.does(out)) {
        match out {
            Out::Engine(command) => handle.send(command),
            Out::Speak(texts) => page::speak(texts),
            Out::KeepClips(clips) => page::keep_clips(&clips),
            Out::Language(tag) => page::set_language(tag),
            Out::NewScreen => {
                page::hush();
                // The focus is the page's around a preview.
                if !handle.is_preview() {
                    page::focus_heading();
                }
            }
            Out::LeaveNothing => {
                page::hush();
                page::set_language(Language::default().tag());
                page::leave_nothing();
            }
            Out::FullScreen => page::full_screen(),
            Out::ForgetAddress => page::forget_address(),
            Out::Reload => page::reload(),
            Out::Save { name, hex } => page::save_file(&name, &hex),
            Out::Beep => page::beep(),
            Out::SelfTest => test_itself(model, Rc::clone(handle)),
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
    let deaf = model.is_deaf();
    rsx! {
        div {
            class: model.sight.classes(),
            lang: model.language.tag(),
            "data-screen": screen,
            "data-block": block,
            "data-practice": practice.then_some("true"),
            "data-deaf": deaf.then_some("true"),
            "data-idle": model.is_idle().then_some("true"),
            "data-drafted": model.is_drafted().then_some("true"),
            onpointerdown: move |_| act.call(Act::Touch),
            {screens::screen(&model, view, asks, act)}
        }
    }
}
