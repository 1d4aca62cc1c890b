//! Page times over HTTP, each beside an empty page's (the one for a change of password: frame and session, no figure).

use crate::common::{Spread, row, rule};
use crate::make::NOW;
use hailong::server::{Clock, Config, auth, serve};
use hailong::store::{Store, places};
use reqwest::{Client, header, redirect::Policy};
use std::time::Instant;

pub fn bench(store: &Store, rounds: usize) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = Config {
            clock: Clock::simulated(|| NOW),
            ..Config::for_testing()
        };
        let running = serve(store.clone(), config).await.unwrap();
        // Answers whether there was one before: a folder that was kept has its user already.
        let name = format!("bench-{}", std::process::id());
        let access = hailong::store::users::Access {
            role: hailong::domain::role::Role::System,
            node: None,
            until: None,
        };
        let password = auth::add_user(store, &name, access, NOW).unwrap();
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        let base = running.url();
        let cookie = sign_in(&client, &base, &name, &password).await;
        let pages = pages(store);
        let mut millis = vec![Vec::new(); pages.len()];
        let mut sizes = vec![0; pages.len()];
        for round in 0..=rounds * 6 {
            for (place, (_, path)) in pages.iter().enumerate() {
                let start = Instant::now();
                let asked = client.get(format!("{base}{path}")).header(header::COOKIE, &cookie);
                let answer = asked.send().await.unwrap();
                assert_eq!(answer.status(), 200, "{path}");
                sizes[place] = answer.bytes().await.unwrap().len();
                // The first round warms up.
                if round > 0 {
                    millis[place].push(start.elapsed().as_secs_f64() * 1000.0);
                }
            }
        }
        let widths = [44, 9, 9, 9, 12, 8];
        println!("\nPages");
        row(&widths, &["milliseconds", "median", "p95", "max", "less empty", "KB"]);
        rule(&widths);
        let empty = Spread::of(millis[0].iter().copied()).median;
        for (place, (name, _)) in pages.iter().enumerate() {
            let of = Spread::of(millis[place].iter().copied());
            let cells = [of.median, of.p95, of.max, of.median - empty].map(|ms| format!("{ms:.1}"));
            let size = format!("{:.0}", sizes[place] as f64 / 1000.0);
            row(&widths, &[name, &cells[0], &cells[1], &cells[2], &cells[3], &size]);
        }
        running.stop().await.unwrap();
    });
}

async fn sign_in(client: &Client, base: &str, name: &str, password: &str) -> String {
    let answer = client
        .post(format!("{base}/admin/sign-in"))
        .header(header::ORIGIN, base)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(format!("user={name}&password={password}"))
        .send()
        .await
        .unwrap();
    let cookie = answer
        .headers()
        .get(header::SET_COOKIE)
        .expect("signed in")
        .to_str()
        .unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn pages(store: &Store) -> Vec<(&'static str, String)> {
    let (nodes, counters) = store
        .read(|conn| Ok((places::nodes(conn)?, places::counters(conn)?)))
        .unwrap();
    let (top, commune, counter) = (nodes[0].id, nodes[5].id, counters[17].id);
    vec![
        ("an empty page", "/admin/account".into()),
        ("overview, province", "/admin/".into()),
        ("overview, a commune", format!("/admin/?node={commune}")),
        ("units, last month", format!("/admin/units?node={top}&period=2026-10")),
        ("units, 12 months", format!("/admin/units?node={top}&period=ended-12")),
        (
            "detail, province, last month",
            format!("/admin/detail?node={top}&period=2026-10"),
        ),
        (
            "detail, province, 12 months",
            format!("/admin/detail?node={top}&period=ended-12"),
        ),
        ("detail, a commune, 3 months", format!("/admin/detail?node={commune}")),
        (
            "detail, a counter, 3 months",
            format!("/admin/detail?counter={counter}"),
        ),
        (
            "report of a commune, last month",
            format!("/admin/reports?node={commune}"),
        ),
        (
            "flags and exclusions, province",
            "/admin/exclusions?month=2026-10".into(),
        ),
        ("tablets, province", "/admin/devices".into()),
        ("export", "/admin/export".into()),
    ]
}
