//! `/api/v1/logs`: the public record of each wave, its heads and who signed them.
//!
//! The signed heads and every entry are files under `/log/…` (C2SP tlog-tiles); these documents say where and how far.

use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Asked, json};
use super::paging::Paging;
use super::words::{Words, moment};
use crate::service::app::App;
use crate::service::log_files::{self, Told};
use crate::service::logs::LogError;
use crate::service::witnesses::Cosignature;
use crate::web::error::WebError;
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;

/// A wave that has a record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordSummary {
    /// The wave.
    wave: String,
    /// Its title.
    title: Words,
    /// The page for people.
    #[schema(format = "uri-reference")]
    page: String,
}

/// Waves that have a record, from the seal of the plan on, the latest fieldwork first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordList {
    /// The waves.
    items: Vec<RecordSummary>,
    /// Address of the next piece.
    #[schema(format = "uri-reference")]
    next: Option<String>,
}

/// The record of a wave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Record {
    /// The wave.
    wave: String,
    /// Its title.
    title: Words,
    /// The log of the answers' commitments; null before the wave opens.
    answers: Option<Head>,
    /// The log of what happened to the wave.
    process: Head,
    /// What happened, in order.
    events: Vec<LogEntry>,
    /// The service's public key (Ed25519), base64.
    key: String,
    /// The key of the answers' log as verifiers of signed notes take it.
    verifier: String,
    /// By when an answer that was received now is in the log.
    #[schema(format = DateTime)]
    promise_by: String,
}

/// How far a log is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Head {
    /// Address of the signed head.
    #[schema(format = "uri-reference")]
    checkpoint: String,
    /// Number of entries.
    size: u64,
    /// Root of the tree over them (RFC 6962, SHA-256), hexadecimal.
    root: String,
    /// Who else signed it.
    cosigned: Vec<Witnessed>,
}

/// What a witness signed last.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Witnessed {
    /// Its name.
    witness: String,
    /// Entries that it saw.
    size: u64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// An entry of the process log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogEntry {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Its name.
    event: String,
    /// The entry as it is hashed, byte for byte.
    entry: String,
}

/// Waves that have a public record.
#[utoipa::path(
    get,
    path = "/api/v1/logs",
    operation_id = "list_logs",
    tag = "record",
    params(Paging),
    responses((status = 200, description = "Waves that have a public record.", body = RecordList))
)]
pub(in crate::web) async fn list(
    State(app): State<App>,
    asked: Asked,
    Query(paging): Query<Paging>,
) -> Result<Response, WebError> {
    let waves = log_files::list(&app).await.map_err(WebError::internal)?;
    let (waves, next) = paging.piece("/api/v1/logs", waves, |wave| wave.slug.to_string())?;
    let items = waves.iter().map(|wave| RecordSummary {
        wave: wave.slug.to_string(),
        title: Words::tagged(|tag| wave.titles.get(tag)),
        page: format!("/check/{}", wave.slug),
    });
    let items = items.collect();
    json(&asked, &RecordList { items, next })
}

/// The public record of a wave.
#[utoipa::path(
    get,
    path = "/api/v1/logs/{wave}",
    operation_id = "get_log",
    tag = "record",
    params(("wave" = String, Path, description = "The wave's name in addresses.", example = "2026q4")),
    responses((status = 200, description = "Heads and history of the wave's logs.", body = Record))
)]
pub(in crate::web) async fn one(
    State(app): State<App>,
    asked: Asked,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let told = match log_files::record(&app, &slug).await {
        Ok(told) => told.ok_or(Problem::NotFound)?,
        Err(LogError::Halted { .. }) => return Err(Problem::Busy.into()),
        Err(error) => return Err(WebError::internal(error)),
    };
    let key = STANDARD.encode(app.keys.signing().verifying_key().as_bytes());
    json(&asked, &record(told, key))
}

fn record(told: Told, key: String) -> Record {
    let [answers, process] = told.cosigned;
    let events = told.process.entries;
    Record {
        wave: told.wave.slug.to_string(),
        title: Words::tagged(|tag| told.wave.titles.get(tag)),
        answers: told.log.map(|(path, head)| Head {
            checkpoint: format!("{path}/checkpoint"),
            size: head.size,
            root: hex::encode(head.root),
            cosigned: witnessed(answers),
        }),
        process: Head {
            checkpoint: format!("{}/checkpoint", told.process.path),
            size: events.len() as u64,
            root: hex::encode(told.process.root),
            cosigned: witnessed(process),
        },
        events: events
            .into_iter()
            .map(|event| LogEntry {
                at: moment(event.at),
                event: event.event,
                entry: event.json,
            })
            .collect(),
        key,
        verifier: told.verifier,
        promise_by: moment(told.promise_by),
    }
}

fn witnessed(given: Vec<Cosignature>) -> Vec<Witnessed> {
    let given = given.into_iter();
    given
        .map(|one| Witnessed {
            witness: one.witness,
            size: one.size,
            at: moment(one.at),
        })
        .collect()
}
