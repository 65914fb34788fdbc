//! One place after the other: kept for an hour, taken once, never twice.

use std::time::Duration;

use minyi::service::intake::IntakeError;
use minyi::service::intake::open::{Admission, Choice, Field, admit, submit};
use minyi::survey::quota::Tally;

use super::{COUNTY, OTHER, SLUG, answer, ask, choice, open, spent_tokens, submission, tally};
use crate::support::city::{City, time};
use crate::support::on_both;

const CELL: &str = "18-29/male";
const PERIOD: (&str, &str) = ("2026-10-02", "2026-11-02");
const CELLS: &str =
    "county,age,sex,target,rule\n140321,18-29,male,2,close\n140321,18–29岁,女,1,监测\n";

const fn counted(counted: u64, uncounted: u64) -> Tally {
    Tally { counted, uncounted }
}

on_both! {
    async fn a_full_cell_says_so_before_the_questionnaire_and_a_place_is_taken_once(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        let wave = open(app, (&city.organizer, &city.second), PERIOD, CELLS).await;
        app.clock.set(time("2026-10-03T09:00"));
        let (first, kept) = ask(app, COUNTY, CELL).await;
        let (second, also) = ask(app, COUNTY, CELL).await;
        let (_, third) = ask(app, COUNTY, CELL).await;
        assert!(kept && also && !third, "two places");
        // Another county and another cell have places of their own, or no limit.
        assert!(ask(app, OTHER, CELL).await.1);
        for _ in 0..3 {
            let (woman, welcome) = ask(app, COUNTY, "18-29/female").await;
            assert!(welcome);
            answer(app, COUNTY, "18-29/female", woman).await.unwrap();
        }
        assert_eq!(tally(app, wave.id, COUNTY, "18-29/female").await, counted(3, 0));

        let receipt = answer(app, COUNTY, CELL, first).await.unwrap();
        let again = answer(app, COUNTY, CELL, first).await.unwrap();
        assert_eq!(again, receipt, "a resend gets the same receipt");
        let changed = submit(app, submission(COUNTY, CELL, first, "4"), "").await;
        assert!(matches!(changed, Err(IntakeError::AlreadyReceived)));
        answer(app, COUNTY, CELL, second).await.unwrap();
        assert_eq!(tally(app, wave.id, COUNTY, CELL).await, counted(2, 0));
        assert!(!ask(app, COUNTY, CELL).await.1);
        assert_eq!(spent_tokens(app, wave.id).await, 5);
        app.clone().shutdown().await;
    }

    async fn a_late_answer_takes_a_free_place_or_is_kept_without_one(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        let wave = open(app, (&city.organizer, &city.second), PERIOD, CELLS).await;
        let start = time("2026-10-03T09:00");
        app.clock.set(start);
        let (slow, _) = ask(app, COUNTY, CELL).await;
        let (slower, _) = ask(app, COUNTY, CELL).await;
        app.clock.set(start.plus(Duration::from_mins(59)));
        assert!(!ask(app, COUNTY, CELL).await.1, "kept for an hour");
        app.clock.set(start.plus(Duration::from_mins(61)));
        let (next, welcome) = ask(app, COUNTY, CELL).await;
        assert!(welcome, "both places are free again");
        answer(app, COUNTY, CELL, slow).await.unwrap();
        assert_eq!(tally(app, wave.id, COUNTY, CELL).await, counted(1, 0), "a free one");
        answer(app, COUNTY, CELL, slower).await.unwrap();
        assert_eq!(tally(app, wave.id, COUNTY, CELL).await, counted(1, 1), "the other is kept");
        answer(app, COUNTY, CELL, next).await.unwrap();
        assert_eq!(tally(app, wave.id, COUNTY, CELL).await, counted(2, 1));
        // Whoever says another age than on the first page belongs to the cell of the answers.
        let (moved, _) = ask(app, COUNTY, "18-29/female").await;
        answer(app, COUNTY, CELL, moved).await.unwrap();
        assert_eq!(tally(app, wave.id, COUNTY, CELL).await, counted(2, 2));
        assert_eq!(spent_tokens(app, wave.id).await, 4, "nothing is lost");
        app.clone().shutdown().await;
    }

    async fn who_is_not_asked_gives_the_place_back(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        let wave = open(app, (&city.organizer, &city.second), PERIOD, CELLS).await;
        app.clock.set(time("2026-10-03T09:00"));
        let (visitor, _) = ask(app, COUNTY, CELL).await;
        let (_, _) = ask(app, COUNTY, CELL).await;
        assert!(!ask(app, COUNTY, CELL).await.1);
        let mut elsewhere = submission(COUNTY, CELL, visitor, "1");
        elsewhere.form = vec![("s1".to_owned(), "0".to_owned())];
        submit(app, elsewhere, "").await.unwrap();
        assert_eq!(tally(app, wave.id, COUNTY, CELL).await, counted(0, 0));
        assert!(ask(app, COUNTY, CELL).await.1);
        app.clone().shutdown().await;
    }
}

#[tokio::test]
async fn what_is_unclear_is_asked_again_and_nobody_comes_before_or_after() {
    let stores = crate::support::Stores::sqlite().await;
    let city = City::new(&stores).await;
    let app = &city.app;
    let early = admit(app, SLUG, &choice(COUNTY, CELL), &[1; 16]).await;
    assert!(matches!(early, Err(IntakeError::UnknownWave)));
    let wave = open(app, (&city.organizer, &city.second), PERIOD, CELLS).await;
    let early = admit(app, SLUG, &choice(COUNTY, CELL), &[1; 16]).await;
    assert!(matches!(early, Err(IntakeError::NotYetOpen { .. })));
    app.clock.set(time("2026-10-03T09:00"));
    let unclear = admit(app, SLUG, &Choice::default(), &[1; 16]).await;
    let Ok(Admission::Unclear(fields)) = unclear else {
        panic!("nothing was chosen")
    };
    assert_eq!(fields, [Field::County, Field::Age, Field::Sex]);
    let mut child = choice(COUNTY, CELL);
    child.age = "0".to_owned();
    let turned = admit(app, SLUG, &child, &[1; 16]).await;
    assert!(matches!(turned, Ok(Admission::NotAsked)));
    // Who would rather not say is welcome and belongs to no cell.
    let mut discreet = choice(COUNTY, CELL);
    discreet.sex = "9".to_owned();
    let welcome = admit(app, SLUG, &discreet, &[1; 16]).await;
    assert!(matches!(welcome, Ok(Admission::Welcome(_))));
    answer(app, COUNTY, "18-29/9", [1; 16]).await.unwrap();
    assert_eq!(spent_tokens(app, wave.id).await, 1);
    app.clock.set(wave.closes_at);
    let late = admit(app, SLUG, &choice(COUNTY, CELL), &[2; 16]).await;
    assert!(matches!(late, Err(IntakeError::Closed { .. })));
    let late = answer(app, COUNTY, CELL, [2; 16]).await;
    assert!(matches!(late, Err(IntakeError::Closed { .. })));
    app.clone().shutdown().await;
}
