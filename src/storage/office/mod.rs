//! The office's tables. No function here takes or returns an answer.

pub mod account;
pub mod audit;
pub mod estimate;
pub mod frame;
pub mod invitation;
pub mod margin;
pub mod sample;
pub mod session;
pub mod wave_key;

use super::Statement;

/// Every statement of the office.
pub(super) fn statements() -> Vec<Statement> {
    [
        account::STATEMENTS,
        audit::STATEMENTS,
        estimate::STATEMENTS,
        frame::STATEMENTS,
        invitation::DIFFERING,
        invitation::STATEMENTS,
        margin::STATEMENTS,
        sample::STATEMENTS,
        session::STATEMENTS,
        wave_key::STATEMENTS,
    ]
    .concat()
}
