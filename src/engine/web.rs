//! The engine in a dedicated Worker; messages are the enums as JSON text.

use super::{
    Command, Config, Event,
    message::{Block, State},
    run,
};
use crate::platform;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What the Worker says once it listens.
const LISTENING: &str = "listening";

/// The page's end.
#[derive(Clone, Debug)]
pub struct Handle(UnboundedSender<Command>);

impl Handle {
    /// Tells the engine something.
    pub fn send(&self, command: Command) {
        let _ = self.0.unbounded_send(command);
    }
}

/// Ends the Worker that `boot.js` has started: this page must hold nothing.
pub fn forget_early_start() {
    if let Some((worker, _)) = worker() {
        worker.terminate();
    }
}

/// The Worker that `boot.js` has started while the page was loading, with what it said since; else a new one.
fn worker() -> Option<(Worker, Vec<JsValue>)> {
    let get = |target: &JsValue, name: &str| js_sys::Reflect::get(target, &JsValue::from_str(name)).ok();
    let started = get(&js_sys::global(), "hailongEngine").filter(|value| value.is_object());
    if let Some(started) = started {
        let worker = get(&started, "worker")?.dyn_into().ok()?;
        let heard: js_sys::Array = get(&started, "heard")?.dyn_into().ok()?;
        return Some((worker, heard.to_vec()));
    }
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("./worker.js", &options).ok()?;
    // Nothing was compiled for it: it loads the module itself.
    let _ = worker.post_message(&JsValue::UNDEFINED);
    Some((worker, Vec::new()))
}

/// Starts the Worker. What is sent before it listens waits.
pub fn start() -> (Handle, UnboundedReceiver<Event>) {
    let (to_worker, mut commands) = unbounded::<Command>();
    let (events, from_worker) = unbounded::<Event>();
    let failed = |events: &UnboundedSender<Event>| {
        let _ = events.unbounded_send(Event::State(State::Blocked(Block::Storage)));
    };
    let Some((worker, heard)) = worker() else {
        failed(&events);
        return (Handle(to_worker), from_worker);
    };
    let (listening, mut is_listening) = unbounded::<()>();
    let on_error = events.clone();
    let hear = move |said: JsValue| {
        let Some(text) = said.as_string() else { return };
        if text == LISTENING {
            let _ = listening.unbounded_send(());
        } else if let Ok(event) = serde_json::from_str(&text) {
            let _ = events.unbounded_send(event);
        }
    };
    heard.into_iter().for_each(&hear);
    let message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| hear(message.data()));
    worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
    message.forget();
    // A Worker that can't load or traps: say so rather than wait for ever.
    let error = Closure::<dyn FnMut(JsValue)>::new(move |_: JsValue| failed(&on_error));
    worker.set_onerror(Some(error.as_ref().unchecked_ref()));
    error.forget();
    platform::spawn(async move {
        let _ = is_listening.next().await;
        while let Some(command) = commands.next().await {
            if let Ok(text) = serde_json::to_string(&command) {
                let _ = worker.post_message(&JsValue::from_str(&text));
            }
        }
    });
    (Handle(to_worker), from_worker)
}

/// The Worker's `main`. The files' address is the Worker's own origin.
pub fn run_worker() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let (to_engine, commands) = unbounded();
    let (events, mut from_engine) = unbounded::<Event>();
    let online = to_engine.clone();
    let message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(command) = message
            .data()
            .as_string()
            .and_then(|text| serde_json::from_str(&text).ok())
        {
            let _ = to_engine.unbounded_send(command);
        }
    });
    scope.set_onmessage(Some(message.as_ref().unchecked_ref()));
    message.forget();
    // The network is back: don't sit out the rest of a pause.
    let hurry = Closure::<dyn FnMut(JsValue)>::new(move |_: JsValue| {
        let _ = online.unbounded_send(Command::SendNow);
    });
    let _ = scope.add_event_listener_with_callback("online", hurry.as_ref().unchecked_ref());
    hurry.forget();
    let _ = scope.post_message(&JsValue::from_str(LISTENING));
    platform::spawn(async move {
        while let Some(event) = from_engine.next().await {
            if let Ok(text) = serde_json::to_string(&event) {
                let _ = scope.post_message(&JsValue::from_str(&text));
            }
        }
    });
    let config = Config {
        dir: platform::data_dir(),
        district: platform::district_url(),
    };
    platform::spawn(run::run(config, commands, events));
}
