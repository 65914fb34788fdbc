//! Change of a proportion between two waves, and the verdict "improved".
//!
//! `D = p(now) − p(base)`. Lower one-sided 95 % bound of `D` above `δ`: met; upper bound at or below
//! `δ`: not met; otherwise not decidable. Waves are drawn afresh, so the covariance is 0 and the
//! degrees of freedom are those of both designs together (as in one design with the wave as a
//! stratum: R's `svycontrast` on the stacked waves). Where a plan keeps its units, the variance and
//! the degrees of freedom come from a contrast of the stacked waves instead.

use super::{BOUND_LEVEL, Figure, Finding, Gates, Judgement, NotAssessable, Rule, TIE};
use crate::stats::dist::t_quantile;
use serde::{Deserialize, Serialize};

/// A difference between two waves.
///
/// ```
/// use minyi::stats::threshold::{Change, Finding};
/// let change = Change { difference: 0.04, variance: 0.0002, df: 36.0 };
/// assert_eq!(change.judge(0.0, None).finding, Finding::Met);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// This wave minus the base wave.
    pub difference: f64,
    /// Its design variance.
    pub variance: f64,
    /// Degrees of freedom of both designs together.
    pub df: f64,
}

/// A level so high that holding it counts as improvement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    /// The level.
    pub level: f64,
    /// One-sided 95 % lower bound of this wave's figure: the level counts only when it is shown.
    pub lower: f64,
}

impl Change {
    /// The change between two waves with separate samples.
    ///
    /// # Errors
    /// No base wave, a changed wording, or a wave that is itself not assessable (this wave's reason
    /// is named first).
    ///
    /// ```
    /// use minyi::stats::threshold::{Change, Figure, Gates};
    /// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// let before = Figure { p: 0.91, ..figure };
    /// let passed = Gates::passed();
    /// let change = Change::between((&figure, &passed), Some((&before, &passed)), true).unwrap();
    /// assert!((change.difference - 0.02).abs() < 1e-12 && change.df == 36.0);
    /// assert!((change.variance - 0.000_24).abs() < 1e-15);
    /// ```
    pub fn between(
        now: (&Figure, &Gates),
        base: Option<(&Figure, &Gates)>,
        same_wording: bool,
    ) -> Result<Self, NotAssessable> {
        let base = base.ok_or(NotAssessable::NoBaseWave)?;
        Self::comparable(now, base, same_wording)?;
        Ok(Self {
            difference: now.0.p - base.0.p,
            variance: variance_for_difference(now.0) + variance_for_difference(base.0),
            df: now.0.df + base.0.df,
        })
    }

    /// The change between two waves that keep their sampling units: the covariance of the two shares
    /// and the degrees of freedom are those of the stacked waves, with the wave as domain.
    ///
    /// # Errors
    /// As [`Change::between`].
    ///
    /// ```
    /// use minyi::stats::threshold::{Change, Figure, Gates};
    /// let wave = |p| Figure { p, variance: 2e-4, n: 800, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// let (now, base, gates) = (wave(0.85), wave(0.80), Gates::passed());
    /// let change = Change::overlapping((&now, &gates), (&base, &gates), true, 1.5e-4, 18.0).unwrap();
    /// assert!((change.variance - 1e-4).abs() < 1e-15);
    /// ```
    pub fn overlapping(
        now: (&Figure, &Gates),
        base: (&Figure, &Gates),
        same_wording: bool,
        covariance: f64,
        df: f64,
    ) -> Result<Self, NotAssessable> {
        Self::comparable(now, base, same_wording)?;
        let apart = variance_for_difference(now.0) + variance_for_difference(base.0);
        Ok(Self {
            difference: now.0.p - base.0.p,
            variance: (apart - 2.0 * covariance).max(0.0),
            df,
        })
    }

    fn comparable(
        now: (&Figure, &Gates),
        base: (&Figure, &Gates),
        same_wording: bool,
    ) -> Result<(), NotAssessable> {
        if !same_wording {
            return Err(NotAssessable::WordingChanged);
        }
        for (figure, gates) in [now, base] {
            if let Some(reason) = figure.obstacles(gates).first() {
                return Err(*reason);
            }
        }
        Ok(())
    }

    /// Two-sided t interval of the difference.
    ///
    /// ```
    /// use minyi::stats::threshold::Change;
    /// let change = Change { difference: 0.04, variance: 0.0001, df: f64::INFINITY };
    /// let (low, high) = change.interval(0.95);
    /// assert!((low - 0.020_400_36).abs() < 1e-7 && (high - 0.059_599_64).abs() < 1e-7);
    /// ```
    #[must_use]
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let half = t_quantile(1.0 - (1.0 - level) / 2.0, self.df) * self.variance.sqrt();
        if half.is_nan() {
            return (-1.0, 1.0);
        }
        (self.difference - half, self.difference + half)
    }

    /// The verdict: more than `delta` better, or at a level shown to be at the ceiling.
    ///
    /// ```
    /// use minyi::stats::threshold::{Change, Finding};
    /// let change = Change { difference: 0.01, variance: 0.0002, df: 36.0 };
    /// assert_eq!(change.judge(0.0, None).finding, Finding::NotDecidable);
    /// ```
    #[must_use]
    pub fn judge(&self, delta: f64, ceiling: Option<Ceiling>) -> Judgement {
        let (lower, upper) = self.interval(BOUND_LEVEL);
        let at_ceiling = ceiling.is_some_and(|c| c.lower >= c.level - TIE);
        let bound_finding = if at_ceiling || lower > delta + TIE {
            Finding::Met
        } else if upper <= delta + TIE {
            Finding::NotMet
        } else {
            Finding::NotDecidable
        };
        let point_finding = if at_ceiling || self.difference > delta + TIE {
            Finding::Met
        } else {
            Finding::NotMet
        };
        Judgement {
            finding: bound_finding,
            rule: Rule::LowerBound,
            bound_finding,
            point_finding,
            estimate: self.difference,
            lower,
            upper,
            threshold: delta,
        }
    }
}

/// The design variance; where it is zero because every answer was alike, the variance of two
/// approvals and two refusals more at `n*` (Agresti and Caffo, The American Statistician 54 (2000),
/// 280–288, add one of each per sample; two is the more cautious single-sample rule of Agresti and
/// Coull 1998). A sample without variation is not certainty.
pub(super) fn variance_for_difference(figure: &Figure) -> f64 {
    if !figure.input(BOUND_LEVEL).is_degenerate() {
        return figure.variance;
    }
    let n = figure.fallback_n();
    let p = (figure.p * n + 2.0) / (n + 4.0);
    p * (1.0 - p) / (n + 4.0)
}
