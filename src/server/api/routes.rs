//! How an address for programs comes into being: never without being in the list that `/api/v1/openapi.json` is held to.

use super::v1;
use crate::server::{metrics, state::AppState};
use axum::{
    Router,
    handler::Handler,
    routing::{MethodRouter, get, post},
};

/// The addresses, while they are gathered.
struct Addresses {
    router: Router<AppState>,
    listed: Vec<(&'static str, &'static str)>,
}

impl Addresses {
    fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.add("get", path, get(handler))
    }

    fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.add("post", path, post(handler))
    }

    fn add(mut self, method: &'static str, path: &'static str, handler: MethodRouter<AppState>) -> Self {
        self.router = self.router.route(path, handler);
        self.listed.push((method, path));
        self
    }
}

fn addresses() -> Addresses {
    let none = Addresses {
        router: Router::new(),
        listed: Vec::new(),
    };
    none.get("/healthz", v1::health::live)
        .get("/readyz", v1::health::ready)
        .get("/metrics", metrics::get)
        .post("/api/v1/bundles", v1::bundles::post)
        .post("/api/v1/comments", v1::comments::post)
        .post("/api/v1/enrol", v1::enrol::post)
        .get("/api/v1/setup", v1::setup::get)
        .get("/api/v1/openapi.json", v1::openapi::get)
}

/// All of them.
pub(in crate::server) fn router() -> Router<AppState> {
    addresses().router
}

/// Method (lower case) and path of each, for whoever wants to try them all.
pub fn listed() -> Vec<(&'static str, &'static str)> {
    addresses().listed
}
