//! Replicates made here on a whole survey, against linearization.

use minyi::stats::plan::results::EstimateRow;
use minyi::stats::plan::spec::{DesignSpec, Step};
use minyi::stats::plan::{AnalysisResult, Inputs, Plan};
use serde_json::json;

use crate::reference::{folder, read_files};

const REPLICATES: u32 = 800;

fn rows<'a>(results: &'a minyi::stats::plan::Results, id: &str) -> &'a [EstimateRow] {
    match results.analyses.get(id) {
        Some(Ok(AnalysisResult::Rows(result))) => &result.rows,
        other => panic!("{id}: {other:?}"),
    }
}

/// A variance from R bootstrap replicates of a normal estimate has a relative standard deviation of
/// √(2/(R − 1)) about the one it estimates, 5 % with 800: each of ten must be within four of these,
/// their mean within four over √10.
#[test]
fn the_bootstrap_agrees_with_linearization_within_monte_carlo_error() {
    let case = folder().join("s30_resident_survey");
    let text = std::fs::read_to_string(case.join("case.json")).unwrap();
    let mut plan: Plan = serde_json::from_str(&text).unwrap();
    let bootstrap: DesignSpec = serde_json::from_value(json!({
        "kind": "replicates_of", "id": "bootstrap", "design": "wr", "method": "bootstrap",
        "replicates": REPLICATES, "seed": "c0".repeat(32)
    }))
    .unwrap();
    plan.designs.retain(|design| design.id() == "wr");
    plan.designs.push(bootstrap);
    plan.weightings.retain(|weighting| weighting.id == "final");
    // Linearization takes factors for nonresponse as fixed, made replicates do not. With one class the
    // factor is the same for all, and raking makes it vanish from both.
    for weighting in &mut plan.weightings {
        if let Some(Step::NonresponseClass { classes, .. }) = weighting.steps.first_mut() {
            classes.clear();
        }
    }
    let mut again = plan.weightings[0].clone();
    again.id = "again".to_owned();
    again.design = "bootstrap".to_owned();
    plan.weightings.push(again);
    plan.analyses = ["linear", "plain_linear", "bootstrap", "plain_bootstrap"]
        .iter()
        .map(|id| {
            let linear = id.ends_with("linear");
            let mut analysis = json!({"id": id, "kind": "proportion", "variable": "safe", "by": ["county"],
                "design": if linear { "wr" } else { "bootstrap" },
                "ci": [{"level": 0.95, "df": "domain", "methods": ["xlogit"]}]});
            if !id.starts_with("plain") {
                analysis["weighting"] = json!(if linear { "final" } else { "again" });
            }
            serde_json::from_value(analysis).unwrap()
        })
        .collect();
    plan.check().unwrap();
    let (table, _) = read_files(&case, &plan);
    let inputs = Inputs {
        table: table.as_ref(),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    let deviation = (2.0 / f64::from(REPLICATES - 1)).sqrt();
    let mut off = Vec::new();
    for (linear, bootstrap) in [("linear", "bootstrap"), ("plain_linear", "plain_bootstrap")] {
        let (linear, bootstrap) = (rows(&results, linear), rows(&results, bootstrap));
        assert_eq!((linear.len(), bootstrap.len()), (5, 5));
        for (linear, bootstrap) in linear.iter().zip(bootstrap) {
            assert!((linear.estimate - bootstrap.estimate).abs() < 1e-12);
            assert!((linear.ci[0].df - bootstrap.ci[0].df).abs() < 1e-12);
            let ratio = bootstrap.var / linear.var;
            println!("variance of the bootstrap / linearized: {ratio:.3}");
            assert!((ratio - 1.0).abs() < 4.0 * deviation, "{ratio}");
            off.push(ratio - 1.0);
        }
    }
    let mean = off.iter().sum::<f64>() / 10.0;
    println!(
        "mean {mean:.4} over the linearized, allowed {:.4}",
        4.0 * deviation / 10.0_f64.sqrt()
    );
    assert!(mean.abs() < 4.0 * deviation / 10.0_f64.sqrt(), "{mean}");
}
