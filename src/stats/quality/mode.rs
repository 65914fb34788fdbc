//! Mode contrast: does approval differ between the web form and the assisted or paper one?
//!
//! After weighting, per county, two-sided, with Holm's adjustment over the counties. People choose
//! their mode, and age goes with it: weights take out what the margins explain, and the rest is
//! selection and measurement together (Hox, de Leeuw and Klausch, *Mixed Mode Research*, in Biemer et
//! al., *Total Survey Error in Practice*, 2017, ch. 23). So a difference says that the modes must not be
//! compared or pooled without a word; it does not say which of them is right.

use serde::{Deserialize, Serialize};

use super::{Difference, Row, Unfit};
use crate::stats::test::multiplicity::holm;

/// The contrast of one county.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mode {
    /// Approval on the web minus approval in the other modes.
    pub difference: Difference,
    /// Two-sided p value of this county alone.
    pub p: f64,
    /// The same after Holm's adjustment over all counties that could be compared.
    pub p_adjusted: f64,
}

/// The contrasts of several counties, in their order, each or why it cannot be computed. A
/// answered on the web, B otherwise, and `hit` is an approving answer.
///
/// ```
/// use minyi::stats::quality::{mode::contrasts, Group, Row};
/// let county: Vec<Row> = (0..400_u32)
///     .map(|k| Row {
///         stratum: 0,
///         unit: k / 2 % 20,
///         weight: 1.0,
///         group: if k % 2 == 0 { Group::A } else { Group::B },
///         hit: k % 5 > 0,
///     })
///     .collect();
/// let found = contrasts(&[&county, &county[..40]]);
/// assert!(found[0].unwrap().p_adjusted > 0.5 && found[1].is_err());
/// ```
#[must_use]
pub fn contrasts(counties: &[&[Row]]) -> Vec<Result<Mode, Unfit>> {
    let found: Vec<Result<Difference, Unfit>> =
        counties.iter().map(|rows| Difference::of(rows)).collect();
    let p: Vec<f64> = found
        .iter()
        .map(|one| one.map_or(f64::NAN, |difference| difference.p_two_sided()))
        .collect();
    found
        .iter()
        .zip(holm(&p))
        .map(|(one, p_adjusted)| {
            one.map(|difference| Mode {
                p: difference.p_two_sided(),
                p_adjusted,
                difference,
            })
        })
        .collect()
}
