//! Cast or challenge, as the script asks for it: a commitment to answers that stay on the phone, and what it held.
//!
//! For: `assets/challenge.js`. Uses: `service::intake::trial`. Promises: both addresses take a token and answers, no code and no
//! cookie; what they answer is as long for any answers as for any others, and never packed, which would make it longer or shorter.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::blind::{Urn, at_urn, refused_at_urn};
use crate::service::app::App;
use crate::service::intake::trial::{self, NONCE, Trial};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::layer::AS_IT_IS;
use crate::web::page::Page;
use crate::web::problem::Problem;

/// A commitment in the phone's hand.
#[derive(Serialize)]
struct Prepared {
    commitment: String,
    signature: String,
    day: i64,
}

/// What an opened commitment held.
#[derive(Serialize)]
struct Opened {
    salt: String,
    record: String,
}

/// `POST /urn/{wave}/prepare`: commits to answers.
pub(in crate::web) async fn prepare(
    State(app): State<App>,
    page: Page,
    Path(wave): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let answer = async {
        let nonce = nonce(&fields).ok_or(Problem::Malformed)?;
        let Urn { sent, token } = Urn::read(fields)?;
        let submission = sent.submission(&wave, "", page.lang);
        match trial::prepare(&app, submission, &token, nonce).await {
            Ok(prepared) => json(&Prepared {
                commitment: hex::encode(prepared.commitment.as_bytes()),
                signature: hex::encode(prepared.signature),
                day: prepared.day,
            }),
            Err(error) => refused_at_urn(&app, &page, &wave, &sent, &token, error).await,
        }
    };
    at_urn(&app, answer.await)
}

/// `POST /urn/{wave}/open`: opens a commitment, which is thrown away.
pub(in crate::web) async fn open(
    State(app): State<App>,
    page: Page,
    Path(wave): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let answer = async {
        let trial = held(&fields)?.ok_or(Problem::Malformed)?;
        let Urn { sent, token } = Urn::read(fields)?;
        let submission = sent.submission(&wave, "", page.lang);
        match trial::open(&app, submission, &token, trial).await {
            Ok(opened) => json(&Opened {
                salt: hex::encode(opened.salt),
                record: hex::encode(&opened.record),
            }),
            Err(error) => refused_at_urn(&app, &page, &wave, &sent, &token, error).await,
        }
    };
    at_urn(&app, answer.await)
}

/// What the phone drew for a commitment.
fn nonce(fields: &[(String, String)]) -> Option<[u8; NONCE]> {
    let (_, value) = fields.iter().find(|(name, _)| name == "_nonce")?;
    let mut nonce = [0; NONCE];
    hex::decode_to_slice(value, &mut nonce).ok()?;
    Some(nonce)
}

/// The commitment that the phone has, if it names one.
pub(super) fn held(fields: &[(String, String)]) -> Result<Option<Trial>, Problem> {
    if !fields.iter().any(|(name, _)| name == "_nonce") {
        return Ok(None);
    }
    let nonce = nonce(fields).ok_or(Problem::Malformed)?;
    let day = fields.iter().find(|(name, _)| name == "_day");
    let day = day.and_then(|(_, day)| day.parse().ok());
    let day = day.ok_or(Problem::Malformed)?;
    Ok(Some(Trial { nonce, day }))
}

/// The commitment that was sent along cannot be used any more: the script takes a new one.
pub(super) fn worn() -> Response {
    (StatusCode::PRECONDITION_FAILED, Unpacked("{}".to_owned())).into_response()
}

fn json(value: &impl Serialize) -> Result<Response, WebError> {
    let text = serde_json::to_string(value).map_err(WebError::internal)?;
    Ok(Unpacked(text).into_response())
}

/// JSON that is sent as it is.
struct Unpacked(String);

impl axum::response::IntoResponse for Unpacked {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/json");
        let headers = [
            (CONTENT_TYPE, kind),
            (CACHE_CONTROL, HeaderValue::from_static(AS_IT_IS)),
        ];
        (headers, self.0).into_response()
    }
}
