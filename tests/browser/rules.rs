//! Changes after the seal on a phone and at a desk: asked by one, confirmed by another.

use minyi::service::rules::{self, Wanted};
use minyi::survey::sample::UnitCode;

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::fieldwork::open;
use crate::support::instance::Instance;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_move_the_end_and_leave_answers_out() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
        ("en", 1280, true),
    ] {
        let instance = Instance::with_draft().await;
        let drawn = open(&instance).await;
        let (app, ben, slug) = (&instance.app, &instance.ben, instance.slug());
        let unit = UnitCode::new(drawn.tickets[0].place.variance_unit.as_str());
        rules::ask(
            app,
            ben,
            &slug,
            Wanted::Exclusion(unit),
            "Envelopes were opened",
        )
        .await
        .expect("asked");
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            let page = format!("{}/organize/2026q4/rules", instance.site);
            sign_in(&phone, &page, "ada").await;
            phone.until("document.querySelector('details')").await;
            look(&phone, "rules-waiting").await;
            phone.tap("button[value=confirm]").await;
            phone.until("document.querySelector('dl.facts')").await;
            phone.tap("details:first-of-type summary").await;
            phone.type_into("#end", "soon").await;
            phone.type_into("#reason-end", "Snow").await;
            phone.tap("details:first-of-type .button").await;
            phone.until("document.querySelector('.errors')").await;
            look(&phone, "rules-refused").await;
            phone.type_into("#end", "2026-12-10T18:00").await;
            phone.tap("details:first-of-type .button").await;
            phone.until("document.querySelector('.next')").await;
            for nth in 2..=3 {
                phone
                    .tap(&format!("details:nth-of-type({nth}) summary"))
                    .await;
            }
            look(&phone, "rules").await;
            phone.open_page(&page.replace("/rules", "/plan")).await;
            phone.until("document.querySelector('.questions')").await;
            look(&phone, "plan").await;
        })
        .await;
    }
}
