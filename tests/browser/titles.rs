//! The register of titles and its steps, and a result that is announced: on a phone in Chinese, at a desk in English.

use std::time::Duration;

use minyi::service::evaluate::{apply, import_indicators};
use minyi::service::release::publish;
use minyi::survey::role::Role;
use minyi::survey::wave::WaveState;

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::support::Stores;
use crate::support::city::{City, INDICATORS};
use crate::support::instance::{account, serve};
use crate::support::published::{Published, SLUG, result, state};

const PLACES: [(&str, u32, bool); 4] = [
    ("zh-CN", 360, false),
    ("en", 360, true),
    ("zh-CN", 1280, true),
    ("en", 1280, true),
];

fn kind((language, width, script): (&'static str, u32, bool)) -> Kind {
    Kind {
        language,
        width,
        script,
        ..Kind::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_on_paper_is_entered_and_another_person_decides_on_it() {
    for place in PLACES {
        let work = Published::with(WaveState::Published, result()).await;
        account(&work.app, "bo", Role::Evaluator).await;
        let site = work.site.clone();
        with_phone(kind(place), move |phone| async move {
            let lang = place.0;
            let year = format!("{site}/titles/2026?lang={lang}");
            sign_in(&phone, &year, "eve").await;
            look(&phone, "titles-year").await;
            let county = "section[aria-labelledby=county-140322]";
            phone.tap(&format!("{county} details summary")).await;
            phone.tap(&format!("{county} .button")).await;
            phone.until("document.querySelector('.errors')").await;
            look(&phone, "titles-refused").await;
            let set =
                "(document.querySelector('#received-140322').value = '2026-12-11T09:30', true)";
            phone.eval(set).await;
            phone.tap(&format!("{county} .button")).await;
            phone
                .until(&format!("document.querySelector('{county} dl.facts')"))
                .await;
            phone.tap(".staffbar button").await;
            phone
                .until("location.pathname === '/account/sign-in'")
                .await;
            sign_in(&phone, &year, "bo").await;
            phone
                .tap(&format!("{county} details:last-of-type summary"))
                .await;
            look(&phone, "titles-decide").await;
            phone.open_page(&format!("{site}/titles?lang={lang}")).await;
            assert_eq!(phone.count(".register tbody tr").await, 5);
            look(&phone, "titles").await;
            drop(work);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_is_announced_and_everybody_reads_when_it_appears() {
    for place in PLACES {
        let stores = Stores::sqlite().await;
        let city = City::new(&stores).await;
        account(&city.app, "cleo", Role::Organizer).await;
        let drawn = city.field_of(SLUG, "2026-10-23T20:00", false).await;
        city.close_wave(&drawn.wave.slug).await;
        state(&city.app, &city.organizer, &drawn.wave.slug).await;
        let site = serve(&city.app).await;
        with_phone(kind(place), move |phone| async move {
            let lang = place.0;
            let wave = format!("{site}/organize/{SLUG}?lang={lang}");
            sign_in(&phone, &wave, "cleo").await;
            look(&phone, "announce").await;
            let set = "(document.querySelector('#release').value = '2026-10-26T10:00', true)";
            phone.eval(set).await;
            phone.tap("button[value=announce]").await;
            phone
                .until("document.querySelector('details button[value=announce]')")
                .await;
            look(&phone, "announced").await;
            phone.tap(".staffbar button").await;
            phone
                .until("location.pathname === '/account/sign-in'")
                .await;
            phone
                .open_page(&format!("{site}/results?lang={lang}"))
                .await;
            look(&phone, "results-announced").await;
            phone.tap(".list a").await;
            phone
                .until(&format!("location.pathname === '/results/{SLUG}'"))
                .await;
            look(&phone, "result-awaited").await;
            drop((city, stores));
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_is_proposed_confirmed_and_read_by_everybody() {
    for place in PLACES {
        let stores = Stores::sqlite().await;
        let city = City::new(&stores).await;
        let app = &city.app;
        let eve = account(app, "eve", Role::Evaluator).await;
        account(app, "bo", Role::Evaluator).await;
        city.import().await;
        let slug = city.open_wave(SLUG, "2026-11-01T20:00").await;
        let result = city.close_wave(&slug).await;
        city.store_favorable(&slug, &result).await;
        apply(app, &eve, &slug).await.expect("applied");
        state(app, &city.organizer, &slug).await;
        publish(app, &city.organizer, &slug)
            .await
            .expect("published");
        let wrong = "140322,2026,crime.homicide_clearance,synthetic,,";
        let mended = INDICATORS.replace(&format!("{wrong}1,1"), &format!("{wrong}0,1"));
        import_indicators(app, &eve, &mended).await.expect("mended");
        let site = serve(app).await;
        with_phone(kind(place), move |phone| async move {
            let lang = place.0;
            let desk = format!("{site}/organize/{SLUG}/corrections?lang={lang}");
            sign_in(&phone, &desk, "eve").await;
            phone.tap("button[value=propose]").await;
            phone.until("document.querySelector('.errors')").await;
            look(&phone, "corrections-refused").await;
            let note = match lang {
                "en" => "One homicide of 2026 was entered as cleared; it is not.",
                _ => "2026年有一起命案误填为已破，实际未破。",
            };
            phone.type_into("#note", note).await;
            phone.tap("button[value=propose]").await;
            phone
                .until("document.querySelector('input[name=proposal]')")
                .await;
            phone.tap(".staffbar button").await;
            phone
                .until("location.pathname === '/account/sign-in'")
                .await;
            sign_in(&phone, &desk, "bo").await;
            look(&phone, "corrections-to-confirm").await;
            city.app
                .clock
                .set(city.app.clock.now().plus(Duration::from_secs(1)));
            phone.tap("button[value=confirm]").await;
            phone.until("document.querySelector('.tag.met')").await;
            phone
                .open_page(&format!("{site}/results/{SLUG}?lang={lang}"))
                .await;
            assert!(phone.text("main").await.contains(note));
            phone.assert_no_sideways_scroll().await;
            phone.shot("staff-result-corrected").await;
            phone
                .open_page(&format!("{site}/results/{SLUG}/versions/1?lang={lang}"))
                .await;
            assert!(phone.text("main").await.contains(note));
            phone.shot("staff-result-before").await;
            drop((city, stores));
        })
        .await;
    }
}
