//! HTTP to use case and back: no SQL, no rules.
//!
//! For: browsers. Uses: `service`, the types of the rooms below, `i18n` and the embedded templates and
//! assets. Promises: every page works without script; nothing is loaded from another host; a refusal is a
//! page in the visitor's language with a way on; a resident gets no cookie, and the log of requests holds
//! neither code nor address.

mod asset;
pub mod error;
pub mod extract;
mod layer;
pub mod page;
pub mod problem;
#[cfg(test)]
mod respond;
mod routes;

use std::future::Future;
use std::io;

use axum::Router;
use tokio::net::TcpListener;

/// All pages behind all layers.
pub fn router() -> Router {
    layer::around(routes::table())
}

/// Serves until `stop` is ready, then lets requests under way finish.
pub async fn serve(
    router: Router,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await
}
