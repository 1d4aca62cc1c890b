//! "Bộ câu hỏi": what is asked where, drafts of something new, their preview, publishing, history and differences.
//!
//! A draft is JSON as it was typed; what is wrong with it is told beside each field, by the domain's own checks. All of it
//! works with plain forms; only the preview needs JavaScript, for it is the tablet's own screens in a frame.

mod before;
mod compare;
mod conditions;
mod draft;
mod draft_view;
mod fields;
mod history;
mod languages;
mod list;
mod made_id;
mod marks;
mod preview;
mod publish;
mod publish_view;
mod question;
mod question_view;
mod version;

pub(super) use compare::page as compare;
pub(super) use draft::{discard, make, page as draft, save};
pub(super) use history::page as history;
pub(super) use languages::{UPLOAD_BYTES, add as add_language, page as languages, save as save_languages};
pub(super) use list::page;
pub(super) use preview::{document as preview_document, page as preview};
pub(super) use publish::{confirm, page as publish};
pub(super) use question::{page as question, save as save_question};
pub(super) use version::page as version;

use super::{Admin, error::PageError, page::Page};
use crate::{
    domain::{
        hex::Hash,
        ids::{CounterId, DraftId, NodeId},
        survey::{SHIPPED, Survey},
        time::LocalDay,
    },
    server::auth::{Form, Visitor, permission::Right},
    store::{
        Reader, StoreError,
        drafts::{self, Draft},
        places::{self, Counter, Node},
        publications::{self, Place, Publication},
        surveys,
    },
    wire,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which survey, or which draft of one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    id: String,
    draft: String,
    counter: String,
    tag: String,
    from: String,
    to: String,
    n: usize,
    node: String,
    done: i64,
}

/// A survey that somebody may see.
pub(super) struct Version {
    id: Hash,
    survey: Survey,
    /// It comes with the program.
    shipped: bool,
}

/// What somebody may see: their unit with all below it.
pub(super) struct World {
    versions: Vec<Version>,
    /// The newest first.
    publications: Vec<Publication>,
    /// Open units.
    nodes: Vec<Node>,
    /// Units above the visitor's own.
    above: Vec<NodeId>,
    /// Open counters.
    counters: Vec<Counter>,
    /// What each counter asks today.
    asks: BTreeMap<CounterId, Hash>,
    today: LocalDay,
}

impl World {
    /// What a visitor may see now.
    async fn load(admin: &Admin, visitor: &Visitor) -> Result<Self, PageError> {
        let (top, now) = (visitor.node, admin.clock.now());
        admin.read(move |conn| Self::of(conn, top, now)).await
    }

    fn of(conn: &Reader, top: Option<NodeId>, now: i64) -> Result<Self, StoreError> {
        let today = LocalDay::of(now);
        let mut nodes = places::seen(conn, top)?;
        nodes.retain(|node| node.valid_to.is_none());
        let above = top.map_or_else(|| Ok(Vec::new()), |top| publications::above(conn, top))?;
        let mut counters = places::counters(conn)?;
        counters.retain(|counter| counter.valid_to.is_none() && nodes.iter().any(|node| node.id == counter.node));
        let mut asks = BTreeMap::new();
        for counter in &counters {
            asks.insert(counter.id, publications::at_counter(conn, counter.no, today)?);
        }
        let publications = publications::seen(conn, top)?;
        let mut ids: Vec<Hash> = publications.iter().map(|publication| publication.survey).collect();
        ids.extend(asks.values());
        ids.push(publications::of_district(conn, today)?);
        // What is of before publications was everybody's.
        let all = publications::all(conn)?;
        let known = surveys::all(conn)?.into_iter().map(|known| known.id);
        ids.extend(known.filter(|id| all.iter().all(|publication| publication.survey != *id)));
        let shipped: Vec<Hash> = SHIPPED
            .iter()
            .filter_map(|shipped| Some(wire::survey_id(&serde_json::from_str(shipped.json).ok()?)))
            .collect();
        ids.extend(&shipped);
        let mut versions: Vec<Version> = Vec::new();
        for id in ids {
            if versions.iter().any(|version| version.id == id) {
                continue;
            }
            if let Some(survey) = surveys::document(conn, id)? {
                let shipped = shipped.contains(&id);
                versions.push(Version { id, survey, shipped });
            }
        }
        Ok(Self {
            versions,
            publications,
            nodes,
            above,
            counters,
            asks,
            today,
        })
    }

    /// The version of this name; one that the visitor may not see looks like none.
    fn version(&self, id: &str) -> Result<&Version, StoreError> {
        let found = Hash::parse(id).ok();
        let found = found.and_then(|id| self.versions.iter().find(|version| version.id == id));
        found.ok_or(StoreError::NotFound("survey"))
    }

    /// The newest publication of a survey.
    fn published(&self, id: Hash) -> Option<&Publication> {
        self.publications.iter().find(|publication| publication.survey == id)
    }

    /// Name and first signs of a survey's name.
    fn title(&self, id: Hash) -> String {
        let version = self.versions.iter().find(|version| version.id == id);
        let name = version.map_or("–", |version| version.survey.name.as_str());
        format!("{name} ({})", short(id))
    }

    /// Whether a place holds this counter.
    fn holds(&self, place: Place, counter: &Counter) -> bool {
        match place {
            Place::District => true,
            Place::Counter(id) => id == counter.id,
            Place::Node(id) => {
                let (mut next, mut depth) = (Some(counter.node), 0);
                while let Some(node) = next.filter(|_| depth < 16) {
                    if node == id {
                        return true;
                    }
                    next = self
                        .nodes
                        .iter()
                        .find(|other| other.id == node)
                        .and_then(|node| node.parent);
                    depth += 1;
                }
                // A unit above the visitor's own holds all that they see, one that was closed nothing.
                self.above.contains(&id)
            }
        }
    }

    /// What a place is called.
    fn place(&self, page: &Page, place: Place) -> String {
        match place {
            Place::District => page.say("Mọi quầy của máy chủ", "Every counter of the server").into(),
            Place::Node(id) => match self.nodes.iter().find(|node| node.id == id) {
                Some(node) => format!("{} {}", page.say("Mọi quầy của", "Every counter of"), node.name),
                None if self.above.contains(&id) => page
                    .say("Mọi quầy (đơn vị cấp trên công bố)", "Every counter (by a unit above)")
                    .into(),
                None => page
                    .say(
                        "Mọi quầy của một đơn vị đã đóng",
                        "Every counter of a unit that was closed",
                    )
                    .into(),
            },
            Place::Counter(id) => match self.counters.iter().find(|counter| counter.id == id) {
                Some(counter) => format!("{}, {}", counter.name, self.node(counter.node)),
                None => page.say("Một quầy đã đóng", "A counter that was closed").into(),
            },
        }
    }

    fn node(&self, id: NodeId) -> &str {
        let node = self.nodes.iter().find(|node| node.id == id);
        node.map_or("", |node| node.name.as_str())
    }

    /// The places of a publication in one line, as far as they fit.
    fn places(&self, page: &Page, publication: &Publication) -> String {
        let names: Vec<String> = publication
            .places
            .iter()
            .map(|place| self.place(page, *place))
            .collect();
        match names.get(..SHOWN) {
            Some(first) if names.len() > SHOWN => format!("{} … ({})", first.join("; "), names.len()),
            _ => names.join("; "),
        }
    }
}

/// Places that one line names.
const SHOWN: usize = 4;

/// The first signs of a survey's name: enough to tell versions apart.
fn short(id: Hash) -> String {
    id.to_string().chars().take(8).collect()
}

/// The draft that a visitor may work on; any other looks like none.
fn draft_for(conn: &Reader, visitor: &Visitor, id: &str) -> Result<Draft, StoreError> {
    let none = StoreError::NotFound("draft");
    let id: DraftId = id.parse().map_err(|_| StoreError::NotFound("draft"))?;
    // The gate saw to it that the draft is theirs; whoever only reads has nothing to do with what is not published.
    if visitor.may(Right::Surveys) {
        drafts::draft(conn, id)
    } else {
        Err(none)
    }
}

/// A draft's id in a form, and the revision that was seen.
fn seen_in(form: &Form) -> Result<(String, i64), PageError> {
    let revision = form.get("revision").parse().map_err(|_| PageError::Bad)?;
    Ok((form.get("draft").to_owned(), revision))
}

/// What the surveys' kinds of questions are called.
fn kind_name(page: &Page, kind: &str) -> String {
    let known = crate::domain::survey::edit::KINDS
        .iter()
        .find(|(name, ..)| *name == kind);
    known.map_or_else(|| kind.to_owned(), |(_, vi, en)| page.say(*vi, *en).to_owned())
}

/// Who published: a user, or the program itself when the folder was made or from the command line.
fn who<'a>(page: &Page, name: &'a str) -> &'a str {
    match name {
        "district" => page.say("máy chủ, khi lập", "the server, when made"),
        "command line" => page.say("lệnh trên máy chủ", "command line"),
        name => name,
    }
}

/// "22/11/2026, 9 giờ".
fn hour(page: &Page, unix: i64) -> String {
    let day = crate::domain::number::date(LocalDay::of(unix));
    let hour = crate::domain::time::local_hour(unix);
    page.say(format!("{day}, {hour} giờ"), format!("{day}, {hour}:00"))
}
