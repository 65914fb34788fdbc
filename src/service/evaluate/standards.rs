//! Importing standards. The one in force is the one imported last.
//!
//! For: `minyi import standard` and the evaluation team's pages. Promises: the text is stored as it
//! was given, once under its id and version; the same text again changes nothing, not even which
//! standard is in force; the public record of every sealed wave that has not closed says so.

use serde_json::json;

use super::error::{EvaluationError, allowed};
use crate::evaluation::standard::Standard;
use crate::service::app::App;
use crate::service::keys::random;
use crate::service::process;
use crate::service::waves::WaveError;
use crate::storage::Conn;
use crate::storage::office::standard::StoredStandard;
use crate::storage::office::{audit, standard, wave};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::role::Action;
use crate::survey::wave::{Wave, WaveState};

/// Imports a standard from its TOML text; from now on it is the one in force.
pub async fn import_standard(
    app: &App,
    person: &Account,
    toml: &str,
) -> Result<Standard, EvaluationError> {
    allowed(person, Action::Evaluate)?;
    let read = Standard::from_toml(toml).map_err(EvaluationError::Standard)?;
    let now = app.clock.now();
    let new = StoredStandard::new(read, toml, now);
    let (id, version) = (new.standard.id.clone(), new.standard.version);
    let mut tx = app.office.0.begin_write("import standard").await?;
    let mut conn = tx.conn();
    if let Some(known) = standard::find(&mut conn, &id, version).await? {
        return if known.digest == new.digest {
            Ok(known.standard)
        } else {
            Err(EvaluationError::VersionTaken { id, version })
        };
    }
    standard::insert(&mut conn, &new).await?;
    tell(&mut conn, &new).await?;
    let subject = format!("standard {id} {version}");
    let detail = json!({
        "digest": hex::encode(new.digest),
        "counties": new.standard.counties.len(),
        "criteria": new.standard.criteria.len(),
    });
    let entry = Entry::by(person, now, random()?, "import_standard", subject, detail);
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    Ok(new.standard)
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

/// The standard in force: the one that was imported last.
pub async fn standard_in_force(app: &App) -> Result<Option<Standard>, EvaluationError> {
    let mut tx = app.office.0.begin_read("find standard").await?;
    let found = standard::find_latest(&mut tx.conn()).await?;
    Ok(found.map(|stored| stored.standard))
}
