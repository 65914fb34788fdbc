//! Sense of security by county, and its change since the base wave.

use super::Source;
use super::figures::{
    Plot, Tag, bare, bare_range, change_tag, finding, obstacle, points, points_range, tone,
};
use super::parts::Part;
use crate::report::chart::Point;
use crate::survey::result::{ChangeResult, CountyResult};

/// Sense of security by county.
#[derive(Debug, Clone, PartialEq)]
pub struct SafetyView {
    /// The question, and which answers count.
    pub question: String,
    /// With which wave it is compared, or that there is none.
    pub comparison: String,
    /// Whether any county has a change to show.
    pub compared: bool,
    /// The axis of the changes, SVG.
    pub axis: String,
    /// One row per county.
    pub rows: Vec<SafetyRow>,
}

/// Sense of security of one county.
#[derive(Debug, Clone, PartialEq)]
pub struct SafetyRow {
    /// Address of the county's page.
    pub path: String,
    /// The county.
    pub name: String,
    /// Answers.
    pub n: String,
    /// Per cent.
    pub level: String,
    /// The 95 % interval, per cent.
    pub interval: String,
    /// Percentage points, with sign.
    pub change: String,
    /// The 95 % interval of the change.
    pub change_interval: String,
    /// The plot of the change, SVG; empty without one.
    pub svg: String,
    /// Risen, not risen, not decidable, not assessable.
    pub tag: Tag,
    /// Why there is no verdict.
    pub obstacle: Option<String>,
}

/// Nothing is judged against a line here, so no share has to stay on a side.
const NO_LINE: f64 = -1.0;

pub(super) fn view(source: &Source<'_>, part: Part) -> SafetyView {
    let counties = &source.result.counties;
    let delta = source.result.plan.change.delta;
    let values = counties.iter().filter_map(|county| {
        let (low, high) = county.change.interval?;
        Some([low, high])
    });
    let plot = Plot::differences(values.flatten(), delta);
    SafetyView {
        question: question(source),
        comparison: comparison(source),
        compared: counties.iter().any(|county| county.change.change.is_some()),
        rows: part
            .of(counties)
            .iter()
            .map(|county| row(source, county, &plot))
            .collect(),
        axis: plot.axis,
    }
}

fn question(source: &Source<'_>) -> String {
    let rule = &source.result.plan.safety;
    let tag = source.lang.tag();
    let Some(item) = source.result.questionnaire.item(&rule.item) else {
        return String::new();
    };
    let counted: Vec<String> = item
        .options
        .iter()
        .filter(|choice| rule.approves.contains(&choice.code))
        .map(|choice| choice.text.get(tag).to_owned())
        .collect();
    let text = item.text.render(tag, &source.t("results-this-county"));
    source.say(
        "results-safety-question",
        &[
            ("text", text.into()),
            ("approves", source.join(&counted).into()),
        ],
    )
}

fn comparison(source: &Source<'_>) -> String {
    match &source.result.wave.base_wave {
        None => source.t("results-no-base"),
        Some(slug) => source.say(
            "results-base",
            &[
                ("wave", slug.as_str().into()),
                (
                    "delta",
                    points(source.result.plan.change.delta, f64::NAN).into(),
                ),
            ],
        ),
    }
}

fn row(source: &Source<'_>, county: &CountyResult, plot: &Plot) -> SafetyRow {
    let delta = source.result.plan.change.delta;
    let change = &county.change;
    let safety = county.safety.as_ref();
    let dash = || "–".to_owned();
    SafetyRow {
        path: source.county_path(county.code.as_str()),
        name: source.name_of(county),
        n: safety.map_or_else(dash, |e| source.lang.count(e.figure.n)),
        level: safety.map_or_else(dash, |e| bare(e.figure.p, NO_LINE)),
        interval: safety.map_or_else(dash, |e| {
            bare_range(e.interval.low, e.interval.high, NO_LINE)
        }),
        change: change
            .change
            .map_or_else(dash, |c| points(c.difference, delta)),
        change_interval: change
            .interval
            .map_or_else(dash, |ends| points_range(ends, delta, source.lang)),
        svg: svg(source, change, plot),
        tag: change_tag(source.lang, change.finding),
        obstacle: obstacle(source.lang, change.finding),
    }
}

fn svg(source: &Source<'_>, change: &ChangeResult, plot: &Plot) -> String {
    let (Some(found), Some(interval)) = (change.change, change.interval) else {
        return String::new();
    };
    let hundredfold = |(low, high): (f64, f64)| (low * 100.0, high * 100.0);
    let bounds = change.judgement.map(|j| hundredfold((j.lower, j.upper)));
    let point = Point {
        estimate: Some(found.difference * 100.0),
        interval: Some(hundredfold(interval)),
        deciding: bounds,
        tone: tone(change.finding),
    };
    plot.row(&point, &sentence(source, change).unwrap_or_default())
}

/// A change in words and numbers.
pub(super) fn sentence(source: &Source<'_>, change: &ChangeResult) -> Option<String> {
    let (found, interval) = (change.change?, change.interval?);
    let delta = source.result.plan.change.delta;
    let (lower, upper) = change
        .judgement
        .map_or(interval, |judgement| (judgement.lower, judgement.upper));
    Some(source.say(
        "results-change-sentence",
        &[
            ("difference", points(found.difference, delta).into()),
            (
                "interval",
                points_range(interval, delta, source.lang).into(),
            ),
            (
                "bounds",
                points_range((lower, upper), delta, source.lang).into(),
            ),
            ("outcome", finding(change.finding).code().into()),
        ],
    ))
}
