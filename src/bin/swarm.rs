//! `hailong-swarm`: headless tablets on the real client code, for demo data, load and soak.

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Parser;
use hailong::{
    domain::time::LocalDay,
    outbox::Durability,
    platform,
    swarm::{Citizens, Event, Month, SwarmError, Tablet, play_month},
    sync::{Http, Outcome},
};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Casts made-up ballots from headless tablets. Ends 0 when every ballot has a verified receipt.
#[derive(Parser)]
#[command(name = "hailong-swarm", version)]
struct Args {
    /// The district's address, such as http://127.0.0.1:8700
    #[arg(long)]
    district: String,
    /// One enrolment code a line, or the lines of `hailong-district code --json`
    #[arg(long)]
    codes: PathBuf,
    /// How many tablets; each takes one code
    #[arg(long, default_value_t = 1)]
    tablets: usize,
    /// Ballots of each tablet
    #[arg(long, default_value_t = 100)]
    ballots: u64,
    /// The same seed gives the same answers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Simulate: cast the ballots from this local day on, 20 a day. Only a `--demo` folder believes it
    #[arg(long)]
    from: Option<NaiveDate>,
    /// Live so many days from --from on, Saturdays and Sundays off, and let things go wrong with some tablets; prints what
    /// became of each, a JSON object a line
    #[arg(long, value_name = "DAYS", requires = "from", requires = "data")]
    troubles: Option<u32>,
    /// The district's data folder on this machine: tablets that are to be withdrawn are withdrawn there, by the
    /// `hailong-district` beside this program
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Keep the tablets' folders here, to go on with them later
    #[arg(long)]
    keep: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let codes = read_codes(&std::fs::read_to_string(&args.codes).context("reading the codes")?);
    if codes.len() < args.tablets {
        bail!(
            "{} tablets need as many codes, the file has {}",
            args.tablets,
            codes.len()
        );
    }
    let temporary = tempfile::tempdir()?;
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
    if let (Some(days), Some(from), Some(data)) = (args.troubles, args.from, &args.data) {
        return troubles(
            &args,
            codes.get(..args.tablets).unwrap_or_default(),
            &root,
            (from, days),
            data,
        )
        .await;
    }
    let tablets = codes
        .iter()
        .take(args.tablets)
        .enumerate()
        .map(|(i, code)| run_tablet(&args, &root, i, code));
    let not_reached: u32 = futures_util::future::try_join_all(tablets).await?.into_iter().sum();
    let cast = args.ballots * args.tablets as u64;
    println!(
        "{cast} ballots from {} tablets, each with a verified receipt; not reached {not_reached} times",
        args.tablets
    );
    Ok(())
}

/// A month with troubles, and what became of each tablet.
async fn troubles(
    args: &Args,
    codes: &[String],
    root: &Path,
    (from, days): (NaiveDate, u32),
    data: &Path,
) -> anyhow::Result<()> {
    let first = LocalDay::from_date(from);
    let mut month = Month {
        first,
        last: LocalDay(first.0 + i64::from(days) - 1),
        per_day: 1,
        seed: args.seed,
        troubles: true,
    };
    month.per_day = (args.ballots / month.days().len().max(1) as u64).max(1);
    let program = std::env::current_exe()?.with_file_name("hailong-district");
    let withdraw = |event| match event {
        Event::Evening(_) => Ok(()),
        Event::Withdraw(device) => {
            let mut command = std::process::Command::new(&program);
            command
                .arg("revoke")
                .arg("--data")
                .arg(data)
                .args(["--device", &device.to_string()]);
            match command.status() {
                Ok(status) if status.success() => Ok(()),
                other => Err(SwarmError::District(format!("{}: {other:?}", program.display()))),
            }
        }
    };
    let lives = play_month(codes, root, &month, &Http::new(&args.district)?, withdraw).await?;
    for life in &lives {
        let trouble = life.trouble.map(|(trouble, _)| format!("{trouble:?}"));
        let line = serde_json::json!({
            "device": life.device,
            "trouble": trouble,
            "day": life.trouble.map(|(_, day)| day.date().to_string()),
            "counted": life.counted(),
            "visits": life.visits,
            "undecided": life.undecided,
            "gone": life.gone,
            "unheard": life.unheard,
        });
        println!("{line}");
    }
    Ok(())
}

async fn run_tablet(args: &Args, root: &std::path::Path, i: usize, code: &str) -> anyhow::Result<u32> {
    let dir = root.join(i.to_string());
    std::fs::create_dir_all(&dir)?;
    let durability = if args.from.is_some() {
        Durability::Simulated
    } else {
        Durability::Full
    };
    let simulated = args.from.map(|date| LocalDay::from_date(date).start() + 8 * 3600);
    let now = || simulated.unwrap_or_else(platform::unix_now);
    let mut tablet = Tablet::open(&dir, Http::new(&args.district)?, durability, now())?;
    if tablet.outbox.identity.enrolment().is_none() {
        tablet.enrol(code, now()).await?;
    }
    let mut citizens = Citizens::new(args.seed.wrapping_add(i as u64), false);
    let (mut not_reached, mut clock) = (0, now());
    for n in 0..args.ballots {
        clock = match simulated {
            Some(start) => start + (n / 20) as i64 * 86_400 + (n % 20) as i64 * 60,
            None => platform::unix_now(),
        };
        tablet.cast(&mut citizens, clock)?;
        if n % 20 == 19 && simulated.is_some() {
            not_reached += tablet.drain(clock, 1000).await?;
        } else if simulated.is_none()
            && let Ok(Outcome::NotReached) = tablet.step(platform::monotonic(), clock).await?
        {
            not_reached += 1;
        }
    }
    if simulated.is_some() {
        return Ok(not_reached + tablet.drain(clock, 1000).await?);
    }
    // The real clock: pauses are real, and a hold is waited for.
    loop {
        let now = platform::unix_now();
        match tablet.step(platform::monotonic(), now).await? {
            Ok(Outcome::NotReached) => not_reached += 1,
            Ok(_) => {}
            Err(_) if tablet.outbox.stats(now)?.waiting_ballots == 0 => return Ok(not_reached),
            Err(pause) => platform::sleep(pause.min(Duration::from_secs(5))).await,
        }
    }
}

fn read_codes(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let code = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line)
            .ok()?
            .get("code")?
            .as_str()
            .map(str::to_owned)
    };
    lines
        .map(|line| code(line).unwrap_or_else(|| line.to_owned()))
        .collect()
}
