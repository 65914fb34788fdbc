//! Every standard with its uses, every draft, and the form that makes a draft.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{Sent, path, refusal, sentences, state, who};
use crate::service::again::again;
use crate::service::app::App;
use crate::service::standards::{self, Draft, Shelf, StoredStandard, Used};
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::Form;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// A stored standard.
struct Line {
    url: String,
    name: String,
    title: String,
    is_in_force: bool,
    digest: String,
    when: String,
    uses: Vec<(String, Option<String>)>,
}

/// A draft.
struct DraftLine {
    url: String,
    name: String,
    class: &'static str,
    state: String,
    when: String,
}

/// The form that makes a draft.
struct Begin {
    /// Digest, words, whether it is chosen.
    parents: Vec<(String, String, bool)>,
    id: String,
    version: String,
}

#[derive(Template)]
#[template(path = "standards/list.html")]
struct ListPage {
    page: Page,
    errors: Vec<String>,
    lines: Vec<Line>,
    drafts: Vec<DraftLine>,
    begin: Option<Begin>,
}

/// `GET /standards`.
pub(in crate::web) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    all(&app, page, &person, None, Vec::new()).await
}

/// `POST /standards`: makes a draft of a stored standard.
pub(in crate::web) async fn begin(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    if !person.may(Action::Evaluate) {
        return Err(Problem::Denied.into());
    }
    let field = |name: &str| sent.get(name).map_or("", String::as_str);
    let name = (field("id"), field("version"));
    let made = again(|| standards::begin(&app, &person, field("parent"), name)).await;
    let error = match made {
        Ok(id) => {
            let next = page.link(&format!("/standards/drafts/{id}"));
            return Ok(Redirect::to(&next).into_response());
        }
        Err(error) => error,
    };
    let Some(errors) = sentences(&page, &error) else {
        return Err(refusal(error));
    };
    let again = all(&app, page, &person, Some(&sent), errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

async fn all(
    app: &App,
    page: Page,
    person: &Account,
    sent: Option<&Sent>,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let shelf = standards::list(app, person).await.map_err(refusal)?;
    let stored = shelf.standards.iter().enumerate();
    let lines = stored.map(|(place, one)| line(app, &page, &shelf, one, place == 0));
    let drafts = shelf
        .drafts
        .iter()
        .map(|one| draft(app, &page, &shelf, one));
    let begin = person.may(Action::Evaluate) && !shelf.standards.is_empty();
    render(&ListPage {
        errors,
        lines: lines.collect(),
        drafts: drafts.collect(),
        begin: begin.then(|| form(&page, &shelf, sent)),
        page,
    })
}

fn form(page: &Page, shelf: &Shelf, sent: Option<&Sent>) -> Begin {
    let field = |name: &str| sent.and_then(|sent| sent.get(name)).cloned();
    let (first, chosen) = (shelf.standards.first(), field("parent"));
    let parent = |one: &StoredStandard| {
        let digest = hex::encode(one.digest);
        let is_chosen = chosen.as_deref() == Some(digest.as_str());
        (digest, name(page, one), is_chosen)
    };
    let id = first.map_or(String::new(), |one| one.standard.id.clone());
    let same = shelf.standards.iter().filter(|one| one.standard.id == id);
    let highest = same.map(|one| one.standard.version).max();
    let next = highest.unwrap_or(0).saturating_add(1);
    Begin {
        parents: shelf.standards.iter().map(parent).collect(),
        version: field("version").unwrap_or_else(|| next.to_string()),
        id: field("id").unwrap_or(id),
    }
}

/// Id and version in words.
pub(super) fn name(page: &Page, one: &StoredStandard) -> String {
    let args = [
        ("id", one.standard.id.as_str().into()),
        ("version", one.standard.version.to_string().into()),
    ];
    page.t_with("standards-name", &args)
}

/// Where a standard was used: words, and the address of the wave.
pub(super) fn uses(page: &Page, uses: Option<&Vec<Used>>) -> Vec<(String, Option<String>)> {
    let one = |used: &Used| {
        let wave = used.wave.as_ref();
        let args = [
            ("year", used.year.to_string().into()),
            (
                "wave",
                wave.map_or(String::new(), ToString::to_string).into(),
            ),
        ];
        let url = wave.map(|slug| page.link(&format!("/organize/{slug}")));
        (page.t_with("standards-use", &args), url)
    };
    uses.map_or_else(Vec::new, |all| all.iter().map(one).collect())
}

fn line(app: &App, page: &Page, shelf: &Shelf, one: &StoredStandard, is_in_force: bool) -> Line {
    let digest = hex::encode(one.digest);
    Line {
        url: page.link(&format!("/standards/{digest}")),
        name: name(page, one),
        title: one.standard.title.get(page.lang.tag()).to_owned(),
        is_in_force,
        when: page.lang.moment(app.zone.civil(one.created_at)),
        uses: uses(page, shelf.uses.get(&one.digest)),
        digest,
    }
}

fn draft(app: &App, page: &Page, shelf: &Shelf, one: &Draft) -> DraftLine {
    let (class, state) = state(page, one);
    DraftLine {
        url: page.link(&path(one)),
        name: one.name.clone(),
        class,
        state,
        when: who(
            app,
            page,
            &shelf.people,
            "standards-changed-by",
            one.changed,
        ),
    }
}
