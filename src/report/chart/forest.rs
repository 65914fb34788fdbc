//! Estimates with their intervals on a common scale, against a threshold: whole, or one table cell at a time.

use super::frame::{Frame, MARGIN, Place, Point, SMALL, Threshold};
use super::text::{shorten, text_width, wrap};
use super::{Color, Scale, Surface, escape, put, short};

/// One figure of a whole chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestRow {
    /// The group that it belongs to.
    pub label: String,
    /// The figure and its interval in words, as printed beside the plot and read aloud.
    pub text: String,
    /// The figure to draw.
    pub point: Point,
}

/// Whether the names stand beside the plot or above each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// For a page or a screen: names left, plot in the middle, figures right.
    #[default]
    Wide,
    /// For a phone or a column: names and figures above each line.
    Narrow,
}

/// A whole chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// What is shown; printed above the plot and read aloud first.
    pub title: String,
    /// A sentence under the title (which interval, which data); may be empty.
    pub subtitle: String,
    /// The figures, from top to bottom.
    pub rows: Vec<ForestRow>,
    /// The common scale.
    pub scale: Scale,
    /// The line to hold the figures against.
    pub threshold: Option<Threshold>,
    /// Where names stand.
    pub layout: Layout,
    /// Where the chart is shown.
    pub surface: Surface,
}

const CELL_HEIGHT: f64 = 44.0;
const FONT: f64 = 14.0;
/// Parts of a hundred of the scale within which two labels touch on a phone.
const NEAR: f64 = 40.0;

/// The cell of one table row, 44 units high and as wide as its cell; `label` is read aloud.
///
/// Positions are percentages, so all rows of a table line up whatever its width.
#[must_use]
pub fn forest_row(point: &Point, scale: &Scale, threshold: Option<f64>, label: &str) -> String {
    let mut svg = String::new();
    put(
        &mut svg,
        format_args!(
            r#"<svg class="forest" width="100%" height="{CELL_HEIGHT}" role="img" aria-label="{}" display="block" overflow="visible">"#,
            escape(label)
        ),
    );
    let frame = Frame {
        top: 0.0,
        bottom: CELL_HEIGHT,
        place: Place::Percent,
        surface: Surface::Page,
    };
    frame.grid(&mut svg, scale, threshold);
    frame.mark(&mut svg, scale, point, CELL_HEIGHT / 2.0);
    svg.push_str("</svg>");
    svg
}

/// The axis that stands in the head of a table of [`forest_row`] cells. Decorative: each row names its figures.
/// Ticks other than the ends and the threshold, and an end that is close to the threshold, carry class `t`,
/// so that a narrow page can hide them.
#[must_use]
pub fn forest_axis(scale: &Scale, threshold: Option<f64>) -> String {
    let soft = Surface::Page.color(Color::Soft);
    let mut svg = String::from(
        r#"<svg class="forest" width="100%" height="18" aria-hidden="true" display="block" overflow="visible" font-size="12" font-weight="400">"#,
    );
    let ticks = scale.ticks();
    for (index, &tick) in ticks.iter().enumerate() {
        let end = index == 0 || index + 1 == ticks.len();
        let at_threshold = threshold.is_some_and(|value| (value - tick).abs() < 1e-9);
        let crowded = threshold
            .is_some_and(|value| (scale.position(value) - scale.position(tick)).abs() < NEAR);
        let class = if at_threshold || end && !crowded {
            ""
        } else {
            r#" class="t""#
        };
        put(
            &mut svg,
            format_args!(
                r#"<text{class} x="{}%" y="13" text-anchor="middle" fill="{soft}">{}</text>"#,
                short(scale.position(tick)),
                escape(&scale.label(tick))
            ),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The whole chart, with title, names, figures, axis and threshold.
#[must_use]
pub fn forest(chart: &Forest) -> String {
    let measure = Measure::of(chart);
    let surface = chart.surface;
    let mut svg = String::new();
    measure.open(&mut svg, chart);
    measure.head(&mut svg, surface);
    let frame = Frame {
        top: measure.plot_top,
        bottom: measure.plot_bottom,
        place: Place::Span {
            left: measure.plot_left,
            width: measure.plot_width,
        },
        surface,
    };
    let threshold = chart.threshold.as_ref().map(|line| line.value);
    match chart.layout {
        Layout::Wide => frame.grid(&mut svg, &chart.scale, threshold),
        // Names stand above each line, so the grid is drawn in the plot's part of each row only.
        Layout::Narrow => {
            for index in 0..chart.rows.len() {
                let bottom = measure.plot_top + steps(index + 1) * measure.row_height - 4.0;
                let part = Frame {
                    top: bottom - 24.0,
                    bottom,
                    ..frame
                };
                part.grid(&mut svg, &chart.scale, threshold);
            }
        }
    }
    frame.axis(&mut svg, &chart.scale);
    if let Some(line) = &chart.threshold {
        frame.name_threshold(&mut svg, &chart.scale, line, measure.width);
    }
    for (index, row) in chart.rows.iter().enumerate() {
        let top = measure.plot_top + steps(index) * measure.row_height;
        measure.row(&mut svg, &frame, chart, row, top);
    }
    svg.push_str("</svg>\n");
    svg
}

const TITLE: f64 = 17.0;
const LONGEST_LABEL: f64 = 260.0;

/// Where everything of a whole chart lies.
struct Measure {
    width: f64,
    height: f64,
    title: Vec<String>,
    subtitle: Vec<String>,
    subtitle_top: f64,
    plot_left: f64,
    plot_width: f64,
    plot_top: f64,
    plot_bottom: f64,
    row_height: f64,
}

impl Measure {
    fn of(chart: &Forest) -> Self {
        let longest = |text: fn(&ForestRow) -> String, size: f64| {
            chart
                .rows
                .iter()
                .map(|row| text_width(&text(row), size))
                .fold(0.0, f64::max)
        };
        let names = longest(signed_label, FONT).clamp(40.0, LONGEST_LABEL);
        let figures = longest(|row| row.text.clone(), FONT);
        let (width, plot_left, plot_width, row_height) = match chart.layout {
            Layout::Wide => {
                let left = MARGIN + names + 24.0;
                (left + 380.0 + 24.0 + figures + MARGIN, left, 380.0, 34.0)
            }
            Layout::Narrow => (360.0, MARGIN + 8.0, 360.0 - 2.0 * MARGIN - 16.0, 52.0),
        };
        let room = width - 2.0 * MARGIN;
        let title = wrap(&chart.title, TITLE, room);
        let subtitle = wrap(&chart.subtitle, SMALL, room);
        let subtitle_top = MARGIN + steps(title.len()) * TITLE * 1.35 + 2.0;
        let head = subtitle_top + steps(subtitle.len()) * SMALL * 1.5;
        let threshold_room = if chart.threshold.is_some() { 22.0 } else { 6.0 };
        let plot_top = head + 8.0 + threshold_room;
        let plot_bottom = plot_top + steps(chart.rows.len()) * row_height;
        Self {
            width,
            height: plot_bottom + 26.0 + MARGIN / 2.0,
            title,
            subtitle,
            subtitle_top,
            plot_left,
            plot_width,
            plot_top,
            plot_bottom,
            row_height,
        }
    }

    fn open(&self, svg: &mut String, chart: &Forest) {
        let surface = chart.surface;
        put(
            svg,
            format_args!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="{title}" font-family="{font}" font-size="{FONT}">"#,
                w = short(self.width),
                h = short(self.height),
                title = escape(&chart.title),
                font = surface.font(),
            ),
        );
        put(svg, format_args!("<title>{}</title>", escape(&chart.title)));
        put(
            svg,
            format_args!("<desc>{}</desc>", escape(&description(chart))),
        );
        if surface == Surface::File {
            put(
                svg,
                format_args!(
                    r#"<rect width="100%" height="100%" fill="{}"/>"#,
                    surface.color(Color::Paper)
                ),
            );
        }
    }

    fn head(&self, svg: &mut String, surface: Surface) {
        let (ink, soft) = (surface.color(Color::Ink), surface.color(Color::Soft));
        for (index, line) in self.title.iter().enumerate() {
            put(
                svg,
                format_args!(
                    r#"<text x="{MARGIN}" y="{}" font-size="{TITLE}" font-weight="600" fill="{ink}">{}</text>"#,
                    short(MARGIN + TITLE + steps(index) * TITLE * 1.35),
                    escape(line)
                ),
            );
        }
        for (index, line) in self.subtitle.iter().enumerate() {
            put(
                svg,
                format_args!(
                    r#"<text x="{MARGIN}" y="{}" font-size="{SMALL}" fill="{soft}">{}</text>"#,
                    short(self.subtitle_top + SMALL + steps(index) * SMALL * 1.5),
                    escape(line)
                ),
            );
        }
    }

    fn row(&self, svg: &mut String, frame: &Frame, chart: &Forest, row: &ForestRow, top: f64) {
        let ink = chart.surface.color(Color::Ink);
        let (baseline, middle) = match chart.layout {
            Layout::Wide => (
                top + self.row_height / 2.0 + 5.0,
                top + self.row_height / 2.0,
            ),
            Layout::Narrow => (top + 18.0, top + 36.0),
        };
        let room = match chart.layout {
            Layout::Wide => self.plot_left - 24.0 - MARGIN,
            Layout::Narrow => self.width - 2.0 * MARGIN - text_width(&row.text, FONT) - 12.0,
        };
        let full = signed_label(row);
        let label = shorten(&full, FONT, room);
        svg.push_str("<g>");
        if label != full {
            put(svg, format_args!("<title>{}</title>", escape(&row.label)));
        }
        put(
            svg,
            format_args!(
                r#"<text x="{MARGIN}" y="{}" fill="{ink}">{}</text>"#,
                short(baseline),
                escape(&label)
            ),
        );
        put(
            svg,
            format_args!(
                r#"<text x="{}" y="{}" text-anchor="end" fill="{ink}">{}</text>"#,
                short(self.width - MARGIN),
                short(baseline),
                escape(&row.text)
            ),
        );
        frame.mark(svg, &chart.scale, &row.point, middle);
        svg.push_str("</g>");
    }
}

fn description(chart: &Forest) -> String {
    let mut text = chart.subtitle.clone();
    if let Some(line) = &chart.threshold {
        text.push_str(if text.is_empty() { "" } else { " " });
        text.push_str(&line.label);
    }
    for row in &chart.rows {
        text.push_str(if text.is_empty() { "" } else { "; " });
        text.push_str(&signed_label(row));
        text.push_str(": ");
        text.push_str(&row.text);
    }
    text
}

fn signed_label(row: &ForestRow) -> String {
    match row.point.tone.sign() {
        "" => row.label.clone(),
        sign => format!("{sign} {}", row.label),
    }
}

/// A count as a factor of a length; charts have few lines.
fn steps(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
