//! Corrections of a published result: what was proposed, and the forms for two evaluators.
//!
//! For: `/organize/{wave}/corrections`. Uses: `service::corrections`. Promises: a refused form keeps what was typed; whoever may not
//! correct reads the same page without forms; before the result is published there is no such page.

mod changes;
mod view;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::view::Typed;
use super::{name, refusal};
use crate::evaluation::correction::Scope;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::corrections::{CorrectingError, Say, propose, rule};
use crate::survey::account::Account;
use crate::survey::ids::CorrectionId;
use crate::survey::role::Action;
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::session::Staff;

pub(in crate::web) use self::changes::changes as correction_changes;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Propose,
    Confirm,
    Reject,
}

/// What the page's forms send.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Sent {
    what: What,
    #[serde(default)]
    scope: String,
    /// The public note.
    #[serde(default)]
    note: String,
    /// Which proposal is ruled on.
    #[serde(default)]
    proposal: String,
    /// Why it is rejected.
    #[serde(default)]
    why: String,
}

/// `GET /organize/{wave}/corrections`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    view::page(&app, page, &person, &slug, &Typed::default(), None).await
}

/// `POST /organize/{wave}/corrections`: proposes a correction, confirms or rejects it.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    if !person.may(Action::Evaluate) {
        return Err(Problem::Denied.into());
    }
    let error = match done(&app, &person, &slug, &sent).await? {
        Ok(()) => {
            let back = page.link(&format!("/organize/{slug}/corrections"));
            return Ok(Redirect::to(&back).into_response());
        }
        Err(CorrectingError::Wave(error)) => return Err(refusal(error)),
        Err(CorrectingError::NotPublished) => return Err(Problem::UnknownWave.into()),
        Err(CorrectingError::Result(error)) => return Err(WebError::internal(error)),
        Err(error) => error,
    };
    let typed = Typed {
        is_result: sent.scope == Scope::Result.as_str(),
        note: sent.note,
        why: sent.why,
    };
    let again = view::page(&app, page, &person, &slug, &typed, Some(&error)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

async fn done(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    sent: &Sent,
) -> Result<Result<(), CorrectingError>, WebError> {
    let say = match sent.what {
        What::Propose => {
            let scope = Scope::from_word(&sent.scope).ok_or(Problem::Malformed)?;
            let propose = || propose(app, person, slug, scope, &sent.note);
            return Ok(again(propose).await.map(drop));
        }
        What::Confirm => Say::Confirm,
        What::Reject => Say::Reject(sent.why.clone()),
    };
    let id: CorrectionId = sent.proposal.parse().map_err(|_| Problem::Malformed)?;
    Ok(again(|| rule(app, person, slug, id, say.clone())).await)
}
