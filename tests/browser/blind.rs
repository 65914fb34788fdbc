//! Code and answers apart, in a real browser: the script of the page, the office, the urn.

use minyi::survey::invitation::Status;
use serde_json::json;

use super::driver::{Kind, Phone, with_phone};
use super::resident::{answer, onward, receipt};
use crate::support::fieldwork::Fieldwork;

/// Addresses that were asked for since the page came, in order, without host and query.
const ASKED: &str = "performance.getEntriesByType('resource').map(e => new URL(e.name).pathname.replace(/\\.[0-9a-f]{12}/, ''))";
/// The sentence that tells the way.
const WAY: &str = "#way";

async fn to_the_end(phone: &Phone, url: &str) {
    phone.open_page(url).await;
    phone.until("document.querySelector('#code').value").await;
    onward(phone).await;
    answer(phone, "check").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_and_the_answers_are_sent_apart() {
    let work = Fieldwork::open().await;
    for (place, (language, width)) in [("zh-CN", 360), ("en", 360), ("zh-CN", 1280), ("en", 1280)]
        .into_iter()
        .enumerate()
    {
        let url = work.form(language, &work.codes[place]);
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            to_the_end(&phone, &url).await;
            assert_eq!(
                phone.eval(ASKED).await,
                json!([]),
                "nothing is loaded before the end"
            );
            let apart = ["分开发送", "sent apart"];
            let way = phone.text(WAY).await;
            assert!(apart.iter().any(|words| way.contains(words)), "{way}");
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            phone.shot(&format!("blind-{width}-{language}")).await;
            phone.tap("#send").await;
            receipt(&phone).await;
            let wanted = json!([
                "/assets/blind.js",
                "/s/2026q4/140321/key",
                "/s/2026q4/140321/sign",
                "/urn/2026q4"
            ]);
            assert_eq!(phone.eval(ASKED).await, wanted);
            let kept = "localStorage.length + sessionStorage.length";
            assert_eq!(phone.eval(kept).await, 0, "the secret is gone, too");
        })
        .await;
        assert_eq!(work.status(&work.codes[place]).await, Status::Blind);
    }
    assert_eq!(work.records().await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_dies_between_the_steps_goes_on_where_it_was() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    let kind = Kind {
        language: "en",
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        to_the_end(&phone, &url).await;
        let block = |urls: &[&str]| json!({ "urls": urls });
        phone.cdp("Network.enable", json!({})).await;
        for (lost, known) in [("*/key*", ""), ("*/sign*", "s l"), ("*/urn/*", "s l g u p")] {
            phone.cdp("Network.setBlockedURLs", block(&[lost])).await;
            if lost == "*/key*" {
                phone.tap("#send").await;
            } else {
                // The page is loaded anew, and sends by itself what was not sent.
                phone.reload().await;
            }
            phone.until("!document.querySelector('#wait').hidden").await;
            for field in known.split_whitespace() {
                let kept = format!("Object.values(localStorage).some(d => JSON.parse(d).{field})");
                phone.until(&kept).await;
            }
        }
        phone.cdp("Network.setBlockedURLs", block(&[])).await;
        phone.reload().await;
        receipt(&phone).await;
    })
    .await;
    assert_eq!(work.records().await, 1);
    assert_eq!(work.status(&work.codes[0]).await, Status::Blind);
}

/// A draft is gone after a day; the token whose code is used already is not, and so the answer can be given again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_later_the_answers_are_gone_and_the_token_is_there() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    let kind = Kind {
        language: "en",
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        to_the_end(&phone, &url).await;
        phone.cdp("Network.enable", json!({})).await;
        let lost = json!({ "urls": ["*/urn/*"] });
        phone.cdp("Network.setBlockedURLs", lost).await;
        phone.tap("#send").await;
        let signed = "Object.values(localStorage).some(d => JSON.parse(d).g)";
        phone.until(signed).await;
        phone.until("!document.querySelector('#wait').hidden").await;
        let age = "(() => { Object.keys(localStorage).forEach(k => { const d = JSON.parse(localStorage[k]); \
                   d.t -= 864e5; localStorage[k] = JSON.stringify(d); }); sessionStorage.clear(); return 1 })()";
        phone.eval(age).await;
        phone.open_page("about:blank").await;
        phone.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        let kept = phone.eval("JSON.stringify(localStorage)").await.to_string();
        assert!(!kept.contains("q1"), "{kept}");
        onward(&phone).await;
        let marked = "document.querySelectorAll('input:checked').length";
        assert_eq!(phone.eval(marked).await, 0);
        answer(&phone, "check").await;
        phone.tap("#send").await;
        receipt(&phone).await;
        let kept = "localStorage.length + sessionStorage.length";
        assert_eq!(phone.eval(kept).await, 0);
    })
    .await;
    assert_eq!(work.records().await, 1);
    assert_eq!(work.status(&work.codes[0]).await, Status::Blind);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_urn_may_have_a_host_name_of_its_own() {
    let work = Fieldwork::apart().await;
    let url = work.form("en", &work.codes[0]);
    let elsewhere = format!(
        "{}/s/2026q4/140321?lang=en#{}",
        work.site, work.elsewhere[0]
    );
    let kind = Kind {
        language: "en",
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        to_the_end(&phone, &url).await;
        phone.tap("#send").await;
        receipt(&phone).await;
        let hosts = "performance.getEntriesByType('resource').map(e => new URL(e.name).hostname)";
        let wanted = json!(["localhost", "localhost", "localhost", "127.0.0.1"]);
        assert_eq!(phone.eval(hosts).await, wanted);
        let link = phone.eval("document.querySelector('#look').href").await;
        assert!(link.as_str().unwrap().starts_with("http://localhost"));
        // A code of another county leads there, with every answer, which only the phone has.
        phone.open_page("about:blank").await;
        to_the_end(&phone, &elsewhere).await;
        let marked = "document.querySelectorAll('input:checked').length";
        let before = phone.eval(marked).await;
        phone.tap("#send").await;
        phone.until("document.querySelector('.errors')").await;
        assert!(phone.text(".errors").await.contains("Yuxian"));
        assert_eq!(phone.eval(marked).await, before, "every answer is there");
        phone.tap("#send").await;
        receipt(&phone).await;
    })
    .await;
    assert_eq!(work.records().await, 2);
    assert_eq!(work.status(&work.elsewhere[0]).await, Status::Blind);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn office_and_urn_may_be_two_programs() {
    let work = Fieldwork::two().await;
    let kinds = [("zh-CN", 360), ("en", 360), ("zh-CN", 1280), ("en", 1280)];
    for (place, (language, width)) in kinds.into_iter().enumerate() {
        let url = work.form(language, &work.codes[place]);
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            to_the_end(&phone, &url).await;
            phone.assert_no_sideways_scroll().await;
            phone.tap("#send").await;
            receipt(&phone).await;
            let hosts =
                "performance.getEntriesByType('resource').map(e => new URL(e.name).hostname)";
            let wanted = json!(["localhost", "localhost", "localhost", "127.0.0.1"]);
            assert_eq!(phone.eval(hosts).await, wanted);
        })
        .await;
        assert_eq!(work.status(&work.codes[place]).await, Status::Blind);
        // Without script: said before the first question.
        let url = work.form(language, &work.codes[place + 4]);
        let kind = Kind {
            language,
            width,
            script: false,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            phone.open_page(&url).await;
            let said = phone.text(".note.way-direct").await;
            let words = ["不接收答案", "does not take answers"];
            assert!(words.iter().any(|words| said.contains(words)), "{said}");
            phone.assert_no_sideways_scroll().await;
            phone.shot(&format!("roles-{width}-{language}")).await;
        })
        .await;
        assert_eq!(work.status(&work.codes[place + 4]).await, Status::Issued);
    }
    // A phone with script that cannot make a token: the form comes back with what to do, and nothing is tried for ever.
    let url = work.form("en", &work.codes[8]);
    let kind = Kind {
        language: "en",
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        let old = json!({ "source": "window.BigInt = undefined" });
        phone
            .cdp("Page.addScriptToEvaluateOnNewDocument", old)
            .await;
        to_the_end(&phone, &url).await;
        phone.tap("#send").await;
        phone.until("document.querySelector('.errors')").await;
        let said = phone.text(".errors").await;
        assert!(said.contains("paper"), "{said}");
    })
    .await;
    assert_eq!(work.status(&work.codes[8]).await, Status::Issued);
    assert_eq!(work.records().await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_not_in_the_record_gets_nothing() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    let kind = Kind {
        language: "en",
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        to_the_end(&phone, &url).await;
        let other = "document.querySelector('#survey').dataset.keys = 'ab'.repeat(32)";
        phone.eval(other).await;
        phone.tap("#send").await;
        phone.until("!document.querySelector('#wait').hidden").await;
        let said = phone.text("#wait").await;
        assert!(said.contains("does not fit the public record"), "{said}");
        phone.assert_accessible().await;
        phone.shot("blind-foul").await;
    })
    .await;
    assert_eq!(work.status(&work.codes[0]).await, Status::Issued);
    assert_eq!(work.records().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_browser_cannot_the_page_says_so_and_sends_both_together() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    let kind = Kind {
        language: "en",
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        let insecure = "Object.defineProperty(window, 'isSecureContext', { value: false }) && 1";
        phone.eval(insecure).await;
        onward(&phone).await;
        answer(&phone, "check").await;
        let way = phone.text(WAY).await;
        assert!(way.contains("sent together"), "{way}");
        phone.shot("blind-together").await;
        phone.tap("#send").await;
        receipt(&phone).await;
    })
    .await;
    assert_eq!(work.status(&work.codes[0]).await, Status::Used);
    assert_eq!(work.records().await, 1);
}
