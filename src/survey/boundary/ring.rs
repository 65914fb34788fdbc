//! A ring as a file has it, checked: closed, finite, on the earth, with an area, without a crossing.

use serde_json::Value;

use super::problem::BadRing;
use super::{Position, Ring};

/// Pairs of segments that are compared at most: enough for every real outline, too few to keep a server busy.
const MOST_PAIRS: usize = 40_000_000;
/// Square degrees under which a ring encloses nothing: a square of one meter.
const SMALLEST_AREA: f64 = 1e-10;

/// Checks a ring and leaves out repeated positions.
pub(super) fn read(values: &[Value]) -> Result<Ring, BadRing> {
    let mut ring: Ring = Vec::with_capacity(values.len());
    for (value, position) in values.iter().zip(1..) {
        let at = position_of(value).ok_or(BadRing::NotANumber { position })?;
        if at[0].abs() > 180.0 || at[1].abs() > 90.0 {
            return Err(BadRing::Outside { position });
        }
        ring.push(at);
    }
    if ring.len() < 4 {
        return Err(BadRing::Short);
    }
    if ring.first() != ring.last() {
        return Err(BadRing::Open);
    }
    ring.pop();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 || area(&ring) < SMALLEST_AREA {
        return Err(BadRing::Flat);
    }
    crossing(&ring)?;
    Ok(ring)
}

fn position_of(value: &Value) -> Option<Position> {
    let numbers = value.as_array()?;
    let number = |at: usize| {
        let number = numbers.get(at).and_then(Value::as_f64);
        number.filter(|n| n.is_finite())
    };
    Some([number(0)?, number(1)?])
}

/// The area that a ring encloses, in square degrees.
pub(super) fn area(ring: &[Position]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let doubled: f64 = ring
        .iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    doubled.abs() / 2.0
}

/// A segment, from west to east.
struct Segment {
    ends: [Position; 2],
}

/// Sweeps from west to east and compares each segment with those that reach as far.
fn crossing(ring: &[Position]) -> Result<(), BadRing> {
    let next = ring.iter().cycle().skip(1);
    let mut segments: Vec<Segment> = ring
        .iter()
        .zip(next)
        .map(|(a, b)| Segment {
            ends: if a[0] <= b[0] { [*a, *b] } else { [*b, *a] },
        })
        .collect();
    segments.sort_by(|a, b| a.ends[0][0].total_cmp(&b.ends[0][0]));
    let mut active: Vec<&Segment> = Vec::new();
    let mut pairs = 0_usize;
    for segment in &segments {
        active.retain(|other| other.ends[1][0] >= segment.ends[0][0]);
        pairs = pairs.saturating_add(active.len());
        if pairs > MOST_PAIRS {
            return Err(BadRing::Involved);
        }
        if active.iter().any(|other| cross(segment, other)) {
            return Err(BadRing::Crosses);
        }
        active.push(segment);
    }
    Ok(())
}

/// Whether two segments cross in a point that is an end of neither.
fn cross(one: &Segment, other: &Segment) -> bool {
    let ([a, b], [c, d]) = (one.ends, other.ends);
    let (low, high) = (a[1].min(b[1]), a[1].max(b[1]));
    if high < c[1].min(d[1]) || low > c[1].max(d[1]) {
        return false;
    }
    let side = |p: Position, q: Position, r: Position| {
        (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    };
    let apart = |x: f64, y: f64| x > 0.0 && y < 0.0 || x < 0.0 && y > 0.0;
    apart(side(a, b, c), side(a, b, d)) && apart(side(c, d, a), side(c, d, b))
}
