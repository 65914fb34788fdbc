//! The addresses of a witness: `POST /add-checkpoint` (C2SP tlog-witness), and its last heads to be read at `/`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use crate::service::witness::{Answer, LARGEST, Witness, WitnessError};

const PLAIN: &str = "text/plain; charset=utf-8";
const SIZE: &str = "text/x.tlog.size";

/// The routes of a witness.
pub(super) fn witness(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/", get(heads))
        .route("/add-checkpoint", post(add))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(witness)
}

async fn add(State(witness): State<Arc<Witness>>, body: String) -> Response {
    // It waits for the disk.
    let asked = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body)).await;
    match asked {
        Ok(Ok(Answer::Cosigned(lines))) => text(StatusCode::OK, PLAIN, lines),
        Ok(Ok(Answer::Malformed)) => text(
            StatusCode::BAD_REQUEST,
            PLAIN,
            "this is no request for a cosignature\n".to_owned(),
        ),
        Ok(Ok(Answer::UnknownLog)) => text(
            StatusCode::NOT_FOUND,
            PLAIN,
            "this log is not watched here\n".to_owned(),
        ),
        Ok(Ok(Answer::NotSigned)) => text(
            StatusCode::FORBIDDEN,
            PLAIN,
            "not signed by the log's key\n".to_owned(),
        ),
        Ok(Ok(Answer::Conflict(size))) => text(StatusCode::CONFLICT, SIZE, format!("{size}\n")),
        Ok(Ok(Answer::Inconsistent)) => text(
            StatusCode::UNPROCESSABLE_ENTITY,
            PLAIN,
            "this head does not go on the one that was cosigned before\n".to_owned(),
        ),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

async fn heads(State(witness): State<Arc<Witness>>) -> Response {
    let listed = tokio::task::spawn_blocking(move || -> Result<String, WitnessError> {
        let heads = witness.heads()?.join("\n");
        Ok(format!("{}\n\n{heads}", witness.cosigner().verifier()))
    });
    match listed.await {
        Ok(Ok(listed)) => text(StatusCode::OK, PLAIN, listed),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(error, "the witness could not answer");
    text(
        StatusCode::INTERNAL_SERVER_ERROR,
        PLAIN,
        "the witness could not answer\n".to_owned(),
    )
}

fn text(status: StatusCode, kind: &'static str, text: String) -> Response {
    let headers: [(HeaderName, &str); 1] = [(CONTENT_TYPE, kind)];
    (status, headers, text).into_response()
}
