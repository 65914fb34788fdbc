//! Signs and words of findings, verdicts and titles: a sign never stands without its word or color alone.
//!
//! The one table of signs: ✓ met, ✕ not met, ~ not decided, ? not assessable, – nothing is judged, · nothing is known yet.

use crate::evaluation::finding::Finding;
use crate::evaluation::register::{Lack, Standing};
use crate::evaluation::verdict::Outcome;
use crate::i18n::Lang;

/// The sign of a finding: together with its word it needs no color.
#[must_use]
pub const fn sign(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "✓",
        Finding::NotMet => "✕",
        Finding::NotDecidable => "~",
        Finding::NotAssessable => "?",
        Finding::NotApplicable => "–",
    }
}

/// The style class of a finding.
#[must_use]
pub const fn class(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "met",
        Finding::NotMet => "unmet",
        Finding::NotDecidable | Finding::NotAssessable => "open",
        Finding::NotApplicable => "none",
    }
}

/// Sign and style class of a county's verdict.
#[must_use]
pub const fn outcome_mark(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Met => ("✓", "met"),
        Outcome::NotMet => ("✕", "unmet"),
        Outcome::Open => ("~", "open"),
    }
}

/// Sign and style class of how a county stands in the register of titles.
#[must_use]
pub const fn standing_mark(standing: &Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Named | Standing::Decided(_) => outcome_mark(Outcome::Met),
        Standing::Missed(Lack::NotMet) => outcome_mark(Outcome::NotMet),
        Standing::Missed(Lack::Open) => outcome_mark(Outcome::Open),
        Standing::Missed(_) | Standing::Outside => {
            (sign(Finding::NotApplicable), class(Finding::NotApplicable))
        }
        Standing::Upcoming | Standing::Applying | Standing::Pending | Standing::Unrecorded => {
            ("·", "none")
        }
    }
}

/// The word for a finding.
#[must_use]
pub fn finding_word(lang: Lang, finding: Finding) -> String {
    lang.t(&format!("evaluate-finding-{}", finding.code()))
}

/// The word for a verdict.
#[must_use]
pub fn outcome_word(lang: Lang, outcome: Outcome) -> String {
    lang.t(&format!("evaluate-outcome-{}", outcome.code()))
}
