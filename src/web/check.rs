//! The record of a survey, for everybody: look a receipt up, read what was decided when.
//!
//! For: residents with a receipt, observers. Uses: `service::log_files`. Promises: a receipt is looked up on
//! the visitor's device, in the whole list, so that nobody learns who asks for which; without script the
//! list itself is at hand.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::WebError;
use super::extract::Path;
use super::page::{Page, render};
use super::problem::Problem;
use crate::service::app::App;
use crate::service::log_files::{self, Told};
use crate::service::logs::LogError;
use crate::survey::wave::Wave;

/// A survey in the list.
struct Line {
    url: String,
    text: String,
}

#[derive(Template)]
#[template(path = "check/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

/// An entry of the process log as people read it.
struct Event {
    at: String,
    name: String,
    json: String,
}

#[derive(Template)]
#[template(path = "check/wave.html")]
struct RecordPage {
    page: Page,
    title: String,
    /// Address of the answers' log; nothing before the wave opens.
    log: Option<String>,
    process: String,
    promise_by: String,
    key: String,
    verifier: String,
    answers: u64,
    root: Vec<String>,
    events: Vec<Event>,
    process_root: Vec<String>,
}

/// `GET /check`: the surveys; where there is one, its page.
pub(super) async fn list(State(app): State<App>, page: Page) -> Result<Response, WebError> {
    let waves = log_files::list(&app).await.map_err(WebError::internal)?;
    if let [only] = waves.as_slice() {
        return Ok(Redirect::to(&page.link(&format!("/check/{}", only.slug))).into_response());
    }
    let line = |wave: &Wave| Line {
        url: page.link(&format!("/check/{}", wave.slug)),
        text: wave.titles.get(page.lang.tag()).to_owned(),
    };
    let lines = waves.iter().map(line).collect();
    render(&ListPage { page, lines })
}

/// `GET /check/{wave}`: the record of one survey.
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let told = match log_files::record(&app, &slug).await {
        Ok(told) => told.ok_or(Problem::UnknownWave)?,
        Err(LogError::Halted { .. }) => return Err(Problem::Busy.into()),
        Err(error) => return Err(WebError::internal(error)),
    };
    let Told {
        wave,
        log,
        process,
        verifier,
        promise_by,
    } = told;
    let moment = |at| page.lang.moment(app.zone.civil(at));
    let events = process.entries.iter().map(|entry| Event {
        at: moment(entry.at),
        name: page.t(&format!("check-event-{}", entry.event.replace('_', "-"))),
        json: entry.json.clone(),
    });
    render(&RecordPage {
        title: wave.titles.get(page.lang.tag()).to_owned(),
        log: log.as_ref().map(|(path, _)| path.clone()),
        answers: log.as_ref().map_or(0, |(_, head)| head.size),
        root: log.map_or_else(Vec::new, |(_, head)| groups(&head.root)),
        process_root: groups(&process.root),
        process: process.path.clone(),
        promise_by: moment(promise_by),
        key: STANDARD.encode(app.keys.signing().verifying_key().as_bytes()),
        verifier,
        events: events.collect(),
        page,
    })
}

/// Groups of four digits, to be read aloud and compared.
fn groups(root: &[u8; 32]) -> Vec<String> {
    root.chunks(2).map(hex::encode).collect()
}
