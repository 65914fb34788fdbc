//! The office's tables. No function here takes or returns an answer.

pub mod account;
pub mod audit;
pub mod invitation;
pub mod session;
pub mod wave_key;

use super::Statement;

/// Every statement of the office.
pub(super) fn statements() -> Vec<Statement> {
    [
        account::STATEMENTS,
        audit::STATEMENTS,
        invitation::STATEMENTS,
        invitation::DIFFERING,
        session::STATEMENTS,
        wave_key::STATEMENTS,
    ]
    .concat()
}
