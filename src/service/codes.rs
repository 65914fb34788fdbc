//! Codes that somebody hands back: read from a file or typed, and held against what a wave has issued.
//!
//! For: printing and outcomes. Promises: whether a code was used plays no part, so nobody learns it here.

use std::collections::{BTreeMap, BTreeSet};

use super::again::Contended;
use super::app::App;
use super::import::sheet::{CellProblem, Row, RowProblem};
use super::keys::WaveKeys;
use super::waves::{WaveError, find};
use crate::storage::office::{invitation, replaced_code, wave_key};
use crate::storage::{Conn, StoreError};
use crate::survey::invitation::{Code, CodeHash};
use crate::survey::wave::{Refusal, Wave, WaveSlug, WaveState};

/// So many codes are looked up one by one; for more, all are read.
const FEW: usize = 100;

/// Why nothing was done with codes.
#[derive(Debug, thiserror::Error)]
pub enum CodesError {
    /// The wave does not take it.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The file is refused.
    #[error("the file has {} problems", .0.len())]
    Rows(Vec<RowProblem>),
}

impl From<StoreError> for CodesError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

impl Contended for CodesError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Wave(error) if error.is_contended())
    }
}

/// The code of a row.
pub(super) fn code(row: &Row<'_>) -> Result<Code, RowProblem> {
    let text = row.filled("code")?;
    Code::parse(&text).map_err(|_| row.problem("code", CellProblem::BadCode))
}

/// What a wave has issued, and which of it was handed back so far.
pub(super) struct Issued {
    /// The wave.
    pub(super) wave: Wave,
    keys: WaveKeys,
    hashes: BTreeSet<[u8; 32]>,
    /// Codes that bring no second answer, and those that they stand for.
    empty: BTreeMap<[u8; 32], CodeHash>,
    /// Codes of cards that were made anew: unknown to everybody, also where they had been used.
    replaced: BTreeSet<[u8; 32]>,
    seen: BTreeSet<[u8; 32]>,
}

impl Issued {
    /// The codes of a wave from its draw to its close.
    pub(super) async fn load(
        app: &App,
        conn: &mut Conn<'_>,
        slug: &WaveSlug,
    ) -> Result<Self, WaveError> {
        let mut issued = Self::begin(app, conn, slug).await?;
        issued.hashes = invitation::hashes(conn, issued.wave.id).await?;
        Ok(issued)
    }

    /// The same as far as these codes need it: a few are looked up one by one.
    pub(super) async fn load_for(
        app: &App,
        conn: &mut Conn<'_>,
        slug: &WaveSlug,
        codes: impl ExactSizeIterator<Item = &Code>,
    ) -> Result<Self, WaveError> {
        if codes.len() > FEW {
            return Self::load(app, conn, slug).await;
        }
        let mut issued = Self::begin(app, conn, slug).await?;
        for code in codes {
            let hash = issued.stands_for(code);
            if invitation::find(conn, issued.wave.id, &hash)
                .await?
                .is_some()
            {
                issued.hashes.insert(*hash.as_bytes());
            }
        }
        Ok(issued)
    }

    /// All but the codes.
    async fn begin(app: &App, conn: &mut Conn<'_>, slug: &WaveSlug) -> Result<Self, WaveError> {
        let wave = find(conn, slug).await?;
        if !matches!(wave.state, WaveState::Drawn | WaveState::Open) {
            return Err(Refusal::State {
                kind: wave.kind,
                found: wave.state,
                needed: WaveState::Drawn,
            }
            .into());
        }
        let wrapped = wave_key::find(conn, wave.id).await?;
        let wrapped = wrapped.ok_or(StoreError::Missing("wave keys"))?;
        Ok(Self {
            keys: app.keys.wave(wave.id, &wrapped)?,
            hashes: BTreeSet::new(),
            empty: replaced_code::list_empty(conn, wave.id).await?,
            replaced: replaced_code::list(conn, wave.id).await?,
            seen: BTreeSet::new(),
            wave,
        })
    }

    /// What is stored of a code.
    pub(super) fn hash(&self, code: &Code) -> CodeHash {
        code.hash(&self.keys.pepper, self.wave.id)
    }

    /// What is stored of all codes that were given out and hold.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u8; 32]> {
        let holding = self.hashes.difference(&self.replaced);
        holding.chain(self.empty.keys())
    }

    /// The hash of the invitation: what is said of a card that replaced another holds for the invitation of both.
    fn stands_for(&self, code: &Code) -> CodeHash {
        let given = self.hash(code);
        self.empty.get(given.as_bytes()).copied().unwrap_or(given)
    }

    /// The hash of a code of this wave that was not handed back before.
    pub(super) fn take(&mut self, code: &Code) -> Result<CodeHash, CellProblem> {
        let (given, hash) = (self.hash(code), self.stands_for(code));
        if self.replaced.contains(given.as_bytes()) || !self.hashes.contains(hash.as_bytes()) {
            Err(CellProblem::OtherCode)
        } else if !self.seen.insert(*hash.as_bytes()) {
            Err(CellProblem::CodeTwice)
        } else {
            Ok(hash)
        }
    }
}
