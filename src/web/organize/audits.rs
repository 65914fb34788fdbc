//! Auditors: the records under signature, and the form with what came of the audit.
//!
//! For: `/organize/{wave}/audit`. Uses: `service::audits`. Promises: nobody but an auditor sees the page, nobody before the close; no
//! cache keeps the records; a refused form keeps what was typed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{name, refusal};
use crate::service::app::App;
use crate::service::audits::{self, ATTESTED, Attestation, AuditError, Board, Undertaking};
use crate::service::sentence::audit_error;
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::wave::WaveSlug;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Take,
    Attest,
}

/// What the page's forms send.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Sent {
    what: What,
    /// `yes` signs.
    #[serde(default)]
    undertaking: String,
    #[serde(default)]
    bundle: String,
    #[serde(default)]
    protocol: String,
    /// `yes` or `no`.
    #[serde(default)]
    agrees: String,
}

#[derive(Template)]
#[template(path = "organize/audits.html")]
struct AuditsPage {
    page: Page,
    back: String,
    action: String,
    title: String,
    how: String,
    /// What was done, in sentences.
    history: Vec<String>,
    error: Option<String>,
    bundle: String,
    protocol: String,
    differs: bool,
}

/// `GET /organize/{wave}/audit`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    page_of(&app, page, &person, &slug, None).await
}

/// `POST /organize/{wave}/audit`: hands out the records, or enters what came of an audit.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    let error = match sent.what {
        What::Take => {
            let undertaking = if sent.undertaking == "yes" {
                Undertaking::Signed
            } else {
                Undertaking::Unsigned
            };
            match audits::take(&app, &person, &slug, undertaking).await {
                Ok(bytes) => return download(Kind::Zip, &format!("audit-{slug}"), bytes),
                Err(error) => error,
            }
        }
        What::Attest => {
            let said = Attestation {
                bundle: sent.bundle.trim().to_owned(),
                protocol: sent.protocol.trim().to_owned(),
                agrees: sent.agrees == "yes",
            };
            match audits::attest(&app, &person, &slug, &said).await {
                Ok(()) => {
                    let back = page.link(&format!("/organize/{slug}/audit"));
                    return Ok(Redirect::to(&back).into_response());
                }
                Err(error) => error,
            }
        }
    };
    match error {
        AuditError::NotSigned | AuditError::NoDigest(_) => {
            let typed = Some((audit_error(page.lang, &error), sent));
            let again = page_of(&app, page, &person, &slug, typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
        error => Err(refused(error)),
    }
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    sent: Option<(Option<String>, Sent)>,
) -> Result<Response, WebError> {
    let Board { wave, history } = audits::board(app, person, slug).await.map_err(refused)?;
    let page = page.with_person(person);
    let (error, typed) = sent.map_or((None, None), |(error, sent)| (error, Some(sent)));
    let attested = typed.filter(|sent| sent.what == What::Attest);
    let text = |read: fn(&Sent) -> &String| attested.as_ref().map(read).cloned();
    render(&AuditsPage {
        back: page.link(&format!("/organize/{slug}")),
        action: page.link(&format!("/organize/{slug}/audit")),
        title: wave.titles.get(page.lang.tag()).to_owned(),
        how: page.t_with("audits-how", &[("slug", slug.as_str().into())]),
        history: history
            .iter()
            .map(|entry| happened(app, &page, entry))
            .collect(),
        error,
        bundle: text(|sent| &sent.bundle).unwrap_or_default(),
        protocol: text(|sent| &sent.protocol).unwrap_or_default(),
        differs: attested.is_some_and(|sent| sent.agrees != "yes"),
        page,
    })
}

fn happened(app: &App, page: &Page, entry: &Entry) -> String {
    let agrees = entry
        .detail
        .get("agrees")
        .and_then(serde_json::Value::as_bool);
    let key = match (entry.action.as_str(), agrees) {
        (ATTESTED, Some(true)) => "audits-event-agrees",
        (ATTESTED, _) => "audits-event-differs",
        _ => "audits-event-taken",
    };
    let at = page.lang.moment(app.zone.civil(entry.at));
    let args = [("name", entry.actor.as_str().into()), ("at", at.into())];
    page.t_with(key, &args)
}

fn refused(error: AuditError) -> WebError {
    match error {
        AuditError::Denied => Problem::Denied.into(),
        AuditError::NotClosed | AuditError::NoSample => Problem::UnknownWave.into(),
        AuditError::Wave(error) => refusal(error),
        error => WebError::internal(error),
    }
}
