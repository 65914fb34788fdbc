//! R's `varHT` (`sampling/selection/golden.csv`), the textbook formula, and unbiasedness over every sample there is.

use super::*;
use crate::stats::sampling::selection::Method;
use crate::stats::sampling::selection::golden::cases;

#[test]
fn both_estimators_are_those_of_r() {
    let mut compared = 0;
    for case in cases() {
        let joint = Method::Sampford.joint(&case.pi, &case.taken).unwrap();
        let ht = horvitz_thompson(&case.y, &joint).unwrap();
        let syg = sen_yates_grundy(&case.y, &joint).unwrap();
        // R's joint probabilities cancel digits (alternating sums); the estimators cancel more.
        let scale = case.y.iter().map(|y| y * y).sum::<f64>() / case.pi[case.taken[0]].powi(2);
        assert!(
            (ht - case.horvitz_thompson).abs() < 1e-9 * scale,
            "{}: {ht}",
            case.name
        );
        assert!(
            (syg - case.sen_yates_grundy).abs() < 1e-9 * scale,
            "{}: {syg}",
            case.name
        );
        compared += 1;
    }
    assert_eq!(compared, 5);
}

#[test]
fn a_simple_random_sample_has_the_textbook_variance() {
    let y = [3.0, 8.0, 1.0, 4.0];
    let joint = Method::Srs.joint(&[0.4; 10], &[0, 1, 2, 3]).unwrap();
    let mean = 4.0;
    let s2 = y.iter().map(|y: &f64| (y - mean).powi(2)).sum::<f64>() / 3.0;
    let textbook = 100.0 * (1.0 - 0.4) * s2 / 4.0;
    for variance in [horvitz_thompson(&y, &joint), sen_yates_grundy(&y, &joint)] {
        assert!((variance.unwrap() - textbook).abs() < 1e-12 * textbook);
    }
    assert!((total(&y, &joint).unwrap() - 40.0).abs() < 1e-12);
}

/// Every set of `n` positions below `population`.
fn sets(population: usize, n: usize) -> Vec<Vec<usize>> {
    (0_u32..1 << population)
        .filter(|bits| bits.count_ones() as usize == n)
        .map(|bits| (0..population).filter(|k| bits >> k & 1 == 1).collect())
        .collect()
}

/// Probability of each sample of Sampford's design, by its definition.
fn sampford(pi: &[f64], sets: &[Vec<usize>]) -> Vec<f64> {
    let plain: Vec<f64> = sets
        .iter()
        .map(|set| {
            let odds: f64 = set.iter().map(|k| pi[*k] / (1.0 - pi[*k])).product();
            odds * set.iter().map(|k| 1.0 - pi[*k]).sum::<f64>()
        })
        .collect();
    let all: f64 = plain.iter().sum();
    plain.into_iter().map(|p| p / all).collect()
}

#[test]
fn over_every_sample_both_estimators_are_right_on_average() {
    let y = [12.0, -3.0, 7.5, 0.0, 22.0, 5.0, 9.0];
    let truth: f64 = y.iter().sum();
    for (n, pi) in [
        (2, [0.1, 0.3, 0.2, 0.55, 0.45, 0.25, 0.15]),
        (3, [0.2, 0.3, 0.6, 0.55, 0.45, 0.5, 0.4]),
        (5, [0.9, 0.65, 0.6, 0.75, 0.85, 0.55, 0.7]),
    ] {
        let sets = sets(7, n);
        let chances = sampford(&pi, &sets);
        let (mut mean, mut variance, mut ht, mut syg) = (0.0, 0.0, 0.0, 0.0);
        for (set, chance) in sets.iter().zip(chances) {
            let joint = Method::Sampford.joint(&pi, set).unwrap();
            let own: Vec<f64> = set.iter().map(|k| y[*k]).collect();
            let estimate = total(&own, &joint).unwrap();
            mean += chance * estimate;
            variance += chance * (estimate - truth).powi(2);
            ht += chance * horvitz_thompson(&own, &joint).unwrap();
            syg += chance * sen_yates_grundy(&own, &joint).unwrap();
        }
        assert!((mean - truth).abs() < 1e-10, "{n}: {mean}");
        assert!(
            (ht / variance - 1.0).abs() < 1e-10,
            "{n}: {ht} for {variance}"
        );
        assert!(
            (syg / variance - 1.0).abs() < 1e-10,
            "{n}: {syg} for {variance}"
        );
    }
}

#[test]
fn a_value_in_proportion_to_its_probability_has_no_variance() {
    let pi = [0.2, 0.3, 0.6, 0.5, 0.4];
    let y = [0.6, 1.8];
    let joint = Method::Sampford.joint(&pi, &[0, 2]).unwrap();
    assert!(sen_yates_grundy(&y, &joint).unwrap().abs() < 1e-14);
}

#[test]
fn pairs_that_never_meet_and_sizes_that_do_not_fit_are_refused() {
    let never = Method::PpsSystematic.joint(&[0.5; 4], &[0, 1]).unwrap();
    let refused = JointError::NeverTogether {
        first: 0,
        second: 1,
    };
    assert_eq!(horvitz_thompson(&[1.0, 2.0], &never).unwrap_err(), refused);
    assert_eq!(sen_yates_grundy(&[1.0, 2.0], &never).unwrap_err(), refused);
    assert!(total(&[1.0, 2.0], &never).is_ok());
    let good = || vec![vec![0.5, 0.2], vec![0.2, 0.5]];
    assert!(total(&[1.0], &good()).is_err());
    assert!(total(&[1.0, f64::NAN], &good()).is_err());
    let mut ragged = good();
    ragged[1].pop();
    assert_eq!(
        total(&[1.0, 2.0], &ragged).unwrap_err(),
        JointError::Size {
            values: 2,
            row: 1,
            columns: 1
        }
    );
    let mut wrong = good();
    wrong[0][0] = 1.5;
    assert_eq!(
        total(&[1.0, 2.0], &wrong).unwrap_err(),
        JointError::OutOfRange {
            row: 0,
            column: 0,
            value: 1.5
        }
    );
}
