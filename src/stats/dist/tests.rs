//! Golden values of R 4.2.2 (`golden.R` writes `golden.csv`), identities and limits.

use super::*;
use proptest::prelude::*;

/// Largest relative difference allowed: the promise of the module header.
const RELATIVE: f64 = 1e-12;

fn ours(function: &str, x: f64, a: f64, b: f64) -> f64 {
    match function {
        "normal_quantile" => normal_quantile(x),
        "normal_cdf" => normal_cdf(x),
        "t_quantile" => t_quantile(x, a),
        "t_cdf" => t_cdf(x, a),
        "chi_square_quantile" => chi_square_quantile(x, a),
        "chi_square_sf" => chi_square_sf(x, a),
        "f_sf" => f_sf(x, a, b),
        "f_quantile" => f_quantile(x, a, b),
        "beta_quantile" => beta_quantile(x, a, b),
        "beta_cdf" => beta_cdf(x, a, b),
        "binomial_cdf" => binomial_cdf(x, a, b),
        "binomial_pmf" => binomial_pmf(x, a, b),
        "binomial_quantile" => binomial_quantile(x, a, b),
        other => panic!("no function {other}"),
    }
}

#[test]
fn every_golden_value_of_r_is_reproduced_to_twelve_digits() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for line in include_str!("golden.csv").lines().skip(1) {
        let (function, rest) = line.split_once(',').unwrap();
        let numbers: Vec<f64> = rest
            .split(',')
            .map(|field| field.parse().unwrap())
            .collect();
        let [x, a, b, want] = numbers[..] else {
            panic!("four numbers in {line}")
        };
        let got = ours(function, x, a, b);
        compared += 1;
        let allowed = RELATIVE * want.abs() + 1e-300;
        if (got - want).abs() > allowed || got.is_nan() {
            wrong.push(format!("{line} got {got:e}, off {:e}", (got - want) / want));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(compared >= 1500, "only {compared} golden values were read");
}

#[test]
fn outside_the_domain_the_answer_is_nan() {
    for value in [
        normal_quantile(-0.1),
        normal_quantile(f64::NAN),
        t_quantile(0.5, 0.0),
        t_quantile(1.1, 5.0),
        t_cdf(0.0, -1.0),
        t_cdf(f64::NAN, 3.0),
        beta_quantile(0.5, 0.0, 1.0),
        beta_quantile(0.5, 1.0, f64::NAN),
        beta_cdf(f64::NAN, 1.0, 1.0),
        chi_square_quantile(0.5, 0.0),
        chi_square_sf(1.0, -1.0),
        f_quantile(0.5, 0.0, 3.0),
        f_sf(1.0, 3.0, f64::NAN),
        binomial_cdf(1.0, 3.0, 1.5),
        binomial_quantile(f64::NAN, 3.0, 0.5),
        logit(1.5),
    ] {
        assert!(value.is_nan(), "{value}");
    }
}

#[test]
fn the_ends_of_the_range_are_the_limits() {
    for (got, want) in [
        (normal_quantile(0.0), f64::NEG_INFINITY),
        (normal_quantile(1.0), f64::INFINITY),
        (t_quantile(0.0, 4.0), f64::NEG_INFINITY),
        (t_quantile(1.0, 4.0), f64::INFINITY),
        (t_cdf(f64::INFINITY, 4.0), 1.0),
        (t_cdf(f64::NEG_INFINITY, 4.0), 0.0),
        (t_quantile(0.3, f64::INFINITY), normal_quantile(0.3)),
        (t_cdf(0.3, f64::INFINITY), normal_cdf(0.3)),
        (beta_quantile(0.0, 2.0, 3.0), 0.0),
        (beta_quantile(1.0, 2.0, 3.0), 1.0),
        (chi_square_quantile(0.0, 3.0), 0.0),
        (chi_square_quantile(1.0, 3.0), f64::INFINITY),
        (binomial_cdf(-1.0, 5.0, 0.5), 0.0),
        (binomial_cdf(5.0, 5.0, 0.5), 1.0),
        (binomial_pmf(0.0, 5.0, 0.0), 1.0),
        (binomial_pmf(5.0, 5.0, 1.0), 1.0),
        (binomial_quantile(0.0, 5.0, 0.5), 0.0),
        (binomial_quantile(1.0, 5.0, 0.5), 5.0),
        (logit(0.0), f64::NEG_INFINITY),
        (expit(f64::NEG_INFINITY), 0.0),
        (expit(f64::INFINITY), 1.0),
    ] {
        assert_eq!(got.to_bits(), f64::to_bits(want), "{got} for {want}");
    }
}

#[test]
fn t_with_one_and_two_degrees_of_freedom_has_its_closed_form() {
    for p in [0.001, 0.025, 0.2, 0.45, 0.7, 0.95, 0.9999] {
        let cauchy = (std::f64::consts::PI * (p - 0.5)).tan();
        assert!((t_quantile(p, 1.0) - cauchy).abs() < 1e-11 * cauchy.abs());
        let two = (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt();
        assert!((t_quantile(p, 2.0) - two).abs() < 1e-12 * two.abs());
    }
}

#[test]
fn f_with_two_numerator_degrees_of_freedom_has_its_closed_form() {
    for d2 in [3.0, 20.0, 4000.0, 1e5] {
        for p in [0.025_f64, 0.5, 0.95, 0.99] {
            // P(F > x) = (1 + 2x/d₂)^(−d₂/2)
            let exact = 0.5 * d2 * (-2.0 / d2 * (-p).ln_1p()).exp_m1();
            assert!(
                (f_quantile(p, 2.0, d2) - exact).abs() < RELATIVE * exact,
                "{p} {d2}"
            );
        }
    }
}

#[test]
fn the_two_ways_to_t_agree_where_one_takes_over_from_the_other() {
    for p in [1e-9, 0.005, 0.025, 0.3, 0.95, 0.9999] {
        let (exact, series) = (t_quantile(p, T_IS_NEARLY_NORMAL), {
            t_of_normal_deviate(normal_quantile(p), T_IS_NEARLY_NORMAL)
        });
        assert!(
            (exact - series).abs() < 1e-12 * exact.abs(),
            "{p}: {exact} {series}"
        );
    }
}

#[test]
fn binomial_probabilities_sum_to_the_distribution_function() {
    for (n, p) in [(30.0, 0.1), (800.0, 0.9), (533.0, 0.91)] {
        let mut sum = 0.0;
        let mut k = 0.0;
        while k <= n {
            sum += binomial_pmf(k, n, p);
            assert!((sum - binomial_cdf(k, n, p)).abs() < 1e-12);
            k += 1.0;
        }
    }
}

proptest! {
    #[test]
    fn a_quantile_undoes_its_distribution_function(
        p in 1e-6..0.999_999_f64, a in 0.2..3000.0_f64, b in 0.2..3000.0_f64,
    ) {
        prop_assert!((beta_cdf(beta_quantile(p, a, b), a, b) - p).abs() < 1e-9);
        prop_assert!((t_cdf(t_quantile(p, a), a) - p).abs() < 1e-11);
        prop_assert!((f_cdf(f_quantile(p, a, b), a, b) - p).abs() < 1e-11);
        prop_assert!((chi_square_cdf(chi_square_quantile(p, a), a) - p).abs() < 1e-11);
        prop_assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-14);
        prop_assert!((expit(logit(p)) - p).abs() < 1e-15);
    }

    #[test]
    fn both_tails_sum_to_one_and_mirror(x in 0.0..1.0_f64, a in 0.1..5000.0_f64, b in 0.1..5000.0_f64) {
        prop_assert!((beta_cdf(x, a, b) + beta_sf(x, a, b) - 1.0).abs() < 1e-15);
        let y = 1.0 - x;
        let (lower, _) = incomplete_beta::beta_tails(x, y, a, b);
        let (_, upper) = incomplete_beta::beta_tails(y, x, b, a);
        prop_assert!((lower - upper).abs() < 1e-13);
    }
}

#[test]
fn parameters_that_are_none_give_no_number_and_impossible_counts_zero() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    for (a, b) in [
        (0.0, 1.0),
        (1.0, 0.0),
        (-1.0, 2.0),
        (inf, 1.0),
        (1.0, inf),
        (nan, 1.0),
    ] {
        let (lower, upper) = incomplete_beta::beta_tails(0.3, 0.7, a, b);
        assert!(lower.is_nan() && upper.is_nan(), "{a} {b}");
    }
    for (k, n, p) in [
        (1.0, 3.0, -0.1),
        (1.0, 3.0, 1.1),
        (1.0, 3.0, nan),
        (1.0, nan, 0.5),
        (1.0, -1.0, 0.5),
        (nan, 3.0, 0.5),
    ] {
        for given in [binomial_pmf, binomial_cdf, binomial_sf] {
            assert!(given(k, n, p).is_nan(), "{k} {n} {p}");
        }
    }
    let zero = |x: f64| x.to_bits() == 0.0_f64.to_bits();
    let one = |x: f64| x.to_bits() == 1.0_f64.to_bits();
    for p in [0.0, 1.0] {
        assert!(zero(binomial_pmf(1.0, 3.0, p)) && zero(binomial_pmf(2.0, 3.0, p)));
        assert!(zero(binomial_cdf(-1.0, 3.0, p)) && one(binomial_sf(-1.0, 3.0, p)));
    }
    assert!(one(binomial_pmf(0.0, 3.0, 0.0)) && one(binomial_pmf(3.0, 3.0, 1.0)));
    for k in [-1.0, 4.0, 1.5] {
        assert!(zero(binomial_pmf(k, 3.0, 0.4)), "{k}");
    }
    assert!((binomial_cdf(0.0, 3.0, 0.4) - 0.216).abs() < 1e-15);
}
