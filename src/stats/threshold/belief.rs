//! What a figure leaves open, as a distribution from which possible true values are drawn.
//!
//! Each distribution is the one that the figure's own interval inverts, so that a drawn value lies
//! below the one-sided bound as often as the bound promises: where the interval is `xlogit`, the log
//! odds are `logit p + t · √V / (p (1 − p))`; where it is `beta` or Clopper–Pearson at `n*`, the value
//! is `Beta(n* p + ½, n* (1 − p) + ½)`, which lies between the two beta distributions whose quantiles
//! are the ends of that interval (Jeffreys's prior: Brown, Cai and `DasGupta`, Statistical Science 16
//! (2001), 101–133). A change is `D + t · √V`. Read as a confidence distribution (Xie and Singh,
//! International Statistical Review 81 (2013), 3–39), not as a prior opinion about a county.

use super::{BOUND_LEVEL, Change, Figure, FigureMethod};
use crate::stats::dist::{beta_sf, expit, logit, t_cdf};
use crate::stats::interval::korn_graubard_n;
use crate::stats::rng::{Stream, beta, normal, t_factor};

/// The distribution of the values that a figure leaves open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Belief {
    /// t on the log odds.
    LogOdds {
        /// The estimate's log odds.
        center: f64,
        /// Their standard error.
        scale: f64,
        /// Degrees of freedom.
        df: f64,
    },
    /// Beta.
    Beta {
        /// Approvals and a half.
        yes: f64,
        /// Others and a half.
        no: f64,
    },
    /// t on the difference of two waves.
    Difference {
        /// The estimate.
        center: f64,
        /// Its standard error.
        scale: f64,
        /// Degrees of freedom.
        df: f64,
    },
}

impl Figure {
    /// The values that this figure leaves open; `None` where its interval says nothing at all.
    ///
    /// ```
    /// use minyi::stats::rng::stream;
    /// use minyi::stats::threshold::Figure;
    /// let figure = Figure { p: 0.93, variance: 0.000_12, n: 812, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// let value = figure.belief().unwrap().draw(&mut stream(&[0; 32], "doc"));
    /// assert!((0.0..=1.0).contains(&value));
    /// ```
    #[must_use]
    pub fn belief(&self) -> Option<Belief> {
        let p = self.p;
        let size = match self.interval(BOUND_LEVEL).method {
            FigureMethod::Vacuous => return None,
            FigureMethod::Xlogit => {
                return Some(Belief::LogOdds {
                    center: logit(p),
                    scale: self.variance.sqrt() / (p * (1.0 - p)),
                    df: self.df,
                });
            }
            FigureMethod::Beta => korn_graubard_n(&self.input(BOUND_LEVEL))?.min(self.answers()),
            FigureMethod::ClopperPearson => self.fallback_n(),
        };
        Some(Belief::Beta {
            yes: size * p + 0.5,
            no: size * (1.0 - p) + 0.5,
        })
    }
}

impl Change {
    /// The differences that this change leaves open.
    ///
    /// ```
    /// use minyi::stats::rng::stream;
    /// use minyi::stats::threshold::Change;
    /// let change = Change { difference: 0.04, variance: 0.0, df: 36.0 };
    /// assert_eq!(change.belief().draw(&mut stream(&[0; 32], "doc")), 0.04);
    /// ```
    #[must_use]
    pub fn belief(&self) -> Belief {
        Belief::Difference {
            center: self.difference,
            scale: self.variance.max(0.0).sqrt(),
            df: self.df,
        }
    }
}

impl Belief {
    /// How probable it is that the true value is above this one.
    ///
    /// ```
    /// use minyi::stats::threshold::Belief;
    /// let belief = Belief::Difference { center: 0.04, scale: 0.02, df: f64::INFINITY };
    /// assert!((belief.exceeds(0.0) - 0.977_249_868_051_820_8).abs() < 1e-14);
    /// ```
    #[must_use]
    pub fn exceeds(&self, value: f64) -> f64 {
        match *self {
            Self::LogOdds { center, scale, df } => t_cdf((center - logit(value)) / scale, df),
            Self::Beta { yes, no } => beta_sf(value, yes, no),
            Self::Difference { center, scale, .. } if scale <= 0.0 => {
                f64::from(u8::from(center > value))
            }
            Self::Difference { center, scale, df } => t_cdf((center - value) / scale, df),
        }
    }

    /// One possible true value.
    ///
    /// ```
    /// use minyi::stats::rng::stream;
    /// use minyi::stats::threshold::Belief;
    /// let certain = Belief::Difference { center: 0.04, scale: 0.0, df: 36.0 };
    /// assert_eq!(certain.draw(&mut stream(&[0; 32], "doc")), 0.04);
    /// ```
    pub fn draw(&self, rng: &mut Stream) -> f64 {
        let deviate = match self {
            Self::Beta { .. } => 0.0,
            Self::LogOdds { .. } | Self::Difference { .. } => normal(rng),
        };
        self.at(deviate, rng)
    }

    /// One possible true value for this standard normal deviate, so that a level and a change that
    /// rest on the same answers can move together. A beta belief draws by itself.
    ///
    /// ```
    /// use minyi::stats::rng::stream;
    /// use minyi::stats::threshold::Belief;
    /// // One standard error up, with as many degrees of freedom as the normal has.
    /// let belief = Belief::Difference { center: 0.04, scale: 0.01, df: f64::INFINITY };
    /// assert!((belief.at(1.0, &mut stream(&[0; 32], "doc")) - 0.05).abs() < 1e-12);
    /// ```
    pub fn at(&self, deviate: f64, rng: &mut Stream) -> f64 {
        match *self {
            Self::LogOdds { center, scale, df } => {
                expit(center + scale * deviate * t_factor(rng, df))
            }
            Self::Beta { yes, no } => beta(rng, yes, no),
            Self::Difference { center, scale, df } => center + scale * deviate * t_factor(rng, df),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::stream;

    const DRAWS: u32 = 40_000;

    fn share_below(belief: Belief, value: f64, label: &str) -> f64 {
        let mut rng = stream(&[8; 32], label);
        let below = (0..DRAWS).filter(|_| belief.draw(&mut rng) < value).count();
        f64::from(u32::try_from(below).unwrap()) / f64::from(DRAWS)
    }

    fn figure(p: f64, n: u64) -> Figure {
        let size = f64::from(u32::try_from(n).unwrap());
        Figure {
            p,
            variance: p * (1.0 - p) * 1.5 / size,
            n,
            kish_n_eff: size / 1.2,
            df: 18.0,
            planned_deff: 1.5,
        }
    }

    #[test]
    fn a_value_lies_below_each_bound_as_often_as_the_bound_promises() {
        // Four standard errors of 40,000 draws at 5 %.
        let error = 4.0 * (0.05 * 0.95 / f64::from(DRAWS)).sqrt();
        let common = figure(0.9, 800);
        let (belief, bounds) = (common.belief().unwrap(), common.interval(BOUND_LEVEL));
        assert!(matches!(belief, Belief::LogOdds { .. }));
        assert!((share_below(belief, bounds.low, "low") - 0.05).abs() < error);
        assert!((share_below(belief, bounds.high, "high") - 0.95).abs() < error);
        let change = Change {
            difference: 0.03,
            variance: 1.2e-4,
            df: 36.0,
        };
        let (low, high) = change.interval(BOUND_LEVEL);
        assert!((share_below(change.belief(), low, "low") - 0.05).abs() < error);
        assert!((share_below(change.belief(), high, "high") - 0.95).abs() < error);
    }

    #[test]
    fn where_the_interval_is_exact_it_is_cautious_and_the_belief_lies_inside_it() {
        let error = 4.0 * (0.05 * 0.95 / f64::from(DRAWS)).sqrt();
        let alike = Figure {
            p: 1.0,
            variance: 0.0,
            ..figure(0.5, 600)
        };
        for found in [figure(0.985, 300), alike] {
            let (belief, bounds) = (found.belief().unwrap(), found.interval(BOUND_LEVEL));
            assert!(matches!(belief, Belief::Beta { .. }));
            let low = share_below(belief, bounds.low, "low");
            assert!(low < 0.05 + error && low > 0.005, "{low}");
            assert!(share_below(belief, bounds.high, "high") > 0.95 - error);
        }
    }

    #[test]
    fn values_are_drawn_above_a_line_as_often_as_the_closed_form_says() {
        let alike = Figure {
            p: 1.0,
            variance: 0.0,
            ..figure(0.5, 60)
        };
        let change = Change {
            difference: 0.03,
            variance: 4e-4,
            df: 9.0,
        };
        let level = figure(0.9, 800).belief().unwrap();
        for (label, belief, line) in [
            ("level", level, 0.89),
            ("beta", alike.belief().unwrap(), 0.98),
            ("change", change.belief(), 0.01),
        ] {
            let expected = belief.exceeds(line);
            assert!(expected > 0.2 && expected < 0.9, "{label}: {expected}");
            let error = 4.0 * (expected * (1.0 - expected) / f64::from(DRAWS)).sqrt();
            let found = 1.0 - share_below(belief, line, label);
            assert!((found - expected).abs() < error, "{label}: {found}");
        }
        let certain = Change {
            difference: 0.0,
            variance: 0.0,
            df: 9.0,
        };
        let certain = certain.belief();
        assert!(certain.exceeds(0.0) < 0.5 && certain.exceeds(-1e-9) > 0.5);
    }

    #[test]
    fn without_degrees_of_freedom_nothing_is_believed() {
        let none = Figure {
            df: 0.0,
            ..figure(0.9, 800)
        };
        assert_eq!(none.belief(), None);
    }
}
