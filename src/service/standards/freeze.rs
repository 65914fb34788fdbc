//! From a draft to the standard in force: proposed by one evaluator, confirmed by another.
//!
//! Promises: what is confirmed is the very text that was proposed; it is stored once and never changes; from then
//! on it is the one in force, and the public record of every sealed wave that has not closed says so.

use serde_json::json;

use super::{DraftError, free, get, may_write, record, whole};
use crate::service::app::App;
use crate::service::evaluate;
use crate::service::waves::act;
use crate::storage::office::{standard, standard_draft};
use crate::survey::account::Account;
use crate::survey::ids::StandardDraftId;

use super::StoredStandard;

/// An evaluator proposes a revision that is a whole standard under a name that is not taken.
pub async fn propose(
    app: &App,
    person: &Account,
    (id, revision): (StandardDraftId, i64),
) -> Result<(), DraftError> {
    may_write(person)?;
    let mut tx = app.office.0.begin_write("propose standard").await?;
    let mut conn = tx.conn();
    let draft = get(&mut conn, id).await?;
    if !draft.is_open() {
        return Err(DraftError::Fixed);
    }
    if draft.revision != revision {
        return Err(DraftError::ChangedMeanwhile);
    }
    let standard = whole(&draft.text)?;
    free(&mut conn, &standard.id, standard.version).await?;
    let now = act(app, person);
    if !standard_draft::propose(&mut conn, (id, revision), now).await? {
        return Err(DraftError::ChangedMeanwhile);
    }
    let stored = StoredStandard::new(standard, &draft.text, now.at);
    let detail = json!({ "digest": hex::encode(stored.digest) });
    record(
        &mut conn,
        person,
        now,
        "propose_standard",
        &draft.name,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// A proposal is taken back, or not confirmed by another: the draft can be changed again.
pub async fn withdraw(
    app: &App,
    person: &Account,
    (id, revision): (StandardDraftId, i64),
) -> Result<(), DraftError> {
    may_write(person)?;
    let mut tx = app.office.0.begin_write("withdraw standard").await?;
    let mut conn = tx.conn();
    let draft = get(&mut conn, id).await?;
    if !standard_draft::withdraw(&mut conn, (id, revision)).await? {
        return Err(DraftError::ChangedMeanwhile);
    }
    let now = act(app, person);
    let detail = json!({});
    record(
        &mut conn,
        person,
        now,
        "withdraw_standard",
        &draft.name,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Another evaluator confirms: the draft becomes a stored standard, the one in force.
pub async fn confirm(
    app: &App,
    person: &Account,
    (id, revision): (StandardDraftId, i64),
) -> Result<StoredStandard, DraftError> {
    may_write(person)?;
    let mut tx = app.office.0.begin_write("freeze standard").await?;
    let mut conn = tx.conn();
    let draft = get(&mut conn, id).await?;
    let proposed = draft.proposed.filter(|_| draft.frozen.is_none());
    let proposed = proposed.ok_or(DraftError::ChangedMeanwhile)?;
    if proposed.by == person.id {
        return Err(DraftError::OnePerson);
    }
    let standard = whole(&draft.text)?;
    free(&mut conn, &standard.id, standard.version).await?;
    let now = act(app, person);
    let stored = StoredStandard::new(standard, &draft.text, now.at);
    standard::insert(&mut conn, &stored).await?;
    let digest = &stored.digest;
    if !standard_draft::freeze(&mut conn, (id, revision), proposed.by, digest, now).await? {
        return Err(DraftError::ChangedMeanwhile);
    }
    evaluate::tell(&mut conn, &stored).await?;
    let detail = json!({
        "digest": hex::encode(digest),
        "parent": hex::encode(draft.parent),
        "proposed_by": proposed.by.to_string(),
        "criteria": stored.standard.criteria.len(),
    });
    record(
        &mut conn,
        person,
        now,
        "freeze_standard",
        &draft.name,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(stored)
}
