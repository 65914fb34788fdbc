//! Why a criterion came out as it did: a code and the data of one sentence.
//!
//! No sentence is made here. `i18n` turns a [`Reason`] into one sentence per language; each
//! variant's code is the message key `evaluate-reason-<code>`.

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::finding::Finding;
use super::indicator::Kind;
use crate::stats::threshold::{NotAssessable as Unfit, Rule as SurveyRule};

/// The reason of a criterion result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// A rate against an inclusive limit.
    Rate {
        /// The part.
        k: u32,
        /// The whole.
        m: u32,
        /// The limit in per cent.
        percent: Amount,
        /// Which side of the limit is wanted.
        side: Side,
        /// Whether the limit is kept.
        holds: bool,
    },
    /// A share of units against the whole number of units that is needed.
    Share {
        /// Units that meet.
        k: u32,
        /// All units.
        m: u32,
        /// Units needed: the limit, rounded up.
        needed: u32,
        /// The limit in per cent.
        percent: Amount,
    },
    /// Growth against the county's own mean growth of earlier years.
    Growth {
        /// Cases in the year.
        now: u32,
        /// Cases in the year before.
        before: u32,
        /// Growth of the year, as a fraction (0.1 is 10 %).
        growth: f64,
        /// Mean of the earlier yearly growths.
        mean: f64,
        /// How many earlier growths.
        years: u32,
        /// Whether the growth is strictly below the mean.
        below: bool,
    },
    /// A rate against the county's own unweighted mean of earlier years.
    OwnAverage {
        /// The part.
        k: u32,
        /// The whole.
        m: u32,
        /// Unweighted mean of the earlier yearly rates, as a fraction.
        mean: f64,
        /// How many earlier years.
        years: u32,
        /// Whether the rate is strictly above the mean.
        above: bool,
    },
    /// Reported events, none of which reaches a limit.
    NoEvent {
        /// How many events were reported.
        events: u32,
    },
    /// An event that reaches a limit.
    Event {
        /// The event's label in the report.
        label: String,
        /// The measure that reaches its limit.
        measure: String,
        /// Its value.
        value: Amount,
        /// The limit, inclusive.
        limit: Amount,
        /// How many of the reported events reach a limit.
        events: u32,
    },
    /// An event lacks a measure that could have reached its limit.
    EventIncomplete {
        /// The event's label.
        label: String,
        /// The missing measure.
        measure: String,
    },
    /// A count that must be zero.
    Counted {
        /// The count.
        count: u32,
    },
    /// The standard does not yet say what is counted.
    Undefined,
    /// A named person's judgement.
    Judged {
        /// Who judged.
        assessor: String,
        /// Why, in that person's words.
        reason: String,
        /// On which evidence.
        evidence: String,
        /// Met or not.
        met: bool,
    },
    /// A monitored growth breaks the limit that the standard sets beside the judgement.
    GrowthOverLimit {
        /// Growth of the year, as a fraction.
        growth: f64,
        /// The limit in per cent.
        percent: Amount,
    },
    /// Nobody has judged.
    NotJudged,
    /// A judgement without assessor, reason or evidence.
    JudgementIncomplete {
        /// What is missing.
        missing: JudgementPart,
    },
    /// A survey share against its limit.
    Survey {
        /// The estimate, as a fraction.
        estimate: f64,
        /// Lower one-sided 95 % bound.
        lower: f64,
        /// Upper one-sided 95 % bound.
        upper: f64,
        /// Answers it rests on.
        n: u64,
        /// The limit in per cent.
        percent: Amount,
        /// Which rule decides.
        rule: SurveyRule,
        /// What came out.
        outcome: Finding,
    },
    /// A change between two waves against its limit.
    SurveyChange {
        /// The difference, as a fraction.
        difference: f64,
        /// Lower one-sided 95 % bound.
        lower: f64,
        /// Upper one-sided 95 % bound.
        upper: f64,
        /// The change that must be exceeded, as a fraction.
        delta: f64,
        /// What came out.
        outcome: Finding,
    },
    /// A level that is shown to reach the ceiling counts as met without a change.
    SurveyCeiling {
        /// The level's lower one-sided 95 % bound, as a fraction.
        lower: f64,
        /// The ceiling in per cent.
        percent: Amount,
    },
    /// The survey does not allow an answer.
    SurveyUnfit {
        /// Why.
        why: Unfit,
    },
    /// No survey result was handed in, or the county or item is not in it.
    NoSurvey {
        /// The item.
        item: String,
    },
    /// `m = 0`: nothing to judge.
    NothingToJudge,
    /// A year was not reported.
    MissingYear {
        /// The missing years, ascending.
        years: Vec<i32>,
    },
    /// A base year is zero, so that no rate or growth exists.
    ZeroBase {
        /// The year.
        year: i32,
    },
    /// The reported value is of another kind.
    WrongKind {
        /// What the rule needs.
        needed: Kind,
        /// What was reported.
        found: Kind,
    },
    /// The counts are too large for an exact comparison.
    TooLarge,
}

/// Which side of an inclusive limit is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// At least the limit.
    AtLeast,
    /// At most the limit.
    AtMost,
}

/// A part that a judgement must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JudgementPart {
    /// Who judged.
    Assessor,
    /// The written reason.
    Reason,
    /// The evidence.
    Evidence,
}

/// A remark beside a result: never changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Note {
    /// Exact 95 % interval of the rate behind "k of m".
    ExactInterval {
        /// The part.
        k: u32,
        /// The whole.
        m: u32,
        /// Lower end.
        lower: f64,
        /// Upper end.
        upper: f64,
    },
    /// So few cases that a percentage says little.
    SmallCount {
        /// The whole.
        m: u32,
    },
    /// A rule that a stable county passes about half of the time.
    Ratchet,
    /// Mean of yearly growths and compound growth decide differently.
    DefinitionsDiffer {
        /// Mean of the yearly growths.
        mean: f64,
        /// Compound yearly growth.
        compound: f64,
    },
    /// Compound yearly growth, where both definitions agree.
    Compound {
        /// Compound yearly growth.
        compound: f64,
    },
    /// The pooled rate of the earlier years beside the unweighted mean.
    Pooled {
        /// Sum of parts over sum of wholes.
        pooled: f64,
        /// Whether the year is above the pooled rate, too.
        above: bool,
    },
    /// What the other survey rule says.
    OtherRule {
        /// The other rule.
        rule: SurveyRule,
        /// What it says.
        finding: Finding,
    },
    /// A figure to be seen beside a judgement.
    MonitoredRate {
        /// Indicator id.
        indicator: String,
        /// The part.
        k: u32,
        /// The whole.
        m: u32,
    },
    /// A count to be seen beside a judgement.
    MonitoredCount {
        /// Indicator id.
        indicator: String,
        /// The count.
        count: u32,
    },
    /// A growth to be seen beside a judgement.
    MonitoredGrowth {
        /// Indicator id.
        indicator: String,
        /// Count of the year before.
        before: u32,
        /// Count of the year.
        now: u32,
        /// Growth as a fraction; `None` when the base is zero.
        growth: Option<f64>,
    },
    /// A monitored figure that nobody reported.
    MonitoredMissing {
        /// Indicator id.
        indicator: String,
    },
}

/// The result of one criterion in one county and year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CriterionResult {
    /// What came out.
    pub finding: Finding,
    /// Why.
    pub reason: Reason,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

impl CriterionResult {
    /// A result without remarks.
    #[must_use]
    pub fn new(finding: Finding, reason: Reason) -> Self {
        Self {
            finding,
            reason,
            notes: Vec::new(),
        }
    }

    /// Not assessable for `reason`.
    #[must_use]
    pub fn not_assessable(reason: Reason) -> Self {
        Self::new(Finding::NotAssessable, reason)
    }

    /// The same with one remark more.
    #[must_use]
    pub fn with(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }
}
