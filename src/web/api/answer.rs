//! How the interface answers: JSON with a strong validator, or a problem document.
//!
//! Promises: the same bytes have the same `ETag`, packed ones another than plain ones; who has them already gets 304; a
//! cache may keep an answer and asks before it uses it; every page of the world may read it.

use std::convert::Infallible;
use std::io::Write as _;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH,
    VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::web::error::{ErrorInfo, WebError};
use crate::web::page::{Page, RequestId, refusal};
use crate::web::problem::Problem;

/// Where the addresses of the interface begin.
const BASE: &str = "/api/";
/// Smaller answers are not worth packing.
const WORTH_PACKING: usize = 1024;
/// May be kept, and is asked for again before it is used.
const CACHING: &str = "public, no-cache";

/// What the caller takes and has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Asked {
    takes_gzip: bool,
    known: Vec<String>,
}

impl Asked {
    fn of(headers: &HeaderMap) -> Self {
        Self {
            takes_gzip: listed(headers, &ACCEPT_ENCODING).any(takes_gzip),
            known: listed(headers, &IF_NONE_MATCH)
                // Weak comparison (RFC 9110, 13.1.2).
                .map(|tag| tag.strip_prefix("W/").unwrap_or(tag).to_owned())
                .collect(),
        }
    }

    fn knows(&self, tag: &str) -> bool {
        self.known.iter().any(|known| known == "*" || known == tag)
    }
}

/// The elements of a header that is a list.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

/// Whether an element of `Accept-Encoding` is gzip and not refused.
fn takes_gzip(element: &str) -> bool {
    let mut parts = element.split(';').map(str::trim);
    let is_gzip = parts.next().is_some_and(|name| {
        name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip")
    });
    let weight = parts.find_map(|part| part.strip_prefix("q="));
    is_gzip && weight.is_none_or(|q| q.parse::<f32>().is_ok_and(|q| q > 0.0))
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// A document for whoever asked.
pub(super) fn json<T: Serialize>(asked: &Asked, document: &T) -> Result<Response, WebError> {
    let mut bytes = serde_json::to_vec(document).map_err(WebError::internal)?;
    let digest = hex::encode(Sha256::digest(&bytes));
    let is_packed = asked.takes_gzip && bytes.len() >= WORTH_PACKING;
    let tag = if is_packed {
        format!("\"{digest}-gzip\"")
    } else {
        format!("\"{digest}\"")
    };
    let mut headers = HeaderMap::new();
    headers.insert(
        ETAG,
        HeaderValue::from_str(&tag).map_err(WebError::internal)?,
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHING));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if asked.knows(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if is_packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        bytes = packed(&bytes).map_err(WebError::internal)?;
    }
    Ok((headers, bytes).into_response())
}

fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
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

/// The edge of the interface: a refusal becomes a problem document, and scripts of other sites may read the answer.
pub(in crate::web) async fn explain(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(BASE) {
        return next.run(request).await;
    }
    let id = request.extensions().get::<RequestId>();
    let id = id.map(|id| id.0.clone()).unwrap_or_default();
    let page = Page::new(request.uri(), request.headers(), id);
    let mut response = next.run(request).await;
    if let Some(info) = refusal(&mut response) {
        fill(&mut response, &page, &info);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(HeaderName, &'static str)]) -> Asked {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        Asked::of(&pairs.collect())
    }

    fn tag(asked: &Asked, document: &str) -> (u16, String) {
        let answer = json(asked, &document).unwrap();
        let tag = answer.headers()[ETAG].to_str().unwrap().to_owned();
        (answer.status().as_u16(), tag)
    }

    #[test]
    fn the_same_bytes_have_the_same_tag_and_packed_ones_another() {
        let long = "x".repeat(WORTH_PACKING);
        let plain = asked(&[]);
        let packs = asked(&[(ACCEPT_ENCODING, "br, gzip;q=0.5")]);
        assert_eq!(tag(&plain, &long), tag(&plain, &long));
        assert_ne!(tag(&plain, &long), tag(&packs, &long));
        assert_ne!(tag(&plain, "a"), tag(&plain, "b"));
        assert_eq!(tag(&plain, "a"), tag(&packs, "a"), "too short to pack");
        let refuses = asked(&[(ACCEPT_ENCODING, "gzip;q=0, identity")]);
        assert_eq!(tag(&refuses, &long), tag(&plain, &long));
    }

    #[test]
    fn who_has_the_bytes_gets_none_again() {
        let (status, known) = tag(&asked(&[]), "a");
        assert_eq!(status, 200);
        for header in [
            known.clone(),
            format!("\"x\", {known}"),
            format!("W/{known}"),
            "*".to_owned(),
        ] {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, header.parse().unwrap())]);
            assert_eq!(tag(&Asked::of(&headers), "a"), (304, known.clone()));
            assert_eq!(
                tag(&Asked::of(&headers), "b").0,
                if header == "*" { 304 } else { 200 }
            );
        }
    }
}
