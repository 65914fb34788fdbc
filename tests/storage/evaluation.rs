//! Standards, indicators and evaluations read back as they were written.

use std::time::Duration;

use minyi::evaluation::dossier::Evaluation;
use minyi::evaluation::indicator::{Entry, Indicator, Indicators, Judgement, Status, Value};
use minyi::evaluation::standard::Standard;
use minyi::storage::StoreError;
use minyi::storage::office::decision::{self, Proposal, Ruling};
use minyi::storage::office::evaluation::{self, Applied};
use minyi::storage::office::indicator::{self, StoredIndicator};
use minyi::storage::office::standard::{self, StoredStandard};
use minyi::survey::ids::{DecisionId, EvaluationId, IndicatorId};
use minyi::survey::time::Instant;
use minyi::survey::wave::Act;

use crate::support::city::{City, STANDARD};
use crate::support::on_both;

const NOW: Instant = Instant::from_micros(1_795_000_000_123_456);

fn text_of_version(version: u32) -> String {
    STANDARD.replacen("version = 1", &format!("version = {version}"), 1)
}

fn a_standard(text: &str, at: Instant) -> StoredStandard {
    StoredStandard::new(Standard::from_toml(text).unwrap(), text, at)
}

fn a_value(random: u8, id: &str, status: Status, value: Value) -> StoredIndicator {
    StoredIndicator {
        id: IndicatorId::new(NOW, [random; 10]),
        indicator: Indicator {
            county: "140321".to_owned(),
            year: 2026,
            id: id.to_owned(),
            status,
            value,
        },
        reported_by: "140321".to_owned(),
        entered_by: None,
        entered_at: NOW,
        verified_by: None,
        verified_at: None,
    }
}

fn an_evaluation(random: u8, standard: &StoredStandard, at: Instant) -> Applied {
    Applied {
        id: EvaluationId::new(at, [random; 10]),
        standard: standard.digest,
        estimate: None,
        evaluation: Evaluation::of(&standard.standard, &Indicators::new(), None, 2026),
        input_digest: [random; 32],
        software_version: "minyi 0.0.0".to_owned(),
        created_at: at,
        created_by: None,
    }
}

/// Values as an evaluation keeps them.
const LINES: &str = "{\"county\":\"140322\"}\n";

on_both! {
    async fn a_standard_is_found_by_digest_by_version_and_as_the_latest(stores) {
        let second = NOW.plus(Duration::from_secs(1));
        let (one, two) = (a_standard(STANDARD, second), a_standard(&text_of_version(2), NOW));
        let mut tx = stores.office.0.begin_write("standards").await.unwrap();
        let mut conn = tx.conn();
        assert_eq!(standard::find_latest(&mut conn).await.unwrap(), None);
        for stored in [&one, &two] {
            standard::insert(&mut conn, stored).await.unwrap();
        }
        assert_eq!(standard::get(&mut conn, &two.digest).await.unwrap(), two);
        assert_eq!(standard::find(&mut conn, "yangquan-2004", 2).await.unwrap().as_ref(), Some(&two));
        assert_eq!(standard::find(&mut conn, "yangquan-2004", 3).await.unwrap(), None);
        // The one imported last, whatever its version.
        assert_eq!(standard::find_latest(&mut conn).await.unwrap().as_ref(), Some(&one));
        assert_eq!(standard::list(&mut conn).await.unwrap(), [one, two]);
        let missing = standard::get(&mut conn, &[0; 32]).await;
        assert!(matches!(missing, Err(StoreError::Missing("standard"))));
    }

    async fn an_id_and_version_hold_one_text(stores) {
        let other = a_standard(&format!("{STANDARD}\n# another text\n"), NOW);
        let mut tx = stores.office.0.begin_write("standards").await.unwrap();
        standard::insert(&mut tx.conn(), &a_standard(STANDARD, NOW)).await.unwrap();
        let refused = standard::insert(&mut tx.conn(), &other).await;
        assert!(matches!(refused, Err(StoreError::Duplicate(_))));
    }

    async fn values_of_every_kind_come_back_with_who_entered_and_verified_them(stores) {
        let city = City::new(&stores).await;
        let judgement = Judgement {
            met: true,
            assessor: "王芳".to_owned(),
            reason: "现场检查".to_owned(),
            evidence: "文件 7".to_owned(),
        };
        let entry = Entry {
            label: "仓库".to_owned(),
            measures: [("loss".to_owned(), "299999.99".parse().unwrap())].into(),
        };
        let bare = a_value(1, "a", Status::Reported, Value::Count { count: u32::MAX });
        let verified = StoredIndicator {
            entered_by: Some(city.evaluator.id),
            verified_by: Some(city.second.id),
            verified_at: Some(NOW.plus(Duration::from_secs(5))),
            ..a_value(2, "b", Status::Synthetic, Value::Judgement { judgement })
        };
        let values = [
            bare,
            verified,
            a_value(3, "c", Status::Verified, Value::Rate { k: 0, m: 0 }),
            a_value(4, "d", Status::Reported, Value::Amount { amount: "-0.0001".parse().unwrap() }),
            a_value(5, "e", Status::Reported, Value::List { entries: vec![entry] }),
            a_value(6, "f", Status::Reported, Value::List { entries: Vec::new() }),
        ];
        let mut tx = city.app.office.0.begin_write("indicators").await.unwrap();
        for value in values.iter().rev() {
            indicator::insert(&mut tx.conn(), value).await.unwrap();
        }
        assert_eq!(indicator::list(&mut tx.conn()).await.unwrap(), values);
        let is_verified: Vec<bool> = values.iter().map(StoredIndicator::is_verified).collect();
        assert_eq!(is_verified, [false, true, true, false, false, false]);
        let again = StoredIndicator { id: IndicatorId::new(NOW, [9; 10]), ..values[0].clone() };
        let refused = indicator::insert(&mut tx.conn(), &again).await;
        assert!(matches!(refused, Err(StoreError::Duplicate(_))));
    }

    async fn a_value_is_replaced_until_somebody_verifies_it(stores) {
        let city = City::new(&stores).await;
        let reported = a_value(1, "a", Status::Reported, Value::Count { count: 3 });
        let verified = StoredIndicator {
            verified_by: Some(city.second.id),
            verified_at: Some(NOW),
            ..a_value(2, "b", Status::Reported, Value::Count { count: 3 })
        };
        let mut tx = city.app.office.0.begin_write("indicators").await.unwrap();
        let mut conn = tx.conn();
        indicator::insert(&mut conn, &reported).await.unwrap();
        indicator::insert(&mut conn, &verified).await.unwrap();
        let mut changed = reported.clone();
        changed.indicator.value = Value::Count { count: 4 };
        changed.indicator.status = Status::Synthetic;
        "公安局".clone_into(&mut changed.reported_by);
        changed.entered_by = Some(city.evaluator.id);
        changed.entered_at = NOW.plus(Duration::from_secs(1));
        assert!(indicator::update_value(&mut conn, &changed).await.unwrap());
        let mut refused = verified.clone();
        refused.indicator.value = Value::Count { count: 4 };
        assert!(!indicator::update_value(&mut conn, &refused).await.unwrap());
        assert_eq!(indicator::list(&mut conn).await.unwrap(), [changed, verified]);
    }

    async fn an_evaluation_is_found_by_the_wave_that_it_rests_on(stores) {
        let city = City::new(&stores).await;
        let slug = city.open_wave("2026q4", "2026-11-23T20:00").await;
        let result = city.close_wave(&slug).await;
        let estimate = city.store_favorable(&slug, &result).await;
        let other = city.open_wave("2027q4", "2027-11-23T20:00").await;
        let standard = a_standard(STANDARD, NOW);
        let later = NOW.plus(Duration::from_secs(1));
        let first = Applied {
            estimate: Some(estimate.id),
            created_by: Some(city.evaluator.id),
            ..an_evaluation(9, &standard, NOW)
        };
        let second = Applied { estimate: Some(estimate.id), ..an_evaluation(1, &standard, later) };
        let (without, second_id) = (an_evaluation(3, &standard, later), second.id);
        let mut tx = city.app.office.0.begin_write("evaluations").await.unwrap();
        let mut conn = tx.conn();
        let refused = evaluation::insert(&mut conn, &without, "").await;
        assert!(matches!(refused, Err(StoreError::Reference(_))), "there is no such standard");
        tx.rollback().await.unwrap();

        let mut tx = city.app.office.0.begin_write("evaluations").await.unwrap();
        let mut conn = tx.conn();
        standard::insert(&mut conn, &standard).await.unwrap();
        for applied in [&second, &without, &first] {
            evaluation::insert(&mut conn, applied, LINES).await.unwrap();
        }
        let wave = city.wave(&slug).await.id;
        assert_eq!(evaluation::find_latest(&mut conn, wave).await.unwrap().as_ref(), Some(&second));
        let other = city.wave(&other).await.id;
        assert_eq!(evaluation::find_latest(&mut conn, other).await.unwrap(), None);
        assert_eq!(evaluation::list(&mut conn, 2026).await.unwrap(), [without, second, first]);
        assert_eq!(evaluation::list(&mut conn, 2025).await.unwrap(), []);
        let kept = evaluation::find_indicators(&mut conn, second_id).await.unwrap();
        assert_eq!(kept.as_deref(), Some(LINES));
    }

    async fn proposals_come_back_with_what_was_said_of_them_and_hold_one_ruling(stores) {
        let city = City::new(&stores).await;
        let stored = a_standard(STANDARD, NOW);
        let (applied, other) = (an_evaluation(1, &stored, NOW), an_evaluation(2, &stored, NOW));
        let mut tx = city.app.office.0.begin_write("decisions").await.unwrap();
        let mut conn = tx.conn();
        standard::insert(&mut conn, &stored).await.unwrap();
        for one in [&applied, &other] {
            evaluation::insert(&mut conn, one, LINES).await.unwrap();
        }
        let proposal = |random: u8, county: &str, number| Proposal {
            id: DecisionId::new(NOW, [random; 10]),
            evaluation: applied.id,
            county: county.to_owned(),
            number,
            reasons: [("approval.rate".to_owned(), "现场查看".to_owned())].into(),
            proposed: Act { by: city.evaluator.id, at: NOW },
            ruling: None,
        };
        let ruling = |confirmed, reason: &str| Ruling {
            confirmed,
            reason: reason.to_owned(),
            act: Act { by: city.second.id, at: NOW.plus(Duration::from_secs(1)) },
        };
        let (first, second) = (proposal(1, "140322", 1), proposal(2, "140322", 2));
        let apart = proposal(3, "140321", 1);
        for one in [&second, &first, &apart] {
            decision::insert(&mut conn, one).await.unwrap();
        }
        let (no, yes) = (ruling(false, "样本太小"), ruling(true, ""));
        decision::insert_ruling(&mut conn, first.id, &no).await.unwrap();
        decision::insert_ruling(&mut conn, second.id, &yes).await.unwrap();
        let ruled = |one: Proposal, ruling| Proposal { ruling: Some(ruling), ..one };
        let (first, second) = (ruled(first, no.clone()), ruled(second, yes));
        let listed = decision::list(&mut conn, applied.id).await.unwrap();
        assert_eq!(listed, [apart, first.clone(), second]);
        assert_eq!(decision::list(&mut conn, other.id).await.unwrap(), []);
        let twice = decision::insert_ruling(&mut conn, first.id, &no).await;
        assert!(matches!(twice, Err(StoreError::Duplicate(_))));
        drop(tx);
        let mut tx = city.app.office.0.begin_write("one number twice").await.unwrap();
        let mut conn = tx.conn();
        standard::insert(&mut conn, &stored).await.unwrap();
        evaluation::insert(&mut conn, &applied, LINES).await.unwrap();
        decision::insert(&mut conn, &proposal(4, "140322", 1)).await.unwrap();
        let twice = decision::insert(&mut conn, &proposal(5, "140322", 1)).await;
        assert!(matches!(twice, Err(StoreError::Duplicate(_))));
    }
}
