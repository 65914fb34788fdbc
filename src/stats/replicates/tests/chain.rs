//! The weighting chain in every replicate: cells against rows, and against samples of their own.

use super::*;

/// A survey in which rows repeat: two answers, two sexes, three ages in 24 units.
fn survey() -> Table {
    let mut chance = rng::stream(&[4; 32], "survey");
    let mut columns = vec![Vec::new(); 8];
    for row in 0..1_200 {
        let psu = row % 24;
        let answer = rng::uniform(&mut chance) < 0.4 + 0.02 * num::real(psu);
        let values = [
            num::real(psu),
            num::real(psu / 8),
            1.0 + num::real(psu % 3),
            num::real(rng::below(&mut chance, 2)),
            num::real(rng::below(&mut chance, 3)),
            f64::from(u8::from(rng::uniform(&mut chance) < 0.8)),
            f64::from(u8::from(answer)),
            f64::from(u8::from(rng::uniform(&mut chance) < 0.9)),
        ];
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let names = [
        "psu", "stratum", "w", "sex", "age", "answered", "y", "again",
    ];
    let columns = columns.into_iter().map(Column::Number);
    Table::new(names.map(str::to_owned).into_iter().zip(columns).collect()).unwrap()
}

fn chain() -> Value {
    let cells = |name: &str, totals: &[f64]| {
        let cells = totals
            .iter()
            .enumerate()
            .map(|(level, total)| json!({"levels": [level.to_string()], "total": total}));
        json!({"variables": [name], "cells": cells.collect::<Vec<_>>()})
    };
    json!([
        {"op": "nonresponse_class", "classes": ["stratum"], "response": "answered", "method": "weighted"},
        {"op": "rake", "epsilon": 1e-10, "maxit": 100,
         "margins": [cells("sex", &[1100.0, 1300.0]), cells("age", &[700.0, 800.0, 900.0])]},
        {"op": "trim", "lower": 0.5, "upper": 9.0, "strict": "no"},
        {"op": "calibrate", "model": "raking", "columns": [
            {"kind": "intercept", "total": 2400.0},
            {"kind": "indicator", "variable": "sex", "level": "1", "total": 1300.0}]},
        {"op": "nonresponse_class", "classes": ["age"], "response": "again", "method": "count"},
        {"op": "poststratify", "totals": cells("age", &[700.0, 800.0, 900.0])},
        {"op": "scale_to", "total": 1000.0}
    ])
}

/// The plan that all the comparisons of the chain use.
fn chained(method: &Value) -> Plan {
    plan(
        &json!([taylor(&["stratum"], "fail"), made("r", method)]),
        &json!([{"id": "c", "design": "r", "steps": chain()}]),
        &json!([
            {"id": "p", "kind": "proportion", "design": "r", "weighting": "c", "variable": "y", "by": ["sex"],
             "ci": [{"level": 0.95, "df": "domain", "methods": ["logit", "beta", "likelihood"]}]},
            {"id": "q", "kind": "quantile", "design": "r", "weighting": "c", "variable": "age",
             "probs": [0.3, 0.7], "interval": "quantile", "qrule": "school"},
            {"id": "x", "kind": "chisq", "design": "r", "weighting": "c", "row": "y", "col": "sex", "statistics": ["F"]}
        ]),
    )
}

/// Every number of two documents, in the same places, close to each other.
fn alike(one: &Value, other: &Value, place: &str) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (name, value) in a {
                alike(value, &b[name], &format!("{place}.{name}"));
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                alike(a, b, &format!("{place}[{at}]"));
            }
        }
        _ => match (one.as_f64(), other.as_f64()) {
            (Some(a), Some(b)) => {
                assert!((a - b).abs() <= 1e-9 * b.abs() + 1e-12, "{place}: {a}, {b}");
            }
            _ => assert_eq!(one, other, "{place}"),
        },
    }
}

#[test]
fn merged_rows_give_the_results_of_rows_through_the_whole_chain() {
    let table = survey();
    for method in [bootstrap_of(40), json!({"method": "jkn"})] {
        let plan = chained(&method);
        let merged = compress::compress(&plan, &table, table.rows())
            .unwrap()
            .unwrap();
        assert!(merged.table.rows() < table.rows() / 2);
        let run = |table: &Table| {
            let inputs = Inputs {
                table: Some(table),
                ..Inputs::default()
            };
            let results = plan.run(&inputs, &mut |_| {});
            assert!(results.complete(), "{results:?}");
            serde_json::to_value(results).unwrap()
        };
        alike(&run(&merged.table), &run(&table), "");
    }
}

/// What [`Replicates`] do by cells, done the plain way: every replicate's weights, row by row, through
/// the chain as if they were the sample's own.
#[test]
fn every_replicate_goes_through_the_whole_chain_as_a_sample_of_its_own() {
    let table = survey();
    let plan = chained(&bootstrap_of(6));
    let (design, spec) = match (&plan.designs[0], &plan.designs[1]) {
        (DesignSpec::Taylor(design), DesignSpec::ReplicatesOf(spec)) => {
            (Design::new(design, &table).unwrap(), spec)
        }
        _ => panic!(),
    };
    let factors = unit_factors(&design, &spec.method).unwrap().factors;
    // The number of raking cycles is the full sample's, so the plain way must not stop by itself.
    let mean = |weights: &[f64]| {
        let y = table.numbers("y").unwrap();
        weights.iter().zip(y).map(|(w, y)| w * y).sum::<f64>() / weights.iter().sum::<f64>()
    };
    let mut thetas = Vec::new();
    for factors in &factors {
        let mut columns: Vec<(String, Column)> =
            ["psu", "stratum", "sex", "age", "answered", "y", "again"]
                .iter()
                .map(|name| ((*name).to_owned(), table.column(name).unwrap().clone()))
                .collect();
        let weight =
            |row: usize| design.weights[row] * factors[num::at(design.stages[0].unit[row])];
        columns.push(("w".to_owned(), number((0..table.rows()).map(weight))));
        let own = Table::new(columns).unwrap();
        let plain = plan_of_one_sample();
        let inputs = Inputs {
            table: Some(&own),
            ..Inputs::default()
        };
        let results = plain.run(&inputs, &mut |_| {});
        thetas.push(mean(
            &results
                .weightings
                .get("c")
                .unwrap()
                .as_ref()
                .unwrap()
                .weights,
        ));
    }
    let centre = thetas.iter().sum::<f64>() / 6.0;
    let want = thetas.iter().map(|t| (t - centre).powi(2)).sum::<f64>() / 5.0;
    let plan = super::plan(
        &json!([taylor(&["stratum"], "fail"), made("r", &bootstrap_of(6))]),
        &json!([{"id": "c", "design": "r", "steps": chain()}]),
        &json!([{"id": "m", "kind": "mean", "design": "r", "weighting": "c", "variables": ["y"]}]),
    );
    near(rows_of(&plan, &table, "m")[0].var, want, 1e-6);
}

fn plan_of_one_sample() -> Plan {
    plan(
        &json!([taylor(&["stratum"], "fail")]),
        &json!([{"id": "c", "design": "d", "steps": chain()}]),
        &json!([]),
    )
}

#[test]
fn a_replicate_without_respondents_in_a_class_is_refused_by_its_number() {
    let table = sample(&[3, 3]);
    let psu = table.numbers("psu").unwrap().to_vec();
    let mut columns: Vec<(String, Column)> = table
        .names()
        .iter()
        .map(|name| (name.clone(), table.column(name).unwrap().clone()))
        .collect();
    columns.push((
        "answered".to_owned(),
        number(psu.iter().map(|p| f64::from(u8::from(*p > 2.5)))),
    ));
    let table = Table::new(columns).unwrap();
    let plan = plan(
        &json!([
            taylor(&["stratum"], "fail"),
            made("r", &json!({"method": "jkn"}))
        ]),
        &json!([{"id": "n", "design": "r", "steps": [{"op": "nonresponse_class",
            "classes": ["stratum"], "response": "answered", "method": "weighted"}]}]),
        &json!([]),
    );
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    let error = results.weightings.get("n").unwrap().as_ref().unwrap_err();
    let text = serde_json::to_value(error).unwrap();
    assert_eq!(
        (text["code"].as_str(), text["replicate"].as_u64()),
        (Some("in_replicate"), Some(3))
    );
    assert_eq!(text["because"]["code"], "class_without_respondents");
    assert_eq!(text["because"]["labels"], json!(["0"]));
}
