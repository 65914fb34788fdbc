//! Distributions and breakdowns, under the plan's limits of disclosure.
//!
//! In a distribution a small cell is merged with its neighbor before anything is computed, so that
//! no hidden number stands anywhere in the result. A breakdown shows a group only if it is large
//! enough by itself and no hidden group could be computed from it.

use std::collections::BTreeSet;

use super::WaveInputs;
use super::figures;
use super::people::{People, Respondent};
use super::weigh::{AGE, APPROVAL, RESIDENCE, SEX, Weighed, Weights, residence_of};
use crate::stats::disclosure::{
    Distribution, Limits, Printed, Subgroup, merged_cells, printed_groups,
};
use crate::stats::threshold::FigureInterval;
use crate::survey::answer::{Answer, ChosenSet};
use crate::survey::frame::Residence;
use crate::survey::plan::{ApprovalRule, eligible_codes};
use crate::survey::questionnaire::{Choice, Item, Kind};
use crate::survey::result::{
    AnswerCell, Breakdown, BreakdownBy, BreakdownGroup, ItemResult, Shown,
};

/// Level of the printed interval.
const INTERVAL_LEVEL: f64 = 0.95;

/// The merged cells of one item, each as positions of options.
#[derive(Debug)]
pub(super) struct ItemCells {
    index: usize,
    id: String,
    pub(super) cells: Vec<Vec<usize>>,
    /// "Can't say", where the figure of this item leaves it out and so few chose it that the figure's
    /// number beside the distribution's would tell how many: it is no answer here either.
    left_out: Option<usize>,
}

impl ItemCells {
    /// Column of the table that says who is in a cell.
    pub(super) fn column(&self, place: usize) -> String {
        format!("item/{}/{place}", self.id)
    }

    /// 1 if the respondent is in the cell, 0 if in another one, NaN without an answer.
    pub(super) fn value(
        &self,
        inputs: &WaveInputs<'_>,
        person: &Respondent<'_>,
        cell: &[usize],
    ) -> f64 {
        match self.answer(inputs, person) {
            None => f64::NAN,
            Some(set) if cell.iter().any(|position| set.contains(*position)) => 1.0,
            Some(_) => 0.0,
        }
    }

    fn answer(&self, inputs: &WaveInputs<'_>, person: &Respondent<'_>) -> Option<ChosenSet> {
        answer(inputs, person, self.index)
            .filter(|set| self.left_out.is_none_or(|position| !set.contains(position)))
    }

    /// Respondents who were asked, and the answers of those who answered.
    fn base(&self, inputs: &WaveInputs<'_>, people: &People<'_>) -> (u64, Vec<ChosenSet>) {
        let asked = people
            .respondents
            .iter()
            .filter(|p| p.record.answers.at(self.index) != Answer::NotAsked)
            .count() as u64;
        let answers = people.respondents.iter();
        (
            asked,
            answers.filter_map(|p| self.answer(inputs, p)).collect(),
        )
    }
}

/// What a respondent said to an item, if it is an answer ("prefer not to answer" is none).
fn answer(inputs: &WaveInputs<'_>, person: &Respondent<'_>, index: usize) -> Option<ChosenSet> {
    let item = inputs.questionnaire.items.get(index)?;
    match person.record.answers.at(index) {
        Answer::Chosen(set) => item
            .options
            .iter()
            .enumerate()
            .any(|(p, choice)| set.contains(p) && !choice.refusal)
            .then_some(set),
        Answer::NotAsked | Answer::Blank => None,
    }
}

/// 1 if the answer counts as approval, 0 if not, NaN if it is not in the denominator.
pub(super) fn counts_as(
    inputs: &WaveInputs<'_>,
    person: &Respondent<'_>,
    rule: &ApprovalRule,
) -> f64 {
    let choice = person
        .record
        .answers
        .choice(inputs.questionnaire, &rule.item);
    match choice {
        None => f64::NAN,
        Some(choice) if choice.refusal => f64::NAN,
        Some(choice) if choice.undecided && !rule.undecided_in_denominator => f64::NAN,
        Some(choice) if rule.approves.contains(&choice.code) => 1.0,
        Some(_) => 0.0,
    }
}

/// Codes of the groups that an item makes, in the questionnaire's order.
pub(super) fn group_codes(inputs: &WaveInputs<'_>, item: &str) -> Vec<String> {
    inputs
        .questionnaire
        .item(item)
        .map_or_else(Vec::new, |item| {
            let eligible = eligible_codes(item);
            item.options
                .iter()
                .filter(|choice| eligible.contains(choice.code.as_str()))
                .map(|choice| choice.code.clone())
                .collect()
        })
}

/// The cells of every item's distribution, small ones merged.
pub(super) fn item_cells(
    inputs: &WaveInputs<'_>,
    respondents: &[&Respondent<'_>],
) -> Vec<ItemCells> {
    let items = inputs.questionnaire.items.iter().enumerate();
    items
        .map(|(index, item)| {
            let mut answers: Vec<ChosenSet> = respondents
                .iter()
                .filter_map(|person| answer(inputs, person, index))
                .collect();
            let smallest = u64::from(inputs.plan.disclosure.cell);
            let left_out = left_out(inputs, item, &answers, smallest);
            answers.retain(|set| left_out.is_none_or(|position| !set.contains(position)));
            ItemCells {
                index,
                id: item.id.clone(),
                cells: cells_of(item, &answers, left_out, smallest),
                left_out,
            }
        })
        .collect()
}

fn left_out(
    inputs: &WaveInputs<'_>,
    item: &Item,
    answers: &[ChosenSet],
    smallest: u64,
) -> Option<usize> {
    [&inputs.plan.approval, &inputs.plan.safety]
        .into_iter()
        .find(|rule| rule.item == item.id && !rule.undecided_in_denominator)?;
    let position = item.options.iter().position(|choice| choice.undecided)?;
    let n = answers.iter().filter(|set| set.contains(position)).count() as u64;
    (n > 0 && n < smallest).then_some(position)
}

/// Whether "can't say" shares a cell of the headline's distribution with another answer.
pub(super) fn is_undecided_merged(inputs: &WaveInputs<'_>, run: &Weighed) -> bool {
    let Ok(weights) = &run.outcome else {
        return false;
    };
    let undecided = |item: &ItemCells, position: &usize| {
        let item = inputs.questionnaire.items.get(item.index);
        let choice = item.and_then(|item| item.options.get(*position));
        choice.is_some_and(|choice| choice.undecided)
    };
    weights
        .cells
        .iter()
        .filter(|item| item.id == inputs.plan.approval.item)
        .any(|item| {
            let shares =
                |cell: &Vec<usize>| cell.len() > 1 && cell.iter().any(|p| undecided(item, p));
            item.cells.iter().any(shares)
        })
}

/// Numbers of residents who were asked something that may not be told, because somewhere the same
/// number less the answers is under the limit.
fn hidden_bases(
    inputs: &WaveInputs<'_>,
    people: &People<'_>,
    items: &[ItemCells],
) -> BTreeSet<u64> {
    let smallest = u64::from(inputs.plan.disclosure.cell);
    items
        .iter()
        .filter_map(|item| {
            let (asked, answers) = item.base(inputs, people);
            let silent = asked - answers.len() as u64;
            (item.left_out.is_some() || silent > 0 && silent < smallest).then_some(asked)
        })
        .collect()
}

/// Whether the number of respondents would tell how few gave no answer to something.
pub(super) fn is_total_hidden(
    inputs: &WaveInputs<'_>,
    people: &People<'_>,
    weights: &Weights,
) -> bool {
    let everybody = people.respondents.len() as u64;
    hidden_bases(inputs, people, &weights.cells).contains(&everybody)
}

/// Sides of the headline as places on a line: "can't say" is nearer to what does not approve.
fn side(choice: &Choice) -> u8 {
    match (choice.approves, choice.undecided) {
        (true, _) => 3,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// The cells of the answers to one item, small ones merged, each as positions of options.
pub(in crate::survey) fn merged_options(
    item: &Item,
    answers: &[ChosenSet],
    smallest: u64,
) -> Vec<Vec<usize>> {
    cells_of(item, answers, None, smallest)
}

fn cells_of(
    item: &Item,
    answers: &[ChosenSet],
    left_out: Option<usize>,
    smallest: u64,
) -> Vec<Vec<usize>> {
    let count = |positions: &[usize]| -> u64 {
        answers
            .iter()
            .filter(|set| positions.iter().any(|p| set.contains(*p)))
            .count() as u64
    };
    let several = matches!(item.kind, Kind::Multiple { .. });
    let shown: Vec<usize> = item
        .options
        .iter()
        .enumerate()
        .filter(|(_, choice)| !(choice.refusal || choice.ends || several && choice.exclusive))
        .map(|(position, _)| position)
        .filter(|position| Some(*position) != left_out)
        .collect();
    let sides: Vec<u8> = shown
        .iter()
        .map(|p| item.options.get(*p).map_or(0, side))
        .collect();
    let everybody = answers.len() as u64;
    let distribution = Distribution {
        sides: &sides,
        everybody: several.then_some(everybody),
    };
    let positions = |cell: &[usize]| -> Vec<usize> {
        cell.iter().filter_map(|k| shown.get(*k).copied()).collect()
    };
    let merged = merged_cells(&distribution, smallest, |cell| count(&positions(cell)));
    let mut cells: Vec<Vec<usize>> = merged
        .unwrap_or_default()
        .iter()
        .map(|cell| positions(cell))
        .collect();
    if several && !cells.is_empty() {
        // "none of these" cannot be merged with anything; it stands alone or not at all
        let alone = item.options.iter().enumerate().filter(|(_, c)| c.exclusive);
        cells.extend(alone.map(|(position, _)| vec![position]).filter(|cell| {
            let n = count(cell);
            n >= smallest && everybody - n >= smallest
        }));
    }
    cells
}

/// The distribution of the answers to every item.
pub(super) fn items(
    inputs: &WaveInputs<'_>,
    people: &People<'_>,
    run: &Weighed,
) -> Vec<ItemResult> {
    let Ok(weights) = &run.outcome else {
        return Vec::new();
    };
    let hidden = hidden_bases(inputs, people, &weights.cells);
    let code = |item: &Item, position: &usize| item.options.get(*position).map(|c| c.code.clone());
    weights
        .cells
        .iter()
        .filter_map(|own| {
            let item = inputs.questionnaire.items.get(own.index)?;
            let several = matches!(item.kind, Kind::Multiple { .. });
            let (asked, answered) = own.base(inputs, people);
            let cells = own.cells.iter().enumerate().filter_map(|(place, cell)| {
                let row = figures::row(&weights.results, &own.column(place), None)?;
                let figure = figures::figure(inputs, row)?;
                let chosen = answered
                    .iter()
                    .filter(|set| cell.iter().any(|p| set.contains(*p)));
                let exact = AnswerCell {
                    codes: cell.iter().filter_map(|p| code(item, p)).collect(),
                    n: Some(chosen.count() as u64),
                    share: figure.p,
                    interval: figure.interval(INTERVAL_LEVEL),
                };
                Some(if several { coarse(exact) } else { exact })
            });
            Some(ItemResult {
                item: own.id.clone(),
                asked: (!hidden.contains(&asked)).then_some(asked),
                answered: answered.len() as u64,
                cells: cells.collect(),
            })
        })
        .collect()
}

/// A cell of answers that may be ticked together: no number, and whole percentages, so that nobody
/// can tell by adding and subtracting how few ticked two of them.
fn coarse(cell: AnswerCell) -> AnswerCell {
    let whole = |share: f64| (share * 100.0).round() / 100.0;
    AnswerCell {
        codes: cell.codes,
        n: None,
        share: whole(cell.share),
        interval: FigureInterval {
            low: whole(cell.interval.low),
            high: whole(cell.interval.high),
            ..cell.interval
        },
    }
}

/// The headline by sex, age band and residence.
pub(super) fn breakdowns(
    inputs: &WaveInputs<'_>,
    people: &People<'_>,
    run: &Weighed,
) -> Vec<Breakdown> {
    let weighting = &inputs.plan.weighting;
    let residences: Vec<String> = Residence::ALL
        .iter()
        .filter(|of| {
            people
                .respondents
                .iter()
                .any(|p| residence_of(people, p) == Some(**of))
        })
        .map(|of| of.as_str().to_owned())
        .collect();
    let sexes = group_codes(inputs, &weighting.sex_item);
    let ages = group_codes(inputs, &weighting.age_item);
    [
        (BreakdownBy::Sex, SEX, sexes),
        (BreakdownBy::Age, AGE, ages),
        (BreakdownBy::Residence, RESIDENCE, residences),
    ]
    .into_iter()
    .filter(|(_, _, groups)| groups.len() > 1)
    .map(|(by, column, groups)| Breakdown {
        by,
        groups: shown_groups(inputs, people, run, by, column, &groups),
    })
    .collect()
}

fn shown_groups(
    inputs: &WaveInputs<'_>,
    people: &People<'_>,
    run: &Weighed,
    by: BreakdownBy,
    column: &str,
    groups: &[String],
) -> Vec<BreakdownGroup> {
    let Ok(weights) = &run.outcome else {
        return Vec::new();
    };
    let rule = &inputs.plan.approval;
    let belongs = |person: &Respondent<'_>, group: &str| match by {
        BreakdownBy::Sex => person.sex == group,
        BreakdownBy::Age => person.age == group,
        BreakdownBy::Residence => {
            residence_of(people, person).is_some_and(|of| of.as_str() == group)
        }
    };
    let estimates: Vec<_> = groups
        .iter()
        .map(|group| {
            let of_group = || people.respondents.iter().filter(|p| belongs(p, group));
            let values: Vec<f64> = of_group().map(|p| counts_as(inputs, p, rule)).collect();
            let silent = values.iter().filter(|value| value.is_nan()).count();
            let approving = values.iter().filter(|value| **value > 0.5).count();
            let id = format!("{APPROVAL}/{column}");
            let estimate = figures::row(&weights.results, &id, Some(group))
                .and_then(|row| figures::estimate(inputs, row, rule, None));
            let subgroup = Subgroup {
                n: (values.len() - silent) as u64,
                approving: approving as u64,
                n_eff: estimate.as_ref().map_or(0.0, |e| e.n_eff),
            };
            (subgroup, estimate)
        })
        .collect();
    let subgroups: Vec<Subgroup> = estimates.iter().map(|(subgroup, _)| *subgroup).collect();
    let disclosure = inputs.plan.disclosure;
    let limits = Limits {
        cell: u64::from(disclosure.cell),
        subgroup: u64::from(disclosure.subgroup),
        subgroup_n_eff: disclosure.subgroup_n_eff,
    };
    printed_groups(&subgroups, &limits)
        .into_iter()
        .zip(estimates)
        .zip(groups)
        .map(|((printed, (_, estimate)), group)| BreakdownGroup {
            group: group.clone(),
            shown: match (printed, estimate) {
                (Printed::Shown, Some(estimate)) => Shown::Estimate(Box::new(estimate)),
                (Printed::Complementary, _) => Shown::Complementary,
                _ => Shown::TooSmall,
            },
        })
        .collect()
}
