//! The frame around every page.

use super::{
    Admin, language,
    texts::{Lang, Texts},
};
use crate::server::auth::{Visitor, permission::Right};
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{Html, Response},
};
use dioxus::prelude::*;

/// Which entry of the navigation is this page's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Nav {
    #[default]
    None,
    Overview,
    Units,
    Reports,
    Devices,
    Comments,
    Export,
    Manage,
}

/// What the frame needs to know.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) lang: Lang,
    pub(super) t: &'static Texts,
    /// The folder holds fictional data.
    pub(super) demo: bool,
    pub(super) visitor: Option<Visitor>,
    pub(super) nav: Nav,
    /// Address of this page with its query, for the other language.
    pub(super) path: String,
}

impl Page {
    /// The frame when nothing is known of the request but its language.
    pub(super) fn bare() -> Self {
        let lang = language::current();
        Self {
            lang,
            t: lang.texts(),
            demo: false,
            visitor: None,
            nav: Nav::None,
            path: "/admin/".into(),
        }
    }

    pub(super) fn of(mut self, visitor: &Visitor, nav: Nav) -> Self {
        self.visitor = Some(visitor.clone());
        self.nav = nav;
        self
    }

    /// What stands in one language only here; texts that several pages share are in `texts`.
    pub(super) fn say<T>(&self, vi: T, en: T) -> T {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// Whether whoever looks has this right: what they may not do is not offered.
    pub(super) fn may(&self, right: Right) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.may(right))
    }

    /// The hidden field that makes a form ours.
    pub(super) fn csrf(&self) -> Element {
        let csrf = self
            .visitor
            .as_ref()
            .map(|visitor| visitor.csrf.clone())
            .unwrap_or_default();
        rsx! { input { r#type: "hidden", name: "csrf", value: csrf } }
    }
}

impl FromRequestParts<Admin> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, admin: &Admin) -> Result<Self, Response> {
        let lang = language::chosen(&parts.headers);
        Ok(Self {
            lang,
            t: lang.texts(),
            demo: admin.store.identity().demo,
            visitor: None,
            nav: Nav::None,
            path: parts
                .uri
                .path_and_query()
                .map_or_else(|| parts.uri.path().to_owned(), ToString::to_string),
        })
    }
}

/// A whole HTML document.
pub(super) fn document(page: &Page, title: &str, body: Element) -> Html<String> {
    let t = page.t;
    let whole = rsx! {
        a { class: "skip", href: "#main", {t.skip} }
        {header(page)}
        if page.demo {
            aside { class: "demo",
                strong { {t.demo} }
                span { " {t.demo_long}" }
            }
        }
        main { id: "main", {body} }
        footer { "{t.product} · {t.tagline}" }
    };
    let head = rsx! {
        meta { charset: "utf-8" }
        meta { name: "viewport", content: "width=device-width, initial-scale=1" }
        title { "{title} · {t.product}" }
        link { rel: "stylesheet", href: "/admin/style.css" }
    };
    let (head, whole) = (dioxus_ssr::render_element(head), dioxus_ssr::render_element(whole));
    Html(format!(
        "<!doctype html>\n<html lang=\"{}\"><head>{head}</head><body>{whole}</body></html>\n",
        page.lang.code()
    ))
}

/// Where the product's name leads.
fn home(page: &Page) -> &'static str {
    match page.may(Right::Mine) {
        true => "/admin/mine",
        false => "/admin/",
    }
}

fn header(page: &Page) -> Element {
    let t = page.t;
    let other = match page.lang {
        Lang::Vi => Lang::En,
        Lang::En => Lang::Vi,
    };
    let mark = if page.path.contains('?') { '&' } else { '?' };
    let entries = [
        (Nav::Overview, "/admin/", t.nav_overview, Right::Figures),
        (
            Nav::Overview,
            "/admin/mine",
            page.say("Số liệu của tôi", "My figures"),
            Right::Mine,
        ),
        (Nav::Units, "/admin/units", t.nav_units, Right::Figures),
        (Nav::Reports, "/admin/reports", t.nav_reports, Right::Report),
        (Nav::Devices, "/admin/devices", t.nav_devices, Right::Devices),
        (Nav::Comments, "/admin/comments", t.nav_comments, Right::Comments),
        (Nav::Export, "/admin/export", t.nav_export, Right::Export),
        (Nav::Manage, "/admin/manage", page.say("Quản lý", "Manage"), Right::Own),
    ];
    rsx! {
        header { class: "top",
            a { class: "mark", href: home(page),
                span { class: "name", {t.product} }
                span { class: "tag", {t.tagline} }
            }
            if page.visitor.is_some() {
                nav {
                    for (nav , href , label , right) in entries {
                        if page.may(right) {
                            a { href, "aria-current": (page.nav == nav).then_some("page"), {label} }
                        }
                    }
                }
            }
            div { class: "right",
                a { class: "lang", href: "{page.path}{mark}lang={other.code()}", hreflang: other.code(), lang: other.code(),
                    {t.other_language}
                }
                if let Some(visitor) = &page.visitor {
                    form { method: "post", action: "/admin/sign-out",
                        {page.csrf()}
                        a { class: "who", href: "/admin/account", title: t.signed_in_as, "{visitor.name}" }
                        button { class: "quiet", r#type: "submit", {t.sign_out} }
                    }
                }
            }
        }
    }
}
