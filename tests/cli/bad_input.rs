//! Input that cannot be used: exit code 2, a sentence with file, place and expectation, nothing written.

use super::{Run, Survey, minyi, minyi_in};

const PLAN: &str = r#"
[data]
file = "data.csv"
columns = [
  { name = "stratum", type = "string" },
  { name = "psu", type = "string" },
  { name = "w", type = "number" },
  { name = "sex", type = "category", levels = ["f", "m"] },
  { name = "safe", type = "number" },
]

[[designs]]
id = "d"
kind = "taylor"
ids = ["psu"]
strata = ["stratum"]
weights = "w"

[[weightings]]
id = "raked"
design = "d"
[[weightings.steps]]
op = "rake"
epsilon = 1e-10
maxit = 50
margins = [
  { variables = ["sex"], cells = [{ levels = ["f"], total = 60 }, { levels = ["m"], total = 40 }] },
  { variables = ["stratum"], cells = [{ levels = ["A"], total = 50 }, { levels = ["B"], total = 50 }] },
]

[[analyses]]
id = "safe"
kind = "proportion"
design = "d"
weighting = "raked"
variable = "safe"
ci = [{ level = 0.95, df = "domain", methods = ["xlogit"] }]
"#;

const DATA: &str = "stratum,psu,w,sex,safe
A,1,10,f,1
A,1,12,m,0
A,2,11,f,1
A,2,9,m,1
B,3,10,f,0
B,3,14,m,1
B,4,10,f,1
B,4,8,m,0
";

/// Runs with every output asked for and checks that nothing was written and that what was there is untouched.
#[track_caller]
fn refused(plan: &str, data: &str) -> Run {
    let survey = Survey::new(plan, data);
    std::fs::write(survey.path("weights.csv"), "from before").unwrap();
    let before = survey.files();
    let (chart, weights) = (survey.text("chart.svg"), survey.text("weights.csv"));
    let run = survey.estimate(&["--chart", &chart, "--weights", &weights]);
    assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
    assert_eq!(run.out, "");
    assert_eq!(survey.files(), before, "nothing half written");
    assert_eq!(
        std::fs::read_to_string(survey.path("weights.csv")).unwrap(),
        "from before"
    );
    run
}

#[track_caller]
fn says(run: &Run, parts: &[&str]) {
    for part in parts {
        assert!(run.err.contains(part), "no “{part}” in: {}", run.err);
    }
}

#[test]
fn the_plan_and_data_of_these_tests_are_good() {
    let survey = Survey::new(PLAN, DATA);
    let run = survey.estimate(&[]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert!(run.out.contains("yes, "), "raking converges: {}", run.out);
}

#[test]
fn an_unknown_column_is_named_with_the_nearest_one() {
    let plan = PLAN.replace("variable = \"safe\"", "variable = \"saef\"");
    let run = refused(&plan, DATA);
    says(
        &run,
        &[
            "plan.toml, analyses safe",
            "data.csv has no column “saef”",
            "Did you mean “safe”?",
        ],
    );
    let plan = PLAN.replace("weights = \"w\"", "weights = \"importance\"");
    let run = refused(&plan, DATA);
    says(
        &run,
        &["designs d", "“importance”", "stratum, psu, w, sex, safe"],
    );
}

#[test]
fn a_declared_column_that_the_file_lacks_is_named() {
    let run = refused(
        PLAN,
        &DATA.replace("stratum,psu,w,sex,safe", "stratum,psu,weight,sex,safe"),
    );
    says(&run, &["data.csv, line 1", "no column “w”"]);
}

#[test]
fn a_non_number_is_named_with_line_column_and_text() {
    let run = refused(PLAN, &DATA.replace("B,3,10,f,0", "B,3,ten,f,O"));
    says(
        &run,
        &[
            "data.csv, line 6, column “w”: “ten” is not a number",
            "data.csv, line 6, column “safe”: “O” is not a number",
            "leave the field empty",
        ],
    );
}

#[test]
fn a_negative_weight_is_named_with_its_line() {
    let run = refused(PLAN, &DATA.replace("B,4,10,f,1", "B,4,-10,f,1"));
    says(
        &run,
        &[
            "data.csv, line 8, column “w”",
            "the weight is -10",
            "0 or more was expected",
        ],
    );
}

#[test]
fn a_unit_in_two_strata_needs_nest() {
    let data = DATA.replace("B,3,14,m,1", "B,2,14,m,1");
    let run = refused(PLAN, &data);
    says(
        &run,
        &[
            "data.csv, line 7, column “psu”",
            "unit “2”",
            "stratum “B”",
            "stratum “A”",
            "nest = true",
        ],
    );
    let nested = PLAN.replace("weights = \"w\"", "weights = \"w\"\nnest = true");
    assert_eq!(Survey::new(&nested, &data).estimate(&[]).code, Some(0));
}

#[test]
fn an_empty_margin_cell_is_named() {
    let run = refused(PLAN, &DATA.replace(",m,", ",f,"));
    says(
        &run,
        &[
            "raked",
            "sex = m",
            "population total is 40",
            "no record of the sample is there",
        ],
    );
    let plan = PLAN.replace(
        "{ levels = [\"m\"], total = 40 }",
        "{ levels = [\"m\"], total = 0 }",
    );
    let run = refused(&plan, DATA);
    says(&run, &["raked", "sex = m", "no population total above 0"]);
}

#[test]
fn raking_that_does_not_converge_is_refused() {
    let run = refused(&PLAN.replace("maxit = 50", "maxit = 1"), DATA);
    says(
        &run,
        &["raked", "did not converge within 1 cycles", "Raise maxit"],
    );
    // Margins of different sums can never be met together.
    let plan = PLAN.replace("total = 60", "total = 600");
    let run = refused(&plan, DATA);
    says(
        &run,
        &[
            "raked",
            "margins sum to different totals",
            "sex 640",
            "stratum 100",
        ],
    );
    // Nor can margins that an empty joint cell keeps apart.
    let data = DATA
        .replace("A,1,12,m,0", "A,1,12,f,0")
        .replace("A,2,9,m,1", "A,2,9,f,1")
        .replace("B,3,10,f,0", "B,3,10,m,0")
        .replace("B,4,10,f,1", "B,4,10,m,1");
    let run = refused(PLAN, &data);
    says(
        &run,
        &[
            "raked",
            "did not converge within 50 cycles",
            "sex = f",
            "60.0 was expected",
        ],
    );
}

#[test]
fn a_reference_plan_keeps_the_weights_of_the_last_cycle_as_r_does() {
    let plan = format!(
        "schema = \"survey-reference/1\"\n{}",
        PLAN.replace("maxit = 50", "maxit = 1")
    );
    let run = Survey::new(&plan, DATA).estimate(&["--format", "json"]);
    assert_eq!(run.code, Some(0));
    says(&run, &["the weights of the last cycle are kept"]);
    assert!(run.out.contains("\"converged\": false"));
}

#[test]
fn ragged_rows_levels_and_duplicate_headers_are_named() {
    let run = refused(
        PLAN,
        &DATA
            .replace("A,2,11,f,1", "A,2,11,f")
            .replace("B,3,14,m", "B,3,14,x"),
    );
    says(
        &run,
        &[
            "line 4: 4 fields, but the header has 5",
            "line 7, column “sex”: “x” is none of the levels",
            "(f, m)",
        ],
    );
    let run = refused(
        PLAN,
        &DATA.replace("stratum,psu,w,sex,safe", "stratum,psu,w,sex,w"),
    );
    says(&run, &["line 1: two columns are called “w”"]);
    let run = refused(PLAN, "");
    says(&run, &["data.csv", "the file is empty"]);
}

#[test]
fn a_plan_that_does_not_read_is_named_with_its_place() {
    let run = refused(&PLAN.replace("[[designs]]", "[[designs]"), DATA);
    says(&run, &["plan.toml, line 12", "not a plan in JSON or TOML"]);
    let plan = PLAN
        .replace("kind = \"proportion\"", "kind = \"proportions\"")
        .replace("weights = \"w\"", "wieghts = \"w\"")
        .replace("op = \"rake\"", "op = \"rakes\"");
    let run = refused(&plan, DATA);
    says(
        &run,
        &[
            "designs 1 (d)",
            "wieghts",
            "weightings 1 (raked)",
            "rakes",
            "analyses 1 (safe)",
            "proportions",
        ],
    );
    let run = refused(&PLAN.replace("[[analyses]]", "[[analyzes]]"), DATA);
    says(&run, &["no section “analyzes”", "Did you mean “analyses”?"]);
    let run = refused(
        &PLAN.replace("design = \"d\"\nweighting", "design = \"e\"\nweighting"),
        DATA,
    );
    says(&run, &["no design “e”"]);
}

#[test]
fn missing_files_are_named() {
    let survey = Survey::new(PLAN, DATA);
    let run = survey.estimate(&["--data", "nowhere.csv"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    says(&run, &["nowhere.csv", "cannot be read"]);
    let run = minyi(&["estimate", "no-plan.toml"]);
    assert_eq!(run.code, Some(2));
    says(&run, &["no-plan.toml", "cannot be read"]);
    let run = survey.estimate(&["--chart", "/no/such/folder/chart.svg"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    says(&run, &["/no/such/folder/chart.svg", "cannot be written"]);
    assert_eq!(minyi(&["estimate"]).code, Some(2));
}

#[test]
fn speaks_the_readers_language() {
    let survey = Survey::new(PLAN, &DATA.replace("B,3,10,f,0", "B,3,ten,f,0"));
    let run = minyi_in("zh_CN.UTF-8", &["estimate", &survey.text("plan.toml")]);
    assert_eq!(run.code, Some(2));
    says(&run, &["data.csv 第 6 行“w”列：“ten”不是数字"]);
}
