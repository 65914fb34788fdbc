//! Paper entry: the desk where envelopes arrive and lots lie, the sheet that somebody types, the form to print.
//!
//! For: `/organize/{wave}/paper`. Uses: `service::paper`. Promises: whatever is refused keeps what was typed; a page that is loaded
//! again after an envelope was taken in counts nothing twice.

mod desk;
mod sheet;

pub(in crate::web) use self::desk::{act, print, show};
pub(in crate::web) use self::sheet::{enter, show as show_sheet};

use crate::service::intake::IntakeError;
use crate::service::paper::PaperError;
use crate::service::waves::WaveError;
use crate::web::error::WebError;
use crate::web::page::Page;
use crate::web::problem::Problem;

/// A refusal that no form of these pages can mend.
fn refusal(error: PaperError) -> WebError {
    match error {
        PaperError::Wave(WaveError::Denied) => Problem::Denied.into(),
        PaperError::Wave(WaveError::NoWave(_)) | PaperError::Intake(IntakeError::UnknownWave) => {
            Problem::UnknownWave.into()
        }
        PaperError::NoSheet => Problem::NotFound.into(),
        PaperError::Intake(IntakeError::Busy { retry_after }) => WebError::Busy { retry_after },
        other => WebError::internal(other),
    }
}

/// An address of a wave's paper pages.
fn address(slug: &str, rest: &str) -> String {
    format!("/organize/{slug}/paper{rest}")
}

/// The same with the page's language and more in its query.
fn with_query(page: &Page, path: &str, more: &str) -> String {
    format!("{}&{more}", page.link(path))
}
