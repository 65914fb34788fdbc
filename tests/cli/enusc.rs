//! The shipped example gives R's numbers: each figure against `expected.json` of the reference case of
//! the same data, at the tolerances of its README, section 1.

use serde_json::Value;

use super::{minyi, minyi_in, root};

/// Closed forms (README §1).
const REL: f64 = 1e-9;
/// Near zero (README §1).
const ABS: f64 = 1e-11;
/// The analyses that the example takes over from the reference case.
const SHARED: [&str; 7] = [
    "street",
    "street_region",
    "street_cert",
    "sex",
    "trend_sex",
    "x",
    "unsafe_n",
];

fn read(path: &str) -> Vec<u8> {
    std::fs::read(root().join(path)).unwrap()
}

/// Compares every number that both sides have; counts them.
fn compare(place: &str, want: &Value, got: &Value, compared: &mut usize) {
    match (want, got) {
        (Value::Number(_), Value::Number(_)) => {
            let (want, got) = (want.as_f64().unwrap(), got.as_f64().unwrap());
            // Tails below 1e-12 are rounding (README §1).
            if place.ends_with("p_value") && want < 1e-12 {
                return;
            }
            let near = (got - want).abs() <= ABS.max(REL * want.abs());
            assert!(near, "{place}: {got}, R has {want}");
            *compared += 1;
        }
        (Value::Object(want), Value::Object(got)) => {
            for (name, want) in want {
                if name == "ci" {
                    intervals(place, want, &got[name], compared);
                } else if let Some(got) = got.get(name) {
                    compare(&format!("{place}.{name}"), want, got, compared);
                } else {
                    panic!("{place}: no {name}");
                }
            }
        }
        (Value::Array(want), Value::Array(got)) => {
            for (number, (want, got)) in want.iter().zip(got).enumerate() {
                compare(&format!("{place}[{number}]"), want, got, compared);
            }
            if !place.ends_with("tests") {
                assert_eq!(want.len(), got.len(), "{place}");
            }
        }
        _ => assert_eq!(want, got, "{place}"),
    }
}

/// The example asks for fewer intervals than the case; each must be one of R's.
fn intervals(place: &str, want: &Value, got: &Value, compared: &mut usize) {
    let got = got.as_array().unwrap();
    assert!(!got.is_empty(), "{place}: no interval");
    for interval in got {
        let same = |other: &&Value| {
            ["method", "level", "df_rule"]
                .iter()
                .all(|name| other[name] == interval[name])
        };
        let want = want.as_array().unwrap().iter().find(same);
        let want = want.unwrap_or_else(|| panic!("{place}: R has no {interval}"));
        compare(&format!("{place}.ci"), want, interval, compared);
    }
}

#[test]
fn the_example_gives_the_numbers_of_r() {
    let plan = root().join("examples/enusc-2019/plan.toml");
    let run = minyi(&["estimate", plan.to_str().unwrap(), "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let got: Value = serde_json::from_str(&run.out).unwrap();
    let reference = read("tests/reference/s31_enusc2019/expected.json");
    let want: Value = serde_json::from_slice(&reference).unwrap();
    let ids: Vec<&String> = got["analyses"].as_object().unwrap().keys().collect();
    assert_eq!(ids, SHARED.iter().collect::<Vec<_>>());
    let mut compared = 0;
    for id in SHARED {
        compare(
            id,
            &want["analyses"][id],
            &got["analyses"][id],
            &mut compared,
        );
    }
    assert!(compared > 500, "{compared} numbers compared");
}

#[test]
fn the_example_has_the_data_of_the_reference_case() {
    let (ours, theirs) = (
        "examples/enusc-2019/data.csv",
        "tests/reference/s31_enusc2019/data.csv",
    );
    assert!(read(ours) == read(theirs), "{ours} differs from {theirs}");
}

#[test]
fn the_printed_tables_and_the_chart_are_those_of_the_example() {
    let plan = root().join("examples/enusc-2019/plan.toml");
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("chart.svg");
    for (locale, file) in [("C", "expected.txt"), ("zh_CN.UTF-8", "expected.zh-CN.txt")] {
        let arguments = [
            "estimate",
            plan.to_str().unwrap(),
            "--chart",
            chart.to_str().unwrap(),
        ];
        let run = minyi_in(locale, &arguments);
        assert_eq!(run.code, Some(0), "{}", run.err);
        let expected = read(&format!("examples/enusc-2019/{file}"));
        assert_eq!(run.out, String::from_utf8(expected).unwrap(), "{file}");
        if locale == "C" {
            let expected = read("examples/enusc-2019/street_region.svg");
            assert_eq!(std::fs::read(&chart).unwrap(), expected);
        }
    }
}
