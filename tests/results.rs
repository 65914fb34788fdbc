//! Pages of results over HTTP: who may read them, in which words, and that their numbers are those of
//! the stored document.

use minyi::i18n::Lang;
use minyi::report::result::headline;
use minyi::stats::threshold::Finding;
use minyi::survey::result::WaveResult;
use minyi::survey::wave::WaveState;

use crate::support::instance::{Sheet, Visitor, read};
use crate::support::published::{Published, SLUG, TIPPED, first_with_a_silent_county, result};

async fn open(work: &Published, path: &str, lang: Lang) -> (u16, Sheet, String) {
    let url = format!("{}{path}?lang={lang}", work.site);
    let answer = reqwest::get(url).await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a text");
    let sheet = Sheet::of(&text);
    (status, sheet, text)
}

async fn page(work: &Published, path: &str, lang: Lang) -> Sheet {
    let (status, sheet, _) = open(work, path, lang).await;
    assert_eq!(status, 200, "{path}");
    sheet
}

fn wave() -> String {
    format!("/results/{SLUG}")
}

#[tokio::test]
async fn what_is_published_is_read_by_everyone_in_both_languages() {
    let work = Published::open().await;
    for lang in Lang::ALL {
        let list = page(&work, "/results", lang).await;
        assert_eq!(list.texts("main li a").len(), 1);
        let sheet = page(&work, &wave(), lang).await;
        assert_eq!(sheet.texts("h1"), [headline(lang, result())]);
        for county in &result().counties {
            let path = format!("{}/{}", wave(), county.code.as_str());
            let (status, sheet, text) = open(&work, &path, lang).await;
            assert_eq!(status, 200);
            assert_eq!(sheet.texts("h1").len(), 1);
            assert!(!text.contains("results-"), "a sentence is missing");
        }
        let home = page(&work, "/", lang).await;
        let links = home.values("main a", "href");
        assert!(
            links.contains(&format!("{}?lang={lang}", wave())),
            "{links:?}"
        );
    }
}

#[tokio::test]
async fn what_others_reported_stands_beside_the_wave_with_its_breaks() {
    let work = Published::open().await;
    let path = format!("{}/{TIPPED}", wave());
    let sheet = page(&work, &path, Lang::En).await;
    let lines = sheet.texts(".reported tbody");
    assert_eq!(lines.len(), 5, "two and ours, one and ours: {lines:?}");
    assert!(lines[0].contains("2024-11-30") && lines[0].contains("95.4"));
    assert!(lines[0].contains("Reported by others: 统计局2025年公报"));
    for why in [
        "The wording of the question is not known.",
        "Which answers were counted is not known.",
        "How “can’t say” was counted is not known.",
    ] {
        assert!(lines[0].contains(why), "{}", lines[0]);
    }
    assert!(
        lines[1].contains("93.1") && !lines[1].contains("Break"),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains("This wave"));
    // Our own standard error is the square root of the variance that the document carries.
    let county = result().county(TIPPED).expect("the county");
    let figure = county
        .approval
        .estimate
        .as_ref()
        .expect("an estimate")
        .figure;
    let error = format!("{:.2}", 100.0 * figure.variance.sqrt());
    assert!(lines[2].contains(&error), "{error}: {}", lines[2]);
    assert!(lines[3].contains("Other answers were counted."));
    assert!(lines[3].contains("“Can’t say” was counted in another way."));
    let other = page(&work, &format!("{}/140303", wave()), Lang::En).await;
    assert!(
        other.texts(".reported").is_empty(),
        "nothing is known there"
    );
}

#[tokio::test]
async fn what_residents_report_stands_beside_recorded_cases() {
    let work = Published::open().await;
    // From examples/yangquan/indicators.csv: cases of 2026 and 2025.
    for (code, now, before) in [("140302", "1,940", "1,968"), ("140321", "1,140", "1,081")] {
        let county = result().county(code).unwrap();
        let share = |item: &str, option: &str| {
            let item = county.items.iter().find(|one| one.item == item).unwrap();
            let cell = item
                .cells
                .iter()
                .find(|cell| cell.codes == [option])
                .unwrap();
            (cell.share * 100.0, cell.interval)
        };
        let text = page(&work, &format!("{}/{code}", wave()), Lang::En)
            .await
            .main();
        let (none, interval) = share("q6", "0");
        let hit = format!(
            "{:.0}% of residents (95% interval {:.0}–{:.0}%) say that in the last 12 months",
            100.0 - none,
            100.0 - interval.high * 100.0,
            100.0 - interval.low * 100.0
        );
        assert!(text.contains(&hit), "{hit}: {text}");
        let reported = format!("Of those, {:.1}% (95% interval", share("q7", "1").0);
        assert!(text.contains(&reported), "{reported}");
        let recorded = format!("{now} in 2026, {before} in the year before");
        assert!(text.contains(&recorded), "{recorded}: {text}");
        assert!(text.contains("They change no verdict."));
    }
}

#[tokio::test]
async fn before_it_is_published_only_staff_can_tell_that_there_is_a_result() {
    let work = Published::with(WaveState::Closed, result()).await;
    let county = format!("{}/{TIPPED}", wave());
    let nobody = Visitor::at(&work.site);
    let missing = read(nobody.get("/results/2031q1").await).await;
    for path in [wave(), county.clone()] {
        let (status, sheet) = read(nobody.get(&path).await).await;
        assert_eq!(status, 404);
        assert_eq!((missing.0, missing.1.main()), (404, sheet.main()));
    }
    assert_eq!(nobody.page("/results").await.texts("main li").len(), 0);
    assert_eq!(
        nobody
            .page("/")
            .await
            .values("a[href^='/results/']", "href")
            .len(),
        0
    );
    for name in ["ada", "eve"] {
        let person = Visitor::at(&work.site);
        person.sign_in(name).await;
        let list = person.page("/results").await;
        assert!(list.main().contains("not published yet"));
        for path in [wave(), county.clone()] {
            let sheet = person.page(&path).await;
            assert!(sheet.main().contains("Only signed-in staff see this page"));
        }
    }
}

#[tokio::test]
async fn there_is_no_result_before_the_close() {
    for state in [WaveState::Draft, WaveState::Open, WaveState::Closing] {
        let work = Published::with(state, result()).await;
        let person = Visitor::at(&work.site);
        person.sign_in("ada").await;
        assert_eq!(
            person.get(&wave()).await.status().as_u16(),
            404,
            "{state:?}"
        );
        assert_eq!(person.page("/results").await.texts("main li").len(), 0);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let work = Published::open().await;
    for path in [
        "/results/2031q1",
        "/results/-",
        "/results/2026q4/140300",
        "/results/2026q4/x",
        "/results/2031q1/140302",
    ] {
        let (status, sheet, _) = open(&work, path, Lang::En).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(sheet.texts("h1").len(), 1);
    }
}

#[tokio::test]
async fn the_table_of_counties_shows_the_numbers_of_the_document() {
    let work = Published::open().await;
    let sheet = page(&work, &wave(), Lang::En).await;
    let cells = |css: &str| sheet.texts(&format!("table.judged tbody {css}"));
    let (ns, estimates, intervals) = (cells("td.v"), cells("td:nth-child(3) b"), cells("td.i"));
    let (tags, marks) = (
        cells("td.verdict .tag"),
        sheet.values("table.judged .mark", "href"),
    );
    let counties = &result().counties;
    assert_eq!(ns.len(), counties.len());
    for (place, county) in counties.iter().enumerate() {
        let estimate = county.approval.estimate.as_ref().expect("a figure");
        assert_eq!(ns[place], Lang::En.count(estimate.figure.n));
        let shown: f64 = estimates[place].parse().expect("a number");
        assert!((shown - estimate.figure.p * 100.0).abs() <= 0.05 + 1e-9);
        let (low, high) = intervals[place].split_once('–').expect("two ends");
        for (text, end) in [(low, estimate.interval.low), (high, estimate.interval.high)] {
            let text: f64 = text.parse().expect("a number");
            assert!((text - end * 100.0).abs() <= 0.05 + 1e-9);
        }
        let word = match county.approval.finding {
            Finding::Met => "✓ met",
            Finding::NotMet => "✕ not met",
            Finding::NotDecidable => "~ not decidable",
            Finding::NotAssessable(_) => "? not assessable",
        };
        assert_eq!(tags[place], word);
    }
    let differing = counties
        .iter()
        .filter(|c| c.sensitivity.iter().any(|l| l.differs));
    assert_eq!(marks.len(), differing.count());
    assert!(!marks.is_empty(), "the simulation has a county that tips");
}

#[tokio::test]
async fn every_plot_and_sign_says_in_words_what_it_shows() {
    let work = Published::open().await;
    for path in [wave(), format!("{}/{TIPPED}", wave())] {
        let sheet = page(&work, &path, Lang::En).await;
        let plots = sheet.values("svg[role=img]", "aria-label");
        assert!(
            plots.len() >= 5
                && plots
                    .iter()
                    .all(|label| label.contains('%') || label.contains("points"))
        );
        let mute = sheet.texts(":not(svg) > svg:not([role=img]):not([aria-hidden=true])");
        assert!(mute.is_empty(), "{mute:?}");
        for css in ["table", "table.judged"] {
            let tables = sheet.texts(css).len();
            assert_eq!(sheet.texts(&format!("{css} > caption")).len(), tables);
        }
    }
    let sheet = page(&work, &wave(), Lang::En).await;
    let signs = sheet.texts(".matrix .cell");
    let words = sheet.values(".matrix .cell", "aria-label");
    assert_eq!(signs.len(), words.len());
    assert_eq!(signs.len() % 5, 0);
    for (sign, word) in signs.iter().zip(&words) {
        let wanted = match sign.as_str() {
            "✓" => "met",
            "✕" => "not met",
            "~" => "not decidable",
            "?" => "not assessable",
            other => {
                assert_eq!(other, "–");
                "not applicable"
            }
        };
        assert_eq!(word, wanted);
    }
}

#[tokio::test]
async fn every_sign_of_the_matrix_leads_to_its_reason() {
    let work = Published::open().await;
    let sheet = page(&work, &wave(), Lang::En).await;
    let county = page(&work, &format!("{}/140302", wave()), Lang::En).await;
    let ids = county.values("li[id]", "id");
    let links: Vec<String> = sheet
        .values(".matrix a.cell", "href")
        .into_iter()
        .filter(|link| link.contains("/140302?"))
        .collect();
    assert_eq!(links.len(), ids.len());
    for link in &links {
        let (_, anchor) = link.split_once('#').expect("a fragment");
        assert!(ids.iter().any(|id| id == anchor), "{link}");
    }
}

#[tokio::test]
async fn the_page_of_a_county_tells_both_rules_and_what_would_tip_them() {
    let work = Published::open().await;
    let county = result().county(TIPPED).expect("the county");
    let sheet = page(&work, &format!("{}/{TIPPED}", wave()), Lang::En).await;
    let main = sheet.main();
    assert!(main.contains("By the one-sided 95% bounds") && main.contains("By the estimate alone"));
    let ways = county
        .sensitivity
        .iter()
        .filter(|line| line.differs)
        .count();
    assert_eq!(sheet.texts(".differs").len(), ways);
    for tipping in &county.approval.tipping {
        let flipped = tipping.flipped.expect("a count");
        let count = Lang::En.count(flipped);
        assert!(main.contains(&format!("{count} answer")), "{count}");
    }
    let weights = &county.weighting.as_ref().expect("weights").weights;
    assert!(main.contains(&Lang::En.number(weights.kish_deff, 3)));
    for (name, rate) in &county.rates {
        assert!(main.contains(name.as_str()));
        let whole = |rate: f64| format!("{}%", Lang::En.number(rate * 100.0, 0));
        assert!(rate.is_none_or(|rate| {
            main.contains(&Lang::En.percent(rate)) || main.contains(&whole(rate))
        }));
    }
    let answers = page(&work, &format!("{}/{TIPPED}/answers", wave()), Lang::En).await;
    assert_eq!(answers.texts(".item").len(), county.items.len());
}

#[tokio::test]
async fn a_county_without_answers_says_why_there_is_nothing_and_there_is_no_change_to_judge() {
    let result: WaveResult = first_with_a_silent_county();
    let work = Published::with(WaveState::Published, &result).await;
    for lang in Lang::ALL {
        let sheet = page(&work, &wave(), lang).await;
        assert_eq!(sheet.texts("table.judged td.plot").len(), 4);
        assert!(sheet.main().contains(&lang.t("results-no-base")));
        let sheet = page(&work, &format!("{}/140303", wave()), lang).await;
        assert!(sheet.main().contains("no_respondents"));
        assert!(sheet.texts("table.judged").is_empty());
    }
}

#[tokio::test]
async fn simulated_answers_and_stand_ins_are_named_above_every_number() {
    let work = Published::open().await;
    for path in [wave(), format!("{}/{TIPPED}", wave())] {
        let sheet = page(&work, &path, Lang::En).await;
        let banner = sheet.texts(".banner").concat();
        for part in [
            "answers are simulated",
            "sampling frame",
            "margins",
            "indicators are invented",
        ] {
            assert!(banner.contains(part), "{part}");
        }
    }
}

/// No script, nothing from elsewhere, and small enough for a slow line.
#[tokio::test]
async fn a_page_is_one_document_and_one_style_sheet() {
    let work = Published::open().await;
    for path in [wave(), format!("{}/{TIPPED}", wave())] {
        for lang in Lang::ALL {
            let (_, sheet, text) = open(&work, &path, lang).await;
            assert!(
                sheet
                    .texts("script:not([type='application/ld+json']), style, [style], img, iframe")
                    .is_empty()
            );
            assert_eq!(sheet.values("link[rel=stylesheet]", "href").len(), 1);
            println!("{path} in {lang}: {} bytes", text.len());
            assert!(text.len() <= 100_000, "{path}: {} bytes", text.len());
        }
    }
}

/// What the pages say of every county, the report says too, in one document.
#[tokio::test]
async fn the_report_has_the_figures_of_every_page() {
    let work = Published::open().await;
    let path = format!("{}/report", wave());
    for lang in Lang::ALL {
        let (status, sheet, text) = open(&work, &path, lang).await;
        assert_eq!(status, 200);
        assert!(!text.contains("report-") && !text.contains(">results-"));
        let of_wave = page(&work, &wave(), lang).await;
        assert_eq!(sheet.texts(".finding")[0], of_wave.texts("h1")[0]);
        assert_eq!(
            sheet.texts(".matrix tbody td"),
            of_wave.texts(".matrix tbody td")
        );
        assert_eq!(
            sheet.texts("#method ~ dl dd"),
            of_wave.texts("#method ~ dl dd")
        );
        for county in &result().counties {
            let code = county.code.as_str();
            let own = page(&work, &format!("{}/{code}", wave()), lang).await;
            let answers = page(&work, &format!("{}/{code}/answers", wave()), lang).await;
            let printed = format!("[aria-labelledby$='k{code}-answers'] .answers td");
            assert_eq!(sheet.texts(&printed), answers.texts(".answers td"));
            assert!(!answers.texts(".answers td").is_empty());
            for (there, here) in [
                (
                    ".criteria li",
                    format!("[aria-labelledby$='k{code}-criteria'] li"),
                ),
                (
                    ".rates td",
                    format!("[aria-labelledby$='k{code}-fieldwork'] .rates td"),
                ),
                (
                    ".dense td",
                    format!("[aria-labelledby$='k{code}-weighting'] .dense td"),
                ),
                ("#verdict ~ dl dd", format!("#k{code}-verdict ~ dl dd")),
            ] {
                let wanted = own.texts(there);
                assert!(!wanted.is_empty(), "{there}");
                assert_eq!(sheet.texts(&here), wanted, "{code} {there}");
            }
        }
    }
}

#[tokio::test]
async fn the_report_of_what_is_not_published_is_for_staff() {
    let work = Published::with(WaveState::Closed, &first_with_a_silent_county()).await;
    let path = format!("{}/report", wave());
    let nobody = Visitor::at(&work.site);
    assert_eq!(nobody.get(&path).await.status().as_u16(), 404);
    let ada = work.person("ada").await;
    let sheet = ada.page(&path).await;
    let silent = sheet.texts(".titleblock ~ section p").join(" ");
    assert!(
        silent.contains("there is no figure") || silent.contains("没有数值"),
        "{silent}"
    );
}
