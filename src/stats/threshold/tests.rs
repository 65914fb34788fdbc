//! The rules of the verdict at their edges, R's intervals for whole figures, the manipulation table.

use super::*;
use proptest::prelude::*;

fn figure(p: f64, n: u64, deff: f64) -> Figure {
    let size = f64::from(u32::try_from(n).unwrap());
    Figure {
        p,
        variance: p * (1.0 - p) * deff / size,
        n,
        kish_n_eff: size / 1.2,
        df: 18.0,
        planned_deff: 1.5,
    }
}

fn passed() -> Gates {
    Gates::passed()
}

#[test]
fn the_default_interval_is_xlogit_where_both_sides_are_common() {
    // R: plogis(qlogis(.9) + c(-1,1) * qt(.95,18) * sqrt(.9*.1*1.5/800)/(.9*.1))
    let found = figure(0.9, 800, 1.5).interval(0.90);
    assert_eq!(found.method, FigureMethod::Xlogit);
    assert!(
        (found.low - 0.875_111_946_699_445_6).abs() < 1e-12,
        "{found:?}"
    );
    assert!(
        (found.high - 0.920_379_544_866_155_3).abs() < 1e-12,
        "{found:?}"
    );
}

#[test]
fn the_default_interval_is_korn_graubard_where_one_side_is_rare() {
    // R: m <- 0.985*0.015/(0.985*0.015*1.6/300) * (qt(.025,299)/qt(.025,18))^2
    //    c(qbeta(.025, m*.985, m*.015+1), qbeta(.975, m*.985+1, m*.015))
    let found = figure(0.985, 300, 1.6).interval(0.95);
    assert_eq!(found.method, FigureMethod::Beta);
    assert!(
        (found.low - 0.952_436_257_629_606_2).abs() < 1e-11,
        "{found:?}"
    );
    assert!(
        (found.high - 0.997_539_795_071_993_1).abs() < 1e-11,
        "{found:?}"
    );
}

#[test]
fn the_effective_size_of_korn_graubard_never_exceeds_the_answers() {
    // Variance of a tenth of a simple random sample: R without truncation would use n* = 3000.
    let lucky = figure(0.99, 300, 0.1);
    let rare = Figure {
        p: 0.999,
        variance: 0.999 * 0.001 * 0.1 / 300.0,
        ..lucky
    };
    let found = rare.interval(0.9);
    assert_eq!(found.method, FigureMethod::Beta);
    let at_n = clopper_pearson(0.999, 300.0, 0.9).unwrap();
    assert!((found.low - at_n.low).abs() < 1e-14 && (found.high - at_n.high).abs() < 1e-14);
}

#[test]
fn without_variance_the_interval_is_exact_at_the_smallest_of_three_sizes() {
    let base = Figure {
        p: 1.0,
        variance: 0.0,
        n: 600,
        kish_n_eff: 500.0,
        df: 18.0,
        planned_deff: 1.5,
    };
    for (figure, n_star) in [
        (base, 400.0),
        (
            Figure {
                kish_n_eff: 350.0,
                ..base
            },
            350.0,
        ),
        (
            Figure {
                kish_n_eff: 700.0,
                planned_deff: 0.8,
                ..base
            },
            600.0,
        ),
    ] {
        let found = figure.interval(0.9);
        assert_eq!(found.method, FigureMethod::ClopperPearson);
        assert!(
            (found.low - 0.05_f64.powf(1.0 / n_star)).abs() < 1e-14,
            "{n_star}"
        );
        assert!(found.high > 1.0 - 1e-15);
        assert!((figure.n_eff() - n_star).abs() < 1e-12);
        assert_eq!(
            figure.judge(0.9, Rule::LowerBound, &passed()).finding,
            Finding::Met
        );
    }
    let alike = Figure { p: 0.93, ..base };
    assert_eq!(alike.interval(0.9).method, FigureMethod::ClopperPearson);
    let none = Figure { p: 0.0, ..base };
    assert_eq!(
        none.judge(0.9, Rule::LowerBound, &passed()).finding,
        Finding::NotMet
    );
}

#[test]
fn four_verdicts_by_the_lower_bound_and_the_point_beside() {
    for (p, by_bound, by_point) in [
        (0.925, Finding::Met, Finding::Met),
        (0.905, Finding::NotDecidable, Finding::Met),
        (0.890, Finding::NotDecidable, Finding::NotMet),
        (0.870, Finding::NotMet, Finding::NotMet),
    ] {
        let judged = figure(p, 800, 1.5).judge(0.9, Rule::LowerBound, &passed());
        assert_eq!(
            (judged.finding, judged.point_finding),
            (by_bound, by_point),
            "{p}"
        );
        assert_eq!(judged.bound_finding, judged.finding);
        let governed = figure(p, 800, 1.5).judge(0.9, Rule::Point, &passed());
        assert_eq!(
            (governed.finding, governed.bound_finding),
            (by_point, by_bound)
        );
    }
}

#[test]
fn a_bound_exactly_at_the_threshold_meets_it_and_rounding_error_is_no_evidence() {
    let edge = figure(0.9, 800, 1.5);
    let lower = edge.interval(BOUND_LEVEL).low;
    let upper = edge.interval(BOUND_LEVEL).high;
    assert_eq!(
        edge.judge(lower, Rule::LowerBound, &passed()).finding,
        Finding::Met
    );
    assert_eq!(
        edge.judge(lower + 1e-9, Rule::LowerBound, &passed())
            .finding,
        Finding::NotDecidable
    );
    assert_eq!(
        edge.judge(upper, Rule::LowerBound, &passed()).finding,
        Finding::NotDecidable
    );
    assert_eq!(
        edge.judge(upper + 1e-9, Rule::LowerBound, &passed())
            .finding,
        Finding::NotMet
    );
    let sum: f64 = (0..720).map(|_| 1.0 / 800.0).sum();
    assert!(
        sum.to_bits() != 0.9_f64.to_bits(),
        "the sum shows no rounding error: test another"
    );
    assert_eq!(
        figure(sum, 800, 1.5)
            .judge(0.9, Rule::Point, &passed())
            .finding,
        Finding::Met
    );
    let short = figure(0.9 - 1e-9, 800, 1.5);
    assert_eq!(
        short.judge(0.9, Rule::Point, &passed()).finding,
        Finding::NotMet
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn every_limit_of_assessability_holds_at_its_number_and_fails_just_past_it() {
    let good = Figure {
        df: 8.0,
        ..figure(0.95, 100, 1.0)
    };
    assert_eq!(good.obstacles(&passed()), vec![]);
    let cases = [
        (
            Figure { n: 99, ..good },
            passed(),
            NotAssessable::TooFewAnswers,
        ),
        (
            Figure { df: 7.99, ..good },
            passed(),
            NotAssessable::TooFewDegreesOfFreedom,
        ),
        (
            Figure {
                variance: 0.95 * 0.05 / 29.9,
                ..good
            },
            passed(),
            NotAssessable::TooSmallEffective,
        ),
        (
            Figure {
                variance: 0.0,
                planned_deff: 4.0,
                ..good
            },
            passed(),
            NotAssessable::TooSmallEffective,
        ),
        (
            Figure {
                p: f64::NAN,
                ..good
            },
            passed(),
            NotAssessable::TooFewAnswers,
        ),
        (
            good,
            Gates {
                calibrated: false,
                ..passed()
            },
            NotAssessable::CalibrationFailed,
        ),
        (
            good,
            Gates {
                probability_sample: false,
                ..passed()
            },
            NotAssessable::NotAProbabilitySample,
        ),
    ];
    for (figure, gates, reason) in cases {
        for rule in [Rule::LowerBound, Rule::Point] {
            let judged = figure.judge(0.9, rule, &gates);
            assert_eq!(judged.finding, Finding::NotAssessable(reason));
            assert_eq!(judged.point_finding, judged.bound_finding);
        }
    }
    let thirty = Figure {
        variance: 0.95 * 0.05 / 30.000_001,
        ..good
    };
    assert_eq!(thirty.obstacles(&passed()), vec![]);
    let everything = Figure {
        n: 3,
        df: 0.0,
        ..good
    };
    let gates = Gates {
        probability_sample: false,
        calibrated: false,
    };
    assert_eq!(everything.obstacles(&gates).len(), 4);
    assert_eq!(everything.interval(0.9).method, FigureMethod::Vacuous);
}

#[test]
fn improvement_is_judged_by_both_one_sided_bounds() {
    // R: 0.03 + c(-1,1) * qt(.95, 36) * sqrt(1.2e-4)
    let change = Change {
        difference: 0.03,
        variance: 1.2e-4,
        df: 36.0,
    };
    let judged = change.judge(0.0, None);
    assert!(
        (judged.lower - 0.011_505_625_163_876_24).abs() < 1e-12,
        "{judged:?}"
    );
    assert!(
        (judged.upper - 0.048_494_374_836_123_76).abs() < 1e-12,
        "{judged:?}"
    );
    assert_eq!(judged.finding, Finding::Met);
    assert_eq!(change.judge(0.02, None).finding, Finding::NotDecidable);
    assert_eq!(change.judge(0.02, None).point_finding, Finding::Met);
    assert_eq!(change.judge(judged.upper, None).finding, Finding::NotMet);
    assert_eq!(
        change.judge(judged.lower, None).finding,
        Finding::NotDecidable
    );
    let worse = Change {
        difference: -0.03,
        ..change
    };
    assert_eq!(worse.judge(0.0, None).finding, Finding::NotMet);
    let high = Ceiling {
        level: 0.95,
        lower: 0.95,
    };
    assert_eq!(worse.judge(0.0, Some(high)).finding, Finding::Met);
    assert_eq!(
        worse
            .judge(
                0.0,
                Some(Ceiling {
                    lower: 0.949,
                    ..high
                })
            )
            .finding,
        Finding::NotMet
    );
}

#[test]
fn a_change_needs_two_assessable_waves_with_the_same_wording() {
    let (now, base) = (figure(0.85, 800, 1.5), figure(0.80, 780, 1.4));
    let gates = passed();
    let change = Change::between((&now, &gates), Some((&base, &gates)), true).unwrap();
    assert!((change.difference - 0.05).abs() < 1e-15);
    assert!((change.variance - (now.variance + base.variance)).abs() < 1e-18);
    assert!((change.df - 36.0).abs() < 1e-12);
    let refused = |base, same| Change::between((&now, &gates), base, same).unwrap_err();
    assert_eq!(refused(None, true), NotAssessable::NoBaseWave);
    assert_eq!(
        refused(Some((&base, &gates)), false),
        NotAssessable::WordingChanged
    );
    let small = Figure { n: 40, ..base };
    assert_eq!(
        refused(Some((&small, &gates)), true),
        NotAssessable::TooFewAnswers
    );
}

#[test]
fn two_waves_without_a_single_refusal_are_no_certainty() {
    let all = Figure {
        p: 1.0,
        variance: 0.0,
        ..figure(0.9, 300, 1.0)
    };
    let gates = passed();
    let change = Change::between((&all, &gates), Some((&all, &gates)), true).unwrap();
    // n* = 200: p = 202/204
    let one: f64 = 202.0 / 204.0 * 2.0 / 204.0 / 204.0;
    assert!((change.variance - 2.0 * one).abs() < 1e-15);
    assert_eq!(change.judge(0.0, None).finding, Finding::NotDecidable);
}

/// 800 answers at 85, 88 and 89 %, target 90 %: invent 400, drop 45 or flip 40 (37 % of the
/// dissatisfied silent); 160, 18, 16 (18.5 %); 80, 9, 8 (10 %).
#[test]
fn the_manipulation_table_of_the_point_rule() {
    for (p, stuff, drop, flip, silent) in [
        (0.85, 400, 45, 40, 0.370),
        (0.88, 160, 18, 16, 0.185),
        (0.89, 80, 9, 8, 0.101),
    ] {
        let found = figure(p, 800, 1.5).tipping(0.9, Rule::Point);
        let [tip] = found[..] else {
            panic!("one other verdict by the point rule")
        };
        assert_eq!((tip.from, tip.to), (Finding::NotMet, Finding::Met));
        assert_eq!(
            (tip.stuffed, tip.dropped, tip.flipped),
            (Some(stuff), Some(drop), Some(flip))
        );
        assert!((silenced_share(p, 0.9) - silent).abs() < 5e-4, "{p}");
    }
}

#[test]
fn a_met_verdict_tells_how_much_of_it_may_be_false() {
    // 736 of 800: (736 - k)/(800 - k) < 0.9 from k = 161; 736/(800 + k) from 18; (736 - k)/800 from 17
    let found = figure(0.92, 800, 1.5).tipping(0.9, Rule::Point);
    let [tip] = found[..] else {
        panic!("one other verdict by the point rule")
    };
    assert_eq!((tip.from, tip.to), (Finding::Met, Finding::NotMet));
    assert_eq!(
        (tip.stuffed, tip.dropped, tip.flipped),
        (Some(161), Some(18), Some(17))
    );
    assert!((tip.silenced_share.unwrap() - 18.0 / 82.0).abs() < 1e-12);
}

#[test]
fn tipping_counts_of_the_bound_rule_are_the_smallest_that_do_it() {
    for p in [0.82, 0.87, 0.895, 0.91, 0.93, 0.97] {
        let figure = figure(p, 800, 1.5);
        let found = figure.tipping(0.9, Rule::LowerBound);
        assert_eq!(found.len(), 2, "{p}");
        for tip in found {
            assert_eq!(
                tip.from,
                figure.judge(0.9, Rule::LowerBound, &passed()).finding
            );
            let up = tip.to == Finding::Met || tip.from == Finding::NotMet;
            let sign = if up { 1.0 } else { -1.0 };
            // Recompute the verdict with the counts, and with one answer less, from first principles.
            let verdict = |stuffed: f64, dropped: f64| {
                let (a, b) = (
                    800.0 * p + sign * stuffed,
                    800.0 * (1.0 - p) - sign * dropped,
                );
                let size = a + b;
                let share = a / size;
                let changed = Figure {
                    p: share,
                    variance: share * (1.0 - share) * 1.5 / size,
                    n: 1_000_000,
                    ..figure
                };
                let bounds = changed.interval(0.9);
                match (bounds.low >= 0.9, bounds.high < 0.9) {
                    (true, _) => Finding::Met,
                    (false, true) => Finding::NotMet,
                    (false, false) => Finding::NotDecidable,
                }
            };
            let far = |finding| {
                if up {
                    finding
                } else {
                    height_reversed(finding)
                }
            };
            for (count, stuff, drop) in [
                (tip.stuffed, 1.0, 0.0),
                (tip.dropped, 0.0, 1.0),
                (tip.flipped, 1.0, 1.0),
            ] {
                let k = f64::from(u32::try_from(count.unwrap()).unwrap());
                assert!(
                    order(far(verdict(k * stuff, k * drop))) >= order(far(tip.to)),
                    "{tip:?}"
                );
                let less = verdict((k - 1.0) * stuff, (k - 1.0) * drop);
                assert!(
                    order(far(less)) < order(far(tip.to)),
                    "{p} {tip:?} {less:?}"
                );
            }
        }
    }
}

fn order(finding: Finding) -> i8 {
    match finding {
        Finding::NotMet => 0,
        Finding::NotDecidable => 1,
        Finding::Met => 2,
        Finding::NotAssessable(_) => panic!("never in the table"),
    }
}

fn height_reversed(finding: Finding) -> Finding {
    match finding {
        Finding::NotMet => Finding::Met,
        Finding::Met => Finding::NotMet,
        other => other,
    }
}

#[test]
fn nothing_tips_a_figure_without_answers_and_dropping_ends_with_the_last_refusal() {
    assert!(
        Figure {
            n: 0,
            ..figure(0.9, 800, 1.5)
        }
        .tipping(0.9, Rule::Point)
        .is_empty()
    );
    let few = figure(0.5, 40, 1.5);
    let to_met = few.tipping(0.999, Rule::LowerBound);
    let met = to_met.iter().find(|tip| tip.to == Finding::Met).unwrap();
    assert_eq!(
        (met.dropped, met.flipped),
        (None, None),
        "40 answers cannot show 99.9 %"
    );
}

#[test]
fn verdicts_read_back_from_what_they_were_stored_as() {
    let judged = figure(0.9, 90, 1.5).judge(0.9, Rule::LowerBound, &passed());
    let text = serde_json::to_string(&judged).unwrap();
    assert!(
        text.contains(r#""finding":{"not_assessable":"too_few_answers"}"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Judgement>(&text).unwrap(), judged);
}

proptest! {
    #[test]
    fn a_better_figure_never_gets_a_worse_verdict(
        p in 0.5..0.99_f64, gain in 0.0..0.01_f64, n in 100_u64..3000, deff in 1.0..2.5_f64,
    ) {
        let (lower, better) = (figure(p, n, deff), figure(p + gain, n, deff));
        let score = |figure: &Figure| order(figure.judge(0.9, Rule::Point, &passed()).finding);
        prop_assume!(lower.n_eff() >= 30.0 && better.n_eff() >= 30.0);
        prop_assert!(score(&better) >= score(&lower));
        let same = lower.interval(0.9).method == better.interval(0.9).method;
        prop_assert!(!same || better.interval(0.9).low >= lower.interval(0.9).low - 1e-12);
    }

    #[test]
    fn a_verdict_and_its_complement_mirror_each_other(
        p in 0.02..0.98_f64, n in 100_u64..3000, threshold in 0.1..0.9_f64,
    ) {
        let (one, other) = (figure(p, n, 1.4), figure(1.0 - p, n, 1.4));
        let (a, b) = (one.interval(0.9), other.interval(0.9));
        prop_assert!((a.low - (1.0 - b.high)).abs() < 1e-11);
        let verdict = one.judge(threshold, Rule::LowerBound, &passed()).finding;
        let mirrored = other.judge(1.0 - threshold, Rule::LowerBound, &passed()).finding;
        let sure = (a.low - threshold).abs() > 1e-9 && (a.high - threshold).abs() > 1e-9;
        prop_assert!(!sure || mirrored == height_reversed(verdict));
    }
}
