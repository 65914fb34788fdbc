//! Two people, a reason, the next midnight; ends within bounds; strata and units that were drawn.

use super::*;
use crate::survey::area::AreaCode;
use crate::survey::ids::AccountId;
use crate::survey::questionnaire::Text;
use crate::survey::sample::{SampledPsu, SampledStratum};
use crate::survey::wave::WaveSlug;

fn zone() -> Zone {
    Zone::shanghai()
}

fn at(text: &str) -> Instant {
    zone().parse(text).unwrap()
}

fn act(n: u8, text: &str) -> Act {
    Act {
        by: AccountId::new(Instant::from_micros(1), [n; 10]),
        at: at(text),
    }
}

fn id(n: u8) -> RuleChangeId {
    RuleChangeId::new(Instant::from_micros(i64::from(n) * 1_000), [n; 10])
}

fn wave(state: WaveState) -> Wave {
    Wave {
        id: WaveId::new(Instant::from_micros(0), [0; 10]),
        slug: WaveSlug::parse("2026q4").unwrap(),
        kind: WaveKind::Probability,
        titles: Text::new([("en", "Wave")]),
        questionnaire: [0; 32],
        frame: None,
        margin_set: None,
        base_wave: None,
        plan_digest: [0; 32],
        state,
        synthetic: true,
        opens_at: at("2026-11-01T08:00"),
        closes_at: at("2026-11-20T20:00"),
        seed: Some([7; 32]),
        seed_text: None,
        created_at: Instant::from_micros(0),
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

fn sample() -> Sample {
    let county = AreaCode::parse("140302").unwrap();
    let stratum = |name: &str| SampledStratum {
        stratum: StratumCode::new(name),
        county: county.clone(),
        residence: None,
        population: 10,
        addresses: 10,
        fraction: 0.1,
        invitations: 1,
    };
    Sample {
        strata: vec![stratum("140302-urban"), stratum("140302-rural-c1")],
        psus: vec![SampledPsu {
            unit: AreaCode::parse("140302001001").unwrap(),
            part: 0,
            county: county.clone(),
            stratum: StratumCode::new("140302-urban"),
            variance_unit: UnitCode::new("140302-urban-01"),
            selection: 0,
            size: 10,
            addresses: 10,
            inclusion_probability: 0.5,
            certainty: false,
            base_weight: 2.0,
            invitations: 90,
        }],
    }
}

fn end(wave: &Wave, to: &str) -> Rule {
    Rule::End {
        before: wave.closes_at,
        end: at(to),
    }
}

#[test]
fn two_people_and_the_next_midnight() {
    let (wave, sample, zone) = (wave(WaveState::Open), sample(), zone());
    let ground = |changes| Ground {
        wave: &wave,
        sample: Some(&sample),
        changes,
        zone: &zone,
    };
    let asked = ground(&[])
        .ask(
            id(1),
            end(&wave, "2026-11-25T20:00"),
            "  rain ",
            act(1, "2026-11-10T09:00"),
        )
        .unwrap();
    assert_eq!(asked.reason, "rain");
    let changes = [asked];
    let same = ground(&changes).confirm(id(1), act(1, "2026-11-10T10:00"));
    assert_eq!(same, Err(Refusal::SamePerson.into()));
    // Who confirms names what was read: another request in its place is not it.
    let other = ground(&changes).confirm(id(9), act(2, "2026-11-10T10:00"));
    assert_eq!(other, Err(Unfit::Gone));
    let confirmed = ground(&changes).confirm(id(1), act(2, "2026-11-10T23:59"));
    let confirmed = confirmed.unwrap();
    assert_eq!(confirmed.confirmed.unwrap().1, at("2026-11-11T00:00"));
    // Until then nobody changes it again, and nobody confirms it twice.
    let changes = [confirmed];
    let again = ground(&changes).ask(
        id(2),
        end(&wave, "2026-11-26T20:00"),
        "rain",
        act(1, "2026-11-10T23:59"),
    );
    assert_eq!(again, Err(Unfit::Waits(at("2026-11-11T00:00"))));
    let twice = ground(&changes).confirm(id(1), act(2, "2026-11-10T23:59"));
    assert_eq!(twice, Err(Unfit::Waits(at("2026-11-11T00:00"))));
}

#[test]
fn an_end_is_moved_within_what_receipts_promise() {
    let (mut wave, zone) = (wave(WaveState::Open), zone());
    let check = |wave: &Wave, changes: &[RuleChange], to: &str, now: &str| {
        let ground = Ground {
            wave,
            sample: None,
            changes,
            zone: &zone,
        };
        ground.check(&end(wave, to), "rain", at(now))
    };
    let now = "2026-11-10T09:00";
    let effect = Ok(at("2026-11-11T00:00"));
    assert_eq!(check(&wave, &[], "2026-12-04T20:00", now), effect);
    let far = check(&wave, &[], "2026-12-04T20:01", now);
    assert_eq!(far, Err(Unfit::EndTooFar(at("2026-12-04T20:00"))));
    assert_eq!(check(&wave, &[], "2026-11-11T00:01", now), effect);
    let soon = check(&wave, &[], "2026-11-11T00:00", now);
    assert_eq!(soon, Err(Unfit::EndTooSoon(at("2026-11-11T00:00"))));
    assert_eq!(check(&wave, &[], "2026-11-20T20:00", now), Err(Unfit::Same));
    let late = check(&wave, &[], "2026-11-25T20:00", "2026-11-20T09:00");
    assert_eq!(late, Err(Unfit::TooLate(at("2026-11-21T00:00"))));
    // What was moved once counts from the earliest end that held, not from where it is.
    let moved = RuleChange {
        id: id(1),
        wave: wave.id,
        rule: end(&wave, "2026-11-30T20:00"),
        reason: "rain".to_owned(),
        asked: act(1, now),
        confirmed: Some((act(2, now), at("2026-11-11T00:00"))),
        applied_at: Some(at("2026-11-11T00:00")),
    };
    wave.closes_at = at("2026-11-30T20:00");
    let far = check(
        &wave,
        std::slice::from_ref(&moved),
        "2026-12-04T20:01",
        "2026-11-12T09:00",
    );
    assert_eq!(far, Err(Unfit::EndTooFar(at("2026-12-04T20:00"))));
    // Receipts of an earlier end hold, too: moved forward first, it comes no farther back.
    let earlier = RuleChange {
        rule: Rule::End {
            before: at("2026-11-20T20:00"),
            end: at("2026-11-13T20:00"),
        },
        ..moved
    };
    wave.closes_at = at("2026-11-13T20:00");
    let far = check(&wave, &[earlier], "2026-11-27T20:01", "2026-11-11T09:00");
    assert_eq!(far, Err(Unfit::EndTooFar(at("2026-11-27T20:00"))));
}

#[test]
fn what_was_not_drawn_is_neither_reminded_nor_left_out() {
    let (wave, sample, zone) = (wave(WaveState::Open), sample(), zone());
    let excluded = RuleChange {
        id: id(1),
        wave: wave.id,
        rule: Rule::Exclusion {
            unit: UnitCode::new("140302-urban-01"),
        },
        reason: "opened".to_owned(),
        asked: act(1, "2026-11-10T09:00"),
        confirmed: Some((act(2, "2026-11-10T09:00"), at("2026-11-11T00:00"))),
        applied_at: Some(at("2026-11-11T00:00")),
    };
    let check = |rule: &Rule, changes: &[RuleChange]| {
        let ground = Ground {
            wave: &wave,
            sample: Some(&sample),
            changes,
            zone: &zone,
        };
        ground.check(rule, "why", at("2026-11-12T09:00"))
    };
    let remind = |codes: &[&str]| Rule::Reminder {
        strata: codes.iter().map(|code| StratumCode::new(*code)).collect(),
    };
    assert!(check(&remind(&["140302-urban", "140302-rural"]), &[]).is_ok());
    let unknown = check(&remind(&["140302-urban", "140303-urban"]), &[]);
    assert_eq!(unknown, Err(Unfit::NoStratum("140303-urban".to_owned())));
    assert_eq!(
        check(&remind(&[]), &[]),
        Err(Unfit::NoStratum(String::new()))
    );
    assert!(check(&excluded.rule, &[]).is_ok());
    let twice = check(&excluded.rule, std::slice::from_ref(&excluded));
    assert!(matches!(twice, Err(Unfit::ExcludedAlready(_))));
    let nowhere = Rule::Exclusion {
        unit: UnitCode::new("x"),
    };
    assert_eq!(check(&nowhere, &[]), Err(Unfit::NoUnit("x".to_owned())));
}

#[test]
fn a_change_needs_a_reason_and_a_wave_that_runs() {
    let zone = zone();
    for state in WaveState::ALL {
        let wave = wave(state);
        let ground = Ground {
            wave: &wave,
            sample: None,
            changes: &[],
            zone: &zone,
        };
        let rule = end(&wave, "2026-11-25T20:00");
        let check = |reason: &str| ground.check(&rule, reason, at("2026-11-10T09:00"));
        let runs = matches!(
            state,
            WaveState::Sealed | WaveState::Drawn | WaveState::Open
        );
        assert_eq!(check("rain").is_ok(), runs, "{state:?}");
        if runs {
            assert_eq!(check(""), Err(Unfit::NoReason));
            assert_eq!(check(&"x".repeat(501)), Err(Unfit::NoReason));
        }
    }
}
