//! A new card for one that was spoiled or lost.
//!
//! For: the organizer's page of cards. Promises: the old code opens nothing from then on; whoever makes a card anew does not learn
//! whether the old code had been used, neither from the answer, nor by handing in or sending the old code again, nor by sending the new
//! one to another county. Where it had, the new code looks like any other and brings no second answer ("already received"), and what is
//! noted for it counts for the card that it replaced. Every new card is an entry of the public record.

use serde_json::json;

use super::again::again;
use super::app::App;
use super::codes::{CodesError, Issued};
use super::import::sheet::{CellProblem, RowProblem};
use super::keys::random;
use super::process;
use super::sampling::{codes_root, link};
use super::waves::{WaveError, allowed, record};
use crate::storage::office::{audit, invitation, replaced_code};
use crate::survey::account::Account;
use crate::survey::invitation::{Code, Status};
use crate::survey::wave::WaveSlug;

/// What the audit log and the wave's record call it.
pub const ACTION: &str = "reissue_card";

/// A card that was made anew.
pub struct NewCard {
    /// The code, shown once.
    pub code: Code,
    /// Its address.
    pub link: String,
}

/// Makes a card anew; the code of the old one is worth nothing any more.
pub async fn make(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    old: &Code,
) -> Result<NewCard, CodesError> {
    again(|| make_once(app, person, slug, old)).await
}

async fn make_once(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    old: &Code,
) -> Result<NewCard, CodesError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("make a card anew").await?;
    let mut conn = tx.conn();
    let mut issued = Issued::load_for(app, &mut conn, slug, std::iter::once(old)).await?;
    let wave = issued.wave.clone();
    let invitation_of = issued.take(old).map_err(unknown)?;
    let code = Code::from_random(random().map_err(WaveError::from)?);
    let hash = issued.hash(&code);
    let found = invitation::find(&mut conn, wave.id, &invitation_of).await?;
    let found = found.ok_or_else(|| unknown(CellProblem::OtherCode))?;
    let is_replaced = found.status == Status::Issued
        && invitation::update_code(&mut conn, wave.id, &invitation_of, &hash).await?;
    let given = issued.hash(old);
    if !is_replaced {
        replaced_code::delete_empty(&mut conn, wave.id, &given).await?;
        replaced_code::insert_empty(&mut conn, wave.id, &hash, &invitation_of).await?;
    }
    replaced_code::insert(&mut conn, wave.id, &given).await?;
    let codes = Issued::load(app, &mut conn, slug).await?;
    let detail = json!({ "codes": codes_root(codes.all()) });
    let now = app.clock.now();
    process::append(&mut conn, &wave, now, ACTION, &detail).await?;
    record(&mut conn, person, now, ACTION, &wave, detail).await?;
    tx.commit().await?;
    let link = link(app, &wave, &found.place.county, &code);
    Ok(NewCard { code, link })
}

/// How many cards of a wave were made anew.
pub async fn count(app: &App, person: &Account, slug: &WaveSlug) -> Result<usize, WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_read("cards made anew").await?;
    let subject = super::waves::subject(slug);
    let history = audit::list_subject(&mut tx.conn(), &subject).await?;
    Ok(history
        .iter()
        .filter(|entry| entry.action == ACTION)
        .count())
}

/// That what was typed is no code at all.
#[must_use]
pub fn no_code() -> CodesError {
    unknown(CellProblem::BadCode)
}

fn unknown(problem: CellProblem) -> CodesError {
    CodesError::Rows(vec![RowProblem {
        row: None,
        column: None,
        problem,
    }])
}
