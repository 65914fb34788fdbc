//! The quality measures as analyses of a plan: one answer for each group.
//!
//! May use `domain`, `num` and the plan's vocabulary. Promises: strata and units are those of the design's
//! first stage, weights those of the pipeline; a measure that cannot be computed says why and is no
//! number; rows with counts are as many rows.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and codes are indices of one table"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use super::direction::Direction;
use super::duplicates::{self, Duplicates};
use super::{Difference, Group as Arm, Row, Unfit, mode};
use crate::stats::data::{Coded, DataError, MISSING, Table};
use crate::stats::design::Stage;
use crate::stats::domain::{self, Member};
use crate::stats::error::{EstimateError, PlanError, StatsError};
use crate::stats::estimate::proportion;
use crate::stats::num;
use crate::stats::plan::results::Group;
use crate::stats::plan::run::Scope;
use crate::stats::plan::spec::{AnalysisKind, Seed};
use crate::stats::rng::stream;
use crate::stats::sample::Basis;

/// A measure of each group.
#[derive(Clone, Debug, Serialize)]
pub struct QualityResult {
    /// One per group, in the order of the groups.
    pub rows: Vec<QualityRow>,
}

/// A measure of one group.
#[derive(Clone, Debug, Serialize)]
pub struct QualityRow {
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// What was found, or why nothing could be.
    #[serde(flatten, serialize_with = "serialize_found")]
    pub found: Result<Measure, Unfit>,
}

/// What a measure found.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Measure {
    /// The difference of two shares.
    Contrast(Contrast),
    /// Pairs of identical answers within units.
    Duplicates(Runs),
}

/// Pairs of identical vectors of answers within units.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Runs {
    /// Pairs within units.
    pub pairs: u64,
    /// Pairs to be expected.
    pub expected: f64,
    /// p value of the group.
    pub p_value: f64,
    /// Each unit.
    pub units: Vec<UnitRuns>,
}

/// Pairs of one unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitRuns {
    /// The unit's label.
    pub unit: String,
    /// Answers.
    pub n: u64,
    /// Pairs of identical vectors.
    pub pairs: u64,
    /// Pairs to be expected.
    pub expected: f64,
    /// p value of this unit alone.
    pub p_value: f64,
    /// The same after Holm's adjustment over the group's units.
    pub p_adjusted: f64,
}

/// The difference of two shares, and how surprising it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Contrast {
    /// The two shares and their difference.
    #[serde(flatten)]
    pub difference: Difference,
    /// p value of this group alone: one-sided for the direction, two-sided for the mode.
    pub p_value: f64,
    /// For the direction: one-sided p value that it exceeds the contrast of all other groups together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_excess: Option<f64>,
    /// For the mode: the p value after Holm's adjustment over the groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_adjusted: Option<f64>,
}

#[derive(Serialize)]
struct Refused {
    not_computed: Unfit,
}

fn serialize_found<S: Serializer>(
    found: &Result<Measure, Unfit>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match found {
        Ok(measure) => measure.serialize(to),
        Err(unfit) => Refused {
            not_computed: *unfit,
        }
        .serialize(to),
    }
}

/// The measure that an analysis asks for.
pub(crate) fn measure(scope: &Scope<'_>, kind: &AnalysisKind) -> Result<QualityResult, StatsError> {
    match kind {
        AnalysisKind::DirectionContrast {
            variable,
            level,
            arm,
            forward,
        } => direction(scope, (variable, level), (arm, forward)),
        AnalysisKind::ModeContrast {
            variable,
            level,
            mode: column,
            web,
        } => mode(scope, (variable, level), (column, web)),
        AnalysisKind::DuplicateRuns {
            variables,
            unit,
            permutations,
            seed,
        } => duplicates(scope, variables, unit, (*permutations, seed)),
        other => Err(PlanError::NotBuilt {
            kind: other.name().to_owned(),
        }
        .into()),
    }
}

/// The scale-direction contrast of each group: the share of `level` where `arm` says `forward`, minus
/// that in the other arm.
fn direction(
    scope: &Scope<'_>,
    (variable, level): (&str, &str),
    (arm, forward): (&str, &str),
) -> Result<QualityResult, StatsError> {
    let groups = contrasted(scope, (variable, level), (arm, forward))?;
    let found: Vec<Result<Direction, Unfit>> =
        groups.iter().map(|(_, rows)| Direction::of(rows)).collect();
    let others = |at: usize| -> Option<Direction> {
        let rest = groups.iter().enumerate().filter(|(other, _)| *other != at);
        let rows: Vec<Row> = rest
            .flat_map(|(_, (_, rows))| rows.iter().copied())
            .collect();
        Direction::of(&rows).ok()
    };
    let rows = groups.iter().zip(&found).enumerate();
    Ok(QualityResult {
        rows: rows
            .map(|(at, ((group, _), found))| QualityRow {
                group: group.clone(),
                found: found.map(|one| {
                    Measure::Contrast(Contrast {
                        p_excess: others(at).map(|others| one.excess(&others)),
                        p_adjusted: None,
                        p_value: one.p,
                        difference: one.difference,
                    })
                }),
            })
            .collect(),
    })
}

/// The mode contrast of each group: the share of `level` where `mode` says `web`, minus that in the other
/// modes.
fn mode(
    scope: &Scope<'_>,
    (variable, level): (&str, &str),
    (mode, web): (&str, &str),
) -> Result<QualityResult, StatsError> {
    let groups = contrasted(scope, (variable, level), (mode, web))?;
    let rows: Vec<&[Row]> = groups.iter().map(|(_, rows)| rows.as_slice()).collect();
    let found = mode::contrasts(&rows);
    Ok(QualityResult {
        rows: groups
            .iter()
            .zip(found)
            .map(|((group, _), found)| QualityRow {
                group: group.clone(),
                found: found.map(|one| {
                    Measure::Contrast(Contrast {
                        difference: one.difference,
                        p_value: one.p,
                        p_excess: None,
                        p_adjusted: Some(one.p_adjusted),
                    })
                }),
            })
            .collect(),
    })
}

/// The duplicate-run test of each group: vectors of these columns within the units that a column names. A row
/// that lacks one of the answers has a vector all the same, in which it is lacking.
fn duplicates(
    scope: &Scope<'_>,
    variables: &[String],
    unit: &str,
    (permutations, seed): (u32, &Seed),
) -> Result<QualityResult, StatsError> {
    let units = by_label(scope.table, unit)?;
    let vectors = vectors(scope.table, variables)?;
    let rows = scope.groups()?.into_iter().map(|(group, members)| {
        let mut answers: Vec<(u32, u32)> = Vec::new();
        for row in weighted(scope, &members) {
            if units.codes[row] != MISSING {
                let answer = (units.codes[row], vectors[row]);
                answers.extend(std::iter::repeat_n(answer, times(scope, row)));
            }
        }
        let name = group.as_ref().map(Group::key).unwrap_or_default();
        let mut rng = stream(&seed.0, &format!("duplicates {name}"));
        QualityRow {
            group,
            found: duplicates::test(&answers, permutations, &mut rng)
                .map(|found| Measure::Duplicates(named(&found, &units))),
        }
    });
    Ok(QualityResult {
        rows: rows.collect(),
    })
}

fn named(found: &Duplicates, units: &Coded) -> Runs {
    Runs {
        pairs: found.pairs,
        expected: found.expected,
        p_value: found.p,
        units: found
            .units
            .iter()
            .map(|own| UnitRuns {
                unit: units.labels[num::at(own.unit)].clone(),
                n: own.n,
                pairs: own.pairs,
                expected: own.expected,
                p_value: own.p,
                p_adjusted: own.p_adjusted,
            })
            .collect(),
    }
}

/// Codes that follow from the labels alone, whichever the order of rows and levels.
fn by_label(table: &Table, column: &str) -> Result<Coded, DataError> {
    domain::ordered_codes(table, column, &[column.to_owned()])
}

/// A group and its rows.
type GroupRows = (Option<Group>, Vec<Row>);

/// Rows of each group for a contrast of two arms.
fn contrasted(
    scope: &Scope<'_>,
    (variable, level): (&str, &str),
    (arm, first): (&str, &str),
) -> Result<Vec<GroupRows>, StatsError> {
    let units = Units::new(scope)?;
    let hits = proportion::binary(scope, variable, Some(level))?;
    let arms = domain::ordered_codes(scope.table, arm, scope.sorted)?;
    let code = position(&arms, arm, first)?;
    let members = |(group, members): Member| {
        let rows = weighted(scope, &members).flat_map(|row| {
            let known = !hits[row].is_nan() && arms.codes[row] != MISSING;
            let group = match arms.codes[row] {
                _ if !known => Arm::Neither,
                own if own == code => Arm::A,
                _ => Arm::B,
            };
            let (weight, hit) = (scope.sample.weights[row], hits[row] > 0.5);
            let stratum = units.stage.stratum[num::at(units.stage.unit[row])];
            let units = &units;
            (0..times(scope, row)).map(move |copy| Row {
                stratum,
                unit: units.of(row, copy),
                weight,
                group,
                hit,
            })
        });
        (group, rows.collect())
    };
    Ok(scope.groups()?.into_iter().map(members).collect())
}

fn position(arms: &Coded, column: &str, label: &str) -> Result<u32, StatsError> {
    let at = arms.labels.iter().position(|own| own == label);
    match at.and_then(|at| u32::try_from(at).ok()) {
        Some(code) => Ok(code),
        None => Err(EstimateError::UnknownLevel {
            column: column.to_owned(),
            level: label.to_owned(),
        }
        .into()),
    }
}

/// Rows of the weighted sample among these.
fn weighted<'a>(scope: &'a Scope<'_>, members: &'a [u32]) -> impl Iterator<Item = usize> + 'a {
    let rows = members.iter().map(|row| num::at(*row));
    rows.filter(|row| scope.sample.weights[*row] != 0.0)
}

/// How many rows this one stands for.
fn times(scope: &Scope<'_>, row: usize) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are checked to be whole numbers of people"
    )]
    scope
        .sample
        .counts()
        .map_or(1, |counts| counts[row] as usize)
}

/// The units of the design's first stage.
struct Units<'a> {
    stage: &'a Stage,
    /// Where rows are units themselves: the number of each row's first one.
    firsts: Vec<u32>,
}

impl<'a> Units<'a> {
    fn new(scope: &'a Scope<'_>) -> Result<Self, StatsError> {
        let stage = match &scope.sample.basis {
            Basis::Linear { design, .. } => design.stages.first().ok_or_else(no_units)?,
            Basis::Replicate(_) => return Err(no_units()),
        };
        let mut firsts = Vec::new();
        if stage.place.is_none() {
            let mut next = 0;
            for row in 0..scope.table.rows() {
                firsts.push(num::index(next));
                next += times(scope, row);
            }
        }
        Ok(Self { stage, firsts })
    }

    /// The unit of one of the rows that this one stands for.
    fn of(&self, row: usize, copy: usize) -> u32 {
        match self.firsts.get(row) {
            Some(first) => first + num::index(copy),
            None => self.stage.unit[row],
        }
    }
}

fn no_units() -> StatsError {
    EstimateError::NeedsUnits.into()
}

/// A number for each row that is the same for identical answers, and follows from the answers alone.
fn vectors(table: &Table, variables: &[String]) -> Result<Vec<u32>, StatsError> {
    if variables.is_empty() {
        return Err(EstimateError::NoVariables.into());
    }
    let mut numbers = vec![0_u32; table.rows()];
    for variable in variables {
        let coded = by_label(table, variable)?;
        let pairs: Vec<(u32, u32)> = numbers.iter().copied().zip(coded.codes).collect();
        let distinct: BTreeSet<(u32, u32)> = pairs.iter().copied().collect();
        let ranks: BTreeMap<(u32, u32), u32> = distinct.into_iter().zip(0..).collect();
        for (number, pair) in numbers.iter_mut().zip(pairs) {
            *number = ranks.get(&pair).copied().unwrap_or_default();
        }
    }
    Ok(numbers)
}
