//! Several waves together: the unweighted mean of their proportions, each year counting alike.
//!
//! `p = Σ p_i / k`, `V = Σ V_i / k²` (the waves are drawn afresh, so they have no covariance), degrees of freedom those of the
//! stacked designs. Kish's effective size is that of the stacked weights when each wave's weights sum to 1. Sources: Kish,
//! "Cumulating/combining population surveys", *Survey Methodology* 25 (1999), 129–138; R: `svycontrast(svyby(…), rep(1/k, k))`.
//!
//! Three figures that are each not decidable can together be: the standard error falls with the root of k.

use super::Figure;
use super::change::variance_for_difference;

impl Figure {
    /// The mean of these figures of separate samples; `None` for none, or where one has no answers.
    ///
    /// Where every answer of one wave was alike, its variance is that of [`super::Change`]; where all of all were alike, the
    /// mean has no variance either, and the interval is Clopper and Pearson's.
    ///
    /// ```
    /// use minyi::stats::threshold::{Figure, Finding, Gates, Rule};
    /// let year = Figure { p: 0.915, variance: 1.5e-4, n: 800, kish_n_eff: 700.0, df: 18.0, planned_deff: 1.5 };
    /// let judged = |figure: &Figure| figure.judge(0.90, Rule::LowerBound, &Gates::passed()).finding;
    /// let three = Figure::mean_of_waves(&[year, year, year]).unwrap();
    /// assert_eq!((judged(&year), judged(&three)), (Finding::NotDecidable, Finding::Met));
    /// assert!((three.variance - 5e-5).abs() < 1e-15 && three.n == 2400 && three.df == 54.0);
    /// ```
    #[must_use]
    pub fn mean_of_waves(waves: &[Self]) -> Option<Self> {
        if waves.is_empty() || waves.iter().any(|wave| wave.n == 0) {
            return None;
        }
        let k: f64 = waves.iter().map(|_| 1.0).sum();
        let p = waves.iter().map(|wave| wave.p).sum::<f64>() / k;
        let is_certain = p <= 0.0 || p >= 1.0;
        let variances = waves.iter().map(variance_for_difference);
        let variance = if is_certain {
            0.0
        } else {
            variances.sum::<f64>() / (k * k)
        };
        let n = waves.iter().map(|wave| wave.n).sum();
        // An effective size in which each wave has the share 1/k of the weight.
        let together = |size: &dyn Fn(&Self) -> f64| {
            k * k / waves.iter().map(|wave| 1.0 / size(wave)).sum::<f64>()
        };
        let planned = |wave: &Self| {
            let deff = if wave.planned_deff > 0.0 {
                wave.planned_deff
            } else {
                1.0
            };
            wave.answers() / deff
        };
        let mut found = Self {
            p,
            variance,
            n,
            kish_n_eff: together(&|wave| wave.kish_n_eff),
            df: waves.iter().map(|wave| wave.df).sum(),
            planned_deff: 1.0,
        };
        found.planned_deff = found.answers() / together(&planned);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::stats::threshold::{BOUND_LEVEL, FigureMethod};

    fn golden() -> BTreeMap<&'static str, f64> {
        include_str!("pooled/golden.csv")
            .lines()
            .skip(1)
            .map(|line| line.split_once(',').unwrap())
            .map(|(name, value)| (name, value.parse().unwrap()))
            .collect()
    }

    fn close(found: f64, wanted: f64) {
        assert!(
            (found - wanted).abs() <= 1e-10 * wanted.abs(),
            "{found} {wanted}"
        );
    }

    #[test]
    fn three_waves_together_are_those_of_r() {
        let r = golden();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let wave = |i: usize| {
            let of = |name: &str| r[format!("{name}{i}").as_str()];
            Figure {
                p: of("p"),
                variance: of("v"),
                n: of("n") as u64,
                kish_n_eff: of("kish"),
                df: of("df"),
                planned_deff: 1.5,
            }
        };
        let waves = [wave(0), wave(1), wave(2)];
        assert!(waves[1].n < waves[0].n, "the waves differ in size");
        let found = Figure::mean_of_waves(&waves).unwrap();
        close(found.p, r["p"]);
        close(found.p, r["stacked_p"]);
        close(found.variance, r["v"]);
        close(found.df, r["df"]);
        close(found.kish_n_eff, r["kish"]);
        close(found.answers(), r["n"]);
        let bounds = found.interval(BOUND_LEVEL);
        assert_eq!(bounds.method, FigureMethod::Xlogit);
        close(bounds.low, r["low90"]);
        close(bounds.high, r["high90"]);
    }

    #[test]
    fn a_mean_of_one_wave_is_that_wave() {
        let one = Figure {
            p: 0.93,
            variance: 1.2e-4,
            n: 812,
            kish_n_eff: 700.0,
            df: 18.0,
            planned_deff: 1.5,
        };
        let found = Figure::mean_of_waves(&[one]).unwrap();
        close(found.p, one.p);
        close(found.variance, one.variance);
        close(found.kish_n_eff, one.kish_n_eff);
        close(found.planned_deff, one.planned_deff);
        assert_eq!((found.n, found.df), (one.n, one.df));
    }

    #[test]
    fn all_alike_is_no_certainty_and_no_answers_are_no_figure() {
        let all = Figure {
            p: 1.0,
            variance: 0.0,
            n: 150,
            kish_n_eff: 120.0,
            df: 18.0,
            planned_deff: 1.5,
        };
        let three = Figure::mean_of_waves(&[all, all, all]).unwrap();
        let bounds = three.interval(BOUND_LEVEL);
        assert_eq!(bounds.method, FigureMethod::ClopperPearson);
        // n* = 3 · 150/1.5 = 300 approvals of 300: the bound is 0.05^(1/300).
        close(bounds.low, 0.05_f64.powf(1.0 / 300.0));
        let some = Figure {
            p: 0.9,
            variance: 6e-4,
            ..all
        };
        let mixed = Figure::mean_of_waves(&[all, some]).unwrap();
        assert!(
            mixed.variance > some.variance / 4.0,
            "a wave without variation is not certain"
        );
        assert!(Figure::mean_of_waves(&[some, Figure { n: 0, ..all }]).is_none());
        assert!(Figure::mean_of_waves(&[]).is_none());
    }
}
