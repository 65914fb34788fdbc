//! What everyone reads of an open wave, and that nothing of it can be taken for an estimate.

use minyi::service::intake::open::submit;
use minyi::service::{close, evaluate, release, rules, waves};
use minyi::survey::wave::{Wave, WaveSlug};
use scraper::{Html, Selector};

use super::{COUNTY, OTHER, SLUG, ask, open, submission, tally};
use crate::support::instance::{Instance, Sheet, Visitor, location, read};

const PERIOD: (&str, &str) = ("2026-11-25", "2026-11-28");
const CELLS: &str =
    "county,age,sex,target,rule\n140321,18-29,male,1,close\n140321,18-29,female,50,close\n";
const NOT_A_SAMPLE: &str = "not a probability sample";

async fn opened() -> (Instance, Wave) {
    let made = Instance::with_draft().await;
    let wave = open(&made.app, (&made.ada, &made.ben), PERIOD, CELLS).await;
    (made, wave)
}

fn says(sheet: &Sheet) {
    assert!(sheet.main().contains(NOT_A_SAMPLE), "{}", sheet.main());
}

async fn enter(visitor: &Visitor, age: &str, sex: &str) -> (u16, Sheet) {
    let fields = [("_county", COUNTY), ("s2", age), ("d1", sex)];
    read(visitor.post("/o/everyone", &fields).await).await
}

/// The fields that the questionnaire sends along unseen.
fn hidden(sheet: &Sheet) -> Vec<(String, String)> {
    let names = sheet.values("input[type=hidden]", "name");
    names
        .into_iter()
        .map(|name| {
            let value = sheet.values(&format!("input[name='{name}']"), "value");
            (name, value.into_iter().next().unwrap_or_default())
        })
        .collect()
}

#[tokio::test]
async fn two_documents_lead_from_the_link_to_the_receipt() {
    let (made, wave) = opened().await;
    let visitor = made.visitor();
    let first = visitor.page("/o/everyone").await;
    says(&first);
    assert_eq!(first.texts("fieldset").len(), 3, "county, age, sex");
    assert_eq!(first.values("input[name=_code]", "name").len(), 0);
    let listed = visitor.page("/").await;
    let links = listed.values(".list a", "href");
    assert!(
        links.iter().any(|link| link.starts_with("/o/everyone")),
        "{links:?}"
    );
    assert!(listed.main().contains("open survey"));
    // The addresses of letters lead there, too; a letter's page does not exist.
    let answer = visitor.get("/s/everyone").await;
    assert_eq!(location(&answer), "/o/everyone?lang=en");
    assert_eq!(visitor.get("/s/everyone/140321").await.status(), 404);
    let answer = visitor.get("/o/everyone/140321").await;
    assert_eq!(location(&answer), "/o/everyone?lang=en");
    for nobodys in ["/o/%00/140321", "/o/%0D%0Aa:b/140321", "/o/..%2F/140321"] {
        assert_eq!(visitor.get(nobodys).await.status(), 404);
    }
    assert_eq!(
        visitor.get("/o/2026q4").await.status(),
        404,
        "a letter's wave has no link"
    );

    let (status, again) = read(visitor.post("/o/everyone", &[("s2", "18-29")]).await).await;
    assert_eq!(status, 422);
    assert_eq!(
        again.texts(".errors li").len(),
        2,
        "county and sex are missing"
    );
    assert_eq!(
        again.values("input[checked]", "value"),
        ["18-29"],
        "what was chosen is kept"
    );

    let (status, survey) = enter(&visitor, "18-29", "male").await;
    assert_eq!(status, 200);
    says(&survey);
    for gone in ["input[name=_code]", "#s-s2", "#s-d1"] {
        assert!(survey.texts(gone).is_empty(), "{gone}");
    }
    assert_eq!(survey.texts(".no")[..2], ["1", "2"]);
    let mut fields = hidden(&survey);
    assert!(
        fields.contains(&("d1".to_owned(), "male".to_owned())),
        "{fields:?}"
    );
    // A mistake gives the same form back with its place.
    let wrong = [("s1", "4"), ("q6", "0"), ("q6", "1")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    let send = async |fields: &[(String, String)]| {
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        read(visitor.post("/o/everyone/140321", &pairs).await).await
    };
    let (status, mended) = send(&[fields.clone(), wrong.to_vec()].concat()).await;
    assert_eq!(status, 422);
    assert_eq!(hidden(&mended), fields);
    fields.extend([("s1", "4"), ("q1", "1")].map(|(n, v)| (n.to_owned(), v.to_owned())));
    let (status, thanks) = send(&fields).await;
    assert_eq!(status, 200, "{}", thanks.main());
    says(&thanks);
    assert_eq!(thanks.texts(".receipt span").len(), 8);
    let (_, same) = send(&fields).await;
    assert_eq!(same.texts(".receipt span"), thanks.texts(".receipt span"));
    assert_eq!(
        tally(&made.app, wave.id, COUNTY, "18-29/male")
            .await
            .counted,
        1
    );

    let (status, full) = enter(&visitor, "18-29", "male").await;
    assert_eq!(status, 200);
    assert!(full.texts("h1")[0].contains("your group is complete"));
    let (_, child) = enter(&visitor, "0", "male").await;
    assert!(child.main().contains("addressed to adults"));
}

#[tokio::test]
async fn the_organizers_see_cells_and_confirm_a_change_on_the_page() {
    let (made, _) = opened().await;
    let (ada, ben) = (made.person("ada").await, made.person("ben").await);
    let page = ada.page("/organize/everyone").await;
    says(&page);
    assert!(page.main().contains("18–29, Male"), "{}", page.main());
    assert_eq!(page.texts("ol.way li").len(), 6, "no draw on the way");
    assert!(ada.page("/organize").await.main().contains("open survey"));
    let more = CELLS.replace(",1,close", ",7,close");
    let rules = "/organize/everyone/rules";
    let sent = ada
        .post_file(
            "/organize/everyone/quota",
            &[("reason", "more young men than thought")],
            ("cells.csv", more.as_bytes()),
        )
        .await;
    assert_eq!(location(&sent), format!("{rules}?lang=en"));
    let own = ada.page(rules).await;
    assert!(own.main().contains("target 1 → 7"), "{}", own.main());
    assert!(own.values("button[value=confirm]", "value").is_empty());
    let id = own.values("input[name=change]", "value");
    let confirm = [("what", "confirm"), ("change", id[0].as_str())];
    let (status, refused) = read(ada.post(rules, &confirm).await).await;
    assert_eq!(status, 422);
    assert!(refused.main().contains("another organizer must confirm"));
    let other = ben.page(rules).await;
    assert_eq!(other.values("button[value=confirm]", "value").len(), 1);
    assert_eq!(ben.post(rules, &confirm).await.status(), 303);
    let page = ben.page(rules).await;
    assert!(page.main().contains("Confirmed; holds from"));
    let midnight = made.app.zone.next_midnight(made.app.clock.now());
    made.app.clock.set(midnight);
    rules::apply_due(&made.app).await.unwrap();
    let page = made.person("ben").await.page(rules).await;
    assert!(page.main().contains("Holds since"));
    assert!(ask(&made.app, COUNTY, "18-29/male").await.1);
}

/// Programs are told the same shares, and no figure.
async fn to_programs(visitor: &Visitor) {
    let told = visitor.get("/api/v1/waves/everyone").await;
    let told: serde_json::Value = told.json().await.unwrap();
    assert_eq!(told["kind"], "open");
    assert!(told["method"].is_null() && told["evaluation"].is_null());
    let percents = |county: usize| -> Vec<u64> {
        let items = told["open"][county]["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["item"] == "q1").unwrap();
        let cells = item["cells"].as_array().unwrap().iter();
        cells
            .map(|cell| cell["percent"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(percents(0), [75, 25]);
    assert!(percents(1).is_empty(), "five answers tell nothing");
    let counts = ["kept", "screened_out", "counted", "uncounted"];
    let counts = counts.map(|name| told["open"][0][name].as_u64().unwrap());
    assert_eq!(counts, [60, 0, 30, 0]);
    let figures = visitor.get("/api/v1/waves/everyone/counties").await;
    assert_eq!(figures.status(), 404);
}

#[tokio::test]
async fn the_result_is_shares_alone_and_no_evaluation_can_use_it() {
    let (made, wave) = opened().await;
    let (app, slug) = (&made.app, WaveSlug::parse(SLUG).unwrap());
    for n in 0..60_u8 {
        let cell = if n % 2 == 0 {
            "18-29/female"
        } else {
            "60up/male"
        };
        let approval = if n < 45 { "1" } else { "3" };
        submit(app, submission(COUNTY, cell, [n; 16], approval), "")
            .await
            .unwrap();
    }
    for n in 60..65_u8 {
        submit(app, submission(OTHER, "60up/male", [n; 16], "1"), "")
            .await
            .unwrap();
    }
    app.clock.set(wave.closes_at);
    waves::ask_close(app, &made.ada, &slug, None).await.unwrap();
    let closed = close::confirm_close(app, &made.ben, &slug).await.unwrap();
    let again = close::finish(app, &made.ada, &slug).await.unwrap();
    assert_eq!(closed, again, "stored once");
    assert!(closed.sampled().is_none());
    let visitor = made.visitor();
    assert_eq!(
        visitor.get("/results/everyone").await.status(),
        404,
        "not published"
    );
    let at_once = release::publish(app, &made.ada, &slug).await;
    assert!(at_once.is_err(), "real answers are announced first");
    let at = wave.closes_at.plus(std::time::Duration::from_hours(1));
    release::announce(app, &made.ada, &slug, at).await.unwrap();
    let awaited = visitor.page("/results/everyone").await.main();
    assert!(awaited.contains("for everybody at once"), "{awaited}");
    app.clock.set(at);
    release::publish_due(app).await.unwrap();
    let result = visitor.page("/results/everyone").await;
    says(&result);
    let main = result.main();
    assert!(main.contains("nothing is judged"));
    // 45 of 60 and 15 of 60; five answers of the other county are too few to tell anything.
    let approval = result.texts("#i-140321-q1 ~ table td b");
    assert_eq!(approval, ["75%", "25%"]);
    let other = format!("section[aria-labelledby='i-{OTHER}-q1'] table");
    assert!(result.texts(&other).is_empty());
    let counts = result.texts("section[aria-labelledby='c-140321'] > table td");
    assert_eq!(counts, ["60", "0", "30", "0"]);
    to_programs(&visitor).await;
    for judged in ["interval", "±", "Shown to meet"] {
        let said = main.replace("No interval is given", "");
        assert!(!said.contains(judged), "{judged}");
    }
    assert_eq!(visitor.get("/results/everyone/140321").await.status(), 404);
    assert!(
        visitor
            .page("/results")
            .await
            .main()
            .contains("open survey")
    );
    assert!(!visitor.page("/").await.main().contains("Latest result"));
    // The evaluator has nothing to apply a standard to.
    assert!(waves::published(app).await.unwrap().is_none());
    assert!(waves::result(app, &slug).await.unwrap().is_none());
    assert!(evaluate::of_wave(app, &slug).await.unwrap().is_none());
    let eve = made.person("eve").await;
    let applied = eve
        .post("/organize/everyone", &[("step", "apply-standard")])
        .await;
    assert!(
        !applied.status().is_success() && applied.status() != 303,
        "{applied:?}"
    );
}

/// Every language has the sentence that this is no sample, and the first page stands without script.
#[tokio::test]
async fn the_first_page_is_a_plain_form_in_each_language() {
    let (made, _) = opened().await;
    for (lang, words) in [("zh-CN", "不是概率样本"), ("en", NOT_A_SAMPLE)] {
        let url = format!("{}/o/everyone?lang={lang}", made.site);
        let text = reqwest::get(url).await.unwrap().text().await.unwrap();
        assert!(text.contains(words), "{lang}");
        let page = Html::parse_document(&text);
        let form = Selector::parse("form[method=post] button:not([type])").unwrap();
        assert_eq!(page.select(&form).count(), 1);
    }
}
