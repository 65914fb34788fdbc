//! Staff sign in and follow a wave, on a phone and at a desk, in both languages.

use minyi::service::{close, sampling, waves};

use super::driver::{Kind, Phone, with_phone};
use crate::support::instance::{Instance, PASSWORD, SLUG};

/// Every target on the page that is smaller than 44 pixels; links inside sentences are none.
const SMALL: &str = "[...document.querySelectorAll('a, button, summary, input')].filter(e => { \
     const r = (e.closest('label') || e).getBoundingClientRect(); \
     return r.height && !e.closest('.skip') && (r.height < 44 || r.width < 44) \
     }).map(e => e.outerHTML)";

/// Checks the page as it stands and keeps a picture of it.
pub(super) async fn look(phone: &Phone, name: &str) {
    // The accessibility checks are a script of the page, which a browser without script does not run.
    if phone.runs_script() {
        phone.assert_accessible().await;
    }
    phone.assert_no_sideways_scroll().await;
    assert_eq!(phone.eval(SMALL).await, serde_json::json!([]), "{name}");
    phone.shot(&format!("staff-{name}")).await;
}

/// Opens a page that needs a person, and signs in on the way to it.
pub(super) async fn sign_in(phone: &Phone, url: &str, name: &str) {
    phone.open_page(url).await;
    phone.type_into("#name", name).await;
    phone.type_into("#password", PASSWORD).await;
    phone.tap(".button").await;
    phone.until("document.querySelector('.staffbar')").await;
}

async fn follow(phone: Phone, instance: Instance) {
    let wave = format!("{}/organize/{SLUG}", instance.site);
    let (app, ada, ben) = (&instance.app, &instance.ada, &instance.ben);
    let slug = instance.slug();
    phone.open_page(&wave).await;
    look(&phone, "sign-in").await;
    phone.type_into("#name", "ada").await;
    phone.type_into("#password", "wrong password").await;
    phone.tap(".button").await;
    phone.until("document.querySelector('.errors')").await;
    assert_eq!(
        phone.eval("document.querySelector('#name').value").await,
        "ada"
    );
    look(&phone, "sign-in-refused").await;
    phone.type_into("#password", PASSWORD).await;
    phone.tap(".button").await;
    phone
        .until("location.pathname.startsWith('/organize/')")
        .await;
    look(&phone, "draft").await;
    phone.tap("button[name=step]").await;
    phone
        .until("!document.querySelector('button[name=step]')")
        .await;
    look(&phone, "await-seal").await;
    waves::ask_seal(app, ben, &slug).await.expect("asked");
    phone.reload().await;
    look(&phone, "confirm-seal").await;
    phone.tap("button[name=step]").await;
    phone.until("document.querySelector('#seed')").await;
    look(&phone, "draw").await;
    phone.tap("button[name=step]").await;
    phone.until("document.querySelector('.errors')").await;
    look(&phone, "draw-refused").await;
    sampling::draw_sample(app, ada, &slug, "03 11 12")
        .await
        .expect("drawn");
    phone.tap(".after a").await;
    phone
        .until("document.querySelector('button[value=open]')")
        .await;
    look(&phone, "drawn").await;
    phone.tap("button[name=step]").await;
    phone.until("document.querySelector('#reason')").await;
    look(&phone, "open").await;
    let reason = Some("The printer sent wrong letters");
    waves::ask_close(app, ben, &slug, reason)
        .await
        .expect("asked");
    phone.reload().await;
    look(&phone, "confirm-close").await;
    close::confirm_close(app, ada, &slug).await.expect("closed");
    phone.reload().await;
    phone.tap("summary").await;
    look(&phone, "closed").await;
    phone.tap(".staffbar a").await;
    phone.until("document.querySelector('.waves')").await;
    look(&phone, "list").await;
    phone.tap(".staffbar button").await;
    phone
        .until("location.pathname === '/account/sign-in'")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_takes_a_wave_along_on_a_phone_without_script() {
    let instance = Instance::with_draft().await;
    let kind = Kind {
        script: false,
        ..Kind::default()
    };
    with_phone(kind, move |phone| follow(phone, instance)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_takes_a_wave_along_at_a_desk_in_english() {
    let instance = Instance::with_draft().await;
    let kind = Kind {
        language: "en",
        width: 1280,
        ..Kind::default()
    };
    with_phone(kind, move |phone| follow(phone, instance)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_fit_in_the_other_language_and_in_the_dark() {
    for (language, width, dark) in [("en", 360, true), ("zh-CN", 1280, false)] {
        let instance = Instance::with_draft().await;
        let kind = Kind {
            language,
            width,
            dark,
            ..Kind::default()
        };
        with_phone(kind, move |phone| follow(phone, instance)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_instance_says_how_to_begin_on_a_phone() {
    for language in ["zh-CN", "en"] {
        let instance = Instance::empty().await;
        let kind = Kind {
            language,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            sign_in(&phone, &format!("{}/organize", instance.site), "ada").await;
            phone.until("document.querySelector('.how')").await;
            look(&phone, "empty").await;
        })
        .await;
    }
}
