//! Tests that know the design.

pub(crate) mod difference;
pub(crate) mod rao_scott;
