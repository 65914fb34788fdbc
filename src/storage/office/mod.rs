//! The office's tables. No function here takes or returns an answer.

pub mod access_token;
pub mod account;
pub mod area;
pub mod audit;
pub mod blind;
pub mod boundary_set;
pub mod ceremony;
pub mod correction;
pub mod decision;
pub mod estimate;
pub mod evaluation;
pub mod evidence;
pub mod fieldwork_day;
pub mod frame;
pub mod imported;
pub mod imprint;
pub mod indicator;
pub mod indicator_version;
pub mod invitation;
pub mod margin;
pub mod open_result;
pub mod passkey;
pub mod process_entry;
pub mod questionnaire;
pub mod questionnaire_version;
pub mod quota;
pub mod replaced_code;
pub mod reported;
pub mod reporter;
pub mod rule_change;
pub mod sample;
pub mod seed_deposit;
pub mod session;
pub mod standard;
pub mod standard_draft;
pub mod tie;
pub mod title_step;
pub mod totp;
pub mod upload;
pub mod wave;
pub mod wave_key;
pub mod welcome;

use super::{Statement, cosignature};

/// Every statement of the office.
pub(super) fn statements() -> Vec<Statement> {
    [
        access_token::STATEMENTS,
        account::STATEMENTS,
        area::STATEMENTS,
        audit::STATEMENTS,
        blind::STATEMENTS,
        boundary_set::STATEMENTS,
        ceremony::STATEMENTS,
        correction::STATEMENTS,
        cosignature::STATEMENTS,
        decision::STATEMENTS,
        estimate::STATEMENTS,
        evaluation::STATEMENTS,
        evidence::STATEMENTS,
        fieldwork_day::STATEMENTS,
        frame::STATEMENTS,
        imprint::STATEMENTS,
        indicator::STATEMENTS,
        indicator_version::STATEMENTS,
        invitation::AT_ONCE,
        invitation::DIFFERING,
        invitation::STATEMENTS,
        margin::STATEMENTS,
        open_result::STATEMENTS,
        passkey::STATEMENTS,
        process_entry::STATEMENTS,
        questionnaire::STATEMENTS,
        questionnaire_version::STATEMENTS,
        quota::STATEMENTS,
        replaced_code::STATEMENTS,
        reporter::STATEMENTS,
        reported::STATEMENTS,
        rule_change::STATEMENTS,
        sample::STATEMENTS,
        seed_deposit::STATEMENTS,
        session::STATEMENTS,
        standard::STATEMENTS,
        standard_draft::STATEMENTS,
        tie::STATEMENTS,
        title_step::STATEMENTS,
        totp::STATEMENTS,
        upload::STATEMENTS,
        wave::STATEMENTS,
        wave_key::STATEMENTS,
        welcome::STATEMENTS,
    ]
    .concat()
}
