//! `minyi export`: the files of a wave, with the bytes that the pages give.

use std::path::{Path, PathBuf};

use clap::Args;
use sha2::{Digest as _, Sha256};

use super::output_file::OutputFile;
use super::person::{Desk, Person};
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::service::audits::{self, AuditError, Undertaking};
use crate::service::exports::{ExportError, File, make, offer};
use crate::service::sentence::{audit_error as audits_sentence, wave_error};
use crate::service::waves::WaveError;
use crate::survey::wave::WaveSlug;

/// Writes files of a wave: codebook, outcomes and rates, paradata, published tables.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The wave's name in addresses.
    slug: String,
    /// Names of files, as `codebook.xml` or `tables.xlsx`; without any, all that are there.
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// The folder in which they are written, each as NAME-WAVE; what has that name is replaced.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    into: PathBuf,
    /// The auditors' bundle instead: every record, with what opens its leaf. Whoever names this signs that what is in it stays
    /// with them, serves the audit alone and is destroyed after it.
    #[arg(long, conflicts_with = "files")]
    audit: bool,
    #[command(flatten)]
    person: Person,
}

impl Export {
    /// Writes them.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let slug = WaveSlug::parse(&self.slug).map_err(|_| unknown_wave(lang, &self.slug))?;
        let wanted = self.files.iter().map(|name| known(lang, name));
        let wanted: Vec<File> = wanted.collect::<Result<_, _>>()?;
        if self.audit {
            return self.audit(console, &slug);
        }
        self.person.act(console, async |desk| {
            let offered = offer(desk.app, desk.person, &slug).await;
            let offered = offered.map_err(|error| refusal(desk, "", error))?;
            let files: Vec<File> = if wanted.is_empty() {
                let there = offered.files.iter().filter(|(_, wait)| wait.is_none());
                there.map(|(file, _)| *file).collect()
            } else {
                wanted
            };
            if files.is_empty() {
                let key = if offered.files.is_empty() {
                    "export-open-wave"
                } else {
                    "export-nothing"
                };
                return Err(Failure::input(lang.t(key)));
            }
            for file in &files {
                let made = make(desk.app, desk.person, &slug, *file, lang).await;
                let made = made.map_err(|error| refusal(desk, file.name(), error))?;
                write(lang, &self.into, &slug, *file, &made)?;
            }
            console.print(&format!(
                "{}\n",
                lang.t_with("export-done", &[("count", files.len().into())])
            ))
        })
    }
}

impl Export {
    /// Writes the auditors' bundle.
    fn audit(&self, console: Console, slug: &WaveSlug) -> Result<(), Failure> {
        let lang = console.lang();
        self.person.act(console, async |desk| {
            let taken = audits::take(desk.app, desk.person, slug, Undertaking::Signed).await;
            let bytes = taken.map_err(|error| audit_refusal(desk, error))?;
            let path = self.into.join(format!("audit-{slug}.zip"));
            save(lang, &path, &bytes)?;
            let args = [
                ("file", path.display().to_string().into()),
                ("digest", hex::encode(Sha256::digest(&bytes)).into()),
            ];
            console.print(&format!("{}\n", lang.t_with("audits-taken", &args)))
        })
    }
}

/// Why there are no records, or nothing was attested.
pub(super) fn audit_refusal(desk: Desk<'_>, error: AuditError) -> Failure {
    let lang = desk.lang();
    match error {
        AuditError::Wave(error @ WaveError::NoWave(_)) => {
            Failure::Input(wave_error(lang, desk.zone(), &error))
        }
        error => match audits_sentence(lang, &error) {
            Some(sentence) => Failure::input(sentence),
            None => Failure::internal(lang.t("wave-attempted"), error),
        },
    }
}

fn known(lang: Lang, name: &str) -> Result<File, Failure> {
    File::from_name(name).ok_or_else(|| {
        let names = File::ALL.map(File::name).join(", ");
        let args = [("name", name.into()), ("known", names.into())];
        Failure::input(lang.t_with("export-unknown", &args))
    })
}

fn write(
    lang: Lang,
    folder: &Path,
    slug: &WaveSlug,
    file: File,
    bytes: &[u8],
) -> Result<(), Failure> {
    let (stem, ending) = file.name().rsplit_once('.').unwrap_or((file.name(), ""));
    save(lang, &folder.join(format!("{stem}-{slug}.{ending}")), bytes)
}

fn save(lang: Lang, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = OutputFile::prepare(path, bytes).and_then(OutputFile::publish);
    written.map_err(|error| {
        let args = [
            ("file", path.display().to_string().into()),
            ("message", error.to_string().into()),
        ];
        Failure::input(lang.t_with("export-not-written", &args))
    })
}

fn unknown_wave(lang: Lang, slug: &str) -> Failure {
    Failure::input(lang.t_with("wave-unknown", &[("slug", slug.into())]))
}

/// Why there is no file.
fn refusal(desk: Desk<'_>, name: &str, error: ExportError) -> Failure {
    let lang = desk.lang();
    let said = |error: &WaveError| Failure::Input(wave_error(lang, desk.zone(), error));
    match error {
        ExportError::Denied => said(&WaveError::Denied),
        ExportError::Wave(error @ (WaveError::Denied | WaveError::NoWave(_))) => said(&error),
        ExportError::NoSample => Failure::input(lang.t("export-open-wave")),
        ExportError::NotYet(wait) => {
            let args = [
                ("name", name.to_owned().into()),
                ("when", lang.t(wait.key()).into()),
            ];
            Failure::input(lang.t_with("export-not-yet", &args))
        }
        error => Failure::internal(lang.t("wave-attempted"), error),
    }
}
