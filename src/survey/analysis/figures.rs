//! Figures of a county: estimates with their intervals, verdicts, sensitivity lines, change.

use super::WaveInputs;
use super::cells;
use super::people::People;
use super::weigh::{APPROVAL, DECIDED, Keep, SAFETY, Weighed};
use crate::stats::plan::results::{EstimateRow, Group};
use crate::stats::plan::{AnalysisResult, Results};
use crate::stats::threshold::{
    BOUND_LEVEL, Ceiling, Change, Figure, Finding, Gates, NotAssessable, Rule,
};
use crate::survey::area::AreaCode;
use crate::survey::plan::ApprovalRule;
use crate::survey::result::{
    ChangeResult, CountyResult, Estimate, Judged, Sensitivity, SensitivityLine, WaveResult,
};
use crate::survey::together::is_same_question;

/// Level of the printed interval.
const INTERVAL_LEVEL: f64 = 0.95;

/// The row of an analysis, of the group with this key if it has groups.
pub(super) fn row<'r>(
    results: &'r Results,
    id: &str,
    group: Option<&str>,
) -> Option<&'r EstimateRow> {
    match results.analyses.get(id) {
        Some(Ok(AnalysisResult::Rows(found))) => found
            .rows
            .iter()
            .find(|row| row.group.as_ref().map(Group::key).as_deref() == group),
        _ => None,
    }
}

/// The figure of a row; nothing if nobody answered.
pub(super) fn figure(inputs: &WaveInputs<'_>, row: &EstimateRow) -> Option<Figure> {
    let figure = Figure {
        p: row.estimate.clamp(0.0, 1.0),
        variance: row.var,
        n: whole(row.n),
        kish_n_eff: row.n_eff_kish?,
        df: row.ci.first().map_or(f64::NAN, |ci| ci.df),
        planned_deff: inputs.plan.verdict.planned_deff,
    };
    let usable = [figure.p, figure.variance, figure.kish_n_eff, figure.df]
        .iter()
        .all(|x| x.is_finite());
    (usable && figure.n > 0).then_some(figure)
}

/// A count that the engine gives as a real number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows"
)]
fn whole(n: f64) -> u64 {
    n.max(0.0).round() as u64
}

/// The printed form of a figure.
pub(super) fn estimate(
    inputs: &WaveInputs<'_>,
    row: &EstimateRow,
    rule: &ApprovalRule,
    no_answer: Option<u64>,
) -> Option<Estimate> {
    let figure = figure(inputs, row)?;
    Some(Estimate {
        item: rule.item.clone(),
        approves: rule.approves.clone(),
        standard_error: figure.variance.max(0.0).sqrt(),
        design_effect: row.deff_wr.filter(|deff| deff.is_finite()),
        n_eff: figure.n_eff(),
        interval: figure.interval(INTERVAL_LEVEL),
        bounds: figure.interval(BOUND_LEVEL),
        no_answer,
        figure,
    })
}

/// The headline with its verdict by the plan's rule.
pub(super) fn judged(inputs: &WaveInputs<'_>, run: &Weighed, id: &str) -> Judged {
    let verdict = inputs.plan.verdict;
    let Some(estimate) = run.estimate(id) else {
        let obstacle = if run.outcome.is_ok() {
            NotAssessable::TooFewAnswers
        } else {
            NotAssessable::CalibrationFailed
        };
        return Judged {
            estimate: None,
            finding: Finding::NotAssessable(obstacle),
            obstacles: vec![obstacle],
            judgement: None,
            tipping: Vec::new(),
        };
    };
    let figure = &estimate.figure;
    let judgement = figure.judge(verdict.threshold, verdict.rule, &Gates::passed());
    let tipping = [Rule::LowerBound, Rule::Point]
        .into_iter()
        .flat_map(|rule| figure.tipping(verdict.threshold, rule))
        .collect();
    Judged {
        finding: judgement.finding,
        obstacles: figure.obstacles(&Gates::passed()),
        judgement: Some(judgement),
        tipping,
        estimate: Some(estimate.clone()),
    }
}

/// The headline without "can't say", and without flagged responses, if enough responses kept a quality
/// bit. Each has a verdict of its own, and none changes the governing one. The answers that a line
/// leaves out are a cell like any other: where they are too few, or the cells that they were merged
/// with would be known less them, the line keeps its verdict alone.
pub(super) fn sensitivity(
    inputs: &WaveInputs<'_>,
    county: &AreaCode,
    people: &People<'_>,
    run: &Weighed,
    governing: &Judged,
) -> Vec<SensitivityLine> {
    let smallest = u64::from(inputs.plan.disclosure.cell);
    let mut lines = vec![(Sensitivity::WithoutUndecided, judged(inputs, run, DECIDED))];
    if people.marks_kept >= smallest {
        let unflagged = Weighed::run(inputs, county, people, Keep::Unflagged);
        let judged = judged(inputs, &unflagged, APPROVAL);
        lines.push((Sensitivity::WithoutFlagged, judged));
    }
    if people.excluded > 0 {
        let everybody = inputs.without_exclusions();
        let people = People::of(&everybody, county);
        let run = Weighed::run(&everybody, county, &people, Keep::Everybody);
        lines.push((
            Sensitivity::WithExcluded,
            judged(&everybody, &run, APPROVAL),
        ));
    }
    let answers = |judged: &Judged| judged.estimate.as_ref().map_or(0, |e| e.figure.n);
    let is_merged = cells::is_undecided_merged(inputs, run);
    let line = |(kind, judged): (Sensitivity, Judged)| {
        let rest = answers(&judged);
        let left_out = answers(governing).abs_diff(rest);
        let is_small = |n: u64| n > 0 && n < smallest;
        let merged = kind == Sensitivity::WithoutUndecided && left_out > 0 && is_merged;
        // Two figures and two numbers of answers tell those of the difference: one variance unit, two places.
        let is_place = kind == Sensitivity::WithExcluded;
        let withheld = is_place || merged || is_small(left_out) || left_out > 0 && is_small(rest);
        SensitivityLine {
            kind,
            differs: judged.finding != governing.finding,
            judged: if withheld {
                verdict_alone(&judged)
            } else {
                judged
            },
            withheld,
        }
    };
    lines.into_iter().map(line).collect()
}

fn verdict_alone(judged: &Judged) -> Judged {
    Judged {
        estimate: None,
        finding: judged.finding,
        obstacles: Vec::new(),
        judgement: None,
        tipping: Vec::new(),
    }
}

/// Change of the sense of security since the base wave; samples are drawn afresh, so the
/// covariance is 0.
pub(super) fn change(
    inputs: &WaveInputs<'_>,
    run: &Weighed,
    base: Option<(&WaveResult, Option<&CountyResult>)>,
) -> ChangeResult {
    let refused = |reason, base| ChangeResult {
        base,
        change: None,
        interval: None,
        judgement: None,
        finding: Finding::NotAssessable(reason),
    };
    let Some((base_wave, Some(base_county))) = base else {
        return refused(NotAssessable::NoBaseWave, None);
    };
    let base_figure = base_county.safety.as_ref().map(|safety| safety.figure);
    let Some(now) = run.estimate(SAFETY) else {
        let reason = if run.outcome.is_ok() {
            NotAssessable::TooFewAnswers
        } else {
            NotAssessable::CalibrationFailed
        };
        return refused(reason, base_figure);
    };
    let same = is_same_question(
        (&inputs.plan.safety, inputs.questionnaire),
        (&base_wave.plan.safety, &base_wave.questionnaire),
    );
    let gates = Gates::passed();
    let base = base_figure.as_ref().map(|figure| (figure, &gates));
    match Change::between((&now.figure, &gates), base, same) {
        Err(reason) => refused(reason, base_figure),
        Ok(change) => {
            let rule = inputs.plan.change;
            let ceiling = rule.ceiling.map(|level| Ceiling {
                level,
                lower: now.bounds.low,
            });
            let judgement = change.judge(rule.delta, ceiling);
            ChangeResult {
                base: base_figure,
                change: Some(change),
                interval: Some(change.interval(INTERVAL_LEVEL)),
                finding: judgement.finding,
                judgement: Some(judgement),
            }
        }
    }
}
