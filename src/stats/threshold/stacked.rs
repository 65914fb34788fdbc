//! Change between two waves, with kept and with fresh units, against R's `survey` on the stacked waves
//! (`stacked/golden.R`): the plan's contrast has the covariance, and [`Change`] uses it.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::stats::data::{Column, Table};
use crate::stats::num::real;
use crate::stats::plan::results::ContrastResult;
use crate::stats::plan::{AnalysisResult, Inputs, Plan};

fn golden() -> BTreeMap<&'static str, f64> {
    include_str!("stacked/golden.csv")
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(name, value)| (name, value.parse().unwrap()))
        .collect()
}

/// The rows of `golden.R`.
fn waves() -> Table {
    let rows = 0..1920_usize;
    let wave = |k: usize| k % 2;
    let unit = |k: usize| (k / 2) % 24;
    let answer = |k: usize| {
        let limit = 55 + (unit(k) * 5) % 31 + 6 * wave(k);
        usize::from((k * 7919 + 977 * wave(k)) % 101 < limit)
    };
    let column =
        |of: &dyn Fn(usize) -> usize| Column::Number(rows.clone().map(|k| real(of(k))).collect());
    let columns = [
        ("wave", column(&wave)),
        ("unit", column(&unit)),
        ("stratum", column(&|k| unit(k) / 8)),
        ("w", column(&|k| 1 + (k * 13) % 7)),
        ("y", column(&answer)),
        ("apart", column(&|k| unit(k) + 100 * wave(k))),
        ("both", column(&|k| unit(k) / 8 + 10 * wave(k))),
    ];
    let named = columns.map(|(name, column)| (name.to_owned(), column));
    Table::new(named.into_iter().collect()).unwrap()
}

fn contrast(unit: &str, stratum: &str) -> ContrastResult {
    let plan: Plan = serde_json::from_value(json!({
        "id": "waves",
        "designs": [{"id": "d", "kind": "taylor", "ids": [unit], "strata": [stratum], "fpc": [],
            "weights": "w", "nest": true, "lonely_psu": "fail"}],
        "weightings": [],
        "analyses": [{"id": "c", "kind": "contrast", "design": "d", "variable": "y", "by": ["wave"],
            "df": "design", "contrasts": [{"id": "change", "groups": ["1", "0"], "coefficients": [1, -1]}]}],
    }))
    .unwrap();
    plan.check().unwrap();
    let table = waves();
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    match results.analyses.get("c") {
        Some(Ok(AnalysisResult::Contrast(found))) => found.clone(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn close(name: &str, found: f64, expected: f64) {
    let distance = (found - expected).abs();
    assert!(
        distance <= 1e-10 * expected.abs().max(1e-3),
        "{name}: {found} instead of {expected}"
    );
}

fn figures(found: &ContrastResult, df: f64) -> (Figure, Figure) {
    let figure = |at: usize| Figure {
        p: found.estimates[at],
        variance: found.cov[at][at],
        n: 960,
        kish_n_eff: 900.0,
        df,
        planned_deff: 1.5,
    };
    (figure(1), figure(0))
}

#[test]
fn kept_units_give_the_covariance_of_the_stacked_waves() {
    let golden = golden();
    let found = contrast("unit", "stratum");
    for (name, value) in [
        ("kept.base", found.estimates[0]),
        ("kept.now", found.estimates[1]),
        ("kept.v_base", found.cov[0][0]),
        ("kept.v_now", found.cov[1][1]),
        ("kept.cov", found.cov[0][1]),
        ("kept.difference", found.contrasts[0].estimate),
        ("kept.variance", found.contrasts[0].se.powi(2)),
    ] {
        close(name, value, golden[name]);
    }
    let df = golden["kept.df"];
    let (now, base) = figures(&found, df);
    let gates = Gates::passed();
    let change =
        Change::overlapping((&now, &gates), (&base, &gates), true, found.cov[0][1], df).unwrap();
    close("variance", change.variance, golden["kept.variance"]);
    close("difference", change.difference, golden["kept.difference"]);
    assert_eq!(change.judge(0.04, None).finding, Finding::Met);
    let gates = (&now, &gates);
    let refused = Change::overlapping(gates, (&base, gates.1), false, 0.0, df).unwrap_err();
    assert_eq!(refused, NotAssessable::WordingChanged);
}

#[test]
fn fresh_units_have_no_covariance_and_the_variances_add() {
    let golden = golden();
    let found = contrast("apart", "both");
    close(
        "fresh.variance",
        found.contrasts[0].se.powi(2),
        golden["fresh.variance"],
    );
    assert!(found.cov[0][1].abs() < 1e-18);
    let (now, base) = figures(&found, golden["kept.df"]);
    let gates = Gates::passed();
    let change = Change::between((&now, &gates), Some((&base, &gates)), true).unwrap();
    close("variance", change.variance, golden["fresh.variance"]);
    close("df", change.df, golden["fresh.df"]);
    // With the same answers, what kept units show is not decidable with fresh ones.
    assert_eq!(change.judge(0.04, None).finding, Finding::NotDecidable);
}
