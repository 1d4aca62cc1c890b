//! The commands that do one thing and end.

use super::{Add, CommentsTo, Demo, What, print};
use anyhow::{Context, anyhow};
use hailong::{
    domain::{
        hex::DeviceId,
        ids::{CounterId, NodeId},
        time::rfc3339,
    },
    platform::unix_now,
    store::{
        CreateOptions, Store,
        codes::Length,
        devices,
        places::{self, NewCounter, NewNode, NodeKind},
        verify,
    },
};
use serde_json::json;
use std::{io::Write, path::Path, process::ExitCode};

pub(crate) fn init(dir: &Path, demo: Option<Demo>, json: bool) -> anyhow::Result<()> {
    let now = unix_now();
    let admin = |store: &Store| hailong::server::auth::create_first_admin(store, now);
    let (user, password) = match demo {
        Some(Demo::Full) => admin(&full_demo(dir)?)?,
        _ => admin(&Store::create(
            dir,
            CreateOptions {
                demo: demo.is_some(),
                now,
            },
        )?)?,
    };
    super::people::once(&user, &password, json)
}

/// A demo folder with a past: it was created when its history begins.
#[cfg(feature = "swarm")]
fn full_demo(dir: &Path) -> anyhow::Result<Store> {
    let span = super::demo::Span::until_yesterday();
    let store = Store::create(
        dir,
        CreateOptions {
            demo: true,
            now: span.start,
        },
    )?;
    super::demo::fill(&store, &span)?;
    Ok(store)
}

#[cfg(not(feature = "swarm"))]
fn full_demo(_: &Path) -> anyhow::Result<Store> {
    Err(anyhow!(
        "this build has no swarm to cast a demo's ballots; use --demo=empty, or build with feature `swarm`"
    ))
}

pub(crate) fn add(what: Add) -> anyhow::Result<()> {
    let now = unix_now();
    match what {
        Add::Node {
            data,
            name,
            parent,
            kind,
            contact,
        } => {
            let kind = kind.map(|kind| {
                NodeKind::parse(&kind).ok_or_else(|| anyhow!("--kind is province, commune or reception_point"))
            });
            let new = NewNode {
                name,
                parent: parent
                    .map(|id| id.parse().context("--parent is not an id"))
                    .transpose()?,
                kind: kind.transpose()?,
                contact,
            };
            line(Store::open(&data.dir)?.write(move |tx| tx.add_node(&new, now))?)?;
        }
        Add::Counter {
            data,
            name,
            parent,
            kind,
            field,
        } => {
            let moment = places::parse_moment(&kind);
            let moment = moment.ok_or_else(|| anyhow!("--kind is reception, returned or result"))?;
            let store = Store::open(&data.dir)?;
            let node = match parent {
                Some(id) => id.parse().context("--parent is not an id")?,
                None => only_node(&store)?,
            };
            let new = NewCounter {
                name,
                node,
                moment,
                field,
            };
            line(store.write(move |tx| tx.add_counter(&new, now))?)?;
        }
    }
    Ok(())
}

fn only_node(store: &Store) -> anyhow::Result<NodeId> {
    match store.read(places::nodes)?.as_slice() {
        [node] => Ok(node.id),
        [] => Err(anyhow!("add a unit first: `hailong-district add node`")),
        _ => Err(anyhow!("there is more than one unit: name it with --parent ID")),
    }
}

pub(crate) fn show(dir: &Path, what: What, json: bool) -> anyhow::Result<()> {
    let store = Store::open(dir)?;
    match what {
        What::Nodes => lines(json, &store.read(places::nodes)?, |node| {
            format!("{}  {}  {}", node.id, node.kind.name(), node.name)
        }),
        What::Counters => lines(json, &store.read(places::counters)?, |counter| {
            format!(
                "{}  {}  {}",
                counter.id,
                places::moment_name(counter.moment),
                counter.name
            )
        }),
        What::Devices => lines(json, &store.read(devices::all)?, |device| {
            let state = if device.revoked { "revoked" } else { "in use" };
            let seen = rfc3339(device.last_contact);
            format!("{}  {state}  {} ballots, last heard {seen}", device.id, device.ballots)
        }),
    }
}

fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    print::out(|out| Ok(writeln!(out, "{text}")?))
}

fn lines<T: serde::Serialize>(json: bool, items: &[T], text: impl Fn(&T) -> String) -> anyhow::Result<()> {
    print::out(|out| {
        for item in items {
            let line = if json { serde_json::to_string(item)? } else { text(item) };
            writeln!(out, "{line}")?;
        }
        Ok(())
    })
}

pub(crate) fn code(dir: &Path, counter: &str, url: &str, length: Length, json: bool) -> anyhow::Result<()> {
    let counter: CounterId = counter.parse().context("--counter is not an id")?;
    let made = Store::open(dir)?.make_code(counter, length, unix_now())?;
    let code = made.code.grouped();
    let link = format!("{}/tablet/#{code}", url.trim_end_matches('/'));
    let expires = rfc3339(made.expires);
    if json {
        line(json!({"code": code, "link": link, "expires": expires}))
    } else {
        line(format_args!("{code}\n{link}\nuntil {expires}"))
    }
}

pub(crate) fn revoke(dir: &Path, device: &str) -> anyhow::Result<()> {
    let device = DeviceId::parse(device).context("--device is not an id")?;
    Ok(Store::open(dir)?.revoke(device, unix_now())?)
}

pub(crate) fn comments(dir: &Path, to: CommentsTo, node: &str) -> anyhow::Result<()> {
    let node: NodeId = node.parse().context("--node is not an id")?;
    let asks = (to != CommentsTo::Above).then_some(to == CommentsTo::On);
    Ok(Store::open(dir)?.ask_comments(node, asks, "command line", unix_now())?)
}

pub(crate) fn verify(dir: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let report = match verify::verify(dir) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("hailong-district: could not verify: {error}");
            return Ok(ExitCode::from(2));
        }
    };
    print::out(|out| {
        if json {
            return Ok(writeln!(out, "{}", serde_json::to_string(&report)?)?);
        }
        let (entries, records, ballots) = (report.entries, report.records, report.ballots);
        writeln!(out, "{entries} log entries, {records} records, {ballots} ballots")?;
        for found in &report.broken {
            writeln!(out, "BROKEN {} {}: {}", found.kind, found.place, found.detail)?;
        }
        for found in &report.listed {
            writeln!(out, "listed {} {}: {}", found.kind, found.place, found.detail)?;
        }
        if report.more > 0 {
            writeln!(out, "and {} more", report.more)?;
        }
        let all = if report.broken.is_empty() {
            "all holds"
        } else {
            "BROKEN"
        };
        Ok(writeln!(out, "{all}")?)
    })?;
    Ok(ExitCode::from(report.exit_code()))
}
