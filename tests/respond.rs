//! The resident's page over HTTP: what is on the wire, and what every wrong turn answers.

use std::collections::BTreeMap;
use std::io::Read as _;

use minyi::storage::office::wave;
use minyi::survey::wave::{Wave, WaveState};
use reqwest::{Response, StatusCode};
use scraper::{Html, Selector};

use crate::support::fieldwork::{COUNTY, Fieldwork, OTHER_COUNTY, SLUG};

/// Answers to every question that is asked of this resident.
const ANSWERS: &[(&str, &str)] = &[
    ("s1", "4"),
    ("s2", "60up"),
    ("q1", "3"),
    ("q2", "2"),
    ("q6", "1"),
    ("q6", "2"),
    ("q7", "2"),
    ("d1", "female"),
    ("d3", "2"),
];

fn path(work: &Fieldwork) -> String {
    format!("{}/s/{SLUG}/{COUNTY}", work.site)
}

async fn get(url: &str, language: &str) -> Response {
    let request = reqwest::Client::new()
        .get(url)
        .header("accept-language", language);
    request
        .header("accept-encoding", "gzip")
        .send()
        .await
        .expect("an answer")
}

/// Sends a form with this rendering and code.
async fn post(work: &Fieldwork, instance: u8, code: &str, answers: &[(&str, &str)]) -> Response {
    post_to(&path(work), instance, code, answers).await
}

async fn post_to(url: &str, instance: u8, code: &str, answers: &[(&str, &str)]) -> Response {
    let instance = format!("{instance:02x}").repeat(16);
    let own = [
        ("_instance", instance.as_str()),
        ("_direction", "0"),
        ("_fast", ""),
        ("_code", code),
    ];
    let fields: Vec<(&str, &str)> = own.iter().chain(answers).copied().collect();
    let request = reqwest::Client::new()
        .post(format!("{url}?lang=en"))
        .form(&fields);
    request.send().await.expect("an answer")
}

/// Status and document.
async fn read(response: Response) -> (u16, Html) {
    let status = response.status().as_u16();
    (
        status,
        Html::parse_document(&response.text().await.expect("a text")),
    )
}

fn texts(html: &Html, css: &str) -> Vec<String> {
    let selector = Selector::parse(css).expect("a selector");
    html.select(&selector).map(|e| e.text().collect()).collect()
}

fn headline(html: &Html) -> String {
    let mut found = texts(html, "h1");
    assert_eq!(found.len(), 1, "one headline");
    found.remove(0)
}

/// Values of checked answers by item.
fn kept(html: &Html) -> BTreeMap<String, Vec<String>> {
    let mut kept: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for input in html.select(&Selector::parse("input[checked]").expect("a selector")) {
        let attribute = |name| input.value().attr(name).unwrap_or_default().to_owned();
        kept.entry(attribute("name"))
            .or_default()
            .push(attribute("value"));
    }
    kept
}

/// The budget: 14 KB for everything that a first visit brings, with the headers.
#[tokio::test]
async fn the_first_visit_is_one_request_of_at_most_fourteen_kilobytes() {
    let work = Fieldwork::open().await;
    for language in ["zh-CN", "en"] {
        let response = get(&path(&work), language).await;
        assert_eq!(response.headers()["content-encoding"], "gzip");
        let pairs = response.headers().iter();
        let head: usize = pairs
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        let body = response.bytes().await.expect("a body");
        let bytes = head + "HTTP/1.1 200 OK\r\n\r\n".len() + body.len();
        assert!(bytes <= 14 * 1024, "{language}: {bytes} bytes");
        let mut text = String::new();
        flate2::read::GzDecoder::new(&body[..])
            .read_to_string(&mut text)
            .expect("gzip of a text");
        let html = Html::parse_document(&text);
        let loads = "[src], link[rel=stylesheet], link[rel=preload], iframe, object, video";
        assert!(texts(&html, loads).is_empty(), "a second request");
        assert!(
            text.contains("href=\"data:,\""),
            "browsers ask for an icon unless told otherwise"
        );
        println!("first visit in {language}: {bytes} bytes, 1 request");
    }
}

/// The form, the sending and the thanks, with all headers.
#[tokio::test]
async fn the_whole_survey_is_at_most_forty_kilobytes() {
    let work = Fieldwork::open().await;
    for (place, language) in ["zh-CN", "en"].into_iter().enumerate() {
        let weight = |response: &Response| -> usize {
            let pairs = response.headers().iter();
            pairs
                .map(|(name, value)| name.as_str().len() + value.len() + 4)
                .sum()
        };
        let form = get(&path(&work), language).await;
        let mut bytes = weight(&form) + form.bytes().await.expect("a body").len();
        // What the browser sends: every answer, once more what it is asked, and its own headers.
        let answers = [
            ("q6", "1"),
            ("q6", "2"),
            ("q9", "2"),
            ("q9", "5"),
            ("q9", "6"),
        ];
        bytes += answers.len() * 40 + 1_500;
        let number = u8::try_from(place).expect("two");
        let thanks = post(&work, number, &work.codes[place], &answers).await;
        assert_eq!(thanks.status().as_u16(), 200);
        bytes += weight(&thanks) + thanks.bytes().await.expect("a body").len();
        assert!(bytes <= 40 * 1024, "{language}: {bytes} bytes");
        println!("whole survey in {language}: {bytes} bytes, 2 requests");
    }
}

/// Browsers drop what follows the first gzip member, so all must be in it; and whoever takes no gzip gets
/// the same page.
#[tokio::test]
async fn every_visit_gets_the_same_page_with_bits_of_its_own_packed_or_not() {
    let work = Fieldwork::open().await;
    let mut seen = BTreeMap::new();
    let mut instances = BTreeMap::new();
    for visit in 0..200 {
        let response = if visit % 2 == 0 {
            get(&path(&work), "zh-CN").await
        } else {
            reqwest::get(path(&work)).await.expect("an answer")
        };
        let packed = response.headers().contains_key("content-encoding");
        assert_eq!(packed, visit % 2 == 0);
        let vary = response.headers()["vary"].to_str().expect("a text");
        assert!(vary.contains("accept-language") && vary.contains("accept-encoding"));
        let body = response.bytes().await.expect("a body");
        let text = if packed {
            let mut reader = flate2::bufread::GzDecoder::new(&body[..]);
            let mut text = String::new();
            reader.read_to_string(&mut text).expect("gzip of a text");
            assert!(reader.into_inner().is_empty(), "one member");
            text
        } else {
            String::from_utf8(body.to_vec()).expect("a text")
        };
        let html = Html::parse_document(&text);
        let field = Selector::parse("[name=_instance]").expect("a selector");
        let instance = html.select(&field).next().expect("bits");
        let instance = instance.value().attr("value").expect("bits").to_owned();
        assert_eq!(instance.len(), 32);
        *seen.entry(text.replace(&instance, "")).or_insert(0) += 1;
        *instances.entry(instance).or_insert(0) += 1;
    }
    assert_eq!(instances.len(), 200, "bits are never used twice");
    // Two directions, two places of the ends, eight orders of worries.
    assert!((20..=32).contains(&seen.len()), "{}", seen.len());
}

#[tokio::test]
async fn an_address_with_more_in_its_query_keeps_it_in_the_links() {
    let work = Fieldwork::open().await;
    let url = format!("{}?from=zzqq%22", path(&work));
    for _ in 0..2 {
        let (_, html) = read_packed(get(&url, "en").await).await;
        let link = Selector::parse("a[hreflang=zh-CN]").expect("a selector");
        let link = html.select(&link).next().expect("a link");
        assert_eq!(link.value().attr("href"), Some("?from=zzqq%22&lang=zh-CN"));
    }
    let (_, html) = read_packed(get(&path(&work), "en").await).await;
    assert!(!html.html().contains("zzqq"));
}

#[tokio::test]
async fn a_page_follows_the_wave_that_it_shows() {
    let work = Fieldwork::open().await;
    let (_, before) = read_packed(get(&path(&work), "en").await).await;
    assert!(texts(&before, "main")[0].contains("8 December 2026"));
    let mut tx = work
        .app
        .office
        .0
        .begin_write("fixture")
        .await
        .expect("writes");
    let stored = wave::get(&mut tx.conn(), work.wave)
        .await
        .expect("the wave");
    let later = Wave {
        closes_at: work.app.zone.parse("2026-12-09T00:00").expect("a time"),
        ..stored
    };
    wave::update(&mut tx.conn(), &later, WaveState::Open)
        .await
        .expect("the step");
    tx.commit().await.expect("committed");
    work.app.intake.forget();
    let (_, after) = read_packed(get(&path(&work), "en").await).await;
    assert!(texts(&after, "main")[0].contains("9 December 2026"));
}

#[tokio::test]
async fn a_resident_gets_no_cookie_and_the_page_is_kept_nowhere() {
    let work = Fieldwork::open().await;
    let page = get(&path(&work), "en").await;
    let thanks = post(&work, 1, &work.codes[0], ANSWERS).await;
    assert_eq!(thanks.status(), StatusCode::OK);
    for response in [page, thanks] {
        let headers = response.headers();
        assert!(!headers.contains_key("set-cookie"));
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["referrer-policy"], "same-origin");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let policy = headers["content-security-policy"].to_str().expect("a text");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn a_submission_is_kept_once_and_a_resend_has_the_same_receipt() {
    let work = Fieldwork::open().await;
    let (status, first) = read(post(&work, 1, &work.codes[0], ANSWERS).await).await;
    assert_eq!(
        (status, headline(&first).as_str()),
        (200, "We have your answers. Thank you")
    );
    let receipt = texts(&first, ".receipt span");
    assert_eq!(receipt.len(), 8);
    let (status, again) = read(post(&work, 1, &work.codes[0], ANSWERS).await).await;
    assert_eq!((status, texts(&again, ".receipt span")), (200, receipt));
    assert_eq!(work.records().await, 1);
    // Other answers under the same code, or the same answers from another rendering, are not taken.
    let (status, used) = read(post(&work, 2, &work.codes[0], ANSWERS).await).await;
    assert_eq!(
        (status, headline(&used).as_str()),
        (409, "The answers of this code have arrived already")
    );
    assert_eq!(work.records().await, 1);
}

#[tokio::test]
async fn the_thank_you_page_is_the_same_for_everyone_but_for_the_receipt() {
    let work = Fieldwork::open().await;
    let (mut pages, mut sizes) = (Vec::new(), std::collections::BTreeSet::new());
    let screened: &[(&str, &str)] = &[("s1", "0")];
    let refused: &[(&str, &str)] = &[("q1", "9"), ("q11", "4")];
    for (instance, answers) in [ANSWERS, screened, refused, &[]].into_iter().enumerate() {
        let response = post(
            &work,
            u8::try_from(instance).unwrap(),
            &work.codes[instance],
            answers,
        )
        .await;
        assert_eq!(response.status(), StatusCode::OK);
        let mut text = response.text().await.expect("a text");
        let html = Html::parse_document(&text);
        for group in texts(&html, ".receipt span") {
            text = text.replace(&format!("<span>{group}</span>"), "<span></span>");
        }
        // And for the same as a picture, which is as large for everyone.
        let picture = Selector::parse("#scan").expect("a selector");
        let picture = html.select(&picture).next().expect("a picture").attr("src");
        let picture = picture.expect("an address");
        text = text.replace(picture, "");
        sizes.insert(picture.len());
        pages.push(text);
    }
    assert_eq!(sizes.len(), 1, "{sizes:?}");
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(!pages[0].contains("atisfied"));
}

#[tokio::test]
async fn answers_that_cannot_be_taken_come_back_with_what_to_mend() {
    let work = Fieldwork::open().await;
    let answers = [
        ("q1", "2"),
        ("q6", "1"),
        ("q6", "0"),
        ("q9", "1"),
        ("q9", "2"),
        ("q9", "3"),
        ("q9", "4"),
    ];
    let (status, html) = read(post(&work, 1, &work.codes[0], &answers).await).await;
    assert_eq!(status, 422);
    assert_eq!(
        texts(&html, ".errors a"),
        [
            "Question 8: “None of these” cannot stand beside another answer",
            "Question 11: Choose no more than 3"
        ]
    );
    assert_eq!(kept(&html)["q1"], ["2"]);
    assert_eq!(kept(&html)["q9"].len(), 4);
    let code = html
        .select(&Selector::parse("#code").unwrap())
        .next()
        .unwrap();
    assert_eq!(code.value().attr("value"), Some(work.codes[0].as_str()));
    assert_eq!(work.records().await, 0);
    let (status, _) = read(post(&work, 1, &work.codes[0], ANSWERS).await).await;
    assert_eq!(status, 200, "the same rendering, mended, is taken");
}

#[tokio::test]
async fn a_wrong_code_is_explained_and_the_answers_stay() {
    let work = Fieldwork::open().await;
    let good: Vec<char> = work.codes[0].chars().filter(|c| *c != '-').collect();
    let other = if good[3] == '7' { '8' } else { '7' };
    let changed: String = good
        .iter()
        .enumerate()
        .map(|(i, c)| if i == 3 { other } else { *c })
        .collect();
    let short: String = good[..12].iter().collect();
    let letter: String = good[..12].iter().chain(['U'].iter()).collect();
    let stranger = "0000-0000-00000";
    let cases = [
        ("", "Please enter your code"),
        (short.as_str(), "A code has 13 characters, yours has 12"),
        (
            letter.as_str(),
            "Character 13 is never used in codes. Please compare it with your letter",
        ),
        (changed.as_str(), "This code does not fit."),
        (stranger, "This survey has no such code."),
    ];
    for (code, sentence) in cases {
        let (status, html) = read(post(&work, 1, code, ANSWERS).await).await;
        assert_eq!(status, 422, "{sentence}");
        for css in [".errors a[href='#code']", "#code-problem"] {
            let found = texts(&html, css);
            assert!(
                found.len() == 1 && found[0].starts_with(sentence),
                "{found:?}"
            );
        }
        assert_eq!(kept(&html)["q6"], ["1", "2"]);
    }
    assert_eq!(work.records().await, 0);
}

#[tokio::test]
async fn a_code_of_another_county_leads_to_that_countys_form_with_the_answers() {
    let work = Fieldwork::open().await;
    let (status, html) = read(post(&work, 1, &work.elsewhere[0], ANSWERS).await).await;
    assert_eq!(status, 422);
    assert!(texts(&html, ".errors p")[0].contains("Yuxian"));
    assert!(texts(&html, "#s-s1 h2")[0].contains("Yuxian"));
    assert_eq!(kept(&html)["q1"], ["3"]);
    let form = html
        .select(&Selector::parse("#survey").unwrap())
        .next()
        .unwrap();
    let action = form.value().attr("action").unwrap();
    assert_eq!(action, format!("/s/{SLUG}/{OTHER_COUNTY}?lang=en"));
    let there = format!("{}/s/{SLUG}/{OTHER_COUNTY}", work.site);
    let (status, _) = read(post_to(&there, 1, &work.elsewhere[0], ANSWERS).await).await;
    assert_eq!(status, 200);
    assert_eq!(work.records().await, 1);
}

#[tokio::test]
async fn too_early_and_too_late_say_when() {
    let cases = [
        (
            "2026-11-30T10:00",
            403,
            "The survey has not opened yet",
            "1 December 2026, 00:00",
        ),
        (
            "2026-12-08T00:00",
            410,
            "This survey has closed",
            "8 December 2026, 00:00",
        ),
    ];
    for (now, wanted, title, when) in cases {
        let work = Fieldwork::at(now).await;
        let opened = reqwest::get(format!("{}?lang=en", path(&work)))
            .await
            .expect("an answer");
        for response in [opened, post(&work, 1, &work.codes[0], ANSWERS).await] {
            let (status, html) = read(response).await;
            assert_eq!((status, headline(&html).as_str()), (wanted, title));
            assert!(texts(&html, "main")[0].contains(when));
            assert_eq!(kept(&html).len(), 0);
        }
        assert_eq!(work.records().await, 0);
    }
}

#[tokio::test]
async fn addresses_and_forms_that_are_none_of_ours_are_explained() {
    let work = Fieldwork::open().await;
    let unknown = ["/s/2026q4/999999", "/s/none/140321", "/s/none", "/S/2026q4"];
    for path in unknown {
        let (status, html) =
            read_packed(get(&format!("{}{path}?lang=en", work.site), "en").await).await;
        assert_eq!(status, 404, "{path}");
        assert!(!headline(&html).is_empty() && !texts(&html, "main a").is_empty());
    }
    let client = reqwest::Client::new();
    let form = client
        .post(path(&work))
        .form(&[("q1", "1")])
        .send()
        .await
        .expect("an answer");
    assert_eq!(form.status().as_u16(), 400, "a form without its rendering");
    let kind = client
        .post(path(&work))
        .body("q1=1")
        .send()
        .await
        .expect("an answer");
    assert_eq!(kind.status().as_u16(), 415);
    let huge = vec![("q1", "x".repeat(70_000))];
    let large = client
        .post(path(&work))
        .form(&huge)
        .send()
        .await
        .expect("an answer");
    assert_eq!(large.status().as_u16(), 413);
    let method = client.delete(path(&work)).send().await.expect("an answer");
    assert_eq!(method.status().as_u16(), 405);
    for response in [form, kind, large, method] {
        let text = response.text().await.expect("a text");
        assert!(
            text.contains("<h1>") && text.contains("lang=\"zh-CN\""),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_page_speaks_the_language_of_the_address_then_of_the_browser() {
    let work = Fieldwork::open().await;
    let cases = [
        ("", "en-GB,en;q=0.9", "en"),
        ("?lang=zh-CN", "en", "zh-CN"),
        ("", "fr", "zh-CN"),
    ];
    for (query, browser, wanted) in cases {
        let (_, html) = read_packed(get(&format!("{}{query}", path(&work)), browser).await).await;
        let root = html.root_element().value().attr("lang");
        assert_eq!(root, Some(wanted), "{query} {browser}");
    }
}

async fn read_packed(response: Response) -> (u16, Html) {
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a body");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&body[..])
        .read_to_string(&mut text)
        .expect("gzip of a text");
    (status, Html::parse_document(&text))
}
