//! What frames, margins and reported results have in common: each is an import with a name, a source and a digest.

use crate::storage::StoreError;
use crate::storage::value::fixed;
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// What is known of one import beside its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported<Id> {
    /// Id.
    pub id: Id,
    /// Name that waves refer to.
    pub name: String,
    /// Where the data come from, in words.
    pub source: String,
    /// Digest of the rows.
    pub digest: [u8; 32],
    /// Made up, or standing in for data that were not at hand.
    pub synthetic: bool,
    /// When.
    pub imported_at: Instant,
    /// By whom.
    pub imported_by: Option<AccountId>,
}

/// As it is stored: the columns in the order in which every such table is read.
pub(super) type Row<Id> = (
    Id,
    String,
    String,
    Vec<u8>,
    bool,
    Instant,
    Option<AccountId>,
);

pub(super) fn read<Id>(row: Row<Id>) -> Result<Imported<Id>, StoreError> {
    let (id, name, source, digest, synthetic, imported_at, imported_by) = row;
    Ok(Imported {
        id,
        name,
        source,
        digest: fixed(&digest, "digest of an import")?,
        synthetic,
        imported_at,
        imported_by,
    })
}
