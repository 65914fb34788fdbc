//! A histogram with classes of unequal width: area, not height, is the share.

use super::{Color, Surface, escape, put, short};

/// A class of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Share of all values, between 0 and 1.
    pub share: f64,
}

const WIDTH: f64 = 320.0;
const TOP: f64 = 8.0;
const PLOT: f64 = 96.0;

/// The histogram from 0 to `end`; a class is cut there. A dashed line marks 1, the mean. `label` is read aloud.
#[must_use]
pub fn histogram(bars: &[Bar], end: f64, label: &str) -> String {
    let surface = Surface::Page;
    let end = end.max(1.0);
    let x = |value: f64| value.clamp(0.0, end) / end * WIDTH;
    let width = |bar: &Bar| (bar.high.min(end) - bar.low).max(1e-6);
    let tallest = bars.iter().map(|bar| bar.share / width(bar));
    let tallest = tallest.fold(0.0, f64::max);
    let mut svg = String::new();
    put(
        &mut svg,
        format_args!(
            r#"<svg class="histogram" viewBox="0 0 {WIDTH} 124" role="img" aria-label="{}" font-size="12" text-anchor="middle">"#,
            escape(label)
        ),
    );
    for bar in bars.iter().filter(|bar| bar.share > 0.0) {
        let height = bar.share / width(bar) / tallest * PLOT;
        let left = x(bar.low);
        put(
            &mut svg,
            format_args!(
                r#"<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>"#,
                short(left),
                short(TOP + PLOT - height),
                short(x(bar.high) - left),
                short(height),
                surface.color(Color::Accent),
                surface.color(Color::Paper)
            ),
        );
    }
    let bottom = TOP + PLOT;
    put(
        &mut svg,
        format_args!(
            r#"<line x2="{WIDTH}" y1="{b}" y2="{b}" stroke="{}"/><line x1="{m}" x2="{m}" y1="2" y2="{b}" stroke="{}" stroke-width="1.5" stroke-dasharray="4 3"/>"#,
            surface.color(Color::Soft),
            surface.color(Color::Ink),
            b = short(bottom),
            m = short(x(1.0)),
        ),
    );
    ticks(&mut svg, end, &x);
    svg.push_str("</svg>");
    svg
}

/// Numbers under the plot.
fn ticks(svg: &mut String, end: f64, x: &impl Fn(f64) -> f64) {
    let mut tick = 0.0;
    while tick <= end + 1e-9 {
        let anchor = if tick < 1e-9 {
            r#" text-anchor="start""#
        } else if tick > end - 1e-9 {
            r#" text-anchor="end""#
        } else {
            ""
        };
        put(
            svg,
            format_args!(
                r#"<text x="{}" y="{}"{anchor} fill="{}">{}</text>"#,
                short(x(tick)),
                short(TOP + PLOT + 16.0),
                Surface::Page.color(Color::Soft),
                short(tick)
            ),
        );
        tick += 0.5;
    }
}
