//! The sample of a wave: which communities and villages, how many invitations in each, which
//! variance unit an answer from there will carry.
//!
//! The sample is self-weighting within a stratum: with the stratum's overall fraction f, a PSU with
//! L addresses that was selected with probability π gets f·L/π invitations, so every record of the
//! stratum has base weight 1/f. [`planned_strata`] says before sealing what the draw will look
//! like and refuses a plan that the frame cannot carry; [`draw()`] cannot fail on a plan that passed,
//! and gives the same sample from the same frame, plan and seed on every machine.

mod draw;
mod strata;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use draw::{DrawError, draw};
pub use strata::{PlannedStratum, SampleProblem, planned_strata};

use super::area::AreaCode;
use super::frame::Residence;
use super::invitation::Place;
use crate::stats::rng::{shuffle, stream};

/// Invitations that a variance unit has at least: the crowd in which an answer disappears.
pub const UNIT_INVITATIONS: u64 = 80;

/// Variance units that a stratum has at least.
pub const STRATUM_UNITS: usize = 2;

/// PSUs that a variance unit merges at least.
pub const UNIT_PSUS: usize = 2;

/// Name of a stratum as a record carries it: `140302-urban`, `140302-merged`, or `140302-urban-c1`
/// for a PSU that was taken with certainty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StratumCode(String);

/// Name of a variance unit, the finest place a response ever carries: `140302-urban-03`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitCode(String);

impl StratumCode {
    /// The stratum of the plan: a place that was drawn with certainty is a stratum of its own only for estimates.
    #[must_use]
    pub fn planned(&self) -> Self {
        let code = self.0.as_str();
        Self(code.rsplit_once("-c").map_or(code, |(of, _)| of).to_owned())
    }
}

macro_rules! name {
    ($type:ident) => {
        impl $type {
            /// Takes the name over as it is stored.
            #[must_use]
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(StratumCode);
name!(UnitCode);

/// A drawn sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Strata by code, certainty units included.
    pub strata: Vec<SampledStratum>,
    /// Selected PSUs in strata and selection order; a certainty PSU has one line per part.
    pub psus: Vec<SampledPsu>,
}

/// One stratum of the sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampledStratum {
    /// Name.
    pub stratum: StratumCode,
    /// County.
    pub county: AreaCode,
    /// Residence by the frame; `None` where both were merged.
    pub residence: Option<Residence>,
    /// Sum of the sizes of its frame units.
    pub population: u64,
    /// Sum of their listed addresses.
    pub addresses: u64,
    /// Overall fraction f of addresses that are invited.
    pub fraction: f64,
    /// Invitations.
    pub invitations: u64,
}

/// One selected PSU, or one part of a certainty PSU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampledPsu {
    /// Code of the community or village.
    pub unit: AreaCode,
    /// Part of a certainty PSU, from 0.
    pub part: u32,
    /// County.
    pub county: AreaCode,
    /// Stratum.
    pub stratum: StratumCode,
    /// Variance unit.
    pub variance_unit: UnitCode,
    /// Place in selection order within the stratum, from 0.
    pub selection: u32,
    /// Size of the frame unit.
    pub size: u32,
    /// Its listed addresses.
    pub addresses: u32,
    /// Probability π with which it was selected.
    pub inclusion_probability: f64,
    /// π = 1 by its size.
    pub certainty: bool,
    /// 1/f of its stratum.
    pub base_weight: f64,
    /// Invitations to send here.
    pub invitations: u64,
}

impl Sample {
    /// All invitations.
    #[must_use]
    pub fn invitations(&self) -> u64 {
        self.psus.iter().map(|psu| psu.invitations).sum()
    }

    /// Invitations per variance unit, with the unit's stratum.
    #[must_use]
    pub fn units(&self) -> BTreeMap<(StratumCode, UnitCode), u64> {
        let mut units = BTreeMap::new();
        for psu in &self.psus {
            let key = (psu.stratum.clone(), psu.variance_unit.clone());
            *units.entry(key).or_insert(0) += psu.invitations;
        }
        units
    }

    /// Every variance unit with where it lies, by name.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let place = |psu: &SampledPsu| Place {
            county: psu.county.clone(),
            stratum: psu.stratum.clone(),
            variance_unit: psu.variance_unit.clone(),
        };
        let units = self.psus.iter().map(|psu| (&psu.variance_unit, psu));
        let units: BTreeMap<&UnitCode, &SampledPsu> = units.collect();
        units.into_values().map(place).collect()
    }

    /// Invitations drawn with equal probabilities and without replacement, to be asked whether they answered: where each went, and
    /// its place among the invitations there, from 1. In the order of the sample; all of them where so many are wanted.
    #[must_use]
    pub fn asked(&self, people: usize, seed: &[u8; 32]) -> Vec<(&SampledPsu, u64)> {
        let mut all: Vec<(&SampledPsu, u64)> = Vec::new();
        for psu in &self.psus {
            all.extend((1..=psu.invitations).map(|place| (psu, place)));
        }
        let mut order: Vec<usize> = (0..all.len()).collect();
        shuffle(&mut stream(seed, "participation"), &mut order);
        order.truncate(people);
        order.sort_unstable();
        let drawn = order.into_iter().filter_map(|at| all.get(at).copied());
        drawn.collect()
    }

    /// The stratum with this code.
    #[must_use]
    pub fn stratum(&self, code: &StratumCode) -> Option<&SampledStratum> {
        self.strata.iter().find(|stratum| stratum.stratum == *code)
    }

    /// SHA-256 of the canonical JSON.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(serde_json::to_vec(self).unwrap_or_default()).into()
    }
}

/// The 32-byte seed of a public text (dice, lottery numbers): 64 hexadecimal digits stand for
/// themselves, anything else for its SHA-256 in single spaces ([`seed_words`]).
#[must_use]
pub fn seed_from_text(text: &str) -> [u8; 32] {
    let text = seed_words(text);
    let mut seed = [0; 32];
    if text.len() == 64 && hex::decode_to_slice(&text, &mut seed).is_ok() {
        seed
    } else {
        Sha256::digest(text.as_bytes()).into()
    }
}

/// The text as it is hashed, stored and printed: without surrounding space, one space between words.
#[must_use]
pub fn seed_words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
