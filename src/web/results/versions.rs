//! Versions of a published result: what was corrected, and how it stood before.
//!
//! For: `/results/{wave}/versions/{number}` and what is below it. Promises: everything that a correction replaced can still be
//! read where it says that it was replaced, county by county, as a document and as a bundle.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::views::{Around, criteria_page};
use super::{Found, Shows, county_answers_page, county_page, find, show};
use crate::service::app::App;
use crate::service::corrections::{self, Correction};
use crate::service::exports::{self, File};
use crate::service::{decisions, evaluate, imprint, results};
use crate::survey::time::Instant;
use crate::survey::wave::Wave;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::kept::{Kept, kept};
use crate::web::organize::{correction_changes, file_sets, published_file};
use crate::web::page::Page;
use crate::web::problem::Problem;

/// A correction, or that a version is not the one that holds.
pub(super) struct VersionView {
    pub(super) sentence: String,
    pub(super) url: String,
    pub(super) link: String,
    /// What is otherwise since then.
    pub(super) changes: Vec<String>,
}

/// What stands above a result: on an earlier version that it is one, on the one that holds what was corrected.
#[derive(Template, Default)]
#[template(path = "results/versions.html")]
pub(super) struct VersionsView {
    pub(super) lines: Vec<VersionView>,
    pub(super) note: Option<String>,
    /// When it was corrected last.
    pub(super) latest: Option<Instant>,
}

fn corrected_at(one: &Correction) -> Option<Instant> {
    one.ruling.as_ref().map(|ruling| ruling.act.at)
}

fn sentence(app: &App, page: &Page, key: &str, number: usize, one: &Correction) -> String {
    let date = corrected_at(one).map(|at| page.lang.date(app.zone.date(at)));
    let args = [
        ("number", number.to_string().into()),
        ("date", date.unwrap_or_default().into()),
        ("note", one.note.clone().into()),
    ];
    page.t_with(key, &args)
}

/// What was corrected, with the versions before.
pub(super) async fn of(app: &App, page: &Page, found: &Found) -> Result<VersionsView, WebError> {
    let wave = &found.wave;
    let all = corrections::confirmed(app, wave).await;
    let all = all.map_err(WebError::internal)?;
    let line = |(place, one): (usize, &Correction)| {
        let number = place.saturating_add(1);
        let args = [("number", number.to_string().into())];
        VersionView {
            sentence: sentence(app, page, "correction-corrected", number, one),
            url: page.link(&format!("/results/{}/versions/{number}", wave.slug)),
            link: page.t_with("correction-version-before", &args),
            changes: correction_changes(
                page,
                found.evaluation.as_ref().map(|one| &one.standard),
                &one.changes,
            ),
        }
    };
    Ok(VersionsView {
        lines: all.iter().enumerate().map(line).rev().collect(),
        note: None,
        latest: all.last().and_then(corrected_at),
    })
}

/// `GET /results/{wave}/versions/{number}`: a result as it stood before a correction, or as it stands.
pub(in crate::web) async fn version(
    State(app): State<App>,
    page: Page,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let (found, versions) = asked(&app, &page, &slug, &number).await?;
    let shown = if found.version.is_none() {
        super::current(&app, page, &found).await?
    } else {
        let base = format!("{}/files", found.path());
        let files = file_sets(&page, &base, |file| file == File::Bundle, |_| None);
        show(&app, page, &found, versions, Shows::Earlier { files })?
    };
    Ok(kept(shown, None, Kept::Minute))
}

/// `GET /results/{wave}/versions/{number}/criteria`: its criteria, where they have a page of their own.
pub(in crate::web) async fn version_criteria(
    State(app): State<App>,
    page: Page,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let (found, versions) = asked(&app, &page, &slug, &number).await?;
    let around = if found.version.is_none() {
        Around::of(&app, &page, &found, "criteria").await?
    } else {
        Around::earlier(page.link(&found.path()), versions)
    };
    let shown = criteria_page(&app, page, &found, around)?;
    Ok(kept(shown, None, Kept::Minute))
}

/// `GET /results/{wave}/versions/{number}/{county}`.
pub(in crate::web) async fn version_county(
    State(app): State<App>,
    page: Page,
    Path((slug, number, county)): Path<(String, String, String)>,
) -> Result<Response, WebError> {
    let (found, versions) = asked(&app, &page, &slug, &number).await?;
    let found = found.with_behind(&app, Some(&county)).await?;
    let shown = county_page(&app, page, &found, versions, &county).await?;
    Ok(kept(shown, None, Kept::Minute))
}

/// `GET /results/{wave}/versions/{number}/{county}/answers`.
pub(in crate::web) async fn version_answers(
    State(app): State<App>,
    page: Page,
    Path((slug, number, county)): Path<(String, String, String)>,
) -> Result<Response, WebError> {
    let (found, versions) = asked(&app, &page, &slug, &number).await?;
    let shown = county_answers_page(&app, page, &found, versions, &county)?;
    Ok(kept(shown, None, Kept::Minute))
}

/// `GET /results/{wave}/versions/{number}/files/bundle.zip`: what was published of it, with the scripts that compute it again.
pub(in crate::web) async fn version_bundle(
    State(app): State<App>,
    page: Page,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let (found, _) = asked(&app, &page, &slug, &number).await?;
    let file = match found.version {
        None => published_file(&app, &page, &slug, File::Bundle.name()).await?,
        Some(number) => {
            let version = (number, found.result, found.evaluation);
            let bytes = exports::earlier_bundle(&app, &found.wave, version).await;
            let bytes = bytes.map_err(WebError::internal)?;
            download(Kind::Zip, &format!("bundle-{slug}-{number}"), bytes)?
        }
    };
    Ok(kept(file, None, Kept::Minute))
}

/// A version that was asked for, with what is said above it.
pub(super) async fn asked(
    app: &App,
    page: &Page,
    slug: &str,
    number: &str,
) -> Result<(Found, VersionsView), WebError> {
    let found = results::find(app, None, slug).await;
    let (wave, _) = found
        .map_err(WebError::internal)?
        .ok_or(Problem::NotFound)?;
    let all = corrections::confirmed(app, &wave).await;
    let all = all.map_err(WebError::internal)?;
    let number: usize = number.parse().map_err(|_| Problem::NotFound)?;
    let at = number.checked_sub(1).ok_or(Problem::NotFound)?;
    if at == all.len() {
        let found = find(app, None, slug).await?;
        let versions = of(app, page, &found).await?;
        return Ok((found, versions));
    }
    let one = all.get(at).ok_or(Problem::NotFound)?;
    let versions = VersionsView {
        lines: vec![VersionView {
            sentence: sentence(app, page, "correction-old", number, one),
            url: page.link(&format!("/results/{}", wave.slug)),
            link: page.t("correction-current"),
            changes: Vec::new(),
        }],
        note: Some(page.t("correction-old-county")),
        latest: None,
    };
    let old = before(app, wave, one, number).await?;
    Ok((old, versions))
}

/// The result as it stood before a correction.
async fn before(app: &App, wave: Wave, one: &Correction, number: usize) -> Result<Found, WebError> {
    let (estimate, applied) = corrections::replaced(app, one)
        .await
        .map_err(WebError::internal)?;
    let evaluation = match applied {
        Some(applied) => Some(
            evaluate::earlier(app, &wave, applied)
                .await
                .map_err(WebError::internal)?,
        ),
        None => None,
    };
    let decided = match &evaluation {
        Some(evaluation) => decisions::decided(app, evaluation).await,
        None => Ok(Vec::new()),
    };
    let imprint = imprint::of_wave(app, &wave).await;
    Ok(Found {
        decided: decided.map_err(WebError::internal)?,
        evaluation,
        imprint: imprint.map_err(WebError::internal)?,
        wave,
        result: estimate.result,
        version: Some(number),
        behind: Vec::new(),
    })
}
