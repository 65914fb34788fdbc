//! Pages of results on a phone, at a desk and on paper, in both languages and schemes.

use serde_json::json;

use super::driver::{Kind, Phone, with_phone};
use crate::support::published::{Published, SLUG, TIPPED, first_with_a_silent_county};
use minyi::survey::wave::WaveState;

/// Links and buttons outside of sentences that are too small to touch (WCAG 2.2, 2.5.8).
const SMALL: &str = "[...document.querySelectorAll('a.cell, a.mark, nav a, .list a')].filter(e => { \
     const r = e.getBoundingClientRect(); \
     return r.height && !e.closest('.skip') && (r.height < 24 || r.width < 24) }).map(e => e.outerHTML)";

/// Columns of the judged table that a reader sees.
const COLUMNS: &str = "[...document.querySelectorAll('table.judged thead th')] \
     .filter(e => e.getBoundingClientRect().width > 0).length";

async fn look(phone: &Phone, name: &str, width: u32) {
    phone.shot(&format!("results-{name}")).await;
    phone.assert_accessible().await;
    // A phone's browser widens the window to a page that is too wide, so the window is no measure.
    let found = phone.eval("document.documentElement.scrollWidth").await;
    let wider = format!(
        "[...document.querySelectorAll('body *')] \
         .filter(e => e.getBoundingClientRect().right > {width} + 1 && !e.closest('.scroll')) \
         .map(e => e.outerHTML.slice(0, 90))"
    );
    let wider = phone.eval(&wider).await;
    assert_eq!(found, width, "{name} is as wide as the screen: {wider}");
    assert_eq!(phone.eval(SMALL).await, json!([]), "{name}");
}

async fn read(phone: Phone, site: String, kind: Kind) {
    let lang = kind.language;
    phone
        .open_page(&format!("{site}/results?lang={lang}"))
        .await;
    look(&phone, "list", kind.width).await;
    phone.tap("main li a").await;
    phone
        .until(&format!("location.pathname === '/results/{SLUG}'"))
        .await;
    look(&phone, "wave", kind.width).await;
    let columns = if kind.width < 640 { 4 } else { 6 };
    assert_eq!(
        phone.eval(COLUMNS).await,
        columns,
        "estimate, plot, verdict stay"
    );
    phone
        .open_page(&format!("{site}/results/{SLUG}/{TIPPED}?lang={lang}"))
        .await;
    look(&phone, "county", kind.width).await;
    assert_eq!(phone.eval(COLUMNS).await, columns);
    // Paper: what is printed is what is read, black on white.
    phone
        .cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .await;
    let paper = phone
        .eval("getComputedStyle(document.documentElement).backgroundColor")
        .await;
    assert_eq!(paper, "rgb(255, 255, 255)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_are_read_on_a_phone_and_at_a_desk_in_both_languages_and_schemes() {
    let work = Published::open().await;
    let cases = [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("en", 1280, false),
        ("zh-CN", 1280, true),
    ];
    for (language, width, dark) in cases {
        let kind = Kind {
            language,
            width,
            dark,
            script: true,
        };
        let site = work.site.clone();
        with_phone(kind, move |phone| read(phone, site, kind)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wave_with_a_silent_county_and_nothing_to_compare_with_is_still_whole() {
    let result = first_with_a_silent_county();
    let work = Published::with(WaveState::Published, &result).await;
    for (language, width) in [("en", 360), ("zh-CN", 1280)] {
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        let site = work.site.clone();
        with_phone(kind, move |phone| async move {
            let wave = format!("{site}/results/{SLUG}");
            phone.open_page(&format!("{wave}?lang={language}")).await;
            look(&phone, "silent-wave", width).await;
            phone
                .open_page(&format!("{wave}/140303?lang={language}"))
                .await;
            look(&phone, "silent-county", width).await;
        })
        .await;
    }
}

/// Printed by the browser: every page of A4, with the tables whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_print_on_a_few_sheets() {
    let work = Published::open().await;
    for language in ["zh-CN", "en"] {
        let kind = Kind {
            language,
            width: 1280,
            ..Kind::default()
        };
        let site = work.site.clone();
        with_phone(kind, move |phone| async move {
            for (name, path, most) in [("wave", "", 5), ("county", "/140311", 12)] {
                phone
                    .open_page(&format!("{site}/results/{SLUG}{path}?lang={language}"))
                    .await;
                let sheets = phone.print(&format!("results-{name}")).await;
                assert!((1..=most).contains(&sheets), "{name}: {sheets} sheets");
            }
        })
        .await;
    }
}

/// The whole result as one document: on a phone it is a page like the others, on paper every table goes on with its head.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_is_read_and_printed_whole_in_both_languages() {
    let work = Published::open().await;
    for (language, width) in [("zh-CN", 1280), ("en", 1280), ("zh-CN", 360), ("en", 360)] {
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        let site = work.site.clone();
        with_phone(kind, move |phone| async move {
            // One click from the result.
            phone
                .open_page(&format!("{site}/results/{SLUG}?lang={language}"))
                .await;
            phone.tap("main a.button").await;
            phone
                .until(&format!("location.pathname === '/results/{SLUG}/report'"))
                .await;
            phone.shot("report").await;
            let sheets = phone.print("report").await;
            assert!((15..=60).contains(&sheets), "{sheets} sheets");
            phone.assert_accessible().await;
            phone.assert_no_sideways_scroll().await;
            let twice = "(() => { const all = [...document.querySelectorAll('[id]')].map(e => e.id); \
                         return all.filter((id, at) => all.indexOf(id) !== at) })()";
            assert_eq!(phone.eval(twice).await, json!([]), "an id stands twice");
        })
        .await;
    }
}
