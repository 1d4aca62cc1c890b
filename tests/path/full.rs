//! A tablet whose disk is full: it thanks for nothing that it can't keep, goes on when there is room, and says it.

use crate::{operator::hear, rig::*};
use hailong::engine::message::{Block, Command, Event, State};
use hailong::engine::{Config, start_with};
use hailong::outbox::Durability;
use hailong::store::devices;
use hailong::swarm::Tablet;
use hailong::sync::Http;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::tempdir;
use test_shims::{Flush, MemoryDisk, mount, unmount};

/// Waits for what the district comes to know.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(60), wait).await;
    heard.unwrap_or_else(|_| panic!("the district never heard: {what}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_could_not_write_says_so_once_it_can_until_a_self_test_finds_nothing() {
    let (folder, home) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let district = District::create(folder.path(), false, &clock).await;
    let disk = MemoryDisk::new(1, Flush::Honest);
    mount(home.path(), &disk);
    let http = Http::new(&district.url()).unwrap();
    let mut tablet = Tablet::open(home.path(), http, Durability::Simulated, clock.now()).unwrap();
    tablet.enrol(&district.code(0), clock.now()).await.unwrap();
    let device = tablet.outbox.identity.device();
    drop(tablet);

    let (engine, mut events) = start_with(Config {
        dir: home.path().to_owned(),
        district: district.url(),
    });
    let ready = |event: &Event| matches!(event, Event::State(State::Ready(_))).then_some(());
    hear(&mut events, "ready", ready).await;
    disk.set_room(Some(disk.used()));
    engine.send(Command::VisitAbandoned);
    let blocked = |event: &Event| matches!(event, Event::State(State::Blocked(Block::Storage))).then_some(());
    hear(&mut events, "blocked", blocked).await;
    disk.set_room(None);
    hear(&mut events, "ready again", ready).await;

    // What the district knows of its self-test.
    let told = || {
        let device = district.store.read(|conn| devices::find(conn, device));
        let said = device.unwrap().unwrap().health.unwrap_or_default();
        said["health"]["self_test"]["failed"].clone()
    };
    until("it could not write", || told() == json!(["storage"])).await;

    // Somebody made room and tested it: that stands, also after the screen was dark.
    engine.send(Command::SelfTest { failed: Vec::new() });
    until("nothing is wrong any more", || told() == json!([])).await;
    engine.send(Command::Suspend);
    engine.send(Command::Resume);
    hear(&mut events, "ready once more", ready).await;
    until("something new", || told() != json!([])).await;
    assert_eq!(
        told(),
        Value::Null,
        "not tested since it was opened, and nothing failed"
    );
    drop((engine, events));
    district.stop().await;
    unmount(home.path());
}
