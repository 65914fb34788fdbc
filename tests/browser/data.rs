//! An organizer brings the frame as a workbook, with three mistakes at first.

use minyi::service::import;

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::data::workbook;
use crate::support::instance::{Instance, example};

async fn bring(phone: Phone, instance: Instance, folder: tempfile::TempDir) {
    let text = String::from_utf8(example("frame.csv")).expect("text");
    let spoiled = text
        .replacen(",urban,2885", ",suburb,2885", 1)
        .replacen("140302001006", "14030200100", 1)
        .replacen(",140302,urban", ",,urban", 1);
    let (bad, good) = (
        folder.path().join("frame-1.xlsx"),
        folder.path().join("frame-2.xlsx"),
    );
    std::fs::write(&bad, workbook(&spoiled)).expect("written");
    std::fs::write(&good, workbook(&text)).expect("written");
    sign_in(&phone, &format!("{}/data", instance.site), "ada").await;
    phone.until("document.querySelector('.data')").await;
    look(&phone, "data-begin").await;
    phone
        .tap("section[aria-labelledby=title-frame] summary")
        .await;
    look(&phone, "data-form").await;
    phone
        .tap("section[aria-labelledby=title-frame] .button")
        .await;
    phone.until("document.querySelector('.errors')").await;
    look(&phone, "data-refused").await;
    phone.type_into("#name-frame", "2026名册").await;
    phone.type_into("#source-frame", "统计局").await;
    phone.choose_file("#file-frame", &bad).await;
    phone
        .tap("section[aria-labelledby=title-frame] .button")
        .await;
    phone.until("document.querySelector('mark')").await;
    look(&phone, "data-problems").await;
    phone.choose_file("#file", &good).await;
    phone.tap(".next .button").await;
    phone
        .until("document.querySelector('.rows') && !document.querySelector('mark')")
        .await;
    look(&phone, "data-good").await;
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.note')").await;
    look(&phone, "data-done").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_brings_a_frame_and_mends_its_mistakes() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
        ("en", 1280, true),
    ] {
        let instance = Instance::empty().await;
        let (office, clock) = (&instance.app.office, &instance.app.clock);
        import::areas(office, clock, &instance.ada, &example("areas.csv"))
            .await
            .expect("areas");
        let folder = tempfile::tempdir().expect("a folder");
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| bring(phone, instance, folder)).await;
    }
}
