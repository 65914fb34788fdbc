//! A device is handed to a resident.
//!
//! For: `/organize/{wave}/assisted`. Uses: `service::intake::tablet`. Promises: the hand-over ends the fieldworker's session on this
//! device, so that whoever holds it next can reach nothing but the questionnaire.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::service::announced;
use crate::service::app::App;
use crate::service::intake::tablet::{self, HandOverError};
use crate::service::waves::WaveError;
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::survey::wave::{Refusal, WaveSlug};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::respond::tablet_address;
use crate::web::session::{self, Staff};

struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "organize/assisted.html")]
struct AssistedPage {
    page: Page,
    back: String,
    title: String,
    action: String,
    errors: Vec<String>,
    counties: Vec<Choice>,
}

/// Where.
#[derive(Deserialize)]
pub(in crate::web) struct Where {
    #[serde(default)]
    county: String,
}

/// `GET /organize/{wave}/assisted`.
pub(in crate::web) async fn form(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    show(&app, page, &person, &slug, "", Vec::new()).await
}

/// `POST /organize/{wave}/assisted`: the session ends here, and the questionnaire begins.
pub(in crate::web) async fn hand_over(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(sent): Form<Where>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let mark = match tablet::hand_over(&app, &person, &slug, &sent.county).await {
        Ok(mark) => mark,
        Err(HandOverError::Wave(WaveError::Denied)) => return Err(Problem::Denied.into()),
        Err(HandOverError::Wave(WaveError::NoWave(_) | WaveError::Refused(Refusal::NoSample))) => {
            return Err(Problem::UnknownWave.into());
        }
        Err(error @ (HandOverError::NotNow | HandOverError::NoCounty)) => {
            let key = match error {
                HandOverError::NotNow => "assisted-not-now",
                _ => "assisted-no-county",
            };
            let errors = vec![page.t(key)];
            let again = show(&app, page, &person, &slug, &sent.county, errors).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
        Err(error) => return Err(WebError::internal(error)),
    };
    if let Some(token) = session::token(&app, &headers) {
        let ended = app.accounts.sign_out(&token).await;
        ended.map_err(WebError::internal)?;
    }
    let cookie = [(SET_COOKIE, session::end(&app)?)];
    let address = tablet_address(&page, slug.as_str(), &sent.county, &mark);
    Ok((cookie, Redirect::to(&address)).into_response())
}

async fn show(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    chosen: &str,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    if !person.may(Action::AssistResidents) {
        return Err(Problem::Denied.into());
    }
    let found = announced::find(app, slug.as_str()).await;
    let (wave, counties) = found
        .map_err(WebError::internal)?
        .ok_or(Problem::UnknownWave)?;
    let lang = page.lang;
    let counties = counties.iter().map(|area| Choice {
        value: area.code.as_str().to_owned(),
        words: area.name(lang.tag()).to_owned(),
        is_chosen: area.code.as_str() == chosen,
    });
    render(&AssistedPage {
        back: page.link(&format!("/organize/{slug}/fieldwork")),
        title: wave.titles.get(lang.tag()).to_owned(),
        action: page.link(&format!("/organize/{slug}/assisted")),
        errors,
        counties: counties.collect(),
        page: page.with_person(person),
    })
}
