//! Waves.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, FrameId, MarginSetId, WaveId};
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Text;
use crate::survey::time::Instant;
use crate::survey::wave::{Act, CloseRequest, Wave, WaveKind, WaveSlug, WaveState};

statements! {
    INSERT = "INSERT INTO wave (id, slug, titles, questionnaire, frame, margin_set, base_wave,
            plan, plan_digest, state, synthetic, opens_at, closes_at, seed, created_at, created_by, kind)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    FIND = "SELECT id, slug, kind, titles, questionnaire, frame, margin_set, base_wave, plan_digest,
            state, synthetic, opens_at, closes_at, seed, seed_text, created_at, created_by,
            seal_requested_by, seal_requested_at, sealed_by, sealed_at, opened_at,
            close_requested_by, close_requested_at, close_reason, closed_by, closed_at, release_at,
            published_at
        FROM wave
        WHERE id = $1";
    FIND_SLUG = "SELECT id, slug, kind, titles, questionnaire, frame, margin_set, base_wave, plan_digest,
            state, synthetic, opens_at, closes_at, seed, seed_text, created_at, created_by,
            seal_requested_by, seal_requested_at, sealed_by, sealed_at, opened_at,
            close_requested_by, close_requested_at, close_reason, closed_by, closed_at, release_at,
            published_at
        FROM wave
        WHERE slug = $1";
    LIST = "SELECT id, slug, kind, titles, questionnaire, frame, margin_set, base_wave, plan_digest,
            state, synthetic, opens_at, closes_at, seed, seed_text, created_at, created_by,
            seal_requested_by, seal_requested_at, sealed_by, sealed_at, opened_at,
            close_requested_by, close_requested_at, close_reason, closed_by, closed_at, release_at,
            published_at
        FROM wave
        ORDER BY opens_at DESC, id DESC";
    FIND_PLAN = "SELECT kind, plan
        FROM wave
        WHERE id = $1";
    UPDATE = "UPDATE wave
        SET titles = $3, questionnaire = $4, frame = $5, margin_set = $6, base_wave = $7,
            state = $8, opens_at = $9, closes_at = $10, seed = $11,
            seal_requested_by = $12, seal_requested_at = $13, sealed_by = $14, sealed_at = $15,
            opened_at = $16, close_requested_by = $17, close_requested_at = $18,
            close_reason = $19, closed_by = $20, closed_at = $21, published_at = $22,
            seed_text = $23, release_at = $24
        WHERE id = $1
            AND state = $2";
    DELETE_DRAFT = "DELETE FROM wave
        WHERE id = $1
            AND state = 'draft'";
    UPDATE_PLAN = "UPDATE wave
        SET plan = $2,
            plan_digest = $3
        WHERE id = $1
            AND state = 'draft'";
}

#[derive(FromRow)]
struct Row {
    id: WaveId,
    slug: String,
    kind: String,
    titles: String,
    questionnaire: Vec<u8>,
    frame: Option<FrameId>,
    margin_set: Option<MarginSetId>,
    base_wave: Option<WaveId>,
    plan_digest: Vec<u8>,
    state: String,
    synthetic: bool,
    opens_at: Instant,
    closes_at: Instant,
    seed: Option<Vec<u8>>,
    seed_text: Option<String>,
    created_at: Instant,
    created_by: Option<AccountId>,
    seal_requested_by: Option<AccountId>,
    seal_requested_at: Option<Instant>,
    sealed_by: Option<AccountId>,
    sealed_at: Option<Instant>,
    opened_at: Option<Instant>,
    close_requested_by: Option<AccountId>,
    close_requested_at: Option<Instant>,
    close_reason: Option<String>,
    closed_by: Option<AccountId>,
    closed_at: Option<Instant>,
    release_at: Option<Instant>,
    published_at: Option<Instant>,
}

fn act(by: Option<AccountId>, at: Option<Instant>) -> Option<Act> {
    by.zip(at).map(|(by, at)| Act { by, at })
}

impl Row {
    fn read(self) -> Result<Wave, StoreError> {
        let titles: BTreeMap<String, String> =
            serde_json::from_str(&self.titles).map_err(|_| StoreError::Corrupt("titles"))?;
        Ok(Wave {
            id: self.id,
            slug: WaveSlug::parse(&self.slug).map_err(|_| StoreError::Corrupt("slug"))?,
            kind: kind(&self.kind)?,
            titles: Text::from(titles),
            questionnaire: fixed(&self.questionnaire, "questionnaire digest")?,
            frame: self.frame,
            margin_set: self.margin_set,
            base_wave: self.base_wave,
            plan_digest: fixed(&self.plan_digest, "plan digest")?,
            state: WaveState::from_word(&self.state).ok_or(StoreError::Corrupt("wave state"))?,
            synthetic: self.synthetic,
            opens_at: self.opens_at,
            closes_at: self.closes_at,
            seed: self.seed.map(|seed| fixed(&seed, "seed")).transpose()?,
            seed_text: self.seed_text,
            created_at: self.created_at,
            created_by: self.created_by,
            seal_request: act(self.seal_requested_by, self.seal_requested_at),
            sealed: act(self.sealed_by, self.sealed_at),
            opened_at: self.opened_at,
            close_request: act(self.close_requested_by, self.close_requested_at).map(|act| {
                CloseRequest {
                    act,
                    early_reason: self.close_reason,
                }
            }),
            closed: act(self.closed_by, self.closed_at),
            release_at: self.release_at,
            published_at: self.published_at,
        })
    }
}

fn kind(word: &str) -> Result<WaveKind, StoreError> {
    WaveKind::from_word(word).ok_or(StoreError::Corrupt("wave kind"))
}

fn json(titles: &Text) -> Result<String, StoreError> {
    serde_json::to_string(titles).map_err(|_| StoreError::Corrupt("titles"))
}

/// Stores a new wave with its plan. Only what a draft has is kept.
pub async fn insert(conn: &mut Conn<'_>, wave: &Wave, plan: &Plan) -> Result<(), StoreError> {
    let titles = json(&wave.titles)?;
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(wave.id)
        .bind(wave.slug.as_str())
        .bind(titles)
        .bind(wave.questionnaire.to_vec())
        .bind(wave.frame)
        .bind(wave.margin_set)
        .bind(wave.base_wave)
        .bind(plan.to_json())
        .bind(plan.digest().to_vec())
        .bind(wave.state.as_str())
        .bind(wave.synthetic)
        .bind(wave.opens_at)
        .bind(wave.closes_at)
        .bind(wave.seed.map(|seed| seed.to_vec()))
        .bind(wave.created_at)
        .bind(wave.created_by)
        .bind(wave.kind.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The wave with this id.
pub async fn find(conn: &mut Conn<'_>, id: WaveId) -> Result<Option<Wave>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(Row::read).transpose()
}

/// The wave with this id, which must exist.
pub async fn get(conn: &mut Conn<'_>, id: WaveId) -> Result<Wave, StoreError> {
    find(conn, id).await?.ok_or(StoreError::Missing("wave"))
}

/// The wave of this name.
pub async fn find_by_slug(
    conn: &mut Conn<'_>,
    slug: &WaveSlug,
) -> Result<Option<Wave>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND_SLUG)
        .bind(slug.as_str())
        .fetch_optional(c)
        .await)?;
    row.map(Row::read).transpose()
}

/// Every wave, the latest fieldwork first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<Wave>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(Row::read).collect()
}

/// The plan of a wave.
pub async fn get_plan(conn: &mut Conn<'_>, id: WaveId) -> Result<Plan, StoreError> {
    let row: Option<(String, String)> = sql!(conn, |c| sqlx::query_as(FIND_PLAN)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    let (word, plan) = row.ok_or(StoreError::Missing("wave"))?;
    Plan::from_json(kind(&word)?, &plan).map_err(|_| StoreError::Corrupt("plan"))
}

/// Removes a draft; false if it is none any more.
pub async fn delete_draft(conn: &mut Conn<'_>, id: WaveId) -> Result<bool, StoreError> {
    let gone = sql!(conn, |c| sqlx::query(DELETE_DRAFT)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone == 1)
}

/// Stores a wave after a step from state `from`; false if it is no longer in that state. Name,
/// creation and plan stay as they are.
pub async fn update(conn: &mut Conn<'_>, wave: &Wave, from: WaveState) -> Result<bool, StoreError> {
    let titles = json(&wave.titles)?;
    let close = wave.close_request.as_ref();
    let changed = sql!(conn, |c| sqlx::query(UPDATE)
        .bind(wave.id)
        .bind(from.as_str())
        .bind(titles)
        .bind(wave.questionnaire.to_vec())
        .bind(wave.frame)
        .bind(wave.margin_set)
        .bind(wave.base_wave)
        .bind(wave.state.as_str())
        .bind(wave.opens_at)
        .bind(wave.closes_at)
        .bind(wave.seed.map(|seed| seed.to_vec()))
        .bind(wave.seal_request.map(|act| act.by))
        .bind(wave.seal_request.map(|act| act.at))
        .bind(wave.sealed.map(|act| act.by))
        .bind(wave.sealed.map(|act| act.at))
        .bind(wave.opened_at)
        .bind(close.map(|request| request.act.by))
        .bind(close.map(|request| request.act.at))
        .bind(close.and_then(|request| request.early_reason.clone()))
        .bind(wave.closed.map(|act| act.by))
        .bind(wave.closed.map(|act| act.at))
        .bind(wave.published_at)
        .bind(wave.seed_text.clone())
        .bind(wave.release_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Replaces the plan of a draft; false if the wave is no draft.
pub async fn update_plan(conn: &mut Conn<'_>, id: WaveId, plan: &Plan) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(UPDATE_PLAN)
        .bind(id)
        .bind(plan.to_json())
        .bind(plan.digest().to_vec())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
