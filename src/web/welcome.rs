//! The page on which the first administrator chooses a name and a password.
//!
//! For: whoever has the link that `minyi serve` showed. Uses: `service::accounts::first`. Promises: once there is an account,
//! there is no such page; the link's secret stands behind a `#`, so that no server and no log sees it in an address; a
//! browser without script has a field for it.

use std::fmt;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::WebError;
use super::extract::Form;
use super::own::unfit;
use super::page::{Page, render};
use super::problem::Problem;
use super::session;
use crate::service::accounts::CreateError;
use crate::service::accounts::first::FirstError;
use crate::service::app::App;
use crate::service::password::SHORTEST;

/// Address of the page.
const WELCOME: &str = "/welcome";

/// What was typed. No derived `Debug`: it holds a secret and passwords.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    secret: String,
    #[serde(default)]
    name: String,
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
#[template(path = "account/welcome.html")]
struct WelcomePage {
    page: Page,
    action: String,
    /// As it was typed: it is still good, and the form is sent once more with it.
    secret: String,
    name: String,
    least: String,
    problem: Option<String>,
}

impl WelcomePage {
    fn new(page: Page, secret: String, name: String, problem: Option<String>) -> Self {
        Self {
            action: page.link(WELCOME),
            page,
            secret,
            name,
            least: SHORTEST.to_string(),
            problem,
        }
    }
}

/// `GET /welcome`.
pub(super) async fn form(State(app): State<App>, page: Page) -> Result<Response, WebError> {
    if !app.accounts.none_yet().await.map_err(WebError::internal)? {
        return Err(Problem::NotFound.into());
    }
    render(&WelcomePage::new(page, String::new(), String::new(), None))
}

/// `POST /welcome`.
pub(super) async fn claim(
    State(app): State<App>,
    page: Page,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let done = if typed.chosen == typed.again {
        let accounts = &app.accounts;
        accounts
            .claim_first(&typed.secret, &typed.name, typed.chosen)
            .await
    } else if app.accounts.none_yet().await.map_err(WebError::internal)? {
        let problem = Some(page.t("own-differs"));
        let again = WelcomePage::new(page, typed.secret, typed.name, problem);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&again)?).into_response());
    } else {
        Err(FirstError::Over)
    };
    let problem = match done {
        Ok(done) => {
            let cookie = [(SET_COOKIE, session::begin(&app, &done.token)?)];
            return Ok((cookie, Redirect::to(&page.link("/account"))).into_response());
        }
        Err(FirstError::Over) => return Err(Problem::NotFound.into()),
        Err(FirstError::Refused) => page.t("welcome-refused"),
        Err(FirstError::Create(
            CreateError::Name(_) | CreateError::Taken(_) | CreateError::County(_),
        )) => page.t_with("user-bad-name", &[("name", typed.name.as_str().into())]),
        Err(FirstError::Create(CreateError::Password(problem))) => unfit(&page, problem),
        Err(FirstError::Create(CreateError::Internal(error)) | FirstError::Internal(error)) => {
            return Err(WebError::internal(error));
        }
    };
    let again = WelcomePage::new(page, typed.secret, typed.name, Some(problem));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&again)?).into_response())
}
