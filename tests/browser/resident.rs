//! A resident answers the whole survey on a phone: by touch, with script and without, in both languages.

use serde_json::json;

use super::driver::{Kind, Phone, with_phone};
use crate::support::fieldwork::{COUNTY, Fieldwork, SLUG};

/// The id of the question on the screen, or `start` or `check`.
const STEP: &str = "document.querySelector('.step.on').id";
/// How many answers are marked.
const MARKED: &str = "document.querySelectorAll('input:checked').length";
/// What the browser keeps for the site.
const KEPT: &str = "localStorage.length + sessionStorage.length";

async fn step(phone: &Phone) -> String {
    phone.eval(STEP).await.as_str().expect("a step").to_owned()
}

/// Touches an option by the name of its item and its code.
pub(super) async fn choose(phone: &Phone, item: &str, code: &str) {
    let css = format!("input[name='{item}'][value='{code}']");
    phone.tap(&css).await;
    phone
        .until(&format!("document.querySelector({}).checked", json!(css)))
        .await;
}

/// Touches "continue" and waits for the next step.
pub(super) async fn onward(phone: &Phone) -> String {
    let before = step(phone).await;
    phone.tap("#next").await;
    phone.until(&format!("{STEP} !== {}", json!(before))).await;
    step(phone).await
}

/// What this resident says; a question that is not here is passed over.
pub(super) const ANSWERS: &[(&str, &[&str])] = &[
    ("s1", &["4"]),
    ("s2", &["60up"]),
    ("q1", &["2"]),
    ("q2", &["3"]),
    ("q3", &["9"]),
    ("q5", &["1"]),
    ("q6", &["1", "2"]),
    ("q7", &["2"]),
    ("q8", &["2"]),
    ("q9", &["2", "5"]),
    ("q10", &["8"]),
    ("q11", &["0"]),
    ("d1", &["female"]),
    ("d2", &["rural"]),
    ("d3", &["2"]),
];

/// Answers from the step on the screen up to `until`.
pub(super) async fn answer(phone: &Phone, until: &str) {
    let mut here = step(phone).await;
    while here != until {
        let item = here.trim_start_matches("s-").to_owned();
        let said = ANSWERS
            .iter()
            .find(|(id, _)| *id == item)
            .map_or(&[][..], |(_, codes)| codes);
        for code in said {
            choose(phone, &item, code).await;
        }
        here = onward(phone).await;
    }
}

pub(super) async fn receipt(phone: &Phone) -> String {
    phone
        .until("document.querySelectorAll('.receipt span').length === 8")
        .await;
    phone.assert_no_sideways_scroll().await;
    phone.text(".receipt").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_everything_by_touch_one_question_at_a_time() {
    let work = Fieldwork::open().await;
    let cases = [("zh-CN", false, 360), ("en", true, 320)];
    for (place, (language, dark, width)) in cases.into_iter().enumerate() {
        let kind = Kind {
            language,
            dark,
            width,
            script: true,
        };
        let url = work.form(language, &work.codes[place]);
        with_phone(kind, move |phone| async move {
            phone.open_page(&url).await;
            // The code has gone from the address into its field.
            phone
                .until("!location.hash && document.querySelector('#code').value")
                .await;
            phone.assert_accessible().await;
            phone.shot("1-start").await;
            assert_eq!(onward(&phone).await, "s-s1");
            answer(&phone, "s-q1").await;
            phone.assert_accessible().await;
            choose(&phone, "q1", "2").await;
            phone.shot("2-question").await;
            answer(&phone, "s-q9").await;
            phone.assert_no_sideways_scroll().await;
            phone.shot("3-several").await;
            answer(&phone, "check").await;
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            phone.shot("4-check").await;
            assert_eq!(
                phone.count("#answers > div").await,
                16,
                "every question that was asked"
            );
            phone.tap("#send").await;
            receipt(&phone).await;
            phone.assert_accessible().await;
            phone.shot("5-thanks").await;
            assert_eq!(phone.eval(KEPT).await, 0, "nothing stays on the phone");
            assert_eq!(phone.count("main form, main input").await, 0);
        })
        .await;
    }
    assert_eq!(work.records().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_everything_by_touch_without_script() {
    let work = Fieldwork::open().await;
    for (place, language) in ["zh-CN", "en"].into_iter().enumerate() {
        let kind = Kind {
            language,
            script: false,
            ..Kind::default()
        };
        let (url, code) = (work.form(language, ""), work.codes[place].clone());
        with_phone(kind, move |phone| async move {
            phone.open_page(&url).await;
            assert_eq!(
                phone.eval("document.documentElement.className").await,
                "",
                "no script ran"
            );
            phone.type_into("#code", &code).await;
            for (item, codes) in ANSWERS {
                for option in *codes {
                    choose(&phone, item, option).await;
                }
            }
            // One worry too many, and the page says so without losing anything.
            choose(&phone, "q9", "1").await;
            choose(&phone, "q9", "6").await;
            phone.shot("1-form").await;
            let marked = phone.eval(MARKED).await;
            phone.tap("#send").await;
            phone.until("document.querySelector('.errors a')").await;
            assert_eq!(phone.eval(MARKED).await, marked);
            phone.shot("2-errors").await;
            phone.tap("input[name='q9'][value='6']").await;
            phone.tap("#send").await;
            receipt(&phone).await;
            phone.shot("3-thanks").await;
        })
        .await;
    }
    assert_eq!(work.records().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_a_draft_over_back_reload_and_a_switch_of_language() {
    let work = Fieldwork::open().await;
    let (url, code) = (work.form("zh-CN", &work.codes[0]), work.codes[0].clone());
    with_phone(Kind::default(), move |phone| async move {
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "s-q2").await;
        phone.back().await;
        phone.until(&format!("{STEP} === 's-q1'")).await;
        phone.back().await;
        phone.until(&format!("{STEP} === 's-s2'")).await;
        assert_eq!(phone.eval(MARKED).await, 3, "going back loses nothing");
        phone.reload().await;
        phone
            .until(&format!("{MARKED} === 3 && {STEP} === 's-s2'"))
            .await;
        let order = "[...document.querySelectorAll('[name=q1]')].map(e => e.value).join()";
        let before = phone.eval(order).await;
        // The draft's direction holds, whatever the next rendering draws.
        for language in ["en", "zh-CN", "en"] {
            phone.tap("nav a[hreflang]").await;
            phone
                .until(&format!(
                    "document.documentElement.lang === '{language}' && {MARKED} === 3"
                ))
                .await;
            assert_eq!(phone.eval(order).await, before);
        }
        // The code is in no key or value that outlives the tab.
        let kept = phone.eval("JSON.stringify(localStorage)").await.to_string();
        assert!(
            kept.contains("q1") && !kept.contains(&code) && !kept.contains(&code.replace('-', ""))
        );
        // A neighbor with another code sees an empty form.
        phone.eval("sessionStorage.clear()").await;
        phone
            .open_page(&url.replace(&code, "0000-0000-00000"))
            .await;
        phone
            .until("document.querySelector('#code').value.startsWith('0000')")
            .await;
        onward(&phone).await;
        assert_eq!(phone.eval(MARKED).await, 0);
        // After a day the draft is gone.
        let age = "Object.keys(localStorage).forEach(k => { const d = JSON.parse(localStorage[k]); \
                   d.t -= 864e5; localStorage[k] = JSON.stringify(d); })";
        phone
            .eval(&format!("(() => {{ {age}; return 1 }})()"))
            .await;
        phone.eval("sessionStorage.clear()").await;
        phone.open_page("about:blank").await;
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        assert_eq!(phone.eval(MARKED).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn survives_a_lost_network_and_a_double_touch_and_counts_once() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    with_phone(Kind { language: "en", ..Kind::default() }, move |phone| async move {
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "check").await;
        let network = |offline: bool| {
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 })
        };
        phone.cdp("Network.enable", json!({})).await;
        phone.cdp("Network.emulateNetworkConditions", network(true)).await;
        phone.tap("#send").await;
        phone.tap("#send").await;
        phone.until("!document.querySelector('#wait').hidden").await;
        phone.assert_accessible().await;
        phone.shot("kept").await;
        phone.cdp("Network.emulateNetworkConditions", network(false)).await;
        let first = receipt(&phone).await;
        assert!(!first.is_empty());
        assert_eq!(phone.eval(KEPT).await, 0);
    })
    .await;
    assert_eq!(work.records().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_turn_is_explained_where_it_happens() {
    let work = Fieldwork::open().await;
    let (site, elsewhere) = (work.site.clone(), work.elsewhere[0].clone());
    let code = work.codes[0].clone();
    with_phone(Kind::default(), move |phone| async move {
        let form = format!("{site}/s/{SLUG}/{COUNTY}");
        phone.open_page(&form).await;
        phone.type_into("#code", "7k2m").await;
        phone.tap("#next").await;
        phone
            .until("!document.querySelector('#code-problem').hidden")
            .await;
        assert_eq!(phone.eval("document.activeElement.id").await, "code");
        phone.assert_accessible().await;
        phone.shot("code").await;
        // Lower case and spaces are the same code.
        let typed = code.to_lowercase().replace('-', " ");
        phone.type_into("#code", &typed).await;
        assert_eq!(onward(&phone).await, "s-s1");
        // Not a resident: the survey ends kindly and can be sent.
        choose(&phone, "s1", "0").await;
        assert_eq!(onward(&phone).await, "check");
        phone
            .until("!document.querySelector('#ended').hidden")
            .await;
        phone.shot("ended").await;
        phone.tap("#send").await;
        receipt(&phone).await;
        // The same code again says so, and the code of another county leads there.
        phone.open_page("about:blank").await;
        phone.open_page(&format!("{form}#{code}")).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "check").await;
        phone.tap("#send").await;
        phone.until("!document.querySelector('form')").await;
        assert_eq!(phone.text("h1").await, "这个答题码已经用过");
        phone.shot("used").await;
        phone.open_page("about:blank").await;
        phone.open_page(&format!("{form}#{elsewhere}")).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "check").await;
        phone.tap("#send").await;
        phone.until("document.querySelector('.errors')").await;
        assert!(phone.text(".errors").await.contains("盂县"));
        assert_eq!(
            phone.eval("document.activeElement.className").await,
            "errors"
        );
        phone.assert_accessible().await;
        phone.shot("elsewhere").await;
        phone.tap("#send").await;
        receipt(&phone).await;
    })
    .await;
    assert_eq!(work.records().await, 2);
}
