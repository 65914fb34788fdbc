//! Quality measures as analyses of a plan: equal to a contrast of the engine, the same in any order of rows,
//! and with a reason where they cannot be computed.

use minyi::stats::data::{Column, Table};
use minyi::stats::plan::{Inputs, Plan};
use minyi::stats::rng::{below, shuffle, stream, uniform};
use serde_json::{Value, json};

/// One respondent.
#[derive(Clone)]
struct Person {
    county: &'static str,
    stratum: String,
    unit: String,
    weight: f64,
    answer: &'static str,
    arm: Option<&'static str>,
    mode: &'static str,
    other: u32,
}

const COUNTIES: [&str; 3] = ["east", "north", "west"];

/// Three counties of two strata and twenty units; in the first, one in five picks what stands first, and one
/// unit has a form that was filled in thirty times.
fn people() -> Vec<Person> {
    let mut rng = stream(&[3; 32], "people");
    let mut people = Vec::new();
    for county in COUNTIES {
        for unit in 0..20 {
            for k in 0..40 {
                let arm = if uniform(&mut rng) < 0.5 {
                    "forward"
                } else {
                    "reverse"
                };
                let told = county == COUNTIES[0] && uniform(&mut rng) < 0.2;
                let first = if told {
                    arm == "forward"
                } else {
                    uniform(&mut rng) < 0.3
                };
                let copied = county == COUNTIES[0] && unit == 7 && k < 30;
                people.push(Person {
                    county,
                    stratum: format!("{county}-{}", unit % 2),
                    unit: format!("{county}-{unit:02}"),
                    weight: 1.0 + uniform(&mut rng),
                    answer: if first { "1" } else { "2" },
                    arm: (uniform(&mut rng) < 0.9).then_some(arm),
                    mode: if uniform(&mut rng) < 0.7 {
                        "web"
                    } else {
                        "paper"
                    },
                    other: if copied {
                        7
                    } else {
                        u32::try_from(below(&mut rng, 4000)).unwrap()
                    },
                });
            }
        }
    }
    people
}

fn table(people: &[Person]) -> Table {
    let labels = |of: &dyn Fn(&Person) -> Option<&str>| Column::labels(people.iter().map(of));
    let numbers = |of: &dyn Fn(&Person) -> f64| Column::Number(people.iter().map(of).collect());
    let columns = [
        ("county", labels(&|p| Some(p.county))),
        ("stratum", labels(&|p| Some(&p.stratum))),
        ("unit", labels(&|p| Some(&p.unit))),
        ("w", numbers(&|p| p.weight)),
        ("answer", labels(&|p| Some(p.answer))),
        ("first", numbers(&|p| f64::from(u8::from(p.answer == "1")))),
        ("arm", labels(&|p| p.arm)),
        ("mode", labels(&|p| Some(p.mode))),
        ("other", numbers(&|p| f64::from(p.other))),
    ];
    let named = columns.map(|(name, column)| (name.to_owned(), column));
    Table::new(named.into_iter().collect()).unwrap()
}

fn plan() -> Value {
    json!({
        "id": "q",
        "data": {"file": "people.csv", "columns": [
            {"name": "county", "type": "string"}, {"name": "arm", "type": "string"},
            {"name": "mode", "type": "string"}, {"name": "answer", "type": "string"}]},
        "designs": [{"id": "d", "kind": "taylor", "ids": ["unit"], "strata": ["stratum"], "weights": "w"}],
        "analyses": [
            {"id": "direction", "kind": "direction_contrast", "design": "d", "by": ["county"],
                "variable": "answer", "level": "1", "arm": "arm", "forward": "forward"},
            {"id": "mode", "kind": "mode_contrast", "design": "d", "by": ["county"],
                "variable": "answer", "level": "1", "mode": "mode", "web": "web"},
            {"id": "runs", "kind": "duplicate_runs", "design": "d", "by": ["county"],
                "variables": ["answer", "other"], "unit": "unit", "permutations": 199, "seed": "07".repeat(32)},
            {"id": "engine", "kind": "contrast", "design": "d", "by": ["county", "arm"], "variable": "first",
                "df": "design", "contrasts": [{"id": "east", "groups": ["east|forward", "east|reverse"],
                    "coefficients": [1, -1]}]},
        ],
    })
}

fn run(plan: Value, table: &Table) -> Value {
    let plan: Plan = serde_json::from_value(plan).unwrap();
    plan.check().unwrap();
    let inputs = Inputs {
        table: Some(table),
        ..Inputs::default()
    };
    serde_json::to_value(plan.run(&inputs, &mut |_| {})).unwrap()
}

fn number(value: &Value, path: &str) -> f64 {
    let found = value.pointer(path).and_then(Value::as_f64);
    found.unwrap_or_else(|| panic!("{path} in {value}"))
}

#[test]
fn a_contrast_is_that_of_the_engine_and_a_coached_county_stands_out() {
    let results = run(plan(), &table(&people()));
    let direction = &results["analyses"]["direction"]["rows"];
    let engine = &results["analyses"]["engine"]["contrasts"][0];
    assert_eq!(direction[0]["group"]["county"], "east");
    for (ours, theirs) in [("difference", "estimate"), ("standard_error", "se")] {
        let (a, b) = (&direction[0][ours], &engine[theirs]);
        assert!(
            (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-12,
            "{a} {b}"
        );
    }
    assert!(number(direction, "/0/p_excess") < 0.001);
    for honest in ["/1/p_excess", "/2/p_excess"] {
        assert!(number(direction, honest) > 0.01, "{direction}");
    }
    let mode = &results["analyses"]["mode"]["rows"];
    for county in 0..3 {
        assert!(number(mode, &format!("/{county}/p_adjusted")) > 0.01);
    }
    let runs = &results["analyses"]["runs"]["rows"];
    assert!((number(runs, "/0/p_value") - 1.0 / 200.0).abs() < 1e-12);
    let named = |row: usize| -> Vec<&str> {
        let units = runs[row]["units"].as_array().unwrap();
        let look = |unit: &&Value| unit["p_adjusted"].as_f64().unwrap() <= 0.1;
        let looked = units.iter().filter(look);
        looked.map(|unit| unit["unit"].as_str().unwrap()).collect()
    };
    assert_eq!(named(0), ["east-07"]);
    assert_eq!(runs[0]["units"].as_array().unwrap().len(), 20);
    assert!(number(runs, "/1/p_value") > 0.01 && number(runs, "/2/p_value") > 0.01);
}

#[test]
fn the_order_of_rows_and_counts_of_rows_change_nothing() {
    let mut people = people();
    let straight = run(plan(), &table(&people));
    shuffle(&mut stream(&[4; 32], "order"), &mut people);
    let shuffled = run(plan(), &table(&people));
    near(&straight, &shuffled, "");

    // Every third person twice, as a row of their own and as a count.
    let twice: Vec<Person> = people
        .iter()
        .enumerate()
        .flat_map(|(k, person)| std::iter::repeat_n(person.clone(), if k % 3 == 0 { 2 } else { 1 }))
        .collect();
    let counts = (0..people.len()).map(|k| if k % 3 == 0 { 2.0 } else { 1.0 });
    let counted = table(&people).with_counts(counts.collect()).unwrap();
    near(&run(plan(), &table(&twice)), &run(plan(), &counted), "");
    // Where rows are units themselves, each of those that a count stands for is one.
    let mut bare = plan();
    bare["designs"] = json!([{"id": "d", "kind": "taylor", "strata": ["stratum"], "weights": "w"}]);
    near(&run(bare.clone(), &table(&twice)), &run(bare, &counted), "");
}

/// The same document with numbers equal to 1e-12.
fn near(a: &Value, b: &Value, path: &str) {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            assert!(x.keys().eq(y.keys()), "{path}");
            for (key, value) in x {
                near(value, &y[key], &format!("{path}/{key}"));
            }
        }
        (Value::Array(x), Value::Array(y)) => {
            assert_eq!(x.len(), y.len(), "{path}");
            for (at, (x, y)) in x.iter().zip(y).enumerate() {
                near(x, y, &format!("{path}/{at}"));
            }
        }
        (Value::Number(x), Value::Number(y)) => {
            let (x, y) = (x.as_f64().unwrap(), y.as_f64().unwrap());
            assert!((x - y).abs() <= 1e-12 * x.abs().max(1.0), "{path}: {x} {y}");
        }
        (x, y) => assert_eq!(x, y, "{path}"),
    }
}

#[test]
fn what_cannot_be_computed_says_why() {
    let all = people();
    let few: Vec<Person> = all.iter().take(50).cloned().collect();
    let of_few = run(plan(), &table(&few));
    let said =
        |results: &Value, id: &str| results["analyses"][id]["rows"][0]["not_computed"].clone();
    assert_eq!(said(&of_few, "mode"), "too_few");
    let mut alike = all.clone();
    for person in &mut alike {
        person.answer = "1";
    }
    assert_eq!(
        said(&run(plan(), &table(&alike)), "direction"),
        "nothing_varies"
    );
    let one: Vec<Person> = all
        .iter()
        .filter(|person| person.unit == "west-03")
        .cycle()
        .take(400)
        .cloned()
        .collect();
    let of_one = run(plan(), &table(&one));
    assert_eq!(said(&of_one, "direction"), "one_unit");
    assert_eq!(said(&of_one, "runs"), "one_unit");

    let refused = |change: &dyn Fn(&mut Value)| {
        let mut other = plan();
        change(&mut other["analyses"][0]);
        run(other, &table(&all))["analyses"]["direction"]["code"].clone()
    };
    assert_eq!(refused(&|a| a["forward"] = json!("up")), "unknown_level");
    assert_eq!(refused(&|a| a["level"] = json!("5")), "unknown_level");
    assert_eq!(refused(&|a| a["arm"] = json!("leg")), "unknown_column");
    let mut bare = plan();
    bare["analyses"][2]["variables"] = json!([]);
    let code = &run(bare, &table(&all))["analyses"]["runs"]["code"];
    assert_eq!(code, "no_variables");
    let mut replicates = plan();
    replicates["designs"].as_array_mut().unwrap().push(json!({
        "kind": "replicates_of", "id": "r", "design": "d", "method": "jkn"
    }));
    replicates["analyses"][0]["design"] = json!("r");
    let code = &run(replicates, &table(&all))["analyses"]["direction"]["code"];
    assert_eq!(code, "needs_units");
}
