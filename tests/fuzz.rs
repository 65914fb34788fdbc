//! Damaged plans, strange data and bytes from outside: nothing panics, and no number that does not exist
//! comes out as if it did.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use minyi::cli::fuzz;
use minyi::stats::data::{Column, Table};
use minyi::stats::plan::{Inputs, Plan};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::reference::{folder, read_files};

/// Damaged plans in one run.
const CASES: u32 = 160;
/// Strange tables in one run.
const TABLES: u32 = 24;
/// Damaged files in one run.
const BYTES: u32 = 200;

/// A function that takes bytes from outside.
type Reader = fn(&[u8]) -> Result<(), String>;

/// The same cases in every run; `FUZZ_CASES` and `FUZZ_SEED` ask for more and for others.
fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("FUZZ_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let seed = std::env::var("FUZZ_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(7_u8);
    TestRunner::new_with_rng(
        config,
        TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
    )
}

fn cases() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("case.json").is_file())
        .collect();
    found.sort();
    found
}

/// One change of a document: which node (counted through the document), and what becomes of it.
#[derive(Clone, Debug)]
enum Change {
    Delete(usize),
    Replace(usize, Value),
    /// The node becomes a copy of another one.
    Copy(usize, usize),
}

fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Object(fields) => fields.values().map(nodes).sum(),
        Value::Array(items) => items.iter().map(nodes).sum::<usize>(),
        _ => 0,
    }
}

/// The node at a place of the depth-first order, with `change` applied; true = delete it.
fn at(value: &mut Value, left: &mut usize, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    if *left == 0 {
        return change(value);
    }
    *left -= 1;
    match value {
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            for name in names {
                let inner = fields.get_mut(&name).unwrap();
                let size = nodes(inner);
                if *left < size {
                    if at(inner, left, change) {
                        fields.remove(&name);
                    }
                    return false;
                }
                *left -= size;
            }
        }
        Value::Array(items) => {
            for place in 0..items.len() {
                let size = nodes(&items[place]);
                if *left < size {
                    if at(&mut items[place], left, change) {
                        items.remove(place);
                    }
                    return false;
                }
                *left -= size;
            }
        }
        _ => {}
    }
    false
}

fn damage(document: &mut Value, changes: &[Change]) {
    for change in changes {
        let size = nodes(document);
        let from = match change {
            Change::Copy(_, from) => {
                let mut found = Value::Null;
                at(document, &mut (from % size), &mut |value| {
                    found = value.clone();
                    false
                });
                Some(found)
            }
            _ => None,
        };
        let (Change::Delete(place) | Change::Replace(place, _) | Change::Copy(place, _)) = change;
        // The document itself stays.
        at(
            document,
            &mut (1 + place % (size - 1).max(1)),
            &mut |value| match change {
                Change::Delete(_) => true,
                Change::Replace(_, with) => {
                    *value = with.clone();
                    false
                }
                Change::Copy(..) => {
                    *value = from.clone().unwrap();
                    false
                }
            },
        );
    }
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(0),
        json!(-1),
        json!(1),
        json!(2),
        json!(0.5),
        json!(0.999_999_999),
        json!(1e-300),
        json!(1e300),
        json!(-1e300),
        json!(1.797e308),
        json!(4_000_000_000_u64),
        json!("NaN"),
        json!("inf"),
        json!("design"),
        json!("domain"),
        json!(""),
        json!("no such thing"),
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([0, 0]),
        json!(["x"]),
        json!([[]]),
    ])
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<u32>().prop_map(|place| place as usize);
    prop_oneof![
        2 => place.clone().prop_map(Change::Delete),
        5 => (place.clone(), odd_value()).prop_map(|(place, value)| Change::Replace(place, value)),
        2 => (place.clone(), place).prop_map(|(to, from)| Change::Copy(to, from)),
    ]
}

/// The first records of a table.
fn head(table: &Table, rows: usize) -> Table {
    let take = rows.min(table.rows());
    let columns = table.names().iter().map(|name| {
        let column = match table.column(name).unwrap() {
            Column::Number(values) => Column::Number(values[..take].to_vec()),
            Column::Category { levels, codes } => Column::Category {
                levels: levels.clone(),
                codes: codes[..take].to_vec(),
            },
        };
        (name.clone(), column)
    });
    Table::new(columns.collect()).unwrap()
}

fn run_and_check(plan: &Plan, inputs: &Inputs<'_>) -> Result<(), TestCaseError> {
    let results = plan.run(inputs, &mut |_| {});
    fuzz::unreported(plan, &results).map_or(Ok(()), |place| Err(TestCaseError::fail(place)))
}

#[test]
fn a_damaged_plan_is_refused_or_runs_and_never_panics() {
    let cases: Vec<_> = cases()
        .iter()
        .map(|folder| {
            let text = fs::read_to_string(folder.join("case.json")).unwrap();
            let document: Value = serde_json::from_str(&text).unwrap();
            let plan: Plan = serde_json::from_value(document.clone()).unwrap();
            let (table, replicates) = read_files(folder, &plan);
            (document, table, replicates)
        })
        .collect();
    assert!(cases.len() >= 26);
    let strategy = (
        0..cases.len(),
        prop::collection::vec(change(), 0..4),
        prop::sample::select(vec![1_usize, 2, 9, 40, 90]),
    );
    let ran = std::cell::Cell::new(0_u32);
    runner(CASES)
        .run(&strategy, |(case, changes, rows)| {
            let (document, table, replicates) = &cases[case];
            let mut document = document.clone();
            damage(&mut document, &changes);
            let Ok(plan) = serde_json::from_value::<Plan>(document) else {
                return Ok(());
            };
            let _ = plan.check();
            let table = table.as_ref().map(|table| head(table, rows));
            let replicate_files: BTreeMap<String, Table> = replicates
                .iter()
                .map(|(name, table)| (name.clone(), head(table, rows)))
                .collect();
            let inputs = Inputs {
                table: table.as_ref(),
                replicate_files,
            };
            ran.set(ran.get() + 1);
            run_and_check(&plan, &inputs)
        })
        .unwrap();
    assert!(
        ran.get() > CASES / 4,
        "only {} damaged plans could be read",
        ran.get()
    );
}

/// A column of numbers by its nature.
fn numbers(rows: usize) -> impl Strategy<Value = Column> {
    let mixed = prop_oneof![
        4 => (0..6).prop_map(f64::from),
        2 => -3.0..9.0,
        1 => Just(f64::NAN),
        1 => prop::sample::select(vec![0.0, -0.0, 1e-300, 1e-9, 1e9, 1e150, 1e300, -1e300,
        ]),
    ];
    let ordinary = prop_oneof![5 => 0.0..5.0, 1 => Just(0.0)];
    prop_oneof![
        2 => prop::sample::select(vec![0.0, 1.0, 1.5, 1e-12, 1e12]).prop_map(move |x| vec![x; rows]),
        4 => prop::collection::vec((0..2).prop_map(f64::from), rows),
        4 => prop::collection::vec(ordinary, rows),
        3 => prop::collection::vec(mixed, rows),
    ]
    .prop_map(Column::Number)
}

fn labels(rows: usize) -> impl Strategy<Value = Column> {
    let level = prop::sample::select(vec![
        Some("a"),
        Some("b"),
        Some("a"),
        Some("b"),
        Some("c"),
        None,
    ]);
    let clean = prop::sample::select(vec![Some("a"), Some("b")]);
    prop_oneof![
        1 => Just(vec![Some("a"); rows]),
        3 => prop::collection::vec(clean, rows),
        2 => prop::collection::vec(level, rows),
    ]
    .prop_map(Column::labels)
}

fn units(rows: usize) -> impl Strategy<Value = Column> {
    let unit = prop::sample::select(vec!["1", "2", "3", "4", "5", "6"]);
    prop_oneof![
        1 => Just(vec![Some("1"); rows]),
        5 => prop::collection::vec(unit.prop_map(Some), rows),
    ]
    .prop_map(Column::labels)
}

fn strange_table() -> impl Strategy<Value = Table> {
    (1_usize..24).prop_flat_map(|rows| {
        let names = ["w", "y", "x", "safe", "answered", "big_n"];
        let number = prop::collection::vec(numbers(rows), names.len());
        let label = prop::collection::vec(labels(rows), 3);
        (number, label, units(rows), units(rows)).prop_map(move |(number, label, psu, ssu)| {
            let mut columns: Vec<(String, Column)> = names
                .iter()
                .map(|name| (*name).to_owned())
                .zip(number)
                .collect();
            columns.extend(["h", "g", "k"].map(str::to_owned).into_iter().zip(label));
            columns.push(("psu".to_owned(), psu));
            columns.push(("ssu".to_owned(), ssu));
            Table::new(columns).unwrap()
        })
    })
}

/// Every kind of design, weighting and analysis crossed.
fn everything() -> Plan {
    let intervals = json!([
        {"level": 0.95, "df": "domain", "methods": ["logit", "xlogit", "asin", "beta", "mean", "wilson",
         "wilson_kish", "beta_kish", "likelihood"]},
        {"level": 0.9, "df": "design", "methods": ["xlogit"]},
        {"level": 0.999, "df": "inf", "methods": ["beta", "likelihood"]}
    ]);
    let plain = json!([{"level": 0.95, "df": "domain"}, {"level": 0.95, "df": "inf"}]);
    let mut designs = vec![
        json!({"kind": "taylor", "id": "rows", "weights": "w"}),
        json!({"kind": "taylor", "id": "fpc", "fpc": ["big_n"]}),
        json!({"kind": "taylor", "id": "two", "ids": ["psu", "ssu"], "strata": ["h"], "weights": "w", "nest": true,
               "fpc": ["big_n"], "lonely_psu": "average"}),
    ];
    for rule in ["fail", "certainty", "remove", "adjust", "average"] {
        designs.push(
            json!({"kind": "taylor", "id": rule, "ids": ["psu"], "strata": ["h"], "weights": "w",
                            "nest": true, "lonely_psu": rule}),
        );
    }
    let seed = "07".repeat(32);
    for (id, design, mut fields) in [
        ("jk1", "rows", json!({"method": "jk1"})),
        ("jkn", "adjust", json!({"method": "jkn", "mse": true})),
        ("brr", "remove", json!({"method": "brr"})),
        ("fay", "certainty", json!({"method": "fay", "rho": 0.3})),
        (
            "boot",
            "remove",
            json!({"method": "bootstrap", "replicates": 8, "seed": seed}),
        ),
    ] {
        let own = json!({"kind": "replicates_of", "id": id, "design": design});
        fields
            .as_object_mut()
            .unwrap()
            .extend(own.as_object().unwrap().clone());
        designs.push(fields);
    }
    let cells = json!({"variables": ["g"], "cells": [{"levels": ["a"], "total": 60}, {"levels": ["b"], "total": 40}]});
    let cross = json!({"variables": ["k"], "cells": [{"levels": ["a"], "total": 30}, {"levels": ["b"], "total": 70}]});
    let columns = json!([{"kind": "intercept", "total": 100}, {"kind": "numeric", "variable": "x", "total": 210}]);
    let pipelines = [
        ("plain", json!([])),
        (
            "answer",
            json!([{"op": "nonresponse_class", "classes": ["h"], "response": "answered", "method": "weighted"}]),
        ),
        (
            "count",
            json!([{"op": "nonresponse_class", "response": "answered", "method": "count"}]),
        ),
        (
            "post",
            json!([{"op": "poststratify", "totals": cells, "partial": true}]),
        ),
        ("rake", json!([{"op": "rake", "margins": [cells, cross]}])),
        (
            "linear",
            json!([{"op": "calibrate", "model": "linear", "columns": columns}]),
        ),
        (
            "raking",
            json!([{"op": "calibrate", "model": "raking", "columns": columns}]),
        ),
        (
            "logit",
            json!([{"op": "calibrate", "model": "logit", "columns": columns, "lower": 0.2, "upper": 4}]),
        ),
        (
            "trim",
            json!([{"op": "trim", "upper_percentile": 90, "lower_percentile": 5, "strict": "recursive"},
                        {"op": "scale_to", "total": 500}]),
        ),
        (
            "chain",
            json!([{"op": "rake", "margins": [cells]}, {"op": "trim", "upper": 30, "strict": "once_trimmed_fixed"},
                         {"op": "calibrate", "model": "linear", "columns": [{"kind": "intercept", "total": 100}]}]),
        ),
    ];
    let kinds = [
        json!({"kind": "mean", "variables": ["y", "g"], "cov": true, "ci": plain}),
        json!({"kind": "mean", "variables": ["y"], "by": ["k"], "ci": plain}),
        json!({"kind": "total", "variables": ["y", "x"], "cov": true, "ci": plain}),
        json!({"kind": "ratio", "numerator": "y", "denominator": "x", "ci": plain}),
        json!({"kind": "proportion", "variable": "safe", "ci": intervals}),
        json!({"kind": "proportion", "variable": "g", "level": "a", "by": ["h"], "ci": intervals}),
        json!({"kind": "proportion", "variable": "safe", "domain": [{"variable": "y", "op": ">", "value": 2}], "ci": intervals}),
        json!({"kind": "contrast", "variable": "y", "by": ["g"], "df": "domain",
               "contrasts": [{"id": "c", "groups": ["a", "b"], "coefficients": [1, -1]}]}),
        json!({"kind": "chisq", "row": "g", "col": "k", "statistics": ["F", "Chisq", "Wald", "adjWald"]}),
        json!({"kind": "ttest", "variable": "y"}),
        json!({"kind": "ttest", "variable": "y", "group": "g"}),
        json!({"kind": "degf"}),
        json!({"kind": "quantile", "variable": "y", "probs": [0.0001, 0.5, 0.9], "interval": "mean"}),
        json!({"kind": "quantile", "variable": "y", "probs": [0.5], "interval": "beta", "qrule": "hf7"}),
        json!({"kind": "quantile", "variable": "y", "probs": [0.5], "interval": "score", "qrule": "shahvaish", "by": ["h"]}),
        json!({"kind": "quantile", "variable": "y", "probs": [0.5], "interval": "quantile", "qrule": "school"}),
    ];
    let mut weightings = Vec::new();
    let mut analyses = Vec::new();
    for design in &designs {
        let design = design["id"].as_str().unwrap();
        for (name, steps) in &pipelines {
            let weighting = format!("{design} {name}");
            weightings.push(json!({"id": weighting, "design": design, "steps": steps}));
            // All kinds on some pipelines, the rest in turn.
            for (at, kind) in kinds.iter().enumerate() {
                if !matches!(*name, "plain" | "rake") && (at + weightings.len()) % 5 != 0 {
                    continue;
                }
                let mut analysis = kind.as_object().unwrap().clone();
                analysis.insert("id".to_owned(), json!(format!("{weighting} {at}")));
                analysis.insert("design".to_owned(), json!(design));
                analysis.insert("weighting".to_owned(), json!(weighting));
                analyses.push(Value::Object(analysis));
            }
        }
    }
    let models = json!([{"id": "m", "method": "REML", "area": "g", "y": "y", "vardir": "x",
                         "columns": ["intercept", "indicator k=a", "numeric safe"]}]);
    serde_json::from_value(
        json!({"id": "everything", "designs": designs, "weightings": weightings,
                                  "analyses": analyses, "small_area": models}),
    )
    .unwrap()
}

#[test]
fn strange_data_are_refused_or_estimated_and_never_panic() {
    let plan = everything();
    plan.check().unwrap();
    runner(TABLES)
        .run(&strange_table(), |table| {
            let inputs = Inputs {
                table: Some(&table),
                ..Inputs::default()
            };
            run_and_check(&plan, &inputs)
        })
        .unwrap();
}

/// A whole form, as a browser sends it.
fn resident_form() -> String {
    let instance = "5a".repeat(16);
    format!(
        "_instance={instance}&_direction=1&_fast=0&_code=R184-PWHE-5VW24&s1=4&s2=60up&q1=1&q2=2&q6=1&q6=2\
         &q7=2&d1=female"
    )
}

#[test]
fn bytes_from_outside_never_break_a_reader() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read(root.join(name)).unwrap();
    let seeds: Vec<(Reader, Vec<u8>)> = vec![
        (fuzz::plan, read("tests/reference/s07_lonely_psu/case.json")),
        (fuzz::plan, read("examples/enusc-2019/plan.toml")),
        (fuzz::table, read("tests/reference/s06_mini_fpc/data.csv")),
        (
            fuzz::table,
            "\u{feff}区,w,sex\r\n\"a,\"\"b\",1e3,f\r\n,.5,m\r\n".into(),
        ),
        (fuzz::indicators, read("examples/yangquan/indicators.csv")),
        (fuzz::wave, read("examples/yangquan/wave.toml")),
        (fuzz::imports, read("examples/yangquan/areas.csv")),
        (fuzz::imports, read("examples/yangquan/frame.csv")),
        (fuzz::imports, read("examples/yangquan/margins.csv")),
        (fuzz::code, "r184 pwhe–５vw24".into()),
        (minyi::web::fuzz::form, resident_form().into_bytes()),
    ];
    for (reader, bytes) in &seeds {
        reader(bytes).unwrap();
    }
    let edit = (
        any::<u32>(),
        any::<u32>(),
        prop::sample::select(vec![
            &b""[..],
            b",",
            b"\"",
            b"\n",
            b"\r",
            b"\0",
            b"\xff",
            b"\xef\xbb\xbf",
            b"-1",
            b"1e309",
            b"NaN",
            b"=",
            b"[",
            b"]",
            b"{",
            b"}",
            b"99999999999999999999",
            b"9999-99-99",
            "，".as_bytes(),
            "\u{202e}".as_bytes(),
            b"PK\x03\x04",
        ]),
    );
    let strategy = (0..seeds.len(), prop::collection::vec(edit, 0..5));
    runner(BYTES)
        .run(&strategy, |(seed, edits)| {
            let (reader, bytes) = &seeds[seed];
            let mut bytes = bytes.clone();
            for (place, length, with) in edits {
                let from = place as usize % (bytes.len() + 1);
                let to = (from + length as usize % 7).min(bytes.len());
                bytes.splice(from..to, with.iter().copied());
            }
            reader(&bytes).map_err(TestCaseError::fail)
        })
        .unwrap();
}

/// A plan of one analysis of a design without strata, and its answer as a document.
fn answer(analysis: &Value, columns: &[(&str, &[f64])]) -> Value {
    let mut fields = json!({"id": "a", "design": "d"});
    let own = analysis.as_object().unwrap().clone();
    fields.as_object_mut().unwrap().extend(own);
    let plan: Plan = serde_json::from_value(json!({
        "id": "one", "designs": [{"kind": "taylor", "id": "d", "weights": "w"}], "analyses": [fields]
    }))
    .unwrap();
    let column =
        |(name, values): &(&str, &[f64])| ((*name).to_owned(), Column::Number(values.to_vec()));
    let table = Table::new(columns.iter().map(column).collect()).unwrap();
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    serde_json::to_value(&results).unwrap()["analyses"]["a"].clone()
}

#[test]
fn a_ratio_over_nothing_does_not_exist() {
    let found = answer(
        &json!({"kind": "ratio", "numerator": "y", "denominator": "x"}),
        &[("w", &[1.0, 1.0]), ("y", &[1.0, 2.0]), ("x", &[0.0, 0.0])],
    );
    let row = &found["rows"][0];
    assert_eq!(
        (&row["estimate"], &row["se"]),
        (&Value::Null, &Value::Null),
        "{found}"
    );
}

#[test]
fn a_test_of_nobody_has_no_standard_error() {
    let nobody = &[("w", &[1.0, 1.0][..]), ("y", &[f64::NAN, f64::NAN])];
    let found = answer(&json!({"kind": "ttest", "variable": "y"}), nobody);
    assert_eq!(
        (&found["estimate"], &found["se"]),
        (&Value::Null, &Value::Null),
        "{found}"
    );
}

#[test]
fn a_contrast_with_a_group_without_values_has_no_standard_error() {
    let found = answer(
        &json!({"kind": "contrast", "variable": "y", "by": ["g"], "df": "design",
               "contrasts": [{"id": "c", "groups": ["1", "2"], "coefficients": [1, -1]}]}),
        &[
            ("w", &[1.0; 4]),
            ("y", &[1.0, 2.0, f64::NAN, f64::NAN]),
            ("g", &[1.0, 1.0, 2.0, 2.0]),
        ],
    );
    let contrast = &found["contrasts"][0];
    assert_eq!(
        (&contrast["estimate"], &contrast["se"]),
        (&Value::Null, &Value::Null),
        "{found}"
    );
    assert_eq!(found["estimates"][0], 1.5);
}

#[test]
fn values_whose_squares_overflow_are_refused() {
    for kind in ["mean", "total"] {
        let found = answer(
            &json!({"kind": kind, "variables": ["y"]}),
            &[("w", &[1.0, 2.0, 1.0]), ("y", &[1e300, -1e300, 0.0])],
        );
        assert_eq!(found["code"], "overflow", "{kind} {found}");
    }
}

#[test]
fn a_score_interval_without_degrees_of_freedom_does_not_exist() {
    let found = answer(
        &json!({"kind": "quantile", "variable": "y", "probs": [0.5], "interval": "score"}),
        &[("w", &[1.0]), ("y", &[3.0])],
    );
    let row = &found["rows"][0];
    assert_eq!(
        (&row["estimate"], &row["low"]),
        (&json!(3.0), &Value::Null),
        "{found}"
    );
}

#[test]
fn a_test_of_independence_without_degrees_of_freedom_has_no_statistic() {
    let plan: Plan = serde_json::from_value(json!({
        "id": "one",
        "designs": [{"kind": "taylor", "id": "d", "weights": "w", "ids": ["u"], "strata": ["u"], "lonely_psu": "adjust"}],
        "analyses": [{"id": "a", "kind": "chisq", "design": "d", "row": "g", "col": "k",
                      "statistics": ["Wald", "adjWald"]}]
    }))
    .unwrap();
    let column = |name: &str, values: [f64; 6]| (name.to_owned(), Column::Number(values.to_vec()));
    let table = Table::new(vec![
        column("w", [1.0; 6]),
        column("u", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        column("g", [1.0, 1.0, 2.0, 2.0, 1.0, 2.0]),
        column("k", [1.0, 2.0, 1.0, 2.0, 1.0, 2.0]),
    ])
    .unwrap();
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    let found = serde_json::to_value(&results).unwrap()["analyses"]["a"].clone();
    let adjusted = &found["tests"][1];
    assert_eq!(
        (&adjusted["ddf"], &adjusted["statistic"]),
        (&json!(0.0), &Value::Null),
        "{found}"
    );
}
