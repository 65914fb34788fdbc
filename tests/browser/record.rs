//! A resident looks the receipt up on the phone.

use minyi::service::batch::{Drain, run_batch};
use minyi::service::intake;
use minyi::storage::cosignature::{self, Cosignature};

use super::driver::{Kind, Phone, with_phone};
use super::resident::{answer, onward, receipt};
use crate::support::Stores;
use crate::support::city::{City, submission, time};
use crate::support::fieldwork::{Fieldwork, SLUG};
use crate::support::instance::serve;

/// The parts of the answer that are shown.
const SAID: &str = "Array.from(document.querySelectorAll('[data-say]')).filter(p => !p.hidden).map(p => p.dataset.say).join(' ')";

async fn look(phone: &Phone, wanted: &str) {
    phone.tap("[data-log] button").await;
    phone.until(&format!("{SAID} === '{wanted}'")).await;
    phone.assert_accessible().await;
    phone.assert_no_sideways_scroll().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_looked_up_on_the_phone_before_and_after_the_batch() {
    for (language, width) in [("zh-CN", 360), ("en", 1280)] {
        let work = Fieldwork::open().await;
        let kind = Kind {
            language,
            dark: false,
            width,
            script: true,
        };
        let url = work.form(language, &work.codes[0]);
        let (app, wave) = (work.app.clone(), work.wave);
        with_phone(kind, move |phone| async move {
            phone.open_page(&url).await;
            phone.until("document.querySelector('#code').value").await;
            onward(&phone).await;
            answer(&phone, "check").await;
            phone.tap("#send").await;
            let groups = receipt(&phone).await;
            // The receipt goes along behind the #, which no server sees, and leaves the address.
            phone.tap("#look").await;
            phone
                .until("document.querySelector('#receipt') && document.querySelector('#receipt').value")
                .await;
            assert_eq!(phone.eval("location.hash").await, "");
            let typed = phone.eval("document.querySelector('#receipt').value").await;
            let digits = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(digits(typed.as_str().unwrap()), digits(&groups));
            // Other residents' answers are not in the record yet either: the first batch comes later.
            look(&phone, "missing signed").await;
            phone.shot("record-1-waiting").await;
            run_batch(&app, wave, Drain::Yes).await.expect("a batch");
            look(&phone, "found signed").await;
            phone.shot("record-2-found").await;
            // The proof that can be saved is one.
            let keep = "(() => { const make = URL.createObjectURL; URL.createObjectURL = blob => { \
                        blob.text().then(text => { window.proof = text; }); return make(blob); } })()";
            phone.eval(keep).await;
            look(&phone, "found signed").await;
            phone.until("window.proof").await;
            let proof = phone.eval("window.proof").await;
            let proof = minyi::ledger::proof::Proof::read(proof.as_str().unwrap()).unwrap();
            let entry = hex::decode(digits(&groups)).unwrap();
            let key = app.keys.signing().verifying_key();
            proof.check(&entry, &key).expect("it holds");
            // One character wrong is said at the field, nothing is fetched.
            phone
                .eval("document.querySelector('#receipt').value = 'abc'")
                .await;
            phone.tap("[data-log] button").await;
            phone
                .until("!document.querySelector('#receipt-wrong').hidden")
                .await;
            phone.assert_accessible().await;
        })
        .await;
    }
}

/// A site that sends another list than the one that it has signed is found out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_was_changed_is_told_as_such() {
    let work = Fieldwork::open().await;
    let kind = Kind {
        language: "en",
        dark: false,
        width: 360,
        script: true,
    };
    let url = format!("{}/check/{SLUG}?lang=en#{}", work.site, "ab".repeat(32));
    let form = work.form("en", &work.codes[0]);
    let (app, wave) = (work.app.clone(), work.wave);
    with_phone(kind, move |phone| async move {
        phone.open_page(&form).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "check").await;
        phone.tap("#send").await;
        receipt(&phone).await;
        run_batch(&app, wave, Drain::Yes).await.expect("a batch");
        phone.open_page(&url).await;
        look(&phone, "missing signed").await;
        // The same head, but in place of the entry another: as if somebody had put it in.
        let lie = "(() => { const honest = window.fetch; window.fetch = (url, o) => url.includes('entries') \
                   ? Promise.resolve(new Response(new Uint8Array([0, 32, ...Array(32).fill(0xab)]))) : honest(url, o); })()";
        phone.eval(lie).await;
        look(&phone, "broken").await;
        phone.shot("record-3-broken").await;
        phone
            .eval("window.fetch = () => Promise.reject(new Error('away'))")
            .await;
        look(&phone, "failed").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_script_the_list_itself_is_at_hand() {
    let work = Fieldwork::open().await;
    let kind = Kind {
        language: "zh-CN",
        dark: true,
        width: 320,
        script: false,
    };
    let url = format!("{}/check/{SLUG}?lang=zh-CN", work.site);
    with_phone(kind, move |phone| async move {
        phone.open_page(&url).await;
        assert!(phone.text("noscript, main").await.contains("全部回执"));
        phone.assert_no_sideways_scroll().await;
        phone.shot("record-4-plain").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_close_a_code_can_be_asked_about_and_witnesses_are_named() {
    let stores = Stores::sqlite().await;
    let city = City::new(&stores).await;
    city.import().await;
    let drawn = city.field("2026q4", "2026-10-23T20:00").await;
    let app = &city.app;
    app.clock.set(time("2026-10-03T09:00"));
    let (used, unused) = (&drawn.tickets[0], &drawn.tickets[1]);
    let sent = submission(&drawn.wave.slug, used, &[("s1", "4"), ("q1", "2")]);
    intake::submit(app, sent).await.expect("a receipt");
    let mut tx = app.office.0.begin_write("witnessed").await.unwrap();
    for log in ["1", "process"] {
        let seen = Cosignature {
            witness: "witness.university.example/minyi/2026".to_owned(),
            size: 3,
            at: time("2026-10-03T10:00"),
            line: "— witness AAAA".to_owned(),
        };
        cosignature::upsert(&mut tx.conn(), drawn.wave.id, log, &seen)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    city.close_wave(&drawn.wave.slug).await;
    let site = serve(app).await;
    for (language, width, script) in [("zh-CN", 360, true), ("en", 1280, true), ("en", 360, false)]
    {
        let kind = Kind {
            language,
            width,
            script,
            dark: false,
        };
        let url = format!("{site}/check/2026q4");
        let codes = [
            used.code.printed(),
            unused.code.printed(),
            "7K2M".to_owned(),
        ];
        with_phone(kind, move |phone| async move {
            phone.open_page(&url).await;
            let shown = [
                ("used", ".note[role=status]"),
                ("unused", ".note[role=status]"),
                ("wrong", "#code-wrong"),
            ];
            for (code, (name, shown)) in codes.iter().zip(shown) {
                phone.type_into("#code", code).await;
                phone.tap("form[action*='#asked'] button").await;
                phone
                    .until(&format!("document.querySelector('{shown}')"))
                    .await;
                phone.assert_no_sideways_scroll().await;
                if script {
                    phone.assert_accessible().await;
                }
                let receipt = phone.eval("document.querySelector('textarea').value").await;
                assert_eq!(receipt, "", "the place on the page is no receipt");
                phone.shot(&format!("record-5-asked-{name}")).await;
            }
            assert!(
                phone
                    .text("main")
                    .await
                    .contains("witness.university.example")
            );
        })
        .await;
    }
}
