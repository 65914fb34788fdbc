//! What happens to every request before and after its handler.
//!
//! For: [`super::router`]. Uses: tower-http. Promises: the order below; each line says why it stands there.

use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Extensions, HeaderMap, Response as HttpResponse, StatusCode, Version};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use rand::TryRng as _;
use rand::rngs::SysRng;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::timeout::TimeoutLayer;

use super::api;
use super::error::WebError;
use super::page::{self, RequestId, Visit};
use super::respond::Pages;

/// No form of a resident or of staff comes near this; files are uploaded on routes with a limit of their own.
const LARGEST_BODY: usize = 64 * 1024;
/// A slow phone may take long to send; a handler may not take long to answer.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// Nothing from elsewhere, nothing inline, no frames. A page with a policy of its own keeps it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The same for a page with a frame, which shows a page of this site.
pub(super) const FRAMING: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Caching of an answer that is sent as it is: packed, its length would tell of its content.
pub(super) const AS_IT_IS: &str = "no-store, no-transform";

/// Whether an answer may be packed.
fn packable() -> impl Predicate {
    let as_it_is = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        headers.get(CACHE_CONTROL) != Some(&HeaderValue::from_static(AS_IT_IS))
    };
    DefaultPredicate::new().and(as_it_is)
}

/// The routes with all layers, the first of which is the first to see a request. They are one service around each route: given one
/// by one, each would be a box, and a route clones all boxes inside its own for every request.
pub(super) fn around(routes: Router, pages: Pages) -> Router {
    let layers = (
        // Compression sees the final body.
        CompressionLayer::new().gzip(true).compress_when(packable()),
        // Whatever was refused below gets its page, and headers as all pages do.
        middleware::from_fn(edge),
        // A mistake of ours in one request is no reason to drop the connection.
        CatchPanicLayer::custom(after_panic),
        // A request that hangs frees its place.
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST_REQUEST),
        // Innermost: the limit that the form extractors obey.
        DefaultBodyLimit::max(LARGEST_BODY),
        Extension(pages),
    );
    routes.layer(layers)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn after_panic(payload: Box<dyn std::any::Any + Send>) -> HttpResponse<axum::body::Body> {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    WebError::internal(text.unwrap_or("panic").to_owned()).into_response()
}

/// The edge: a request is numbered and logged by its route, so that no code, query or address is ever written; a refusal is explained
/// to programs as a document and to people as a page.
async fn edge(mut request: Request, next: Next) -> Response {
    let mut bits = [0_u8; 8];
    // Without random bits all requests share the number zero, which hurts nobody but the reader of logs.
    let _ = SysRng.try_fill_bytes(&mut bits);
    let id = hex::encode(bits);
    let visit = Visit::of(&request, id.clone());
    request.extensions_mut().insert(RequestId(id.clone()));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let begun = Instant::now();
    let response = next.run(request).await;
    let mut response = if api::is_asked(&visit) {
        api::explain(response, visit)
    } else {
        page::explain(response, visit)
    };
    protect(&mut response);
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let milliseconds = begun.elapsed().as_millis();
    tracing::info!(id, %method, route, status = response.status().as_u16(), milliseconds, "request");
    response
}

/// Security headers, and no caching unless the handler allowed it.
fn protect(response: &mut Response) {
    let headers = response.headers_mut();
    let defaults = [
        (CONTENT_SECURITY_POLICY, POLICY),
        // Not `no-referrer`: with it a form would be sent with `Origin: null`.
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept-language"),
    ];
    for (name, value) in defaults {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
