//! `minyi import`: areas, frames, margins, reported results, standards and indicators, from files.
//!
//! Uses: `service::import`, `service::evaluate`. Promises: a file is taken whole or not at all; each problem is one
//! sentence with file, row and column.

use std::path::{Path, PathBuf};

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Args, Subcommand};

use super::output_file::OutputFile;
use super::person::{Desk, Person};
use super::{Console, Failure};
use crate::i18n::{Lang, Value};
use crate::service::evaluate::{EvaluationError, Standing, import_indicators, import_standard};
use crate::service::import::{self, About, ImportError};
use crate::service::sentence;
use crate::survey::upload::UploadKind;

/// Imports data that waves and evaluations build on.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The area tree: code, level, names in Chinese and English, parent.
    Areas(Plain),
    /// A sampling frame: code, name, county, residence, size, addresses.
    Frame(Named),
    /// Population margins: county, sex, age, residence, population.
    Margins(Named),
    /// Results of earlier surveys as others reported them: county, item, wave, date, estimate and more.
    Results(Named),
    /// A standard, TOML: the first is in force at once, a later one when another evaluator confirms it.
    Standard(Plain),
    /// A workbook to fill in, with its columns explained.
    Template(Template),
    /// Reported indicators under the standard in force; the columns are those of `minyi evaluate`.
    Indicators(Plain),
}

#[derive(Debug, Args)]
struct Template {
    /// What it is for.
    #[arg(value_parser = PossibleValuesParser::new(UploadKind::ALL.map(UploadKind::as_str)))]
    kind: String,
    /// The workbook to be written (XLSX).
    file: PathBuf,
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
    /// The file, XLSX or CSV.
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
    /// Imports one file and says what it held.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let said = match self.what {
            What::Areas(plain) => plain.areas(console),
            What::Frame(named) => named.import(console, Kind::Frame),
            What::Margins(named) => named.import(console, Kind::Margins),
            What::Results(named) => named.import(console, Kind::Results),
            What::Template(template) => return template.write(console),
            What::Standard(plain) => plain.standard(console),
            What::Indicators(plain) => plain.indicators(console),
        }?;
        let mut args = vec![("file", said.file.display().to_string().into())];
        args.extend(said.args);
        console.print(&format!("{}\n", lang.t_with(said.key, &args)))
    }
}

/// A sentence about an import.
struct Said {
    key: &'static str,
    file: PathBuf,
    args: Vec<(&'static str, Value<'static>)>,
}

/// What is imported under a name.
#[derive(Clone, Copy)]
enum Kind {
    Frame,
    Margins,
    Results,
}

impl Template {
    fn write(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let kind = UploadKind::from_word(&self.kind).unwrap_or(UploadKind::Areas);
        let bytes = import::template::workbook(lang, kind);
        let bytes = bytes.map_err(|error| Failure::internal("xlsx", error))?;
        let written = OutputFile::prepare(&self.file, &bytes).and_then(OutputFile::publish);
        written.map_err(|error| {
            let args = [
                ("file", self.file.display().to_string().into()),
                ("message", error.to_string().into()),
            ];
            Failure::input(lang.t_with("import-template-unwritten", &args))
        })
    }
}

impl Plain {
    fn areas(self, console: Console) -> Result<Said, Failure> {
        let bytes = read(console.lang(), &self.file)?;
        let rows = self.person.act(console, async |desk| {
            let (app, by) = (desk.app, desk.person);
            let done = import::areas(&app.office, &app.clock, by, &bytes).await;
            done.map_err(|error| refusal(desk, &self.file, error))
        })?;
        Ok(Said {
            key: "import-done-areas",
            file: self.file,
            args: vec![("rows", rows.to_string().into())],
        })
    }

    fn standard(self, console: Console) -> Result<Said, Failure> {
        let text = read_text(console.lang(), &self.file)?;
        let done = self.person.act(console, async |desk| {
            let done = import_standard(desk.app, desk.person, &text).await;
            done.map_err(|error| evaluation_refusal(desk, &self.file, error))
        })?;
        let standard = done.standard;
        Ok(Said {
            key: match done.standing {
                Standing::InForce => "import-done-standard",
                Standing::Proposed => "import-proposed-standard",
                Standing::Known => "import-known-standard",
            },
            file: self.file,
            args: vec![
                ("id", standard.id.into()),
                ("version", standard.version.to_string().into()),
                ("criteria", standard.criteria.len().to_string().into()),
            ],
        })
    }

    fn indicators(self, console: Console) -> Result<Said, Failure> {
        let text = read_text(console.lang(), &self.file)?;
        let done = self.person.act(console, async |desk| {
            let done = import_indicators(desk.app, desk.person, &text).await;
            done.map_err(|error| evaluation_refusal(desk, &self.file, error))
        })?;
        Ok(Said {
            key: "import-done-indicators",
            file: self.file,
            args: vec![
                ("rows", done.rows.to_string().into()),
                ("new", done.new.to_string().into()),
                ("changed", done.changed.to_string().into()),
                ("unchanged", done.unchanged.to_string().into()),
            ],
        })
    }
}

impl Named {
    fn import(self, console: Console, kind: Kind) -> Result<Said, Failure> {
        let bytes = read(console.lang(), &self.file)?;
        let about = self.about();
        let (rows, digest) = self.person.act(console, async |desk| {
            let (office, clock, by) = (&desk.app.office, &desk.app.clock, desk.person);
            let done = match kind {
                Kind::Frame => import::frame(office, clock, by, &about, &bytes)
                    .await
                    .map(|done| (done.rows, done.digest)),
                Kind::Margins => import::margins(office, clock, by, &about, &bytes)
                    .await
                    .map(|done| (done.rows, done.digest)),
                Kind::Results => import::results(office, clock, by, &about, &bytes)
                    .await
                    .map(|done| (done.rows, done.digest)),
            };
            done.map_err(|error| refusal(desk, &self.file, error))
        })?;
        Ok(Said {
            key: match kind {
                Kind::Frame => "import-done-frame",
                Kind::Margins => "import-done-margins",
                Kind::Results => "import-done-results",
            },
            file: self.file,
            args: vec![
                ("rows", rows.to_string().into()),
                ("name", self.name.into()),
                ("digest", hex::encode(digest).into()),
            ],
        })
    }

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

fn read_text(lang: Lang, path: &Path) -> Result<String, Failure> {
    let bytes = read(lang, path)?;
    String::from_utf8(bytes).map_err(|_| {
        let file = path.display().to_string();
        Failure::input(lang.t_with("import-not-utf-8", &[("file", file.into())]))
    })
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

/// What is wrong with a standard or with indicators; the sentences name file and line.
fn evaluation_refusal(desk: Desk<'_>, file: &Path, error: EvaluationError) -> Failure {
    let lang = desk.lang();
    let file = file.display().to_string();
    if error.is_internal() {
        return Failure::internal(lang.t("import-attempted"), error);
    }
    Failure::Input(sentence::cut(lang, error.sentences(lang, Some(&file))))
}
