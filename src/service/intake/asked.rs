//! Was my code used? After the close, for whoever holds it.
//!
//! For: people who did not answer and want to know whether somebody did in their name, and those whom auditors ask. Promises: nothing is
//! said before the wave is closed; it is said of the code alone, never of an answer; codes that are nobody's are counted like wrong
//! ones at the form.

use std::net::IpAddr;

use super::IntakeError;
use super::known::Known;
use crate::service::app::App;
use crate::storage::office::{invitation, replaced_code};
use crate::survey::invitation::{Code, Status};
use crate::survey::wave::{WaveKind, WaveState};

/// What is said of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Something was received with it, by phone or on paper.
    Used,
    /// Nothing was.
    Unused,
    /// Another card took its place; that one's code can be asked about.
    Replaced,
    /// The wave is not closed yet.
    TooEarly,
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
    let keys = known.wave_keys()?;
    let wave = known.wave.id;
    let hash = Code::parse(typed)?.hash(&keys.pepper, wave);
    let mut tx = app.office.0.begin_read("was a code used").await?;
    let conn = &mut tx.conn();
    if replaced_code::is_replaced(conn, wave, &hash).await? {
        return Ok(Use::Replaced);
    }
    // A card made anew for a used code stands for that one.
    let asked = replaced_code::find_empty(conn, wave, &hash).await?;
    let found = invitation::find(conn, wave, &asked.unwrap_or(hash)).await?;
    drop(tx);
    match found.map(|invitation| invitation.status) {
        Some(Status::Used) => Ok(Use::Used),
        Some(Status::Issued) => Ok(Use::Unused),
        None => Err(app.intake.0.guesses.refuse(wave, from, app.clock.now())),
    }
}
