//! What the standard says of a county: its verdict, its criteria with rule and reason, its title by decision.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::figure::Finding;
use super::words::{Words, moment};
use crate::evaluation::dossier::{CriterionOutcome, Dossier};
use crate::evaluation::standard::{Criterion, Standard};
use crate::evaluation::verdict;
use crate::report::reason::Speaker;
use crate::service::evaluate::StoredEvaluation;
use crate::web::results::Found;

/// The standard that was applied to a wave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Evaluated {
    /// Id of the standard.
    standard: String,
    /// Its version.
    version: u32,
    /// SHA-256 of its text, hexadecimal: its name under `/api/v1/standards`.
    digest: String,
    /// The year under evaluation.
    year: i32,
    /// When it was applied.
    #[schema(format = DateTime)]
    applied_at: String,
    /// Program and version that applied it.
    software: String,
    /// SHA-256 of the standard's text, the reported values and the wave's result, hexadecimal.
    input_digest: String,
    /// Reported values are made up, for an example.
    synthetic_indicators: bool,
}

impl From<&StoredEvaluation> for Evaluated {
    fn from(stored: &StoredEvaluation) -> Self {
        Self {
            standard: stored.standard.id.clone(),
            version: stored.standard.version,
            digest: hex::encode(stored.standard_digest),
            year: stored.evaluation.year,
            applied_at: moment(stored.created_at),
            software: stored.software_version.clone(),
            input_digest: hex::encode(stored.input_digest),
            synthetic_indicators: stored.evaluation.synthetic_indicators,
        }
    }
}

/// What the criteria together say. `open`: none is known to fail, and at least one is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Met,
    NotMet,
    Open,
}

impl From<verdict::Outcome> for Outcome {
    fn from(outcome: verdict::Outcome) -> Self {
        match outcome {
            verdict::Outcome::Met => Self::Met,
            verdict::Outcome::NotMet => Self::NotMet,
            verdict::Outcome::Open => Self::Open,
        }
    }
}

/// The verdict on a county by the standard.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountyVerdict {
    /// What came out.
    outcome: Outcome,
    /// The criteria, in the standard's order.
    criteria: Vec<CriterionResult>,
    /// A title that two people gave an open county.
    title_by_decision: Option<TitleByDecision>,
}

/// One criterion.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CriterionResult {
    /// Its id.
    criterion: String,
    /// Its place in the notice.
    clause: String,
    /// Its name.
    name: Words,
    /// What is asked for, in words.
    rule: Words,
    /// What came out.
    finding: Finding,
    /// Why, in words.
    reason: Words,
}

/// A title that two people gave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TitleByDecision {
    /// Who.
    by: Vec<String>,
    /// When the second person confirmed it.
    #[schema(format = DateTime)]
    at: String,
    /// The written reason for each open criterion, by its id.
    reasons: BTreeMap<String, String>,
}

/// The verdict on a county, if the standard is applied to it.
pub(super) fn of_county(found: &Found, code: &str) -> Option<CountyVerdict> {
    let stored = found.evaluation.as_ref()?;
    let dossier = stored.evaluation.county(code)?;
    let decided = found.decided.iter().find(|one| one.county == code);
    Some(CountyVerdict {
        outcome: dossier.verdict.outcome.into(),
        criteria: criteria(&stored.standard, dossier),
        title_by_decision: decided.map(|one| TitleByDecision {
            by: one.decision.by().to_vec(),
            at: moment(one.at),
            reasons: one.decision.reasons().clone(),
        }),
    })
}

fn criteria(standard: &Standard, dossier: &Dossier) -> Vec<CriterionResult> {
    let criteria = standard.criteria.iter();
    let found = criteria.filter_map(|criterion| {
        let outcome = dossier.criteria.iter().find(|c| c.id == criterion.id)?;
        Some(one(standard, criterion, outcome))
    });
    found.collect()
}

fn one(standard: &Standard, criterion: &Criterion, outcome: &CriterionOutcome) -> CriterionResult {
    CriterionResult {
        criterion: criterion.id.clone(),
        clause: criterion.clause.clone(),
        name: Words::tagged(|tag| criterion.name.get(tag)),
        rule: rule(standard, criterion),
        finding: outcome.result.finding.into(),
        reason: Words::said(|lang| Speaker { lang, standard }.reason(&outcome.result.reason)),
    }
}

/// What a criterion asks for.
pub(super) fn rule(standard: &Standard, criterion: &Criterion) -> Words {
    Words::said(|lang| Speaker { lang, standard }.rule(&criterion.rule))
}
