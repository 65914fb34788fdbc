//! Merged, permuted and unmerged rows give the same results.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::stats::data::{Cells, Column};
use crate::stats::plan::Inputs;

const ROWS: usize = 24_000;

/// A fixed sequence of numbers below `n`.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let top = u32::try_from(self.0 >> 33).unwrap();
        top % n
    }
}

/// 5 strata of 8 units; the order of the rows is the given one.
fn table(order: &[usize]) -> Table {
    let mut chance = Sequence(7);
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); 6];
    for _ in 0..ROWS {
        let unit = chance.below(40);
        let (age, sex) = (chance.below(6), chance.below(2));
        let yes = u32::from(chance.below(100) < 30 + 5 * age + unit % 7);
        let values = [unit, unit / 8, age, sex, yes];
        let weight = 1.0 + f64::from(unit) / 7.0;
        let values = values.into_iter().map(f64::from).chain([weight]);
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let names = ["unit", "stratum", "age", "sex", "yes", "w"];
    let ordered = |values: Vec<f64>| Column::Number(order.iter().map(|row| values[*row]).collect());
    let columns = names.map(str::to_owned).into_iter().zip(columns);
    let columns = columns.map(|(name, values)| (name, ordered(values)));
    Table::new(columns.collect()).unwrap()
}

/// Raking to two margins, then rates and a quantile-free set of estimates, linearized, by jackknife and by bootstrap.
fn plan() -> Plan {
    let cells = |n: u32, total: f64| -> Vec<Value> {
        let share =
            |level: u32| f64::from(level + 3) / f64::from((0..n).map(|l| l + 3).sum::<u32>());
        (0..n)
            .map(|level| json!({"levels": [level.to_string()], "total": total * share(level)}))
            .collect()
    };
    let margins = json!([{"variables": ["age"], "cells": cells(6, 90_000.0)},
        {"variables": ["sex"], "cells": cells(2, 90_000.0)}]);
    let steps = json!([{"op": "rake", "maxit": 50, "epsilon": 1e-9, "margins": margins},
        {"op": "trim", "upper": 14.0, "within": ["sex"]}]);
    let analyses = |design: &str| {
        json!([
            {"id": format!("{design}_rates"), "kind": "proportion", "design": design,
             "weighting": design, "variable": "yes", "by": ["stratum"],
             "ci": [{"level": 0.95, "df": "domain", "methods": ["logit", "xlogit", "beta"]}]},
            {"id": format!("{design}_mean"), "kind": "mean", "design": design, "weighting": design,
             "variables": ["age"], "domain": [{"variable": "sex", "op": "==", "value": 1}]},
            {"id": format!("{design}_chisq"), "kind": "chisq", "design": design, "row": "sex",
             "col": "yes", "statistics": ["F", "Wald"]}
        ])
    };
    let mut all = analyses("taylor").as_array().unwrap().clone();
    all.extend(analyses("jackknife").as_array().unwrap().clone());
    all.extend(analyses("bootstrap").as_array().unwrap().clone());
    serde_json::from_value(json!({
        "id": "merged",
        "designs": [
            {"id": "taylor", "kind": "taylor", "ids": ["unit"], "strata": ["stratum"], "weights": "w"},
            {"id": "jackknife", "kind": "replicates_of", "design": "taylor", "method": "jkn"},
            {"id": "bootstrap", "kind": "replicates_of", "design": "taylor", "method": "bootstrap",
             "replicates": 60, "seed": "07".repeat(32)}],
        "weightings": [{"id": "taylor", "design": "taylor", "steps": steps},
            {"id": "jackknife", "design": "jackknife", "steps": steps},
            {"id": "bootstrap", "design": "bootstrap", "steps": steps}],
        "analyses": all}))
    .unwrap()
}

fn run(plan: &Plan, table: &Table) -> Value {
    let inputs = Inputs {
        table: Some(table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    assert!(results.complete(), "{results:?}");
    serde_json::to_value(results).unwrap()
}

/// Asserts that two documents agree within 1e-12, relative; weights are left out, as they follow the rows.
fn close(a: &Value, b: &Value, place: &str) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
            for (key, value) in a.iter().filter(|(key, _)| *key != "weights") {
                close(value, &b[key], &format!("{place}/{key}"));
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                close(a, b, &format!("{place}/{at}"));
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            let off = (a - b).abs();
            assert!(off <= 1e-12 * a.abs().max(1.0), "{place}: {a} and {b}");
        }
        _ => assert_eq!(a, b, "{place}"),
    }
}

#[test]
fn a_permutation_of_rows_changes_nothing() {
    let plan = plan();
    let in_order: Vec<usize> = (0..ROWS).collect();
    let first = run(&plan, &table(&in_order));
    let mut chance = Sequence(11);
    for packed in [false, true] {
        let mut order = in_order.clone();
        for place in (1..ROWS).rev() {
            let other = chance.below(num::index(place + 1));
            order.swap(place, num::at(other));
        }
        let mut table = table(&order);
        if packed {
            table = table.packed();
        }
        close(&first, &run(&plan, &table), "");
    }
}

#[test]
fn merged_rows_give_what_the_rows_give() {
    let plan = plan();
    let table = table(&(0..ROWS).collect::<Vec<_>>());
    let merged = compress(&plan, &table, ROWS).unwrap().unwrap();
    assert!(merged.table.rows() < ROWS / 10);
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let rows = plan.run_rows(&inputs, &mut |_| {});
    close(
        &run(&plan, &table),
        &serde_json::to_value(rows).unwrap(),
        "",
    );
}

#[test]
fn every_thread_gets_the_same_bits() {
    let plan = plan();
    let table = table(&(0..ROWS).collect::<Vec<_>>()).packed();
    let alone = run(&plan, &table).to_string();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| run(&plan, &table).to_string()))
            .collect();
        for thread in threads {
            assert!(thread.join().unwrap() == alone);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn cells_are_numbered_by_first_appearance(
        seed in 0_u64..1_000,
        widths in prop::collection::vec(prop_oneof![1_u32..8, 1_500_u32..3_000], 1..6),
    ) {
        let rows = 4_000;
        let mut chance = Sequence(seed);
        let mut columns = Vec::new();
        for (at, width) in widths.iter().enumerate() {
            // Few of the possible values occur, so that rows meet.
            let few: Vec<f64> = (0..(*width).min(5)).map(|_| f64::from(chance.below(*width))).collect();
            let mut value = |row: u32| match row {
                row if row < *width => f64::from(row),
                _ if chance.below(9) == 0 => f64::NAN,
                _ => few[num::at(chance.below(num::index(few.len())))],
            };
            columns.push((at.to_string(), Column::Number((0..rows).map(&mut value).collect())));
        }
        let table = Table::new(columns).unwrap();
        let names = table.names().to_vec();
        let expected = Cells::with_missing(&table, &names).unwrap();
        let packed: Vec<_> = names.iter().map(|name| table.pack(name, 5_000).unwrap().unwrap()).collect();
        let (codes, first) = joint(table.rows(), &packed, 5_000).unwrap();
        prop_assert_eq!(&codes, &expected.codes);
        prop_assert_eq!(&first, &expected.first);
        prop_assert!(joint(table.rows(), &packed, first.len() - 1).is_none());
    }
}
