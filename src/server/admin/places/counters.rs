//! The forms of a counter.

use super::{back, change::closing, node_of};
use crate::{
    domain::{ballot::Moment, ids::CounterId},
    server::{
        admin::{Admin, error::PageError},
        auth::Form,
    },
    store::{
        places::{self, NewCounter},
        tree::CounterChange,
    },
};
use axum::{extract::State, response::Response};

fn counter_of(form: &Form) -> Result<CounterId, PageError> {
    form.get("counter").parse().map_err(|_| PageError::Bad)
}

fn asked(form: &Form) -> CounterChange {
    CounterChange {
        name: form.get("name").to_owned(),
        moment: places::parse_moment(form.get("moment")).unwrap_or(Moment::Reception),
        field: Some(form.get("field").to_owned()).filter(|field| !field.is_empty()),
    }
}

/// `POST /admin/places/counter/add`.
pub(in super::super) async fn add(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (node, asked) = (node_of(&form)?, asked(&form));
    let new = NewCounter {
        name: asked.name,
        node,
        moment: asked.moment,
        field: asked.field,
    };
    admin
        .write_as(&form.visitor, move |tx, now| tx.add_desk(&new, now))
        .await?;
    Ok(back(node))
}

/// `POST /admin/places/counter/change`.
pub(in super::super) async fn change(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (counter, asked) = (counter_of(&form)?, asked(&form));
    let node = admin
        .write_as(&form.visitor, move |tx, now| {
            tx.change_counter(counter, &asked, now)?;
            Ok(places::counter(tx.conn(), counter)?.node)
        })
        .await?;
    Ok(back(node))
}

/// `POST /admin/places/counter/close`: closes the counter from a day on, or opens it again.
pub(in super::super) async fn close(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (counter, from) = (counter_of(&form)?, closing(&form)?);
    let node = admin
        .write_as(&form.visitor, move |tx, now| {
            tx.close_counter(counter, from, now)?;
            Ok(places::counter(tx.conn(), counter)?.node)
        })
        .await?;
    Ok(back(node))
}
