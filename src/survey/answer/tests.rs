//! What the module above promises, tried out.

use proptest::prelude::*;

use super::*;
use crate::survey::questionnaire::{DEFAULT_2026, SampledUnit};

fn questionnaire() -> Questionnaire {
    Questionnaire::from_toml(DEFAULT_2026)
        .unwrap()
        .for_unit(SampledUnit::Person)
}

fn pairs(form: &str) -> Vec<(String, String)> {
    form.split_whitespace()
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(id, value)| (id.to_owned(), value.to_owned()))
        .collect()
}

fn read(form: &str) -> Answers {
    validate(&questionnaire(), &pairs(form)).unwrap()
}

fn refused(form: &str) -> Vec<AnswerProblem> {
    validate(&questionnaire(), &pairs(form)).unwrap_err()
}

fn disposition(form: &str) -> Disposition {
    read(form).disposition(&questionnaire(), "q1")
}

const FULL: &str =
    "s1=4 s2=30-39 q1=2 q2=1 q3=5 q4=2 q5=8 q6=0 q8=3 q9=1 q9=2 q9=5 q10=1 q11=0 d1=male d2=urban";

#[test]
fn a_full_form_is_read_item_by_item() {
    let answers = read(FULL);
    let q = questionnaire();
    assert_eq!(answers.choice(&q, "q1").unwrap().code, "2");
    assert_eq!(answers.get(&q, "q7"), Answer::NotAsked);
    let Answer::Chosen(worries) = answers.get(&q, "q9") else {
        panic!("q9 was answered")
    };
    assert_eq!(worries.positions().collect::<Vec<_>>(), [0, 1, 4]);
}

#[test]
fn unknown_items_and_options_are_refused_by_name() {
    let problems = refused("q1=7 q99=1 q2=1");
    assert_eq!(
        problems,
        [
            AnswerProblem::UnknownOption {
                item: "q1".into(),
                option: "7".into()
            },
            AnswerProblem::UnknownItem { item: "q99".into() },
        ]
    );
}

#[test]
fn two_answers_to_a_single_choice_are_refused_and_the_same_one_twice_is_not() {
    assert_eq!(
        refused("q1=1 q1=2"),
        [AnswerProblem::TwoAnswers { item: "q1".into() }]
    );
    assert_eq!(read("q1=1 q1=1"), read("q1=1"));
}

#[test]
fn more_than_three_worries_are_asked_again() {
    assert_eq!(
        refused("q9=1 q9=2 q9=3 q9=4"),
        [AnswerProblem::TooMany {
            item: "q9".into(),
            max: 3,
            given: 4
        }]
    );
}

#[test]
fn none_or_prefer_not_cannot_stand_beside_another() {
    let alone = |item: &str, option: &str| AnswerProblem::ExclusiveWithOthers {
        item: item.into(),
        option: option.into(),
    };
    assert_eq!(refused("q6=0 q6=1"), [alone("q6", "0")]);
    assert_eq!(refused("q11=9 q11=2"), [alone("q11", "9")]);
}

#[test]
fn every_problem_is_reported_at_once() {
    let problems = refused("q1=1 q1=2 q6=0 q6=1 q9=1 q9=2 q9=3 q9=4");
    let items: Vec<&str> = problems.iter().map(AnswerProblem::item).collect();
    assert_eq!(items, ["q1", "q6", "q9"]);
}

#[test]
fn the_follow_up_is_asked_only_after_an_incident() {
    let q = questionnaire();
    assert_eq!(read("q6=2").get(&q, "q7"), Answer::Blank);
    assert_eq!(read("q6=2 q7=1").choice(&q, "q7").unwrap().code, "1");
    assert_eq!(read("").get(&q, "q7"), Answer::NotAsked);
}

#[test]
fn an_answer_that_was_not_asked_for_leaves_no_trace() {
    assert_eq!(read("q6=0 q7=1"), read("q6=0"));
    assert_eq!(read("s2=0 q1=4 d1=male"), read("s2=0"));
    assert_eq!(read("s1=1 s2=18-29 q1=4"), read("s1=1"));
}

#[test]
fn an_empty_value_is_no_answer() {
    assert_eq!(
        validate(&questionnaire(), &[("q1".into(), String::new())]).unwrap(),
        read("")
    );
}

#[test]
fn a_required_item_may_not_be_left_out() {
    let text = DEFAULT_2026.replacen("id = \"q1\"", "id = \"q1\"\noptional = false", 1);
    let strict = Questionnaire::from_toml(&text).unwrap();
    let missing = vec![AnswerProblem::Missing { item: "q1".into() }];
    assert_eq!(validate(&strict, &pairs("q2=1")).unwrap_err(), missing);
    assert!(
        validate(&strict, &pairs("s2=0")).is_ok(),
        "after the end nothing is required"
    );
}

#[test]
fn dispositions_follow_the_definitions() {
    assert_eq!(disposition(FULL), Disposition::Complete);
    assert_eq!(disposition("s1=0"), Disposition::ScreenedOut);
    assert_eq!(disposition("s2=0 q1=1"), Disposition::ScreenedOut);
    assert_eq!(disposition("s1=4 s2=30-39 q1=1"), Disposition::Partial);
    assert_eq!(disposition("q10=8"), Disposition::Partial);
    assert_eq!(
        disposition("s1=4 s2=30-39 q1=9 q11=0 d1=male"),
        Disposition::NothingAnswered
    );
    assert_eq!(disposition(""), Disposition::NothingAnswered);
}

#[test]
fn complete_needs_the_headline_and_four_fifths_of_the_asked_items() {
    // 14 items are asked when nothing happened to the household: 12 answers are enough, 11 are not.
    let twelve = "s1=4 s2=30-39 q1=8 q2=8 q3=1 q4=1 q5=1 q6=0 q8=3 q9=0 q10=1 q11=0 d1=9";
    assert_eq!(disposition(twelve), Disposition::Complete);
    let eleven = twelve.replace("q11=0", "q11=9");
    assert_eq!(disposition(&eleven), Disposition::Partial);
    let no_headline = FULL.replace("q1=2", "q1=9");
    assert_eq!(disposition(&no_headline), Disposition::Partial);
}

#[test]
fn the_encoding_has_one_length_and_reads_back() {
    let q = questionnaire();
    for form in [FULL, "", "s1=0", "q6=1 q6=2 q7=2"] {
        let answers = read(form);
        let bytes = answers.encode();
        assert_eq!(bytes.len(), Answers::encoded_len(&q));
        assert_eq!(Answers::decode(&q, &bytes).unwrap(), answers);
    }
    // layout number, then s1 = "4" (position 4, asked), s2 blank and asked
    assert_eq!(
        read("s1=4").encode()[..9],
        [1, 0x80, 0, 0, 0x10, 0x80, 0, 0, 0]
    );
}

#[test]
fn bytes_that_no_form_can_make_are_refused() {
    let q = questionnaire();
    let good = read(FULL).encode();
    let changed = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Answers::decode(&q, &bytes).unwrap_err()
    };
    assert_eq!(changed(0, 2), DecodeError::Format(2));
    let impossible = |item: &str| DecodeError::Impossible { item: item.into() };
    assert_eq!(changed(4, 0x40), impossible("s1"), "s1 has five options");
    assert_eq!(
        changed(4, 0x18),
        impossible("s1"),
        "two answers to a single choice"
    );
    assert_eq!(changed(1, 0), impossible("s1"), "answered but not asked");
    assert_eq!(changed(4, 0x01), impossible("s2"), "answered after the end");
    assert!(matches!(
        Answers::decode(&q, &good[1..]),
        Err(DecodeError::Length { .. })
    ));
}

proptest! {
    #[test]
    fn whatever_a_form_says_is_refused_or_survives_the_encoding(
        picks in proptest::collection::vec((0_usize..15, 0_usize..10), 0..30)
    ) {
        let q = questionnaire();
        let form: Vec<(String, String)> = picks
            .iter()
            .filter_map(|(i, o)| {
                let item = q.items.get(*i)?;
                Some((item.id.clone(), item.options.get(*o)?.code.clone()))
            })
            .collect();
        if let Ok(answers) = validate(&q, &form) {
            prop_assert_eq!(Answers::decode(&q, &answers.encode()).unwrap(), answers);
        }
    }
}
