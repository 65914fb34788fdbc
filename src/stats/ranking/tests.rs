//! Against R, against all subsets, and by simulation.

use super::*;
use crate::stats::rng::{normal, stream, uniform};

fn sized(n: u64, p: f64, variance: f64, df: f64) -> Option<Figure> {
    let figure = Figure {
        p,
        variance,
        n,
        kish_n_eff: 800.0,
        df,
        planned_deff: 1.5,
    };
    (n > 0).then_some(figure)
}

fn figure(p: f64, variance: f64, df: f64) -> Option<Figure> {
    sized(900, p, variance, df)
}

fn range(best: usize, worst: usize) -> RankRange {
    RankRange { best, worst }
}

/// R: one-sided `pt` of each difference in both directions, `p.adjust` of all twenty together.
#[test]
fn adjusted_values_are_those_of_r() {
    let found = Ranking::of(
        &[
            figure(0.957, 1.1e-4, 18.0),
            figure(0.914, 2.2e-4, 18.0),
            figure(0.861, 2.9e-4, 16.0),
            figure(0.802, 3.4e-4, 20.0),
            figure(0.951, 1.2e-4, 18.0),
        ],
        0.95,
    );
    let want = [
        (0, 1, 0.175_698_654_678_04),
        (0, 2, 0.000_274_258_406_671_095),
        (0, 3, 9.492_915_703_414_24e-8),
        (0, 4, 1.0),
        (1, 2, 0.175_698_654_678_04),
        (1, 3, 0.000_274_258_406_671_095),
        (1, 4, 0.314_085_681_098_477),
        (2, 3, 0.175_698_654_678_04),
        (2, 4, 0.000_712_052_170_751_89),
        (3, 4, 2.754_575_591_246_59e-7),
    ];
    assert_eq!(found.pairs.len(), want.len());
    for (pair, (first, second, p)) in found.pairs.iter().zip(want) {
        assert_eq!((pair.first, pair.second), (first, second));
        assert!((pair.p_adjusted / p - 1.0).abs() < 1e-9, "{pair:?}");
    }
    let ranks = [
        range(1, 3),
        range(1, 4),
        range(3, 5),
        range(4, 5),
        range(1, 3),
    ];
    assert_eq!(found.ranks, ranks);
    assert_eq!(
        found.groups().unwrap(),
        [vec![0, 1, 4], vec![1, 2], vec![2, 3]]
    );
}

#[test]
fn what_cannot_be_compared_leaves_room_for_itself_everywhere() {
    for n in [0, 60] {
        let silent = sized(n, 0.2, 1e-4, 18.0);
        let found = Ranking::of(
            &[figure(0.95, 1e-4, 18.0), silent, figure(0.80, 1e-4, 18.0)],
            0.95,
        );
        assert_eq!(found.ranks, [range(1, 2), range(1, 3), range(2, 3)]);
        assert_eq!(found.shown(2, 1), Shown::Alike);
        assert_eq!(found.groups().unwrap(), Vec::<Vec<usize>>::new());
    }
    assert!(Ranking::of(&[], 0.95).ranks.is_empty());
    assert_eq!(Ranking::of(&[None], 0.95).ranks, [range(1, 1)]);
}

/// A county of one mind has no variance of its own; the comparison still has one.
#[test]
fn a_share_of_one_is_compared_with_the_variance_of_the_cautious_rule() {
    let found = Ranking::of(&[figure(1.0, 0.0, 18.0), figure(0.995, 5e-6, 18.0)], 0.95);
    // Two approvals and two refusals more at n* = 900 / 1.5: p (1 − p) / 604 with p = 602 / 604.
    let own = 602.0 / 604.0 * (2.0 / 604.0) / 604.0;
    let variance = found.pairs[0].change.variance;
    assert!((variance - own - 5e-6).abs() < 1e-15, "{variance}");
    assert_eq!(found.pairs[0].shown, Shown::Alike);
    // With nothing added it would seem shown: t = 0.005 / √0.000005.
    assert!(t_cdf(-0.005 / 5e-6_f64.sqrt(), 36.0) * 2.0 < 0.05);
}

/// Every subset of two or more, all of whose pairs are alike, that no other one holds.
fn largest_by_enumeration(n: usize, found: &Ranking) -> Vec<Vec<usize>> {
    let alike = |set: u32| {
        let of = |k: usize| set & (1 << k) != 0;
        (0..n).all(|i| (i + 1..n).all(|j| !of(i) || !of(j) || found.shown(i, j) == Shown::Alike))
    };
    let sets: Vec<u32> = (0..1_u32 << n).filter(|set| alike(*set)).collect();
    let largest = sets
        .iter()
        .filter(|set| set.count_ones() > 1 && !sets.iter().any(|o| o != *set && o & *set == **set));
    let mut all: Vec<Vec<usize>> = largest
        .map(|set| (0..n).filter(|k| set & (1 << k) != 0).collect())
        .collect();
    all.sort();
    all
}

#[test]
fn groups_are_the_largest_sets_without_a_shown_difference() {
    let mut rng = stream(&[7; 32], "groups");
    let mut overlapping = 0;
    for _ in 0..200 {
        let figures: Vec<Option<Figure>> = (0..8)
            .map(|_| {
                let p = 0.75 + 0.22 * uniform(&mut rng);
                figure(p, 1e-4 + 9e-4 * uniform(&mut rng), 20.0)
            })
            .collect();
        let found = Ranking::of(&figures, 0.95);
        let groups = found.groups().unwrap();
        assert_eq!(groups, largest_by_enumeration(8, &found));
        overlapping += usize::from(groups.len() > 1);
    }
    assert!(overlapping > 50, "the cases are too easy: {overlapping}");
}

/// In at least 95 of a hundred samples all ranges hold the true ranks, where all counties are alike,
/// where some are, and where none is.
#[test]
fn all_ranges_together_hold_the_true_ranks_as_often_as_promised() {
    let cases: [(&str, [f64; 6]); 3] = [
        ("alike", [0.90; 6]),
        ("some", [0.95, 0.95, 0.90, 0.90, 0.90, 0.80]),
        ("near", [0.93, 0.92, 0.91, 0.90, 0.89, 0.88]),
    ];
    for (name, truth) in cases {
        let mut rng = stream(&[11; 32], name);
        let (runs, mut held) = (4000_u32, 0_u32);
        for _ in 0..runs {
            let figures: Vec<Option<Figure>> = truth
                .iter()
                .zip(1..)
                .map(|(p, k)| {
                    let variance = 5e-5 * f64::from(k);
                    let p = p + variance.sqrt() * normal(&mut rng);
                    // Above 1 no share is possible; the rule for shares of 1 is another test's.
                    figure(p.min(0.999), variance, 1e7)
                })
                .collect();
            let found = Ranking::of(&figures, 0.95);
            let all = truth.iter().zip(&found.ranks).all(|(p, range)| {
                let above = truth.iter().filter(|q| *q > p).count();
                let level = truth.iter().filter(|q| (*q - p).abs() < 1e-12).count();
                range.best <= above + 1 && above + level <= range.worst
            });
            held += u32::from(all);
        }
        // Three standard errors of 4000 runs at 0.95 are 0.0103.
        let share = f64::from(held) / f64::from(runs);
        assert!(share >= 0.9397, "{name}: {share}");
    }
}
