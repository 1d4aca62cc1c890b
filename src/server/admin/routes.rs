//! How a page gets its address: never without the right it needs.

use super::Admin;
use crate::server::{
    auth::{Gate, permission::Right},
    slow,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, Request},
    handler::Handler,
    http::Method,
    middleware::{Next, from_fn},
    routing::{MethodRouter, get, post},
};

/// An address behind the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// As the router knows it.
    pub path: &'static str,
    /// What it takes.
    pub right: Right,
}

/// A page that takes a form of at most so many bytes, in the time that these may take.
pub(super) fn form(page: MethodRouter<Admin>, bytes: usize) -> MethodRouter<Admin> {
    let time = slow::time_for(bytes);
    page.layer(from_fn(move |request, next| slow::in_time(time, request, next)))
}

/// The pages, while they are being gathered.
pub(super) struct Pages {
    router: Router<Admin>,
    gate: Gate,
    routes: Vec<Route>,
}

impl Pages {
    pub(super) fn new(admin: &Admin) -> Self {
        Self {
            router: Router::new(),
            gate: Gate::from_ref(admin),
            routes: Vec::new(),
        }
    }

    /// A page to read.
    pub(super) fn get<H, T>(self, path: &'static str, right: Right, handler: H) -> Self
    where
        H: Handler<T, Admin>,
        T: 'static,
    {
        self.add(Method::GET, path, right, get(handler))
    }

    /// A form to send.
    pub(super) fn post<H, T>(self, path: &'static str, right: Right, handler: H) -> Self
    where
        H: Handler<T, Admin>,
        T: 'static,
    {
        self.add(Method::POST, path, right, form(post(handler), super::FORM_BYTES))
    }

    /// A form with a file, of at most so many bytes.
    pub(super) fn upload<H, T>(self, path: &'static str, right: Right, bytes: usize, handler: H) -> Self
    where
        H: Handler<T, Admin>,
        T: 'static,
    {
        let file = post(handler).layer(DefaultBodyLimit::max(bytes));
        self.add(Method::POST, path, right, form(file, bytes))
    }

    fn add(mut self, method: Method, path: &'static str, right: Right, page: MethodRouter<Admin>) -> Self {
        let gate = self.gate.clone();
        let guarded = page.layer(from_fn(move |request: Request, next: Next| {
            let gate = gate.clone();
            async move { gate.let_in(right, request, next).await }
        }));
        self.router = self.router.route(path, guarded);
        self.routes.push(Route { method, path, right });
        self
    }

    /// What was gathered.
    pub(super) fn done(self) -> (Router<Admin>, Vec<Route>) {
        (self.router, self.routes)
    }
}
