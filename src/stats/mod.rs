//! Survey statistics: numbers in, numbers out. No I/O, no clock, no global state.

pub mod dist;
pub mod interval;
pub mod threshold;
