//! What a running instance holds: both stores or one of them, keys, clock, and the intake.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::accounts::{Accounts, OFFICE_FILE};
use super::design::LastFrame;
use super::intake::Intake;
use super::keys::blind::Maker;
use super::keys::{Keys, KeysError};
use super::logs::Trees;
use super::witnesses::Witnesses;
use crate::storage::{Db, Durability, Office, Source, Urn};
pub use crate::storage::{Elsewhere, OpenProblem, Store, StoreError};
use crate::survey::time::{Clock, Zone};

/// Which part of an instance a program is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Office and urn in one program.
    #[default]
    Both,
    /// The office alone: codes, staff, everything that is published. It takes no answer.
    Office,
    /// The urn alone: answers with blind tokens, and their log.
    Urn,
}

impl Part {
    /// Whether a program of this role opens the store.
    #[must_use]
    pub const fn has(self, store: Store) -> bool {
        matches!(
            (self, store),
            (Self::Both, _) | (Self::Office, Store::Office) | (Self::Urn, Store::Urn)
        )
    }
}

/// How to open an instance.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// Where the office is.
    pub office: Source,
    /// Where the urn is.
    pub urn: Source,
    /// Folder of the keys, made by `minyi init`; with [`AppConfig::urn_keys`] of the office's alone.
    pub keys: PathBuf,
    /// Folder of the urn's keys, if it is another one.
    pub urn_keys: Option<PathBuf>,
    /// Which of the two is opened.
    pub part: Part,
    /// Where "now" comes from.
    pub clock: Clock,
    /// In which dates are read and written.
    pub zone: Zone,
    /// Address of the instance for links and QR codes, without a slash at its end.
    pub public_url: String,
    /// What to do with tables that are not those of this version.
    pub schema: Schema,
}

impl AppConfig {
    /// An instance whose stores and keys are all in one folder: nothing to install.
    #[must_use]
    pub fn embedded(folder: &Path, clock: Clock, zone: Zone, public_url: &str) -> Self {
        let file = |name: &str| Source::Sqlite {
            path: folder.join(name),
            durability: Durability::Full,
        };
        Self {
            office: file(OFFICE_FILE),
            urn: file(URN_FILE),
            keys: folder.join("keys"),
            urn_keys: None,
            part: Part::Both,
            clock,
            zone,
            public_url: public_url.to_owned(),
            schema: Schema::Migrate,
        }
    }

    /// The same with the stores in databases: each at the addresses of a server and its standbys.
    #[must_use]
    pub fn on_postgres(self, office: Vec<String>, urn: Vec<String>) -> Self {
        Self {
            office: Source::Postgres { urls: office },
            urn: Source::Postgres { urls: urn },
            ..self
        }
    }

    /// The same for a program of one role, whose folder is that role's.
    #[must_use]
    pub fn of(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// The same with the urn's file and keys in a folder of their own.
    #[must_use]
    pub fn with_urn_in(self, folder: &Path) -> Self {
        let urn = match self.urn {
            Source::Sqlite { durability, .. } => Source::Sqlite {
                path: folder.join(URN_FILE),
                durability,
            },
            server @ Source::Postgres { .. } => server,
        };
        Self {
            urn,
            urn_keys: Some(folder.join("keys")),
            ..self
        }
    }

    /// The stores that are opened.
    pub(super) fn stores(&self) -> impl Iterator<Item = (&Source, Store)> {
        let all = [(&self.office, Store::Office), (&self.urn, Store::Urn)];
        let part = self.part;
        all.into_iter().filter(move |(_, store)| part.has(*store))
    }

    /// Reads the keys of the role.
    pub fn open_keys(&self) -> Result<Keys, KeysError> {
        let urn = self.urn_keys.as_deref().unwrap_or(&self.keys);
        let office = self.part.has(Store::Office).then_some(&*self.keys);
        Keys::open_apart(office, self.part.has(Store::Urn).then_some(urn))
    }

    /// The same that refuses tables which are not those of this version.
    #[must_use]
    pub fn checked(self) -> Self {
        Self {
            schema: Schema::Check,
            ..self
        }
    }
}

/// What to do with tables that are not those of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Refuse to start.
    Check,
    /// Bring them up to this version.
    Migrate,
}

/// The urn's file in its folder.
const URN_FILE: &str = "urn.sqlite";

/// A running instance. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Accounts, areas, frames, waves, invitations, results.
    pub office: Office,
    /// Sealed records, responses, the log.
    pub urn: Urn,
    /// Staff accounts and their sessions.
    pub accounts: Accounts,
    /// Which part of the instance this program is.
    pub part: Part,
    /// Files outside the databases.
    pub keys: Keys,
    /// Where "now" comes from.
    pub clock: Clock,
    /// In which dates are read and written.
    pub zone: Zone,
    /// Address of the instance for links and QR codes, without a slash at its end.
    pub public_url: Arc<str>,
    /// Where residents reach the urn, if that is another host name than the rest, without a slash at its end.
    pub urn_url: Option<Arc<str>>,
    /// Where keys of blind tokens come from.
    pub blind_keys: Maker,
    /// Takes submissions.
    pub intake: Intake,
    /// Trees of the waves' logs, as far as they were computed.
    pub trees: Trees,
    /// Other parties that cosign the heads of logs.
    pub witnesses: Witnesses,
    /// The frame that was planned with last.
    pub last_frame: LastFrame,
    /// Every task of the instance, so that shutdown can wait.
    pub tasks: TaskTracker,
    /// Tells tasks to finish.
    pub stop: CancellationToken,
    /// Tells the intake to finish: after the last request, which still wants its answer.
    closing: CancellationToken,
}

/// Why an instance does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A store.
    #[error("the {} does not open", .0.name())]
    Store(Store, #[source] StoreError),
}

/// Why a store does not open, as far as a person can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreProblem {
    /// Its tables are not those of this version.
    Tables {
        /// Newest migration found; 0 is an empty store.
        found: i64,
        /// Newest migration of this version.
        known: i64,
    },
    /// It cannot be reached.
    Closed(OpenProblem),
}

impl OpenError {
    /// The store that does not open and why; nothing where only the causes tell.
    #[must_use]
    pub fn store_problem(&self) -> Option<(Store, StoreProblem)> {
        let Self::Store(store, error) = self else {
            return None;
        };
        let problem = match error {
            StoreError::Schema { found, known, .. } => StoreProblem::Tables {
                found: *found,
                known: *known,
            },
            error => StoreProblem::Closed(error.open_problem()?),
        };
        Some((*store, problem))
    }
}

/// Makes the tables of a new instance in the stores of its role.
pub async fn make_tables(config: &AppConfig) -> Result<(), OpenError> {
    for (source, store) in config.stores() {
        let db = open_store(source, store, Schema::Migrate).await?;
        db.close().await;
    }
    Ok(())
}

/// Opens the stores of the role alone, without keys: tables must be those of this version.
pub async fn open_stores(config: &AppConfig) -> Result<(Office, Urn), OpenError> {
    let office = open_or_not(config, &config.office, Store::Office).await?;
    let urn = open_or_not(config, &config.urn, Store::Urn).await?;
    Ok((Office(office), Urn(urn)))
}

impl App {
    /// Opens the stores of the role and starts the intake. Needs a Tokio runtime.
    pub async fn open(config: AppConfig) -> Result<Self, OpenError> {
        let keys = config.open_keys()?;
        let office = Office(open_or_not(&config, &config.office, Store::Office).await?);
        let urn = Urn(open_or_not(&config, &config.urn, Store::Urn).await?);
        let tasks = TaskTracker::new();
        let (stop, closing) = (CancellationToken::new(), CancellationToken::new());
        let intake = Intake::start(&office, &urn, &keys, &tasks, &closing);
        for db in [&office.0, &urn.0] {
            let (db, closing) = (db.clone(), closing.clone());
            tasks.spawn(async move {
                closing.run_until_cancelled(db.keep_folding()).await;
            });
        }
        let accounts = Accounts::new(office.clone(), config.clock.clone());
        let accounts = match config.part {
            Part::Both | Part::Office => accounts.with_keys(&keys).at(&config.public_url),
            Part::Urn => accounts,
        };
        Ok(Self {
            accounts,
            part: config.part,
            office,
            urn,
            keys,
            clock: config.clock,
            zone: config.zone,
            public_url: config.public_url.trim_end_matches('/').into(),
            urn_url: None,
            blind_keys: Maker::default(),
            trees: Trees::default(),
            witnesses: Witnesses::default(),
            last_frame: LastFrame::default(),
            intake,
            tasks,
            stop,
            closing,
        })
    }

    /// Answers what is queued, ends every task and closes both stores.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.office.0.close().await;
        self.urn.0.close().await;
    }
}

/// A store that this role has, or what stands for one that it has not.
async fn open_or_not(config: &AppConfig, source: &Source, store: Store) -> Result<Db, OpenError> {
    if config.part.has(store) {
        open_store(source, store, config.schema).await
    } else {
        Ok(Db::elsewhere(store))
    }
}

pub(super) async fn open_store(
    source: &Source,
    store: Store,
    schema: Schema,
) -> Result<Db, OpenError> {
    let opened = async {
        if schema == Schema::Check && !source.is_there() {
            return Err(StoreError::Missing("file"));
        }
        let db = Db::open(source).await?;
        match schema {
            Schema::Migrate => db.migrate(store).await?,
            Schema::Check => db.check_schema(store).await?,
        }
        Ok(db)
    };
    opened.await.map_err(|error| OpenError::Store(store, error))
}
