//! What a draft would have changed: applied to the latest wave that has been evaluated.
//!
//! Promises: nothing is stored; both standards are applied by the engine that the close uses, to the same result and
//! to the values as they are now, so whatever differs comes from the draft; who may look may read that wave's result anyway.

use super::{DraftError, may_read};
use crate::evaluation::contrast::{CriterionDifference, contrast};
use crate::evaluation::dossier::Evaluation;
use crate::evaluation::standard::{Standard, StandardProblem};
use crate::service::app::App;
use crate::service::evaluate::{survey_input, used};
use crate::storage::office::standard::StoredStandard;
use crate::storage::office::{estimate, evaluation, standard, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::result::WaveResult;
use crate::survey::wave::{Wave, WaveState};

/// Two standards applied to the same data.
#[derive(Debug)]
pub struct Preview {
    /// The wave whose result is used.
    pub wave: Wave,
    /// The year under evaluation.
    pub year: i32,
    /// The standard that was applied to the wave.
    pub now: Standard,
    /// The draft.
    pub draft: Standard,
    /// What comes out under the standard that was applied.
    pub before: Evaluation,
    /// What comes out under the draft.
    pub after: Evaluation,
    /// Whether values or result have changed since the wave was evaluated, so that even its own standard would come
    /// out otherwise.
    pub has_moved: bool,
}

/// What can be shown.
#[derive(Debug)]
pub enum Previewed {
    /// No wave has been evaluated yet.
    NoWave,
    /// The text is no whole standard.
    Unfinished(Vec<StandardProblem>),
    /// Both evaluations.
    Done(Box<Preview>),
}

/// Applies a text beside the standard that was applied to the latest evaluated wave.
pub async fn preview(app: &App, person: &Account, text: &str) -> Result<Previewed, DraftError> {
    may_read(person)?;
    let draft = match Standard::from_toml(text) {
        Ok(draft) => draft,
        Err(error) => return Ok(Previewed::Unfinished(error.problems)),
    };
    let mut tx = app.office.0.begin_read("preview of a standard").await?;
    let mut conn = tx.conn();
    let Some(latest) = latest(&mut conn).await? else {
        return Ok(Previewed::NoWave);
    };
    let year = latest.stored.year;
    let values = used(&mut conn, &latest.standard.standard, year).await?;
    let survey = survey_input(&latest.result);
    let apply = |standard, values| Evaluation::findings(standard, values, Some(&survey), year);
    let before = apply(&latest.standard.standard, &values);
    let values = used(&mut conn, &draft, year).await?;
    let after = apply(&draft, &values);
    Ok(Previewed::Done(Box::new(Preview {
        has_moved: contrast(&latest.stored, &before)
            .iter()
            .flat_map(|county| &county.criteria)
            .any(CriterionDifference::decides_differently),
        wave: latest.wave,
        year,
        now: latest.standard.standard,
        draft,
        before,
        after,
    })))
}

/// The latest wave that has been evaluated.
struct Latest {
    wave: Wave,
    result: WaveResult,
    stored: Evaluation,
    standard: StoredStandard,
}

async fn latest(conn: &mut Conn<'_>) -> Result<Option<Latest>, StoreError> {
    for wave in wave::list(conn).await? {
        if wave.state < WaveState::Closed {
            continue;
        }
        let Some(applied) = evaluation::find_latest(conn, wave.id).await? else {
            continue;
        };
        let Some(result) = estimate::find_latest(conn, wave.id).await? else {
            continue;
        };
        let standard = standard::get(conn, &applied.standard).await?;
        return Ok(Some(Latest {
            wave,
            result: result.result,
            stored: applied.evaluation,
            standard,
        }));
    }
    Ok(None)
}
