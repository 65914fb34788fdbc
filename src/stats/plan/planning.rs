//! Planning questions: the closed forms of `sampling` under the names of the vocabulary.

use serde_json::Value;

use super::spec::Planning;
use crate::stats::error::{PlanError, StatsError};

/// Answers a planning question.
pub(crate) fn answer(_planning: &Planning) -> Result<Value, StatsError> {
    Err(PlanError::NotBuilt {
        kind: "planning".to_owned(),
    }
    .into())
}
