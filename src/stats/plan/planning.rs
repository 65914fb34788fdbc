//! Planning questions: the closed forms of `sampling` under the names of the vocabulary.

use serde_json::Value;

use super::spec::{Planning, Question};
use crate::stats::error::{PlanError, StatsError};
use crate::stats::sampling::planning;

/// Answers a planning question.
pub(crate) fn answer(asked: &Planning) -> Result<Value, StatsError> {
    let (kind, inputs) = match &asked.question {
        Question::SampleSizeProportion(inputs) => ("sample_size_proportion", inputs),
        Question::SampleSizeCv(inputs) => ("sample_size_cv", inputs),
        Question::MarginOfError(inputs) => ("margin_of_error", inputs),
        Question::PlanningDeff(inputs) => ("planning_deff", inputs),
        Question::SampleSizeTwoProportions(inputs) => ("sample_size_two_proportions", inputs),
        Question::Allocation(inputs) => ("allocation", inputs),
        Question::InclusionProbabilities(inputs) => ("inclusion_probabilities", inputs),
        Question::SystematicPps(inputs) => ("systematic_pps", inputs),
        Question::SystematicEqual(inputs) => ("systematic_equal", inputs),
        Question::TwoStageWeights(inputs) => ("two_stage_weights", inputs),
    };
    planning::answer(kind, inputs).map_err(|error| {
        let reason = error.to_string();
        PlanError::BadInputs { reason }.into()
    })
}
