//! One wave: how it stands, and the step that is next.
//!
//! For: `/organize/{wave}`. Uses: `service::waves::overview`, [`super::step`]. Promises: the codes of a draw
//! are the answer to one request, as a file that no cache keeps; every other step ends in a redirect, or
//! in the same page with sentences that say why it was not taken.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::name;
use super::step::{NotTaken, StepForm, Taken, take};
use super::view::{Typed, WaveView};
use crate::service::again::again;
use crate::service::app::App;
use crate::service::close::CloseError;
use crate::service::evaluate::{EvaluationError, of_wave};
use crate::service::paper;
use crate::service::sampling::handout_csv;
use crate::service::sentence::close_error;
use crate::service::waves::WaveError;
use crate::service::waves::overview::overview;
use crate::survey::account::Account;
use crate::survey::wave::{Refusal, WaveKind, WaveSlug, WaveState};
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

#[derive(Template)]
#[template(path = "organize/wave.html")]
struct WavePage {
    page: Page,
    view: WaveView,
    errors: Vec<String>,
    /// Paper forms that a close would count as lost, and where they are typed.
    paper: Option<(String, String)>,
}

/// `GET /organize/{wave}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    page_of(&app, page, &person, &slug, &Typed::default(), Vec::new()).await
}

/// `POST /organize/{wave}`: takes a step.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(form): Form<StepForm>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    let taken = again(|| take(&app, &person, &slug, &form)).await;
    let error = match taken {
        Ok(Taken::Done) => {
            let back = page.link(&format!("/organize/{slug}"));
            return Ok(Redirect::to(&back).into_response());
        }
        Ok(Taken::Removed) => return Ok(Redirect::to(&page.link("/organize")).into_response()),
        Ok(Taken::Evaluated) => {
            let results = page.link(&format!("/results/{slug}"));
            return Ok(Redirect::to(&results).into_response());
        }
        Ok(Taken::Codes(drawn)) => {
            let name = format!("codes-{slug}");
            return download(Kind::Csv, &name, handout_csv(&drawn.tickets));
        }
        Err(error) => error,
    };
    let (status, errors) = said(&app, &page, error)?;
    let typed = Typed {
        seed: form.seed,
        reason: form.reason,
        release: form.release,
    };
    let again = page_of(&app, page, &person, &slug, &typed, errors).await?;
    Ok((status, again).into_response())
}

/// Why a step was not taken, as status and sentences; an error where that has a page of its own.
fn said(app: &App, page: &Page, error: NotTaken) -> Result<(StatusCode, Vec<String>), WebError> {
    match error {
        NotTaken::NoTime => {
            let sentence = page.t("organize-announce-no-time");
            Ok((StatusCode::UNPROCESSABLE_ENTITY, vec![sentence]))
        }
        NotTaken::NoSeed => {
            let sentence = page.t("organize-draw-empty");
            Ok((StatusCode::UNPROCESSABLE_ENTITY, vec![sentence]))
        }
        NotTaken::Refused(error) => match status(&error) {
            Some(status) => Ok((status, close_error(page.lang, &app.zone, &error))),
            None => Err(refusal(error)),
        },
        NotTaken::NotEvaluated(error) => match error {
            EvaluationError::Denied => Err(Problem::Denied.into()),
            EvaluationError::Wave(error) => Err(refusal(error.into())),
            error => Ok((StatusCode::CONFLICT, error.sentences(page.lang, None))),
        },
    }
}

/// The page of a wave, with what was typed and why it was not taken.
async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    typed: &Typed,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let found = overview(app, person, slug).await;
    let found = found.map_err(|error| refusal(error.into()))?;
    let evaluated = match found.status.wave.state {
        _ if found.status.wave.kind == WaveKind::Open => Ok(None),
        WaveState::Closed | WaveState::Published => of_wave(app, slug).await,
        _ => Ok(None),
    };
    let evaluated = evaluated.map_err(WebError::internal)?;
    let evaluated = evaluated.map(|evaluation| evaluation.created_at);
    let view = WaveView::new(app, &page, person, &found, typed).with_evaluation(
        app,
        &page,
        person,
        &found.status.wave,
        evaluated,
    );
    let forms = paper::unentered(app, &found.status.wave).await;
    let forms = forms.map_err(WebError::internal)?;
    let paper = (forms > 0).then(|| {
        let args = [("forms", page.lang.count(forms).into())];
        let url = page.link(&format!("/organize/{slug}/paper"));
        (page.t_with("paper-unentered", &args), url)
    });
    render(&WavePage {
        page,
        view,
        errors,
        paper,
    })
}

/// The status of the page that says why a step was not taken; `None` where another page says it.
const fn status(error: &CloseError) -> Option<StatusCode> {
    match error {
        CloseError::Wave(error) => match error {
            WaveError::Denied | WaveError::NoWave(_) | WaveError::Store(_) | WaveError::Keys(_) => {
                None
            }
            WaveError::ChangedMeanwhile | WaveError::Refused(Refusal::State { .. }) => {
                Some(StatusCode::CONFLICT)
            }
            _ => Some(StatusCode::UNPROCESSABLE_ENTITY),
        },
        CloseError::PoolNotEmpty(_) | CloseError::Reconciliation(_) | CloseError::Batch(_) => {
            Some(StatusCode::CONFLICT)
        }
        CloseError::Record(_) | CloseError::Seeds(_) | CloseError::Interrupted(_) => None,
    }
}

/// A refusal with a page of its own.
fn refusal(error: CloseError) -> WebError {
    match error {
        CloseError::Wave(error) => super::refusal(error),
        other => WebError::internal(other),
    }
}
