//! The plan of a wave of either kind, and what both have.

use sha2::{Digest, Sha256};

use super::{OpenPlan, PlanSyntax, QualityPlan, WavePlan};
use crate::survey::area::AreaCode;
use crate::survey::questionnaire::SampledUnit;
use crate::survey::seeds::SeedPlan;
use crate::survey::wave::WaveKind;

/// The recipe of a wave of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// A drawn sample answers by code.
    Probability(Box<WavePlan>),
    /// Whoever follows the link.
    Open(OpenPlan),
}

impl Plan {
    /// Reads the JSON that a wave of this kind keeps.
    pub fn from_json(kind: WaveKind, text: &str) -> Result<Self, PlanSyntax> {
        match kind {
            WaveKind::Probability => {
                WavePlan::from_json(text).map(|plan| Self::Probability(Box::new(plan)))
            }
            WaveKind::Open => OpenPlan::from_json(text).map(Self::Open),
        }
    }

    /// The canonical text: compact JSON with fields in declared order.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::Probability(plan) => plan.to_json(),
            Self::Open(plan) => plan.to_json(),
        }
    }

    /// SHA-256 of the canonical text.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.to_json().as_bytes()).into()
    }

    /// The kind of wave.
    #[must_use]
    pub const fn kind(&self) -> WaveKind {
        match self {
            Self::Probability(_) => WaveKind::Probability,
            Self::Open(_) => WaveKind::Open,
        }
    }

    /// The counties in which the wave asks, in the order of the plan.
    pub fn counties(&self) -> impl Iterator<Item = &AreaCode> {
        let (sampled, open) = match self {
            Self::Probability(plan) => (plan.sample.counties.as_slice(), [].as_slice()),
            Self::Open(plan) => ([].as_slice(), plan.counties.as_slice()),
        };
        sampled.iter().map(|line| &line.county).chain(open)
    }

    /// Item that gives the age band.
    #[must_use]
    pub fn age_item(&self) -> &str {
        match self {
            Self::Probability(plan) => &plan.weighting.age_item,
            Self::Open(plan) => &plan.age_item,
        }
    }

    /// Item that gives the sex.
    #[must_use]
    pub fn sex_item(&self) -> &str {
        match self {
            Self::Probability(plan) => &plan.weighting.sex_item,
            Self::Open(plan) => &plan.sex_item,
        }
    }

    /// Whom the questionnaire addresses.
    #[must_use]
    pub const fn unit(&self) -> SampledUnit {
        match self {
            Self::Probability(plan) => plan.sample.unit,
            Self::Open(_) => SampledUnit::Person,
        }
    }

    /// Seeded answers that are announced; none in an open wave.
    #[must_use]
    pub fn seeds(&self) -> Option<SeedPlan> {
        match self {
            Self::Probability(plan) => plan.seeds,
            Self::Open(_) => None,
        }
    }

    /// The year under evaluation, where the plan names one; none in an open wave, which is not evaluated.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        match self {
            Self::Probability(plan) => plan.year,
            Self::Open(_) => None,
        }
    }

    /// What marks an answer as hasty.
    #[must_use]
    pub const fn quality(&self) -> QualityPlan {
        match self {
            Self::Probability(plan) => plan.quality,
            Self::Open(plan) => plan.quality,
        }
    }
}
