//! Comparison, answers by question and weights say what the stored document says, and nothing more.

use minyi::i18n::Lang;
use minyi::stats::ranking::{Ranking, Shown};
use minyi::survey::wave::WaveState;

use crate::support::instance::{Sheet, Visitor};
use crate::support::published::{Published, SLUG, TIPPED, first_with_a_silent_county, result};

async fn page(work: &Published, path: &str, lang: Lang) -> (Sheet, String) {
    let url = format!("{}/results/{SLUG}{path}?lang={lang}", work.site);
    let answer = reqwest::get(url).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let text = answer.text().await.expect("a text");
    (Sheet::of(&text), text)
}

#[tokio::test]
async fn a_county_has_a_range_of_ranks_and_is_told_from_whom_it_differs() {
    let work = Published::open().await;
    let counties = &result().counties;
    let figures: Vec<_> = counties
        .iter()
        .map(|county| county.approval.estimate.as_ref().map(|e| e.figure))
        .collect();
    let ranking = Ranking::of(&figures, 0.95);
    let differing = ranking.pairs.iter().filter(|p| p.shown != Shown::Alike);
    let differing = differing.count();
    assert!((1..10).contains(&differing), "a case worth looking at");
    let (sheet, _) = page(&work, "/comparison", Lang::En).await;
    let headline = format!("{differing} of 10 pairs of counties are shown to differ in approval");
    assert_eq!(sheet.texts("h1"), [headline]);
    let rows = sheet.texts("table.compared tbody tr");
    assert_eq!(rows.len(), 5);
    for (county, range) in counties.iter().zip(&ranking.ranks) {
        let row = rows.iter().find(|row| row.contains(&county.name_en));
        let row = row.expect("a row for each county");
        let said = if range.best == range.worst {
            format!("{} of 5", range.best)
        } else {
            format!("{} to {} of 5", range.best, range.worst)
        };
        assert!(row.contains(&said), "{row}: {said}");
    }
    // Every pair in words, as the ranking has it.
    let pairs = sheet.texts("section[aria-labelledby=pairs] tbody tr");
    assert_eq!(pairs.len(), 10);
    for (text, pair) in pairs.iter().zip(&ranking.pairs) {
        let (one, other) = (
            &counties[pair.first].name_en,
            &counties[pair.second].name_en,
        );
        let said = match pair.shown {
            Shown::Above => format!("{one} above {other}"),
            Shown::Below => format!("{one} below {other}"),
            Shown::Alike => "not to be told apart".to_owned(),
        };
        assert!(text.contains(&said), "{text}");
        let error = format!("{:.2}", 100.0 * pair.change.variance.sqrt());
        assert!(text.contains(&error), "{text}: {error}");
    }
    let alike = sheet.texts("section[aria-labelledby=groups] p");
    let groups = ranking.groups().expect("few groups");
    assert_eq!(alike.len(), groups.len().max(1));
    for lang in Lang::ALL {
        let (_, text) = page(&work, "/comparison", lang).await;
        assert!(!text.contains("compare-"), "a sentence is missing");
    }
}

#[tokio::test]
async fn a_county_that_cannot_be_assessed_may_have_every_rank() {
    let result = first_with_a_silent_county();
    let work = Published::with(WaveState::Published, &result).await;
    let (sheet, _) = page(&work, "/comparison", Lang::En).await;
    let rows = sheet.texts("table.compared tbody tr");
    let silent = rows.iter().find(|row| row.contains("Kuangqu"));
    assert!(silent.expect("a row").contains("1 to 5 of 5"));
    assert!(
        !rows
            .iter()
            .any(|row| row.contains("5 of 5") && !row.contains(" to 5"))
    );
    let facts = sheet.texts("section[aria-labelledby=relations] dl");
    assert!(facts[0].contains("every rank remains possible"));
    // Its weights failed, and the page says so.
    let (sheet, _) = page(&work, "/weights", Lang::En).await;
    assert!(sheet.main().contains("The weighting failed"));
}

#[tokio::test]
async fn every_question_has_a_page_with_the_stored_shares_of_all_counties() {
    let work = Published::open().await;
    let (first, _) = page(&work, "/answers", Lang::En).await;
    let links = first.values("ol.asklist a", "href");
    let stored = &result().counties[0].items;
    assert_eq!(links.len(), stored.len());
    for item in stored {
        let path = format!("/answers/{}", item.item);
        assert!(links.iter().any(|link| link.contains(&path)), "{path}");
        for lang in Lang::ALL {
            let (sheet, text) = page(&work, &path, lang).await;
            assert!(!text.contains("ask-title"), "a sentence is missing");
            let heads = sheet.texts("table.asked-table thead th").len();
            let rows = sheet.texts("table.asked-table tbody tr");
            assert_eq!(rows.len(), result().counties.len());
            for (row, county) in rows.iter().zip(&result().counties) {
                let found = county.items.iter().find(|one| one.item == item.item);
                let cells = &found.expect("the item").cells;
                for cell in cells {
                    // A number under the limit is in no cell, and what was merged is told together.
                    assert!(cell.n.is_none_or(|n| n >= 10));
                    let share = match cell.n {
                        Some(_) => lang.percent_bare(cell.share),
                        None => lang.number(100.0 * cell.share, 0),
                    };
                    assert!(row.contains(&share), "{path} {row}: {share}");
                }
                assert_eq!(
                    cells.is_empty(),
                    row.contains(&lang.t("results-item-empty"))
                );
            }
            let spans = sheet.values("table.asked-table tbody td[colspan]", "colspan");
            let spans = spans
                .iter()
                .map(|span| span.parse::<usize>().expect("a number"));
            assert!(spans.max().is_none_or(|span| span + 2 <= heads));
        }
    }
    let missing = format!("{}/results/{SLUG}/answers/q99", work.site);
    assert_eq!(
        reqwest::get(missing).await.expect("an answer").status(),
        404
    );
}

#[tokio::test]
async fn weights_are_told_in_classes_of_several_units() {
    let work = Published::open().await;
    for lang in Lang::ALL {
        let (sheet, text) = page(&work, "/weights", lang).await;
        assert!(!text.contains("weights-lead"), "a sentence is missing");
        let rows = sheet.texts("table.sticky tbody tr");
        for (row, county) in rows.iter().zip(&result().counties) {
            let report = county.weighting.as_ref().expect("weights");
            // Kish: 1 + CV², from the stored document.
            let kish = format!("{:.3}", 1.0 + report.weights.cv.powi(2));
            assert!(row.contains(&kish), "{row}: {kish}");
            let bins = report.histogram.as_ref().expect("a histogram");
            assert!(bins.len() > 1);
            let code = county.code.as_str();
            let css = format!("section[aria-labelledby=w-{code}] tbody td");
            let shares = sheet.texts(&css);
            let told: Vec<String> = bins
                .iter()
                .map(|b| format!("{:.0}", 100.0 * b.share))
                .collect();
            assert_eq!(shares, told);
            let sum: f64 = bins.iter().map(|bin| bin.share).sum();
            assert!(
                (sum - 1.0).abs()
                    <= 0.005 * f64::from(u32::try_from(bins.len()).expect("few")) + 1e-9,
                "{sum}"
            );
        }
    }
}

#[tokio::test]
async fn before_it_is_published_only_staff_see_any_side_of_a_result() {
    let work = Published::with(WaveState::Closed, result()).await;
    let (nobody, eve) = (Visitor::at(&work.site), work.person("eve").await);
    for side in [
        "criteria",
        "map",
        "comparison",
        "answers",
        "answers/q1",
        "weights",
    ] {
        let path = format!("/results/{SLUG}/{side}");
        assert_eq!(nobody.get(&path).await.status().as_u16(), 404, "{side}");
        let sheet = eve.page(&path).await;
        assert!(
            sheet.main().contains("Only signed-in staff see this page"),
            "{side}"
        );
    }
    // The wave's page leads to each.
    let sheet = eve.page(&format!("/results/{SLUG}")).await;
    assert_eq!(sheet.texts("nav.sides a").len(), 5);
    let path = format!("/results/{SLUG}/{TIPPED}");
    assert_eq!(eve.page(&path).await.texts("nav.sides a").len(), 0);
}
