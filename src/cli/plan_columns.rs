//! The columns of the data that a plan names, each with the place that names it.

use crate::stats::plan::Plan;
use crate::stats::plan::compress::analysis_columns;
use crate::stats::plan::spec::{Analysis, DesignSpec, SmallArea, Step, Totals};

/// A column and the part of the plan that names it, as a person would look for it: `analyses street_region`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// The column.
    pub(crate) column: String,
    /// Section and id.
    pub(crate) place: String,
}

/// All columns that the plan names, in its order; a column may come more than once.
pub(crate) fn columns(plan: &Plan) -> Vec<Named> {
    let mut named = Vec::new();
    let mut add = |place: &str, columns: Vec<&str>| {
        named.extend(columns.into_iter().map(|column| Named {
            column: column.to_owned(),
            place: place.to_owned(),
        }));
    };
    for design in &plan.designs {
        add(&format!("designs {}", design.id()), of_design(design));
    }
    for weighting in &plan.weightings {
        let place = format!("weightings {}", weighting.id);
        for step in &weighting.steps {
            add(&place, of_step(step));
        }
    }
    for analysis in &plan.analyses {
        add(&format!("analyses {}", analysis.id), of_analysis(analysis));
    }
    for model in &plan.small_area {
        add(&format!("small_area {}", model.id), of_model(model));
    }
    named
}

fn of_design(design: &DesignSpec) -> Vec<&str> {
    match design {
        DesignSpec::Taylor(spec) => spec
            .ids
            .iter()
            .chain(&spec.strata)
            .chain(&spec.fpc)
            .chain(&spec.weights)
            .map(String::as_str)
            .collect(),
        DesignSpec::Replicate(spec) => vec![&spec.weights],
        DesignSpec::ReplicatesOf(_) => Vec::new(),
    }
}

fn of_step(step: &Step) -> Vec<&str> {
    fn of_totals(totals: &Totals) -> impl Iterator<Item = &str> {
        totals.variables.iter().map(String::as_str)
    }
    match step {
        Step::NonresponseClass {
            classes, response, ..
        } => classes
            .iter()
            .chain([response])
            .map(String::as_str)
            .collect(),
        Step::Poststratify { totals, .. } => of_totals(totals).collect(),
        Step::Rake { margins, .. } => margins.iter().flat_map(of_totals).collect(),
        Step::Calibrate { columns, .. } => columns
            .iter()
            .flat_map(|column| {
                let further = column.and.iter().map(|level| level.variable.as_str());
                column.variable.as_deref().into_iter().chain(further)
            })
            .collect(),
        Step::Trim { within, .. } => within.iter().map(String::as_str).collect(),
        Step::ScaleTo { .. } => Vec::new(),
    }
}

fn of_analysis(analysis: &Analysis) -> Vec<&str> {
    let conditions = analysis
        .domain
        .iter()
        .map(|condition| condition.variable.as_str());
    let by = analysis.by.iter().map(String::as_str);
    let mut columns: Vec<&str> = conditions.chain(by).collect();
    analysis_columns(&analysis.kind, &mut columns);
    columns
}

/// Columns of a model matrix are written `intercept`, `indicator VARIABLE=LEVEL` or `numeric VARIABLE`.
fn of_model(model: &SmallArea) -> Vec<&str> {
    let matrix = model.columns.iter().filter_map(|column| {
        let (_, rest) = column.split_once(' ')?;
        Some(rest.split_once('=').map_or(rest, |(name, _)| name))
    });
    [&model.area, &model.y, &model.vardir]
        .into_iter()
        .map(String::as_str)
        .chain(matrix)
        .collect()
}
