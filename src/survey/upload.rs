//! A file that somebody has sent to be looked at before it is taken over.
//!
//! Pure.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, UploadId};
use super::time::Instant;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadKind {
    /// The area tree.
    Areas,
    /// A sampling frame.
    Frame,
    /// Population margins.
    Margins,
    /// Results of earlier surveys, as others reported them.
    Results,
}

impl UploadKind {
    /// All kinds, in the order in which they are needed.
    pub const ALL: [Self; 4] = [Self::Areas, Self::Frame, Self::Margins, Self::Results];

    /// The word that stores and addresses use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Areas => "areas",
            Self::Frame => "frame",
            Self::Margins => "margins",
            Self::Results => "results",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it gets a name and a source of its own; there is one tree of areas.
    #[must_use]
    pub const fn is_named(self) -> bool {
        !matches!(self, Self::Areas)
    }
}

/// A file and what its sender says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Id.
    pub id: UploadId,
    /// What it holds.
    pub kind: UploadKind,
    /// Name by which waves will refer to it.
    pub name: String,
    /// Where the data come from, in words.
    pub source: String,
    /// Made up, or standing in for other data.
    pub synthetic: bool,
    /// What the sender's file is called.
    pub file_name: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// Who sent it.
    pub uploaded_by: AccountId,
    /// When.
    pub uploaded_at: Instant,
}
