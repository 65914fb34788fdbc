//! Margins as they are used: cells under the plan's minimum are joined in its declared order.

use std::collections::BTreeMap;

use super::table::Rows;
use super::{RESIDENCE, residence_of};
use crate::survey::analysis::WaveInputs;
use crate::survey::analysis::people::{People, Respondent};
use crate::survey::frame::Residence;
use crate::survey::margin::{CountyMargins, SexAge};
use crate::survey::result::{Collapse, MarginCellReport, MarginReport};

/// The sex × age margin after collapsing.
pub(super) struct SexAgeCells {
    /// Cells, each as the labels that it holds.
    pub(super) cells: Vec<Vec<SexAge>>,
}

impl SexAgeCells {
    /// Collapses cells under the plan's minimum: neighboring bands of the same sex in the plan's
    /// order, and the two sexes when a sex has no cell left to join.
    pub(super) fn new(
        inputs: &WaveInputs<'_>,
        margins: &CountyMargins,
        respondents: &[&Respondent<'_>],
        collapsed: &mut Vec<Collapse>,
    ) -> Self {
        let minimum = u64::from(inputs.plan.weighting.cell_minimum);
        let count = |cell: &[SexAge]| -> u64 {
            respondents
                .iter()
                .filter(|p| cell.iter().any(|c| c.sex == p.sex && c.age == p.age))
                .count() as u64
        };
        let mut cells: Vec<Vec<SexAge>> = margins.sex_age.keys().map(|c| vec![c.clone()]).collect();
        while cells.len() > 1 {
            let Some(at) = cells.iter().position(|cell| count(cell) < minimum) else {
                break;
            };
            let small = count(cells.get(at).map_or(&[], Vec::as_slice));
            if let Some((left, right)) = partners(inputs, &cells, at) {
                let joined = join(&mut cells, left, right);
                collapsed.push(Collapse::Ages {
                    sex: joined.first().map_or_else(String::new, |c| c.sex.clone()),
                    ages: joined.iter().map(|c| c.age.clone()).collect(),
                    respondents: small,
                });
            } else {
                cells = vec![cells.concat()];
                collapsed.push(Collapse::Sexes { respondents: small });
            }
        }
        Self { cells }
    }

    pub(super) fn label(cell: &[SexAge]) -> String {
        let labels: Vec<String> = cell.iter().map(ToString::to_string).collect();
        labels.join("+")
    }

    /// Labels of the cells, in order.
    pub(super) fn labels(&self) -> Vec<String> {
        self.cells.iter().map(|cell| Self::label(cell)).collect()
    }

    /// The cell that a respondent is in.
    pub(super) fn position(&self, person: &Respondent<'_>) -> Option<usize> {
        self.cells.iter().position(|cell| {
            cell.iter()
                .any(|c| c.sex == person.sex && c.age == person.age)
        })
    }
}

/// The two cells that the first applicable step of the plan's order joins: both of the small cell's
/// sex, one of them the small cell.
fn partners(inputs: &WaveInputs<'_>, cells: &[Vec<SexAge>], at: usize) -> Option<(usize, usize)> {
    let sex = &cells.get(at)?.first()?.sex;
    let holds = |age: &String| {
        cells.iter().position(|cell| {
            cell.iter().all(|c| c.sex == *sex) && cell.iter().any(|c| c.age == *age)
        })
    };
    inputs
        .plan
        .weighting
        .collapse_ages
        .iter()
        .filter_map(|[one, other]| Some((holds(one)?, holds(other)?)))
        .find(|(left, right)| left != right && (*left == at || *right == at))
}

fn join(cells: &mut Vec<Vec<SexAge>>, left: usize, right: usize) -> Vec<SexAge> {
    let taken = cells.remove(left.max(right));
    let Some(cell) = cells.get_mut(left.min(right)) else {
        return taken;
    };
    cell.extend(taken);
    cell.sort();
    cell.clone()
}

/// The residence margin, unless it is merged away.
pub(super) fn residence_cells(
    inputs: &WaveInputs<'_>,
    margins: &CountyMargins,
    people: &People<'_>,
    respondents: &[&Respondent<'_>],
    collapsed: &mut Vec<Collapse>,
) -> Option<BTreeMap<Residence, u64>> {
    if margins.residence.len() < 2 {
        return None;
    }
    let sampled = |wanted: Residence| {
        people
            .units
            .values()
            .any(|unit| unit.residence == Some(wanted))
            && people.units.values().all(|unit| unit.residence.is_some())
    };
    if !margins
        .residence
        .keys()
        .all(|residence| sampled(*residence))
    {
        collapsed.push(Collapse::Residence { respondents: None });
        return None;
    }
    let fewest = margins
        .residence
        .keys()
        .map(|residence| {
            respondents
                .iter()
                .filter(|p| residence_of(people, p) == Some(*residence))
                .count() as u64
        })
        .min()
        .unwrap_or(0);
    if fewest < u64::from(inputs.plan.weighting.cell_minimum) {
        collapsed.push(Collapse::Residence {
            respondents: Some(fewest),
        });
        return None;
    }
    Some(margins.residence.clone())
}

pub(super) fn margin_reports(
    margins: &CountyMargins,
    sex_age: &SexAgeCells,
    residence: Option<&BTreeMap<Residence, u64>>,
    rows: &Rows<'_, '_>,
    before: &[f64],
    after: &[f64],
) -> Vec<MarginReport> {
    let cell = |labels: Vec<String>, population: u64, is_in: &dyn Fn(&Respondent<'_>) -> bool| {
        let places: Vec<usize> = rows
            .respondents
            .iter()
            .enumerate()
            .filter(|(_, person)| is_in(person))
            .map(|(place, _)| place)
            .collect();
        let sum = |of: &[f64]| places.iter().filter_map(|place| of.get(*place)).sum();
        MarginCellReport {
            cells: labels,
            population,
            respondents: places.len() as u64,
            before: sum(before),
            after: sum(after),
        }
    };
    let mut reports = vec![MarginReport {
        variable: "sex_age".to_owned(),
        cells: sex_age
            .cells
            .iter()
            .map(|own| {
                cell(
                    own.iter().map(ToString::to_string).collect(),
                    own.iter().filter_map(|c| margins.sex_age.get(c)).sum(),
                    &|person| {
                        own.iter()
                            .any(|c| c.sex == person.sex && c.age == person.age)
                    },
                )
            })
            .collect(),
    }];
    if let Some(residence) = residence {
        reports.push(MarginReport {
            variable: RESIDENCE.to_owned(),
            cells: residence
                .iter()
                .map(|(of, population)| {
                    cell(vec![of.as_str().to_owned()], *population, &|person| {
                        residence_of(rows.people, person) == Some(*of)
                    })
                })
                .collect(),
        });
    }
    reports
}
