//! `/api/v1/standards`: the standards that were applied to published waves.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Asked, json};
use super::criteria;
use super::paging::Paging;
use super::words::{Place, Words};
use crate::evaluation::standard::Standard;
use crate::service::app::App;
use crate::service::evaluate::{self, StoredEvaluation};
use crate::service::results;
use crate::web::error::WebError;
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;

/// A standard.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StandardSummary {
    /// SHA-256 of its text, hexadecimal: its name in addresses.
    digest: String,
    /// Its id.
    standard: String,
    /// Its version.
    version: u32,
    /// Its title.
    title: Words,
    /// Where it comes from.
    source: Words,
    /// The published waves to which it was applied.
    waves: Vec<String>,
}

/// Standards that were applied to published waves, the latest wave's first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StandardList {
    /// The standards.
    items: Vec<StandardSummary>,
    /// Address of the next piece.
    #[schema(format = "uri-reference")]
    next: Option<String>,
}

/// A standard with its criteria.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StandardDetail {
    #[serde(flatten)]
    summary: StandardSummary,
    /// The counties under evaluation.
    counties: Vec<Place>,
    /// Its criteria by area.
    areas: Vec<CriterionArea>,
    /// Clauses that are left out on purpose.
    omitted: Vec<OmittedClauses>,
}

/// A group of criteria.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CriterionArea {
    /// Its id.
    area: String,
    /// Its place in the notice.
    clause: String,
    /// Its name.
    name: Words,
    /// Its criteria.
    criteria: Vec<CriterionText>,
}

/// A criterion.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CriterionText {
    /// Its id.
    criterion: String,
    /// Its place in the notice.
    clause: String,
    /// Its name.
    name: Words,
    /// What is asked for, in words.
    rule: Words,
    /// What the notice leaves open, or how it was read.
    note: Option<Words>,
}

/// Clauses that no criterion stands for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OmittedClauses {
    /// The clauses.
    clauses: Vec<String>,
    /// Why.
    reason: Words,
}

/// A standard and the waves to which it was applied.
struct Applied {
    stored: StoredEvaluation,
    waves: Vec<String>,
}

/// Every standard that was applied to a published wave.
async fn applied(app: &App) -> Result<Vec<Applied>, WebError> {
    let waves = results::list(app, None).await;
    let mut found: Vec<Applied> = Vec::new();
    for wave in waves.map_err(WebError::internal)? {
        let stored = evaluate::of_wave(app, &wave.slug).await;
        let Some(stored) = stored.map_err(WebError::internal)? else {
            continue;
        };
        let same = |one: &&mut Applied| one.stored.standard_digest == stored.standard_digest;
        let wave = wave.slug.to_string();
        match found.iter_mut().find(same) {
            Some(one) => one.waves.push(wave),
            None => found.push(Applied {
                stored,
                waves: vec![wave],
            }),
        }
    }
    Ok(found)
}

impl From<&Applied> for StandardSummary {
    fn from(applied: &Applied) -> Self {
        let standard = &applied.stored.standard;
        Self {
            digest: hex::encode(applied.stored.standard_digest),
            standard: standard.id.clone(),
            version: standard.version,
            title: Words::tagged(|tag| standard.title.get(tag)),
            source: Words::tagged(|tag| standard.source.get(tag)),
            waves: applied.waves.clone(),
        }
    }
}

/// Standards that were applied.
#[utoipa::path(
    get,
    path = "/api/v1/standards",
    operation_id = "list_standards",
    tag = "standards",
    params(Paging),
    responses((status = 200, description = "Standards that were applied to published waves.", body = StandardList))
)]
pub(in crate::web) async fn list(
    State(app): State<App>,
    asked: Asked,
    Query(paging): Query<Paging>,
) -> Result<Response, WebError> {
    let all = applied(&app).await?;
    let items = all.iter().map(StandardSummary::from).collect();
    let (items, next) = paging.piece("/api/v1/standards", items, |one: &StandardSummary| {
        one.digest.clone()
    })?;
    json(&asked, &StandardList { items, next })
}

/// A standard with its criteria.
#[utoipa::path(
    get,
    path = "/api/v1/standards/{digest}",
    operation_id = "get_standard",
    tag = "standards",
    params(("digest" = String, Path, description = "SHA-256 of the standard's text, hexadecimal.")),
    responses((status = 200, description = "The standard.", body = StandardDetail))
)]
pub(in crate::web) async fn one(
    State(app): State<App>,
    asked: Asked,
    Path(digest): Path<String>,
) -> Result<Response, WebError> {
    let all = applied(&app).await?;
    let is_it = |one: &&Applied| hex::encode(one.stored.standard_digest) == digest;
    let found = all.iter().find(is_it).ok_or(Problem::NotFound)?;
    let standard = &found.stored.standard;
    let counties = standard.counties.iter();
    let omitted = standard.omitted.iter();
    let detail = StandardDetail {
        summary: found.into(),
        counties: counties
            .map(|county| Place {
                code: county.code.clone(),
                name: Words::tagged(|tag| county.name.get(tag)),
            })
            .collect(),
        areas: areas(standard),
        omitted: omitted
            .map(|one| OmittedClauses {
                clauses: one.clauses.clone(),
                reason: Words::tagged(|tag| one.reason.get(tag)),
            })
            .collect(),
    };
    json(&asked, &detail)
}

fn areas(standard: &Standard) -> Vec<CriterionArea> {
    let areas = standard.areas.iter();
    areas
        .map(|area| CriterionArea {
            area: area.id.clone(),
            clause: area.clause.clone(),
            name: Words::tagged(|tag| area.name.get(tag)),
            criteria: standard
                .criteria
                .iter()
                .filter(|criterion| criterion.area() == area.id)
                .map(|criterion| CriterionText {
                    criterion: criterion.id.clone(),
                    clause: criterion.clause.clone(),
                    name: Words::tagged(|tag| criterion.name.get(tag)),
                    rule: criteria::rule(standard, criterion),
                    note: criterion
                        .note
                        .as_ref()
                        .map(|note| Words::tagged(|tag| note.get(tag))),
                })
                .collect(),
        })
        .collect()
}
