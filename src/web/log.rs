//! `GET /log/WAVE/checkpoint`: the signed head of a wave's log.
//!
//! For: whoever wants to hold the log to what it said: a witness, an observer, a restore. Uses:
//! `service::logs`. Promises: the bytes are those that are signed; nobody else's cache serves an old head.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::error::WebError;
use super::extract::Path;
use super::problem::Problem;
use crate::service::app::App;
use crate::service::logs::{self, LogError};

/// The signed note.
pub(super) async fn checkpoint(
    State(app): State<App>,
    Path(wave): Path<String>,
) -> Result<Response, WebError> {
    let note = match logs::find_checkpoint(&app, &wave).await {
        Ok(Some(note)) => note,
        Ok(None) => return Err(Problem::UnknownWave.into()),
        Err(LogError::Halted { .. }) => return Err(Problem::Busy.into()),
        Err(error) => return Err(WebError::internal(error)),
    };
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, note).into_response())
}
