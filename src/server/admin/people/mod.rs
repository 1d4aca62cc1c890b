//! "Người dùng": who may sign in, as what, for which unit and until when. A made password is shown once, and whoever
//! gets it must choose another at once.

pub(super) mod account;
mod view;

use super::{
    Admin,
    error::PageError,
    page::{Nav, Page},
};
use crate::{
    domain::{
        ids::{NodeId, OfficerId},
        role::Role,
        time::LocalDay,
    },
    server::auth::{self, Form, Visitor, permission},
    store::{
        Reader, Refusal, StoreError, explain, places,
        roster::{self, Officer},
        scope,
        users::{self, Access, NewPassword, User},
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use serde::Deserialize;

/// Whom the page is about, if it is about one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    user: String,
}

/// What the page shows.
pub(super) struct People {
    /// Whom the visitor may change, in the order they were added.
    users: Vec<User>,
    /// Units that the visitor sees and that are open, in the order they were added.
    nodes: Vec<(NodeId, String)>,
    /// Officers of these units, for accounts of theirs.
    officers: Vec<Officer>,
    /// Whom to change.
    chosen: Option<User>,
    /// Which officer they are.
    chosen_officer: Option<OfficerId>,
    now: i64,
}

/// A user whom this visitor may change; what is elsewhere and what does not exist look the same.
fn managed(conn: &Reader, visitor: &Visitor, name: &str) -> Result<User, StoreError> {
    let user = users::user(conn, name)?.filter(|user| user.name != visitor.name);
    match user {
        Some(user) if manages(conn, visitor, &user.access)? => Ok(user),
        _ => Err(StoreError::NotFound("user")),
    }
}

/// Whether this visitor may give this access, or change somebody who has it.
fn manages(conn: &Reader, visitor: &Visitor, access: &Access) -> Result<bool, StoreError> {
    let inside = match (visitor.node, access.node) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(top), Some(node)) => scope::inside(conn, top)?.contains(&node),
    };
    Ok(inside && permission::may_manage(visitor.role, access.role, visitor.node == access.node))
}

/// `GET /admin/users`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (seer, now) = (visitor.clone(), admin.clock.now());
    let people = admin.read(move |conn| people(conn, &seer, &which.user, now)).await?;
    let page = page.of(&visitor, Nav::Manage);
    Ok(view::list(&page, &people).into_response())
}

fn people(conn: &Reader, visitor: &Visitor, chosen: &str, now: i64) -> Result<People, StoreError> {
    let mut shown = Vec::new();
    for user in users::users(conn)? {
        if user.name == visitor.name || manages(conn, visitor, &user.access)? {
            shown.push(user);
        }
    }
    let nodes = places::seen(conn, visitor.node)?;
    let mut officers = roster::officers(conn)?;
    officers.retain(|officer| nodes.iter().any(|node| node.id == officer.node));
    let open = nodes.into_iter().filter(|node| node.valid_to.is_none());
    let chosen = match chosen {
        "" => None,
        name => Some(managed(conn, visitor, name)?),
    };
    let linked = chosen
        .as_ref()
        .map(|user| explain::officer_of(conn, &user.name))
        .transpose()?;
    Ok(People {
        users: shown,
        nodes: open.map(|node| (node.id, node.name)).collect(),
        officers,
        chosen_officer: linked.flatten().map(|officer| officer.id),
        chosen,
        now,
    })
}

/// What a form gives somebody.
fn access(form: &Form) -> Result<Access, PageError> {
    let role = Role::parse(form.get("role")).ok_or(PageError::Bad)?;
    let node: Option<NodeId> = match (role, form.get("node")) {
        // The field stands beside every role; an administrator of everything has no unit.
        (Role::System, _) | (_, "") => None,
        (_, id) => Some(id.parse().map_err(|_| PageError::Bad)?),
    };
    let until = match form.get("until") {
        "" => None,
        // The last day, included.
        text => {
            let date: NaiveDate = text.parse().map_err(|_| PageError::Bad)?;
            Some(LocalDay(LocalDay::from_date(date).0.saturating_add(1)).start())
        }
    };
    Ok(Access { role, node, until })
}

/// The officer that an account is to be: needed for that role, and for no other.
fn officer(form: &Form, access: &Access) -> Result<Option<OfficerId>, PageError> {
    if access.role != Role::Officer {
        return Ok(None);
    }
    let id = form.get("officer");
    if id.is_empty() {
        return Err(StoreError::from(Refusal::OfficerAccount).into());
    }
    id.parse().map(Some).map_err(|_| PageError::Bad)
}

fn allowed(conn: &Reader, visitor: &Visitor, access: &Access) -> Result<(), StoreError> {
    if manages(conn, visitor, access)? {
        Ok(())
    } else {
        Err(Refusal::NotYours.into())
    }
}

/// Makes a password on a blocking thread: shown once, and to be changed at once.
async fn made() -> Result<(String, NewPassword), PageError> {
    let made = tokio::task::spawn_blocking(|| auth::made(true)).await;
    Ok(made.map_err(|_| PageError::Closing)??)
}

/// `POST /admin/users/add`.
pub(super) async fn add(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let (name, access, visitor) = (form.get("user").to_owned(), access(&form)?, form.visitor.clone());
    let (name, officer) = (users::user_name(&name)?, officer(&form, &access)?);
    let (shown, password) = made().await?;
    let new = name.clone();
    admin
        .write_as(&form.visitor, move |tx, now| {
            allowed(tx.conn(), &visitor, &access)?;
            tx.add_user(&new, &access, &password, now)?;
            officer.map_or(Ok(()), |officer| tx.link_officer(&new, officer, now))
        })
        .await?;
    Ok(view::once(&page.of(&form.visitor, Nav::Manage), &name, &shown).into_response())
}

/// `POST /admin/users/change`.
pub(super) async fn change(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (name, access, visitor) = (form.get("user").to_owned(), access(&form)?, form.visitor.clone());
    let officer = officer(&form, &access)?;
    admin
        .write_as(&form.visitor, move |tx, now| {
            managed(tx.conn(), &visitor, &name)?;
            allowed(tx.conn(), &visitor, &access)?;
            tx.set_access(&name, &access, now)?;
            officer.map_or(Ok(()), |officer| tx.link_officer(&name, officer, now))
        })
        .await?;
    Ok(Redirect::to("/admin/users").into_response())
}

/// `POST /admin/users/disable`.
pub(super) async fn disable(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (name, visitor) = (form.get("user").to_owned(), form.visitor.clone());
    admin
        .write_as(&form.visitor, move |tx, now| {
            managed(tx.conn(), &visitor, &name)?;
            tx.disable_user(&name, now)
        })
        .await?;
    Ok(Redirect::to("/admin/users").into_response())
}

/// `POST /admin/users/password`: another password for somebody else; a disabled user may sign in again.
pub(super) async fn password(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let (name, visitor) = (form.get("user").to_owned(), form.visitor.clone());
    let (shown, password) = made().await?;
    let name = admin
        .write_as(&form.visitor, move |tx, now| {
            let user = managed(tx.conn(), &visitor, &name)?;
            tx.set_password(&user.name, &password, now).map(|()| user.name)
        })
        .await?;
    Ok(view::once(&page.of(&form.visitor, Nav::Manage), &name, &shown).into_response())
}

/// Roles that this visitor may give.
fn roles(visitor: &Visitor) -> impl Iterator<Item = Role> {
    let role = visitor.role;
    let gives = move |other: &Role| {
        [true, false]
            .iter()
            .any(|same| permission::may_manage(role, *other, *same))
    };
    Role::ALL.into_iter().filter(gives)
}
