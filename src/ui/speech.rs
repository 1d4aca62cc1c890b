//! What "Nghe" reads aloud: what the screen asks and what can be answered; never what was.

use super::lang::{Installed, Language, Wording};
use crate::{
    domain::{
        pack::{self, Heard, SAID},
        survey::{Given, QuestionKind, Style},
    },
    platform::page::Said,
    session::{Screen, Session},
};

/// A voice and where it finds recordings: the packs that speak this language, or the official wording.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) language: Language,
    pub(super) packs: &'a [&'static Installed],
}

impl Reader<'_> {
    /// The sentences of the screen in their order.
    pub(super) fn screen(self, session: &Session) -> Vec<Said> {
        if session.asks_for_time() {
            let sent = session.level().is_some();
            let other = if sent { "@more_home" } else { "@more_sent" };
            return self.app(Heard::MoreTime, &[other]);
        }
        match session.screen() {
            Screen::Question | Screen::FollowUp(_) => self.question(session),
            Screen::Comment => self.comment(session),
            Screen::Thanks => self.app(Heard::Thanks, &[]),
            Screen::Stuck => Vec::new(),
        }
    }

    /// The app's own sentences of a screen.
    fn app(self, screen: Heard, without: &[&str]) -> Vec<Said> {
        let keys = SAID
            .iter()
            .filter(|(key, heard)| *heard == screen && !without.contains(key));
        keys.map(|(key, _)| self.said(key, self.language.app(key))).collect()
    }

    /// What asks for a comment: the survey's own words, if it has any, and the warning.
    fn comment(self, session: &Session) -> Vec<Said> {
        let own = session.form().comment_question();
        let own = own.map(|question| self.said(question.id.as_str(), self.language.question(question)));
        let without: &[&str] = if own.is_some() { &["@comment_title"] } else { &[] };
        own.into_iter().chain(self.app(Heard::Comment, without)).collect()
    }

    /// A question, how to answer it, what can be answered; on the first screen also that nobody has to.
    fn question(self, session: &Session) -> Vec<Said> {
        let Some(question) = session.asked() else {
            return Vec::new();
        };
        let language = self.language;
        let own = |key: &str| self.said(key, language.app(key));
        let hint = match &question.kind {
            QuestionKind::Scale {
                style: Style::Faces, ..
            } => "@touch_a_face",
            QuestionKind::Tiles { .. } => "@optional",
            _ => "@choose_one",
        };
        let mut said = vec![self.said(question.id.as_str(), language.question(question)), own(hint)];
        let answers = language.answers(question).into_iter();
        said.extend(answers.map(|(given, wording)| match (&question.kind, given) {
            (QuestionKind::YesNo, Given::Number(0)) => own("@no"),
            (QuestionKind::YesNo, _) => own("@yes"),
            (QuestionKind::Trips, given) => own(&format!("@trips_{given}")),
            (_, given) => self.said(&format!("{}.{given}", question.id), wording),
        }));
        let tiles = session.form().tiles(question);
        said.extend(tiles.map(|tile| {
            let key = format!("{}.{}", question.id, tile.id);
            self.said(&key, language.tile(question, tile))
        }));
        if session.screen() == Screen::Question {
            said.push(own("@voluntary"));
        }
        said
    }

    /// A sentence: recorded if a pack has a clip of it in the chosen language, though its words may be written in
    /// Vietnamese only (many speak a language that they don't read), or else in the language of the words.
    fn said(self, key: &str, wording: Wording<'_>) -> Said {
        let recorded = |tag: &str| {
            let packs = self.packs.iter().filter(|pack| pack.tag() == tag);
            packs.filter_map(|pack| pack.clip(key)).next()
        };
        let clip = recorded(self.language.tag()).or_else(|| recorded(wording.tag));
        Said {
            text: pack::spoken(wording.spoken),
            tag: wording.tag,
            clip: clip.map(|clip| format!("clips/{clip}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            ballot::Moment,
            hex::Hex,
            ids::Slug,
            survey::{DEFAULT_SURVEY_JSON, Survey},
        },
        session::{Form, Tap},
    };
    use std::{collections::BTreeSet, time::Duration};

    const VIETNAMESE: Reader<'_> = Reader {
        language: Language::Vietnamese,
        packs: &[],
    };

    fn survey() -> Survey {
        Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap()
    }

    fn rated(level: u8, moment: Moment) -> Session {
        let mut session = Session::new(Form::new(survey(), moment).with_comments(true));
        session.begin(Duration::ZERO, Hex([1; 16]));
        let question = Slug::parse("hai_long").unwrap();
        session.tap(Duration::ZERO, Tap::Face { question, level });
        session
    }

    fn cast(mut session: Session) -> Session {
        session.tap(Duration::from_secs(1), Tap::Send);
        session.cast(Duration::from_secs(1), Hex([1; 16]));
        session
    }

    /// The default survey with a question of every other kind after it.
    fn every_kind() -> Survey {
        let mut document: serde_json::Value = serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap();
        let more = serde_json::json!([
            {"id": "cho", "kind": "yesno", "text": {"text": "Có phải chờ không?"}},
            {"id": "lan", "kind": "trips", "text": {"text": "Mấy lần?"}},
            {"id": "dau", "kind": "choice", "options": [{"id": "a", "text": {"text": "Ở A"}},
             {"id": "b", "text": {"text": "Ở B"}}], "text": {"text": "Ở đâu?"}},
            {"id": "y_kien", "kind": "text", "text": {"text": "Ông/Bà có góp ý gì?"}},
        ]);
        document["questions"]
            .as_array_mut()
            .unwrap()
            .extend(more.as_array().unwrap().clone());
        Survey::parse(document.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_recording_is_played_though_nobody_wrote_its_words_down() {
        let clip = format!("{}.m4a", "ab".repeat(32));
        let texts = serde_json::json!({"hai_long": {"clip": clip}});
        let document = serde_json::json!({"lang": "tyz", "name": "Tiếng Tày", "texts": texts, "v": 1});
        let pack = crate::ui::lang::install(Hex([7; 32]), &document.to_string()).unwrap();
        let reader = Reader {
            language: Language::Pack(pack),
            packs: &[pack],
        };
        let said = reader.screen(&Session::new(Form::new(survey(), Moment::Result)));
        assert_eq!((said[0].tag, &said[0].clip), ("vi", &Some(format!("clips/{clip}"))));
        assert_eq!(said[1].clip, None);
    }

    #[test]
    fn the_choice_is_never_spoken() {
        let after = |level| VIETNAMESE.screen(&rated(level, Moment::Result));
        assert_eq!(after(1), after(5));
        assert_eq!(after(1)[0].text, "Xin ông bà cho biết lý do");
        assert_eq!(after(1).len(), 8);
        let thanked = |level| VIETNAMESE.screen(&cast(rated(level, Moment::Result)));
        assert_eq!(thanked(1), thanked(5));
    }

    /// Together with the script's own test: what is recorded is what is said, and nothing else.
    #[test]
    fn every_screen_says_what_the_script_to_record_says() {
        for survey in [survey(), every_kind()] {
            assert_eq!(heard(&survey), scripted(&survey));
        }
    }

    fn scripted(survey: &Survey) -> BTreeSet<String> {
        let wanted = pack::wanted(std::slice::from_ref(survey)).into_iter();
        let said = wanted.filter(|wanted| wanted.heard.is_some());
        // A survey of its own words needs none of the app's, and not every survey has questions of every kind.
        let kinds: Vec<_> = survey.questions.iter().map(|question| question.kind.name()).collect();
        let idle = |key: &str| match key {
            "@comment_title" => kinds.contains(&"text"),
            "@no" | "@yes" => !kinds.contains(&"yesno"),
            "@choose_one" => !kinds.contains(&"choice"),
            key => key.starts_with("@trips") && !kinds.contains(&"trips"),
        };
        said.filter(|wanted| !idle(&wanted.key))
            .map(|wanted| wanted.spoken)
            .collect()
    }

    fn heard(survey: &Survey) -> BTreeSet<String> {
        let rated = |moment| {
            let mut session = Session::new(Form::new(survey.clone(), moment).with_comments(true));
            session.begin(Duration::ZERO, Hex([1; 16]));
            let question = Slug::parse("hai_long").unwrap();
            session.tap(Duration::ZERO, Tap::Face { question, level: 3 });
            session
        };
        let mut said: BTreeSet<String> = BTreeSet::new();
        let mut hear = |session: &Session| said.extend(VIETNAMESE.screen(session).into_iter().map(|said| said.text));
        hear(&Session::new(Form::new(survey.clone(), Moment::Result)));
        for moment in [Moment::Reception, Moment::Result] {
            let mut session = rated(moment);
            for page in 1..=survey.questions.len() {
                hear(&session);
                session.tap(Duration::from_secs(page as u64), Tap::Next);
            }
        }
        let mut silent = rated(Moment::Result);
        silent.tick(Duration::from_secs(31));
        hear(&silent);
        let mut session = cast(rated(Moment::Result));
        hear(&session);
        session.tick(Duration::from_secs(32));
        hear(&session);
        session.tap(Duration::from_secs(33), Tap::MoreTime);
        session.tap(Duration::from_secs(34), Tap::Skip);
        hear(&session);
        said
    }
}
