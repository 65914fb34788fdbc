//! All waves, each with what to do next.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::next::Next;
use super::view::period;
use crate::service::app::App;
use crate::service::waves;
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::survey::wave::{Wave, WaveKind};
use crate::web::error::WebError;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// A wave in the table.
struct Line {
    url: String,
    title: String,
    synthetic: bool,
    /// Not a probability sample.
    open: bool,
    state: String,
    period: String,
    next: String,
}

#[derive(Template)]
#[template(path = "organize/list.html")]
struct ListPage {
    page: Page,
    waves: Vec<Line>,
    /// Whether this person may begin a wave.
    may_begin: bool,
}

/// `GET /organize`.
pub(in crate::web) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    // A sign-in leads here; who sees no wave goes on to what there is for that person.
    if !person.may(Action::WatchFieldwork) && person.may(Action::ReadIndicators) {
        return Ok(Redirect::to(&page.link("/indicators")).into_response());
    }
    let page = page.with_person(&person);
    let waves = waves::list(&app, &person)
        .await
        .map_err(|error| match error {
            waves::WaveError::Denied => Problem::Denied.into(),
            other => WebError::internal(other),
        })?;
    let waves = waves.iter().map(|wave| line(&app, &page, &person, wave));
    render(&ListPage {
        waves: waves.collect(),
        page,
        may_begin: person.may(Action::RunWave),
    })
}

fn line(app: &App, page: &Page, person: &Account, wave: &Wave) -> Line {
    Line {
        url: page.link(&format!("/organize/{}", wave.slug)),
        title: wave.titles.get(page.lang.tag()).to_owned(),
        synthetic: wave.synthetic,
        open: wave.kind == WaveKind::Open,
        state: page.t(&format!("organize-state-{}", wave.state.as_str())),
        period: period(app, page.lang, wave),
        next: page.t(Next::of(wave, person, app.clock.now()).key()),
    }
}
