//! What a design is made of, in numbers that a person can check against the fieldwork.
//!
//! May use `design`, `sample`, `diagnostic`. Promises: nothing here enters an estimate; it costs one pass
//! over the weights.

use crate::stats::diagnostic::WeightSummary;
use crate::stats::sample::{Basis, Sample};
use crate::stats::variance::replicate::Origin;

/// Strata, units and weights of a design before any weighting step.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignFacts {
    /// The design's own weights.
    pub weights: WeightSummary,
    /// Number of replicates, of a design that has them.
    pub replicates: Option<usize>,
    /// First-stage strata; 0 where only replicate weights are known.
    pub strata: usize,
    /// Stages of selection, outermost first.
    pub stages: Vec<StageFacts>,
}

/// One stage of selection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageFacts {
    /// Sampling units of all strata together.
    pub units: f64,
    /// Fewest units in a stratum.
    pub fewest: f64,
    /// Most units in a stratum.
    pub most: f64,
    /// Strata with a single unit that is not the whole population of its stratum.
    pub lonely: usize,
    /// Population units of all strata together; infinite without a finite population correction.
    pub population: f64,
}

impl DesignFacts {
    pub(crate) fn of(sample: &Sample) -> Self {
        let weights = WeightSummary::of(&sample.weights, sample.counts());
        let (design, replicates) = match &sample.basis {
            Basis::Linear { design, .. } => (Some(design), None),
            Basis::Replicate(replicates) => {
                let design = match &replicates.origin {
                    Origin::Made { design, .. } => Some(design),
                    Origin::Given => None,
                };
                (design, Some(replicates.factors.len()))
            }
        };
        let stages = design.map_or(&[][..], |design| design.stages.as_slice());
        let stages = stages.iter().map(|stage| {
            let lonely = stage.sampled.iter().zip(&stage.population);
            StageFacts {
                units: stage.sampled.iter().sum(),
                fewest: stage.sampled.iter().copied().fold(f64::INFINITY, f64::min),
                most: stage.sampled.iter().copied().fold(0.0, f64::max),
                lonely: lonely.filter(|(n, all)| **n < 1.5 && **all > 1.0).count(),
                population: stage.population.iter().sum(),
            }
        });
        Self {
            weights,
            replicates,
            strata: design.map_or(0, |design| design.strata()),
            stages: stages.collect(),
        }
    }
}
