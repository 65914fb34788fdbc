//! Answers that are given on a device of the survey team: the mark by which they are told apart.
//!
//! For: the hand-over by a fieldworker, and the resident's page that follows. Promises: the mark stands for a wave, a county
//! and a day of this instance, and for no fieldworker, no device and no resident; after midnight it says nothing any more.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::{IntakeError, RETRY};
use crate::service::app::App;
use crate::service::waves::{WaveError, find, record};
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::survey::wave::{Phase, Refusal, WaveKind, WaveSlug, WaveState};

const PURPOSE: &[u8] = b"minyi/v1/tablet";
/// Bytes of a mark: as long as nobody can guess one.
const LENGTH: usize = 16;

/// Today's mark of this wave and county.
pub async fn mark(app: &App, slug: &str, county: &str) -> Result<String, IntakeError> {
    let known = app.intake.known(slug).await?;
    if known.wave.kind == WaveKind::Open || !known.counties.contains_key(county) {
        return Err(IntakeError::UnknownWave);
    }
    let keys = known.wave_keys()?;
    let day = app.zone.date(app.clock.now()).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(keys.token.as_slice())
        .map_err(|_| IntakeError::Busy { retry_after: RETRY })?;
    for part in [
        PURPOSE,
        known.wave.id.as_bytes(),
        county.as_bytes(),
        day.as_bytes(),
    ] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    let whole = mac.finalize().into_bytes();
    Ok(hex::encode(whole.get(..LENGTH).unwrap_or_default()))
}

/// Whether this is today's mark.
pub async fn is_todays(
    app: &App,
    slug: &str,
    county: &str,
    given: &str,
) -> Result<bool, IntakeError> {
    let wanted = mark(app, slug, county).await?;
    Ok(wanted.as_bytes().ct_eq(given.as_bytes()).into())
}

/// A fieldworker hands a device over: written down, and the mark of the day is given.
pub async fn hand_over(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    county: &str,
) -> Result<String, HandOverError> {
    if !person.may(Action::AssistResidents) {
        return Err(WaveError::Denied.into());
    }
    let now = app.clock.now();
    let mut tx = app
        .office
        .0
        .begin_write("hand a device over")
        .await
        .map_err(WaveError::from)?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    if wave.kind != WaveKind::Probability {
        return Err(WaveError::from(Refusal::NoSample).into());
    }
    if wave.state != WaveState::Open || !matches!(wave.phase(now), Phase::Taking(_)) {
        return Err(HandOverError::NotNow);
    }
    let mark = mark(app, slug.as_str(), county)
        .await
        .map_err(|error| match error {
            IntakeError::UnknownWave => HandOverError::NoCounty,
            error => HandOverError::Intake(error),
        })?;
    let detail = json!({ "county": county });
    record(&mut conn, person, now, "hand_over", &wave, detail).await?;
    tx.commit().await.map_err(WaveError::from)?;
    Ok(mark)
}

/// Why no device was handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// The wave does not take it.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// Answers are not taken at this moment.
    #[error("answers are not taken now")]
    NotNow,
    /// The wave does not ask in this county.
    #[error("the wave does not ask in this county")]
    NoCounty,
    /// The mark could not be made.
    #[error("the mark could not be made")]
    Intake(#[source] IntakeError),
}
