//! The table of the documentation is the table of the program; a title needs everything that it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::evaluation::finding::Finding;

const DOCUMENT: &str = include_str!("../../../docs/cycle.md");

/// Lines of the table: stage, step, whether in time, next stage.
fn table() -> BTreeSet<(String, String, bool, String)> {
    let mut lines = BTreeSet::new();
    for line in DOCUMENT.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let word = |at: usize| cells[at].split('`').nth(1).unwrap().to_owned();
        let whens: &[bool] = match cells[2] {
            "in time" => &[true],
            "late" => &[false],
            _ => &[true, false],
        };
        for when in whens {
            assert!(lines.insert((word(0), word(1), *when, word(3))), "{line}");
        }
    }
    lines
}

#[test]
fn the_documented_steps_are_all_there_are() {
    let mut found = BTreeSet::new();
    for stage in Stage::ALL {
        for step in Step::ALL {
            for in_time in [true, false] {
                if let Some(next) = stage.after(step, in_time) {
                    let word = |stage: Stage| stage.as_str().to_owned();
                    let step = step.as_str().to_owned();
                    found.insert((word(stage), step, in_time, word(next)));
                }
            }
        }
    }
    assert_eq!(found, table());
    assert_eq!(found.len(), 21);
}

#[test]
fn a_word_is_read_as_the_step_that_it_names() {
    for step in Step::ALL {
        assert_eq!(Step::from_word(step.as_str()), Some(step));
    }
    assert_eq!(Step::from_word("name"), None);
}

#[test]
fn steps_lead_on_and_what_cannot_be_taken_is_passed_over() {
    let of = |steps: &[(Step, bool)]| Stage::of(steps.iter().copied());
    assert_eq!(of(&[]), Stage::Nothing);
    let whole = [
        (Step::SelfCheck, true),
        (Step::Apply, false),
        (Step::Accept, true),
        (Step::Admit, true),
        (Step::Accept, true),
        (Step::Recommend, true),
    ];
    let stages: Vec<Stage> = (0..=whole.len()).map(|end| of(&whole[..end])).collect();
    assert_eq!(
        stages,
        [
            Stage::Nothing,
            Stage::Checked,
            Stage::Late,
            Stage::Late,
            Stage::Applied,
            Stage::Accepted,
            Stage::Recommended
        ]
    );
}

#[test]
fn values_that_changed_call_for_another_acceptance_and_what_was_taken_since_counts() {
    let of = |steps: &[Step]| Stage::of(steps.iter().map(|step| (*step, true)));
    let accepted = [Step::Apply, Step::Accept];
    assert_eq!(of(&accepted).with(true), Stage::Accepted);
    assert_eq!(of(&accepted).with(false), Stage::Outdated);
    assert_eq!(Stage::Applied.with(false), Stage::Applied);
    assert_eq!(Stage::Recommended.with(false), Stage::Outdated);
    let again = [Step::Apply, Step::Accept, Step::Accept];
    assert_eq!(of(&again), Stage::Accepted);
    let refused = [Step::Apply, Step::Accept, Step::Refuse];
    assert_eq!(of(&refused), Stage::Refused);
    let recommended = [Step::Apply, Step::Accept, Step::Recommend, Step::Accept];
    assert_eq!(of(&recommended), Stage::Accepted);
}

#[test]
fn a_refused_county_may_apply_again_in_time_and_not_later() {
    let refused = [(Step::Apply, true), (Step::Refuse, true)];
    let and = |last: bool| Stage::of(refused.into_iter().chain([(Step::Apply, last)]));
    assert_eq!(and(true), Stage::Applied);
    assert_eq!(and(false), Stage::Refused);
}

fn ground<'a>(
    stage: Stage,
    season: Season,
    verdict: Option<&'a Verdict>,
    decision: Option<&'a Decision>,
) -> Standing {
    Standing::of(&Ground {
        stage,
        season,
        verdict,
        decision,
        same_values: true,
    })
}

#[test]
fn a_title_needs_verdict_or_decision_and_an_accepted_application() {
    let met = Verdict::of([("a", Finding::Met)]);
    let open = Verdict::of([("a", Finding::NotDecidable)]);
    let failed = Verdict::of([("a", Finding::NotMet)]);
    let reasons = BTreeMap::from([("a".to_owned(), "because".to_owned())]);
    let decision = Decision::new(&open, ["Li", "Wang"], &reasons).unwrap();
    let over = Season::Over;
    for stage in Stage::ALL {
        let named = ground(stage, over, Some(&met), None);
        let decided = ground(stage, over, Some(&open), Some(&decision));
        if stage.is_accepted() {
            assert_eq!(named.title(), Title::Named);
            assert_eq!(decided.title(), Title::Decided(decision.clone()));
        } else {
            assert_eq!(named.title(), Title::NotNamed, "{stage:?}");
            assert_eq!(decided, named, "the same is lacking");
        }
        let undecided = ground(stage, over, Some(&open), None);
        assert_eq!(undecided, Standing::Missed(Lack::Open));
        // Nobody decides on a county that failed.
        let lost = ground(stage, over, Some(&failed), Some(&decision));
        assert_eq!(lost, Standing::Missed(Lack::NotMet));
        // What was accepted must be what was evaluated.
        let other = Standing::of(&Ground {
            stage,
            season: over,
            verdict: Some(&met),
            decision: None,
            same_values: false,
        });
        assert_eq!(other.title(), Title::NotNamed, "{stage:?}");
    }
    let lack = |stage| ground(stage, over, Some(&met), None);
    assert_eq!(lack(Stage::Checked), Standing::Missed(Lack::NoApplication));
    assert_eq!(lack(Stage::Late), Standing::Missed(Lack::Late));
    assert_eq!(lack(Stage::Applied), Standing::Missed(Lack::NotAccepted));
    assert_eq!(lack(Stage::Outdated), Standing::Missed(Lack::Outdated));
    assert_eq!(lack(Stage::Refused), Standing::Missed(Lack::Refused));
}

#[test]
fn whether_a_county_applied_is_said_by_the_calendar() {
    let met = Verdict::of([("a", Finding::Met)]);
    for verdict in [None, Some(&met)] {
        let at = |stage, season| ground(stage, season, verdict, None);
        for stage in [Stage::Nothing, Stage::Checked] {
            assert_eq!(at(stage, Season::Before), Standing::Upcoming);
            assert_eq!(at(stage, Season::Open), Standing::Applying);
            let never = Standing::Missed(Lack::NoApplication);
            assert_eq!(at(stage, Season::Over), never);
        }
        assert_eq!(at(Stage::Refused, Season::Open), Standing::Applying);
        let refused = Standing::Missed(Lack::Refused);
        assert_eq!(at(Stage::Refused, Season::Over), refused);
        assert_eq!(at(Stage::Late, Season::Over), Standing::Missed(Lack::Late));
    }
    for stage in [Stage::Applied, Stage::Accepted, Stage::Outdated] {
        let waits = ground(stage, Season::Over, None, None);
        assert_eq!(waits, Standing::Pending, "{stage:?}");
    }
}
