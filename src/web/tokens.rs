//! Tokens for programs, of the own account.
//!
//! For: everybody of the staff. Uses: `service::accounts`. Promises: a secret is the answer to one request and is shown once; nothing that
//! was typed but the password is lost when it is refused.

use std::fmt;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::error::WebError;
use super::extract::Form;
use super::own::said;
use super::page::{Page, render};
use super::problem::Problem;
use super::session::Staff;
use crate::service::accounts::access_tokens::{
    AccessToken, LIVES, LONGEST_NAME, MOST_TOKENS, NewToken, TokenError,
};
use crate::service::app::App;
use crate::survey::account::Account;
use crate::survey::scope::Scope;

const HERE: &str = "/account/tokens";

/// What the page's forms send. No derived `Debug`: it holds a password.
#[derive(Deserialize, Default)]
pub(super) struct Sent {
    /// The hash of a token that is to be ended; none of a new one.
    #[serde(default)]
    end: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    fieldwork: String,
    #[serde(default)]
    indicators: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    code: String,
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").finish_non_exhaustive()
    }
}

impl Sent {
    fn scopes(&self) -> Vec<Scope> {
        let ticked = |scope: &Scope| match scope {
            Scope::Fieldwork => !self.fieldwork.is_empty(),
            Scope::Indicators => !self.indicators.is_empty(),
        };
        Scope::ALL.into_iter().filter(ticked).collect()
    }
}

struct Line {
    hash: String,
    name: String,
    scopes: String,
    made: String,
    until: String,
}

struct Choice {
    word: &'static str,
    label: String,
    hint: String,
    chosen: bool,
}

struct Life {
    days: u64,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "account/tokens.html")]
struct TokensPage {
    page: Page,
    action: String,
    problem: Option<String>,
    /// The secret of a token that was just made.
    secret: Option<String>,
    lines: Vec<Line>,
    scopes: Vec<Choice>,
    lives: Vec<Life>,
    name: String,
    longest: usize,
    has_second: bool,
}

/// `GET /account/tokens`.
pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    view(&app, page, &person, &Sent::default(), None, None).await
}

/// `POST /account/tokens`: makes one, or ends one.
pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    if !sent.end.is_empty() {
        let hash = hex::decode(&sent.end).map_err(|_| Problem::Malformed)?;
        return match app.accounts.end_token(&person, &hash).await {
            Ok(()) => Ok(Redirect::to(&page.link(HERE)).into_response()),
            Err(error) => refused(&app, page, &person, &sent, error).await,
        };
    }
    let scopes = sent.scopes();
    let new = NewToken {
        name: &sent.name,
        scopes: &scopes,
        days: sent.days.parse().unwrap_or(0),
        code: &sent.code,
    };
    let made = app.accounts.make_token(&person, sent.current.clone(), &new);
    match made.await {
        Ok(secret) => {
            let shown = Some(secret.reveal().to_owned());
            view(&app, page, &person, &Sent::default(), None, shown).await
        }
        Err(error) => refused(&app, page, &person, &sent, error).await,
    }
}

async fn refused(
    app: &App,
    page: Page,
    person: &Account,
    sent: &Sent,
    error: TokenError,
) -> Result<Response, WebError> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (status, sentence) = match error {
        TokenError::Name => {
            let most = [("most", number(LONGEST_NAME).into())];
            let sentence = page.t_with("tokens-bad-name", &most);
            (StatusCode::UNPROCESSABLE_ENTITY, sentence)
        }
        TokenError::Scope => (StatusCode::UNPROCESSABLE_ENTITY, page.t("tokens-no-scope")),
        TokenError::Full => {
            let most = [("most", number(MOST_TOKENS).into())];
            (StatusCode::CONFLICT, page.t_with("tokens-full", &most))
        }
        TokenError::Own(error) => said(&page, error)?,
    };
    let again = view(app, page, person, sent, Some(sentence), None).await?;
    Ok((status, again).into_response())
}

fn line(app: &App, page: &Page, token: &AccessToken) -> Line {
    let moment = |at| page.lang.moment(app.zone.civil(at));
    let named = |scope: &Scope| page.t(&format!("tokens-scope-{}", scope.as_str()));
    let scopes: Vec<String> = token.scopes.iter().map(named).collect();
    Line {
        hash: hex::encode(token.hash),
        name: token.name.clone(),
        scopes: scopes.join(page.t("titles-comma").as_str()),
        made: moment(token.created_at),
        until: moment(token.expires_at),
    }
}

async fn view(
    app: &App,
    page: Page,
    person: &Account,
    sent: &Sent,
    problem: Option<String>,
    secret: Option<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let tokens = app.accounts.tokens_of(person).await;
    let tokens = tokens.map_err(WebError::internal)?;
    let own = app.accounts.own(person).await.map_err(WebError::internal)?;
    let ticked = sent.scopes();
    let offered = Scope::ALL
        .into_iter()
        .filter(|scope| scope.is_for(person.role));
    let choice = |scope: Scope| Choice {
        word: scope.as_str(),
        label: page.t(&format!("tokens-scope-{}", scope.as_str())),
        hint: page.t(&format!("tokens-scope-{}-hint", scope.as_str())),
        chosen: ticked.contains(&scope),
    };
    let days: u64 = sent.days.parse().unwrap_or(LIVES[1]);
    let life = |life: u64| Life {
        days: life,
        label: page.t_with("tokens-days", &[("days", life.into())]),
        chosen: life == days,
    };
    render(&TokensPage {
        action: page.link(HERE),
        problem,
        secret,
        lines: tokens.iter().map(|token| line(app, &page, token)).collect(),
        scopes: offered.map(choice).collect(),
        lives: LIVES.into_iter().map(life).collect(),
        name: sent.name.clone(),
        longest: LONGEST_NAME,
        has_second: own.has_second,
        page,
    })
}
