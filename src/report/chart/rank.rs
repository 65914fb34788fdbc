//! Ranks that remain possible, one table cell at a time: a bar over the places, never a single mark.

use super::{Color, Surface, escape, put, short};

/// Up to so many places each has its own line and number.
const FEW: usize = 12;

/// The cell of one table row, as wide as its cell: places `best` to `worst` of `of`; `label` is read aloud.
#[must_use]
pub fn rank_row(best: usize, worst: usize, of: usize, label: &str) -> String {
    let surface = Surface::Page;
    let mut svg = String::new();
    put(
        &mut svg,
        format_args!(
            r#"<svg class="forest" width="100%" height="44" role="img" aria-label="{}" display="block">"#,
            escape(label)
        ),
    );
    if of <= FEW {
        let line = surface.color(Color::Line);
        for place in 0..=of {
            let x = short(edge(place, of));
            put(
                &mut svg,
                format_args!(r#"<line x1="{x}%" x2="{x}%" y2="44" stroke="{line}"/>"#),
            );
        }
    }
    let left = edge(best.saturating_sub(1), of);
    put(
        &mut svg,
        format_args!(
            r#"<rect x="{}%" y="15" width="{}%" height="14" rx="4" fill="{}"/></svg>"#,
            short(left),
            short(edge(worst, of) - left),
            surface.color(Color::Accent)
        ),
    );
    svg
}

/// The places in the head of a table of [`rank_row`] cells: all of a few, else the first and the last. Decorative.
#[must_use]
pub fn rank_axis(of: usize) -> String {
    let soft = Surface::Page.color(Color::Soft);
    let mut svg = String::from(
        r#"<svg class="forest" width="100%" height="18" aria-hidden="true" display="block" overflow="visible" font-size="12" font-weight="400">"#,
    );
    for place in (1..=of).filter(|place| of <= FEW || *place == 1 || *place == of) {
        let middle = f64::midpoint(edge(place - 1, of), edge(place, of));
        put(
            &mut svg,
            format_args!(
                r#"<text x="{}%" y="13" text-anchor="middle" fill="{soft}">{place}</text>"#,
                short(middle)
            ),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Where a place ends, between 0 and 100.
fn edge(place: usize, of: usize) -> f64 {
    let real = |n: usize| u32::try_from(n).map_or(f64::from(u32::MAX), f64::from);
    real(place) / real(of.max(1)) * 100.0
}
