//! What is published of counties and years, and which standard judged which year.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::evaluation::decision::Decision;
use crate::evaluation::standard::Standard;
use crate::evaluation::verdict::Verdict;
use crate::storage::office::evaluation::{self, Applied};
use crate::storage::office::standard::{self, StoredStandard};
use crate::storage::office::{decision, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::AccountName;
use crate::survey::ids::{AccountId, WaveId};
use crate::survey::time::Instant;
use crate::survey::wave::{WaveKind, WaveSlug, WaveState};

/// A version of a standard.
#[derive(Debug, Clone)]
pub struct Yardstick {
    /// What it says.
    pub standard: Arc<Standard>,
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// It was applied in a published evaluation of the year; else it would be.
    pub is_applied: bool,
    /// It was there by the last day of application.
    pub was_there: bool,
}

/// What is published of a county in a year.
pub(super) struct Published {
    pub(super) wave: (WaveId, WaveSlug),
    pub(super) synthetic: bool,
    pub(super) standard: [u8; 32],
    pub(super) verdict: Verdict,
    pub(super) decision: Option<Decision>,
    pub(super) evaluated_at: Instant,
}

/// Everything that is published.
pub(super) struct Shelf {
    /// By county and year; of several waves of one year the latest one counts, but none that is made up before one that is not.
    pub(super) cells: BTreeMap<(String, i32), Published>,
    /// The standard of that wave, by year.
    judged: BTreeMap<i32, [u8; 32]>,
    /// Every standard, the last stored first.
    standards: Vec<(StoredStandard, Arc<Standard>)>,
}

impl Shelf {
    /// `None` before a standard is imported.
    pub(super) async fn load(
        conn: &mut Conn<'_>,
        people: &BTreeMap<AccountId, AccountName>,
    ) -> Result<Option<Self>, StoreError> {
        let standards = standard::list(conn).await?.into_iter();
        let shared = |stored: StoredStandard| {
            let shared = Arc::new(stored.standard.clone());
            (stored, shared)
        };
        let standards: Vec<_> = standards.map(shared).collect();
        if standards.is_empty() {
            return Ok(None);
        }
        let mut shelf = Self {
            cells: BTreeMap::new(),
            judged: BTreeMap::new(),
            standards,
        };
        let mut waves = wave::list(conn).await?;
        waves.sort_by_key(|wave| wave.synthetic);
        for wave in waves {
            if wave.state != WaveState::Published || wave.kind != WaveKind::Probability {
                continue;
            }
            let Some(applied) = evaluation::find_latest(conn, wave.id).await? else {
                continue;
            };
            let decided = decided(conn, &applied, people).await?;
            let whole = &applied.evaluation;
            shelf.judged.entry(whole.year).or_insert(applied.standard);
            for dossier in &whole.counties {
                let key = (dossier.county.clone(), whole.year);
                shelf.cells.entry(key).or_insert_with(|| Published {
                    wave: (wave.id, wave.slug.clone()),
                    synthetic: wave.synthetic || whole.synthetic_indicators,
                    standard: applied.standard,
                    verdict: dossier.verdict.clone(),
                    decision: decided.get(&dossier.county).cloned(),
                    evaluated_at: applied.created_at,
                });
            }
        }
        Ok(Some(shelf))
    }

    /// The standard in force.
    pub(super) fn in_force(&self) -> Option<Yardstick> {
        self.standards.first().map(|found| Yardstick {
            standard: Arc::clone(&found.1),
            digest: found.0.digest,
            is_applied: false,
            was_there: false,
        })
    }

    /// The standard that judged a county in a year, or would: that of the published evaluation of the county, or else of the year; the one
    /// in force on the year's last day of application, if there was one; the one in force now.
    pub(super) fn yardstick(&self, county: Option<&str>, year: i32) -> Option<Yardstick> {
        let own = county.and_then(|county| self.cells.get(&(county.to_owned(), year)));
        let applied = own.map(|found| found.standard);
        let applied = applied.or_else(|| self.judged.get(&year).copied());
        let by_then = |stored: &StoredStandard| {
            let entered = stored.created_at.micros();
            stored.standard.cycle.in_time(year, entered) == Ok(true)
        };
        let then = self.standards.iter().find(|(stored, _)| by_then(stored));
        let chosen = match applied {
            Some(digest) => self.standards.iter().find(|one| one.0.digest == digest)?,
            None => then.or_else(|| self.standards.first())?,
        };
        Some(Yardstick {
            standard: Arc::clone(&chosen.1),
            digest: chosen.0.digest,
            is_applied: applied.is_some(),
            was_there: then.is_some(),
        })
    }

    /// Years of which something is published.
    pub(super) fn years(&self) -> impl Iterator<Item = i32> {
        self.judged.keys().copied()
    }
}

/// Decisions that hold under an evaluation, by county.
async fn decided(
    conn: &mut Conn<'_>,
    applied: &Applied,
    people: &BTreeMap<AccountId, AccountName>,
) -> Result<BTreeMap<String, Decision>, StoreError> {
    let mut found = BTreeMap::new();
    for proposal in decision::list(conn, applied.id).await? {
        let Some(ruling) = proposal.ruling.filter(|ruling| ruling.confirmed) else {
            continue;
        };
        let name = |id| people.get(&id).map(AccountName::as_str);
        let (first, second) = (name(proposal.proposed.by), name(ruling.act.by));
        let dossier = applied.evaluation.county(&proposal.county);
        let (Some(first), Some(second), Some(dossier)) = (first, second, dossier) else {
            return Err(StoreError::Corrupt("decision"));
        };
        let decision = Decision::new(&dossier.verdict, [first, second], &proposal.reasons);
        let decision = decision.map_err(|_| StoreError::Corrupt("decision"))?;
        found.insert(proposal.county, decision);
    }
    Ok(found)
}
