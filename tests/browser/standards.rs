//! An evaluator changes a standard: copied, edited while the outcome beside the form follows, proposed, and confirmed by
//! another; on a phone and at a desk, in both languages, with and without script.

use minyi::survey::role::Role;

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::account;
use crate::support::published::Published;

const PLACES: [(&str, u32, bool); 4] = [
    ("zh-CN", 360, false),
    ("en", 360, true),
    ("zh-CN", 1280, true),
    ("en", 1280, true),
];

async fn sign_out(phone: &Phone) {
    phone.tap(".staffbar button").await;
    phone
        .until("location.pathname === '/account/sign-in'")
        .await;
}

async fn change(phone: Phone, work: Published, lang: &str) {
    let list = format!("{}/standards?lang={lang}", work.site);
    sign_in(&phone, &list, "eve").await;
    look(&phone, "standards").await;
    phone.tap(".imports a").await;
    phone.until("document.querySelector('h3')").await;
    look(&phone, "standard").await;
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.asked li[id]')").await;
    look(&phone, "standard-draft").await;
    assert_eq!(phone.count(".asked li[id]").await, 28);
    phone.tap("#criterion-7 a").await;
    phone.until("document.querySelector('#percent')").await;
    phone.type_into("#percent", "seventy").await;
    if phone.runs_script() {
        // What is typed is tried at once and stored by nobody.
        phone
            .until("document.querySelector('#outcome li') && !document.querySelector('#outcome table')")
            .await;
    }
    phone.tap(".button.spaced").await;
    phone
        .until("document.querySelector('#percent[aria-invalid]')")
        .await;
    look(&phone, "standard-criterion-problem").await;
    phone.type_into("#percent", "75.01").await;
    if phone.runs_script() {
        phone
            .until("document.querySelector('#outcome table')")
            .await;
    }
    phone.tap(".button.spaced").await;
    phone
        .until(
            "!document.querySelector('[aria-invalid]') && document.querySelector('#outcome table')",
        )
        .await;
    phone.tap("#outcome details summary").await;
    look(&phone, "standard-criterion").await;
    phone.tap(".crumb a:nth-child(2)").await;
    phone
        .until("document.querySelector('[aria-labelledby=changes-title]')")
        .await;
    look(&phone, "standard-changed").await;
    phone.tap("a[href*='/text']").await;
    phone.until("document.querySelector('.raw')").await;
    look(&phone, "standard-text").await;
    phone.tap(".crumb a:nth-child(2)").await;
    phone
        .until("document.querySelector('button[value=propose]')")
        .await;
    phone.tap("button[value=propose]").await;
    phone
        .until("document.querySelector('button[value=withdraw]')")
        .await;
    look(&phone, "standard-proposed").await;
    let draft = phone.eval("location.pathname").await;
    let draft = format!("{}{}?lang={lang}", work.site, draft.as_str().unwrap());
    sign_out(&phone).await;
    sign_in(&phone, &draft, "bo").await;
    phone
        .until("document.querySelector('button[value=confirm]')")
        .await;
    look(&phone, "standard-confirm").await;
    phone.tap("button[value=confirm]").await;
    phone.until("document.querySelector('h3')").await;
    phone.open_page(&list).await;
    let first = phone.text(".imports tbody th").await;
    let is_second = first.contains("version 2") || first.contains("第2版");
    assert!(is_second, "{first}");
    look(&phone, "standards-after").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standard_is_changed_tried_and_put_in_force_by_two_people() {
    for (language, width, script) in PLACES {
        let work = Published::open().await;
        account(&work.app, "bo", Role::Evaluator).await;
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| change(phone, work, language)).await;
    }
}
