//! Was my code used? After the close, for whoever holds it.
//!
//! For: people who did not answer and want to know whether somebody did in their name, and those whom auditors ask. Promises: nothing is
//! said before the wave is closed; it is said of the code alone, never of an answer; every question is counted like a wrong code at the
//! form.

use std::net::IpAddr;

use super::IntakeError;
use super::known::Known;
use crate::service::app::App;
use crate::service::retention;
use crate::storage::office::{invitation, replaced_code};
use crate::storage::urn::spent;
use crate::survey::invitation::{Code, Status};
use crate::survey::wave::{WaveKind, WaveState};

/// What is said of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Something was received with it, by phone or on paper.
    Used,
    /// Nothing was.
    Unused,
    /// A blind token was given for it; what became of that cannot be asked by the code.
    Blind,
    /// Another card took its place; that one's code can be asked about.
    Replaced,
    /// The wave is not closed yet.
    TooEarly,
    /// What could tell was destroyed at the date that was stated before fieldwork.
    Forgotten,
}

/// Whether a code was used.
pub async fn was_used(
    app: &App,
    slug: &str,
    typed: &str,
    from: Option<IpAddr>,
) -> Result<Use, IntakeError> {
    let known: Known = app.intake.known(slug).await?;
    if known.wave.kind == WaveKind::Open {
        return Err(IntakeError::UnknownWave);
    }
    if known.wave.state < WaveState::Closed {
        return Ok(Use::TooEarly);
    }
    if known.keys.is_none() && retention::codes(app, &known.wave).await?.have_ended {
        return Ok(Use::Forgotten);
    }
    let keys = known.wave_keys()?;
    let wave = known.wave.id;
    let code = Code::parse(typed)?;
    // Good codes count as well: whoever has a list of them is not to learn in an hour who has answered.
    let refused = app.intake.0.guesses.refuse(wave, from, app.clock.now());
    if let IntakeError::Busy { .. } = refused {
        return Err(refused);
    }
    let hash = code.hash(&keys.pepper, wave);
    let mut tx = app.office.0.begin_read("was a code used").await?;
    let conn = &mut tx.conn();
    if replaced_code::is_replaced(conn, wave, &hash).await? {
        return Ok(Use::Replaced);
    }
    // A card is made anew without an invitation of its own only where the first code was used.
    if let Some(stands_for) = replaced_code::find_empty(conn, wave, &hash).await? {
        let first = invitation::find(conn, wave, &stands_for).await?;
        let is_blind = first.is_some_and(|first| first.status == Status::Blind);
        return Ok(if is_blind { Use::Blind } else { Use::Used });
    }
    let found = invitation::find(conn, wave, &hash).await?;
    drop(tx);
    let Some(invitation) = found else {
        return Err(refused);
    };
    if invitation.status == Status::Blind {
        return Ok(Use::Blind);
    }
    // The urn knows what was received; the office marks a code before anything is.
    let token = code.token(&keys.token, wave).hash();
    let mut tx = app.urn.0.begin_read("was a token spent").await?;
    let is_spent = spent::is_spent(&mut tx.conn(), wave, &invitation.place.county, &token).await?;
    Ok(if is_spent { Use::Used } else { Use::Unused })
}
