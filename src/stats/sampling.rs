//! Planning and drawing samples: sizes, allocations, inclusion probabilities, selections.
//!
//! Pure: a selection is a function of its frame and of a random start or a stream that the caller
//! hands in ([`crate::stats::rng::stream`]). Positions are 0-based and in frame order. Nothing here
//! knows what a unit is.

pub mod allocation;
pub mod brewer;
pub mod detection;
pub mod planning;
pub mod power;
pub mod pps;
pub mod rounding;
pub mod sampford;
pub mod selection;
pub mod simple;
pub mod size;

use crate::stats::num::{is, real, sum};

/// Why a sample cannot be planned or drawn as asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SamplingError {
    /// A size, probability or rate is missing, negative, infinite or out of its range.
    #[error("{what} number {at} is {value}, which is out of range")]
    OutOfRange {
        /// What the number is: `size`, `probability`, …
        what: &'static str,
        /// Its position, 0-based.
        at: usize,
        /// The value that was given.
        value: f64,
    },
    /// More units are wanted than the frame has (with a size above zero).
    #[error("{wanted} units are wanted of {available}")]
    TooMany {
        /// Units wanted.
        wanted: usize,
        /// Units that could be selected.
        available: usize,
    },
    /// A fixed sample size needs probabilities that sum to a whole number.
    #[error("the inclusion probabilities sum to {sum}, which is no whole number")]
    SumNotWhole {
        /// Their sum.
        sum: f64,
    },
    /// Fewer units than the smallest numbers of the strata together.
    #[error("{n} units cannot give every stratum its smallest number")]
    TooFew {
        /// Units there are.
        n: f64,
    },
    /// Tables of this size do not fit into memory.
    #[error("{units} units and a sample of {n} are too many for the method {method}")]
    TooLarge {
        /// The method.
        method: &'static str,
        /// Units that are not certain.
        units: usize,
        /// Units to select of them.
        n: usize,
    },
    /// The method's joint probabilities have no formula at this size.
    #[error(
        "joint probabilities of the method {method} are not known for {units} units and a sample of {n}"
    )]
    NoJoint {
        /// The method.
        method: &'static str,
        /// Units that are not certain.
        units: usize,
        /// Units to select of them.
        n: usize,
    },
    /// The inputs of a planning question do not fit its kind.
    #[error("inputs of {kind}: {reason}")]
    BadInputs {
        /// The kind of the question.
        kind: String,
        /// What does not fit.
        reason: String,
    },
}

/// A sum of probabilities this close to a whole number is that number.
const WHOLE: f64 = 1e-9;

/// From this probability on a unit is certain to be selected.
const CERTAIN: f64 = 1.0 - 1e-12;

/// The whole number next to `x` if it is within rounding error.
fn snapped(x: f64) -> f64 {
    let whole = x.round();
    if (x - whole).abs() < WHOLE * whole.max(1.0) {
        whole
    } else {
        x
    }
}

/// A list of inclusion probabilities without the units that are certain (1) or never selected (0).
struct Free {
    /// Positions of the certain units.
    certain: Vec<usize>,
    /// Positions of the units left.
    places: Vec<usize>,
    /// Their probabilities.
    pi: Vec<f64>,
    /// The sum of these, a whole number.
    n: usize,
}

impl Free {
    fn of(pi: &[f64]) -> Result<Self, SamplingError> {
        check("probability", pi, |p| (0.0..=1.0).contains(&p))?;
        let all = || pi.iter().copied().enumerate();
        let free = || all().filter(|(_, p)| *p > 0.0 && *p < CERTAIN);
        let total = sum(free().map(|(_, p)| p));
        let n = (0..=pi.len())
            .find(|n| is(snapped(total), real(*n)))
            .ok_or(SamplingError::SumNotWhole { sum: total })?;
        Ok(Self {
            certain: all()
                .filter(|(_, p)| *p >= CERTAIN)
                .map(|(k, _)| k)
                .collect(),
            places: free().map(|(k, _)| k).collect(),
            pi: free().map(|(_, p)| p).collect(),
            n,
        })
    }

    /// Where the units at these positions stand in the list, if they are in it.
    fn spots(&self, among: &[usize]) -> Vec<Option<usize>> {
        among
            .iter()
            .map(|place| self.places.binary_search(place).ok())
            .collect()
    }

    /// The matrix of products, with π on its diagonal: right wherever one unit of a pair is certain
    /// or never selected.
    fn independent(pi: &[f64], among: &[usize]) -> Vec<Vec<f64>> {
        let of = |k: &usize| pi.get(*k).copied().unwrap_or(0.0);
        let product = |k: &usize, l: &usize| if k == l { of(k) } else { of(k) * of(l) };
        let row = |k| among.iter().map(|l| product(k, l)).collect();
        among.iter().map(row).collect()
    }

    /// Sets each pair of units of the list, by their rows and columns in the matrix.
    fn set_pairs(
        &self,
        matrix: &mut [Vec<f64>],
        among: &[usize],
        mut joint: impl FnMut(usize, usize) -> f64,
    ) {
        let spots = self.spots(among);
        for (row, first) in matrix.iter_mut().zip(&spots) {
            for (cell, second) in row.iter_mut().zip(&spots) {
                if let (Some(first), Some(second)) = (first, second)
                    && first != second
                {
                    *cell = joint(*first, *second);
                }
            }
        }
    }
}

/// A probability, size or rate that a formula can take.
fn check(
    what: &'static str,
    values: &[f64],
    allowed: impl Fn(f64) -> bool,
) -> Result<(), SamplingError> {
    match values
        .iter()
        .position(|value| !value.is_finite() || !allowed(*value))
    {
        Some(at) => {
            let value = values.get(at).copied().unwrap_or(f64::NAN);
            Err(SamplingError::OutOfRange { what, at, value })
        }
        None => Ok(()),
    }
}
