//! What a successful run prints and writes.

use super::{Survey, minyi};

const PLAN: &str = r#"
[[designs]]
id = "d"
kind = "taylor"
ids = ["psu"]
strata = ["stratum"]
weights = "w"

[[analyses]]
id = "safe"
kind = "proportion"
design = "d"
variable = "safe"
by = ["sex"]
ci = [{ level = 0.95, df = "domain", methods = ["xlogit", "beta"] }]

[[analyses]]
id = "lonely"
kind = "proportion"
design = "one"
variable = "safe"

[[designs]]
id = "one"
kind = "taylor"
ids = ["psu"]
strata = ["psu"]
weights = "w"

[data]
file = "data.csv"

[chart]
analysis = "safe"
threshold = 0.9
"#;

const DATA: &str = "\u{feff}stratum,psu,w,sex,safe
A,1,10,f,1
A,1,12,m,0
A,2,11,f,1
A,2,9,m,1
B,3,10,f,0
B,3,14,m,1
B,4,10,f,1
B,4,8,m,0
";

#[test]
fn a_refused_analysis_stands_in_its_place_and_does_not_stop_the_others() {
    let survey = Survey::new(PLAN, DATA);
    let run = survey.estimate(&["--format", "json"]);
    assert_eq!(run.code, Some(0));
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(value["analyses"]["lonely"]["error"], true);
    assert_eq!(value["analyses"]["lonely"]["code"], "lonely_psu");
    assert_eq!(
        value["analyses"]["safe"]["rows"].as_array().unwrap().len(),
        2
    );
    assert!(
        run.err
            .contains("lonely: a stratum (psu = 1) has only one sampling unit"),
        "{}",
        run.err
    );
    let table = survey.estimate(&[]);
    assert_eq!((table.code, table.err.as_str()), (Some(0), ""));
    assert!(
        table.out.contains("Refused: a stratum (psu = 1)"),
        "{}",
        table.out
    );
}

#[test]
fn all_formats_carry_the_same_figures() {
    let survey = Survey::new(PLAN, DATA);
    let json: serde_json::Value =
        serde_json::from_str(&survey.estimate(&["--format", "json"]).out).unwrap();
    let want = json["analyses"]["safe"]["rows"][0]["estimate"]
        .as_f64()
        .unwrap();
    // Weighted by hand: women 10, 11, 10, 10, of whom the third feels unsafe.
    assert!((want - 31.0 / 41.0).abs() < 1e-15);
    let flat = survey.estimate(&["--format", "csv"]);
    let mut reader = csv::Reader::from_reader(flat.out.as_bytes());
    let place = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "estimate")
        .unwrap();
    let first = reader.records().next().unwrap().unwrap();
    assert_eq!(
        first[place].parse::<f64>().unwrap().to_bits(),
        want.to_bits()
    );
    let table = survey.estimate(&[]);
    assert!(table.out.contains("75.61"), "{}", table.out);
}

#[test]
fn the_chart_holds_the_figures_against_the_threshold() {
    let survey = Survey::new(PLAN, DATA);
    let chart = survey.text("chart.svg");
    let run = survey.estimate(&["--chart", &chart]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let svg = std::fs::read_to_string(&chart).unwrap();
    assert!(svg.starts_with("<svg xmlns") && svg.trim_end().ends_with("</svg>"));
    assert!(
        svg.contains("threshold 90%") && svg.contains("75.61 %"),
        "{svg}"
    );
    assert_eq!(survey.files(), ["chart.svg", "data.csv", "plan.toml"]);
}

#[test]
fn a_plan_without_weighting_has_no_weights_to_write() {
    let survey = Survey::new(PLAN, DATA);
    let run = survey.estimate(&["--weights", &survey.text("w.csv")]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("no weighting"), "{}", run.err);
    assert_eq!(survey.files(), ["data.csv", "plan.toml"]);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let help = minyi(&["estimate", "--help"]);
    assert_eq!(help.code, Some(0));
    for option in ["--data", "--format", "--chart", "--weights"] {
        assert!(help.out.contains(option), "{}", help.out);
    }
    assert!(minyi(&["--version"]).out.starts_with("minyi "));
    let wrong = minyi(&["estimate", "plan.toml", "--format", "pdf"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
}

const REPLICATED: &str = r#"
[[designs]]
id = "jackknife"
kind = "replicates_of"
design = "d"
method = "jkn"

[[analyses]]
id = "replicated"
kind = "proportion"
design = "jackknife"
variable = "safe"
by = ["sex"]
ci = [{ level = 0.95, df = "domain", methods = ["likelihood"] }]

[[analyses]]
id = "weights"
kind = "quantile"
design = "jackknife"
variable = "w"
probs = [0.5]
by = ["sex"]
interval = "quantile"
"#;

#[test]
fn replicates_made_from_a_design_and_quantiles_by_group_are_printed() {
    let survey = Survey::new(&format!("{PLAN}{REPLICATED}"), DATA);
    let run = survey.estimate(&["--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let rows = &value["analyses"]["replicated"]["rows"];
    assert_eq!(rows[0]["ci"][0]["method"], "likelihood");
    let table = survey.estimate(&[]);
    let quantiles = table.out.split("weights").nth(1).unwrap();
    assert!(
        quantiles.contains("sex") && quantiles.contains("50"),
        "{quantiles}"
    );
    let csv = survey.estimate(&["--format", "csv"]);
    let lines: Vec<&str> = csv
        .out
        .lines()
        .filter(|l| l.contains("weights,quantile"))
        .collect();
    assert_eq!(lines.len(), 2, "{}", csv.out);
    assert!(
        lines[0].contains(",f,") && lines[1].contains(",m,"),
        "{lines:?}"
    );
}

#[test]
fn a_design_of_replicates_with_a_wrong_field_is_refused_with_its_place() {
    let plan = REPLICATED.replace(r#"method = "jkn""#, "method = \"fay\"\nrho = 1.5");
    let survey = Survey::new(&format!("{PLAN}{plan}"), DATA);
    let run = survey.estimate(&[]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("rho in [0, 1)"), "{}", run.err);
}
