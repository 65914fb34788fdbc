//! What staff noted for invitations, counted as it will enter the response rates.

use std::time::Duration;

use minyi::storage::StoreError;
use minyi::storage::office::{invitation, questionnaire, wave};
use minyi::survey::area::AreaCode;
use minyi::survey::ids::WaveId;
use minyi::survey::invitation::{CodeHash, NewInvitation, Place, Status};
use minyi::survey::outcome::{Outcome, Unused};
use minyi::survey::plan::{Plan, WavePlan};
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit, Text};
use minyi::survey::sample::{StratumCode, UnitCode};
use minyi::survey::time::Instant;
use minyi::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

use crate::support::on_both;

const NOW: Instant = Instant::from_micros(1_795_000_000_123_456);

fn code(number: u8) -> CodeHash {
    CodeHash::from_bytes([number; 32])
}

fn invited(number: u8, county: &str) -> NewInvitation {
    NewInvitation {
        code_hash: code(number),
        place: Place {
            county: AreaCode::parse(county).unwrap(),
            stratum: StratumCode::new(format!("{county}-urban")),
            variance_unit: UnitCode::new(format!("{county}-urban-01")),
        },
    }
}

fn a_wave(form: &Questionnaire, plan: &Plan) -> Wave {
    Wave {
        id: WaveId::new(NOW, [1; 10]),
        slug: WaveSlug::parse("w").unwrap(),
        kind: WaveKind::Probability,
        titles: Text::new([("zh-CN", "一"), ("en", "One")]),
        questionnaire: form.digest(),
        frame: None,
        margin_set: None,
        base_wave: None,
        plan_digest: plan.digest(),
        state: WaveState::Draft,
        synthetic: false,
        opens_at: NOW,
        closes_at: NOW.plus(Duration::from_secs(86_400)),
        seed: None,
        seed_text: None,
        created_at: NOW,
        created_by: None,
        seal_request: None,
        sealed: None,
        opened_at: None,
        close_request: None,
        closed: None,
        release_at: None,
        published_at: None,
    }
}

on_both! {
    async fn outcomes_count_for_unused_codes_only_and_can_be_taken_back(stores) {
        let form = Questionnaire::from_toml(DEFAULT_2026).unwrap().for_unit(SampledUnit::Person);
        let plan = Plan::Probability(Box::new(WavePlan::standard(SampledUnit::Person, vec![])));
        let made = a_wave(&form, &plan);
        let mut tx = stores.office.0.begin_write("outcomes").await.unwrap();
        let mut conn = tx.conn();
        questionnaire::insert(&mut conn, &form, NOW).await.unwrap();
        wave::insert(&mut conn, &made, &plan).await.unwrap();
        let codes = [(1, "140302"), (2, "140302"), (3, "140302"), (4, "140302"), (5, "140303")];
        let all = codes.map(|(number, county)| invited(number, county));
        invitation::insert(&mut conn, made.id, &all).await.unwrap();
        for (number, outcome) in [
            (1, Outcome::Refusal),
            (2, Outcome::Undelivered),
            (3, Outcome::NonContact),
            (5, Outcome::NotEligible),
        ] {
            invitation::update_outcome(&mut conn, made.id, &code(number), Some(outcome))
                .await
                .unwrap();
        }
        // Number 2 answers after all, and the note on number 3 was a mistake.
        tx.commit().await.unwrap();
        let (own, other) = (AreaCode::parse("140302").unwrap(), AreaCode::parse("140303").unwrap());
        let asked = [(code(1), &other), (code(2), &own), (code(9), &own)];
        let mut tx = stores.office.0.begin_single("redeem").await.unwrap();
        let found = invitation::redeem(&mut tx.conn().unwrap(), made.id, &asked).await.unwrap();
        tx.commit().await.unwrap();
        let found: Vec<_> = found.iter().map(|one| (one.code_hash, one.status)).collect();
        assert_eq!(found, [(code(1), Status::Issued), (code(2), Status::Issued)], "as they were");
        let mut tx = stores.office.0.begin_write("outcomes").await.unwrap();
        let mut conn = tx.conn();
        invitation::update_outcome(&mut conn, made.id, &code(3), None).await.unwrap();
        invitation::update_outcome(&mut conn, made.id, &code(4), Some(Outcome::Refusal))
            .await
            .unwrap();
        let found = invitation::count_unused(&mut conn, made.id).await.unwrap();
        let chengqu = Unused { refusal: 2, ..Unused::default() };
        let kuangqu = Unused { not_eligible: 1, ..Unused::default() };
        let of = |county: &str| found[&AreaCode::parse(county).unwrap()];
        assert_eq!((of("140302"), of("140303")), (chengqu, kuangqu));
        assert_eq!(found.len(), 2);
        let counted = invitation::count_by_county(&mut conn, made.id).await.unwrap();
        assert_eq!(counted, [(own.clone(), (4, 1)), (other.clone(), (1, 0))].into());
        let other_wave = WaveId::new(NOW, [2; 10]);
        assert!(invitation::count_by_county(&mut conn, other_wave).await.unwrap().is_empty());
        let nobody = invitation::update_outcome(&mut conn, made.id, &code(9), None).await;
        assert!(matches!(nobody, Err(StoreError::Missing("invitation"))));
    }
}
