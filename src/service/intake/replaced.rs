//! Codes of cards that were made anew.
//!
//! Promises: whoever tries such a code does not learn whether it had been used: both answer alike, whichever county's page is
//! sent. The code that took the place of a used one answers as a used code does. A lost reply is still found by sending the
//! same again, because that is recognized before.

use super::known::Known;
use super::{Failure, IntakeError};
use crate::service::app::App;
use crate::storage::office::{invitation, replaced_code};
use crate::survey::area::AreaCode;
use crate::survey::invitation::CodeHash;

/// What a code that is no invitation's says on the page of this county; nothing if it is nobody's.
pub(super) async fn find(
    app: &App,
    known: &Known,
    code: &CodeHash,
    county: &AreaCode,
) -> Result<Option<IntakeError>, IntakeError> {
    let wave = known.wave.id;
    let mut tx = app
        .office
        .0
        .begin_read("a code that is no invitation's")
        .await?;
    let conn = &mut tx.conn();
    if replaced_code::is_replaced(conn, wave, code).await? {
        return Ok(Some(IntakeError::Replaced));
    }
    let Some(used) = replaced_code::find_empty(conn, wave, code).await? else {
        return Ok(None);
    };
    let found = invitation::find(conn, wave, &used).await?;
    let found = found.ok_or(Failure::Step("finding what a code stands for"))?;
    if found.place.county == *county {
        return Ok(Some(IntakeError::AlreadyReceived));
    }
    let there = known.counties.get(found.place.county.as_str());
    Ok(Some(there.map_or(IntakeError::UnknownWave, |county| {
        IntakeError::OtherCounty {
            county: Box::new(county.clone()),
        }
    })))
}

/// This refusal, or that another card took the place of the code's.
pub(super) async fn or(
    app: &App,
    known: &Known,
    code: &CodeHash,
    refusal: IntakeError,
) -> Result<IntakeError, IntakeError> {
    let mut tx = app.office.0.begin_read("a code that was refused").await?;
    let replaced = replaced_code::is_replaced(&mut tx.conn(), known.wave.id, code).await?;
    Ok(if replaced {
        IntakeError::Replaced
    } else {
        refusal
    })
}
