//! Values of R's `sampling` package, exact frequencies over all starts, drawn frequencies.

use super::*;
use crate::stats::rng::{stream, uniform};
use proptest::prelude::*;

/// Thirty communities by size.
const SIZES: [f64; 30] = [
    2610.0, 234.0, 1381.0, 284.0, 83.0, 1308.0, 639.0, 1564.0, 903.0, 260.0, 716.0, 391.0, 627.0,
    288.0, 649.0, 153.0, 809.0, 282.0, 929.0, 157.0, 1407.0, 1014.0, 431.0, 359.0, 212.0, 368.0,
    153.0, 1312.0, 1288.0, 863.0,
];

#[test]
fn selections_are_those_of_r() {
    // R package sampling 2.9: inclusionprobabilities(x, n), UPsystematic with the given start.
    for (n, start, want) in [
        (6, 0.37, vec![1, 6, 9, 17, 22, 28]),
        (6, 0.01, vec![1, 3, 8, 13, 21, 27]),
        (
            20,
            0.8125,
            vec![
                1, 3, 6, 7, 8, 9, 10, 11, 13, 15, 17, 18, 19, 21, 22, 24, 27, 28, 29, 30,
            ],
        ),
    ] {
        let pi = inclusion_probabilities(&SIZES, n).unwrap();
        let drawn = systematic(&pi, start).unwrap();
        assert_eq!(drawn.iter().map(|k| k + 1).collect::<Vec<_>>(), want);
    }
    let twenty = inclusion_probabilities(&SIZES, 20).unwrap();
    assert!((twenty[6] - 0.813_235_762_010_817_8).abs() < 1e-14);
    assert_eq!(twenty.iter().filter(|p| **p >= 1.0).count(), 12);
}

#[test]
fn frequencies_over_all_starts_are_the_probabilities_and_the_joint_ones() {
    let pi = inclusion_probabilities(&SIZES, 8).unwrap();
    let starts = 20_000_u32;
    let mut single = vec![0.0; 30];
    let mut both = 0.0;
    let mut neighbors = 0.0;
    for step in 0..starts {
        let drawn = systematic(&pi, (f64::from(step) + 0.5) / f64::from(starts)).unwrap();
        assert_eq!(drawn.len(), 8);
        for k in &drawn {
            single[*k] += 1.0 / f64::from(starts);
        }
        both += f64::from(u8::from(drawn.contains(&2) && drawn.contains(&21))) / f64::from(starts);
        neighbors +=
            f64::from(u8::from(drawn.contains(&3) && drawn.contains(&4))) / f64::from(starts);
    }
    for (p, share) in pi.iter().zip(single) {
        assert!((p - share).abs() < 2e-4, "{p} {share}");
    }
    let joint = joint(&pi, &[2, 21, 3, 4]).unwrap();
    assert!((joint[0][1] - both).abs() < 2e-4);
    assert!((joint[1][0] - both).abs() < 2e-4);
    assert!(both > 0.05, "the pair shows nothing");
    assert!(neighbors < 1e-12 && joint[2][3] < 1e-12);
}

#[test]
fn drawn_frequencies_match_within_monte_carlo_error() {
    let pi = inclusion_probabilities(&SIZES, 12).unwrap();
    let mut stream = stream(&[2; 32], "frequencies");
    let draws = 20_000.0;
    let mut taken = vec![0.0; 30];
    for _ in 0..20_000 {
        for k in systematic(&pi, uniform(&mut stream)).unwrap() {
            taken[k] += 1.0;
        }
    }
    for (p, times) in pi.iter().zip(taken) {
        let spread = (draws * p * (1.0 - p)).sqrt();
        assert!(
            (times - draws * p).abs() <= 4.5 * spread + 1e-6,
            "{p}: {times}"
        );
    }
}

#[test]
fn a_start_of_zero_and_a_certain_unit_select_no_unit_too_many() {
    let tenth = [0.1; 10];
    assert_eq!(systematic(&tenth, 0.0).unwrap().len(), 1);
    assert_eq!(systematic(&[1.0, 1.0], 0.0).unwrap(), vec![0, 1]);
    assert_eq!(systematic(&[0.3, 1.0, 0.7], 0.29).unwrap(), vec![0, 1]);
    assert_eq!(systematic(&[], 0.5).unwrap(), Vec::<usize>::new());
}

#[test]
fn what_cannot_be_drawn_is_refused_with_its_place() {
    let negative = inclusion_probabilities(&[1.0, -2.0], 1).unwrap_err();
    assert_eq!(
        negative,
        SamplingError::OutOfRange {
            what: "size",
            at: 1,
            value: -2.0
        }
    );
    let many = inclusion_probabilities(&[1.0, 0.0, 3.0], 3).unwrap_err();
    assert_eq!(
        many,
        SamplingError::TooMany {
            wanted: 3,
            available: 2
        }
    );
    assert!(matches!(
        systematic(&[0.5, 0.4], 0.1),
        Err(SamplingError::SumNotWhole { .. })
    ));
    assert!(systematic(&[1.2], 0.1).is_err());
    assert!(systematic(&[1.0], 1.0).is_err());
    assert!(inclusion_probabilities(&[f64::NAN], 0).is_err());
    assert_eq!(
        inclusion_probabilities(&[3.0, 4.0], 0).unwrap(),
        vec![0.0, 0.0]
    );
}

proptest! {
    #[test]
    fn probabilities_sum_to_n_and_keep_the_proportions(
        sizes in prop::collection::vec(0.01..500.0_f64, 1..80), share in 0.0..1.0_f64,
        start in 0.0..1.0_f64,
    ) {
        let n = (0..=sizes.len()).find(|n| real(*n) >= share * real(sizes.len())).unwrap();
        let pi = inclusion_probabilities(&sizes, n).unwrap();
        prop_assert!((pi.iter().sum::<f64>() - real(n)).abs() < 1e-9);
        prop_assert!(pi.iter().all(|p| (0.0..=1.0).contains(p)));
        let free: Vec<f64> =
            pi.iter().zip(&sizes).filter(|(p, _)| **p < 1.0).map(|(p, x)| p / x).collect();
        prop_assert!(free.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 1e-9));
        let drawn = systematic(&pi, start).unwrap();
        prop_assert_eq!(drawn.len(), n);
        prop_assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
