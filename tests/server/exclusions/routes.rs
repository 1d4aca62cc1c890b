//! Each role tries each way to make a rating go away.

use super::*;
use crate::support::{DAY, District, HOUR, MORNING, site::Site, tablet::Tablet};
use hailong::{
    domain::role::Role,
    server::auth,
    store::{
        Refusal,
        exclusions::NewExclusion,
        log, places,
        state::State,
        users::Access,
        verify::verify,
        waiting::{self, Group},
    },
    wire::canon,
};

/// A district in which each route has something to hide: ratings of 1, and people of every role.
struct Hiding {
    district: District,
    site: Site,
    tablet: Tablet,
    passwords: Vec<(&'static str, String)>,
}

async fn hiding() -> Hiding {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    let mut epoch = tablet.epoch(1, None);
    for level in [1, 1, 1, 5, 5, 5, 5, 5, 5, 5, 5, 5] {
        epoch.push(canon::line_of(&tablet.ballot(level, MORNING - 2 * DAY)));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(MORNING + DAY).unwrap();
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let passwords = [("lanhdao", Role::Leader), ("canbo", Role::Clerk)].map(|(name, role)| {
        let access = Access {
            role,
            node: Some(node),
            until: None,
        };
        (name, auth::add_user(&district.store, name, access, MORNING).unwrap())
    });
    let site = Site::serve(&district).await;
    Hiding {
        district,
        site,
        tablet,
        passwords: passwords.into(),
    }
}

impl Hiding {
    async fn enter(&self, user: &str) {
        let (_, password) = self.passwords.iter().find(|(name, _)| *name == user).unwrap();
        assert_eq!(self.site.sign_in(user, password).await.status(), 303);
    }

    /// Nothing is hidden if the three bad ratings are in the figure, or if the figure says beside itself that ballots
    /// were taken out and what it would be with them; and if `verify` has nothing to say in either case.
    async fn nothing_is_hidden(&self, why: &str) {
        let bad = |levels: Vec<(i64, u64)>| levels.iter().find(|(level, _)| *level == 1).map(|(_, n)| *n);
        assert_eq!(bad(figure(&self.district, true)), Some(3), "{why}");
        self.site.wait(DAY);
        self.enter("canbo").await;
        let page = self.site.page("/admin/?month=2026-11").await;
        if bad(figure(&self.district, false)) != Some(3) {
            assert!(
                page.contains("bị loại 12"),
                "{why}: the overview says how many are excluded"
            );
            assert!(page.contains("Nếu tính cả phiếu bị loại: "), "{why}");
            let list = self.site.page("/admin/exclusions").await;
            assert!(
                list.contains("lanhdao") && list.contains("Không vừa ý"),
                "{why}: by whom, and why"
            );
        }
        let csv = self.site.page("/admin/export/file?when=all&format=csv").await;
        assert_eq!(
            csv.matches("Rất không hài lòng").count(),
            3,
            "{why}: the export has them"
        );
        assert_eq!(verify(self.district.store.dir()).unwrap().broken, [], "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_can_not_make_a_rating_go_away() {
    let h = hiding().await;
    let page = h.site.get("/admin/exclusions").await;
    assert_eq!(page.headers()["location"], "/admin/sign-in", "no account, no page");
    // The tablet in hand: sends its ballots again, others under the same numbers, and a shorter past.
    let (mut tablet, now) = (h.tablet, MORNING + HOUR);
    let mut other = tablet.epoch(1, None);
    for _ in 0..12 {
        other.push(canon::line_of(&tablet.ballot(5, MORNING - 2 * DAY)));
    }
    tablet.deliver(&h.district.store, &other, now);
    let again = tablet.voted(2, None, 1, MORNING - 2 * DAY);
    tablet.deliver(&h.district.store, &again, now);
    let h = Hiding { tablet, ..h };
    h.nothing_is_hidden("a tablet that tells another story").await;
    let listed = verify(h.district.store.dir()).unwrap().listed;
    assert!(listed.iter().any(|found| found.kind == "conflict") && listed.iter().any(|found| found.kind == "fork"));
    h.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_can_not_make_a_rating_go_away() {
    let h = hiding().await;
    h.enter("canbo").await;
    let counter = h.district.counters[0].to_string();
    let over = format!("counter {counter}");
    let (device, day) = (h.tablet.key.id().to_string(), day(-2).date().to_string());
    let forms: [(&str, Vec<(&str, &str)>); 5] = [
        (
            "/admin/exclusions/add",
            vec![("over", &over), ("from", &day), ("to", &day), ("reason", "Không vừa ý")],
        ),
        ("/admin/devices/revoke", vec![("device", &device), ("reason", "lost")]),
        (
            "/admin/places/counter/close",
            vec![("counter", &counter), ("from", &day)],
        ),
        (
            "/admin/waiting/decide",
            vec![
                ("device", &device),
                ("at", "1"),
                ("state", "1"),
                ("day", "20779"),
                ("verdict", "keep_out"),
                ("reason", "Không vừa ý"),
            ],
        ),
        ("/admin/users/add", vec![("user", "ban"), ("role", "leader")]),
    ];
    for (path, fields) in forms {
        assert_eq!(h.site.submit(path, &fields).await.status(), 403, "{path}");
    }
    h.nothing_is_hidden("a clerk").await;
    h.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_can_exclude_but_not_without_its_showing() {
    let h = hiding().await;
    h.enter("lanhdao").await;
    let counter = h.district.counters[0].to_string();
    let over = format!("counter {counter}");
    let (device, first) = (h.tablet.key.id().to_string(), day(-2).date().to_string());
    let number = day(-2).0.to_string();
    // Counted ballots are no matter for a decision about single groups, in whatever state one says they are.
    for state in ["1", "11", "31", "32", "33", "4", "99", "x"] {
        let fields = [
            ("device", device.as_str()),
            ("at", "1"),
            ("state", state),
            ("day", &number),
            ("verdict", "keep_out"),
            ("reason", "Không vừa ý"),
        ];
        let status = h.site.submit("/admin/waiting/decide", &fields).await.status().as_u16();
        assert!([400, 422].contains(&status), "{state}: {status}");
    }
    h.nothing_is_hidden("a decision").await;
    h.enter("lanhdao").await;
    assert_eq!(
        h.site
            .submit("/admin/devices/revoke", &[("device", &device), ("reason", "lost")])
            .await
            .status(),
        303
    );
    h.nothing_is_hidden("a revoked tablet").await;
    h.enter("lanhdao").await;
    let closing = [("counter", counter.as_str()), ("from", &first)];
    h.site.submit("/admin/places/counter/close", &closing).await;
    h.nothing_is_hidden("a closed counter").await;
    h.enter("lanhdao").await;
    let fields = [
        ("over", over.as_str()),
        ("from", &first),
        ("to", &first),
        ("reason", "Không vừa ý"),
    ];
    assert_eq!(h.site.submit("/admin/exclusions/add", &fields).await.status(), 303);
    assert_eq!(figure(&h.district, false), [], "they are out");
    h.nothing_is_hidden("an exclusion").await;
    let entries = h.district.store.read(|conn| log::page(conn, i64::MAX, 50)).unwrap();
    let entry = entries.iter().find(|entry| entry.kind == "exclusion").unwrap();
    assert!(entry.body.contains("\"by\":\"lanhdao\"") && entry.body.contains("Không vừa ý"));
    h.enter("lanhdao").await;
    let undo = [("no", "1"), ("reason", "Cấp trên yêu cầu")];
    assert_eq!(h.site.submit("/admin/exclusions/undo", &undo).await.status(), 303);
    h.nothing_is_hidden("an exclusion that was undone").await;
    assert_eq!(figure(&h.district, false), recount(&h.district, "true"));
    h.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ballots_of_a_revoked_tablet_wait_for_a_decision_and_practice_never_counts() {
    let mut h = hiding().await;
    let id = h.tablet.key.id();
    h.district.store.revoke(id, MORNING).unwrap();
    let tablet = &mut h.tablet;
    let mut epoch = tablet.voted(3, None, 6, MORNING);
    for _ in 0..2 {
        let mut ballot = tablet.ballot(1, MORNING);
        ballot.practice = true;
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&h.district.store, &epoch, MORNING + HOUR);
    let groups = h.district.store.read(waiting::all).unwrap();
    let state = |state| {
        groups
            .iter()
            .find(|standing| standing.group.state == state)
            .copied()
            .unwrap()
    };
    let (waits, practice) = (state(State::QuarantinedRevoked), state(State::Practice));
    assert_eq!((waits.ballots, waits.undecided, practice.ballots), (6, 6, 2));
    let settle = |group: Group, count| {
        let work = move |tx: &hailong::store::WriteTx<'_>| {
            tx.by("lan")
                .settle(&group, count, "Máy vẫn đặt ở quầy", MORNING + 2 * HOUR)
        };
        h.district.store.write(work)
    };
    assert_eq!(refused(settle(practice.group, true)), Refusal::Undecidable);
    assert_eq!(settle(waits.group, false).unwrap(), 6, "kept out: somebody has looked");
    assert_eq!(refused(settle(waits.group, false)), Refusal::Undecidable);
    assert_eq!(settle(waits.group, true).unwrap(), 6);
    h.district.store.release_due(HALF_OVER).unwrap();
    let n = || figure(&h.district, false).iter().map(|(_, n)| n).sum::<u64>();
    assert_eq!(n(), 18);
    let stands = h.district.store.read(waiting::all).unwrap();
    let stands = stands.iter().find(|standing| standing.group == waits.group).unwrap();
    assert_eq!((stands.counted, stands.told), (6, 6), "nothing is left to decide");
    assert_eq!(
        refused(settle(waits.group, false)),
        Refusal::Told,
        "it is in the figure"
    );
    // What was counted so is excluded as any other, and counts again as any other.
    let no = exclude_at(
        &h.district,
        NewExclusion {
            device: Some(id),
            ..ask(0, 0, None)
        },
        9,
    )
    .unwrap();
    assert_eq!(n(), 12);
    assert_eq!(refused(settle(waits.group, false)), Refusal::Told);
    assert_eq!(figure(&h.district, true).iter().map(|(_, n)| n).sum::<u64>(), 18);
    include(&h.district, no).unwrap();
    assert_eq!(n(), 18);
    assert_eq!(verify(h.district.store.dir()).unwrap().broken, []);
    h.enter("lanhdao").await;
    let page = h.site.page("/admin/waiting").await;
    assert!(page.contains("Được tính, đã vào số liệu"));
    assert!(
        !page.contains("/admin/waiting/decide"),
        "nothing is offered that would be refused"
    );
    h.enter("canbo").await;
    let page = h.site.page("/admin/waiting").await;
    assert!(page.contains("Từ máy đã ngừng dùng") && page.contains("Được tính") && page.contains("Dùng thử"));
    assert!(
        !page.contains("/admin/waiting/decide"),
        "a clerk is not offered what a clerk may not do"
    );
    h.site.stop().await;
}
