//! What a result looks like from several sides: on a map, counties beside each other, one question in all counties, weights.
//!
//! For: `/results/{wave}/criteria`, `…/map`, `…/comparison`, `…/answers`, `…/weights`. Uses: the views of `report::result`. Promises: who may
//! not read the result gets the page of one that does not exist; many counties come in parts that keep a page small.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::versions::{self, VersionsView};
use super::{Found, find};
use crate::report::result::{ComparisonView, MapView, MatrixPart, QuestionView, WeightsView};
use crate::service::app::App;
use crate::service::atlas;
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::kept::{Kept, kept};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::MaybeStaff;

/// Sides from which a result can be looked at, with the end of their address.
const SIDES: [(&str, &str); 5] = [
    ("criteria", "results-criteria"),
    ("map", "map-title"),
    ("comparison", "compare-title"),
    ("answers", "ask-title"),
    ("weights", "weights-title"),
];

/// A link to a side of the result.
pub(super) struct Side {
    pub(super) url: String,
    pub(super) name: String,
    /// It is the one on this page.
    pub(super) here: bool,
}

/// The sides of a wave's result; criteria only where a standard was applied.
pub(super) fn sides(page: &Page, found: &Found, here: &str) -> Vec<Side> {
    let slug = &found.wave.slug;
    let side = |(end, key): (&str, &str)| Side {
        url: page.link(&format!("/results/{slug}/{end}")),
        name: page.t(key),
        here: end == here,
    };
    let there = |(end, _): &(&str, &str)| *end != "criteria" || found.evaluation.is_some();
    SIDES.into_iter().filter(there).map(side).collect()
}

/// What stands around each of these pages.
pub(super) struct Around {
    back: String,
    sides: Vec<Side>,
    versions: VersionsView,
    unpublished: bool,
}

impl Around {
    /// Around a version that holds no more: it has no other sides.
    pub(super) const fn earlier(back: String, versions: VersionsView) -> Self {
        Self {
            back,
            sides: Vec::new(),
            versions,
            unpublished: false,
        }
    }

    pub(super) async fn of(
        app: &App,
        page: &Page,
        found: &Found,
        here: &str,
    ) -> Result<Self, WebError> {
        Ok(Self {
            back: page.link(&format!("/results/{}", found.wave.slug)),
            sides: sides(page, found, here),
            versions: versions::of(app, page, found).await?,
            unpublished: found.wave.published_at.is_none(),
        })
    }
}

#[derive(Template)]
#[template(path = "results/criteria_page.html")]
struct CriteriaPage {
    page: Page,
    around: Around,
    view: MatrixPart,
}

#[derive(Template)]
#[template(path = "results/map.html")]
struct MapPage {
    page: Page,
    around: Around,
    view: MapView,
}

#[derive(Template)]
#[template(path = "results/comparison.html")]
struct ComparisonPage {
    page: Page,
    around: Around,
    view: ComparisonView,
}

#[derive(Template)]
#[template(path = "results/question.html")]
struct QuestionPage {
    page: Page,
    around: Around,
    view: QuestionView,
}

#[derive(Template)]
#[template(path = "results/weights.html")]
struct WeightsPage {
    page: Page,
    around: Around,
    view: WeightsView,
}

/// `GET /results/{wave}/criteria`.
pub(in crate::web) async fn criteria(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let around = Around::of(&app, &page, &found, "criteria").await?;
    let shown = criteria_page(&app, page, &found, around)?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

pub(super) fn criteria_page(
    app: &App,
    page: Page,
    found: &Found,
    around: Around,
) -> Result<Response, WebError> {
    let view = found.source(app, &page).criteria(page.asked("page"));
    render(&CriteriaPage {
        view: view.ok_or(Problem::NotFound)?,
        around,
        page,
    })
}

/// `GET /results/{wave}/map`.
pub(in crate::web) async fn map(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let atlas = atlas::latest(&app).await.map_err(WebError::internal)?;
    let view = found
        .source(&app, &page)
        .map(atlas.as_ref(), page.asked("page"));
    let shown = render(&MapPage {
        view: view.ok_or(Problem::NotFound)?,
        around: Around::of(&app, &page, &found, "map").await?,
        page,
    })?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

/// `GET /results/{wave}/comparison`.
pub(in crate::web) async fn comparison(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let (part, beside) = (page.asked("page"), page.asked("county"));
    let view = found.source(&app, &page).comparison(part, beside);
    let shown = render(&ComparisonPage {
        view: view.ok_or(Problem::NotFound)?,
        around: Around::of(&app, &page, &found, "comparison").await?,
        page,
    })?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

/// `GET /results/{wave}/answers`: the first question.
pub(in crate::web) async fn answers(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let shown = question_page(&app, page.with_maybe(person.as_ref()), &found, None).await?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

/// `GET /results/{wave}/answers/{item}`.
pub(in crate::web) async fn question(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path((slug, item)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let shown = question_page(&app, page, &found, Some(&item)).await?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

async fn question_page(
    app: &App,
    page: Page,
    found: &Found,
    item: Option<&str>,
) -> Result<Response, WebError> {
    let view = found.source(app, &page).question(item, page.asked("page"));
    render(&QuestionPage {
        view: view.ok_or(Problem::NotFound)?,
        around: Around::of(app, &page, found, "answers").await?,
        page,
    })
}

/// `GET /results/{wave}/weights`.
pub(in crate::web) async fn weights(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let view = found.source(&app, &page).weights(page.asked("page"));
    let shown = render(&WeightsPage {
        view: view.ok_or(Problem::NotFound)?,
        around: Around::of(&app, &page, &found, "weights").await?,
        page,
    })?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}
