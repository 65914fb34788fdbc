//! The register of titles: what became of a county in a year of the cycle, step by step, and whether it has the title.
//!
//! Pure. Promises: the steps are those of the table in `docs/cycle.md`, and no others; a title needs an application that was
//! accepted and a verdict that is met, or an open one that two people decided.

use serde::{Deserialize, Serialize};

use super::cycle::Title;
use super::decision::Decision;
use super::verdict::{Outcome, Verdict};

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The county checked itself, criterion by criterion.
    SelfCheck,
    /// The county applied.
    Apply,
    /// A second person takes a late application, with a reason.
    Admit,
    /// The city accepts: every value is verified by somebody who did not enter it.
    Accept,
    /// The city does not accept, with a reason.
    Refuse,
    /// The city recommends the county to the province.
    Recommend,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 6] = [
        Self::SelfCheck,
        Self::Apply,
        Self::Admit,
        Self::Accept,
        Self::Refuse,
        Self::Recommend,
    ];

    /// The word that stores and forms use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SelfCheck => "self_check",
            Self::Apply => "apply",
            Self::Admit => "admit",
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Recommend => "recommend",
        }
    }

    /// The step of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    /// Whether it is the county's own, or else the city's.
    #[must_use]
    pub const fn is_countys(self) -> bool {
        matches!(self, Self::SelfCheck | Self::Apply)
    }

    /// Whether it needs a written reason.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Admit | Self::Refuse)
    }
}

/// Where a county stands in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Nothing has been done.
    Nothing,
    /// It checked itself.
    Checked,
    /// It applied after the last day.
    Late,
    /// It applied in time, or its late application was taken.
    Applied,
    /// The city accepted.
    Accepted,
    /// The city did not accept.
    Refused,
    /// The city recommended it to the province.
    Recommended,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 7] = [
        Self::Nothing,
        Self::Checked,
        Self::Late,
        Self::Applied,
        Self::Accepted,
        Self::Refused,
        Self::Recommended,
    ];

    /// The word that sentences use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Checked => "checked",
            Self::Late => "late",
            Self::Applied => "applied",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Recommended => "recommended",
        }
    }

    /// Where a step leads; `None` where it cannot be taken.
    #[must_use]
    pub const fn after(self, step: Step, in_time: bool) -> Option<Self> {
        Some(match (self, step) {
            (Self::Nothing, Step::SelfCheck) => Self::Checked,
            (Self::Nothing | Self::Checked, Step::Apply) if in_time => Self::Applied,
            (Self::Nothing | Self::Checked, Step::Apply) => Self::Late,
            (Self::Late, Step::Admit) => Self::Applied,
            (Self::Applied, Step::Accept) => Self::Accepted,
            (Self::Applied | Self::Late, Step::Refuse) => Self::Refused,
            (Self::Accepted, Step::Recommend) => Self::Recommended,
            _ => return None,
        })
    }

    /// Where these steps lead, each with whether it came in time; what cannot be taken is passed over.
    #[must_use]
    pub fn of(steps: impl IntoIterator<Item = (Step, bool)>) -> Self {
        steps
            .into_iter()
            .fold(Self::Nothing, |stage, (step, in_time)| {
                stage.after(step, in_time).unwrap_or(stage)
            })
    }

    /// Whether the city has accepted.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::Recommended)
    }
}

/// Whether a county has the title of a year, and if not, why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// No verdict is published yet.
    Pending,
    /// It has the title.
    Named,
    /// It has the title by decision of two people.
    Decided(Decision),
    /// It has none.
    Missed(Lack),
}

/// What is lacking for the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lack {
    /// A criterion is not met.
    NotMet,
    /// The verdict is open, and nobody has decided.
    Open,
    /// It did not apply.
    NoApplication,
    /// It applied too late.
    Late,
    /// Its application waits to be accepted.
    NotAccepted,
    /// Its application was not accepted.
    Refused,
}

impl Lack {
    /// The word that sentences use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotMet => "not-met",
            Self::Open => "open",
            Self::NoApplication => "no-application",
            Self::Late => "late",
            Self::NotAccepted => "not-accepted",
            Self::Refused => "refused",
        }
    }
}

impl Standing {
    /// How a county stands with this published verdict and what was decided on it.
    #[must_use]
    pub fn of(stage: Stage, verdict: Option<&Verdict>, decision: Option<&Decision>) -> Self {
        let decided = match verdict.map(|verdict| verdict.outcome) {
            None => return Self::Pending,
            Some(Outcome::NotMet) => return Self::Missed(Lack::NotMet),
            Some(Outcome::Met) => None,
            Some(Outcome::Open) => match decision {
                None => return Self::Missed(Lack::Open),
                decided => decided,
            },
        };
        match (stage, decided) {
            (Stage::Accepted | Stage::Recommended, None) => Self::Named,
            (Stage::Accepted | Stage::Recommended, Some(decision)) => {
                Self::Decided(decision.clone())
            }
            (Stage::Nothing | Stage::Checked, _) => Self::Missed(Lack::NoApplication),
            (Stage::Late, _) => Self::Missed(Lack::Late),
            (Stage::Applied, _) => Self::Missed(Lack::NotAccepted),
            (Stage::Refused, _) => Self::Missed(Lack::Refused),
        }
    }

    /// The title that goes with it.
    #[must_use]
    pub fn title(&self) -> Title {
        match self {
            Self::Named => Title::Named,
            Self::Decided(decision) => Title::Decided(decision.clone()),
            Self::Pending | Self::Missed(_) => Title::NotNamed,
        }
    }
}

#[cfg(test)]
mod tests;
