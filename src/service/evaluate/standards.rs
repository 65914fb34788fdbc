//! Importing standards. The first one is in force at once; a later one is proposed, and another evaluator confirms it.
//!
//! For: `minyi import standard` and the evaluation team's pages. Promises: the text is stored as it was given, once
//! under its id and version; the same text again changes nothing, not even which standard is in force; the public
//! record of every sealed wave that has not closed says so.

use serde_json::{Value, json};

use super::error::{EvaluationError, allowed};
use crate::evaluation::standard::Standard;
use crate::service::app::App;
use crate::service::keys::random;
use crate::service::process;
use crate::service::waves::{WaveError, act};
use crate::storage::Conn;
use crate::storage::office::standard::StoredStandard;
use crate::storage::office::standard_draft::{self, Draft};
use crate::storage::office::{audit, standard, wave};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::ids::StandardDraftId;
use crate::survey::role::Action;
use crate::survey::wave::{Act, Wave, WaveState};

/// What an import of a standard did.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What the text says.
    pub standard: Standard,
    /// Where it stands now.
    pub standing: Standing,
}

/// Where an imported standard stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the first one, and in force.
    InForce,
    /// It was stored before; nothing changed.
    Known,
    /// It waits for another evaluator, who confirms it.
    Proposed,
}

/// Imports a standard from its TOML text: the first one of an instance is in force from now on, every later one
/// is proposed by this person.
pub async fn import_standard(
    app: &App,
    person: &Account,
    toml: &str,
) -> Result<Imported, EvaluationError> {
    allowed(person, Action::Evaluate)?;
    let read = Standard::from_toml(toml).map_err(EvaluationError::Standard)?;
    let now = act(app, person);
    let new = StoredStandard::new(read, toml, now.at);
    let mut tx = app.office.0.begin_write("import standard").await?;
    let mut conn = tx.conn();
    let (id, version) = (new.standard.id.clone(), new.standard.version);
    let known = standard::find(&mut conn, &id, version).await?;
    let standing = match (known, standard::find_latest(&mut conn).await?) {
        (Some(known), _) if known.digest == new.digest => Standing::Known,
        (Some(_), _) => return Err(EvaluationError::VersionTaken { id, version }),
        (None, None) => {
            standard::insert(&mut conn, &new).await?;
            tell(&mut conn, &new).await?;
            Standing::InForce
        }
        (None, Some(latest)) => propose(&mut conn, &new, &latest, now).await?,
    };
    match standing {
        Standing::InForce => record(&mut conn, person, now, "import_standard", &new).await?,
        Standing::Proposed => record(&mut conn, person, now, "propose_standard", &new).await?,
        Standing::Known => (),
    }
    tx.commit().await?;
    let standard = new.standard;
    Ok(Imported { standard, standing })
}

/// Puts the text on the desk as a draft that is proposed already; `Known` when it lies there proposed.
async fn propose(
    conn: &mut Conn<'_>,
    new: &StoredStandard,
    latest: &StoredStandard,
    now: Act,
) -> Result<Standing, EvaluationError> {
    let waits = |draft: &Draft| draft.proposed.is_some() && draft.frozen.is_none();
    let drafts = standard_draft::list(conn).await?;
    if drafts.iter().any(|one| waits(one) && one.text == new.text) {
        return Ok(Standing::Known);
    }
    let draft = Draft {
        id: StandardDraftId::new(now.at, random()?),
        parent: latest.digest,
        name: format!("{} {}", new.standard.id, new.standard.version),
        text: new.text.clone(),
        revision: 1,
        made: now,
        changed: now,
        proposed: None,
        frozen: None,
    };
    standard_draft::insert(conn, &draft).await?;
    if standard_draft::propose(conn, (draft.id, draft.revision), now).await? {
        Ok(Standing::Proposed)
    } else {
        Err(WaveError::ChangedMeanwhile.into())
    }
}

async fn record(
    conn: &mut Conn<'_>,
    person: &Account,
    now: Act,
    action: &str,
    new: &StoredStandard,
) -> Result<(), EvaluationError> {
    let subject = format!("standard {} {}", new.standard.id, new.standard.version);
    let detail: Value = json!({
        "digest": hex::encode(new.digest),
        "counties": new.standard.counties.len(),
        "criteria": new.standard.criteria.len(),
    });
    let entry = Entry::by(person, now.at, random()?, action, subject, detail);
    audit::insert(conn, &entry).await?;
    Ok(())
}

/// Says in the public record of every wave between seal and close that another standard is in force now: the
/// close would apply it.
pub(in crate::service) async fn tell(
    conn: &mut Conn<'_>,
    new: &StoredStandard,
) -> Result<(), WaveError> {
    let told = json!({
        "standard": hex::encode(new.digest),
        "id": new.standard.id,
        "version": new.standard.version,
    });
    let under_way = |wave: &Wave| (WaveState::Sealed..WaveState::Closed).contains(&wave.state);
    for wave in wave::list(conn).await?.into_iter().filter(under_way) {
        if !process::has_begun(conn, &wave).await? {
            continue;
        }
        // Whoever takes a step of the wave at this moment and this one exclude each other.
        if !wave::update(conn, &wave, wave.state).await? {
            return Err(WaveError::ChangedMeanwhile);
        }
        process::append(conn, &wave, new.created_at, "change_standard", &told).await?;
    }
    Ok(())
}

/// The standard in force: the one that was stored last.
pub async fn standard_in_force(app: &App) -> Result<Option<Standard>, EvaluationError> {
    let mut tx = app.office.0.begin_read("find standard").await?;
    let found = standard::find_latest(&mut tx.conn()).await?;
    Ok(found.map(|stored| stored.standard))
}
