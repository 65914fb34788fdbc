//! Cast or challenge in a real browser: an honest urn, one that commits to other answers, one that keeps another commitment.

use minyi::survey::answer::validate;
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit};
use serde_json::{Value, json};

use super::driver::{Kind, Phone, with_phone};
use super::resident::{answer, choose, onward, receipt};
use crate::support::fieldwork::Fieldwork;

/// Intercepts what the page sends to addresses that end so: the answer is what the expression makes of `reply`, the server's own,
/// and `body`, what was sent.
fn lie(to: &str, made: &str) -> String {
    format!(
        "(() => {{ const real = window.fetch; window.fetch = async (url, options) => {{ const answer = await real(url, options); \
         if (!new URL(url, location.href).pathname.endsWith({to})) return answer; \
         const reply = await answer.text(), body = String(options.body); return new Response({made}, {{ status: answer.status }}) }}; \
         return 1 }})()",
        to = json!(to)
    )
}

/// What is said of the trial now.
async fn said(phone: &Phone) -> Vec<String> {
    let shown = phone
        .eval("[...document.querySelectorAll('[data-tried]:not([hidden])')].map(e => e.dataset.tried)")
        .await;
    let names = shown.as_array().expect("a list").iter();
    names
        .map(|name| name.as_str().expect("a name").to_owned())
        .collect()
}

async fn until_said(phone: &Phone, name: &str) {
    let shown = format!(
        "!document.querySelector('[data-tried={name}]').hidden && !document.querySelector('#send').disabled"
    );
    phone.until(&shown).await;
}

/// To the last step, with the part unfolded.
async fn to_the_trial(phone: &Phone, url: &str) {
    phone.open_page(url).await;
    phone.until("document.querySelector('#code').value").await;
    onward(phone).await;
    answer(phone, "check").await;
    phone.tap("#trial summary").await;
    phone.until("document.querySelector('#trial').open").await;
}

async fn number(phone: &Phone) -> String {
    phone.text("[data-tried=number]").await.replace(' ', "")
}

fn kind(language: &'static str, width: u32) -> Kind {
    Kind {
        language,
        width,
        ..Kind::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_honest_service_is_tried_and_then_keeps_what_it_fixed() {
    let work = Fieldwork::open().await;
    let cases = [("zh-CN", 360), ("en", 360), ("zh-CN", 1280), ("en", 1280)];
    for (place, (language, width)) in cases.into_iter().enumerate() {
        let url = work.form(language, &work.codes[place]);
        with_phone(kind(language, width), move |phone| async move {
            to_the_trial(&phone, &url).await;
            phone.assert_accessible().await;
            phone.shot(&format!("trial-1-{width}")).await;
            phone.tap("#try").await;
            until_said(&phone, "held").await;
            let first = number(&phone).await;
            assert_eq!(first.len(), 64);
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            phone.shot(&format!("trial-2-{width}")).await;
            for _ in 0..2 {
                phone.tap("#open").await;
                until_said(&phone, "same").await;
                assert_eq!(said(&phone).await, ["same", "held", "number"]);
                phone
                    .eval("document.querySelector('[data-tried=same]').hidden = true")
                    .await;
            }
            phone.tap("#open").await;
            until_said(&phone, "same").await;
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            phone.shot(&format!("trial-3-{width}")).await;
            let held = number(&phone).await;
            assert_ne!(held, first, "what was opened is thrown away");
            phone.tap("#send").await;
            assert_eq!(
                receipt(&phone).await.split_whitespace().collect::<String>(),
                held
            );
            assert_eq!(phone.count("main [role=alert]").await, 0);
            phone.assert_accessible().await;
            phone.shot(&format!("trial-4-{width}")).await;
            assert_eq!(
                phone
                    .eval("localStorage.length + sessionStorage.length")
                    .await,
                0
            );
        })
        .await;
    }
    assert_eq!(work.records().await, 4);
}

/// Other answers than the resident's, committed to without a flaw: the phone that looks sees them. The other three alter a salt,
/// a record and a commitment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_fixes_something_else_is_caught() {
    let work = Fieldwork::open().await;
    // The urn itself is asked to commit to another answer: what a cheating one would do.
    let other = "(() => { const real = window.fetch; window.fetch = (url, options) => { \
         if (/prepare|open/.test(url)) { const body = new URLSearchParams(String(options.body)); body.set('q1', '1'); options = { ...options, body }; } \
         return real(url, options) }; return 1 })()";
    let flip = "reply.replace(/\"(salt|record|commitment)\":\"(.)/, (all, name, digit) => `\"${name}\":\"${digit === '0' ? 1 : 0}`)";
    let record = "reply.replace(/(..)\"\\}$/, (all, last) => `${last === '00' ? '01' : '00'}\"}`)";
    let cases = [
        other.to_owned(),
        lie("/open", flip),
        lie("/open", record),
        lie("/prepare", flip),
    ];
    for (place, lies) in cases.into_iter().enumerate() {
        let language = if place % 2 == 0 { "en" } else { "zh-CN" };
        let url = work.form(language, &work.codes[place]);
        with_phone(kind(language, 360), move |phone| async move {
            to_the_trial(&phone, &url).await;
            phone.eval(&lies).await;
            phone.tap("#try").await;
            until_said(&phone, "held").await;
            phone.tap("#open").await;
            until_said(&phone, "other").await;
            assert_eq!(said(&phone).await, ["other", "number", "word"]);
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            phone.shot(&format!("trial-caught-{place}")).await;
        })
        .await;
    }
    assert_eq!(work.records().await, 0);
}

/// A receipt that is not what was fixed before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_that_was_not_fixed_before_is_said_loudly() {
    let work = Fieldwork::open().await;
    for (place, language) in ["en", "zh-CN"].into_iter().enumerate() {
        let url = work.form(language, &work.codes[place]);
        with_phone(kind(language, 360), move |phone| async move {
            to_the_trial(&phone, &url).await;
            phone.tap("#try").await;
            until_said(&phone, "held").await;
            let held = number(&phone).await;
            // The urn makes a commitment of its own.
            let anew = "(() => { const real = window.fetch; window.fetch = (url, options) => { \
                 if (/urn.2026q4(\\?|$)/.test(url)) { const body = new URLSearchParams(String(options.body)); body.delete('_nonce'); options = { ...options, body }; } \
                 return real(url, options) }; return 1 })()";
            phone.eval(anew).await;
            phone.tap("#send").await;
            let shown = receipt(&phone).await.split_whitespace().collect::<String>();
            assert_ne!(shown, held);
            let alert = phone.text("main [role=alert]").await;
            assert!(alert.replace(' ', "").contains(&held), "{alert}");
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            phone.shot("trial-unlike").await;
        })
        .await;
    }
    assert_eq!(work.records().await, 2);
}

/// Changed answers have a commitment of their own; one that cannot be used any more is made anew, and the resident sees nothing of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_answers_and_another_day_take_another_commitment_unseen() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    with_phone(kind("en", 360), move |phone| async move {
        to_the_trial(&phone, &url).await;
        phone.tap("#try").await;
        until_said(&phone, "held").await;
        phone.tap("#answers > div:nth-child(3) button").await;
        phone.until("document.querySelector('.step.on').id === 's-q1'").await;
        choose(&phone, "q1", "1").await;
        onward(&phone).await;
        phone.until("document.querySelector('.step.on').id === 'check'").await;
        assert!(said(&phone).await.is_empty(), "nothing is said of other answers");
        // The first time it is sent, its commitment is said to be of no use.
        let worn = "(() => { const real = window.fetch; let first = true; window.asked = []; window.fetch = (url, options) => { \
             const path = new URL(url, location.href).pathname; window.asked.push(path.split('/').pop()); \
             if (!path.endsWith('/2026q4') || !first) return real(url, options); \
             first = false; return Promise.resolve(new Response('{}', { status: 412 })) }; return 1 })()";
        phone.eval(worn).await;
        phone.tap("#send").await;
        receipt(&phone).await;
        assert_eq!(phone.count("main [role=alert]").await, 0);
        let asked = phone.eval("window.asked").await;
        let count = |name: &str| {
            let all = asked.as_array().expect("a list").iter();
            all.filter(|one| **one == json!(name)).count()
        };
        assert_eq!(count("2026q4"), 2, "{asked}");
        // One for each sending, and one more for each that was opened by the way.
        assert_eq!(count("prepare"), 2 + count("open"), "{asked}");
    })
    .await;
    assert_eq!(work.records().await, 1);
}

/// Who says that answers were received already gets them without a commitment: that is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_taken_without_the_commitment_are_told() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    with_phone(kind("en", 360), move |phone| async move {
        to_the_trial(&phone, &url).await;
        phone.tap("#try").await;
        until_said(&phone, "held").await;
        let evades = "(() => { const real = window.fetch; let first = true; window.fetch = (url, options) => { \
             const path = new URL(url, location.href).pathname, no = status => Promise.resolve(new Response('{}', { status })); \
             if (path.endsWith('/prepare')) return no(409); \
             if (path.endsWith('/2026q4') && first) { first = false; return no(412); } \
             return real(url, options) }; return 1 })()";
        phone.eval(evades).await;
        phone.tap("#send").await;
        receipt(&phone).await;
        assert_eq!(phone.count("main [role=alert]").await, 1);
        let told = phone.eval("document.querySelector('main [role=alert]').textContent").await;
        assert!(told.as_str().expect("a text").contains("without the number"), "{told}");
    })
    .await;
    assert_eq!(work.records().await, 1);
}

/// Who refuses to open a commitment does not learn that the next one will be sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_opening_makes_no_commitment_certain() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    with_phone(kind("en", 360), move |phone| async move {
        to_the_trial(&phone, &url).await;
        phone.tap("#try").await;
        until_said(&phone, "held").await;
        // The coin says "open" until it is told otherwise.
        let refuses = "(() => { const real = window.fetch, draw = crypto.getRandomValues.bind(crypto); let first = true; \
             window.asked = []; window.coin = 0; \
             Object.defineProperty(crypto, 'getRandomValues', { value: a => a.length === 1 ? (a[0] = window.coin, a) : draw(a) }); \
             window.fetch = (url, options) => { \
             const path = new URL(url, location.href).pathname, no = status => Promise.resolve(new Response('{}', { status })); \
             window.asked.push(path.split('/').pop()); \
             if (path.endsWith('/open')) return no(500); \
             if (path.endsWith('/2026q4') && first) { first = false; return no(412); } \
             return real(url, options) }; return 1 })()";
        phone.eval(refuses).await;
        phone.tap("#send").await;
        phone.until("window.asked.filter(name => name === 'open').length >= 2").await;
        let sent = phone.eval("window.asked.filter(name => name === '2026q4').length").await;
        assert_eq!(sent, json!(1), "only the one that was worn");
        phone.eval("window.coin = 1").await;
        receipt(&phone).await;
        assert_eq!(phone.count("main [role=alert]").await, 0);
    })
    .await;
    assert_eq!(work.records().await, 1);
}

/// A net that is lost, and a phone that comes to its limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_work_is_said_and_nothing_is_lost() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    with_phone(kind("en", 360), move |phone| async move {
        to_the_trial(&phone, &url).await;
        phone.cdp("Network.enable", json!({})).await;
        let block = |urls: &[&str]| json!({ "urls": urls });
        for lost in [
            "*/assets/blind*",
            "*/assets/challenge*",
            "*/key*",
            "*/prepare*",
        ] {
            phone.cdp("Network.setBlockedURLs", block(&[lost])).await;
            phone.tap("#try").await;
            phone
                .until("!document.querySelector('[data-tried=failed]').hidden")
                .await;
            phone
                .until("!document.querySelector('#send').disabled")
                .await;
            phone
                .eval("document.querySelector('[data-tried=failed]').hidden = true")
                .await;
        }
        phone.cdp("Network.setBlockedURLs", block(&[])).await;
        phone.tap("#try").await;
        until_said(&phone, "held").await;
        // Opened, and the answer is lost: the same is opened again.
        phone
            .cdp("Network.setBlockedURLs", block(&["*/open*"]))
            .await;
        phone.tap("#open").await;
        until_said(&phone, "failed").await;
        phone.cdp("Network.setBlockedURLs", block(&[])).await;
        for _ in 0..5 {
            phone.tap("#open").await;
            until_said(&phone, "same").await;
            phone
                .eval("document.querySelector('[data-tried=same]').hidden = true")
                .await;
        }
        phone.tap("#open").await;
        until_said(&phone, "enough").await;
        phone.shot("trial-enough").await;
        phone.tap("#send").await;
        receipt(&phone).await;
        assert_eq!(phone.count("main [role=alert]").await, 0);
    })
    .await;
    assert_eq!(work.records().await, 1);
}

/// Marks a random answer to each question that is shown, or none.
pub(super) const RANDOM: &str = "(() => { const pick = n => crypto.getRandomValues(new Uint32Array(1))[0] % n; \
     document.querySelectorAll('#survey input:checked').forEach(e => { e.checked = false }); \
     document.querySelectorAll('fieldset[data-item]').forEach(step => { \
       const boxes = [...step.querySelectorAll('input')], most = boxes[0].type === 'radio' ? 1 : Number(step.dataset.max); \
       const free = boxes.filter(e => !e.hasAttribute('data-alone') && !e.hasAttribute('data-ends')); \
       const from = pick(4) ? free : boxes.filter(e => !free.includes(e)); \
       if (!from.length || (pick(6) === 0 && step.dataset.item !== 's1')) return; \
       const times = from === free ? 1 + pick(most) : 1; \
       for (let i = 0; i < times; i++) from[pick(from.length)].checked = true; }); \
     document.querySelector('#survey').dispatchEvent(new Event('change', { bubbles: true })); \
     return 1 })()";

/// What the page sends, as pairs, and its bits for the record.
const SENT: &str = "(() => { const form = document.querySelector('#survey'); \
     return { said: [...new FormData(form)].filter(([name]) => name[0] !== '_'), bits: challengeOf.encode(form) } })()";

/// The phone makes the bytes of its answers by itself: they are those of the server, whatever is marked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_phone_knows_the_bytes_of_its_answers_as_the_server_does() {
    let work = Fieldwork::open().await;
    let form = Questionnaire::from_toml(DEFAULT_2026)
        .unwrap()
        .for_unit(SampledUnit::Household);
    for (place, language) in ["en", "zh-CN", "en"].into_iter().enumerate() {
        let (url, form) = (work.form(language, &work.codes[place]), form.clone());
        with_phone(kind(language, 360), move |phone| async move {
            to_the_trial(&phone, &url).await;
            phone.tap("#try").await;
            until_said(&phone, "held").await;
            phone
                .eval("document.querySelector('#survey').onchange = null")
                .await;
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..120 {
                phone.eval(RANDOM).await;
                let sent: Value = phone.eval(SENT).await;
                let said = sent["said"].as_array().expect("pairs").iter().map(|pair| {
                    let part = |at: usize| pair[at].as_str().expect("a text").to_owned();
                    (part(0), part(1))
                });
                let said: Vec<(String, String)> = said.collect();
                // What an honest page would not let through is refused by both.
                let Ok(answers) = validate(&form, &said) else {
                    continue;
                };
                let bits = sent["bits"].as_str().expect("digits").to_owned();
                assert_eq!(bits, hex::encode(answers.encode()), "{said:?}");
                seen.insert(bits);
            }
            assert!(seen.len() > 60, "{} different answers", seen.len());
        })
        .await;
    }
}
