//! A result that is announced: when everybody will read it.

use askama::Template;
use axum::response::Response;

use super::Line;
use crate::service::app::App;
use crate::service::release;
use crate::survey::time::Instant;
use crate::survey::wave::Wave;
use crate::web::error::WebError;
use crate::web::page::{Page, render};

#[derive(Template)]
#[template(path = "results/awaited.html")]
struct AwaitedPage {
    page: Page,
    title: String,
    sentence: String,
    synthetic: bool,
    record: String,
}

fn when(app: &App, page: &Page, at: Instant) -> String {
    let when = page.lang.moment(app.zone.civil(at));
    page.t_with("results-awaited", &[("when", when.into())])
}

/// What is announced, the next one first.
pub(super) async fn lines(app: &App, page: &Page) -> Result<Vec<Line>, WebError> {
    let awaited = release::awaited(app).await.map_err(WebError::internal)?;
    let line = |(at, wave): (Instant, Wave)| Line {
        path: format!("/results/{}", wave.slug),
        title: wave.titles.get(page.lang.tag()).to_owned(),
        note: page.lang.moment(app.zone.civil(at)),
    };
    Ok(awaited.into_iter().map(line).collect())
}

/// The page of an announced result, for those who cannot read it yet.
pub(super) async fn page(app: &App, page: &Page, slug: &str) -> Result<Option<Response>, WebError> {
    let awaited = release::awaited(app).await.map_err(WebError::internal)?;
    let found = awaited
        .into_iter()
        .find(|(_, wave)| wave.slug.as_str() == slug);
    let Some((at, wave)) = found else {
        return Ok(None);
    };
    let shown = AwaitedPage {
        title: wave.titles.get(page.lang.tag()).to_owned(),
        sentence: when(app, page, at),
        synthetic: wave.synthetic,
        record: page.link(&format!("/check/{}", wave.slug)),
        page: page.clone(),
    };
    render(&shown).map(Some)
}
