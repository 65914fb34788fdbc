//! The logs of a wave as files (C2SP tlog-tiles): `/log/WAVE/1/…` the answers', `/log/WAVE/process/…` its life.
//!
//! For: phones that look a receipt up, witnesses, observers, mirrors, a restore. Uses: `service::log_files`,
//! `service::logs`. Promises: the bytes are those that are signed or hashed; nobody else's cache serves an
//! old head; what never changes may be kept for ever.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};

use super::error::WebError;
use super::extract::Path;
use super::problem::Problem;
use crate::ledger::tile::TilePath;
use crate::service::app::App;
use crate::service::intake::IntakeError;
use crate::service::intake::blind;
use crate::service::log_files::{self, File, Name};
use crate::service::logs::{self, LogError};

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";
const FRESH: &str = "no-cache";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /log/WAVE/checkpoint`: the signed head of the answers' log that is in use.
pub(super) async fn checkpoint(
    State(app): State<App>,
    Path(wave): Path<String>,
) -> Result<Response, WebError> {
    let note = logs::find_checkpoint(&app, &wave).await;
    let note = note.map_err(refusal)?.ok_or(Problem::UnknownWave)?;
    Ok(answer(TEXT, FRESH, note.into_bytes()))
}

/// `GET /log/WAVE/keys.txt`: the public keys of blind tokens, one line for each variance unit. Root and number of the lines
/// stand in the process log since the draw.
pub(super) async fn keys(
    State(app): State<App>,
    Path(wave): Path<String>,
) -> Result<Response, WebError> {
    let list = match blind::list(&app, &wave).await {
        Ok(list) => list.ok_or(Problem::NotFound)?,
        Err(IntakeError::UnknownWave) => return Err(Problem::UnknownWave.into()),
        Err(error) => return Err(WebError::internal(error)),
    };
    Ok(answer(TEXT, FRESH, list.text().into_bytes()))
}

/// `GET /log/WAVE/LOG/checkpoint`: the signed head of a log.
pub(super) async fn head(
    State(app): State<App>,
    Path((wave, log)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let note = file(&app, &wave, &log, File::Checkpoint).await?;
    Ok(answer(TEXT, FRESH, note))
}

/// `GET /log/WAVE/LOG/entries.txt`: every entry in a line of its own.
pub(super) async fn lines(
    State(app): State<App>,
    Path((wave, log)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let name = Name::read(&log).ok_or(Problem::NotFound)?;
    let lines = log_files::lines(&app, &wave, name).await;
    let lines = lines.map_err(refusal)?.ok_or(Problem::NotFound)?;
    Ok(answer(TEXT, FRESH, Body::from_stream(lines)))
}

/// `GET /log/WAVE/LOG/tile/…`: 256 hashes or entries, or as many as the name says.
pub(super) async fn tile(
    State(app): State<App>,
    Path((wave, log, tile)): Path<(String, String, String)>,
) -> Result<Response, WebError> {
    let path = TilePath::read(&tile).ok_or(Problem::NotFound)?;
    let bytes = file(&app, &wave, &log, File::Tile(path)).await?;
    Ok(answer(BYTES, FOR_EVER, bytes))
}

async fn file(app: &App, wave: &str, log: &str, file: File) -> Result<Vec<u8>, WebError> {
    let name = Name::read(log).ok_or(Problem::NotFound)?;
    let found = log_files::find(app, wave, name, file).await;
    let found = found.map_err(refusal)?;
    Ok(found.ok_or(Problem::NotFound)?)
}

fn refusal(error: LogError) -> WebError {
    match error {
        LogError::Halted { .. } => Problem::Busy.into(),
        error => WebError::internal(error),
    }
}

fn answer(kind: &'static str, caching: &'static str, bytes: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    (headers, bytes.into()).into_response()
}
