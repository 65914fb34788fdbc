//! Titles by decision: open counties of a wave, what was proposed for them, and the forms for two evaluators.
//!
//! For: `/organize/{wave}/decisions`. Uses: `service::decisions`. Promises: a refused form keeps what was typed; whoever may not
//! decide reads the same page without forms; before the close there is no such page.

mod view;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::view::Typed;
use super::{name, refusal};
use crate::service::again::again;
use crate::service::app::App;
use crate::service::decisions::{DecidingError, Say, propose, rule};
use crate::survey::account::Account;
use crate::survey::ids::{DecisionId, EvaluationId};
use crate::survey::role::Action;
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// Before the id of a criterion whose reason is written.
const REASON: &str = "reason-";

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
    /// The evaluation that the person saw.
    evaluation: String,
    #[serde(default)]
    county: String,
    /// Which proposal is ruled on.
    #[serde(default)]
    proposal: String,
    /// Why it is rejected.
    #[serde(default)]
    why: String,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

/// `GET /organize/{wave}/decisions`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    view::page(&app, page, &person, &slug, &Typed::default(), None).await
}

/// `POST /organize/{wave}/decisions`: proposes a title, confirms or rejects it.
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
    let reasons = reasons(&sent.rest);
    let error = match done(&app, &person, &slug, &sent, &reasons).await? {
        Ok(()) => {
            let back = page.link(&format!("/organize/{slug}/decisions"));
            return Ok(Redirect::to(&back).into_response());
        }
        Err(DecidingError::Wave(error)) => return Err(refusal(error)),
        Err(error) => error,
    };
    let typed = Typed {
        county: sent.county,
        proposal: sent.proposal,
        reasons,
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
    reasons: &BTreeMap<String, String>,
) -> Result<Result<(), DecidingError>, WebError> {
    let seen: EvaluationId = sent.evaluation.parse().map_err(|_| Problem::Malformed)?;
    let say = match sent.what {
        What::Propose => {
            let county = sent.county.as_str();
            let propose = || propose(app, person, slug, seen, county, reasons);
            return Ok(again(propose).await.map(drop));
        }
        What::Confirm => Say::Confirm,
        What::Reject => Say::Reject(sent.why.clone()),
    };
    let id: DecisionId = sent.proposal.parse().map_err(|_| Problem::Malformed)?;
    Ok(again(|| rule(app, person, slug, seen, id, say.clone())).await)
}

fn reasons(fields: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let reason = |(name, text): (&String, &String)| {
        let criterion = name.strip_prefix(REASON)?;
        Some((criterion.to_owned(), text.clone()))
    };
    fields.iter().filter_map(reason).collect()
}
