//! Randomized rounding: whole numbers whose expectations are given real numbers and whose sum is kept.
//!
//! Source: systematic rounding is Madow's systematic selection (Annals of Mathematical Statistics 20,
//! 1949, 333–354) applied to the fractional parts. Largest remainders always favor the same units;
//! here the allotment `f·L/π` of each unit is kept in expectation, and so is its weight.

use super::{SamplingError, check, snapped};
use crate::stats::num::Sum;

/// Rounds each value to the whole number below or above, with the value as expectation over a `start`
/// uniform in [0, 1). The result sums to the sum of the values if that is whole, and to the whole
/// number below or above otherwise; so does every run of consecutive units.
///
/// # Errors
/// A value that is negative, no number, or above 2⁵³; a start outside [0, 1).
///
/// ```
/// use minyi::stats::sampling::rounding::randomized_round;
/// assert_eq!(randomized_round(&[1.5, 2.25, 0.25], 0.6).unwrap(), vec![2, 2, 0]);
/// ```
pub fn randomized_round(values: &[f64], start: f64) -> Result<Vec<u64>, SamplingError> {
    check("value", values, |value| (0.0..9e15).contains(&value))?;
    check("start", &[start], |start| (0.0..1.0).contains(&start))?;
    let mut fractions = Sum::default();
    let mut before = start.floor();
    let mut rounded = Vec::with_capacity(values.len());
    for value in values {
        fractions.add(value.fract());
        let after = (snapped(fractions.value()) + start).floor();
        rounded.push(whole(value.trunc() + (after - before)));
        before = after;
    }
    Ok(rounded)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 0 to 9e15 + 1, as checked by the caller"
)]
fn whole(x: f64) -> u64 {
    x as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::{stream, uniform};
    use proptest::prelude::*;

    #[test]
    fn the_expectation_over_all_starts_is_the_value() {
        let values = [0.3, 2.7, 1.0, 0.05, 4.45, 0.0, 3.5];
        let mut totals = vec![0.0; values.len()];
        let starts = 2_000;
        for step in 0..starts {
            let start = (f64::from(step) + 0.5) / f64::from(starts);
            let rounded = randomized_round(&values, start).unwrap();
            assert_eq!(rounded.iter().sum::<u64>(), 12, "the sum is 12.0");
            for (total, k) in totals.iter_mut().zip(rounded) {
                *total += f64::from(u32::try_from(k).unwrap()) / f64::from(starts);
            }
        }
        for (value, mean) in values.iter().zip(totals) {
            assert!((value - mean).abs() < 1e-3, "{value}: {mean}");
        }
    }

    #[test]
    fn whole_values_stay_and_bad_ones_are_refused() {
        assert_eq!(
            randomized_round(&[3.0, 0.0, 7.0], 0.999).unwrap(),
            vec![3, 0, 7]
        );
        assert!(randomized_round(&[1.0, -0.1], 0.5).is_err());
        assert!(randomized_round(&[f64::NAN], 0.5).is_err());
        assert!(randomized_round(&[1e16], 0.5).is_err());
        assert!(randomized_round(&[1.0], 1.0).is_err());
    }

    proptest! {
        #[test]
        fn each_value_moves_by_less_than_one_and_the_sum_is_kept(
            values in prop::collection::vec(0.0..50.0_f64, 1..60), seed in any::<[u8; 32]>(),
        ) {
            let start = uniform(&mut stream(&seed, "rounding"));
            let rounded = randomized_round(&values, start).unwrap();
            let mut sum = 0.0;
            for (value, k) in values.iter().zip(&rounded) {
                let k = f64::from(u32::try_from(*k).unwrap());
                prop_assert!((value - k).abs() < 1.0 + 1e-9);
                sum += k;
            }
            prop_assert!((values.iter().sum::<f64>() - sum).abs() < 1.0);
        }
    }
}
