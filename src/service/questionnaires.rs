//! Questionnaires that people work on: begun from the default, from an earlier version or from a file; changed until
//! a seal is asked for with them.
//!
//! For: the questionnaire pages, the design page, `minyi questionnaire`. Uses: the office. Promises: a version that a
//! seal was asked for with never changes again; until then the waves that ask it follow it; nobody overwrites what
//! another wrote in between; every change is in the audit log.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::app::App;
use super::keys::{KeysError, random};
use super::waves::WaveError;
use crate::storage::office::{account, audit, questionnaire, questionnaire_version, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::{Account, AccountName};
use crate::survey::audit::Entry;
use crate::survey::ids::{AccountId, QuestionnaireId};
use crate::survey::questionnaire::{
    Changes, DEFAULT_2026, Questionnaire, QuestionnaireSpec, Version,
};
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveSlug, WaveState};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WritingError {
    /// The person's role does not write questionnaires.
    #[error("writing questionnaires is not among this account's rights")]
    Denied,
    /// No version of this id.
    #[error("there is no such questionnaire")]
    NoVersion,
    /// A seal was asked for with it.
    #[error("the version is fixed")]
    Fixed,
    /// Somebody else wrote in between.
    #[error("the questionnaire was changed in between")]
    ChangedMeanwhile,
    /// Somebody else began a version of this name at the same moment: its number is taken.
    #[error("the number of the version is taken")]
    NumberTaken,
    /// The office failed.
    #[error("the office failed")]
    Store(#[from] StoreError),
    /// The system gave no random bytes.
    #[error("no random bytes")]
    Random(#[from] KeysError),
}

/// What a new version begins from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// The questionnaire that is built in.
    BuiltIn,
    /// An earlier version.
    Version(QuestionnaireId),
    /// A file.
    File(Box<QuestionnaireSpec>),
}

/// A version with what belongs to it.
#[derive(Debug)]
pub struct Looked {
    /// The version.
    pub version: Version,
    /// What it is compared with: the version that it was made from, or the default where it continues that.
    pub before: Option<QuestionnaireSpec>,
    /// Waves that ask it.
    pub waves: Vec<WaveSlug>,
    /// Names of people.
    pub people: BTreeMap<AccountId, AccountName>,
}

/// All versions, and what belongs to them.
#[derive(Debug)]
pub struct Shelf {
    /// By name, the latest of each first.
    pub versions: Vec<Version>,
    /// Waves that ask them.
    pub waves: BTreeMap<QuestionnaireId, Vec<WaveSlug>>,
    /// Names of people.
    pub people: BTreeMap<AccountId, AccountName>,
}

/// The questionnaire that is built in.
#[must_use]
pub fn built_in() -> Option<Questionnaire> {
    Questionnaire::from_toml(DEFAULT_2026).ok()
}

fn may_read(person: &Account) -> Result<(), WritingError> {
    if person.may(Action::WatchFieldwork) {
        Ok(())
    } else {
        Err(WritingError::Denied)
    }
}

fn may_write(person: &Account) -> Result<(), WritingError> {
    if person.may(Action::WriteQuestionnaires) {
        Ok(())
    } else {
        Err(WritingError::Denied)
    }
}

/// All versions.
pub async fn list(app: &App, person: &Account) -> Result<Shelf, WritingError> {
    may_read(person)?;
    let mut tx = app.office.0.begin_read("list questionnaires").await?;
    let mut conn = tx.conn();
    let people = account::list(&mut conn).await?;
    Ok(Shelf {
        versions: questionnaire_version::list(&mut conn).await?,
        waves: askers(&mut conn).await?,
        people: people.into_iter().map(|who| (who.id, who.name)).collect(),
    })
}

/// Waves that ask a version, by version.
async fn askers(
    conn: &mut Conn<'_>,
) -> Result<BTreeMap<QuestionnaireId, Vec<WaveSlug>>, StoreError> {
    let waves = wave::list(conn).await?;
    let mut found: BTreeMap<QuestionnaireId, Vec<WaveSlug>> = BTreeMap::new();
    for (id, version) in questionnaire_version::links(conn).await? {
        if let Some(wave) = waves.iter().find(|wave| wave.id == id) {
            found.entry(version).or_default().push(wave.slug.clone());
        }
    }
    Ok(found)
}

/// One version with what belongs to it.
pub async fn look(
    app: &App,
    person: &Account,
    id: QuestionnaireId,
) -> Result<Looked, WritingError> {
    may_read(person)?;
    let mut tx = app.office.0.begin_read("look at questionnaire").await?;
    let mut conn = tx.conn();
    let version = get(&mut conn, id).await?;
    let before = match version.parent {
        Some(parent) => Some(get(&mut conn, parent).await?.document),
        None => built_in()
            .filter(|default| default.id == version.document.id)
            .map(QuestionnaireSpec::from),
    };
    let waves = askers(&mut conn).await?.remove(&id).unwrap_or_default();
    let people = account::list(&mut conn).await?;
    Ok(Looked {
        version,
        before,
        waves,
        people: people.into_iter().map(|who| (who.id, who.name)).collect(),
    })
}

async fn get(conn: &mut Conn<'_>, id: QuestionnaireId) -> Result<Version, WritingError> {
    let found = questionnaire_version::find(conn, id).await?;
    found.ok_or(WritingError::NoVersion)
}

/// Begins a version: under this name, with the number after the last one of it.
pub async fn begin(
    app: &App,
    person: &Account,
    origin: &Origin,
    name: &str,
) -> Result<QuestionnaireId, WritingError> {
    may_write(person)?;
    let now = app.clock.now();
    let mut tx = app.office.0.begin_write("begin questionnaire").await?;
    let mut conn = tx.conn();
    let known = questionnaire_version::list(&mut conn).await?;
    let built_in = built_in();
    let same_name = |version: &&Version| version.document.id == name;
    let last = known.iter().find(same_name);
    let (mut document, parent, from) = match origin {
        Origin::BuiltIn => {
            let document = built_in.clone().ok_or(WritingError::NoVersion)?.into();
            (document, None, "default")
        }
        Origin::Version(id) => {
            let earlier = known.iter().find(|version| version.id == *id);
            let document = earlier.ok_or(WritingError::NoVersion)?.document.clone();
            (document, Some(*id), "version")
        }
        Origin::File(document) => ((**document).clone(), last.map(|last| last.id), "file"),
    };
    let numbers = known.iter().filter(same_name);
    let numbers = numbers.map(|version| version.document.version);
    let built_in = built_in.filter(|default| default.id == name);
    let highest = numbers.chain(built_in.map(|default| default.version)).max();
    document.version = highest.unwrap_or(0).saturating_add(1);
    name.clone_into(&mut document.id);
    let version = Version {
        id: QuestionnaireId::new(now, random()?),
        parent,
        document,
        revision: 1,
        made_by: person.id,
        made_at: now,
        changed_by: person.id,
        changed_at: now,
        fixed_at: None,
    };
    match questionnaire_version::insert(&mut conn, &version).await {
        Err(StoreError::Duplicate(_)) => return Err(WritingError::NumberTaken),
        done => done?,
    }
    let detail = json!({ "from": from });
    record(
        &mut conn,
        person,
        now,
        "make_questionnaire",
        &version.document,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(version.id)
}

async fn record(
    conn: &mut Conn<'_>,
    person: &Account,
    at: Instant,
    action: &str,
    document: &QuestionnaireSpec,
    detail: Value,
) -> Result<(), WritingError> {
    let subject = format!("questionnaire {} {}", document.id, document.version);
    let entry = Entry::by(person, at, random()?, action, subject, detail);
    Ok(audit::insert(conn, &entry).await?)
}

/// Stores what somebody wrote on top of a revision. Name and number stay; waves that ask it follow once it is whole.
pub async fn save(
    app: &App,
    person: &Account,
    id: QuestionnaireId,
    revision: i64,
    document: &QuestionnaireSpec,
) -> Result<(), WritingError> {
    may_write(person)?;
    let now = app.clock.now();
    let mut tx = app.office.0.begin_write("save questionnaire").await?;
    let mut conn = tx.conn();
    let before = get(&mut conn, id).await?;
    if before.fixed_at.is_some() {
        return Err(WritingError::Fixed);
    }
    let mut document = document.clone();
    document.id.clone_from(&before.document.id);
    document.version = before.document.version;
    if document == before.document && revision == before.revision {
        return Ok(());
    }
    if !questionnaire_version::update(&mut conn, id, revision, &document, person.id, now).await? {
        return Err(WritingError::ChangedMeanwhile);
    }
    follow(&mut conn, person, id, &document, now).await?;
    let changes = document.changes(&before.document);
    let items: Vec<&str> = changes.items.iter().map(|c| c.item.as_str()).collect();
    let detail = json!({ "items": items });
    record(
        &mut conn,
        person,
        now,
        "change_questionnaire",
        &document,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Draft waves that ask a version ask what it now is, once it is whole; each is written down.
async fn follow(
    conn: &mut Conn<'_>,
    person: &Account,
    id: QuestionnaireId,
    document: &QuestionnaireSpec,
    now: Instant,
) -> Result<(), WritingError> {
    let Ok(whole) = Questionnaire::try_from(document.clone()) else {
        return Ok(());
    };
    let links = questionnaire_version::links(conn).await?;
    for (asker, _) in links.into_iter().filter(|(_, version)| *version == id) {
        let Some(mut asker) = wave::find(conn, asker).await? else {
            continue;
        };
        if asker.state != WaveState::Draft {
            continue;
        }
        let plan = wave::get_plan(conn, asker.id).await?;
        let form = whole.clone().for_unit(plan.unit());
        asker.questionnaire = questionnaire::insert(conn, &form, now).await?;
        if !wave::update(conn, &asker, WaveState::Draft).await? {
            return Err(WritingError::ChangedMeanwhile);
        }
        let detail = json!({
            "questionnaire": form.id,
            "version": form.version,
            "digest": hex::encode(asker.questionnaire),
        });
        let (action, subject) = ("follow_questionnaire", asker.slug.to_string());
        let entry = Entry::by(person, now, random()?, action, subject, detail);
        audit::insert(conn, &entry).await?;
    }
    Ok(())
}

/// A version that is whole, with its revision, for a wave to ask; its problems if it is not.
pub async fn whole(
    app: &App,
    person: &Account,
    id: QuestionnaireId,
) -> Result<(Version, Option<Questionnaire>), WritingError> {
    let looked = look(app, person, id).await?;
    let whole = Questionnaire::try_from(looked.version.document.clone()).ok();
    Ok((looked.version, whole))
}

/// A new wave asks this revision of a version.
pub(super) async fn take(
    conn: &mut Conn<'_>,
    wave: &Wave,
    id: QuestionnaireId,
    revision: i64,
) -> Result<(), WaveError> {
    if !questionnaire_version::hold(conn, id, revision).await? {
        return Err(WaveError::ChangedMeanwhile);
    }
    Ok(questionnaire_version::take(conn, wave.id, id).await?)
}

/// A seal is asked for: the version that the wave asks is whole, and fixed from here.
pub(super) async fn fix(conn: &mut Conn<'_>, wave: &Wave, now: Instant) -> Result<(), WaveError> {
    let Some(id) = questionnaire_version::find_of_wave(conn, wave.id).await? else {
        return Ok(());
    };
    let version = questionnaire_version::find(conn, id).await?;
    let version = version.ok_or(StoreError::Missing("questionnaire version"))?;
    let problems = version.document.problems();
    if !problems.is_empty() {
        return Err(WaveError::Unfinished {
            name: version.document.id,
            version: version.document.version,
            problems: problems.len(),
        });
    }
    Ok(questionnaire_version::fix(conn, id, version.revision, now).await?)
}

/// What differs from the questionnaire of the wave with which change is measured, where there is such a wave.
pub(super) async fn since_base(
    conn: &mut Conn<'_>,
    wave: &Wave,
) -> Result<Option<(WaveSlug, Changes)>, StoreError> {
    let Some(base) = wave.base_wave else {
        return Ok(None);
    };
    let base = wave::find(conn, base).await?;
    let base = base.ok_or(StoreError::Missing("base wave"))?;
    let now = questionnaire::get(conn, &wave.questionnaire).await?;
    let then = questionnaire::get(conn, &base.questionnaire).await?;
    let changes = QuestionnaireSpec::from(now).changes(&then.into());
    Ok(Some((base.slug, changes)))
}
