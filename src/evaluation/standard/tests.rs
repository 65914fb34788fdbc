//! The reader names criterion, field and line; the shipped standard is complete.

use std::collections::BTreeSet;

use super::*;
use crate::evaluation::rule::Rule;

const SHIPPED: &str = include_str!("../../../standards/yangquan-2004.toml");
const CLAUSES: &str = "order.sabotage order.disputes order.incidents crime.violent_growth \
    crime.growth crime.clearance crime.violent_clearance crime.homicide_clearance \
    crime.prosecution crime.conclusion crime.economic safety.prevention safety.townships \
    safety.communities safety.units safety.villages safety.venues safety.traffic safety.fire \
    culture.market culture.online culture.venues law.awareness law.conduct law.aid law.oversight \
    approval.security approval.rate";

fn shipped() -> Standard {
    Standard::from_toml(SHIPPED).unwrap_or_else(|error| panic!("{:#?}", error.problems))
}

fn problems(change: impl Fn(String) -> String) -> Vec<(String, String, &'static str, usize)> {
    let text = change(SHIPPED.to_owned());
    assert_ne!(text, SHIPPED, "the test changes something");
    Standard::from_toml(&text)
        .unwrap_err()
        .problems
        .into_iter()
        .map(|p| (p.at, p.field, p.problem.code(), p.line))
        .collect()
}

/// Line of the first occurrence of `needle` in the shipped file, from 1.
fn line_of(needle: &str) -> usize {
    SHIPPED
        .lines()
        .position(|line| line.contains(needle))
        .unwrap()
        + 1
}

#[test]
fn the_shipped_standard_has_every_criterion_of_the_notice_in_order() {
    let standard = shipped();
    let ids: Vec<_> = standard.criteria.iter().map(|c| c.id.as_str()).collect();
    let expected: Vec<_> = CLAUSES.split_whitespace().collect();
    assert_eq!(ids, expected);
}

#[test]
fn the_shipped_parameters_are_those_of_the_notice() {
    let standard = shipped();
    let percent = |id: &str| match &standard.criterion(id).unwrap().rule {
        Rule::AtLeast(rule) => rule.percent.to_string(),
        Rule::ShareAtLeast(rule) => format!("share {}", rule.percent),
        Rule::SurveyAtLeast(rule) => format!("{} {}", rule.item, rule.percent),
        other => panic!("{other:?}"),
    };
    assert_eq!(percent("crime.violent_clearance"), "75");
    assert_eq!(percent("crime.homicide_clearance"), "90");
    for id in ["townships", "communities", "units", "villages"] {
        assert_eq!(percent(&format!("safety.{id}")), "share 80");
    }
    assert_eq!(percent("approval.rate"), "q1 90");
    for id in ["crime.clearance", "crime.prosecution", "crime.conclusion"] {
        let Rule::AboveOwnAverage(rule) = &standard.criterion(id).unwrap().rule else {
            panic!("{id}")
        };
        assert_eq!(rule.years, 3);
    }
    let Rule::NoEvent(fire) = &standard.criterion("safety.fire").unwrap().rule else {
        panic!("fire")
    };
    let limits: Vec<_> = fire
        .limits
        .iter()
        .map(|l| format!("{} {}", l.measure, l.at_least))
        .collect();
    assert_eq!(
        limits,
        ["deaths 3", "injured 10", "loss 300000", "households 30"]
    );
    let cycle = &standard.cycle;
    assert_eq!((cycle.application_month, cycle.application_day), (1, 10));
    assert_eq!(cycle.targets, [(2004, 1), (2005, 2), (2006, 5)].into());
    assert_eq!(standard.consequences.unwrap().posts.len(), 7);
    assert_eq!(standard.measures.len(), 6);
}

#[test]
fn the_clauses_left_out_are_named_with_the_reason_and_no_criterion_uses_them() {
    let standard = shipped();
    let omitted: BTreeSet<&str> = standard
        .omitted
        .iter()
        .flat_map(|o| o.clauses.iter().map(String::as_str))
        .collect();
    assert!(omitted.contains("五（一）2"));
    assert!(!standard.criteria.iter().any(|c| c.clause == "五（一）2"));
    for o in &standard.omitted {
        assert!(o.reason.get("en").contains("for what they believe"));
    }
}

#[test]
fn every_measure_and_indicator_that_a_page_shows_has_a_name() {
    let standard = shipped();
    for id in standard.indicator_kinds().keys() {
        for language in Words::REQUIRED {
            assert_ne!(standard.indicator_name(id, language), *id);
        }
    }
    for criterion in &standard.criteria {
        if let Rule::NoEvent(rule) = &criterion.rule {
            for limit in &rule.limits {
                assert_ne!(standard.term(&limit.measure, "zh-CN"), limit.measure);
            }
        }
    }
}

#[test]
fn a_cross_check_of_cases_that_no_criterion_reads_is_refused() {
    let cross = &shipped().cross_checks[0];
    assert_eq!(
        (cross.item.as_str(), cross.indicator.as_str()),
        ("q6", "crime.cases")
    );
    let wrong = problems(|text| {
        text.replacen(
            "[[cross_checks]]\nindicator = \"crime.cases\"",
            "[[cross_checks]]\nindicator = \"crime.count\"",
            1,
        )
    });
    let line = line_of("[[cross_checks]]") + 1;
    let at = (
        "cross_checks".to_owned(),
        "indicator".to_owned(),
        "unknown-reference",
        line,
    );
    assert_eq!(wrong, [at]);
}

#[test]
fn a_misspelt_parameter_is_named_with_criterion_field_and_line() {
    let found = problems(|text| text.replacen("percent = 75", "precent = 75", 1));
    let line = line_of("percent = 75");
    assert!(
        found.contains(&(
            "crime.violent_clearance".into(),
            "rule.precent".into(),
            "unknown-field",
            line
        )),
        "{found:?}"
    );
    assert!(found.contains(&(
        "crime.violent_clearance".into(),
        "rule.percent".into(),
        "missing",
        line
    )));
}

#[test]
fn a_limit_over_one_hundred_per_cent_is_out_of_range() {
    let found = problems(|text| text.replacen("percent = 75", "percent = 750", 1));
    let line = line_of("percent = 75");
    assert_eq!(
        found,
        [(
            "crime.violent_clearance".into(),
            "rule.percent".into(),
            "out-of-range",
            line
        )]
    );
}

#[test]
fn an_unknown_rule_a_duplicate_and_an_unknown_area_are_named() {
    let found = problems(|text| text.replacen("kind = \"judged\"", "kind = \"guessed\"", 1));
    assert_eq!(
        found,
        [(
            "order.sabotage".into(),
            "rule.kind".into(),
            "unknown-word",
            line_of("kind = \"judged\"")
        )]
    );
    let found = problems(|text| text.replacen("id = \"law.aid\"", "id = \"law.conduct\"", 1));
    assert_eq!(found[0].2, "duplicate");
    assert_eq!(found[0].3, line_of("id = \"law.aid\""));
    let found = problems(|text| text.replacen("id = \"law.aid\"", "id = \"lew.aid\"", 1));
    assert_eq!(
        (found[0].0.as_str(), found[0].2),
        ("lew.aid", "unknown-reference")
    );
}

#[test]
fn a_missing_translation_is_named() {
    let found = problems(|text| text.replacen(", en = \"Homicides cleared\"", "", 1));
    assert_eq!(found[0].0, "crime.homicide_clearance");
    assert_eq!(
        (found[0].1.as_str(), found[0].2),
        ("name", "missing-language")
    );
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_lines() {
    let found = problems(|text| {
        text.replacen("percent = 75", "percent = -1", 1)
            .replacen("years_in_a_row = 3", "years_in_a_row = 0", 1)
            .replacen("Asia/Shanghai", "Asia/Nowhere", 1)
    });
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.windows(2).all(|pair| pair[0].3 <= pair[1].3));
}

#[test]
fn what_is_no_toml_names_the_line() {
    let error = Standard::from_toml("id = \"a\"\nversion = \n").unwrap_err();
    assert_eq!(error.problems[0].line, 2);
    assert_eq!(error.problems[0].problem.code(), "syntax");
}

#[test]
fn a_sum_names_numbers_that_somebody_reports() {
    assert_eq!(shipped().sums.len(), 4);
    let cases = [
        (
            "parts = [\"crime.clearance:m\"]",
            "parts = [\"crime.clearance\"]",
            "no-such-number",
            "parts",
        ),
        (
            "parts = [\"crime.clearance:m\"]",
            "parts = [\"crime.clearance:n\"]",
            "no-such-number",
            "parts",
        ),
        (
            "parts = [\"crime.clearance:m\"]",
            "parts = [\"crime.ghosts\"]",
            "unknown-reference",
            "parts",
        ),
        (
            "parts = [\"crime.clearance:m\"]",
            "parts = []",
            "empty",
            "parts",
        ),
        (
            "total = \"crime.cases\"",
            "total = \"crime.cases:k\"",
            "no-such-number",
            "total",
        ),
    ];
    for (before, after, code, field) in cases {
        let found = problems(|text| text.replacen(before, after, 1));
        let line = line_of(before);
        assert_eq!(found, [("sums".to_owned(), field.to_owned(), code, line)]);
    }
}

#[test]
fn a_measure_that_is_there_twice_is_named() {
    let found =
        problems(|text| text.replacen("measure.office_staff", "measure.township_funding", 1));
    assert_eq!((found[0].1.as_str(), found[0].2), ("id", "duplicate"));
    assert_eq!(found[0].3, line_of("measure.office_staff"));
}
