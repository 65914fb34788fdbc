//! Adjustment of p values for several comparisons.
//!
//! Holm, Scandinavian Journal of Statistics 6 (1979), 65–70: keeps the probability of any false
//! finding below the level, whatever the dependence between the comparisons. For pairwise comparisons
//! of counties; verdicts are not adjusted. R: `p.adjust(p, "holm")`.

/// Adjusted p values in the order of the given ones: sorted ascending, the k-th of m is multiplied by
/// `m − k + 1`, never below the one before it and never above 1. A missing value (`NaN`) stays
/// missing and is not counted.
///
/// ```
/// let adjusted = minyi::stats::test::multiplicity::holm(&[0.01, 0.04]);
/// assert_eq!(adjusted, vec![0.02, 0.04]);
/// ```
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = p_values
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, p)| !p.is_nan())
        .collect();
    order.sort_by(|one, other| one.1.total_cmp(&other.1));
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut left = crate::stats::num::real(order.len());
    let mut floor = 0.0_f64;
    for (at, p) in order {
        floor = floor.max((left * p).min(1.0));
        if let Some(slot) = adjusted.get_mut(at) {
            *slot = floor;
        }
        left -= 1.0;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_values_are_those_of_r() {
        // R: p.adjust(c(.01, .02, .03, .04, .05, .5, .001), "holm")
        let got = holm(&[0.01, 0.02, 0.03, 0.04, 0.05, 0.5, 0.001]);
        let want = [0.06, 0.10, 0.12, 0.12, 0.12, 0.5, 0.007];
        assert!(
            got.iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() < 1e-15),
            "{got:?}"
        );
    }

    #[test]
    fn missing_values_stay_missing_and_nothing_exceeds_one() {
        let got = holm(&[0.7, f64::NAN, 0.6]);
        assert!((got[0] - 1.0).abs() < 1e-15 && got[1].is_nan() && (got[2] - 1.0).abs() < 1e-15);
        assert!(holm(&[]).is_empty());
    }
}
