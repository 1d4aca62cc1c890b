//! The page that offers exports; `download` answers its form.

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
};
use crate::{
    domain::{
        ids::NodeId,
        time::{LocalDay, Month},
    },
    server::{auth::Visitor, export::COMMUNE_COLUMNS},
    store::places,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;

/// Why the form is shown again.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Again {
    #[serde(default)]
    bad: bool,
}

/// What the form offers.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) nodes: Vec<(NodeId, String)>,
    /// All units may be taken together.
    pub(super) all: bool,
    pub(super) month: Month,
    pub(super) today: LocalDay,
    /// The days that were asked for are out of order.
    pub(super) bad: bool,
}

/// `GET /admin/export`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(again): Query<Again>,
) -> Result<Response, PageError> {
    let top = visitor.node;
    let nodes = admin
        .blocking(move |store| store.read(|conn| places::seen(conn, top)))
        .await?;
    let today = LocalDay::of(admin.clock.now());
    let offer = Offer {
        nodes: nodes.into_iter().map(|node| (node.id, node.name)).collect(),
        all: top.is_none(),
        month: today.month(),
        today,
        bad: again.bad,
    };
    let page = page.of(&visitor, Nav::Export);
    Ok(page::document(&page, page.t.export_title, markup(&page, &offer)).into_response())
}

pub(super) fn markup(page: &Page, offer: &Offer) -> Element {
    let t = page.t;
    rsx! {
        div { class: "title", h1 { {t.export_title} } }
        div { class: "grid",
            section { class: "card",
                p { {t.export_lead} }
                if offer.bad {
                    p { class: "notice", role: "alert", {t.bad_period} }
                }
                {form(page, offer)}
            }
            section { class: "card",
                h2 { {t.export_columns} }
                p { class: "small", {t.export_privacy} }
                dl { class: "columns",
                    for column in COMMUNE_COLUMNS {
                        div {
                            dt { {column.title} }
                            dd { {column.meaning} }
                        }
                    }
                }
            }
        }
    }
}

fn form(page: &Page, offer: &Offer) -> Element {
    let t = page.t;
    let first = offer.month.first().date();
    rsx! {
        form { class: "stack", method: "get", action: "/admin/export/file",
            label { span { {t.export_unit} }
                select { name: "node",
                    if offer.all {
                        option { value: "", {t.all_units} }
                    }
                    for (id , name) in &offer.nodes {
                        option { value: "{id}", "{name}" }
                    }
                }
            }
            fieldset {
                legend { {t.export_when} }
                label { class: "line",
                    input { r#type: "radio", name: "when", value: "month", checked: true }
                    span { {t.export_month} }
                    input { r#type: "month", name: "month", value: "{offer.month.year}-{offer.month.month:02}", "aria-label": t.month }
                }
                div { class: "line",
                    label { class: "line",
                        input { r#type: "radio", name: "when", value: "days" }
                        span { {t.export_from} }
                    }
                    input { r#type: "date", name: "from", value: "{first}", "aria-label": t.export_from }
                    span { {t.export_to} }
                    input { r#type: "date", name: "to", value: "{offer.today.date()}", "aria-label": t.export_to }
                }
                label { class: "line",
                    input { r#type: "radio", name: "when", value: "all" }
                    span { {t.export_all} }
                }
            }
            p { class: "actions",
                button { r#type: "submit", name: "format", value: "xlsx", {t.export_get_xlsx} }
                button { class: "quiet", r#type: "submit", name: "format", value: "csv", {t.export_get_csv} }
            }
            fieldset { class: "plain",
                legend { {t.separator} }
                label { class: "line",
                    input { r#type: "radio", name: "separator", value: "semicolon", checked: true }
                    span { {t.semicolon} }
                }
                label { class: "line",
                    input { r#type: "radio", name: "separator", value: "comma" }
                    span { {t.comma} }
                }
            }
        }
    }
}
