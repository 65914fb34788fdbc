//! A password of the own, chosen at the first sign-in instead of the one that somebody else made.
//!
//! For: whoever has just got an account. Uses: `service::accounts`. Promises: until it is chosen every other page leads here.

use std::fmt;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::WebError;
use super::extract::Form;
use super::own::said;
use super::page::{Page, render};
use super::problem::Problem;
use super::session::{self, NEW_PASSWORD, Newcomer};
use crate::service::app::App;
use crate::service::password::SHORTEST;

/// What was typed. No derived `Debug`: it holds passwords.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    chosen: String,
    #[serde(default)]
    again: String,
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(..)")
    }
}

#[derive(Template)]
#[template(path = "account/new_password.html")]
struct NewPasswordPage {
    page: Page,
    action: String,
    name: String,
    least: String,
    problem: Option<String>,
}

impl NewPasswordPage {
    fn new(page: Page, name: String, problem: Option<String>) -> Self {
        Self {
            action: page.link(NEW_PASSWORD),
            page,
            name,
            least: SHORTEST.to_string(),
            problem,
        }
    }
}

/// `GET /account/new-password`.
pub(super) async fn form(page: Page, Newcomer(person): Newcomer) -> Result<Response, WebError> {
    render(&NewPasswordPage::new(page, person.name.to_string(), None))
}

/// `POST /account/new-password`.
pub(super) async fn choose(
    State(app): State<App>,
    page: Page,
    Newcomer(person): Newcomer,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let (status, problem) = if typed.chosen == typed.again {
        let here = session::token(&app, &headers).ok_or(Problem::SignInNeeded)?;
        let accounts = &app.accounts;
        match accounts.choose_password(&person, &here, typed.chosen).await {
            Ok(()) => {
                let next = page.link("/account");
                return Ok(Redirect::to(&format!("{next}&done=password")).into_response());
            }
            Err(error) => said(&page, error)?,
        }
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, page.t("own-differs"))
    };
    let again = NewPasswordPage::new(page, person.name.to_string(), Some(problem));
    Ok((status, render(&again)?).into_response())
}
