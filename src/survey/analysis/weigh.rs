//! Weighting of one county: classes, collapsed margins, the rendered plan of `stats`, its run.
//!
//! Non-respondents enter as one row per variance unit. Those whose eligibility is unknown count at
//! the share of eligible people among the answers of their class, so that a respondent's factor is
//! invitations over answers, screened out included. Their row has the mean weight of the class's
//! respondents times that number, which keeps the factor right when weights differ within a class.

mod classes;
mod margins;
mod render;
mod table;

use std::collections::BTreeMap;

use self::classes::Classes;
use self::margins::{SexAgeCells, margin_reports, residence_cells};
use self::render::render;
use self::table::Rows;
use super::WaveInputs;
use super::cells::{self, ItemCells};
use super::figures;
use super::people::{People, Respondent, fill_stream};
use crate::stats::diagnostic::WeightSummary;
use crate::stats::plan::{Inputs, Results};
use crate::survey::area::AreaCode;
use crate::survey::frame::Residence;
use crate::survey::plan::ApprovalRule;
use crate::survey::result::{Estimate, WeightDiagnostics, WeightingReport};

/// Analysis of the headline.
pub(super) const APPROVAL: &str = "approval";
/// The headline without "can't say".
pub(super) const DECIDED: &str = "approval_decided";
/// Sense of security.
pub(super) const SAFETY: &str = "safety";
/// Groups of breakdowns.
pub(super) const SEX: &str = "sex";
/// Groups of breakdowns.
pub(super) const AGE: &str = "age";
/// Groups of breakdowns, by the frame.
pub(super) const RESIDENCE: &str = "residence";

const DESIGN: &str = "design";
const WEIGHTING: &str = "final";

/// Which respondents are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// All of them.
    Everybody,
    /// Those without a quality bit; the others count as non-respondents.
    Unflagged,
}

/// What the weighting of a county gave.
#[derive(Debug)]
pub(super) struct Weighed {
    /// The weights, or the engine's code and message.
    pub(super) outcome: Result<Weights, String>,
    estimates: BTreeMap<&'static str, Estimate>,
}

/// Weights and everything that was computed with them.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) report: WeightingReport,
    pub(super) results: Results,
    pub(super) cells: Vec<ItemCells>,
    /// Final weight of each respondent that was kept, in the order of ids.
    pub(super) of_people: Vec<f64>,
    /// What these came from, in the same order.
    pub(super) stages: Vec<Stage>,
}

/// A respondent's weight before calibration.
#[derive(Debug)]
pub(super) struct Stage {
    /// 1/f of the stratum; adults of the household are not in it.
    pub(super) base: f64,
    /// Class of the non-response adjustment.
    pub(super) class: String,
    /// Weight after it.
    pub(super) before: f64,
}

impl Weighed {
    pub(super) fn run(
        inputs: &WaveInputs<'_>,
        county: &AreaCode,
        people: &People<'_>,
        keep: Keep,
    ) -> Self {
        match weigh(inputs, county, people, keep) {
            Ok(weights) => {
                // without flagged responses the number would tell how many of these refused
                let told =
                    keep == Keep::Everybody && !cells::is_total_hidden(inputs, people, &weights);
                let estimate = |id, rule: &ApprovalRule| {
                    let row = figures::row(&weights.results, id, None)?;
                    let silent = told.then(|| no_answer(inputs, people, rule));
                    figures::estimate(inputs, row, rule, silent).map(|estimate| (id, estimate))
                };
                let plan = inputs.plan;
                let decided = ApprovalRule {
                    undecided_in_denominator: false,
                    ..plan.approval.clone()
                };
                let estimates = [
                    estimate(APPROVAL, &plan.approval),
                    estimate(DECIDED, &decided),
                    estimate(SAFETY, &plan.safety),
                ];
                Self {
                    estimates: estimates.into_iter().flatten().collect(),
                    outcome: Ok(weights),
                }
            }
            Err(why) => Self {
                outcome: Err(why),
                estimates: BTreeMap::new(),
            },
        }
    }

    pub(super) fn estimate(&self, id: &str) -> Option<&Estimate> {
        self.estimates.get(id)
    }
}

fn kept<'p, 'a>(
    people: &'p People<'a>,
    keep: Keep,
) -> impl Iterator<Item = &'p Respondent<'a>> + Clone {
    people
        .respondents
        .iter()
        .filter(move |person| keep == Keep::Everybody || !person.record.flagged)
}

/// Respondents without an answer that counts. "Can't say" left out is not among them.
fn no_answer(inputs: &WaveInputs<'_>, people: &People<'_>, rule: &ApprovalRule) -> u64 {
    let whole = ApprovalRule {
        undecided_in_denominator: true,
        ..rule.clone()
    };
    people
        .respondents
        .iter()
        .filter(|person| cells::counts_as(inputs, person, &whole).is_nan())
        .count() as u64
}

fn weigh(
    inputs: &WaveInputs<'_>,
    county: &AreaCode,
    people: &People<'_>,
    keep: Keep,
) -> Result<Weights, String> {
    if let Some(why) = &people.failure {
        return Err(why.clone());
    }
    let respondents: Vec<&Respondent<'_>> = kept(people, keep).collect();
    if respondents.is_empty() {
        return Err("no_respondents".to_owned());
    }
    let margins = inputs
        .margins
        .county(county)
        .ok_or_else(|| "no_margins".to_owned())?;
    let mut collapsed = Vec::new();
    let classes = Classes::new(inputs, people, &respondents, &mut collapsed);
    let sex_age = SexAgeCells::new(inputs, margins, &respondents, &mut collapsed);
    let residence = residence_cells(inputs, margins, people, &respondents, &mut collapsed);
    let cells = cells::item_cells(inputs, &respondents);
    let sheet = Rows::new(people, &respondents, &classes)?;
    let table = sheet.table(inputs, &sex_age, &cells)?;
    let plan = render(inputs, margins, &sex_age, residence.as_ref(), &cells);
    let stats = Inputs {
        table: Some(&table),
        replicate_files: BTreeMap::new(),
    };
    let results = plan.run(&stats, &mut |_| {});
    let weighting = match results.weightings.get(WEIGHTING) {
        Some(Ok(found)) => found,
        Some(Err(why)) => return Err(format!("{}: {why}", why.code())),
        None => return Err("no_weighting".to_owned()),
    };
    let mut steps = weighting.steps.iter();
    if steps.any(|step| step.converged == Some(false)) {
        return Err("not_converged: raking did not converge".to_owned());
    }
    let weights = weighting.weights.get(..respondents.len()).unwrap_or(&[]);
    let before = sheet.before.get(..respondents.len()).unwrap_or(&[]);
    let report = WeightingReport {
        classes: classes.report,
        margins: margin_reports(
            margins,
            &sex_age,
            residence.as_ref(),
            &sheet,
            before,
            weights,
        ),
        collapsed,
        filled_sex: people.filled_sex,
        filled_age: people.filled_age,
        fill_stream: fill_stream(county),
        weights: diagnostics(weights),
    };
    Ok(Weights {
        report,
        of_people: weights.to_vec(),
        stages: sheet.stages(),
        results,
        cells,
    })
}

/// Counts of people stay far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn real(n: u64) -> f64 {
    n as f64
}

fn ratio(above: u64, below: u64) -> f64 {
    if below == 0 {
        0.0
    } else {
        real(above) / real(below)
    }
}

pub(super) fn residence_of(people: &People<'_>, person: &Respondent<'_>) -> Option<Residence> {
    people
        .units
        .get(&person.record.place.variance_unit)
        .and_then(|unit| unit.residence)
}

fn diagnostics(weights: &[f64]) -> WeightDiagnostics {
    let summary = WeightSummary::of(weights, None);
    WeightDiagnostics {
        n: weights.len() as u64,
        min: summary.min,
        max: summary.max,
        mean: summary.mean,
        cv: summary.cv(),
        kish_deff: summary.kish_deff,
        n_eff: summary.kish_n_eff,
        largest_share: summary.largest_share(),
    }
}
