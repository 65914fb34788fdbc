//! The audit log: read, searched, chained, exported.
//!
//! For: the audit page, `minyi check`. Promises: nobody can switch it off; entries are tied into a chain of digests within
//! seconds, so that whoever has seen a link notices when anything before it is changed or gone.

use std::time::Duration;

use super::app::App;
use crate::report::csv::CsvText;
use crate::storage::office::audit::{self, Search};
use crate::storage::{Office, StoreError};
use crate::survey::account::Account;
use crate::survey::audit::{Entry, FIRST};
use crate::survey::ids::AuditId;
use crate::survey::role::Action;
use crate::survey::time::Instant;

pub use crate::storage::office::audit::Link;

/// Entries of a page.
pub const PAGE: u32 = 100;
/// Links of one transaction.
const STEP: u32 = 500;
/// How often new entries are tied in.
const PACE: Duration = Duration::from_secs(5);

/// Why the log is not shown.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The person's role does not read it.
    #[error("reading the audit log is not among this account's rights")]
    Denied,
    /// The office failed.
    #[error("the office failed")]
    Store(#[from] StoreError),
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// A part of who, what, to what, or the detail.
    pub text: String,
    /// Not before this.
    pub from: Option<Instant>,
    /// After this entry in the list, which begins with the latest.
    pub before: Option<(Instant, AuditId)>,
}

/// A page of the log.
#[derive(Debug)]
pub struct Page {
    /// Entries, the latest first, with their places in the chain.
    pub entries: Vec<(Entry, Option<Link>)>,
    /// There are more.
    pub more: bool,
}

/// What the chain says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Entries in it.
    pub entries: u64,
    /// Its last link.
    pub head: [u8; 32],
    /// The first place at which it does not fit.
    pub broken: Option<u64>,
}

/// A page of the log.
pub async fn page(app: &App, person: &Account, asked: &Asked) -> Result<Page, AuditError> {
    allowed(person)?;
    link_all(&app.office).await?;
    let mut entries = find(app, asked, PAGE + 1).await?;
    let more = entries.len() > PAGE as usize;
    entries.truncate(PAGE as usize);
    Ok(Page { entries, more })
}

async fn find(
    app: &App,
    asked: &Asked,
    most: u32,
) -> Result<Vec<(Entry, Option<Link>)>, StoreError> {
    let end = (
        Instant::from_micros(i64::MAX),
        AuditId::new(Instant::from_micros(0), [0; 10]),
    );
    let search = Search {
        text: asked.text.trim().to_lowercase(),
        from: asked.from.unwrap_or(Instant::from_micros(0)),
        before: asked.before.unwrap_or(end),
        most,
    };
    let mut tx = app.office.0.begin_read("search audit").await?;
    audit::search(&mut tx.conn(), &search).await
}

/// Everything that was found, as CSV: what the page shows, with all links.
pub async fn export(app: &App, person: &Account, asked: &Asked) -> Result<String, AuditError> {
    allowed(person)?;
    link_all(&app.office).await?;
    let all = find(app, asked, u32::MAX).await?;
    let mut table = CsvText::new([
        "number", "at", "actor", "action", "subject", "detail", "entry", "account", "digest",
    ]);
    for (entry, link) in all {
        table.push([
            link.map_or(String::new(), |link| link.number.to_string()),
            entry.at.to_string(),
            entry.actor.clone(),
            entry.action.clone(),
            entry.subject.clone(),
            entry.detail.to_string(),
            entry.id.to_string(),
            entry.account.map_or(String::new(), |id| id.to_string()),
            link.map_or(String::new(), |link| hex::encode(link.digest)),
        ]);
    }
    Ok(table.finish())
}

fn allowed(person: &Account) -> Result<(), AuditError> {
    if person.may(Action::ReadAudit) {
        Ok(())
    } else {
        Err(AuditError::Denied)
    }
}

/// Ties all new entries into the chain. Where another node does the same at this moment, it is left to that one.
pub async fn link_all(office: &Office) -> Result<(), StoreError> {
    loop {
        match link_some(office).await {
            Ok(0) | Err(StoreError::Contention(_) | StoreError::Duplicate(_)) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error),
        }
    }
}

async fn link_some(office: &Office) -> Result<usize, StoreError> {
    // Most of the time there is nothing to do, and nobody has to wait for it. Links are numbered without a gap, one for each
    // entry; where entries were taken away, the numbers differ, or the chain shows it.
    let mut tx = office.0.begin_read("look for audit entries").await?;
    let linked = audit::last_link(&mut tx.conn()).await?;
    let entries = audit::count_all(&mut tx.conn()).await?;
    drop(tx);
    let is_done = entries == linked.map_or(0, |link| link.number);
    if is_done {
        return Ok(0);
    }
    let mut tx = office.0.begin_write("chain audit").await?;
    let mut conn = tx.conn();
    let last = audit::last_link(&mut conn).await?;
    let mut last = last.unwrap_or(Link {
        number: 0,
        digest: FIRST,
    });
    let entries = audit::unlinked(&mut conn, STEP).await?;
    for entry in &entries {
        last = Link {
            number: last.number + 1,
            digest: entry.link(&last.digest),
        };
        audit::insert_link(&mut conn, &last, entry.id).await?;
    }
    tx.commit().await?;
    Ok(entries.len())
}

/// Recomputes the whole chain.
pub async fn verify(office: &Office) -> Result<Chain, StoreError> {
    let mut chain = Chain {
        entries: 0,
        head: FIRST,
        broken: None,
    };
    let mut tx = office.0.begin_read("verify audit").await?;
    let mut conn = tx.conn();
    loop {
        let links = audit::linked(&mut conn, chain.entries, STEP).await?;
        if links.is_empty() {
            return Ok(chain);
        }
        for (link, entry) in links {
            let wanted = entry.map(|entry| entry.link(&chain.head));
            let fits = link.number == chain.entries + 1 && wanted == Some(link.digest);
            if !fits && chain.broken.is_none() {
                chain.broken = Some(chain.entries + 1);
            }
            chain.entries = link.number;
            chain.head = link.digest;
        }
    }
}

/// Ties new entries in until the instance stops.
pub fn keep_linking(app: &App) {
    let owned = app.clone();
    app.tasks.spawn(async move {
        let work = async {
            loop {
                tokio::time::sleep(PACE).await;
                if let Err(error) = link_all(&owned.office).await {
                    tracing::warn!(%error, "audit entries are not in the chain yet");
                }
            }
        };
        owned.stop.run_until_cancelled(work).await;
    });
}
