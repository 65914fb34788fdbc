//! Importing standards. The one in force is the one imported last.
//!
//! For: `minyi import standard` and the evaluation team's pages. Promises: the text is stored as it
//! was given, once under its id and version; the same text again changes nothing, not even which
//! standard is in force.

use serde_json::json;

use super::error::{EvaluationError, allowed};
use crate::evaluation::standard::Standard;
use crate::service::app::App;
use crate::service::keys::random;
use crate::storage::office::standard::StoredStandard;
use crate::storage::office::{audit, standard};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::role::Action;

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

/// The standard in force: the one that was imported last.
pub async fn standard_in_force(app: &App) -> Result<Option<Standard>, EvaluationError> {
    let mut tx = app.office.0.begin_read("find standard").await?;
    let found = standard::find_latest(&mut tx.conn()).await?;
    Ok(found.map(|stored| stored.standard))
}
