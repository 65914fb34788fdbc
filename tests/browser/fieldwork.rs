//! Fieldwork as it is watched: numbers change by themselves, an outcome is noted.

use minyi::service::fieldwork::count_days;
use minyi::service::quotas;

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::fieldwork::{open, use_codes};
use crate::support::instance::Instance;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_watches_fieldwork_and_notes_an_outcome() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
        ("en", 1280, true),
    ] {
        let instance = Instance::with_draft().await;
        let cells = "county,age,sex,target\n140321,18-29,male,40\n140321,60up,female,80\n140322,30-39,male,20\n";
        quotas::give(
            &instance.app,
            &instance.ada,
            &instance.slug(),
            cells.as_bytes(),
            "",
        )
        .await
        .expect("cells");
        let drawn = open(&instance).await;
        let mut from = 0;
        for (day, count) in [
            ("2026-12-02", 40),
            ("2026-12-03", 90),
            ("2026-12-04", 130),
            ("2026-12-05", 70),
        ] {
            instance.set_time(&format!("{day}T08:00"));
            count_days(&instance.app).await.expect("counted");
            use_codes(&instance, &drawn, "140321", from, count).await;
            use_codes(&instance, &drawn, "140322", from, count / 2).await;
            from += count;
        }
        instance.set_time("2026-12-05T20:00");
        let code = drawn.tickets[700].code.printed();
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            sign_in(
                &phone,
                &format!("{}/organize/2026q4/fieldwork", instance.site),
                "ada",
            )
            .await;
            phone.until("document.querySelector('.board')").await;
            look(&phone, "fieldwork").await;
            if phone.runs_script() {
                use_codes(&instance, &drawn, "140322", from, 40).await;
                let used =
                    "document.querySelector('.board tbody tr:nth-child(2) td:nth-of-type(2)')";
                phone.until(&format!("{used}.textContent === '200'")).await;
            }
            phone.type_into("#code", "ABCD-EFGH-00000").await;
            phone.tap(".next .button").await;
            phone.until("document.querySelector('.errors')").await;
            look(&phone, "fieldwork-refused").await;
            phone.type_into("#code", &code).await;
            phone.tap(".next .button").await;
            phone.until("document.querySelector('.note')").await;
        })
        .await;
    }
}
