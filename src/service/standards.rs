//! Standards on the desk: what is stored and where it was used; drafts that people make of it and change.
//!
//! For: the pages under `/standards`. Uses: the office, `evaluation`. Promises: a stored standard never changes; a
//! draft is kept whatever it lacks, nobody overwrites what another wrote in between, and once it is proposed it stays
//! as it is; every step is one transaction with its audit entry.

mod freeze;
mod preview;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::again::Contended;
use super::app::App;
use super::keys::{KeysError, random};
use super::waves::{WaveError, act};
use crate::evaluation::standard::document::{Difference, Document};
use crate::evaluation::standard::{Standard, StandardProblem};
use crate::storage::office::{account, audit, evaluation, standard, standard_draft, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::{Account, AccountName};
use crate::survey::audit::Entry;
use crate::survey::ids::{AccountId, StandardDraftId, WaveId};
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::{Act, WaveSlug};

pub use self::freeze::{confirm, propose, withdraw};
pub use self::preview::{Preview, Previewed, preview};
pub use crate::storage::office::standard::StoredStandard;
pub use crate::storage::office::standard_draft::Draft;

/// Longest text of a draft, in bytes; the shipped standard has a twelfth of it.
pub const LONGEST: usize = 256 * 1024;
/// Longest id of a new standard, in characters.
pub const LONGEST_ID: usize = 60;

/// Why nothing was shown or written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The person's role does not do this.
    #[error("this is not among this account's rights")]
    Denied,
    /// There is no such standard or draft.
    #[error("there is no such standard or draft")]
    Unknown,
    /// An id or version that no standard can have.
    #[error("no id and version of a standard")]
    BadName,
    /// A stored standard has this id and version.
    #[error("a stored standard has this id and version")]
    Taken {
        /// The id.
        id: String,
        /// The version.
        version: u32,
    },
    /// The draft is longer than [`LONGEST`].
    #[error("the draft is too long")]
    TooLong,
    /// The draft is proposed or in force, so it stays as it is.
    #[error("the draft is proposed or in force")]
    Fixed,
    /// Somebody else wrote or proposed in between.
    #[error("the draft was changed in between")]
    ChangedMeanwhile,
    /// It is no whole standard yet.
    #[error("{} problems in the draft", .0.len())]
    Problems(Vec<StandardProblem>),
    /// Whoever proposed it does not confirm it.
    #[error("a second person must confirm")]
    OnePerson,
    /// A wave's record could not be written.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// No random bits.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The office failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Contended for DraftError {
    fn is_contended(&self) -> bool {
        match self {
            Self::Store(error) => {
                matches!(error, StoreError::Contention(_) | StoreError::Duplicate(_))
            }
            Self::Wave(error) => {
                let duplicate = matches!(error, WaveError::Store(StoreError::Duplicate(_)));
                duplicate || error.is_contended() || matches!(error, WaveError::ChangedMeanwhile)
            }
            _ => false,
        }
    }
}

/// That a standard was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The year under evaluation.
    pub year: i32,
    /// The wave whose result it rests on.
    pub wave: Option<WaveSlug>,
    /// When.
    pub at: Instant,
}

/// Names of people.
pub type People = BTreeMap<AccountId, AccountName>;

/// Every standard and draft.
#[derive(Debug)]
pub struct Shelf {
    /// Stored standards; the first is the one in force.
    pub standards: Vec<StoredStandard>,
    /// Where each was used, by digest; the latest use first.
    pub uses: BTreeMap<[u8; 32], Vec<Used>>,
    /// Drafts, the one changed last first.
    pub drafts: Vec<Draft>,
    /// Who is who.
    pub people: People,
}

/// A draft with what belongs to it.
#[derive(Debug)]
pub struct Desk {
    /// The draft.
    pub draft: Draft,
    /// The stored standard that it was made from.
    pub parent: StoredStandard,
    /// Who is who.
    pub people: People,
}

/// Organizers, evaluators and auditors read standards, as they read the results that rest on them.
fn may_read(person: &Account) -> Result<(), DraftError> {
    allowed(person, Action::ReadResults)
}

fn may_write(person: &Account) -> Result<(), DraftError> {
    allowed(person, Action::Evaluate)
}

fn allowed(person: &Account, action: Action) -> Result<(), DraftError> {
    if person.may(action) {
        Ok(())
    } else {
        Err(DraftError::Denied)
    }
}

async fn people(conn: &mut Conn<'_>) -> Result<People, StoreError> {
    let all = account::list(conn).await?.into_iter();
    Ok(all.map(|who| (who.id, who.name)).collect())
}

/// Every standard and draft.
pub async fn list(app: &App, person: &Account) -> Result<Shelf, DraftError> {
    may_read(person)?;
    let mut tx = app.office.0.begin_read("list standards").await?;
    let mut conn = tx.conn();
    Ok(Shelf {
        standards: standard::list(&mut conn).await?,
        uses: uses(&mut conn).await?,
        drafts: standard_draft::list(&mut conn).await?,
        people: people(&mut conn).await?,
    })
}

/// Where each standard was used; several evaluations of one wave and year are one use.
async fn uses(conn: &mut Conn<'_>) -> Result<BTreeMap<[u8; 32], Vec<Used>>, StoreError> {
    let waves = wave::list(conn).await?.into_iter();
    let waves: BTreeMap<WaveId, WaveSlug> = waves.map(|wave| (wave.id, wave.slug)).collect();
    let mut found: BTreeMap<[u8; 32], Vec<Used>> = BTreeMap::new();
    for one in evaluation::uses(conn).await? {
        let used = Used {
            year: one.year,
            wave: one.wave.and_then(|id| waves.get(&id).cloned()),
            at: one.at,
        };
        let all = found.entry(one.standard).or_default();
        let same = |other: &Used| other.year == used.year && other.wave == used.wave;
        if !all.iter().any(same) {
            all.push(used);
        }
    }
    Ok(found)
}

/// The stored standard of this digest, in hexadecimal.
pub async fn look(app: &App, person: &Account, digest: &str) -> Result<StoredStandard, DraftError> {
    may_read(person)?;
    let mut tx = app.office.0.begin_read("look at standard").await?;
    stored(&mut tx.conn(), digest).await
}

async fn stored(conn: &mut Conn<'_>, digest: &str) -> Result<StoredStandard, DraftError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(digest, &mut bytes).map_err(|_| DraftError::Unknown)?;
    match standard::get(conn, &bytes).await {
        Err(StoreError::Missing(_)) => Err(DraftError::Unknown),
        found => Ok(found?),
    }
}

/// A draft with what belongs to it.
pub async fn desk(app: &App, person: &Account, id: StandardDraftId) -> Result<Desk, DraftError> {
    may_read(person)?;
    let mut tx = app.office.0.begin_read("look at draft").await?;
    let mut conn = tx.conn();
    let draft = get(&mut conn, id).await?;
    Ok(Desk {
        parent: standard::get(&mut conn, &draft.parent).await?,
        people: people(&mut conn).await?,
        draft,
    })
}

async fn get(conn: &mut Conn<'_>, id: StandardDraftId) -> Result<Draft, DraftError> {
    let found = standard_draft::find(conn, id).await?;
    found.ok_or(DraftError::Unknown)
}

/// Makes a draft of a stored standard, under another id or version.
pub async fn begin(
    app: &App,
    person: &Account,
    parent: &str,
    (id, version): (&str, &str),
) -> Result<StandardDraftId, DraftError> {
    may_write(person)?;
    let (id, version) = name_of(id, version)?;
    let mut tx = app.office.0.begin_write("begin draft").await?;
    let mut conn = tx.conn();
    let parent = stored(&mut conn, parent).await?;
    free(&mut conn, &id, version).await?;
    // What is stored has been read before.
    let mut document =
        Document::parse(&parent.text).map_err(|error| DraftError::Problems(error.problems))?;
    let mut head = document.head();
    (head.id, head.version) = (id, version.to_string());
    document.set_head(&head);
    let now = act(app, person);
    let draft = Draft {
        id: StandardDraftId::new(now.at, random()?),
        parent: parent.digest,
        name: label(&document),
        text: document.to_toml(),
        revision: 1,
        made: now,
        changed: now,
        proposed: None,
        frozen: None,
    };
    standard_draft::insert(&mut conn, &draft).await?;
    let detail = json!({ "parent": hex::encode(parent.digest) });
    record(
        &mut conn,
        person,
        now,
        "make_standard_draft",
        &draft.name,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(draft.id)
}

/// An id of plain characters and a version from 1.
fn name_of(id: &str, version: &str) -> Result<(String, u32), DraftError> {
    let id = id.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_good = (1..=LONGEST_ID).contains(&id.len()) && id.chars().all(plain);
    let version: Option<u32> = version.trim().parse().ok();
    let version = version.filter(|version| (1..1_000_000).contains(version));
    match version.filter(|_| is_good) {
        Some(version) => Ok((id.to_owned(), version)),
        None => Err(DraftError::BadName),
    }
}

async fn free(conn: &mut Conn<'_>, id: &str, version: u32) -> Result<(), DraftError> {
    match standard::find(conn, id, version).await? {
        Some(_) => Err(DraftError::Taken {
            id: id.to_owned(),
            version,
        }),
        None => Ok(()),
    }
}

/// What lists call a document: id and version.
fn label(document: &Document) -> String {
    let head = document.head();
    let text = format!("{} {}", head.id.trim(), head.version.trim());
    text.trim().chars().take(2 * LONGEST_ID).collect()
}

async fn record(
    conn: &mut Conn<'_>,
    person: &Account,
    act: Act,
    action: &str,
    name: &str,
    detail: Value,
) -> Result<(), DraftError> {
    let subject = format!("standard {name}");
    let entry = Entry::by(person, act.at, random()?, action, subject, detail);
    Ok(audit::insert(conn, &entry).await?)
}

/// Stores what somebody wrote on top of a revision, whatever it lacks. The same text again changes nothing.
pub async fn save(
    app: &App,
    person: &Account,
    (id, revision): (StandardDraftId, i64),
    text: &str,
) -> Result<(), DraftError> {
    may_write(person)?;
    if text.len() > LONGEST {
        return Err(DraftError::TooLong);
    }
    let text = text.replace("\r\n", "\n");
    let now = act(app, person);
    let mut tx = app.office.0.begin_write("save draft").await?;
    let mut conn = tx.conn();
    let before = get(&mut conn, id).await?;
    if !before.is_open() {
        return Err(DraftError::Fixed);
    }
    if before.text == text && before.revision == revision {
        return Ok(());
    }
    let document = Document::parse(&text).ok();
    let name = document.as_ref().map_or(before.name.clone(), label);
    if !standard_draft::update(&mut conn, (id, revision), &name, &text, now).await? {
        return Err(DraftError::ChangedMeanwhile);
    }
    let detail = json!({ "changed": changed(&before.text, document.as_ref()) });
    record(
        &mut conn,
        person,
        now,
        "change_standard_draft",
        &name,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Criteria and sections that differ, as far as both texts can be read.
fn changed(before: &str, after: Option<&Document>) -> Vec<String> {
    let (Ok(before), Some(after)) = (Document::parse(before), after) else {
        return Vec::new();
    };
    let name = |one: Difference| match one {
        Difference::Added(name)
        | Difference::Removed(name)
        | Difference::Changed(name)
        | Difference::Section(name) => name,
        Difference::Order => "criteria".to_owned(),
    };
    after.differences(&before).into_iter().map(name).collect()
}

/// A text as a standard that can be stored.
fn whole(text: &str) -> Result<Standard, DraftError> {
    Standard::from_toml(text).map_err(|error| DraftError::Problems(error.problems))
}
