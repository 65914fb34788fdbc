//! Comparisons of counts as whole numbers, without a binary fraction in between.
//!
//! Formulas: `100 k ≥ t m` for a share, and for a mean of fractions the cross product over all
//! denominators. Numbers that do not fit 128 bits give `None`, never a rounded answer.

use std::cmp::Ordering;

use super::amount::Amount;

/// A fraction of two counts; `of` must not be zero where a comparison is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Numerator.
    pub part: u32,
    /// Denominator.
    pub of: u32,
}

impl Fraction {
    /// The value as a floating number, for print only.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.part) / f64::from(self.of)
    }
}

/// Order of `k/m` against `percent` per cent: compares `100 k` with `percent · m`.
#[must_use]
pub fn against_percent(k: u32, m: u32, percent: Amount) -> Ordering {
    let left = i128::from(k) * 100 * 10_000;
    let right = i128::from(percent.ten_thousandths()) * i128::from(m);
    left.cmp(&right)
}

/// The smallest whole number that is at least `percent` per cent of `m`.
#[must_use]
pub fn ceil_share(m: u32, percent: Amount) -> u32 {
    let scaled = u128::from(percent.ten_thousandths().unsigned_abs()) * u128::from(m);
    u32::try_from(scaled.div_ceil(100 * 10_000)).unwrap_or(u32::MAX)
}

/// Order of `value` against the unweighted mean of `earlier`. `None` when `earlier` is empty, a
/// denominator is zero, or the exact products do not fit.
#[must_use]
pub fn against_mean(value: Fraction, earlier: &[Fraction]) -> Option<Ordering> {
    if earlier.is_empty() || value.of == 0 || earlier.iter().any(|f| f.of == 0) {
        return None;
    }
    let years = u128::try_from(earlier.len()).ok()?;
    let zero = (0_u128, 1_u128);
    let (sum, all) = earlier.iter().try_fold(zero, |(sum, all), next| {
        let of = u128::from(next.of);
        let part = u128::from(next.part).checked_mul(all)?;
        Some((
            sum.checked_mul(of)?.checked_add(part)?,
            all.checked_mul(of)?,
        ))
    })?;
    let left = u128::from(value.part)
        .checked_mul(years)?
        .checked_mul(all)?;
    let right = sum.checked_mul(u128::from(value.of))?;
    Some(left.cmp(&right))
}

/// Order of the growth `last → now` against the compound yearly growth `first → last` over
/// `years` years: compares `now^years · first` with `last^(years + 1)`.
#[must_use]
pub fn against_compound(now: u32, last: u32, first: u32, years: u32) -> Option<Ordering> {
    if last == 0 || first == 0 || years == 0 {
        return None;
    }
    let left = u128::from(now)
        .checked_pow(years)?
        .checked_mul(u128::from(first))?;
    let right = u128::from(last).checked_pow(years + 1)?;
    Some(left.cmp(&right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(part: u32, of: u32) -> Fraction {
        Fraction { part, of }
    }

    #[test]
    fn three_of_four_is_exactly_seventy_five_per_cent() {
        let limit = Amount::whole(75);
        assert_eq!(against_percent(3, 4, limit), Ordering::Equal);
        assert_eq!(against_percent(749, 1000, limit), Ordering::Less);
        assert_eq!(against_percent(751, 1000, limit), Ordering::Greater);
        assert_eq!(
            against_percent(u32::MAX, u32::MAX, Amount::whole(100)),
            Ordering::Equal
        );
    }

    #[test]
    fn eighty_per_cent_of_the_real_numbers_of_townships() {
        // domain.md 7.2: 5 of 6, 5 of 6, 6 of 7, 8 of 10, 11 of 13
        let eighty = Amount::whole(80);
        for (m, needed) in [(6, 5), (7, 6), (10, 8), (13, 11), (5, 4), (1, 1), (0, 0)] {
            assert_eq!(ceil_share(m, eighty), needed, "{m}");
        }
    }

    #[test]
    fn a_rate_equal_to_its_own_mean_is_equal_although_thirds_are_not_finite() {
        // 1/3 against the mean of 1/3, 1/6, 1/2 = 1/3
        assert_eq!(
            against_mean(f(1, 3), &[f(1, 3), f(1, 6), f(1, 2)]),
            Some(Ordering::Equal)
        );
        assert_eq!(
            against_mean(f(100_001, 300_000), &[f(1, 3), f(1, 6), f(1, 2)]),
            Some(Ordering::Greater)
        );
    }

    #[test]
    fn a_zero_denominator_or_too_large_numbers_give_no_answer() {
        assert_eq!(against_mean(f(1, 0), &[f(1, 2)]), None);
        assert_eq!(against_mean(f(1, 2), &[f(1, 0)]), None);
        assert_eq!(against_mean(f(1, 2), &[]), None);
        let big = f(u32::MAX, u32::MAX);
        assert_eq!(against_mean(big, &[big, big, big, big]), None);
        assert_eq!(against_compound(u32::MAX, u32::MAX, u32::MAX, 4), None);
        assert_eq!(against_compound(1, 0, 1, 3), None);
    }

    #[test]
    fn compound_growth_of_ten_per_cent_a_year_equals_ten_per_cent() {
        // 1000, 1100, 1210, 1331, 1464.1 → scaled by ten
        assert_eq!(
            against_compound(14_641, 13_310, 10_000, 3),
            Some(Ordering::Equal)
        );
        assert_eq!(
            against_compound(14_640, 13_310, 10_000, 3),
            Some(Ordering::Less)
        );
    }
}
