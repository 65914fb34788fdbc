//! Time and memory of an estimate: 100,000 and 1,000,000 simulated responses in 5 counties, 10
//! strata and 400 sampling units, raked to four margins, then county rates with Taylor variance and
//! intervals. Prints the median of five runs and the peak memory of the process. Then the same rates
//! with 500 bootstrap replicates, raked again in each, measured by criterion.

#![expect(
    clippy::indexing_slicing,
    reason = "the lengths are fixed a few lines above"
)]

use std::time::{Duration, Instant};

use criterion::Criterion;
use minyi::stats::data::{Column, Table};
use minyi::stats::plan::{Inputs, Plan};
use serde_json::{Value, json};

const UNITS: u16 = 400;
const REPLICATES: usize = 500;
const POPULATION: f64 = 9_600_000.0;
const AGE: [f64; 6] = [0.12, 0.17, 0.18, 0.19, 0.18, 0.16];
const SEX: [f64; 2] = [0.485, 0.515];
const RESIDENCE: [f64; 2] = [0.62, 0.38];

/// A fixed sequence of numbers in [0, 1) (`SplitMix64`): the same data in every run.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let top = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0);
        f64::from(top) / 4_294_967_296.0
    }

    /// A whole number from 0 to `n` − 1.
    fn below(&mut self, n: u16) -> u16 {
        let x = self.next() * f64::from(n);
        (0..n).rev().find(|k| f64::from(*k) <= x).unwrap_or(0)
    }
}

fn simulate(rows: usize) -> Table {
    let mut chance = Sequence(20_261_123);
    let effects: Vec<f64> = (0..UNITS).map(|_| 0.3 * (chance.next() - 0.5)).collect();
    let base: Vec<f64> = (0..UNITS)
        .map(|_| (0.6 + chance.next()).round() + 1.0)
        .collect();
    let names = [
        "psu",
        "stratum",
        "county",
        "age",
        "sex",
        "residence",
        "county_sex",
        "approve",
        "w",
    ];
    let mut columns: Vec<Vec<f64>> = vec![Vec::with_capacity(rows); names.len()];
    for _ in 0..rows {
        // Quick division of the units: 20 × 20.
        let psu = 20 * chance.below(20) + chance.below(20);
        let (stratum, county) = (psu / 40, psu / 80);
        let (age, sex) = (chance.below(6), chance.below(2));
        let residence = u16::from(chance.next() < if stratum % 2 == 0 { 0.25 } else { 0.45 });
        let level = 0.55 + 0.04 * f64::from(age) - 0.03 * f64::from(sex);
        let effect = effects.get(usize::from(psu)).copied().unwrap_or(0.0);
        let approve = u16::from(chance.next() < level + effect);
        let codes = [
            psu,
            stratum,
            county,
            age,
            sex,
            residence,
            2 * county + sex,
            approve,
        ];
        for (column, code) in columns.iter_mut().zip(codes) {
            column.push(f64::from(code));
        }
        let weight = base.get(usize::from(psu)).copied().unwrap_or(1.0);
        if let Some(column) = columns.last_mut() {
            column.push(weight);
        }
    }
    let named = names.iter().map(|name| (*name).to_owned());
    let typed = columns.into_iter().map(Column::Number);
    Table::new(named.zip(typed).collect()).unwrap_or_else(|error| fail(&error.to_string()))
}

fn fail(why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(1)
}

fn margin(variable: &str, shares: &[f64]) -> Value {
    let cells: Vec<Value> = shares
        .iter()
        .enumerate()
        .map(|(level, share)| json!({"levels": [level.to_string()], "total": POPULATION * share}))
        .collect();
    json!({"variables": [variable], "cells": cells})
}

fn plan(design: &str) -> Plan {
    let by_county: Vec<f64> = (0..10).map(|cell| 0.2 * SEX[cell % 2]).collect();
    let methods = ["xlogit", "beta", "wilson"];
    let text = json!({
        "id": "bench",
        "designs": [{"id": "taylor", "kind": "taylor", "ids": ["psu"], "strata": ["stratum"], "weights": "w"},
            {"id": "bootstrap", "kind": "replicates_of", "design": "taylor", "method": "bootstrap",
             "replicates": REPLICATES, "seed": "5a".repeat(32)}],
        "weightings": [{"id": "rake", "design": design, "steps": [{"op": "rake", "maxit": 100,
            "epsilon": 1e-6, "margins": [margin("age", &AGE), margin("sex", &SEX),
            margin("residence", &RESIDENCE), margin("county_sex", &by_county)]}]}],
        "analyses": [{"id": "rates", "kind": "proportion", "design": design, "weighting": "rake",
            "variable": "approve", "by": ["county"],
            "ci": [{"level": 0.95, "df": "domain", "methods": methods}]}]
    });
    let mut plan: Plan =
        serde_json::from_value(text).unwrap_or_else(|error| fail(&error.to_string()));
    if design == "taylor" {
        plan.designs.truncate(1);
    }
    plan
}

/// Peak memory of this process in megabytes, where the system tells it.
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn run(plan: &Plan, table: &Table) {
    let inputs = Inputs {
        table: Some(table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    if let Some(Ok(_)) = results.analyses.get("rates") {
        return;
    }
    fail(&format!("refused: {:?}", results.analyses.get("rates")))
}

#[expect(clippy::print_stdout, reason = "a bench reports on standard output")]
fn linearized() {
    let plan = plan("taylor");
    for rows in [100_000, 1_000_000] {
        let table = simulate(rows);
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..5 {
            let start = Instant::now();
            run(&plan, &table);
            times.push(start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{rows:>9} rows: rake, county rates, Taylor variance, 3 intervals: median {:.1} ms, \
             fastest {:.1} ms; peak memory {:.0} MB",
            1000.0 * times[2],
            1000.0 * times[0],
            peak_megabytes().unwrap_or(f64::NAN)
        );
    }
}

fn replicated() {
    let plan = plan("bootstrap");
    let mut criterion = Criterion::default()
        .sample_size(10)
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    for rows in [100_000, 1_000_000] {
        let table = simulate(rows);
        let name = format!("{REPLICATES} bootstrap replicates, raked again, of {rows} rows");
        criterion.bench_function(&name, |bencher| bencher.iter(|| run(&plan, &table)));
    }
}

fn main() {
    linearized();
    replicated();
}
