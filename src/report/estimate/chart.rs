//! The forest plot of one analysis.

use super::Wording;
use super::estimates::is_share;
use super::figures::{Figures, confidence};
use crate::report::chart::{
    Forest, ForestRow, Layout, Point, Scale, Surface, Threshold, Tone, Unit, forest,
};
use crate::stats::plan::Plan;
use crate::stats::plan::results::{AnalysisResult, EstimateRow, Results};
use crate::stats::plan::spec::{Analysis, AnalysisKind};

/// Why there is nothing to draw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChartRefusal {
    /// The plan has no analysis of that id.
    #[error("no analysis {id}")]
    UnknownAnalysis {
        /// The id.
        id: String,
    },
    /// The analysis has no estimates with intervals, or was refused.
    #[error("analysis {id} has no estimates to draw")]
    NothingToDraw {
        /// The id.
        id: String,
    },
    /// No analysis of the plan has estimates with intervals.
    #[error("no analysis has estimates to draw")]
    NoEstimates,
}

/// One figure of the plot.
struct Figure {
    label: String,
    estimate: f64,
    interval: (f64, f64),
    se: f64,
}

/// The plot of the analysis of that id, or of the first that has estimates with intervals.
///
/// Figures are not judged here: a verdict needs the gates of its rule, so all marks are plain and only the
/// line of the threshold is drawn.
pub fn chart(
    plan: &Plan,
    results: &Results,
    wording: &Wording,
    analysis: Option<&str>,
    threshold: Option<f64>,
) -> Result<String, ChartRefusal> {
    let lang = wording.lang;
    let (analysis, result) = chosen(plan, results, analysis)?;
    let (percent, level, figures) = figures(analysis, result, wording);
    let manner = Figures::of(lang, percent, figures.iter().map(|figure| figure.se));
    let unit = if percent { Unit::Percent } else { Unit::Number };
    let values = figures
        .iter()
        .flat_map(|figure| [figure.interval.0, figure.interval.1, figure.estimate])
        .chain(threshold);
    let rows = figures
        .iter()
        .map(|figure| ForestRow {
            label: figure.label.clone(),
            text: format!(
                "{}{} ({})",
                manner.figure(figure.estimate),
                manner.unit(),
                manner.range(figure.interval.0, figure.interval.1)
            ),
            point: Point {
                estimate: Some(figure.estimate),
                interval: Some(figure.interval),
                deciding: None,
                tone: Tone::Plain,
            },
        })
        .collect();
    let scale = Scale::fitting(values, unit);
    let subtitle = lang.t_with(
        "estimate-chart-subtitle",
        &[("confidence", confidence(level).into())],
    );
    let threshold = threshold.map(|value| Threshold {
        value,
        label: lang.t_with(
            "estimate-chart-threshold",
            &[("value", scale.label(value).into())],
        ),
    });
    Ok(forest(&Forest {
        title: wording.analysis(&analysis.id).to_owned(),
        subtitle,
        rows,
        scale,
        threshold,
        layout: Layout::Wide,
        surface: Surface::File,
    }))
}

fn chosen<'a>(
    plan: &'a Plan,
    results: &'a Results,
    id: Option<&str>,
) -> Result<(&'a Analysis, &'a AnalysisResult), ChartRefusal> {
    let mut drawable = plan
        .analyses
        .iter()
        .zip(results.analyses.iter())
        .filter_map(|(analysis, (_, outcome))| Some((analysis, outcome.as_ref().ok()?)))
        .filter(|(_, result)| match result {
            AnalysisResult::Rows(result) => result.rows.iter().any(|row| !row.ci.is_empty()),
            AnalysisResult::Contrast(result) => !result.contrasts.is_empty(),
            _ => false,
        });
    let Some(id) = id else {
        return drawable.next().ok_or(ChartRefusal::NoEstimates);
    };
    if !plan.analyses.iter().any(|analysis| analysis.id == id) {
        return Err(ChartRefusal::UnknownAnalysis { id: id.to_owned() });
    }
    drawable
        .find(|(analysis, _)| analysis.id == id)
        .ok_or_else(|| ChartRefusal::NothingToDraw { id: id.to_owned() })
}

/// Whether all are shares, the confidence of the intervals, and what to draw.
fn figures(
    analysis: &Analysis,
    result: &AnalysisResult,
    wording: &Wording,
) -> (bool, f64, Vec<Figure>) {
    match result {
        AnalysisResult::Rows(result) => {
            let percent = result
                .rows
                .iter()
                .all(|row| is_share(&analysis.kind, row, wording));
            let first = result.rows.first().and_then(|row| row.ci.first());
            let figures = result.rows.iter().filter_map(|row| {
                let interval = row.ci.first()?;
                Some(Figure {
                    label: label(row, wording),
                    estimate: row.estimate,
                    interval: (interval.low, interval.high),
                    se: row.se,
                })
            });
            (
                percent,
                first.map_or(0.95, |interval| interval.level),
                figures.collect(),
            )
        }
        AnalysisResult::Contrast(result) => {
            let percent = match &analysis.kind {
                AnalysisKind::Contrast {
                    variable, level, ..
                } => level.is_some() || wording.shares.contains(variable),
                _ => false,
            };
            let figures = result.contrasts.iter().filter_map(|row| {
                let interval = row.ci.first()?;
                Some(Figure {
                    label: row.id.clone(),
                    estimate: row.estimate,
                    interval: (interval.low, interval.high),
                    se: row.se,
                })
            });
            (percent, 0.95, figures.collect())
        }
        _ => (false, 0.95, Vec::new()),
    }
}

fn label(row: &EstimateRow, wording: &Wording) -> String {
    let mut parts: Vec<&str> = row
        .group
        .iter()
        .flat_map(|group| &group.0)
        .map(|(column, level)| wording.level(column, level))
        .collect();
    if let Some(level) = &row.level {
        parts.push(wording.level(&row.variable, level));
    }
    if parts.is_empty() {
        parts.push(wording.column(&row.variable));
    }
    parts.join(" · ")
}
