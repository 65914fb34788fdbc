//! An organizer designs a wave: numbers follow what is typed, and the draft is made.

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::Instance;

/// What the first county's answers are said to be.
const ANSWERS: &str = "document.querySelector('.counties tbody td:nth-of-type(5)').textContent";

async fn begin(phone: &Phone, instance: &Instance) {
    sign_in(phone, &format!("{}/design", instance.site), "ada").await;
    phone.until("document.querySelector('.counties')").await;
}

async fn make(phone: &Phone) {
    phone.type_into("#slug", "2027q1").await;
    phone.type_into("#title_zh", "2027年第一季度调查").await;
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.errors')").await;
    look(phone, "design-refused").await;
    phone
        .type_into("#title_en", "Survey, first quarter of 2027")
        .await;
    for (field, value) in [
        ("opens", "2027-03-01T00:00"),
        ("closes", "2027-03-20T20:00"),
    ] {
        let set = format!("(document.getElementById('{field}').value = '{value}', true)");
        phone.eval(&set).await;
    }
    phone.tap(".next .button").await;
    phone
        .until("location.pathname === '/organize/2027q1'")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_a_desk_every_change_is_computed_at_once() {
    for language in ["en", "zh-CN"] {
        let instance = Instance::with_draft().await;
        let kind = Kind {
            language,
            width: 1280,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            begin(&phone, &instance).await;
            look(&phone, "design").await;
            phone.type_into("#rate", "80").await;
            phone.until(&format!("{ANSWERS} === '1,600'")).await;
            let slide = "(() => { const r = document.querySelector('[data-for=rate]'); r.value = 20; \
                 r.dispatchEvent(new Event('input', { bubbles: true })); return true })()";
            phone.eval(slide).await;
            phone.until(&format!("{ANSWERS} === '400'")).await;
            assert_eq!(phone.eval("document.getElementById('rate').value").await, "20");
            let own = "(() => { const s = document.getElementById('sharing'); s.value = 'own'; \
                 s.dispatchEvent(new Event('input', { bubbles: true })); return true })()";
            phone.eval(own).await;
            phone.until("document.querySelector('.counties input')").await;
            phone.type_into("input[name=invitations-140302]", "3000").await;
            phone.until(&format!("{ANSWERS} === '600'")).await;
            look(&phone, "design-own").await;
            make(&phone).await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_without_script_a_button_computes() {
    for language in ["zh-CN", "en"] {
        let instance = Instance::with_draft().await;
        let kind = Kind {
            language,
            script: false,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            begin(&phone, &instance).await;
            phone.type_into("#rate", "80").await;
            phone.tap("[data-compute]").await;
            phone.until(&format!("{ANSWERS} === '1,600'")).await;
            look(&phone, "design").await;
            make(&phone).await;
        })
        .await;
    }
}
