//! The writer thread: all or nothing, full disks, failures beside each other, what can never be changed.

use crate::hand::*;
use crate::support::{DAY, District, MORNING};
use hailong::store::{Store, StoreError};

#[test]
fn evidence_cannot_be_changed_or_deleted_and_bodies_only_by_retention() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 2, MORNING);
    let bytes = tablet.bundle(&epoch, MORNING);
    tablet.send(&d.store, &bytes, MORNING);
    for sql in [
        "update log set body = '{}'",
        "delete from log",
        "insert into log select pos + 2, kind, hour, body, leaf, head from log order by pos desc limit 1",
        "update record set state = 31",
        "delete from record",
        "update body set bytes = x'00'",
        "delete from body",
        "insert into retention_guard values (99999, 99999)",
    ] {
        let done = d.store.write(move |tx| {
            tx.conn()
                .execute(sql, [])
                .map_err(|e| StoreError::Invalid(e.to_string()))
        });
        assert!(matches!(done, Err(StoreError::Invalid(_))), "{sql}: {done:?}");
    }
    let before = hailong::domain::time::LocalDay::of(MORNING + DAY);
    assert_eq!(d.store.write(move |tx| tx.retain(before, MORNING + DAY)).unwrap(), 3);
    assert_eq!(one(&d.store, "select count(*) from record"), 3);
    assert_eq!(one(&d.store, "select count(*) from retention_guard"), 0);
}

#[test]
fn a_request_that_fails_leaves_nothing_and_does_not_hurt_its_neighbours() {
    let d = District::new();
    std::thread::scope(|scope| {
        for n in 0..40 {
            let store = d.store.clone();
            scope.spawn(move || {
                let result = store.write(move |tx| {
                    tx.put_meta(&format!("test.{n}"), b"x")?;
                    tx.log(hailong::store::log::Kind::View, MORNING, serde_json::json!({"n": n}))?;
                    if n % 2 == 0 {
                        Ok(())
                    } else {
                        Err(StoreError::Invalid("no".into()))
                    }
                });
                assert_eq!(result.is_ok(), n % 2 == 0);
            });
        }
    });
    assert_eq!(one(&d.store, "select count(*) from meta where name like 'test.%'"), 20);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'view'"), 20);
    assert_eq!(one(&d.store, "select max(pos) - count(*) from log"), 0, "no gaps");
}

#[test]
fn a_commit_that_fails_is_told_to_the_one_it_was_for_and_leaves_nothing() {
    let d = District::new();
    // A reference to nowhere, looked at only by the commit itself.
    let broken = d.store.write(|tx| {
        let conn = tx.conn();
        conn.pragma_update(None, "defer_foreign_keys", "on")?;
        conn.execute(
            "insert into counter (id, node_no, name, moment, valid_from) values (x'00', 999, 'Quầy ma', 'result', 0)",
            [],
        )?;
        Ok(())
    });
    assert!(matches!(broken, Err(StoreError::Busy(_))), "{broken:?}");
    assert_eq!(one(&d.store, "select count(*) from counter where name = 'Quầy ma'"), 0);
    d.store.write(|_| Ok(())).unwrap();
}

#[test]
fn a_second_program_may_write_beside_the_first_and_the_log_stays_one_chain() {
    let d = District::new();
    let second = Store::open(d.store.dir()).unwrap();
    std::thread::scope(|scope| {
        for store in [&d.store, &second] {
            scope.spawn(move || {
                for n in 0..20 {
                    store
                        .write(move |tx| tx.log(hailong::store::log::Kind::View, MORNING, serde_json::json!({"n": n})))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(one(&d.store, "select max(pos) - count(*) from log"), 0);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'view'"), 40);
}

#[test]
fn on_a_full_disk_nothing_is_half_written_and_what_fits_goes_on() {
    let d = District::new();
    let limit = |store: &Store, extra: i64| {
        store
            .write(move |tx| {
                let pages: i64 = tx.conn().query_row("pragma page_count", [], |row| row.get(0))?;
                tx.conn().pragma_update(None, "max_page_count", pages + extra)?;
                Ok(())
            })
            .unwrap();
    };
    limit(&d.store, 2);
    std::thread::scope(|scope| {
        for n in 0..16 {
            let store = d.store.clone();
            scope.spawn(move || {
                let size = if n % 2 == 0 { 10 } else { 1_000_000 };
                let result = store.write(move |tx| {
                    tx.log(hailong::store::log::Kind::View, MORNING, serde_json::json!({"n": n}))?;
                    tx.put_meta(&format!("test.{n}"), &vec![7; size])
                });
                assert_eq!(result.is_ok(), n % 2 == 0, "{n}: {result:?}");
            });
        }
    });
    assert_eq!(one(&d.store, "select count(*) from meta where name like 'test.%'"), 8);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'view'"), 8);
    assert_eq!(one(&d.store, "select max(pos) - count(*) from log"), 0);
    limit(&d.store, 1_000_000);
    d.store
        .write(|tx| tx.put_meta("test.more", &vec![7; 1_000_000]))
        .unwrap();
}

#[test]
fn a_request_that_panics_fails_alone() {
    let d = District::new();
    let result = d.store.write(|tx| {
        tx.put_meta("test.half", b"x")?;
        if tx.conn().is_autocommit() {
            Ok(())
        } else {
            panic!("a bug in a request")
        }
    });
    assert!(matches!(result, Err(StoreError::Busy(_))));
    assert_eq!(one(&d.store, "select count(*) from meta where name = 'test.half'"), 0);
    d.store.write(|tx| tx.put_meta("test.next", b"x")).unwrap();
}

#[tokio::test]
async fn when_too_much_waits_the_rest_is_told_to_come_back_and_what_waits_is_done() {
    let d = District::new();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (started, running) = std::sync::mpsc::channel::<()>();
    let slow = d.store.clone();
    let slow = std::thread::spawn(move || {
        slow.write(move |_| {
            let _ = started.send(());
            let _ = wait.recv();
            Ok(())
        })
    });
    running.recv().unwrap();
    let asked: Vec<_> = (0..600)
        .map(|n| {
            let store = d.store.clone();
            tokio::spawn(async move {
                store
                    .write_async(move |tx| tx.put_meta(&format!("test.{n}"), b"x"))
                    .await
            })
        })
        .collect();
    while asked.iter().filter(|task| task.is_finished()).count() < 88 {
        tokio::task::yield_now().await;
    }
    go.send(()).unwrap();
    let mut done = 0;
    for task in asked {
        match task.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert!(matches!(error, StoreError::Busy(_))),
        }
    }
    assert_eq!(done, 512);
    assert_eq!(one(&d.store, "select count(*) from meta where name like 'test.%'"), 512);
    slow.join().unwrap().unwrap();
}
