//! Changes to a survey document that somebody is still writing: JSON that may be wrong in many ways and keeps all that
//! was typed. Whether it is right is [`super::Survey::check_all`]'s to say.

use super::{Survey, question::QuestionKind};
use crate::domain::ids::Slug;
use serde_json::{Value, json};

/// The kinds of question with their names for people: document, Vietnamese, English.
pub const KINDS: [(&str, &str, &str); 6] = [
    ("scale", "Thang 5 mức", "Scale of five"),
    ("tiles", "Các ô, chọn nhiều", "Tiles, any number"),
    ("choice", "Chọn một", "One of several"),
    ("yesno", "Có / Không", "Yes or no"),
    ("trips", "Số lần đi lại", "Number of trips"),
    ("text", "Góp ý bằng chữ (ngoài phiếu)", "Comment, outside the ballot"),
];

/// The pictograms that the screens have: document, Vietnamese, English. Any other name shows a plain card.
pub const PICTURES: [(&str, &str, &str); 8] = [
    ("thai_do", "Người và lời nói", "A person speaking"),
    ("huong_dan", "Tay chỉ giấy", "A hand on a form"),
    ("thoi_gian", "Lịch và đồng hồ", "Calendar and clock"),
    ("di_lai", "Đi và về", "There and back"),
    ("giay_to", "Giấy và tiền", "Papers and coin"),
    ("noi_cho", "Ghế và màn hình", "Chair and screen"),
    ("ket_qua", "Giấy có dấu", "Sealed paper"),
    ("tam_the", "Tấm thẻ trơn", "Plain card"),
];

/// What is done to one thing of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One place towards the front.
    Up(usize),
    /// One place towards the end.
    Down(usize),
    /// Out.
    Remove(usize),
}

impl Step {
    /// Reads `up:3`, `down:3`, `remove:3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (what, place) = text.split_once(':')?;
        let place = place.parse().ok()?;
        match what {
            "up" => Some(Self::Up(place)),
            "down" => Some(Self::Down(place)),
            "remove" => Some(Self::Remove(place)),
            _ => None,
        }
    }

    /// Does it; what is not there stays so.
    pub fn apply(self, list: &mut Vec<Value>) {
        match self {
            Self::Up(place) if place > 0 && place < list.len() => list.swap(place - 1, place),
            Self::Down(place) if place.saturating_add(1) < list.len() => list.swap(place, place + 1),
            Self::Remove(place) if place < list.len() => drop(list.remove(place)),
            _ => {}
        }
    }
}

/// The list of a document or of a question; made if there is none.
pub fn list<'a>(of: &'a mut Value, name: &str) -> Option<&'a mut Vec<Value>> {
    let members = of.as_object_mut()?;
    members.entry(name).or_insert_with(|| json!([])).as_array_mut()
}

/// Name of the list of answers that a question of this kind has.
pub fn answers_of(kind: &str) -> Option<&'static str> {
    match kind {
        "scale" => Some("labels"),
        "tiles" => Some("tiles"),
        "choice" => Some("options"),
        _ => None,
    }
}

/// A new question, to be filled in.
pub fn question(kind: &str, id: &str, text: &str) -> Value {
    let mut question = json!({"id": id, "kind": kind, "text": {"text": text}});
    let answers = match kind {
        "scale" => {
            let labels = [
                "Rất không hài lòng",
                "Không hài lòng",
                "Bình thường",
                "Hài lòng",
                "Rất hài lòng",
            ];
            if let Some(members) = question.as_object_mut() {
                members.insert("style".into(), "plain".into());
            }
            labels.iter().map(|label| json!({"text": label})).collect()
        }
        "tiles" => vec![answer(kind)],
        "choice" => vec![answer(kind), answer(kind)],
        _ => Vec::new(),
    };
    if let Some(list) = answers_of(kind).and_then(|name| list(&mut question, name)) {
        *list = answers;
    }
    question
}

/// A new tile or option, to be filled in.
pub fn answer(kind: &str) -> Value {
    let mut answer = json!({"id": "", "text": {"text": ""}});
    if let Some(members) = answer.as_object_mut().filter(|_| kind == "tiles") {
        members.insert("picture".into(), "tam_the".into());
    }
    answer
}

/// Whether a question may stay as it is where its id has been published: what a form no longer offers to change.
pub fn is_fixed(base: &Survey, id: &str) -> bool {
    Slug::parse(id).is_ok_and(|id| base.question(&id).is_some())
}

/// Whether an answer of this id stands in the same question of the base.
pub fn is_fixed_answer(base: &Survey, question: &str, answer: &str) -> bool {
    let Some(question) = Slug::parse(question).ok().and_then(|id| base.question(&id)) else {
        return false;
    };
    match &question.kind {
        QuestionKind::Tiles { tiles } => tiles.iter().any(|tile| tile.id.as_str() == answer),
        QuestionKind::Choice { options } => options.iter().any(|option| option.id.as_str() == answer),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_outside_the_list_do_nothing() {
        let mut list = vec![json!(1), json!(2), json!(3)];
        for step in [Step::Up(0), Step::Up(3), Step::Down(2), Step::Down(9), Step::Remove(3)] {
            step.apply(&mut list);
            assert_eq!(list, [json!(1), json!(2), json!(3)], "{step:?}");
        }
        Step::Down(0).apply(&mut list);
        Step::Remove(2).apply(&mut list);
        assert_eq!(list, [json!(2), json!(1)]);
        assert_eq!(Step::parse("up:1"), Some(Step::Up(1)));
        assert_eq!(Step::parse("up:x"), None);
    }
}
