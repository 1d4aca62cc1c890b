//! What somebody sends who wants more than their own: cookies that are not theirs, and SQL wherever something can be typed.

use crate::support::{DAY, District, HOUR, MORNING, site::Site};
use hailong::{
    domain::role::Role,
    server::{Clock, admin, auth},
    store::{FILE, places, users::Access, verify::verify},
    wire::canon,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_cookie_and_another_users_session_open_nothing() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let cookies = || site.cookies.lock().unwrap().clone();
    let ours = (cookies(), site.csrf().await);
    // What the database holds of a session is no cookie: who reads a backup is not signed in.
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    let stored: String = conn
        .query_row("select lower(hex(hash)) from session", [], |row| row.get(0))
        .unwrap();
    assert_eq!(stored.len(), 64);
    for forged in [
        "",
        "0",
        &"0".repeat(64),
        &"f".repeat(64),
        "' or 1=1 --",
        &stored,
        &ours.1,
    ] {
        site.cookies.lock().unwrap().insert("hailong".into(), forged.into());
        assert_eq!(site.get("/admin/").await.status(), 303, "{forged}");
    }

    let node = Some(district.store.read(places::nodes).unwrap()[0].id);
    let access = Access {
        role: Role::Clerk,
        node,
        until: None,
    };
    let password = auth::add_user(&district.store, "chi-can-bo", access, MORNING).unwrap();
    site.cookies.lock().unwrap().clear();
    assert_eq!(site.sign_in("chi-can-bo", &password).await.status(), 303);
    let theirs = (cookies(), site.csrf().await);
    assert_eq!(
        site.get("/admin/users").await.status(),
        403,
        "a clerk's session is a clerk's"
    );
    // Each session takes its own token only, whoever's the other is.
    let units = || district.store.read(places::nodes).unwrap().len();
    let before = units();
    for ((cookies, own), (_, other)) in [(&ours, &theirs), (&theirs, &ours)] {
        *site.cookies.lock().unwrap() = cookies.clone();
        let form = |csrf| [("csrf", csrf), ("old", "sai"), ("new", "sai"), ("again", "sai")];
        assert_eq!(site.post("/admin/account", &form(other)).await.status(), 403);
        assert_eq!(site.post("/admin/account", &form(own)).await.status(), 422);
        let unit = [("csrf", other.as_str()), ("name", "Xã Giả"), ("kind", "commune")];
        assert_eq!(site.post("/admin/start", &unit).await.status(), 403);
    }
    assert_eq!(units(), before);
    // One that its user ended opens nothing in anybody's hands, and the other goes on.
    assert_eq!(site.submit("/admin/sign-out", &[]).await.status(), 303);
    *site.cookies.lock().unwrap() = theirs.0;
    assert_eq!(site.get("/admin/").await.status(), 303);
    *site.cookies.lock().unwrap() = ours.0;
    assert_eq!(site.get("/admin/users").await.status(), 200);
    site.stop().await;
}

/// Ends a text or a list in a statement, and what would follow does harm.
const SQL: &str = "Xã ' \"); drop table node; update user set role = 'system' where (1 or ?1) --";

/// What the pages are asked for by name: ids alone, for one that is none ends the matter, the others together.
const ASKED: [&str; 10] = [
    "node",
    "device",
    "counter",
    "user",
    "id",
    "draft",
    "of",
    "month period from to day days when",
    "moment level kind field flag show what tag lang",
    "sort page separator format count",
];

#[tokio::test(flavor = "multi_thread")]
async fn sql_in_any_field_is_only_text() {
    let district = District::new();
    let mut tablet = district.tablet(1);
    let mut epoch = tablet.epoch(1, None);
    for _ in 0..6 {
        let mut ballot = tablet.ballot(5, MORNING - 2 * HOUR);
        ballot.field = Some(SQL.into());
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(MORNING + 20 * DAY).unwrap();
    let site = Site::signed_in(&district).await;
    let schema = || -> String {
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        let sql = "select group_concat(name || sql) from sqlite_master";
        conn.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = schema();

    // Typed into forms: refused by a rule, or kept to the letter.
    assert_eq!(site.sign_in(SQL, SQL).await.status(), 401);
    let own = district.store.read(places::nodes).unwrap()[0].id.to_string();
    for user in [SQL, "lan' --"] {
        let fields = [("user", user), ("role", "clerk"), ("node", &own), ("until", "")];
        assert_eq!(site.submit("/admin/users/add", &fields).await.status(), 422);
    }
    let unit = [("name", SQL), ("kind", "commune"), ("contact", SQL)];
    assert_eq!(site.submit("/admin/start", &unit).await.status(), 303);
    let kept = district.store.read(places::nodes).unwrap();
    let kept = kept.iter().find(|node| node.name == SQL).expect("to the letter");
    let counter = [
        ("node", &*kept.id.to_string()),
        ("name", SQL),
        ("moment", "result"),
        ("field", SQL),
    ];
    assert_eq!(site.submit("/admin/start/counters", &counter).await.status(), 303);
    let counters = district.store.read(places::counters).unwrap();
    assert!(
        counters
            .iter()
            .any(|counter| counter.name == SQL && counter.field.as_deref() == Some(SQL))
    );

    // Asked for in an address: no page fails over it. A text that became part of a statement would break it.
    let pages = admin::Admin::new(district.store.clone(), Clock::simulated(|| MORNING), false);
    let typed: String = SQL.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut tried = 0;
    for route in admin::routes(&pages).iter().filter(|route| route.method == "GET") {
        let path = ["{node}", "{counter}", "{no}"]
            .iter()
            .fold(route.path.to_owned(), |path, name| path.replace(name, &typed));
        assert!(!path.contains('{'), "say what stands for the parameter of {path}");
        for names in ASKED {
            let query: Vec<_> = names.split(' ').map(|name| format!("{name}={typed}")).collect();
            let answer = site.get(&format!("{path}?{}", query.join("&"))).await;
            assert!(answer.status().as_u16() < 500, "{path} {names}: {}", answer.status());
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");

    assert_eq!(schema(), before);
    assert_eq!(district.store.read(hailong::store::users::users).unwrap().len(), 1);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}
