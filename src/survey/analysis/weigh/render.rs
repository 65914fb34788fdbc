//! The plan of a wave, rendered for one county in the vocabulary of `stats`.

use std::collections::BTreeMap;

use super::margins::SexAgeCells;
use super::{AGE, APPROVAL, DECIDED, DESIGN, RESIDENCE, SAFETY, SEX, WEIGHTING, real};
use crate::stats::interval::Method;
use crate::stats::plan::spec::{
    Analysis, AnalysisKind, CalibrationColumn, CalibrationKind, CalibrationModel, Cell,
    ClassMethod, DesignSpec, DfRule, Interval, LonelyPsu, Plan, Step, Strictness, TaylorSpec,
    Totals, Weighting,
};
use crate::survey::analysis::WaveInputs;
use crate::survey::analysis::cells::ItemCells;
use crate::survey::frame::Residence;
use crate::survey::margin::{CountyMargins, SexAge};
use crate::survey::plan::Calibration;

/// The plan of `stats` for one county.
pub(super) fn render(
    inputs: &WaveInputs<'_>,
    margins: &CountyMargins,
    sex_age: &SexAgeCells,
    residence: Option<&BTreeMap<Residence, u64>>,
    cells: &[ItemCells],
) -> Plan {
    let total =
        |cell: &[SexAge]| -> f64 { real(cell.iter().filter_map(|c| margins.sex_age.get(c)).sum()) };
    let totals: Vec<(String, f64)> = sex_age
        .cells
        .iter()
        .map(|cell| (SexAgeCells::label(cell), total(cell)))
        .collect();
    let residences: Vec<(String, f64)> = residence
        .into_iter()
        .flatten()
        .map(|(residence, n)| (residence.as_str().to_owned(), real(*n)))
        .collect();
    let steps = steps(inputs, &totals, &residences);
    let analyses = analyses(cells);
    Plan {
        id: inputs.facts.slug.to_string(),
        designs: vec![DesignSpec::Taylor(TaylorSpec {
            id: DESIGN.to_owned(),
            ids: vec!["unit".to_owned()],
            strata: vec!["stratum".to_owned()],
            weights: Some("weight".to_owned()),
            lonely_psu: LonelyPsu::Fail,
            ..TaylorSpec::default()
        })],
        weightings: vec![Weighting {
            id: WEIGHTING.to_owned(),
            design: DESIGN.to_owned(),
            steps,
            expect_error: false,
            notes: None,
        }],
        analyses,
        ..Plan::default()
    }
}

fn steps(
    inputs: &WaveInputs<'_>,
    totals: &[(String, f64)],
    residences: &[(String, f64)],
) -> Vec<Step> {
    let mut steps = vec![Step::NonresponseClass {
        classes: vec!["class".to_owned()],
        response: "responded".to_owned(),
        method: ClassMethod::Weighted,
    }];
    match inputs.plan.weighting.calibration {
        Calibration::Rake { epsilon, cycles } => steps.push(Step::Rake {
            margins: [("sex_age", totals), (RESIDENCE, residences)]
                .into_iter()
                .filter(|(_, totals)| !totals.is_empty())
                .map(|(variable, totals)| margin(variable, totals))
                .collect(),
            epsilon,
            maxit: usize::try_from(cycles).unwrap_or(usize::MAX),
        }),
        Calibration::CalibrateTrimCalibrate {
            epsilon,
            lower_percentile,
            upper_percentile,
        } => {
            let calibrate = calibration(totals, residences, epsilon);
            steps.push(calibrate.clone());
            steps.push(Step::Trim {
                lower: None,
                upper: None,
                lower_percentile: Some(lower_percentile),
                upper_percentile: Some(upper_percentile),
                within: Vec::new(),
                strict: Strictness::No,
            });
            steps.push(calibrate);
        }
    }
    steps
}

fn analyses(cells: &[ItemCells]) -> Vec<Analysis> {
    let mut analyses: Vec<Analysis> = [APPROVAL, DECIDED, SAFETY]
        .into_iter()
        .map(|id| proportion(id, id, None))
        .collect();
    for by in [SEX, AGE, RESIDENCE] {
        analyses.push(proportion(&format!("{APPROVAL}/{by}"), APPROVAL, Some(by)));
    }
    for item in cells {
        for place in 0..item.cells.len() {
            let column = item.column(place);
            analyses.push(proportion(&column, &column, None));
        }
    }
    analyses
}

fn margin(variable: &str, totals: &[(String, f64)]) -> Totals {
    Totals {
        variables: vec![variable.to_owned()],
        cells: totals
            .iter()
            .map(|(level, total)| Cell {
                levels: vec![level.clone()],
                total: *total,
            })
            .collect(),
    }
}

/// Indicators of every sex × age cell and of all residences but the first, which would be
/// linearly dependent.
fn calibration(totals: &[(String, f64)], residences: &[(String, f64)], epsilon: f64) -> Step {
    let column = |variable: &str, (level, total): &(String, f64)| CalibrationColumn {
        name: Some(format!("{variable}:{level}")),
        kind: CalibrationKind::Indicator,
        variable: Some(variable.to_owned()),
        level: Some(level.clone()),
        and: Vec::new(),
        total: *total,
    };
    let sex_age = totals.iter().map(|cell| column("sex_age", cell));
    let residence = residences
        .iter()
        .skip(1)
        .map(|cell| column(RESIDENCE, cell));
    Step::Calibrate {
        model: CalibrationModel::Raking,
        columns: sex_age.chain(residence).collect(),
        lower: None,
        upper: None,
        epsilon,
        r_formula: None,
    }
}

fn proportion(id: &str, variable: &str, by: Option<&str>) -> Analysis {
    Analysis {
        id: id.to_owned(),
        design: DESIGN.to_owned(),
        weighting: Some(WEIGHTING.to_owned()),
        domain: Vec::new(),
        by: by.into_iter().map(str::to_owned).collect(),
        compare: Vec::new(),
        expect_error: false,
        optional: false,
        kind: AnalysisKind::Proportion {
            variable: variable.to_owned(),
            level: None,
            // asked for its degrees of freedom; intervals follow the rule of `stats::threshold`
            ci: vec![Interval {
                level: 0.95,
                df: DfRule::Domain,
                methods: vec![Method::Xlogit],
            }],
        },
    }
}
