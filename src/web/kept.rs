//! Answers that are the same for everybody, and who may keep them.
//!
//! For: public pages of results and their files, the interface for programs. Promises: the same bytes have the same strong
//! `ETag`, packed ones another than plain ones; who has them already gets 304; what a published result says may be kept for a minute, so a
//! correction shows within one; a page on which something is announced is asked for again before each use, so a
//! result appears for everybody at once; a page for somebody who has signed in is kept by nobody.

use std::convert::Infallible;
use std::io::Write as _;

use axum::body::HttpBody as _;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderName,
    HeaderValue, IF_NONE_MATCH, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::error::WebError;
use crate::survey::account::Account;

/// Smaller answers are not worth packing.
const WORTH_PACKING: usize = 1024;
/// Largest page or file that is tagged; a larger one is sent as it is.
const LARGEST: u64 = 64 * 1024 * 1024;
/// May be kept, and is asked for again before it is used.
pub(super) const ASKED_EACH_TIME: &str = "public, no-cache";
/// May be kept and used for a minute.
const A_MINUTE: &str = "public, max-age=60";
/// The language follows from the address or the browser; whoever has signed in gets another page.
const VARIES: &str = "accept-language, accept-encoding, cookie";

/// How long a public answer may be used without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// A minute.
    Minute,
    /// Not at all.
    AskedEachTime,
}

/// Marks a page for this person, or for everybody.
pub(super) fn kept(page: Response, person: Option<&Account>, how: Kept) -> Response {
    let mut page = page;
    if person.is_some() {
        let own = HeaderValue::from_static("private, no-store");
        page.headers_mut().insert(CACHE_CONTROL, own);
    } else {
        page.extensions_mut().insert(how);
    }
    page
}

/// The edge of public pages: tags what a handler has marked.
pub(super) async fn tag_marked(request: Request, next: Next) -> Response {
    let asked = Asked::of(request.headers());
    let has_body = request.method() != Method::HEAD;
    let mut response = next.run(request).await;
    let Some(how) = response.extensions_mut().remove::<Kept>() else {
        return response;
    };
    let caching = match how {
        Kept::Minute => A_MINUTE,
        Kept::AskedEachTime => ASKED_EACH_TIME,
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(VARY, HeaderValue::from_static(VARIES));
    if response.status() != StatusCode::OK || !has_body {
        return response;
    }
    let size = response.body().size_hint().exact();
    if size.is_some_and(|size| size > LARGEST) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let most = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    let done = match to_bytes(body, most).await {
        Ok(bytes) => tagged(&asked, parts.headers, bytes.into()),
        Err(error) => Err(WebError::internal(error)),
    };
    done.unwrap_or_else(axum::response::IntoResponse::into_response)
}

/// What the caller takes and has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    takes_gzip: bool,
    known: Vec<String>,
}

impl Asked {
    pub(super) fn of(headers: &HeaderMap) -> Self {
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

/// An answer of these bytes with their tag, or that the caller has them.
pub(super) fn tagged(
    asked: &Asked,
    mut headers: HeaderMap,
    mut bytes: Vec<u8>,
) -> Result<Response, WebError> {
    let digest = hex::encode(Sha256::digest(&bytes));
    let is_packed = asked.takes_gzip && bytes.len() >= WORTH_PACKING;
    let tag = if is_packed {
        format!("\"{digest}-gzip\"")
    } else {
        format!("\"{digest}\"")
    };
    headers.insert(
        ETAG,
        HeaderValue::from_str(&tag).map_err(WebError::internal)?,
    );
    headers.remove(CONTENT_LENGTH);
    if asked.knows(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    if is_packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        bytes = packed(&bytes).map_err(WebError::internal)?;
    }
    let mut response = Body::from(bytes).into_response();
    // Values of one name stay together: what a handler has set is sent as it is.
    *response.headers_mut() = headers;
    Ok(response)
}

fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
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
        let answer = tagged(asked, HeaderMap::new(), document.as_bytes().to_vec()).unwrap();
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
