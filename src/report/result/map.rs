//! The map of a wave: approval by county, filled by class, with what is undecided marked.

use super::Source;
use super::figures::{Tag, limit, range, share, tag, tone};
use super::parts::Part;
use super::wave::question;
use crate::report::chart::{CLASSES, Look, MapShape, Tone, map, sample, tiles};
use crate::survey::boundary::{Boundaries, Outline};
use crate::survey::result::CountyResult;

/// Counties in the table of a page.
const PER_PAGE: usize = 25;
/// Half of the width of the classes beside the threshold, at most.
const STEP: f64 = 0.05;

/// The map with its table.
#[derive(Debug, Clone, PartialEq)]
pub struct MapView {
    /// The wave's title.
    pub wave_title: String,
    /// Title, standing and kind of sample.
    pub eyebrow: String,
    /// The finding.
    pub headline: String,
    /// What a reader must know before any number.
    pub warnings: Vec<String>,
    /// The question, and which answers count.
    pub question: String,
    /// The map, SVG.
    pub svg: String,
    /// Classes and textures: sample, SVG, and words.
    pub legend: Vec<(String, String)>,
    /// What kind of map it is, and where its outlines come from.
    pub notes: Vec<String>,
    /// The table beneath.
    pub rows: Vec<MapRow>,
    /// Which counties are in the table.
    pub part: Part,
}

/// A county of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapRow {
    /// Address of its page.
    pub path: String,
    /// The county.
    pub name: String,
    /// Per cent with its interval.
    pub figure: Option<(String, String)>,
    /// The verdict.
    pub tag: Tag,
}

/// Where counties lie, and where that comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Atlas {
    /// Where they lie.
    pub boundaries: Boundaries,
    /// Source, and the number under which it was approved.
    pub source: String,
    /// Made up, or standing in for others.
    pub synthetic: bool,
}

/// The page; `None` where there is no such part of the table.
pub(super) fn view(
    source: &Source<'_>,
    atlas: Option<&Atlas>,
    asked: Option<&str>,
) -> Option<MapView> {
    let counties = &source.result.counties;
    let part = Part::asked(counties.len(), PER_PAGE, asked)?;
    let label = source.say("map-label", &[("limit", limit(source.threshold()).into())]);
    let (svg, mut notes) = drawn(source, atlas, &label);
    if let Some(atlas) = atlas {
        let args = [("source", atlas.source.clone().into())];
        notes.push(source.say("map-source", &args));
        notes.extend(atlas.synthetic.then(|| source.t("map-synthetic")));
    }
    Some(MapView {
        wave_title: source.result.wave.titles.get(source.lang.tag()).to_owned(),
        eyebrow: source.eyebrow(),
        headline: super::headline(source.lang, source.result),
        warnings: source.warnings(),
        question: question(source),
        svg,
        legend: legend(source),
        notes,
        rows: part
            .of(counties)
            .iter()
            .map(|one| row(source, one))
            .collect(),
        part,
    })
}

/// Outlines if all counties of the wave have one, else tiles in the given places, else tiles in order.
fn drawn(source: &Source<'_>, atlas: Option<&Atlas>, label: &str) -> (String, Vec<String>) {
    let counties = &source.result.counties;
    let looks: Vec<Look> = counties.iter().map(|county| look(source, county)).collect();
    match atlas.map(|atlas| &atlas.boundaries) {
        Some(Boundaries::Outlines(outlines)) => {
            let shapes: Option<Vec<MapShape>> = counties
                .iter()
                .zip(&looks)
                .map(|(county, look)| shape(outlines, county, look))
                .collect();
            if let Some(shapes) = shapes {
                return (map(&shapes, label), vec![source.t("map-simplified")]);
            }
        }
        Some(Boundaries::Tiles(given)) => {
            let places: Option<Vec<(u32, u32)>> = counties
                .iter()
                .map(|county| {
                    let tile = given.iter().find(|tile| tile.code == county.code)?;
                    Some((tile.row.saturating_sub(1), tile.column.saturating_sub(1)))
                })
                .collect();
            if let Some(places) = places {
                return (
                    tiles(&looks, &places, label),
                    vec![source.t("map-tiles-given")],
                );
            }
        }
        None => {}
    }
    let svg = tiles(&looks, &in_order(looks.len()), label);
    (svg, vec![source.t("map-tiles")])
}

fn shape(outlines: &[Outline], county: &CountyResult, look: &Look) -> Option<MapShape> {
    let outline = outlines
        .iter()
        .find(|outline| outline.code == county.code)?;
    Some(MapShape {
        outline: outline.polygons.iter().flatten().cloned().collect(),
        look: look.clone(),
    })
}

/// Row by row, about as wide as high.
fn in_order(n: usize) -> Vec<(u32, u32)> {
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    let columns = (1..=n.max(1))
        .find(|side| side.saturating_mul(*side) >= n)
        .unwrap_or(1);
    (0..n)
        .map(|place| (place / columns, place % columns))
        .collect()
}

/// Lower ends of the second to the last class: the threshold is one of them.
fn breaks(line: f64) -> [f64; CLASSES - 1] {
    let step = STEP.min((1.0 - line) / 2.0).min(line / 3.0);
    [line - 2.0 * step, line - step, line, line + step]
}

fn class(value: f64, line: f64) -> usize {
    breaks(line)
        .iter()
        .filter(|end| value >= **end - 1e-12)
        .count()
}

fn look(source: &Source<'_>, county: &CountyResult) -> Look {
    let line = source.threshold();
    let estimate = county.approval.estimate.as_ref();
    Look {
        name: source.name_of(county),
        text: estimate.map_or_else(String::new, |e| share(e.figure.p, line)),
        class: estimate.map(|e| class(e.figure.p, line)),
        tone: tone(county.approval.finding),
    }
}

fn legend(source: &Source<'_>) -> Vec<(String, String)> {
    let ends = breaks(source.threshold());
    let [first, .., last] = ends;
    let mut lines = vec![(
        sample(Some(0), Tone::Plain),
        source.say("map-class-under", &[("high", limit(first).into())]),
    )];
    for (at, pair) in ends.windows(2).enumerate() {
        if let [low, high] = pair {
            let args = [("low", limit(*low).into()), ("high", limit(*high).into())];
            lines.push((
                sample(Some(at + 1), Tone::Plain),
                source.say("map-class", &args),
            ));
        }
    }
    lines.push((
        sample(Some(CLASSES - 1), Tone::Plain),
        source.say("map-class-from", &[("low", limit(last).into())]),
    ));
    for (tone, key) in [
        (Tone::Open, "map-texture-open"),
        (Tone::NotAssessable, "map-texture-none"),
    ] {
        let words = format!("{} {}", tone.sign(), source.t(key));
        lines.push((sample(None, tone), words));
    }
    for (tone, key) in [
        (Tone::Met, "map-sign-met"),
        (Tone::NotMet, "map-sign-unmet"),
    ] {
        lines.push((String::new(), format!("{} {}", tone.sign(), source.t(key))));
    }
    lines
}

fn row(source: &Source<'_>, county: &CountyResult) -> MapRow {
    let line = source.threshold();
    let estimate = county.approval.estimate.as_ref();
    MapRow {
        path: source.county_path(county.code.as_str()),
        name: source.name_of(county),
        figure: estimate.map(|e| {
            (
                share(e.figure.p, line),
                range(e.interval.low, e.interval.high, line),
            )
        }),
        tag: tag(source.lang, county.approval.finding),
    }
}

#[cfg(test)]
mod tests {
    use super::{breaks, class, in_order};

    #[test]
    fn the_threshold_is_always_between_two_classes() {
        for line in [0.9, 0.5, 0.98, 0.05, 0.75] {
            let ends = breaks(line);
            assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{ends:?}");
            assert!(ends[0] > 0.0 && ends[3] < 1.0, "{ends:?}");
            assert_eq!((class(line, line), class(line - 1e-6, line)), (3, 2));
        }
        let classes = [0.0, 0.80, 0.85, 0.90, 0.95].map(|value| class(value, 0.9));
        assert_eq!(classes, [0, 1, 2, 3, 4]);
        assert_eq!((class(0.8499, 0.9), class(1.0, 0.9)), (1, 4));
    }

    #[test]
    fn tiles_in_order_have_a_place_each() {
        for n in 0..40 {
            let mut places = in_order(n);
            assert_eq!(places.len(), n);
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
            places.dedup();
            assert_eq!(places.len(), n);
        }
        assert_eq!(in_order(5), [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]);
    }
}
