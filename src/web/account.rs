//! Signing in and out.
//!
//! For: staff. Uses: `service::accounts`. Promises: a wrong name and a wrong password are answered with
//! the same sentence; the form comes back with the name that was typed, never with the password; whoever
//! was sent here by another page goes back to it.

use askama::Template;
use axum::extract::State;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::WebError;
use super::extract::{Form, Query};
use super::page::{Page, render};
use super::provider;
use super::session::{self, Local, MaybeStaff, SIGN_IN, START};
use crate::service::accounts::SignInError;
use crate::service::app::App;

/// Where the visitor was going.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

/// What was typed. No `Debug`: it holds a password.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    /// Of an app, where the account has one.
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "account/sign_in.html")]
pub(super) struct SignInPage {
    page: Page,
    action: String,
    name: String,
    next: String,
    problem: Option<String>,
    /// Addresses of a challenge and of its answer, where browsers have passkeys.
    passkey: Option<(String, String)>,
    /// Address and words of the way to a provider.
    provider: Option<(String, String)>,
}

/// `GET /account/sign-in`: the form; who has signed in already goes on.
pub(super) async fn form(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    if person.is_some() {
        return Ok(onward(&page, &asked.next).into_response());
    }
    render(&SignInPage::new(
        &app,
        page,
        String::new(),
        &asked.next,
        None,
    ))
}

/// `POST /account/sign-in`.
pub(super) async fn sign_in(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let before = session::token(&app, &headers);
    let done = app
        .accounts
        .sign_in(&typed.name, typed.password, &typed.code, before.as_ref())
        .await;
    let (status, problem, wait) = match done {
        Ok(done) => {
            let cookie = [(SET_COOKIE, session::begin(&app, &done.token)?)];
            return Ok((cookie, onward(&page, &typed.next)).into_response());
        }
        Err(SignInError::Refused | SignInError::PasswordDue) => {
            let problem = page.t("account-refused");
            (StatusCode::UNPROCESSABLE_ENTITY, problem, None)
        }
        Err(SignInError::Throttled { retry_after }) => {
            let seconds = retry_after.as_secs().max(1);
            let problem = page.t_with("account-throttled", &[("seconds", seconds.into())]);
            (StatusCode::TOO_MANY_REQUESTS, problem, Some(seconds))
        }
        Err(SignInError::Internal(error)) => return Err(WebError::internal(error)),
    };
    let again = SignInPage::new(&app, page, typed.name, &typed.next, Some(problem));
    let mut response = (status, render(&again)?).into_response();
    if let Some(seconds) = wait {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// `POST /account/sign-out`: ends the session, if there is one.
pub(super) async fn sign_out(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    if let Some(token) = session::token(&app, &headers) {
        let ended = app.accounts.sign_out(&token).await;
        ended.map_err(WebError::internal)?;
    }
    let cookie = [(SET_COOKIE, session::end(&app)?)];
    Ok((cookie, Redirect::to(&page.link(SIGN_IN))).into_response())
}

impl SignInPage {
    pub(super) fn new(
        app: &App,
        page: Page,
        name: String,
        next: &str,
        problem: Option<String>,
    ) -> Self {
        let next = Local::parse(next);
        let address = |place: &str| page.link(&format!("/account/passkey{place}"));
        let takes = app.accounts.takes_passkeys();
        Self {
            provider: app.accounts.provider_host().map(|host| {
                let next = next.as_ref().map_or("", Local::as_str);
                let address = format!("{}&next={next}", page.link(provider::BEGIN));
                let named = [("host", host.into())];
                (address, page.t_with("provider-sign-in", &named))
            }),
            passkey: takes.then(|| (address("/ask"), address(""))),
            action: page.link(SIGN_IN),
            page,
            name,
            next: next.map_or(String::new(), |next| next.as_str().to_owned()),
            problem,
        }
    }
}

/// To the page that sent the visitor here, in the same language.
pub(super) fn onward(page: &Page, next: &str) -> Redirect {
    let next = Local::parse(next);
    let path = next.as_ref().map_or(START, Local::as_str);
    Redirect::to(&page.link(path))
}
