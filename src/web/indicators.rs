//! What counties report: an overview, and one form for a county and a year.
//!
//! For: `/indicators`. Reporters enter, evaluators verify or dispute, auditors and administrators read. Uses:
//! `service::reports`. Promises: a county that is not the reporter's is "not found"; after a refusal the form has
//! what was typed; evidence is saved, never shown.

mod list;
mod sheet;
mod view;
mod words;

pub(super) use self::list::list;
pub(super) use self::sheet::{add, bring, change, evidence, show, to_sheet, workbook};
pub(super) use self::view::sentence;
pub(super) use self::words::words;

use super::error::WebError;
use super::problem::Problem;
use crate::service::reports::ReportError;

/// A refusal that is a page of its own.
fn refusal(error: ReportError) -> WebError {
    match error {
        ReportError::Denied => Problem::Denied.into(),
        ReportError::Unknown => Problem::NotFound.into(),
        ReportError::Past => Problem::Conflict.into(),
        other => WebError::internal(other),
    }
}
