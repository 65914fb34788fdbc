//! What must be equal whatever the data: an estimate written in two ways, rows and cells, rows in
//! another order, on another scale, with rows that weigh nothing. In the manner of the tests of R's
//! `survey`, on random surveys.

use minyi::stats::data::{Column, Table};
use minyi::stats::num::real;
use minyi::stats::plan::results::EstimateRow;
use minyi::stats::plan::{AnalysisResult, Inputs, Plan, Results};
use minyi::stats::rng::{below, shuffle, stream, uniform};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Columns of a survey, all of one length.
#[derive(Clone)]
struct Survey(Vec<(&'static str, Vec<f64>)>);

/// Population by sex and by age, for which the weights are adjusted.
const SEX: [f64; 2] = [520.0, 480.0];
const AGE: [f64; 3] = [300.0, 350.0, 350.0];

impl Survey {
    /// Three strata of two to five units of six to fifteen persons, and more of each group than none.
    fn random(seed: u64) -> Self {
        let mut key = [3; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut random = stream(&key, "survey");
        let names = [
            "psu", "stratum", "w", "answered", "sex", "age", "group", "x", "y",
        ];
        let mut columns = vec![Vec::new(); names.len()];
        let mut psu = 0;
        for stratum in 0..3 {
            for _ in 0..2 + below(&mut random, 4) {
                psu += 1;
                for person in 0..6 + below(&mut random, 10) {
                    let x = uniform(&mut random) + 0.1 * real(psu);
                    let values = [
                        real(psu),
                        real(stratum),
                        [1.5, 2.0, 3.25][stratum] + 0.5 * real(below(&mut random, 2)),
                        // The first six of a unit make every group and class occur.
                        f64::from(u8::from(person < 6 || uniform(&mut random) < 0.6)),
                        real(person % 2),
                        real(person % 3),
                        real(if person < 6 {
                            person % 3
                        } else {
                            below(&mut random, 3)
                        }),
                        x,
                        f64::from(u8::from(uniform(&mut random) < 0.3 + 0.3 * x)),
                    ];
                    for (column, value) in columns.iter_mut().zip(values) {
                        column.push(value);
                    }
                }
            }
        }
        Self(names.into_iter().zip(columns).collect())
    }

    fn rows(&self) -> usize {
        self.0[0].1.len()
    }

    fn column(&self, name: &str) -> &[f64] {
        &self.0.iter().find(|(own, _)| *own == name).unwrap().1
    }

    fn with(mut self, name: &'static str, of: impl Fn(usize) -> f64) -> Self {
        let values = (0..self.rows()).map(of).collect();
        self.0.retain(|(own, _)| *own != name);
        self.0.push((name, values));
        self
    }

    /// The rows of these numbers, in this order.
    fn pick(&self, rows: &[usize]) -> Self {
        let pick = |values: &Vec<f64>| rows.iter().map(|row| values[*row]).collect();
        Self(
            self.0
                .iter()
                .map(|(name, values)| (*name, pick(values)))
                .collect(),
        )
    }

    fn table(&self) -> Table {
        let typed = |(name, values): &(&str, Vec<f64>)| {
            ((*name).to_owned(), Column::Number(values.clone()))
        };
        Table::new(self.0.iter().map(typed).collect()).unwrap()
    }
}

fn margin(variable: &str, totals: &[f64]) -> Value {
    let cell =
        |(level, total): (usize, &f64)| json!({"levels": [level.to_string()], "total": total});
    let cells: Vec<Value> = totals.iter().enumerate().map(cell).collect();
    json!({"variables": [variable], "cells": cells})
}

fn rake() -> Value {
    json!({"op": "rake", "margins": [margin("sex", &SEX), margin("age", &AGE)], "epsilon": 1e-14, "maxit": 1000})
}

fn calibrate() -> Value {
    let column = |variable: &str, level: usize, total: f64| json!({"kind": "indicator", "variable": variable, "level": level.to_string(), "total": total});
    let mut columns: Vec<Value> = SEX
        .iter()
        .enumerate()
        .map(|(level, n)| column("sex", level, *n))
        .collect();
    columns.extend(
        AGE.iter()
            .enumerate()
            .skip(1)
            .map(|(level, n)| column("age", level, *n)),
    );
    json!({"op": "calibrate", "model": "raking", "columns": columns, "epsilon": 1e-12})
}

/// The default chain of a wave.
fn chain() -> Value {
    json!([
        {"op": "nonresponse_class", "classes": ["stratum"], "response": "answered", "method": "weighted"},
        calibrate(),
        {"op": "trim", "lower_percentile": 2.0, "upper_percentile": 98.0, "strict": "no"},
        calibrate()
    ])
}

/// Linearization, `JKn` and a bootstrap of one design; the chain on each; the analyses on each, with the
/// base weights and with those of the chain.
fn plan(analyses: &[Value]) -> Plan {
    let designs = json!([
        {"id": "taylor", "kind": "taylor", "ids": ["psu"], "strata": ["stratum"], "weights": "w"},
        {"id": "jkn", "kind": "replicates_of", "design": "taylor", "method": "jkn"},
        {"id": "bootstrap", "kind": "replicates_of", "design": "taylor", "method": "bootstrap",
         "replicates": 20, "seed": "07".repeat(32)}
    ]);
    let mut asked = Vec::new();
    for design in ["taylor", "jkn", "bootstrap"] {
        for weighting in [None, Some(design)] {
            for analysis in analyses {
                let mut analysis = analysis.clone();
                let weighted = if weighting.is_some() { "final" } else { "base" };
                let id = format!("{design}/{weighted}/{}", analysis["id"].as_str().unwrap());
                analysis["id"] = json!(id);
                analysis["design"] = json!(design);
                if let Some(weighting) = weighting {
                    analysis["weighting"] = json!(weighting);
                }
                asked.push(analysis);
            }
        }
    }
    let weightings =
        ["taylor", "jkn", "bootstrap"].map(|id| json!({"id": id, "design": id, "steps": chain()}));
    let plan = json!({"id": "t", "designs": designs, "weightings": weightings, "analyses": asked});
    let plan: Plan = serde_json::from_value(plan).unwrap();
    plan.check().unwrap();
    plan
}

/// Everything that does not depend on the sum of the weights.
fn rates() -> Vec<Value> {
    let ci = json!([{"level": 0.95, "df": "domain", "methods": ["xlogit", "asin", "beta", "wilson", "mean"]}]);
    vec![
        json!({"id": "mean", "kind": "mean", "variables": ["x"], "by": ["group"]}),
        json!({"id": "share", "kind": "proportion", "variable": "y", "ci": ci}),
        json!({"id": "shares", "kind": "proportion", "variable": "y", "by": ["sex"], "ci": ci}),
        json!({"id": "ratio", "kind": "ratio", "numerator": "y", "denominator": "x"}),
        json!({"id": "degf", "kind": "degf"}),
    ]
}

fn run(plan: &Plan, table: &Table) -> Results {
    let inputs = Inputs {
        table: Some(table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    for (id, outcome) in results.analyses.iter() {
        assert!(outcome.is_ok(), "{id}: {outcome:?}");
    }
    results
}

fn row(results: &Results, id: &str) -> EstimateRow {
    match results.analyses.get(id) {
        Some(Ok(AnalysisResult::Rows(found))) => found.rows[0].clone(),
        other => panic!("{id}: {other:?}"),
    }
}

#[track_caller]
fn near(got: f64, want: f64, share: f64) {
    assert!(
        (got - want).abs() <= share * want.abs(),
        "{got} instead of {want}"
    );
}

/// Every number of two documents, in the same places, equal up to rounding.
#[track_caller]
fn alike(one: &Value, other: &Value, share: f64) {
    fn walk(one: &Value, other: &Value, share: f64, place: &str) -> Option<String> {
        match (one, other) {
            (Value::Object(a), Value::Object(b)) if a.len() == b.len() => a
                .iter()
                .find_map(|(name, value)| walk(value, &b[name], share, &format!("{place}.{name}"))),
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                (a.iter().zip(b).enumerate())
                    .find_map(|(at, (a, b))| walk(a, b, share, &format!("{place}[{at}]")))
            }
            _ => match (one.as_f64(), other.as_f64()) {
                (Some(a), Some(b)) if (a - b).abs() <= share * (b.abs() + 1e-3) => None,
                _ => (one != other).then(|| format!("{place}: {one}, {other}")),
            },
        }
    }
    assert_eq!(walk(one, other, share, ""), None);
}

fn analyses_of(results: &Results) -> Value {
    serde_json::to_value(results).unwrap()["analyses"].clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_domain_mean_is_a_ratio_is_a_contrast(seed in any::<u64>()) {
        let survey = Survey::random(seed);
        let group = survey.column("group").to_vec();
        let x = survey.column("x").to_vec();
        let inside = move |row: usize| f64::from(u8::from(group[row] > 0.5 && group[row] < 1.5));
        let also = inside.clone();
        let table = survey.with("inside", inside).with("x_inside", move |row| x[row] * also(row)).table();
        let results = run(&plan(&[
            json!({"id": "domain", "kind": "mean", "variables": ["x"],
                   "domain": [{"variable": "group", "op": "==", "value": 1}]}),
            json!({"id": "ratio", "kind": "ratio", "numerator": "x_inside", "denominator": "inside"}),
            json!({"id": "contrast", "kind": "contrast", "variable": "x", "by": ["group"], "df": "design",
                   "contrasts": [{"id": "c", "groups": ["1"], "coefficients": [1.0]}]}),
        ]), &table);
        for design in ["taylor", "jkn", "bootstrap"] {
            for weights in ["base", "final"] {
                let domain = row(&results, &format!("{design}/{weights}/domain"));
                let ratio = row(&results, &format!("{design}/{weights}/ratio"));
                near(ratio.estimate, domain.estimate, 1e-12);
                near(ratio.var, domain.var, 1e-9);
                let id = format!("{design}/{weights}/contrast");
                let Some(Ok(AnalysisResult::Contrast(found))) = results.analyses.get(&id) else {
                    panic!("{id}");
                };
                near(found.contrasts[0].estimate, domain.estimate, 1e-12);
                near(found.contrasts[0].var, domain.var, 1e-9);
            }
        }
    }

    #[test]
    fn raking_ends_where_calibration_with_the_raking_distance_does(seed in any::<u64>()) {
        let survey = Survey::random(seed);
        let mut plan = plan(&[]);
        plan.designs.truncate(1);
        plan.weightings = [("raked", rake()), ("calibrated", calibrate())]
            .map(|(id, step)| serde_json::from_value(json!({"id": id, "design": "taylor", "steps": [step]})).unwrap())
            .into();
        let results = run(&plan, &survey.table());
        let weights = |id: &str| results.weightings.get(id).unwrap().as_ref().unwrap().weights.clone();
        for (raked, calibrated) in weights("raked").iter().zip(weights("calibrated")) {
            near(*raked, calibrated, 1e-8);
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(seed in any::<u64>()) {
        let survey = Survey::random(seed);
        let mut order: Vec<usize> = (0..survey.rows()).collect();
        shuffle(&mut stream(&[5; 32], "order"), &mut order);
        // The bootstrap draws units in the order in which they appear: the first of each stays first.
        let psu = survey.column("psu");
        order.sort_by(|a, b| psu[*a].total_cmp(&psu[*b]));
        let plan = plan(&rates());
        let one = analyses_of(&run(&plan, &survey.table()));
        alike(&analyses_of(&run(&plan, &survey.pick(&order).table())), &one, 1e-9);
    }

    #[test]
    fn the_order_of_units_changes_nothing_that_is_not_drawn(seed in any::<u64>()) {
        let survey = Survey::random(seed);
        let mut order: Vec<usize> = (0..survey.rows()).collect();
        shuffle(&mut stream(&[6; 32], "order"), &mut order);
        let mut plan = plan(&rates());
        plan.analyses.retain(|analysis| analysis.design != "bootstrap");
        let one = analyses_of(&run(&plan, &survey.table()));
        let mut other = analyses_of(&run(&plan, &survey.pick(&order).table()));
        by_group(&mut other);
        let mut sorted = one;
        by_group(&mut sorted);
        alike(&other, &sorted, 1e-9);
    }

    #[test]
    fn the_scale_of_the_weights_changes_totals_alone(seed in any::<u64>(), scale in 0.01..100.0_f64) {
        let survey = Survey::random(seed);
        let mut asked = rates();
        asked.push(json!({"id": "total", "kind": "total", "variables": ["x"]}));
        let plan = plan(&asked);
        let w = survey.column("w").to_vec();
        let one = run(&plan, &survey.table());
        let other = run(&plan, &survey.with("w", |row| scale * w[row]).table());
        for design in ["taylor", "jkn", "bootstrap"] {
            let (was, is) = (row(&one, &format!("{design}/base/total")), row(&other, &format!("{design}/base/total")));
            near(is.estimate, scale * was.estimate, 1e-12);
            near(is.var, scale * scale * was.var, 1e-10);
            // Calibrated to the same population, even totals are the same.
            let id = format!("{design}/final/total");
            near(row(&other, &id).estimate, row(&one, &id).estimate, 1e-10);
            for id in ["mean", "share", "ratio"] {
                for weights in ["base", "final"] {
                    let id = format!("{design}/{weights}/{id}");
                    near(row(&other, &id).estimate, row(&one, &id).estimate, 1e-9);
                    near(row(&other, &id).var, row(&one, &id).var, 1e-7);
                }
            }
        }
    }

    #[test]
    fn rows_that_weigh_nothing_change_nothing(seed in any::<u64>(), extra in 1_usize..20) {
        let survey = Survey::random(seed);
        let n = survey.rows();
        let rows: Vec<usize> = (0..n).chain((0..extra).map(|k| (7 * k + 3) % n)).collect();
        let more = survey.pick(&rows);
        let w = more.column("w").to_vec();
        let more = more.with("w", |row| if row < n { w[row] } else { 0.0 });
        let plan = plan(&rates());
        // The beta interval counts every row of the data, as R does.
        let without_beta = |table: &Table| {
            let mut analyses = analyses_of(&run(&plan, table));
            for (_, analysis) in analyses.as_object_mut().unwrap() {
                for row in analysis.get_mut("rows").and_then(Value::as_array_mut).into_iter().flatten() {
                    row.as_object_mut().unwrap().remove("n_rows_beta");
                    if let Some(ci) = row.get_mut("ci").and_then(Value::as_array_mut) {
                        ci.retain(|interval| interval["method"] != "beta");
                    }
                }
            }
            analyses
        };
        alike(&without_beta(&more.table()), &without_beta(&survey.table()), 1e-9);
    }

    #[test]
    fn one_more_approval_raises_the_share_by_its_weight(seed in any::<u64>(), at in any::<prop::sample::Index>()) {
        let survey = Survey::random(seed);
        let y = survey.column("y").to_vec();
        let answered = survey.column("answered").to_vec();
        let no: Vec<usize> = (0..y.len()).filter(|row| y[*row] < 0.5 && answered[*row] > 0.5).collect();
        prop_assume!(!no.is_empty());
        let turned = no[at.index(no.len())];
        let plan = plan(&rates());
        let before = run(&plan, &survey.table());
        let after = run(&plan, &survey.with("y", |row| if row == turned { 1.0 } else { y[row] }).table());
        let weights = &before.weightings.get("taylor").unwrap().as_ref().unwrap().weights;
        let gain = weights[turned] / weights.iter().sum::<f64>();
        for design in ["taylor", "jkn", "bootstrap"] {
            let id = format!("{design}/final/share");
            near(row(&after, &id).estimate - row(&before, &id).estimate, gain, 1e-9);
        }
    }

    #[test]
    fn a_shifted_and_stretched_answer_has_a_shifted_and_stretched_mean(
        seed in any::<u64>(), shift in -5.0..5.0_f64, stretch in 0.1..10.0_f64,
    ) {
        let survey = Survey::random(seed);
        let plan = plan(&[json!({"id": "mean", "kind": "mean", "variables": ["x"]})]);
        let x = survey.column("x").to_vec();
        let one = run(&plan, &survey.table());
        let other = run(&plan, &survey.with("x", |row| shift + stretch * x[row]).table());
        for (id, _) in one.analyses.iter() {
            let (was, is) = (row(&one, id), row(&other, id));
            prop_assert!((is.estimate - shift - stretch * was.estimate).abs() < 1e-10);
            near(is.var, stretch * stretch * was.var, 1e-8);
        }
    }

    #[test]
    fn cells_give_what_their_rows_give(seed in any::<u64>(), most in 2_usize..6) {
        let survey = Survey::random(seed);
        let mut random = stream(&[8; 32], "counts");
        let counts: Vec<usize> = (0..survey.rows()).map(|_| 1 + below(&mut random, most)).collect();
        let rows: Vec<usize> = counts.iter().enumerate().flat_map(|(row, n)| std::iter::repeat_n(row, *n)).collect();
        let plan = plan(&rates());
        let cells = survey.table().with_counts(counts.into_iter().map(real).collect()).unwrap();
        let one = analyses_of(&run(&plan, &survey.pick(&rows).table()));
        alike(&analyses_of(&run(&plan, &cells)), &one, 1e-9);
    }
}

/// Rows of a result by their group: they stand in the order in which groups appear.
fn by_group(analyses: &mut Value) {
    for (_, analysis) in analyses.as_object_mut().unwrap() {
        if let Some(rows) = analysis.get_mut("rows").and_then(Value::as_array_mut) {
            rows.sort_by_key(|row| row["group"].to_string());
        }
    }
}

#[test]
fn of_a_simple_random_sample_every_method_gives_the_closed_form() {
    let mut random = stream(&[2; 32], "simple");
    let n = 40;
    let y: Vec<f64> = (0..n)
        .map(|_| f64::from(u8::from(uniform(&mut random) < 0.7)))
        .collect();
    let x: Vec<f64> = (0..n).map(|_| uniform(&mut random)).collect();
    let variance = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / real(n);
        values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (real(n) - 1.0) / real(n)
    };
    let survey = Survey(vec![
        ("w", vec![25.0; n]),
        ("x", x.clone()),
        ("y", y.clone()),
    ]);
    let analyses: Vec<Value> = ["taylor", "finite", "jk1"].iter().flat_map(|design| [
            json!({"id": format!("{design}/x"), "kind": "mean", "design": design, "variables": ["x"]}),
            json!({"id": format!("{design}/y"), "kind": "proportion", "design": design, "variable": "y"}),
        ]).collect();
    let plan = json!({
        "id": "t",
        "designs": [
            {"id": "taylor", "kind": "taylor", "weights": "w"},
            {"id": "finite", "kind": "taylor", "weights": "w", "fpc": ["share"]},
            {"id": "jk1", "kind": "replicates_of", "design": "taylor", "method": "jk1"}
        ],
        "analyses": analyses
    });
    let plan: Plan = serde_json::from_value(plan).unwrap();
    let results = run(&plan, &survey.with("share", |_| 0.04).table());
    let p = y.iter().sum::<f64>() / real(n);
    near(variance(&y), p * (1.0 - p) / (real(n) - 1.0), 1e-12);
    for (design, left) in [("taylor", 1.0), ("finite", 0.96), ("jk1", 1.0)] {
        near(
            row(&results, &format!("{design}/x")).var,
            left * variance(&x),
            1e-12,
        );
        near(
            row(&results, &format!("{design}/y")).var,
            left * variance(&y),
            1e-12,
        );
        near(row(&results, &format!("{design}/y")).estimate, p, 1e-13);
    }
}

#[test]
fn groups_of_a_text_column_come_in_the_order_of_their_names() {
    let labels = ["town", "city", "village", "city", "town", "village"];
    let table = Table::new(vec![
        ("place".to_owned(), Column::labels(labels.map(Some))),
        ("w".to_owned(), Column::Number(vec![1.0; 6])),
        (
            "y".to_owned(),
            Column::Number(vec![1.0, 0.0, 1.0, 1.0, 0.0, 0.0]),
        ),
    ])
    .unwrap();
    let plan: Plan = serde_json::from_value(json!({
        "id": "t",
        "data": {"file": "none.csv", "columns": [{"name": "place", "type": "string"}, {"name": "w", "type": "number"},
            {"name": "y", "type": "number"}]},
        "designs": [{"id": "d", "kind": "taylor", "weights": "w"}],
        "analyses": [{"id": "m", "kind": "mean", "design": "d", "variables": ["y"], "by": ["place"]}]
    }))
    .unwrap();
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    let document = serde_json::to_value(results).unwrap();
    let groups: Vec<&str> = document["analyses"]["m"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["group"]["place"].as_str().unwrap())
        .collect();
    assert_eq!(groups, ["city", "town", "village"]);
}
