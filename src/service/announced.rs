//! What everybody may know of a survey before its result: its name, its dates and its counties.
//!
//! Promises: a wave is named here from the day on which its codes exist, or, if it is open, its plan is sealed; nothing of a draft is shown.

use super::app::App;
use crate::storage::StoreError;
use crate::storage::office::{area, wave};
use crate::survey::area::Area;
use crate::survey::wave::{Wave, WaveSlug};

/// The announced waves, the latest fieldwork first.
pub async fn list(app: &App) -> Result<Vec<Wave>, StoreError> {
    let mut tx = app.office.0.begin_read("announced waves").await?;
    let mut waves = wave::list(&mut tx.conn()).await?;
    waves.retain(is_announced);
    Ok(waves)
}

/// An announced wave and the counties in which it asks, by division code.
pub async fn find(app: &App, slug: &str) -> Result<Option<(Wave, Vec<Area>)>, StoreError> {
    let Ok(slug) = WaveSlug::parse(slug) else {
        return Ok(None);
    };
    let mut tx = app.office.0.begin_read("announced wave").await?;
    let conn = &mut tx.conn();
    let Some(wave) = wave::find_by_slug(conn, &slug).await?.filter(is_announced) else {
        return Ok(None);
    };
    let plan = wave::get_plan(conn, wave.id).await?;
    let tree = area::list(conn).await?;
    let sampled = |area: &&Area| plan.counties().any(|county| *county == area.code);
    let mut counties: Vec<Area> = tree.counties().filter(sampled).cloned().collect();
    counties.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(Some((wave, counties)))
}

fn is_announced(wave: &Wave) -> bool {
    wave.state >= wave.kind.ready()
}
