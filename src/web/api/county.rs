//! `/api/v1/waves/{wave}/counties`: everything that is published of a county.
//!
//! Promises: what the pages and files leave out is left out, and counts are told as the pages tell them.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Asked, json};
use super::criteria::{self, CountyVerdict};
use super::figure::{Count, Estimate, Verdict, obstacle};
use super::paging::Paging;
use super::words::Place;
use crate::i18n::Lang;
use crate::report::told::{self, Records};
use crate::service::app::App;
use crate::survey::result::{self, BreakdownBy, ChangeResult, CountyResult, Judged, Sensitivity};
use crate::web::error::WebError;
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;
use crate::web::results::{Found, find};

/// A county in a wave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountyInWave {
    /// The wave.
    wave: String,
    /// The county.
    county: Place,
    /// The headline: approval of public safety and order.
    approval: JudgedFigure,
    /// The headline computed in other ways; never governing.
    other_ways: Vec<OtherWay>,
    /// Sense of security.
    safety: Option<Estimate>,
    /// Its change since the base wave.
    change: Change,
    /// The headline in groups.
    groups: Vec<GroupFigure>,
    /// The answers to every question.
    items: Vec<ItemAnswers>,
    /// Invitations and answers.
    counts: Counts,
    /// Rates by AAPOR's definitions, per cent, rounded as on the pages; null where one is not defined.
    rates: BTreeMap<String, Option<f64>>,
    /// The verdict by the standard, if one was applied.
    verdict: Option<CountyVerdict>,
}

/// A figure and its verdict.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JudgedFigure {
    /// The figure; null where the weighting failed or nobody answered.
    estimate: Option<Estimate>,
    /// The verdict.
    verdict: Verdict,
}

impl From<&Judged> for JudgedFigure {
    fn from(judged: &Judged) -> Self {
        let obstacles = judged.obstacles.iter().copied().map(Into::into).collect();
        Self {
            estimate: judged.estimate.as_ref().map(Into::into),
            verdict: Verdict::new(judged.finding, obstacles, judged.judgement.as_ref()),
        }
    }
}

/// In which other way.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    WithoutUndecided,
    WithoutFlagged,
    WithLeftOut,
}

/// The headline computed in another way.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OtherWay {
    /// In which: without those who cannot say, without hasty answers, with the answers that two people left out.
    way: Way,
    /// Its verdict differs from the governing one.
    differs: bool,
    /// Its number would tell what a few residents said: there is the finding alone.
    withheld: bool,
    #[serde(flatten)]
    judged: JudgedFigure,
}

/// The change of the sense of security since the base wave, as a difference of shares.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Change {
    /// This wave minus the base wave; null where there is none to compare with.
    difference: Option<f64>,
    /// Its design variance.
    variance: Option<f64>,
    /// Degrees of freedom of both designs together.
    df: Option<f64>,
    /// Lower end of the 95 % interval.
    low_95: Option<f64>,
    /// Upper end of the 95 % interval.
    high_95: Option<f64>,
    /// The verdict.
    verdict: Verdict,
}

impl From<&ChangeResult> for Change {
    fn from(found: &ChangeResult) -> Self {
        let change = found.change.as_ref();
        let obstacles = obstacle(found.finding).into_iter().collect();
        Self {
            difference: change.map(|change| change.difference),
            variance: change.map(|change| change.variance),
            df: change.map(|change| change.df),
            low_95: found.interval.map(|(low, _)| low),
            high_95: found.interval.map(|(_, high)| high),
            verdict: Verdict::new(found.finding, obstacles, found.judgement.as_ref()),
        }
    }
}

/// By what a group is one.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum GroupedBy {
    Sex,
    Age,
    Residence,
}

/// Whether a figure is told. `too_small`: too few answers; `complementary`: with it another group's could be computed.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shown {
    Yes,
    TooSmall,
    Complementary,
}

/// The headline in a group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupFigure {
    /// By what.
    by: GroupedBy,
    /// Code of the group: of an answer to the question, or `urban`, `rural`.
    group: String,
    /// Whether it is told.
    shown: Shown,
    /// The figure, if it is told.
    estimate: Option<Estimate>,
}

/// The answers to a question.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemAnswers {
    /// The question.
    item: String,
    /// Residents who were asked; null where it would tell how few refused.
    asked: Option<u64>,
    /// Of these, with an answer.
    answered: u64,
    /// Shares of those who answered; none where everything is too small.
    cells: Vec<Cell>,
}

/// An answer, or several that were too few and are merged.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cell {
    /// Codes of the answers in it.
    answers: Vec<String>,
    /// Residents who chose it; null where several answers are possible.
    n: Option<u64>,
    /// Weighted share, a fraction of 1.
    share: f64,
    /// Lower end of the 95 % interval.
    low_95: f64,
    /// Upper end of the 95 % interval.
    high_95: f64,
}

/// Invitations and answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Counts {
    /// Codes issued.
    issued: u64,
    /// Codes used.
    used: u64,
    /// Records in the urn.
    records: u64,
    /// Leaves in the log.
    leaves: u64,
    /// Outside the population.
    screened_out: Count,
    /// Complete interviews.
    complete: Count,
    /// Partial interviews.
    partial: Count,
    /// Sent in without an answer.
    nothing_answered: Count,
    /// Auditors' own records, which are in no figure; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    seeded: Option<u64>,
}

impl Counts {
    fn new(counts: &result::Counts, smallest: u64) -> Self {
        let records = Records::of(counts, smallest);
        Self {
            issued: counts.issued,
            used: counts.used,
            records: counts.cast,
            leaves: counts.leaves,
            screened_out: records.screened_out.into(),
            complete: records.complete.into(),
            partial: records.partial.into(),
            nothing_answered: records.nothing_answered.into(),
            seeded: (counts.seeded > 0).then_some(counts.seeded),
        }
    }
}

/// Everything of one county.
fn view(found: &Found, county: &CountyResult) -> CountyInWave {
    let smallest = u64::from(found.result.plan.disclosure.cell);
    let code = county.code.as_str();
    CountyInWave {
        wave: found.wave.slug.to_string(),
        county: Place::new(code, &county.name_zh, &county.name_en),
        approval: (&county.approval).into(),
        other_ways: county.sensitivity.iter().map(other_way).collect(),
        safety: county.safety.as_ref().map(Into::into),
        change: (&county.change).into(),
        groups: groups(county),
        items: county.items.iter().map(item).collect(),
        counts: Counts::new(&county.counts, smallest),
        rates: rates(county, smallest),
        verdict: criteria::of_county(found, code),
    }
}

fn other_way(line: &result::SensitivityLine) -> OtherWay {
    OtherWay {
        way: match line.kind {
            Sensitivity::WithoutUndecided => Way::WithoutUndecided,
            Sensitivity::WithoutFlagged => Way::WithoutFlagged,
            Sensitivity::WithExcluded => Way::WithLeftOut,
        },
        differs: line.differs,
        withheld: line.withheld,
        judged: (&line.judged).into(),
    }
}

fn groups(county: &CountyResult) -> Vec<GroupFigure> {
    let breakdowns = county.breakdowns.iter();
    let groups = breakdowns.flat_map(|breakdown| {
        let by = match breakdown.by {
            BreakdownBy::Sex => GroupedBy::Sex,
            BreakdownBy::Age => GroupedBy::Age,
            BreakdownBy::Residence => GroupedBy::Residence,
        };
        breakdown.groups.iter().map(move |group| {
            let (shown, estimate) = match &group.shown {
                result::Shown::Estimate(found) => (Shown::Yes, Some(found.as_ref().into())),
                result::Shown::TooSmall => (Shown::TooSmall, None),
                result::Shown::Complementary => (Shown::Complementary, None),
            };
            GroupFigure {
                by,
                group: group.group.clone(),
                shown,
                estimate,
            }
        })
    });
    groups.collect()
}

fn item(found: &result::ItemResult) -> ItemAnswers {
    let cells = found.cells.iter();
    ItemAnswers {
        item: found.item.clone(),
        asked: found.asked,
        answered: found.answered,
        cells: cells
            .map(|cell| Cell {
                answers: cell.codes.clone(),
                n: cell.n,
                share: cell.share,
                low_95: cell.interval.low,
                high_95: cell.interval.high,
            })
            .collect(),
    }
}

/// Rates as the pages round them, so that no small count can be computed from one.
fn rates(county: &CountyResult, smallest: u64) -> BTreeMap<String, Option<f64>> {
    let told = |rate: f64| {
        let told = told::rate(Lang::En, &county.counts, rate, smallest);
        told.parse().ok()
    };
    let rates = county.rates.iter();
    rates
        .map(|(name, rate)| (name.clone(), rate.and_then(told)))
        .collect()
}

/// Counties of a wave, by the plan's order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountyList {
    /// The counties.
    items: Vec<CountyInWave>,
    /// Address of the next piece.
    #[schema(format = "uri-reference")]
    next: Option<String>,
}

/// The counties of a wave.
#[utoipa::path(
    get,
    path = "/api/v1/waves/{wave}/counties",
    operation_id = "list_counties",
    tag = "results",
    params(
        ("wave" = String, Path, description = "The wave's name in addresses; an open wave has no estimates.", example = "2026q4"),
        Paging,
    ),
    responses((status = 200, description = "The wave's counties.", body = CountyList))
)]
pub(in crate::web) async fn list(
    State(app): State<App>,
    asked: Asked,
    Path(slug): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, WebError> {
    let found = find(&app, None, &slug).await?;
    let path = format!("/api/v1/waves/{}/counties", found.wave.slug);
    let counties = found.result.counties.iter().collect();
    let (some, next) = paging.piece(&path, counties, |county| county.code.to_string())?;
    let items = some.into_iter().map(|county| view(&found, county));
    let items = items.collect();
    json(&asked, &CountyList { items, next })
}

/// A county in a wave.
#[utoipa::path(
    get,
    path = "/api/v1/waves/{wave}/counties/{county}",
    operation_id = "get_county",
    tag = "results",
    params(
        ("wave" = String, Path, description = "The wave's name in addresses.", example = "2026q4"),
        ("county" = String, Path, description = "The county's division code.", example = "140311"),
    ),
    responses((status = 200, description = "The county in this wave.", body = CountyInWave))
)]
pub(in crate::web) async fn one(
    State(app): State<App>,
    asked: Asked,
    Path((slug, code)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let found = find(&app, None, &slug).await?;
    let county = found.result.county(&code).ok_or(Problem::NotFound)?;
    json(&asked, &view(&found, county))
}
