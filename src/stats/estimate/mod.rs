//! Estimates: points, and the influence of every row on them.
//!
//! May use `sample`, `variance`, `domain`, `interval`, `dist`, `effect`, `num`. Promises: rows
//! outside a domain stay in the design; a missing value is one more restriction of the domain, for
//! each variable by itself. Sources: Särndal, Swensson and Wretman, *Model Assisted Survey
//! Sampling*, 1992, ch. 5; Lumley, *Complex Surveys*, 2010, ch. 2.

pub(crate) mod contrast;
pub(crate) mod mean;
pub(crate) mod proportion;
pub(crate) mod quantile;
pub(crate) mod target;
