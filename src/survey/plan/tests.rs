//! What the module above promises, tried out.

use super::*;
use crate::survey::margin::{MarginCell, MarginRow};
use crate::survey::questionnaire::DEFAULT_2026;

fn code(text: &str) -> AreaCode {
    AreaCode::parse(text).unwrap()
}

fn questionnaire() -> Questionnaire {
    Questionnaire::from_toml(DEFAULT_2026)
        .unwrap()
        .for_unit(SampledUnit::Person)
}

fn margins() -> Margins {
    let mut rows = Vec::new();
    for sex in ["male", "female"] {
        for age in ["18-29", "30-39", "40-49", "50-59", "60up"] {
            rows.push((format!("{sex}:{age}"), "sex_age", 100));
        }
    }
    rows.push(("urban".to_owned(), "residence", 1000));
    let rows: Vec<MarginRow> = rows
        .into_iter()
        .map(|(label, variable, population)| MarginRow {
            county: code("140302"),
            cell: MarginCell::from_words(variable, &label).unwrap(),
            population,
        })
        .collect();
    Margins::new(&rows, &[code("140302")].into()).unwrap()
}

fn plan() -> WavePlan {
    let county = CountySample {
        county: code("140302"),
        psus: 40,
        invitations: 2000,
    };
    WavePlan::standard(SampledUnit::Person, vec![county])
}

fn problems(plan: &WavePlan) -> Vec<String> {
    plan.check(&questionnaire(), &margins())
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_standard_plan_fits_the_default_questionnaire() {
    assert_eq!(plan().check(&questionnaire(), &margins()), Ok(()));
}

#[test]
fn a_plan_reads_back_from_json_and_toml_with_the_same_digest() {
    let plan = plan();
    assert_eq!(WavePlan::from_json(&plan.to_json()).unwrap(), plan);
    let toml = toml::to_string(&plan).unwrap();
    let again = WavePlan::from_toml(&toml).unwrap();
    assert_eq!(again.digest(), plan.digest());
    let mut other = plan.clone();
    other.verdict.threshold = 0.91;
    assert_ne!(other.digest(), plan.digest());
}

#[test]
fn a_misspelt_field_is_refused() {
    let toml = toml::to_string(&plan()).unwrap().replace("delta", "detla");
    assert!(WavePlan::from_toml(&toml).unwrap_err().0.contains("detla"));
}

#[test]
fn other_answers_than_the_marked_ones_cannot_count() {
    let mut plan = plan();
    plan.approval.approves.push("8".to_owned());
    assert_eq!(
        problems(&plan),
        ["approval.item: the questionnaire marks other answers of \"q1\" as approval"]
    );
}

#[test]
fn a_plan_cannot_lower_the_floors_of_disclosure_control() {
    let mut plan = plan();
    plan.disclosure.cell = 5;
    plan.disclosure.subgroup = 50;
    let fields: Vec<&str> = plan
        .check(&questionnaire(), &margins())
        .unwrap_err()
        .iter()
        .map(|problem| problem.field)
        .collect();
    assert_eq!(fields, ["disclosure.cell", "disclosure.subgroup"]);
}

#[test]
fn margins_and_items_must_name_the_same_cells() {
    let mut plan = plan();
    plan.weighting.age_item = "s1".to_owned();
    let found = problems(&plan);
    assert!(
        found.iter().any(|p| p.contains("differ in \"18-29\"")),
        "{found:?}"
    );
}

#[test]
fn a_county_needs_margins_and_stands_once() {
    let mut plan = plan();
    let mut line = plan.sample.counties[0].clone();
    plan.sample.counties.push(line.clone());
    line.county = code("140303");
    plan.sample.counties.push(line);
    assert_eq!(
        problems(&plan),
        [
            "sample.counties: county 140302 occurs twice",
            "sample.counties: county 140303 has no margins"
        ]
    );
}

#[test]
fn the_number_of_adults_belongs_to_household_waves() {
    let mut plan = plan();
    plan.sample.unit = SampledUnit::Household;
    assert_eq!(problems(&plan).len(), 1);
}
