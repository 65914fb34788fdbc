//! The closed set of rules that a criterion can have, one kind per file.
//!
//! Each rule is a typed struct whose `evaluate` says what came out and why. Promise: a missing
//! year or a zero base is never a silent pass, and nothing to judge leaves the conjunction.

mod above_own_average;
mod below_own_average_growth;
mod judged;
mod limit;
mod no_event;
mod none;
mod share_at_least;
mod survey_at_least;
mod survey_improved;

pub use above_own_average::AboveOwnAverage;
pub use below_own_average_growth::{Average, BelowOwnAverageGrowth};
pub use judged::{GrowthLimit, Judged, Monitored, Shown};
pub use limit::{AtLeast, AtMost};
pub use no_event::{EventLimit, NoEvent};
pub use none::NoneCounted;
pub use share_at_least::ShareAtLeast;
pub use survey_at_least::SurveyAtLeast;
pub(super) use survey_at_least::fraction;
pub use survey_improved::SurveyImproved;

use serde::{Deserialize, Serialize};

use super::indicator::{Entry, Judgement, Kind, Reported, Value};
use super::reason::{CriterionResult, Note, Reason};
use super::survey_input::SurveyInput;
use crate::stats::interval;

/// Below this whole a percentage is shown as "k of m" only, with a warning.
pub const SMALL_COUNT: u32 = 20;

/// Two-sided level of the exact interval beside "k of m".
const LEVEL: f64 = 0.95;

/// What a rule is evaluated on: one county, one year.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Division code of the county.
    pub county: &'a str,
    /// The year under evaluation.
    pub year: i32,
    /// What the county reported.
    pub reported: &'a Reported,
    /// The survey's figures, if there was a survey.
    pub survey: Option<&'a SurveyInput>,
}

/// A rule with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rule {
    /// k of m at or above a limit.
    AtLeast(AtLeast),
    /// k of m at or below a limit.
    AtMost(AtMost),
    /// Growth strictly below the county's own mean growth.
    BelowOwnAverageGrowth(BelowOwnAverageGrowth),
    /// A rate strictly above the county's own mean.
    AboveOwnAverage(AboveOwnAverage),
    /// A share of units, rounded up.
    ShareAtLeast(ShareAtLeast),
    /// No event reaches any of the limits.
    NoEvent(NoEvent),
    /// A count of zero.
    None(NoneCounted),
    /// A named person's judgement.
    Judged(Judged),
    /// A survey share at or above a limit.
    SurveyAtLeast(SurveyAtLeast),
    /// A survey share that rose since the base wave.
    SurveyImproved(SurveyImproved),
}

/// Indicators, with their kinds, that a rule reads.
pub type Needs<'a> = Vec<(&'a str, Kind)>;

impl Rule {
    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        match self {
            Self::AtLeast(rule) => rule.evaluate(inputs),
            Self::AtMost(rule) => rule.evaluate(inputs),
            Self::BelowOwnAverageGrowth(rule) => rule.evaluate(inputs),
            Self::AboveOwnAverage(rule) => rule.evaluate(inputs),
            Self::ShareAtLeast(rule) => rule.evaluate(inputs),
            Self::NoEvent(rule) => rule.evaluate(inputs),
            Self::None(rule) => rule.evaluate(inputs),
            Self::Judged(rule) => rule.evaluate(inputs),
            Self::SurveyAtLeast(rule) => rule.evaluate(inputs),
            Self::SurveyImproved(rule) => rule.evaluate(inputs),
        }
    }

    /// The reported indicators that the rule reads.
    #[must_use]
    pub fn needs(&self) -> Needs<'_> {
        match self {
            Self::AtLeast(rule) => vec![(&rule.indicator, Kind::Rate)],
            Self::AtMost(rule) => vec![(&rule.indicator, Kind::Rate)],
            Self::BelowOwnAverageGrowth(rule) => vec![(&rule.indicator, Kind::Count)],
            Self::AboveOwnAverage(rule) => vec![(&rule.indicator, Kind::Rate)],
            Self::ShareAtLeast(rule) => vec![(&rule.indicator, Kind::Rate)],
            Self::NoEvent(rule) => vec![(&rule.indicator, Kind::List)],
            Self::None(rule) => vec![(&rule.indicator, Kind::Count)],
            Self::Judged(rule) => rule.needs(),
            Self::SurveyAtLeast(_) | Self::SurveyImproved(_) => Vec::new(),
        }
    }

    /// How many years before the one under evaluation the rule looks back at most.
    #[must_use]
    pub fn years_back(&self) -> i32 {
        match self {
            Self::BelowOwnAverageGrowth(rule) => i32::from(rule.years) + 1,
            Self::AboveOwnAverage(rule) => i32::from(rule.years),
            Self::Judged(rule) => i32::from(rule.reads_growth()),
            Self::AtLeast(_)
            | Self::AtMost(_)
            | Self::ShareAtLeast(_)
            | Self::NoEvent(_)
            | Self::None(_)
            | Self::SurveyAtLeast(_)
            | Self::SurveyImproved(_) => 0,
        }
    }

    /// The code of the rule's kind, as the standard's file writes it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AtLeast(_) => "at_least",
            Self::AtMost(_) => "at_most",
            Self::BelowOwnAverageGrowth(_) => "below_own_average_growth",
            Self::AboveOwnAverage(_) => "above_own_average",
            Self::ShareAtLeast(_) => "share_at_least",
            Self::NoEvent(_) => "no_event",
            Self::None(_) => "none",
            Self::Judged(_) => "judged",
            Self::SurveyAtLeast(_) => "survey_at_least",
            Self::SurveyImproved(_) => "survey_improved",
        }
    }
}

impl<'a> Inputs<'a> {
    fn value(&self, id: &str, year: i32) -> Result<&'a Value, Reason> {
        self.reported
            .get(year, id)
            .map(|indicator| &indicator.value)
            .ok_or(Reason::MissingYear { years: vec![year] })
    }

    /// The two counts of a rate, or why there is none.
    pub(in crate::evaluation) fn rate(&self, id: &str, year: i32) -> Result<(u32, u32), Reason> {
        match self.value(id, year)? {
            Value::Rate { k, m } => Ok((*k, *m)),
            other => Err(wrong_kind(Kind::Rate, other)),
        }
    }

    /// A count, or why there is none.
    pub(in crate::evaluation) fn count(&self, id: &str, year: i32) -> Result<u32, Reason> {
        match self.value(id, year)? {
            Value::Count { count } => Ok(*count),
            other => Err(wrong_kind(Kind::Count, other)),
        }
    }

    /// A list of events or units, or why there is none.
    pub(super) fn list(&self, id: &str, year: i32) -> Result<&'a [Entry], Reason> {
        match self.value(id, year)? {
            Value::List { entries } => Ok(entries),
            other => Err(wrong_kind(Kind::List, other)),
        }
    }

    /// A judgement, or why there is none.
    pub(super) fn judgement(&self, id: &str) -> Result<&'a Judgement, Reason> {
        match self.value(id, self.year) {
            Ok(Value::Judgement { judgement }) => Ok(judgement),
            Ok(other) => Err(wrong_kind(Kind::Judgement, other)),
            Err(_) => Err(Reason::NotJudged),
        }
    }

    /// One value per year by `read`, or one reason that names every missing year.
    fn series<T>(
        years: impl Iterator<Item = i32>,
        read: impl Fn(i32) -> Result<T, Reason>,
    ) -> Result<Vec<T>, Reason> {
        let mut values = Vec::new();
        let mut missing = Vec::new();
        for year in years {
            match read(year) {
                Ok(value) => values.push(value),
                Err(Reason::MissingYear { years }) => missing.extend(years),
                Err(other) => return Err(other),
            }
        }
        if missing.is_empty() {
            Ok(values)
        } else {
            Err(Reason::MissingYear { years: missing })
        }
    }
}

fn wrong_kind(needed: Kind, found: &Value) -> Reason {
    Reason::WrongKind {
        needed,
        found: found.kind(),
    }
}

/// The remarks that belong to every "k of m": the exact interval, and a warning when m is small.
fn count_notes(k: u32, m: u32) -> Vec<Note> {
    let mut notes = Vec::new();
    let share = f64::from(k) / f64::from(m);
    if let Some(exact) = interval::clopper_pearson(share, f64::from(m), LEVEL) {
        notes.push(Note::ExactInterval {
            k,
            m,
            lower: exact.low,
            upper: exact.high,
        });
    }
    if m < SMALL_COUNT {
        notes.push(Note::SmallCount { m });
    }
    notes
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::evaluation::indicator::{Indicator, Indicators, Status};

    /// Reported values of one county for the tests of the rules.
    pub(in crate::evaluation) fn reported(values: &[(i32, Value)]) -> Indicators {
        values
            .iter()
            .map(|(year, value)| Indicator {
                county: "140302".into(),
                year: *year,
                id: "x".into(),
                status: Status::Reported,
                value: value.clone(),
            })
            .collect()
    }

    pub(in crate::evaluation) fn rate(k: u32, m: u32) -> Value {
        Value::Rate { k, m }
    }

    pub(in crate::evaluation) fn count(count: u32) -> Value {
        Value::Count { count }
    }

    /// Evaluates `rule` for 2006 without a survey.
    pub(in crate::evaluation) fn in_2006(rule: &Rule, values: &[(i32, Value)]) -> CriterionResult {
        rule.evaluate(&Inputs {
            county: "140302",
            year: 2006,
            reported: reported(values).of("140302"),
            survey: None,
        })
    }
}
