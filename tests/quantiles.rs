//! Quantiles against R 4.2.2, survey 4.1-1: every interval on the cluster sample of `s15_rep_jk1`,
//! `svyquantile(…, c(.1, .25, .5, .9), ci = TRUE, interval.type, qrule, df = 14, na.rm = TRUE)`.

use minyi::stats::plan::spec::DesignSpec;
use minyi::stats::plan::{AnalysisResult, Inputs, Plan};
use serde_json::{Value, json};

use crate::reference::{folder, read_files};

/// Estimate, low, high for each probability.
type Golden = [[f64; 3]; 4];

/// Asks for quantiles under `design` and what `more` adds to the analysis.
fn found(design: &str, variable: &str, more: &Value) -> Result<Vec<[f64; 4]>, String> {
    let case = folder().join("s15_rep_jk1");
    let text = std::fs::read_to_string(case.join("case.json")).unwrap();
    let mut plan: Plan = serde_json::from_str(&text).unwrap();
    let mut analysis = json!({"id": "q", "kind": "quantile", "design": design,
        "variable": variable, "probs": [0.1, 0.25, 0.5, 0.9]});
    for (name, value) in more.as_object().unwrap() {
        analysis[name] = value.clone();
    }
    plan.analyses = vec![serde_json::from_value(analysis).unwrap()];
    plan.weightings = vec![serde_json::from_value(raked()).unwrap()];
    let (table, replicate_files) = read_files(&case, &plan);
    let inputs = Inputs {
        table: table.as_ref(),
        replicate_files,
    };
    let made = json!({"kind": "replicates_of", "id": "made", "design": "base", "method": "jk1"});
    let made: DesignSpec = serde_json::from_value(made).unwrap();
    plan.designs.push(made);
    match plan.run(&inputs, &mut |_| {}).analyses.get("q") {
        Some(Ok(AnalysisResult::Quantile(result))) => Ok(result
            .rows
            .iter()
            .map(|row| [row.estimate, row.low, row.high, row.se])
            .collect()),
        Some(Err(error)) => Err(error.code()),
        other => panic!("{other:?}"),
    }
}

fn raked() -> Value {
    json!({"id": "raked", "design": "base", "steps": [{"op": "rake", "epsilon": 1e-10, "maxit": 200,
        "margins": [
            {"variables": ["stype"], "cells": [{"levels": ["E"], "total": 4421},
                {"levels": ["H"], "total": 755}, {"levels": ["M"], "total": 1018}]},
            {"variables": ["awards"], "cells": [{"levels": ["No"], "total": 2000},
                {"levels": ["Yes"], "total": 4194}]}]}]})
}

fn meets(design: &str, more: &Value, want: &Golden) {
    // t(0.975, 14)
    let t = 2.144_786_687_916_93;
    let rows = found(design, "api00", more).unwrap();
    assert_eq!(rows.len(), 4);
    for (got, want) in rows.iter().zip(want) {
        for (got, want) in got.iter().zip(want) {
            assert!(
                (got - want).abs() < 1e-9 * want,
                "{design} {more}: {got}, {want}"
            );
        }
        let se = (want[2] - want[1]) / (2.0 * t);
        assert!(
            (got[3] - se).abs() < 1e-9 * se,
            "{design} {more}: se {}, {se}",
            got[3]
        );
    }
}

#[test]
fn every_woodruff_interval_is_that_of_r() {
    for (interval, want) in [
        (
            "mean",
            [
                [502.0, 461.0, 529.0],
                [552.0, 491.0, 628.0],
                [652.0, 559.0, 715.0],
                [781.0, 745.0, 836.0],
            ],
        ),
        (
            "beta",
            [
                [502.0, 472.0, 547.0],
                [552.0, 502.0, 637.0],
                [652.0, 555.0, 717.0],
                [781.0, 733.0, 827.0],
            ],
        ),
        (
            "xlogit",
            [
                [502.0, 478.0, 547.0],
                [552.0, 505.0, 632.0],
                [652.0, 564.0, 714.0],
                [781.0, 733.0, 825.0],
            ],
        ),
        (
            "asin",
            [
                [502.0, 472.0, 536.0],
                [552.0, 502.0, 629.0],
                [652.0, 561.0, 714.0],
                [781.0, 742.0, 827.0],
            ],
        ),
    ] {
        meets("base", &json!({"interval": interval}), &want);
    }
}

#[test]
fn smooth_rules_turn_the_ends_back_as_r_does() {
    let hf5 = [
        [500.8, 440.522_162_494_572, 529.0],
        [552.25, 491.469_343_175_791, 627.530_656_824_209],
        [652.0, 559.250_737_142_452, 714.874_631_428_774],
        [781.8, 745.0, 836.144_601_484_474],
    ];
    meets("base", &json!({"qrule": "hf5"}), &hf5);
    let hf7 = [
        [502.4, 463.505_686_218_47, 529.995_569_032_95],
        [552.5, 491.893_007_967_18, 627.604_259_792_383],
        [652.0, 559.708_383_387_575, 714.640_343_825_338],
        [780.8, 739.334_463_007_5, 834.963_030_686_896],
    ];
    meets("base", &json!({"qrule": "hf7"}), &hf7);
}

#[test]
fn replicates_give_both_kinds_of_intervals() {
    let woodruff = [
        [502.0, 443.0, 535.0],
        [552.0, 482.0, 629.0],
        [652.0, 551.0, 722.0],
        [781.0, 745.0, 842.0],
    ];
    let direct = [
        [502.0, 461.452_500_246_024, 542.547_499_753_976],
        [552.0, 451.390_832_553_66, 652.609_167_446_34],
        [652.0, 557.954_914_864_006, 746.045_085_135_994],
        [781.0, 720.447_590_522_579, 841.552_409_477_421],
    ];
    // R passes the kind of interval on for linearized designs only: its "xlogit" here is "mean".
    for design in ["jk1", "made"] {
        meets(design, &json!({"interval": "mean"}), &woodruff);
        meets(design, &json!({"interval": "quantile"}), &direct);
    }
    let refused = found("base", "api00", &json!({"interval": "quantile"}));
    assert_eq!(refused.unwrap_err(), "replicates_needed");
}

#[test]
fn domains_groups_and_raked_weights_are_those_of_r() {
    let elementary = [
        [504.0, 467.0, 538.0],
        [553.0, 502.0, 625.0],
        [652.0, 561.0, 717.0],
        [789.0, 759.0, 836.0],
    ];
    let domain = json!([{"variable": "stype", "op": "==", "value": "E"}]);
    meets("base", &json!({"domain": domain}), &elementary);
    let groups = found("base", "api00", &json!({"by": ["stype"]})).unwrap();
    assert_eq!(groups.len(), 12);
    assert_eq!(
        groups[..4],
        found("base", "api00", &json!({"domain": domain})).unwrap()
    );
    let raked = [
        [496.0, 465.0, 550.0],
        [552.0, 494.0, 642.0],
        [652.0, 554.0, 715.0],
        [780.0, 729.0, 827.0],
    ];
    meets(
        "base",
        &json!({"weighting": "raked", "interval": "beta"}),
        &raked,
    );
}

#[test]
fn score_intervals_hold_the_values_that_a_test_does_not_refuse() {
    // From R's svymean of (enroll > x) − (1 − p) at every value x: the first at most t standard errors
    // above 0, and the first more than t below. `svyquantile` looks for them with uniroot, which stops
    // one or two values beside the jump.
    let want = [
        [266.0, 205.0, 320.0],
        [352.0, 302.0, 381.0],
        [462.0, 391.0, 532.0],
        [954.0, 637.0, 1344.0],
    ];
    let got = found("base", "enroll", &json!({"interval": "score"})).unwrap();
    for (got, want) in got.iter().zip(&want) {
        assert_eq!(got[..3], want[..]);
    }
}

#[test]
fn a_probability_outside_its_range_is_refused() {
    for probs in [json!([0.5, 1.0]), json!([0.0])] {
        let refused = found("base", "api00", &json!({"probs": probs}));
        assert_eq!(refused.unwrap_err(), "bad_probability");
    }
}
