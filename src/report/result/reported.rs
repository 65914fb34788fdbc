//! Earlier surveys' results as others reported them, beside the wave's own figure.
//!
//! Promises: every line says whose figure it is; a line whose question or counting is another one than the wave's, or is not
//! known, is marked as a break, so that nobody reads a change from it.

use super::Source;
use super::figures::bare;
use crate::survey::plan::ApprovalRule;
use crate::survey::reported::{Measure, Reported, Undecided};
use crate::survey::result::{CountyResult, Estimate};

/// A figure and the file in which it was reported.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedFigure {
    /// The figure.
    pub row: Reported,
    /// Who reported it.
    pub source: String,
    /// Made up.
    pub synthetic: bool,
}

/// The series of a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesView {
    /// `approval` or `safety`.
    pub measure: &'static str,
    /// What it is.
    pub name: String,
    /// Lines, the earliest first; the wave's own is the last.
    pub lines: Vec<SeriesLine>,
}

/// A line of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesLine {
    /// The survey.
    pub survey: String,
    /// Its last day.
    pub ended: String,
    /// Per cent.
    pub estimate: String,
    /// Standard error, points.
    pub error: String,
    /// Answers.
    pub answers: String,
    /// Who reported it.
    pub by: String,
    /// Why it cannot be compared with the wave's own figure.
    pub breaks: Vec<String>,
    /// The wave's own figure.
    pub own: bool,
    /// Made up.
    pub synthetic: bool,
}

/// Nothing is judged against a line here.
const NO_LINE: f64 = -1.0;

/// The series of a county that has reported figures.
pub(super) fn view(
    source: &Source<'_>,
    county: &CountyResult,
    figures: &[ReportedFigure],
) -> Vec<SeriesView> {
    let series = Measure::ALL.map(|measure| {
        let mut own: Vec<&ReportedFigure> = figures
            .iter()
            .filter(|figure| figure.row.measure == measure && figure.row.county == county.code)
            .collect();
        own.sort_by(|a, b| a.row.ended.cmp(&b.row.ended));
        let mut lines: Vec<SeriesLine> = own.iter().map(|one| line(source, one)).collect();
        if !lines.is_empty() {
            lines.push(ours(source, county, measure));
        }
        SeriesView {
            measure: measure.as_str(),
            name: source.t(&format!("reported-measure-{}", measure.as_str())),
            lines,
        }
    });
    let some = series.into_iter().filter(|series| !series.lines.is_empty());
    some.collect()
}

fn line(source: &Source<'_>, figure: &ReportedFigure) -> SeriesLine {
    let row = &figure.row;
    let dash = || "–".to_owned();
    let error = row.error.map(|e| source.lang.number(e * 100.0, 2));
    let answers = row.answers.map(|n| source.lang.count(n.into()));
    SeriesLine {
        survey: row.wave.clone(),
        ended: row.ended.clone(),
        estimate: bare(row.estimate, NO_LINE),
        error: error.unwrap_or_else(dash),
        answers: answers.unwrap_or_else(dash),
        by: source.say("reported-by", &[("source", figure.source.as_str().into())]),
        breaks: breaks(source, row),
        own: false,
        synthetic: figure.synthetic,
    }
}

fn ours(source: &Source<'_>, county: &CountyResult, measure: Measure) -> SeriesLine {
    let estimate: Option<&Estimate> = match measure {
        Measure::Approval => county.approval.estimate.as_ref(),
        Measure::Safety => county.safety.as_ref(),
    };
    let line = match measure {
        Measure::Approval => source.threshold(),
        Measure::Safety => NO_LINE,
    };
    let facts = &source.result.wave;
    let dash = || "–".to_owned();
    SeriesLine {
        survey: facts.titles.get(source.lang.tag()).to_owned(),
        ended: source.zone.date(facts.last_moment()).to_string(),
        estimate: estimate.map_or_else(dash, |e| bare(e.figure.p, line)),
        error: estimate.map_or_else(dash, |e| source.lang.number(e.standard_error * 100.0, 2)),
        answers: estimate.map_or_else(dash, |e| source.lang.count(e.figure.n)),
        by: source.t("reported-own"),
        breaks: Vec::new(),
        own: true,
        synthetic: facts.synthetic,
    }
}

/// In what a reported figure differs from the wave's own, or may differ.
pub(super) fn breaks(source: &Source<'_>, row: &Reported) -> Vec<String> {
    let plan = &source.result.plan;
    let rule = match row.measure {
        Measure::Approval => &plan.approval,
        Measure::Safety => &plan.safety,
    };
    let wording = (!row.wording.is_empty()).then(|| is_our_question(source, rule, &row.wording));
    let counted = (!row.counted.is_empty()).then(|| is_our_count(source, rule, &row.counted));
    let undecided = match row.undecided {
        Undecided::Unknown => None,
        Undecided::In => Some(rule.undecided_in_denominator),
        Undecided::Out => Some(!rule.undecided_in_denominator),
    };
    [
        ("wording", wording),
        ("counted", counted),
        ("undecided", undecided),
    ]
    .into_iter()
    .filter_map(|(what, same)| match same {
        Some(true) => None,
        Some(false) => Some(source.t(&format!("reported-break-{what}-other"))),
        None => Some(source.t(&format!("reported-break-{what}-unknown"))),
    })
    .collect()
}

/// Letters and digits alone: spaces, quotes and marks make no other question.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_our_question(source: &Source<'_>, rule: &ApprovalRule, wording: &str) -> bool {
    let Some(item) = source.result.questionnaire.item(&rule.item) else {
        return false;
    };
    let wording = plain(wording);
    let names = source.result.counties.iter();
    let places = names.flat_map(|county| [county.name_zh.as_str(), county.name_en.as_str()]);
    let mut places = places.chain(["本县（区）", "本县区", "{county}"]);
    places.any(|place| {
        ["zh-CN", "en"]
            .into_iter()
            .any(|tag| plain(&item.text.render(tag, place)) == wording)
    })
}

fn is_our_count(source: &Source<'_>, rule: &ApprovalRule, counted: &str) -> bool {
    let Some(item) = source.result.questionnaire.item(&rule.item) else {
        return false;
    };
    let mut theirs: Vec<String> = counted
        .split(['、', ';', '；', ',', '，', '/'])
        .map(plain)
        .collect();
    theirs.sort();
    let ours = |name: &dyn Fn(&crate::survey::questionnaire::Choice) -> String| {
        let chosen = item
            .options
            .iter()
            .filter(|choice| rule.approves.contains(&choice.code));
        let mut names: Vec<String> = chosen.map(name).collect();
        names.sort();
        names
    };
    ["zh-CN", "en"]
        .into_iter()
        .any(|tag| ours(&|choice| plain(choice.text.get(tag))) == theirs)
}
