//! Survey statistics: numbers in, numbers out. No I/O, no clock, no global state.
//!
//! [`methodology`] is the book: every estimator with its formula, source, assumption and limit, and the R
//! call that must agree.

pub mod data;
pub mod design;
pub mod diagnostic;
pub mod disclosure;
pub mod dist;
pub(crate) mod domain;
pub mod effect;
pub mod error;
pub(crate) mod estimate;
pub mod interval;
#[doc = include_str!("../../docs/methodology.md")]
#[expect(clippy::doc_markdown, reason = "formulas are written as in print")]
pub mod methodology {}
pub mod num;
pub mod outcome_rate;
pub mod plan;
pub mod quality;
pub mod ranking;
pub mod replicates;
pub mod rng;
pub mod sample;
pub mod sampling;
pub mod small_area;
pub mod test;
pub mod threshold;
pub mod variance;
pub mod weighting;
