//! What the module above promises, tried out.

use serde_json::json;

use super::*;
use crate::stats::data::{Column, Table};
use crate::stats::plan::Inputs;

fn run() -> (Plan, Results) {
    let plan: Plan = serde_json::from_value(json!({
        "id": "t",
        "designs": [
            {"id": "d", "kind": "taylor", "ids": ["psu"], "strata": ["h"], "weights": "w", "lonely_psu": "adjust"},
            {"id": "j", "kind": "replicates_of", "design": "d", "method": "jkn"},
            {"id": "bad", "kind": "taylor", "ids": ["y"], "strata": ["psu"], "weights": "w"}
        ],
        "weightings": [{"id": "p", "design": "d", "steps": [
            {"op": "poststratify", "totals": {"variables": ["g"], "cells": [
                {"levels": ["a"], "total": 30}, {"levels": ["b"], "total": 10}]}},
            {"op": "trim", "upper": 9, "strict": "recursive"}]}],
        "analyses": [
            {"id": "share", "kind": "proportion", "design": "d", "weighting": "p", "variable": "y",
             "ci": [{"level": 0.95, "df": "design", "methods": ["xlogit", "beta"]}]},
            {"id": "again", "kind": "mean", "design": "j", "variables": ["y"], "by": ["g"],
             "domain": [{"variable": "w", "op": ">", "value": 1}]},
            {"id": "refused", "kind": "mean", "design": "bad", "variables": ["y"]}
        ]
    }))
    .unwrap();
    let labels = |labels: [&'static str; 6]| Column::labels(labels.map(Some));
    let table = Table::new(vec![
        ("psu".to_owned(), labels(["1", "1", "2", "2", "3", "3"])),
        ("h".to_owned(), labels(["A", "A", "A", "A", "B", "B"])),
        ("g".to_owned(), labels(["a", "b", "a", "b", "a", "a"])),
        (
            "w".to_owned(),
            Column::Number(vec![2.0, 3.0, 2.0, 3.0, 4.0, 4.0]),
        ),
        (
            "y".to_owned(),
            Column::Number(vec![1.0, 0.0, 1.0, 1.0, 0.0, 1.0]),
        ),
    ])
    .unwrap();
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    (plan, results)
}

fn explained(lang: Lang) -> String {
    let (plan, results) = run();
    let wording = Wording {
        lang,
        ..Wording::default()
    };
    text(&plan, &results, &wording)
}

#[test]
fn every_step_says_its_numbers_and_its_source() {
    let text = explained(Lang::En);
    for part in [
        "6 records have a weight other than 0 (column w). The weights sum to 18",
        "3 sampling units (psu) in 2 strata (h), 1 to 2 units",
        "Strata with a single unit: 1. Rule adjust",
        "[Lumley 2010, §2.2]",
        "2 cells (g)",
        "The totals sum to 40. [Holt and Smith 1979]",
        "residual on the cells or columns of poststratify",
        "95 % interval xlogit: expit(",
        "[Korn and Graubard 1998; Clopper and Pearson 1934]",
        "Only records with w > 1.",
        "Not carried out",
        "Holt and Smith, JRSS A 142, 1979, 33–46",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(
        !text.contains("Deming"),
        "a source that was not used: {text}"
    );
    // y at 5 of 6 records; the example repeats the figure of the results.
    let (_, results) = run();
    let Some(Ok(crate::stats::plan::AnalysisResult::Rows(found))) = results.analyses.get("share")
    else {
        panic!("refused")
    };
    let figure = Lang::En.number(found.rows[0].estimate, 5);
    assert!(
        text.contains(&format!("estimate {figure}, standard error")),
        "{text}"
    );
}

#[test]
fn a_chinese_reader_reads_sentences_and_no_keys() {
    let text = explained(Lang::ZhCn);
    assert!(
        text.contains("计算步骤说明") && text.contains("文献"),
        "{text}"
    );
    for rest in ["explain-", "records", "{", "units"] {
        assert!(
            !text.contains(rest) || rest == "{" && text.contains("{π"),
            "{rest}: {text}"
        );
    }
}

#[test]
fn every_source_stands_in_the_methodology() {
    let methodology = include_str!("../../../docs/methodology.md");
    let list = methodology.split("## Sources").nth(1).unwrap();
    for source in Source::ALL {
        assert!(list.contains(source.full()), "{}", source.full());
        let (author, _) = source
            .short()
            .split_once(|c: char| c.is_ascii_digit())
            .unwrap();
        let author = author.trim().trim_end_matches(" et al.");
        assert!(source.full().starts_with(author), "{}", source.short());
    }
}
