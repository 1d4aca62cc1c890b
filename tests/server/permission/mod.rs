//! Who may do what, and where: every cell of role x unit x address, against a table that is written out here on its
//! own. An address that is not in the table fails the test.

mod people;
mod table;

use crate::support::{DAY, District, HOUR, MORNING, commune, site::Site};
use hailong::{
    domain::{ids::NodeId, role::Role, time::LocalDay},
    server::{
        Clock, admin,
        auth::{self, permission::Right},
    },
    store::{places, publications, users::Access, verify::verify},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use table::table;

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

/// The source of the pages.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: PathBuf| match path.is_dir() {
        true => sources(&path),
        false => std::fs::read_to_string(path).unwrap(),
    };
    entries.map(text).collect()
}

/// A right that opens nothing today is one that somebody has unseen when a page takes it tomorrow.
#[test]
fn every_right_opens_an_address_or_shows_something_on_a_page() {
    let district = District::new();
    let pages = admin::Admin::new(district.store.clone(), Clock::simulated(|| MORNING), false);
    let opened: Vec<Right> = admin::routes(&pages).into_iter().map(|route| route.right).collect();
    let pages = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/admin"));
    let shows = |right: &Right| pages.contains(&format!(".may(Right::{right:?})"));
    let unused: Vec<_> = Right::ALL
        .iter()
        .filter(|right| !opened.contains(right) && !shows(right))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
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
                        _ if ["/admin/import/try", "/admin/surveys/languages"].contains(&path.as_str()) => {
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
                }
                // Another spelling is no way round.
                let kind = ["node", "counter", "device", "draft"]
                    .iter()
                    .position(|kind| *kind == name);
                let id = &world.foreign[kind.unwrap_or_default()];
                assert_eq!(ask(&id.replace('-', "").to_uppercase()).await, nothing, "{user} {path}");
                if method == "GET" {
                    let first = format!("%{:02x}{}", id.as_bytes()[0], &id[1..]);
                    assert_eq!(ask(&first).await, nothing, "{user} {path} {first}");
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
