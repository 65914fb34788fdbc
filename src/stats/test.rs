//! Tests that know the design.

pub(crate) mod difference;
pub mod multiplicity;
pub(crate) mod rao_scott;
