//! `/api/v1/counties/{county}/series`: a county's two figures over time, with what others reported of earlier surveys.
//!
//! Promises: every point says whose it is and in what it differs from the latest wave; reported figures are rounded as the
//! pages print them.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Asked, json};
use super::figure::{Estimate, Finding};
use super::words::{Place, Words};
use crate::i18n::Lang;
use crate::report::result::{ReportedFigure, Source, Standing, differs};
use crate::service::app::App;
use crate::service::results;
use crate::survey::reported::Measure;
use crate::survey::result::{CountyResult, WaveResult};
use crate::survey::wave::WaveKind;
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::problem::Problem;

/// A county over time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Series {
    /// The county.
    county: Place,
    /// The wave with which the others are compared: the latest.
    latest: String,
    /// Approval of public safety and order, the earliest first.
    approval: Vec<Point>,
    /// Sense of security, the earliest first.
    safety: Vec<Point>,
}

/// Whose figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Origin {
    Own,
    Reported,
}

/// A figure of the past.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Point {
    /// `own`: of a published wave; `reported`: of a survey whose answers nobody here has seen.
    origin: Origin,
    /// The wave, if it is our own.
    wave: Option<String>,
    /// What the survey was called.
    survey: Words,
    /// Its last day.
    #[schema(format = Date)]
    ended: String,
    /// Who reported it, if others did.
    reported_by: Option<String>,
    /// The share, a fraction of 1.
    share: Option<f64>,
    /// Its standard error.
    standard_error: Option<f64>,
    /// Answers that it rests on.
    n: Option<u64>,
    /// Our own figure in full.
    estimate: Option<Estimate>,
    /// The verdict that was published with it: on approval its level, on the sense of security its change.
    finding: Option<Finding>,
    /// Why it cannot be compared with the latest wave's, in words.
    breaks: Vec<Words>,
    /// Made up.
    synthetic: bool,
}

/// A county over time.
#[utoipa::path(
    get,
    path = "/api/v1/counties/{county}/series",
    operation_id = "get_series",
    tag = "results",
    params(("county" = String, Path, description = "The county's division code.", example = "140311")),
    responses((status = 200, description = "The county's figures over time.", body = Series))
)]
pub(in crate::web) async fn of_county(
    State(app): State<App>,
    asked: Asked,
    Path(code): Path<String>,
) -> Result<Response, WebError> {
    let waves = results::list(&app, None).await;
    let mut found = Vec::new();
    for wave in waves.map_err(WebError::internal)? {
        if wave.kind == WaveKind::Probability {
            let read = results::find(&app, None, wave.slug.as_str()).await;
            found.extend(read.map_err(WebError::internal)?.map(|(_, result)| result));
        }
    }
    found.retain(|result| result.county(&code).is_some());
    found.sort_by_key(|result| result.wave.closed_at);
    let latest = found.last().ok_or(Problem::NotFound)?;
    let county = latest.county(&code).ok_or(Problem::NotFound)?;
    let reported = results::reported(&app).await;
    let mut reported = reported.map_err(WebError::internal)?;
    reported.retain(|figure| figure.row.county == county.code);
    let of = |measure| points(&app, measure, (&found, latest), &code, &reported);
    let series = Series {
        county: Place::new(&code, &county.name_zh, &county.name_en),
        latest: latest.wave.slug.to_string(),
        approval: of(Measure::Approval),
        safety: of(Measure::Safety),
    };
    json(&asked, &series)
}

/// All points of a measure, the earliest first.
fn points(
    app: &App,
    measure: Measure,
    (waves, latest): (&[WaveResult], &WaveResult),
    code: &str,
    reported: &[ReportedFigure],
) -> Vec<Point> {
    let of_others = reported.iter().filter(|f| f.row.measure == measure);
    let mut points: Vec<Point> = of_others.map(|f| theirs(app, latest, f)).collect();
    points.extend(waves.iter().filter_map(|wave| {
        let county = wave.county(code)?;
        Some(ours(app, measure, wave, latest, county))
    }));
    points.sort_by(|a, b| a.ended.cmp(&b.ended));
    points
}

/// A share as the pages print it: per cent with so many decimals.
fn as_printed(share: f64, decimals: i32) -> f64 {
    let scale = 100.0 * 10_f64.powi(decimals);
    (share * scale).round() / scale
}

fn theirs(app: &App, latest: &WaveResult, figure: &ReportedFigure) -> Point {
    let row = &figure.row;
    let source = |lang| Source {
        result: latest,
        assessed: None,
        imprint: None,
        standing: Standing::Unpublished,
        version: None,
        behind: &[],
        zone: &app.zone,
        lang,
    };
    let breaks = Lang::ALL.map(|lang| source(lang).breaks(row));
    let [zh, en] = &breaks;
    let breaks = zh.iter().zip(en);
    Point {
        origin: Origin::Reported,
        wave: None,
        survey: Words::said(|_| row.wave.clone()),
        ended: row.ended.clone(),
        reported_by: Some(figure.source.clone()),
        share: Some(as_printed(row.estimate, 1)),
        standard_error: row.error.map(|error| as_printed(error, 2)),
        n: row.answers.map(u64::from),
        estimate: None,
        finding: None,
        breaks: breaks
            .map(|(zh, en)| {
                Words::said(|lang| match lang {
                    Lang::ZhCn => zh.clone(),
                    Lang::En => en.clone(),
                })
            })
            .collect(),
        synthetic: figure.synthetic,
    }
}

fn ours(
    app: &App,
    measure: Measure,
    wave: &WaveResult,
    latest: &WaveResult,
    county: &CountyResult,
) -> Point {
    let (estimate, finding) = match measure {
        Measure::Approval => (county.approval.estimate.as_ref(), county.approval.finding),
        Measure::Safety => (county.safety.as_ref(), county.change.finding),
    };
    let facts = &wave.wave;
    Point {
        origin: Origin::Own,
        wave: Some(facts.slug.to_string()),
        survey: Words::tagged(|tag| facts.titles.get(tag)),
        ended: app.zone.date(facts.last_moment()).to_string(),
        reported_by: None,
        share: estimate.map(|estimate| estimate.figure.p),
        standard_error: estimate.map(|estimate| estimate.standard_error),
        n: estimate.map(|estimate| estimate.figure.n),
        estimate: estimate.map(Into::into),
        finding: Some(finding.into()),
        breaks: breaks(measure, wave, latest),
        synthetic: facts.synthetic,
    }
}

/// In what a wave of our own differs from the latest.
fn breaks(measure: Measure, wave: &WaveResult, latest: &WaveResult) -> Vec<Words> {
    let said = |what: &str| Words::said(|lang| lang.t(&format!("reported-break-{what}-other")));
    let differing = differs(measure, wave, latest).into_iter();
    differing.map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::as_printed;

    #[test]
    fn a_reported_share_has_no_more_digits_than_the_page() {
        for (share, decimals, wanted) in [
            (0.954_321, 1, 0.954),
            (0.931, 1, 0.931),
            (0.009_04, 2, 0.009),
            (1.0, 1, 1.0),
        ] {
            assert!((as_printed(share, decimals) - wanted).abs() < 1e-15);
        }
    }
}
