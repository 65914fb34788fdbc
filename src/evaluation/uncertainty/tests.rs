//! Tails against R, draws against closed forms: within four standard errors.

use super::*;
use crate::evaluation::amount::Amount;
use crate::evaluation::indicator::{Indicator, Indicators, Status, Value};
use crate::evaluation::rule::{AtLeast, AtMost, Judged, ShareAtLeast};
use crate::evaluation::survey_input::{ItemFigures, SurveyInput};
use crate::evaluation::words::Words;
use crate::stats::dist::{beta_sf, f_cdf, logit};
use crate::stats::threshold::{Change, Figure, Gates, Rule as SurveyRule};

const YEAR: i32 = 2026;

struct Case {
    criteria: Vec<Criterion>,
    indicators: Indicators,
    survey: SurveyInput,
}

impl Case {
    fn new() -> Self {
        Self {
            criteria: Vec::new(),
            indicators: Indicators::new(),
            survey: SurveyInput::new("w"),
        }
    }

    fn with(mut self, id: &str, rule: Rule) -> Self {
        let words = || Words::new([("en".to_owned(), id.to_owned())]);
        self.criteria.push(Criterion {
            id: id.to_owned(),
            clause: "c".into(),
            name: words(),
            short: words(),
            note: None,
            rule,
        });
        self
    }

    fn reported(mut self, id: &str, year: i32, value: Value) -> Self {
        let indicator = Indicator {
            county: "140302".into(),
            year,
            id: id.to_owned(),
            status: Status::Reported,
            value,
        };
        self.indicators.insert(indicator).unwrap();
        self
    }

    fn asked(mut self, item: &str, figure: Figure, change: Option<Change>) -> Self {
        let figures = ItemFigures {
            figure,
            gates: Gates::passed(),
            change: change.map(ChangeInput::Measured),
        };
        self.survey.insert("140302", item, figures);
        self
    }

    fn run(&self) -> Option<AllMet> {
        let inputs = Inputs {
            county: "140302",
            year: YEAR,
            reported: self.indicators.of("140302"),
            survey: Some(&self.survey),
        };
        let outcomes: Vec<CriterionOutcome> = self
            .criteria
            .iter()
            .map(|criterion| CriterionOutcome {
                id: criterion.id.clone(),
                result: criterion.rule.evaluate(&inputs),
            })
            .collect();
        AllMet::of(&self.criteria, &outcomes, &inputs)
    }
}

fn figure(p: f64) -> Figure {
    Figure {
        p,
        variance: p * (1.0 - p) / 550.0,
        n: 812,
        kish_n_eff: 700.0,
        df: 18.0,
        planned_deff: 1.5,
    }
}

fn rate(k: u32, m: u32) -> Value {
    Value::Rate { k, m }
}

fn approval(percent: u32) -> Rule {
    Rule::SurveyAtLeast(SurveyAtLeast {
        item: "q1".into(),
        percent: Amount::whole(percent),
        rule: SurveyRule::LowerBound,
    })
}

fn improved(ceiling: Option<u32>) -> Rule {
    Rule::SurveyImproved(SurveyImproved {
        item: "q2".into(),
        delta_points: Amount::ZERO,
        ceiling_percent: ceiling.map(Amount::whole),
    })
}

fn cleared(id: &str, percent: u32) -> Rule {
    Rule::AtLeast(AtLeast {
        indicator: id.into(),
        percent: Amount::whole(percent),
    })
}

#[track_caller]
fn near(name: &str, found: f64, expected: f64) {
    let error = (expected * (1.0 - expected) / f64::from(DRAWS)).sqrt();
    assert!(
        (found - expected).abs() <= 4.0 * error + 1e-9,
        "{name}: {found} instead of {expected}"
    );
}

#[test]
fn independent_criteria_multiply_and_each_agrees_with_its_closed_form() {
    let q1 = figure(0.91);
    let change = Change {
        difference: 0.02,
        variance: 2e-4,
        df: 36.0,
    };
    let found = Case::new()
        .with("a.approval", approval(90))
        .with("a.change", improved(None))
        .with("b.violent", cleared("violent", 75))
        .with(
            "b.late",
            Rule::AtMost(AtMost {
                indicator: "late".into(),
                percent: Amount::whole(10),
            }),
        )
        .asked("q1", q1, None)
        .asked("q2", figure(0.85), Some(change))
        .reported("violent", YEAR, rate(33, 40))
        .reported("late", YEAR, rate(4, 60))
        .run()
        .unwrap();
    // R: p <- .91; s <- sqrt(p * (1 - p) / 550) / (p * (1 - p)); pt((qlogis(p) - qlogis(.9)) / s, 18),
    // pt(.02 / sqrt(2e-4), 36), pbeta(.75, 33.5, 7.5, lower = FALSE), pbeta(.1, 4.5, 56.5).
    let expected = [
        0.777_607_780_137_844_9,
        0.917_055_043_522_336_8,
        0.865_194_423_022_027_4,
        0.801_400_247_931_491_7,
    ];
    for (one, expected) in found.each.iter().zip(expected) {
        assert!((one.probability - expected).abs() < 1e-12, "{}", one.id);
        assert!(!one.fixed);
    }
    let product: f64 = expected.iter().product();
    assert!((found.probability - product).abs() < 1e-12);
    assert!(
        found.probability > 0.3 && found.probability < 0.8,
        "a test that can fail"
    );
}

#[test]
fn growth_against_last_year_alone_is_a_comparison_of_three_gammas() {
    let rule = |average| {
        Rule::BelowOwnAverageGrowth(BelowOwnAverageGrowth {
            indicator: "cases".into(),
            years: 1,
            average,
        })
    };
    let run = |average, counts: [u32; 3]| {
        let mut case = Case::new().with("c.growth", rule(average));
        for (year, count) in (YEAR - 2..).zip(counts) {
            case = case.reported("cases", year, Value::Count { count });
        }
        case.run().unwrap().probability
    };
    // A stable county of any size "improves on itself" half of the time.
    for average in [Average::Mean, Average::Compound] {
        near("stable", run(average, [200, 200, 200]), 0.5);
    }
    // level₂/level₁ < level₁/level₀; log levels are about normal with variance 1/c, and the middle
    // one counts twice.
    let [a, b, c] = [400.5_f64, 400.5, 440.5];
    let center = (a.ln() + c.ln() - 2.0 * b.ln()).abs();
    let spread = (1.0 / a + 1.0 / c + 4.0 / b).sqrt();
    let expected = crate::stats::dist::normal_cdf(-center / spread);
    assert!((run(Average::Mean, [400, 400, 440]) - expected).abs() < 0.03);
}

#[test]
fn a_rate_above_a_certain_average_is_a_beta_tail_and_a_stable_one_a_coin_toss() {
    let run = |now: (u32, u32), before: (u32, u32)| {
        let mut case = Case::new().with(
            "d.rate",
            Rule::AboveOwnAverage(AboveOwnAverage {
                indicator: "rate".into(),
                years: 3,
            }),
        );
        for back in 1..=3 {
            case = case.reported("rate", YEAR - back, rate(before.0, before.1));
        }
        case = case.reported("rate", YEAR, rate(now.0, now.1));
        case.run().unwrap().probability
    };
    let many = (700_000_000, 1_000_000_000);
    near(
        "against 70 %",
        run((75, 100), many),
        beta_sf(0.7, 75.5, 25.5),
    );
    near("stable", run((700, 1000), (700, 1000)), 0.5);
}

#[test]
fn the_ceiling_can_stand_in_for_a_change_and_moves_with_it() {
    // The base wave is known exactly: level and change are one and the same normal on two scales.
    let q2 = Figure {
        df: 1e9,
        ..figure(0.95)
    };
    let change = Change {
        difference: -0.01,
        variance: q2.variance,
        df: 1e9,
    };
    let run = |ceiling| {
        let case = Case::new().with("a.change", improved(ceiling));
        let case = case.asked("q2", q2, Some(change));
        case.run().unwrap().probability
    };
    let rose = crate::stats::dist::normal_cdf(-0.01 / q2.variance.sqrt());
    let scale = q2.variance.sqrt() / (q2.p * (1.0 - q2.p));
    let high = crate::stats::dist::normal_cdf((logit(0.95) - logit(0.94)) / scale);
    near("change", run(None), rose);
    // Perfectly correlated: whoever rose is at the ceiling, so the union is the larger of the two.
    near("either", run(Some(94)), high.max(rose));
}

#[test]
fn judgements_and_complete_counts_are_taken_as_found() {
    let judged = |met| Value::Judgement {
        judgement: crate::evaluation::indicator::Judgement {
            met,
            assessor: "a".into(),
            reason: "b".into(),
            evidence: "c".into(),
        },
    };
    let case = |met, k| {
        Case::new()
            .with("a.violent", cleared("violent", 75))
            .with(
                "a.judged",
                Rule::Judged(Judged {
                    indicator: "judged".into(),
                    monitored: vec![],
                    growth_at_most: None,
                }),
            )
            .with(
                "a.units",
                Rule::ShareAtLeast(ShareAtLeast {
                    indicator: "units".into(),
                    percent: Amount::whole(80),
                }),
            )
            .with("a.every", cleared("every", 100))
            .reported("violent", YEAR, rate(33, 40))
            .reported("judged", YEAR, judged(met))
            .reported("units", YEAR, rate(k, 6))
            .reported("every", YEAR, rate(9, 9))
            .run()
            .unwrap()
    };
    let good = case(true, 5);
    near("all", good.probability, beta_sf(0.75, 33.5, 7.5));
    let fixed: Vec<bool> = good.each.iter().map(|one| one.fixed).collect();
    assert_eq!(fixed, [false, true, true, true]);
    assert!(case(false, 5).probability < 1e-12);
    assert!(case(true, 4).probability < 1e-12);
}

#[test]
fn nothing_is_given_while_one_is_not_assessable_and_not_applicable_leaves() {
    let case = || Case::new().with("a.violent", cleared("violent", 75));
    let known = || case().reported("violent", YEAR, rate(33, 40));
    let alone = known().run().unwrap();
    let none = known().with("b.homicide", cleared("homicide", 90));
    let none = none.reported("homicide", YEAR, rate(0, 0));
    assert_eq!(none.run().unwrap(), alone, "no homicide, nothing to judge");
    let missing = known().with("b.homicide", cleared("homicide", 90));
    assert_eq!(missing.run(), None);
    let unfit = known().with("b.approval", approval(90)).asked(
        "q1",
        Figure {
            n: 99,
            ..figure(0.95)
        },
        None,
    );
    assert_eq!(unfit.run(), None);
    let nothing = case().reported("violent", YEAR, rate(0, 0));
    assert_eq!(
        nothing.run(),
        None,
        "an empty conjunction has no probability"
    );
}

#[test]
fn the_same_inputs_give_the_same_bits() {
    let case = || {
        Case::new()
            .with("a.violent", cleared("violent", 75))
            .reported("violent", YEAR, rate(33, 40))
    };
    assert_eq!(case().run(), case().run());
    let more = case()
        .with("a.approval", approval(90))
        .asked("q1", figure(0.91), None);
    let (one, more) = (case().run().unwrap(), more.run().unwrap());
    assert_eq!(
        one.each[0], more.each[0],
        "a criterion more changes no other one"
    );
    let text = serde_json::to_string(&more).unwrap();
    assert_eq!(serde_json::from_str::<AllMet>(&text).unwrap(), more);
}

#[test]
fn five_of_five_leave_the_true_rate_open() {
    // P(rate ≥ 0.90 | 5 of 5) under Jeffreys's prior, by the F form of the beta distribution.
    let found = Case::new()
        .with("b.homicide", cleared("homicide", 90))
        .reported("homicide", YEAR, rate(5, 5))
        .run()
        .unwrap();
    // Beta(a, b) > x  ⇔  F(2a, 2b) > (b/a) · x/(1 − x).
    let expected = 1.0 - f_cdf(0.5 / 5.5 * 9.0, 11.0, 1.0);
    near("homicide", found.probability, expected);
}
