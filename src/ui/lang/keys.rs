//! The app's own texts that a language pack may bring, by their key.

use super::Texts;

/// Where the text of a key is; `None` for what no pack says: what staff read, and what is shown before there is a setup.
pub(super) fn place<'a>(texts: &'a mut Texts, key: &str) -> Option<&'a mut &'static str> {
    Some(match key {
        "@again" => &mut texts.again,
        "@asking_unit" => &mut texts.asking_unit,
        "@asking_unit_end" => &mut texts.asking_unit_end,
        "@back" => &mut texts.back,
        "@choose_one" => &mut texts.choose_one,
        "@chosen" => &mut texts.chosen,
        "@comment_consent" => &mut texts.comment_consent,
        "@comment_hint" => &mut texts.comment_hint,
        "@comment_label" => &mut texts.comment_label,
        "@comment_send" => &mut texts.comment_send,
        "@comment_skip" => &mut texts.comment_skip,
        "@comment_title" => &mut texts.comment_title,
        "@demo" => &mut texts.demo,
        "@finish" => &mut texts.finish,
        "@languages" => &mut texts.languages,
        "@listen" => &mut texts.listen,
        "@more" => &mut texts.more,
        "@more_home" => &mut texts.more_home,
        "@more_sent" => &mut texts.more_sent,
        "@more_title" => &mut texts.more_title,
        "@next" => &mut texts.next,
        "@no" => word(&mut texts.no_yes, 0)?,
        "@optional" => &mut texts.optional,
        "@practice" => &mut texts.practice,
        "@progress_of" => word(&mut texts.progress, 1)?,
        "@progress_question" => word(&mut texts.progress, 0)?,
        "@reference" => &mut texts.reference,
        "@send" => &mut texts.send,
        "@text_large" => &mut texts.text_large,
        "@text_normal" => &mut texts.text_normal,
        "@thanks_body" => &mut texts.thanks_body,
        "@thanks_contact" => &mut texts.thanks_contact,
        "@thanks_title" => &mut texts.thanks_title,
        "@touch_a_face" => &mut texts.touch_a_face,
        "@trips_0" => word(&mut texts.trips, 0)?,
        "@trips_1" => word(&mut texts.trips, 1)?,
        "@trips_2" => word(&mut texts.trips, 2)?,
        "@voluntary" => &mut texts.voluntary,
        "@yes" => word(&mut texts.no_yes, 1)?,
        _ => return None,
    })
}

fn word<'a>(words: &'a mut [&'static str], place: usize) -> Option<&'a mut &'static str> {
    words.get_mut(place)
}

/// The text of a key.
pub(super) fn text(texts: &Texts, key: &str) -> Option<&'static str> {
    let mut copy = *texts;
    place(&mut copy, key).map(|place| *place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::pack, ui::lang::Language};

    /// `assets/lang/vi.json` is what translators get and what the script to record is made of.
    #[test]
    fn the_official_wording_is_that_of_the_screens() {
        for (key, entry) in pack::app_keys().texts {
            let shown = text(Language::Vietnamese.texts(), &key);
            assert_eq!(shown, entry.text.as_deref(), "{key}");
            let spoken = Language::Vietnamese.app(&key).spoken.to_owned();
            assert_eq!(
                pack::spoken(&spoken),
                pack::spoken(entry.speech.as_deref().unwrap_or(&spoken)),
                "{key}"
            );
        }
        // And each place has its key there: every one of them holds another text than with all keys overwritten.
        let mut marked = *Language::Vietnamese.texts();
        for key in pack::app_keys().texts.keys() {
            if let Some(place) = place(&mut marked, key) {
                *place = "";
            }
        }
        let places = include_str!("keys.rs")
            .lines()
            .filter(|line| line.trim_start().starts_with("\"@"))
            .count();
        assert_eq!(
            format!("{marked:?}").matches("\"\"").count(),
            places,
            "a place that no key of the file fills"
        );
    }
}
