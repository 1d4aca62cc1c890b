//! The commands about users and about taking ballots out.

use super::{AccessArgs, TableFormat, User, print};
use anyhow::{Context, anyhow};
use chrono::NaiveDate;
use hailong::{
    domain::{
        role::Role,
        time::{LocalDay, rfc3339},
    },
    platform::unix_now,
    server::{auth, dossier, export},
    store::{Store, users},
    table::{Format, Separator},
};
use serde_json::json;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// What `export` was asked for.
pub(crate) struct ExportArgs {
    pub(crate) format: TableFormat,
    pub(crate) comma: bool,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) node: Option<String>,
    pub(crate) evidence: Option<String>,
    pub(crate) out: Option<PathBuf>,
}

pub(crate) fn user(what: User) -> anyhow::Result<()> {
    let now = unix_now();
    match what {
        User::Add {
            data,
            name,
            access,
            json,
        } => {
            let password = auth::add_user(
                &Store::open(&data.dir)?,
                &name,
                access_of(access, Some(Role::System))?,
                now,
            )?;
            once(&users::user_name(&name)?, &password, json)?;
        }
        User::Password { data, name, json } => {
            let password = auth::reset_password(&Store::open(&data.dir)?, &name, now)?;
            once(&users::user_name(&name)?, &password, json)?;
        }
        User::Role { data, name, access } => {
            let access = access_of(access, None)?;
            Store::open(&data.dir)?.write(move |tx| tx.by(auth::COMMAND_LINE).set_access(&name, &access, now))?;
        }
        User::Disable { data, name } => {
            Store::open(&data.dir)?.write(move |tx| tx.by(auth::COMMAND_LINE).disable_user(&name, now))?;
        }
        User::List { data, json } => list(&Store::open(&data.dir)?.read(users::users)?, json)?,
    }
    Ok(())
}

fn access_of(args: AccessArgs, otherwise: Option<Role>) -> anyhow::Result<users::Access> {
    let until = args.until.as_deref().map(day).transpose()?;
    let role = args.role.as_deref().map_or(otherwise, Role::parse);
    if role == Some(Role::Officer) {
        return Err(anyhow!(
            "an officer's account is made on the page of users, where it is linked to an officer"
        ));
    }
    Ok(users::Access {
        role: role.ok_or_else(|| anyhow!("--role is system, leader, clerk or inspector"))?,
        node: args
            .node
            .map(|id| id.parse().context("--node is not an id"))
            .transpose()?,
        until: until.map(|last| LocalDay(last.0.saturating_add(1)).start()),
    })
}

fn list(users: &[users::User], json: bool) -> anyhow::Result<()> {
    print::out(|out| {
        for user in users {
            let created = rfc3339(user.created);
            if json {
                let access = user.access;
                let line = json!({"user": user.name, "created": created, "disabled": user.disabled,
                    "role": access.role, "node": access.node, "until": access.until.map(rfc3339)});
                writeln!(out, "{line}")?;
            } else {
                let state = if user.disabled { "disabled" } else { "in use" };
                let (role, node) = (user.access.role.name(), user.access.node);
                let node = node.map(|id| format!(" of {id}")).unwrap_or_default();
                let until = user.access.until.map(rfc3339);
                let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
                writeln!(out, "{}  {role}{node}  {state}  since {created}{until}", user.name)?;
            }
        }
        Ok(())
    })
}

/// Prints a password, the one time it can be read; if nobody reads it, that is an error.
pub(crate) fn once(user: &str, password: &str, json: bool) -> anyhow::Result<()> {
    let text = if json {
        json!({"user": user, "password": password}).to_string()
    } else {
        format!("user {user}\npassword {password}")
    };
    writeln!(io::stdout(), "{text}").context("nobody read the password; make another with `user password`")
}

pub(crate) fn export(dir: &Path, args: ExportArgs) -> anyhow::Result<()> {
    let separator = if args.comma {
        Separator::Comma
    } else {
        Separator::Semicolon
    };
    let node = args.node.as_deref().map(str::parse).transpose();
    let node = node.context("--node is not an id")?;
    let (from, to) = (
        args.from.as_deref().map(day).transpose()?,
        args.to.as_deref().map(day).transpose()?,
    );
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(anyhow!("--to lies before --from"));
    }
    let now = unix_now();
    let format = match args.format {
        TableFormat::Csv => Format::Csv(separator),
        TableFormat::Xlsx => Format::Xlsx,
        TableFormat::Ndjson => Format::Ndjson,
        TableFormat::Iso => {
            let store = Store::open(dir)?;
            let pack = dossier::Request { node, from, to };
            let files = written(args.out, |out| {
                Ok(dossier::write(&store, &pack, "command line", now, out)?)
            })?;
            eprintln!("hailong-district: {files} files and their hashes");
            return Ok(());
        }
    };
    let request = export::Request {
        node,
        from,
        to,
        format,
        evidence: args.evidence,
        what: export::What::default(),
        only: export::Only::default(),
    };
    let store = Store::open(dir)?;
    let rows = written(args.out, |out| {
        Ok(export::write(&store, &request, "command line", now, out)?)
    })?;
    eprintln!("hailong-district: {rows} rows");
    Ok(())
}

/// Writes to a file, or to standard output; answers what the writing answers.
fn written(
    out: Option<PathBuf>,
    write: impl FnOnce(&mut (dyn Write + Send)) -> anyhow::Result<u64>,
) -> anyhow::Result<u64> {
    let Some(path) = out else {
        return print::out(|mut out| write(&mut out));
    };
    // Under another name until it is whole: half a file must not look like a file.
    let mut part = path.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let rows = export_to(&part, |file| write(file));
    let rows = rows.inspect_err(|_| {
        // Nothing half-done stays; that it can't be removed either is not the news.
        let _ = std::fs::remove_file(&part);
    })?;
    std::fs::rename(&part, &path).with_context(|| format!("can't write {}", path.display()))?;
    Ok(rows)
}

fn export_to(part: &Path, write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<u64>) -> anyhow::Result<u64> {
    let cannot = || format!("can't write {}: is the disk full?", part.display());
    let file = File::create(part).with_context(cannot)?;
    let mut file = BufWriter::new(file);
    let rows = write(&mut file).with_context(cannot)?;
    file.flush().with_context(cannot)?;
    file.get_ref().sync_all().with_context(cannot)?;
    Ok(rows)
}

/// Reads 2026-11-22 or 22/11/2026.
fn day(text: &str) -> anyhow::Result<LocalDay> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y"));
    let date = date.map_err(|_| anyhow!("{text} is not a date like 2026-11-22"))?;
    Ok(LocalDay::from_date(date))
}
