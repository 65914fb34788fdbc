//! The headline by sex, age band and residence.

use super::Source;
use super::figures::{Cell, Plot, extent, range, share};
use crate::report::chart::{Point, Tone};
use crate::survey::result::{Breakdown, BreakdownBy, CountyResult, Estimate, Shown};

/// The headline within groups.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownView {
    /// The axis, SVG.
    pub axis: String,
    /// By sex, by age, by residence.
    pub groups: Vec<GroupView>,
    /// From which size on a group is shown.
    pub rule: String,
}

/// One way to divide.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupView {
    /// By what.
    pub name: String,
    /// The groups.
    pub rows: Vec<BreakdownRow>,
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownRow {
    /// The group.
    pub name: String,
    /// Its figure, or why it is withheld.
    pub shown: Result<Cell, String>,
}

pub(super) fn view(source: &Source<'_>, county: &CountyResult) -> Option<BreakdownView> {
    if county.breakdowns.is_empty() {
        return None;
    }
    let values = county
        .breakdowns
        .iter()
        .flat_map(|breakdown| &breakdown.groups)
        .filter_map(|group| match &group.shown {
            Shown::Estimate(estimate) => Some(estimate.as_ref()),
            Shown::TooSmall | Shown::Complementary => None,
        })
        .flat_map(extent);
    let plot = Plot::shares(values, Some(source.threshold()));
    let limits = &source.result.plan.disclosure;
    Some(BreakdownView {
        groups: county
            .breakdowns
            .iter()
            .map(|breakdown| group(source, breakdown, &plot))
            .collect(),
        rule: source.say(
            "results-breakdown-rule",
            &[
                ("subgroup", source.count(u64::from(limits.subgroup))),
                (
                    "effective",
                    source.lang.number(limits.subgroup_n_eff, 0).into(),
                ),
                ("cell", source.count(u64::from(limits.cell))),
            ],
        ),
        axis: plot.axis,
    })
}

fn group(source: &Source<'_>, breakdown: &Breakdown, plot: &Plot) -> GroupView {
    let name = match breakdown.by {
        BreakdownBy::Sex => "results-by-sex",
        BreakdownBy::Age => "results-by-age",
        BreakdownBy::Residence => "results-by-residence",
    };
    let weighting = &source.result.plan.weighting;
    let item = match breakdown.by {
        BreakdownBy::Sex => Some(weighting.sex_item.as_str()),
        BreakdownBy::Age => Some(weighting.age_item.as_str()),
        BreakdownBy::Residence => None,
    };
    GroupView {
        name: source.t(name),
        rows: breakdown
            .groups
            .iter()
            .map(|group| BreakdownRow {
                name: source.group_name(item, &group.group),
                shown: match &group.shown {
                    Shown::Estimate(estimate) => Ok(cell(source, estimate, plot)),
                    Shown::TooSmall => Err(source.t("results-too-small")),
                    Shown::Complementary => Err(source.t("results-complementary")),
                },
            })
            .collect(),
    }
}

/// A group is described, not judged: its mark is plain.
fn cell(source: &Source<'_>, estimate: &Estimate, plot: &Plot) -> Cell {
    let line = source.threshold();
    let (low, high) = (estimate.interval.low, estimate.interval.high);
    let point = Point {
        estimate: Some(estimate.figure.p),
        interval: Some((low, high)),
        deciding: None,
        tone: Tone::Plain,
    };
    let spoken = source.say(
        "results-plot-plain",
        &[
            ("estimate", share(estimate.figure.p, line).into()),
            ("interval", range(low, high, line).into()),
        ],
    );
    Cell {
        svg: plot.row(&point, &spoken),
        ..source.plain_cell(estimate)
    }
}

impl Source<'_> {
    /// How a group is called: the option of its item, or urban and rural.
    pub(super) fn group_name(&self, item: Option<&str>, code: &str) -> String {
        let option = item
            .and_then(|id| self.result.questionnaire.item(id))
            .and_then(|item| item.options.iter().find(|choice| choice.code == code));
        match (option, code) {
            (Some(choice), _) => choice.text.get(self.lang.tag()).to_owned(),
            (None, "urban") => self.t("results-urban"),
            (None, "rural") => self.t("results-rural"),
            (None, other) => other.to_owned(),
        }
    }
}
