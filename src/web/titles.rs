//! The register of titles: for everyone, and a year with its steps for those who take them.
//!
//! For: `/titles`, `/titles/{year}`. Uses: `service::titles`. Promises: a refused form keeps what was typed; whoever may take no
//! step reads the same page without forms; the register is the same for everybody who has not signed in, and may be kept for a
//! minute.

mod note;
mod view;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::view::{CountyView, Refused, RegisterView};
use super::error::WebError;
use super::extract::{Form, Path};
use super::kept::{Kept, kept};
use super::page::{Page, render};
use super::problem::Problem;
use super::session::{MaybeStaff, Staff};
use crate::evaluation::register::Step;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::titles::{self, TitleError, Typed};
use crate::survey::account::Account;
use crate::survey::role::Action;

#[derive(Template)]
#[template(path = "titles/list.html")]
struct ListPage {
    page: Page,
    /// None before a standard is imported.
    register: Option<RegisterView>,
}

#[derive(Template)]
#[template(path = "titles/year.html")]
struct YearPage {
    page: Page,
    title: String,
    action: String,
    deadline: String,
    errors: Vec<String>,
    longest: usize,
    counties: Vec<CountyView>,
}

/// What a form of a county sends.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    county: String,
    step: String,
    #[serde(default)]
    reason: String,
    /// When an application on paper was received, in local time.
    #[serde(default)]
    received: String,
}

/// `GET /titles`.
pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
) -> Result<Response, WebError> {
    let register = titles::register(&app).await.map_err(WebError::internal)?;
    let may_open = person.as_ref().is_some_and(reads);
    let page = page.with_maybe(person.as_ref());
    let register = match register {
        Some(register) => {
            let view = RegisterView::new(&page, &register, may_open);
            Some(view.ok_or(Problem::NotFound)?)
        }
        None => None,
    };
    let shown = render(&ListPage { page, register })?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

/// `GET /titles/{year}`.
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(year): Path<String>,
) -> Result<Response, WebError> {
    if !reads(&person) {
        return Err(Problem::Denied.into());
    }
    page_of(&app, page, &person, number(&year)?, None).await
}

/// `POST /titles/{year}`: takes a step.
pub(super) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(year): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    let year = number(&year)?;
    let step = Step::from_word(&sent.step).ok_or(Problem::Malformed)?;
    let typed = Typed {
        step,
        reason: sent.reason.clone(),
        received: app.zone.parse(sent.received.trim()).ok(),
    };
    let place = (sent.county.as_str(), year);
    let error = match again(|| titles::take(&app, &person, place, &typed)).await {
        Ok(_) => {
            let back = page.link(&format!("/titles/{year}"));
            return Ok(Redirect::to(&format!("{back}#county-{}", sent.county)).into_response());
        }
        Err(TitleError::Denied) => return Err(Problem::Denied.into()),
        Err(TitleError::Unknown) => return Err(Problem::NotFound.into()),
        Err(TitleError::Wave(error)) => return Err(WebError::internal(error)),
        Err(error) => error,
    };
    let refused = Refused {
        county: sent.county,
        step,
        reason: sent.reason,
        received: sent.received,
        error,
    };
    let again = page_of(&app, page, &person, year, Some(&refused)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn reads(person: &Account) -> bool {
    person.may(Action::ReadIndicators)
}

fn number(year: &str) -> Result<i32, WebError> {
    year.parse().map_err(|_| Problem::NotFound.into())
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    year: i32,
    refused: Option<&Refused>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let register = titles::register(app).await.map_err(WebError::internal)?;
    let register = register.ok_or(Problem::NotFound)?;
    if !register.years.contains(&year) {
        return Err(Problem::NotFound.into());
    }
    let offered = titles::offered(app, person, &register, year).await;
    let offered = offered.map_err(WebError::internal)?;
    let cycle = register.yardsticks.get(&year);
    let cycle = cycle.map_or(&register.standard.cycle, |of| &of.standard.cycle);
    render(&YearPage {
        title: page.t_with("titles-year", &[("year", year.to_string().into())]),
        action: page.link(&format!("/titles/{year}")),
        deadline: note::calendar(&page, cycle, year),
        errors: refused.map_or_else(Vec::new, |refused| {
            note::refusal(&page, &register, year, refused)
        }),
        longest: titles::LONGEST,
        counties: CountyView::all(app, &page, &register, year, &offered, refused),
        page,
    })
}
