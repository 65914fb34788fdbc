//! Design effects: how much the design and the weights cost against a simple random sample.
//!
//! Pure formulas. Source: Kish, *Survey Sampling*, 1965, §8.2; the conventions are those of R's
//! `svymean(deff = TRUE)` and `deff = "replace"`.

/// What an element variance needs, over the rows of a domain with a value and a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Units.
    pub n: f64,
    /// Sum of weights.
    pub sum_weights: f64,
    /// Σ w (y − m)² / Σ w with the weighted mean m.
    pub variance: f64,
}

/// Design effects against sampling without and with replacement; `NaN` where none exists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignEffects {
    /// Against simple random sampling without replacement.
    pub without_replacement: f64,
    /// Against simple random sampling with replacement.
    pub with_replacement: f64,
}

impl Spread {
    /// Design effects of a mean with this variance.
    ///
    /// ```
    /// use minyi::stats::effect::Spread;
    /// let spread = Spread { n: 100.0, sum_weights: 1000.0, variance: 0.2475 };
    /// assert!((spread.of_mean(0.005).with_replacement - 2.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn of_mean(&self, variance: f64) -> DesignEffects {
        let (n, population) = (self.n, self.sum_weights);
        let element = n / (n - 1.0) * self.variance;
        let without = element * (population - n) / (population * n);
        DesignEffects {
            without_replacement: if population < n {
                f64::NAN
            } else {
                existing(variance / without)
            },
            with_replacement: existing(variance / (element / n)),
        }
    }

    /// Design effects of a total with this variance.
    ///
    /// ```
    /// use minyi::stats::effect::Spread;
    /// let spread = Spread { n: 100.0, sum_weights: 1000.0, variance: 0.2475 };
    /// assert!((spread.of_total(5000.0).with_replacement - 2.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn of_total(&self, variance: f64) -> DesignEffects {
        let (n, population) = (self.n, self.sum_weights);
        let element = n / (n - 1.0) * self.variance * population * population;
        DesignEffects {
            without_replacement: existing(
                variance / (element * (population - n) / (population * n)),
            ),
            with_replacement: existing(variance / (element / n)),
        }
    }
}

fn existing(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}
