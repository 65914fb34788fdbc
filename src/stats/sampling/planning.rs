//! Planning questions of a plan file: JSON inputs in, JSON answers out, by the name of their kind.
//!
//! The vocabulary is that of the reference cases: `sample_size_proportion`, `sample_size_cv`,
//! `margin_of_error`, `planning_deff`, `sample_size_two_proportions`, `allocation`,
//! `inclusion_probabilities`, `systematic_pps`, `systematic_equal`, `two_stage_weights`. Positions in
//! these documents are 1-based.

use super::allocation::allocation;
use super::size::{for_cv, for_margin, for_two_proportions, margin_of_error, planning_deff};
use super::{SamplingError, check, pps, simple};
use crate::stats::num::real;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Every kind of question there is.
pub const KINDS: [&str; 10] = [
    "sample_size_proportion",
    "sample_size_cv",
    "margin_of_error",
    "planning_deff",
    "sample_size_two_proportions",
    "allocation",
    "inclusion_probabilities",
    "systematic_pps",
    "systematic_equal",
    "two_stage_weights",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sizes {
    sizes: Vec<f64>,
    n: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SizesAndStart {
    sizes: Vec<f64>,
    n: usize,
    start: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Equal {
    #[serde(rename = "N")]
    population: usize,
    n: usize,
    start: f64,
}

/// Inputs of [`two_stage_weights`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwoStages {
    /// First-stage units selected.
    pub n_psu: f64,
    /// Size of the whole frame.
    pub total_size: f64,
    /// Size of each selected unit.
    pub psu_size: Vec<f64>,
    /// Second-stage units taken in each.
    pub take: Vec<f64>,
}

/// Probabilities and weights of a two-stage sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TwoStageWeights {
    /// First-stage inclusion probabilities.
    pub pi_psu: Vec<f64>,
    /// Second-stage inclusion probabilities.
    pub pi_second: Vec<f64>,
    /// Inverse of their product.
    pub weight: Vec<f64>,
}

/// `π = n size/total`, then `take/size`; the weight is the inverse of the product. Source: Särndal,
/// Swensson and Wretman 1992, §4.3.
///
/// # Errors
/// Lists of different length, a size or a take that is not positive.
///
/// ```
/// use minyi::stats::sampling::planning::{two_stage_weights, TwoStages};
/// let one = TwoStages { n_psu: 2.0, total_size: 1000.0, psu_size: vec![100.0], take: vec![10.0] };
/// assert!((two_stage_weights(&one).unwrap().weight[0] - 50.0).abs() < 1e-12);
/// ```
pub fn two_stage_weights(inputs: &TwoStages) -> Result<TwoStageWeights, SamplingError> {
    check("psu_size", &inputs.psu_size, |size| size > 0.0)?;
    check("take", &inputs.take, |take| take > 0.0)?;
    check(
        "n_psu and total_size",
        &[inputs.n_psu, inputs.total_size],
        |x| x > 0.0,
    )?;
    if inputs.take.len() != inputs.psu_size.len() {
        return Err(SamplingError::BadInputs {
            kind: "two_stage_weights".to_owned(),
            reason: format!(
                "{} sizes, {} takes",
                inputs.psu_size.len(),
                inputs.take.len()
            ),
        });
    }
    let pi_psu: Vec<f64> = inputs
        .psu_size
        .iter()
        .map(|size| inputs.n_psu * size / inputs.total_size)
        .collect();
    let pi_second: Vec<f64> = inputs
        .take
        .iter()
        .zip(&inputs.psu_size)
        .map(|(take, size)| take / size)
        .collect();
    let weight = pi_psu
        .iter()
        .zip(&pi_second)
        .map(|(one, two)| 1.0 / (one * two))
        .collect();
    Ok(TwoStageWeights {
        pi_psu,
        pi_second,
        weight,
    })
}

/// Answers the question of that kind.
///
/// # Errors
/// An unknown kind, inputs that do not read, or what the formula itself refuses.
///
/// ```
/// use minyi::stats::sampling::planning::answer;
/// let inputs = serde_json::json!({"sizes": [1.0, 3.0], "n": 1});
/// let answer = answer("inclusion_probabilities", &inputs).unwrap();
/// assert_eq!(answer["pik"][1], 0.75);
/// ```
pub fn answer(kind: &str, inputs: &Value) -> Result<Value, SamplingError> {
    match kind {
        "sample_size_proportion" => write(kind, &for_margin(&read(kind, inputs)?)?),
        "sample_size_cv" => write(kind, &for_cv(&read(kind, inputs)?)?),
        "margin_of_error" => Ok(json!({ "margin": margin_of_error(&read(kind, inputs)?)? })),
        "planning_deff" => write(kind, &planning_deff(&read(kind, inputs)?)?),
        "sample_size_two_proportions" => write(kind, &for_two_proportions(&read(kind, inputs)?)?),
        "allocation" => write(kind, &allocation(&read(kind, inputs)?)?),
        "inclusion_probabilities" => {
            let Sizes { sizes, n } = read(kind, inputs)?;
            Ok(json!({ "pik": pps::inclusion_probabilities(&sizes, n)? }))
        }
        "systematic_pps" => {
            let SizesAndStart { sizes, n, start } = read(kind, inputs)?;
            let pi = pps::inclusion_probabilities(&sizes, n)?;
            let drawn = pps::systematic(&pi, start)?;
            let weights: Vec<f64> = drawn
                .iter()
                .filter_map(|k| pi.get(*k))
                .map(|p| 1.0 / p)
                .collect();
            Ok(json!({ "pik": pi, "selected": one_based(&drawn), "weights": weights }))
        }
        "systematic_equal" => {
            let Equal {
                population,
                n,
                start,
            } = read(kind, inputs)?;
            let drawn = simple::systematic(population, n, start)?;
            Ok(json!({ "interval": real(population) / real(n), "selected": one_based(&drawn) }))
        }
        "two_stage_weights" => write(kind, &two_stage_weights(&read(kind, inputs)?)?),
        _ => Err(bad(kind, &format!("the kinds are {}", KINDS.join(", ")))),
    }
}

fn one_based(positions: &[usize]) -> Vec<usize> {
    positions.iter().map(|k| k + 1).collect()
}

fn read<T: DeserializeOwned>(kind: &str, inputs: &Value) -> Result<T, SamplingError> {
    T::deserialize(inputs).map_err(|error| bad(kind, &error.to_string()))
}

fn write<T: Serialize>(kind: &str, answer: &T) -> Result<Value, SamplingError> {
    serde_json::to_value(answer).map_err(|error| bad(kind, &error.to_string()))
}

fn bad(kind: &str, reason: &str) -> SamplingError {
    SamplingError::BadInputs {
        kind: kind.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests;
