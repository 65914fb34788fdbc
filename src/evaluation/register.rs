//! The register of titles: what became of a county in a year of the cycle, step by step, and whether it has the title.
//!
//! Pure. Promises: the steps are those of the table in `docs/cycle.md`, and no others; a title needs an application that was
//! accepted, with the values as they are and as they were evaluated, and a verdict that is met, or an open one that two people
//! decided.

use serde::{Deserialize, Serialize};

use super::cycle::{Season, Title};
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
    /// The city accepted, and a value got another version since.
    Outdated,
    /// The city did not accept.
    Refused,
    /// The city recommended it to the province.
    Recommended,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 8] = [
        Self::Nothing,
        Self::Checked,
        Self::Late,
        Self::Applied,
        Self::Accepted,
        Self::Outdated,
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
            Self::Outdated => "outdated",
            Self::Refused => "refused",
            Self::Recommended => "recommended",
        }
    }

    /// Where a step leads; `None` where it cannot be taken.
    #[must_use]
    pub const fn after(self, step: Step, in_time: bool) -> Option<Self> {
        Some(match (self, step) {
            (Self::Nothing, Step::SelfCheck) => Self::Checked,
            (Self::Nothing | Self::Checked | Self::Refused, Step::Apply) if in_time => {
                Self::Applied
            }
            (Self::Nothing | Self::Checked, Step::Apply) => Self::Late,
            (Self::Late, Step::Admit) => Self::Applied,
            (Self::Applied | Self::Outdated, Step::Accept) => Self::Accepted,
            (Self::Applied | Self::Late | Self::Outdated, Step::Refuse) => Self::Refused,
            (Self::Accepted, Step::Recommend) => Self::Recommended,
            _ => return None,
        })
    }

    /// Where these steps lead, each with whether it came in time; what cannot be taken is passed over. Steps do not say whether
    /// the values are still those that were accepted, see [`Self::with`]; one that was taken after an acceptance was
    /// taken because they were not.
    #[must_use]
    pub fn of(steps: impl IntoIterator<Item = (Step, bool)>) -> Self {
        steps
            .into_iter()
            .fold(Self::Nothing, |stage, (step, in_time)| {
                let again = matches!(step, Step::Accept | Step::Refuse) && stage.is_accepted();
                let from = if again { Self::Outdated } else { stage };
                from.after(step, in_time).unwrap_or(stage)
            })
    }

    /// The same, where the values are or are not those that were accepted.
    #[must_use]
    pub const fn with(self, same_values: bool) -> Self {
        if self.is_accepted() && !same_values {
            Self::Outdated
        } else {
            self
        }
    }

    /// Whether the city has accepted, and nothing has changed since.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::Recommended)
    }
}

/// Whether a county has the title of a year, and if not, why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The calendar of the year has not begun.
    Upcoming,
    /// It can apply, or apply again, and has not.
    Applying,
    /// It applied, and no verdict is published.
    Pending,
    /// It has the title.
    Named,
    /// It has the title by decision of two people.
    Decided(Decision),
    /// It has none.
    Missed(Lack),
    /// The last day of application was before there was any standard here: nothing is known of it.
    Unrecorded,
    /// The standard of the year does not evaluate it.
    Outside,
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
    /// It was accepted, and values changed since.
    Outdated,
    /// What was accepted are not the values that the published evaluation read.
    Otherwise,
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
            Self::Outdated => "outdated",
            Self::Otherwise => "otherwise",
            Self::Refused => "refused",
        }
    }
}

/// What a county's standing follows from.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Where the steps have led.
    pub stage: Stage,
    /// Where today lies in the calendar of the year.
    pub season: Season,
    /// The published verdict.
    pub verdict: Option<&'a Verdict>,
    /// What was decided on it.
    pub decision: Option<&'a Decision>,
    /// The published evaluation read the values that were accepted.
    pub same_values: bool,
}

impl Standing {
    /// How a county stands.
    #[must_use]
    pub fn of(ground: &Ground<'_>) -> Self {
        let decided = match ground.verdict.map(|verdict| verdict.outcome) {
            Some(Outcome::NotMet) => return Self::Missed(Lack::NotMet),
            None | Some(Outcome::Met) => None,
            Some(Outcome::Open) => match ground.decision {
                None => return Self::Missed(Lack::Open),
                decided => decided,
            },
        };
        match (ground.stage, ground.season) {
            (Stage::Nothing | Stage::Checked | Stage::Refused, Season::Before) => Self::Upcoming,
            (Stage::Nothing | Stage::Checked | Stage::Refused, Season::Open) => Self::Applying,
            (Stage::Nothing | Stage::Checked, Season::Over) => Self::Missed(Lack::NoApplication),
            (Stage::Refused, Season::Over) => Self::Missed(Lack::Refused),
            (Stage::Late, _) => Self::Missed(Lack::Late),
            _ if ground.verdict.is_none() => Self::Pending,
            (Stage::Applied, _) => Self::Missed(Lack::NotAccepted),
            (Stage::Outdated, _) => Self::Missed(Lack::Outdated),
            (Stage::Accepted | Stage::Recommended, _) if !ground.same_values => {
                Self::Missed(Lack::Otherwise)
            }
            (Stage::Accepted | Stage::Recommended, _) => match decided {
                None => Self::Named,
                Some(decision) => Self::Decided(decision.clone()),
            },
        }
    }

    /// The title that goes with it.
    #[must_use]
    pub fn title(&self) -> Title {
        match self {
            Self::Named => Title::Named,
            Self::Decided(decision) => Title::Decided(decision.clone()),
            Self::Upcoming
            | Self::Applying
            | Self::Pending
            | Self::Missed(_)
            | Self::Unrecorded
            | Self::Outside => Title::NotNamed,
        }
    }
}

#[cfg(test)]
mod tests;
