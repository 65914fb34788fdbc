//! A fieldworker hands a device over; a resident answers on it, and gives it back empty.

use minyi::service::batch::{Drain, run_batch};
use minyi::storage::urn::response;
use minyi::survey::response::Mode;
use minyi::survey::role::Role;

use super::driver::{Kind, Phone, with_phone};
use super::resident::{ANSWERS, answer, choose, onward, receipt};
use super::staff::sign_in;
use crate::support::fieldwork::{Fieldwork, SLUG};
use crate::support::instance::account;

/// What the browser keeps for the site.
const KEPT: &str = "localStorage.length + sessionStorage.length";
const MARKED: &str = "document.querySelectorAll('input:checked').length";

async fn modes(work: &Fieldwork) -> Vec<Option<Mode>> {
    run_batch(&work.app, work.wave, Drain::Yes)
        .await
        .expect("a batch");
    let mut tx = work.app.urn.0.begin_read("modes").await.unwrap();
    let kept = response::list(&mut tx.conn(), work.wave).await.unwrap();
    kept.iter().map(|response| response.traits.mode).collect()
}

/// axe needs script.
async fn assert_accessible(phone: &Phone) {
    phone.assert_no_sideways_scroll().await;
    if phone.runs_script() {
        phone.assert_accessible().await;
    }
}

async fn hand_over(phone: &Phone, site: &str, name: &str) {
    sign_in(phone, &format!("{site}/organize/{SLUG}/fieldwork"), name).await;
    phone
        .until("document.querySelector('a[href*=assisted]')")
        .await;
    phone
        .open_page(
            phone
                .eval("document.querySelector('a[href*=assisted]').href")
                .await
                .as_str()
                .unwrap(),
        )
        .await;
    assert_accessible(phone).await;
    phone.shot("tablet-1-hand-over").await;
    phone.tap("main form .button").await;
    phone.until("document.querySelector('#tablet')").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_is_handed_over_and_comes_back_empty() {
    for (language, width, script) in [
        ("zh-CN", 360, true),
        ("en", 1280, true),
        ("zh-CN", 1280, false),
        ("en", 360, false),
    ] {
        let work = Fieldwork::open().await;
        account(&work.app, "fay", Role::Fieldworker).await;
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        let (site, codes) = (work.site.clone(), work.codes.clone());
        with_phone(kind, move |phone| async move {
            hand_over(&phone, &site, "fay").await;
            assert_accessible(&phone).await;
            phone.shot("tablet-2-begin").await;
            // The way back leads to no page of the staff's.
            phone.open_page(&format!("{site}/organize/{SLUG}")).await;
            phone
                .until("location.pathname === '/account/sign-in'")
                .await;
            phone.back().await;
            phone.until("document.querySelector('#tablet')").await;
            for code in &codes[..2] {
                assert_eq!(phone.eval(MARKED).await, 0, "nothing of the one before");
                assert_eq!(phone.text("#code").await, "");
                if !script {
                    // Sent without a code, the form comes back, and the device is still known.
                    phone.tap("#send").await;
                    phone.until("document.querySelector('.errors')").await;
                    phone.until("document.querySelector('#tablet')").await;
                }
                phone.type_into("#code", code).await;
                if script {
                    onward(&phone).await;
                    answer(&phone, "check").await;
                    assert_eq!(phone.eval(KEPT).await, 0, "no draft on this device");
                } else {
                    for (item, given) in ANSWERS {
                        for option in *given {
                            choose(&phone, item, option).await;
                        }
                    }
                }
                phone.tap("#send").await;
                receipt(&phone).await;
                assert_accessible(&phone).await;
                phone.shot("tablet-3-back").await;
                assert_eq!(phone.eval(KEPT).await, 0);
                phone.tap("main a.button").await;
                phone.until("document.querySelector('#tablet')").await;
            }
            phone.back().await;
            assert_eq!(phone.eval(MARKED).await, 0, "nor behind it");
        })
        .await;
        assert_eq!(work.records().await, 2);
        // Two are too few to keep such a trait: what was cast says how it came, and the batch drops it.
        let kept = modes(&work).await;
        assert_eq!(kept.len(), 2);
        assert!(kept.iter().all(Option::is_none), "{kept:?}");
    }
}

/// Yesterday's mark is no mark: the answer is taken as from a phone of one's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mark_of_a_day_is_worth_nothing_on_the_next() {
    let work = Fieldwork::open().await;
    account(&work.app, "fay", Role::Fieldworker).await;
    let (site, app) = (work.site.clone(), work.app.clone());
    let code = work.codes[0].clone();
    with_phone(Kind::default(), move |phone| async move {
        hand_over(&phone, &site, "fay").await;
        phone.type_into("#code", &code).await;
        onward(&phone).await;
        answer(&phone, "check").await;
        app.clock.set(app.zone.parse("2026-12-03T00:00").unwrap());
        phone.tap("#send").await;
        receipt(&phone).await;
        assert_eq!(phone.count("main a.button").await, 0, "no next resident");
        phone.reload().await;
        phone.until("document.querySelector('#survey')").await;
        assert_eq!(phone.count("#tablet").await, 0);
    })
    .await;
    assert_eq!(work.records().await, 1);
}
