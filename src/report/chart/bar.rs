//! A distribution of answers as one stacked bar, and the swatches of the table that stands under it.

use super::{Color, Surface, escape, put, short};

/// The color of an answer: which side it is on, and how strongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// Counts as approval, strongly.
    Approves,
    /// Counts as approval, weakly.
    RatherApproves,
    /// Does not, weakly.
    RatherDisapproves,
    /// Does not, strongly.
    Disapproves,
    /// "Can't say": neither side.
    Undecided,
    /// An answer without sides; the number is its place in the list.
    Plain(u8),
}

impl Shade {
    const fn counts(self) -> bool {
        matches!(self, Self::Approves | Self::RatherApproves)
    }

    /// Color and opacity; neighbors differ in lightness, so that they differ in grey too.
    const fn fill(self) -> (Color, &'static str) {
        match self {
            Self::Approves => (Color::Met, "1"),
            Self::RatherApproves => (Color::Met, ".45"),
            Self::RatherDisapproves => (Color::NotMet, ".4"),
            Self::Disapproves => (Color::NotMet, "1"),
            Self::Undecided => (Color::Quiet, ".25"),
            Self::Plain(place) => match place % 3 {
                0 => (Color::Accent, "1"),
                1 => (Color::Accent, ".35"),
                _ => (Color::Accent, ".65"),
            },
        }
    }

    /// Strong shades carry light text, weak ones dark text.
    const fn text(self) -> Color {
        match self {
            Self::Approves | Self::Disapproves => Color::Paper,
            Self::Plain(place) if place % 3 == 0 => Color::Paper,
            _ => Color::Ink,
        }
    }
}

/// One answer of the bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The answer, in the reader's language.
    pub label: String,
    /// Its share of all answers, between 0 and 1.
    pub share: f64,
    /// Its share in words, as printed in the bar where there is room: `41 %`.
    pub text: String,
    /// Its color.
    pub shade: Shade,
}

const HEIGHT: f64 = 30.0;
/// A share from which the words fit into a segment on a phone: 32 of 320 units.
const ROOM_FOR_TEXT: f64 = 0.10;

/// The bar, as wide as its container. `label` is read aloud before the answers with their shares.
/// A rule under the bar spans the answers that count as approval, so that they stand out in grey too.
#[must_use]
pub fn stacked_bar(segments: &[Segment], label: &str) -> String {
    let surface = Surface::Page;
    let spoken = segments
        .iter()
        .map(|segment| format!("{} {}", segment.label, segment.text))
        .collect::<Vec<_>>()
        .join("; ");
    let mut svg = String::new();
    put(
        &mut svg,
        format_args!(
            r#"<svg class="bar-chart" width="100%" height="{}" role="img" aria-label="{}: {}" display="block" stroke-width="1.5" font-size="13" text-anchor="middle">"#,
            short(HEIGHT + 7.0),
            escape(label),
            escape(&spoken)
        ),
    );
    let total: f64 = segments.iter().map(shown).sum();
    let mut left = 0.0;
    for segment in segments {
        let share = if total > 0.0 {
            shown(segment) / total * 100.0
        } else {
            0.0
        };
        if share > 0.0 {
            draw(&mut svg, segment, left, share, surface);
        }
        left += share;
    }
    svg.push_str("</svg>");
    svg
}

fn draw(svg: &mut String, segment: &Segment, left: f64, share: f64, surface: Surface) {
    let (color, opacity) = segment.shade.fill();
    let (x, width) = (short(left), short(share));
    put(
        svg,
        format_args!(
            r#"<g><title>{} {}</title><rect x="{x}%" width="{width}%" height="{HEIGHT}" fill="{}" fill-opacity="{opacity}" stroke="{}"/>"#,
            escape(&segment.label),
            escape(&segment.text),
            surface.color(color),
            surface.color(Color::Paper)
        ),
    );
    if share >= ROOM_FOR_TEXT * 100.0 {
        put(
            svg,
            format_args!(
                r#"<text x="{}%" y="20" fill="{}">{}</text>"#,
                short(left + share / 2.0),
                surface.color(segment.shade.text()),
                escape(&segment.text)
            ),
        );
    }
    if segment.shade.counts() {
        put(
            svg,
            format_args!(
                r#"<rect x="{x}%" y="{}" width="{width}%" height="3" fill="{}"/>"#,
                short(HEIGHT + 3.0),
                surface.color(Color::Met)
            ),
        );
    }
    svg.push_str("</g>");
}

/// One share with its interval on the scale from 0 to 1, as wide as its cell; `label` is read aloud.
/// For answers of which several can be given, so that the shares do not add up.
#[must_use]
pub fn share_bar(share: f64, (low, high): (f64, f64), label: &str) -> String {
    let percent = |value: f64| short(value.clamp(0.0, 1.0) * 100.0);
    let surface = Surface::Page;
    format!(
        r#"<svg width="100%" height="18" role="img" aria-label="{}" display="block"><rect y="3" width="100%" height="12" fill="{}" fill-opacity=".12"/><rect y="3" width="{}%" height="12" fill="{}"/><line x1="{}%" x2="{}%" y1="9" y2="9" stroke="{}" stroke-width="2.5"/></svg>"#,
        escape(label),
        surface.color(Color::Quiet),
        percent(share),
        surface.color(Color::Accent),
        percent(low),
        percent(high),
        surface.color(Color::Ink),
    )
}

/// One share on the scale from 0 to 1, as wide as its cell, without an interval: what it shows stands beside
/// it as a number. Decorative.
#[must_use]
pub fn plain_bar(share: f64) -> String {
    let surface = Surface::Page;
    format!(
        r#"<svg width="100%" height="18" aria-hidden="true" display="block"><rect y="3" width="100%" height="12" fill="{}" fill-opacity=".12"/><rect y="3" width="{}%" height="12" fill="{}"/></svg>"#,
        surface.color(Color::Quiet),
        short(share.clamp(0.0, 1.0) * 100.0),
        surface.color(Color::Quiet),
    )
}

/// The same in few bytes, for pages with many: the page's style gives its color. Decorative.
#[must_use]
pub fn thin_bar(share: f64) -> String {
    format!(
        r#"<svg aria-hidden="true"><rect width="{}%" height="10"/></svg>"#,
        short(share.clamp(0.0, 1.0) * 100.0),
    )
}

fn shown(segment: &Segment) -> f64 {
    if segment.share.is_finite() {
        segment.share.max(0.0)
    } else {
        0.0
    }
}

/// The color of an answer beside its name in a table. Decorative.
#[must_use]
pub fn swatch(shade: Shade) -> String {
    let (color, opacity) = shade.fill();
    format!(
        r#"<svg class="swatch" width="14" height="14" aria-hidden="true"><rect width="14" height="14" rx="3" fill="{}" fill-opacity="{opacity}"/></svg>"#,
        Surface::Page.color(color)
    )
}
