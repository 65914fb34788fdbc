//! The probability that a county's true values satisfy every criterion that applies, over what the survey's figures and the
//! reported counts leave open. It stands beside the verdict and never changes it.
//!
//! What is left open, for each criterion by itself:
//!
//! * a survey share and a change from [`Belief`], the distribution that their own interval inverts; where
//!   a ceiling may stand in for the change, both move together, for they rest on the same answers;
//! * a rate of k in m as `Beta(k + ½, m − k + ½)`, the binomial posterior under Jeffreys's prior;
//! * a yearly count of cases as `Gamma(c + ½)`, the Poisson posterior under Jeffreys's prior.
//!
//! A share, a change or a rate beside its line has a probability in closed form. Where several quantities meet (a rate and its
//! earlier years, growths, a change with a ceiling), it is the share of seeded draws (Monte Carlo).
//!
//! What is taken as it was found: judgements, events, counts that must be zero, shares of units that
//! were all visited. Criteria are taken as independent, so that probabilities multiply, although some rest on the same cases. Not
//! applicable leaves the conjunction; with one criterion not assessable, or none left, there is no
//! probability. Sources: Gelman et al., *Bayesian Data Analysis*, 3rd ed. 2013, §2.4–2.8; Brown, Cai
//! and `DasGupta`, Statistical Science 16 (2001), 101–133.

use serde::{Deserialize, Serialize};

use super::dossier::CriterionOutcome;
use super::finding::Finding;
use super::reason::Side;
use super::rule::{AboveOwnAverage, Average, BelowOwnAverageGrowth, Inputs, Rule};
use super::rule::{SurveyAtLeast, SurveyImproved, fraction};
use super::standard::Criterion;
use super::survey_input::ChangeInput;
use crate::stats::dist::{beta_cdf, beta_sf};
use crate::stats::rng::{Stream, beta, gamma, normal, stream};
use crate::stats::threshold::Belief;

/// Draws for a criterion that needs them. The Monte Carlo error is at most 0.8 percentage points.
pub const DRAWS: u32 = 4_000;

/// Seed of all draws, fixed: the same inputs give the same probability everywhere, and nobody can
/// try seeds until one pleases. The label tells county, year and criterion apart.
const SEED: [u8; 32] = *b"minyi/v1/probability of all gate";

/// Weight of Jeffreys's prior on either side.
const HALF: f64 = 0.5;

/// How probable it is that all criteria are truly met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AllMet {
    /// Product over the criteria.
    pub probability: f64,
    /// Number of draws where a criterion needs them.
    pub draws: u32,
    /// Each criterion that applies.
    pub each: Vec<OneMet>,
}

/// How probable it is that one criterion is truly met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneMet {
    /// Id of the criterion.
    pub id: String,
    /// Probability that it holds; 0 or 1 where it was taken as found.
    pub probability: f64,
    /// Whether it was taken as found.
    pub fixed: bool,
}

/// What decides one criterion.
enum Gate {
    Fixed(bool),
    Level {
        belief: Belief,
        limit: f64,
    },
    Change {
        change: Belief,
        delta: f64,
    },
    ChangeOrCeiling {
        change: Belief,
        delta: f64,
        level: Belief,
        ceiling: f64,
        /// Correlation of level and change: the share of the change's error that this wave brings.
        correlation: f64,
    },
    Rate {
        rate: (u32, u32),
        limit: f64,
        side: Side,
    },
    OwnAverage {
        now: (u32, u32),
        earlier: Vec<(u32, u32)>,
    },
    Growth {
        counts: Vec<u32>,
        average: Average,
    },
}

impl AllMet {
    /// The probability for one county, or nothing where it cannot be given.
    #[must_use]
    pub fn of(
        criteria: &[Criterion],
        outcomes: &[CriterionOutcome],
        inputs: &Inputs<'_>,
    ) -> Option<Self> {
        let mut each = Vec::new();
        for (criterion, outcome) in criteria.iter().zip(outcomes) {
            let finding = outcome.result.finding;
            if finding == Finding::NotApplicable {
                continue;
            }
            let gate = Gate::of(&criterion.rule, finding, inputs)?;
            let label = || format!("{}/{}/{}", inputs.county, inputs.year, criterion.id);
            each.push(OneMet {
                id: criterion.id.clone(),
                probability: gate.probability(label),
                fixed: matches!(gate, Gate::Fixed(_)),
            });
        }
        (!each.is_empty()).then(|| Self {
            probability: each.iter().map(|one| one.probability).product(),
            draws: DRAWS,
            each,
        })
    }
}

impl Gate {
    /// What decides this rule; nothing where the criterion is not assessable.
    fn of(rule: &Rule, finding: Finding, inputs: &Inputs<'_>) -> Option<Self> {
        let fixed = match finding {
            Finding::NotAssessable | Finding::NotApplicable => return None,
            Finding::Met => Self::Fixed(true),
            Finding::NotMet | Finding::NotDecidable => Self::Fixed(false),
        };
        let rate = |id: &str, percent, side| {
            let limit = fraction(percent);
            let rate = inputs.rate(id, inputs.year).ok()?;
            // "All of them" and "none of them" say something about these cases, not about a rate.
            let extreme = limit >= 1.0 && side == Side::AtLeast || limit <= 0.0;
            (!extreme).then_some(Self::Rate { rate, limit, side })
        };
        match rule {
            Rule::AtLeast(own) => rate(&own.indicator, own.percent, Side::AtLeast),
            Rule::AtMost(own) => rate(&own.indicator, own.percent, Side::AtMost),
            Rule::AboveOwnAverage(own) => own_average(own, inputs),
            Rule::BelowOwnAverageGrowth(own) => growth(own, inputs),
            Rule::SurveyAtLeast(own) => level(own, inputs),
            Rule::SurveyImproved(own) => change(own, inputs),
            Rule::ShareAtLeast(_) | Rule::NoEvent(_) | Rule::None(_) | Rule::Judged(_) => None,
        }
        .or(Some(fixed))
    }

    /// How probable it is that the criterion holds; `label` names the stream of its draws.
    fn probability(&self, label: impl Fn() -> String) -> f64 {
        match self {
            Self::Fixed(met) => f64::from(u8::from(*met)),
            Self::Level { belief, limit } => belief.exceeds(*limit),
            Self::Change { change, delta } => change.exceeds(*delta),
            Self::Rate { rate, limit, side } => {
                let (a, b) = rate_shapes(*rate);
                match side {
                    Side::AtLeast => beta_sf(*limit, a, b),
                    Side::AtMost => beta_cdf(*limit, a, b),
                }
            }
            Self::ChangeOrCeiling {
                change,
                delta,
                level,
                ceiling,
                correlation,
            } => share(label, |rng| {
                let shared = normal(rng);
                let rest = (1.0 - correlation.powi(2)).sqrt() * normal(rng);
                let rose = change.at(correlation * shared + rest, rng) > *delta;
                level.at(shared, rng) >= *ceiling || rose
            }),
            Self::OwnAverage { now, earlier } => share(label, |rng| {
                let value = draw_rate(*now, rng);
                value > mean(earlier.iter().map(|rate| draw_rate(*rate, rng)))
            }),
            Self::Growth { counts, average } => {
                share(label, |rng| grows_less(counts, *average, rng))
            }
        }
    }
}

/// The share of the draws in which this holds.
fn share(label: impl Fn() -> String, mut holds: impl FnMut(&mut Stream) -> bool) -> f64 {
    let mut rng = stream(&SEED, &label());
    let held = (0..DRAWS).map(|_| u32::from(holds(&mut rng))).sum::<u32>();
    f64::from(held) / f64::from(DRAWS)
}

fn level(rule: &SurveyAtLeast, inputs: &Inputs<'_>) -> Option<Gate> {
    let item = inputs.survey?.item(inputs.county, &rule.item)?;
    Some(Gate::Level {
        belief: item.figure.belief()?,
        limit: fraction(rule.percent),
    })
}

fn change(rule: &SurveyImproved, inputs: &Inputs<'_>) -> Option<Gate> {
    let item = inputs.survey?.item(inputs.county, &rule.item)?;
    let limit = rule.ceiling_percent.map(fraction);
    let Some(ChangeInput::Measured(change)) = item.change else {
        // Assessable without a change only at the ceiling: then the level alone decides.
        return Some(Gate::Level {
            belief: item.figure.belief()?,
            limit: limit?,
        });
    };
    // Without degrees of freedom nothing is left to say how uncertain it is: it is taken as found.
    if change.df.is_nan() || change.df <= 0.0 || !change.variance.is_finite() {
        return None;
    }
    let (change_belief, delta) = (change.belief(), fraction(rule.delta_points));
    let Some(ceiling) = limit else {
        return Some(Gate::Change {
            change: change_belief,
            delta,
        });
    };
    let share = (item.figure.variance / change.variance).sqrt();
    Some(Gate::ChangeOrCeiling {
        change: change_belief,
        delta,
        level: item.figure.belief()?,
        ceiling,
        correlation: if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        },
    })
}

fn own_average(rule: &AboveOwnAverage, inputs: &Inputs<'_>) -> Option<Gate> {
    let rate = |year| inputs.rate(&rule.indicator, year).ok();
    let earlier = (1..=i32::from(rule.years)).map(|back| rate(inputs.year - back));
    Some(Gate::OwnAverage {
        now: rate(inputs.year)?,
        earlier: earlier.collect::<Option<_>>()?,
    })
}

fn growth(rule: &BelowOwnAverageGrowth, inputs: &Inputs<'_>) -> Option<Gate> {
    let first = inputs.year - i32::from(rule.years) - 1;
    let counts = (first..=inputs.year).map(|year| inputs.count(&rule.indicator, year).ok());
    Some(Gate::Growth {
        counts: counts.collect::<Option<_>>()?,
        average: rule.average,
    })
}

/// The beta distribution of the true rate behind k of m.
fn rate_shapes((k, m): (u32, u32)) -> (f64, f64) {
    (f64::from(k) + HALF, f64::from(m.saturating_sub(k)) + HALF)
}

/// A possible true rate behind k of m.
fn draw_rate(rate: (u32, u32), rng: &mut Stream) -> f64 {
    let (a, b) = rate_shapes(rate);
    beta(rng, a, b)
}

/// Whether the last growth of possible true yearly levels is below the average of the earlier ones.
fn grows_less(counts: &[u32], average: Average, rng: &mut Stream) -> bool {
    let levels: Vec<f64> = counts
        .iter()
        .map(|count| gamma(rng, f64::from(*count) + HALF))
        .collect();
    let ratios: Vec<f64> = levels
        .windows(2)
        .filter_map(|pair| match pair {
            [before, now] => Some(now / before),
            _ => None,
        })
        .collect();
    let Some((now, earlier)) = ratios.split_last() else {
        return false;
    };
    match average {
        Average::Mean => *now < mean(earlier.iter().copied()),
        Average::Compound => now.ln() < mean(earlier.iter().map(|ratio| ratio.ln())),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / n
}

#[cfg(test)]
mod tests;
