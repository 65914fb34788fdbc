//! Planning and drawing samples: sizes, allocations, inclusion probabilities, selections.
//!
//! Pure: a selection is a function of its frame and of a random start or a stream that the caller
//! hands in ([`crate::stats::rng::stream`]). Positions are 0-based and in frame order. Nothing here
//! knows what a unit is.

pub mod allocation;
pub mod planning;
pub mod power;
pub mod pps;
pub mod rounding;
pub mod simple;
pub mod size;

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
