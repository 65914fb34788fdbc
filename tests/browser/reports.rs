//! A reporter fills in the county's year, and an evaluator verifies and disputes it.

use minyi::service::evaluate::{import_indicators, import_standard};
use minyi::survey::role::Role;

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::support::city::{INDICATORS, STANDARD};
use crate::support::instance::{Instance, PASSWORD};

async fn report(phone: Phone, instance: Instance) {
    let list = format!("{}/indicators", instance.site);
    let sheet = format!("{list}/2026/140321");
    sign_in(&phone, &list, "rita").await;
    phone.until("document.querySelector('.data')").await;
    look(&phone, "indicators-reporter").await;
    phone.open_page(&sheet).await;
    phone.type_into("[id='value-crime.cases']", "many").await;
    phone.tap("button[value=save]").await;
    phone.until("document.querySelector('.errors')").await;
    look(&phone, "indicators-refused").await;
    phone.type_into("[id='value-crime.cases']", "99999").await;
    phone.tap("button[value=save]").await;
    phone.until("document.querySelector('[role=status]')").await;
    look(&phone, "indicators-saved").await;
    phone.tap(".staffbar form button").await;
    phone.until("!document.querySelector('.staffbar')").await;
    sign_in(&phone, &sheet, "eve").await;
    phone
        .until("document.querySelector('[name=version]')")
        .await;
    look(&phone, "indicators-evaluator").await;
    let dispute = "form:has([name=version]) details";
    phone.tap(&format!("{dispute} summary")).await;
    phone.type_into(&format!("{dispute} textarea"), "12").await;
    phone.tap(&format!("{dispute} button")).await;
    phone.until("document.querySelector('p.problem')").await;
    phone.tap("button[value=verify]").await;
    phone.until("document.querySelector('.tag.met')").await;
    look(&phone, "indicators-ruled").await;
    phone.open_page(&list).await;
    phone.until("document.querySelector('.data')").await;
    look(&phone, "indicators-overview").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_county_reports_and_an_evaluator_verifies_and_disputes() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
        ("en", 1280, true),
    ] {
        let instance = Instance::with_draft().await;
        let app = &instance.app;
        let made = app
            .accounts
            .create("noor", Role::Evaluator, PASSWORD.to_owned());
        let noor = made.await.expect("an account");
        import_standard(app, &noor, STANDARD)
            .await
            .expect("a standard");
        import_indicators(app, &noor, INDICATORS)
            .await
            .expect("indicators");
        let role = (Role::Reporter, Some("140321"));
        let made = app
            .accounts
            .create_with("rita", role, PASSWORD.to_owned(), false);
        made.await.expect("an account");
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| report(phone, instance)).await;
    }
}
