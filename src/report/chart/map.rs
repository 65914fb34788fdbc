//! A map of shares: outlines or tiles, filled by class, with a texture where nothing is decided.
//!
//! Nothing is told by color alone: the sign of the finding and the figure stand in each shape that has room for them,
//! "not decidable" is hatched, "not assessable" is dotted, and lightness grows with the class. A table stands beneath.

use super::text::{shorten, text_width};
use super::{Color, Surface, Tone, escape, put, short};

/// Classes of a map.
pub const CLASSES: usize = 5;
/// Width of the drawing; a phone shows a unit as four fifths of a pixel.
const WIDTH: f64 = 400.0;
/// Height at most.
const HEIGHT: f64 = 460.0;
const EDGE: f64 = 2.0;
const FONT: f64 = 13.0;
/// So many shapes are named one by one where the pointer rests on them.
const NAMED: usize = 60;
/// How strongly a class is filled.
const STRENGTH: [&str; CLASSES] = [".06", ".2", ".36", ".54", ".74"];

/// What is shown in a shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The county.
    pub name: String,
    /// Its figure in words; empty where there is none.
    pub text: String,
    /// Its class from 0; `None` without a figure.
    pub class: Option<usize>,
    /// What was found.
    pub tone: Tone,
}

/// Rings in longitude and latitude, outer ones and holes alike.
pub type Outline = Vec<Vec<[f64; 2]>>;

/// A county on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapShape {
    /// Its rings, the largest first.
    pub outline: Outline,
    /// What is shown in it.
    pub look: Look,
}

/// Textures that lie over a class.
const TEXTURES: [(Tone, &str); 2] = [(Tone::Open, "h"), (Tone::NotAssessable, "d")];

/// How a shape is filled.
fn fill(look: &Look) -> String {
    let class = look.class.map_or_else(
        || "n".to_owned(),
        |class| class.min(CLASSES - 1).to_string(),
    );
    let texture = TEXTURES.iter().find(|(tone, _)| *tone == look.tone);
    if let Some((_, texture)) = texture {
        return format!(r#"fill="url(#m{texture}{class})""#);
    }
    let strength = look.class.and_then(|class| STRENGTH.get(class));
    let accent = Surface::Page.color(Color::Accent);
    format!(
        r#"fill="{accent}" fill-opacity="{}""#,
        strength.unwrap_or(&"0")
    )
}

/// The textures that some of `looks` need.
fn textures<'a>(svg: &mut String, looks: impl Iterator<Item = &'a Look>) {
    let mut needed: Vec<(Tone, Option<usize>)> =
        looks.map(|look| (look.tone, look.class)).collect();
    needed.dedup();
    svg.push_str("<defs>");
    let ink = Surface::Page.color(Color::Ink);
    for (tone, texture) in TEXTURES {
        let classes = (0..CLASSES).map(Some).chain([None]);
        for class in classes.filter(|class| needed.contains(&(tone, *class))) {
            let strength = class.and_then(|class| STRENGTH.get(class)).unwrap_or(&"0");
            let name = class.map_or_else(|| "n".to_owned(), |class| class.to_string());
            let mark = match tone {
                Tone::Open => format!(
                    r#"<path d="M-2 10 10-2M4 16 16 4" stroke="{ink}" stroke-opacity=".55" stroke-width="1.5"/>"#
                ),
                _ => format!(r#"<circle cx="4" cy="4" r="1.4" fill="{ink}" fill-opacity=".7"/>"#),
            };
            let size = if tone == Tone::Open { 12 } else { 8 };
            put(
                svg,
                format_args!(
                    r#"<pattern id="m{texture}{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"><rect width="{size}" height="{size}" fill="{}" fill-opacity="{strength}"/>{mark}</pattern>"#,
                    Surface::Page.color(Color::Accent),
                ),
            );
        }
    }
    svg.push_str("</defs>");
}

fn open(svg: &mut String, height: f64, label: &str) {
    put(
        svg,
        format_args!(
            r#"<svg class="map" viewBox="0 0 {WIDTH} {}" role="img" aria-label="{}" font-size="{FONT}" text-anchor="middle">"#,
            short(height),
            escape(label)
        ),
    );
}

/// Where a shape lies on the drawing.
struct Drawn {
    rings: Vec<Vec<[f64; 2]>>,
}

/// The map of `shapes`, equirectangular at the middle latitude, north up. `label` is read aloud.
#[must_use]
pub fn map(shapes: &[MapShape], label: &str) -> String {
    let (drawn, height) = projected(shapes);
    let mut svg = String::new();
    open(&mut svg, height, label);
    textures(&mut svg, shapes.iter().map(|shape| &shape.look));
    put(
        &mut svg,
        format_args!(
            r#"<g stroke="{}" stroke-width="1.2" stroke-linejoin="round" fill-rule="evenodd">"#,
            Surface::Page.color(Color::Ink)
        ),
    );
    for (shape, drawn) in shapes.iter().zip(&drawn) {
        let (path, fill) = (drawn.path(), fill(&shape.look));
        if shapes.len() > NAMED {
            put(&mut svg, format_args!(r#"<path d="{path}" {fill}/>"#));
        } else {
            put(
                &mut svg,
                format_args!(
                    r#"<path d="{path}" {fill}><title>{}</title></path>"#,
                    escape(&title(&shape.look))
                ),
            );
        }
    }
    svg.push_str("</g>");
    words(&mut svg);
    for (shape, drawn) in shapes.iter().zip(&drawn) {
        let look = &shape.look;
        let lines = [look.name.clone(), figure(look)];
        let widest = lines
            .iter()
            .map(|line| text_width(line, FONT))
            .fold(0.0, f64::max);
        let sign = look.tone.sign();
        if let Some(at) = drawn.room(widest + 6.0, 2.0 * FONT + 8.0) {
            line(&mut svg, at[0], at[1] - 3.0, &lines[0]);
            line(&mut svg, at[0], at[1] + FONT, &lines[1]);
        } else if !sign.is_empty()
            && let Some(at) = drawn.room(FONT, FONT)
        {
            line(&mut svg, at[0], at[1] + FONT * 0.35, sign);
        }
    }
    svg.push_str("</g></svg>");
    svg
}

/// One tile for each county, `places` in rows and columns from 0. `label` is read aloud.
#[must_use]
pub fn tiles(looks: &[Look], places: &[(u32, u32)], label: &str) -> String {
    let most = |of: fn(&(u32, u32)) -> u32| places.iter().map(of).max().unwrap_or(0);
    let columns = most(|place| place.1) + 1;
    let rows = most(|place| place.0) + 1;
    // Few tiles do not grow beyond what a phone shows whole.
    let side = ((WIDTH - 2.0 * EDGE) / f64::from(columns)).min(96.0);
    let mut svg = String::new();
    open(&mut svg, side * f64::from(rows) + 2.0 * EDGE, label);
    textures(&mut svg, looks.iter());
    let gap = if side > 30.0 { 4.0 } else { 1.5 };
    let corner = |place: &(u32, u32)| {
        [
            EDGE + side * f64::from(place.1) + gap / 2.0,
            EDGE + side * f64::from(place.0) + gap / 2.0,
        ]
    };
    let size = side - gap;
    put(
        &mut svg,
        format_args!(
            r#"<g stroke="{}" stroke-width="1.2">"#,
            Surface::Page.color(Color::Ink)
        ),
    );
    for (look, place) in looks.iter().zip(places) {
        let titled = looks.len() <= NAMED;
        tile(&mut svg, look, corner(place), size, titled);
    }
    svg.push_str("</g>");
    words(&mut svg);
    for (look, place) in looks.iter().zip(places) {
        let [middle, center] = corner(place).map(|start| start + size / 2.0);
        if size >= 56.0 {
            line(
                &mut svg,
                middle,
                center - 3.0,
                &shorten(&look.name, FONT, size - 6.0),
            );
            line(&mut svg, middle, center + FONT + 2.0, &figure(look));
        } else if !look.tone.sign().is_empty() {
            line(&mut svg, middle, center + FONT * 0.35, look.tone.sign());
        }
    }
    svg.push_str("</g></svg>");
    svg
}

/// The square of one county.
fn tile(svg: &mut String, look: &Look, [x, y]: [f64; 2], size: f64, titled: bool) {
    put(
        svg,
        format_args!(
            r#"<rect x="{}" y="{}" width="{s}" height="{s}" rx="{}" {}"#,
            short(x),
            short(y),
            if size > 26.0 { 6 } else { 2 },
            fill(look),
            s = short(size),
        ),
    );
    if titled {
        put(
            svg,
            format_args!("><title>{}</title></rect>", escape(&title(look))),
        );
    } else {
        svg.push_str("/>");
    }
}

/// A sample of a class or of a texture, for the legend. Its pattern has a name of its own. Decorative.
#[must_use]
pub fn sample(class: Option<usize>, tone: Tone) -> String {
    let surface = Surface::Page;
    let strength = class.and_then(|class| STRENGTH.get(class)).unwrap_or(&"0");
    let ink = surface.color(Color::Ink);
    let marks = match tone {
        Tone::Open => format!(
            r#"<path d="M0 12 12 0M0 24 24 0M12 24 28 8" stroke="{ink}" stroke-opacity=".55" stroke-width="1.5"/>"#
        ),
        Tone::NotAssessable => {
            let dots = [(6, 6), (14, 6), (22, 6), (10, 13), (18, 13)].map(|(x, y)| {
                format!(r#"<circle cx="{x}" cy="{y}" r="1.4" fill="{ink}" fill-opacity=".7"/>"#)
            });
            dots.concat()
        }
        _ => String::new(),
    };
    format!(
        r#"<svg class="swatch" width="28" height="18" aria-hidden="true"><rect x=".5" y=".5" width="27" height="17" fill="{}" fill-opacity="{strength}" stroke="{ink}"/>{marks}</svg>"#,
        surface.color(Color::Accent),
    )
}

fn title(look: &Look) -> String {
    format!("{} {}", look.name, figure(look))
        .trim_end()
        .to_owned()
}

/// Sign and figure.
fn figure(look: &Look) -> String {
    let sign = look.tone.sign();
    format!("{sign} {}", look.text).trim().to_owned()
}

/// Text that reads on every fill: it has a rim of paper.
fn words(svg: &mut String) {
    put(
        svg,
        format_args!(
            r#"<g fill="{}" stroke="{}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">"#,
            Surface::Page.color(Color::Ink),
            Surface::Page.color(Color::Paper)
        ),
    );
}

fn line(svg: &mut String, x: f64, y: f64, text: &str) {
    put(
        svg,
        format_args!(
            r#"<text x="{}" y="{}">{}</text>"#,
            tenth(x),
            tenth(y),
            escape(text)
        ),
    );
}

/// A coordinate with one decimal at most.
fn tenth(value: f64) -> String {
    short((value * 10.0).round() / 10.0)
}

/// Whether two places on the drawing are written alike.
fn is_same(one: [f64; 2], other: [f64; 2]) -> bool {
    one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 0.05)
}

/// Shapes on the drawing, and its height.
fn projected(shapes: &[MapShape]) -> (Vec<Drawn>, f64) {
    let (mut west, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut east, mut south) = (f64::NEG_INFINITY, f64::INFINITY);
    for [x, y] in shapes
        .iter()
        .flat_map(|shape| shape.outline.iter().flatten())
    {
        (west, east) = (west.min(*x), east.max(*x));
        (south, north) = (south.min(*y), north.max(*y));
    }
    let narrow = f64::midpoint(south, north).to_radians().cos().max(0.01);
    let (width, height) = (
        ((east - west) * narrow).max(1e-9),
        (north - south).max(1e-9),
    );
    let scale = ((WIDTH - 2.0 * EDGE) / width).min((HEIGHT - 2.0 * EDGE) / height);
    let left = (WIDTH - width * scale) / 2.0;
    let place = |p: &[f64; 2]| {
        [
            left + (p[0] - west) * narrow * scale,
            EDGE + (north - p[1]) * scale,
        ]
    };
    let drawn = shapes.iter().map(|shape| Drawn {
        rings: shape
            .outline
            .iter()
            .map(|ring| ring.iter().map(place).collect())
            .collect(),
    });
    let drawn = drawn.collect();
    (drawn, height * scale + 2.0 * EDGE)
}

impl Drawn {
    /// The rings as one path, steps of tenths.
    fn path(&self) -> String {
        let mut path = String::new();
        for ring in &self.rings {
            let mut at: Option<[f64; 2]> = None;
            for p in ring {
                let p = p.map(|value| (value * 10.0).round() / 10.0);
                match at {
                    None => put(&mut path, format_args!("M{} {}", short(p[0]), short(p[1]))),
                    Some(before) if is_same(before, p) => {}
                    Some(before) => {
                        let step = [p[0] - before[0], p[1] - before[1]].map(tenth);
                        let gap = if step[1].starts_with('-') { "" } else { " " };
                        put(&mut path, format_args!("l{}{gap}{}", step[0], step[1]));
                    }
                }
                at = Some(p);
            }
            path.push('Z');
        }
        path
    }

    /// The middle of a place of this size inside the shape, if there is one: the nearest to its middle.
    fn room(&self, width: f64, height: f64) -> Option<[f64; 2]> {
        let heights = self.rings.first()?.iter().map(|p| p[1]);
        let (top, bottom) = heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| {
            (low.min(y), high.max(y))
        });
        let off = |at: [f64; 2]| (at[1] - f64::midpoint(top, bottom)).abs();
        let levels = (1..20_u32).map(|step| top + (bottom - top) * f64::from(step) / 20.0);
        levels
            .filter_map(|y| self.widest(y, height))
            .filter(|(span, _)| *span >= width)
            .map(|(_, at)| at)
            .min_by(|a, b| off(*a).total_cmp(&off(*b)))
    }

    /// The widest span that is inside at `y` and half of `height` above and below it.
    fn widest(&self, y: f64, height: f64) -> Option<(f64, [f64; 2])> {
        let mut spans = self.inside(y);
        for level in [y - height / 2.0, y + height / 2.0] {
            let there = self.inside(level);
            let both = spans
                .iter()
                .flat_map(|(a, b)| there.iter().map(move |(c, d)| (a.max(*c), b.min(*d))));
            spans = both.filter(|(left, right)| right > left).collect();
        }
        let widest = spans
            .into_iter()
            .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))?;
        Some((widest.1 - widest.0, [f64::midpoint(widest.0, widest.1), y]))
    }

    /// The parts of a level that are inside.
    fn inside(&self, y: f64) -> Vec<(f64, f64)> {
        let mut crossings: Vec<f64> = Vec::new();
        for ring in &self.rings {
            for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                if (a[1] <= y) != (b[1] <= y) {
                    crossings.push(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]));
                }
            }
        }
        crossings.sort_by(f64::total_cmp);
        crossings
            .chunks_exact(2)
            .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str, tone: Tone) -> Look {
        Look {
            name: name.to_owned(),
            text: "91.0%".to_owned(),
            class: Some(3),
            tone,
        }
    }

    fn square(x: f64, y: f64) -> Vec<[f64; 2]> {
        vec![[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0]]
    }

    /// Around the equator a degree is as wide as high; north is up, east is right.
    #[test]
    fn squares_stay_squares_and_north_is_up() {
        let shape = |x, y| MapShape {
            outline: vec![square(x, y)],
            look: look("a", Tone::Met),
        };
        let (drawn, height) = projected(&[shape(0.0, -1.0), shape(1.0, 0.0)]);
        assert!((height - WIDTH).abs() < 1e-9);
        let side = (WIDTH - 2.0 * EDGE) / 2.0;
        let [first, second] = [&drawn[0].rings[0], &drawn[1].rings[0]];
        let near = |at: [f64; 2], x: f64, y: f64| {
            assert!(
                (at[0] - x).hypot(at[1] - y) < 0.05,
                "{at:?} is not {x}, {y}"
            );
        };
        near(first[0], EDGE, EDGE + 2.0 * side);
        near(first[2], EDGE + side, EDGE + side);
        near(second[2], EDGE + 2.0 * side, EDGE);
        // At sixty degrees a degree of longitude is half as wide.
        let (drawn, _) = projected(&[MapShape {
            outline: vec![vec![[0.0, 59.5], [2.0, 59.5], [2.0, 60.5], [0.0, 60.5]]],
            look: look("a", Tone::Met),
        }]);
        let ring = &drawn[0].rings[0];
        let (width, height) = (ring[1][0] - ring[0][0], ring[0][1] - ring[2][1]);
        assert!((width / height - 1.0).abs() < 1e-9);
    }

    #[test]
    fn words_stand_inside_their_shape_and_not_in_its_hole() {
        let hole = vec![[40.0, 10.0], [90.0, 10.0], [90.0, 90.0], [40.0, 90.0]];
        let drawn = Drawn {
            rings: vec![
                vec![[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]],
                hole,
            ],
        };
        let [x, y] = drawn.room(35.0, 20.0).unwrap();
        assert!(
            (x - 20.0).abs() < 1e-9 && (10.0..=90.0).contains(&y),
            "{x}, {y}"
        );
        assert_eq!(drawn.room(41.0, 20.0), None);
    }

    #[test]
    fn steps_of_a_path_end_where_the_shape_does() {
        let ring = vec![[0.04, 0.0], [33.333, 0.05], [66.666, 40.0], [10.0, 99.96]];
        let path = Drawn { rings: vec![ring] }.path();
        assert_eq!(path, "M0 0l33.3 0.1l33.4 39.9l-56.7 60Z");
    }

    #[test]
    fn names_are_made_safe() {
        let tone = Tone::NotAssessable;
        let svg = tiles(&[look("<b>&", tone)], &[(0, 0)], "\"x\"");
        assert!(svg.contains("&lt;b&gt;&amp;") && !svg.contains("<b>"));
        assert!(svg.contains("aria-label=\"&quot;x&quot;\""));
    }
}
