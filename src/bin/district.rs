//! `hailong-district`: the server of the tier above, and the commands around it.

#[path = "district/backup.rs"]
mod backup;
#[path = "district/commands.rs"]
mod commands;
#[path = "district/config.rs"]
mod config;
#[cfg(feature = "swarm")]
#[path = "district/demo.rs"]
mod demo;
#[path = "district/import.rs"]
mod import;
#[path = "district/packs.rs"]
mod packs;
#[path = "district/people.rs"]
mod people;
#[path = "district/print.rs"]
mod print;
#[path = "district/serve.rs"]
mod serve;
#[path = "district/survey.rs"]
mod survey;

use clap::{Args, Parser, Subcommand, ValueEnum};
use hailong::store::{StoreError, codes::Length};
use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

/// The server of Hài Lòng: takes ballots from tablets, keeps them, shows honest figures.
#[derive(Parser)]
#[command(name = "hailong-district", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Data {
    /// The data folder.
    #[arg(long = "data", value_name = "DIR")]
    dir: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Create the data folder; prints the first admin's name and password, once.
    Init {
        #[command(flatten)]
        data: Data,
        /// Fictional places and ballots; `--demo=empty`: the places only.
        #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "full", value_name = "empty")]
        demo: Option<Demo>,
        #[arg(long)]
        json: bool,
    },
    /// Add a unit or a counter; prints its id.
    Add {
        #[command(subcommand)]
        what: Add,
    },
    /// List what there is.
    Show {
        what: What,
        #[command(flatten)]
        data: Data,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Make an enrolment code for a counter.
    Code {
        #[command(flatten)]
        data: Data,
        /// The counter's id.
        #[arg(long)]
        counter: String,
        /// Address of this server as tablets reach it, for the link.
        #[arg(long, default_value = "http://127.0.0.1:8700")]
        url: String,
        /// 8 characters for 30 minutes, instead of 16 for 14 days.
        #[arg(long)]
        short: bool,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Withdraw a tablet: it takes no new ballots; what it still sends is kept, but not counted.
    Revoke {
        #[command(flatten)]
        data: Data,
        /// The device's id.
        #[arg(long)]
        device: String,
    },
    /// Write a backup, while the district works or not. Whoever has the file can be the district: keep it safe.
    Backup {
        #[command(flatten)]
        data: Data,
        /// Where to; must not exist.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make a district from a backup, in a folder that has none. Tablets send again what they still keep.
    Restore {
        #[command(flatten)]
        data: Data,
        /// The backup.
        file: PathBuf,
    },
    /// Print a configuration file with every setting explained.
    Config,
    /// Serve the API, the tablet app and the admin pages.
    Serve {
        /// The data folder.
        #[arg(long, value_name = "DIR", required_unless_present = "config")]
        data: Option<PathBuf>,
        /// Settings (`hailong-district config` prints them all); what stands here goes before.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Where to listen; 127.0.0.1:8700 without.
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Certificate chain, PEM.
        #[arg(long, requires = "tls_key", value_name = "FILE")]
        tls_cert: Option<PathBuf>,
        /// Its key, PEM.
        #[arg(long, requires = "tls_cert", value_name = "FILE")]
        tls_key: Option<PathBuf>,
    },
    /// Write ballots as a table: released, counted ones in the commune form, or everything as evidence.
    Export {
        #[command(flatten)]
        data: Data,
        #[arg(long, value_enum)]
        format: TableFormat,
        /// First day, like 2026-11-01.
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Last day, included.
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
        /// A unit with everything below it; all without.
        #[arg(long, value_name = "ID")]
        node: Option<String>,
        /// Exact rows whatever their status; the purpose is logged.
        #[arg(long, value_name = "PURPOSE")]
        evidence: Option<String>,
        /// CSV with `,` instead of `;`.
        #[arg(long)]
        comma: bool,
        /// Where to; standard output without.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Take a ballot file in that was saved on a tablet; writes the receipt file beside it.
    Import {
        #[command(flatten)]
        data: Data,
        /// The file (.hlb).
        file: PathBuf,
    },
    /// Question sets: list them, give one to the tablets.
    Survey {
        #[command(subcommand)]
        what: survey::Surveys,
    },
    /// Who may sign in to the admin pages.
    User {
        #[command(subcommand)]
        what: User,
    },
    /// Language packs: check, publish, the script to record.
    Pack {
        #[command(subcommand)]
        what: packs::PackCommand,
    },
    /// Whether a unit's tablets ask for comments: on, off, or above (as the unit above).
    Comments {
        #[command(flatten)]
        data: Data,
        #[arg(value_enum)]
        to: CommentsTo,
        /// The unit's id.
        #[arg(long, value_name = "ID")]
        node: String,
    },
    /// Recompute everything: 0 all holds, 1 broken (the first bad record is named), 2 could not run.
    Verify {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum Add {
    /// A unit: province, commune, reception_point.
    Node {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        name: String,
        /// The unit above.
        #[arg(long, value_name = "ID")]
        parent: Option<String>,
        /// province | commune | reception_point.
        #[arg(long)]
        kind: Option<String>,
        /// Whom a citizen may turn to, shown after rating.
        #[arg(long)]
        contact: Option<String>,
    },
    /// A counter of a unit.
    Counter {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        name: String,
        /// The unit it belongs to; may be left out where there is only one.
        #[arg(long, value_name = "ID")]
        parent: Option<String>,
        /// When people rate there: reception | returned | result.
        #[arg(long, default_value = "reception")]
        kind: String,
        /// Lĩnh vực, if the counter has only one.
        #[arg(long)]
        field: Option<String>,
    },
}

#[derive(Subcommand)]
enum User {
    /// Add one; prints the password, once.
    Add {
        #[command(flatten)]
        data: Data,
        name: String,
        #[command(flatten)]
        access: AccessArgs,
        #[arg(long)]
        json: bool,
    },
    /// Give one another role, unit or last day.
    Role {
        #[command(flatten)]
        data: Data,
        name: String,
        #[command(flatten)]
        access: AccessArgs,
    },
    /// List them.
    List {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        json: bool,
    },
    /// Keep one from signing in; what they did stays in the log.
    Disable {
        #[command(flatten)]
        data: Data,
        name: String,
    },
    /// Give one a new password; prints it, once. A disabled user may sign in again.
    Password {
        #[command(flatten)]
        data: Data,
        name: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct AccessArgs {
    /// system | leader | clerk | inspector; a user is added as system without.
    #[arg(long)]
    role: Option<String>,
    /// The unit, with all below it; not for system.
    #[arg(long, value_name = "ID")]
    node: Option<String>,
    /// Last day, like 2026-12-31; an inspector needs one.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CommentsTo {
    On,
    Off,
    Above,
}

#[derive(Clone, Copy, ValueEnum)]
enum TableFormat {
    Csv,
    Xlsx,
    Ndjson,
    /// The evidence pack for ISO 9001, a ZIP.
    Iso,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Demo {
    /// Places and ballots.
    Full,
    /// Places only.
    Empty,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Nodes,
    Counters,
    Devices,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hailong-district: {}", print::in_one_line(&error));
            // 2: what was asked could not be done at all; 1: it failed.
            let usage = error.downcast_ref::<StoreError>().is_some_and(StoreError::is_permanent);
            ExitCode::from(if usage { 2 } else { 1 })
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Init { data, demo, json } => commands::init(&data.dir, demo, json)?,
        Command::Add { what } => commands::add(what)?,
        Command::Show { what, data, json } => commands::show(&data.dir, what, json)?,
        Command::Code {
            data,
            counter,
            url,
            short,
            json,
        } => {
            let length = if short { Length::Short } else { Length::Sheet };
            commands::code(&data.dir, &counter, &url, length, json)?;
        }
        Command::Revoke { data, device } => commands::revoke(&data.dir, &device)?,
        Command::Backup { data, out } => backup::backup(&data.dir, &out)?,
        Command::Restore { data, file } => backup::restore(&data.dir, &file)?,
        Command::Config => print::out(|out| Ok(out.write_all(config::EXAMPLE.as_bytes())?))?,
        Command::Serve {
            data,
            config,
            listen,
            tls_cert,
            tls_key,
        } => serve::run(serve::Words {
            config,
            data,
            listen,
            tls: tls_cert.zip(tls_key),
        })?,
        Command::Export {
            data,
            format,
            from,
            to,
            node,
            evidence,
            comma,
            out,
        } => {
            let args = people::ExportArgs {
                format,
                comma,
                from,
                to,
                node,
                evidence,
                out,
            };
            people::export(&data.dir, args)?;
        }
        Command::Import { data, file } => import::import(&data.dir, &file)?,
        Command::Survey { what } => return survey::run(what),
        Command::User { what } => people::user(what)?,
        Command::Pack { what } => return packs::run(what),
        Command::Comments { data, to, node } => commands::comments(&data.dir, to, &node)?,
        Command::Verify { data, json } => return commands::verify(&data.dir, json),
    }
    Ok(ExitCode::SUCCESS)
}
