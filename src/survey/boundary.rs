//! Where the counties lie on a map: outlines in longitude and latitude, or places in a grid of tiles.
//!
//! Outlines come as GeoJSON (RFC 7946): one feature of kind `Polygon` or `MultiPolygon` for each county, with its division
//! code as a property. [`read`] takes a file whole or not at all and names every feature that is wrong; what it gives
//! is simplified, so that a map stays small ([`simplify`]). No outline of any place is in this program.

mod problem;
mod ring;
mod simplify;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use problem::{BadRing, BoundaryProblem, Wrong};

use super::area::{AreaCode, AreaTree};

/// Longitude and latitude in degrees.
pub type Position = [f64; 2];
/// A closed line; the last position is not the first one again.
pub type Ring = Vec<Position>;
/// An outer ring, then its holes.
pub type Polygon = Vec<Ring>;

/// Largest file, in bytes.
pub const LARGEST: usize = 8 * 1024 * 1024;
/// Positions of a file at most.
pub const MOST_POSITIONS: usize = 200_000;
/// Positions that are kept of a file, about: each costs seven bytes of every map.
const KEPT: usize = 2000;
/// Problems of a file that are named.
const MOST_PROBLEMS: usize = 50;
/// Rows and columns of a grid at most.
const LARGEST_GRID: u32 = 60;

/// A county on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// Its division code.
    pub code: AreaCode,
    /// What it consists of, the largest first.
    pub polygons: Vec<Polygon>,
}

/// A county in a grid of tiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// Its division code.
    pub code: AreaCode,
    /// Row, from 1.
    pub row: u32,
    /// Column, from 1.
    pub column: u32,
}

/// Where all counties lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "counties", rename_all = "snake_case")]
pub enum Boundaries {
    /// On the earth.
    Outlines(Vec<Outline>),
    /// In a grid.
    Tiles(Vec<Tile>),
}

/// Reads a file for the counties of `tree`: GeoJSON whose features name their county in `property`, or, where the file does not begin with a brace, CSV with the columns code, row, column.
///
/// # Errors
/// Every problem up to fifty, in the order of the file; then nothing of it counts.
pub fn read(
    bytes: &[u8],
    property: &str,
    tree: &AreaTree,
) -> Result<Boundaries, Vec<BoundaryProblem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.len() > LARGEST {
        return Err(vec![BoundaryProblem::of_file(Wrong::TooLarge)]);
    }
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let found = if matches!(first, Some(b'{' | b'[')) {
        let outlines = outlines(bytes, property, tree)?;
        Boundaries::Outlines(simplify::simplified(outlines, KEPT))
    } else {
        Boundaries::Tiles(tiles(bytes, tree)?)
    };
    Ok(found)
}

/// What is wrong so far; names of counties that were seen.
struct Reading<'a> {
    tree: &'a AreaTree,
    problems: Vec<BoundaryProblem>,
    seen: BTreeSet<AreaCode>,
    positions: usize,
}

impl<'a> Reading<'a> {
    fn new(tree: &'a AreaTree) -> Self {
        Self {
            tree,
            problems: Vec::new(),
            seen: BTreeSet::new(),
            positions: 0,
        }
    }

    fn wrong(&mut self, place: usize, code: Option<&str>, what: Wrong) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(BoundaryProblem {
                place: Some(place),
                code: code.map(str::to_owned),
                what,
            });
        }
    }

    /// The county of this code, if it is one and was not seen before.
    fn county(&mut self, place: usize, text: &str) -> Option<AreaCode> {
        let code = AreaCode::parse(text).ok();
        let code = code.filter(|code| self.tree.counties().any(|county| county.code == *code));
        let Some(code) = code else {
            self.wrong(place, Some(text), Wrong::UnknownCounty);
            return None;
        };
        if self.seen.insert(code.clone()) {
            return Some(code);
        }
        self.wrong(place, Some(text), Wrong::Twice);
        None
    }

    /// Whether all is well and every county is there.
    fn finish(mut self) -> Result<(), Vec<BoundaryProblem>> {
        for county in self.tree.counties() {
            if !self.seen.contains(&county.code) && self.problems.len() < MOST_PROBLEMS {
                self.problems.push(BoundaryProblem {
                    place: None,
                    code: Some(county.code.to_string()),
                    what: Wrong::Missing,
                });
            }
        }
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }
}

fn outlines(
    bytes: &[u8],
    property: &str,
    tree: &AreaTree,
) -> Result<Vec<Outline>, Vec<BoundaryProblem>> {
    let file = |what| vec![BoundaryProblem::of_file(what)];
    let document: Value = serde_json::from_slice(bytes).map_err(|error| {
        file(Wrong::NotJson {
            line: error.line(),
            column: error.column(),
        })
    })?;
    if document.get("type").and_then(Value::as_str) != Some("FeatureCollection") {
        return Err(file(Wrong::NotACollection));
    }
    if document.get("crs").is_some_and(is_other_reference) {
        return Err(file(Wrong::OtherReference));
    }
    let features = document.get("features").and_then(Value::as_array);
    let features = features.ok_or_else(|| file(Wrong::NotACollection))?;
    let mut reading = Reading::new(tree);
    let mut found: BTreeMap<AreaCode, Vec<Polygon>> = BTreeMap::new();
    for (feature, place) in features.iter().zip(1..) {
        let Some(text) = code_of(feature, property) else {
            let name = property.to_owned();
            reading.wrong(place, None, Wrong::NoCode { property: name });
            continue;
        };
        let Some(code) = reading.county(place, &text) else {
            continue;
        };
        let polygons = polygons(&mut reading, place, &text, feature.get("geometry"));
        found.insert(code, polygons);
        if reading.positions > MOST_POSITIONS {
            return Err(file(Wrong::TooManyPositions));
        }
    }
    reading.finish()?;
    let all = found.values().flatten().flatten().flatten();
    let (west, east) = all.fold((180.0_f64, -180.0_f64), |(west, east), at| {
        (west.min(at[0]), east.max(at[0]))
    });
    if east - west > 180.0 {
        return Err(file(Wrong::TooWide));
    }
    let outline = |(code, polygons)| Outline { code, polygons };
    Ok(found.into_iter().map(outline).collect())
}

/// Whether the file says that its positions are no longitudes and latitudes. RFC 7946 knows no other kind; an older file may name it.
fn is_other_reference(crs: &Value) -> bool {
    let name = crs.pointer("/properties/name").and_then(Value::as_str);
    !crs.is_null()
        && name.is_none_or(|name| {
            !["CRS84", "EPSG::4326", "EPSG:4326"]
                .iter()
                .any(|own| name.ends_with(own))
        })
}

/// A code as text or as a number.
fn code_of(feature: &Value, property: &str) -> Option<String> {
    let properties = feature.get("properties")?;
    match properties.get(property)? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => number.as_u64().map(|n| n.to_string()),
        _ => None,
    }
}

fn polygons(
    reading: &mut Reading<'_>,
    place: usize,
    code: &str,
    geometry: Option<&Value>,
) -> Vec<Polygon> {
    let kind = geometry.and_then(|g| g.get("type")).and_then(Value::as_str);
    let coordinates = geometry.and_then(|g| g.get("coordinates"));
    let parts: Vec<&[Value]> = match kind {
        Some("Polygon") => vec![list(coordinates)],
        Some("MultiPolygon") => list(coordinates)
            .iter()
            .map(|one| list(Some(one)))
            .collect(),
        other => {
            let kind = other.unwrap_or("null").to_owned();
            reading.wrong(place, Some(code), Wrong::NotAPolygon { kind });
            return Vec::new();
        }
    };
    if parts.is_empty() || parts.iter().any(|part| part.is_empty()) {
        reading.wrong(place, Some(code), Wrong::Empty);
        return Vec::new();
    }
    let mut number = 0;
    let mut polygons = Vec::new();
    for part in parts {
        let mut polygon = Vec::new();
        for ring in part {
            number += 1;
            match ring::read(list(Some(ring))) {
                Ok(ring) => {
                    reading.positions += ring.len();
                    polygon.push(ring);
                }
                Err(bad) => {
                    let what = Wrong::Ring { ring: number, bad };
                    reading.wrong(place, Some(code), what);
                }
            }
            if reading.positions > MOST_POSITIONS {
                return Vec::new();
            }
        }
        polygons.push(polygon);
    }
    polygons
}

/// The elements of a list; none where there is no list.
fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn tiles(bytes: &[u8], tree: &AreaTree) -> Result<Vec<Tile>, Vec<BoundaryProblem>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let unreadable = || vec![BoundaryProblem::of_file(Wrong::NotATable)];
    let head = reader.headers().map_err(|_| unreadable())?;
    let column = |name: &str| head.iter().position(|found| found == name);
    let (Some(code), Some(row), Some(across)) = (column("code"), column("row"), column("column"))
    else {
        return Err(unreadable());
    };
    let mut reading = Reading::new(tree);
    let mut tiles: Vec<Tile> = Vec::new();
    for (record, place) in reader.records().zip(2..) {
        let record = record.map_err(|_| unreadable())?;
        let text = record.get(code).unwrap_or_default();
        let number = |at: usize| {
            let number = record.get(at).and_then(|text| text.parse().ok());
            number.filter(|n| (1..=LARGEST_GRID).contains(n))
        };
        let Some(code) = reading.county(place, text) else {
            continue;
        };
        let (Some(row), Some(column)) = (number(row), number(across)) else {
            reading.wrong(place, Some(text), Wrong::NoPlace);
            continue;
        };
        if tiles
            .iter()
            .any(|tile| (tile.row, tile.column) == (row, column))
        {
            reading.wrong(place, Some(text), Wrong::PlaceTaken);
        }
        tiles.push(Tile { code, row, column });
    }
    reading.finish()?;
    tiles.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(tiles)
}

#[cfg(test)]
mod tests;
