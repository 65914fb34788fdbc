//! The simulated survey of the benches: responses in 5 counties, 10 strata and 400 sampling units, a
//! five-point answer, and margins of age (6), sex (2), residence (2) and county × sex (10). Who answers
//! depends on age, sex and residence, so that raking has work to do; answers hang together within a unit.

use minyi::stats::data::{Column, Table};
use minyi::stats::plan::{Inputs, Plan};
use serde_json::{Value, json};

const UNITS: u16 = 400;
const POPULATION: f64 = 9_600_000.0;
const COUNTY: [f64; 5] = [0.28, 0.24, 0.20, 0.16, 0.12];
const AGE: [f64; 6] = [0.12, 0.17, 0.18, 0.19, 0.18, 0.16];
const SEX: [f64; 2] = [0.485, 0.515];
const RESIDENCE: [f64; 2] = [0.62, 0.38];

/// The columns in the order of the file; all hold numbers.
const COLUMNS: [&str; 10] = [
    "county",
    "stratum",
    "psu",
    "age",
    "sex",
    "residence",
    "cs",
    "answer",
    "approve",
    "w0",
];

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

    /// The first place whose cumulative share is above chance.
    fn choose(&mut self, cumulative: &[f64]) -> u16 {
        let x = self.next() * cumulative.last().copied().unwrap_or(1.0);
        let place = cumulative.partition_point(|share| *share <= x);
        u16::try_from(place.min(cumulative.len() - 1)).unwrap_or(0)
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }

    fn logistic(&mut self) -> f64 {
        let x = self.next().clamp(1e-9, 1.0 - 1e-9);
        (x / (1.0 - x)).ln()
    }
}

fn cumulative(shares: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let add = |share: f64| {
        sum += share;
        sum
    };
    shares.into_iter().map(add).collect()
}

/// What is fixed for a sampling unit.
struct Unit {
    effect: f64,
    weight: f64,
}

/// The responses, column by column, with few distinct values packed.
pub(crate) fn simulate(rows: usize) -> Table {
    let mut chance = Sequence(20_261_123);
    let mut size = |unit: u16| {
        let product: f64 = (0..4).map(|_| chance.next().max(1e-9)).product();
        -product.ln() * COUNTY.get(usize::from(unit / 80)).copied().unwrap_or(0.0)
    };
    let sizes = cumulative((0..UNITS).map(&mut size));
    let rows_as_number = f64::from(u32::try_from(rows).unwrap_or(u32::MAX));
    let units: Vec<Unit> = (0..UNITS)
        .map(|_| Unit {
            effect: 0.45 * chance.normal(),
            weight: (1e6 * POPULATION / rows_as_number * (0.6 + chance.next())).round() / 1e6,
        })
        .collect();
    let age_shares = cumulative([0.06, 0.12, 0.17, 0.21, 0.24, 0.20]);
    let mut columns: Vec<Vec<f64>> = vec![Vec::with_capacity(rows); COLUMNS.len()];
    for _ in 0..rows {
        let psu = chance.choose(&sizes);
        let (stratum, county) = (psu / 40, psu / 80);
        let age = chance.choose(&age_shares);
        let sex = u16::from(chance.next() < 0.58);
        let residence = u16::from(chance.next() < if stratum % 2 == 0 { 0.25 } else { 0.45 });
        let Some(unit) = units.get(usize::from(psu)) else {
            continue;
        };
        let level = 0.22 * (f64::from(age) - 2.5) - 0.25 * f64::from(sex) - 0.1
            + 0.4 * f64::from(residence)
            + 0.15 * (f64::from(county) - 2.0)
            + unit.effect
            + chance.logistic();
        let above = [-1.6, -0.5, 0.4, 1.7].iter().filter(|cut| level > **cut);
        let answer = above.fold(1_u16, |count, _| count + 1);
        let codes = [
            county + 1,
            stratum + 1,
            psu + 1,
            age + 1,
            sex + 1,
            residence + 1,
            2 * county + sex + 1,
            answer,
            u16::from(answer >= 4),
        ];
        let values = codes.into_iter().map(f64::from).chain([unit.weight]);
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let named = COLUMNS.iter().map(|name| (*name).to_owned());
    let typed = columns.into_iter().map(Column::Number);
    Table::new(named.zip(typed).collect())
        .unwrap_or_else(|error| fail(&error.to_string()))
        .packed()
}

/// Ends the bench.
pub(crate) fn fail(why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(1)
}

/// The margins: column and population total of each of its codes from 1.
pub(crate) fn margins() -> Vec<(&'static str, Vec<f64>)> {
    let totals = |shares: &[f64]| shares.iter().map(|share| POPULATION * share).collect();
    let county_sex = COUNTY.iter().flat_map(|c| SEX.map(|s| POPULATION * c * s));
    vec![
        ("age", totals(&AGE)),
        ("sex", totals(&SEX)),
        ("residence", totals(&RESIDENCE)),
        ("cs", county_sex.collect()),
    ]
}

/// The raking of one design to all margins, under the name `rake`.
pub(crate) fn raking(design: &str) -> Value {
    let margin = |(variable, totals): (&str, Vec<f64>)| {
        let cells = (1_u32..).zip(&totals);
        let cells: Vec<Value> = cells
            .map(|(code, total)| json!({"levels": [code.to_string()], "total": total}))
            .collect();
        json!({"variables": [variable], "cells": cells})
    };
    let margins: Vec<Value> = margins().into_iter().map(margin).collect();
    json!({"id": "rake", "design": design,
        "steps": [{"op": "rake", "maxit": 100, "epsilon": 1e-6, "margins": margins}]})
}

/// The design of the survey, under the name `taylor`.
pub(crate) fn design(weights: &str) -> Value {
    json!({"id": "taylor", "kind": "taylor", "ids": ["psu"], "strata": ["stratum"], "nest": true,
        "weights": weights})
}

/// Bootstrap replicates of that design, under the name `bootstrap`.
pub(crate) fn bootstrap(replicates: usize) -> Value {
    json!({"id": "bootstrap", "kind": "replicates_of", "design": "taylor", "method": "bootstrap",
        "replicates": replicates, "seed": "5a".repeat(32)})
}

/// The approval rates of the counties with intervals by these methods, under the name `rates`.
pub(crate) fn rates(design: &str, methods: &[&str]) -> Value {
    if methods.is_empty() {
        return json!({"id": "rates", "kind": "mean", "design": design, "weighting": "rake",
            "variables": ["approve"], "by": ["county"]});
    }
    json!({"id": "rates", "kind": "proportion", "design": design, "weighting": "rake",
        "variable": "approve", "by": ["county"],
        "ci": [{"level": 0.95, "df": "domain", "methods": methods}]})
}

/// A plan of these parts.
pub(crate) fn plan(designs: &[Value], weightings: &[Value], analyses: &[Value]) -> Plan {
    let text = json!({"id": "bench", "designs": designs, "weightings": weightings,
        "analyses": analyses});
    serde_json::from_value(text).unwrap_or_else(|error| fail(&error.to_string()))
}

/// Runs a plan of which nothing may be refused.
pub(crate) fn run(plan: &Plan, table: &Table) -> minyi::stats::plan::Results {
    let inputs = Inputs {
        table: Some(table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    for (id, outcome) in results.analyses.iter() {
        if let Err(refusal) = outcome {
            fail(&format!("{id}: {refusal}"));
        }
    }
    results
}

/// Peak memory of this process in megabytes, where the system tells it.
pub(crate) fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
