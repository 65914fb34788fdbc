//! `/api/v1/waves`: the published waves, and what is to be known of one.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Asked, json};
use super::criteria::Evaluated;
use super::figure::Rule;
use super::open::{self, OpenCounty};
use super::paging::Paging;
use super::words::{Place, Words, moment};
use crate::report::rule::RuleWords;
use crate::service::app::App;
use crate::service::corrections::{self, Correction};
use crate::service::results;
use crate::survey::area::AreaCode;
use crate::survey::plan::Plan;
use crate::survey::questionnaire::{Kind, Questionnaire};
use crate::survey::result::{Provenance, RuleNote, WaveResult};
use crate::survey::wave::{Wave, WaveKind};
use crate::web::error::WebError;
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;
use crate::web::results::{Found, find};

/// How the people of a wave come to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SampleKind {
    Probability,
    Open,
}

/// A published wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct WaveSummary {
    /// Its name in addresses.
    wave: String,
    /// `probability`: people were drawn; `open`: whoever followed the link, so there is no interval and no verdict.
    kind: SampleKind,
    /// Its title.
    title: Words,
    /// The answers are made up, for a demonstration.
    synthetic: bool,
    /// Announced beginning.
    #[schema(format = DateTime)]
    opens_at: String,
    /// Announced end.
    #[schema(format = DateTime)]
    closes_at: String,
    /// When the result was published.
    #[schema(format = DateTime)]
    published_at: Option<String>,
    /// The page for people.
    #[schema(format = "uri-reference")]
    page: String,
}

impl WaveSummary {
    fn new(wave: &Wave) -> Self {
        Self {
            wave: wave.slug.to_string(),
            kind: match wave.kind {
                WaveKind::Probability => SampleKind::Probability,
                WaveKind::Open => SampleKind::Open,
            },
            title: Words::tagged(|tag| wave.titles.get(tag)),
            synthetic: wave.synthetic,
            opens_at: moment(wave.opens_at),
            closes_at: moment(wave.closes_at),
            published_at: wave.published_at.map(moment),
            page: format!("/results/{}", wave.slug),
        }
    }
}

/// Published waves, the latest fieldwork first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WaveList {
    /// The waves.
    items: Vec<WaveSummary>,
    /// Address of the next piece.
    #[schema(format = "uri-reference")]
    next: Option<String>,
}

/// Published waves.
#[utoipa::path(
    get,
    path = "/api/v1/waves",
    operation_id = "list_waves",
    tag = "results",
    params(Paging),
    responses((status = 200, description = "Published waves, the latest fieldwork first.", body = WaveList))
)]
pub(in crate::web) async fn list(
    State(app): State<App>,
    asked: Asked,
    Query(paging): Query<Paging>,
) -> Result<Response, WebError> {
    let waves = results::list(&app, None).await;
    let waves = waves.map_err(WebError::internal)?;
    let (waves, next) = paging.piece("/api/v1/waves", waves, |wave| wave.slug.to_string())?;
    let items = waves.iter().map(WaveSummary::new).collect();
    json(&asked, &WaveList { items, next })
}

/// A published wave with its digests, its method and its questions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WaveDetail {
    #[serde(flatten)]
    summary: WaveSummary,
    /// Corrections since the publication, the first one first; what is told here is the version that holds.
    corrections: Vec<Corrected>,
    /// When the close was confirmed.
    #[schema(format = DateTime)]
    closed_at: String,
    /// Why it ended before the announced time.
    early_reason: Option<String>,
    /// Program and version that computed the result.
    software: String,
    /// SHA-256 of the sealed plan, hexadecimal.
    plan_digest: String,
    /// SHA-256 of everything that the result was computed from, hexadecimal.
    input_digest: String,
    /// Rules that two people changed after the seal, in words.
    changes: Vec<Words>,
    /// The questions as they were asked.
    questions: Vec<Question>,
    /// Its counties.
    counties: Vec<Place>,
    /// How people were drawn and figures are judged; null of an open wave.
    method: Option<Method>,
    /// The standard that was applied; null if none was.
    evaluation: Option<Evaluated>,
    /// The answers to an open wave; null of a probability sample, whose counties are at `…/counties`.
    open: Option<Vec<OpenCounty>>,
}

/// A correction of a published result.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Corrected {
    /// Number of the version that it made; the published one was 1.
    version: u64,
    /// When a second person confirmed it.
    #[schema(format = DateTime)]
    at: String,
    /// Why, in the words of whoever proposed it.
    note: String,
    /// The version before, for people.
    #[schema(format = "uri-reference")]
    before: String,
}

fn corrected(wave: &Wave, all: &[Correction]) -> Vec<Corrected> {
    let holds = all
        .iter()
        .filter_map(|one| Some((one, one.ruling.as_ref()?)));
    (1_u64..)
        .zip(holds)
        .map(|(before, (one, ruling))| Corrected {
            version: before.saturating_add(1),
            at: moment(ruling.act.at),
            note: one.note.clone(),
            before: format!("/results/{}/versions/{before}", wave.slug),
        })
        .collect()
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Question {
    /// Its id.
    item: String,
    /// Its sentence.
    text: Words,
    /// Several answers are possible.
    several: bool,
    /// Its answers.
    options: Vec<AnswerOption>,
}

/// An answer that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnswerOption {
    /// Its code.
    code: String,
    /// Its sentence.
    text: Words,
}

fn questions(questionnaire: &Questionnaire) -> Vec<Question> {
    let items = questionnaire.items.iter();
    let said = |text: &crate::survey::questionnaire::Text| {
        Words::said(|lang| text.render(lang.tag(), &lang.t("results-this-county")))
    };
    items
        .map(|item| Question {
            item: item.id.clone(),
            text: said(&item.text),
            several: matches!(item.kind, Kind::Multiple { .. }),
            options: item
                .options
                .iter()
                .map(|option| AnswerOption {
                    code: option.code.clone(),
                    text: said(&option.text),
                })
                .collect(),
        })
        .collect()
}

/// How a probability sample was drawn, and by what its figures are judged.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Method {
    /// The public seed of the draw, hexadecimal.
    seed: String,
    /// The public text from which the seed follows.
    seed_text: Option<String>,
    /// Where the sampling frame comes from.
    frame: Import,
    /// Where the population margins come from.
    margins: Import,
    /// The earlier wave with which change is measured.
    base_wave: Option<String>,
    /// The rule that governs the headline's verdict.
    rule: Rule,
    /// The share that the headline is compared with.
    threshold: f64,
    /// The change that must be exceeded.
    change: f64,
    /// Answers below which a cell is merged or a count not told.
    smallest_cell: u32,
    /// Answers below which a group is not told.
    smallest_group: u32,
}

/// Where imported data come from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Import {
    /// Name of the import.
    name: String,
    /// The source, in words.
    source: String,
    /// SHA-256, hexadecimal.
    digest: String,
    /// Made up, or standing in for data that were not at hand.
    synthetic: bool,
}

impl From<&Provenance> for Import {
    fn from(found: &Provenance) -> Self {
        Self {
            name: found.name.clone(),
            source: found.source.clone(),
            digest: found.digest.clone(),
            synthetic: found.synthetic,
        }
    }
}

impl From<&WaveResult> for Method {
    fn from(result: &WaveResult) -> Self {
        let (facts, plan) = (&result.wave, &result.plan);
        Self {
            seed: facts.seed.clone(),
            seed_text: facts.seed_text.clone(),
            frame: (&facts.frame).into(),
            margins: (&facts.margins).into(),
            base_wave: facts.base_wave.as_ref().map(ToString::to_string),
            rule: plan.verdict.rule.into(),
            threshold: plan.verdict.threshold,
            change: plan.change.delta,
            smallest_cell: plan.disclosure.cell,
            smallest_group: plan.disclosure.subgroup,
        }
    }
}

/// A published wave.
#[utoipa::path(
    get,
    path = "/api/v1/waves/{wave}",
    operation_id = "get_wave",
    tag = "results",
    params(("wave" = String, Path, description = "The wave's name in addresses.", example = "2026q4")),
    responses((status = 200, description = "The wave.", body = WaveDetail))
)]
pub(in crate::web) async fn one(
    State(app): State<App>,
    asked: Asked,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let waves = results::list(&app, None).await;
    let waves = waves.map_err(WebError::internal)?;
    let found = waves.into_iter().find(|wave| wave.slug.as_str() == slug);
    let wave = found.ok_or(Problem::NotFound)?;
    let detail = match wave.kind {
        WaveKind::Probability => {
            let all = corrections::confirmed(&app, &wave).await;
            let all = all.map_err(WebError::internal)?;
            drawn(&app, &find(&app, None, &slug).await?, &all)
        }
        WaveKind::Open => of_open(&app, &wave).await?,
    };
    json(&asked, &detail)
}

fn drawn(app: &App, found: &Found, all: &[Correction]) -> WaveDetail {
    let result = &found.result;
    let plan = Plan::Probability(Box::new(result.plan.clone()));
    let counties = result.counties.iter();
    let places: Vec<Place> = counties
        .map(|county| Place::new(county.code.as_str(), &county.name_zh, &county.name_en))
        .collect();
    let facts = &result.wave;
    let questionnaire = &result.questionnaire;
    WaveDetail {
        summary: WaveSummary::new(&found.wave),
        corrections: corrected(&found.wave, all),
        closed_at: moment(facts.closed_at),
        early_reason: facts.early_reason.clone(),
        software: result.software.clone(),
        plan_digest: result.plan_digest.clone(),
        input_digest: result.input_digest.clone(),
        changes: changes(app, Some(&plan), questionnaire, &places, &facts.changes),
        questions: questions(questionnaire),
        counties: places,
        method: Some(result.into()),
        evaluation: found.evaluation.as_ref().map(Into::into),
        open: None,
    }
}

async fn of_open(app: &App, wave: &Wave) -> Result<WaveDetail, WebError> {
    let found = results::open_result(app, None, wave.slug.as_str()).await;
    let (wave, result) = found
        .map_err(WebError::internal)?
        .ok_or(Problem::NotFound)?;
    let counties = result.counties.iter();
    let places: Vec<Place> = counties
        .map(|county| Place::new(county.code.as_str(), &county.name_zh, &county.name_en))
        .collect();
    Ok(WaveDetail {
        summary: WaveSummary::new(&wave),
        corrections: Vec::new(),
        closed_at: moment(result.closed_at),
        early_reason: result.early_reason.clone(),
        software: result.software.clone(),
        plan_digest: result.plan_digest.clone(),
        input_digest: result.input_digest.clone(),
        changes: changes(app, None, &result.questionnaire, &places, &result.changes),
        questions: questions(&result.questionnaire),
        counties: places,
        method: None,
        evaluation: None,
        open: Some(open::counties(&result)),
    })
}

/// What was changed after the seal, in the words of the pages.
fn changes(
    app: &App,
    plan: Option<&Plan>,
    questionnaire: &Questionnaire,
    places: &[Place],
    notes: &[RuleNote],
) -> Vec<Words> {
    let said = |note: &RuleNote| {
        Words::said(|lang| {
            let county = |code: &AreaCode| {
                let place = places.iter().find(|place| place.code == code.as_str());
                place.map_or_else(|| code.to_string(), |place| place.name.get(lang).to_owned())
            };
            let words = RuleWords {
                lang,
                zone: &app.zone,
                plan,
                questionnaire,
                county: &county,
            };
            words.note(note)
        })
    };
    notes.iter().map(said).collect()
}
