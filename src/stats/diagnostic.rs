//! What weights look like: the numbers by which a person judges a weighting.
//!
//! May use `num`. Promises: only units in the weighted sample (weight other than 0) count.

use serde::Serialize;

use super::num::{self, Sum};

/// Size and spread of a set of weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WeightSummary {
    /// Units with a weight other than 0.
    #[serde(serialize_with = "num::serialize")]
    pub n: f64,
    /// Sum of weights.
    #[serde(serialize_with = "num::serialize")]
    pub sum: f64,
    /// Smallest weight.
    #[serde(serialize_with = "num::serialize")]
    pub min: f64,
    /// Largest weight.
    #[serde(serialize_with = "num::serialize")]
    pub max: f64,
    /// Mean weight.
    #[serde(serialize_with = "num::serialize")]
    pub mean: f64,
    /// Kish's design effect of weighting, n Σw² / (Σw)² (Kish 1965, §11.7).
    #[serde(serialize_with = "num::serialize")]
    pub kish_deff: f64,
    /// Kish's effective sample size, (Σw)² / Σw².
    #[serde(serialize_with = "num::serialize")]
    pub kish_n_eff: f64,
}

impl WeightSummary {
    /// Summarizes weights; `counts` says how many identical units each row stands for.
    ///
    /// ```
    /// use minyi::stats::diagnostic::WeightSummary;
    /// let summary = WeightSummary::of(&[1.0, 3.0, 0.0], None);
    /// assert_eq!((summary.n, summary.sum, summary.kish_deff), (2.0, 4.0, 1.25));
    /// ```
    #[must_use]
    pub fn of(weights: &[f64], counts: Option<&[f64]>) -> Self {
        let (mut n, mut sum, mut squares) = (Sum::default(), Sum::default(), Sum::default());
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for (row, &w) in weights.iter().enumerate() {
            if w == 0.0 {
                continue;
            }
            let count = counts.and_then(|c| c.get(row)).copied().unwrap_or(1.0);
            n.add(count);
            sum.add(count * w);
            squares.add(count * w * w);
            min = min.min(w);
            max = max.max(w);
        }
        let (n, sum, squares) = (n.value(), sum.value(), squares.value());
        let none = n == 0.0;
        Self {
            n,
            sum,
            min: if none { f64::NAN } else { min },
            max: if none { f64::NAN } else { max },
            mean: sum / n,
            kish_deff: n * squares / (sum * sum),
            kish_n_eff: sum * sum / squares,
        }
    }

    /// Coefficient of variation of the weights, from Kish's design effect 1 + cv².
    ///
    /// ```
    /// use minyi::stats::diagnostic::WeightSummary;
    /// // Mean 2, standard deviation 1 (divisor n).
    /// assert_eq!(WeightSummary::of(&[1.0, 3.0], None).cv(), 0.5);
    /// ```
    #[must_use]
    pub fn cv(&self) -> f64 {
        num::root(self.kish_deff - 1.0)
    }

    /// The largest weight's share of the sum.
    ///
    /// ```
    /// use minyi::stats::diagnostic::WeightSummary;
    /// assert_eq!(WeightSummary::of(&[1.0, 3.0], None).largest_share(), 0.75);
    /// ```
    #[must_use]
    pub fn largest_share(&self) -> f64 {
        self.max / self.sum
    }
}
