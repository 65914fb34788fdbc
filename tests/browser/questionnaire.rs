//! An organizer writes a questionnaire: at a desk the phone beside the form follows, on a phone it stands below; an
//! answer is added with the keyboard alone; everything works without script.

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::Instance;

/// What the frame says of the question.
const SEEN: &str =
    "document.querySelector('iframe.handset').contentDocument.querySelector('#s-q1 legend')";

async fn write(phone: Phone, instance: Instance) {
    sign_in(&phone, &format!("{}/questionnaires", instance.site), "ada").await;
    phone.until("document.querySelector('.imports')").await;
    look(&phone, "questionnaires").await;
    phone.type_into("#name", "Our Name").await;
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.errors')").await;
    look(&phone, "questionnaires-refused").await;
    phone.type_into("#name", "default-2026").await;
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.asked')").await;
    look(&phone, "questionnaire").await;
    phone.tap(".asked li:nth-child(3) a").await;
    phone.until("document.querySelector('#add-option')").await;
    look(&phone, "questionnaire-item").await;
    if phone.runs_script() {
        phone.until(SEEN).await;
        let is_english = phone.eval("document.documentElement.lang === 'en'").await == true;
        let field = if is_english { "#text-1" } else { "#text-0" };
        phone.type_into(field, "Are you content 满意?").await;
        let follows = format!("{SEEN}.textContent.includes('Are you content 满意?')");
        phone.until(&follows).await;
        // From the last answer's last button on, the keyboard alone.
        let focus = "(document.querySelector('#option-6 .acts button:last-child').focus(), true)";
        phone.eval(focus).await;
        phone.press('\u{e004}').await;
        assert_eq!(phone.eval("document.activeElement.id").await, "add-option");
        phone.press('\u{e007}').await;
    } else {
        phone.tap("#add-option").await;
    }
    phone.until("location.hash === '#option-5'").await;
    assert_eq!(phone.count(".option[id]").await, 7);
    look(&phone, "questionnaire-option-added").await;
    phone.type_into("#o4-text-0", "非常不满意").await;
    phone
        .type_into("#o4-text-1", "Extremely dissatisfied")
        .await;
    phone.tap(".button.spaced").await;
    phone
        .until("!document.querySelector('.problem') && document.querySelector('#o4-text-1').value")
        .await;
    look(&phone, "questionnaire-item-done").await;
    phone.tap(".crumb a:last-child").await;
    phone
        .until("document.querySelector('[aria-labelledby=changes-title]')")
        .await;
    look(&phone, "questionnaire-changes").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_writes_a_questionnaire() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
        ("en", 1280, true),
    ] {
        let instance = Instance::empty().await;
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| write(phone, instance)).await;
    }
}
