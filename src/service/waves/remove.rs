//! A draft that nobody wants any more is removed; what is sealed stays.

use serde_json::json;

use super::{WaveError, allowed, find, record};
use crate::service::app::App;
use crate::storage::office::{questionnaire_version, quota, wave};
use crate::survey::account::Account;
use crate::survey::wave::{Refusal, WaveSlug, WaveState};

/// Removes a draft, with its quota cells. The audit log keeps that it was there.
pub async fn remove(app: &App, person: &Account, slug: &WaveSlug) -> Result<(), WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("remove draft").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    if found.state != WaveState::Draft {
        return Err(Refusal::State {
            kind: found.kind,
            found: found.state,
            needed: WaveState::Draft,
        }
        .into());
    }
    quota::replace(&mut conn, found.id, &[]).await?;
    questionnaire_version::leave(&mut conn, found.id).await?;
    if !wave::delete_draft(&mut conn, found.id).await? {
        return Err(WaveError::ChangedMeanwhile);
    }
    let detail = json!({ "plan": hex::encode(found.plan_digest) });
    let now = app.clock.now();
    record(&mut conn, person, now, "remove_wave", &found, detail).await?;
    tx.commit().await?;
    Ok(())
}
