//! The reference case, closed forms, the edge at zero, refusals.

use super::*;
use crate::stats::rng::{normal, stream, uniform};
use serde_json::Value;

/// The reference iterates to a relative change of 1e-15 and has 1e-9 as tolerance.
const RELATIVE: f64 = 1e-11;

fn milk() -> (Vec<f64>, Vec<f64>, Vec<usize>) {
    let text = include_str!("../../../tests/reference/s23_fay_herriot_milk/data.csv");
    let (mut y, mut d, mut major) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        major.push(fields[1].parse().unwrap());
        y.push(fields[3].parse().unwrap());
        d.push(fields[4].parse().unwrap());
    }
    (y, d, major)
}

#[test]
fn the_milk_model_of_the_reference_is_reproduced() {
    let (y, d, major) = milk();
    let expected: Value = serde_json::from_str(include_str!(
        "../../../tests/reference/s23_fay_herriot_milk/expected.json"
    ))
    .unwrap();
    let mean: Vec<Vec<f64>> = vec![vec![1.0]; y.len()];
    let groups = |k: &usize| -> Vec<f64> {
        (1..=4)
            .map(|g| f64::from(u8::from(g == 1 || g == *k)))
            .collect()
    };
    let by_major: Vec<Vec<f64>> = major.iter().map(groups).collect();
    let mut compared = 0;
    for (id, x) in [("mean_only", mean), ("major", by_major)] {
        let got = serde_json::to_value(fay_herriot(&y, &d, &x).unwrap()).unwrap();
        let want = &expected["small_area"][id];
        let mut near = |path: &str, got: &Value, want: &Value| {
            let (got, want) = (got.as_f64().unwrap(), want.as_f64().unwrap());
            assert!(
                (got - want).abs() <= RELATIVE * want.abs(),
                "{id} {path}: {got} for {want}"
            );
            compared += 1;
        };
        for key in ["sigma2", "loglik", "aic", "bic", "reml_loglik"] {
            near(key, &got[key], &want[key]);
        }
        for key in ["beta", "se_beta"] {
            for (k, want) in want[key].as_array().unwrap().iter().enumerate() {
                near(key, &got[key][k], want);
            }
        }
        for (k, want) in want["areas"].as_array().unwrap().iter().enumerate() {
            for key in ["gamma", "synthetic", "eblup", "mse", "g1", "g2", "g3"] {
                near(key, &got["areas"][k][key], &want[key]);
            }
        }
    }
    assert_eq!(compared, 2 * (5 + 43 * 7) + 2 + 8);
}

#[test]
fn areas_that_differ_less_than_their_sampling_error_get_the_synthetic_estimate() {
    let y = [1.0, 1.1, 0.9, 1.05, 0.95];
    let d = [0.5, 0.4, 0.6, 0.5, 0.5];
    let model = fay_herriot(&y, &d, &vec![vec![1.0]; 5]).unwrap();
    assert!(model.sigma2.abs() < 1e-300);
    for area in &model.areas {
        assert!((area.eblup - model.beta[0]).abs() < 1e-15 && area.g1.abs() < 1e-300);
        assert!(area.mse > 0.0);
    }
}

#[test]
fn what_cannot_be_fitted_is_named() {
    let ones = vec![vec![1.0]; 3];
    let fit = |y: &[f64], d: &[f64], x: &[Vec<f64>]| fay_herriot(y, d, x).unwrap_err();
    assert_eq!(
        fit(&[1.0, 2.0], &[1.0; 3], &ones),
        SmallAreaError::Lengths {
            y: 2,
            variances: 3,
            rows: 3
        }
    );
    let zero = fit(&[1.0, 2.0, 3.0], &[1.0, 0.0, 1.0], &ones);
    assert_eq!(
        zero,
        SmallAreaError::BadNumber {
            area: 1,
            what: "variance",
            value: 0.0
        }
    );
    assert!(matches!(
        fit(&[1.0, f64::NAN, 3.0], &[1.0; 3], &ones),
        SmallAreaError::BadNumber {
            area: 1,
            what: "estimate",
            ..
        }
    ));
    assert_eq!(
        fit(&[1.0], &[1.0], &[vec![1.0]]),
        SmallAreaError::TooFewAreas {
            areas: 1,
            columns: 1
        }
    );
    let twice = vec![vec![1.0, 2.0], vec![1.0, 2.0], vec![1.0, 2.0]];
    assert_eq!(
        fit(&[1.0, 2.0, 4.0], &[1.0; 3], &twice),
        SmallAreaError::Dependent
    );
}

#[test]
fn the_estimated_mean_squared_error_is_the_simulated_one() {
    let mut stream = stream(&[8; 32], "fay-herriot");
    let d: Vec<f64> = (0..30).map(|k| [0.2, 0.5, 1.0][k % 3]).collect();
    let x: Vec<Vec<f64>> = (0..30).map(|_| vec![1.0, uniform(&mut stream)]).collect();
    let rounds = 600;
    let (mut actual, mut estimated) = ([0.0; 3], [0.0; 3]);
    for _ in 0..rounds {
        let truth: Vec<f64> = x
            .iter()
            .map(|x| 2.0 + 3.0 * x[1] + 0.8 * normal(&mut stream))
            .collect();
        let y: Vec<f64> = truth
            .iter()
            .zip(&d)
            .map(|(t, d)| t + d.sqrt() * normal(&mut stream))
            .collect();
        for (k, area) in fay_herriot(&y, &d, &x).unwrap().areas.iter().enumerate() {
            actual[k % 3] += (area.eblup - truth[k]).powi(2);
            estimated[k % 3] += area.mse;
        }
    }
    for (actual, estimated) in actual.iter().zip(estimated) {
        let ratio = estimated / actual;
        // 6,000 squared errors per group: a Monte Carlo error of about 2 %.
        assert!((ratio - 1.0).abs() < 0.08, "{ratio}");
    }
}
