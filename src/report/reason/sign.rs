//! Signs and words of findings and verdicts: a sign never stands without its word or color alone.

use crate::evaluation::finding::Finding;
use crate::evaluation::verdict::Outcome;
use crate::i18n::Lang;

/// The sign of a finding: together with its word it needs no color.
#[must_use]
pub fn sign(finding: Finding) -> &'static str {
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
pub fn class(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "met",
        Finding::NotMet => "unmet",
        Finding::NotDecidable | Finding::NotAssessable => "open",
        Finding::NotApplicable => "none",
    }
}

/// Sign and style class of a county's verdict.
#[must_use]
pub fn outcome_mark(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Met => ("✓", "met"),
        Outcome::NotMet => ("✕", "unmet"),
        Outcome::Open => ("~", "open"),
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
