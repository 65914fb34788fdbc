//! A sample with its working weights: what weighting steps change and estimators read.
//!
//! May use `design`, `num`, `weighting` and `variance` types. Promises: a row outside the weighted
//! sample has weight 0; strata and sampling units are never renumbered, so a domain or a
//! nonresponse adjustment leaves the design whole.

#![expect(
    clippy::indexing_slicing,
    reason = "every vector here has one entry per row of the same table"
)]

use std::sync::Arc;

use super::design::Design;
use super::num::{self, Sum};
use super::variance::replicate::Replicates;
use super::weighting::residual::Residual;

/// A design with its current weights and what its variance must know of them.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Units each row stands for, if the data are compressed.
    pub(crate) counts: Option<Arc<[f64]>>,
    /// Current weight of each row.
    pub(crate) weights: Vec<f64>,
    /// False: the row has left the sample (a nonrespondent after its adjustment).
    pub(crate) present: Vec<bool>,
    /// How variances are made.
    pub(crate) basis: Basis,
}

/// How the variance of an estimate is made.
#[derive(Clone, Debug)]
pub(crate) enum Basis {
    /// Linearization: influence values, projected by the weighting steps, summed to units.
    Linear {
        /// Strata and units.
        design: Arc<Design>,
        /// One operator per calibrating step, in order.
        residuals: Vec<Residual>,
    },
    /// Replicate weights.
    Replicate(Replicates),
}

impl Sample {
    /// The sample of a design with its own weights.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::design::Design;
    /// use minyi::stats::plan::spec::TaylorSpec;
    /// use minyi::stats::sample::Sample;
    ///
    /// let table = Table::new(vec![("w".to_owned(), Column::Number(vec![2.0, 3.0]))]).unwrap();
    /// let spec = TaylorSpec { weights: Some("w".to_owned()), ..TaylorSpec::default() };
    /// let sample = Sample::new(Arc::new(Design::new(&spec, &table).unwrap()));
    /// assert_eq!((sample.rows(), sample.weights()), (2, &[2.0, 3.0][..]));
    /// ```
    #[must_use]
    pub fn new(design: Arc<Design>) -> Self {
        Self {
            counts: design.counts.clone().map(Arc::from),
            weights: design.weights.clone(),
            present: vec![true; design.rows],
            basis: Basis::Linear {
                design,
                residuals: Vec::new(),
            },
        }
    }

    /// The sample of a set of replicate weights.
    #[must_use]
    pub(crate) fn replicated(
        weights: Vec<f64>,
        counts: Option<Arc<[f64]>>,
        replicates: Replicates,
    ) -> Self {
        Self {
            counts,
            present: vec![true; weights.len()],
            weights,
            basis: Basis::Replicate(replicates),
        }
    }

    /// Current weight of each row; 0 = not in the weighted sample.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::design::Design;
    /// use minyi::stats::plan::spec::TaylorSpec;
    /// use minyi::stats::sample::Sample;
    ///
    /// let table = Table::new(vec![("w".to_owned(), Column::Number(vec![2.0, 3.0]))]).unwrap();
    /// let spec = TaylorSpec { weights: Some("w".to_owned()), ..TaylorSpec::default() };
    /// let sample = Sample::new(Arc::new(Design::new(&spec, &table).unwrap()));
    /// assert_eq!(sample.weights(), [2.0, 3.0]);
    /// ```
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Number of rows of the table.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::design::Design;
    /// use minyi::stats::plan::spec::TaylorSpec;
    /// use minyi::stats::sample::Sample;
    ///
    /// let table = Table::new(vec![("w".to_owned(), Column::Number(vec![2.0, 3.0]))]).unwrap();
    /// let spec = TaylorSpec { weights: Some("w".to_owned()), ..TaylorSpec::default() };
    /// let sample = Sample::new(Arc::new(Design::new(&spec, &table).unwrap()));
    /// assert_eq!(sample.rows(), 2);
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.weights.len()
    }

    /// Units that a row stands for.
    #[inline]
    pub(crate) fn count(&self, row: usize) -> f64 {
        self.counts.as_ref().map_or(1.0, |counts| counts[row])
    }

    /// Counts as a slice.
    pub(crate) fn counts(&self) -> Option<&[f64]> {
        self.counts.as_deref()
    }

    /// True after post-stratification, raking or calibration of a linearized design: rows outside
    /// a domain then stay in the sample with weight 0.
    pub(crate) fn keeps_all_rows(&self) -> bool {
        matches!(&self.basis, Basis::Linear { residuals, .. } if !residuals.is_empty())
    }

    /// Units among these rows.
    pub(crate) fn units(&self, rows: &[u32]) -> f64 {
        num::sum(rows.iter().map(|row| self.count(num::at(*row))))
    }

    /// Units of all rows that have not left the sample.
    pub(crate) fn present_units(&self) -> f64 {
        let present = self.present.iter().enumerate().filter(|(_, p)| **p);
        num::sum(present.map(|(row, _)| self.count(row)))
    }

    /// Rows that have not left the sample.
    pub(crate) fn present_rows(&self) -> Vec<u32> {
        (0..self.rows())
            .filter(|row| self.present[*row])
            .map(num::index)
            .collect()
    }

    /// Degrees of freedom of these rows: sampling units minus strata that have a row of weight
    /// other than 0, or the rank of the replicate weights minus 1.
    pub(crate) fn degrees_of_freedom(&self, rows: &[u32]) -> f64 {
        match &self.basis {
            Basis::Linear { design, .. } => {
                let used = |row: &&u32| self.weights[num::at(**row)] != 0.0;
                units_minus_strata(design, rows.iter().filter(used))
            }
            Basis::Replicate(replicates) => replicates.rank(rows, &self.weights) - 1.0,
        }
    }

    /// Degrees of freedom of a test on these rows: those of the rows of the design object, whether
    /// their weight is 0 or not.
    pub(crate) fn test_degrees_of_freedom(&self, rows: &[u32]) -> f64 {
        match &self.basis {
            Basis::Linear { design, .. } if self.keeps_all_rows() => {
                units_minus_strata(design, self.present_rows().iter())
            }
            Basis::Linear { design, .. } => units_minus_strata(design, rows.iter()),
            Basis::Replicate(_) => self.degrees_of_freedom(rows),
        }
    }

    /// Number of units with a weight other than 0, their weights' sum and their squares' sum.
    pub(crate) fn weight_sums(&self, rows: &[u32]) -> (f64, f64, f64) {
        let (mut n, mut sum, mut squares) = (Sum::default(), Sum::default(), Sum::default());
        for row in rows.iter().map(|row| num::at(*row)) {
            let (w, count) = (self.weights[row], self.count(row));
            if w != 0.0 {
                n.add(count);
                sum.add(count * w);
                squares.add(count * w * w);
            }
        }
        (n.value(), sum.value(), squares.value())
    }
}

fn units_minus_strata<'a>(design: &Design, rows: impl Iterator<Item = &'a u32>) -> f64 {
    let stage = &design.stages[0];
    let mut unit_seen = vec![false; stage.stratum.len()];
    let mut stratum_seen = vec![false; stage.sampled.len()];
    let mut units = 0.0;
    for row in rows {
        let unit = num::at(stage.unit[num::at(*row)]);
        if !unit_seen[unit] {
            unit_seen[unit] = true;
            stratum_seen[num::at(stage.stratum[unit])] = true;
            units += stage.multiplicity.as_ref().map_or(1.0, |m| m[unit]);
        }
    }
    units - num::real(stratum_seen.iter().filter(|seen| **seen).count())
}
