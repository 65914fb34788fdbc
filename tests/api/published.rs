//! Nothing is told to programs that is not published for people.

use std::collections::BTreeSet;
use std::fs;

use minyi::i18n::Lang;
use minyi::survey::area::AreaCode;
use minyi::survey::result::{Shown, WaveResult};
use minyi::survey::wave::WaveState;
use serde_json::Value;

use super::{asked, document, everything};
use crate::bundle::unpack;
use crate::support::published::{Published, SLUG, TIPPED, first_with_a_silent_county, result};

/// What people can read: texts, and every number in them.
struct Public {
    text: String,
    numbers: BTreeSet<u64>,
}

impl Public {
    /// The pages of the wave in both languages and the files of its bundle.
    async fn of(work: &Published, result: &WaveResult) -> Self {
        let mut text = String::new();
        let counties = result.counties.iter().map(|county| &county.code);
        let counties = counties.map(|code: &AreaCode| format!("/results/{SLUG}/{code}"));
        let mut pages = vec![
            "/".to_owned(),
            "/results".to_owned(),
            format!("/results/{SLUG}"),
            format!("/check/{SLUG}"),
        ];
        pages.extend(counties);
        for path in pages {
            for lang in Lang::ALL {
                let answer = asked(&work.site, &format!("{path}?lang={lang}"), &[]).await;
                let page = answer.text().await.unwrap();
                let page = scraper::Html::parse_document(&page);
                // Sentences go on from one element to the next, numbers do not.
                text.extend(page.root_element().text());
                for part in page.root_element().text() {
                    text.push('\n');
                    text.push_str(part);
                }
                let elements = page.tree.values().filter_map(scraper::Node::as_element);
                for (_, value) in elements.flat_map(scraper::node::Element::attrs) {
                    text.push('\n');
                    text.push_str(value);
                }
                text.push('\n');
            }
        }
        let bundle = format!("/results/{SLUG}/files/bundle.zip");
        let bundle = asked(&work.site, &bundle, &[]).await;
        let bundle = bundle.bytes().await.unwrap();
        let folder = unpack(&bundle);
        let mut numbers = BTreeSet::new();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let content = fs::read_to_string(&path).unwrap();
            if path.extension().is_some_and(|ending| ending == "json") {
                let document: Value = serde_json::from_str(&content).unwrap();
                collect(&document, &mut numbers);
            }
            if path.extension().is_some_and(|ending| ending == "csv") {
                let cells = content.split([',', '\n']);
                numbers.extend(cells.filter_map(|cell| cell.parse().ok()).map(key));
            }
            text.push_str(&content);
            text.push('\n');
        }
        let digits = |c: char| !(c.is_ascii_digit() || c == '.' || c == ',');
        for token in text.split(digits) {
            let token = token.replace(',', "");
            if let Ok(number) = token.trim_matches('.').parse::<f64>() {
                numbers.insert(key(number));
                // Per cent on the pages, a fraction here.
                numbers.insert(key(number / 100.0));
            }
        }
        Self { text, numbers }
    }

    fn has(&self, number: f64) -> bool {
        self.numbers.contains(&key(number.abs()))
    }
}

/// A number to twelve digits.
fn key(number: f64) -> u64 {
    format!("{number:.12e}").parse::<f64>().unwrap().to_bits()
}

fn collect(value: &Value, numbers: &mut BTreeSet<u64>) {
    match value {
        Value::Number(number) => {
            numbers.insert(key(number.as_f64().unwrap().abs()));
        }
        Value::Array(all) => all.iter().for_each(|one| collect(one, numbers)),
        Value::Object(all) => all.values().for_each(|one| collect(one, numbers)),
        _ => {}
    }
}

/// Every value of a document that is not in what is published, by its place.
fn unpublished(
    place: &str,
    value: &Value,
    public: &Public,
    known: &BTreeSet<String>,
) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(_) => Vec::new(),
        Value::Number(number) if public.has(number.as_f64().unwrap()) => Vec::new(),
        Value::String(text) if known.contains(text) || public.text.contains(text.as_str()) => {
            Vec::new()
        }
        Value::Number(_) | Value::String(_) => vec![format!("{place}: {value}")],
        Value::Array(all) => all
            .iter()
            .enumerate()
            .flat_map(|(at, one)| unpublished(&format!("{place}/{at}"), one, public, known))
            .collect(),
        Value::Object(all) => all
            .iter()
            .flat_map(|(name, one)| unpublished(&format!("{place}/{name}"), one, public, known))
            .collect(),
    }
}

/// The words of the interface's own enumerations.
fn enumerated(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| enumerated(one, words)),
        Value::Object(all) => {
            if let Some(Value::Array(names)) = all.get("enum") {
                let names = names.iter().filter_map(Value::as_str);
                words.extend(names.map(str::to_owned));
            }
            all.values().for_each(|one| enumerated(one, words));
        }
        _ => {}
    }
}

/// What this interface says in its own words: enumerations, addresses, moments that pages print in another form.
async fn own_words(work: &Published, documents: &[(String, Value)]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    enumerated(
        &document(&work.site, "/api/v1/openapi.json").await,
        &mut words,
    );
    let mut queue: Vec<(&str, &Value)> = documents.iter().map(|(_, one)| ("", one)).collect();
    while let Some((name, value)) = queue.pop() {
        match value {
            Value::Array(all) => queue.extend(all.iter().map(|one| (name, one))),
            Value::Object(all) => queue.extend(all.iter().map(|(name, one)| (name.as_str(), one))),
            Value::String(text)
                if name == "at" || name.ends_with("_at") || name == "promise_by" =>
            {
                work.app.zone.parse(text).expect("a moment");
                words.insert(text.clone());
            }
            Value::String(text) if matches!(name, "page" | "checkpoint") => {
                words.insert(text.clone());
            }
            _ => {}
        }
    }
    words
}

#[tokio::test]
async fn every_number_and_every_word_is_on_a_page_or_in_a_file() {
    for result in [result().clone(), first_with_a_silent_county()] {
        let work = Published::with(WaveState::Published, &result).await;
        let public = Public::of(&work, &result).await;
        let documents = everything(&work).await;
        let words = own_words(&work, &documents).await;
        let extra = documents
            .iter()
            .flat_map(|(path, document)| unpublished(path, document, &public, &words));
        let extra: Vec<String> = extra.collect();
        assert!(extra.is_empty(), "{extra:#?}");
    }
}

/// The comparison finds what it is there for.
#[tokio::test]
async fn a_number_that_nobody_published_is_found() {
    let work = Published::open().await;
    let public = Public::of(&work, result()).await;
    let own = BTreeSet::new();
    for value in [
        serde_json::json!({ "share": 0.123_456_789_012 }),
        serde_json::json!(["a sentence that stands nowhere"]),
    ] {
        assert_eq!(unpublished("", &value, &public, &own).len(), 1);
    }
}

#[tokio::test]
async fn small_counts_are_told_as_the_pages_tell_them() {
    let mut result = result().clone();
    let county = &mut result.counties[2];
    county.counts.partial = 3;
    county.counts.complete = 517;
    county.counts.screened_out = 0;
    county.rates.insert("RR6".to_owned(), Some(0.743_7));
    for group in &mut county.breakdowns[0].groups {
        group.shown = Shown::TooSmall;
    }
    let work = Published::with(WaveState::Published, &result).await;
    let path = format!("/api/v1/waves/{SLUG}/counties/{TIPPED}");
    let told = document(&work.site, &path).await;
    let counts = &told["counts"];
    assert_eq!(
        counts["partial"],
        serde_json::json!({ "precision": "under", "value": 10 })
    );
    assert_eq!(
        counts["complete"],
        serde_json::json!({ "precision": "nearest_ten", "value": 520 })
    );
    assert_eq!(
        counts["screened_out"],
        serde_json::json!({ "precision": "exact", "value": 0 })
    );
    assert_eq!(told["rates"]["RR6"], 74.0, "whole beside a small count");
    let hidden: Vec<&Value> = told["groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["by"] == "sex")
        .collect();
    assert!(!hidden.is_empty());
    for group in hidden {
        assert_eq!(group["shown"], "too_small");
        assert_eq!(group["estimate"], Value::Null);
    }
}

/// The same for staff, who see the page of a closed wave: no answer here depends on who asks.
#[tokio::test]
async fn before_it_is_published_nobody_is_told_of_a_result() {
    let work = Published::with(WaveState::Closed, result()).await;
    for path in [
        format!("/api/v1/waves/{SLUG}"),
        format!("/api/v1/waves/{SLUG}/counties"),
        format!("/api/v1/waves/{SLUG}/counties/{TIPPED}"),
        format!("/api/v1/counties/{TIPPED}/series"),
    ] {
        let missing = asked(&work.site, &path.replace(SLUG, "2031q1"), &[]).await;
        let hidden = asked(&work.site, &path, &[]).await;
        assert_eq!(
            (hidden.status(), missing.status()),
            (hidden.status(), hidden.status())
        );
        assert_eq!(hidden.status(), 404, "{path}");
        assert_eq!(hidden.text().await.unwrap(), missing.text().await.unwrap());
        let staff = work.person("ada").await;
        assert_eq!(staff.get(&path).await.status(), 404, "{path}");
    }
    for path in ["/api/v1/waves", "/api/v1/standards"] {
        assert_eq!(
            document(&work.site, path).await["items"],
            serde_json::json!([])
        );
    }
}

#[tokio::test]
async fn the_figures_are_those_of_the_stored_result() {
    let work = Published::open().await;
    let path = format!("/api/v1/waves/{SLUG}/counties/{TIPPED}");
    let told = document(&work.site, &path).await;
    let county = result().county(TIPPED).unwrap();
    let estimate = county.approval.estimate.as_ref().unwrap();
    let judged = county.approval.judgement.as_ref().unwrap();
    let approval = &told["approval"];
    assert_eq!(approval["estimate"]["share"], estimate.figure.p);
    assert_eq!(approval["estimate"]["low_95"], estimate.interval.low);
    assert_eq!(approval["estimate"]["high_95"], estimate.interval.high);
    assert_eq!(approval["estimate"]["n"], estimate.figure.n);
    assert_eq!(approval["verdict"]["threshold"], judged.threshold);
    let word = |finding| serde_json::to_value(finding).unwrap();
    assert_eq!(approval["verdict"]["finding"], word(judged.finding));
    assert_eq!(approval["verdict"]["by_bounds"], word(judged.bound_finding));
    assert_eq!(
        approval["verdict"]["by_estimate"],
        word(judged.point_finding)
    );
    assert_eq!(told["verdict"]["outcome"], "not_met");
    assert!(told["verdict"]["criteria"].as_array().unwrap().len() > 5);

    let series = document(&work.site, &format!("/api/v1/counties/{TIPPED}/series")).await;
    let approval = series["approval"].as_array().unwrap();
    let ended: Vec<&str> = approval
        .iter()
        .map(|p| p["ended"].as_str().unwrap())
        .collect();
    assert_eq!(ended, ["2024-11-30", "2025-11-30", "2026-12-07"]);
    assert_eq!(approval[0]["share"], 0.954);
    assert_eq!(approval[0]["breaks"].as_array().unwrap().len(), 3);
    assert_eq!(approval[1]["breaks"], serde_json::json!([]));
    assert_eq!(approval[2]["origin"], "own");
    assert_eq!(approval[2]["share"], estimate.figure.p);
}
