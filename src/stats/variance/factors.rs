//! Factors of replicate weights, as products of layers.
//!
//! A weighting step multiplies all weights of one cell of its own columns by one factor, in whatever
//! sampling unit they are. So what a step does in a replicate takes as many numbers as the step has cells,
//! not units × cells; a replicate's factors are multiplied out when they are asked for.

#![expect(
    clippy::indexing_slicing,
    reason = "cells and places are dense indices of one table"
)]

use std::borrow::Cow;
use std::sync::Arc;

use crate::stats::num;

/// Replicate → cell → factor.
#[derive(Clone, Debug)]
pub(crate) struct Factors(Vec<Layer>);

#[derive(Clone, Debug)]
struct Layer {
    /// Cell → place in a replicate's list; each cell its own where it is absent.
    place: Option<Arc<[u32]>>,
    /// Replicate → place → factor.
    factors: Arc<Vec<Vec<f64>>>,
}

impl Layer {
    fn of_cell(&self, replicate: usize, cell: usize) -> f64 {
        let place = self
            .place
            .as_ref()
            .map_or(cell, |place| num::at(place[cell]));
        self.factors[replicate][place]
    }
}

impl Factors {
    /// One factor for each replicate and cell.
    pub(crate) fn new(factors: Vec<Vec<f64>>) -> Self {
        Self(vec![Layer {
            place: None,
            factors: Arc::new(factors),
        }])
    }

    /// Number of replicates.
    pub(crate) fn len(&self) -> usize {
        self.0.first().map_or(0, |layer| layer.factors.len())
    }

    /// The factors of a replicate's cells, of which there are so many.
    pub(crate) fn of_replicate(&self, replicate: usize, cells: usize) -> Cow<'_, [f64]> {
        match self.0.as_slice() {
            [only] if only.place.is_none() => Cow::Borrowed(&only.factors[replicate]),
            _ => (0..cells)
                .map(|cell| self.of_cell(replicate, cell))
                .collect(),
        }
    }

    /// The factor of one cell.
    pub(crate) fn of_cell(&self, replicate: usize, cell: usize) -> f64 {
        let factors = self.0.iter().map(|layer| layer.of_cell(replicate, cell));
        factors.product()
    }

    /// The same factors for cells that were split: `before` is the cell that each was part of.
    pub(crate) fn split(&mut self, before: &[usize]) {
        for layer in &mut self.0 {
            let place = before.iter().map(|cell| match &layer.place {
                Some(place) => place[*cell],
                None => num::index(*cell),
            });
            layer.place = Some(place.collect());
        }
    }

    /// Multiplies with what a step did: cell → place, replicate → place → factor.
    pub(crate) fn multiply(&mut self, place: Vec<u32>, factors: Vec<Vec<f64>>) {
        self.0.push(Layer {
            place: Some(place.into()),
            factors: Arc::new(factors),
        });
    }

    /// Changes the only factors that there are, of weights that were given by row.
    pub(crate) fn change(&mut self, change: impl Fn(&mut [f64])) {
        for layer in &mut self.0 {
            for factors in Arc::make_mut(&mut layer.factors) {
                change(factors);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_multiply_cell_by_cell() {
        // Two units; then three cells, the first two in unit 0; a step with two cells of its own.
        let mut factors = Factors::new(vec![vec![2.0, 0.5], vec![0.0, 3.0]]);
        assert!(matches!(factors.of_replicate(1, 2), Cow::Borrowed([_, _])));
        factors.split(&[0, 0, 1]);
        factors.multiply(vec![0, 1, 0], vec![vec![10.0, 100.0], vec![7.0, 9.0]]);
        assert_eq!(*factors.of_replicate(0, 3), [20.0, 200.0, 5.0]);
        assert_eq!(*factors.of_replicate(1, 3), [0.0, 0.0, 21.0]);
        // Cells are split once more, and one of the halves is taken out.
        factors.split(&[2, 2, 0]);
        factors.multiply(vec![0, 1, 1], vec![vec![0.0, 1.0]; 2]);
        assert_eq!(*factors.of_replicate(0, 3), [0.0, 5.0, 20.0]);
        assert_eq!(factors.len(), 2);
    }
}
