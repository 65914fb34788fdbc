//! Questionnaires that people write: versions, files in both directions, pages.

mod files;
mod pages;
mod versions;

use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, QuestionnaireSpec};

/// The questionnaire that is built in.
fn default() -> Questionnaire {
    Questionnaire::from_toml(DEFAULT_2026).unwrap()
}

/// The same, on the desk.
fn spec() -> QuestionnaireSpec {
    default().into()
}
