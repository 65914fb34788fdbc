//! Outlines with fewer positions, so that neighbors still share their common border.
//!
//! Rings are cut where three or more lines meet; each line between two such places is simplified by itself and always in
//! the same direction, so both neighbors keep the same positions. A position weighs as much as its distance from the line that would be
//! drawn without it (Douglas and Peucker, The Canadian Cartographer 10 (1973), 112–122), never more than one on which it depends; the
//! heaviest are kept. Distances are measured on the equirectangular map that is drawn in the end.

use std::collections::BTreeMap;

use super::ring::area;
use super::{Outline, Polygon, Position, Ring};

/// A position on a grid of 10⁻⁷ degrees, a centimeter.
type Point = (i64, i64);

/// Where lines meet, and how wide a degree of longitude is.
struct Plane {
    neighbors: BTreeMap<Point, Vec<Point>>,
    width: f64,
}

/// Outlines with about `most` positions in all: the heaviest ones, ends of common borders, and three of each county's largest ring.
pub(super) fn simplified(outlines: Vec<Outline>, most: usize) -> Vec<Outline> {
    let plane = Plane::of(&outlines);
    let weighed: Vec<(Outline, Vec<Vec<Vec<f64>>>)> = outlines
        .into_iter()
        .map(|outline| {
            let weights = outline.polygons.iter();
            let weights =
                weights.map(|polygon| polygon.iter().map(|ring| plane.weigh(ring)).collect());
            let weights = weights.collect();
            (outline, weights)
        })
        .collect();
    let mut all: Vec<f64> = weighed
        .iter()
        .flat_map(|(_, weights)| weights.iter().flatten().flatten().copied())
        .collect();
    all.sort_by(|a, b| b.total_cmp(a));
    let least = all.get(most).copied().unwrap_or(0.0);
    weighed
        .into_iter()
        .map(|(outline, weights)| kept(outline, &weights, least))
        .collect()
}

/// Positions that weigh more than `least`; a ring of fewer than three is left out, unless it is the county's largest.
fn kept(outline: Outline, weights: &[Vec<Vec<f64>>], least: f64) -> Outline {
    let outer = |polygon: &Polygon| polygon.first().map_or(0.0, |ring| area(ring));
    let largest = outline.polygons.iter().enumerate();
    let largest = largest.max_by(|a, b| outer(a.1).total_cmp(&outer(b.1)));
    let largest = largest.map(|(place, _)| place);
    let mut polygons: Vec<Polygon> = Vec::new();
    for (place, (polygon, weights)) in outline.polygons.iter().zip(weights).enumerate() {
        let mut rings: Polygon = Vec::new();
        for (number, (ring, weights)) in polygon.iter().zip(weights).enumerate() {
            let mut left = above(ring, weights, least);
            if left.len() < 3 && number == 0 && largest == Some(place) {
                left = heaviest(ring, weights);
            }
            if left.len() >= 3 {
                rings.push(left);
            } else if number == 0 {
                break;
            }
        }
        if !rings.is_empty() {
            polygons.push(rings);
        }
    }
    polygons.sort_by(|a, b| outer(b).total_cmp(&outer(a)));
    Outline {
        code: outline.code,
        polygons,
    }
}

fn above(ring: &[Position], weights: &[f64], least: f64) -> Ring {
    let both = ring.iter().zip(weights);
    both.filter(|(_, weight)| **weight > least || weight.is_infinite())
        .map(|(at, _)| *at)
        .collect()
}

/// The three heaviest positions of a ring, in its order.
fn heaviest(ring: &[Position], weights: &[f64]) -> Ring {
    let mut order: Vec<usize> = (0..ring.len()).collect();
    let weight = |place: usize| weights.get(place).copied().unwrap_or_default();
    order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
    order.truncate(3);
    order.sort_unstable();
    order
        .into_iter()
        .filter_map(|place| ring.get(place).copied())
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "180 · 10⁷ is far below 2⁶³"
)]
fn point(at: Position) -> Point {
    let grid = |degrees: f64| (degrees * 1e7).round() as i64;
    (grid(at[0]), grid(at[1]))
}

impl Plane {
    fn of(outlines: &[Outline]) -> Self {
        let mut neighbors: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
        let mut meet = |a: Point, b: Point| {
            let near = neighbors.entry(a).or_default();
            if a != b && !near.contains(&b) {
                near.push(b);
            }
        };
        let (mut south, mut north) = (90.0_f64, -90.0_f64);
        for ring in outlines
            .iter()
            .flat_map(|one| one.polygons.iter().flatten())
        {
            for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                meet(point(*a), point(*b));
                meet(point(*b), point(*a));
                south = south.min(a[1]);
                north = north.max(a[1]);
            }
        }
        Self {
            neighbors,
            width: f64::midpoint(south, north).to_radians().cos().max(0.01),
        }
    }

    /// Whether more than two lines meet there.
    fn is_junction(&self, at: Position) -> bool {
        let near = self.neighbors.get(&point(at));
        near.is_some_and(|near| near.len() > 2)
    }

    /// The weight of each position of a ring.
    fn weigh(&self, ring: &[Position]) -> Vec<f64> {
        let n = ring.len();
        let mut cuts: Vec<usize> = (0..n)
            .filter(|place| ring.get(*place).is_some_and(|at| self.is_junction(*at)))
            .collect();
        if cuts.len() < 2 {
            cuts = self.own_cuts(ring, cuts.first().copied());
        }
        let mut weights = vec![0.0; n];
        for (start, end) in cuts.iter().zip(cuts.iter().cycle().skip(1)) {
            let steps = (end + n - start - 1) % n + 1;
            let mut line: Vec<usize> = (0..=steps).map(|step| (start + step) % n).collect();
            if runs_backward(ring, &line) {
                line.reverse();
            }
            self.weigh_line(ring, &line, &mut weights);
        }
        weights
    }

    /// Where a ring is cut that meets others once or never: there, or at its first position by longitude; and at the farthest from it.
    fn own_cuts(&self, ring: &[Position], junction: Option<usize>) -> Vec<usize> {
        let at = |place: usize| ring.get(place).copied().unwrap_or_default();
        let start = junction.or_else(|| (0..ring.len()).min_by_key(|place| point(at(*place))));
        let start = start.unwrap_or_default();
        let far = (0..ring.len()).max_by(|a, b| {
            let distance = |place: usize| self.distance(at(place), at(start), at(start));
            let order = distance(*a).total_cmp(&distance(*b));
            order.then_with(|| point(at(*a)).cmp(&point(at(*b))))
        });
        let mut cuts = vec![start, far.unwrap_or_default()];
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// Douglas and Peucker without recursion: ends weigh most, the farthest between two of them comes next.
    fn weigh_line(&self, ring: &[Position], line: &[usize], weights: &mut [f64]) {
        let at = |place: usize| {
            let index = line.get(place).copied().unwrap_or_default();
            ring.get(index).copied().unwrap_or_default()
        };
        let mut set = |place: usize, weight: f64| {
            let index = line.get(place).copied().unwrap_or_default();
            if let Some(slot) = weights.get_mut(index) {
                *slot = weight;
            }
        };
        let last = line.len().saturating_sub(1);
        set(0, f64::INFINITY);
        set(last, f64::INFINITY);
        let mut open = vec![(0, last, f64::INFINITY)];
        while let Some((first, last, most)) = open.pop() {
            let between = first + 1..last;
            let farthest = between
                .map(|place| (place, self.distance(at(place), at(first), at(last))))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((place, distance)) = farthest else {
                continue;
            };
            let weight = distance.min(most);
            set(place, weight);
            open.push((first, place, weight));
            open.push((place, last, weight));
        }
    }

    /// Distance of a position from a segment on the map, in degrees of latitude.
    fn distance(&self, at: Position, from: Position, to: Position) -> f64 {
        let flat = |p: Position| (p[0] * self.width, p[1]);
        let ((x, y), (x0, y0), (x1, y1)) = (flat(at), flat(from), flat(to));
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length = dx * dx + dy * dy;
        let along = if length > 0.0 {
            (((x - x0) * dx + (y - y0) * dy) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (x - x0 - along * dx).hypot(y - y0 - along * dy)
    }
}

/// One of the two directions of a line, the same for both rings that have it.
fn runs_backward(ring: &[Position], line: &[usize]) -> bool {
    let of = |place: &usize| ring.get(*place).map(|at| point(*at));
    let forward = line.iter().map(of);
    let backward = line.iter().rev().map(of);
    backward.lt(forward)
}
