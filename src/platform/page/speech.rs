//! The page's voice: recorded clips, and the browser's own voices for what was not recorded.

use super::Said;
use futures_channel::oneshot;
use std::cell::RefCell;
use web_sys::{
    EventTarget, HtmlAudioElement, ServiceWorkerRegistration, SpeechSynthesis, SpeechSynthesisUtterance,
    SpeechSynthesisVoice,
    js_sys::{self, Array, Reflect},
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};

thread_local! {
    static VOICE: RefCell<Voice> = RefCell::default();
}

#[derive(Default)]
struct Voice {
    /// Grows with everything that stops what is being said.
    turn: u64,
    /// One for all clips: a tablet lets an element go on that a tap has started once.
    audio: Option<HtmlAudioElement>,
}

fn synthesis() -> Option<SpeechSynthesis> {
    web_sys::window()?.speech_synthesis().ok()
}

fn all_voices(of: &SpeechSynthesis) -> impl Iterator<Item = SpeechSynthesisVoice> {
    let all: Array = of.get_voices().unchecked_into();
    all.to_vec().into_iter().filter_map(|voice| voice.dyn_into().ok())
}

/// "vi" of "vi-VN" or "vi_VN".
fn language(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn voice(of: &SpeechSynthesis, tag: &str) -> Option<SpeechSynthesisVoice> {
    let speaks = |voice: &SpeechSynthesisVoice| language(&voice.lang()) == language(tag);
    // A voice of the device itself speaks without network.
    let local = all_voices(of).find(|voice| speaks(voice) && voice.local_service());
    local.or_else(|| all_voices(of).find(speaks))
}

/// The languages the device has a voice for: the first part of their tags, each once.
pub fn voices() -> Vec<String> {
    let mut voices: Vec<_> = synthesis().map_or_else(Vec::new, |of| {
        all_voices(&of).map(|voice| language(&voice.lang())).collect()
    });
    voices.sort();
    voices.dedup();
    voices
}

/// Calls when the voices of the device have become known: some browsers learn of them late.
pub fn on_voices(call: impl Fn() + 'static) {
    if let Some(target) = synthesis().and_then(|of| of.dyn_into::<EventTarget>().ok()) {
        super::web::listen(&target, "voiceschanged", call);
    }
}

/// Says the texts one after the other, each by its clip, else by a voice of its language. What has neither is left out.
pub fn speak(texts: Vec<Said>) {
    hush();
    let turn = VOICE.with_borrow(|voice| voice.turn);
    crate::platform::spawn(async move {
        for said in texts {
            if VOICE.with_borrow(|voice| voice.turn) != turn {
                return;
            }
            let heard = match &said.clip {
                Some(clip) => play(clip).await,
                None => false,
            };
            // A clip that was stopped must not be said over by a voice.
            if !heard && VOICE.with_borrow(|voice| voice.turn) == turn {
                utter(&said).await;
            }
        }
    });
}

/// Stops saying anything.
pub fn hush() {
    let audio = VOICE.with_borrow_mut(|voice| {
        voice.turn += 1;
        voice.audio.clone()
    });
    if let Some(audio) = audio {
        let _ = audio.pause();
    }
    if let Some(of) = synthesis() {
        of.cancel();
    }
}

/// Plays a clip to its end; false if it can't be played.
async fn play(clip: &str) -> bool {
    let audio = VOICE.with_borrow_mut(|voice| {
        if voice.audio.is_none() {
            voice.audio = HtmlAudioElement::new().ok();
        }
        voice.audio.clone()
    });
    let Some(audio) = audio else { return false };
    audio.set_src(clip);
    let ended = ends(&audio, &["ended", "error", "pause"]);
    let Ok(started) = audio.play() else { return false };
    if wasm_bindgen_futures::JsFuture::from(started).await.is_err() {
        return false;
    }
    ended.await != Some("error")
}

/// Lets a voice of the device say a text to its end.
async fn utter(said: &Said) {
    let Some((of, voice)) = synthesis().and_then(|of| Some((of.clone(), voice(&of, said.tag)?))) else {
        return;
    };
    let Ok(utterance) = SpeechSynthesisUtterance::new_with_text(&said.text) else {
        return;
    };
    utterance.set_lang(&voice.lang());
    utterance.set_voice(Some(&voice));
    utterance.set_rate(0.9);
    let ended = ends(&utterance, &["end", "error"]);
    of.speak(&utterance);
    ended.await;
}

/// Which of these events comes first. Listening begins at once.
fn ends(target: &EventTarget, names: &[&'static str]) -> impl Future<Output = Option<&'static str>> + use<> {
    let (tell, told) = oneshot::channel();
    let tell = std::rc::Rc::new(RefCell::new(Some(tell)));
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &"once".into(), &JsValue::TRUE);
    for name in names.iter().copied() {
        let tell = tell.clone();
        let heard = Closure::once_into_js(move || {
            if let Some(tell) = tell.borrow_mut().take() {
                let _ = tell.send(name);
            }
        });
        let add = Reflect::get(target, &"addEventListener".into()).map(JsCast::unchecked_into::<js_sys::Function>);
        if let Ok(add) = add {
            let _ = add.call3(target, &name.into(), &heard, &options);
        }
    }
    async move { told.await.ok() }
}

/// Tells the service worker which clips to keep for when there is no network, and to forget all others.
pub fn keep_clips(clips: &[String]) {
    let Some(window) = web_sys::window() else { return };
    let container = window.navigator().service_worker();
    let list: Array = clips.iter().map(JsValue::from).collect();
    crate::platform::spawn(async move {
        let Ok(ready) = container.ready() else { return };
        let Ok(registration) = wasm_bindgen_futures::JsFuture::from(ready).await else {
            return;
        };
        let worker = registration
            .dyn_into::<ServiceWorkerRegistration>()
            .ok()
            .and_then(|registration| registration.active());
        let message = js_sys::Object::new();
        let _ = Reflect::set(&message, &"type".into(), &"clips".into());
        let _ = Reflect::set(&message, &"clips".into(), &list);
        if let Some(worker) = worker {
            let _ = worker.post_message(&message);
        }
    });
}
