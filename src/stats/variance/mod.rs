//! Variances: influence values and a design, or replicates of an estimate, to covariances.

pub(crate) mod factors;
pub mod joint;
pub(crate) mod linear;
pub(crate) mod replicate;
