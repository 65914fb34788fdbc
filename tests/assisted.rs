//! Answers on a device of the survey team: stored as such, by a mark that stands for nobody.

use minyi::service::batch::{Drain, run_batch};
use minyi::service::fieldwork;
use minyi::service::intake::tablet::{self, HandOverError};
use minyi::service::waves::WaveError;
use minyi::storage::urn::response;
use minyi::survey::response::Mode;
use minyi::survey::role::Role;
use minyi::survey::wave::WaveSlug;

use crate::support::fieldwork::{COUNTY, Fieldwork, OTHER_COUNTY, SLUG};
use crate::support::instance::{Visitor, account};

/// What residents send by the form without script.
fn form(code: &str) -> Vec<(&'static str, String)> {
    let mut bits = [0_u8; 16];
    bits.copy_from_slice(&minyi::service::keys::random::<16>().unwrap());
    let mut fields = vec![
        ("_instance", hex::encode(bits)),
        ("_direction", "0".to_owned()),
        ("_fast", String::new()),
        ("_code", code.to_owned()),
    ];
    for (item, option) in [
        ("s1", "4"),
        ("s2", "60up"),
        ("q1", "2"),
        ("q2", "3"),
        ("q3", "9"),
        ("q5", "1"),
        ("q6", "0"),
        ("q8", "2"),
        ("q9", "2"),
        ("q10", "8"),
        ("q11", "0"),
        ("d1", "female"),
        ("d2", "rural"),
        ("d3", "2"),
    ] {
        fields.push((item, option.to_owned()));
    }
    fields
}

async fn send(work: &Fieldwork, county: &str, query: &str, code: &str) -> (u16, String) {
    let url = format!("{}/s/{SLUG}/{county}?lang=en{query}", work.site);
    let sent = reqwest::Client::new().post(url).form(&form(code)).send();
    let answer = sent.await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Modes of all responses, after a batch of everything.
async fn modes(work: &Fieldwork) -> Vec<Option<Mode>> {
    run_batch(&work.app, work.wave, Drain::Yes)
        .await
        .expect("a batch");
    let mut tx = work.app.urn.0.begin_read("modes").await.unwrap();
    let kept = response::list(&mut tx.conn(), work.wave).await.unwrap();
    kept.iter().map(|response| response.traits.mode).collect()
}

#[tokio::test]
async fn who_answers_with_todays_mark_is_stored_as_assisted() {
    let work = Fieldwork::open().await;
    let mark = tablet::mark(&work.app, SLUG, COUNTY).await.unwrap();
    let query = format!("&tablet={mark}");
    for code in work.codes.iter().take(12) {
        let (status, page) = send(&work, COUNTY, &query, code).await;
        assert_eq!(status, 200);
        assert!(page.contains("Next resident") && page.contains(&mark));
    }
    // Six others on phones of their own; one with a mark that nobody gave.
    for (place, code) in work.codes.iter().skip(12).take(6).enumerate() {
        let query = if place == 0 {
            format!("&tablet={}", "0".repeat(32))
        } else {
            String::new()
        };
        let (status, page) = send(&work, COUNTY, &query, code).await;
        assert_eq!(status, 200);
        assert!(!page.contains("Next resident"));
    }
    let kept = modes(&work).await;
    let count = |mode| kept.iter().filter(|found| **found == Some(mode)).count();
    assert_eq!(
        (count(Mode::Assisted), count(Mode::Plain)),
        (12, 6),
        "{kept:?}"
    );
}

#[tokio::test]
async fn the_mix_of_modes_is_told_from_the_record_in_steps_of_twenty() {
    let work = Fieldwork::open().await;
    let slug = WaveSlug::parse(SLUG).unwrap();
    let ada = account(&work.app, "ada", Role::Organizer).await;
    let mark = tablet::mark(&work.app, SLUG, COUNTY).await.unwrap();
    for code in work.codes.iter().take(23) {
        send(&work, COUNTY, &format!("&tablet={mark}"), code).await;
    }
    for code in work.codes.iter().skip(23).take(7) {
        send(&work, COUNTY, "", code).await;
    }
    let mix = || async { fieldwork::modes(&work.app, &ada, &slug).await.unwrap() };
    assert_eq!(mix().await, [], "what waits in the pool is not told");
    run_batch(&work.app, work.wave, Drain::Yes)
        .await
        .expect("a batch");
    let told = mix().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].county.as_str(), COUNTY);
    // Web, plain, assisted, paper, not kept: 23 and 7 in steps of twenty.
    assert_eq!(told[0].answers, [0, 0, 20, 0, 0, 0]);
    let visitor = Visitor::at(&work.site);
    visitor.sign_in("ada").await;
    let page = visitor.page(&format!("/organize/{SLUG}/fieldwork")).await;
    let titles = page.texts("[aria-labelledby=modes-caption] th[scope=col]");
    assert_eq!(titles, ["County", "Team's device"]);
    assert_eq!(page.texts("[aria-labelledby=modes-caption] td"), ["20"]);
}

#[tokio::test]
async fn a_code_of_another_county_comes_back_on_a_device_that_is_still_known() {
    let work = Fieldwork::open().await;
    let mark = tablet::mark(&work.app, SLUG, COUNTY).await.unwrap();
    let there = tablet::mark(&work.app, SLUG, OTHER_COUNTY).await.unwrap();
    assert_ne!(mark, there);
    let code = &work.elsewhere[0];
    let (status, page) = send(&work, COUNTY, &format!("&tablet={mark}"), code).await;
    assert_eq!(status, 422);
    assert!(page.contains(&format!("/s/{SLUG}/{OTHER_COUNTY}?tablet={there}")));
    let (status, page) = send(&work, OTHER_COUNTY, &format!("&tablet={there}"), code).await;
    assert_eq!(status, 200);
    assert!(page.contains("Next resident"));
}

#[tokio::test]
async fn marks_differ_by_day_and_are_the_same_for_everybody() {
    let work = Fieldwork::open().await;
    let app = &work.app;
    let today = tablet::mark(app, SLUG, COUNTY).await.unwrap();
    app.clock
        .set(app.zone.parse("2026-12-02T23:59:59").unwrap());
    assert_eq!(tablet::mark(app, SLUG, COUNTY).await.unwrap(), today);
    app.clock.set(app.zone.parse("2026-12-03T00:00").unwrap());
    assert_ne!(tablet::mark(app, SLUG, COUNTY).await.unwrap(), today);
    assert!(!tablet::is_todays(app, SLUG, COUNTY, &today).await.unwrap());
    assert!(tablet::mark(app, SLUG, "999999").await.is_err());
    assert!(tablet::mark(app, "none", COUNTY).await.is_err());
}

#[tokio::test]
async fn a_device_is_handed_over_only_while_answers_are_taken_and_by_who_may() {
    let work = Fieldwork::open().await;
    let app = &work.app;
    let slug = WaveSlug::parse(SLUG).unwrap();
    let fay = account(app, "fay", Role::Fieldworker).await;
    let eve = account(app, "eve", Role::Evaluator).await;
    let given = tablet::hand_over(app, &fay, &slug, COUNTY).await.unwrap();
    assert_eq!(given, tablet::mark(app, SLUG, COUNTY).await.unwrap());
    assert!(matches!(
        tablet::hand_over(app, &eve, &slug, COUNTY).await,
        Err(HandOverError::Wave(WaveError::Denied))
    ));
    assert!(matches!(
        tablet::hand_over(app, &fay, &slug, "140303").await,
        Err(HandOverError::NoCounty)
    ));
    app.clock.set(app.zone.parse("2026-12-08T00:00").unwrap());
    assert!(matches!(
        tablet::hand_over(app, &fay, &slug, COUNTY).await,
        Err(HandOverError::NotNow)
    ));
}
