//! The map of the counties: what there is, and the form by which another one is brought.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::report::boundary;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::atlas::{self, AtlasError, Sent};
use crate::survey::account::Account;
use crate::survey::boundary::Boundaries;
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::multipart::Multipart;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// Longest source and name of a property, in characters.
const LONGEST: usize = 300;
/// The property that is looked at where none is named.
const PROPERTY: &str = "code";

/// What was typed.
struct Typed {
    source: String,
    property: String,
    synthetic: bool,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            source: String::new(),
            property: PROPERTY.to_owned(),
            synthetic: false,
        }
    }
}

#[derive(Template)]
#[template(path = "data/map.html")]
struct MapPage {
    page: Page,
    errors: Vec<String>,
    /// What there is: kind and number, source, when and by whom, digest.
    held: Option<[String; 4]>,
    synthetic: bool,
    /// The form, for those who may send.
    form: Option<Typed>,
}

/// `GET /data/map`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    form(&app, page, &person, Typed::default(), Vec::new()).await
}

/// `POST /data/map`: a file that takes the place of the one before, or what is wrong with it.
pub(in crate::web) async fn bring(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    sent: Multipart,
) -> Result<Response, WebError> {
    if !person.may(Action::Import) {
        return Err(Problem::Denied.into());
    }
    let typed = Typed {
        source: sent.text("source").to_owned(),
        property: sent.text("property").to_owned(),
        synthetic: !sent.text("synthetic").is_empty(),
    };
    let mut errors = Vec::new();
    let bad = |text: &str| text.is_empty() || text.chars().count() > LONGEST;
    if bad(&typed.source) {
        errors.push(page.t("data-no-source"));
    }
    if bad(&typed.property) {
        errors.push(page.t("mapdata-no-property"));
    }
    let file = sent.file.filter(|file| !file.bytes.is_empty());
    if file.is_none() {
        errors.push(page.t("data-no-file"));
    }
    if let Some(file) = file.filter(|_| errors.is_empty()) {
        let sent = Sent {
            source: typed.source.clone(),
            synthetic: typed.synthetic,
            property: typed.property.clone(),
            bytes: file.bytes,
        };
        match again(|| atlas::bring(&app, &person, sent.clone())).await {
            Ok(()) => return Ok(Redirect::to(&page.link("/data/map")).into_response()),
            Err(AtlasError::Problems(problems)) => {
                let sentence = |one| boundary::problem(page.lang, one);
                errors = problems.iter().map(sentence).collect();
            }
            Err(error) => return Err(refusal(error)),
        }
    }
    let again = form(&app, page, &person, typed, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn refusal(error: AtlasError) -> WebError {
    match error {
        AtlasError::Denied => Problem::Denied.into(),
        error => WebError::internal(error),
    }
}

async fn form(
    app: &App,
    page: Page,
    person: &Account,
    typed: Typed,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    let held = atlas::read(app, person).await.map_err(refusal)?;
    let page = page.with_person(person);
    let synthetic = held.as_ref().is_some_and(|(set, _)| set.synthetic);
    let held = held.map(|(set, by)| {
        let (key, count) = match &set.boundaries {
            Boundaries::Outlines(all) => ("mapdata-outlines", all.len()),
            Boundaries::Tiles(all) => ("mapdata-tiles", all.len()),
        };
        let when = page.lang.moment(app.zone.civil(set.brought_at));
        let by = by.map_or_else(|| "–".to_owned(), |name| name.to_string());
        [
            page.t_with(key, &[("count", count.into())]),
            set.source,
            page.t_with("data-when", &[("when", when.into()), ("name", by.into())]),
            hex::encode(set.digest),
        ]
    });
    render(&MapPage {
        form: person.may(Action::Import).then_some(typed),
        page,
        errors,
        held,
        synthetic,
    })
}
