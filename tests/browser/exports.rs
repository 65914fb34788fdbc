//! The page of files, and what a published result offers to everyone, as a browser shows them.

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::Instance;
use crate::support::published::Published;
use minyi::service::waves;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_offered_when_they_are_there() {
    for (language, width) in [("zh-CN", 360), ("en", 1280), ("en", 360)] {
        let instance = Instance::with_draft().await;
        let published = Published::open().await;
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            let page = format!("{}/organize/2026q4/exports", instance.site);
            sign_in(&phone, &page, "ada").await;
            phone.until("document.querySelector('h1 ~ .note')").await;
            assert_eq!(phone.count("a.file").await, 0);
            look(&phone, "exports-empty").await;
            let (app, slug) = (&instance.app, instance.slug());
            waves::ask_seal(app, &instance.ada, &slug)
                .await
                .expect("asked");
            waves::confirm_seal(app, &instance.ben, &slug)
                .await
                .expect("sealed");
            phone.reload().await;
            assert_eq!(phone.count("a.file").await, 1);
            look(&phone, "exports-sealed").await;
            let imprint = format!("{}/organize/2026q4/imprint?lang={language}", instance.site);
            phone.open_page(&imprint).await;
            assert_eq!(phone.count("textarea").await, 12);
            look(&phone, "imprint").await;
            phone.open_page(&format!("{page}?lang={language}")).await;
            let results = format!("{}/results/2026q4?lang={language}#files", published.site);
            phone.open_page(&results).await;
            assert_eq!(phone.count("a.file").await, 9);
            phone.assert_no_sideways_scroll().await;
            phone.assert_accessible().await;
            phone.shot("results-files").await;
            let all = format!("{}/organize/2026q4/exports?lang={language}", published.site);
            sign_in(&phone, &all, "eve").await;
            phone
                .until("document.querySelectorAll('a.file').length === 13")
                .await;
            look(&phone, "exports-all").await;
        })
        .await;
    }
}
