//! A leader, a clerk, an inspector and an officer without an account try to make a bad rating disappear by every form
//! there is, also by those of tomorrow: the addresses come from the router. Whatever they send, the ballot is still held,
//! its bytes are the same, the count of what was received has not moved, its row is in the export; and where it left a
//! figure, every page under that figure says so, by whom and why.

use crate::support::{DAY, District, HOUR, MORNING, site::Site, tablet::Tablet};
use hailong::{
    domain::{period::Period, role::Role},
    server::{Clock, admin, auth},
    store::{FILE, figures, figures::Scope, places, users::Access, verify::verify},
};
use std::{collections::BTreeMap, sync::Mutex};

const REASON: &str = "Người dân bấm nhầm, đề nghị bỏ";

struct Office {
    district: District,
    site: Site,
    tablet: Tablet,
    /// First twelve digits of the leaf of the bad rating.
    row: String,
    root: (String, String),
    /// Sessions by user: a password takes long to check, on purpose.
    sessions: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
}

/// One bad rating among ten good ones, all released.
async fn office() -> Office {
    let district = District::since(MORNING - 60 * DAY);
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 50 * DAY);
    let mut epoch = tablet.epoch(1, None);
    for n in 0..11 {
        let level = if n == 5 { 1 } else { 5 };
        epoch.push(hailong::wire::canon::line_of(
            &tablet.ballot(level, MORNING - 20 * DAY + n * HOUR / 4),
        ));
    }
    let row = epoch.lines[6].leaf().to_string()[..12].to_owned();
    tablet.deliver(&district.store, &epoch, MORNING - 20 * DAY + 5 * HOUR);
    district.store.release_due(MORNING - 19 * DAY).unwrap();
    let site = Site::serve(&district).await;
    let root = (site.user.clone(), site.password.clone());
    let own = district.store.read(places::nodes).unwrap()[0].id;
    for (name, role) in [
        ("leader", Role::Leader),
        ("clerk", Role::Clerk),
        ("inspector", Role::Inspector),
    ] {
        let access = Access {
            role,
            node: Some(own),
            until: (role == Role::Inspector).then_some(MORNING + 30 * DAY),
        };
        let password = auth::add_user(&district.store, name, access, MORNING).unwrap();
        site.sign_in(name, &password).await;
        // A password of their own, or they could do nothing at all.
        let fields = [
            ("old", password.as_str()),
            ("new", "mot cau de nho"),
            ("again", "mot cau de nho"),
        ];
        site.post_own("/admin/account", "/admin/account", &fields).await;
    }
    Office {
        district,
        site,
        tablet,
        row,
        root,
        sessions: Mutex::default(),
    }
}

impl Office {
    /// Goes on as somebody, who signs in where no session of theirs is left.
    async fn enter(&self, user: &str, password: &str) {
        let kept = self.sessions.lock().unwrap().get(user).cloned();
        *self.site.cookies.lock().unwrap() = kept.clone().unwrap_or_default();
        if kept.is_some() && self.site.get("/admin/account").await.status() == 200 {
            return;
        }
        let answer = self.site.sign_in(user, password).await;
        assert_eq!(answer.headers()["location"], "/admin/", "{user}");
        let own = self.site.cookies.lock().unwrap().clone();
        self.sessions.lock().unwrap().insert(user.to_owned(), own);
    }

    fn forms(&self) -> Vec<&'static str> {
        let pages = admin::Admin::new(self.district.store.clone(), Clock::simulated(|| MORNING), false);
        let posts = admin::routes(&pages).into_iter().filter(|route| route.method == "POST");
        posts.map(|route| route.path).collect()
    }

    /// Everything a form of ours could ask for, aimed at the rating: unknown fields are passed over.
    fn aimed(&self) -> Vec<(&'static str, String)> {
        let node = self.district.store.read(places::nodes).unwrap()[0].id.to_string();
        let counter = self.district.counters[0].to_string();
        let device = self.tablet.key.id().to_string();
        let day = hailong::domain::time::LocalDay::of(MORNING - 20 * DAY);
        let date = day.date().to_string();
        let number = |n: i64| n.to_string();
        vec![
            ("node", node),
            ("over", format!("counter {counter}")),
            ("counter", counter),
            ("device", device),
            ("at", number(1)),
            ("state", number(1)),
            ("day", number(day.0)),
            ("from", date.clone()),
            ("to", date.clone()),
            ("first", "2026-11-01".into()),
            ("last", "2026-11-30".into()),
            ("flag", String::new()),
            ("reason", REASON.into()),
            ("verdict", "keep_out".into()),
            ("no", number(1)),
            ("month", "2026-11".into()),
            ("name", "Tên khác".into()),
            ("moment", "result".into()),
            ("field", "Đất đai".into()),
            ("whose", "own".into()),
            ("kind", "statutory".into()),
            ("middle", "left_out".into()),
            ("transactions", number(3)),
            ("contact", "0204 3 123 456".into()),
            ("on", "on".into()),
            ("mark", "hidden".into()),
            ("role", "clerk".into()),
            ("user", "clerk".into()),
            ("pin", "135790".into()),
            ("code", "x".into()),
            ("key", "x".into()),
        ]
    }

    /// Leaf and bytes of everything that is held.
    fn held(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let conn = rusqlite::Connection::open(self.district.store.dir().join(FILE)).unwrap();
        let sql =
            "select r.leaf, b.bytes from record r join body b on b.epoch_no = r.epoch_no and b.seq = r.seq order by 1";
        let mut rows = conn.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn sources(&self) -> (figures::Sources, u64) {
        let read = |conn: &hailong::store::Reader| {
            let scope = Scope::of(conn, None)?;
            let n = figures::pooled(&figures::tallies(conn, &scope, Period::all())?).n();
            Ok((figures::sources(conn, &scope, Period::all())?, n))
        };
        self.district.store.read(read).unwrap()
    }

    /// What must be so after whatever somebody did; as somebody above sees it.
    async fn still_shows(&self, what: &str) {
        assert_eq!(self.held().len(), 12, "{what}");
        let (sources, n) = self.sources();
        assert_eq!(sources.received, 11, "{what}");
        assert_eq!(sources.counted + sources.excluded, 11, "{what}");
        assert_eq!(n + sources.excluded, 11, "{what}");
        self.enter(&self.root.0, &self.root.1).await;
        let csv = self.site.page("/admin/export/file?when=all&format=csv").await;
        let line = csv
            .lines()
            .find(|line| line.contains(&self.row))
            .unwrap_or_else(|| panic!("{what}: {csv}"));
        assert_eq!(csv.lines().count(), 12, "{what}");
        assert!(line.contains("Rất không hài lòng"), "{what}: {line}");
        if sources.excluded > 0 {
            let overview = self.site.page("/admin/?month=2026-11").await;
            assert!(
                overview.contains(&format!("<span class=\"some\">bị loại {}<", sources.excluded)),
                "{what}: {overview}"
            );
            assert!(overview.contains("Nếu tính cả phiếu bị loại"), "{what}");
            let decided = self.site.page("/admin/exclusions").await;
            assert!(decided.contains(REASON) && decided.contains("leader"), "{what}");
            assert!(line.split(';').nth(11) == Some("có"), "{what}: {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_makes_a_rating_disappear_without_it_showing() {
    let office = office().await;
    let before = office.held();
    let mut done = Vec::new();
    for who in ["officer", "clerk", "inspector", "leader"] {
        for path in office.forms() {
            office.site.cookies.lock().unwrap().clear();
            let mut fields = office.aimed();
            if who != "officer" {
                office.enter(who, "mot cau de nho").await;
                fields.insert(0, ("csrf", office.site.csrf().await));
            }
            // What would end the sessions of the next ones is tried on somebody else.
            if path.starts_with("/admin/users/") {
                fields.retain(|(name, _)| *name != "user");
                fields.push(("user", "quantri".into()));
            }
            // A tablet is taken out of use for one of four reasons.
            if path.starts_with("/admin/devices/") {
                fields.retain(|(name, _)| *name != "reason");
                fields.push(("reason", "broken".into()));
            }
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = match path {
                "/admin/import/try" | "/admin/ballot-file/take" => office.site.upload(path, &fields, b"{}\n").await,
                _ => office.site.post(path, &fields).await,
            };
            let status = answer.status().as_u16();
            assert!(status < 500, "{who} {path}: {status}");
            let door = answer
                .headers()
                .get("location")
                .is_some_and(|to| to == "/admin/sign-in");
            assert!(
                door == (who == "officer" || path == "/admin/sign-out"),
                "{who} {path}: {status}"
            );
            if (200..400).contains(&status) && !door {
                done.push((who, path));
            } else if who == "leader" {
                eprintln!("{path}: {status}");
            }
            office.still_shows(&format!("{who} {path}: {status}")).await;
        }
    }
    assert_eq!(office.held(), before, "not a byte has changed");
    // The strongest did come about, or this test would prove nothing.
    for (who, path) in [
        ("leader", "/admin/exclusions/add"),
        ("leader", "/admin/exclusions/undo"),
        ("leader", "/admin/places/hours"),
        ("leader", "/admin/devices/revoke"),
        ("clerk", "/admin/reports/volume"),
    ] {
        assert!(done.contains(&(who, path)), "{who} {path} did nothing: {done:?}");
    }
    assert!(!done.iter().any(|(who, _)| *who == "officer"), "{done:?}");
    assert!(office.sources().0.excluded == 0 || !done.contains(&("clerk", "/admin/exclusions/add")));
    assert_eq!(verify(office.district.store.dir()).unwrap().broken, []);
    office.site.stop().await;
}
