//! The auditors' page as a browser shows it: signing, and what came of an audit.

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::account;
use crate::support::published::Published;
use minyi::survey::role::Role;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_finds_the_records_and_the_form() {
    for (language, width) in [("zh-CN", 360), ("en", 360), ("zh-CN", 1280), ("en", 1280)] {
        let published = Published::open().await;
        account(&published.app, "otto", Role::Auditor).await;
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            let page = format!("{}/organize/2026q4/audit", published.site);
            sign_in(&phone, &page, "otto").await;
            phone
                .until("document.querySelectorAll('main form').length === 2")
                .await;
            look(&phone, "audits").await;
            let way = format!("{}/organize/2026q4?lang={language}", published.site);
            phone.open_page(&way).await;
            assert_eq!(phone.count("a[href*='/2026q4/audit']").await, 1);
        })
        .await;
    }
}
