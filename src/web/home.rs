//! The first page, and the choice of a county.
//!
//! For: people who type the address from a letter, and whoever wants to know what this is. Uses:
//! `service::announced`, `service::results`. Promises: a county chosen wrongly costs nothing, since the
//! code leads to the right form.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::error::WebError;
use super::extract::Path;
use super::page::{Page, render};
use super::problem::Problem;
use crate::service::announced;
use crate::service::app::App;
use crate::service::results;
use crate::survey::wave::{Phase, Wave, WaveKind};

/// A line with a link.
struct Line {
    url: String,
    text: String,
    note: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    waves: Vec<Line>,
    latest: Option<Line>,
}

#[derive(Template)]
#[template(path = "counties.html")]
struct CountiesPage {
    page: Page,
    title: String,
    counties: Vec<Line>,
}

/// `GET /`: what this is, the latest result, and the surveys.
pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, WebError> {
    let waves = announced::list(&app).await.map_err(WebError::internal)?;
    let now = app.clock.now();
    let line = |wave: &Wave| Line {
        url: page.link(&match wave.kind {
            WaveKind::Probability => format!("/s/{}", wave.slug),
            WaveKind::Open => format!("/o/{}", wave.slug),
        }),
        text: wave.titles.get(page.lang.tag()).to_owned(),
        note: {
            let phase = match wave.phase(now) {
                Phase::Before(_) => page.t("home-state-planned"),
                Phase::Taking(_) => page.t("home-state-open"),
                Phase::Over(_) => page.t("home-state-closed"),
            };
            match wave.kind {
                WaveKind::Probability => phase,
                WaveKind::Open => format!("{phase} · {}", page.t("open-mark")),
            }
        },
    };
    let waves = waves.iter().map(line).collect();
    let published = results::list(&app, None).await;
    let published = published.map_err(WebError::internal)?;
    let sampled = |wave: &&Wave| wave.kind == WaveKind::Probability;
    let latest = published.iter().find(sampled).map(|wave| Line {
        url: page.link(&format!("/results/{}", wave.slug)),
        text: wave.titles.get(page.lang.tag()).to_owned(),
        note: String::new(),
    });
    render(&HomePage {
        page,
        waves,
        latest,
    })
}

/// `GET /s/{wave}`: in which county?
pub(super) async fn counties(
    State(app): State<App>,
    page: Page,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let found = announced::find(&app, &slug)
        .await
        .map_err(WebError::internal)?;
    let (wave, counties) = found.ok_or(Problem::UnknownWave)?;
    if wave.kind == WaveKind::Open {
        let first = page.link(&format!("/o/{}", wave.slug));
        return Ok(Redirect::to(&first).into_response());
    }
    let counties = counties.iter().map(|area| Line {
        url: page.link(&format!("/s/{}/{}", wave.slug, area.code.as_str())),
        text: area.name(page.lang.tag()).to_owned(),
        note: String::new(),
    });
    let (title, counties) = (
        wave.titles.get(page.lang.tag()).to_owned(),
        counties.collect(),
    );
    render(&CountiesPage {
        page,
        title,
        counties,
    })
}
