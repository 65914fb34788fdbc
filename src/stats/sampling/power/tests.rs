//! Published tables of sizes and verdict probabilities, and simulations of both.

use super::*;
use crate::stats::rng::{stream, uniform};
use crate::stats::threshold::{Gates, Rule};

fn claim(truth: f64, confidence: f64, deff: f64) -> Claim {
    Claim {
        truth,
        threshold: 0.9,
        confidence,
        power: 0.8,
        deff,
        response_rate: 1.0,
        population: None,
    }
}

#[test]
fn the_table_of_sizes_that_show_ninety_percent() {
    // Normal, one-sided 5 %: simple random sample, × 1.5, × 2.
    for (truth, plain, half, double) in [
        (0.91, 5_393, 8_089, 10_785),
        (0.92, 1_303, 1_954, 2_605),
        (0.93, 558, 836, 1_115),
        (0.95, 184, 275, 367),
    ] {
        for (deff, want) in [(1.0, plain), (1.5, half), (2.0, double)] {
            let size = size_normal(&claim(truth, 0.95, deff)).unwrap();
            assert_eq!(size.n_respondents, want, "{truth} deff {deff}");
        }
    }
    assert_eq!(
        size_normal(&claim(0.91, 0.975, 1.5)).unwrap().n_respondents,
        10_305
    );
    // Exact, design effect 1.5: one-sided 5 % and 2.5 %.
    for (truth, five, two_and_a_half) in
        [(0.92, 2_048, 2_573), (0.93, 890, 1_113), (0.95, 305, 383)]
    {
        let size = |confidence| {
            size_exact(&claim(truth, confidence, 1.5))
                .unwrap()
                .n_respondents
        };
        assert_eq!((size(0.95), size(0.975)), (five, two_and_a_half), "{truth}");
    }
}

#[test]
fn response_and_a_finite_population_enter_after_the_design_effect() {
    let asked = Claim {
        response_rate: 0.4,
        population: Some(5_000.0),
        ..claim(0.92, 0.95, 1.5)
    };
    let size = size_normal(&asked).unwrap();
    // 1953.7 / (1 + 1952.7/5000) = 1404.9…; / 0.4 = 3512.…
    let n: f64 = (1.644_853_626_951_472_2 * 0.3 + 0.841_621_233_572_914_4 * 0.0736_f64.sqrt())
        .powi(2)
        / 0.0004;
    let corrected = 1.5 * n / (1.0 + (1.5 * n - 1.0) / 5_000.0);
    assert_eq!(size.n_respondents, ceiling(corrected));
    assert_eq!(size.n_issue, ceiling(corrected / 0.4));
    assert!(size.n_respondents < 1_954 && size.n_srs == 1_303);
}

#[test]
fn to_show_a_rate_below_is_to_show_its_complement_above() {
    let below = Claim {
        truth: 0.88,
        ..claim(0.92, 0.95, 1.0)
    };
    let above = Claim {
        truth: 0.12,
        threshold: 0.1,
        ..below
    };
    assert_eq!(size_exact(&below).unwrap(), size_exact(&above).unwrap());
    assert_eq!(size_normal(&below).unwrap(), size_normal(&above).unwrap());
}

#[test]
fn claims_that_make_no_sense_are_refused() {
    for bad in [
        Claim {
            truth: 0.9,
            ..claim(0.92, 0.95, 1.0)
        },
        Claim {
            truth: 1.0,
            ..claim(0.92, 0.95, 1.0)
        },
        Claim {
            power: 1.0,
            ..claim(0.92, 0.95, 1.0)
        },
        Claim {
            deff: 0.0,
            ..claim(0.92, 0.95, 1.0)
        },
        Claim {
            response_rate: 0.0,
            ..claim(0.92, 0.95, 1.0)
        },
        Claim {
            truth: 0.900_001,
            ..claim(0.92, 0.95, 1.0)
        },
    ] {
        assert!(size_exact(&bad).is_err(), "{bad:?}");
    }
    assert!(verdict_probabilities(0.9, 0.9, 0.4, 1.0).is_err());
    assert!(verdict_probabilities(1.0, 0.9, 100.0, 1.0).is_err());
}

/// Truth; then point, shown, below, undecided for 400, 800 and 1,500 answers; design effect 1.5.
const TABLE: [(f64, [[f64; 4]; 3]); 9] = [
    (
        0.85,
        [
            [0.01, 0.00, 0.83, 0.17],
            [0.00, 0.00, 0.97, 0.03],
            [0.00, 0.00, 1.00, 0.00],
        ],
    ),
    (
        0.87,
        [
            [0.06, 0.00, 0.51, 0.49],
            [0.02, 0.00, 0.73, 0.27],
            [0.00, 0.00, 0.92, 0.09],
        ],
    ),
    (
        0.88,
        [
            [0.15, 0.00, 0.32, 0.68],
            [0.08, 0.00, 0.47, 0.54],
            [0.03, 0.00, 0.67, 0.33],
        ],
    ),
    (
        0.89,
        [
            [0.29, 0.01, 0.16, 0.83],
            [0.24, 0.01, 0.21, 0.79],
            [0.17, 0.00, 0.29, 0.71],
        ],
    ),
    (
        0.90,
        [
            [0.50, 0.04, 0.06, 0.90],
            [0.52, 0.04, 0.06, 0.90],
            [0.53, 0.05, 0.05, 0.90],
        ],
    ),
    (
        0.91,
        [
            [0.71, 0.12, 0.02, 0.87],
            [0.80, 0.16, 0.01, 0.83],
            [0.88, 0.28, 0.00, 0.72],
        ],
    ),
    (
        0.92,
        [
            [0.88, 0.27, 0.00, 0.73],
            [0.96, 0.44, 0.00, 0.56],
            [0.99, 0.70, 0.00, 0.30],
        ],
    ),
    (
        0.93,
        [
            [0.96, 0.50, 0.00, 0.50],
            [1.00, 0.77, 0.00, 0.24],
            [1.00, 0.96, 0.00, 0.04],
        ],
    ),
    (
        0.95,
        [
            [1.00, 0.92, 0.00, 0.08],
            [1.00, 1.00, 0.00, 0.00],
            [1.00, 1.00, 0.00, 0.00],
        ],
    ),
];

#[test]
fn the_table_of_verdict_probabilities_is_reproduced_exactly() {
    for (truth, columns) in TABLE {
        for (n, want) in [400.0, 800.0, 1_500.0].into_iter().zip(columns) {
            let got = verdict_probabilities(truth, 0.9, n, 1.5).unwrap();
            let found = [got.point, got.shown, got.below, got.undecided];
            for (got, want) in found.into_iter().zip(want) {
                // Two printed digits; two of its cells (0.085, 0.535) were rounded up from below.
                assert!((got - want).abs() < 0.0056, "{truth} n = {n}: {found:?}");
            }
            assert!((got.shown + got.below + got.undecided - 1.0).abs() < 1e-12);
        }
    }
}

/// Answers in 40 communities of 20; each person gives the community's common answer with probability
/// √ρ and an own one otherwise, so that two neighbors correlate by ρ = 0.5/19 (design effect 1.5).
fn clustered_figure(truth: f64, rng: &mut impl rand::rand_core::Rng) -> Figure {
    let (units, size) = (40.0_f64, 20);
    let conformity = (0.5_f64 / 19.0).sqrt();
    let (mut total, mut squares) = (0.0, 0.0);
    for _ in 0..40 {
        let common = uniform(rng) < truth;
        let mut yes = 0.0;
        for _ in 0..size {
            let copied = uniform(rng) < conformity;
            let own = uniform(rng) < truth;
            yes += f64::from(u8::from(if copied { common } else { own }));
        }
        total += yes;
        squares += yes * yes;
    }
    let p = total / 800.0;
    let between = (squares - total * total / units) / (units - 1.0);
    Figure {
        p,
        variance: units * between / (800.0 * 800.0),
        n: 800,
        kish_n_eff: 800.0,
        df: 39.0,
        planned_deff: 1.5,
    }
}

#[test]
fn simulated_clustered_samples_get_the_verdicts_of_the_table() {
    let mut stream = stream(&[11; 32], "verdicts");
    let rounds = 1_500;
    for (truth, columns) in TABLE {
        let mut counts = [0.0; 4];
        for _ in 0..rounds {
            let figure = clustered_figure(truth, &mut stream);
            let judged = figure.judge(0.9, Rule::LowerBound, &Gates::passed());
            if judged.point_finding == Finding::Met {
                counts[0] += 1.0;
            }
            counts[match judged.finding {
                Finding::Met => 1,
                Finding::NotMet => 2,
                Finding::NotDecidable => 3,
                Finding::NotAssessable(why) => panic!("{why:?}"),
            }] += 1.0;
        }
        for (count, want) in counts.into_iter().zip(columns[1]) {
            let share = count / f64::from(rounds);
            // Three Monte Carlo errors, and 0.035 for the estimated variance, t and the lattice of p.
            let error = 3.0 * (want * (1.0 - want) / f64::from(rounds)).sqrt() + 0.035;
            assert!((share - want).abs() < error, "{truth}: {counts:?}");
        }
    }
}

#[test]
fn drawn_binomial_samples_get_the_verdicts_of_the_table_at_every_size() {
    let mut stream = stream(&[12; 32], "binomial verdicts");
    let rounds = 2_000;
    for (truth, columns) in TABLE {
        for (n, want) in [400.0_f64, 800.0, 1_500.0].into_iter().zip(columns) {
            let m = (n / 1.5).round();
            let mut counts = [0.0; 4];
            for _ in 0..rounds {
                let approvals = binomial_quantile(uniform(&mut stream), m, truth);
                let drawn = figure(approvals / m, m);
                counts[0] += f64::from(u8::from(drawn.reaches(0.9)));
                counts[match drawn.bound_finding(0.9) {
                    Finding::Met => 1,
                    Finding::NotMet => 2,
                    _ => 3,
                }] += 1.0;
            }
            for (count, want) in counts.into_iter().zip(want) {
                let share = count / f64::from(rounds);
                // Four Monte Carlo errors, and what two printed digits leave open.
                let error = 4.0 * (want * (1.0 - want) / f64::from(rounds)).sqrt() + 0.0062;
                assert!((share - want).abs() < error, "{truth} n = {n}: {counts:?}");
            }
        }
    }
}

#[test]
fn where_the_verdicts_turn_and_what_three_years_in_a_row_demand() {
    // "Shown" needs 93.3, 92.3, 91.6 %; "below" needs 86.9, 87.8, 88.4 %.
    for (n, shown, below) in [
        (400.0, 0.933, 0.869),
        (800.0, 0.923, 0.878),
        (1_500.0, 0.916, 0.884),
    ] {
        let m: f64 = (n / 1.5_f64).round();
        let rate = |k: u32| figure(f64::from(k) / m, m);
        let last = (0..2_000).find(|k| f64::from(*k) >= m).unwrap();
        let first_shown = (0..=last).find(|k| rate(*k).bound_finding(0.9) == Finding::Met);
        let last_below = (0..=last)
            .rev()
            .find(|k| rate(*k).bound_finding(0.9) == Finding::NotMet);
        assert!(
            (f64::from(first_shown.unwrap()) / m - shown).abs() < 6e-4,
            "{n}"
        );
        assert!(
            (f64::from(last_below.unwrap()) / m - below).abs() < 1.1e-3,
            "{n}"
        );
    }
    let thrice = |truth: f64, n: f64| {
        let one = verdict_probabilities(truth, 0.9, n, 1.5).unwrap();
        (one.point.powi(3), one.shown.powi(3))
    };
    let near = |got: f64, want: f64| assert!((got - want).abs() < 0.007, "{got} for {want}");
    near(thrice(0.90, 800.0).0, 0.14);
    near(thrice(0.92, 800.0).0, 0.87);
    near(thrice(0.92, 800.0).1, 0.08);
    near(thrice(0.92, 1_500.0).1, 0.35);
    near(thrice(0.93, 800.0).0, 0.99);
    near(thrice(0.93, 800.0).1, 0.45);
    near(thrice(0.93, 1_500.0).1, 0.89);
}

#[test]
fn the_exact_size_is_the_smallest_from_which_on_the_power_holds() {
    for truth in [0.92, 0.93, 0.95, 0.86] {
        let asked = claim(truth, 0.95, 1.0);
        let size = size_exact(&asked).unwrap().n_srs;
        let power = |n: u64| power_exact(f64::from(u32::try_from(n).unwrap()), &asked);
        assert!(power(size - 1) < 0.8, "{truth}: {size} is not the smallest");
        for n in size..size + 400 {
            assert!(power(n) >= 0.8, "{truth}: {n}");
        }
    }
}
