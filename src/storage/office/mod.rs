//! The office's tables. No function here takes or returns an answer.

pub mod invitation;
pub mod wave_key;

use super::Statement;

/// Every statement of the office.
pub(super) fn statements() -> Vec<Statement> {
    [
        invitation::STATEMENTS,
        invitation::DIFFERING,
        wave_key::STATEMENTS,
    ]
    .concat()
}
