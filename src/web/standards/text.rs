//! The whole text of a draft, as TOML.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{self, Sent, is_open_to, path, problem, refusal, revision, sentences, state};
use super::outcome::{self, Outcome};
use crate::evaluation::standard::document::Document;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::standards::{self, Desk, LONGEST};
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

#[derive(Template)]
#[template(path = "standards/text.html")]
struct TextPage {
    page: Page,
    name: String,
    class: &'static str,
    state: String,
    back: String,
    action: String,
    typed: String,
    revision: i64,
    errors: Vec<String>,
    problems: Vec<String>,
    text: String,
    longest: usize,
    can_write: bool,
    outcome: Outcome,
}

/// `GET /standards/drafts/{draft}/text`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
) -> Result<Response, WebError> {
    let desk = desk::open(&app, &person, &word).await?;
    let text = desk.draft.text.clone();
    page_of(&app, page, &person, &desk, text, Vec::new()).await
}

/// `POST /standards/drafts/{draft}/text`: stores the text, whatever is wrong with it.
pub(in crate::web) async fn save(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    if !person.may(Action::Evaluate) {
        return Err(Problem::Denied.into());
    }
    let id = desk::id(&word)?;
    let text = sent.get("text").cloned().unwrap_or_default();
    let held = (id, revision(&sent));
    let error = match again(|| standards::save(&app, &person, held, &text)).await {
        Ok(()) => {
            let next = page.link(&format!("/standards/drafts/{id}/text"));
            return Ok(Redirect::to(&next).into_response());
        }
        Err(error) => error,
    };
    let Some(errors) = sentences(&page, &error) else {
        return Err(refusal(error));
    };
    let desk = desk::open(&app, &person, &word).await?;
    let again = page_of(&app, page, &person, &desk, text, errors).await?;
    Ok((StatusCode::CONFLICT, again).into_response())
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    desk: &Desk,
    text: String,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let draft = &desk.draft;
    let found = Document::problems(&text);
    let (class, state) = state(&page, draft);
    let path = path(draft);
    render(&TextPage {
        name: draft.name.clone(),
        class,
        state,
        back: page.link(&path),
        action: page.link(&format!("{path}/text")),
        typed: page.link(&format!("{path}/preview")),
        revision: draft.revision,
        errors,
        problems: found.iter().map(|one| problem(&page, one)).collect(),
        longest: LONGEST,
        can_write: is_open_to(draft, person),
        outcome: outcome::of(app, &page, person, &text).await?,
        text,
        page,
    })
}
