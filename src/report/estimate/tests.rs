//! What the module above promises, tried out.

use serde_json::json;

use super::*;
use crate::stats::design::DesignError;
use crate::stats::plan::Plan;
use crate::stats::plan::results::{
    AnalysisResult, ChisqResult, ChisqRow, ContrastResult, ContrastRow, DegfResult, EstimateRow,
    Group, IntervalRow, Results, RowsResult, StepResult, TtestResult, WeightSummary,
    WeightingResult,
};
use crate::stats::plan::spec::{DfRule, Statistic};

fn plan() -> Plan {
    serde_json::from_value(json!({
        "id": "t",
        "designs": [{"id": "d", "kind": "taylor"}],
        "weightings": [{"id": "final", "design": "d", "steps": [{"op": "scale_to", "total": 10}]}],
        "analyses": [
            {"id": "safe", "kind": "proportion", "design": "d", "variable": "safe", "by": ["county"]},
            {"id": "income", "kind": "mean", "design": "d", "variables": ["income", "safe"]},
            {"id": "sex", "kind": "contrast", "design": "d", "variable": "safe", "by": ["sex"],
             "df": "design", "contrasts": []},
            {"id": "alone", "kind": "mean", "design": "d", "variables": ["safe"]},
            {"id": "x", "kind": "chisq", "design": "d", "row": "trend", "col": "sex", "statistics": ["F"]},
            {"id": "t", "kind": "ttest", "design": "d", "variable": "income", "group": "sex"},
            {"id": "df", "kind": "degf", "design": "d"}
        ]
    }))
    .unwrap()
}

fn interval(method: Option<&'static str>, low: f64, high: f64) -> IntervalRow {
    IntervalRow {
        method,
        level: 0.95,
        df_rule: Some(DfRule::Domain),
        df: 31.0,
        low,
        high,
    }
}

fn row(group: Option<&str>, variable: &str, estimate: f64, se: f64) -> EstimateRow {
    EstimateRow {
        variable: variable.to_owned(),
        level: None,
        group: group.map(|county| Group(vec![("county".to_owned(), county.to_owned())])),
        n: 1428.0,
        sum_weights: 278_284.0,
        estimate,
        se,
        var: se * se,
        cv: None,
        se_recentred: None,
        deff_wor: None,
        deff_wr: Some(2.768_969),
        n_eff: None,
        n_eff_kish: None,
        n_rows_beta: None,
        ci: vec![
            interval(Some("xlogit"), estimate - 2.0 * se, estimate + 2.0 * se),
            interval(Some("beta"), estimate - 3.0 * se, estimate + 3.0 * se),
        ],
    }
}

fn contrasts() -> ContrastResult {
    let contrast = ContrastRow {
        id: "f-m".to_owned(),
        estimate: 0.0672,
        se: 0.0108,
        var: 0.0108 * 0.0108,
        df: 486.0,
        t: 6.22,
        p_value: 1e-9,
        ci: vec![IntervalRow {
            method: None,
            df_rule: None,
            ..interval(None, 0.046, 0.0884)
        }],
    };
    ContrastResult {
        groups: vec!["female".to_owned(), "male".to_owned()],
        estimates: vec![0.3884, 0.3212],
        cov: vec![vec![6.4e-5, 0.0], vec![0.0, 8.1e-5]],
        contrasts: vec![contrast],
    }
}

fn independence() -> ChisqResult {
    let test = ChisqRow {
        statistic_kind: Statistic::F,
        statistic: 8.7367,
        ndf: 1.98,
        ddf: 398.0,
        p_value: 0.000_19,
    };
    ChisqResult {
        n: 200.0,
        row_levels: vec!["up".to_owned(), "down".to_owned()],
        col_levels: vec!["female".to_owned(), "male".to_owned()],
        weighted_counts: vec![vec![1269.77, 495.52], vec![3127.97, 278.73]],
        tests: vec![test],
    }
}

fn results() -> Results {
    let mut results = Results::default();
    let summary = WeightSummary::of(&[1.0, 2.0, 7.0], None);
    let step = StepResult {
        op: "scale_to",
        converged: None,
        cycles: None,
        cells: None,
        misfit: None,
        summary,
    };
    results.weightings.push(
        "final",
        Ok(WeightingResult {
            steps: vec![step],
            end: summary,
            weights: vec![1.0, 2.0, 7.0],
        }),
    );
    let rows = |rows| {
        Ok(AnalysisResult::Rows(RowsResult {
            rows,
            ..RowsResult::default()
        }))
    };
    let safe = vec![
        row(Some("C1"), "safe", 0.469_267, 0.021_983),
        row(Some("C2"), "safe", 0.295_273, 0.032_402),
    ];
    results.analyses.push("safe", rows(safe));
    let mut income = row(None, "income", 52_341.7, 812.4);
    income.ci[0].method = None;
    results
        .analyses
        .push("income", rows(vec![income, row(None, "safe", 0.5, 0.01)]));
    let contrasts = contrasts();
    results
        .analyses
        .push("sex", Ok(AnalysisResult::Contrast(contrasts)));
    let lonely = DesignError::LonelyPsu {
        stage: 1,
        stratum: vec![("stratum".to_owned(), "C".to_owned())],
    };
    results.analyses.push("alone", Err(lonely.into()));
    let table = independence();
    results.analyses.push("x", Ok(AnalysisResult::Chisq(table)));
    let test = TtestResult {
        estimate: -12.5,
        se: 3.25,
        t: -3.846,
        df: 198.0,
        p_value: 0.000_161,
        ci: vec![interval(None, -18.9, -6.1)],
    };
    results.analyses.push("t", Ok(AnalysisResult::Ttest(test)));
    let degrees = DegfResult { value: 486.0 };
    results
        .analyses
        .push("df", Ok(AnalysisResult::Degf(degrees)));
    results
}

fn wording(lang: Lang) -> Wording {
    let names = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|&(id, name)| (id.to_owned(), name.to_owned()))
            .collect()
    };
    let chinese = lang == Lang::ZhCn;
    Wording {
        lang,
        title: Some("T".to_owned()),
        titles: names(&[(
            "safe",
            if chinese {
                "感到安全的居民,按县区"
            } else {
                "Feels safe, by county"
            },
        )]),
        columns: names(&[("county", if chinese { "县区" } else { "county" })]),
        levels: [(
            "county".to_owned(),
            names(&[("C1", "城区"), ("C2", "Pingding 平定县")]),
        )]
        .into(),
        shares: ["safe".to_owned()].into(),
    }
}

fn record(row: usize) -> String {
    format!("data.csv:{}", row + 2)
}

#[test]
fn prints_tables_in_english() {
    insta::assert_snapshot!(text(&plan(), &results(), &wording(Lang::En), &record));
}

#[test]
fn prints_tables_in_chinese() {
    insta::assert_snapshot!(text(&plan(), &results(), &wording(Lang::ZhCn), &record));
}

#[test]
fn the_flat_file_holds_every_estimate_and_interval_in_full_precision() {
    let file = csv(&plan(), &results(), &wording(Lang::En));
    let mut reader = ::csv::Reader::from_reader(file.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let field = |row: usize, name: &str| {
        let place = header.iter().position(|head| head == name).unwrap();
        rows[row].get(place).unwrap().to_owned()
    };
    assert_eq!(rows.len(), 2 * 2 + 2 * 2 + 2 + 1 + 1 + 1 + 1 + 1);
    assert_eq!(field(0, "group"), "C1");
    assert_eq!(field(0, "method"), "xlogit");
    assert_eq!(field(1, "method"), "beta");
    assert_eq!(field(1, "estimate"), "0.469267");
    assert_eq!(
        field(10, "p_value").parse::<f64>().unwrap().to_bits(),
        1e-9f64.to_bits()
    );
    assert_eq!(field(11, "error"), "lonely_psu");
    assert_eq!(field(11, "estimate"), "");
    assert_eq!(field(12, "ddf"), "398");
}

#[test]
fn draws_the_analysis_that_is_asked_for_or_the_first_with_estimates() {
    let draw = |id: Option<&'static str>, threshold| {
        chart(&plan(), &results(), &wording(Lang::ZhCn), id, threshold)
    };
    let svg = draw(None, Some(0.5)).unwrap();
    assert!(
        svg.contains("感到安全的居民,按县区") && svg.contains("城区"),
        "{svg}"
    );
    assert!(svg.contains("46.93 % (42.53 – 51.32)"), "{svg}");
    assert!(svg.contains("标准 50%"), "{svg}");
    assert!(draw(Some("sex"), None).unwrap().contains("6.72 %"));
    let refused = |id: &'static str| draw(Some(id), None).unwrap_err();
    assert_eq!(
        refused("sxe"),
        ChartRefusal::UnknownAnalysis {
            id: "sxe".to_owned()
        }
    );
    assert_eq!(
        refused("alone"),
        ChartRefusal::NothingToDraw {
            id: "alone".to_owned()
        }
    );
    assert_eq!(
        refused("df"),
        ChartRefusal::NothingToDraw {
            id: "df".to_owned()
        }
    );
}
