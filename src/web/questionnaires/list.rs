//! What there is, the form that begins another version, and the form that brings a file.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{BUILT_IN, name, refusal};
use super::form::Fields;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::questionnaires::{self, Origin, Shelf};
use crate::survey::account::Account;
use crate::survey::ids::QuestionnaireId;
use crate::survey::questionnaire::{Version, parse};
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::Form;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// Longest name of a questionnaire, in characters.
const LONGEST: usize = 60;

/// A version in the table.
struct Line {
    url: String,
    name: String,
    title: String,
    state: String,
    waves: String,
    when: String,
}

/// What a new version can begin from.
struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

/// The form that begins a version.
pub(super) struct Begin {
    origins: Vec<Choice>,
    name: String,
}

#[derive(Template)]
#[template(path = "questionnaires/list.html")]
struct ListPage {
    page: Page,
    errors: Vec<String>,
    /// Of a file that was not taken.
    problems: Vec<String>,
    lines: Vec<Line>,
    is_empty: bool,
    begin: Option<Begin>,
}

/// What a refused form held, and why it was refused.
#[derive(Default)]
pub(super) struct Refused {
    pub(super) errors: Vec<String>,
    pub(super) problems: Vec<String>,
    pub(super) origin: String,
    pub(super) name: Option<String>,
}

/// `GET /questionnaires`.
pub(in crate::web) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    all(&app, page, &person, Refused::default()).await
}

/// `POST /questionnaires`: begins a version.
pub(in crate::web) async fn begin(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    if !person.may(Action::WriteQuestionnaires) {
        return Err(Problem::Denied.into());
    }
    let text = |field: &str| fields.get(field).map_or("", |text| text.trim()).to_owned();
    let (word, name) = (text("origin"), text("name"));
    let origin = match word.as_str() {
        BUILT_IN => Some(Origin::BuiltIn),
        id => id.parse::<QuestionnaireId>().ok().map(Origin::Version),
    };
    let good = parse::is_name(&name) && name.chars().count() <= LONGEST;
    let Some(origin) = origin.filter(|_| good) else {
        let refused = Refused {
            errors: vec![page.t("questions-bad-name")],
            origin: word,
            name: Some(name),
            ..Refused::default()
        };
        let again = all(&app, page, &person, refused).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let made = again(|| questionnaires::begin(&app, &person, &origin, &name)).await;
    let id = made.map_err(refusal)?;
    let next = page.link(&format!("/questionnaires/{id}"));
    Ok(Redirect::to(&next).into_response())
}

/// The page of the list.
pub(super) async fn all(
    app: &App,
    page: Page,
    person: &Account,
    refused: Refused,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let shelf = questionnaires::list(app, person).await.map_err(refusal)?;
    let mut lines = vec![built_in(&page)?];
    lines.extend(
        shelf
            .versions
            .iter()
            .map(|one| line(app, &page, &shelf, one)),
    );
    let begin = person
        .may(Action::WriteQuestionnaires)
        .then(|| form(&page, &shelf, &refused));
    render(&ListPage {
        errors: refused.errors,
        problems: refused.problems,
        is_empty: shelf.versions.is_empty(),
        lines,
        begin,
        page,
    })
}

fn form(page: &Page, shelf: &Shelf, refused: &Refused) -> Begin {
    let built_in = Choice {
        value: BUILT_IN.to_owned(),
        words: page.t("questions-built-in"),
        is_chosen: refused.origin.is_empty() || refused.origin == BUILT_IN,
    };
    let version = |version: &Version| Choice {
        value: version.id.to_string(),
        words: name(page.lang, &version.document),
        is_chosen: refused.origin == version.id.to_string(),
    };
    let versions = shelf.versions.iter().map(version);
    let default = questionnaires::built_in().map(|of| of.id);
    Begin {
        origins: std::iter::once(built_in).chain(versions).collect(),
        name: refused.name.clone().or(default).unwrap_or_default(),
    }
}

fn built_in(page: &Page) -> Result<Line, WebError> {
    let of = questionnaires::built_in().ok_or(Problem::NotFound)?;
    let title = of.title.get(page.lang.tag()).to_owned();
    Ok(Line {
        url: page.link(&format!("/questionnaires/{BUILT_IN}")),
        name: name(page.lang, &of.into()),
        title,
        state: page.t("questions-state-built-in"),
        waves: String::new(),
        when: String::new(),
    })
}

fn line(app: &App, page: &Page, shelf: &Shelf, version: &Version) -> Line {
    let problems = version.document.problems().len();
    let state = match (version.fixed_at, problems) {
        (Some(_), _) => page.t("questions-state-fixed"),
        (None, 0) => page.t("questions-state-whole"),
        (None, left) => {
            let left = u32::try_from(left).unwrap_or(u32::MAX);
            page.t_with("questions-state-open", &[("count", left.into())])
        }
    };
    let by = shelf.people.get(&version.changed_by);
    let args = [
        (
            "when",
            page.lang.moment(app.zone.civil(version.changed_at)).into(),
        ),
        ("name", by.map_or("–", |name| name.as_str()).into()),
    ];
    let waves = shelf.waves.get(&version.id).map(Vec::as_slice);
    let waves: Vec<String> = waves
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    Line {
        url: page.link(&format!("/questionnaires/{}", version.id)),
        name: name(page.lang, &version.document),
        title: version.document.title.get(page.lang.tag()).to_owned(),
        state,
        waves: waves.join(&page.t("respond-comma")),
        when: page.t_with("questions-when", &args),
    }
}
