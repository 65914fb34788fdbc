//! The page of seeded answers as a browser shows it: while the wave runs, after its close, and once a list is named of which an answer
//! is missing.

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::seeds::Seeded;
use crate::support::Stores;
use crate::support::instance::serve;
use minyi::service::close;
use minyi::survey::area::AreaCode;
use minyi::survey::seeds::{digest, write};

const KINDS: [(&str, u32); 4] = [("zh-CN", 360), ("en", 360), ("zh-CN", 1280), ("en", 1280)];

fn kind((language, width): (&'static str, u32)) -> Kind {
    Kind {
        language,
        width,
        ..Kind::default()
    }
}

/// Signs in as the auditor and looks at the page.
async fn see(site: &str, name: &'static str, forms: u32) {
    for one in KINDS {
        let page = format!("{site}/organize/2026q4/seeds");
        with_phone(kind(one), move |phone| async move {
            sign_in(&phone, &page, "otto").await;
            let there = format!("document.querySelectorAll('main form').length === {forms}");
            phone.until(&there).await;
            look(&phone, name).await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_deposits_and_names_and_reads_what_is_missing() {
    let stores = Stores::sqlite().await;
    let wave = Seeded::new(&stores).await;
    let site = serve(&wave.city.app).await;
    let mut lines = wave.answer(2).await;
    let county = AreaCode::parse("140321").expect("a county");
    let form = lines[0].2.clone();
    lines.push((county, [0xab; 32], form));
    let list = write(&[5; 32], &lines);
    see(&site, "seeds-running", 1).await;

    let page = format!("{site}/organize/2026q4/seeds?lang=en");
    let sum = hex::encode(digest(&list));
    with_phone(kind(KINDS[1]), move |phone| async move {
        sign_in(&phone, &page, "otto").await;
        phone.type_into("#digest", "not a digest").await;
        phone.type_into("#counties", "140321=3 140322=2").await;
        phone.tap("button[value=deposit]").await;
        phone.until("document.querySelector('.errors')").await;
        assert_eq!(
            phone
                .eval("document.querySelector('#counties').value")
                .await,
            "140321=3 140322=2"
        );
        look(&phone, "seeds-refused").await;
        phone
            .eval("(document.querySelector('#digest').value = '', true)")
            .await;
        phone.type_into("#digest", &sum).await;
        phone.tap("button[value=deposit]").await;
        phone.until("document.querySelector('dl.facts')").await;
        look(&phone, "seeds-deposited").await;
        phone.open_page(&page.replace("/seeds", "")).await;
        assert_eq!(phone.count("a[href*='/2026q4/seeds']").await, 1);
    })
    .await;

    wave.close(&wave.city.app).await;
    see(&site, "seeds-awaited", 1).await;
    wave.name(&wave.city.app, &list).await.expect("named");
    see(&site, "seeds-missing", 0).await;

    // Missing seeds come before everything else on the page of the result.
    let slug = &wave.drawn.wave.slug;
    let done = close::finish(&wave.city.app, &wave.city.second, slug).await;
    done.expect("finished").sampled().expect("a result");
    for one in KINDS {
        let page = format!("{site}/organize/2026q4/seeds");
        let result = format!("{site}/results/2026q4?lang={}", one.0);
        with_phone(kind(one), move |phone| async move {
            sign_in(&phone, &page, "otto").await;
            phone.open_page(&result).await;
            phone
                .until("document.querySelector('aside.banner p')")
                .await;
            let first = phone.text("aside.banner p").await;
            assert!(first.contains('1') && !first.contains("seeds-"), "{first}");
            phone.assert_no_sideways_scroll().await;
            phone.shot("seeds-result").await;
        })
        .await;
    }
}
