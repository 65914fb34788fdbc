//! Verdicts exactly at their limits: every line says what stands at the limit and what just past it.
//! Expected bounds come from closed forms: `0.05^(1/n*)` at p = 1 and p = 0, log odds in between.

use super::*;
use crate::stats::dist::{expit, logit, t_quantile};

const STEP: f64 = 1e-9;

fn figure(p: f64, variance: f64, n: u64) -> Figure {
    Figure {
        p,
        variance,
        n,
        kish_n_eff: 1e6,
        df: 18.0,
        planned_deff: 2.0,
    }
}

fn by_bound(figure: Figure, threshold: f64) -> Finding {
    let judged = figure.judge(threshold, Rule::LowerBound, &Gates::passed());
    judged.finding
}

#[test]
fn a_bound_at_the_threshold_meets_from_above_and_does_not_fail_from_below() {
    let found = figure(0.93, 1.2e-4, 800);
    let half = t_quantile(0.95, 18.0) * 1.2e-4_f64.sqrt() / (0.93 * 0.07);
    let (low, high) = (expit(logit(0.93) - half), expit(logit(0.93) + half));
    for (threshold, expected) in [
        (low - STEP, Finding::Met),
        (low, Finding::Met),
        (low + STEP, Finding::NotDecidable),
        (0.93, Finding::NotDecidable),
        (high - STEP, Finding::NotDecidable),
        (high, Finding::NotDecidable),
        (high + STEP, Finding::NotMet),
    ] {
        assert_eq!(by_bound(found, threshold), expected, "{threshold}");
    }
    for (threshold, expected) in [
        (0.93 - STEP, Finding::Met),
        (0.93, Finding::Met),
        (0.93 + STEP, Finding::NotMet),
    ] {
        let judged = found.judge(threshold, Rule::Point, &Gates::passed());
        assert_eq!(judged.finding, expected, "{threshold}");
    }
}

#[test]
fn with_everybody_or_nobody_approving_the_exact_bound_at_n_star_decides() {
    // n* = n / planned design effect = n / 2; Kish's size is far larger and does not bind.
    for (p, n, threshold, expected) in [
        // 0.05^(1/58) = 0.94966 and 0.05^(1/59) = 0.95050.
        (1.0, 116, 0.95, Finding::NotDecidable),
        (1.0, 118, 0.95, Finding::Met),
        // 0.05^(1/50) = 0.94184: at the bound, and just past it.
        (1.0, 100, 0.05_f64.powf(0.02), Finding::Met),
        (1.0, 100, 0.05_f64.powf(0.02) + STEP, Finding::NotDecidable),
        // A threshold of 100 % can never be shown, only failed.
        (1.0, 100_000, 1.0, Finding::NotDecidable),
        // Nobody: the upper bound is 1 − 0.05^(1/n*).
        (0.0, 100, 0.90, Finding::NotMet),
        (0.0, 100, 1.0 - 0.05_f64.powf(0.02), Finding::NotDecidable),
        (0.0, 100, 1.0 - 0.05_f64.powf(0.02) + STEP, Finding::NotMet),
        (0.0, 100, 0.0, Finding::Met),
    ] {
        let found = figure(p, 0.0, n);
        assert_eq!(by_bound(found, threshold), expected, "{p} {n} {threshold}");
    }
}

#[test]
fn the_smallest_effective_size_is_thirty_at_p_one_as_well() {
    // n* = 60 / 2 is 30: assessable as to its size, but 60 answers are too few; 100 answers at a
    // planned design effect of 3.4 have n* = 29.4.
    let too_small = Figure {
        planned_deff: 3.4,
        ..figure(1.0, 0.0, 100)
    };
    let reason = NotAssessable::TooSmallEffective;
    assert_eq!(by_bound(too_small, 0.9), Finding::NotAssessable(reason));
    let enough = Figure {
        planned_deff: 100.0 / 30.0,
        ..too_small
    };
    // 0.05^(1/30) = 0.90498.
    assert_eq!(by_bound(enough, 0.9), Finding::Met);
    let few = figure(1.0, 0.0, 60);
    let reason = NotAssessable::TooFewAnswers;
    assert_eq!(by_bound(few, 0.9), Finding::NotAssessable(reason));
}

#[test]
fn rare_refusals_turn_to_korn_graubard_just_below_ten_effective_answers() {
    // n_eff · (1 − p) with n_eff = p (1 − p) / V: V sets it to 10 and to 9.999.
    let at = |rare: f64| {
        let p = 0.98;
        figure(p, p * (1.0 - p) * (1.0 - p) / rare, 2000)
    };
    assert_eq!(
        at(10.001).interval(BOUND_LEVEL).method,
        FigureMethod::Xlogit
    );
    assert_eq!(at(9.999).interval(BOUND_LEVEL).method, FigureMethod::Beta);
}
