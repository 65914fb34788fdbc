//! The result of a wave as one document to print, in the visitor's language.
//!
//! For: `/results/{wave}/report`, of each version. Uses: the views of the pages of results, the wave's record. Promises: who may not
//! read the result gets the page of one that does not exist; every table has its head on every sheet.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::versions::{self, VersionsView};
use super::{COUNTS, Found, RATES, find};
use crate::ledger::tree::Hash;
use crate::ledger::whole::Whole;
use crate::report::result::PrintedView;
use crate::service::app::App;
use crate::service::log_files::{self, Happened, Told};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::kept::{Kept, kept};
use crate::web::page::{Page, render};
use crate::web::session::MaybeStaff;

/// The wave's record as the document closes with it.
struct Record {
    /// Name, digest, number of entries of each log.
    heads: Vec<(String, String, String)>,
    /// Moment, event, digest.
    events: Vec<(String, String, String)>,
    /// The key that signs the heads.
    verifier: String,
}

#[derive(Template)]
#[template(path = "results/printed.html")]
struct PrintedPage {
    page: Page,
    printed: PrintedView,
    /// What was corrected.
    versions: VersionsView,
    unpublished: bool,
    back: String,
    counts: [&'static str; 5],
    rates: [&'static str; 3],
    record: Option<Record>,
}

/// `GET /results/{wave}/report`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    MaybeStaff(person): MaybeStaff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let found = find(&app, person.as_ref(), &slug).await?;
    let page = page.with_maybe(person.as_ref());
    let versions = versions::of(&app, &page, &found).await?;
    let found = found.with_behind(&app, None).await?;
    let shown = document(&app, page, &found, versions).await?;
    Ok(kept(shown, person.as_ref(), Kept::Minute))
}

/// `GET /results/{wave}/versions/{number}/report`: the same of a version before a correction.
pub(in crate::web) async fn version(
    State(app): State<App>,
    page: Page,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let (found, versions) = versions::asked(&app, &page, &slug, &number).await?;
    let found = found.with_behind(&app, None).await?;
    let shown = document(&app, page, &found, versions).await?;
    Ok(kept(shown, None, Kept::Minute))
}

async fn document(
    app: &App,
    page: Page,
    found: &Found,
    versions: VersionsView,
) -> Result<Response, WebError> {
    let told = log_files::record(app, found.wave.slug.as_str()).await;
    let told = told.map_err(WebError::internal)?;
    render(&PrintedPage {
        versions,
        printed: found.source(app, &page).printed(),
        unpublished: found.wave.published_at.is_none(),
        back: page.link(&found.path()),
        counts: COUNTS,
        rates: RATES,
        record: told.map(|told| record(app, &page, told)),
        page,
    })
}

fn record(app: &App, page: &Page, told: Told) -> Record {
    let head = |key: &str, root: &Hash, entries: u64| {
        (page.t(key), hex::encode(root), page.lang.count(entries))
    };
    let entries = &told.process.entries;
    let mut heads: Vec<_> = told
        .log
        .iter()
        .map(|(_, log)| head("check-root", &log.root, log.size))
        .collect();
    heads.push(head(
        "check-process-root",
        &told.process.root,
        entries.len() as u64,
    ));
    let event = |(entry, hash): (&Happened, &Hash)| {
        (
            page.lang.moment(app.zone.civil(entry.at)),
            page.t(&format!("check-event-{}", entry.event.replace('_', "-"))),
            hex::encode(hash),
        )
    };
    let tree = Whole::of(entries.iter().map(|entry| entry.json.as_bytes()));
    Record {
        heads,
        events: entries.iter().zip(tree.leaves()).map(event).collect(),
        verifier: told.verifier,
    }
}
