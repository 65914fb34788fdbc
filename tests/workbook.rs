//! The report's workbook: every number is the stored one, every criterion has its reason, the charts have error bars.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use calamine::{Data, Range, Reader as _, Xlsx};
use minyi::i18n::Lang;
use minyi::service::evaluate;
use minyi::stats::threshold::Finding;
use minyi::survey::result::{Estimate, WaveResult};
use minyi::survey::wave::{WaveSlug, WaveState};

use crate::support::instance::Sheet;
use crate::support::published::{Published, SLUG, first_with_a_silent_county, result};

type Row = BTreeMap<String, Data>;

async fn book(work: &Published, lang: Lang) -> Vec<u8> {
    let url = format!("{}/results/{SLUG}/files/report.xlsx?lang={lang}", work.site);
    let answer = reqwest::get(url).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    answer.bytes().await.expect("a file").to_vec()
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    book.worksheet_range(name).expect("the sheet")
}

/// Rows by the headings, which the dictionary gives the names of columns.
fn rows(bytes: &[u8], lang: Lang, table: &str) -> Vec<Row> {
    let name = lang.t(&format!("export-table-{table}"));
    let dictionary = sheet(bytes, &lang.t("export-dictionary"));
    let columns: BTreeMap<String, String> = dictionary
        .rows()
        .filter(|row| row[0].to_string() == name)
        .map(|row| (row[2].to_string(), row[1].to_string()))
        .collect();
    let range = sheet(bytes, &name);
    let heads: Vec<String> = range
        .rows()
        .next()
        .expect("heads")
        .iter()
        .map(ToString::to_string)
        .collect();
    let named = |row: &[Data]| {
        let cells = heads.iter().zip(row);
        cells
            .map(|(head, cell)| (columns[head].clone(), cell.clone()))
            .collect()
    };
    range.rows().skip(1).map(named).collect()
}

fn same(row: &Row, column: &str, wanted: Option<f64>) {
    match (&row[column], wanted) {
        (Data::Float(found), Some(wanted)) => {
            assert_eq!(found.to_bits(), wanted.to_bits(), "{column}");
        }
        (Data::Empty, None) => {}
        other => panic!("{column}: {other:?}"),
    }
}

fn word(found: Finding) -> &'static str {
    match found {
        Finding::Met => "met",
        Finding::NotMet => "not_met",
        Finding::NotDecidable => "not_decidable",
        Finding::NotAssessable(_) => "not_assessable",
    }
}

fn compare(bytes: &[u8], lang: Lang, result: &WaveResult) {
    let rows = rows(bytes, lang, "summary");
    assert_eq!(rows.len(), result.counties.len());
    for (row, county) in rows.iter().zip(&result.counties) {
        let judged = &county.approval;
        let estimate = judged.estimate.as_ref();
        let of = |value: fn(&Estimate) -> f64| estimate.map(value);
        let safe = |value: fn(&Estimate) -> f64| county.safety.as_ref().map(value);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let count = |n: u64| n as f64;
        let change = &county.change;
        for (column, wanted) in [
            ("n", estimate.map(|e| count(e.figure.n))),
            ("estimate", of(|e| e.figure.p)),
            ("low_95", of(|e| e.interval.low)),
            ("high_95", of(|e| e.interval.high)),
            ("low_90", of(|e| e.bounds.low)),
            ("high_90", of(|e| e.bounds.high)),
            ("standard_error", of(|e| e.standard_error)),
            ("design_effect", estimate.and_then(|e| e.design_effect)),
            ("n_eff", of(|e| e.n_eff)),
            ("df", of(|e| e.figure.df)),
            ("threshold", Some(result.plan.verdict.threshold)),
            (
                "safety_n",
                county.safety.as_ref().map(|e| count(e.figure.n)),
            ),
            ("safety", safe(|e| e.figure.p)),
            ("safety_low_95", safe(|e| e.interval.low)),
            ("safety_high_95", safe(|e| e.interval.high)),
            ("change", change.change.map(|c| c.difference)),
            ("change_low_95", change.interval.map(|ends| ends.0)),
            ("change_high_95", change.interval.map(|ends| ends.1)),
            ("issued", Some(count(county.counts.issued))),
            ("arm_below", of(|e| e.figure.p - e.interval.low)),
            ("arm_above", of(|e| e.interval.high - e.figure.p)),
        ] {
            same(row, column, wanted);
        }
        for rate in ["rr1", "rr2", "rr3"] {
            match (&row[rate], county.rates[&rate.to_uppercase()]) {
                // As far as a rate may be told: whole where a small number could be computed from it.
                (Data::Float(printed), Some(exact)) => {
                    assert!((printed - exact * 100.0).abs() <= 0.5, "{rate}: {printed}");
                }
                (Data::Empty, None) => {}
                other => panic!("{rate}: {other:?}"),
            }
        }
        assert_eq!(row["finding"].to_string(), word(judged.finding));
        let both = judged.judgement.as_ref();
        let bounds = both.map_or("", |j| word(j.bound_finding));
        let point = both.map_or("", |j| word(j.point_finding));
        assert_eq!(row["by_bounds"].to_string(), bounds);
        assert_eq!(row["by_estimate"].to_string(), point);
        assert_eq!(row["county"].to_string(), county.code.as_str());
        assert_eq!(row["county_zh"].to_string(), county.name_zh);
    }
}

#[tokio::test]
async fn every_number_of_the_workbook_is_the_stored_one() {
    let work = Published::open().await;
    for lang in Lang::ALL {
        let bytes = book(&work, lang).await;
        compare(&bytes, lang, result());
    }
    let silent = first_with_a_silent_county();
    let work = Published::with(WaveState::Published, &silent).await;
    compare(&book(&work, Lang::En).await, Lang::En, &silent);
}

#[tokio::test]
async fn the_workbook_has_every_criterion_the_method_and_every_question() {
    let work = Published::open().await;
    let slug = WaveSlug::parse(SLUG).expect("a name");
    let stored = evaluate::of_wave(&work.app, &slug)
        .await
        .expect("read")
        .expect("an evaluation");
    for lang in Lang::ALL {
        let bytes = book(&work, lang).await;
        let found: Vec<[String; 3]> = rows(&bytes, lang, "criteria")
            .iter()
            .map(|row| ["county", "criterion", "finding"].map(|name| row[name].to_string()))
            .collect();
        let wanted: Vec<[String; 3]> = stored
            .evaluation
            .counties
            .iter()
            .flat_map(|dossier| {
                let criteria = dossier.criteria.iter();
                criteria.map(|one| {
                    let code = one.result.finding.code().to_owned();
                    [dossier.county.clone(), one.id.clone(), code]
                })
            })
            .collect();
        assert_eq!(found, wanted);
        assert!(
            rows(&bytes, lang, "criteria")
                .iter()
                .all(|row| row["reason"].to_string().len() > 5)
        );
        let url = format!("{}/results/{SLUG}?lang={lang}", work.site);
        let text = reqwest::get(url).await.expect("an answer").text().await;
        let page = Sheet::of(&text.expect("a page"));
        let topics: Vec<String> = rows(&bytes, lang, "methods")
            .iter()
            .map(|row| row["topic"].to_string())
            .collect();
        assert_eq!(topics, page.texts("#method ~ dl dt"));
        let dictionary = sheet(&bytes, &lang.t("export-dictionary"));
        for item in &result().questionnaire.items {
            let text = item.text.render(lang.tag(), &lang.t("results-this-county"));
            assert!(
                dictionary
                    .rows()
                    .any(|row| row[1].to_string() == item.id && row[2].to_string() == text)
            );
        }
    }
}

#[tokio::test]
async fn the_charts_have_error_bars_from_the_cells() {
    let work = Published::open().await;
    let bytes = book(&work, Lang::En).await;
    assert_eq!(bytes, book(&work, Lang::En).await, "the same bytes");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    for name in ["xl/charts/chart1.xml", "xl/charts/chart2.xml"] {
        let mut xml = String::new();
        archive
            .by_name(name)
            .expect("a chart")
            .read_to_string(&mut xml)
            .expect("text");
        assert!(
            xml.contains("<c:errBars>") && xml.contains("Results!$"),
            "{xml}"
        );
        assert!(
            xml.contains("<c:plus>") && xml.contains("<c:minus>"),
            "{xml}"
        );
    }
}
