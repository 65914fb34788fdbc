//! Two evaluators give an open county the title: on a phone without script in Chinese, at a desk in English.

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::account;
use crate::support::published::{Published, SLUG, result};
use minyi::survey::role::Role;
use minyi::survey::wave::WaveState;

const FORM: &str = "section details form";

async fn leave(phone: &Phone) {
    phone.tap(".staffbar button").await;
    phone
        .until("location.pathname === '/account/sign-in'")
        .await;
}

async fn name_it(phone: Phone, site: String, kind: Kind) {
    let (lang, width) = (kind.language, kind.width);
    let decisions = format!("{site}/organize/{SLUG}/decisions?lang={lang}");
    sign_in(&phone, &decisions, "eve").await;
    look(&phone, "decisions").await;
    phone.tap("section details summary").await;
    look(&phone, "decisions-form").await;
    phone.tap(&format!("{FORM} .button")).await;
    phone.until("document.querySelector('.errors')").await;
    look(&phone, "decisions-refused").await;
    let fields = phone.count("section details[open] textarea").await;
    let reason = match lang {
        "en" => {
            "The courts’ register was read on the spot and shows no case in this year, nor in the one before."
        }
        _ => "已现场查阅法院登记，本年和上年均无此类案件。",
    };
    for at in 0..fields {
        let mark =
            format!("(document.querySelectorAll('section details[open] textarea')[{at}].id)");
        let id = phone.eval(&mark).await;
        let css = format!("[id='{}']", id.as_str().expect("an id"));
        phone.type_into(&css, reason).await;
    }
    phone.tap("section details[open] .button").await;
    phone
        .until("document.querySelector('dl.facts') && !document.querySelector('.errors')")
        .await;
    look(&phone, "decisions-proposed").await;
    leave(&phone).await;
    sign_in(&phone, &decisions, "bo").await;
    look(&phone, "decisions-to-confirm").await;
    phone.tap("button[value=confirm]").await;
    phone.until("document.querySelector('.tag.met')").await;
    look(&phone, "decisions-confirmed").await;
    leave(&phone).await;
    phone
        .open_page(&format!("{site}/results/{SLUG}?lang={lang}"))
        .await;
    assert_eq!(phone.count(".matrix .decided").await, 1);
    phone.assert_no_sideways_scroll().await;
    phone.shot("results-decided").await;
    phone
        .eval("(document.querySelector('tr:has(.decided) th a').click(), true)")
        .await;
    phone
        .until("location.pathname.split('/').length === 4")
        .await;
    let page = phone.text("section[aria-labelledby=criteria]").await;
    assert!(page.contains(reason) && page.contains("eve") && page.contains("bo"));
    if kind.script {
        phone.assert_accessible().await;
    }
    assert_eq!(
        phone.eval("document.documentElement.scrollWidth").await,
        width
    );
    phone.shot("results-decided-county").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_evaluators_give_an_open_county_the_title() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
        ("en", 1280, true),
    ] {
        let work = Published::with(WaveState::Published, result()).await;
        account(&work.app, "bo", Role::Evaluator).await;
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        let site = work.site.clone();
        with_phone(kind, move |phone| async move {
            name_it(phone, site, kind).await;
            drop(work);
        })
        .await;
    }
}
