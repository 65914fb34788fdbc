//! HTTP to use case and back: no SQL, no rules.
//!
//! For: browsers. Uses: `service`, the types of the rooms below, `i18n` and the embedded templates and
//! assets. Promises: every page works without script; nothing is loaded from another host; a refusal is a
//! page in the visitor's language with a way on; a resident gets no cookie, and the log of requests holds
//! neither code nor address.

mod account;
mod accounts;
mod admin;
mod api;
mod asset;
mod audit;
mod ceremony;
mod check;
mod data;
mod download;
pub mod error;
pub mod extract;
mod home;
mod indicators;
mod kept;
mod layer;
mod log;
mod multipart;
mod new_password;
mod organize;
mod own;
pub mod page;
mod passkey;
pub mod problem;
mod provider;
mod questionnaires;
mod respond;
mod results;
mod routes;
pub mod server;
pub mod session;
mod standards;
mod titles;
mod tokens;
mod welcome;
mod witness;

pub use self::respond::fuzz;
pub use self::routes::{NEEDS_URN, ROUTES, Route, URN_ROUTES};

use std::io;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::server::{Counts, Front, Limits};
use crate::service::app::App;
use crate::service::witness::Witness;

/// All pages behind all layers.
pub fn router(app: App) -> Router {
    let routes = routes::table(app.part, &app.public_url);
    layer::around(routes.with_state(app), respond::Pages::default())
}

/// Serves until the instance is told to stop, then lets requests under way finish.
pub async fn serve(app: App, listener: TcpListener) -> io::Result<()> {
    serve_behind(app, listener, Front::default()).await;
    Ok(())
}

/// The same with a front of the operator's choice.
pub async fn serve_behind(app: App, listener: TcpListener, front: Front) {
    let stop = app.stop.clone();
    server::run(router(app), listener, front, stop).await;
}

/// Serves a witness until told to stop.
pub async fn serve_witness(witness: Arc<Witness>, listener: TcpListener, stop: CancellationToken) {
    server::run(witness::witness(witness), listener, Front::default(), stop).await;
}

/// Connections of the operator's own address at a time.
const ADMIN_CONNECTIONS: usize = 64;

/// Serves what only the operator may see, until the instance is told to stop.
pub async fn serve_admin(app: App, listener: TcpListener, counts: Arc<Counts>) {
    let front = Front {
        limits: Limits {
            connections: ADMIN_CONNECTIONS,
            ..Limits::default()
        },
        ..Front::default()
    };
    let stop = app.stop.clone();
    server::run(admin::router(app, counts), listener, front, stop).await;
}
