//! The main table for statistical offices, and the description for catalogues.

use std::collections::BTreeSet;

use minyi::i18n::Lang;
use minyi::report::export::results::estimates;
use minyi::report::export::sdmx::{COLUMNS, STRUCTURE};
use minyi::survey::wave::WaveState;
use serde_json::Value;

use super::asked;
use crate::support::instance::{Sheet, Visitor};
use crate::support::published::{Published, SLUG, first_with_a_silent_county, result, stated};

/// As the guide of SDMX-CSV 2.0 has it: what follows which structure, every dimension in every row, one row per key.
#[tokio::test]
async fn the_main_table_is_sdmx_csv() {
    for result in [result().clone(), first_with_a_silent_county()] {
        let work = Published::with(WaveState::Published, &result).await;
        let anyone = Visitor::at(&work.site);
        let answer = anyone.get(&format!("/results/{SLUG}/files/sdmx.csv")).await;
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(header, COLUMNS, "and no mark before the first name");
        let table = estimates(&result);
        let mut keys = BTreeSet::new();
        let mut suppressed = 0;
        let place = |name: &str| COLUMNS.iter().position(|column| *column == name).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), table.rows.len());
        for row in &rows {
            assert_eq!((&row[0], &row[1], &row[2]), ("dataflow", STRUCTURE, "I"));
            let key: Vec<String> = row.iter().skip(3).take(6).map(str::to_owned).collect();
            assert!(key.iter().all(|part| !part.is_empty()), "{key:?}");
            assert_eq!(key[5], "2026-12-01/P7D");
            assert!(keys.insert(key.clone()), "{key:?} is there twice");
            let (value, status) = (&row[place("OBS_VALUE")], &row[place("OBS_STATUS")]);
            assert_eq!(value.is_empty(), status != "A", "{key:?}");
            suppressed += usize::from(status != "A");
        }
        assert!(suppressed > 0, "something is missing or suppressed");
        let headline = rows.iter().find(|row| {
            &row[place("REF_AREA")] == "140302"
                && &row[place("INDICATOR")] == "APPROVAL"
                && &row[place("GROUP")] == "_T"
        });
        let headline = headline.unwrap();
        let figure = result
            .county("140302")
            .unwrap()
            .approval
            .estimate
            .as_ref()
            .unwrap();
        let number = |name: &str| headline[place(name)].parse::<f64>().unwrap().to_bits();
        assert_eq!(number("OBS_VALUE"), figure.figure.p.to_bits());
        assert_eq!(number("LOW_95"), figure.interval.low.to_bits());
        assert_eq!(number("STD_ERROR"), figure.standard_error.to_bits());
        assert_eq!(&headline[place("N")], figure.figure.n.to_string());
        assert_eq!(&headline[place("FINDING")], "MET");
    }
}

#[tokio::test]
async fn a_catalogue_finds_the_data_set_and_its_files() {
    let work = Published::open().await;
    for lang in Lang::ALL {
        let page = asked(&work.site, &format!("/results/{SLUG}?lang={lang}"), &[]).await;
        let sheet = Sheet::of(&page.text().await.unwrap());
        let found = sheet.texts("script[type='application/ld+json']");
        let [described] = found.as_slice() else {
            panic!("one description: {found:?}");
        };
        let described: Value = serde_json::from_str(described).unwrap();
        assert_eq!(described["@context"], "https://schema.org/");
        assert_eq!(described["@type"], "Dataset");
        assert_eq!(described["name"], result().wave.titles.get(lang.tag()));
        assert_eq!(described["temporalCoverage"], "2026-12-01/2026-12-07");
        assert_eq!(described["datePublished"], "2026-12-11");
        assert_eq!(described["inLanguage"], lang.tag());
        let license = &described["license"];
        assert_eq!(license["name"], stated().terms.get(lang.tag()));
        assert_eq!(
            license["url"],
            "https://creativecommons.org/licenses/by/4.0/"
        );
        assert_eq!(described["spatialCoverage"].as_array().unwrap().len(), 5);
        let length = described["description"].as_str().unwrap().chars().count();
        assert!((50..=5000).contains(&length), "{length} characters");
        let files = described["distribution"].as_array().unwrap();
        assert!(files.len() >= 8);
        let base = work.app.public_url.to_string();
        for file in files {
            let url = file["contentUrl"].as_str().unwrap();
            let path = url.strip_prefix(&base).expect("an address of this site");
            let answer = asked(&work.site, path, &[]).await;
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(
                answer.headers()["content-type"],
                file["encodingFormat"].as_str().unwrap()
            );
        }
    }
}

#[tokio::test]
async fn nothing_in_a_title_ends_the_description() {
    let mut result = result().clone();
    let title = "A </script><b>title";
    result.wave.titles.set("en", title);
    let work = Published::with(WaveState::Published, &result).await;
    let page = Visitor::at(&work.site)
        .page(&format!("/results/{SLUG}"))
        .await;
    let described = page.texts("script[type='application/ld+json']").concat();
    let described: Value = serde_json::from_str(&described).unwrap();
    assert_eq!(described["name"], title);
}

#[tokio::test]
async fn before_it_is_published_nothing_is_described() {
    let work = Published::with(WaveState::Closed, result()).await;
    let staff = work.person("ada").await;
    let page = staff.page(&format!("/results/{SLUG}")).await;
    assert!(page.texts("script").is_empty());
    let file = format!("/results/{SLUG}/files/sdmx.csv");
    assert_eq!(Visitor::at(&work.site).get(&file).await.status(), 404);
}
