//! Squares and jagged lines: what is refused and named, and that neighbors keep their common border.

use serde_json::json;

use super::*;
use crate::stats::rng::{stream, uniform};
use crate::survey::area::{Area, Level};

const CODES: [&str; 3] = ["140302", "140303", "140311"];

fn tree() -> AreaTree {
    let area = |code: &str, level, parent: Option<&str>| Area {
        code: AreaCode::parse(code).unwrap(),
        level,
        name_zh: code.to_owned(),
        name_en: code.to_owned(),
        parent: parent.map(|code| AreaCode::parse(code).unwrap()),
    };
    let mut areas = vec![area("140300", Level::City, None)];
    areas.extend(CODES.map(|code| area(code, Level::County, Some("140300"))));
    AreaTree::new(&areas).unwrap()
}

/// A square with its corner at `x`, `y`, closed.
fn square(x: f64, y: f64) -> Value {
    json!([[
        [x, y],
        [x + 1.0, y],
        [x + 1.0, y + 1.0],
        [x, y + 1.0],
        [x, y]
    ]])
}

fn feature(code: &Value, kind: &str, coordinates: &Value) -> Value {
    json!({
        "type": "Feature",
        "properties": { "code": code, "name": "made up" },
        "geometry": { "type": kind, "coordinates": coordinates },
    })
}

fn collection(features: &[Value]) -> Value {
    json!({ "type": "FeatureCollection", "features": features })
}

/// Three squares in a row.
fn squares() -> Vec<Value> {
    CODES
        .iter()
        .zip(0..)
        .map(|(code, x)| feature(&json!(code), "Polygon", &square(f64::from(x), 30.0)))
        .collect()
}

fn read_json(document: &Value) -> Result<Boundaries, Vec<BoundaryProblem>> {
    read(document.to_string().as_bytes(), "code", &tree())
}

fn problems(document: &Value) -> Vec<(Option<usize>, Option<String>, Wrong)> {
    let found = read_json(document).unwrap_err().into_iter();
    found.map(|one| (one.place, one.code, one.what)).collect()
}

/// The problem of the second of three squares in the place of which stands another feature.
fn second(other: Value) -> Wrong {
    let mut features = squares();
    features[1] = other;
    let found = problems(&collection(&features));
    // A feature without a county leaves its county missing.
    let mut at_place = found.into_iter().filter(|(place, ..)| *place == Some(2));
    let (_, _, what) = at_place.next().unwrap();
    assert_eq!(at_place.next(), None, "one problem");
    what
}

fn ring(coordinates: &Value) -> Wrong {
    second(feature(&json!("140303"), "Polygon", &json!([coordinates])))
}

#[test]
fn squares_are_taken_as_they_are() {
    let Boundaries::Outlines(found) = read_json(&collection(&squares())).unwrap() else {
        panic!("outlines");
    };
    assert_eq!(found.len(), 3);
    for (outline, x) in found.iter().zip([0.0, 1.0, 2.0]) {
        let ring = &outline.polygons[0][0];
        assert_eq!(ring.len(), 4);
        for corner in [[x, 30.0], [x + 1.0, 30.0], [x + 1.0, 31.0], [x, 31.0]] {
            assert!(ring.contains(&corner), "{corner:?} of {ring:?}");
        }
    }
    let stored = serde_json::to_string(&Boundaries::Outlines(found.clone())).unwrap();
    let again: Boundaries = serde_json::from_str(&stored).unwrap();
    assert_eq!(again, Boundaries::Outlines(found));
}

#[test]
fn a_code_may_be_a_number_and_a_county_may_have_islands_and_holes() {
    let mut features = squares();
    let hole = json!([
        [0.2, 30.2],
        [0.8, 30.2],
        [0.8, 30.8],
        [0.2, 30.8],
        [0.2, 30.2]
    ]);
    let island = square(5.0, 30.0);
    let with_hole = json!([square(0.0, 30.0)[0], hole]);
    features[0] = feature(&json!(140_302), "MultiPolygon", &json!([island, with_hole]));
    let Boundaries::Outlines(found) = read_json(&collection(&features)).unwrap() else {
        panic!("outlines");
    };
    let rings: Vec<usize> = found[0].polygons.iter().map(Vec::len).collect();
    assert_eq!(rings.iter().sum::<usize>(), 3);
    assert!(rings.contains(&2));
}

#[test]
fn every_wrong_feature_is_named() {
    let mut features = squares();
    features[0] = feature(&json!("140399"), "Polygon", &square(0.0, 30.0));
    features[1]["properties"] = json!({ "name": "no code" });
    features.push(features[2].clone());
    let found = problems(&collection(&features));
    let missing = |code: &str| (None, Some(code.to_owned()), Wrong::Missing);
    let no_code = Wrong::NoCode {
        property: "code".to_owned(),
    };
    assert_eq!(
        found,
        [
            (Some(1), Some("140399".to_owned()), Wrong::UnknownCounty),
            (Some(2), None, no_code),
            (Some(4), Some("140311".to_owned()), Wrong::Twice),
            missing("140302"),
            missing("140303"),
        ]
    );
    // The city is in the tree, too, but no county.
    let city = feature(&json!("140300"), "Polygon", &square(0.0, 30.0));
    assert_eq!(second(city), Wrong::UnknownCounty);
}

#[test]
fn a_ring_that_is_none_is_named_with_what_is_wrong() {
    let bad = |bad| Wrong::Ring { ring: 1, bad };
    let cases = [
        (json!([[0, 0], [1, 0], [0, 0]]), BadRing::Short),
        (json!([[0, 0], [1, 0], [1, 1], [0, 1]]), BadRing::Open),
        (json!([[0, 0], [1, 0], [2, 0], [0, 0]]), BadRing::Flat),
        (
            json!([[0, 0], [1, 1], [1, 0], [0, 1.5], [0, 0]]),
            BadRing::Crosses,
        ),
        (
            json!([[0, 0], [1, null], [1, 1], [0, 0]]),
            BadRing::NotANumber { position: 2 },
        ),
        (
            json!([[0, 0], [1], [1, 1], [0, 0]]),
            BadRing::NotANumber { position: 2 },
        ),
        (
            json!([[0, 0], [1, 0], [181, 1], [0, 0]]),
            BadRing::Outside { position: 3 },
        ),
        // Meters of a projection, and latitude first.
        (
            json!([[500_000, 4_190_000], [1, 0], [1, 1], [0, 0]]),
            BadRing::Outside { position: 1 },
        ),
        (
            json!([[37.8, 113.5], [37.9, 113.5], [37.9, 113.6], [37.8, 113.5]]),
            BadRing::Outside { position: 1 },
        ),
    ];
    for (coordinates, expected) in cases {
        assert_eq!(ring(&coordinates), bad(expected), "{coordinates}");
    }
    assert_eq!(
        second(feature(&json!("140303"), "Point", &json!([0, 0]))),
        Wrong::NotAPolygon {
            kind: "Point".to_owned()
        }
    );
    assert_eq!(
        second(feature(&json!("140303"), "MultiPolygon", &json!([]))),
        Wrong::Empty
    );
    // A corner that two parts of a ring share is no crossing.
    let bow = json!([
        [0, 0],
        [1, 0],
        [1, 1],
        [2, 1],
        [2, 2],
        [1, 2],
        [1, 1],
        [0, 1],
        [0, 0]
    ]);
    let mut features = squares();
    features[1] = feature(&json!("140303"), "Polygon", &json!([bow]));
    assert!(read_json(&collection(&features)).is_ok());
}

#[test]
fn a_file_that_is_none_is_refused_as_a_whole() {
    let of_file = |bytes: &[u8]| {
        let mut found = read(bytes, "code", &tree()).unwrap_err();
        assert_eq!(found.len(), 1);
        found.remove(0).what
    };
    assert!(matches!(
        of_file(b"{\"type\": \n nan}"),
        Wrong::NotJson { line: 2, .. }
    ));
    assert_eq!(of_file(b"{\"type\": \"Feature\"}"), Wrong::NotACollection);
    assert_eq!(of_file(b"[1]"), Wrong::NotACollection);
    assert_eq!(of_file(&vec![b' '; LARGEST + 1]), Wrong::TooLarge);
    assert_eq!(of_file(b"shape,place\n1,2\n"), Wrong::NotATable);
    let deep = of_file(&b"[".repeat(100_000));
    assert!(matches!(deep, Wrong::NotJson { line: 1, .. }), "{deep:?}");
    let crs = |name: &str| {
        let mut document = collection(&squares());
        document["crs"] = json!({ "type": "name", "properties": { "name": name } });
        document
    };
    let other = problems(&crs("urn:ogc:def:crs:EPSG::4490"));
    assert_eq!(other, [(None, None, Wrong::OtherReference)]);
    assert!(read_json(&crs("urn:ogc:def:crs:OGC:1.3:CRS84")).is_ok());
    let mut wide = squares();
    wide[0] = feature(&json!("140302"), "Polygon", &square(-179.5, 30.0));
    wide[1] = feature(&json!("140303"), "Polygon", &square(178.0, 30.0));
    let found = problems(&collection(&wide));
    assert_eq!(found, [(None, None, Wrong::TooWide)]);
}

#[test]
fn tiles_have_a_place_each() {
    let table = "\u{feff}code,row,column\n140302,1,1\n140303,1,2\n140311,2,1\n";
    let Boundaries::Tiles(tiles) = read(table.as_bytes(), "code", &tree()).unwrap() else {
        panic!("tiles");
    };
    let places: Vec<(u32, u32)> = tiles.iter().map(|tile| (tile.row, tile.column)).collect();
    assert_eq!(places, [(1, 1), (1, 2), (2, 1)]);
    let wrong = "code,row,column\n140302,1,1\n140303,1,1\n140311,0,x\n140399,1,4\n";
    let found = read(wrong.as_bytes(), "code", &tree()).unwrap_err();
    let found: Vec<_> = found.into_iter().map(|one| (one.place, one.what)).collect();
    let expected = [
        (Some(3), Wrong::PlaceTaken),
        (Some(4), Wrong::NoPlace),
        (Some(5), Wrong::UnknownCounty),
    ];
    assert_eq!(found, expected);
}

/// A jagged line from south to north near `x`.
fn jagged(x: f64, label: &str) -> Vec<[f64; 2]> {
    let mut rng = stream(&[5; 32], label);
    (0..=3000)
        .map(|step| {
            let wave = (f64::from(step) / 90.0).sin() * 0.1;
            let noise = if step % 3000 == 0 {
                0.0
            } else {
                0.01 * uniform(&mut rng)
            };
            [x + wave + noise, 30.0 + f64::from(step) / 3000.0]
        })
        .collect()
}

/// Two counties on either side of one jagged border, the second one listed in the other direction, and an island.
#[test]
fn neighbors_keep_the_same_positions_of_their_common_border() {
    let (west, middle, east) = (jagged(0.0, "w"), jagged(1.0, "m"), jagged(2.0, "e"));
    let close = |left: &[[f64; 2]], right: &[[f64; 2]], turned: bool| {
        let mut ring: Vec<[f64; 2]> = left.iter().rev().chain(right).copied().collect();
        if turned {
            ring.reverse();
        }
        // The first position is another one in each, and in the middle of the border.
        ring.rotate_left(if turned { 1700 } else { 4500 });
        ring.push(ring[0]);
        json!([ring])
    };
    let features = [
        feature(&json!("140302"), "Polygon", &close(&west, &middle, false)),
        feature(&json!("140303"), "Polygon", &close(&middle, &east, true)),
        feature(&json!("140311"), "Polygon", &square(7.0, 30.0)),
    ];
    let Boundaries::Outlines(found) = read_json(&collection(&features)).unwrap() else {
        panic!("outlines");
    };
    let border = |outline: &Outline| {
        let mut on: Vec<[u64; 2]> = outline.polygons[0][0]
            .iter()
            .filter(|at| middle.contains(at))
            .map(|at| at.map(f64::to_bits))
            .collect();
        on.sort_unstable();
        on
    };
    let common = border(&found[0]);
    assert!(common.len() > 100, "{} positions", common.len());
    assert_eq!(common, border(&found[1]));
    let kept: usize = found
        .iter()
        .flat_map(|one| one.polygons.iter().flatten())
        .map(Vec::len)
        .sum();
    assert!((KEPT / 2..=KEPT + 10).contains(&kept), "{kept} of 12,006");
    // No position that was left out is far from the line that is drawn.
    let line: Vec<[f64; 2]> = middle
        .iter()
        .filter(|at| found[0].polygons[0][0].contains(at))
        .copied()
        .collect();
    let mut farthest = 0.0_f64;
    for at in &middle {
        let after = line.partition_point(|p| p[1] < at[1]).max(1);
        let (a, b) = (line[after - 1], line[after]);
        let t = (at[1] - a[1]) / (b[1] - a[1]);
        farthest = farthest.max((a[0] + t * (b[0] - a[0]) - at[0]).abs());
    }
    assert!(farthest < 0.02, "{farthest} degrees");
}

/// A county far smaller than the rest keeps a shape.
#[test]
fn a_small_county_keeps_three_positions() {
    let tiny = json!([[
        [9.0, 30.0],
        [9.000_1, 30.0],
        [9.000_1, 30.000_1],
        [9.0, 30.000_1],
        [9.0, 30.0]
    ]]);
    let mut ring: Vec<[f64; 2]> = jagged(0.0, "w")
        .into_iter()
        .rev()
        .chain(jagged(1.0, "m"))
        .collect();
    ring.push(ring[0]);
    let features = [
        feature(&json!("140302"), "Polygon", &json!([ring])),
        feature(&json!("140303"), "Polygon", &tiny),
        feature(&json!("140311"), "Polygon", &square(7.0, 30.0)),
    ];
    let Boundaries::Outlines(found) = read_json(&collection(&features)).unwrap() else {
        panic!("outlines");
    };
    assert!(found.iter().all(|one| one.polygons[0][0].len() >= 3));
}
