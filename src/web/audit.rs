//! The audit log: who of the staff did what, and when.
//!
//! For: auditors and administrators. Uses: `service::audit`. Promises: it is read and never written here; what a search
//! finds can be saved with its links.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::download::{Kind, download};
use super::error::WebError;
use super::extract::Query;
use super::page::{Page, render};
use super::problem::Problem;
use super::session::Staff;
use crate::service::app::App;
use crate::service::audit::{self, Asked, AuditError, Link};
use crate::survey::audit::Entry;
use crate::survey::time::Instant;

/// First characters of a link that are enough to compare at a glance.
const SHORT: usize = 12;

/// What is looked for, as the address has it.
#[derive(Debug, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    /// A day.
    #[serde(default)]
    from: String,
    /// Time and id of the last entry of the page before: `1700000000000000-0192…`.
    #[serde(default)]
    before: String,
}

struct Line {
    number: String,
    digest: String,
    short: String,
    when: String,
    actor: String,
    action: String,
    subject: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    page: Page,
    q: String,
    from: String,
    problem: Option<String>,
    lines: Vec<Line>,
    /// The address of the next page.
    more: Option<String>,
    export: String,
}

/// `GET /audit`.
pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Query(search): Query<Search>,
) -> Result<Response, WebError> {
    let (asked, problem) = asked(&app, &page, &search);
    let found = audit::page(&app, &person, &asked).await.map_err(refusal)?;
    let page = page.with_person(&person);
    let query = |extra: &str| {
        let pairs = [
            ("q", search.q.as_str()),
            ("from", search.from.as_str()),
            ("before", extra),
        ];
        let given = pairs.iter().filter(|(_, value)| !value.is_empty());
        given.fold(String::new(), |text, (name, value)| {
            text + "&" + name + "=" + &escaped(value)
        })
    };
    let last = found.entries.last().filter(|_| found.more);
    let more = last.map(|(entry, _)| {
        let place = format!("{}-{}", entry.at.micros(), entry.id);
        format!("{}{}", page.link("/audit"), query(&place))
    });
    render(&AuditPage {
        export: format!("{}{}", page.link("/audit/export"), query("")),
        lines: found
            .entries
            .iter()
            .map(|(entry, link)| line(&app, &page, entry, *link))
            .collect(),
        q: search.q,
        from: search.from,
        problem,
        more,
        page,
    })
}

/// `GET /audit/export`: what was found, as CSV.
pub(super) async fn export(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Query(search): Query<Search>,
) -> Result<Response, WebError> {
    let (asked, _) = asked(&app, &page, &search);
    let csv = audit::export(&app, &person, &asked)
        .await
        .map_err(refusal)?;
    download(Kind::Csv, "audit", csv)
}

/// What was asked, and what of it cannot be read.
fn asked(app: &App, page: &Page, search: &Search) -> (Asked, Option<String>) {
    let from = search.from.trim();
    let day = (!from.is_empty()).then(|| app.zone.parse(from));
    let problem = matches!(day, Some(Err(_))).then(|| page.t("audit-bad-day"));
    let before = search
        .before
        .split_once('-')
        .and_then(|(at, id)| Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?)));
    let asked = Asked {
        text: search.q.clone(),
        from: day.and_then(Result::ok),
        before,
    };
    (asked, problem)
}

fn line(app: &App, page: &Page, entry: &Entry, link: Option<Link>) -> Line {
    let digest = link.map_or(String::new(), |link| hex::encode(link.digest));
    let key = format!("audit-action-{}", entry.action.replace('_', "-"));
    Line {
        number: link.map_or(String::new(), |link| page.lang.count(link.number)),
        short: digest.get(..SHORT).unwrap_or_default().to_owned(),
        digest,
        when: page.lang.moment(app.zone.civil(entry.at)),
        actor: entry.actor.clone(),
        action: if page.lang.has(&key) {
            page.t(&key)
        } else {
            entry.action.clone()
        },
        subject: entry.subject.clone(),
        detail: if entry.detail.is_null() {
            String::new()
        } else {
            entry.detail.to_string()
        },
    }
}

fn refusal(error: AuditError) -> WebError {
    match error {
        AuditError::Denied => Problem::Denied.into(),
        AuditError::Store(error) => WebError::internal(error),
    }
}

/// A text as a part of an address.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
