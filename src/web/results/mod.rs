//! The pages of results: list, wave, county.
//!
//! For: everyone, and staff before a result is published. Uses: `service::results`,
//! `service::evaluate`, the views of `report::result`. Promises: whoever may not read a result gets
//! the same page as for one that does not exist; no script that runs; black on white in print.

mod awaited;
mod open;
mod printed;
mod versions;
mod views;

pub(super) use self::printed::{show as report, version as version_report};

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use self::versions::VersionsView;
pub(super) use self::versions::{
    version, version_answers, version_bundle, version_county, version_criteria,
};
use self::views::{Side, sides};
pub(super) use self::views::{answers, comparison, criteria, map, question, weights};
use super::error::WebError;
use super::extract::Path;
use super::kept::{Kept, kept};
use super::organize::{FileSet, file_sets, media_type, published_file};
use super::page::{Page, render};
use super::problem::Problem;
use super::session::MaybeStaff;
use crate::evaluation::decision::Decided;
use crate::report::dataset::{Dates, Download, dataset};
use crate::report::result::{Assessed, Behind, CountyView, SeriesView, Source, Standing, WaveView};
use crate::service::app::App;
use crate::service::decisions;
use crate::service::evaluate::{self, StoredEvaluation};
use crate::service::exports::File;
use crate::service::imprint;
use crate::service::results;
use crate::survey::account::Account;
use crate::survey::imprint::Imprint;
use crate::survey::result::WaveResult;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveKind};

/// Columns of the table of fieldwork, as the view fills them.
const COUNTS: [&str; 5] = [
    "results-count-issued",
    "results-count-used",
    "results-count-screened-out",
    "results-count-complete",
    "results-count-partial",
];
const RATES: [&str; 3] = ["RR1", "RR2", "RR3"];

/// A wave in the list.
struct Line {
    path: String,
    title: String,
    note: String,
}

#[derive(Template)]
#[template(path = "results/list.html")]
struct ListPage {
    page: Page,
    /// What is announced.
    awaited: Vec<Line>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "results/wave.html")]
struct WavePage {
    page: Page,
    view: WaveView,
    unpublished: bool,
    /// Corrections, or that this is not the version that holds.
    versions: VersionsView,
    /// What everyone may save, once the result is published.
    files: Vec<FileSet>,
    /// The same as a data set of schema.org.
    dataset: String,
    /// The wave's public record.
    record: String,
    /// The whole as one document to print, of the version that holds.
    report: Option<String>,
    /// The result from other sides, of the version that holds.
    sides: Vec<Side>,
    /// Address of the criteria, where they have a page of their own.
    criteria: String,
    counts: [&'static str; 5],
    rates: [&'static str; 3],
}

#[derive(Template)]
#[template(path = "results/county.html")]
struct CountyPage {
    page: Page,
    view: CountyView,
    versions: VersionsView,
    series: Vec<SeriesView>,
    /// Address of the answers to every question.
    answers: String,
    unpublished: bool,
}

#[derive(Template)]
#[template(path = "results/county_answers.html")]
struct CountyAnswersPage {
    page: Page,
    view: CountyView,
    versions: VersionsView,
    back: String,
    unpublished: bool,
}

/// `GET /results`: every wave that this person may read.
pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
) -> Result<Response, WebError> {
    let waves = results::list(&app, person.as_ref()).await;
    let page = page.with_maybe(person.as_ref());
    let line = |wave: Wave| Line {
        path: format!("/results/{}", wave.slug),
        title: wave.titles.get(page.lang.tag()).to_owned(),
        note: {
            let when = match wave.published_at {
                Some(at) => page.lang.date(app.zone.date(at)),
                None => page.t("results-not-published"),
            };
            match wave.kind {
                WaveKind::Probability => when,
                WaveKind::Open => format!("{when} · {}", page.t("open-mark")),
            }
        },
    };
    let waves = waves.map_err(WebError::internal)?;
    let lines = waves.into_iter().map(line).collect();
    let awaited = awaited::lines(&app, &page).await?;
    let shown = render(&ListPage {
        page,
        awaited,
        lines,
    })?;
    Ok(kept(shown, person.as_ref(), Kept::AskedEachTime))
}

/// `GET /results/{wave}`.
pub(super) async fn wave(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let page = page.with_maybe(person.as_ref());
    let listed = results::list(&app, person.as_ref()).await;
    let listed = listed.map_err(WebError::internal)?;
    let open = |wave: &Wave| wave.slug.as_str() == slug && wave.kind == WaveKind::Open;
    if listed.iter().any(open) {
        let shown = open::page(&app, page, person.as_ref(), &slug).await?;
        return Ok(kept(shown, person.as_ref(), Kept::Minute));
    }
    let readable = listed.iter().any(|wave| wave.slug.as_str() == slug);
    if !readable && let Some(announced) = awaited::page(&app, &page, &slug).await? {
        return Ok(kept(announced, person.as_ref(), Kept::AskedEachTime));
    }
    let found = find(&app, person.as_ref(), &slug).await?;
    let shown = current(&app, page, &found).await?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

/// The version that holds, with its files.
async fn current(app: &App, page: Page, found: &Found) -> Result<Response, WebError> {
    let versions = versions::of(app, &page, found).await?;
    let dataset = dataset_of(app, &page, found, versions.latest);
    let files = if found.wave.published_at.is_some() {
        let base = format!("/results/{}/files", found.wave.slug);
        file_sets(&page, &base, File::is_public, |_| None)
    } else {
        Vec::new()
    };
    show(
        app,
        page,
        found,
        versions,
        Shows::Current { files, dataset },
    )
}

/// Which version is shown.
enum Shows {
    /// The one that holds, with what everyone may save.
    Current {
        files: Vec<FileSet>,
        dataset: String,
    },
    /// One before a correction, with what belongs to it.
    Earlier { files: Vec<FileSet> },
}

/// A version of a result.
fn show(
    app: &App,
    page: Page,
    found: &Found,
    versions: VersionsView,
    shows: Shows,
) -> Result<Response, WebError> {
    let view = found.source(app, &page).wave(page.asked("page"));
    let view = view.ok_or(Problem::NotFound)?;
    let base = found.path();
    let (sides, files, dataset) = match shows {
        Shows::Current { files, dataset } => (sides(&page, found, ""), files, dataset),
        Shows::Earlier { files } => (Vec::new(), files, String::new()),
    };
    render(&WavePage {
        versions,
        sides,
        criteria: page.link(&format!("{base}/criteria")),
        record: page.link(&format!("/check/{}", found.wave.slug)),
        report: Some(page.link(&format!("{base}/report"))),
        page,
        files,
        dataset,
        view,
        unpublished: found.wave.published_at.is_none(),
        counts: COUNTS,
        rates: RATES,
    })
}

/// `GET /results/{wave}/{county}`.
pub(super) async fn county(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path((slug, county)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let versions = versions::of(&app, &page, &found).await?;
    let found = found.with_behind(&app, Some(&county)).await?;
    let shown = county_page(&app, page, &found, versions, &county).await?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

async fn county_page(
    app: &App,
    page: Page,
    found: &Found,
    versions: VersionsView,
    county: &str,
) -> Result<Response, WebError> {
    let view = found.source(app, &page).county(county);
    let view = view.ok_or(Problem::NotFound)?;
    let figures = results::reported(app).await;
    let figures = figures.map_err(WebError::internal)?;
    let waves = results::before(app, &found.wave).await;
    let waves = waves.map_err(WebError::internal)?;
    let series = found.source(app, &page).series(county, &waves, &figures);
    render(&CountyPage {
        answers: page.link(&format!("{}/{county}/answers", found.path())),
        page,
        versions,
        view,
        series,
        unpublished: found.wave.published_at.is_none(),
    })
}

/// `GET /results/{wave}/{county}/answers`: the answers of a county to every question.
pub(super) async fn county_answers(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path((slug, county)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let versions = versions::of(&app, &page, &found).await?;
    let shown = county_answers_page(&app, page, &found, versions, &county)?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

fn county_answers_page(
    app: &App,
    page: Page,
    found: &Found,
    versions: VersionsView,
    county: &str,
) -> Result<Response, WebError> {
    let view = found.source(app, &page).county(county);
    render(&CountyAnswersPage {
        view: view.ok_or(Problem::NotFound)?,
        versions,
        back: page.link(&format!("{}/{county}", found.path())),
        unpublished: found.wave.published_at.is_none(),
        page,
    })
}

/// The description of a published wave for catalogues; its files are those that the page links.
fn dataset_of(app: &App, page: &Page, found: &Found, corrected: Option<Instant>) -> String {
    let slug = &found.wave.slug;
    let public = File::ALL.into_iter().filter(|file| file.is_public());
    let paths = public.map(|file| {
        let path = format!("/results/{slug}/files/{}", file.name());
        (path, media_type(file))
    });
    let mut paths: Vec<(String, &str)> = paths.collect();
    paths.push((format!("/api/v1/waves/{slug}/counties"), "application/json"));
    let downloads: Vec<Download<'_>> = paths
        .iter()
        .map(|(path, format)| Download { path, format })
        .collect();
    let published = found.wave.published_at.map(|at| app.zone.date(at));
    let published = published.map_or_else(String::new, |date| date.to_string());
    dataset(
        &found.source(app, page),
        &app.public_url,
        &Dates {
            published,
            modified: corrected.map(|at| app.zone.date(at).to_string()),
        },
        &downloads,
    )
}

/// `GET /results/{wave}/files/{file}`: what is published, for everyone.
pub(super) async fn file(
    State(app): State<App>,
    page: Page,
    Path((slug, name)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let file = published_file(&app, &page, &slug, &name).await?;
    Ok(kept(file, None, Kept::Minute))
}

/// A result that this person may read, with the evaluation that rests on it.
pub(super) struct Found {
    pub(super) wave: Wave,
    pub(super) result: WaveResult,
    pub(super) evaluation: Option<StoredEvaluation>,
    pub(super) decided: Vec<Decided>,
    pub(super) imprint: Option<Imprint>,
    /// Which version it is, where it is not the one that holds.
    pub(super) version: Option<usize>,
    /// What stands behind the criteria of the county that is asked for, where it is asked for.
    behind: Vec<Behind>,
}

/// The result of this wave, if this person may read it.
pub(super) async fn find(
    app: &App,
    person: Option<&Account>,
    slug: &str,
) -> Result<Found, WebError> {
    let found = results::find(app, person, slug).await;
    let found = found.map_err(WebError::internal)?;
    let (wave, result) = found.ok_or(Problem::NotFound)?;
    let evaluation = evaluate::of_wave(app, &wave.slug).await;
    let evaluation = evaluation.map_err(WebError::internal)?;
    let decided = match &evaluation {
        Some(evaluation) => decisions::decided(app, evaluation).await,
        None => Ok(Vec::new()),
    };
    let imprint = imprint::of_wave(app, &wave).await;
    Ok(Found {
        imprint: imprint.map_err(WebError::internal)?,
        decided: decided.map_err(WebError::internal)?,
        evaluation,
        wave,
        result,
        version: None,
        behind: Vec::new(),
    })
}

impl Found {
    /// With what stands behind the criteria of a county, or of all.
    async fn with_behind(self, app: &App, county: Option<&str>) -> Result<Self, WebError> {
        let Some(stored) = &self.evaluation else {
            return Ok(self);
        };
        let input = &self.result.input_digest;
        let behind = evaluate::behind(app, stored, input, county).await;
        Ok(Self {
            behind: behind.map_err(WebError::internal)?,
            ..self
        })
    }

    /// Address of the page of the wave, in this version.
    fn path(&self) -> String {
        let slug = &self.wave.slug;
        match self.version {
            Some(number) => format!("/results/{slug}/versions/{number}"),
            None => format!("/results/{slug}"),
        }
    }

    fn source<'a>(&'a self, app: &'a App, page: &Page) -> Source<'a> {
        Source {
            result: &self.result,
            assessed: self.evaluation.as_ref().map(|stored| Assessed {
                standard: &stored.standard,
                evaluation: &stored.evaluation,
                digest: stored.standard_digest,
                applied_at: stored.created_at,
                software: &stored.software_version,
                decided: &self.decided,
            }),
            imprint: self.imprint.as_ref(),
            standing: self
                .wave
                .published_at
                .map_or(Standing::Unpublished, Standing::Published),
            version: self.version,
            behind: &self.behind,
            zone: &app.zone,
            lang: page.lang,
        }
    }
}
