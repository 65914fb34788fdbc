//! Accounts of the staff, for administrators: who there is, a new one, one that is closed.
//!
//! For: `/accounts`. Uses: `service::accounts`. Promises: the password of a new account is the answer to one request and is
//! shown once.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::WebError;
use super::extract::Form;
use super::page::{Page, render};
use super::problem::Problem;
use super::session::Staff;
use crate::service::accounts::CreateError;
use crate::service::accounts::others::{Listed, OthersChange, OthersError};
use crate::service::app::App;
use crate::survey::account::Account;
use crate::survey::ids::AccountId;
use crate::survey::role::Role;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Make,
    County,
    Close,
    Open,
    ResetSecond,
}

/// What the page's forms send.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    what: What,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    county: String,
    #[serde(default)]
    account: String,
}

struct Line {
    id: String,
    name: String,
    role: String,
    made: String,
    /// What else than a password the person has, in words.
    ways: Vec<String>,
    is_closed: bool,
    is_own: bool,
    /// Code of the county that the person reports for.
    county: Option<String>,
}

struct Choice {
    value: &'static str,
    words: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "account/all.html")]
struct AllPage {
    page: Page,
    action: String,
    problem: Option<String>,
    /// Name and password of the account that was just made.
    made: Option<(String, String)>,
    name: String,
    lines: Vec<Line>,
    roles: Vec<Choice>,
    /// Code and name of each county.
    counties: Vec<(String, String)>,
    /// The county that was chosen.
    county: String,
}

/// `GET /accounts`.
pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    show(&app, page, &person, None, None, ("", "", "")).await
}

/// `POST /accounts`.
pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Form(asked): Form<Asked>,
) -> Result<Response, WebError> {
    let typed = (
        asked.name.as_str(),
        asked.role.as_str(),
        asked.county.as_str(),
    );
    let change = match asked.what {
        What::Make => {
            let role = Role::from_word(&asked.role).ok_or(Problem::Malformed)?;
            let county = Some(asked.county.as_str());
            let made = app.accounts.make_for(&person, &asked.name, role, county);
            return match made.await {
                Ok((made, password)) => {
                    let made = Some((made.name.to_string(), password));
                    show(&app, page, &person, None, made, ("", "", "")).await
                }
                Err(error) => refused(&app, page, &person, error, typed).await,
            };
        }
        What::County => {
            let id = asked.account.parse().map_err(|_| Problem::NotFound)?;
            let moved = app.accounts.move_reporter(&person, id, &asked.county);
            return match moved.await {
                Ok(()) => Ok(Redirect::to(&page.link("/accounts")).into_response()),
                Err(error) => refused(&app, page, &person, error, typed).await,
            };
        }
        What::Close => OthersChange::Close,
        What::Open => OthersChange::Open,
        What::ResetSecond => OthersChange::ResetSecond,
    };
    let id = asked.account.parse().map_err(|_| Problem::NotFound)?;
    match app.accounts.change_other(&person, id, change).await {
        Ok(_) => Ok(Redirect::to(&page.link("/accounts")).into_response()),
        Err(error) => refused(&app, page, &person, error, typed).await,
    }
}

async fn refused(
    app: &App,
    page: Page,
    person: &Account,
    error: OthersError,
    typed: (&str, &str, &str),
) -> Result<Response, WebError> {
    let named = [("name", typed.0.into())];
    let problem = match error {
        OthersError::Denied => return Err(Problem::Denied.into()),
        OthersError::Unknown => return Err(Problem::NotFound.into()),
        OthersError::Own => page.t("accounts-own"),
        OthersError::Create(CreateError::Name(_)) => page.t_with("user-bad-name", &named),
        OthersError::Create(CreateError::Taken(_)) => page.t_with("user-taken", &named),
        OthersError::Create(CreateError::County(_)) => page.t("accounts-no-county"),
        error => return Err(WebError::internal(error)),
    };
    let again = show(app, page, person, Some(problem), None, typed).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

async fn show(
    app: &App,
    page: Page,
    person: &Account,
    problem: Option<String>,
    made: Option<(String, String)>,
    (name, role, county): (&str, &str, &str),
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let all = app
        .accounts
        .all(person)
        .await
        .map_err(|error| match error {
            OthersError::Denied => Problem::Denied.into(),
            other => WebError::internal(other),
        })?;
    let (own_counties, counties) = counties(app, &page, &all).await?;
    let line = |Listed {
                    account,
                    has_second,
                    passkeys,
                    is_tied,
                }: &Listed| Line {
        id: account.id.to_string(),
        name: account.name.to_string(),
        role: page.t(&format!("role-{}", account.role.as_str())),
        made: page.lang.moment(app.zone.civil(account.created_at)),
        ways: [
            (*has_second, "accounts-second"),
            (*passkeys > 0, "accounts-passkey"),
            (*is_tied, "accounts-tied"),
        ]
        .into_iter()
        .filter(|(has, _)| *has)
        .map(|(_, key)| page.t(key))
        .collect(),
        is_closed: account.disabled_at.is_some(),
        is_own: account.id == person.id,
        county: own_counties.get(&account.id).cloned(),
    };
    let choice = |one: Role| Choice {
        value: one.as_str(),
        words: page.t(&format!("role-{}", one.as_str())),
        // Nobody is made an administrator because that is what the list begins with.
        is_chosen: one.as_str() == role || (role.is_empty() && one == Role::Organizer),
    };
    render(&AllPage {
        action: page.link("/accounts"),
        problem,
        made,
        name: name.to_owned(),
        lines: all.iter().map(line).collect(),
        roles: Role::ALL.map(choice).into(),
        counties,
        county: county.to_owned(),
        page,
    })
}

/// Code and name of each county, and the county of each reporter.
async fn counties(
    app: &App,
    page: &Page,
    all: &[Listed],
) -> Result<(BTreeMap<AccountId, String>, Vec<(String, String)>), WebError> {
    let mut own = BTreeMap::new();
    for one in all {
        let code = app.accounts.county_of(one.account.id).await;
        if let Some(code) = code.map_err(WebError::internal)? {
            own.insert(one.account.id, code.to_string());
        }
    }
    let counties = app.accounts.counties().await.map_err(WebError::internal)?;
    let counties = counties.iter().map(|area| {
        let name = area.name(page.lang.tag()).to_owned();
        (area.code.to_string(), name)
    });
    Ok((own, counties.collect()))
}
