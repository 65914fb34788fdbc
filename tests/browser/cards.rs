//! Printed invitations as a browser prints them.

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::cards::drawn;
use crate::support::instance::Instance;
use minyi::service::sampling::handout_csv;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_of_codes_becomes_sheets_of_a4() {
    for (language, width) in [("zh-CN", 360), ("en", 1280)] {
        let instance = Instance::with_draft().await;
        let drawn = drawn(&instance).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("codes.csv");
        // One pile is enough to look at.
        let own = drawn.sample.psus[0].unit.to_string();
        let all = handout_csv(&drawn.tickets);
        let few: Vec<&str> = all
            .lines()
            .enumerate()
            .filter(|(at, line)| *at == 0 || line.contains(&own))
            .map(|(_, line)| line)
            .collect();
        std::fs::write(&file, few.join("\n")).expect("written");
        let count = few.len() - 1;
        let code = drawn.tickets[900].code.printed();
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            sign_in(&phone, &format!("{}/organize/2026q4/cards", instance.site), "ada").await;
            phone.until("document.querySelector('#layout')").await;
            phone.tap(".button").await;
            phone.until("document.querySelector('.errors')").await;
            look(&phone, "cards-form").await;
            phone.choose_file("#file", &file).await;
            phone.tap(".button").await;
            phone.until("document.querySelector('.sheet')").await;
            phone.shot("cards").await;
            assert_eq!(phone.print("cards").await, (count + 1).div_ceil(8));
            let hidden = "[...document.querySelectorAll('.slot')].filter(s => s.scrollHeight > s.clientHeight + 1).length";
            assert_eq!(phone.eval(hidden).await, 0, "nothing is cut off on a card");
            phone
                .open_page(&format!("{}/organize/2026q4/cards?lang={language}", instance.site))
                .await;
            phone.choose_file("#file", &file).await;
            let letters = "(document.getElementById('layout').value = 'letters', true)";
            phone.eval(letters).await;
            phone.tap(".button").await;
            phone.until("document.querySelector('.letter')").await;
            assert_eq!(phone.print("letters").await, count + 1);
            drop(folder);
            phone
                .open_page(&format!("{}/organize/2026q4/cards?lang={language}", instance.site))
                .await;
            phone.type_into("#code", &code).await;
            phone.tap("[action*='/card?'] .button").await;
            phone.until("document.querySelector('.newcard svg')").await;
            look(&phone, "card-anew").await;
        })
        .await;
    }
}
