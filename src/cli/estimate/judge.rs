//! What the refusals of a run mean for the command.

use crate::cli::Failure;
use crate::cli::table_file::LISTED;
use crate::i18n::Lang;
use crate::report::refusal;
use crate::stats::error::{PlanError, StatsError};
use crate::stats::plan::results::StepResult;
use crate::stats::plan::spec::Step;
use crate::stats::plan::{Plan, Results};

/// Decides what the refusals of a run mean. Bad input (data, design, weighting) ends the command;
/// the refusal of one analysis is only reported. What the plan expects to be refused is neither.
pub(crate) fn judge(
    plan: &Plan,
    results: &Results,
    lang: Lang,
    place: &dyn Fn(usize) -> String,
) -> Result<Vec<String>, Failure> {
    let mut fatal: Vec<String> = Vec::new();
    let mut reported = Vec::new();
    let said =
        |id: &str, error: &StatsError| format!("{id}: {}", refusal::sentence(lang, error, place));
    for (weighting, (id, outcome)) in plan.weightings.iter().zip(results.weightings.iter()) {
        match outcome {
            Err(error) if !weighting.expect_error => fatal.push(said(id, error)),
            Err(_) => {}
            Ok(result) => {
                for (step, done) in weighting.steps.iter().zip(&result.steps) {
                    if done.converged == Some(false) {
                        let (stops, sentence) = not_converged(plan, id, step, done, lang);
                        let list = if stops { &mut fatal } else { &mut reported };
                        list.push(sentence);
                    }
                }
            }
        }
    }
    for (analysis, (id, outcome)) in plan.analyses.iter().zip(results.analyses.iter()) {
        let Err(error) = outcome else { continue };
        if analysis.expect_error || weighting_was_refused(error) {
            continue;
        }
        let sentence = said(id, error);
        if is_bad_input(error) {
            // One slip in the data stops every analysis of its design: say it once.
            let because = refusal::sentence(lang, error, place);
            if !fatal.iter().any(|said| said.ends_with(&because)) {
                fatal.push(sentence);
            }
        } else {
            reported.push(sentence);
        }
    }
    let questions = results.planning.iter().chain(results.small_area.iter());
    for (id, outcome) in questions {
        if let Err(error) = outcome {
            reported.push(said(id, error));
        }
    }
    if fatal.is_empty() {
        Ok(reported)
    } else {
        fatal.truncate(LISTED);
        Err(Failure::Input(fatal))
    }
}

/// Said once, at the pipeline itself.
fn weighting_was_refused(error: &StatsError) -> bool {
    error.code() == "weighting_refused"
}

/// Whether an error is in what the person gave, rather than in what the estimate found.
fn is_bad_input(error: &StatsError) -> bool {
    match error {
        StatsError::Data(_) | StatsError::Weighting(_) => true,
        StatsError::Plan(error) => !matches!(
            error,
            PlanError::NotBuilt { .. } | PlanError::BadInputs { .. }
        ),
        StatsError::Design(_) => error.code() != "lonely_psu",
        StatsError::Estimate(_) => false,
    }
}

/// Raking that ran out of cycles. A plan in the reference vocabulary (`survey-reference/1`) keeps the
/// weights of the last cycle, as R does, and is warned; any other plan is refused.
/// Margins of different sums can never be met, so they are refused in both.
fn not_converged(
    plan: &Plan,
    id: &str,
    step: &Step,
    done: &StepResult,
    lang: Lang,
) -> (bool, String) {
    let Step::Rake { margins, maxit, .. } = step else {
        return (true, id.to_owned());
    };
    let sums: Vec<f64> = margins
        .iter()
        .map(|margin| margin.cells.iter().map(|cell| cell.total).sum())
        .collect();
    let largest = sums.iter().copied().fold(f64::MIN, f64::max);
    let smallest = sums.iter().copied().fold(f64::MAX, f64::min);
    let contradict = (largest - smallest).abs() > 1e-6 * largest.abs();
    let listed = margins
        .iter()
        .zip(&sums)
        .map(|(margin, sum)| format!("{} {sum}", margin.variables.join(" × ")))
        .collect::<Vec<_>>()
        .join("; ");
    let (cell, total, sum) = done
        .misfit
        .as_ref()
        .map_or_else(Default::default, |misfit| {
            let levels = misfit.columns.iter().zip(&misfit.labels);
            let cell: Vec<String> = levels
                .map(|(column, label)| format!("{column} = {label}"))
                .collect();
            let figure = |value: f64| lang.number(value, 1);
            (cell.join(", "), figure(misfit.total), figure(misfit.sum))
        });
    let arguments = [
        ("id", id.into()),
        ("cycles", maxit.to_string().into()),
        ("sums", listed.into()),
        ("cell", cell.into()),
        ("total", total.into()),
        ("sum", sum.into()),
    ];
    let as_in_r = plan.schema.as_deref() == Some("survey-reference/1");
    let key = match (contradict, as_in_r) {
        (true, _) => "estimate-margins-contradict",
        (false, true) => "estimate-rake-kept",
        (false, false) => "estimate-rake-not-converged",
    };
    (contradict || !as_in_r, lang.t_with(key, &arguments))
}
