//! The record of a survey, for everybody: look a receipt up, read what was decided when.
//!
//! For: residents with a receipt, observers. Uses: `service::log_files`. Promises: a receipt is looked up on
//! the visitor's device, in the whole list, so that nobody learns who asks for which; without script the
//! list itself is at hand.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use serde::Deserialize;

use super::error::WebError;
use super::extract::{Form, Path};
use super::page::{Page, render};
use super::problem::Problem;
use super::respond::code_problem;
use super::server::From;
use crate::service::app::App;
use crate::service::intake::IntakeError;
use crate::service::intake::asked::{Use, was_used};
use crate::service::log_files::{self, Told};
use crate::service::logs::LogError;
use crate::service::retention;
use crate::service::witnesses::Cosignature;
use crate::survey::wave::{Wave, WaveKind, WaveState};

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
    asked: Option<Asked>,
    /// Who else signed the head of the answers and of the process log: name, and when and how much of it.
    cosigned: [Vec<(String, String)>; 2],
}

/// Whether a code was used: the form, and what is said of the code that was typed.
#[derive(Default)]
struct Asked {
    action: String,
    code: String,
    problem: Option<String>,
    answer: Option<String>,
    /// Until when codes can be looked up.
    until: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
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
    record(&app, page, &slug, Asked::default()).await
}

/// `POST /check/{wave}`: whether a code was used, once the wave is closed.
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    From(from): From,
    Path(slug): Path<String>,
    Form(sent): Form<Typed>,
) -> Result<Response, WebError> {
    let (status, sentence) = match was_used(&app, &slug, &sent.code, from).await {
        Ok(found) => (StatusCode::OK, page.t(key(found))),
        Err(IntakeError::UnknownWave) => return Err(Problem::UnknownWave.into()),
        Err(IntakeError::BadCodeForm(problem)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            code_problem(page.lang, problem),
        ),
        Err(IntakeError::UnknownCode) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            page.t("respond-code-unknown"),
        ),
        Err(IntakeError::Busy { retry_after }) => return Err(WebError::Busy { retry_after }),
        Err(error) => return Err(WebError::internal(error)),
    };
    let is_good = status == StatusCode::OK;
    let asked = Asked {
        code: if is_good { String::new() } else { sent.code },
        problem: (!is_good).then(|| sentence.clone()),
        answer: is_good.then_some(sentence),
        ..Asked::default()
    };
    let shown = record(&app, page, &slug, asked).await?;
    Ok((status, shown).into_response())
}

const fn key(found: Use) -> &'static str {
    match found {
        Use::Used => "check-code-used",
        Use::Unused => "check-code-unused",
        Use::Blind => "check-code-blind",
        Use::Replaced => "check-code-replaced",
        Use::Forgotten => "check-code-forgotten",
        Use::TooEarly => "check-code-early",
    }
}

async fn record(app: &App, page: Page, slug: &str, asked: Asked) -> Result<Response, WebError> {
    let told = match log_files::record(app, slug).await {
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
        cosigned,
    } = told;
    let moment = |at| page.lang.moment(app.zone.civil(at));
    let events = process.entries.iter().map(|entry| Event {
        at: moment(entry.at),
        name: page.t(&format!("check-event-{}", entry.event.replace('_', "-"))),
        json: entry.json.clone(),
    });
    let codes = retention::codes(app, &wave)
        .await
        .map_err(WebError::internal)?;
    let until = codes.until.filter(|_| !codes.have_ended);
    let can_ask = wave.kind == WaveKind::Probability && wave.state >= WaveState::Closed;
    let by = |given: Vec<Cosignature>| {
        let by = given.into_iter().map(|one| {
            let args = [
                ("at", moment(one.at).into()),
                ("entries", page.lang.count(one.size).into()),
            ];
            (one.witness, page.t_with("check-cosigned-at", &args))
        });
        by.collect()
    };
    render(&RecordPage {
        cosigned: cosigned.map(by),
        asked: (can_ask || asked.answer.is_some()).then(|| Asked {
            action: page.link(&format!("/check/{slug}")),
            until: until.map(|at| page.t_with("check-code-until", &[("date", moment(at).into())])),
            ..asked
        }),
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
