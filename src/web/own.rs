//! The own account: password, second factor, sessions.
//!
//! For: everybody of the staff. Uses: `service::accounts`. Promises: each change asks for the password again and is said in
//! a sentence; a secret is shown to its owner once, before it counts.

use std::fmt;

use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::WebError;
use super::extract::{Form, Query};
use super::page::{Page, render};
use super::problem::Problem;
use super::session::{self, SIGN_IN, Staff};
use crate::report::qr::Qr;
use crate::service::accounts::own::OwnError;
use crate::service::app::App;
use crate::service::password::{SHORTEST, Unfit};
use crate::service::second_factor::Secret;
use crate::survey::account::Account;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Password,
    SetSecond,
    RemoveSecond,
    Everywhere,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SetSecond => "set-second",
            Self::RemoveSecond => "remove-second",
            Self::Everywhere => "everywhere",
        }
    }
}

/// What was just changed, as the address has it.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<What>,
}

/// What was typed. No derived `Debug`: it holds passwords and a secret.
#[derive(Deserialize)]
pub(super) struct Typed {
    what: What,
    #[serde(default)]
    current: String,
    #[serde(default)]
    chosen: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    secret: String,
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typed")
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

/// A secret that does not count yet.
struct New {
    secret: String,
    /// In groups of four, to be typed.
    grouped: String,
    qr: Option<Qr>,
}

#[derive(Template)]
#[template(path = "account/own.html")]
struct OwnPage {
    page: Page,
    action: String,
    name: String,
    role: String,
    problem: Option<String>,
    done: Option<String>,
    least: String,
    sessions: String,
    /// None where a second factor is set up.
    new: Option<New>,
}

/// `GET /account`.
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Query(query): Query<Done>,
) -> Result<Response, WebError> {
    let done = query
        .done
        .map(|what| page.t(&format!("own-done-{}", what.as_str())));
    view(&app, page, &person, None, None, done).await
}

/// `POST /account`.
pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let accounts = &app.accounts;
    let secret = Secret::from_base32(&typed.secret);
    let current = typed.current.clone();
    let done = match typed.what {
        What::Password if typed.chosen != typed.again => {
            let problem = Some(page.t("own-differs"));
            let again = view(&app, page, &person, secret, problem, None).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
        What::Password => {
            let here = session::token(&app, &headers).ok_or(Problem::SignInNeeded)?;
            let chosen = typed.chosen.clone();
            accounts
                .change_password(&person, &here, current, chosen)
                .await
        }
        What::SetSecond => {
            let secret = secret.as_ref().ok_or(Problem::Malformed)?;
            accounts
                .set_second(&person, current, secret, &typed.code)
                .await
        }
        What::RemoveSecond => accounts.remove_second(&person, current, &typed.code).await,
        What::Everywhere => accounts.sign_out_everywhere(&person).await,
    };
    match done {
        Ok(()) if typed.what == What::Everywhere => {
            let cookie = [(SET_COOKIE, session::end(&app)?)];
            Ok((cookie, Redirect::to(&page.link(SIGN_IN))).into_response())
        }
        Ok(()) => {
            let next = page.link("/account");
            Ok(Redirect::to(&format!("{next}&done={}", typed.what.as_str())).into_response())
        }
        Err(error) => {
            let (status, problem) = said(&page, error)?;
            let again = view(&app, page, &person, secret, Some(problem), None).await?;
            Ok((status, again).into_response())
        }
    }
}

fn said(page: &Page, error: OwnError) -> Result<(StatusCode, String), WebError> {
    let least = u32::try_from(SHORTEST).unwrap_or(u32::MAX);
    Ok(match error {
        OwnError::Refused => (StatusCode::UNPROCESSABLE_ENTITY, page.t("own-refused")),
        OwnError::Throttled { retry_after } => {
            let seconds = retry_after.as_secs().max(1);
            let said = page.t_with("account-throttled", &[("seconds", seconds.into())]);
            (StatusCode::TOO_MANY_REQUESTS, said)
        }
        OwnError::Unfit(Unfit::TooShort) => {
            let said = page.t_with("user-password-short", &[("least", least.into())]);
            (StatusCode::UNPROCESSABLE_ENTITY, said)
        }
        OwnError::Unfit(Unfit::TooLong) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            page.t("user-password-long"),
        ),
        OwnError::Unfit(Unfit::Guessable) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            page.t("user-password-guessable"),
        ),
        OwnError::Changed => (StatusCode::CONFLICT, page.t("own-changed")),
        OwnError::Internal(error) => return Err(WebError::internal(error)),
    })
}

/// The page; a secret that was shown before is shown again, because the app has it by now.
async fn view(
    app: &App,
    page: Page,
    person: &Account,
    shown: Option<Secret>,
    problem: Option<String>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let own = app.accounts.own(person).await.map_err(WebError::internal)?;
    let new = if own.has_second {
        None
    } else {
        let secret = match shown {
            Some(secret) => secret,
            None => Secret::new().map_err(WebError::internal)?,
        };
        let text = secret.base32();
        let letters: Vec<char> = text.chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|four| four.iter().collect())
            .collect();
        Some(New {
            grouped: groups.join(" "),
            qr: Qr::new(&secret.address(&person.name)),
            secret: text,
        })
    };
    render(&OwnPage {
        action: page.link("/account"),
        name: person.name.to_string(),
        role: page.t(&format!("role-{}", person.role.as_str())),
        problem,
        done,
        least: SHORTEST.to_string(),
        sessions: page.t_with("own-sessions", &[("count", own.sessions.into())]),
        new,
        page,
    })
}
