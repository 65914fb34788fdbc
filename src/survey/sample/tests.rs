//! What the module above promises, tried out.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::survey::frame::{Frame, FrameUnit};
use crate::survey::plan::{CountySample, SamplePlan};
use crate::survey::questionnaire::SampledUnit;

/// The frame of `golden.py`.
fn frame() -> Frame {
    let mut units = Vec::new();
    for (county, residence, number, base) in [
        ("140302", Residence::Urban, 30, 500),
        ("140302", Residence::Rural, 2, 200),
        ("140311", Residence::Urban, 24, 600),
        ("140311", Residence::Rural, 20, 400),
    ] {
        for i in 0..number {
            let township = if residence == Residence::Urban { 1 } else { 2 };
            let code = format!("{county}{township:03}{:03}", i + 1);
            let size = if code == "140311001005" {
                9000
            } else {
                base + i * 7919 % 300
            };
            units.push(unit(&code, residence, size));
        }
    }
    Frame::from_stored(units)
}

fn unit(code: &str, residence: Residence, size: u32) -> FrameUnit {
    FrameUnit {
        code: AreaCode::parse(code).unwrap(),
        county: AreaCode::parse(&code[..6]).unwrap(),
        name: code.into(),
        residence,
        size,
        addresses: size * 4 / 5,
    }
}

fn plan(lines: &[(&str, u32, u32)]) -> SamplePlan {
    SamplePlan {
        unit: SampledUnit::Person,
        counties: lines
            .iter()
            .map(|(county, psus, invitations)| CountySample {
                county: AreaCode::parse(county).unwrap(),
                psus: *psus,
                invitations: *invitations,
            })
            .collect(),
    }
}

fn golden_plan() -> SamplePlan {
    plan(&[("140302", 12, 600), ("140311", 16, 1200)])
}

fn counting() -> [u8; 32] {
    std::array::from_fn(|i| u8::try_from(i).unwrap())
}

#[test]
fn the_sample_is_the_one_that_another_program_draws() {
    let sample = draw(&golden_plan(), &frame(), &counting()).unwrap();
    let lines: Vec<String> = sample
        .psus
        .iter()
        .map(|p| {
            let (stratum, unit) = (&p.stratum, &p.unit);
            format!(
                "{stratum},{unit},{},{},{}",
                p.part, p.variance_unit, p.invitations
            )
        })
        .collect();
    let golden: Vec<&str> = include_str!("golden.csv").lines().skip(1).collect();
    assert_eq!(lines, golden);
}

#[test]
fn a_residence_with_too_few_units_is_merged_and_the_other_county_keeps_both() {
    let strata = planned_strata(&golden_plan(), &frame()).unwrap();
    let names: Vec<&str> = strata.iter().map(|s| s.stratum.as_str()).collect();
    assert_eq!(names, ["140302-merged", "140311-rural", "140311-urban"]);
}

#[test]
fn a_community_that_is_certain_becomes_a_stratum_of_two_or_more_units() {
    let sample = draw(&golden_plan(), &frame(), &counting()).unwrap();
    let parts: Vec<&SampledPsu> = sample.psus.iter().filter(|p| p.certainty).collect();
    assert!(parts.len() >= 2);
    assert!(
        parts
            .iter()
            .all(|p| p.unit.as_str() == "140311001005" && p.invitations >= 80)
    );
    let own: BTreeSet<&StratumCode> = parts.iter().map(|p| &p.stratum).collect();
    assert_eq!(own.len(), 1);
    assert!(
        sample
            .psus
            .iter()
            .filter(|p| !p.certainty)
            .all(|p| !own.contains(&p.stratum))
    );
}

#[test]
fn ten_certain_communities_stand_in_the_order_in_which_they_are_kept() {
    let mut units = Vec::new();
    for number in 1..=52 {
        let size = if number <= 12 { 9_000 } else { 300 };
        let code = format!("140302001{number:03}");
        units.push(unit(&code, Residence::Urban, size));
    }
    let sample = draw(
        &plan(&[("140302", 24, 6_000)]),
        &Frame::from_stored(units),
        &[3; 32],
    );
    let sample = sample.unwrap();
    let certain: BTreeSet<&StratumCode> = sample
        .psus
        .iter()
        .filter(|psu| psu.certainty)
        .map(|psu| &psu.stratum)
        .collect();
    assert!(certain.len() >= 10, "{}", certain.len());
    // As storage::office::sample reads them.
    let strata = sample.strata.iter().map(|stratum| stratum.stratum.as_str());
    assert!(strata.is_sorted());
    let psus = sample.psus.iter();
    assert!(psus.is_sorted_by_key(|psu| (psu.stratum.as_str(), psu.selection, psu.part)));
}

#[test]
fn another_seed_draws_another_sample() {
    let one = draw(&golden_plan(), &frame(), &[1; 32]).unwrap();
    let other = draw(&golden_plan(), &frame(), &[2; 32]).unwrap();
    assert_ne!(one.digest(), other.digest());
    assert_eq!(
        one.digest(),
        draw(&golden_plan(), &frame(), &[1; 32]).unwrap().digest()
    );
}

#[test]
fn a_plan_that_the_frame_cannot_carry_is_refused_in_words() {
    let words = |lines: &[(&str, u32, u32)]| -> Vec<String> {
        let problems = planned_strata(&plan(lines), &frame()).unwrap_err();
        problems.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        words(&[("140303", 4, 400)]),
        ["county 140303 has no unit in the frame"]
    );
    assert_eq!(
        words(&[("140302", 40, 400)]),
        ["county 140302: 40 communities are wanted of 32"]
    );
    assert_eq!(
        words(&[("140302", 4, 150)]),
        [
            "county 140302: 4 communities and 150 invitations give fewer than two variance units of 80 invitations"
        ]
    );
    assert!(words(&[("140302", 4, 6000)])[0].starts_with("unit 140302001001 has 400 addresses"));
}

#[test]
fn every_invitation_is_as_likely_to_be_asked() {
    let plan = plan(&[("140302", 8, 400), ("140311", 8, 800)]);
    let sample = draw(&plan, &frame(), &[1; 32]).unwrap();
    let invited: u64 = sample.psus.iter().map(|psu| psu.invitations).sum();
    let mut asked = BTreeMap::new();
    for round in 0..400_u32 {
        let seed = seed_from_text(&round.to_string());
        let drawn = sample.asked(59, &seed);
        let places: BTreeSet<_> = drawn
            .iter()
            .map(|(psu, place)| (&psu.unit, psu.part, *place))
            .collect();
        assert_eq!((drawn.len(), places.len()), (59, 59), "nobody twice");
        for (psu, place) in drawn {
            assert!((1..=psu.invitations).contains(&place));
            let key = (psu.unit.clone(), psu.part);
            *asked.entry(key).or_insert(0.0) += 1.0;
        }
        assert_eq!(sample.asked(59, &seed), sample.asked(59, &seed));
    }
    // Chi-square over the communities; drawing without replacement varies a little less.
    let real = |n: u64| f64::from(u32::try_from(n).unwrap());
    let distance: f64 = sample
        .psus
        .iter()
        .map(|psu| {
            let wanted = 400.0 * 59.0 * real(psu.invitations) / real(invited);
            let found = asked.get(&(psu.unit.clone(), psu.part)).copied();
            (found.unwrap_or(0.0) - wanted).powi(2) / wanted
        })
        .sum();
    let tail = crate::stats::dist::chi_square_sf(distance, real(sample.psus.len() as u64) - 1.0);
    assert!(tail > 1e-4, "{tail}");
    let everybody = sample.asked(100_000, &[2; 32]);
    assert_eq!(everybody.len() as u64, invited);
}

#[test]
fn a_seed_is_hexadecimal_or_any_public_text() {
    assert_eq!(seed_from_text(&"0f".repeat(32)), [15; 32]);
    assert_eq!(
        hex::encode(seed_from_text(" abc ")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SHA-256 of abc, FIPS 180-4"
    );
}

proptest! {
    /// Whatever the seed: every unit is large enough, every stratum has two, weights are constant
    /// within a stratum, and the numbers add up.
    #[test]
    fn every_draw_keeps_its_promises(seed: [u8; 32], psus in 8_u32..20, each in 30_u32..60) {
        let plan = plan(&[("140302", psus, psus * each), ("140311", psus, psus * each)]);
        let Ok(planned) = planned_strata(&plan, &frame()) else { return Ok(()) };
        let sample = draw(&plan, &frame(), &seed).unwrap();
        let units = sample.units();
        for stratum in &sample.strata {
            let own: Vec<u64> = units
                .iter()
                .filter(|((s, _), _)| *s == stratum.stratum)
                .map(|(_, n)| *n)
                .collect();
            prop_assert!(own.len() >= 2 && own.iter().all(|n| *n >= 80), "{own:?}");
            prop_assert_eq!(own.iter().sum::<u64>(), stratum.invitations);
        }
        for psu in &sample.psus {
            let stratum = sample.stratum(&psu.stratum).unwrap();
            prop_assert!((psu.base_weight * stratum.fraction - 1.0).abs() < 1e-12);
            prop_assert!(psu.invitations <= u64::from(psu.addresses));
            if !psu.certainty {
                let wanted = stratum.fraction * f64::from(psu.addresses) / psu.inclusion_probability;
                let sent = f64::from(u32::try_from(psu.invitations).unwrap());
                prop_assert!((sent - wanted).abs() < 1.0);
            }
        }
        let selected: BTreeSet<_> = sample.psus.iter().map(|p| &p.unit).collect();
        prop_assert_eq!(selected.len(), planned.iter().map(|s| s.psus).sum::<usize>());
    }
}
