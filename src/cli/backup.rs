//! `minyi backup`, `restore`, `migrate` and `check`: what keeps an instance safe.
//!
//! Uses: `service::backup`, `restore`, `migrate`, `check`. Promises: they need no account, since whoever
//! runs them has the files already; nothing that exists is overwritten; what is missing or does not fit is said in numbers,
//! and ends with exit code 2. With `--role` they do for one store what they do for both, and say what its operator compares with the
//! other one: numbers of whole waves.

use std::path::{Path, PathBuf};

use clap::Args;

use super::instance::{self, internal, refusal, runtime};
use super::stores::{Named, Stores};
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::report::table::{Align, TextTable};
use crate::service::app::{self, OpenError, Part, Store, StoreError};
use crate::service::audit;
use crate::service::backup::{self, BackupError};
use crate::service::check::{self, WaveCheck};
use crate::service::migrate;
use crate::service::restore::{self, RestoreError, RestoredWave};
use crate::survey::time::{Instant, Zone};

/// Saves both stores, or with --role one of them, into a new folder, while the service goes on; the keys are not in it.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The new folder.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Makes an instance from a backup, or with --role one program's part, and says what is missing. Its keys must be in place before.
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

/// Looks whether both stores tell one story, or with --role what one of them tells; changes nothing.
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
    /// Whose store and keys are here: both programs', or those of one of two.
    #[arg(long, value_enum, default_value_t = Named::Both, env = "MINYI_ROLE")]
    role: Named,
    /// Address of the instance, by which its logs are named.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL", default_value = instance::NO_LINKS)]
    public_url: String,
}

impl Place {
    fn config(&self, lang: Lang) -> Result<app::AppConfig, Failure> {
        let (part, zone) = (self.role.part(), Zone::shanghai());
        self.stores.config_of(part, lang, &self.public_url, zone)
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
        compare(console, config.part, &checks.1);
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
        compare(console, config.part, &checks);
        if config.part == Part::Office {
            console.note(&lang.t("restore-office-alone"));
        }
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
            Some(before) => migrated(lang, before, &folder),
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
        let keys = config.open_keys();
        let keys = keys.map_err(|error| refusal(lang, OpenError::Keys(error)))?;
        let (is_whole, broken, checks) = runtime(lang)?.block_on(async {
            let opened = app::open_stores(&config).await;
            let (office, urn) = opened.map_err(|error| refusal(lang, error))?;
            let looked = async {
                let mut is_whole = true;
                for db in [&office.0, &urn.0] {
                    is_whole &= db.here().is_err() || db.is_whole().await?;
                }
                let broken = match office.0.here() {
                    Ok(()) => audit::verify(&office).await?.broken,
                    Err(_) => None,
                };
                let checks = check::waves(&office, &urn, Some(&keys)).await?;
                Ok((is_whole, broken, checks))
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
        if let Some(place) = broken {
            problems.push(lang.t_with("check-audit", &[("place", lang.count(place).into())]));
        }
        compare(console, config.part, &checks);
        keys_left(console, config.clock.now(), &checks);
        if problems.is_empty() {
            let good = match config.part {
                Part::Both => "check-good",
                Part::Office | Part::Urn => "check-good-alone",
            };
            console.note(&lang.t(good));
            Ok(())
        } else {
            Err(Failure::Input(problems))
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn migrated(lang: Lang, before: migrate::Migrated, folder: &Path) -> String {
    let (key, store, from) = match (before.office, before.urn) {
        (Some(office), None) => ("migrate-done-alone", Store::Office, office),
        (None, Some(urn)) => ("migrate-done-alone", Store::Urn, urn),
        _ => ("migrate-done", Store::Office, 0),
    };
    let arguments = [
        ("store", instance::store_name(lang, store).into()),
        ("from", from.into()),
        ("office", before.office.unwrap_or(0).into()),
        ("urn", before.urn.unwrap_or(0).into()),
        ("path", shown(folder).into()),
    ];
    lang.t_with(key, &arguments)
}

/// What the operator of one store compares with the other one, wave by wave: numbers of all of a wave.
fn compare(console: Console, part: Part, checks: &[WaveCheck]) {
    let lang = console.lang();
    for check in checks {
        let (key, count) = match (part, check.used, &check.urn) {
            (Part::Office, Some(used), _) => ("compare-office", used),
            (Part::Urn, _, Some(urn)) => ("compare-urn", urn.records()),
            _ => continue,
        };
        let numbers = [
            ("wave", check.wave.slug.as_str().into()),
            ("count", lang.count(count).into()),
        ];
        console.note(&lang.t_with(key, &numbers));
    }
}

/// Which waves have keys in this place, and until when they were to be there.
fn keys_left(console: Console, now: Instant, checks: &[WaveCheck]) {
    let lang = console.lang();
    for check in checks {
        let (Some(left @ 1..), Some(until)) = (check.keys_here, check.keys_until) else {
            continue;
        };
        let numbers = [
            ("wave", check.wave.slug.as_str().into()),
            ("count", lang.count(left).into()),
            ("until", Zone::shanghai().minute(until).into()),
        ];
        let key = if now < until {
            "check-keys-until"
        } else {
            "check-keys-overdue"
        };
        console.note(&lang.t_with(key, &numbers));
    }
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
    // What is with another program.
    let or_else = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    for check in checks {
        let urn = check.urn.as_ref();
        table.push([
            check.wave.slug.to_string(),
            or_else(check.used.map(|used| lang.count(used))),
            or_else(urn.map(|urn| lang.count(urn.pool))),
            or_else(urn.map(|urn| lang.count(urn.responses))),
            or_else(urn.map(|urn| lang.count(urn.leaves))),
            or_else(urn.map(|urn| urn.log.number.to_string())),
            check
                .keys_here
                .map_or_else(|| "?".to_owned(), |keys| lang.count(keys)),
            or_else(urn.map(|urn| hex::encode(urn.root))),
        ]);
    }
    table.render()
}

fn mismatches(lang: Lang, checks: &[WaveCheck]) -> Vec<String> {
    let mut said = Vec::new();
    for check in checks {
        let wave = check.wave.slug.as_str();
        let urn = check.urn.as_ref();
        let (spent, records) = urn.map_or((0, 0), |urn| (urn.spent, urn.records()));
        let mut say = |key: &str, count: u64, other: u64| {
            let numbers = [
                ("wave", wave.into()),
                ("count", lang.count(count).into()),
                ("other", lang.count(other).into()),
            ];
            said.push(lang.t_with(key, &numbers));
        };
        for problem in &check.problems {
            let (count, other) = match problem {
                check::Mismatch::Leaves { unlogged, missing } => (*unlogged, *missing),
                check::Mismatch::Altered(altered) => (*altered, 0),
                check::Mismatch::Spent => (spent, records),
                check::Mismatch::Used => (check.used.unwrap_or(0), records),
            };
            say(problem.key(), count, other);
        }
        if let Some(urn) = urn.filter(|urn| urn.unreadable > 0) {
            say("check-unreadable", urn.unreadable, 0);
        }
        if let Some(urn) = urn.filter(|urn| urn.log.is_halted) {
            said.push(halted(lang, wave, urn.log.lost));
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
    let mut said = Vec::new();
    if let Some(missing) = wave.missing_entries {
        let numbers = [
            ("wave", slug.into()),
            ("missing", lang.count(missing).into()),
        ];
        let key = match missing {
            0 => "restore-process-complete",
            _ => "restore-process-lost",
        };
        said.push(lang.t_with(key, &numbers));
    }
    let Some(urn) = &wave.check.urn else {
        return said;
    };
    let numbers = [
        ("wave", slug.into()),
        ("leaves", lang.count(urn.leaves).into()),
        ("unreadable", lang.count(wave.unreadable).into()),
    ];
    let compared = match wave.known {
        None => "restore-unknown",
        Some(_) if wave.lost == 0 => "restore-complete",
        Some(_) => "restore-compared",
    };
    said.push(lang.t_with(compared, &numbers));
    if wave.unreadable > 0 {
        said.push(lang.t_with("restore-unreadable", &numbers));
    }
    if wave.lost > 0 {
        said.push(halted(lang, slug, urn.log.lost + wave.lost));
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
        BackupError::Lacks(store) => {
            let store = instance::store_name(lang, store);
            Failure::input(lang.t_with("backup-lacks", &[("store", store.into())]))
        }
        BackupError::Contradiction(checks) => Failure::Input(mismatches(lang, &checks)),
        BackupError::Store(store, error) => refusal(lang, OpenError::Store(store, error)),
    }
}
