//! Standards and indicators imported, and the standard applied to a closed wave.

use std::time::Duration;

use minyi::evaluation::dossier::Evaluation;
use minyi::evaluation::finding::Finding;
use minyi::evaluation::indicator::{Indicator, Status, Value};
use minyi::evaluation::verdict::Outcome;
use minyi::service::close;
use minyi::service::evaluate::{
    EvaluationError, IndicatorImport, Standing, apply, import_indicators, import_standard, of_wave,
    standard_in_force,
};
use minyi::service::release::publish;
use minyi::service::standards::{self, DraftError};
use minyi::service::waves::WaveError;
use minyi::storage::office::indicator::{self, StoredIndicator};
use minyi::storage::office::{audit, evaluation};
use minyi::survey::ids::IndicatorId;
use minyi::survey::role::Role;
use minyi::survey::wave::{WaveSlug, WaveState};
use sha2::{Digest as _, Sha256};

use crate::support::city::{City, INDICATORS, STANDARD};
use crate::support::instance::account;
use crate::support::{Stores, on_both};

/// The end of the demonstration's wave.
const END: &str = "2026-11-23T20:00";
const HEADER: &str = "county,year,indicator,status,value,k,m\n";

fn version(version: u32) -> String {
    STANDARD.replacen("version = 1", &format!("version = {version}"), 1)
}

/// The demonstration's indicators with one row written otherwise.
fn with_row(from: &str, to: &str) -> String {
    assert!(INDICATORS.contains(from), "{from}");
    INDICATORS.replacen(from, to, 1)
}

async fn stored(city: &City) -> Vec<StoredIndicator> {
    let mut tx = city.app.office.0.begin_read("list").await.unwrap();
    indicator::list(&mut tx.conn()).await.unwrap()
}

/// Action, subject and detail of this action's audit entries, the oldest first.
async fn audited(city: &City, action: &str) -> Vec<(String, String, serde_json::Value)> {
    let mut tx = city.app.office.0.begin_read("audit").await.unwrap();
    let mut entries = audit::list(&mut tx.conn(), None, 100).await.unwrap();
    entries.reverse();
    let of_action = entries.into_iter().filter(|entry| entry.action == action);
    of_action
        .map(|entry| (entry.actor, entry.subject, entry.detail))
        .collect()
}

fn a_second_later(city: &City) {
    let later = city.app.clock.now().plus(Duration::from_secs(1));
    city.app.clock.set(later);
}

/// Stores a value that a second person has verified.
async fn verify(city: &City, id: &str, value: Value) {
    let now = city.app.clock.now();
    let verified = StoredIndicator {
        id: IndicatorId::new(now, [1; 10]),
        indicator: Indicator {
            county: "140321".to_owned(),
            year: 2026,
            id: id.to_owned(),
            status: Status::Synthetic,
            value,
        },
        reported_by: "140321".to_owned(),
        entered_by: None,
        entered_at: now,
        verified_by: Some(city.evaluator.id),
        verified_at: Some(now),
    };
    let mut tx = city.app.office.0.begin_write("verify").await.unwrap();
    indicator::insert(&mut tx.conn(), &verified).await.unwrap();
    tx.commit().await.unwrap();
}

fn outcome(evaluation: &Evaluation, county: &str) -> Outcome {
    evaluation.county(county).unwrap().verdict.outcome
}

fn finding(evaluation: &Evaluation, county: &str, criterion: &str) -> Finding {
    let dossier = evaluation.county(county).unwrap();
    dossier.finding(criterion).unwrap()
}

on_both! {
    async fn a_standard_is_stored_once_and_another_text_of_its_version_is_refused(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        assert_eq!(standard_in_force(app).await.unwrap(), None);
        let first = import_standard(app, eva, STANDARD).await.unwrap();
        assert_eq!((first.standard.id.as_str(), first.standard.version), ("yangquan-2004", 1));
        assert_eq!(first.standing, Standing::InForce);
        a_second_later(&city);
        // A later one needs another evaluator, who confirms the very text.
        let next = import_standard(app, eva, &version(2)).await.unwrap();
        assert_eq!(next.standing, Standing::Proposed);
        let again = import_standard(app, eva, &version(2)).await.unwrap();
        assert_eq!(again.standing, Standing::Known, "it waits already");
        assert_eq!(standard_in_force(app).await.unwrap(), Some(first.standard.clone()));
        let shelf = standards::list(app, eva).await.unwrap();
        let [draft] = shelf.drafts.as_slice() else { panic!("{:?}", shelf.drafts) };
        let own = standards::confirm(app, eva, (draft.id, draft.revision)).await;
        assert!(matches!(own, Err(DraftError::OnePerson)));
        let bo = account(app, "bo", Role::Evaluator).await;
        let stored = standards::confirm(app, &bo, (draft.id, draft.revision)).await.unwrap();
        assert_eq!((stored.text, &stored.standard), (version(2), &next.standard));
        a_second_later(&city);
        // The same text again changes nothing, not even which one is in force.
        let again = import_standard(app, eva, STANDARD).await.unwrap();
        assert_eq!((again.standing, again.standard), (Standing::Known, first.standard));
        assert_eq!(standard_in_force(app).await.unwrap(), Some(next.standard));

        let other = format!("{STANDARD}# one more remark\n");
        let refused = import_standard(app, eva, &other).await;
        assert!(matches!(
            refused,
            Err(EvaluationError::VersionTaken { id, version: 1 }) if id == "yangquan-2004"
        ));
        let broken = import_standard(app, eva, "id = \"x\"").await;
        assert!(matches!(broken, Err(EvaluationError::Standard(_))));
        let entries = audited(&city, "import_standard").await;
        let digest = hex::encode(Sha256::digest(STANDARD));
        let [(actor, subject, detail)] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!((actor.as_str(), subject.as_str()), ("eva", "standard yangquan-2004 1"));
        assert_eq!(detail["digest"], digest);
        let proposed = audited(&city, "propose_standard").await;
        let [(actor, subject, _)] = proposed.as_slice() else { panic!("{proposed:?}") };
        assert_eq!((actor.as_str(), subject.as_str()), ("eva", "standard yangquan-2004 2"));
    }

    async fn a_second_import_replaces_what_differs_and_counts_it(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        import_standard(app, eva, STANDARD).await.unwrap();
        let first = import_indicators(app, eva, INDICATORS).await.unwrap();
        let rows = first.rows;
        assert!(rows > 200, "{rows}");
        assert_eq!(first, IndicatorImport { rows, new: rows, ..IndicatorImport::default() });
        assert_eq!(stored(&city).await.len(), rows);

        let again = import_indicators(app, eva, INDICATORS).await.unwrap();
        assert_eq!(again, IndicatorImport { rows, unchanged: rows, ..IndicatorImport::default() });

        a_second_later(&city);
        let row = "140321,2026,crime.cases,synthetic,";
        let changed = import_indicators(app, eva, &with_row(row, &format!("{row}9"))).await.unwrap();
        let one = IndicatorImport { rows, new: 0, changed: 1, unchanged: rows - 1 };
        assert_eq!(changed, one);
        let now = app.clock.now();
        let newer: Vec<_> = stored(&city).await.into_iter().filter(|v| v.entered_at == now).collect();
        assert_eq!(newer.len(), 1);
        assert_eq!(newer[0].indicator.id, "crime.cases");
        assert_eq!(newer[0].entered_by, Some(eva.id));
        let entries = audited(&city, "import_indicators").await;
        let last = &entries.last().unwrap().2;
        assert_eq!((&last["changed"], &last["new"]), (&1.into(), &0.into()));
        assert_eq!((&last["standard"], &last["version"]), (&"yangquan-2004".into(), &1.into()));
    }

    async fn an_import_never_changes_a_verified_value(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        import_standard(app, eva, STANDARD).await.unwrap();
        verify(&city, "crime.cases", Value::Count { count: 7 }).await;
        let before = stored(&city).await;
        let file = format!("{HEADER}\
            140321,2025,crime.cases,reported,5,,\n\
            140321,2026,crime.cases,reported,8,,\n");
        let refused = import_indicators(app, eva, &file).await.unwrap_err();
        let EvaluationError::Verified(values) = refused else { panic!("{refused:?}") };
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        assert_eq!(values, ["140321 2026 crime.cases"]);
        assert_eq!(stored(&city).await, before, "the row that fits is not taken either");

        let same = format!("{HEADER}140321,2026,crime.cases,synthetic,7,,\n");
        let taken = import_indicators(app, eva, &same).await.unwrap();
        assert_eq!(taken.unchanged, 1);
    }

    async fn a_value_that_a_file_calls_verified_is_reported_all_the_same(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        import_standard(app, eva, STANDARD).await.unwrap();
        let row = |status: &str, count: u32| {
            format!("{HEADER}140321,2026,crime.cases,{status},{count},,\n")
        };
        for (status, count, changed) in [("reported", 5, 0), ("verified", 6, 1), ("verified", 6, 0), ("reported", 6, 0)] {
            let taken = import_indicators(app, eva, &row(status, count)).await.unwrap();
            assert_eq!(taken.changed, changed, "{status} {count}");
            assert_eq!(stored(&city).await[0].indicator.status, Status::Reported);
        }
        let taken = import_indicators(app, eva, &row("synthetic", 6)).await.unwrap();
        assert_eq!((taken.changed, stored(&city).await[0].is_verified()), (1, false));
    }

    async fn one_wrong_row_leaves_everything_as_it_was(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let none = import_indicators(app, eva, INDICATORS).await;
        assert!(matches!(none, Err(EvaluationError::NoStandard)));
        import_standard(app, eva, STANDARD).await.unwrap();
        let file = format!("{HEADER}\
            140321,2025,crime.cases,reported,5,,\n\
            140321,2026,crime.cases,reported,many,,\n\
            140399,2026,crime.cases,reported,5,,\n");
        let refused = import_indicators(app, eva, &file).await.unwrap_err();
        let EvaluationError::Indicators(problems) = refused else { panic!("{refused:?}") };
        let places: Vec<_> = problems.iter().map(|p| (p.line, p.column.as_str())).collect();
        assert_eq!(places, [(3, "value"), (4, "county")]);
        assert_eq!(stored(&city).await, []);
        assert_eq!(audited(&city, "import_indicators").await, []);
    }

    async fn the_close_applies_the_standard_in_force_once(stores) {
        let city = City::new(&stores).await;
        city.import().await;
        let slug = city.open_wave("2026q4", END).await;
        assert_eq!(of_wave(&city.app, &slug).await.unwrap(), None);
        let early = apply(&city.app, &city.evaluator, &slug).await.unwrap_err();
        assert!(matches!(
            early,
            EvaluationError::NotClosed { wave, state: WaveState::Open } if wave == slug
        ));
        let result = city.close_wave(&slug).await;
        let found = of_wave(&city.app, &slug).await.unwrap().unwrap();
        assert_eq!(found.wave, slug);
        assert_eq!(found.evaluation.year, 2026);
        assert_eq!(found.evaluation.wave.as_deref(), Some("2026q4"));
        assert!(found.evaluation.synthetic_survey && found.evaluation.synthetic_indicators);
        assert_eq!((found.standard.version, found.created_by), (1, Some(city.second.id)));
        assert_eq!(found.software_version, close::SOFTWARE);
        // Nobody answered, so the survey says nothing, and nothing is filled in.
        for county in ["140321", "140322", "140302"] {
            let approval = finding(&found.evaluation, county, "approval.rate");
            assert_eq!(approval, Finding::NotAssessable, "{county}");
        }

        a_second_later(&city);
        let again = close::finish(&city.app, &city.organizer, &slug).await.unwrap();
        assert_eq!(again.sampled(), Some(result));
        let mut tx = city.app.office.0.begin_read("list").await.unwrap();
        let all = evaluation::list(&mut tx.conn(), 2026).await.unwrap();
        assert_eq!(all.len(), 1);
        drop(tx);
        let entries = audited(&city, "apply_standard").await;
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].0.as_str(), entries[0].1.as_str()), ("ben", "wave 2026q4"));
        assert_eq!(entries[0].2["input"], hex::encode(found.input_digest));
    }

    async fn a_standard_imported_later_is_applied_to_the_stored_result(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let slug = city.open_wave("2026q4", END).await;
        let result = city.close_wave(&slug).await;
        assert_eq!(of_wave(app, &slug).await.unwrap(), None, "the close needs no standard");
        let none = apply(app, eva, &slug).await;
        assert!(matches!(none, Err(EvaluationError::NoStandard)));

        city.import().await;
        let estimate = city.store_favorable(&slug, &result).await;
        let first = apply(app, eva, &slug).await.unwrap();
        assert_eq!(of_wave(app, &slug).await.unwrap().as_ref(), Some(&first));
        assert_eq!((first.created_by, first.created_at), (Some(eva.id), app.clock.now()));
        let all = &first.evaluation;
        assert_eq!(finding(all, "140321", "approval.rate"), Finding::Met);
        assert_eq!(finding(all, "140322", "approval.security"), Finding::Met);
        assert_eq!(finding(all, "140302", "approval.rate"), Finding::NotAssessable);
        assert_eq!(outcome(all, "140321"), Outcome::NotMet);
        assert_eq!(outcome(all, "140322"), Outcome::Open);
        {
            let mut tx = app.office.0.begin_read("find").await.unwrap();
            let wave = city.wave(&slug).await.id;
            let stored = evaluation::find_latest(&mut tx.conn(), wave).await.unwrap().unwrap();
            assert_eq!(stored.estimate, Some(estimate.id));
        }

        // Applied again after a correction: added, not replaced.
        a_second_later(&city);
        let row = "140321,2026,crime.cases,synthetic,";
        import_indicators(app, eva, &with_row(row, &format!("{row}9"))).await.unwrap();
        let second = apply(app, eva, &slug).await.unwrap();
        assert!(second.id != first.id && second.input_digest != first.input_digest);
        assert_eq!(of_wave(app, &slug).await.unwrap(), Some(second.clone()));
        // What is published stays as it is.
        crate::support::published::state(app, &city.organizer, &slug).await;
        publish(app, &city.organizer, &slug).await.unwrap();
        let late = apply(app, eva, &slug).await;
        assert!(matches!(late, Err(EvaluationError::Published(_))), "{late:?}");
        assert_eq!(of_wave(app, &slug).await.unwrap(), Some(second));
        let mut tx = app.office.0.begin_read("list").await.unwrap();
        assert_eq!(evaluation::list(&mut tx.conn(), 2026).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn only_evaluators_import_and_apply() {
    let stores = Stores::sqlite().await;
    let city = City::new(&stores).await;
    let (app, ada) = (&city.app, &city.organizer);
    let slug = WaveSlug::parse("2026q4").unwrap();
    let refusals = [
        import_standard(app, ada, STANDARD).await.err(),
        import_indicators(app, ada, INDICATORS).await.err(),
        apply(app, ada, &slug).await.err(),
    ];
    for refused in refusals {
        assert!(
            matches!(refused, Some(EvaluationError::Denied)),
            "{refused:?}"
        );
    }
    let unknown = apply(app, &city.evaluator, &slug).await;
    let no_wave = |error| matches!(error, EvaluationError::Wave(WaveError::NoWave(_)));
    assert!(unknown.is_err_and(no_wave));
}

#[tokio::test]
async fn a_county_that_is_no_imported_area_is_named() {
    let stores = Stores::sqlite().await;
    let city = City::new(&stores).await;
    let (app, eva) = (&city.app, &city.evaluator);
    // The areas know no 140399; this standard does.
    let text = STANDARD.replace("\"140303\"", "\"140399\"");
    import_standard(app, eva, &text).await.unwrap();
    let file = format!("{HEADER}140399,2026,crime.cases,reported,5,,\n");
    let refused = import_indicators(app, eva, &file).await.unwrap_err();
    assert!(matches!(refused, EvaluationError::NoArea(counties) if counties == ["140399"]));
}

#[tokio::test]
async fn the_digest_names_the_standard_the_values_that_were_read_and_the_result() {
    let stores = Stores::sqlite().await;
    let city = City::new(&stores).await;
    let (app, eva) = (&city.app, &city.evaluator);
    import_standard(app, eva, STANDARD).await.unwrap();
    // Growth over three years reads 2022 to 2026, nothing reads 2021 or 2027.
    let file = format!(
        "{HEADER}\
        140322,2026,crime.clearance,reported,,3,4\n\
        140321,2022,crime.cases,reported,50,,\n\
        140321,2021,crime.cases,synthetic,50,,\n\
        140321,2027,crime.cases,synthetic,50,,\n"
    );
    import_indicators(app, eva, &file).await.unwrap();
    let slug = city.open_wave("2026q4", END).await;
    let result = city.close_wave(&slug).await;
    let found = of_wave(app, &slug).await.unwrap().unwrap();
    let expected = Sha256::new()
        .chain_update(Sha256::digest(STANDARD))
        .chain_update(
            "{\"county\":\"140321\",\"year\":2022,\"id\":\"crime.cases\",\"status\":\"reported\",\
            \"value\":{\"kind\":\"count\",\"count\":50}}\n",
        )
        .chain_update(
            "{\"county\":\"140322\",\"year\":2026,\"id\":\"crime.clearance\",\"status\":\"reported\",\
            \"value\":{\"kind\":\"rate\",\"k\":3,\"m\":4}}\n",
        )
        .chain_update(hex::decode(&result.input_digest).unwrap())
        .finalize();
    assert_eq!(hex::encode(found.input_digest), hex::encode(expected));
    assert!(
        !found.evaluation.synthetic_indicators,
        "what is not read marks nothing"
    );
}

#[tokio::test]
async fn the_year_is_the_local_one_of_the_announced_end() {
    let stores = Stores::sqlite().await;
    let city = City::new(&stores).await;
    import_standard(&city.app, &city.evaluator, STANDARD)
        .await
        .unwrap();
    // Still 31 December in Greenwich.
    let slug = city.open_wave("new-year", "2027-01-01T02:00").await;
    city.close_wave(&slug).await;
    let found = of_wave(&city.app, &slug).await.unwrap().unwrap();
    assert_eq!(found.evaluation.year, 2027);
}
