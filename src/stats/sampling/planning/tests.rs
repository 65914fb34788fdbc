//! The reference cases of planning, and refusals.

use super::*;

/// Reference values are closed forms; 1e-9 is their tolerance, and ours is far inside.
const RELATIVE: f64 = 1e-12;

fn compare(path: &str, got: &Value, want: &Value, compared: &mut usize) {
    match (got, want) {
        (Value::Object(got), Value::Object(want)) => {
            assert_eq!(got.len(), want.len(), "{path}: {got:?}");
            for (key, want) in want {
                compare(&format!("{path}.{key}"), &got[key], want, compared);
            }
        }
        (Value::Array(got), Value::Array(want)) => {
            assert_eq!(got.len(), want.len(), "{path}");
            for (k, (got, want)) in got.iter().zip(want).enumerate() {
                compare(&format!("{path}[{k}]"), got, want, compared);
            }
        }
        _ => {
            let (a, b) = (got.as_f64().unwrap(), want.as_f64().unwrap());
            assert!((a - b).abs() <= RELATIVE * b.abs(), "{path}: {a} for {b}");
            *compared += 1;
        }
    }
}

#[test]
fn every_planning_case_of_the_reference_is_reproduced() {
    let mut compared = 0;
    for (case, expected) in [
        (
            include_str!("../../../../tests/reference/s20_sample_size/case.json"),
            include_str!("../../../../tests/reference/s20_sample_size/expected.json"),
        ),
        (
            include_str!("../../../../tests/reference/s21_allocation/case.json"),
            include_str!("../../../../tests/reference/s21_allocation/expected.json"),
        ),
        (
            include_str!("../../../../tests/reference/s22_pps/case.json"),
            include_str!("../../../../tests/reference/s22_pps/expected.json"),
        ),
    ] {
        let case: Value = serde_json::from_str(case).unwrap();
        let expected: Value = serde_json::from_str(expected).unwrap();
        for item in case["planning"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            let got = answer(item["kind"].as_str().unwrap(), &item["inputs"]).unwrap();
            compare(id, &got, &expected["planning"][id], &mut compared);
        }
    }
    assert!(compared > 500, "only {compared} numbers were compared");
}

#[test]
fn inputs_that_do_not_fit_are_named() {
    for (kind, inputs, part) in [
        (
            "sample_size_proportion",
            json!({"p": 0.5, "margin": 0.02}),
            "level",
        ),
        (
            "sample_size_proportion",
            json!({"p": 0.5, "margin": 0.02, "level": 0.95, "def": 2}),
            "def",
        ),
        (
            "sample_size_proportion",
            json!({"p": 0.5, "margin": 0, "level": 0.95}),
            "margin",
        ),
        ("sample_size_cv", json!({"p": 0, "cv": 0.1}), "p number 0"),
        (
            "margin_of_error",
            json!({"p": 0.5, "n": 50, "level": 0.95, "population": 20}),
            "population",
        ),
        (
            "planning_deff",
            json!({"cluster_size": 0, "rho": 0.1}),
            "cluster_size",
        ),
        (
            "sample_size_two_proportions",
            json!({"p1": 0.5, "p2": 0.5, "alpha": 0.05, "power": 0.8}),
            "difference",
        ),
        (
            "two_stage_weights",
            json!({"n_psu": 1, "total_size": 9, "psu_size": [3], "take": []}),
            "1 sizes, 0 takes",
        ),
        (
            "systematic_pps",
            json!({"sizes": [1, 2], "n": 1, "start": 1.0}),
            "start",
        ),
        (
            "inclusion_probabilities",
            json!({"sizes": [0, 2], "n": 2}),
            "2 units are wanted of 1",
        ),
        ("guess", json!({}), "the kinds are"),
    ] {
        let error = answer(kind, &inputs).unwrap_err().to_string();
        assert!(error.contains(part), "{kind}: {error}");
    }
}

#[test]
fn an_allocation_that_its_bounds_forbid_is_refused() {
    let question = |n: f64, least: f64, s: f64| {
        json!({"method": "neyman", "n": n, "min_per_stratum": least,
               "strata": [{"N": 40, "S": s}, {"N": 60, "S": 0.0}]})
    };
    let refused = |inputs: &Value| answer("allocation", inputs).unwrap_err();
    assert_eq!(
        refused(&question(30.0, 20.0, 1.0)),
        SamplingError::TooFew { n: 30.0 }
    );
    assert!(matches!(
        refused(&question(101.0, 0.0, 1.0)),
        SamplingError::OutOfRange { what: "n", .. }
    ));
    assert!(matches!(
        refused(&question(30.0, 0.0, 0.0)),
        SamplingError::OutOfRange { .. }
    ));
    let missing =
        json!({"method": "power", "n": 5, "q": 0.5, "strata": [{"N": 9, "S": 1, "X": 3}]});
    assert!(refused(&missing).to_string().contains("mean"));
    let full = answer("allocation", &question(100.0, 0.0, 1.0));
    assert!(
        full.is_err(),
        "the second stratum has no share to be filled by"
    );
}

#[test]
fn the_sizes_of_the_planning_notes() {
    use crate::stats::sampling::size::{Difference, Margin};
    // At 90 % and a design effect of 1.5.
    for (margin, n) in [
        (0.01, 5_186),
        (0.015, 2_305),
        (0.02, 1_297),
        (0.025, 830),
        (0.03, 577),
    ] {
        let asked = Margin {
            p: 0.9,
            margin,
            level: 0.95,
            deff: 1.5,
            response_rate: 0.45,
            population: None,
        };
        let size = for_margin(&asked).unwrap();
        assert_eq!(size.n_respondents, n, "±{margin}");
        let invited = size.n_issue.unwrap();
        assert!(
            invited * 45 >= size.n_respondents.saturating_sub(1) * 100,
            "{invited}"
        );
        assert!((invited - 1) * 45 < size.n_respondents * 100, "{invited}");
    }
    // To tell two waves apart: per wave, two-sided 5 %, power 80 %, design effect 1.5.
    for (p1, p2, n) in [
        (0.85, 0.88, 3_054),
        (0.85, 0.90, 1_029),
        (0.88, 0.91, 2_457),
        (0.90, 0.92, 4_820),
    ] {
        let asked = Difference {
            p1,
            p2,
            alpha: 0.05,
            power: 0.8,
            deff: 1.5,
        };
        assert_eq!(
            for_two_proportions(&asked).unwrap().n_per_group,
            n,
            "{p1} {p2}"
        );
    }
}

#[test]
fn no_allocation_of_the_same_size_beats_neymans() {
    use crate::stats::sampling::allocation::standard_error_of_mean;
    let (sizes, deviations) = ([900.0, 400.0, 250.0], [0.2, 0.45, 0.9]);
    let strata: Vec<Value> = sizes
        .iter()
        .zip(deviations)
        .map(|(size, s)| json!({"N": size, "S": s}))
        .collect();
    let inputs = json!({"method": "neyman", "n": 40, "strata": strata});
    let neyman = answer("allocation", &inputs).unwrap()["se_mean"]
        .as_f64()
        .unwrap();
    let mut best = f64::INFINITY;
    for a in 1..39 {
        for b in 1..40 - a {
            let se = standard_error_of_mean(&deviations, &sizes, &[a, b, 40 - a - b]);
            best = best.min(se);
        }
    }
    // The finite population moves the optimum by less than a unit.
    assert!(neyman <= best * 1.001, "{neyman} {best}");
}

#[test]
fn nothing_and_no_difference_are_refused() {
    use crate::stats::sampling::size::Difference;
    let good = TwoStages {
        n_psu: 2.0,
        total_size: 1000.0,
        psu_size: vec![100.0],
        take: vec![10.0],
    };
    assert!(two_stage_weights(&good).is_ok());
    let with = |change: fn(&mut TwoStages)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad
    };
    for bad in [
        with(|one| one.n_psu = 0.0),
        with(|one| one.total_size = 0.0),
        with(|one| one.psu_size[0] = 0.0),
        with(|one| one.take[0] = 0.0),
        with(|one| one.take.push(1.0)),
    ] {
        assert!(two_stage_weights(&bad).is_err(), "{bad:?}");
    }
    let good = Difference {
        p1: 0.85,
        p2: 0.9,
        alpha: 0.05,
        power: 0.8,
        deff: 1.5,
    };
    assert!(for_two_proportions(&good).is_ok());
    for bad in [
        Difference { p1: 0.9, ..good },
        Difference { deff: 0.0, ..good },
        Difference { power: 0.0, ..good },
        Difference { power: 1.0, ..good },
        Difference { p1: -0.1, ..good },
    ] {
        assert!(for_two_proportions(&bad).is_err(), "{bad:?}");
    }
}
