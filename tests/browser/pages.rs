//! Pages that need no answers: the first page, the counties, refusals; in both languages and schemes.

use super::driver::{Kind, with_phone};
use crate::support::fieldwork::{COUNTY, Fieldwork};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_mistyped_address_to_the_form_in_three_touches() {
    let work = Fieldwork::open().await;
    let headlines = [
        ("zh-CN", "没有这一页", false),
        ("en", "There is no such page", true),
    ];
    for (language, headline, dark) in headlines {
        let kind = Kind {
            language,
            dark,
            ..Kind::default()
        };
        let site = work.site.clone();
        with_phone(kind, move |phone| async move {
            phone.open_page(&format!("{site}/no/such/page")).await;
            assert_eq!(phone.text("h1").await, headline);
            phone.assert_accessible().await;
            phone.shot("refusal").await;
            phone.tap("main a").await;
            phone.until("location.pathname === '/'").await;
            phone.assert_accessible().await;
            phone.shot("home").await;
            phone.tap("main li a").await;
            phone.until("location.pathname === '/s/2026q4'").await;
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            phone.shot("counties").await;
            phone.tap("main li a").await;
            phone
                .until(&format!("location.pathname === '/s/2026q4/{COUNTY}'"))
                .await;
            assert_eq!(phone.eval("document.documentElement.lang").await, language);
        })
        .await;
    }
}
