//! The design page: the numbers of `minyi sample size`, and the wave that is made from them.

use std::process::Command;

use minyi::service::waves;
use minyi::storage::office::wave;
use minyi::survey::plan::Plan;
use minyi::survey::seeds::SeedPlan;
use minyi::survey::wave::WaveSlug;
use serde_json::Value;

use crate::support::instance::{Instance, Sheet, Visitor, location, read};

/// What the program says of this many answers at a design effect of 1.5.
fn sample_size(answers: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args([
            "sample", "size", "--format", "json", "--deff", "1.5", "--p", "0.9",
        ])
        .args([
            "--threshold",
            "0.9",
            "--truth",
            "0.91,0.92,0.93,0.94,0.95",
            "--n",
            answers,
        ])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn plan(who: &Visitor, query: &str) -> (u16, Sheet) {
    let url = format!("{}&{query}", who.url("/design"));
    read(who.client.get(url).send().await.unwrap()).await
}

fn cells(page: &Sheet, row: usize) -> Vec<String> {
    page.texts(&format!(".counties tbody tr:nth-child({row}) td"))
}

#[tokio::test]
async fn the_page_has_the_numbers_of_the_command() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let (status, page) = plan(&ada, "invitations=10000&rate=40&deff=1.5&price=1.25").await;
    assert_eq!(status, 200);
    let said = sample_size("800");
    let margin = said["margin_of"][0]["margin"].as_f64().unwrap();
    for row in 1..=5 {
        let cells = cells(&page, row);
        assert_eq!(cells[2..5], ["40", "2000", "800"]);
        assert_eq!(cells[5], format!("±{:.1} points", 100.0 * margin));
        for (cell, verdict) in cells[7..].iter().zip(said["verdicts"].as_array().unwrap()) {
            let shown = verdict["shown"].as_f64().unwrap();
            assert_eq!(*cell, format!("{:.1}%", 100.0 * shown));
        }
    }
    assert!(
        page.main().contains("Together about 12,500"),
        "{}",
        page.main()
    );
    assert_eq!(page.values("#threshold", "value"), ["90"]);
}

#[tokio::test]
async fn shares_may_be_typed_and_what_cannot_be_drawn_is_said() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let own =
        "sharing=own&invitations-140302=2000&psus-140302=40&invitations-140303=60&psus-140303=2";
    let (status, page) = plan(&ada, own).await;
    assert_eq!(status, 200, "a design is not refused, it is judged");
    assert_eq!(
        page.values("input[name=invitations-140302]", "value"),
        ["2000"]
    );
    assert_eq!(cells(&page, 1)[4], "800");
    assert!(!page.texts("#live .errors li").is_empty());
    let (status, page) = plan(&ada, "rate=140&deff=x").await;
    assert_eq!(status, 422);
    assert_eq!(page.texts("main > .errors li").len(), 2);
    assert_eq!(
        page.values("#rate", "value"),
        ["140"],
        "what was typed stays"
    );
}

#[tokio::test]
async fn a_wave_is_made_and_two_people_seal_it() {
    let instance = Instance::with_draft().await;
    let (app, ben) = (&instance.app, &instance.ben);
    let ada = instance.person("ada").await;
    let whole = [
        ("invitations", "6000"),
        ("psus", "40"),
        ("rate", "40"),
        ("deff", "1.6"),
        ("threshold", "85"),
        ("sharing", "square-root"),
        ("frame", "yangquan"),
        ("margins", "yangquan"),
        ("unit", "household"),
        ("slug", "2027q1"),
        ("title_zh", "2027年第一季度调查"),
        ("title_en", "Survey, first quarter of 2027"),
        ("opens", "2027-03-01T00:00"),
        ("closes", "2027-03-20T20:00"),
    ];
    let without = |name: &str| {
        let kept = whole.iter().filter(|(field, _)| *field != name);
        kept.copied().collect::<Vec<_>>()
    };
    let (status, page) = read(ada.post("/design", &without("title_en")).await).await;
    assert_eq!(status, 422);
    assert_eq!(
        page.texts(".errors li"),
        ["Title in English: this is needed."]
    );
    assert_eq!(page.values("#title_zh", "value"), ["2027年第一季度调查"]);
    let mut late = without("closes");
    late.push(("closes", "2027-02-01T00:00"));
    let (status, page) = read(ada.post("/design", &late).await).await;
    assert_eq!((status, page.texts(".errors li").len()), (422, 1));
    // Seeded answers are announced with both numbers, within their bounds, or not at all.
    for (most, days, wrong) in [
        ("40", "", &["Days to name them"][..]),
        ("", "7", &["Seeded answers at most"]),
        ("0", "61", &["Seeded answers at most", "Days to name them"]),
        ("4.5", "x", &["Seeded answers at most", "Days to name them"]),
    ] {
        let mut sent = whole.to_vec();
        sent.extend([("seeds_most", most), ("seeds_days", days)]);
        let (status, page) = read(ada.post("/design", &sent).await).await;
        let said = page.texts("main > .errors li");
        assert_eq!((status, said.len()), (422, wrong.len()), "{said:?}");
        assert!(
            said.iter().zip(wrong).all(|(a, b)| a.starts_with(b)),
            "{said:?}"
        );
        assert_eq!(page.values("#seeds_most", "value"), [most]);
        assert_eq!(page.values("#seeds_days", "value"), [days]);
    }
    let mut announcing = whole.to_vec();
    announcing.extend([("seeds_most", "40"), ("seeds_days", "7")]);
    let made = ada.post("/design", &announcing).await;
    assert_eq!(location(&made), "/organize/2027q1?lang=en");
    // Whoever confirms reads it before the seal, in both languages.
    for (lang, words) in [("en", "40 times at most"), ("zh-CN", "40")] {
        let address = ada
            .url("/organize/2027q1/plan")
            .replace("lang=en", &format!("lang={lang}"));
        let page = ada.client.get(address).send().await;
        let text = page.unwrap().text().await.unwrap();
        assert!(text.contains(words), "{lang}");
    }
    let (status, page) = read(ada.post("/design", &whole).await).await;
    assert_eq!(status, 422);
    assert!(
        page.texts(".errors li")[0].contains("2027q1"),
        "the name is taken"
    );
    let slug = WaveSlug::parse("2027q1").unwrap();
    waves::ask_seal(app, &instance.ada, &slug).await.unwrap();
    waves::confirm_seal(app, ben, &slug).await.unwrap();
    let mut tx = app.office.0.begin_read("look").await.unwrap();
    let stored = wave::find_by_slug(&mut tx.conn(), &slug)
        .await
        .unwrap()
        .unwrap();
    let Plan::Probability(plan) = wave::get_plan(&mut tx.conn(), stored.id).await.unwrap() else {
        panic!("a sample")
    };
    assert!((plan.verdict.threshold - 0.85).abs() < 1e-12);
    assert!((plan.verdict.planned_deff - 1.6).abs() < 1e-12);
    assert_eq!(plan.weighting.adults_item.as_deref(), Some("d3"));
    assert_eq!(plan.seeds, Some(SeedPlan { most: 40, days: 7 }));
    let all: u32 = plan
        .sample
        .counties
        .iter()
        .map(|county| county.invitations)
        .sum();
    assert_eq!((all, plan.sample.counties.len()), (6_000, 5));
    assert_eq!(app.zone.minute(stored.closes_at), "2027-03-20 20:00");
}

#[tokio::test]
async fn without_data_the_page_leads_to_them() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    let page = ada.page("/design").await;
    assert!(
        page.values("main .note a", "href")
            .contains(&"/data?lang=en".to_owned())
    );
    assert!(page.texts("form.design").is_empty());
}
