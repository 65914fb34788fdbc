//! What witnesses say of a deposit: which size the log of answers had just before it, and that its entry was there just after it.
//!
//! The server alone could say of a list that it came earlier than it did. So, where there are witnesses, both heads are cosigned anew around
//! the deposit, and kept beside it; [`verify`](crate::service::verify) compares sizes, roots and the witnesses' times. A witness that does
//! not answer holds nobody up: then the deposit is not witnessed, and its page says so at once.

use super::{App, Deposit, SeedError, Witnessed, find, seed_deposit};
use crate::service::logs;
use crate::service::process;
use crate::service::witnesses::{self, Fresh};
use crate::survey::wave::{Wave, WaveSlug};

/// The head of the answers' log, cosigned at this moment; nothing where nobody cosigns it.
pub(super) async fn before(app: &App, slug: &WaveSlug) -> Result<Option<Fresh>, SeedError> {
    let wave = {
        let mut tx = app.office.0.begin_read("wave of a deposit").await?;
        find(&mut tx.conn(), slug).await?
    };
    let log = logs::standing(app, wave.id).await?;
    Ok(fresh(app, &wave, &log.number.to_string()).await)
}

async fn fresh(app: &App, wave: &Wave, log: &str) -> Option<Fresh> {
    let asked = witnesses::fresh(app, wave, log).await;
    asked.unwrap_or_else(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(wave = %wave.slug, log, error, "no witness could be asked");
        None
    })
}

/// Has the head of the process log cosigned, now that the deposit is in it, and keeps both heads; whether there are both.
pub(super) async fn after(
    app: &App,
    wave: &Wave,
    deposit: &Deposit,
    before: Fresh,
) -> Result<bool, SeedError> {
    let Some(process) = fresh(app, wave, process::NAME).await else {
        return Ok(false);
    };
    let both = Witnessed {
        answers: before.note,
        process: process.note,
    };
    let mut tx = app.office.0.begin_write("witnesses of a deposit").await?;
    seed_deposit::insert_witnessed(&mut tx.conn(), wave.id, &deposit.digest, &both).await?;
    tx.commit().await?;
    Ok(true)
}
