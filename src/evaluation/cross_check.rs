//! What residents say happened to them, beside what was recorded: information, never a criterion.
//!
//! Residents who were hit, times those who reported it, bounds from below what should have been reported. Fewer recorded cases
//! beside unchanged answers can mean fewer crimes or fewer records; the numbers cannot tell which, and change no verdict.

use serde::{Deserialize, Serialize};

use super::dossier::Dossier;
use super::reason::Reason;
use super::rule::Rule;
use super::standard::Standard;

/// A pair of questions and the recorded cases beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossCheck {
    /// The question what happened; several answers are possible.
    pub item: String,
    /// Its answer "nothing".
    pub none: String,
    /// The question whether the latest was reported.
    pub follow_up: String,
    /// Its answer "yes".
    pub yes: String,
    /// The count of recorded cases, which a criterion on its growth reads.
    pub indicator: String,
}

impl CrossCheck {
    /// Recorded cases of the year and of the one before, as the criterion on their growth read them; `None` where they were not reported.
    #[must_use]
    pub fn recorded(&self, standard: &Standard, dossier: &Dossier) -> Option<(u32, u32)> {
        let criterion = self.criterion(standard)?;
        match dossier.criterion(criterion)?.reason {
            Reason::Growth { now, before, .. } => Some((now, before)),
            _ => None,
        }
    }

    /// The criterion on the growth of the recorded cases.
    pub(super) fn criterion<'a>(&self, standard: &'a Standard) -> Option<&'a str> {
        let reads = |rule: &Rule| match rule {
            Rule::BelowOwnAverageGrowth(rule) => rule.indicator == self.indicator,
            _ => false,
        };
        let mut all = standard.criteria.iter();
        let found = all.find(|one| reads(&one.rule))?;
        Some(found.id.as_str())
    }
}
