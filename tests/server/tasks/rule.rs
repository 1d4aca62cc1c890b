//! Which ratings make a task and which do not, the rule and its changes, closing.

use crate::support::{DAY, District, HOUR, MORNING, commune, site};
use crate::tasks::hand::*;
use hailong::{
    domain::{
        tasks::{Outcome, Rule},
        time::LocalDay,
    },
    store::{
        FILE, Refusal, Store, StoreError,
        figures::Scope,
        tasks::{self},
        verify::verify,
        waiting,
    },
    wire::canon,
};

#[test]
fn two_low_ratings_make_one_task_in_the_morning_and_a_third_waits_for_another() {
    let d = District::new();
    // Two counters of one reception point.
    site::cast(&d, 1, 0, &[(2, MORNING), (4, MORNING)], MORNING + HOUR);
    site::cast(&d, 2, 1, &[(1, MORNING)], MORNING + HOUR);
    assert_eq!(
        d.store.open_tasks(MORNING + 2 * HOUR).unwrap(),
        0,
        "not on the same day"
    );
    assert_eq!((look(&d, 1), look(&d, 1)), (1, 0));
    let [task] = &open(&d.store)[..] else { panic!() };
    assert_eq!((task.node, task.ballots, task.level), (node(&d), 2, 2));
    site::cast(&d, 3, 0, &[(1, MORNING + DAY)], MORNING + DAY + HOUR);
    let again = Store::open(d.store.dir()).unwrap();
    assert_eq!(again.open_tasks(MONDAY + 2 * DAY).unwrap(), 0, "one is left over");
    site::cast(&d, 4, 1, &[(2, MORNING + 2 * DAY)], MORNING + 2 * DAY + HOUR);
    assert_eq!(look(&d, 3), 1);
    assert_eq!(open(&d.store)[1].ballots, 2);
    sound(&d);
}

#[test]
fn late_ratings_of_a_day_that_has_its_task_make_one_of_their_own() {
    let d = District::new();
    site::cast(&d, 1, 0, &[(2, MORNING), (1, MORNING)], MORNING + HOUR);
    assert_eq!(look(&d, 1), 1);
    // Of the same counter and day, from a tablet that was offline.
    site::cast(&d, 2, 0, &[(1, MORNING), (1, MORNING)], MORNING + DAY + HOUR);
    assert_eq!(look(&d, 2), 1);
    let held: Vec<_> = open(&d.store).iter().map(|task| task.ballots).collect();
    assert_eq!(held, [2, 2], "no rating is in two tasks");
    sound(&d);
}

#[test]
fn two_looks_at_once_make_one_task() {
    let d = District::new();
    site::cast(&d, 1, 0, &[(2, MORNING), (1, MORNING)], MORNING + HOUR);
    let (barrier, dir) = (std::sync::Barrier::new(4), d.store.dir());
    let opened: u64 = std::thread::scope(|scope| {
        let look = || {
            let store = Store::open(dir).unwrap();
            barrier.wait();
            store.open_tasks(MONDAY + DAY).unwrap()
        };
        let looks: Vec<_> = (0..4).map(|_| scope.spawn(look)).collect();
        looks.into_iter().map(|look| look.join().unwrap()).sum()
    });
    assert_eq!((opened, open(&d.store).len()), (1, 1));
}

#[test]
fn reception_points_do_not_add_up() {
    let d = District::new();
    let elsewhere = commune(&d.store, "Xã Khác", 1)[0];
    let d = District {
        counters: vec![d.counters[0], elsewhere],
        ..d
    };
    site::cast(&d, 1, 0, &[(1, MORNING)], MORNING + HOUR);
    site::cast(&d, 2, 1, &[(1, MORNING)], MORNING + HOUR);
    assert_eq!(look(&d, 1), 0);
}

#[test]
fn what_came_late_is_news_and_what_is_older_than_two_months_is_not() {
    let d = District::since(MORNING - 90 * DAY);
    site::cast(&d, 1, 0, &[(1, MORNING - 80 * DAY), (1, MORNING - 80 * DAY)], MORNING);
    assert_eq!(look(&d, 1), 0);
    site::cast(
        &d,
        2,
        0,
        &[(1, MORNING - 20 * DAY), (1, MORNING - 20 * DAY)],
        MORNING + DAY,
    );
    assert_eq!(look(&d, 2), 1);
    assert!(open(&d.store)[0].late);
    // The window is full only with one that was stored long before: the late one fires it.
    site::cast(&d, 3, 0, &[(2, MORNING + 2 * DAY)], MORNING + 2 * DAY + HOUR);
    assert_eq!(look(&d, 3), 0);
    site::cast(&d, 4, 0, &[(2, MORNING + 2 * DAY)], MORNING + 9 * DAY);
    assert_eq!(look(&d, 10), 1);
    sound(&d);
}

#[test]
fn practice_undated_and_quarantined_ratings_open_none_until_a_person_counts_them() {
    let d = District::new();
    let (mut practice, mut undated, mut revoked) = (d.tablet(1), d.tablet(2), d.tablet(3));
    let mut epoch = practice.epoch(1, None);
    for _ in 0..3 {
        let mut ballot = practice.ballot(1, MORNING);
        ballot.practice = true;
        epoch.push(canon::line_of(&ballot));
    }
    practice.deliver(&d.store, &epoch, MORNING);
    // Its clock jumped: nobody knows the day.
    let mut epoch = undated.epoch(1, None);
    (0..3).for_each(|_| epoch.push(canon::line_of(&undated.ballot(1, MORNING - 10 * DAY))));
    undated.step = 1;
    undated.deliver(&d.store, &epoch, MORNING);
    let id = revoked.key.id();
    d.store.write(move |tx| tx.revoke(id, MORNING)).unwrap();
    let mut epoch = revoked.epoch(1, None);
    (0..3).for_each(|_| epoch.push(canon::line_of(&revoked.ballot(1, MORNING))));
    revoked.deliver(&d.store, &epoch, MORNING);
    assert_eq!(look(&d, 1), 0);
    let groups = d.store.read(waiting::all).unwrap();
    let group = groups
        .into_iter()
        .map(|standing| standing.group)
        .find(waiting::Group::decidable)
        .unwrap();
    d.store
        .write(move |tx| {
            tx.by("lan")
                .settle(&group, true, "máy còn tốt, thu hồi nhầm", MORNING + DAY)
        })
        .unwrap();
    assert_eq!(look(&d, 2), 1, "counted by a person: the next morning");
    assert_eq!(open(&d.store)[0].ballots, 3);
    sound(&d);
}

#[test]
fn ratings_that_were_kept_out_again_hide_no_later_ones_of_their_day() {
    let d = District::new();
    let mut revoked = d.tablet(1);
    let id = revoked.key.id();
    d.store.write(move |tx| tx.revoke(id, MORNING)).unwrap();
    let mut epoch = revoked.epoch(1, None);
    (0..2).for_each(|_| epoch.push(canon::line_of(&revoked.ballot(1, MORNING))));
    revoked.deliver(&d.store, &epoch, MORNING);
    let group = d.store.read(waiting::all).unwrap()[0].group;
    let settle = |count, now| {
        let settled = d
            .store
            .write(move |tx| tx.by("lan").settle(&group, count, "xem lại máy", now));
        assert_eq!(settled.unwrap(), 2);
    };
    settle(true, MORNING + HOUR);
    assert_eq!(look(&d, 1), 1);
    settle(false, MORNING + DAY);
    // Two more of the same counter and day, from a tablet that was offline.
    let mut other = d.tablet(2);
    let mut epoch = other.epoch(1, None);
    (0..2).for_each(|_| epoch.push(canon::line_of(&other.ballot(2, MORNING))));
    other.deliver(&d.store, &epoch, MORNING + DAY + HOUR);
    assert_eq!(look(&d, 2), 1);
    sound(&d);
}

#[test]
fn a_new_rule_is_for_what_comes_after_it_and_the_old_one_for_what_came_before() {
    let d = District::new();
    let wide = Rule::new(3, 2, 5).unwrap();
    site::cast(&d, 1, 0, &[(3, MORNING), (3, MORNING)], MORNING + HOUR);
    rule(&d, Some(wide), MORNING + 2 * HOUR);
    assert_eq!(look(&d, 1), 0, "the rule does not reach back");
    // One more, and the older ones help to fill its window.
    site::cast(&d, 2, 0, &[(3, MORNING + DAY)], MORNING + DAY + HOUR);
    assert_eq!(look(&d, 2), 1);
    assert_eq!((open(&d.store)[0].ballots, open(&d.store)[0].level), (3, 3));
    // Two that the rule of their day calls low, and a stricter rule on the same evening: they are news all the same.
    site::cast(
        &d,
        3,
        0,
        &[(3, MORNING + 2 * DAY), (3, MORNING + 2 * DAY)],
        MORNING + 2 * DAY + HOUR,
    );
    rule(&d, Rule::new(1, 5, 5).ok(), MORNING + 2 * DAY + 2 * HOUR);
    assert_eq!(look(&d, 3), 1);
    // From then on the strict rule holds; without one of its own the unit follows the default again.
    site::cast(
        &d,
        4,
        0,
        &[(2, MORNING + 3 * DAY), (2, MORNING + 3 * DAY)],
        MORNING + 3 * DAY + HOUR,
    );
    assert_eq!(look(&d, 4), 0);
    rule(&d, None, MORNING + 4 * DAY);
    assert_eq!(look(&d, 5), 0, "nor does the default reach back");
    site::cast(&d, 5, 0, &[(2, MORNING + 5 * DAY)], MORNING + 5 * DAY + HOUR);
    assert_eq!(look(&d, 6), 1);
    assert_eq!(open(&d.store)[2].ballots, 3);
    sound(&d);
}

#[test]
fn a_folder_that_is_older_than_tasks_has_no_news_of_last_year() {
    let d = District::new();
    site::cast(&d, 1, 0, &[(1, MORNING), (1, MORNING)], MORNING + HOUR);
    // As the migration leaves a folder that had a log.
    let conn = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
    conn.execute_batch("update task_start set pos = (select max(pos) from log)")
        .unwrap();
    assert_eq!(look(&d, 1), 0);
    site::cast(&d, 2, 0, &[(2, MORNING + DAY)], MORNING + DAY + HOUR);
    assert_eq!(look(&d, 2), 1, "with the first new one");
    sound(&d);
    conn.execute_batch("update task_start set pos = pos + 1000").unwrap();
    let report = verify(d.store.dir()).unwrap();
    assert_eq!(report.broken[0].kind, "task", "nobody moves the beginning unseen");
}

#[test]
fn verify_holds_tasks_to_the_log() {
    let lived_in = || {
        let d = District::new();
        site::cast(&d, 1, 0, &[(1, MORNING), (2, MORNING), (5, MORNING)], MORNING + HOUR);
        look(&d, 1);
        d.store
            .write(|tx| {
                tx.by("lan")
                    .close_task(1, Outcome::Unverified, "Không rõ ai trực", MORNING + DAY)
            })
            .unwrap();
        d
    };
    sound(&lived_in());
    for sql in [
        "delete from task_entry; delete from task_ballot; delete from task",
        "delete from task_ballot where seq = 1",
        "update task_ballot set seq = 3 where seq = 1",
        "insert into task_ballot select epoch_no, 3, task_no from task_ballot limit 1",
        "insert into task_ballot select epoch_no, 99, 7 from task_ballot limit 1",
        "update task set ballots = 1",
        "update task set day = day - 30",
        "update task set reasons = '{}'",
        "update task_entry set outcome = 'encouraged'",
        "update task_entry set outcome = null",
        "update task_entry set words = 'Đã khen thưởng'",
        "update task_entry set who = 'minh'",
        "delete from task_entry",
        "insert into task_entry select 9, task_no, null, 'x', who, hour, pos + 90 from task_entry",
        "insert into task select 9, node_no, day, level, ballots, late, reasons, pos + 90 from task",
        "update task_start set pos = 500",
        "insert into task_open values (1)",
    ] {
        let d = lived_in();
        let conn = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
        crate::support::drop_triggers(&conn);
        conn.execute_batch(&format!("pragma foreign_keys = off; {sql}"))
            .unwrap();
        let report = verify(d.store.dir()).unwrap();
        assert!(
            report.broken.iter().any(|found| found.kind == "task"),
            "{sql}: {:?}",
            report.broken
        );
    }
}

#[test]
fn the_database_itself_refuses_to_change_a_task() {
    let d = District::new();
    site::cast(&d, 1, 0, &[(1, MORNING), (2, MORNING)], MORNING + HOUR);
    look(&d, 1);
    d.store
        .write(|tx| tx.close_task(1, Outcome::Reminded, "", MORNING + DAY))
        .unwrap();
    let conn = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
    for table in ["task", "task_ballot", "task_entry"] {
        assert!(conn.execute_batch(&format!("delete from {table}")).is_err(), "{table}");
        let column = if table == "task" { "day" } else { "task_no" };
        assert!(
            conn.execute_batch(&format!("update {table} set {column} = 5")).is_err(),
            "{table}"
        );
    }
}

#[test]
fn a_task_is_closed_once_opened_again_with_a_reason_and_both_stay() {
    let d = District::new();
    site::cast(&d, 1, 0, &[(1, MORNING), (2, MORNING)], MORNING + HOUR);
    look(&d, 1);
    let close =
        |outcome, words: &'static str, now| d.store.write(move |tx| tx.by("lan").close_task(1, outcome, words, now));
    let reopen = |words: &'static str, now| d.store.write(move |tx| tx.by("minh").reopen_task(1, words, now));
    let refused = |result: Result<i64, StoreError>| match result {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let now = MORNING + DAY;
    assert_eq!(refused(reopen("nhầm lẫn", now)), Refusal::TaskOpen);
    assert_eq!(refused(close(Outcome::Unverified, " ", now)), Refusal::Reason);
    close(Outcome::Encouraged, "", now).unwrap();
    assert_eq!(refused(close(Outcome::Reminded, "", now)), Refusal::TaskClosed);
    assert_eq!(refused(reopen("", now)), Refusal::Reason);
    reopen("Có thêm   thông tin,\nsố 0912.345.678", now + DAY).unwrap();
    close(Outcome::Reminded, "Đã nhắc nhở", now + 2 * DAY).unwrap();
    let task = d.store.read(|conn| tasks::by_no(conn, 1)).unwrap();
    let did: Vec<_> = task
        .entries
        .iter()
        .map(|entry| (entry.outcome, entry.words.as_str(), entry.who.as_str()))
        .collect();
    assert_eq!(
        did,
        [
            (Some(Outcome::Encouraged), "", "lan"),
            (None, "Có thêm thông tin, số [đã ẩn]", "minh"),
            (Some(Outcome::Reminded), "Đã nhắc nhở", "lan"),
        ]
    );
    assert_eq!(
        task.clone()
            .as_of(task.entries[0].pos)
            .unwrap()
            .closed()
            .unwrap()
            .outcome,
        Some(Outcome::Encouraged)
    );
    assert!(task.clone().as_of(task.entries[1].pos).unwrap().closed().is_none());
    assert!(task.clone().as_of(task.pos - 1).is_none());
    assert!(matches!(
        d.store.write(|tx| tx.close_task(2, Outcome::Reminded, "", MORNING)),
        Err(StoreError::NotFound(_))
    ));
    sound(&d);
}

#[test]
fn a_demo_folder_shows_a_visitor_at_once() {
    let d = District::demo();
    site::cast(&d, 1, 0, &[(1, MORNING)], MORNING);
    assert_eq!(d.store.open_tasks(MORNING).unwrap(), 0);
    site::cast(&d, 2, 0, &[(1, MORNING)], MORNING);
    assert_eq!(d.store.open_tasks(MORNING + 60).unwrap(), 1);
    assert_eq!(d.store.open_tasks(MORNING + 120).unwrap(), 0);
}

#[test]
fn the_preview_counts_released_ratings_with_the_code_that_opens_tasks() {
    let d = District::since(MORNING - 60 * DAY);
    // Three Mondays, each with two low ratings among good ones.
    for week in (1..=3).rev() {
        let at = MORNING - week * 7 * DAY;
        let ballots: Vec<_> = [2, 1, 5, 5, 4, 5, 5, 5, 5, 5].map(|level| (level, at)).to_vec();
        let seed = u8::try_from(week).unwrap();
        site::cast(&d, seed, 0, &ballots, at + HOUR);
        d.store.release_due(at + DAY).unwrap();
        let opened = d.store.open_tasks(at + DAY).unwrap();
        assert_eq!(opened, 1, "what fires really");
    }
    let today = LocalDay::of(MORNING);
    let would = |rule: Rule| {
        d.store
            .read(|conn| tasks::preview(conn, &Scope::of(conn, None)?, rule, today))
            .unwrap()
    };
    assert_eq!(would(Rule::default()), 3, "fires in the preview");
    let rules = [(1, 2, 5), (1, 2, 6), (2, 3, 5), (2, 3, 6), (3, 2, 1)];
    let fired = rules.map(|(level, count, days)| would(Rule::new(level, count, days).unwrap()));
    assert_eq!(fired, [0, 1, 0, 1, 3]);
    // What waits for its release is not in it: who tries rule after rule learns nothing of the last few citizens.
    site::cast(&d, 9, 0, &[(1, MORNING - DAY), (1, MORNING - DAY)], MORNING);
    assert_eq!(would(Rule::default()), 3);
}
