//! A published result is corrected by two people, in public, and the version before keeps its address.

use std::time::Duration;

use minyi::evaluation::correction::{Scope, What};
use minyi::evaluation::verdict::Outcome;
use minyi::service::corrections::{CorrectingError, Say, board, propose, rule};
use minyi::service::evaluate::{EvaluationError, apply, import_indicators, of_wave};
use minyi::service::release::publish;
use minyi::service::waves::{self, WaveError};
use minyi::storage::office::process_entry;
use minyi::survey::role::Role;

use crate::support::city::{City, INDICATORS};
use crate::support::instance::{Visitor, account, serve};
use crate::support::on_both;

const COUNTY: &str = "140322";
const HOMICIDES: &str = "140322,2026,crime.homicide_clearance,synthetic,,";

fn later(city: &City) {
    let now = city.app.clock.now();
    city.app.clock.set(now.plus(Duration::from_secs(1)));
}

on_both! {
    async fn a_wrong_value_is_corrected_by_two_people_and_both_versions_are_there(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let bo = &account(app, "bo", Role::Evaluator).await;
        city.import().await;
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        let result = city.close_wave(slug).await;
        city.store_favorable(slug, &result).await;
        apply(app, eva, slug).await.unwrap();
        let early = propose(app, eva, slug, Scope::Evaluation, "x").await;
        assert!(matches!(early, Err(CorrectingError::NotPublished)));
        crate::support::published::state(app, &city.organizer, slug).await;
        publish(app, &city.organizer, slug).await.unwrap();

        let denied = propose(app, &city.organizer, slug, Scope::Evaluation, "x").await;
        assert!(matches!(denied, Err(CorrectingError::Wave(WaveError::Denied))));
        let silent = propose(app, eva, slug, Scope::Evaluation, " ").await;
        assert!(matches!(silent, Err(CorrectingError::NoNote)));
        let same = propose(app, eva, slug, Scope::Evaluation, "a feeling").await;
        assert!(matches!(same, Err(CorrectingError::Nothing)));

        // A homicide was counted as cleared that was not.
        let mended = INDICATORS.replace(&format!("{HOMICIDES}1,1"), &format!("{HOMICIDES}0,1"));
        assert_ne!(mended, INDICATORS);
        import_indicators(app, eva, &mended).await.unwrap();
        let before = of_wave(app, slug).await.unwrap().unwrap();
        assert_eq!(before.evaluation.county(COUNTY).unwrap().verdict.outcome, Outcome::Open);
        let note = "One homicide of 2026 was entered as cleared; the court’s register says it was not.";
        let first = propose(app, eva, slug, Scope::Evaluation, note).await.unwrap();
        let named: Vec<(&What, &str, &str)> =
            first.changes.iter().map(|one| (&one.what, one.before.as_str(), one.after.as_str())).collect();
        assert_eq!(named, [
            (&What::Verdict, "open", "not_met"),
            (&What::Criterion("crime.homicide_clearance".to_owned()), "met", "not_met"),
        ]);
        assert!(first.changes.iter().all(|one| one.county == COUNTY));
        let twice = propose(app, bo, slug, Scope::Evaluation, note).await;
        assert!(matches!(twice, Err(CorrectingError::ChangedMeanwhile)));
        let alone = rule(app, eva, slug, first.id, Say::Confirm).await;
        assert!(matches!(alone, Err(CorrectingError::OnePerson)));
        // Something else comes out by now: what was shown is not what would be published.
        import_indicators(app, eva, INDICATORS).await.unwrap();
        later(&city);
        let other = rule(app, bo, slug, first.id, Say::Confirm).await;
        assert!(matches!(other, Err(CorrectingError::ChangedMeanwhile)), "{other:?}");
        import_indicators(app, eva, &mended).await.unwrap();
        let unsaid = rule(app, bo, slug, first.id, Say::Reject(" ".to_owned())).await;
        assert!(matches!(unsaid, Err(CorrectingError::NoNote)));
        rule(app, bo, slug, first.id, Say::Reject("Which register?".to_owned())).await.unwrap();
        later(&city);
        let second = propose(app, eva, slug, Scope::Evaluation, note).await.unwrap();
        assert_eq!(second.number, 2);
        later(&city);
        rule(app, bo, slug, second.id, Say::Confirm).await.unwrap();
        let after = of_wave(app, slug).await.unwrap().unwrap();
        assert_eq!(after.evaluation.county(COUNTY).unwrap().verdict.outcome, Outcome::NotMet);
        assert_eq!(after.standard_digest, before.standard_digest);
        assert_ne!(after.input_digest, before.input_digest);
        let again = rule(app, bo, slug, second.id, Say::Confirm).await;
        assert!(matches!(again, Err(CorrectingError::ChangedMeanwhile)));

        // The record tells of it, and everybody reads both versions.
        let wave = city.wave(slug).await;
        let mut tx = app.office.0.begin_read("process").await.unwrap();
        let entries = process_entry::list(&mut tx.conn(), wave.id).await.unwrap();
        drop(tx);
        let last: serde_json::Value = serde_json::from_str(entries.last().unwrap()).unwrap();
        assert_eq!((&last["event"], &last["note"], &last["version"]), (&"corrected".into(), &note.into(), &2.into()));
        let sealed: serde_json::Value = serde_json::from_str(&entries[0]).unwrap();
        for field in ["plan", "questionnaire", "frame", "margins"] {
            assert_eq!(sealed[field], last[field], "{field}");
        }
        let bytes: Vec<Vec<u8>> = entries.iter().map(|entry| entry.clone().into_bytes()).collect();
        assert_eq!(minyi::service::story::contradictions(&bytes), []);
        let everyone = Visitor::at(&serve(app).await);
        let page = everyone.page("/results/2026q4").await.main();
        assert!(page.contains(note) && page.contains("Verdict: open → not met"), "{page}");
        assert!(everyone.page(&format!("/results/2026q4/{COUNTY}")).await.main().contains(note));
        let old = everyone.page("/results/2026q4/versions/1").await.main();
        assert!(old.contains("This is version 1") && old.contains(note), "{old}");
        let current = everyone.page("/results/2026q4/versions/2").await.main();
        assert!(current.contains("Corrected on") && !current.contains("This is version"), "{current}");
        let old = everyone.page("/results/2026q4/versions/1/criteria").await.main();
        assert!(old.contains("This is version 1") && old.contains("No county meets the standard"), "{old}");
        let current = everyone.page("/results/2026q4/versions/2/criteria").await;
        let holds = everyone.page("/results/2026q4/criteria").await;
        assert_eq!(current.texts("table.matrix td"), holds.texts("table.matrix td"));
        let report = everyone.page("/results/2026q4/report").await.main();
        assert!(report.contains(note), "{report}");
        let told = everyone.get("/api/v1/waves/2026q4").await.text().await.unwrap();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!((&told["corrections"][0]["note"], &told["corrections"][0]["version"]), (&note.into(), &2.into()));
        for number in ["0", "3", "x"] {
            let path = format!("/results/2026q4/versions/{number}");
            assert_eq!(everyone.get(&path).await.status().as_u16(), 404, "{number}");
        }
        let found = board(app, eva, slug).await.unwrap();
        assert_eq!(found.corrections.len(), 2, "what was rejected stays");
    }

    async fn figures_are_computed_again_from_the_same_answers(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let bo = &account(app, "bo", Role::Evaluator).await;
        city.import().await;
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        let computed = city.close_wave(slug).await;
        // What a wrong program had published.
        let wrong = city.store_favorable(slug, &computed).await;
        apply(app, eva, slug).await.unwrap();
        crate::support::published::state(app, &city.organizer, slug).await;
        publish(app, &city.organizer, slug).await.unwrap();
        later(&city);
        let only = propose(app, eva, slug, Scope::Evaluation, "figures are wrong").await;
        assert!(matches!(only, Err(CorrectingError::Nothing)));
        let found = propose(app, eva, slug, Scope::Result, "figures are wrong").await.unwrap();
        let approvals = found.changes.iter().filter(|one| one.what == What::Approval);
        assert_eq!(approvals.map(|one| one.county.as_str()).collect::<Vec<_>>(), ["140321", COUNTY]);
        later(&city);
        rule(app, bo, slug, found.id, Say::Confirm).await.unwrap();
        let (_, stored) = waves::result(app, slug).await.unwrap().unwrap();
        assert_eq!(stored.result, computed, "the plan on the same answers");
        assert_ne!(stored.id, wrong.id);
        let evaluation = of_wave(app, slug).await.unwrap().unwrap();
        let approval = evaluation.evaluation.county(COUNTY).unwrap().finding("approval.rate");
        assert_eq!(approval, Some(minyi::evaluation::finding::Finding::NotAssessable), "nobody answered");
    }

    async fn a_published_result_is_evaluated_late_by_two_people_only(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let bo = &account(app, "bo", Role::Evaluator).await;
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        city.close_wave(slug).await;
        crate::support::published::state(app, &city.organizer, slug).await;
        publish(app, &city.organizer, slug).await.unwrap();
        let nothing = propose(app, eva, slug, Scope::Evaluation, "late").await;
        assert!(matches!(nothing, Err(CorrectingError::Nothing)), "there is no standard");
        city.import().await;
        let alone = apply(app, eva, slug).await;
        assert!(matches!(alone, Err(EvaluationError::Published(_))), "{alone:?}");
        later(&city);
        let late = propose(app, eva, slug, Scope::Evaluation, "the standard came late").await.unwrap();
        let verdicts = late.changes.iter().filter(|one| one.what == What::Verdict);
        assert!(verdicts.clone().all(|one| one.before.is_empty() && !one.after.is_empty()));
        assert_eq!(verdicts.count(), 5, "every county of the standard");
        later(&city);
        rule(app, bo, slug, late.id, Say::Confirm).await.unwrap();
        assert!(of_wave(app, slug).await.unwrap().is_some());
        let everyone = Visitor::at(&serve(app).await);
        let old = everyone.page("/results/2026q4/versions/1").await.main();
        assert!(!old.contains("Standard for safe counties"), "{old}");
        assert_eq!(everyone.get("/results/2026q4/versions/1/criteria").await.status().as_u16(), 404);
        assert!(everyone.page("/results/2026q4").await.main().contains("Standard for safe counties"));
    }

    async fn other_numbers_with_the_same_findings_are_named(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        city.import().await;
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        city.close_wave(slug).await;
        crate::support::published::state(app, &city.organizer, slug).await;
        publish(app, &city.organizer, slug).await.unwrap();
        let villages = "140322,2026,safety.villages,synthetic,,";
        let mended = INDICATORS.replace(&format!("{villages}371,450"), &format!("{villages}372,450"));
        assert_ne!(mended, INDICATORS);
        import_indicators(app, eva, &mended).await.unwrap();
        later(&city);
        let found = propose(app, eva, slug, Scope::Evaluation, "one village more").await.unwrap();
        let named: Vec<_> = found.changes.iter().map(|one| (&one.what, one.county.as_str())).collect();
        assert_eq!(named, [(&What::Other, COUNTY)]);
    }
}
