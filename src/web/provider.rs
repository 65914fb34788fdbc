//! Signing in at another site, and tying the own account to it.
//!
//! For: instances with a provider. Uses: `service::accounts::provider`. Promises: begins by a link, because a form may not lead
//! to another site; what comes back wrong is a page with the way by password; a stranger gets a page and no account.

use askama::Template;
use axum::extract::State;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::account::onward;
use super::ceremony;
use super::error::WebError;
use super::extract::{Form, Query};
use super::page::{Page, render};
use super::problem::Problem;
use super::session::{self, MaybeStaff, SIGN_IN};
use crate::service::accounts::SignInError;
use crate::service::accounts::provider::{Back, ByProviderError, Sent};
use crate::service::app::App;

/// Where a sign-in at the provider begins.
pub(super) const BEGIN: &str = "/account/provider";
/// Where the code of an app goes.
const CODE: &str = "/account/provider/code";

/// Where the visitor was going.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

/// What the provider sends back. No `Debug`: the code is a secret for a moment.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

/// What was typed. No `Debug`: it holds a code.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
}

/// A page with one sentence, and one thing to do.
#[derive(Template)]
#[template(path = "account/provider.html")]
struct ProviderPage {
    page: Page,
    title: String,
    text: String,
    problem: Option<String>,
    /// Address and words of the way on.
    on: Option<(String, String)>,
    /// Where the code of an app goes.
    code: Option<String>,
}

/// `GET /account/provider`: to the provider.
pub(super) async fn begin(
    State(app): State<App>,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    match app.accounts.ask_provider(&asked.next).await {
        Ok(sent) => {
            let cookie = [(SET_COOKIE, ceremony::give(&app, &sent.carried)?)];
            Ok((cookie, Redirect::to(&sent.address)).into_response())
        }
        Err(error) => refused(&app, page, error),
    }
}

/// The page after password and code, with the link to the provider.
pub(super) fn go(
    app: &App,
    page: Page,
    sent: Result<Sent, ByProviderError>,
) -> Result<Response, WebError> {
    let sent = match sent {
        Ok(sent) => sent,
        Err(error) => return refused(app, page, error),
    };
    let host = app.accounts.provider_host().unwrap_or_default().to_owned();
    let named = [("host", host.as_str().into())];
    let cookie = [(SET_COOKIE, ceremony::give(app, &sent.carried)?)];
    let shown = render(&ProviderPage {
        title: page.t("provider-tie"),
        text: page.t_with("provider-go-text", &named),
        problem: None,
        on: Some((sent.address, page.t_with("provider-sign-in", &named))),
        code: None,
        page,
    })?;
    Ok((cookie, shown).into_response())
}

/// `GET /account/provider/back`.
pub(super) async fn back(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, WebError> {
    let carried = ceremony::carried(&app, &headers);
    let before = session::token(&app, &headers);
    let word = (answer.state.as_str(), answer.code.as_str());
    let done = app
        .accounts
        .back_from_provider(person.as_ref(), &carried, word, before.as_ref())
        .await;
    match done {
        Ok(Back::In { done, next }) => {
            let mut response = onward(&page, &next).into_response();
            let headers = response.headers_mut();
            headers.append(SET_COOKIE, session::begin(&app, &done.token)?);
            headers.append(SET_COOKIE, ceremony::take(&app)?);
            Ok(response)
        }
        Ok(Back::Code(carried)) => {
            let cookie = [(SET_COOKIE, ceremony::give(&app, &carried)?)];
            // An address of its own: what came back is good once, and the page is read in another language, too.
            Ok((cookie, Redirect::to(&page.link(CODE))).into_response())
        }
        Ok(Back::Tied) => {
            let cookie = [(SET_COOKIE, ceremony::take(&app)?)];
            let next = format!("{}&done=tie-provider", page.link("/account"));
            Ok((cookie, Redirect::to(&next)).into_response())
        }
        Err(error) => refused(&app, page, error),
    }
}

/// `GET /account/provider/code`: asks for the code; whether one is due shows when it is sent.
pub(super) async fn code_form(State(app): State<App>, page: Page) -> Result<Response, WebError> {
    if app.accounts.provider_host().is_none() {
        return Err(Problem::NotFound.into());
    }
    ask_code(page, None)
}

/// `POST /account/provider/code`.
pub(super) async fn code(
    State(app): State<App>,
    page: Page,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    if app.accounts.provider_host().is_none() {
        return Err(Problem::NotFound.into());
    }
    let carried = ceremony::carried(&app, &headers);
    let before = session::token(&app, &headers);
    let done = app
        .accounts
        .code_after_provider(&carried, &typed.code, before.as_ref())
        .await;
    match done {
        Ok((done, next)) => {
            let mut response = onward(&page, &next).into_response();
            let headers = response.headers_mut();
            headers.append(SET_COOKIE, session::begin(&app, &done.token)?);
            headers.append(SET_COOKIE, ceremony::take(&app)?);
            Ok(response)
        }
        Err(SignInError::Refused | SignInError::PasswordDue) => {
            let again = ask_code(page.clone(), Some(page.t("provider-code-refused")))?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
        Err(SignInError::Throttled { retry_after }) => {
            let seconds = retry_after.as_secs().max(1);
            let problem = page.t_with("account-throttled", &[("seconds", seconds.into())]);
            let wait = [(RETRY_AFTER, HeaderValue::from(seconds))];
            let again = ask_code(page, Some(problem))?;
            Ok((StatusCode::TOO_MANY_REQUESTS, wait, again).into_response())
        }
        Err(SignInError::Internal(error)) => Err(WebError::internal(error)),
    }
}

fn ask_code(page: Page, problem: Option<String>) -> Result<Response, WebError> {
    render(&ProviderPage {
        title: page.t("account-title"),
        text: page.t("provider-code-text"),
        problem,
        on: Some((page.link(SIGN_IN), page.t("provider-other-way"))),
        code: Some(page.link(CODE)),
        page,
    })
}

fn refused(app: &App, page: Page, error: ByProviderError) -> Result<Response, WebError> {
    let (status, key) = match error {
        ByProviderError::None => return Err(Problem::NotFound.into()),
        ByProviderError::Internal(error) => return Err(WebError::internal(error)),
        ByProviderError::Provider(error) => {
            tracing::warn!(%error, "the provider's word was not taken");
            (StatusCode::BAD_GATEWAY, "provider-refused")
        }
        ByProviderError::Lost => (StatusCode::UNPROCESSABLE_ENTITY, "provider-lost"),
        ByProviderError::Untied => (StatusCode::FORBIDDEN, "provider-untied"),
        ByProviderError::Closed => (StatusCode::FORBIDDEN, "provider-closed"),
        ByProviderError::Taken => (StatusCode::CONFLICT, "provider-taken"),
    };
    let host = app.accounts.provider_host().unwrap_or_default();
    let named = [("host", host.into())];
    let shown = render(&ProviderPage {
        title: page.t("provider-no-title"),
        text: page.t_with(key, &named),
        problem: None,
        on: Some((page.link(SIGN_IN), page.t("provider-other-way"))),
        code: None,
        page,
    })?;
    let cookie = [(SET_COOKIE, ceremony::take(app)?)];
    Ok((status, cookie, shown).into_response())
}
