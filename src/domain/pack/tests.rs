use super::*;
use crate::domain::survey::{DEFAULT_SURVEY_JSON, Survey};

fn default_survey() -> Vec<Survey> {
    vec![Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap()]
}

fn pack(texts: &str) -> Result<Pack, Vec<Fault>> {
    Pack::parse(format!("{{\"lang\":\"tyz\",\"name\":\"Tiếng Tày\",\"texts\":{texts},\"v\":1}}").as_bytes())
}

fn faults(texts: &str) -> Vec<String> {
    pack(texts).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_pack_reads_back_as_it_was_written() {
    let clip = format!("{}.m4a", "ab".repeat(32));
    let text = format!("{{\"hai_long\":{{\"text\":\"Câu hỏi\",\"speech\":\"câu hỏi\",\"clip\":\"{clip}\"}}}}");
    let read = pack(&text).unwrap();
    assert_eq!(read.texts["hai_long"].clip.unwrap().to_string(), clip);
    assert_eq!(Pack::parse(read.document().to_string().as_bytes()).unwrap(), read);
    assert_eq!(read.clips().len(), 1);
    assert!(!app_keys().texts.is_empty());
}

#[test]
fn every_missing_and_every_unknown_key_is_named() {
    let wanted = wanted(&default_survey());
    let gaps = pack("{\"hai_long\":{\"text\":\"?\"},\"hai_long.6\":{\"text\":\"x\"},\"@nothing\":{\"text\":\"x\"}}")
        .unwrap()
        .gaps(&wanted);
    assert_eq!(gaps.unknown, ["@nothing", "hai_long.6"]);
    assert_eq!(gaps.texts.len(), wanted.len() - 1);
    for key in ["@send", "hai_long.5", "ly_do", "ly_do.ket_qua"] {
        assert!(gaps.texts.iter().any(|missing| missing == key), "{key}");
    }
    assert!(
        gaps.clips.contains(&"hai_long".into()) && !gaps.clips.contains(&"@send".into()),
        "not said, no clip"
    );
    // Vietnamese and English are built in: a pack of theirs may bring clips alone.
    let english = Pack {
        lang: "en".into(),
        ..pack("{}").unwrap()
    };
    assert_eq!(english.gaps(&wanted).texts, [""; 0]);
}

#[test]
fn markup_and_what_cannot_be_seen_is_refused_with_its_place() {
    assert_eq!(
        faults("{\"hai_long\":{\"text\":\"a<b>c\"}}"),
        ["texts[\"hai_long\"].text: character 2 is \\u{3c}: text only, no markup"]
    );
    for (text, place) in [
        ("x\\u0007", "text"),
        ("x\\u202e", "text"),
        ("x\\u009f", "speech"),
        ("a\\nb", "speech"),
        (">", "text"),
    ] {
        let said = faults(&format!("{{\"ly_do.thai_do\":{{\"{place}\":\"{text}\"}}}}"));
        assert!(
            said[0].starts_with(&format!("texts[\"ly_do.thai_do\"].{place}: character ")),
            "{said:?}"
        );
    }
}

#[test]
fn what_is_no_pack_is_refused_with_every_fault() {
    let said = |json: &str| {
        let faults = Pack::parse(json.as_bytes()).unwrap_err();
        faults.into_iter().map(|fault| fault.at).collect::<Vec<_>>()
    };
    assert_eq!(said("not json"), ["document"]);
    assert_eq!(said("[]"), ["document"]);
    assert_eq!(said(&format!("\"{}\"", "x".repeat(10_000_000))), ["document"], "10 MB");
    assert_eq!(said("{}"), ["v", "lang", "name", "texts"]);
    assert_eq!(
        said("{\"lang\":\"Tày\",\"name\":\"<b>\",\"texts\":{},\"v\":1,\"html\":1}"),
        ["html", "lang", "name"]
    );
    assert_eq!(faults("{\"a b\":{\"text\":\"x\"}}"), ["texts[\"a b\"]: not a key"]);
    assert_eq!(
        faults("{\"q\":\"x\"}"),
        ["texts[\"q\"]: an object with \"text\" is needed"]
    );
    assert_eq!(
        faults("{\"q\":{\"text\":\"\",\"clip\":\"../x.m4a\",\"src\":\"x\"}}").len(),
        3
    );
    let many: Vec<_> = (0..600).map(|n| format!("\"q{n}\":{{\"text\":\"x\"}}")).collect();
    assert_eq!(faults(&format!("{{{}}}", many.join(","))), ["texts: more than 500"]);
}

#[test]
fn a_clip_is_told_by_its_bytes() {
    assert_eq!(ClipKind::of(b"\0\0\0\x1cftypM4A "), Some(ClipKind::M4a));
    assert_eq!(ClipKind::of(b"OggS\0"), Some(ClipKind::Ogg));
    assert_eq!(
        (ClipKind::of(b"ID3\x04"), ClipKind::of(&[0xff, 0xfb, 0x90])),
        (Some(ClipKind::Mp3), Some(ClipKind::Mp3))
    );
    for not in [
        &b""[..],
        b"RIFF\0\0\0\0WAVE",
        b"<html>",
        &[0xff, 0xd8, 0xff],
        &[0xff, 0xff],
    ] {
        assert_eq!(ClipKind::of(not), None, "{not:?}");
    }
}

/// To make the page again: `hailong-district pack script > docs/huong-dan/thu-am.md`.
#[test]
fn the_script_to_record_is_that_of_the_default_survey() {
    let page = include_str!("../../../docs/huong-dan/thu-am.md");
    let made = script(&wanted(&default_survey()), None);
    assert!(
        page == made,
        "docs/huong-dan/thu-am.md is not what `hailong-district pack script` prints"
    );
    for said in wanted(&default_survey()).iter().filter(|wanted| wanted.heard.is_some()) {
        assert!(
            page.contains(&format!("| `{}.m4a` | {} |", said.key, said.spoken)),
            "{}",
            said.key
        );
        assert!(!said.spoken.contains('/'), "“Ông/Bà” is said “ông bà”: {}", said.spoken);
    }
}
