//! Signing in with a passkey, and what a browser needs to make one.
//!
//! For: the script of the sign-in and of the own account. Uses: `service::accounts::passkeys`. Promises: what a device answers
//! comes back as a field of a form, so that a refusal is a page in the visitor's language with the way by password.

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::account::{SignInPage, onward};
use super::ceremony;
use super::error::WebError;
use super::extract::Form;
use super::page::{Page, render};
use super::problem::Problem;
use super::session::{self, Staff};
use crate::service::accounts::SignInError;
use crate::service::accounts::passkeys::Question;
use crate::service::app::App;

/// What the script sends.
#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    next: String,
}

/// `POST /account/passkey/ask`: a challenge for whoever wants to sign in.
pub(super) async fn ask(State(app): State<App>) -> Result<Response, WebError> {
    let question = app.accounts.ask_passkey().map_err(WebError::internal)?;
    asked(&app, question)
}

/// `POST /account/passkey/new`: a challenge for a new passkey of the person.
pub(super) async fn ask_new(
    State(app): State<App>,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    let question = app.accounts.ask_new_passkey(&person).await;
    asked(&app, question.map_err(WebError::internal)?)
}

fn asked(app: &App, question: Option<Question>) -> Result<Response, WebError> {
    let question = question.ok_or(Problem::NotFound)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (SET_COOKIE, ceremony::give(app, &question.carried)?),
    ];
    Ok((headers, question.options.to_string()).into_response())
}

/// `POST /account/passkey`: signs in whoever the device says it is.
pub(super) async fn sign_in(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
    Form(answered): Form<Answered>,
) -> Result<Response, WebError> {
    let before = session::token(&app, &headers);
    let carried = ceremony::carried(&app, &headers);
    let done = app
        .accounts
        .sign_in_with_passkey(&carried, &answered.answer, before.as_ref())
        .await;
    let (status, problem, wait) = match done {
        Ok(done) => {
            let mut response = onward(&page, &answered.next).into_response();
            let headers = response.headers_mut();
            headers.append(SET_COOKIE, session::begin(&app, &done.token)?);
            headers.append(SET_COOKIE, ceremony::take(&app)?);
            return Ok(response);
        }
        Err(SignInError::Refused | SignInError::PasswordDue) => {
            let problem = page.t("passkey-refused");
            (StatusCode::UNPROCESSABLE_ENTITY, problem, None)
        }
        Err(SignInError::Throttled { retry_after }) => {
            let seconds = retry_after.as_secs().max(1);
            let problem = page.t_with("account-throttled", &[("seconds", seconds.into())]);
            (StatusCode::TOO_MANY_REQUESTS, problem, Some(seconds))
        }
        Err(SignInError::Internal(error)) => return Err(WebError::internal(error)),
    };
    let again = SignInPage::new(&app, page, String::new(), &answered.next, Some(problem));
    let mut response = (status, render(&again)?).into_response();
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, ceremony::take(&app)?);
    if let Some(seconds) = wait {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}
