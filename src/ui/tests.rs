//! Every screen rendered to markup on the host, for what markup can show: words, names, order. Sizes, contrast and
//! touches are the browser tests' business. `target/screens/` keeps the pages for a look with a browser.

use super::{
    app::Kiosk,
    lang::Language,
    model::{Act, Enrolment, Model},
};
use crate::{
    domain::{
        ballot::{LEVELS_VI, Moment},
        hex::Hex,
        ids::Slug,
        survey::{DEFAULT_SURVEY_JSON, Survey},
    },
    engine::message::{Block, EnrolFailure, Event, Ready, State},
    session::Tap,
    wire::setup,
};
use dioxus::prelude::*;
use std::time::Duration;

mod talk;

pub(super) const SALT: Hex<16> = Hex([7; 16]);

pub(super) fn ready() -> Ready {
    Ready {
        comments: false,
        counter: setup::Counter {
            field: None,
            id: "00000000-0000-4000-8000-000000000001".parse().unwrap(),
            moment: Moment::Reception,
            name: "Quầy 2 – Đất đai".into(),
        },
        demo: false,
        node: setup::Node {
            contact: Some("Văn phòng UBND xã, 0219 3 123 456".into()),
            id: "00000000-0000-4000-8000-000000000002".parse().unwrap(),
            name: "UBND xã Mẫu".into(),
        },
        offer_counting: false,
        packs: Vec::new(),
        practice: false,
        survey: Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap(),
        survey_id: Hex([0; 32]),
    }
}

pub(super) struct Tablet {
    pub(super) model: Model,
    now: Duration,
}

impl Tablet {
    pub(super) fn new(state: State) -> Self {
        let mut tablet = Self {
            model: Model::new(Enrolment::default()),
            now: Duration::from_secs(60),
        };
        tablet.hear(Event::State(state));
        tablet
    }

    fn ready() -> Self {
        Self::new(State::Ready(Box::new(ready())))
    }

    pub(super) fn hear(&mut self, event: Event) {
        self.model.hear(self.now, event);
    }

    pub(super) fn tap(mut self, tap: Tap) -> Self {
        self.now += Duration::from_secs(1);
        self.model.tick(self.now);
        self.model.act(self.now, Some(SALT), Act::Tap(tap));
        self.now += Duration::from_secs(1);
        self.model.tick(self.now);
        self
    }

    fn face(self, level: u8) -> Self {
        let question = Slug::parse("hai_long").unwrap();
        self.tap(Tap::Face { question, level })
    }

    fn tile(self, tile: &str) -> Self {
        let question = Slug::parse("ly_do").unwrap();
        let tile = Slug::parse(tile).unwrap();
        self.tap(Tap::Tile { question, tile })
    }

    pub(super) fn silent(mut self, secs: u64) -> Self {
        self.now += Duration::from_secs(secs);
        self.model.tick(self.now);
        self
    }

    pub(super) fn thanked(self) -> Self {
        let mut tablet = self.tap(Tap::Send);
        tablet.hear(Event::Cast { salt: SALT });
        tablet
    }

    pub(super) fn html(&self) -> String {
        #[component]
        fn Page(model: Model) -> Element {
            let model = use_signal(|| model);
            let act = use_callback(|_: Act| {});
            rsx! {
                Kiosk { model, act }
            }
        }
        let mut dom = VirtualDom::new_with_props(
            Page,
            PageProps {
                model: self.model.clone(),
            },
        );
        dom.rebuild_in_place();
        dioxus_ssr::render(&dom)
    }
}

fn practising() -> Tablet {
    Tablet::new(State::Ready(Box::new(Ready {
        practice: true,
        ..ready()
    })))
}

fn screens() -> Vec<(&'static str, Tablet)> {
    let mut failed = Tablet::new(State::NotEnrolled);
    failed.hear(Event::EnrolFailed(EnrolFailure::NotReached));
    let mut voiced = Tablet::ready();
    voiced.model.voices = vec!["en".into(), "vi".into()];
    let mut plain_tab = Tablet::new(State::Starting);
    plain_tab.model.enrolment.plain_tab = true;
    plain_tab.model.enrolment.code = Some("7K3MQ2XA9TBD4HWZ".into());
    let offer = Ready {
        offer_counting: true,
        practice: true,
        ..ready()
    };
    vec![
        ("starting", Tablet::new(State::Starting)),
        ("enrol", Tablet::new(State::NotEnrolled)),
        ("enrol-failed", failed),
        ("add-to-home", plain_tab),
        ("offer", Tablet::new(State::Ready(Box::new(offer)))),
        ("question", voiced),
        ("question-practice", practising()),
        ("question-english", Tablet::ready().tap(Tap::Language)),
        ("question-large", Tablet::ready().tap(Tap::TextSize)),
        ("question-again", Tablet::ready().face(4).tap(Tap::Again)),
        ("reasons", Tablet::ready().face(2)),
        ("reasons-chosen", practising().face(2).tile("thoi_gian").tile("di_lai")),
        ("reasons-english", Tablet::ready().tap(Tap::Language).face(1)),
        ("reasons-large", Tablet::ready().tap(Tap::TextSize).face(1)),
        ("more-time", Tablet::ready().face(5).silent(31)),
        ("thanks", Tablet::ready().face(5).thanked()),
        ("comment", talk::asking().face(5).thanked()),
        ("languages", talk::with_packs(vec![talk::tay()]).tap(Tap::Language)),
        ("storage", Tablet::new(State::Blocked(Block::Storage))),
        ("no-opfs", Tablet::new(State::Blocked(Block::NoOpfs))),
    ]
}

#[test]
fn every_screen_renders() {
    for (name, tablet) in screens() {
        keep(name, &tablet.html());
    }
}

/// Keeps a page for a look with a browser.
pub(super) fn keep(name: &str, html: &str) {
    assert!(html.contains("data-screen="), "{name}");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens");
    std::fs::create_dir_all(&folder).unwrap();
    let page = format!(
        "<!doctype html><html lang=vi><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>\
         <title>{name}</title><link rel=stylesheet href=../../assets/tablet/style.css><body><div id=main>{html}</div></body></html>"
    );
    std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
}

#[test]
fn the_question_screen_says_what_the_design_says() {
    let html = Tablet::ready().html();
    for text in [
        "Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?",
        "Xin chạm vào một khuôn mặt",
        "Đánh giá là tự nguyện, không ghi tên, không ảnh hưởng đến việc giải quyết hồ sơ.",
        "Quầy 2 – Đất đai",
        "data-screen=\"question\"",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let places: Vec<_> = LEVELS_VI
        .iter()
        .map(|label| html.find(&format!(">{label}<")).unwrap())
        .collect();
    assert!(places.is_sorted(), "worst first");
    assert!(!html.contains("aria-pressed=\"true\""), "nothing is preselected");
    assert!(!html.contains("data-action=\"listen\""), "no voice, no button");
}

/// The markup of the reasons differs between faces only in the words (and the picture) of the choice.
#[test]
fn the_reasons_look_the_same_whichever_face_was_chosen() {
    let pages: Vec<String> = (1..=5u8)
        .map(|level| {
            let html = Tablet::ready().face(level).html();
            let start = html.find("<p class=\"chosen-words\">").unwrap();
            let end = start + html[start..].find("</p>").unwrap();
            assert!(html[start..end].contains(&format!(">{}<", LEVELS_VI[usize::from(level) - 1])));
            format!("{}{}", &html[..start], &html[end..])
        })
        .collect();
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn nothing_of_a_visit_is_left_after_it() {
    let before = Tablet::ready().silent(5).html();
    let after = Tablet::ready()
        .tap(Tap::Language)
        .tap(Tap::TextSize)
        .face(1)
        .tile("thai_do")
        .thanked()
        .silent(12)
        .silent(1);
    assert_eq!(after.html(), before);
    let abandoned = Tablet::ready().tap(Tap::Language).silent(50).silent(1);
    assert_eq!(abandoned.html(), before);
    assert_eq!(abandoned.model.language, Language::Vietnamese);
}

#[test]
fn a_new_counter_waits_until_the_visit_has_ended() {
    let mut tablet = Tablet::ready().face(3);
    let mut moved = ready();
    moved.counter.name = "Quầy 9".into();
    tablet.hear(Event::State(State::Ready(Box::new(moved))));
    assert!(tablet.html().contains("Quầy 2"));
    tablet.hear(Event::State(State::Starting));
    assert!(
        tablet.html().contains("data-screen=\"reasons\""),
        "files taken again, nothing to show"
    );
    let tablet = tablet.thanked().silent(13);
    assert!(tablet.html().contains("Quầy 9"));
}

#[test]
fn revocation_waits_for_the_visit_and_lost_storage_does_not() {
    let mut tablet = Tablet::ready().face(3);
    tablet.hear(Event::State(State::Blocked(Block::Revoked)));
    assert!(tablet.html().contains("data-screen=\"reasons\""));
    let tablet = tablet.thanked().silent(13);
    assert!(tablet.html().contains("data-block=\"revoked\""));
    let mut tablet = Tablet::ready().face(3);
    tablet.hear(Event::State(State::Blocked(Block::Storage)));
    assert!(tablet.html().contains("Máy đang tạm dừng."));
}

#[test]
fn practice_is_said_on_every_screen_of_the_visit() {
    let visit = [
        practising().html(),
        practising().face(1).html(),
        practising().face(1).thanked().html(),
    ];
    for html in visit {
        assert!(html.contains("DÙNG THỬ – phiếu không được tính") && html.contains("data-practice=\"true\""));
    }
}

#[test]
fn a_code_in_the_address_is_redeemed_once_and_in_a_plain_ipad_tab_never() {
    use super::model::Out;
    use crate::engine::message::Command;
    let code = Some("7K3MQ2XA".to_owned());
    let mut model = Model::new(Enrolment {
        code: code.clone(),
        ..Enrolment::default()
    });
    let outs = model.hear(Duration::ZERO, Event::State(State::NotEnrolled));
    let enrol = Out::Engine(Command::Enrol {
        code: "7K3MQ2XA".into(),
    });
    assert!(outs.contains(&enrol));
    assert!(
        !model
            .hear(Duration::ZERO, Event::State(State::NotEnrolled))
            .contains(&enrol)
    );
    let outs = model.hear(Duration::ZERO, Event::State(State::Ready(Box::new(ready()))));
    assert!(outs.contains(&Out::ForgetAddress));
    let plain_tab = Model::new(Enrolment {
        code,
        plain_tab: true,
        ..Enrolment::default()
    });
    assert_eq!(plain_tab.view().name(), "add-to-home");
}

#[test]
fn every_button_has_a_name_and_no_face_a_digit() {
    for (name, tablet) in screens() {
        let html = tablet.html();
        for button in html.split("<button").skip(1) {
            let button = button.split("</button>").next().unwrap();
            let (tag, inside) = button.split_once('>').unwrap();
            let text: String = inside
                .split('<')
                .filter_map(|part| part.split_once('>'))
                .map(|(_, text)| text)
                .collect();
            let own = inside.split('<').next().unwrap();
            assert!(
                !text.is_empty() || !own.is_empty() || tag.contains("aria-label"),
                "{name}: {button}"
            );
            if tag.contains("data-face") {
                assert!(!text.chars().any(|c| c.is_ascii_digit()), "{name}: {text}");
            }
        }
    }
}
