//! `minyi import`: areas, frames and margins, from files.
//!
//! Uses: `service::import`. Promises: a file is taken whole or not at all; each problem is one
//! sentence with file, row and column.

use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

use super::person::{Desk, Person};
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::service::import::{self, About, ImportError};
use crate::service::sentence;

/// Imports data that waves and evaluations build on.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The area tree: code, level, name_zh, name_en, parent.
    Areas(Plain),
    /// A sampling frame: code, name, county, residence, size, addresses.
    Frame(Named),
    /// Population margins: county, sex, age, residence, population.
    Margins(Named),
}

#[derive(Debug, Args)]
struct Plain {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    person: Person,
}

#[derive(Debug, Args)]
struct Named {
    /// The file, CSV in UTF-8.
    file: PathBuf,
    /// Name by which wave files refer to it.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    name: String,
    /// Where the data come from, in words; printed with results.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    source: String,
    /// The data are made up or stand in for others; every result says so.
    #[arg(long)]
    synthetic: bool,
    #[command(flatten)]
    person: Person,
}

impl Import {
    /// Imports one file.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        match self.what {
            What::Areas(Plain { file, person }) => {
                let bytes = read(lang, &file)?;
                let rows = person.act(console, async |desk| {
                    let (app, by) = (desk.app, desk.person);
                    let done = import::areas(&app.office, &app.clock, by, &bytes).await;
                    done.map_err(|error| refusal(desk, &file, error))
                })?;
                console.print(&said(lang, "import-done-areas", &file, rows, None))
            }
            What::Frame(named) => {
                let (bytes, about) = (read(lang, &named.file)?, named.about());
                let done = named.person.act(console, async |desk| {
                    let (app, by) = (desk.app, desk.person);
                    let done = import::frame(&app.office, &app.clock, by, &about, &bytes).await;
                    done.map_err(|error| refusal(desk, &named.file, error))
                })?;
                let (file, digest) = (&named.file, Some((&*named.name, done.digest)));
                console.print(&said(lang, "import-done-frame", file, done.rows, digest))
            }
            What::Margins(named) => {
                let (bytes, about) = (read(lang, &named.file)?, named.about());
                let done = named.person.act(console, async |desk| {
                    let (app, by) = (desk.app, desk.person);
                    let done = import::margins(&app.office, &app.clock, by, &about, &bytes).await;
                    done.map_err(|error| refusal(desk, &named.file, error))
                })?;
                let (file, digest) = (&named.file, Some((&*named.name, done.digest)));
                console.print(&said(lang, "import-done-margins", file, done.rows, digest))
            }
        }
    }
}

impl Named {
    fn about(&self) -> About {
        About {
            name: self.name.clone(),
            source: self.source.clone(),
            synthetic: self.synthetic,
        }
    }
}

fn read(lang: Lang, path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        let args = [
            ("file", path.display().to_string().into()),
            ("message", error.to_string().into()),
        ];
        Failure::input(lang.t_with("evaluate-file-unreadable", &args))
    })
}

/// What was imported: rows, name, digest.
fn said(
    lang: Lang,
    key: &str,
    file: &Path,
    rows: usize,
    named: Option<(&str, [u8; 32])>,
) -> String {
    let mut args = vec![
        ("file", file.display().to_string().into()),
        ("rows", rows.to_string().into()),
    ];
    if let Some((name, digest)) = named {
        args.push(("name", name.into()));
        args.push(("digest", hex::encode(digest).into()));
    }
    format!("{}\n", lang.t_with(key, &args))
}

/// Problems of rows begin with the file's name.
fn refusal(desk: Desk<'_>, file: &Path, error: ImportError) -> Failure {
    let lang = desk.lang();
    let sentences = sentence::import_error(lang, desk.zone(), &error);
    match error {
        ImportError::Rows(_) => Failure::Input(
            sentences
                .into_iter()
                .map(|sentence| format!("{}: {sentence}", file.display()))
                .collect(),
        ),
        ImportError::Denied | ImportError::NameTaken(_) => Failure::Input(sentences),
        error => {
            for sentence in sentences {
                desk.console.note(&sentence);
            }
            Failure::internal(lang.t("import-attempted"), error)
        }
    }
}
