//! What came back on paper: how many envelopes, and how many of their sheets are in the record.
//!
//! For: the close, `minyi check`, the wave's page. Promises: nothing is counted for anybody's eyes before the announced end.

use std::collections::BTreeMap;

use crate::service::app::App;
use crate::storage::urn::{envelope, lot, sheet};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::wave::{Wave, WaveState};

/// Paper of a county: how much came back, and how much of it is in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Returned {
    /// Return envelopes.
    pub envelopes: u64,
    /// Of these, sheets that were typed into the record.
    pub entered: u64,
}

/// What came back on paper, by county.
pub async fn count(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<BTreeMap<AreaCode, Returned>, StoreError> {
    let mut counties: BTreeMap<AreaCode, Returned> = BTreeMap::new();
    for (place, waiting) in envelope::list(conn, wave).await? {
        counties.entry(place.county).or_default().envelopes += waiting;
    }
    for lot in lot::list(conn, wave).await? {
        let county = counties.entry(lot.place.county).or_default();
        county.envelopes += lot.sheets;
        county.entered += lot.entered;
    }
    Ok(counties)
}

/// How many forms came back that a close would count as lost: from the announced end or the first word of a close on. Before, the number
/// would tell who has answered. Where the urn is with another program nobody can say, and paper is entered elsewhere.
pub async fn unentered(app: &App, wave: &Wave) -> Result<u64, StoreError> {
    let is_over = app.clock.now() >= wave.closes_at || wave.close_request.is_some();
    if wave.state != WaveState::Open || !is_over || app.urn.0.here().is_err() {
        return Ok(0);
    }
    let mut tx = app.urn.0.begin_read("paper that is not entered").await?;
    let returned = count(&mut tx.conn(), wave.id).await?.into_values();
    Ok(returned.map(|paper| paper.envelopes - paper.entered).sum())
}

/// Leaves what is not entered when a wave closes: it is counted, and what was typed of it goes.
pub(in crate::service) async fn leave(app: &App, wave: WaveId) -> Result<(), StoreError> {
    let mut tx = app.urn.0.begin_intake("leave sheets").await?;
    sheet::delete_all(&mut tx.conn(), wave).await?;
    tx.commit().await
}
