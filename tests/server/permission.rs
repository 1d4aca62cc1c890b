//! Who may do what, and where: every cell of role x unit x address, against a table that is written out here on its
//! own. An address that is not in the table fails the test.

use crate::support::{DAY, District, HOUR, MORNING, commune, site::Site};
use hailong::{
    domain::{ids::NodeId, role::Role, time::LocalDay},
    server::{Clock, admin, auth},
    store::{log, places, publications, users::Access, verify::verify},
};
use std::collections::BTreeMap;

/// S: system administrator, L: leader, C: clerk, I: inspector; each of the unit that the page is about.
const TABLE: &str = "
GET  /admin/                  S L C I
GET  /admin/units             S L C I
GET  /admin/detail            S L C I
GET  /admin/reports           S L C -
POST /admin/reports           S L C -
GET  /admin/reports/file      S L C -
GET  /admin/reports/filed     S L C -
POST /admin/reports/settings  S L - -
GET  /admin/reports/volume    S L C -
POST /admin/reports/volume    S L C -
POST /admin/sign-out          S L C I
GET  /admin/start             S L - -
POST /admin/start             S L - -
GET  /admin/start/counters    S L - -
POST /admin/start/counters    S L - -
GET  /admin/start/sheets      S L C -
POST /admin/start/sheets      S L C -
GET  /admin/comments          S L C -
GET  /admin/comments/read     S L C -
POST /admin/comments/mark     S L C -
POST /admin/comments/switch   S L - -
GET  /admin/devices           S L C I
GET  /admin/devices/revoke    S L - -
POST /admin/devices/revoke    S L - -
POST /admin/devices/replace   S L - -
GET  /admin/devices/operator  S L - -
POST /admin/devices/unlock    S L - -
POST /admin/devices/erase-code  S L - -
GET  /admin/pin               S L - -
POST /admin/pin               S L - -
GET  /admin/ballot-file       S L - -
POST /admin/ballot-file/take  S L - -
GET  /admin/ballot-file/receipts  S L - -
GET  /admin/export            S L C I
GET  /admin/export/file       S L C I
GET  /admin/dossier           S L C -
GET  /admin/dossier/file      S L C -
GET  /admin/mine              - - - -
POST /admin/mine/explain      - - - -
GET  /admin/tasks             S L C I
GET  /admin/tasks/digest      S L C I
POST /admin/tasks/close       S L - -
POST /admin/tasks/reopen      S L - -
GET  /admin/tasks/rule        S L - -
POST /admin/tasks/rule        S L - -
POST /admin/tasks/closed-days S L - -
GET  /admin/manage            S L C I
GET  /admin/account           S L C I
POST /admin/account           S L C I
POST /admin/account/elsewhere S L C I
GET  /admin/places            S L C I
GET  /admin/places/unit       S L C I
POST /admin/places/add        S L - -
POST /admin/places/rename     S L - -
POST /admin/places/contact    S L - -
POST /admin/places/hours      S L - -
POST /admin/places/public     S L - -
POST /admin/places/close      S L - -
POST /admin/places/counter/add     S L - -
POST /admin/places/counter/change  S L - -
POST /admin/places/counter/close   S L - -
GET  /admin/import            S L - -
POST /admin/import/try        S L - -
POST /admin/import/store      S L - -
GET  /admin/surveys           S L C I
GET  /admin/surveys/version   S L C I
GET  /admin/surveys/history   S L C I
GET  /admin/surveys/difference  S L C I
GET  /admin/surveys/preview   S L C I
GET  /admin/surveys/preview.json  S L C I
GET  /admin/surveys/languages  S L C I
POST /admin/surveys/languages  S L - -
GET  /admin/surveys/draft     S L - -
POST /admin/surveys/draft     S L - -
POST /admin/surveys/draft/save     S L - -
POST /admin/surveys/draft/discard  S L - -
GET  /admin/surveys/question  S L - -
POST /admin/surveys/question  S L - -
GET  /admin/surveys/publish   S L - -
POST /admin/surveys/publish   S L - -
GET  /admin/roster            S L C I
GET  /admin/roster/duty       S L C -
POST /admin/roster/officer    S L C -
POST /admin/roster/add        S L C -
POST /admin/roster/correct    S L C -
GET  /admin/officers          S L - I
GET  /admin/exclusions        S L C I
POST /admin/exclusions/add    S L - -
POST /admin/exclusions/undo   S L - -
GET  /admin/waiting           S L C I
POST /admin/waiting/decide    S L - -
GET  /admin/users             S L - -
POST /admin/users/add         S L - -
POST /admin/users/change      S L - -
POST /admin/users/disable     S L - -
POST /admin/users/password    S L - -
";

fn table() -> BTreeMap<(String, String), [bool; 4]> {
    let rows = TABLE.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        let cells = ["S", "L", "C", "I"].map(|role| words[2..].contains(&role));
        assert_eq!(words.len(), 6, "{line}");
        ((words[0].to_owned(), words[1].to_owned()), cells)
    });
    rows.collect()
}

/// Two communes, a tablet in each, and somebody of every role in the first.
struct World {
    district: District,
    site: Site,
    own: NodeId,
    /// Ids of the other commune: unit, counter, tablet, draft of a survey.
    foreign: [String; 4],
    passwords: BTreeMap<&'static str, String>,
}

const USERS: [(&str, Role); 4] = [
    ("chi-he-thong", Role::System),
    ("anh-lanh-dao", Role::Leader),
    ("chi-can-bo", Role::Clerk),
    ("anh-thanh-tra", Role::Inspector),
];

impl World {
    async fn new() -> Self {
        let district = District::new();
        let counter = commune(&district.store, "Xã Khác", 1)[0];
        let other = district.tablet_at(8, counter, MORNING - 2 * HOUR);
        let _own = district.tablet(7);
        let nodes = district.store.read(places::nodes).unwrap();
        let own = nodes[0].id;
        let until = Some(LocalDay::of(MORNING + 30 * DAY).start());
        let passwords = USERS.map(|(name, role)| {
            let access = Access {
                role,
                node: (role != Role::System).then_some(own),
                until: (role == Role::Inspector).then_some(until).flatten(),
            };
            (name, auth::add_user(&district.store, name, access, MORNING).unwrap())
        });
        let elsewhere = Access {
            role: Role::Clerk,
            node: Some(nodes[1].id),
            until: None,
        };
        auth::add_user(&district.store, "nguoi-xa-khac", elsewhere, MORNING).unwrap();
        let elsewhere = Some(nodes[1].id);
        let draft = district.store.write(move |tx| {
            let asked = publications::of_district(tx.conn(), LocalDay::of(MORNING))?;
            tx.make_draft(asked, elsewhere, MORNING)
        });
        let foreign = [
            nodes[1].id.to_string(),
            counter.to_string(),
            other.key.id().to_string(),
            draft.unwrap().to_string(),
        ];
        let site = Site::serve(&district).await;
        Self {
            district,
            site,
            own,
            foreign,
            passwords: passwords.into(),
        }
    }

    async fn enter(&self, user: &str) {
        let answer = self.site.sign_in(user, &self.passwords[user]).await;
        assert_eq!(answer.headers()["location"], "/admin/", "{user}");
    }

    /// Every address behind the gate: method and path with its parameters filled in from the own commune.
    fn routes(&self) -> Vec<(String, String, String)> {
        let pages = admin::Admin::new(self.district.store.clone(), Clock::simulated(|| MORNING), false);
        let counter = self.district.counters[0].to_string();
        let routes = admin::routes(&pages).into_iter().map(|route| {
            let filled = route
                .path
                .replace("{node}", &self.own.to_string())
                .replace("{counter}", &counter)
                .replace("{no}", "1");
            assert!(!filled.contains('{'), "say what stands for the parameter of {filled}");
            (route.method.to_string(), route.path.to_owned(), filled)
        });
        routes.collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_answers_every_role_as_the_table_says() {
    let world = World::new().await;
    let (table, routes) = (table(), world.routes());
    let known: Vec<_> = routes
        .iter()
        .map(|(method, path, _)| (method.clone(), path.clone()))
        .collect();
    for row in table.keys() {
        assert!(known.contains(row), "{row:?} is in the table, but not in the router");
    }
    for (place, (user, role)) in USERS.into_iter().enumerate() {
        world.enter(user).await;
        for (method, path, filled) in &routes {
            let key = (method.clone(), path.clone());
            let expected = table.get(&key).unwrap_or_else(|| panic!("{key:?} is not in the table"))[place];
            let answer = match method.as_str() {
                "GET" => world.site.get(filled).await,
                _ => world.site.submit(filled, &[]).await,
            };
            let status = answer.status().as_u16();
            assert_eq!(status != 403, expected, "{role:?} {method} {path}: {status}");
            let to_the_door = answer
                .headers()
                .get("location")
                .is_some_and(|to| to == "/admin/sign-in");
            assert!(!to_the_door || path == "/admin/sign-out", "{role:?} {method} {path}");
            if path == "/admin/sign-out" {
                world.enter(user).await;
            }
        }
    }
    world.site.stop().await;
}

/// All that an officer has: their own page, and their own password.
const OFFICER: [&str; 7] = [
    "GET /admin/mine",
    "POST /admin/mine/explain",
    "GET /admin/manage",
    "GET /admin/account",
    "POST /admin/account",
    "POST /admin/account/elsewhere",
    "POST /admin/sign-out",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_has_their_own_page_and_nothing_else() {
    let world = World::new().await;
    let access = Access {
        role: Role::Officer,
        node: Some(world.own),
        until: None,
    };
    let password = auth::add_user(&world.district.store, "co-lan", access, MORNING).unwrap();
    let enter = async || {
        let answer = world.site.sign_in("co-lan", &password).await;
        assert_eq!(answer.headers()["location"], "/admin/mine");
    };
    enter().await;
    for (method, path, filled) in world.routes() {
        let answer = match method.as_str() {
            "GET" => world.site.get(&filled).await,
            _ => world.site.post_own("/admin/mine", &filled, &[]).await,
        };
        let expected = OFFICER.contains(&format!("{method} {path}").as_str());
        assert_eq!(answer.status() != 403, expected, "{method} {path}: {}", answer.status());
        if path == "/admin/sign-out" {
            enter().await;
        }
    }
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_signing_in_there_is_only_the_door() {
    let world = World::new().await;
    for (method, path, filled) in world.routes() {
        let answer = match method.as_str() {
            "GET" => world.site.get(&filled).await,
            _ => world.site.post(&filled, &[("csrf", "00")]).await,
        };
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
            (303, "/admin/sign-in"),
            "{method} {path}"
        );
    }
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_another_commune_looks_like_what_does_not_exist() {
    let world = World::new().await;
    let missing = uuid::Uuid::from_u128(7).to_string();
    let before = verify(world.district.store.dir()).unwrap().entries;
    let mut signed_in = 0;
    for (place, (user, _)) in USERS.into_iter().enumerate().skip(1) {
        world.enter(user).await;
        signed_in += 1;
        let csrf = world.site.csrf().await;
        for ((method, path), cells) in table() {
            // A ballot file names no place: its bundles are signed by their devices, whoever carries them.
            if !cells[place] || path == "/admin/sign-out" || path == "/admin/ballot-file/take" {
                continue;
            }
            for name in ["node", "counter", "device", "parent", "draft", "x"] {
                let ask = async |id: &str| {
                    let answer = match method.as_str() {
                        "GET" => world.site.get(&format!("{path}?{name}={id}")).await,
                        // A file travels in another sort of form.
                        _ if path == "/admin/import/try" => {
                            let fields = [("csrf", csrf.as_str()), (name, id), ("kind", "nodes")];
                            world.site.upload(&path, &fields, "Tên\nXã Giả\n".as_bytes()).await
                        }
                        _ => {
                            let fields = [("csrf", csrf.as_str()), (name, id), ("name", "Thử"), ("role", "clerk")];
                            world.site.post(&path, &fields).await
                        }
                    };
                    (answer.status().as_u16(), answer.text().await.unwrap())
                };
                let nothing = ask(&missing).await;
                assert_eq!(nothing.0, 404, "{user} {method} {path} {name}");
                for id in &world.foreign {
                    assert_eq!(ask(id).await, nothing, "{user} {method} {path} {name}");
                    // Another spelling is no way round.
                    assert_eq!(ask(&id.replace('-', "").to_uppercase()).await, nothing, "{user} {path}");
                    let first = format!("%{:02x}{}", id.as_bytes()[0], &id[1..]);
                    if method == "GET" {
                        assert_eq!(ask(&first).await, nothing, "{user} {path} {first}");
                    }
                }
            }
        }
    }
    let after = verify(world.district.store.dir()).unwrap().entries;
    // Who signs in is signed out as who they were before.
    assert_eq!(after, before + 2 * signed_in - 1, "nothing was done but signing in");
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_the_name_of_another_commune() {
    let world = World::new().await;
    for (place, (user, role)) in USERS.into_iter().enumerate() {
        world.enter(user).await;
        let mut named = false;
        for ((method, path), cells) in table() {
            if method == "GET" && cells[place] && !path.ends_with("/file") {
                let page = world.site.get(&path).await.text().await.unwrap();
                named |= page.contains("Xã Khác") || page.contains("nguoi-xa-khac");
                assert!(!named || role == Role::System, "{user} {path}");
            }
        }
        let csv = world.site.get("/admin/export/file?when=all&format=csv").await;
        assert_eq!(
            csv.headers()["location"],
            "/admin/export?none=true",
            "there are no ballots here"
        );
        assert_eq!(named, role == Role::System);
    }
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_makes_clerks_of_their_unit_and_below_and_nobody_above() {
    let world = World::new().await;
    let own = world.own.to_string();
    world.enter("anh-lanh-dao").await;
    let add = async |user: &str, role: &str, node: &str| {
        let fields = [("user", user), ("role", role), ("node", node), ("until", "2026-12-31")];
        world.site.submit("/admin/users/add", &fields).await
    };
    assert_eq!(add("a", "system", "").await.status(), 422);
    assert_eq!(
        add("b", "leader", &own).await.status(),
        422,
        "two leaders would lock each other out"
    );
    assert_eq!(add("c", "inspector", &own).await.status(), 422);
    assert_eq!(add("d", "clerk", "").await.status(), 422);
    let page = add("Chi-Moi", "clerk", &own).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    let password = page
        .split_once("class=\"sheet-code\">")
        .unwrap()
        .1
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    // People above, beside, elsewhere and nowhere can't be changed, and look the same.
    let disable = async |user: &str| {
        let answer = world.site.submit("/admin/users/disable", &[("user", user)]).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let nobody = disable("khong-co-ai").await;
    assert_eq!(nobody.0, 404);
    for user in ["chi-he-thong", "anh-lanh-dao", "anh-thanh-tra", "nguoi-xa-khac"] {
        assert_eq!(disable(user).await, nobody, "{user}");
    }
    // Whoever gets a made password can do nothing but choose another.
    world.site.sign_in("chi-moi", &password).await;
    let answer = world.site.get("/admin/").await;
    assert_eq!(answer.headers()["location"], "/admin/account");
    let csrf = world.site.csrf_of("/admin/account").await;
    let choose = async |old: &str, new: &str, again: &str| {
        let fields = [("csrf", csrf.as_str()), ("old", old), ("new", new), ("again", again)];
        world.site.post("/admin/account", &fields).await
    };
    assert_eq!(choose("sai", "mot cau de nho", "mot cau de nho").await.status(), 422);
    assert_eq!(choose(&password, "ngan", "ngan").await.status(), 422);
    assert_eq!(choose(&password, "mot cau de nho", "mot cau khac").await.status(), 422);
    assert_eq!(
        choose(&password, "mot cau de nho", "mot cau de nho").await.status(),
        303
    );
    assert_eq!(world.site.get("/admin/").await.status(), 200);
    let entries = world
        .district
        .store
        .read(|conn| log::page(conn, i64::MAX, 100))
        .unwrap();
    let added = entries
        .iter()
        .find(|entry| entry.body.contains("\"added\"") && entry.body.contains("chi-moi"));
    assert!(
        added.unwrap().body.contains("\"by\":\"anh-lanh-dao\""),
        "the log says who did it"
    );
    assert_eq!(verify(world.district.store.dir()).unwrap().broken, []);
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspector_is_out_when_the_last_day_is_over() {
    let world = World::new().await;
    world.enter("anh-thanh-tra").await;
    world.site.now.store(
        LocalDay::of(MORNING + 30 * DAY).start() - 1,
        std::sync::atomic::Ordering::Relaxed,
    );
    world.enter("anh-thanh-tra").await;
    assert_eq!(world.site.get("/admin/").await.status(), 200);
    world.site.wait(1);
    assert_eq!(world.site.get("/admin/").await.headers()["location"], "/admin/sign-in");
    let password = &world.passwords["anh-thanh-tra"];
    assert_eq!(world.site.sign_in("anh-thanh-tra", password).await.status(), 401);
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_role_ends_the_sessions_of_the_one_before() {
    let world = World::new().await;
    world.enter("anh-lanh-dao").await;
    let access = Access {
        role: Role::Clerk,
        node: Some(world.own),
        until: None,
    };
    let change = move |tx: &hailong::store::WriteTx<'_>| tx.set_access("anh-lanh-dao", &access, MORNING);
    world.district.store.write(change).unwrap();
    assert_eq!(world.site.get("/admin/").await.headers()["location"], "/admin/sign-in");
    world.enter("anh-lanh-dao").await;
    assert_eq!(world.site.get("/admin/users").await.status(), 403);
    world.site.stop().await;
}

#[test]
fn verify_finds_a_role_that_nobody_gave() {
    let cases = [
        "update user set role = 'system', node_no = null where name = 'lan'",
        "update user set node_no = 2 where name = 'lan'",
        "update user set until = 9999999999 where name = 'lan'",
        "update user set disabled = 1 where name = 'lan'",
        "delete from user where name = 'lan'",
        "update user set password = (select replace(password, 'a', 'b') from user where name = 'lan') where name = 'lan'",
        "insert into user (name, password, created) values ('ma', 'x', 0)",
    ];
    for sql in cases {
        let district = District::new();
        commune(&district.store, "Xã Khác", 1);
        let access = Access {
            role: Role::Clerk,
            node: Some(district.store.read(places::nodes).unwrap()[0].id),
            until: None,
        };
        auth::add_user(&district.store, "lan", access, MORNING).unwrap();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(hailong::store::FILE)).unwrap();
        conn.execute_batch(sql).unwrap();
        let broken = verify(district.store.dir()).unwrap().broken;
        assert_eq!(broken.first().map(|found| found.kind), Some("user"), "{sql}");
    }
}
