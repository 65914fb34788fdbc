//! Titles of open counties by decision: two people and every reason, over HTTP and as it is stored.

use std::collections::BTreeMap;
use std::time::Duration;

use minyi::evaluation::decision::DecisionError;
use minyi::evaluation::verdict::Outcome;
use minyi::i18n::Lang;
use minyi::service::decisions::{DecidingError, Say, board, decided, propose, rule};
use minyi::service::evaluate::{apply, of_wave};
use minyi::service::release;
use minyi::service::waves::WaveError;
use minyi::storage::office::{audit, process_entry};
use minyi::survey::role::Role;
use minyi::survey::wave::WaveState;

use crate::support::city::City;
use crate::support::instance::{Sheet, Visitor, account, read};
use crate::support::on_both;
use crate::support::published::{Published, SLUG, result};

/// An open county of the demonstration, and one that failed.
const OPEN: &str = "140322";
const FAILED: &str = "140321";

fn reasons(criteria: &[String]) -> BTreeMap<String, String> {
    let written = |id: &String| (id.clone(), format!(" reason of {id} "));
    criteria.iter().map(written).collect()
}

fn a_second_later(city: &City) {
    let later = city.app.clock.now().plus(Duration::from_secs(1));
    city.app.clock.set(later);
}

on_both! {
    async fn a_title_needs_two_evaluators_and_every_reason(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let bo = &account(app, "bo", Role::Evaluator).await;
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        let early = board(app, eva, slug).await.map(drop);
        assert!(matches!(early, Err(DecidingError::Wave(WaveError::NoWave(_)))), "not closed");
        let result = city.close_wave(slug).await;
        city.import().await;
        city.store_favorable(slug, &result).await;
        let evaluation = apply(app, eva, slug).await.unwrap();
        let verdict = &evaluation.evaluation.county(OPEN).unwrap().verdict;
        assert_eq!(verdict.outcome, Outcome::Open);
        let (seen, all) = (evaluation.id, reasons(&verdict.open));

        let denied = propose(app, &city.organizer, slug, seen, OPEN, &all).await;
        assert!(matches!(denied, Err(DecidingError::Wave(WaveError::Denied))));
        let failed = propose(app, eva, slug, seen, FAILED, &all).await;
        assert!(matches!(failed, Err(DecidingError::Unfit(DecisionError::NotOpen))));
        let mut lacking = all.clone();
        let missing = verdict.open.last().unwrap();
        lacking.remove(missing);
        let refused = propose(app, eva, slug, seen, OPEN, &lacking).await;
        let Err(DecidingError::Unfit(DecisionError::NoReason { criterion })) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(&criterion, missing);

        let first = propose(app, eva, slug, seen, OPEN, &all).await.unwrap();
        assert_eq!((first.number, first.proposed.by), (1, eva.id));
        let twice = propose(app, bo, slug, seen, OPEN, &all).await;
        assert!(matches!(twice, Err(DecidingError::ChangedMeanwhile)));
        let alone = rule(app, eva, slug, seen, first.id, Say::Confirm).await;
        assert!(matches!(alone, Err(DecidingError::Unfit(DecisionError::OnePerson))));
        let silent = rule(app, bo, slug, seen, first.id, Say::Reject("  ".to_owned())).await;
        assert!(matches!(silent, Err(DecidingError::NoWhy)));
        a_second_later(&city);
        let why = Say::Reject("The survey was too small".to_owned());
        rule(app, bo, slug, seen, first.id, why).await.unwrap();
        let late = rule(app, bo, slug, seen, first.id, Say::Confirm).await;
        assert!(matches!(late, Err(DecidingError::ChangedMeanwhile)), "{late:?}");
        assert_eq!(decided(app, &evaluation).await.unwrap(), []);

        // Taken back by whoever proposed it, and proposed again.
        a_second_later(&city);
        let second = propose(app, bo, slug, seen, OPEN, &all).await.unwrap();
        a_second_later(&city);
        rule(app, bo, slug, seen, second.id, Say::Reject(String::new())).await.unwrap();
        a_second_later(&city);
        let third = propose(app, bo, slug, seen, OPEN, &all).await.unwrap();
        assert_eq!(third.number, 3);
        a_second_later(&city);
        let early = rule(app, eva, slug, seen, third.id, Say::Confirm).await;
        assert!(matches!(early, Err(DecidingError::NotPublished)), "the evaluation may still change");
        crate::support::published::state(app, &city.organizer, slug).await;
        release::publish(app, &city.organizer, slug).await.unwrap();
        a_second_later(&city);
        rule(app, eva, slug, seen, third.id, Say::Confirm).await.unwrap();
        let again = propose(app, eva, slug, seen, OPEN, &all).await;
        assert!(matches!(again, Err(DecidingError::ChangedMeanwhile)), "it is not taken back");

        let held = decided(app, &evaluation).await.unwrap();
        assert_eq!(held.len(), 1);
        assert_eq!((held[0].county.as_str(), held[0].at), (OPEN, app.clock.now()));
        assert_eq!(held[0].decision.by(), &["bo".to_owned(), "eva".to_owned()]);
        for id in &verdict.open {
            assert_eq!(held[0].decision.reasons()[id], format!("reason of {id}"), "without blanks");
        }
        let found = board(app, &city.organizer, slug).await.unwrap();
        assert_eq!(found.proposals.len(), 3, "what was rejected stays");

        let mut tx = app.office.0.begin_read("logs").await.unwrap();
        let entries = audit::list(&mut tx.conn(), None, 100).await.unwrap();
        let said: Vec<(&str, &str)> = entries
            .iter()
            .rev()
            .filter(|entry| entry.action.ends_with("_decision"))
            .map(|entry| (entry.actor.as_str(), entry.action.as_str()))
            .collect();
        assert_eq!(said, [
            ("eva", "propose_decision"), ("bo", "reject_decision"),
            ("bo", "propose_decision"), ("bo", "reject_decision"),
            ("bo", "propose_decision"), ("eva", "confirm_decision"),
        ]);
        let wave = city.wave(slug).await.id;
        let log = process_entry::list(&mut tx.conn(), wave).await.unwrap();
        let told: Vec<&String> = log.iter().filter(|e| e.contains("title_by_decision")).collect();
        assert_eq!(told.len(), 1, "{log:?}");
        assert!(told[0].contains(OPEN) && told[0].contains(&format!("reason of {missing}")));
        assert!(!told[0].contains(&eva.id.to_string()) && !told[0].contains(&bo.id.to_string()));
    }

    async fn applying_the_standard_again_leaves_a_title_behind(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let bo = &account(app, "bo", Role::Evaluator).await;
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        let result = city.close_wave(slug).await;
        city.import().await;
        city.store_favorable(slug, &result).await;
        let first = apply(app, eva, slug).await.unwrap();
        let open = &first.evaluation.county(OPEN).unwrap().verdict.open;
        let all = reasons(open);
        let proposal = propose(app, eva, slug, first.id, OPEN, &all).await.unwrap();
        a_second_later(&city);
        apply(app, eva, slug).await.unwrap();
        let stale = rule(app, bo, slug, first.id, proposal.id, Say::Confirm).await;
        assert!(matches!(stale, Err(DecidingError::ChangedMeanwhile)));
        let stale = propose(app, bo, slug, first.id, OPEN, &all).await;
        assert!(matches!(stale, Err(DecidingError::ChangedMeanwhile)));
        let latest = of_wave(app, slug).await.unwrap().unwrap();
        assert_eq!(decided(app, &latest).await.unwrap(), []);
        assert_eq!(board(app, bo, slug).await.unwrap().proposals, []);
    }
}

fn path() -> String {
    format!("/organize/{SLUG}/decisions")
}

/// What a form of the page sends for its first open county, with these reasons.
fn filled(page: &Sheet, reason: &str) -> Vec<(String, String)> {
    let form = "section form:has([value=propose]) ";
    let county = page.values(&format!("{form}[name=county]"), "value")[0].clone();
    let evaluation = page.values(&format!("{form}[name=evaluation]"), "value")[0].clone();
    let own = format!("[id^='{county}-reason-'][name]");
    let fields = page.values(&own, "name").into_iter();
    let fixed = [
        ("what", "propose".to_owned()),
        ("county", county),
        ("evaluation", evaluation),
    ];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value));
    let written = fields.map(|name| (name, reason.to_owned()));
    fixed.into_iter().chain(written).collect()
}

async fn post(who: &Visitor, fields: &[(String, String)]) -> (u16, Sheet) {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    read(who.post(&path(), &fields).await).await
}

#[tokio::test]
async fn two_evaluators_name_an_open_county_and_everybody_reads_why() {
    let work = Published::with(WaveState::Published, result()).await;
    account(&work.app, "bo", Role::Evaluator).await;
    let (eve, bo, ada) = (
        work.person("eve").await,
        work.person("bo").await,
        work.person("ada").await,
    );
    let page = ada.page(&path()).await;
    assert!(!page.texts("main section").is_empty(), "a county is open");
    assert!(
        page.texts("main form").is_empty(),
        "an organizer decides nothing"
    );
    let way = ada.page(&format!("/organize/{SLUG}")).await;
    assert!(
        way.texts("main a")
            .contains(&"Titles by decision".to_owned())
    );

    let page = eve.page(&path()).await;
    let mut fields = filled(&page, "The figure is certain enough");
    let county = fields[1].1.clone();
    let last = fields.last().unwrap().0.clone();
    fields.last_mut().unwrap().1.clear();
    let (status, refused) = post(&eve, &fields).await;
    assert_eq!(status, 422);
    assert_eq!(refused.texts(".errors li").len(), 1);
    if fields.len() > 4 {
        assert!(
            refused.main().contains("The figure is certain enough"),
            "kept"
        );
    }
    fields.last_mut().unwrap().1 = "Seen <b>on the spot</b>".to_owned();
    assert_eq!(post(&eve, &fields).await.0, 303);

    let page = eve.page(&path()).await;
    let proposal = page.values("[name=proposal]", "value")[0].clone();
    let evaluation = fields[2].1.clone();
    let ruling = |what: &str, why: &str| {
        [
            ("what", what),
            ("proposal", &proposal),
            ("evaluation", &evaluation),
            ("why", why),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    assert!(
        page.values("[value=confirm]", "value").is_empty(),
        "not by oneself"
    );
    let (status, alone) = post(&eve, &ruling("confirm", "")).await;
    assert_eq!(status, 422);
    assert!(alone.texts(".errors li")[0].contains("somebody else"));
    let (status, silent) = post(&bo, &ruling("reject", " ")).await;
    assert_eq!((status, silent.texts(".errors li").len()), (422, 1));
    assert_eq!(post(&ada, &ruling("confirm", "")).await.0, 403);
    assert_eq!(post(&bo, &ruling("confirm", "")).await.0, 303);
    let (status, twice) = post(&bo, &ruling("confirm", "")).await;
    assert_eq!((status, twice.texts(".errors li").len()), (422, 1));

    // Everybody, in both languages.
    for (lang, mark) in [(Lang::En, "title by decision"), (Lang::ZhCn, "经决定命名")] {
        let open = async |path: &str| {
            let url = format!("{}{path}?lang={lang}", work.site);
            let text = reqwest::get(url).await.unwrap().text().await.unwrap();
            (Sheet::of(&text), text)
        };
        let (wave, _) = open(&format!("/results/{SLUG}")).await;
        assert_eq!(wave.texts(".matrix .decided"), [mark]);
        let (sheet, text) = open(&format!("/results/{SLUG}/{county}")).await;
        let said = sheet.main();
        for words in ["eve", "bo", "Seen <b>on the spot</b>"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(!text.contains("<b>on the spot"), "escaped");
        assert!(
            !text.contains("decision-") && !text.contains("evaluate-"),
            "a sentence is missing"
        );
    }
    let told = ada
        .get(&format!("/api/v1/waves/{SLUG}/counties/{county}"))
        .await;
    let told: serde_json::Value = told.json().await.unwrap();
    let title = &told["verdict"]["title_by_decision"];
    assert_eq!(title["by"], serde_json::json!(["eve", "bo"]));
    let reasons = title["reasons"].as_object().unwrap();
    assert!(reasons.values().any(|why| why == "Seen <b>on the spot</b>"));
    assert!(last.starts_with("reason-"));
    let events = ada.page(&format!("/organize/{SLUG}")).await.main();
    assert!(events.contains("Title by decision, confirmed by bo"));
}

#[tokio::test]
async fn before_the_close_there_is_no_such_page_and_a_made_up_form_is_malformed() {
    let work = Published::with(WaveState::Open, result()).await;
    let eve = work.person("eve").await;
    assert_eq!(eve.get(&path()).await.status(), 404);
    assert_eq!(
        post(&eve, &[("what".to_owned(), "confirm".to_owned())])
            .await
            .0,
        400
    );
    let fields = [("what", "confirm"), ("evaluation", "x")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(post(&eve, &fields).await.0, 400);
}
