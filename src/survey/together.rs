//! Approval of a county over several waves together, for the recommendation that looks back over years.
//!
//! Pure. Promises: only waves that asked the same words and counted the same answers are put together; the threshold and the
//! rule are those of the latest plan; the pooled figure never replaces a year's own.

use super::plan::ApprovalRule;
use super::questionnaire::{Item, Questionnaire};
use super::result::{CountyResult, WaveResult};
use crate::stats::threshold::{Figure, FigureInterval, Finding, Gates, Judgement, NotAssessable};

/// Two-sided level of the printed interval.
const INTERVAL_LEVEL: f64 = 0.95;

/// Several waves of a county together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Together {
    /// The unweighted mean of the years' figures.
    pub figure: Figure,
    /// Its 95 % interval.
    pub interval: FigureInterval,
    /// What it says about the threshold of the latest plan.
    pub judgement: Judgement,
}

/// The county's approval over these waves together, the latest one last.
///
/// # Errors
/// What stands in the way: another wording, a wave without answers, without a probability sample or without calibration, too few
/// answers even together.
pub fn approval(waves: &[&WaveResult], county: &str) -> Result<Together, NotAssessable> {
    let latest = waves.last().ok_or(NotAssessable::TooFewAnswers)?;
    let asked = (&latest.plan.approval, &latest.questionnaire);
    let mut figures = Vec::new();
    let mut gates = Gates::passed();
    for wave in waves {
        if !is_same_question((&wave.plan.approval, &wave.questionnaire), asked) {
            return Err(NotAssessable::WordingChanged);
        }
        let found = wave.county(county).ok_or(NotAssessable::TooFewAnswers)?;
        let own = gates_of(found);
        gates.probability_sample &= own.probability_sample;
        gates.calibrated &= own.calibrated;
        figures.extend(
            found
                .approval
                .estimate
                .as_ref()
                .map(|estimate| estimate.figure),
        );
    }
    if !gates.calibrated {
        return Err(NotAssessable::CalibrationFailed);
    }
    if figures.len() < waves.len() {
        return Err(NotAssessable::TooFewAnswers);
    }
    let figure = Figure::mean_of_waves(&figures).ok_or(NotAssessable::TooFewAnswers)?;
    let verdict = &latest.plan.verdict;
    let judgement = figure.judge(verdict.threshold, verdict.rule, &gates);
    match judgement.finding {
        Finding::NotAssessable(why) => Err(why),
        Finding::Met | Finding::NotMet | Finding::NotDecidable => Ok(Together {
            figure,
            interval: figure.interval(INTERVAL_LEVEL),
            judgement,
        }),
    }
}

/// What a figure of the county needs besides its numbers.
#[must_use]
pub fn gates_of(county: &CountyResult) -> Gates {
    let free_of = |obstacle| !county.approval.obstacles.contains(&obstacle);
    Gates {
        probability_sample: free_of(NotAssessable::NotAProbabilitySample),
        calibrated: county.weighting_failure.is_none() && free_of(NotAssessable::CalibrationFailed),
    }
}

/// The same words, the same options, the same answers counted, the same denominator.
#[must_use]
pub fn is_same_question(
    now: (&ApprovalRule, &Questionnaire),
    then: (&ApprovalRule, &Questionnaire),
) -> bool {
    let wording = |(rule, asked): (&ApprovalRule, &Questionnaire)| {
        asked.item(&rule.item).map(Item::wording_digest)
    };
    now.0 == then.0 && wording(now) == wording(then)
}
