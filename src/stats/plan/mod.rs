//! Plans: designs, weightings and analyses as data, and their run.
//!
//! May use every other module of `stats`. Promises: one analysis that must be refused does not
//! stop the others; what a plan asks and the engine does not know is an error with a code.

pub mod compress;
mod facts;
mod planning;
pub mod results;
pub(crate) mod run;
mod small_area;
pub mod spec;
mod spec_analysis;
mod spec_replicates;

pub use results::{AnalysisResult, Results};
pub use spec::Plan;

use std::collections::BTreeMap;

use super::data::Table;

/// The data that a plan runs on.
#[derive(Clone, Debug, Default)]
pub struct Inputs<'a> {
    /// Micro data; a plan of planning questions alone has none.
    pub table: Option<&'a Table>,
    /// Replicate weights by the file name that designs give.
    pub replicate_files: BTreeMap<String, Table>,
}

/// What is being done, for whoever shows progress.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step<'a> {
    /// `design`, `weighting`, `analysis`, `planning` or `small_area`.
    pub stage: &'static str,
    /// The id in the plan.
    pub id: &'a str,
    /// Steps finished.
    pub done: usize,
    /// Steps in all.
    pub of: usize,
}
