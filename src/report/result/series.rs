//! A county over time: the waves before, earlier surveys' results as others reported them, and the wave's own figure.
//!
//! Promises: every line says whose figure it is; a line whose question or counting is another one than the wave's, or is not
//! known, is marked as a break, so that nobody reads a change from it.

use super::Source;
use super::figures::{Plot, bare, bare_range, range, share};
use crate::report::chart::{Point, Tone};
use crate::survey::plan::ApprovalRule;
use crate::survey::questionnaire::Item;
use crate::survey::reported::{Measure, Reported, Undecided};
use crate::survey::result::{CountyResult, Estimate, WaveResult};

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
    /// The axis of shares, SVG.
    pub axis: String,
    /// Lines, the earliest first; the wave's own is the last.
    pub lines: Vec<SeriesLine>,
}

/// A line of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesLine {
    /// The survey.
    pub survey: String,
    /// Address of the county's page in that wave, where there is one.
    pub path: Option<String>,
    /// Its last day.
    pub ended: String,
    /// Per cent.
    pub estimate: String,
    /// The 95 % interval; of our own figures alone.
    pub interval: String,
    /// Estimate and interval, SVG; empty where there is no estimate.
    pub svg: String,
    /// Standard error, points.
    pub error: String,
    /// Answers.
    pub answers: String,
    /// Whose figure it is.
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

/// A line with what is drawn of it.
struct Drawn {
    share: Option<f64>,
    interval: Option<(f64, f64)>,
    line: SeriesLine,
}

/// The two series of a county, as far as there is something before the wave.
pub(super) fn view(
    source: &Source<'_>,
    county: &CountyResult,
    waves: &[WaveResult],
    figures: &[ReportedFigure],
) -> Vec<SeriesView> {
    let series = Measure::ALL.map(|measure| one(source, county, measure, (waves, figures)));
    series.into_iter().flatten().collect()
}

fn one(
    source: &Source<'_>,
    county: &CountyResult,
    measure: Measure,
    (waves, figures): (&[WaveResult], &[ReportedFigure]),
) -> Option<SeriesView> {
    let of_others = figures
        .iter()
        .filter(|figure| figure.row.measure == measure && figure.row.county == county.code);
    let mut drawn: Vec<Drawn> = of_others.map(|one| theirs(source, one)).collect();
    drawn.extend(waves.iter().filter_map(|wave| {
        let then = wave.county(county.code.as_str())?;
        Some(ours(source, (wave, then), measure))
    }));
    if drawn.is_empty() {
        return None;
    }
    drawn.sort_by(|a, b| a.line.ended.cmp(&b.line.ended));
    drawn.push(ours(source, (source.result, county), measure));
    let threshold = match measure {
        Measure::Approval => Some(source.threshold()),
        Measure::Safety => None,
    };
    let ends = drawn.iter().filter_map(|one| one.interval);
    let values = ends.flat_map(|(low, high)| [low, high]);
    let values = values.chain(drawn.iter().filter_map(|one| one.share));
    let plot = Plot::shares(values, threshold);
    Some(SeriesView {
        measure: measure.as_str(),
        name: source.t(&format!("reported-measure-{}", measure.as_str())),
        lines: drawn
            .into_iter()
            .map(|one| plotted(source, &plot, one))
            .collect(),
        axis: plot.axis,
    })
}

fn plotted(source: &Source<'_>, plot: &Plot, drawn: Drawn) -> SeriesLine {
    let Some(estimate) = drawn.share else {
        return drawn.line;
    };
    let point = Point {
        estimate: Some(estimate),
        interval: drawn.interval,
        deciding: None,
        tone: Tone::Plain,
    };
    let told = share(estimate, NO_LINE);
    let spoken = match drawn.interval {
        Some((low, high)) => source.say(
            "results-plot-plain",
            &[
                ("estimate", told.into()),
                ("interval", range(low, high, NO_LINE).into()),
            ],
        ),
        None => told,
    };
    SeriesLine {
        svg: plot.row(&point, &spoken),
        ..drawn.line
    }
}

fn theirs(source: &Source<'_>, figure: &ReportedFigure) -> Drawn {
    let row = &figure.row;
    let dash = || "–".to_owned();
    let error = row.error.map(|e| source.lang.number(e * 100.0, 2));
    let answers = row.answers.map(|n| source.lang.count(n.into()));
    let line = SeriesLine {
        survey: row.wave.clone(),
        path: None,
        ended: row.ended.clone(),
        estimate: bare(row.estimate, NO_LINE),
        interval: dash(),
        svg: String::new(),
        error: error.unwrap_or_else(dash),
        answers: answers.unwrap_or_else(dash),
        by: source.say("reported-by", &[("source", figure.source.as_str().into())]),
        breaks: breaks(source, row),
        own: false,
        synthetic: figure.synthetic,
    };
    Drawn {
        share: Some(row.estimate),
        interval: None,
        line,
    }
}

/// The figure of a wave of ours: an earlier one, or the one that the page is about.
fn ours(
    source: &Source<'_>,
    (wave, county): (&WaveResult, &CountyResult),
    measure: Measure,
) -> Drawn {
    let estimate: Option<&Estimate> = match measure {
        Measure::Approval => county.approval.estimate.as_ref(),
        Measure::Safety => county.safety.as_ref(),
    };
    let line = match measure {
        Measure::Approval => wave.plan.verdict.threshold,
        Measure::Safety => NO_LINE,
    };
    let facts = &wave.wave;
    let own = facts.slug == source.result.wave.slug;
    let dash = || "–".to_owned();
    let ends = estimate.map(|e| (e.interval.low, e.interval.high));
    let told = |what: &'static str| source.t(&format!("reported-break-{what}-other"));
    let breaks = differs(measure, wave, source.result).into_iter().map(told);
    let shown = SeriesLine {
        survey: facts.titles.get(source.lang.tag()).to_owned(),
        path: (!own).then(|| format!("/results/{}/{}", facts.slug, county.code.as_str())),
        ended: source.zone.date(facts.last_moment()).to_string(),
        estimate: estimate.map_or_else(dash, |e| bare(e.figure.p, line)),
        interval: ends.map_or_else(dash, |(low, high)| bare_range(low, high, line)),
        svg: String::new(),
        error: estimate.map_or_else(dash, |e| source.lang.number(e.standard_error * 100.0, 2)),
        answers: estimate.map_or_else(dash, |e| source.lang.count(e.figure.n)),
        by: source.t(if own { "reported-own" } else { "reported-wave" }),
        breaks: breaks.collect(),
        own,
        synthetic: facts.synthetic,
    };
    Drawn {
        share: estimate.map(|e| e.figure.p),
        interval: ends,
        line: shown,
    }
}

/// In what a wave of our own differs from another: `wording`, `counted`, `undecided`.
#[must_use]
pub fn differs(measure: Measure, wave: &WaveResult, other: &WaveResult) -> Vec<&'static str> {
    let (then, now) = (rule(measure, wave), rule(measure, other));
    // As for the verdict on change: sentence, options and their order.
    let text = |result: &WaveResult, rule: &ApprovalRule| {
        let item = result.questionnaire.item(&rule.item);
        item.map(Item::wording_digest)
    };
    let differs = [
        ("wording", text(wave, then) != text(other, now)),
        ("counted", then.approves != now.approves),
        (
            "undecided",
            then.undecided_in_denominator != now.undecided_in_denominator,
        ),
    ];
    let differing = differs.into_iter().filter(|(_, differs)| *differs);
    differing.map(|(what, _)| what).collect()
}

const fn rule(measure: Measure, wave: &WaveResult) -> &ApprovalRule {
    match measure {
        Measure::Approval => &wave.plan.approval,
        Measure::Safety => &wave.plan.safety,
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
