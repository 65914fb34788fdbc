//! Contrasts against the engine's own, null distributions and powers by simulation. Bounds of a share of
//! rejections are four Monte Carlo standard errors, stated where they are used.

use serde_json::json;

use super::direction::Direction;
use super::mode::contrasts;
use super::*;
use crate::stats::data::{Column, Table};
use crate::stats::plan::{AnalysisResult, Inputs, Plan};
use crate::stats::rng::{Stream, below, normal, stream, uniform};

/// The level of every test that is simulated.
const LEVEL: f64 = 0.05;

/// Four standard errors of a share of `runs`.
fn bound(share: f64, runs: u32) -> f64 {
    4.0 * (share * (1.0 - share) / f64::from(runs)).sqrt()
}

fn share_of(runs: u32, mut rejects: impl FnMut(u32) -> bool) -> f64 {
    f64::from((0..runs).map(|run| u32::from(rejects(run))).sum::<u32>()) / f64::from(runs)
}

/// 800 answers in 20 units of 2 strata; `spread` moves the log odds of whole units. `choose` says
/// whether a respondent of this arm with this uniform number picks the first point at this share.
fn county(
    rng: &mut Stream,
    share: f64,
    spread: f64,
    choose: impl Fn(Group, f64, &mut Stream) -> bool,
) -> Vec<Row> {
    let shares: Vec<f64> = (0..20)
        .map(|_| {
            let odds = crate::stats::dist::logit(share) + spread * normal(rng);
            crate::stats::dist::expit(odds)
        })
        .collect();
    (0..800_u32)
        .map(|k| {
            let unit = k % 20;
            let group = if uniform(rng) < 0.5 {
                Group::A
            } else {
                Group::B
            };
            Row {
                stratum: unit / 10,
                unit,
                weight: if unit < 10 { 1.0 } else { 1.6 },
                group,
                hit: choose(group, shares[unit as usize], rng),
            }
        })
        .collect()
}

fn honest(_: Group, share: f64, rng: &mut Stream) -> bool {
    uniform(rng) < share
}

/// `told` of the respondents pick whatever stands first.
fn coached(told: f64) -> impl Fn(Group, f64, &mut Stream) -> bool {
    move |group, share, rng| {
        if uniform(rng) < told {
            group == Group::A
        } else {
            uniform(rng) < share
        }
    }
}

#[test]
fn a_difference_is_the_contrast_of_the_engine() {
    let mut rng = stream(&[11; 32], "engine");
    let mut rows = county(&mut rng, 0.4, 0.5, honest);
    for (k, row) in rows.iter_mut().enumerate() {
        if k % 9 == 0 {
            row.group = Group::Neither;
        }
        row.weight *= 1.0 + uniform(&mut rng);
    }
    let numbers = |of: fn(&Row) -> f64| Column::Number(rows.iter().map(of).collect());
    let columns = [
        ("stratum", numbers(|row| f64::from(row.stratum))),
        ("unit", numbers(|row| f64::from(row.unit))),
        ("w", numbers(|row| row.weight)),
        ("y", numbers(|row| f64::from(u8::from(row.hit)))),
        (
            "arm",
            numbers(|row| match row.group {
                Group::A => 1.0,
                Group::B => 0.0,
                Group::Neither => f64::NAN,
            }),
        ),
    ];
    let named = columns.map(|(name, column)| (name.to_owned(), column));
    let table = Table::new(named.into_iter().collect()).unwrap();
    let plan: Plan = serde_json::from_value(json!({
        "id": "t",
        "designs": [{"id": "d", "kind": "taylor", "ids": ["unit"], "strata": ["stratum"], "fpc": [],
            "weights": "w", "nest": true, "lonely_psu": "fail"}],
        "weightings": [],
        "analyses": [{"id": "c", "kind": "contrast", "design": "d", "variable": "y", "by": ["arm"],
            "df": "design", "contrasts": [{"id": "ab", "groups": ["1", "0"], "coefficients": [1, -1]}]}],
    }))
    .unwrap();
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    let Some(Ok(AnalysisResult::Contrast(engine))) = results.analyses.get("c") else {
        panic!("no contrast")
    };
    let found = Difference::of(&rows).unwrap();
    let row = &engine.contrasts[0];
    assert!((found.difference - row.estimate).abs() < 1e-12);
    assert!((found.standard_error - row.se).abs() < 1e-12);
    assert!((found.df - 18.0).abs() < 1e-12);
    assert!((found.share_b - engine.estimates[0]).abs() < 1e-12);
}

#[test]
fn too_few_answers_a_single_unit_and_no_variation_give_no_difference() {
    let mut rng = stream(&[11; 32], "few");
    let rows = county(&mut rng, 0.4, 0.0, honest);
    assert!(Difference::of(&rows).is_ok());
    let few: Vec<Row> = rows.iter().copied().take(50).collect();
    assert_eq!(Difference::of(&few), Err(Unfit::TooFew));
    let lonely: Vec<Row> = rows
        .iter()
        .copied()
        .filter(|row| row.stratum == 0 || row.unit == 10)
        .collect();
    assert_eq!(Difference::of(&lonely), Err(Unfit::OneUnit));
    let alike: Vec<Row> = rows.iter().map(|row| Row { hit: true, ..*row }).collect();
    assert_eq!(Difference::of(&alike), Err(Unfit::NothingVaries));
}

#[test]
fn without_coaching_the_direction_test_rejects_as_often_as_its_level() {
    // 2,000 runs: 5 % ± 1.9 points; units differ by half a unit of log odds.
    let runs = 2_000;
    let found = share_of(runs, |run| {
        let mut rng = stream(&[12; 32], &format!("size/{run}"));
        let rows = county(&mut rng, 0.23, 0.5, honest);
        Direction::of(&rows).unwrap().p < LEVEL
    });
    assert!((found - LEVEL).abs() < bound(LEVEL, runs), "{found}");
}

#[test]
fn eight_per_cent_told_to_pick_the_first_are_seen_with_power_083_and_five_with_051() {
    // 2,000 runs: ± 3.4 and ± 4.5 points. Simple random sampling, equal weights, a first point of 23 %.
    let runs = 2_000;
    for (told, power) in [(0.08, 0.83), (0.05, 0.51)] {
        let found = share_of(runs, |run| {
            let mut rng = stream(&[12; 32], &format!("power/{told}/{run}"));
            // Every answer its own unit of one stratum, exactly half of them in each arm.
            let rows: Vec<Row> = (0..800)
                .map(|unit| {
                    let group = if unit % 2 == 0 { Group::A } else { Group::B };
                    Row {
                        stratum: 0,
                        unit,
                        weight: 1.0,
                        group,
                        hit: coached(told)(group, 0.23, &mut rng),
                    }
                })
                .collect();
            Direction::of(&rows).unwrap().p < LEVEL
        });
        assert!(
            (found - power).abs() < bound(power, runs),
            "{told}: {found}"
        );
    }
}

#[test]
fn an_order_effect_that_all_counties_share_is_no_excess() {
    // 1,000 runs: 5 % ± 2.8 points, with 4 % primacy everywhere; a county with 15 % stands out.
    let runs = 1_000;
    let excess = |told: f64, label: &str| {
        share_of(runs, |run| {
            let mut rng = stream(&[12; 32], &format!("{label}/{run}"));
            let own = Direction::of(&county(&mut rng, 0.23, 0.5, coached(told))).unwrap();
            let others = Direction::of(&county(&mut rng, 0.23, 0.5, coached(0.04))).unwrap();
            own.excess(&others) < LEVEL
        })
    };
    let null = excess(0.04, "shared");
    assert!((null - LEVEL).abs() < bound(LEVEL, runs), "{null}");
    assert!(excess(0.15, "more") > 0.6);
}

#[test]
fn mode_contrasts_find_any_false_difference_in_at_most_five_per_cent_of_waves() {
    // 500 waves of five counties without a mode effect: at most 5 % + 3.9 points have any finding;
    // unadjusted it would be 23 %. With twelve points in one county it is found mostly.
    let runs = 500;
    let any = |effect: f64, label: &str, at: usize| {
        share_of(runs, |run| {
            let mut rng = stream(&[13; 32], &format!("{label}/{run}"));
            let counties: Vec<Vec<Row>> = (0..5)
                .map(|number| {
                    county(&mut rng, 0.86, 0.3, |group, share, rng| {
                        let moved = number == at && group == Group::B;
                        uniform(rng) < share - if moved { effect } else { 0.0 }
                    })
                })
                .collect();
            let views: Vec<&[Row]> = counties.iter().map(Vec::as_slice).collect();
            let found = contrasts(&views);
            found.iter().flatten().any(|one| one.p_adjusted < LEVEL)
        })
    };
    let null = any(0.0, "null", 0);
    assert!(null < LEVEL + bound(LEVEL, runs), "{null}");
    assert!(
        null > 0.01,
        "a test that never rejects would pass too: {null}"
    );
    assert!(any(0.12, "effect", 2) > 0.8);
}

/// 200 forms in ten units, from 60 kinds of unequal frequency; `copied` of unit 3 are one form.
fn forms(rng: &mut Stream, copied: u32) -> Vec<(u32, u32)> {
    (0..200_u32)
        .map(|k| {
            let unit = k % 10;
            let kind = u32::try_from(below(rng, 60).min(below(rng, 60))).unwrap();
            let own = unit == 3 && k / 10 < copied;
            (unit, if own { 1_000 } else { kind })
        })
        .collect()
}

#[test]
fn forms_that_know_nothing_of_their_unit_are_flagged_as_often_as_the_level_says() {
    // 1,000 runs of 99 permutations: 5 % ± 2.8 points for the county; any unit after Holm at most so.
    let runs = 1_000;
    let mut any_unit = 0_u32;
    let county = share_of(runs, |run| {
        let mut rng = stream(&[14; 32], &format!("null/{run}"));
        let answers = forms(&mut rng, 0);
        let found = duplicates::test(&answers, 99, &mut rng).unwrap();
        any_unit += u32::from(found.units.iter().any(|unit| unit.p_adjusted <= LEVEL));
        found.p <= LEVEL
    });
    assert!(county < LEVEL + bound(LEVEL, runs), "{county}");
    assert!(county > LEVEL - bound(LEVEL, runs) - 0.01, "{county}");
    assert!(f64::from(any_unit) / f64::from(runs) < LEVEL + bound(LEVEL, runs));
}

#[test]
fn seven_copies_among_the_twenty_forms_of_a_unit_are_found_and_the_unit_named() {
    let runs = 100;
    let power = share_of(runs, |run| {
        let mut rng = stream(&[14; 32], &format!("copies/{run}"));
        let answers = forms(&mut rng, 7);
        let found = duplicates::test(&answers, 499, &mut rng).unwrap();
        let named: Vec<u32> = found
            .units
            .iter()
            .filter(|unit| unit.p_adjusted < LEVEL)
            .map(|unit| unit.unit)
            .collect();
        found.p < LEVEL && named.contains(&3)
    });
    assert!(power > 0.9, "{power}");
}

#[test]
fn the_expected_number_of_pairs_is_the_mean_over_all_permutations() {
    // Three units of two; all 720 orders of six forms, of which two pairs and a triple are alike.
    let forms = [1, 1, 2, 2, 2, 3_u32];
    let answers: Vec<(u32, u32)> = (0..6_u32).map(|k| (k / 2, forms[k as usize])).collect();
    let found = duplicates::test(&answers, 9, &mut stream(&[14; 32], "all")).unwrap();
    let (mut orders, mut pairs) = (0_u32, 0_u32);
    let mut order = [0_usize, 1, 2, 3, 4, 5];
    permute(&mut order, 0, &mut |order| {
        orders += 1;
        for unit in order.chunks(2) {
            pairs += u32::from(forms[unit[0]] == forms[unit[1]]);
        }
    });
    assert_eq!(orders, 720);
    assert!((found.expected - f64::from(pairs) / 720.0).abs() < 1e-12);
    assert_eq!((found.pairs, found.units.len()), (2, 3));
    assert_eq!(
        duplicates::test(&answers[..2], 9, &mut stream(&[0; 32], "")),
        Err(Unfit::OneUnit)
    );
}

fn permute(order: &mut [usize; 6], from: usize, visit: &mut impl FnMut(&[usize; 6])) {
    if from == order.len() {
        visit(order);
        return;
    }
    for k in from..order.len() {
        order.swap(from, k);
        permute(order, from + 1, visit);
        order.swap(from, k);
    }
}
