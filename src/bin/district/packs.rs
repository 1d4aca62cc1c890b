//! The commands about language packs: what is missing in one, the script to record, publishing, and which a unit offers.

use super::{Data, print};
use anyhow::{Context, anyhow};
use clap::Subcommand;
use hailong::{
    domain::{
        ids::NodeId,
        pack::{self, Clip, ClipKind, Entry, Pack, Wanted},
        policy::{MAX_CLIP_BYTES, MAX_PACK_BYTES},
        survey::{DEFAULT_SURVEY_JSON, Survey},
        time::LocalDay,
    },
    platform::unix_now,
    store::{
        Store,
        packs::{self, Recording},
        publications, surveys,
    },
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Subcommand)]
pub(crate) enum PackCommand {
    /// Name everything that is wrong, missing or unknown; 0 if only clips are missing.
    Check {
        /// Against the surveys of this folder; without, against the default survey.
        #[arg(long = "data", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Packs; recordings are looked for beside each, by key: `ly_do.thai_do.m4a`.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Check packs and give them, with the recordings beside them, to the tablets.
    Publish {
        #[command(flatten)]
        data: Data,
        /// Publish although texts are missing; those are shown in Vietnamese.
        #[arg(long)]
        incomplete: bool,
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the script to record, as Markdown.
    Script {
        /// For the surveys of this folder; without, for the default survey.
        #[arg(long = "data", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// In the words of this pack, beside the Vietnamese ones.
        #[arg(long, value_name = "FILE")]
        pack: Option<PathBuf>,
    },
    /// Print the official texts of the app's own screens: a pack to translate from.
    Template,
    /// List the packs in use.
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Set which languages a unit offers; without `--lang` none, with `--all` every one that is published.
    Offer {
        #[command(flatten)]
        data: Data,
        /// The unit's id.
        #[arg(long, value_name = "ID")]
        node: String,
        /// A language tag; may be given several times.
        #[arg(long)]
        lang: Vec<String>,
        #[arg(long, conflicts_with = "lang")]
        all: bool,
    },
}

pub(crate) fn run(command: PackCommand) -> anyhow::Result<ExitCode> {
    let by = "command line";
    match command {
        PackCommand::Check { dir, files } => {
            let asked = Asked::load(dir.as_deref())?;
            let mut good = true;
            for file in &files {
                let found = Found::read(file, &asked);
                good &= found.tell(file, &asked)?;
            }
            return Ok(ExitCode::from(u8::from(!good)));
        }
        PackCommand::Publish {
            data,
            incomplete,
            files,
        } => {
            let asked = Asked::load(Some(&data.dir))?;
            let store = Store::open(&data.dir)?;
            for file in &files {
                let found = Found::read(file, &asked);
                let Some(pack) = found.publishable(&asked, incomplete) else {
                    found.tell(file, &asked)?;
                    return Err(anyhow!("{}: not published", file.display()));
                };
                let (pack, recordings, now) = (pack.clone(), found.recordings, unix_now());
                let id = store.write(move |tx| tx.publish_pack(&pack, &recordings, by, now))?;
                print::out(|out| Ok(writeln!(out, "{id}")?))?;
            }
        }
        PackCommand::Script { dir, pack } => {
            let asked = Asked::load(dir.as_deref())?;
            let pack = pack.map(|file| Found::read(&file, &asked).pack.ok_or_else(|| not_a_pack(&file)));
            let text = pack::script(&asked.wanted, pack.transpose()?.as_ref());
            print::out(|out| Ok(write!(out, "{text}")?))?;
        }
        PackCommand::Template => print::out(|out| Ok(write!(out, "{}", pack::VIETNAMESE_JSON)?))?,
        PackCommand::List { data } => {
            let packs = Store::open(&data.dir)?.read(packs::current)?;
            print::out(|out| {
                packs
                    .iter()
                    .try_for_each(|pack| Ok(writeln!(out, "{}  {}", pack.lang, pack.id)?))
            })?;
        }
        PackCommand::Offer { data, node, lang, all } => {
            let node: NodeId = node.parse().context("--node is not an id")?;
            if let Some(wrong) = lang.iter().find(|tag| !pack::is_language_tag(tag)) {
                return Err(anyhow!("{wrong} is not a language tag"));
            }
            let languages = (!all).then_some(lang);
            Store::open(&data.dir)?.write(move |tx| {
                tx.change_settings(node, by, unix_now(), |own| own.languages.clone_from(&languages))
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn not_a_pack(file: &Path) -> anyhow::Error {
    anyhow!("{} is not a language pack: see `pack check`", file.display())
}

/// What packs are checked against.
struct Asked {
    /// What tablets show now.
    wanted: Vec<Wanted>,
    /// What any survey known here asks.
    known: Vec<Wanted>,
    store: Option<Store>,
}

impl Asked {
    fn load(dir: Option<&Path>) -> anyhow::Result<Self> {
        let store = dir.map(Store::open).transpose()?;
        let (current, all) = match &store {
            Some(store) => store.read(|conn| {
                let current = publications::of_district(conn, LocalDay::of(unix_now()))?;
                let current = surveys::text(conn, current)?.unwrap_or_default();
                let all = surveys::all(conn)?.into_iter();
                let all = all.filter_map(|known| known.survey.as_deref().cloned());
                Ok((current, all.collect()))
            })?,
            None => (DEFAULT_SURVEY_JSON.to_owned(), Vec::new()),
        };
        let current = [Survey::parse(current.as_bytes())?];
        Ok(Self {
            wanted: pack::wanted(&current),
            known: pack::wanted(&[&current[..], &all[..]].concat()),
            store,
        })
    }

    fn holds(&self, clip: Clip) -> bool {
        let held = self
            .store
            .as_ref()
            .map(|store| store.read(|conn| packs::clip(conn, clip)));
        matches!(held, Some(Ok(Some(_))))
    }
}

/// A pack and the recordings beside it.
#[derive(Default)]
struct Found {
    pack: Option<Pack>,
    recordings: Vec<Recording>,
    /// What makes it unfit, each with its place.
    faults: Vec<String>,
}

impl Found {
    fn read(file: &Path, asked: &Asked) -> Self {
        let mut found = Self::default();
        let pack = match bytes(file, MAX_PACK_BYTES) {
            Ok(bytes) => Pack::parse(&bytes),
            Err(error) => {
                found.faults.push(error);
                return found;
            }
        };
        match pack {
            Ok(mut pack) => {
                found.beside(file, &mut pack, asked);
                found.pack = Some(pack);
            }
            Err(faults) => found.faults.extend(faults.iter().map(ToString::to_string)),
        }
        found
    }

    /// Takes the recordings in the pack's folder, named by key or by hash.
    fn beside(&mut self, file: &Path, pack: &mut Pack, asked: &Asked) {
        let folder = file
            .parent()
            .filter(|dir| !dir.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let names = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = names.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        for name in names {
            let Some((stem, ending)) = name.rsplit_once('.') else {
                continue;
            };
            let Some(kind) = ClipKind::ALL.into_iter().find(|kind| kind.ending() == ending) else {
                continue;
            };
            let recording = bytes(&folder.join(&name), MAX_CLIP_BYTES)
                .and_then(|bytes| Recording::of(bytes).map_err(|error| error.to_string()));
            let clip = match &recording {
                Ok(recording) if recording.clip.kind == kind => recording.clip,
                Ok(recording) => {
                    self.faults
                        .push(format!("{name}: holds {}, not {ending}", recording.clip.kind.ending()));
                    continue;
                }
                Err(error) => {
                    self.faults.push(format!("{name}: {error}"));
                    continue;
                }
            };
            if let Some(named) = Clip::parse(&name) {
                if named != clip {
                    self.faults
                        .push(format!("{name}: its bytes have another hash, {}", clip.hash));
                }
            } else if asked.known.iter().any(|wanted| wanted.key == stem) {
                let entry: &mut Entry = pack.texts.entry(stem.to_owned()).or_default();
                match entry.clip.filter(|said| *said != clip) {
                    Some(_) => self.faults.push(format!(
                        "texts[\"{stem}\"].clip: {name} has another hash, {}",
                        clip.hash
                    )),
                    None => entry.clip = Some(clip),
                }
            } else {
                self.faults.push(format!("{name}: no text has this key"));
            }
            self.recordings.extend(recording);
        }
        for clip in pack.clips() {
            if !self.recordings.iter().any(|recording| recording.clip == clip) && !asked.holds(clip) {
                self.faults
                    .push(format!("{clip}: neither beside the pack nor published before"));
            }
        }
    }

    fn unknown(&self, asked: &Asked) -> Vec<String> {
        self.pack
            .as_ref()
            .map_or_else(Vec::new, |pack| pack.gaps(&asked.known).unknown)
    }

    fn publishable(&self, asked: &Asked, incomplete: bool) -> Option<&Pack> {
        let pack = self
            .pack
            .as_ref()
            .filter(|_| self.faults.is_empty() && self.unknown(asked).is_empty())?;
        (incomplete || pack.gaps(&asked.wanted).texts.is_empty()).then_some(pack)
    }

    /// Prints all of it; true if it may be published as it is.
    fn tell(&self, file: &Path, asked: &Asked) -> anyhow::Result<bool> {
        let file = file.display();
        let gaps = self
            .pack
            .as_ref()
            .map(|pack| pack.gaps(&asked.wanted))
            .unwrap_or_default();
        print::out(|out| {
            for fault in &self.faults {
                writeln!(out, "{file}: {fault}")?;
            }
            for key in self.unknown(asked) {
                writeln!(out, "{file}: unknown key {key}")?;
            }
            for (what, keys) in [("missing text", &gaps.texts), ("missing clip", &gaps.clips)] {
                for wanted in asked.wanted.iter().filter(|wanted| keys.contains(&wanted.key)) {
                    writeln!(out, "{file}: {what} {} “{}”", wanted.key, wanted.text)?;
                }
            }
            Ok(())
        })?;
        let good = self.publishable(asked, false).is_some();
        if good {
            print::out(|out| Ok(writeln!(out, "{file}: can be published")?))?;
        }
        Ok(good)
    }
}

/// A file's bytes; one that is too large is not read at all.
fn bytes(file: &Path, most: usize) -> Result<Vec<u8>, String> {
    let length = fs::metadata(file)
        .map_err(|error| format!("{}: {error}", file.display()))?
        .len();
    if length > most as u64 {
        return Err(format!("{length} bytes; at most {most} are allowed"));
    }
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}
