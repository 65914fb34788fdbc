//! The table that a county's plan runs on.

use std::collections::BTreeMap;

use super::classes::Classes;
use super::margins::SexAgeCells;
use super::{AGE, APPROVAL, DECIDED, RESIDENCE, SAFETY, SEX, Stage, ratio, residence_of};
use crate::stats::data::{Column, MISSING, Table};
use crate::survey::analysis::WaveInputs;
use crate::survey::analysis::cells::{self, ItemCells};
use crate::survey::analysis::people::{People, Respondent, Unit};
use crate::survey::frame::Residence;
use crate::survey::plan::ApprovalRule;
use crate::survey::result::ClassReport;
use crate::survey::sample::UnitCode;

/// Rows of the table: respondents in the order of their ids, then one row per unit with
/// non-respondents.
pub(super) struct Rows<'r, 'a> {
    pub(super) people: &'r People<'a>,
    pub(super) respondents: &'r [&'r Respondent<'a>],
    /// Unit, class and weight of every row.
    places: Vec<(&'r Unit, String, f64)>,
    /// Weights after non-response, of respondents.
    pub(super) before: Vec<f64>,
}

impl<'r, 'a> Rows<'r, 'a> {
    pub(super) fn new(
        people: &'r People<'a>,
        respondents: &'r [&'r Respondent<'a>],
        classes: &Classes,
    ) -> Result<Self, String> {
        let class_of = |unit: &UnitCode| classes.of_unit.get(unit).cloned().unwrap_or_default();
        let mut places = Vec::new();
        let mut sums: BTreeMap<String, f64> = BTreeMap::new();
        let mut answers: BTreeMap<&UnitCode, u64> = BTreeMap::new();
        for person in respondents {
            let code = &person.record.place.variance_unit;
            let unit = people
                .units
                .get(code)
                .ok_or_else(|| format!("unknown_unit {code}"))?;
            let weight = unit.base_weight * person.adults;
            *sums.entry(class_of(code)).or_default() += weight;
            *answers.entry(code).or_default() += 1;
            places.push((unit, class_of(code), weight));
        }
        let reports: BTreeMap<&str, &ClassReport> = classes
            .report
            .iter()
            .map(|c| (c.class.as_str(), c))
            .collect();
        let before = places
            .iter()
            .map(|(_, class, weight)| {
                weight
                    * reports
                        .get(class.as_str())
                        .map_or(0.0, |report| report.factor)
            })
            .collect();
        for unit in people.units.values() {
            let class = class_of(&unit.code);
            let answered = answers.get(&unit.code).copied().unwrap_or(0) + unit.screened_out;
            let silent = unit.issued.saturating_sub(answered);
            let Some(report) = reports.get(class.as_str()) else {
                continue;
            };
            let known = report.respondents + report.screened_out;
            let share = ratio(silent, known);
            let weight = sums.get(&class).copied().unwrap_or(0.0) * share;
            if weight > 0.0 {
                places.push((unit, class, weight));
            }
        }
        Ok(Self {
            people,
            respondents,
            places,
            before,
        })
    }

    /// Base weight (without the adults of the household), class and weight after non-response of each respondent.
    pub(super) fn stages(&self) -> Vec<Stage> {
        let respondents = self.places.iter().zip(&self.before);
        let stage = |((unit, class, _), before): (&(&Unit, String, f64), &f64)| Stage {
            base: unit.base_weight,
            class: class.clone(),
            before: *before,
        };
        respondents.map(stage).collect()
    }

    /// The table: where people are and what they weigh, groups, 0/1 columns of answers.
    pub(super) fn table(
        &self,
        inputs: &WaveInputs<'_>,
        sex_age: &SexAgeCells,
        cells: &[ItemCells],
    ) -> Result<Table, String> {
        let mut columns = self.design();
        columns.extend(self.groups(inputs, sex_age));
        let approval = &inputs.plan.approval;
        let decided = ApprovalRule {
            undecided_in_denominator: false,
            ..approval.clone()
        };
        let rules = [
            (APPROVAL, approval),
            (DECIDED, &decided),
            (SAFETY, &inputs.plan.safety),
        ];
        for (name, rule) in rules {
            let column = self.numbers(&|person| cells::counts_as(inputs, person, rule));
            columns.push((name.to_owned(), column));
        }
        for item in cells {
            for (place, cell) in item.cells.iter().enumerate() {
                let column = self.numbers(&|person| item.value(inputs, person, cell));
                columns.push((item.column(place), column));
            }
        }
        Table::new(columns).map_err(|error| error.to_string())
    }

    fn silent(&self) -> usize {
        self.places.len() - self.respondents.len()
    }

    fn design(&self) -> Vec<(String, Column)> {
        let labels = |of: &dyn Fn(&(&Unit, String, f64)) -> String| {
            let labels: Vec<String> = self.places.iter().map(of).collect();
            Column::labels(labels.iter().map(|label| Some(label.as_str())))
        };
        let weights = self.places.iter().map(|place| place.2).collect();
        let responded = std::iter::repeat_n(1.0, self.respondents.len())
            .chain(std::iter::repeat_n(0.0, self.silent()))
            .collect();
        vec![
            (
                "stratum".to_owned(),
                labels(&|place| place.0.stratum.to_string()),
            ),
            ("unit".to_owned(), labels(&|place| place.0.code.to_string())),
            ("class".to_owned(), labels(&|place| place.1.clone())),
            ("weight".to_owned(), Column::Number(weights)),
            ("responded".to_owned(), Column::Number(responded)),
        ]
    }

    fn groups(&self, inputs: &WaveInputs<'_>, sex_age: &SexAgeCells) -> Vec<(String, Column)> {
        let weighting = &inputs.plan.weighting;
        let sexes = cells::group_codes(inputs, &weighting.sex_item);
        let ages = cells::group_codes(inputs, &weighting.age_item);
        let residences: Vec<String> = Residence::ALL.map(|r| r.as_str().to_owned()).into();
        let of_residence = |person: &Respondent<'_>| {
            residence_of(self.people, person).map_or("", Residence::as_str)
        };
        let place = |levels: &[String], label: &str| levels.iter().position(|l| l == label);
        vec![
            (
                "sex_age".to_owned(),
                self.category(sex_age.labels(), &|person| sex_age.position(person)),
            ),
            (
                SEX.to_owned(),
                self.category(sexes.clone(), &|person| place(&sexes, &person.sex)),
            ),
            (
                AGE.to_owned(),
                self.category(ages.clone(), &|person| place(&ages, &person.age)),
            ),
            (
                RESIDENCE.to_owned(),
                self.category(residences.clone(), &|person| {
                    place(&residences, of_residence(person))
                }),
            ),
        ]
    }

    fn numbers(&self, of: &dyn Fn(&Respondent<'_>) -> f64) -> Column {
        let known = self.respondents.iter().map(|person| of(person));
        let silent = std::iter::repeat_n(f64::NAN, self.silent());
        Column::Number(known.chain(silent).collect())
    }

    fn category(
        &self,
        levels: Vec<String>,
        of: &dyn Fn(&Respondent<'_>) -> Option<usize>,
    ) -> Column {
        let code = |place: Option<usize>| {
            place
                .and_then(|place| u32::try_from(place).ok())
                .unwrap_or(MISSING)
        };
        let known = self.respondents.iter().map(|person| code(of(person)));
        let codes = known
            .chain(std::iter::repeat_n(MISSING, self.silent()))
            .collect();
        Column::Category { levels, codes }
    }
}
