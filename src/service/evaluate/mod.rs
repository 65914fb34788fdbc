//! Standards, reported indicators and evaluations: imported, applied, kept.
//!
//! For: `minyi evaluate`, `minyi import`, the close of a wave, the evaluation team's pages. Uses: the
//! office, `evaluation`. Promises: a standard is stored once under its id and version and never
//! changes; an import of indicators is taken whole or not at all and changes no verified value; an
//! evaluation names what it rests on, and a later one never replaces an earlier one; every step is
//! one transaction with its audit entry.

mod apply;
mod behind;
mod error;
mod files;
mod indicators;
mod sentence;
mod standards;

pub use apply::{StoredEvaluation, apply, digest, earlier, lines, of_wave};
pub use behind::behind;
pub use error::{EvaluationError, ValueKey};
pub use files::{EvaluateError, Evaluated, Sources, evaluate_files, evaluate_wave, survey_input};
pub use indicators::{IndicatorImport, import_indicators};
pub use standards::{Imported, Standing, import_standard, standard_in_force};

pub(super) use apply::{again, at_close, rests_on, used, values};
pub(super) use files::nothing_measured;
pub(super) use standards::tell;
