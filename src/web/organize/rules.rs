//! Changes after the seal: what has been changed, what waits, and the forms that ask for more.
//!
//! For: `/organize/{wave}/rules` and `/organize/{wave}/quota`. Uses: `service::rules`, `service::quotas`. Promises: a refused
//! request keeps what was typed; whoever may not change anything reads the same page without forms.

mod view;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::view::Typed;
use super::{name, refusal};
use crate::report::rule::unfit;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::quotas::{self, QuotaError};
use crate::service::rules::{self, RuleError, Wanted};
use crate::service::sentence::{quota_error, rule_error};
use crate::service::waves::WaveError;
use crate::survey::account::Account;
use crate::survey::ids::RuleChangeId;
use crate::survey::role::Action;
use crate::survey::rule::{RuleKind, Unfit};
use crate::survey::sample::{StratumCode, UnitCode};
use crate::survey::wave::WaveSlug;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::multipart::Multipart;
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// Before the code of a stratum that is chosen.
const STRATUM: &str = "stratum-";

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Ask,
    Confirm,
    Withdraw,
}

/// What the page's forms send.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Asked {
    what: What,
    #[serde(default)]
    kind: String,
    /// Which request is confirmed or taken back.
    #[serde(default)]
    change: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    end: String,
    #[serde(default)]
    unit: String,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

/// `GET /organize/{wave}/rules`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    view::page(&app, page, &person, &slug, &Typed::default(), Vec::new()).await
}

/// `GET /organize/{wave}/reminders/{change}`: whom a reminder that holds reaches, as a workbook.
pub(in crate::web) async fn reminder(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    let id: RuleChangeId = id.parse().map_err(|_| Problem::NotFound)?;
    let found = rules::reminder(&app, &person, &slug, Some(id)).await;
    let list = found.map_err(refusal)?.ok_or(Problem::NotFound)?;
    let book = list.workbook(page.lang).map_err(WebError::internal)?;
    download(Kind::Xlsx, &format!("reminder-{slug}"), book)
}

/// `POST /organize/{wave}/rules`: asks for a change, confirms it, takes the request back.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    if !person.may(Action::RunWave) {
        return Err(Problem::Denied.into());
    }
    let kind = RuleKind::from_word(&asked.kind);
    let errors = match done(&app, &page, &person, &slug, &asked).await {
        Ok(()) => return Ok(back(&page, &slug)),
        Err(NotDone::Malformed) => return Err(Problem::Malformed.into()),
        Err(NotDone::Said(sentence)) => vec![sentence],
        Err(NotDone::Refused(RuleError::Wave(
            error @ (WaveError::NoWave(_) | WaveError::Store(_) | WaveError::Keys(_)),
        ))) => return Err(refusal(error)),
        Err(NotDone::Refused(error)) => rule_error(page.lang, &app.zone, &error),
    };
    let typed = Typed {
        kind,
        reason: asked.reason,
        end: asked.end,
        unit: asked.unit,
        strata: chosen(&asked.rest).collect(),
    };
    let again = view::page(&app, page, &person, &slug, &typed, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

enum NotDone {
    Malformed,
    Said(String),
    Refused(RuleError),
}

impl From<RuleError> for NotDone {
    fn from(error: RuleError) -> Self {
        Self::Refused(error)
    }
}

async fn done(
    app: &App,
    page: &Page,
    person: &Account,
    slug: &WaveSlug,
    asked: &Asked,
) -> Result<(), NotDone> {
    let change = asked.change.parse().map_err(|_| NotDone::Malformed);
    match asked.what {
        What::Confirm => {
            let change = change?;
            drop(again(|| rules::confirm(app, person, slug, change)).await?);
        }
        What::Withdraw => {
            let change = change?;
            again(|| rules::withdraw(app, person, slug, change)).await?;
        }
        What::Ask => {
            let kind = RuleKind::from_word(&asked.kind).ok_or(NotDone::Malformed)?;
            let wanted = match kind {
                RuleKind::End => {
                    let bad = |_| {
                        let args = [("found", asked.end.as_str().into())];
                        NotDone::Said(page.t_with("rules-end-bad", &args))
                    };
                    Wanted::End(app.zone.parse(&asked.end).map_err(bad)?)
                }
                RuleKind::Reminder => {
                    Wanted::Reminder(chosen(&asked.rest).map(StratumCode::new).collect())
                }
                RuleKind::Exclusion => Wanted::Exclusion(UnitCode::new(asked.unit.as_str())),
                // Cells come as a file, to another address.
                RuleKind::Quota => {
                    return Err(NotDone::Said(unfit(page.lang, &app.zone, &Unfit::Same)));
                }
            };
            let ask = || rules::ask(app, person, slug, wanted.clone(), &asked.reason);
            drop(again(ask).await?);
        }
    }
    Ok(())
}

fn chosen(fields: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    fields
        .keys()
        .filter_map(|name| name.strip_prefix(STRATUM).map(str::to_owned))
}

/// `POST /organize/{wave}/quota`: a file of cells; at once in a draft, otherwise asked for.
pub(in crate::web) async fn give(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    form: Multipart,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    if !person.may(Action::RunWave) {
        return Err(Problem::Denied.into());
    }
    let reason = form.text("reason").to_owned();
    let errors = match form.file.filter(|file| !file.bytes.is_empty()) {
        None => vec![page.t("data-no-file")],
        Some(file) => {
            let give = || quotas::give(&app, &person, &slug, &file.bytes, &reason);
            match again(give).await {
                Ok(_) => return Ok(back(&page, &slug)),
                Err(QuotaError::Wave(
                    error @ (WaveError::NoWave(_) | WaveError::Store(_) | WaveError::Keys(_)),
                )) => return Err(refusal(error)),
                Err(error) => quota_error(page.lang, &app.zone, &error),
            }
        }
    };
    let typed = Typed {
        kind: Some(RuleKind::Quota),
        reason,
        ..Typed::default()
    };
    let again = view::page(&app, page, &person, &slug, &typed, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// `GET /organize/{wave}/quota`: the page of a file that was refused, in another language.
pub(in crate::web) async fn to_rules(
    page: Page,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    Ok(back(&page, &name(&slug)?))
}

fn back(page: &Page, slug: &WaveSlug) -> Response {
    Redirect::to(&page.link(&format!("/organize/{slug}/rules"))).into_response()
}
