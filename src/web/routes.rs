//! Every address, in one place.
//!
//! For: [`super::router`]. Promises: an address that is not here has the page "not found", a method that
//! is not here the page "not allowed".

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::asset;
use super::error::WebError;
use super::extract::Path;
use super::home;
use super::page::{Page, render};
use super::problem::Problem;
use super::respond;
use crate::service::app::App;

/// Address → handler.
pub(super) fn table() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/s/{wave}", get(home::counties))
        .route(
            "/s/{wave}/{county}",
            get(respond::show).post(respond::submit),
        )
        .route("/assets/{file}", get(asset::get))
        .route("/problems/{slug}", get(explain))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    problem: Problem,
}

/// `GET /problems/{slug}`: what a kind of refusal means.
async fn explain(page: Page, Path(slug): Path<String>) -> Result<Response, WebError> {
    let problem = Problem::of_slug(&slug).ok_or(Problem::NotFound)?;
    render(&ProblemPage { page, problem })
}

async fn no_route() -> WebError {
    Problem::NotFound.into()
}

async fn no_method() -> WebError {
    Problem::MethodNotAllowed.into()
}
