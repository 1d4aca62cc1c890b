//! The English language pack: the wording of the surveys that come with the program, keyed by their ids.

use crate::domain::pack::ENGLISH_JSON;
use std::{collections::BTreeMap, sync::OnceLock};

/// The English wording of a key; `None` if the pack lacks it.
pub(super) fn english(key: &str) -> Option<&'static str> {
    static PACK: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    // A broken pack would show Vietnamese; the test below keeps it from being built.
    let pack = PACK.get_or_init(|| serde_json::from_str(ENGLISH_JSON).unwrap_or_default());
    pack.get(key).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::survey::{QuestionKind, SHIPPED, Survey};
    use std::collections::BTreeSet;

    #[test]
    fn the_english_pack_has_every_key_of_the_shipped_surveys_and_no_other() {
        let mut wanted = BTreeSet::new();
        let surveys = SHIPPED.map(|shipped| Survey::parse(shipped.json.as_bytes()).unwrap());
        for question in surveys.iter().flat_map(|survey| &survey.questions) {
            wanted.insert(question.id.to_string());
            match &question.kind {
                QuestionKind::Scale { .. } => wanted.extend((1..=5).map(|l| format!("{}.{l}", question.id))),
                QuestionKind::Tiles { tiles } => {
                    wanted.extend(tiles.iter().map(|tile| format!("{}.{}", question.id, tile.id)));
                }
                QuestionKind::Choice { options } => {
                    wanted.extend(options.iter().map(|option| format!("{}.{}", question.id, option.id)));
                }
                // Its answers are worded by the app.
                QuestionKind::Trips => {}
                other => panic!("no shipped survey has a {}", other.name()),
            }
        }
        let pack: BTreeMap<String, String> = serde_json::from_str(ENGLISH_JSON).unwrap();
        let has: BTreeSet<String> = pack.into_keys().collect();
        let missing: Vec<_> = wanted.difference(&has).collect();
        let stray: Vec<_> = has.difference(&wanted).collect();
        assert!(
            missing.is_empty() && stray.is_empty(),
            "missing: {missing:?}, stray: {stray:?}"
        );
    }
}
