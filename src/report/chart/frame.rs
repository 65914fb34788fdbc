//! The plot of a chart: grid, threshold line, and the mark of one figure with its intervals.

use super::text::text_width;
use super::{Color, Scale, Surface, Tone, escape, put, short};

pub(super) const SMALL: f64 = 12.0;
pub(super) const MARGIN: f64 = 16.0;

/// An estimate to draw. Values outside the scale are drawn at its end, with an arrow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// The figure; none is drawn where it may not be shown.
    pub estimate: Option<f64>,
    /// The ends of its interval.
    pub interval: Option<(f64, f64)>,
    /// The ends of the narrower interval by which the finding was made, where there is one.
    pub deciding: Option<(f64, f64)>,
    /// What was found.
    pub tone: Tone,
}

/// A line that figures are held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Its value, in the unit of the figures.
    pub value: f64,
    /// Its name, in the reader's language.
    pub label: String,
}

/// How horizontal positions are written.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Percent,
    Span { left: f64, width: f64 },
}

/// The plot: grid, threshold and marks.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) place: Place,
    pub(super) surface: Surface,
}

impl Frame {
    fn x(&self, position: f64) -> String {
        match self.place {
            Place::Percent => format!("{}%", short(position)),
            Place::Span { left, width } => short(left + width * position / 100.0),
        }
    }

    fn line(&self, svg: &mut String, position: f64, attributes: &str) {
        let (x, top, bottom) = (self.x(position), short(self.top), short(self.bottom));
        put(
            svg,
            format_args!(r#"<line x1="{x}" x2="{x}" y1="{top}" y2="{bottom}" {attributes}/>"#),
        );
    }

    pub(super) fn grid(&self, svg: &mut String, scale: &Scale, threshold: Option<f64>) {
        let faint = format!(r#"stroke="{}""#, self.surface.color(Color::Line));
        for tick in scale.ticks() {
            self.line(svg, scale.position(tick), &faint);
        }
        if let Some(value) = threshold.filter(|&value| scale.shows(value)) {
            let dashed = format!(
                r#"stroke="{}" stroke-width="1.5" stroke-dasharray="4 3""#,
                self.surface.color(Color::Ink)
            );
            self.line(svg, scale.position(value), &dashed);
        }
    }

    pub(super) fn axis(&self, svg: &mut String, scale: &Scale) {
        let soft = self.surface.color(Color::Soft);
        for tick in scale.ticks() {
            put(
                svg,
                format_args!(
                    r#"<text x="{}" y="{}" font-size="{SMALL}" text-anchor="middle" fill="{soft}">{}</text>"#,
                    self.x(scale.position(tick)),
                    short(self.bottom + 18.0),
                    escape(&scale.label(tick))
                ),
            );
        }
    }

    pub(super) fn name_threshold(
        &self,
        svg: &mut String,
        scale: &Scale,
        line: &Threshold,
        width: f64,
    ) {
        let Place::Span { left, width: span } = self.place else {
            return;
        };
        if !scale.shows(line.value) {
            return;
        }
        // Centered over its line, but never past the edge of the chart.
        let half = text_width(&line.label, SMALL) / 2.0;
        let x = (left + span * scale.position(line.value) / 100.0)
            .min(width - MARGIN - half)
            .max(MARGIN + half);
        put(
            svg,
            format_args!(
                r#"<text x="{}" y="{}" font-size="{SMALL}" text-anchor="middle" fill="{}">{}</text>"#,
                short(x),
                short(self.top - 7.0),
                self.surface.color(Color::Ink),
                escape(&line.label)
            ),
        );
    }

    pub(super) fn mark(&self, svg: &mut String, scale: &Scale, point: &Point, y: f64) {
        let color = point.tone.color(self.surface);
        if let Some(ends) = point.interval {
            let thickness = if point.deciding.is_some() { 3.0 } else { 9.0 };
            self.band(svg, scale, ends, y, thickness, color);
        }
        if let Some(ends) = point.deciding {
            self.band(svg, scale, ends, y, 9.0, color);
        }
        let Some(estimate) = point.estimate.filter(|value| value.is_finite()) else {
            return;
        };
        let (x, y) = (self.x(scale.position(estimate)), short(y));
        let hollow = self.surface.color(Color::Paper);
        match point.tone {
            Tone::Plain | Tone::Met => put(
                svg,
                format_args!(r#"<circle cx="{x}" cy="{y}" r="6" fill="{color}"/>"#),
            ),
            Tone::Open => put(
                svg,
                format_args!(
                    r#"<circle cx="{x}" cy="{y}" r="5" fill="{hollow}" stroke="{color}" stroke-width="2.5"/>"#
                ),
            ),
            // Drawn around the origin of a nested viewport, since a path takes no percentages.
            Tone::NotMet => put(
                svg,
                format_args!(
                    r#"<svg x="{x}" y="{y}" overflow="visible"><path d="M0-7.5 7.5 0 0 7.5-7.5 0Z" fill="{color}"/></svg>"#
                ),
            ),
            Tone::NotAssessable => put(
                svg,
                format_args!(
                    r#"<svg x="{x}" y="{y}" overflow="visible"><path d="M-4-4H4V4H-4Z" fill="{hollow}" stroke="{color}" stroke-width="2"/></svg>"#
                ),
            ),
        }
    }

    fn band(
        &self,
        svg: &mut String,
        scale: &Scale,
        (low, high): (f64, f64),
        y: f64,
        thickness: f64,
        color: &str,
    ) {
        if !low.is_finite() || !high.is_finite() {
            return;
        }
        let height = short(y);
        put(
            svg,
            format_args!(
                r#"<line x1="{}" x2="{}" y1="{height}" y2="{height}" stroke="{color}" stroke-width="{}" stroke-linecap="round" stroke-opacity=".32"/>"#,
                self.x(scale.position(low)),
                self.x(scale.position(high)),
                short(thickness)
            ),
        );
        for (beyond, end, path) in [(low, 0.0, "M4-5-3 0 4 5"), (high, 100.0, "M-4-5 3 0-4 5")] {
            if !scale.shows(beyond) {
                put(
                    svg,
                    format_args!(
                        r#"<svg x="{}" y="{height}" overflow="visible"><path d="{path}" fill="none" stroke="{color}" stroke-width="2"/></svg>"#,
                        self.x(end)
                    ),
                );
            }
        }
    }
}
