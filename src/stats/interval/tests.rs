//! Golden values of R's `svyciprop` (`golden.R` writes `golden.csv`), degenerate rules, invariants.

use super::*;
use proptest::prelude::*;

/// R reports 16 digits of an interval; its own `qbeta` and `qlogis` keep about 13 of them.
const RELATIVE: f64 = 1e-11;

fn method(name: &str) -> Method {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).unwrap()
}

fn input(p: f64, variance: f64) -> ProportionInput {
    ProportionInput {
        p,
        variance,
        df: 18.0,
        level: 0.95,
        n_rows: 800.0,
        degf: 18.0,
        kish_n_eff: 600.0,
    }
}

const ALL: [Method; 8] = [
    Method::Logit,
    Method::Xlogit,
    Method::Asin,
    Method::Beta,
    Method::Mean,
    Method::Wilson,
    Method::WilsonKish,
    Method::BetaKish,
];

#[test]
fn every_golden_interval_of_r_is_reproduced() {
    let mut compared = 0;
    for line in include_str!("golden.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let numbers: Vec<f64> = fields[1..]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let [p, variance, df, level, n_rows, degf, kish_n_eff, low, high] = numbers[..] else {
            panic!("nine numbers in {line}")
        };
        let input = ProportionInput {
            p,
            variance,
            df,
            level,
            n_rows,
            degf,
            kish_n_eff,
        };
        let got = interval(method(fields[0]), &input).unwrap();
        for (got, want) in [(got.low, low), (got.high, high)] {
            assert!(
                (got - want).abs() <= RELATIVE * want.abs().max(1e-2),
                "{line}: {got}"
            );
        }
        compared += 1;
    }
    assert!(compared >= 700, "only {compared} intervals were read");
}

#[test]
fn a_proportion_of_zero_or_one_has_only_the_intervals_that_exist_there() {
    for p in [0.0, 1.0] {
        let input = input(p, 0.0);
        for none in [Method::Logit, Method::Xlogit, Method::Beta, Method::Wilson] {
            assert_eq!(interval(none, &input), None, "{none:?}");
        }
        for point in [Method::Asin, Method::Mean] {
            assert_eq!(interval(point, &input), Some(Interval { low: p, high: p }));
        }
        let kish = interval(Method::BetaKish, &input).unwrap();
        // 0.025 = (bound)^600 at p = 1, and mirrored at p = 0
        let inner = 0.025_f64.powf(1.0 / 600.0);
        let want = if p > 0.5 {
            (inner, 1.0)
        } else {
            (0.0, 1.0 - inner)
        };
        assert!((kish.low - want.0).abs() < 1e-14 && (kish.high - want.1).abs() < 1e-14);
        let wilson = interval(Method::WilsonKish, &input).unwrap();
        let q2 = t_quantile(0.975, 18.0).powi(2);
        let edge = q2 / 600.0 / (1.0 + q2 / 600.0);
        let width = wilson.high - wilson.low;
        assert!((width - edge).abs() < 1e-14);
    }
}

#[test]
fn without_degrees_of_freedom_there_is_no_interval() {
    for df in [0.0, -1.0, f64::NAN] {
        for method in ALL {
            let input = ProportionInput {
                df,
                degf: df,
                ..input(0.9, 1e-4)
            };
            assert_eq!(interval(method, &input), None, "{method:?} at df {df}");
        }
    }
    let one_row = ProportionInput {
        n_rows: 1.0,
        ..input(0.9, 1e-4)
    };
    assert_eq!(interval(Method::Beta, &one_row), None);
}

#[test]
fn unusable_levels_and_sizes_have_no_interval() {
    for level in [0.0, 1.0, -0.3, f64::NAN] {
        let input = ProportionInput {
            level,
            ..input(0.9, 1e-4)
        };
        assert_eq!(interval(Method::Xlogit, &input), None);
        assert_eq!(clopper_pearson(0.5, 10.0, level), None);
    }
    for n in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(clopper_pearson(0.5, n, 0.95), None);
    }
    assert_eq!(one_sided(Method::Mean, &input(0.9, 1e-4), 0.5), None);
    assert_eq!(clopper_pearson(1.2, 10.0, 0.95), None);
}

#[test]
fn with_a_simple_random_sample_beta_is_clopper_pearson() {
    // R: binom.test(712, 800)$conf.int
    let exact = clopper_pearson(0.89, 800.0, 0.95).unwrap();
    assert!((exact.low - 0.866_239_694_485_954_6).abs() < 1e-12);
    assert!((exact.high - 0.910_837_586_989_983).abs() < 1e-12);
    let srs = ProportionInput {
        degf: 799.0,
        ..input(0.89, 0.89 * 0.11 / 800.0)
    };
    let beta = interval(Method::Beta, &srs).unwrap();
    assert!((beta.low - exact.low).abs() < 1e-13 && (beta.high - exact.high).abs() < 1e-13);
}

proptest! {
    #[test]
    fn intervals_hold_the_estimate_mirror_and_grow_with_the_level(
        p in 0.01..0.99_f64, n in 40.0..5000.0_f64, df in 2.0..400.0_f64,
    ) {
        for method in ALL {
            let narrow = ProportionInput {
                df, degf: df, level: 0.9, kish_n_eff: n, ..input(p, p * (1.0 - p) / n)
            };
            let a = interval(method, &narrow).unwrap();
            let fold = method == Method::Asin;
            prop_assert!(fold || (a.low <= p && p <= a.high), "{method:?} {a:?}");
            let wide = ProportionInput { level: 0.95, ..narrow };
            let b = interval(method, &wide).unwrap();
            prop_assert!(fold || (b.low <= a.low && b.high >= a.high), "{method:?}");
            let other = ProportionInput { p: 1.0 - p, ..narrow };
            let mirrored = interval(method, &other).unwrap();
            prop_assert!((mirrored.low - (1.0 - a.high)).abs() < 1e-11, "{method:?}");
            if !matches!(method, Method::Mean) {
                prop_assert!(a.low >= 0.0 && a.high <= 1.0);
            }
        }
    }
}

#[test]
fn the_likelihood_interval_ends_where_the_scaled_likelihood_ratio_is_the_squared_quantile() {
    for (p, variance) in [(0.014, 2.2e-5), (0.3, 4e-4), (0.5, 1e-3), (0.93, 1e-4)] {
        let input = ProportionInput {
            p,
            variance,
            df: 20.0,
            level: 0.95,
            n_rows: f64::NAN,
            degf: f64::NAN,
            kish_n_eff: f64::NAN,
        };
        let found = interval(Method::Likelihood, &input).unwrap();
        let n = p * (1.0 - p) / variance;
        let q = t_quantile(0.975, 20.0);
        for end in [found.low, found.high] {
            let ratio = p * (p / end).ln() + (1.0 - p) * ((1.0 - p) / (1.0 - end)).ln();
            assert!((2.0 * n * ratio - q * q).abs() < 1e-9 * q * q, "{p}: {end}");
        }
        assert!(found.low < p && p < found.high && found.low > 0.0 && found.high < 1.0);
        let other = ProportionInput {
            p: 1.0 - p,
            ..input
        };
        let mirrored = interval(Method::Likelihood, &other).unwrap();
        assert!((mirrored.low - (1.0 - found.high)).abs() < 1e-12);
    }
}
