//! Survey statistics: numbers in, numbers out. No I/O, no clock, no global state.

pub mod data;
pub mod design;
pub mod diagnostic;
pub mod dist;
pub mod error;
pub mod interval;
pub mod num;
pub mod plan;
pub mod rng;
pub mod sampling;
pub mod threshold;
pub mod weighting;
