//! Cells fit the wave, or each that does not is named.

use proptest::prelude::*;

use super::*;
use crate::survey::answer::validate;
use crate::survey::plan::{CountySample, OpenPlan, WavePlan};
use crate::survey::questionnaire::{DEFAULT_2026, SampledUnit};

fn county(code: &str) -> AreaCode {
    AreaCode::parse(code).unwrap()
}

fn form() -> Questionnaire {
    Questionnaire::from_toml(DEFAULT_2026)
        .unwrap()
        .for_unit(SampledUnit::Person)
}

fn open(residence: bool) -> Plan {
    let mut plan = OpenPlan::standard(vec![county("140302")]);
    plan.residence = residence;
    Plan::Open(plan)
}

fn sampled() -> Plan {
    let line = CountySample {
        county: county("140302"),
        psus: 40,
        invitations: 2_000,
    };
    let plan = WavePlan::standard(SampledUnit::Person, vec![line]);
    Plan::Probability(Box::new(plan))
}

fn quota(cell: &str, target: u32, rule: QuotaRule) -> Quota {
    Quota {
        county: county("140302"),
        cell: Cell::parse(cell).unwrap(),
        target,
        rule,
    }
}

#[test]
fn every_cell_that_does_not_fit_is_named_by_its_place() {
    use QuotaRule::{Close, Monitor};
    let mut list = vec![
        quota("18-29/male", 10, Close),
        quota("18-28/male", 10, Close),
        quota("18-29/x", 10, Close),
        quota("18-29/male/urban", 10, Close),
        quota("18-29/male", 12, Monitor),
        quota("18-29/female", 10, Monitor),
    ];
    list.push(Quota {
        county: county("140303"),
        ..quota("18-29/male", 10, Monitor)
    });
    let problems = check(&open(false), &form(), &list).unwrap_err();
    assert_eq!(
        problems,
        [
            (1, QuotaProblem::NoAge("18-28".into())),
            (2, QuotaProblem::NoSex("x".into())),
            (3, QuotaProblem::Residence),
            (4, QuotaProblem::Twice),
            (6, QuotaProblem::NoCounty(county("140303"))),
        ]
    );
    // Who is under age, or would rather not say, belongs to no cell.
    for no in ["0/male", "18-29/9"] {
        assert!(check(&open(false), &form(), &[quota(no, 1, Monitor)]).is_err());
    }
}

#[test]
fn a_probability_wave_turns_nobody_away() {
    let closes = [quota("18-29/male", 10, QuotaRule::Close)];
    let refused = check(&sampled(), &form(), &closes).unwrap_err();
    assert_eq!(refused, [(0, QuotaProblem::Closes)]);
    assert!(check(&open(false), &form(), &closes).is_ok());
    let watched = [quota("18-29/male/rural", 10, QuotaRule::Monitor)];
    assert!(check(&sampled(), &form(), &watched).is_ok());
    // An open wave asks for the residence only if its plan says so.
    assert!(check(&open(false), &form(), &watched).is_err());
    assert!(check(&open(true), &form(), &watched).is_ok());
}

#[test]
fn a_target_never_falls_below_what_is_counted() {
    let counted = Tally {
        counted: 7,
        uncounted: 2,
    };
    let tallies = BTreeMap::from([(
        (county("140302"), Cell::parse("18-29/male").unwrap()),
        counted,
    )]);
    let with = |target, rule| check_counted(&[quota("18-29/male", target, rule)], &tallies);
    assert_eq!(with(7, QuotaRule::Close), Ok(()));
    assert_eq!(
        with(6, QuotaRule::Close),
        Err(vec![(0, QuotaProblem::Counted(7))])
    );
    assert_eq!(with(6, QuotaRule::Monitor), Ok(()));
}

#[test]
fn answers_belong_to_the_cell_of_their_age_and_sex_or_to_none() {
    let form = form();
    let cell = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(item, code)| ((*item).to_owned(), (*code).to_owned()))
            .collect();
        let answers = validate(&form, &pairs).unwrap();
        Cell::of(&open(true), &form, &answers, Some(Residence::Rural)).map(|c| c.to_string())
    };
    let full = [("s1", "4"), ("s2", "60up"), ("q1", "1"), ("d1", "female")];
    assert_eq!(cell(&full).as_deref(), Some("60up/female/rural"));
    for none in [
        [("s1", "0"), ("s2", "60up"), ("d1", "female")],
        [("s1", "4"), ("s2", "0"), ("d1", "female")],
        [("s1", "4"), ("s2", "60up"), ("d1", "9")],
        [("s1", "4"), ("s2", ""), ("d1", "female")],
    ] {
        assert_eq!(cell(&none), None, "{none:?}");
    }
}

proptest! {
    #[test]
    fn a_cell_reads_back_from_its_text(
        age in "[a-z0-9-]{1,8}", sex in "[a-z0-9]{1,8}", at in 0..3_usize,
    ) {
        let residence = [None, Some(Residence::Urban), Some(Residence::Rural)][at];
        let cell = Cell { age, sex, residence };
        prop_assert_eq!(Cell::parse(&cell.to_string()), Ok(cell));
    }

    #[test]
    fn any_text_is_a_cell_or_refused(text in ".{0,40}") {
        if let Ok(cell) = Cell::parse(&text) {
            prop_assert_eq!(Cell::parse(&cell.to_string()), Ok(cell));
        }
    }
}
