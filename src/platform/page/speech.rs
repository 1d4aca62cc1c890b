//! The browser's voice.

use web_sys::{SpeechSynthesis, SpeechSynthesisUtterance, SpeechSynthesisVoice, js_sys::Array, wasm_bindgen::JsCast};

fn synthesis() -> Option<SpeechSynthesis> {
    web_sys::window()?.speech_synthesis().ok()
}

fn voices(of: &SpeechSynthesis) -> impl Iterator<Item = SpeechSynthesisVoice> {
    let all: Array = of.get_voices().unchecked_into();
    all.to_vec().into_iter().filter_map(|voice| voice.dyn_into().ok())
}

fn voice(of: &SpeechSynthesis, tag: &str) -> Option<SpeechSynthesisVoice> {
    let speaks = |voice: &SpeechSynthesisVoice| {
        let lang = voice.lang().to_ascii_lowercase();
        lang.split(['-', '_']).next() == Some(tag)
    };
    // A voice of the device itself speaks without network.
    let local = voices(of).find(|voice| speaks(voice) && voice.local_service());
    local.or_else(|| voices(of).find(speaks))
}

/// Whether a voice of this language is on the device.
pub fn has_voice(tag: &str) -> bool {
    synthesis().is_some_and(|of| voice(&of, tag).is_some())
}

/// Calls when the voices of the device have become known: some browsers learn of them late.
pub fn on_voices(call: impl Fn() + 'static) {
    if let Some(target) = synthesis().and_then(|of| of.dyn_into::<web_sys::EventTarget>().ok()) {
        super::web::listen(&target, "voiceschanged", call);
    }
}

/// Says the texts, each in its language; a language without a voice is left out.
pub fn speak(texts: &[(String, &'static str)]) {
    let Some(of) = synthesis() else { return };
    of.cancel();
    for (text, tag) in texts {
        let Some(voice) = voice(&of, tag) else { continue };
        if let Ok(utterance) = SpeechSynthesisUtterance::new_with_text(text) {
            utterance.set_lang(&voice.lang());
            utterance.set_voice(Some(&voice));
            utterance.set_rate(0.9);
            of.speak(&utterance);
        }
    }
}

/// Stops saying anything.
pub fn hush() {
    if let Some(of) = synthesis() {
        of.cancel();
    }
}
