//! What the module above promises, tried out.

use super::*;

const STANDARD: &str = r#"
id = "t"
version = 1
title = { zh-CN = "测", en = "T" }
source = { zh-CN = "测", en = "T" }
counties = [{ code = "140302", name = { zh-CN = "城区", en = "Chengqu" } }]
areas = [{ id = "a", clause = "1", name = { zh-CN = "甲", en = "A" } }]
criteria = [
  { id = "a.rate", clause = "1", name = { zh-CN = "率", en = "R" }, rule = { kind = "at_least", percent = 75 } },
  { id = "a.none", clause = "1", name = { zh-CN = "无", en = "N" }, rule = { kind = "none" } },
  { id = "a.fire", clause = "1", name = { zh-CN = "火", en = "F" }, rule = { kind = "no_event", limits = [{ measure = "deaths", at_least = 3 }] } },
  { id = "a.judged", clause = "1", name = { zh-CN = "评", en = "J" }, rule = { kind = "judged" } },
]
measures = [{ id = "m.money", clause = "1", name = { zh-CN = "钱", en = "M" }, rule = { kind = "amount_at_least", least = 0.5 } }]
[cycle]
first_year = 2004
last_year = 2006
time_zone = "Asia/Shanghai"
application_month = 1
application_day = 10
years_in_a_row = 3
"#;
const HEAD: &str =
    "county,year,indicator,status,value,k,m,assessor,reason,evidence,label,measures\n";

fn standard() -> Standard {
    Standard::from_toml(STANDARD).unwrap()
}

fn problems(rows: &str) -> Vec<(u64, String, &'static str)> {
    let found = read(&format!("{HEAD}{rows}"), &standard()).unwrap_err();
    found
        .into_iter()
        .map(|p| (p.line, p.column, p.problem.code()))
        .collect()
}

#[test]
fn reads_every_kind() {
    let rows = "\
140302,2006,a.rate,reported,,12,15,,,,,
# a remark
140302,2006,a.none,verified,0,,,,,,,
140302,2006,a.fire,reported,,,,,,,May fire,deaths=2; loss=299999.99
140302,2006,a.fire,reported,,,,,,,June fire,deaths=0
140302,2005,a.fire,reported,none,,,,,,,
140302,2006,a.judged,synthetic,met,,,Li,\"All, settled\",File 7,,
140302,2006,m.money,reported,0.55,,,,,,,
";
    let all = read(&format!("{HEAD}{rows}"), &standard()).unwrap();
    assert_eq!(all.len(), 6);
    assert!(all.standing().synthetic > 0);
    let value = |year, id| &all.get("140302", year, id).unwrap().value;
    assert_eq!(value(2006, "a.rate"), &Value::Rate { k: 12, m: 15 });
    assert_eq!(value(2006, "a.none"), &Value::Count { count: 0 });
    let Value::List { entries } = value(2006, "a.fire") else {
        panic!("no list")
    };
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].measures["loss"].to_string(), "299999.99");
    assert_eq!(value(2005, "a.fire"), &Value::List { entries: vec![] });
}

#[test]
fn every_problem_names_its_line_and_column_and_nothing_is_kept() {
    let rows = "\
140302,2006,a.rate,reported,,16,15,,,,,
999999,20o6,a.none,reported,0,,,,,,,
140302,2006,a.none,guessed,-1,,,,,,,
140302,2006,a.nothing,reported,1,,,,,,,
140302,2006,a.judged,reported,yes,,,Li,,File 7,,
140302,2006,a.fire,reported,,,,,,,May,deaths:2
140302,2006,m.money,reported,0.55555,,,,,,,
140302,2005,a.none,reported,1,2,,,,,,
";
    let place = |line, column: &str, code| (line, column.to_owned(), code);
    assert_eq!(
        problems(rows),
        [
            place(2, "k", "part-larger"),
            place(3, "county", "unknown-county"),
            place(3, "year", "not-whole"),
            place(4, "status", "unknown-word"),
            place(5, "indicator", "unknown-indicator"),
            place(6, "value", "unknown-word"),
            place(6, "reason", "empty"),
            place(7, "measures", "bad-measures"),
            place(8, "value", "not-amount"),
            place(9, "k", "must-be-empty"),
        ]
    );
}

#[test]
fn a_second_value_and_none_beside_some_are_refused() {
    let rows = "\
140302,2006,a.none,reported,0,,,,,,,
140302,2006,a.none,reported,1,,,,,,,
140302,2006,a.fire,reported,none,,,,,,,
140302,2006,a.fire,reported,,,,,,,May,deaths=1
";
    assert_eq!(
        problems(rows),
        [
            (3, "indicator".to_owned(), "duplicate"),
            (5, "value".to_owned(), "none-and-some")
        ]
    );
}

#[test]
fn a_missing_or_unknown_column_is_named() {
    let found = read("county,year,indicator,status,vlaue\n", &standard()).unwrap_err();
    let found: Vec<_> = found
        .iter()
        .map(|p| (p.column.as_str(), p.problem.code()))
        .collect();
    assert_eq!(
        found,
        [("vlaue", "unknown-column"), ("value", "missing-column")]
    );
}

#[test]
fn a_row_of_another_length_is_a_problem_of_its_line() {
    assert_eq!(problems("140302,2006\n"), [(2, "*".to_owned(), "syntax")]);
}
