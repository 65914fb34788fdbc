//! Charts as SVG text: estimates with their intervals on a common scale, and answers as a stacked bar.
//!
//! Pure: numbers and finished sentences in, text out. Every string is escaped here. A chart carries no
//! `style`, script or outside reference, so it passes a strict content policy. Findings differ by shape as
//! well as by color, so a chart reads in grey and in print.
//!
//! Colors come from a [`Surface`]: inside a page they follow the page's custom properties (and so its
//! dark mode), in a file they are fixed, because most programs that open SVG know no `var()`.

mod bar;
mod forest;
mod frame;
mod histogram;
mod map;
mod rank;
mod scale;
mod text;

use std::fmt::Write as _;

pub use bar::{Segment, Shade, plain_bar, share_bar, stacked_bar, swatch, thin_bar};
pub use forest::{Forest, ForestRow, Layout, forest, forest_axis, forest_row};
pub use frame::{Point, Threshold};
pub use histogram::{Bar, histogram};
pub use map::{CLASSES, Look, MapShape, Outline, map, sample, tiles};
pub use rank::{rank_axis, rank_row};
pub use scale::{Scale, Unit};

use super::reason::sign;
use crate::evaluation::finding::Finding;

/// How a mark is drawn: what was found about the figure that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// Nothing was judged: a filled circle in the accent color.
    #[default]
    Plain,
    /// Shown to meet the threshold: a filled circle.
    Met,
    /// Shown not to meet it: a filled diamond.
    NotMet,
    /// Not decidable: a hollow circle.
    Open,
    /// Not assessable: a small hollow square.
    NotAssessable,
}

impl Tone {
    /// The sign that stands beside the words of a finding.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Met => sign(Finding::Met),
            Self::NotMet => sign(Finding::NotMet),
            Self::Open => sign(Finding::NotDecidable),
            Self::NotAssessable => sign(Finding::NotAssessable),
        }
    }

    const fn color(self, surface: Surface) -> &'static str {
        surface.color(match self {
            Self::Plain => Color::Accent,
            Self::Met => Color::Met,
            Self::NotMet => Color::NotMet,
            Self::Open => Color::Open,
            Self::NotAssessable => Color::Quiet,
        })
    }
}

/// Where a chart is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surface {
    /// Inline in a page that has the custom properties of the style sheet.
    #[default]
    Page,
    /// A file of its own, on white.
    File,
}

#[derive(Debug, Clone, Copy)]
enum Color {
    Ink,
    Soft,
    Line,
    Paper,
    Accent,
    Met,
    NotMet,
    Open,
    Quiet,
}

impl Surface {
    const fn color(self, color: Color) -> &'static str {
        match (self, color) {
            (Self::Page, Color::Ink) => "var(--ink)",
            (Self::Page, Color::Soft) => "var(--soft)",
            (Self::Page, Color::Line) => "var(--line)",
            (Self::Page, Color::Paper) => "var(--paper)",
            (Self::Page, Color::Accent) => "var(--accent)",
            (Self::Page, Color::Met) => "var(--met)",
            (Self::Page, Color::NotMet) => "var(--unmet)",
            (Self::Page, Color::Open) => "var(--open)",
            (Self::Page, Color::Quiet) => "var(--none)",
            (Self::File, Color::Ink) => "#1c1b19",
            (Self::File, Color::Soft) => "#5d5a54",
            (Self::File, Color::Line) => "#dedad2",
            (Self::File, Color::Paper) => "#ffffff",
            (Self::File, Color::Accent | Color::Met) => "#17614f",
            (Self::File, Color::NotMet) => "#a03a25",
            (Self::File, Color::Open) => "#96660f",
            (Self::File, Color::Quiet) => "#6f6b64",
        }
    }

    const fn font(self) -> &'static str {
        const FACES: &str = "system-ui,-apple-system,'PingFang SC','Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif";
        match self {
            Self::Page => "inherit",
            Self::File => FACES,
        }
    }
}

/// Text made safe between tags and inside quoted attributes; characters that XML forbids are dropped.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() => {}
            character => safe.push(character),
        }
    }
    safe
}

/// A coordinate with at most two decimals and no trailing zeros: 100, 62.5, 33.33.
fn short(value: f64) -> String {
    let mut text = format!("{value:.2}");
    while text.contains('.') && (text.ends_with('0') || text.ends_with('.')) {
        text.pop();
    }
    if text == "-0" { "0".to_owned() } else { text }
}

/// Appends formatted text; writing to a `String` cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests;
