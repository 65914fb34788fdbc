//! A result from every side: on a phone and at a desk, in both languages, on paper.

use std::fmt::Write as _;

use super::driver::{Kind, Phone, with_phone};
use super::staff::sign_in;
use crate::support::published::{Published, SLUG, first_with_a_silent_county};
use minyi::service::atlas::{self, Sent};
use minyi::survey::wave::WaveState;

const PLACES: [(&str, u32, bool); 4] = [
    ("zh-CN", 360, false),
    ("en", 360, true),
    ("zh-CN", 1280, true),
    ("en", 1280, false),
];

const SIDES: [&str; 7] = [
    "140311/answers",
    "criteria",
    "map",
    "comparison",
    "answers/q1",
    "answers/q9",
    "weights",
];

/// Five counties of jagged squares around each other, made up: one is an island with a hole, one very small.
fn made_up() -> String {
    let mut features = String::new();
    let shapes: [(&str, f64, f64, f64, f64); 5] = [
        ("140302", 113.0, 37.0, 0.5, 0.5),
        ("140303", 113.5, 37.0, 0.02, 0.5),
        ("140311", 113.52, 37.0, 0.48, 0.5),
        ("140321", 113.0, 37.5, 0.5, 0.4),
        ("140322", 113.5, 37.5, 0.5, 0.4),
    ];
    for (code, x, y, width, height) in shapes {
        let corners = [
            (x, y),
            (x + width, y),
            (x + width, y + height),
            (x, y + height),
            (x, y),
        ];
        let mut ring = String::new();
        for pair in corners.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            for step in 0..20 {
                let t = f64::from(step) / 20.0;
                let (px, py) = (x0 + t * (x1 - x0), y0 + t * (y1 - y0));
                // The same bend for both neighbors: it depends on the place alone.
                let bend = 0.004 * ((px * 90.0).sin() + (py * 70.0).cos());
                write!(ring, "[{},{}],", px + bend, py + bend).expect("a text takes it");
            }
        }
        let bend = 0.004 * ((x * 90.0).sin() + (y * 70.0).cos());
        write!(ring, "[{},{}]", x + bend, y + bend).expect("a text takes it");
        let comma = if features.is_empty() { "" } else { "," };
        write!(
            features,
            r#"{comma}{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
        )
        .expect("a text takes it");
    }
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn kind((language, width, dark): (&'static str, u32, bool)) -> Kind {
    Kind {
        language,
        width,
        dark,
        script: true,
    }
}

async fn look(phone: &Phone, name: &str) {
    phone.shot(&format!("charts-{name}")).await;
    phone.assert_accessible().await;
    phone.assert_no_sideways_scroll().await;
}

async fn bring(work: &Published) {
    let ada = work
        .app
        .accounts
        .identify("ada", crate::support::instance::PASSWORD.to_owned());
    let ada = ada.await.expect("ada");
    let sent = Sent {
        source: "made up / 虚构".to_owned(),
        synthetic: true,
        property: "code".to_owned(),
        bytes: made_up().into_bytes(),
    };
    atlas::bring(&work.app, &ada, sent).await.expect("brought");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_is_read_from_every_side_on_a_phone_and_at_a_desk() {
    let work = Published::open().await;
    for place in PLACES {
        let site = work.site.clone();
        with_phone(kind(place), move |phone| async move {
            let lang = place.0;
            for side in SIDES {
                let url = format!("{site}/results/{SLUG}/{side}?lang={lang}");
                phone.open_page(&url).await;
                look(&phone, &side.replace('/', "-")).await;
            }
        })
        .await;
    }
    bring(&work).await;
    for place in PLACES {
        let site = work.site.clone();
        with_phone(kind(place), move |phone| async move {
            let lang = place.0;
            let url = format!("{site}/results/{SLUG}/map?lang={lang}");
            phone.open_page(&url).await;
            look(&phone, "map-outlines").await;
            let data = format!("{site}/data/map?lang={lang}");
            sign_in(&phone, &data, "ada").await;
            look(&phone, "map-data").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_county_is_shown_from_every_side() {
    let result = first_with_a_silent_county();
    let work = Published::with(WaveState::Published, &result).await;
    for place in [("zh-CN", 360, false), ("en", 1280, false)] {
        let site = work.site.clone();
        with_phone(kind(place), move |phone| async move {
            for side in ["map", "comparison", "answers/q1", "weights"] {
                let url = format!("{site}/results/{SLUG}/{side}?lang={}", place.0);
                phone.open_page(&url).await;
                look(&phone, &format!("silent-{}", side.replace('/', "-"))).await;
            }
        })
        .await;
    }
}

/// Printed by the browser: a side of a result takes a few sheets of A4.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_side_prints_on_a_few_sheets() {
    let work = Published::open().await;
    bring(&work).await;
    for language in ["zh-CN", "en"] {
        let site = work.site.clone();
        with_phone(kind((language, 1280, false)), move |phone| async move {
            for side in SIDES {
                let url = format!("{site}/results/{SLUG}/{side}?lang={language}");
                phone.open_page(&url).await;
                let sheets = phone
                    .print(&format!("charts-{}", side.replace('/', "-")))
                    .await;
                assert!((1..=5).contains(&sheets), "{side}: {sheets} sheets");
            }
        })
        .await;
    }
}
