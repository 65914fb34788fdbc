//! Variance of an estimated total from joint inclusion probabilities: without replacement, any fixed
//! design whose pairs all can be selected together.
//!
//! May use `num`. Sources: Horvitz and Thompson, Journal of the American Statistical Association 47 (1952),
//! 663–685; Yates and Grundy, Journal of the Royal Statistical Society B 15 (1953), 253–261; Sen, Journal of
//! the Indian Society of Agricultural Statistics 5 (1953), 119–127; Särndal, Swensson and Wretman 1992, §2.8.
//! R: `sampling::varHT`, method 1 and 2. Both are unbiased; the second needs a fixed sample size, is usually
//! steadier, and is never negative where πₖₗ ≤ πₖ πₗ (Sampford's design). Strata are independent:
//! their variances add up.

use crate::stats::num::sum;

/// Why a variance cannot be had from these probabilities.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JointError {
    /// Values and matrix are not of the same size, or the matrix is not square.
    #[error("{values} values, but row {row} of the matrix has {columns} columns")]
    Size {
        /// Values given.
        values: usize,
        /// A row that does not fit, from 0.
        row: usize,
        /// Its columns.
        columns: usize,
    },
    /// A value that is no number, or a probability outside (0, 1].
    #[error("row {row}, column {column}: {value} is out of range")]
    OutOfRange {
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// What stands there.
        value: f64,
    },
    /// Two units that can never be selected together: no unbiased estimator exists (systematic selection).
    #[error("units {first} and {second} can never be selected together")]
    NeverTogether {
        /// One unit, from 0.
        first: usize,
        /// The other.
        second: usize,
    },
}

/// The Horvitz–Thompson estimate of a total, `Σ y/π`, from the values of the selected units and their
/// joint probabilities, whose diagonal is π.
///
/// # Errors
/// Sizes that do not fit, numbers out of range.
///
/// ```
/// let joint = vec![vec![0.5, 1.0 / 6.0], vec![1.0 / 6.0, 0.5]];
/// assert_eq!(minyi::stats::variance::joint::total(&[3.0, 4.0], &joint).unwrap(), 14.0);
/// ```
pub fn total(y: &[f64], joint: &[Vec<f64>]) -> Result<f64, JointError> {
    Ok(sum(expanded(y, joint)?))
}

/// Horvitz and Thompson's estimator of the variance of [`total`]:
/// `Σₖ Σₗ (πₖₗ − πₖ πₗ)/πₖₗ · yₖ/πₖ · yₗ/πₗ`. May be negative.
///
/// # Errors
/// As [`total`]; and a pair that can never be selected together.
///
/// ```
/// let joint = vec![vec![0.5, 1.0 / 6.0], vec![1.0 / 6.0, 0.5]];
/// let variance = minyi::stats::variance::joint::horvitz_thompson(&[3.0, 4.0], &joint).unwrap();
/// assert!((variance - 2.0).abs() < 1e-12);
/// ```
pub fn horvitz_thompson(y: &[f64], joint: &[Vec<f64>]) -> Result<f64, JointError> {
    let expanded = expanded(y, joint)?;
    let pi = diagonal(joint);
    pairs(joint, |k, l, both| {
        let (p, q) = (at(&pi, k), at(&pi, l));
        // A unit is selected together with itself with probability π.
        let covariance = if k == l { p * (1.0 - p) } else { both - p * q };
        covariance / both * at(&expanded, k) * at(&expanded, l)
    })
}

/// Sen's, Yates' and Grundy's estimator of the variance of [`total`] for a fixed sample size:
/// `½ Σₖ Σₗ (πₖ πₗ − πₖₗ)/πₖₗ · (yₖ/πₖ − yₗ/πₗ)²`.
///
/// # Errors
/// As [`horvitz_thompson`].
///
/// ```
/// let joint = vec![vec![0.5, 1.0 / 6.0], vec![1.0 / 6.0, 0.5]];
/// let variance = minyi::stats::variance::joint::sen_yates_grundy(&[3.0, 4.0], &joint).unwrap();
/// assert!((variance - 2.0).abs() < 1e-12);
/// ```
pub fn sen_yates_grundy(y: &[f64], joint: &[Vec<f64>]) -> Result<f64, JointError> {
    let expanded = expanded(y, joint)?;
    let pi = diagonal(joint);
    pairs(joint, |k, l, both| {
        let difference = at(&expanded, k) - at(&expanded, l);
        0.5 * (at(&pi, k) * at(&pi, l) - both) / both * difference * difference
    })
}

fn at(values: &[f64], k: usize) -> f64 {
    values.get(k).copied().unwrap_or(f64::NAN)
}

fn diagonal(joint: &[Vec<f64>]) -> Vec<f64> {
    joint
        .iter()
        .enumerate()
        .map(|(k, row)| at(row, k))
        .collect()
}

/// The terms of every row and column; none of them may divide by 0.
fn pairs(joint: &[Vec<f64>], term: impl Fn(usize, usize, f64) -> f64) -> Result<f64, JointError> {
    let mut terms = crate::stats::num::Sum::default();
    for (first, row) in joint.iter().enumerate() {
        for (second, both) in row.iter().enumerate() {
            if *both <= 0.0 {
                return Err(JointError::NeverTogether { first, second });
            }
            terms.add(term(first, second, *both));
        }
    }
    Ok(terms.value())
}

/// `y/π`, once everything fits.
fn expanded(y: &[f64], joint: &[Vec<f64>]) -> Result<Vec<f64>, JointError> {
    let (values, rows) = (y.len(), joint.len());
    if values != rows {
        return Err(JointError::Size {
            values,
            row: rows,
            columns: 0,
        });
    }
    for (row, numbers) in joint.iter().enumerate() {
        if numbers.len() != values {
            return Err(JointError::Size {
                values,
                row,
                columns: numbers.len(),
            });
        }
        let wrong =
            |column: usize, p: f64| !(0.0..=1.0).contains(&p) || (column == row && p <= 0.0);
        if let Some((column, value)) = (0..).zip(numbers).find(|(k, p)| wrong(*k, **p)) {
            return Err(JointError::OutOfRange {
                row,
                column,
                value: *value,
            });
        }
    }
    if let Some(row) = y.iter().position(|y| !y.is_finite()) {
        return Err(JointError::OutOfRange {
            row,
            column: 0,
            value: at(y, row),
        });
    }
    Ok(y.iter().zip(diagonal(joint)).map(|(y, p)| y / p).collect())
}

#[cfg(test)]
mod tests;
