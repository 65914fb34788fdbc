//! What each step of a weighting did.

use super::source::Source;
use super::{Story, columns, whole};
use crate::i18n::Lang;
use crate::stats::plan::results::{StepResult, WeightingResult};
use crate::stats::plan::spec::{CalibrationModel, ClassMethod, Step, Strictness, Weighting};

/// One pipeline.
pub(super) fn explain(story: &mut Story, pipeline: &Weighting, result: Option<&WeightingResult>) {
    let arguments = [
        ("id", pipeline.id.as_str().into()),
        ("design", pipeline.design.as_str().into()),
    ];
    story.section("explain-weighting", &arguments);
    let Some(result) = result else {
        story.step("explain-refused", &[], &[]);
        return;
    };
    for (step, done) in pipeline.steps.iter().zip(&result.steps) {
        one(story, step, done);
        let weights = &done.summary;
        let lang = story.lang;
        let arguments = [
            ("n", whole(lang, weights.n).into()),
            ("sum", whole(lang, weights.sum).into()),
            ("min", lang.number(weights.min, 3).into()),
            ("max", lang.number(weights.max, 3).into()),
            ("cv", lang.number(weights.cv(), 3).into()),
            ("deff", lang.number(weights.kish_deff, 3).into()),
            ("effective", whole(lang, weights.kish_n_eff).into()),
        ];
        story.step("explain-after", &arguments, &[Source::KishWeights]);
    }
}

fn one(story: &mut Story, step: &Step, done: &StepResult) {
    let lang = story.lang;
    let cells = done.cells.unwrap_or(0).to_string();
    match step {
        Step::NonresponseClass {
            classes,
            response,
            method,
        } => {
            let arguments = [
                ("cells", cells.into()),
                (
                    "columns",
                    columns(lang, classes, "explain-no-columns").into(),
                ),
                ("response", response.as_str().into()),
            ];
            let key = match method {
                ClassMethod::Weighted => "explain-nonresponse-weighted",
                ClassMethod::Count => "explain-nonresponse-count",
            };
            story.step(key, &arguments, &[Source::OhScheuren]);
        }
        Step::Poststratify { totals, .. } => {
            let population: f64 = totals.cells.iter().map(|cell| cell.total).sum();
            let arguments = [
                ("cells", cells.into()),
                ("columns", totals.variables.join(" × ").into()),
                ("total", whole(lang, population).into()),
            ];
            story.step("explain-poststratify", &arguments, &[Source::HoltSmith]);
        }
        Step::Rake {
            margins,
            epsilon,
            maxit,
        } => {
            let names: Vec<String> = margins.iter().map(|m| m.variables.join(" × ")).collect();
            let arguments = [
                ("margins", margins.len().to_string().into()),
                ("columns", names.join(", ").into()),
                ("cells", cells.into()),
                ("epsilon", epsilon.to_string().into()),
                ("most", maxit.to_string().into()),
            ];
            story.step("explain-rake", &arguments, &[Source::DemingStephan]);
            let cycles = [("cycles", done.cycles.unwrap_or(0).to_string().into())];
            let key = if done.converged == Some(true) {
                "explain-rake-converged"
            } else {
                "explain-rake-kept"
            };
            story.step(key, &cycles, &[]);
        }
        Step::Calibrate { .. } => calibration(story, step, &cells),
        Step::Trim { .. } => trimming(story, step),
        Step::ScaleTo { total } => {
            let total = [("total", whole(lang, *total).into())];
            story.step("explain-scale", &total, &[]);
        }
    }
}

fn calibration(story: &mut Story, step: &Step, cells: &str) {
    let Step::Calibrate {
        model,
        lower,
        upper,
        epsilon,
        ..
    } = step
    else {
        return;
    };
    let key = match model {
        CalibrationModel::Linear => "explain-calibrate-linear",
        CalibrationModel::Raking => "explain-calibrate-raking",
        CalibrationModel::Logit => "explain-calibrate-logit",
    };
    let arguments = [
        ("columns", cells.to_owned().into()),
        ("epsilon", epsilon.to_string().into()),
    ];
    story.step(key, &arguments, &[Source::DevilleSarndal]);
    if lower.is_some() || upper.is_some() {
        let arguments = [
            ("lower", end(story.lang, *lower).into()),
            ("upper", end(story.lang, *upper).into()),
        ];
        story.step("explain-calibrate-bounds", &arguments, &[]);
    }
}

fn trimming(story: &mut Story, step: &Step) {
    let Step::Trim {
        lower,
        upper,
        lower_percentile,
        upper_percentile,
        within,
        strict,
    } = step
    else {
        return;
    };
    let lang = story.lang;
    let percentile = |value: f64| {
        let percent = [("percent", value.to_string().into())];
        lang.t_with("explain-percentile", &percent)
    };
    let ends = [(lower, lower_percentile), (upper, upper_percentile)]
        .map(|(absolute, percent)| percent.map_or_else(|| end(lang, *absolute), percentile));
    let [lower, upper] = ends;
    let arguments = [
        ("lower", lower.into()),
        ("upper", upper.into()),
        ("within", columns(lang, within, "explain-no-columns").into()),
    ];
    story.step("explain-trim", &arguments, &[Source::Potter]);
    let key = match strict {
        Strictness::No => "explain-trim-once",
        Strictness::Recursive => "explain-trim-recursive",
        Strictness::OnceTrimmedFixed => "explain-trim-fixed",
    };
    story.step(key, &[], &[]);
}

/// One end of an interval that may be open.
fn end(lang: Lang, value: Option<f64>) -> String {
    value.map_or_else(|| lang.t("explain-open"), |value| value.to_string())
}
