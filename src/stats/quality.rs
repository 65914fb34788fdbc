//! Quality measures that work without identities: signs of coaching, of a mode effect and of copied
//! forms, computed from answers, weights and variance units alone.
//!
//! They are flags, never silent deletion: each says how surprising a county's answers would be if
//! nothing were wrong, names no answer, and changes no figure. A small p value is a reason to look, not
//! a proof; a large one proves nothing either.
//!
//! Shared here: the difference of two weighted shares under the design. For groups A and B with
//! weights `W_A`, `W_B` and shares `p_A`, `p_B`, row j has the influence value
//! `z_j = w_j [1_A (y_j − p_A)/W_A − 1_B (y_j − p_B)/W_B]`; the variance is that of a total with
//! replacement, `Σ_h n_h/(n_h − 1) Σ_i (z_hi − z̄_h)²` over the units i of the strata h, so the covariance
//! of the two shares is in it. Source: Binder, International Statistical Review 51 (1983), 279–292;
//! Lumley, *Complex Surveys*, 2010, §2.3. R: `svycontrast` on `svyby(…, covmat = TRUE)`, or
//! `svyttest`. Limit: weights are taken as given; what calibration would take off the variance is left
//! in it, which makes the tests a little cautious.

pub mod analysis;
pub mod direction;
pub mod duplicates;
pub mod mode;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dist::t_cdf;
use super::num;

/// Fewest answers of a group that is compared.
pub const FEWEST: u64 = 30;

/// Which of two groups a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The group that is subtracted from.
    A,
    /// The group that is subtracted.
    B,
    /// Neither: the row only tells that its unit is in the sample.
    Neither,
}

/// One answer as the contrasts read it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Number of the stratum.
    pub stratum: u32,
    /// Number of the variance unit, unique within the stratum.
    pub unit: u32,
    /// Final weight.
    pub weight: f64,
    /// The group.
    pub group: Group,
    /// Whether the answer is the one whose share is compared.
    pub hit: bool,
}

/// Why a measure cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// A group has fewer than [`FEWEST`] answers.
    TooFew,
    /// A stratum has a single unit, or all answers are in one.
    OneUnit,
    /// Everybody says the same.
    NothingVaries,
}

impl Unfit {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::TooFew, Self::OneUnit, Self::NothingVaries];

    /// Its word in results.
    ///
    /// ```
    /// use minyi::stats::quality::Unfit;
    /// assert_eq!(Unfit::TooFew.as_str(), "too_few");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::OneUnit => "one_unit",
            Self::NothingVaries => "nothing_varies",
        }
    }
}

/// The difference of two shares under the design.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Answers of A.
    pub n_a: u64,
    /// Answers of B.
    pub n_b: u64,
    /// Share of A.
    pub share_a: f64,
    /// Share of B.
    pub share_b: f64,
    /// A minus B.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Units less strata.
    pub df: f64,
}

impl Difference {
    /// The difference between the groups of `rows`, unless a group has fewer than [`FEWEST`] answers, a
    /// stratum a single unit, or nothing varies.
    ///
    /// ```
    /// use minyi::stats::quality::{Difference, Group, Row};
    /// let rows: Vec<Row> = (0..400_u32)
    ///     .map(|k| Row {
    ///         stratum: 0,
    ///         unit: k % 20,
    ///         weight: 1.0,
    ///         group: if k % 2 == 0 { Group::A } else { Group::B },
    ///         hit: k % 3 == 0,
    ///     })
    ///     .collect();
    /// let found = Difference::of(&rows).unwrap();
    /// assert_eq!((found.n_a, found.n_b, found.df), (200, 200, 19.0));
    /// ```
    pub fn of(rows: &[Row]) -> Result<Self, Unfit> {
        let (a, b) = (Side::of(rows, Group::A)?, Side::of(rows, Group::B)?);
        let mut strata: BTreeMap<u32, BTreeMap<u32, f64>> = BTreeMap::new();
        for row in rows {
            let influence = match row.group {
                Group::A => a.influence(row),
                Group::B => -b.influence(row),
                Group::Neither => 0.0,
            };
            let units = strata.entry(row.stratum).or_default();
            *units.entry(row.unit).or_default() += influence;
        }
        let (mut variance, mut df) = (0.0, 0.0);
        for units in strata.values() {
            let n = num::real(units.len());
            if units.len() < 2 {
                return Err(Unfit::OneUnit);
            }
            let mean = units.values().sum::<f64>() / n;
            let squares: f64 = units.values().map(|z| (z - mean).powi(2)).sum();
            variance += n / (n - 1.0) * squares;
            df += n - 1.0;
        }
        if variance <= 0.0 {
            return Err(Unfit::NothingVaries);
        }
        Ok(Self {
            n_a: a.n,
            n_b: b.n,
            share_a: a.share,
            share_b: b.share,
            difference: a.share - b.share,
            standard_error: variance.sqrt(),
            df,
        })
    }

    /// The difference over its standard error.
    ///
    /// ```
    /// use minyi::stats::quality::Difference;
    /// let found = Difference {
    ///     n_a: 300, n_b: 200, share_a: 0.62, share_b: 0.54, difference: 0.08, standard_error: 0.04, df: f64::INFINITY,
    /// };
    /// assert!((found.t() - 2.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn t(&self) -> f64 {
        self.difference / self.standard_error
    }

    /// How probable so large a difference in either direction is without any.
    ///
    /// ```
    /// use minyi::stats::quality::Difference;
    /// let found = Difference {
    ///     n_a: 300, n_b: 200, share_a: 0.62, share_b: 0.54, difference: 0.08, standard_error: 0.04, df: f64::INFINITY,
    /// };
    /// assert!((found.p_two_sided() - 0.045_500_26).abs() < 1e-7);
    /// ```
    #[must_use]
    pub fn p_two_sided(&self) -> f64 {
        super::dist::t_two_sided(self.t(), self.df)
    }

    /// How probable so large a difference in favor of A is without any.
    ///
    /// ```
    /// use minyi::stats::quality::Difference;
    /// let found = Difference {
    ///     n_a: 300, n_b: 200, share_a: 0.62, share_b: 0.54, difference: 0.08, standard_error: 0.04, df: f64::INFINITY,
    /// };
    /// assert!((found.p_one_sided() - 0.022_750_13).abs() < 1e-7);
    /// ```
    #[must_use]
    pub fn p_one_sided(&self) -> f64 {
        t_cdf(-self.t(), self.df)
    }
}

/// One group's share.
struct Side {
    n: u64,
    weight: f64,
    share: f64,
}

impl Side {
    fn of(rows: &[Row], group: Group) -> Result<Self, Unfit> {
        let own = || rows.iter().filter(|row| row.group == group);
        let n = own().count() as u64;
        let weight: f64 = own().map(|row| row.weight).sum();
        let hits: f64 = own().filter(|row| row.hit).map(|row| row.weight).sum();
        if n < FEWEST || weight <= 0.0 {
            return Err(Unfit::TooFew);
        }
        Ok(Self {
            n,
            weight,
            share: hits / weight,
        })
    }

    fn influence(&self, row: &Row) -> f64 {
        row.weight * (f64::from(u8::from(row.hit)) - self.share) / self.weight
    }
}

#[cfg(test)]
mod tests;
