//! Results of earlier surveys, as others reported them.
//!
//! They stand beside our own figures and are never used for one: nobody here has seen the answers behind them. Pure.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::area::AreaCode;

/// Which of the two figures that waves follow over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Approval of public safety and order.
    Approval,
    /// Sense of security.
    Safety,
}

impl Measure {
    /// Both, in the order of the pages.
    pub const ALL: [Self; 2] = [Self::Approval, Self::Safety];

    /// The word that stores use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Safety => "safety",
        }
    }

    /// The measure of a word, in either language.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "approval" | "满意度" => Some(Self::Approval),
            "safety" | "安全感" => Some(Self::Safety),
            _ => None,
        }
    }
}

/// Whether those who could not say were counted among those who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Undecided {
    /// In the denominator.
    In,
    /// Left out.
    Out,
    /// The report does not say.
    Unknown,
}

impl Undecided {
    /// The word that stores use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Unknown => "unknown",
        }
    }

    /// The value of a word, in either language.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "in" | "计入" => Some(Self::In),
            "out" | "不计入" => Some(Self::Out),
            "unknown" | "不详" => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// One reported figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reported {
    /// The county.
    pub county: AreaCode,
    /// Which figure.
    pub measure: Measure,
    /// What the survey was called.
    pub wave: String,
    /// Its last day, `2024-11-30`.
    pub ended: String,
    /// Share, 0 to 1.
    pub estimate: f64,
    /// Its standard error, as a share.
    pub error: Option<f64>,
    /// Number of answers.
    pub answers: Option<u32>,
    /// Effective number of answers.
    pub effective: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<f64>,
    /// The question as it was asked; empty if the report does not say.
    pub wording: String,
    /// Answers that were counted; empty if the report does not say.
    pub counted: String,
    /// Those who could not say.
    pub undecided: Undecided,
}

impl Reported {
    /// What makes it one figure within a file.
    #[must_use]
    pub fn key(&self) -> (&AreaCode, Measure, &str) {
        (&self.county, self.measure, &self.wave)
    }
}

/// The rows of a file, in canonical order.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedRows(Vec<Reported>);

impl ReportedRows {
    /// Sorted rows, or the place of the first row that is about the same figure as one above it.
    pub fn new(mut rows: Vec<Reported>) -> Result<Self, usize> {
        let mut seen = std::collections::BTreeSet::new();
        for (place, row) in rows.iter().enumerate() {
            if !seen.insert(row.key()) {
                return Err(place);
            }
        }
        rows.sort_by(|a, b| a.key().cmp(&b.key()));
        Ok(Self(rows))
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Reported] {
        &self.0
    }

    /// SHA-256 of the rows in canonical order.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for row in &self.0 {
            // Every field is plain: `Debug` writes floats with all their digits and quotes texts.
            hash.update(format!("{row:?}\n").as_bytes());
        }
        hash.finalize().into()
    }

    /// Rows by what they do to the figures of earlier files: new, other numbers, as they were.
    #[must_use]
    pub fn changes(&self, before: &[Reported]) -> [usize; 3] {
        let mut counts = [0; 3];
        for row in &self.0 {
            let mut old = before.iter().rev().filter(|old| old.key() == row.key());
            let place = match old.next() {
                None => 0,
                Some(old) if old != row => 1,
                Some(_) => 2,
            };
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        }
        counts
    }
}
