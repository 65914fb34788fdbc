//! How the interface answers: JSON with a strong validator, or a problem document.
//!
//! Promises: the same bytes have the same `ETag` ([`kept`](crate::web::kept)); who has them already gets 304; a
//! cache may keep an answer and asks before it uses it; every page of the world may read it.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_LENGTH,
    CONTENT_TYPE, HeaderValue, VARY,
};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::error::{ErrorInfo, WebError};
pub(in crate::web) use crate::web::kept::Asked;
use crate::web::kept::{ASKED_EACH_TIME, tagged};
use crate::web::page::{Page, Visit, refusal};
use crate::web::problem::Problem;

/// Where the addresses of the interface begin.
const BASE: &str = "/api/";

/// A document for whoever asked.
pub(super) fn json<T: Serialize>(asked: &Asked, document: &T) -> Result<Response, WebError> {
    let bytes = serde_json::to_vec(document).map_err(WebError::internal)?;
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(ASKED_EACH_TIME));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    tagged(asked, headers, bytes)
}

/// Why a request was refused (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Refusal {
    /// The kind, an address at which it is explained: `/problems/not-found`. Kinds are never renamed.
    #[schema(format = "uri-reference")]
    r#type: String,
    /// The kind in words.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What to do about it.
    detail: String,
    /// The number under which a mistake of ours is in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    /// Of a document that was sent: what is wrong with it, and where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// What is wrong at a place of a document that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldProblem {
    /// The place, a JSON pointer (RFC 6901).
    pointer: String,
    /// What is wrong, in the caller's language; of a document that is no JSON, in English.
    detail: String,
}

impl FieldProblem {
    pub(super) fn new(pointer: impl Into<String>, detail: String) -> Self {
        Self {
            pointer: pointer.into(),
            detail,
        }
    }
}

/// A document that was sent is not taken.
pub(super) fn invalid(page: &Page, errors: Vec<FieldProblem>) -> Response {
    let problem = Problem::Invalid;
    let document = Refusal {
        r#type: format!("/problems/{}", problem.slug()),
        title: page.t(&problem.title_key()),
        status: problem.status().as_u16(),
        detail: page.t(&problem.next_key()),
        request: None,
        errors,
    };
    let headers = [
        (CONTENT_TYPE, "application/problem+json"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept-language"),
    ];
    // Texts and numbers are always written.
    let body = serde_json::to_vec(&document).unwrap_or_default();
    (problem.status(), headers, body).into_response()
}

/// Whether this is an address of the interface.
pub(in crate::web) fn is_asked(visit: &Visit) -> bool {
    visit.path().starts_with(BASE)
}

/// The edge of the interface: a refusal becomes a problem document, and scripts of other sites may read the answer.
pub(in crate::web) fn explain(mut response: Response, visit: Visit) -> Response {
    if let Some(info) = refusal(&mut response) {
        fill(&mut response, &visit.page(), &info);
    }
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag, retry-after"),
    );
    response
}

/// Puts the document into a response that has a status and its headers.
fn fill(response: &mut Response, page: &Page, info: &ErrorInfo) {
    let problem = info.problem;
    let document = Refusal {
        r#type: format!("/problems/{}", problem.slug()),
        title: page.t(&problem.title_key()),
        status: response.status().as_u16(),
        detail: page.t(&problem.next_key()),
        request: problem.is_ours().then(|| page.request_id.clone()),
        errors: Vec::new(),
    };
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    // Texts and numbers are always written.
    *response.body_mut() = Body::from(serde_json::to_vec(&document).unwrap_or_default());
}
