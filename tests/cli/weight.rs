//! `minyi weight`: the weightings of a plan alone.

use super::{Survey, minyi_in, workbook};

const PLAN: &str = r#"
[data]
file = "data.csv"

[[designs]]
id = "d"
kind = "taylor"
ids = ["psu"]
strata = ["stratum"]
weights = "w"

[[designs]]
id = "other"
kind = "taylor"
weights = "no_such_weight"

[[weightings]]
id = "raked"
design = "d"
[[weightings.steps]]
op = "nonresponse_class"
classes = ["stratum"]
response = "answered"
method = "weighted"
[[weightings.steps]]
op = "rake"
epsilon = 1e-10
maxit = 50
margins = [
  { variables = ["sex"], cells = [{ levels = ["f"], total = 60 }, { levels = ["m"], total = 40 }] },
  { variables = ["stratum"], cells = [{ levels = ["A"], total = 50 }, { levels = ["B"], total = 50 }] },
]

[[weightings]]
id = "scaled"
design = "d"
steps = [{ op = "scale_to", total = 1000 }]

[[analyses]]
id = "unrelated"
kind = "mean"
design = "other"
variables = ["no_such_column"]
"#;

const DATA: &str = "stratum,psu,w,sex,answered
A,1,10,f,1
A,1,12,m,1
A,2,11,f,0
A,2,9,m,1
B,3,10,f,1
B,3,14,m,1
B,4,10,f,1
B,4,8,m,0
";

#[test]
fn the_weightings_run_without_the_columns_of_the_analyses() {
    let survey = Survey::new(PLAN, DATA);
    let file = survey.text("weights.csv");
    let run = survey.weight(&["--output", &file]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let mut lines = run
        .out
        .lines()
        .skip_while(|line| !line.contains("nonresponse_class"));
    let first: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    // Two classes; six of eight records stay and keep the sum 84.
    assert_eq!(
        first[..4],
        ["nonresponse_class", "2", "6", "84"],
        "{}",
        run.out
    );
    let second = lines.next().unwrap();
    assert!(
        second.contains("rake") && second.contains("yes"),
        "{second}"
    );

    let mut reader = csv::Reader::from_path(&file).unwrap();
    assert_eq!(reader.headers().unwrap(), vec!["raked", "scaled"]);
    let rows: Vec<Vec<f64>> = reader
        .records()
        .map(|row| {
            row.unwrap()
                .iter()
                .map(|field| field.parse().unwrap())
                .collect()
        })
        .collect();
    assert_eq!(rows.len(), 8);
    assert_eq!(
        (rows[2][0].to_bits(), rows[7][0].to_bits()),
        (0, 0),
        "who did not answer"
    );
    let women = rows[0][0] + rows[4][0] + rows[6][0];
    assert!((women - 60.0).abs() < 1e-6, "{women}");
    let scaled: f64 = rows.iter().map(|row| row[1]).sum();
    assert!((scaled - 1000.0).abs() < 1e-9, "{scaled}");
}

#[test]
fn the_weights_are_those_of_estimate() {
    let plan = PLAN
        .replace("no_such_weight", "w")
        .replace("no_such_column", "w");
    let survey = Survey::new(&plan, DATA);
    let (ours, theirs) = (survey.text("ours.csv"), survey.text("theirs.csv"));
    assert_eq!(survey.weight(&["--output", &ours]).code, Some(0));
    assert_eq!(survey.estimate(&["--weights", &theirs]).code, Some(0));
    assert_eq!(
        std::fs::read(survey.path("ours.csv")).unwrap(),
        std::fs::read(survey.path("theirs.csv")).unwrap()
    );
}

#[test]
fn one_weighting_can_be_asked_for_and_a_wrong_name_is_corrected() {
    let survey = Survey::new(PLAN, DATA);
    let run = survey.weight(&["--weighting", "scaled", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(value["weightings"].get("raked").is_none());
    let step = &value["weightings"]["scaled"]["steps"][0];
    assert_eq!(step["op"], "scale_to");
    // Weights 10 12 11 9 10 14 10 8 of sum 84: the largest has a sixth.
    assert!((step["largest_share"].as_f64().unwrap() - 14.0 / 84.0).abs() < 1e-12);
    let squares = 10.0 * 10.0 * 3.0 + 144.0 + 121.0 + 81.0 + 196.0 + 64.0;
    let deff: f64 = 8.0 * squares / (84.0 * 84.0);
    assert!((step["cv"].as_f64().unwrap() - (deff - 1.0).sqrt()).abs() < 1e-12);

    let wrong = survey.weight(&["--weighting", "scalde"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert!(
        wrong.err.contains("no weighting “scalde”") && wrong.err.contains("“scaled”"),
        "{}",
        wrong.err
    );
}

#[test]
fn a_record_for_each_step_comes_as_csv() {
    let survey = Survey::new(PLAN, DATA);
    let run = survey.weight(&["--format", "csv"]);
    let mut reader = csv::Reader::from_reader(run.out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let ops: Vec<&str> = rows.iter().map(|row| &row[2]).collect();
    assert_eq!(ops, ["nonresponse_class", "rake", "scale_to"]);
    assert_eq!(
        (&rows[1][3], &rows[1][13]),
        ("4", "true"),
        "four margin cells, met"
    );
}

#[test]
fn a_weighting_that_is_refused_leaves_no_file_and_what_was_there() {
    let data = DATA.replace(",f,", ",x,");
    let survey = Survey::new(PLAN, &data);
    std::fs::write(survey.path("weights.csv"), "from before").unwrap();
    let run = survey.weight(&["--output", &survey.text("weights.csv")]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.contains("sex = x") || run.err.contains("sex = f"),
        "{}",
        run.err
    );
    assert_eq!(
        std::fs::read_to_string(survey.path("weights.csv")).unwrap(),
        "from before"
    );
    assert_eq!(survey.files(), ["data.csv", "plan.toml", "weights.csv"]);
}

#[test]
fn a_plan_without_weightings_is_said_so_in_the_readers_language() {
    let plan = PLAN.split("[[weightings]]").next().unwrap();
    let plan = format!("{plan}[[analyses]]\nid = \"df\"\nkind = \"degf\"\ndesign = \"d\"\n");
    let survey = Survey::new(&plan, DATA);
    let run = survey.weight(&[]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("has no weighting"), "{}", run.err);
    let chinese = minyi_in("zh_CN.UTF-8", &["weight", &survey.text("plan.toml")]);
    assert!(chinese.err.contains("方案没有加权"), "{}", chinese.err);
}

#[test]
fn a_workbook_gives_the_same_weights() {
    let survey = Survey::new(PLAN, DATA);
    workbook(&survey.path("data.xlsx"), DATA);
    let (csv, book) = (survey.text("csv.csv"), survey.text("book.csv"));
    assert_eq!(survey.weight(&["--output", &csv]).code, Some(0));
    let data = survey.text("data.xlsx");
    let run = survey.weight(&["--data", &data, "--output", &book]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_eq!(
        std::fs::read(survey.path("csv.csv")).unwrap(),
        std::fs::read(survey.path("book.csv")).unwrap()
    );
}
