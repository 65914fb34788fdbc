//! `minyi questionnaire`: files of questionnaires checked, turned into each other, and brought into an instance.
//!
//! Uses: `service::xlsform`, `service::questionnaires`. Promises: a file is XLSForm or TOML by what is in it, and is
//! written as its name ends; each problem is one sentence with its place; a file with problems is taken nowhere.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::output_file::OutputFile;
use super::person::Person;
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::report::wave::questionnaire_error;
use crate::service::again::again;
use crate::service::questionnaires::{self, Origin, WritingError};
use crate::service::sentence;
use crate::service::xlsform;
use crate::survey::questionnaire::Questionnaire as Whole;

/// Checks and converts questionnaires (XLSForm, TOML), and brings them into an instance.
#[derive(Debug, Args)]
pub(super) struct Questionnaire {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Says what is wrong with a file, or what it holds.
    Check(Check),
    /// Writes a file in the other form, by the ending of its name: .xlsx or .toml.
    Convert(Convert),
    /// Makes a version of a file: the next one of the name that stands in it.
    Import(Import),
}

#[derive(Debug, Args)]
struct Check {
    /// The questionnaire, XLSForm or TOML.
    file: PathBuf,
}

#[derive(Debug, Args)]
struct Convert {
    /// The questionnaire, XLSForm or TOML; "default" is the one that is built in.
    file: PathBuf,
    /// The file to be written: .xlsx or .toml.
    to: PathBuf,
}

#[derive(Debug, Args)]
struct Import {
    /// The questionnaire, XLSForm or TOML.
    file: PathBuf,
    #[command(flatten)]
    person: Person,
}

impl Questionnaire {
    /// Does it and says what it did.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let said = match self.what {
            What::Check(check) => {
                let whole = read(lang, &check.file)?;
                let count = u32::try_from(whole.items.len()).unwrap_or(u32::MAX);
                let args = [
                    ("file", check.file.display().to_string().into()),
                    ("name", whole.id.as_str().into()),
                    ("version", whole.version.to_string().into()),
                    ("count", count.into()),
                ];
                lang.t_with("questionnaire-file-good", &args)
            }
            What::Convert(convert) => convert.run(lang)?,
            What::Import(import) => import.run(console)?,
        };
        console.print(&format!("{said}\n"))
    }
}

impl Convert {
    fn run(&self, lang: Lang) -> Result<String, Failure> {
        let file = [("file", self.to.display().to_string().into())];
        let whole = read(lang, &self.file)?;
        let attempted = || lang.t("questionnaire-file-attempted");
        let bytes = match self.to.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => whole.to_toml().into_bytes(),
            Some("xlsx") => {
                xlsform::workbook(&whole).map_err(|error| Failure::internal(attempted(), error))?
            }
            _ => {
                return Err(Failure::input(
                    lang.t_with("questionnaire-file-kind", &file),
                ));
            }
        };
        let written = OutputFile::prepare(&self.to, &bytes).and_then(OutputFile::publish);
        written.map_err(|error| {
            let args = [
                ("file", self.to.display().to_string().into()),
                ("message", error.to_string().into()),
            ];
            Failure::input(lang.t_with("import-template-unwritten", &args))
        })?;
        Ok(lang.t_with("questionnaire-file-written", &file))
    }
}

impl Import {
    fn run(self, console: Console) -> Result<String, Failure> {
        let lang = console.lang();
        let whole = read(lang, &self.file)?;
        let name = whole.id.clone();
        let origin = Origin::File(Box::new(whole.into()));
        let version = self.person.act(console, async |desk| {
            let (app, by) = (desk.app, desk.person);
            let refused = |error| match error {
                WritingError::Denied => Failure::input(lang.t("import-denied")),
                other => Failure::internal(lang.t("questionnaire-file-attempted"), other),
            };
            let id = again(|| questionnaires::begin(app, by, &origin, &name)).await;
            let id = id.map_err(refused)?;
            let looked = questionnaires::look(app, by, id).await.map_err(refused)?;
            Ok(looked.version.document.version)
        })?;
        let args = [
            ("file", self.file.display().to_string().into()),
            ("name", name.as_str().into()),
            ("version", version.to_string().into()),
        ];
        Ok(lang.t_with("questionnaire-imported", &args))
    }
}

/// The questionnaire of a file, whole; else each of its problems, after the file's name.
fn read(lang: Lang, path: &Path) -> Result<Whole, Failure> {
    if path == Path::new("default")
        && let Some(built_in) = questionnaires::built_in()
    {
        return Ok(built_in);
    }
    let bytes = std::fs::read(path).map_err(|error| {
        let args = [
            ("file", path.display().to_string().into()),
            ("message", error.to_string().into()),
        ];
        Failure::input(lang.t_with("evaluate-file-unreadable", &args))
    })?;
    let named = |sentences: Vec<String>| {
        let sentences = sentences
            .into_iter()
            .map(|sentence| format!("{}: {sentence}", path.display()));
        Failure::Input(sentence::cut(lang, sentences.collect()))
    };
    let document = xlsform::document(&bytes).map_err(|error| named(error.sentences(lang)))?;
    let problems = document.problems();
    let sentences = problems
        .iter()
        .map(|found| questionnaire_error(lang, &found.error));
    let sentences: Vec<String> = sentences.collect();
    Whole::try_from(document).map_err(|_| named(sentences))
}
