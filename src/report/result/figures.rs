//! Figures of a result: shares beside their line, verdict tags, and the cells of a forest plot.

use super::Source;
use crate::evaluation::finding::Finding;
use crate::i18n::Lang;
use crate::report::chart::{Point, Scale, Tone, Unit, forest_axis, forest_row};
use crate::report::reason::{apart, class, finding_word, sign, unfit_sentence};
use crate::stats::threshold::{self, FigureInterval, Judgement, NotAssessable};
use crate::survey::result::Estimate;

/// A verdict as sign, word and style class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Style class: `met`, `unmet`, `open`, `none`.
    pub class: &'static str,
    /// The sign.
    pub sign: &'static str,
    /// The word.
    pub word: String,
}

/// The axis of a plot whose rows stand in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// The axis, SVG.
    pub axis: String,
    scale: Scale,
    line: Option<f64>,
}

/// An estimate as a table shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Answers, grouped.
    pub n: String,
    /// Per cent, without the sign.
    pub estimate: String,
    /// The 95 % interval, per cent, without the sign.
    pub interval: String,
    /// The plot, SVG.
    pub svg: String,
}

/// The finding of a survey figure as one of the five that a criterion can have.
pub(super) fn finding(found: threshold::Finding) -> Finding {
    match found {
        threshold::Finding::Met => Finding::Met,
        threshold::Finding::NotMet => Finding::NotMet,
        threshold::Finding::NotDecidable => Finding::NotDecidable,
        threshold::Finding::NotAssessable(_) => Finding::NotAssessable,
    }
}

/// Why nothing could be judged, in a sentence.
pub(super) fn obstacle(lang: Lang, found: threshold::Finding) -> Option<String> {
    match found {
        threshold::Finding::NotAssessable(why) => Some(unfit_sentence(lang, why)),
        _ => None,
    }
}

/// Every sentence of a list of obstacles.
pub(super) fn obstacles(lang: Lang, found: &[NotAssessable]) -> Vec<String> {
    found.iter().map(|why| unfit_sentence(lang, *why)).collect()
}

pub(super) fn tag_of(lang: Lang, found: Finding) -> Tag {
    Tag {
        class: class(found),
        sign: sign(found),
        word: finding_word(lang, found),
    }
}

pub(super) fn tag(lang: Lang, found: threshold::Finding) -> Tag {
    tag_of(lang, finding(found))
}

/// The verdict on a change: risen, not risen, not decidable, not assessable.
pub(super) fn change_tag(lang: Lang, found: threshold::Finding) -> Tag {
    let found = finding(found);
    let word = match found {
        Finding::Met => lang.t("results-risen"),
        Finding::NotMet => lang.t("results-not-risen"),
        other => finding_word(lang, other),
    };
    Tag {
        word,
        ..tag_of(lang, found)
    }
}

pub(super) const fn tone(found: threshold::Finding) -> Tone {
    match found {
        threshold::Finding::Met => Tone::Met,
        threshold::Finding::NotMet => Tone::NotMet,
        threshold::Finding::NotDecidable => Tone::Open,
        threshold::Finding::NotAssessable(_) => Tone::NotAssessable,
    }
}

/// A share as a percentage that stays on its side of `line`.
pub(super) fn share(value: f64, line: f64) -> String {
    apart(value, &[line])
}

/// The same without the sign, for a column whose head carries it.
pub(super) fn bare(value: f64, line: f64) -> String {
    share(value, line).trim_end_matches('%').to_owned()
}

/// An interval of shares, both ends on their side of `line`.
pub(super) fn range(low: f64, high: f64, line: f64) -> String {
    format!("{}–{}", bare(low, line), share(high, line))
}

/// The same without the sign.
pub(super) fn bare_range(low: f64, high: f64, line: f64) -> String {
    format!("{}–{}", bare(low, line), bare(high, line))
}

/// A difference in percentage points with its sign, on its side of `line`.
pub(super) fn points(value: f64, line: f64) -> String {
    let text = bare(value, line);
    let zero = !text.chars().any(|c| ('1'..='9').contains(&c));
    match (zero, value > 0.0) {
        (true, _) => text.replace('−', ""),
        (false, true) => format!("+{text}"),
        (false, false) => text,
    }
}

/// Both ends of a difference.
pub(super) fn points_range((low, high): (f64, f64), line: f64, lang: Lang) -> String {
    lang.t_with(
        "results-points-range",
        &[
            ("low", points(low, line).into()),
            ("high", points(high, line).into()),
        ],
    )
}

/// A line that was fixed beforehand, with as many decimals as it has: `90%`, `92.5%`.
pub(in crate::report) fn limit(value: f64) -> String {
    let text = format!("{:.4}", value * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}%")
}

/// A number of which a count is a float in the document.
pub(super) fn ends(interval: &FigureInterval) -> [f64; 2] {
    [interval.low, interval.high]
}

impl Plot {
    /// A plot of shares that shows all of `values` and the line.
    pub(super) fn shares(values: impl IntoIterator<Item = f64>, line: Option<f64>) -> Self {
        let scale = Scale::fitting(values.into_iter().chain(line), Unit::Percent);
        Self {
            axis: forest_axis(&scale, line),
            scale,
            line,
        }
    }

    /// A plot of differences, in percentage points.
    pub(super) fn differences(values: impl IntoIterator<Item = f64>, line: f64) -> Self {
        let values = values.into_iter().chain([line]).map(|value| value * 100.0);
        let scale = Scale::fitting(values, Unit::Number);
        let line = Some(line * 100.0);
        Self {
            axis: forest_axis(&scale, line),
            scale,
            line,
        }
    }

    pub(super) fn row(&self, point: &Point, label: &str) -> String {
        forest_row(point, &self.scale, self.line, label)
    }
}

/// The bounds by which an estimate is judged.
fn deciding(estimate: &Estimate, judgement: Option<&Judgement>) -> (f64, f64) {
    let bounds = &estimate.bounds;
    judgement.map_or((bounds.low, bounds.high), |j| (j.lower, j.upper))
}

/// An estimate as a plot draws it.
pub(super) fn point(
    estimate: &Estimate,
    judgement: Option<&Judgement>,
    found: threshold::Finding,
) -> Point {
    Point {
        estimate: Some(estimate.figure.p),
        interval: Some((estimate.interval.low, estimate.interval.high)),
        deciding: Some(deciding(estimate, judgement)),
        tone: tone(found),
    }
}

/// Everything of an estimate that a plot has to hold.
pub(super) fn extent(estimate: &Estimate) -> impl Iterator<Item = f64> {
    let (interval, bounds) = (ends(&estimate.interval), ends(&estimate.bounds));
    interval.into_iter().chain(bounds)
}

impl Source<'_> {
    /// An estimate with its interval and one-sided bounds, judged.
    pub(super) fn cell(
        &self,
        estimate: &Estimate,
        judgement: Option<&Judgement>,
        found: threshold::Finding,
        plot: &Plot,
    ) -> Cell {
        let line = self.threshold();
        let interval = &estimate.interval;
        let (lower, upper) = deciding(estimate, judgement);
        let point = point(estimate, judgement, found);
        let spoken = self.say(
            "results-plot-judged",
            &[
                ("estimate", share(estimate.figure.p, line).into()),
                ("interval", range(interval.low, interval.high, line).into()),
                ("bounds", range(lower, upper, line).into()),
                ("limit", limit(line).into()),
                ("verdict", finding_word(self.lang, finding(found)).into()),
            ],
        );
        Cell {
            svg: plot.row(&point, &spoken),
            ..self.plain_cell(estimate)
        }
    }

    /// An estimate in numbers alone.
    pub(super) fn plain_cell(&self, estimate: &Estimate) -> Cell {
        let line = self.threshold();
        Cell {
            n: self.lang.count(estimate.figure.n),
            estimate: bare(estimate.figure.p, line),
            interval: bare_range(estimate.interval.low, estimate.interval.high, line),
            svg: String::new(),
        }
    }
}
