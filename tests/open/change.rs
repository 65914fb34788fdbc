//! Cells are given with the draft; afterwards two people change targets, and nobody anything else.

use minyi::service::again::again;
use minyi::service::quotas::{self, Given, QuotaError};
use minyi::service::rules::{self, RuleError};
use minyi::service::waves::{self, WaveError};
use minyi::storage::office::audit;
use minyi::survey::rule::{Rule, Unfit};
use minyi::survey::wave::{Refusal, WaveSlug};

use super::{COUNTY, answer, ask, draft, open, tally};
use crate::support::city::{City, confirm_latest, time};
use crate::support::on_both;

const PERIOD: (&str, &str) = ("2026-10-02", "2026-11-02");
const CELL: &str = "18-29/male";

fn cells(target: u32, rule: &str) -> String {
    format!(
        "county,age,sex,target,rule\n140321,18-29,male,{target},{rule}\n140322,18-29,male,5,monitor\n"
    )
}

fn problems(given: Result<Given, QuotaError>) -> Vec<String> {
    match given {
        Err(QuotaError::Rows(rows)) => rows.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

fn unfit<T: std::fmt::Debug>(done: Result<T, RuleError>) -> Unfit {
    match done {
        Err(RuleError::Unfit(unfit)) => unfit,
        other => panic!("{other:?}"),
    }
}

async fn actions(city: &City, slug: &WaveSlug) -> Vec<(String, String)> {
    let mut tx = city.app.office.0.begin_read("audit").await.unwrap();
    let entries = audit::list_subject(&mut tx.conn(), &format!("wave {slug}")).await;
    let mut said: Vec<(String, String)> = entries
        .unwrap()
        .into_iter()
        .filter(|entry| entry.action.ends_with("_quota") || entry.action.ends_with("_rule"))
        .map(|entry| (entry.action, entry.actor))
        .collect();
    said.sort();
    said
}

on_both! {
    async fn a_target_is_changed_by_two_people_and_holds_from_midnight(stores) {
        let city = City::new(&stores).await;
        let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
        let wave = open(app, (ada, ben), PERIOD, &cells(1, "close")).await;
        let slug = &wave.slug;
        app.clock.set(time("2026-10-03T09:00"));
        let (one, _) = ask(app, COUNTY, CELL).await;
        answer(app, COUNTY, CELL, one).await.unwrap();
        assert!(!ask(app, COUNTY, CELL).await.1, "full");

        let hasty = quotas::give(app, ada, slug, cells(3, "close").as_bytes(), " ").await;
        assert!(matches!(hasty, Err(QuotaError::Unfit(Unfit::NoReason))), "{hasty:?}");
        let asked = quotas::give(app, ada, slug, cells(3, "close").as_bytes(), "more came").await;
        assert_eq!(asked.unwrap(), Given::Asked(1));
        let confirm = |person| confirm_latest(app, person, slug);
        assert_eq!(unfit(confirm(ada).await), Refusal::SamePerson.into());
        let change = confirm(ben).await.unwrap();
        assert_eq!(change.confirmed.unwrap().1, time("2026-10-04T00:00"));
        assert_eq!(unfit(confirm(ben).await), Unfit::Waits(time("2026-10-04T00:00")));
        app.clock.set(time("2026-10-03T23:59"));
        assert_eq!(rules::apply_due(app).await.unwrap(), 0);
        assert!(!ask(app, COUNTY, CELL).await.1, "nothing holds yet");
        app.clock.set(time("2026-10-04T00:00"));
        assert_eq!(rules::apply_due(app).await.unwrap(), 1);
        assert_eq!(rules::apply_due(app).await.unwrap(), 0);
        for _ in 0..2 {
            let (next, welcome) = ask(app, COUNTY, CELL).await;
            assert!(welcome);
            answer(app, COUNTY, CELL, next).await.unwrap();
        }
        assert!(!ask(app, COUNTY, CELL).await.1, "full again");

        // A target below what is counted is no way to read the exact count; and no cell comes or goes.
        let below = quotas::give(app, ada, slug, cells(2, "close").as_bytes(), "why").await;
        assert_eq!(below.unwrap(), Given::Asked(1));
        for other in [
            "county,age,sex,target\n140321,18-29,male,9\n",
            "county,age,sex,target\n140321,18-29,male,9\n140322,30-39,male,5\n",
        ] {
            let refused = problems(quotas::give(app, ada, slug, other.as_bytes(), "why").await);
            assert!(refused[0].contains("sealed cells"), "{refused:?}");
        }
        assert_eq!(
            actions(&city, slug).await,
            [("apply_rule", "clock"), ("ask_rule", "ada"), ("ask_rule", "ada"), ("confirm_rule", "ben"), ("set_quota", "ada")]
                .map(|(action, actor)| (action.to_owned(), actor.to_owned()))
        );
        app.clone().shutdown().await;
    }

    async fn a_target_that_answers_have_overtaken_becomes_what_is_counted(stores) {
        let city = City::new(&stores).await;
        let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
        let wave = open(app, (ada, ben), PERIOD, &cells(3, "close")).await;
        let slug = &wave.slug;
        app.clock.set(time("2026-10-03T09:00"));
        quotas::give(app, ada, slug, cells(1, "close").as_bytes(), "enough").await.unwrap();
        confirm_latest(app, ben, slug).await.unwrap();
        for _ in 0..2 {
            let (next, _) = ask(app, COUNTY, CELL).await;
            answer(app, COUNTY, CELL, next).await.unwrap();
        }
        app.clock.set(time("2026-10-04T09:00"));
        assert_eq!(rules::apply_due(app).await.unwrap(), 1);
        // Two are counted: the cell is full with them, the third place is gone.
        assert!(!ask(app, COUNTY, CELL).await.1);
        let board = quotas::board(app, ada, slug).await.unwrap();
        let line = board.lines.iter().find(|line| line.quota.county.as_str() == COUNTY);
        assert_eq!(line.unwrap().quota.target, 2);
        // What is printed is what holds, not what was asked for.
        let listed = rules::board(app, ada, slug).await.unwrap().changes;
        let Rule::Quota { changes } = &listed[0].rule else { panic!("{listed:?}") };
        assert_eq!((changes[0].0.target, changes[0].1.target), (3, 2));
        assert_eq!(tally(app, wave.id, COUNTY, CELL).await.counted, 2);
        app.clone().shutdown().await;
    }

    async fn who_confirms_a_seal_has_seen_the_cells(stores) {
        let city = City::new(&stores).await;
        let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
        let slug = draft(app, ada, PERIOD, &cells(3, "close")).await;
        waves::ask_seal(app, ada, &slug).await.unwrap();
        let given = quotas::give(app, ada, &slug, cells(2, "close").as_bytes(), "").await;
        assert_eq!(given.unwrap(), Given::Set(2));
        let refused = waves::confirm_seal(app, ben, &slug).await;
        assert!(matches!(refused, Err(WaveError::Refused(Refusal::NotAsked))));
        waves::ask_seal(app, ada, &slug).await.unwrap();
        waves::confirm_seal(app, ben, &slug).await.unwrap();
        let judge = quotas::give(app, &city.evaluator, &slug, b"county", "why").await;
        assert!(matches!(judge, Err(QuotaError::Wave(WaveError::Denied))));
        app.clone().shutdown().await;
    }
}

/// Requests that replace each other: every one is taken, whoever was in its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_ask_at_the_same_moment_are_all_heard() {
    let city = City::new(&crate::support::Stores::postgres().await).await;
    let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
    let wave = open(app, (ada, ben), PERIOD, &cells(1, "close")).await;
    let slug = &wave.slug;
    // Each is in the way of the others at most once, so four tries are enough for four people.
    for round in 0..6_u32 {
        let asked = (0..4_u32).map(|n| async move {
            let person = if n % 2 == 0 { ada } else { ben };
            let wanted = cells(2 + 4 * round + n, "close");
            again(|| quotas::give(app, person, slug, wanted.as_bytes(), "why")).await
        });
        for given in futures_util::future::join_all(asked).await {
            assert_eq!(given.unwrap(), Given::Asked(1));
        }
    }
    app.clone().shutdown().await;
}

#[tokio::test]
async fn every_row_that_does_not_fit_is_named() {
    let stores = crate::support::Stores::sqlite().await;
    let city = City::new(&stores).await;
    let (app, ada) = (&city.app, &city.organizer);
    let slug = draft(app, ada, PERIOD, "").await;
    let bad = "county,age,sex,target,rule\n140321,18-29,male,x,close\n140321,18-29,male,5,shut\n";
    assert_eq!(
        problems(quotas::give(app, ada, &slug, bad.as_bytes(), "").await),
        [
            "row 2, column target: \"x\" is no whole number",
            "row 3, column rule: \"shut\" is none of monitor, close",
        ]
    );
    let bad = "county,age,sex,target\n140302,18-29,male,5\n140321,18-28,male,5\n";
    assert_eq!(
        problems(quotas::give(app, ada, &slug, bad.as_bytes(), "").await),
        [
            "row 2, column county: county 140302 is not in this wave",
            "row 3, column age: the questionnaire has no age band \"18-28\"",
        ]
    );
    app.clone().shutdown().await;
}
