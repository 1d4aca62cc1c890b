//! The question sets: listed, published.

use super::{Data, print};
use anyhow::{Context, anyhow};
use clap::Subcommand;
use hailong::{
    domain::{
        hex::Hash,
        number,
        policy::MAX_SURVEY_BYTES,
        survey::{SHIPPED, Survey, SurveyError, SurveyKind},
        time::LocalDay,
    },
    platform::unix_now,
    store::{Store, publications, surveys},
    wire,
};
use serde::Serialize;
use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What to do with question sets.
#[derive(Subcommand)]
pub(crate) enum Surveys {
    /// List those that come with the program and those of this folder.
    List {
        #[command(flatten)]
        data: Data,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Give tablets a question set, from their next contact and next visit on; prints its id.
    Publish {
        #[command(flatten)]
        data: Data,
        /// One that comes with the program; see `survey list`.
        #[arg(long, required_unless_present = "file", conflicts_with = "file")]
        name: Option<String>,
        /// A document; every error in it is named with its place.
        #[arg(long)]
        file: Option<PathBuf>,
    },
}

pub(crate) fn run(what: Surveys) -> anyhow::Result<ExitCode> {
    match what {
        Surveys::List { data, json } => list(&data.dir, json)?,
        Surveys::Publish { data, name, file } => return publish(&data.dir, name, file),
    }
    Ok(ExitCode::SUCCESS)
}

/// One question set, as `list` shows it.
#[derive(Serialize)]
struct Line {
    /// Tablets get it now.
    current: bool,
    id: Hash,
    kind: &'static str,
    /// Its name for `publish --name`, if it comes with the program.
    name: Option<&'static str>,
    /// This folder has it.
    published: bool,
    reference: bool,
    superseded: Option<String>,
    title: String,
    valid_to: Option<String>,
}

fn list(dir: &Path, json: bool) -> anyhow::Result<()> {
    let store = Store::open(dir)?;
    let (mut known, current) = store.read(|conn| {
        Ok((
            surveys::all(conn)?,
            publications::of_district(conn, LocalDay::of(unix_now()))?,
        ))
    })?;
    let mut lines = Vec::new();
    for shipped in SHIPPED {
        let id = wire::survey_id(&serde_json::from_str(shipped.json)?);
        let before = known.len();
        known.retain(|known| known.id != id);
        let survey = Survey::parse(shipped.json.as_bytes())?;
        lines.push(line(&survey, id, Some(shipped.name), known.len() < before, current));
    }
    for known in &known {
        let survey = known.survey.as_deref();
        lines.extend(survey.map(|survey| line(survey, known.id, None, true, current)));
    }
    print::out(|out| {
        for line in &lines {
            if json {
                writeln!(out, "{}", serde_json::to_string(line)?)?;
                continue;
            }
            let name = line.name.unwrap_or("-");
            let mark = if line.current { "*" } else { " " };
            let reference = if line.reference { "  [mẫu tham khảo]" } else { "" };
            writeln!(
                out,
                "{mark} {name:<12} {:<8} {}{reference}  {}",
                line.kind, line.title, line.id
            )?;
        }
        Ok(())
    })
}

fn line(survey: &Survey, id: Hash, name: Option<&'static str>, published: bool, current: Hash) -> Line {
    Line {
        current: id == current,
        id,
        kind: survey.kind.name(),
        name,
        published,
        reference: survey.reference,
        superseded: survey.superseded.clone(),
        title: survey.name.clone(),
        valid_to: survey.valid_to.map(|date| date.to_string()),
    }
}

fn publish(dir: &Path, name: Option<String>, file: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let json = match (name, file) {
        (Some(name), _) => shipped(&name)?.as_bytes().to_vec(),
        (None, Some(file)) => read(&file).with_context(|| format!("can't read {}", file.display()))?,
        (None, None) => return Err(anyhow!("name a question set with --name or --file")),
    };
    let survey = match Survey::check_all(&json) {
        Ok(survey) => survey,
        Err(errors) => {
            complain(&errors);
            return Ok(ExitCode::from(2));
        }
    };
    warn(&survey);
    let (json, now) = (String::from_utf8(json)?, unix_now());
    let id = Store::open(dir)?.write(move |tx| tx.by("command line").publish_survey(&json, now))?;
    print::out(|out| Ok(writeln!(out, "{id}")?))?;
    Ok(ExitCode::SUCCESS)
}

fn shipped(name: &str) -> anyhow::Result<&'static str> {
    let found = SHIPPED.iter().find(|shipped| shipped.name == name);
    let names = || SHIPPED.map(|shipped| shipped.name).join(", ");
    found
        .map(|shipped| shipped.json)
        .ok_or_else(|| anyhow!("there is no {name:?}; there are: {}", names()))
}

/// One byte more than allowed is enough to know that it is too much.
fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut json = Vec::new();
    let most = u64::try_from(MAX_SURVEY_BYTES)?.saturating_add(1);
    File::open(file)?.take(most).read_to_end(&mut json)?;
    Ok(json)
}

fn complain(errors: &[SurveyError]) {
    eprintln!("Bộ câu hỏi có {} chỗ cần sửa, chưa đưa vào dùng:", errors.len());
    for error in errors {
        eprintln!(
            "{}: {} ({})",
            error.at,
            error.problem.vietnamese(),
            error.problem.code()
        );
    }
}

/// What somebody who publishes should know. It is their decision all the same.
fn warn(survey: &Survey) {
    if survey.reference {
        eprintln!("Lưu ý: đây là mẫu tham khảo; câu chữ chưa được cơ quan ban hành xác nhận.");
    }
    if let Some(by) = &survey.superseded {
        eprintln!("Lưu ý: quy định của mẫu này đã được thay bằng {by}.");
    }
    if let Some(date) = survey.valid_to {
        eprintln!(
            "Lưu ý: quy định của mẫu này có hiệu lực đến hết {}.",
            number::date(LocalDay::from_date(date))
        );
    }
    if survey.kind != SurveyKind::Counter {
        eprintln!("Lưu ý: phiếu theo mẫu này không tính vào “Tỷ lệ hài lòng (phiếu tại quầy)”.");
    }
}
