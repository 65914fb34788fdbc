//! A published result is corrected by two people, in public, and the version before keeps its address.

use std::time::Duration;

use minyi::evaluation::correction::{Scope, What};
use minyi::evaluation::verdict::Outcome;
use minyi::service::corrections::{CorrectingError, Say, board, propose, rule};
use minyi::service::decisions;
use minyi::service::evaluate::{EvaluationError, apply, import_indicators, of_wave};
use minyi::service::release::publish;
use minyi::service::waves::{self, WaveError};
use minyi::storage::office::process_entry;
use minyi::survey::role::Role;

use sha2::{Digest as _, Sha256};

use crate::bundle::unpack;
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
        let value = What::Value { indicator: "crime.homicide_clearance".to_owned(), year: 2026 };
        let stands = |k: u32| format!("{{\"status\":\"synthetic\",\"value\":{{\"kind\":\"rate\",\"k\":{k},\"m\":1}}}}");
        assert_eq!(named, [
            (&What::Verdict, "open", "not_met"),
            (&What::Criterion("crime.homicide_clearance".to_owned()), "met", "not_met"),
            (&value, stands(1).as_str(), stands(0).as_str()),
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
        let told = last["changes"].as_array().unwrap();
        assert_eq!(told.len(), 3);
        assert_eq!(told[2]["what"]["value"]["year"], 2026);
        assert_eq!(told[2]["after"], stands(0));
        let everyone = Visitor::at(&serve(app).await);
        let page = everyone.page("/results/2026q4").await.main();
        assert!(page.contains(note) && page.contains("Verdict: open → not met"), "{page}");
        let change = "2026: 1 of 1 (100.0%), made up → 0 of 1 (0.0%), made up";
        assert!(page.contains(change), "{page}");
        assert!(everyone.page(&format!("/results/2026q4/{COUNTY}")).await.main().contains(note));
        let old = everyone.page("/results/2026q4/versions/1").await.main();
        assert!(old.contains("This is version 1") && old.contains(note), "{old}");
        // So do its county, its document and its bundle, each with what it was.
        let sheet = everyone.page("/results/2026q4/versions/1").await;
        let county = format!("/results/2026q4/versions/1/{COUNTY}");
        let links = sheet.values("main a", "href");
        assert!(links.iter().any(|link| link.starts_with(&county)), "{links:?}");
        for (path, holds) in [(county.as_str(), false), ("/results/2026q4/140322", true)] {
            let page = everyone.page(path).await.main();
            assert_eq!(page.contains("1 of 1 is 100"), !holds, "{page}");
            assert_eq!(page.contains("This is version 1"), !holds, "{page}");
        }
        let answers = everyone.page(&format!("{county}/answers")).await.main();
        assert!(answers.contains("This is version 1"), "{answers}");
        let document = everyone.page("/results/2026q4/versions/1/report").await.main();
        assert!(document.contains("This is version 1") && document.contains("1 of 1 is 100"), "{document}");
        for (number, event, value) in [(1, "published", "\"k\":1,\"m\":1"), (2, "corrected", "\"k\":0,\"m\":1")] {
            let path = format!("/results/2026q4/versions/{number}/files/bundle.zip");
            let bytes = everyone.get(&path).await.bytes().await.unwrap();
            let folder = unpack(&bytes);
            let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
            assert_eq!(folder.path().join("version.json").exists(), number == 1);
            let lines = String::from_utf8(read("indicators.jsonl")).unwrap();
            let of_county = |line: &&str| line.contains(COUNTY) && line.contains("2026,\"id\":\"crime.homicide_clearance");
            assert!(lines.lines().find(of_county).unwrap().contains(value), "{number}");
            let told: Vec<serde_json::Value> = entries.iter().map(|one| serde_json::from_str(one).unwrap()).collect();
            let told = told.iter().find(|one| one["event"] == event).unwrap();
            let digest = hex::encode(Sha256::digest(read("evaluation.json")));
            assert_eq!(told["documents"]["evaluation.json"], digest, "{number}");
        }
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
            for below in ["", "/criteria", "/report", "/140322", "/140322/answers", "/files/bundle.zip"] {
                let path = format!("/results/2026q4/versions/{number}{below}");
                assert_eq!(everyone.get(&path).await.status().as_u16(), 404, "{path}");
            }
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
        let value = What::Value { indicator: "safety.villages".to_owned(), year: 2026 };
        assert_eq!(named, [(&value, COUNTY)]);
    }

    async fn a_title_by_decision_passes_on_until_something_that_was_decided_on_is_otherwise(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let bo = &account(app, "bo", Role::Evaluator).await;
        city.import().await;
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        let result = city.close_wave(slug).await;
        city.store_favorable(slug, &result).await;
        let first = apply(app, eva, slug).await.unwrap();
        crate::support::published::state(app, &city.organizer, slug).await;
        publish(app, &city.organizer, slug).await.unwrap();
        let open = &first.evaluation.county(COUNTY).unwrap().verdict.open;
        let reasons = open.iter().map(|id| (id.clone(), format!("reason of {id}"))).collect();
        later(&city);
        let proposed = decisions::propose(app, eva, slug, first.id, COUNTY, &reasons).await.unwrap();
        decisions::rule(app, bo, slug, first.id, proposed.id, Say::Confirm).await.unwrap();
        let titled = async || {
            let holds = of_wave(app, slug).await.unwrap().unwrap();
            let decided = decisions::decided(app, &holds).await.unwrap();
            decided.into_iter().map(|one| (one.county, one.at, one.decision.by().clone())).collect::<Vec<_>>()
        };
        let before = titled().await;
        assert_eq!(before.len(), 1);

        // Another county's number, and one of its own that nobody decided on.
        let corrected = async |values: &str| {
            import_indicators(app, eva, values).await.unwrap();
            later(&city);
            let found = propose(app, eva, slug, Scope::Evaluation, "corrected").await.unwrap();
            later(&city);
            rule(app, bo, slug, found.id, Say::Confirm).await.unwrap();
            found.changes
        };
        let other = "140311,2026,safety.communities,synthetic,,";
        let mended = INDICATORS.replace(&format!("{other}22,27"), &format!("{other}26,27"));
        assert_ne!(mended, INDICATORS);
        let villages = "140322,2026,safety.villages,synthetic,,";
        let mended = mended.replace(&format!("{villages}371,450"), &format!("{villages}372,450"));
        let changes = corrected(&mended).await;
        let counties: Vec<&str> = changes.iter().map(|one| one.county.as_str()).collect();
        assert!(counties.contains(&"140311") && counties.contains(&COUNTY), "{changes:?}");
        assert!(changes.iter().all(|one| one.what != What::Title), "{changes:?}");
        assert_eq!(titled().await, before, "who decided, and when, stays");

        // Now a criterion fails: there is nothing left that could be decided.
        let failed = mended.replace(&format!("{HOMICIDES}1,1"), &format!("{HOMICIDES}0,1"));
        let changes = corrected(&failed).await;
        let lapsed: Vec<&str> = changes.iter().filter(|one| one.what == What::Title).map(|one| one.county.as_str()).collect();
        assert_eq!(lapsed, [COUNTY]);
        assert_eq!(titled().await, []);
        let everyone = Visitor::at(&serve(app).await);
        let page = everyone.page("/results/2026q4").await.main();
        assert!(page.contains("the title by decision lapses"), "{page}");
        let old = everyone.page(&format!("/results/2026q4/versions/2/{COUNTY}")).await.main();
        assert!(old.contains("reason of"), "{old}");
    }
}
