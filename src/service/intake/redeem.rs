//! First step: the office. The code is good; mark it used.

use std::collections::{BTreeMap, BTreeSet};

use crate::storage::office::invitation;
use crate::storage::{Office, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::WaveId;
use crate::survey::invitation::{CodeHash, Invitation, Place, Status};

/// A code to be redeemed.
#[derive(Clone)]
pub(super) struct Redeem {
    pub wave: WaveId,
    pub code_hash: CodeHash,
    /// The county whose page was sent.
    pub county: AreaCode,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Redeemed {
    /// Good, now or already used: it goes on to cast.
    Good(Place),
    /// The code belongs to another county; it stays unused.
    Elsewhere(AreaCode),
    /// It was used for a blind token, and cannot go this way any more.
    ForToken,
    /// No such code.
    Unknown,
    /// It is unknown whether it was marked; sending again settles it.
    Unsettled,
    /// The office failed.
    Failed,
}

/// Redeems a batch: on SQLite in one transaction, on PostgreSQL with one statement for each wave.
pub(super) async fn redeem(office: &Office, batch: &[Redeem]) -> Vec<Redeemed> {
    match commit(office, batch).await {
        Ok(known) => batch
            .iter()
            .map(|request| outcome(request, &known))
            .collect(),
        Err(error) => {
            let failed = if error.is_transient() {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "redeeming was not settled"
                );
                Redeemed::Unsettled
            } else {
                tracing::error!(error = &error as &dyn std::error::Error, "redeeming failed");
                Redeemed::Failed
            };
            vec![failed; batch.len()]
        }
    }
}

type Known = BTreeMap<(WaveId, CodeHash), (Place, Status)>;

fn outcome(request: &Redeem, known: &Known) -> Redeemed {
    match known.get(&(request.wave, request.code_hash)) {
        Some((place, status)) if place.county == request.county => match status {
            Status::Blind => Redeemed::ForToken,
            Status::Issued | Status::Used => Redeemed::Good(place.clone()),
        },
        Some((place, _)) => Redeemed::Elsewhere(place.county.clone()),
        None => Redeemed::Unknown,
    }
}

async fn commit(office: &Office, batch: &[Redeem]) -> Result<Known, StoreError> {
    let mut asked: BTreeMap<WaveId, BTreeSet<(CodeHash, &AreaCode)>> = BTreeMap::new();
    for request in batch {
        asked
            .entry(request.wave)
            .or_default()
            .insert((request.code_hash, &request.county));
    }
    let mut tx = office.0.begin_single("redeem").await?;
    let mut known = Known::new();
    for (wave, codes) in asked {
        let codes: Vec<(CodeHash, &AreaCode)> = codes.into_iter().collect();
        let found = invitation::redeem(&mut tx.conn()?, wave, &codes).await?;
        known.extend(found.into_iter().map(|found| {
            let Invitation {
                code_hash,
                place,
                status,
            } = found;
            ((wave, code_hash), (place, status))
        }));
    }
    tx.commit().await?;
    Ok(known)
}
