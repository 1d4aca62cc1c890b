//! The page that offers exports; `download` answers its form.

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
};
use crate::{
    domain::{
        ballot::Moment,
        collate,
        ids::NodeId,
        time::{LocalDay, Month},
    },
    server::{auth::Visitor, export::COMMUNE_COLUMNS},
    store::{figures::Scope, places},
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
    #[serde(default)]
    none: bool,
}

/// What the form offers.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) nodes: Vec<(NodeId, String)>,
    /// All units may be taken together.
    pub(super) all: bool,
    /// Chosen already: the newest month that has ended.
    pub(super) month: Month,
    pub(super) today: LocalDay,
    /// The days that were asked for are out of order.
    pub(super) bad: bool,
    /// Nothing matched.
    pub(super) none: bool,
    /// Lĩnh vực that counters have, in Vietnamese order.
    pub(super) fields: Vec<String>,
}

/// `GET /admin/export`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(again): Query<Again>,
) -> Result<Response, PageError> {
    let top = visitor.node;
    let (nodes, counters) = admin
        .read(move |conn| Ok((places::seen(conn, top)?, Scope::seen(conn, top, None)?.counters)))
        .await?;
    let mut fields: Vec<String> = counters.into_iter().filter_map(|counter| counter.field).collect();
    fields.sort_by_cached_key(|field| collate::key(field));
    fields.dedup();
    let today = LocalDay::of(admin.clock.now());
    let offer = Offer {
        nodes: nodes.into_iter().map(|node| (node.id, node.name)).collect(),
        all: top.is_none(),
        // What reports are made of: a running month is not whole yet.
        month: today.month().minus(1),
        today,
        bad: again.bad,
        none: again.none,
        fields,
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
                if offer.none {
                    p { class: "notice", role: "alert",
                        {page.say(
                            "Không có phiếu nào khớp với lựa chọn này, nên không tạo tệp. Có thể phiếu của kỳ này chưa được công bố, hoặc dưới 5 phiếu nên không nêu riêng. Hãy chọn kỳ dài hơn hoặc bỏ bớt điều kiện.",
                            "Nothing matches, so no file was made. The ballots may not be released yet, or be fewer than 5 and not told apart. Choose a longer period or fewer conditions.",
                        )}
                    }
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
            fieldset {
                legend { {page.say("Nội dung", "Contents")} }
                for (value , label , checked) in [
                    ("ballots", page.say("Từng phiếu", "Each ballot"), true),
                    ("figures", page.say("Số liệu theo quầy và tháng, 5 mức", "Figures by counter and month, 5 levels"), false),
                    ("figures3", page.say("Số liệu gộp 3 mức (mất thông tin)", "Figures in 3 levels (lossy)"), false),
                ] {
                    label { class: "line",
                        input { r#type: "radio", name: "what", value, checked }
                        span { {label} }
                    }
                }
            }
            div { class: "line",
                label { span { {page.say("Lĩnh vực (chỉ cho từng phiếu)", "Field (ballots only)")} }
                    select { name: "field",
                        option { value: "", {page.say("Tất cả", "All")} }
                        for field in &offer.fields {
                            option { value: "{field}", "{field}" }
                        }
                    }
                }
                label { span { {page.say("Thời điểm (chỉ cho từng phiếu)", "Moment (ballots only)")} }
                    select { name: "moment",
                        option { value: "", {page.say("Tất cả", "All")} }
                        for moment in [Moment::Reception, Moment::Returned, Moment::Result] {
                            option { value: places::moment_name(moment), {page.lang.moment(moment)} }
                        }
                    }
                }
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
            p { class: "actions",
                button { r#type: "submit", name: "format", value: "xlsx", {t.export_get_xlsx} }
                button { class: "quiet", r#type: "submit", name: "format", value: "csv", {t.export_get_csv} }
                button { class: "quiet", r#type: "submit", name: "format", value: "ndjson", {page.say("Tải tệp NDJSON", "Get NDJSON")} }
            }
        }
    }
}
