//! The model's part in languages, reading aloud and comments.

use super::{Model, Out};
use crate::{
    engine::message::{Command, Ready},
    platform::page::Said,
    session::Tap,
    ui::{
        lang::{Installed, Language, add_to_english, install},
        speech::Reader,
    },
};
use std::time::Duration;

impl Model {
    /// The languages to choose from, as they are offered: Vietnamese, English, then what the district published.
    pub fn languages(&self) -> Vec<Language> {
        let published = self.packs.iter().filter(|pack| pack.is_language());
        let built_in = [Language::Vietnamese, Language::English];
        built_in
            .into_iter()
            .chain(published.map(|pack| Language::Pack(pack)))
            .collect()
    }

    /// Whether the screen can be read aloud in its language: at least what it asks. A sentence further on that has
    /// neither clip nor voice is left out.
    pub fn can_speak(&self) -> bool {
        self.said()
            .first()
            .is_some_and(|said| said.clip.is_some() || self.has_voice(said.tag))
    }

    /// What "Nghe" would say now.
    pub(super) fn said(&self) -> Vec<Said> {
        let reader = Reader {
            language: self.language,
            packs: &self.packs,
        };
        self.shown
            .as_ref()
            .map_or_else(Vec::new, |shown| reader.screen(&shown.session))
    }

    fn has_voice(&self, tag: &str) -> bool {
        let language = tag.split('-').next().unwrap_or_default();
        self.voices.iter().any(|voice| voice == language)
    }

    /// Two languages change places; of more, one is chosen.
    pub(super) fn switch_language(&mut self) -> Out {
        if self.packs.iter().any(|pack| pack.is_language()) {
            self.choosing = true;
            return Out::NewScreen;
        }
        self.language = self.language.other();
        Out::Language(self.language.tag())
    }

    /// A language was chosen from the list.
    pub(super) fn choose(&mut self, now: Duration, language: Language) -> Vec<Out> {
        if !std::mem::take(&mut self.choosing) {
            return Vec::new();
        }
        let mut outs = self.visit(|session| session.touch(now));
        self.language = language;
        outs.extend([Out::Language(language.tag()), Out::NewScreen]);
        outs
    }

    /// Takes the packs of a setup; says which clips to keep for when there is no network.
    pub(super) fn take_packs(&mut self, ready: &Ready) -> Option<Out> {
        let packs: Vec<&'static Installed> = ready
            .packs
            .iter()
            .filter_map(|pack| install(pack.id, &pack.document.to_string()))
            .collect();
        if self.shown.is_some() && packs == self.packs {
            return None;
        }
        self.packs = packs;
        add_to_english(&self.packs);
        let clips = self.packs.iter().flat_map(|pack| pack.clips());
        Some(Out::KeepClips(clips.map(|clip| format!("clips/{clip}")).collect()))
    }

    /// "Gửi ý kiến". The words go to the engine at once; nothing of them stays here.
    pub(super) fn comment(&mut self, now: Duration, text: String) -> Vec<Out> {
        let mut outs = self.visit(|session| session.tap(now, Tap::Comment));
        if std::mem::take(&mut self.comment_due) {
            outs.push(Out::Engine(Command::Comment { text }));
        }
        outs
    }
}
