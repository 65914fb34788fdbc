//! The page of an open wave's result: counts and shares, no interval, no verdict.

use askama::Template;
use axum::response::Response;

use crate::report::open::{OpenView, view};
use crate::service::app::App;
use crate::service::results;
use crate::survey::account::Account;
use crate::web::error::WebError;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "results/open.html")]
struct OpenPage {
    page: Page,
    view: OpenView,
    unpublished: bool,
}

/// The page, if this person may read it.
pub(super) async fn page(
    app: &App,
    page: Page,
    person: Option<&Account>,
    slug: &str,
) -> Result<Response, WebError> {
    let found = results::open_result(app, person, slug).await;
    let (wave, result) = found
        .map_err(WebError::internal)?
        .ok_or(Problem::NotFound)?;
    let view = view(page.lang, &app.zone, &result);
    render(&OpenPage {
        page,
        view,
        unpublished: wave.published_at.is_none(),
    })
}
