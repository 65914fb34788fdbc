//! A wave is made: a draft, from a file or from the design page.

use serde_json::json;

use super::{Draft, WaveError, allowed, record};
use crate::service::app::App;
use crate::service::keys::random;
use crate::service::questionnaires;
use crate::storage::office::{frame, margin, questionnaire, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::ids::{FrameId, MarginSetId, QuestionnaireId, WaveId};
use crate::survey::wave::{Wave, WaveState};

/// Makes a wave.
pub async fn create(app: &App, person: &Account, draft: &Draft) -> Result<Wave, WaveError> {
    create_asking(app, person, draft, None).await
}

/// Makes a wave that asks this revision of a version, and follows it until its seal is asked for.
pub async fn create_asking(
    app: &App,
    person: &Account,
    draft: &Draft,
    version: Option<(QuestionnaireId, i64)>,
) -> Result<Wave, WaveError> {
    allowed(person)?;
    let now = app.clock.now();
    let mut tx = app.office.0.begin_write("create wave").await?;
    let mut conn = tx.conn();
    let form = draft.questionnaire.clone().for_unit(draft.plan.unit());
    let digest = questionnaire::insert(&mut conn, &form, now).await?;
    let (frame, margin_set, base_wave) = named(&mut conn, draft).await?;
    let new = &draft.wave;
    let made = Wave {
        id: WaveId::new(now, random()?),
        slug: new.slug.clone(),
        kind: draft.plan.kind(),
        titles: new.titles.clone(),
        questionnaire: digest,
        frame,
        margin_set,
        base_wave,
        plan_digest: draft.plan.digest(),
        state: WaveState::Draft,
        synthetic: new.synthetic,
        opens_at: new.opens_at,
        closes_at: new.closes_at,
        seed: None,
        seed_text: None,
        created_at: now,
        created_by: Some(person.id),
        seal_request: None,
        sealed: None,
        opened_at: None,
        close_request: None,
        closed: None,
        release_at: None,
        published_at: None,
    };
    match wave::insert(&mut conn, &made, &draft.plan).await {
        Err(StoreError::Duplicate(_)) => return Err(WaveError::SlugTaken(made.slug)),
        done => done?,
    }
    if let Some((version, revision)) = version {
        questionnaires::take(&mut conn, &made, version, revision).await?;
    }
    let detail = json!({ "plan": hex::encode(made.plan_digest) });
    record(&mut conn, person, now, "create_wave", &made, detail).await?;
    tx.commit().await?;
    Ok(made)
}

/// What the draft names: frame, margins, the earlier wave.
async fn named(
    conn: &mut Conn<'_>,
    draft: &Draft,
) -> Result<(Option<FrameId>, Option<MarginSetId>, Option<WaveId>), WaveError> {
    let no_such = |what, name: &str| WaveError::NoSuch {
        what,
        name: name.to_owned(),
    };
    let frame = match &draft.frame {
        None => None,
        Some(name) => {
            let known = frame::find_by_name(conn, name).await?;
            Some(known.ok_or_else(|| no_such("frame", name))?.id)
        }
    };
    let margins = match &draft.margins {
        None => None,
        Some(name) => {
            let known = margin::find_by_name(conn, name).await?;
            Some(known.ok_or_else(|| no_such("margins", name))?.id)
        }
    };
    let base_wave = match &draft.base_wave {
        None => None,
        Some(slug) => {
            let known = wave::find_by_slug(conn, slug).await?;
            Some(known.ok_or_else(|| no_such("base wave", slug.as_str()))?.id)
        }
    };
    Ok((frame, margins, base_wave))
}
