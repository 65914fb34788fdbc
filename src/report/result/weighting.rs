//! How the respondents of a county were weighted, and what came of it.

use super::Source;
use crate::survey::margin::{MarginCell, SexAge};
use crate::survey::result::{Collapse, CountyResult, MarginCellReport, WeightingReport};

/// Weighting of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightingView {
    /// Numbers about the final weights, with names.
    pub diagnostics: Vec<(String, String)>,
    /// What was collapsed, in words; one sentence if nothing was.
    pub collapsed: Vec<String>,
    /// Responses whose sex or age was filled in.
    pub filled: String,
    /// Margins before and after.
    pub margins: Vec<MarginView>,
    /// Number of non-response classes and the range of their factors, in words. Numbers of a single
    /// class stay inside: they are counts of a place below the county.
    pub classes: String,
}

/// One margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarginView {
    /// Which margin.
    pub name: String,
    /// Its cells.
    pub rows: Vec<MarginRow>,
}

/// One cell of a margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarginRow {
    /// The cell in words.
    pub name: String,
    /// Population, weights before, weights after: grouped numbers. Respondents by sex and age stay
    /// inside: nothing is told below a county by one margin.
    pub numbers: [String; 3],
}

pub(super) fn view(source: &Source<'_>, county: &CountyResult) -> Option<WeightingView> {
    let report = county.weighting.as_ref()?;
    let count = |n: u64| source.veiled(n);
    Some(WeightingView {
        diagnostics: diagnostics(source, county, report),
        collapsed: collapsed(source, report),
        filled: source.say(
            "results-filled",
            &[
                ("sex", count(report.filled_sex).into()),
                ("age", count(report.filled_age).into()),
            ],
        ),
        margins: report
            .margins
            .iter()
            .map(|margin| MarginView {
                name: source.t(if margin.variable == "residence" {
                    "results-margin-residence"
                } else {
                    "results-margin-sex-age"
                }),
                rows: margin.cells.iter().map(|cell| row(source, cell)).collect(),
            })
            .collect(),
        classes: classes(source, report),
    })
}

fn classes(source: &Source<'_>, report: &WeightingReport) -> String {
    let factors = || report.classes.iter().map(|class| class.factor);
    let number = |x: f64| source.lang.number(x, 2);
    source.say(
        "results-classes",
        &[
            ("classes", report.classes.len().into()),
            (
                "least",
                number(factors().fold(f64::INFINITY, f64::min)).into(),
            ),
            ("most", number(factors().fold(0.0, f64::max)).into()),
        ],
    )
}

fn diagnostics(
    source: &Source<'_>,
    county: &CountyResult,
    report: &WeightingReport,
) -> Vec<(String, String)> {
    let weights = &report.weights;
    let number = |x: f64, places: usize| source.lang.number(x, places);
    let mut lines = vec![
        ("results-weights-min", number(weights.min, 2)),
        ("results-weights-max", number(weights.max, 2)),
        ("results-weights-cv", number(weights.cv, 3)),
        ("results-weights-kish", number(weights.kish_deff, 3)),
        (
            "results-weights-share",
            source.lang.percent(weights.largest_share),
        ),
    ];
    let estimate = county.approval.estimate.as_ref();
    // the number of respondents, or what gives it, less the answers would be the few that gave none
    if estimate.is_some_and(|estimate| estimate.no_answer.is_some()) {
        lines.insert(0, ("results-weights-n", source.lang.count(weights.n)));
        lines.push(("results-weights-mean", number(weights.mean, 2)));
        lines.push(("results-weights-n-eff", number(weights.n_eff, 1)));
    }
    if let Some(estimate) = estimate {
        if let Some(deff) = estimate.design_effect {
            lines.push(("results-design-effect", number(deff, 2)));
        }
        lines.push(("results-approval-n-eff", number(estimate.n_eff, 0)));
        lines.push((
            "results-standard-error",
            number(estimate.standard_error * 100.0, 2),
        ));
        lines.push(("results-degrees", number(estimate.figure.df, 0)));
        if let Some(n) = estimate.no_answer {
            lines.push(("results-no-answer", source.veiled(n)));
        }
    }
    lines
        .into_iter()
        .map(|(key, value)| (source.t(key), value))
        .collect()
}

fn row(source: &Source<'_>, cell: &MarginCellReport) -> MarginRow {
    let names: Vec<String> = cell.cells.iter().map(|c| cell_name(source, c)).collect();
    MarginRow {
        name: source.join(&names),
        numbers: [
            source.lang.count(cell.population),
            source.lang.number(cell.before, 0),
            source.lang.number(cell.after, 0),
        ],
    }
}

/// `female:18-29` in words.
fn cell_name(source: &Source<'_>, label: &str) -> String {
    let plan = &source.result.plan.weighting;
    match MarginCell::from_words("sex_age", label) {
        Some(MarginCell::SexAge(SexAge { sex, age })) => source.say(
            "results-margin-cell",
            &[
                ("sex", source.group_name(Some(&plan.sex_item), &sex).into()),
                ("age", source.group_name(Some(&plan.age_item), &age).into()),
            ],
        ),
        _ => source.group_name(None, label),
    }
}

fn collapsed(source: &Source<'_>, report: &WeightingReport) -> Vec<String> {
    if report.collapsed.is_empty() {
        return vec![source.t("results-collapsed-none")];
    }
    report
        .collapsed
        .iter()
        .map(|one| collapse(source, one))
        .collect()
}

fn collapse(source: &Source<'_>, one: &Collapse) -> String {
    let plan = &source.result.plan.weighting;
    let few = || ("n", source.count(u64::from(plan.cell_minimum)));
    match one {
        Collapse::Classes { stratum, units } => source.say(
            "results-collapsed-classes",
            &[
                ("stratum", stratum.as_str().into()),
                ("units", units.len().into()),
            ],
        ),
        Collapse::Ages { sex, ages, .. } => {
            let ages: Vec<String> = ages
                .iter()
                .map(|age| source.group_name(Some(&plan.age_item), age))
                .collect();
            source.say(
                "results-collapsed-ages",
                &[
                    ("sex", source.group_name(Some(&plan.sex_item), sex).into()),
                    ("ages", source.join(&ages).into()),
                    few(),
                ],
            )
        }
        Collapse::Sexes { .. } => source.say("results-collapsed-sexes", &[few()]),
        Collapse::Residence {
            respondents: Some(_),
        } => source.say("results-collapsed-residence", &[few()]),
        Collapse::Residence { respondents: None } => source.t("results-collapsed-strata"),
    }
}
