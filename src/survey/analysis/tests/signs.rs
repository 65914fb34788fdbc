//! Signs that call for a look: a coached county has one, an honest one has none, and no figure moves.

use super::*;
use crate::stats::quality::Unfit;
use crate::stats::rng::{stream, uniform};
use crate::survey::result::Checked;

/// The golden wave with directions and modes, and what this person says where the scale begins with "very
/// satisfied".
fn marked(said: impl Fn(usize, Direction) -> Option<&'static str>) -> WaveResult {
    let mut golden = Golden::new();
    let form = golden.questionnaire.clone();
    let item = form.item("q1").unwrap();
    let mut rng = stream(&[5; 32], "directions");
    for (place, record) in golden.records.iter_mut().enumerate() {
        let forward = uniform(&mut rng) < 0.5;
        let direction = if forward {
            Direction::Forward
        } else {
            Direction::Reverse
        };
        record.direction = Some(direction);
        record.mode = Some(if uniform(&mut rng) < 0.6 {
            Mode::Web
        } else {
            Mode::Paper
        });
        let Some(code) = said(place, direction) else {
            continue;
        };
        let pairs: Vec<(String, String)> = form
            .items
            .iter()
            .filter_map(|other| {
                let code = if other.id == item.id {
                    code
                } else {
                    &record.answers.choice(&form, &other.id)?.code
                };
                Some((other.id.clone(), code.to_owned()))
            })
            .collect();
        record.answers = validate(&form, &pairs).unwrap();
    }
    golden.analyze(None)
}

#[test]
fn people_who_pick_the_first_answer_are_a_sign_and_change_nothing_else() {
    let honest = marked(|_, _| None).counties.remove(0).signs.unwrap();
    let Checked::Found(direction) = honest.direction else {
        panic!("{honest:?}")
    };
    assert!(direction.p > 0.05, "{direction:?}");
    assert_eq!(direction.p_excess, None, "there is no other county");
    let Checked::Found(mode) = honest.mode else {
        panic!("{honest:?}")
    };
    assert!(
        mode.p_adjusted > 0.01 && (mode.p - mode.p_adjusted).abs() < 1e-15,
        "{mode:?}"
    );
    // One in four picks whatever stands first.
    let coached = marked(|place, direction| {
        let first = match direction {
            Direction::Forward => "1",
            Direction::Reverse => "4",
        };
        (place % 4 == 0).then_some(first)
    });
    let signs = coached.counties[0].signs.unwrap();
    let Checked::Found(found) = signs.direction else {
        panic!("{signs:?}")
    };
    assert!(found.p < 0.001 && found.difference > 0.15, "{found:?}");
}

#[test]
fn the_direction_sign_is_the_contrast_of_the_weighted_shares() {
    let mut golden = Golden::new();
    for (place, record) in golden.records.iter_mut().enumerate() {
        record.direction = Some(if place % 2 == 0 {
            Direction::Forward
        } else {
            Direction::Reverse
        });
    }
    let signs = golden.analyze(None).counties.remove(0).signs.unwrap();
    let Checked::Found(found) = signs.direction else {
        panic!("{signs:?}")
    };
    // With equal weights the difference would be that of the raw shares; weights move it by little.
    let share = |arm: usize| {
        let form = &golden.questionnaire;
        let records = golden.records.iter().enumerate().skip(arm).step_by(2);
        let chosen = records.filter_map(|(_, record)| record.answers.choice(form, "q1"));
        let codes: Vec<&str> = chosen
            .filter(|choice| !choice.refusal)
            .map(|choice| choice.code.as_str())
            .collect();
        let hits = codes.iter().filter(|code| **code == "1").count();
        crate::stats::num::real(hits) / crate::stats::num::real(codes.len())
    };
    let raw = share(0) - share(1);
    assert!((found.difference - raw).abs() < 0.05, "{found:?} {raw}");
    assert!(found.standard_error > 0.005 && found.standard_error < 0.1);
    assert!(matches!(signs.mode, Checked::NotComputed(Unfit::TooFew)));
}

#[test]
fn results_of_before_the_signs_still_read() {
    let result = Golden::new().analyze(None);
    let mut document = serde_json::to_value(&result).unwrap();
    let county = document["counties"][0].as_object_mut().unwrap();
    assert!(county.remove("signs").is_some());
    let read: WaveResult = serde_json::from_value(document).unwrap();
    assert_eq!(read.counties[0].signs, None);
    assert_eq!(read.counties[0].approval, result.counties[0].approval);
}
