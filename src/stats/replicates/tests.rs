//! Identities with closed forms and with linearization; agreement of cells and rows.

mod chain;

use super::*;
use crate::stats::data::{Column, Table};
use crate::stats::plan::results::{AnalysisResult, EstimateRow};
use crate::stats::plan::spec::DesignSpec;
use crate::stats::plan::{Inputs, Plan, compress};
use crate::stats::variance::replicate::Replicates;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

fn near(got: f64, want: f64, share: f64) {
    assert!((got - want).abs() <= share * want.abs(), "{got}, {want}");
}

fn number(values: impl IntoIterator<Item = f64>) -> Column {
    Column::Number(values.into_iter().collect())
}

fn plan(designs: &Value, weightings: &Value, analyses: &Value) -> Plan {
    let plan: Plan = serde_json::from_value(json!({
        "id": "t", "designs": designs, "weightings": weightings, "analyses": analyses
    }))
    .unwrap();
    plan.check().unwrap();
    plan
}

fn rows_of(plan: &Plan, table: &Table, id: &str) -> Vec<EstimateRow> {
    let inputs = Inputs {
        table: Some(table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    match results.analyses.get(id) {
        Some(Ok(AnalysisResult::Rows(result))) => result.rows.clone(),
        other => panic!("{id}: {other:?}"),
    }
}

fn refusal(plan: &Plan, table: &Table, id: &str) -> String {
    let inputs = Inputs {
        table: Some(table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    results
        .analyses
        .get(id)
        .unwrap()
        .as_ref()
        .unwrap_err()
        .code()
}

const SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn taylor(strata: &[&str], lonely: &str) -> Value {
    json!({"id": "d", "kind": "taylor", "ids": ["psu"], "strata": strata, "weights": "w", "lonely_psu": lonely})
}

fn made(id: &str, method: &Value) -> Value {
    let mut design = json!({"id": id, "kind": "replicates_of", "design": "d"});
    for (name, value) in method.as_object().unwrap() {
        design[name] = value.clone();
    }
    design
}

fn bootstrap_of(replicates: usize) -> Value {
    json!({"method": "bootstrap", "replicates": replicates, "seed": SEED})
}

/// A sample of strata with these numbers of units and three persons in each, values all different.
fn sample(units: &[usize]) -> Table {
    let (mut psu, mut stratum, mut y, mut w, mut sex) = (vec![], vec![], vec![], vec![], vec![]);
    let mut chance = rng::stream(&[9; 32], "sample");
    let mut id = 0.0;
    for (h, n) in units.iter().enumerate() {
        for _ in 0..*n {
            id += 1.0;
            for person in 0..3 {
                psu.push(id);
                stratum.push(num::real(h));
                y.push(3.0 * rng::uniform(&mut chance) + num::real(h));
                w.push(1.0 + num::real(rng::below(&mut chance, 3)));
                sex.push(num::real(person % 2));
            }
        }
    }
    let names = ["psu", "stratum", "y", "w", "sex"];
    let columns = [psu, stratum, y, w, sex].map(Column::Number);
    Table::new(names.map(str::to_owned).into_iter().zip(columns).collect()).unwrap()
}

/// Totals and means under the design and under its replicates.
fn both(strata: &[&str], lonely: &str, method: &Value) -> Plan {
    plan(
        &json!([taylor(strata, lonely), made("r", method)]),
        &json!([]),
        &json!([
            {"id": "linear", "kind": "total", "design": "d", "variables": ["y"]},
            {"id": "total", "kind": "total", "design": "r", "variables": ["y"]},
            {"id": "mean", "kind": "mean", "design": "r", "variables": ["y"]},
            {"id": "df", "kind": "degf", "design": "r"}
        ]),
    )
}

#[test]
fn jk1_of_a_mean_of_a_simple_random_sample_is_s_squared_over_n() {
    let y = [3.0, 5.0, 4.5, 9.0, 1.0, 2.5, 7.0];
    let table = Table::new(vec![
        ("y".to_owned(), number(y)),
        ("w".to_owned(), number([10.0; 7])),
        ("half".to_owned(), number([0.5; 7])),
    ])
    .unwrap();
    let design = json!({"id": "d", "kind": "taylor", "weights": "w"});
    let finite = json!({"id": "f", "kind": "taylor", "weights": "w", "fpc": ["half"]});
    let of_finite = json!({"id": "rf", "kind": "replicates_of", "design": "f", "method": "jk1"});
    let plan = plan(
        &json!([
            design,
            made("r", &json!({"method": "jk1"})),
            finite,
            of_finite
        ]),
        &json!([]),
        &json!([{"id": "m", "kind": "mean", "design": "r", "variables": ["y"]},
                {"id": "f", "kind": "mean", "design": "rf", "variables": ["y"]}]),
    );
    let n = num::real(y.len());
    let mean = y.iter().sum::<f64>() / n;
    let s2 = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (n - 1.0);
    near(rows_of(&plan, &table, "m")[0].var, s2 / n, 1e-13);
    near(rows_of(&plan, &table, "f")[0].var, s2 / n / 2.0, 1e-13);
}

#[test]
fn jkn_of_a_stratified_mean_is_the_stratified_formula() {
    // One person in each unit; the weights are N_h / n_h, so the mean is stratified.
    let (n, population) = ([3_usize, 5, 2], [30.0, 20.0, 50.0]);
    let (mut y, mut h, mut w, mut size) = (vec![], vec![], vec![], vec![]);
    let mut chance = rng::stream(&[1; 32], "strata");
    for (stratum, (n, population)) in n.iter().zip(population).enumerate() {
        for _ in 0..*n {
            y.push(rng::uniform(&mut chance));
            h.push(num::real(stratum));
            w.push(population / num::real(*n));
            size.push(population);
        }
    }
    let mut want = [0.0; 2];
    for (stratum, (n, population)) in n.iter().zip(population).enumerate() {
        let of = |at: &&usize| num::is(h[**at], num::real(stratum));
        let values: Vec<f64> = (0..y.len())
            .collect::<Vec<_>>()
            .iter()
            .filter(of)
            .map(|at| y[*at])
            .collect();
        let n = num::real(*n);
        let mean = values.iter().sum::<f64>() / n;
        let s2 = values.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let share = population / 100.0;
        want[0] += share * share * s2 / n;
        want[1] += share * share * s2 / n * (1.0 - n / population);
    }
    let table = Table::new(vec![
        ("y".to_owned(), number(y.clone())),
        ("h".to_owned(), number(h.clone())),
        ("w".to_owned(), number(w)),
        ("size".to_owned(), number(size)),
    ])
    .unwrap();
    let design = json!({"id": "d", "kind": "taylor", "strata": ["h"], "weights": "w"});
    let mut finite = design.clone();
    finite["id"] = json!("f");
    finite["fpc"] = json!(["size"]);
    let of_finite = json!({"id": "rf", "kind": "replicates_of", "design": "f", "method": "jkn"});
    let plan = plan(
        &json!([
            design,
            made("r", &json!({"method": "jkn"})),
            finite,
            of_finite
        ]),
        &json!([]),
        &json!([{"id": "m", "kind": "mean", "design": "r", "variables": ["y"]},
                {"id": "f", "kind": "mean", "design": "rf", "variables": ["y"]}]),
    );
    near(rows_of(&plan, &table, "m")[0].var, want[0], 1e-12);
    near(rows_of(&plan, &table, "f")[0].var, want[1], 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn of_a_total_every_method_but_the_bootstrap_is_linearization(
        units in proptest::collection::vec(2_usize..6, 1..12),
        rho in 0.0..0.9,
    ) {
        let table = sample(&units);
        let two = sample(&vec![2; units.len()]);
        let cases = [
            (&table, json!({"method": "jkn"})),
            (&table, json!({"method": "jkn", "mse": true})),
            (&two, json!({"method": "jkn"})),
            (&two, json!({"method": "brr"})),
            (&two, json!({"method": "brr", "mse": true})),
            (&two, json!({"method": "fay", "rho": rho})),
        ];
        for (table, method) in cases {
            let plan = both(&["stratum"], "fail", &method);
            let linear = rows_of(&plan, table, "linear")[0].clone();
            let replicated = rows_of(&plan, table, "total")[0].clone();
            near(replicated.var, linear.var, 1e-9);
            near(replicated.estimate, linear.estimate, 1e-14);
        }
        let plan = both(&[], "fail", &json!({"method": "jk1"}));
        near(rows_of(&plan, &table, "total")[0].var, rows_of(&plan, &table, "linear")[0].var, 1e-9);
    }
}

#[test]
fn the_rank_of_made_factors_is_the_computed_one() {
    let methods = [
        ("jk1", json!({"method": "jk1"}), vec![7], "fail"),
        ("jkn", json!({"method": "jkn"}), vec![3, 2, 5], "fail"),
        ("jkn", json!({"method": "jkn"}), vec![3, 1, 2, 1], "adjust"),
        ("jkn", json!({"method": "jkn"}), vec![3, 1, 2], "certainty"),
        ("brr", json!({"method": "brr"}), vec![2; 5], "fail"),
        (
            "fay",
            json!({"method": "fay", "rho": 0.4}),
            vec![2; 3],
            "fail",
        ),
        ("bootstrap", bootstrap_of(60), vec![3, 2, 5], "fail"),
        ("bootstrap", bootstrap_of(60), vec![4, 1, 2], "remove"),
        ("bootstrap", bootstrap_of(4), vec![6, 6, 6], "fail"),
    ];
    for (name, method, units, lonely) in methods {
        let table = sample(&units);
        let strata: &[&str] = if name == "jk1" { &[] } else { &["stratum"] };
        let spec = serde_json::from_value(taylor(strata, lonely)).unwrap();
        let DesignSpec::Taylor(spec) = spec else {
            panic!()
        };
        let design = Arc::new(Design::new(&spec, &table).unwrap());
        let made = serde_json::from_value(made("r", &method)).unwrap();
        let DesignSpec::ReplicatesOf(made) = made else {
            panic!()
        };
        let replicates = Replicates::made(&design, &made.method, false).unwrap();
        let all: Vec<u32> = (0..table.rows()).map(num::index).collect();
        // Without the last unit, without the first stratum, a single unit, everything.
        for rows in [
            &all[..],
            &all[..all.len() - 3],
            &all[3 * units[0]..],
            &all[..3],
            &all[4..],
        ] {
            let (rank, computed) = (
                replicates.rank(rows, &design.weights),
                replicates.computed_rank(rows),
            );
            assert!(
                num::is(rank, computed),
                "{name} {units:?}: {rank}, {computed}"
            );
        }
    }
}

#[test]
fn the_bootstrap_draws_one_unit_less_and_keeps_each_stratum() {
    let table = sample(&[4, 2, 7]);
    let DesignSpec::Taylor(spec) = serde_json::from_value(taylor(&["stratum"], "fail")).unwrap()
    else {
        panic!()
    };
    let design = Design::new(&spec, &table).unwrap();
    let method = |replicates| ReplicateMethod::Bootstrap {
        replicates,
        seed: Seed::parse(SEED).unwrap(),
    };
    let made = unit_factors(&design, &method(200)).unwrap();
    for factors in &made.factors {
        for (start, n) in [(0, 4.0), (4, 2.0), (6, 7.0)] {
            let stratum = &factors[start..][..if n < 3.0 {
                2
            } else if n < 5.0 {
                4
            } else {
                7
            }];
            near(stratum.iter().sum(), n, 1e-14);
            for factor in stratum {
                let times = factor * (n - 1.0) / n;
                assert!((times - times.round()).abs() < 1e-12 && times <= n - 0.5);
            }
        }
    }
    // A replicate is the same whatever the number of replicates, and another seed gives others.
    assert_eq!(
        unit_factors(&design, &method(3)).unwrap().factors,
        made.factors[..3]
    );
    let other = ReplicateMethod::Bootstrap {
        replicates: 200,
        seed: Seed([7; 32]),
    };
    assert_ne!(unit_factors(&design, &other).unwrap().factors, made.factors);
}

#[test]
fn rules_for_lonely_units_are_those_of_r() {
    // R 4.2.2, survey 4.1-1: as.svrepdesign(type = "JKn") with options(survey.lonely.psu), a total of
    // psu 1 to 6 in strata 1, 1, 2, 3, 3, 3 (one row each, weight 1).
    let y = [3.0, 5.0, 4.0, 9.0, 1.0, 2.0];
    let table = Table::new(vec![
        ("psu".to_owned(), number([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])),
        ("stratum".to_owned(), number([1.0, 1.0, 2.0, 3.0, 3.0, 3.0])),
        ("y".to_owned(), number(y)),
        ("w".to_owned(), number([1.0; 6])),
    ])
    .unwrap();
    for (rule, want) in LONELY_OF_R {
        let plan = both(&["stratum"], rule, &json!({"method": "jkn", "mse": true}));
        near(rows_of(&plan, &table, "total")[0].var, want, 1e-12);
        if rule == "certainty" {
            let linear = rows_of(&plan, &table, "linear")[0].var;
            near(rows_of(&plan, &table, "total")[0].var, linear, 1e-12);
            let plan = both(&["stratum"], rule, &bootstrap_of(50));
            assert!(rows_of(&plan, &table, "total")[0].var > 0.0);
        } else {
            let plan = both(&["stratum"], rule, &bootstrap_of(50));
            assert_eq!(refusal(&plan, &table, "total"), "lonely_rule");
        }
    }
    for method in [json!({"method": "jkn"}), bootstrap_of(5)] {
        let plan = both(&["stratum"], "fail", &method);
        assert_eq!(refusal(&plan, &table, "total"), "lonely_psu");
    }
}

const LONELY_OF_R: [(&str, f64); 3] = [("certainty", 61.0), ("adjust", 85.0), ("average", 73.2)];

#[test]
fn refuses_what_a_method_cannot_do() {
    let table = sample(&[3, 2]);
    let code =
        |strata: &[&str], method: &Value| refusal(&both(strata, "fail", method), &table, "total");
    assert_eq!(
        code(&["stratum"], &json!({"method": "jk1"})),
        "strata_in_jk1"
    );
    assert_eq!(
        code(&["stratum"], &json!({"method": "brr"})),
        "not_two_units"
    );
    let fay = json!({"method": "fay", "rho": 0.5});
    assert_eq!(code(&["stratum"], &fay), "not_two_units");
    // An fpc has no place in half samples and in the bootstrap.
    let mut columns: Vec<(String, Column)> = table
        .names()
        .iter()
        .map(|name| (name.clone(), table.column(name).unwrap().clone()))
        .collect();
    columns.push(("all".to_owned(), number(vec![1.0; table.rows()])));
    columns.push(("half".to_owned(), number(vec![0.5; table.rows()])));
    let table = Table::new(columns).unwrap();
    for (fpc, method, want) in [
        ("half", bootstrap_of(9), "fpc_unusable"),
        ("half", json!({"method": "brr"}), "fpc_unusable"),
        ("all", json!({"method": "jkn"}), "nothing_left_to_sample"),
    ] {
        let mut plan = both(&["stratum"], "fail", &method);
        if let DesignSpec::Taylor(design) = &mut plan.designs[0] {
            design.fpc = vec![fpc.to_owned()];
        }
        assert_eq!(refusal(&plan, &table, "total"), want);
    }
    // Merged rows that are units themselves cannot be told apart.
    let mut plan = both(&["stratum"], "fail", &json!({"method": "jkn"}));
    if let DesignSpec::Taylor(design) = &mut plan.designs[0] {
        design.ids.clear();
    }
    assert!(compress::compress(&plan, &table, 100).unwrap().is_none());
    let rows = table.rows();
    let merged = table.with_counts(vec![2.0; rows]).unwrap();
    assert_eq!(refusal(&plan, &merged, "total"), "merged_units");
    // Replicates of replicates.
    let designs = json!([taylor(&[], "fail"), made("r", &json!({"method": "jk1"})),
        {"id": "s", "kind": "replicates_of", "design": "r", "method": "jk1"}]);
    let plan: Plan = serde_json::from_value(json!({"id": "t", "designs": designs})).unwrap();
    assert_eq!(plan.check().unwrap_err().code(), "replicates_of_replicates");
}

#[test]
fn two_replicates_are_enough_for_a_bootstrap() {
    let method = json!({"method": "bootstrap", "replicates": 2, "seed": SEED});
    let labels = |labels: [&'static str; 6]| Column::labels(labels.map(Some));
    let table = Table::new(vec![
        ("psu".to_owned(), labels(["1", "2", "3", "4", "5", "6"])),
        ("stratum".to_owned(), labels(["a", "a", "a", "b", "b", "b"])),
        ("w".to_owned(), number([2.0; 6])),
        ("y".to_owned(), number([1.0, 4.0, 2.0, 8.0, 5.0, 7.0])),
    ])
    .unwrap();
    assert!(
        rows_of(&both(&["stratum"], "fail", &method), &table, "total")[0]
            .se
            .is_finite()
    );
}

/// Two strata, the second with a single unit; `size` has the units of each stratum's population.
fn lonely_table(sizes: [f64; 2]) -> Table {
    let labels = |labels: [&'static str; 3]| Column::labels(labels.map(Some));
    let [one, other] = sizes;
    Table::new(vec![
        ("psu".to_owned(), labels(["1", "2", "3"])),
        ("stratum".to_owned(), labels(["a", "a", "b"])),
        ("w".to_owned(), number([2.0; 3])),
        ("size".to_owned(), number([one, one, other])),
    ])
    .unwrap()
}

#[test]
fn a_lonely_unit_is_named_by_its_stratum() {
    let designs = json!([taylor(&["stratum"], "fail")]);
    let plan = plan(&designs, &json!([]), &json!([]));
    let DesignSpec::Taylor(spec) = &plan.designs[0] else {
        panic!("a design by linearization")
    };
    let design = Design::new(spec, &lonely_table([9.0, 9.0])).unwrap();
    let refused = unit_factors(&design, &ReplicateMethod::Jkn).unwrap_err();
    let DesignError::LonelyPsu { stratum, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(stratum, [("stratum".to_owned(), "b".to_owned())]);
}

#[test]
fn a_single_unit_that_is_all_there_is_is_not_lonely() {
    for (size, lonely) in [(1.0, 0), (2.0, 1)] {
        let mut design = taylor(&["stratum"], "remove");
        design["fpc"] = json!(["size"]);
        let plan = plan(&json!([design]), &json!([]), &json!([]));
        let table = lonely_table([9.0, size]);
        let inputs = Inputs {
            table: Some(&table),
            ..Inputs::default()
        };
        let results = plan.run(&inputs, &mut |_| {});
        let facts = results.designs.get("d").unwrap().as_ref().unwrap();
        assert_eq!(facts.stages[0].lonely, lonely, "population {size}");
    }
}

#[test]
fn an_interval_that_is_certain_is_refused() {
    let designs = json!([taylor(&["stratum"], "remove")]);
    for level in [0.0, 1.0] {
        let ci = json!([{"level": level, "df": "design", "methods": ["mean"]}]);
        let analyses =
            json!([{"id": "m", "kind": "proportion", "design": "d", "variable": "w", "ci": ci}]);
        let plan: Plan =
            serde_json::from_value(json!({"id": "t", "designs": designs, "analyses": analyses}))
                .unwrap();
        assert_eq!(refusal(&plan, &lonely_table([9.0, 9.0]), "m"), "bad_level");
    }
}
