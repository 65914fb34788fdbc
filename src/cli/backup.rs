//! `minyi backup`, `restore`, `migrate` and `check`: what keeps an instance safe.
//!
//! Uses: `service::backup`, `restore`, `migrate`, `check`. Promises: they need no account, since whoever
//! runs them has the files already; nothing that exists is overwritten; what is missing or does not fit is said in numbers,
//! and ends with exit code 2.

use std::path::{Path, PathBuf};

use clap::Args;

use super::instance::{self, internal, refusal, runtime};
use super::stores::Stores;
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::report::table::{Align, TextTable};
use crate::service::app::{self, OpenError, StoreError};
use crate::service::audit;
use crate::service::backup::{self, BackupError};
use crate::service::check::{self, WaveCheck};
use crate::service::keys::Keys;
use crate::service::migrate;
use crate::service::restore::{self, RestoreError, RestoredWave};
use crate::survey::time::Zone;

/// Saves both stores into a new folder, while the service goes on; the keys are not in it.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The new folder.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Makes an instance from a backup, and says what is missing. Its keys must be in place before.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup's folder.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// A checkpoint from elsewhere, as a page, a witness or an observer kept it; may be given several times.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Brings the tables of an earlier version up to this one, after a backup.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// The backup's new folder; in the folder of the data if none is named.
    #[arg(long, value_name = "DIR")]
    backup_to: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Looks whether both stores tell one story; changes nothing.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    place: Place,
}

/// Which instance.
#[derive(Debug, Args)]
struct Place {
    #[command(flatten)]
    stores: Stores,
    /// Address of the instance, by which its logs are named.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL", default_value = instance::NO_LINKS)]
    public_url: String,
}

impl Place {
    fn config(&self, lang: Lang) -> Result<app::AppConfig, Failure> {
        self.stores.config(lang, &self.public_url, Zone::shanghai())
    }
}

impl Backup {
    /// Makes it.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let config = self.place.config(lang)?;
        let checks = runtime(lang)?.block_on(async {
            let opened = app::open_stores(&config).await;
            let (office, urn) = opened.map_err(|error| refusal(lang, error))?;
            let (url, now) = (&config.public_url, config.clock.now());
            let made = backup::make(&office.0, &urn.0, url, now, &self.to).await;
            made.map_err(|error| failed(lang, error))
        })?;
        console.print(&table(lang, &checks.1))?;
        console.note(&lang.t_with("backup-made", &[("path", shown(&self.to).into())]));
        Ok(())
    }
}

impl Restore {
    /// Restores.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let config = self.place.config(lang)?;
        let mut known = Vec::new();
        for path in &self.checkpoint {
            let note = std::fs::read_to_string(path).map_err(|source| {
                let path = path.clone();
                failed(lang, BackupError::File { path, source })
            })?;
            known.push((shown(path), note));
        }
        let done = runtime(lang)?.block_on(restore::restore(&config, &self.from, &known));
        let (_, waves) = done.map_err(|error| not_restored(lang, error))?;
        let checks: Vec<WaveCheck> = waves.iter().map(|wave| wave.check.clone()).collect();
        console.print(&table(lang, &checks))?;
        for wave in &waves {
            for sentence in said_of(lang, wave) {
                console.note(&sentence);
            }
        }
        console.note(&lang.t("restore-done"));
        Ok(())
    }
}

impl Migrate {
    /// Migrates.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let config = self.place.config(lang)?;
        let folder = self.backup_to.unwrap_or_else(|| {
            let day = config
                .zone
                .minute(config.clock.now())
                .replace([' ', ':'], "-");
            let name = format!("before-migration-{day}");
            self.place.stores.data().join("backups").join(name)
        });
        let done = runtime(lang)?.block_on(migrate::migrate(&config, &folder));
        let said = match done.map_err(|error| failed(lang, error))? {
            None => lang.t("migrate-nothing"),
            Some(before) => lang.t_with(
                "migrate-done",
                &[
                    ("office", before.office.into()),
                    ("urn", before.urn.into()),
                    ("path", shown(&folder).into()),
                ],
            ),
        };
        console.note(&said);
        Ok(())
    }
}

impl Check {
    /// Checks.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let config = self.place.config(lang)?;
        let urn = config.urn_keys.as_deref().unwrap_or(&config.keys);
        let keys = Keys::open_apart(Some(&config.keys), Some(urn));
        let keys = keys.map_err(|error| refusal(lang, OpenError::Keys(error)))?;
        let (is_whole, chain, checks) = runtime(lang)?.block_on(async {
            let opened = app::open_stores(&config).await;
            let (office, urn) = opened.map_err(|error| refusal(lang, error))?;
            let looked = async {
                let is_whole = office.0.is_whole().await? && urn.0.is_whole().await?;
                let chain = audit::verify(&office).await?;
                Ok((
                    is_whole,
                    chain,
                    check::waves(&office, &urn, Some(&keys)).await?,
                ))
            };
            looked
                .await
                .map_err(|error: StoreError| internal(lang, error))
        })?;
        console.print(&table(lang, &checks))?;
        let mut problems = mismatches(lang, &checks);
        if !is_whole {
            problems.push(lang.t("check-damaged"));
        }
        if let Some(place) = chain.broken {
            problems.push(lang.t_with("check-audit", &[("place", lang.count(place).into())]));
        }
        if problems.is_empty() {
            console.note(&lang.t("check-good"));
            Ok(())
        } else {
            Err(Failure::Input(problems))
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Counts of every wave.
fn table(lang: Lang, checks: &[WaveCheck]) -> String {
    let mut table = TextTable::new([
        (lang.t("check-column-wave"), Align::Left),
        (lang.t("check-column-used"), Align::Right),
        (lang.t("check-column-pool"), Align::Right),
        (lang.t("check-column-responses"), Align::Right),
        (lang.t("check-column-leaves"), Align::Right),
        (lang.t("check-column-log"), Align::Right),
        (lang.t("check-column-keys"), Align::Right),
        (lang.t("check-column-root"), Align::Left),
    ]);
    for check in checks {
        table.push([
            check.wave.slug.to_string(),
            lang.count(check.used),
            lang.count(check.pool),
            lang.count(check.responses),
            lang.count(check.leaves),
            check.log.number.to_string(),
            check
                .keys_here
                .map_or_else(|| "?".to_owned(), |keys| lang.count(keys)),
            hex::encode(check.root),
        ]);
    }
    table.render()
}

fn mismatches(lang: Lang, checks: &[WaveCheck]) -> Vec<String> {
    let mut said = Vec::new();
    for check in checks {
        for problem in &check.problems {
            let (count, other) = match problem {
                check::Mismatch::Leaves { unlogged, missing } => (*unlogged, *missing),
                check::Mismatch::Altered(altered) => (*altered, 0),
                check::Mismatch::Spent => (check.spent, check.pool + check.responses),
                check::Mismatch::Used => (check.used, check.pool + check.responses),
            };
            let numbers = [
                ("wave", check.wave.slug.as_str().into()),
                ("count", lang.count(count).into()),
                ("other", lang.count(other).into()),
            ];
            said.push(lang.t_with(problem.key(), &numbers));
        }
        if check.unreadable > 0 {
            let numbers = [
                ("wave", check.wave.slug.as_str().into()),
                ("count", lang.count(check.unreadable).into()),
            ];
            said.push(lang.t_with("check-unreadable", &numbers));
        }
        if check.log.is_halted {
            said.push(halted(lang, check.wave.slug.as_str(), check.log.lost));
        }
    }
    said
}

fn halted(lang: Lang, wave: &str, lost: u64) -> String {
    let numbers = [("wave", wave.into()), ("lost", lang.count(lost).into())];
    lang.t_with("check-halted", &numbers)
}

/// What a person must know of a restored wave.
fn said_of(lang: Lang, wave: &RestoredWave) -> Vec<String> {
    let slug = wave.check.wave.slug.as_str();
    let numbers = [
        ("wave", slug.into()),
        ("leaves", lang.count(wave.check.leaves).into()),
        ("unreadable", lang.count(wave.unreadable).into()),
    ];
    let compared = match wave.known {
        None => "restore-unknown",
        Some(_) if wave.lost == 0 => "restore-complete",
        Some(_) => "restore-compared",
    };
    let mut said = vec![lang.t_with(compared, &numbers)];
    if wave.unreadable > 0 {
        said.push(lang.t_with("restore-unreadable", &numbers));
    }
    if wave.lost > 0 {
        said.push(halted(lang, slug, wave.check.log.lost + wave.lost));
    }
    said
}

fn not_restored(lang: Lang, error: RestoreError) -> Failure {
    match error {
        RestoreError::Backup(error) => failed(lang, error),
        RestoreError::Keys(error) => refusal(lang, OpenError::Keys(error)),
        RestoreError::NotEmpty(store) => {
            let store = instance::store_name(lang, store);
            Failure::input(lang.t_with("restore-not-empty", &[("store", store.into())]))
        }
        RestoreError::Checkpoint { name, source } => {
            let arguments = [("file", name.into()), ("error", source.to_string().into())];
            Failure::input(lang.t_with("restore-checkpoint", &arguments))
        }
        RestoreError::Fork { origin } => {
            Failure::input(lang.t_with("restore-fork", &[("origin", origin.into())]))
        }
        RestoreError::Store(store, error) => refusal(lang, OpenError::Store(store, error)),
    }
}

fn failed(lang: Lang, error: BackupError) -> Failure {
    let named =
        |key: &str, path: &Path| Failure::input(lang.t_with(key, &[("path", shown(path).into())]));
    match error {
        BackupError::Exists(path) => named("backup-exists", &path),
        BackupError::NoBackup(path) => named("backup-none", &path),
        BackupError::Altered(path) => named("backup-altered", &path),
        BackupError::File { path, source } => {
            let arguments = [
                ("path", shown(&path).into()),
                ("error", source.to_string().into()),
            ];
            Failure::input(lang.t_with("backup-file", &arguments))
        }
        BackupError::Contradiction(checks) => Failure::Input(mismatches(lang, &checks)),
        BackupError::Store(store, error) => refusal(lang, OpenError::Store(store, error)),
    }
}
