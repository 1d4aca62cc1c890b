//! The forms of a unit.

use super::{back, day_of, node_of};
use crate::{
    domain::{
        ids::NodeId,
        settings::{Hours, Span},
        time::LocalDay,
    },
    server::{
        admin::{Admin, error::PageError},
        auth::{Form, Visitor},
    },
    store::{
        Refusal, StoreError,
        places::{NewNode, NodeKind},
        tree::NodeChange,
    },
};
use axum::{extract::State, response::Response};

fn parent_of(form: &Form) -> Result<Option<NodeId>, PageError> {
    let parent = Some(form.get("parent")).filter(|id| !id.is_empty());
    let parent = parent.map(str::parse).transpose().map_err(|_| PageError::Bad)?;
    // Whoever has a unit keeps everything below it.
    Ok(form.visitor.scope(parent))
}

fn text(form: &Form, name: &str) -> Option<String> {
    Some(form.get(name).to_owned()).filter(|text| !text.is_empty())
}

/// Only somebody above decides what the visitor's own unit is called and where it belongs.
fn not_own(visitor: &Visitor, node: NodeId) -> Result<(), PageError> {
    if visitor.node == Some(node) {
        return Err(StoreError::from(Refusal::NotYours).into());
    }
    Ok(())
}

/// `POST /admin/places/add`.
pub(in super::super) async fn add(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let new = NewNode {
        name: form.get("name").to_owned(),
        parent: parent_of(&form)?,
        kind: NodeKind::parse(form.get("kind")),
        contact: text(&form, "contact"),
    };
    let (code, since) = (text(&form, "code"), day_of(&form, "from")?);
    let id = admin
        .write_as(&form.visitor, move |tx, now| {
            tx.add_unit(&new, code.as_deref(), since, now)
        })
        .await?;
    Ok(back(id))
}

/// `POST /admin/places/rename`: name, code and the unit above, from a day on.
pub(in super::super) async fn rename(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (node, from) = (node_of(&form)?, day_of(&form, "from")?);
    not_own(&form.visitor, node)?;
    let change = NodeChange {
        name: form.get("name").to_owned(),
        code: text(&form, "code"),
        parent: parent_of(&form)?,
    };
    admin
        .write_as(&form.visitor, move |tx, now| tx.change_node(node, &change, from, now))
        .await?;
    Ok(back(node))
}

/// `POST /admin/places/contact`.
pub(in super::super) async fn contact(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (node, contact) = (node_of(&form)?, form.get("contact").to_owned());
    admin
        .write_as(&form.visitor, move |tx, now| tx.set_contact(node, &contact, now))
        .await?;
    Ok(back(node))
}

/// `POST /admin/places/close`: closes the unit from a day on, or opens it again.
pub(in super::super) async fn close(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node = node_of(&form)?;
    not_own(&form.visitor, node)?;
    let from = closing(&form)?;
    admin
        .write_as(&form.visitor, move |tx, now| tx.close_node(node, from, now))
        .await?;
    Ok(back(node))
}

/// The first day without it; `None`: it opens again.
pub(super) fn closing(form: &Form) -> Result<Option<LocalDay>, PageError> {
    match form.get("open") {
        "again" => Ok(None),
        _ => day_of(form, "from").map(Some),
    }
}

/// `POST /admin/places/hours`.
pub(in super::super) async fn hours(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node = node_of(&form)?;
    let hours = match form.get("whose") {
        "above" => None,
        _ => Some(week(&form)?),
    };
    let who = form.visitor.name.clone();
    admin
        .write_as(&form.visitor, move |tx, now| {
            tx.change_settings(node, &who, now, |own| own.hours.clone_from(&hours))
        })
        .await?;
    Ok(back(node))
}

/// `POST /admin/places/public`: whether everybody may see the unit's last ended month; on, off, or as the unit above.
pub(in super::super) async fn public(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node = node_of(&form)?;
    let shown = match form.get("public") {
        "on" => Some(true),
        "off" => Some(false),
        "above" => None,
        _ => return Err(PageError::Bad),
    };
    let who = form.visitor.name.clone();
    admin
        .write_as(&form.visitor, move |tx, now| {
            tx.change_settings(node, &who, now, |own| own.public = shown)
        })
        .await?;
    Ok(back(node))
}

fn week(form: &Form) -> Result<Hours, PageError> {
    let (opens, closes) = (form.all("opens"), form.all("closes"));
    let mut days = [None; 7];
    let typed = opens.iter().zip(&closes);
    for (day, (opens, closes)) in days.iter_mut().zip(typed) {
        *day = span(opens, closes).ok_or(StoreError::from(Refusal::Hours))?;
    }
    Ok(Hours(days))
}

/// A day's opening hours; both empty: closed all day. `None`: they can't be read.
fn span(opens: &str, closes: &str) -> Option<Option<Span>> {
    if opens.is_empty() && closes.is_empty() {
        return Some(None);
    }
    let (from, to) = (minutes(opens)?, minutes(closes)?);
    (from < to).then_some(Some(Span { from, to }))
}

/// "07:30" in minutes since midnight; "24:00" is the end of the day.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
    if !two(hour) || !two(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= 24 * 60).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_or_refused() {
        let good = |from, to| Some(Some(Span { from, to }));
        assert_eq!(span("07:30", "11:30"), good(450, 690));
        assert_eq!(span("7:30", "24:00"), good(450, 1440));
        assert_eq!(span("", ""), Some(None));
        for (opens, closes) in [
            ("07:30", ""),
            ("", "11:30"),
            ("11:30", "07:30"),
            ("08:00", "08:00"),
            ("25:00", "26:00"),
            ("07:60", "08:00"),
            ("+7:30", "08:00"),
            ("bảy giờ", "08:00"),
        ] {
            assert_eq!(span(opens, closes), None, "{opens} {closes}");
        }
    }
}
