//! What a person takes out of the figures shows: an independent recount from the raw records, and everybody who tries to
//! make a rating go away by another door.

use crate::support::{DAY, District, HOUR, MORNING, site::Site, tablet::Tablet};
use hailong::{
    domain::{
        ballot::{Ended, Pace},
        hex::DeviceId,
        period::Period,
        role::Role,
        settings::{Hours, NodeSettings, Span},
        time::LocalDay,
    },
    server::{auth, export},
    store::{
        FILE, Refusal, StoreError,
        exclusions::{Flag, NewExclusion},
        figures::{self, Scope},
        flags::{self, Sign},
        log, places,
        state::State,
        users::Access,
        verify::verify,
        waiting::{self, Group},
    },
    table::Format,
    wire::canon,
};

/// The morning after the half month of [`MORNING`], when five are enough for a release.
const HALF_OVER: i64 = MORNING + 8 * DAY;

fn day(offset: i64) -> LocalDay {
    LocalDay(LocalDay::of(MORNING).0 + offset)
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Refusal {
    match result {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Levels of the released ballots of the folder, counted from bodies and records alone: no rollup, no function of ours.
/// `inside` is SQL over r (the record).
fn recount(district: &District, inside: &str) -> Vec<(i64, u64)> {
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    let sql = format!(
        "select json_extract(cast(b.bytes as text), '$.answers.hai_long') as level, count(*)
         from record r join body b on b.epoch_no = r.epoch_no and b.seq = r.seq join epoch e on e.no = r.epoch_no
         where r.kind = 1 and r.state = 1
           and exists (select 1 from release x where x.counter_no = r.counter_no and x.upto >= r.pos
             and r.day between x.from_day and x.to_day - 1)
           and {inside} group by 1 order by 1"
    );
    let mut rows = conn.prepare(&sql).unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn figure(district: &District, with: bool) -> Vec<(i64, u64)> {
    let read = |conn: &hailong::store::Reader| {
        let scope = Scope::of(conn, None)?;
        let tallies = if with {
            figures::tallies_with_excluded
        } else {
            figures::tallies
        };
        Ok(figures::pooled(&tallies(conn, &scope, Period::all())?).levels())
    };
    let levels = district.store.read(read).unwrap();
    (1..).zip(levels).filter(|(_, n)| *n > 0).collect()
}

/// Two counters over ten days with every level, a quick hour, and one late tablet.
fn lively() -> (District, DeviceId) {
    let district = District::new();
    let mut hours = [None; 7];
    hours[..5].fill(Some(Span { from: 450, to: 1020 }));
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let settings: NodeSettings = serde_json::from_value(serde_json::json!({"hours": Hours(hours)})).unwrap();
    let set = move |tx: &hailong::store::WriteTx<'_>| tx.set_settings(node, &settings, "lan", MORNING);
    district.store.write(set).unwrap();
    let (mut a, mut b) = (
        district.tablet_at(1, district.counters[0], MORNING - 20 * DAY),
        district.tablet_at(2, district.counters[1], MORNING - 20 * DAY),
    );
    for (tablet, salt) in [(&mut a, 0), (&mut b, 3)] {
        let mut epoch = tablet.epoch(1, None);
        for n in 0..120i64 {
            let mut ballot = tablet.ballot((n + salt) * 7 % 5 + 1, MORNING - 10 * DAY + n * 2 * HOUR);
            ballot.pace = if n % 10 < 6 && n > 60 { Pace::Burst } else { Pace::Calm };
            epoch.push(canon::line_of(&ballot));
        }
        // Sixty fives in one morning hour.
        for _ in 0..60 {
            let ballot = tablet.ballot(5, MORNING - 3 * DAY);
            epoch.push(canon::line_of(&ballot));
        }
        tablet.deliver(&district.store, &epoch, MORNING);
    }
    district.store.release_due(MORNING + DAY).unwrap();
    (district, b.key.id())
}

fn ask(first: i64, last: i64, flag: Option<Flag>) -> NewExclusion {
    NewExclusion {
        counter: None,
        device: None,
        first: day(first),
        last: day(last),
        flag,
        reason: "Máy để ở nhà, cán bộ tự bấm".into(),
    }
}

fn exclude(district: &District, new: NewExclusion) -> Result<i64, StoreError> {
    district
        .store
        .write(move |tx| tx.by("lan").exclude(&new, MORNING + 2 * DAY))
}

fn include(district: &District, no: i64) -> Result<(), StoreError> {
    district
        .store
        .write(move |tx| tx.by("minh").include(no, "Đã kiểm tra lại", MORNING + 3 * DAY))
}

#[test]
fn figures_with_exclusions_equal_a_recount_from_the_raw_records() {
    let (district, device) = lively();
    let everything = recount(&district, "true");
    assert_eq!(
        (figure(&district, false), figure(&district, true)),
        (everything.clone(), everything.clone())
    );
    let by_counter = NewExclusion {
        counter: Some(district.counters[0]),
        ..ask(-4, -2, None)
    };
    let by_device = NewExclusion {
        device: Some(device),
        ..ask(-6, -1, Some(Flag::Burst))
    };
    let overlapping = NewExclusion {
        counter: Some(district.counters[1]),
        ..ask(-3, -3, None)
    };
    let closed = NewExclusion {
        counter: Some(district.counters[1]),
        ..ask(-9, -1, Some(Flag::AfterHours))
    };
    let (from, to) = (day(-4).0, day(-2).0);
    let first = format!("(r.counter_no = 1 and r.day between {from} and {to})");
    let (from, to) = (day(-6).0, day(-1).0);
    let second = format!("(e.device_no = 2 and r.marks & 32 <> 0 and r.day between {from} and {to})");
    let third = format!("(r.counter_no = 2 and r.day = {})", day(-3).0);
    // Open 7:30 to 17:00, Monday to Friday: hour 7 and hour 16 are partly open. 1970-01-01 was a Thursday.
    let (from, to) = (day(-9).0, day(-1).0);
    let fourth = format!(
        "(r.counter_no = 2 and r.day between {from} and {to} and ((r.day + 3) % 7 > 4 or r.hour < 7 or r.hour > 16))"
    );
    let mut numbers = Vec::new();
    let mut said: Vec<&String> = Vec::new();
    for (new, sql) in [
        (by_counter, &first),
        (by_device, &second),
        (overlapping, &third),
        (closed, &fourth),
    ] {
        numbers.push(exclude(&district, new).unwrap());
        said.push(sql);
        let left = said
            .iter()
            .map(|sql| format!("not {sql}"))
            .collect::<Vec<_>>()
            .join(" and ");
        assert_eq!(figure(&district, false), recount(&district, &left));
        assert_eq!(
            figure(&district, true),
            everything,
            "what is excluded can always be seen"
        );
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    }
    let sources = |district: &District| {
        let read = |conn: &hailong::store::Reader| figures::sources(conn, &Scope::of(conn, None)?, Period::all());
        district.store.read(read).unwrap()
    };
    let total: u64 = everything.iter().map(|(_, n)| n).sum();
    let counted: u64 = figure(&district, false).iter().map(|(_, n)| n).sum();
    assert_eq!(
        (sources(&district).counted, sources(&district).excluded),
        (counted, total - counted)
    );
    // The export has every ballot, with its mark.
    let request = export::Request {
        node: None,
        from: None,
        to: None,
        format: Format::Ndjson,
        evidence: None,
        what: export::What::default(),
        only: export::Only::default(),
    };
    let mut bytes = Vec::new();
    export::write(&district.store, &request, "test", MORNING, &mut bytes).unwrap();
    let rows = String::from_utf8(bytes).unwrap();
    let marked = rows.lines().filter(|row| row.contains("\"excluded\":\"có\"")).count() as u64;
    assert_eq!((rows.lines().count() as u64, marked), (total, total - counted));
    let nothing = "false".to_owned();
    // Undone in another order than made: what a standing one covers stays out.
    for place in [1, 0, 3, 2] {
        include(&district, numbers[place]).unwrap();
        said[place] = &nothing;
        let left = said
            .iter()
            .map(|sql| format!("not ({sql})"))
            .collect::<Vec<_>>()
            .join(" and ");
        assert_eq!(figure(&district, false), recount(&district, &left));
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    }
    assert_eq!(figure(&district, false), everything);
    assert_eq!(refused(include(&district, numbers[0])), Refusal::Undone);
}

#[test]
fn an_exclusion_is_of_whole_days_with_five_released_ballots_and_covers_nothing_later() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    let counter = |new| NewExclusion {
        counter: Some(district.counters[0]),
        ..new
    };
    let first = tablet.voted(1, None, 4, MORNING - 2 * DAY);
    tablet.deliver(&district.store, &first, MORNING);
    let two = tablet.voted(2, Some(first.tip(&tablet)), 4, MORNING - DAY);
    tablet.deliver(&district.store, &two, MORNING);
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -1, None)))),
        Refusal::FewBallots(0),
        "what waits for its release is not in a figure yet"
    );
    district.store.release_due(HALF_OVER).unwrap();
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -2, None)))),
        Refusal::FewBallots(4)
    );
    let mut silent = counter(ask(-2, -1, None));
    silent.reason = "vì".into();
    assert_eq!(refused(exclude(&district, silent)), Refusal::Reason);
    assert_eq!(refused(exclude(&district, counter(ask(-1, -2, None)))), Refusal::Days);
    assert_eq!(refused(exclude(&district, counter(ask(-400, 0, None)))), Refusal::Days);
    let no = exclude(&district, counter(ask(-2, -1, None))).unwrap();
    assert_eq!(figure(&district, false), []);
    // Late ballots of the same days count.
    let late = tablet.voted(3, Some(two.tip(&tablet)), 5, MORNING - DAY);
    tablet.deliver(&district.store, &late, HALF_OVER + DAY);
    district.store.release_due(HALF_OVER + 2 * DAY).unwrap();
    assert_eq!(figure(&district, false), [(4, 5)]);
    assert_eq!(figure(&district, true), [(4, 13)]);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    include(&district, no).unwrap();
    // One that differs by a few ballots would tell what these say.
    let more = tablet.voted(4, Some(late.tip(&tablet)), 6, MORNING - 3 * DAY);
    tablet.deliver(&district.store, &more, HALF_OVER + 3 * DAY);
    district.store.release_due(HALF_OVER + 4 * DAY).unwrap();
    exclude_at(&district, counter(ask(-3, -1, None)), 13).unwrap();
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}

fn exclude_at(district: &District, new: NewExclusion, days: i64) -> Result<i64, StoreError> {
    district
        .store
        .write(move |tx| tx.by("lan").exclude(&new, MORNING + days * DAY))
}

#[test]
fn two_exclusions_that_differ_by_one_citizen_are_refused() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    let five = tablet.voted(1, None, 5, MORNING - 2 * DAY);
    tablet.deliver(&district.store, &five, MORNING);
    let one = tablet.voted(2, Some(five.tip(&tablet)), 1, MORNING - DAY);
    tablet.deliver(&district.store, &one, MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let counter = |new| NewExclusion {
        counter: Some(district.counters[0]),
        ..new
    };
    let no = exclude(&district, counter(ask(-2, -2, None))).unwrap();
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -1, None)))),
        Refusal::FewBallots(1)
    );
    include(&district, no).unwrap();
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -1, None)))),
        Refusal::TooNear(no)
    );
    assert!(
        exclude(&district, counter(ask(-2, -2, None))).is_ok(),
        "the same one again tells nothing new"
    );
}

#[test]
fn an_exclusion_across_a_month_takes_no_single_ballot_out_of_either() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 60 * DAY);
    // 2026-11-23: twenty-three days ago it was October, nine days ago the 14th.
    let (mut epoch, days) = (tablet.epoch(1, None), [(-25, 4), (-23, 1), (-22, 6), (-9, 1), (-8, 6)]);
    for (offset, ballots) in days {
        for _ in 0..ballots {
            epoch.push(canon::line_of(&tablet.ballot(4, MORNING + offset * DAY)));
        }
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let counter = |new| NewExclusion {
        counter: Some(district.counters[0]),
        ..new
    };
    for (from, to, part) in [(-23, -22, -39), (-9, -8, -22)] {
        let few = Refusal::FewInPart {
            from: day(part),
            ballots: 1,
        };
        assert_eq!(refused(exclude(&district, counter(ask(from, to, None)))), few);
    }
    assert!(exclude(&district, counter(ask(-22, -8, None))).is_ok());
}

#[test]
fn what_retention_took_stays_excluded_and_can_not_be_moved_any_more() {
    let (district, _) = lively();
    let counter = NewExclusion {
        counter: Some(district.counters[0]),
        ..ask(-4, -2, None)
    };
    let no = exclude(&district, counter.clone()).unwrap();
    let before = figure(&district, false);
    let retained = district
        .store
        .write(|tx| tx.retain(day(-1), MORNING + 3 * DAY))
        .unwrap();
    assert!(retained > 100);
    assert_eq!(figure(&district, false), before);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    assert_eq!(refused(include(&district, no)), Refusal::Retained);
    let other = NewExclusion {
        counter: Some(district.counters[1]),
        ..counter
    };
    assert_eq!(refused(exclude(&district, other)), Refusal::Retained);
    assert_eq!(
        verify(district.store.dir()).unwrap().broken,
        [],
        "and nothing of it was written"
    );
}

#[test]
fn a_crowd_of_fives_is_flagged_in_a_sentence_and_stays_in_the_figure() {
    let (district, _) = lively();
    let period = Period::days(day(-10), day(0)).unwrap();
    let found = district
        .store
        .read(|conn| flags::flags(conn, &Scope::of(conn, None)?, period))
        .unwrap();
    let crowd = found
        .iter()
        .find(|flag| matches!(flag.sign, Sign::Burst { .. }))
        .unwrap();
    assert_eq!((crowd.sign, crowd.day), (Sign::Burst { hour: 9, ballots: 61 }, day(-3)));
    let quick: u64 = found
        .iter()
        .filter_map(|flag| match flag.sign {
            Sign::Pace { quick } => Some(quick),
            _ => None,
        })
        .sum();
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    let expected: u64 = conn
        .query_row(
            "select coalesce(sum(n), 0) from (select count(*) as n from record where marks & 32 group by counter_no, day)
             where n >= 5",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(quick, expected);
    assert!(expected > 0 && found.iter().any(|flag| matches!(flag.sign, Sign::AfterHours { .. })));
    assert_eq!(figure(&district, false), recount(&district, "true"));
}

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
        let csv = self
            .site
            .get("/admin/export/file?when=all&format=csv")
            .await
            .text()
            .await
            .unwrap();
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
    // Excluded and then kept out: counted in neither, and undone in both.
    let no = exclude_at(
        &h.district,
        NewExclusion {
            device: Some(id),
            ..ask(0, 0, None)
        },
        9,
    )
    .unwrap();
    assert_eq!((n(), settle(waits.group, false).unwrap()), (12, 6));
    assert_eq!(figure(&h.district, true).iter().map(|(_, n)| n).sum::<u64>(), 12);
    include(&h.district, no).unwrap();
    assert_eq!(n(), 12);
    assert_eq!(verify(h.district.store.dir()).unwrap().broken, []);
    h.enter("canbo").await;
    let page = h.site.page("/admin/waiting").await;
    assert!(page.contains("Từ máy đã thu hồi") && page.contains("Giữ ngoài") && page.contains("Dùng thử"));
    assert!(
        !page.contains("/admin/waiting/decide"),
        "a clerk is not offered what a clerk may not do"
    );
    h.site.stop().await;
}

/// No decision moves a ballot to another day today; where one does, the line under the figure and the figure agree on it.
#[test]
fn a_ballot_that_nobody_sent_is_left_out_by_the_day_it_counts_on() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 50 * DAY);
    let mut epoch = tablet.epoch(1, None);
    for at in [40, 40, 40, 40, 40, 3, 3, 3, 3, 3, 3] {
        let mut ballot = tablet.ballot(5, MORNING - at * DAY);
        ballot.ended = Ended::Silent;
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let all = NewExclusion {
        counter: Some(district.counters[0]),
        ..ask(-3, -3, None)
    };
    exclude(&district, all).unwrap();
    let silent = || {
        let read = |conn: &hailong::store::Reader| figures::sources(conn, &Scope::of(conn, None)?, Period::all());
        district.store.read(read).unwrap().silent
    };
    assert_eq!(silent(), 5);
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    crate::support::drop_triggers(&conn);
    let waited = "update record set state = 31 where kind = 1 and day < ?1";
    assert_eq!(conn.execute(waited, [day(-3).0]).unwrap(), 5);
    let decided = "insert into decision (epoch_no, seq, from_state, to_state, day, hour, who, pos)
        select epoch_no, seq, 31, 1, ?1, hour, 'lan', pos from record where state = 31";
    assert_eq!(conn.execute(decided, [day(-3).0]).unwrap(), 5);
    assert_eq!(silent(), 0);
}

#[test]
fn verify_finds_an_exclusion_that_nobody_decided() {
    let cases = [
        ("update exclusion set last_day = last_day + 1", "exclusion"),
        ("update exclusion set reason = 'Vì lý do khác'", "exclusion"),
        ("update exclusion set ballots = 5", "exclusion"),
        ("delete from exclusion", "exclusion"),
        ("delete from exclusion_end", "exclusion"),
        (
            "insert into exclusion select 9, counter_no, device_no, first_day, last_day, flag, hours, ballots, reason, 3
             from exclusion where no = 1",
            "exclusion",
        ),
        ("insert into exclusion_end values (1, 'Vì lý do khác', 4)", "exclusion"),
        ("update rollup set state = 11 where state = 1", "rollup"),
        ("update rollup set state = 1 where state = 11", "rollup"),
        ("delete from rollup where state = 11", "rollup"),
    ];
    for (sql, kind) in cases {
        let (district, device) = lively();
        let counter = NewExclusion {
            counter: Some(district.counters[0]),
            ..ask(-4, -2, None)
        };
        exclude(&district, counter).unwrap();
        let second = NewExclusion {
            device: Some(device),
            ..ask(-4, -2, None)
        };
        let second = exclude(&district, second).unwrap();
        include(&district, second).unwrap();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        if kind == "exclusion" && !sql.starts_with("insert") {
            assert!(conn.execute(sql, []).is_err(), "append-only: {sql}");
        }
        crate::support::drop_triggers(&conn);
        conn.execute("pragma foreign_keys = off", []).unwrap();
        let changed = conn.execute(sql, []).unwrap_or(0);
        assert!(changed > 0 || sql.starts_with("insert"), "{sql}");
        let broken = verify(district.store.dir()).unwrap().broken;
        assert!(broken.iter().any(|found| found.kind == kind), "{sql}: {broken:?}");
    }
}
