//! Somebody follows the link of an open wave on a phone: two documents, by touch, with script and without.

use minyi::survey::wave::Wave;

use super::driver::{Kind, with_phone};
use super::resident::{answer, choose, onward, receipt};
use crate::open::{COUNTY, open, tally};
use crate::support::instance::Instance;

const PERIOD: (&str, &str) = ("2026-11-25", "2026-11-28");
const CELLS: &str = "county,age,sex,target,rule\n140321,60up,female,2,close\n";

async fn opened() -> (Instance, Wave) {
    let made = Instance::with_draft().await;
    let wave = open(&made.app, (&made.ada, &made.ben), PERIOD, CELLS).await;
    (made, wave)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_is_taken_by_touch_in_both_languages_until_the_cell_is_full() {
    let (made, wave) = opened().await;
    let cases = [
        ("zh-CN", true, 360),
        ("en", false, 320),
        ("zh-CN", true, 360),
    ];
    for (visit, (language, script, width)) in cases.into_iter().enumerate() {
        let kind = Kind {
            language,
            dark: false,
            width,
            script,
        };
        let url = format!("{}/o/everyone?lang={language}", made.site);
        with_phone(kind, move |phone| async move {
            phone.open_page(&url).await;
            if script {
                phone.assert_accessible().await;
            }
            phone.assert_no_sideways_scroll().await;
            phone.shot("open-1-first").await;
            for (name, code) in [("_county", COUNTY), ("s2", "60up"), ("d1", "female")] {
                choose(&phone, name, code).await;
            }
            phone.tap("#enter").await;
            if visit == 2 {
                phone.until("!document.querySelector('#enter')").await;
                if script {
                    phone.assert_accessible().await;
                }
                phone.shot("open-4-full").await;
                assert_eq!(phone.count("form").await, 0);
                return;
            }
            phone.until("document.querySelector('#survey')").await;
            if script {
                phone.assert_accessible().await;
            }
            phone.assert_no_sideways_scroll().await;
            phone.shot("open-2-start").await;
            if script {
                assert_eq!(onward(&phone).await, "s-s1");
                answer(&phone, "check").await;
                if script {
                    phone.assert_accessible().await;
                }
                phone.tap("#send").await;
            } else {
                choose(&phone, "s1", "4").await;
                choose(&phone, "q1", "3").await;
                phone.tap("#send").await;
            }
            assert!(!receipt(&phone).await.is_empty());
            if script {
                phone.assert_accessible().await;
            }
            phone.shot("open-3-receipt").await;
        })
        .await;
    }
    let found = tally(&made.app, wave.id, COUNTY, "60up/female").await;
    assert_eq!((found.counted, found.uncounted), (2, 0));
}
