//! HTTP to use case and back: no SQL, no rules.
//!
//! For: browsers. Uses: `service`, the types of the rooms below, `i18n` and the embedded templates and
//! assets. Promises: every page works without script; nothing is loaded from another host; a refusal is a
//! page in the visitor's language with a way on; a resident gets no cookie, and the log of requests holds
//! neither code nor address.

mod account;
mod asset;
pub mod error;
pub mod extract;
mod home;
mod layer;
mod log;
mod organize;
pub mod page;
pub mod problem;
mod respond;
mod results;
mod routes;
pub mod session;

pub use self::routes::{ROUTES, Route};

use std::io;

use axum::{Extension, Router};
use tokio::net::TcpListener;

use crate::service::app::App;

/// All pages behind all layers.
pub fn router(app: App) -> Router {
    let routes = routes::table(&app.public_url).layer(Extension(respond::Pages::default()));
    layer::around(routes.with_state(app))
}

/// Serves until the instance is told to stop, then lets requests under way finish.
pub async fn serve(app: App, listener: TcpListener) -> io::Result<()> {
    let stop = app.stop.clone();
    axum::serve(listener, router(app))
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
}
