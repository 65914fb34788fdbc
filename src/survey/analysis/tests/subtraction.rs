//! Attempts to find a small cell by adding and subtracting every number of a county's document.

use std::collections::BTreeMap;

use super::*;
use crate::survey::answer::Answers;
use crate::survey::result::{CountyResult, ItemResult};

/// The headline's codes in the questionnaire's order; the last one is a refusal.
const CODES: [&str; 6] = ["1", "2", "3", "4", "8", "9"];

/// A set of answers as bits of [`CODES`].
type Set = u8;

fn set_of(codes: &[&str]) -> Set {
    CODES
        .iter()
        .enumerate()
        .filter(|(_, code)| codes.contains(code))
        .map(|(place, _)| 1 << place)
        .sum()
}

fn all() -> Set {
    set_of(&CODES)
}

fn answers_without(code: &str) -> Set {
    all() & !set_of(&["9", code])
}

fn item<'c>(county: &'c CountyResult, id: &str) -> &'c ItemResult {
    county.items.iter().find(|item| item.item == id).unwrap()
}

/// Every number of the document that counts answers to the headline's question.
fn told(county: &CountyResult) -> BTreeMap<Set, u64> {
    let mut known = BTreeMap::new();
    let item = item(county, "q1");
    let estimate = county.approval.estimate.as_ref().unwrap();
    known.insert(answers_without("9"), item.answered);
    known.extend(item.asked.map(|n| (all(), n)));
    known.extend(estimate.no_answer.map(|n| (set_of(&["9"]), n)));
    for cell in &item.cells {
        let codes: Vec<&str> = cell.codes.iter().map(String::as_str).collect();
        known.extend(cell.n.map(|n| (set_of(&codes), n)));
    }
    assert_eq!(estimate.figure.n, item.answered);
    for line in &county.sensitivity {
        if line.kind == Sensitivity::WithoutUndecided {
            let figure = line.judged.estimate.as_ref();
            known.extend(figure.map(|e| (answers_without("8"), e.figure.n)));
        }
    }
    known
}

/// Sets of which fewer than ten residents are known to be, by sums and differences of what is told.
fn small_cells(mut known: BTreeMap<Set, u64>) -> Vec<(Set, u64)> {
    loop {
        let mut found = BTreeMap::new();
        for (a, n) in &known {
            for (b, m) in &known {
                if a & b == 0 {
                    found.insert(a | b, n + m);
                }
                if a & b == *b && a != b {
                    found.insert(a & !b, n - m);
                }
            }
        }
        let before = known.len();
        known.extend(found);
        if known.len() == before {
            break;
        }
    }
    known
        .into_iter()
        .filter(|(_, n)| (1..10).contains(n))
        .collect()
}

/// The golden wave, with so many residents for each answer to the headline's question.
fn with_answers(counts: [usize; 6]) -> Golden {
    let mut golden = Golden::new();
    let questionnaire = golden.questionnaire.clone();
    let mut codes = CODES
        .iter()
        .zip(counts)
        .flat_map(|(code, n)| std::iter::repeat_n(*code, n))
        .chain(std::iter::repeat("1"));
    let headline = |answers: &Answers| answers.choice(&questionnaire, "s1").map(|c| c.code.clone());
    for record in &mut golden.records {
        let keep = |id: &str| {
            let choice = record.answers.choice(&questionnaire, id)?;
            Some((id.to_owned(), choice.code.clone()))
        };
        if headline(&record.answers).is_none_or(|code| code == "0") {
            continue;
        }
        let mut form: Vec<(String, String)> = ["s1", "s2", "q2", "q5", "d1"]
            .into_iter()
            .filter_map(keep)
            .collect();
        form.push(("q1".to_owned(), codes.next().unwrap().to_owned()));
        if !form.iter().any(|(id, _)| id == "q5") {
            form.push(("q5".to_owned(), "2".to_owned()));
        }
        record.answers = validate(&questionnaire, &form).unwrap();
    }
    golden
}

const CASES: [[usize; 6]; 9] = [
    // "very dissatisfied" 2 and "can't say" 9, once merged into one cell of 11
    [200, 100, 30, 2, 9, 3],
    [200, 100, 30, 2, 9, 30],
    // all who are not content are 7, and merged with "can't say" they would be the cell less the line
    [200, 100, 4, 3, 20, 0],
    [200, 100, 4, 3, 9, 12],
    [200, 5, 40, 20, 3, 1],
    [200, 100, 40, 8, 0, 0],
    [5, 300, 12, 11, 10, 9],
    [300, 120, 40, 20, 15, 10],
    [200, 100, 0, 0, 25, 4],
];

#[test]
fn no_small_cell_can_be_computed_from_the_numbers_of_a_document() {
    for case in CASES {
        let result = with_answers(case).analyze(None);
        let found = small_cells(told(&result.counties[0]));
        assert!(found.is_empty(), "{case:?}: {found:?}");
    }
}

#[test]
fn the_same_subtraction_finds_what_a_line_with_its_number_would_tell() {
    let result = with_answers(CASES[0]).analyze(None);
    let county = &result.counties[0];
    let mut known = told(county);
    let n = county.approval.estimate.as_ref().unwrap().figure.n;
    known.insert(answers_without("8"), n - 9);
    let found = small_cells(known);
    assert!(found.contains(&(set_of(&["8"]), 9)), "{found:?}");
    // and merged with one side alone, it gives the other side's small cell as well
    let mut known = told(county);
    known.insert(answers_without("8"), n - 9);
    known.insert(set_of(&["4", "8"]), 11);
    assert!(small_cells(known).contains(&(set_of(&["4"]), 2)));
}

#[test]
fn a_line_that_leaves_out_a_few_answers_keeps_its_verdict_alone() {
    let result = with_answers(CASES[0]).analyze(None);
    let county = &result.counties[0];
    let of_kind = |kind| county.sensitivity.iter().find(|line| line.kind == kind);
    let line = of_kind(Sensitivity::WithoutUndecided).unwrap();
    assert!(line.withheld);
    assert_eq!(line.judged.estimate, None);
    assert_eq!(line.judged.judgement, None);
    assert!(line.judged.tipping.is_empty());
    assert_eq!(line.differs, line.judged.finding != county.approval.finding);
    let whole = of_kind(Sensitivity::WithoutFlagged).unwrap();
    assert!(!whole.withheld && whole.judged.estimate.is_some());
    assert_eq!(
        whole.judged.estimate.as_ref().and_then(|e| e.no_answer),
        None
    );
}

#[test]
fn where_few_refused_nobody_is_told_how_many_were_asked() {
    let few = with_answers(CASES[0]).analyze(None);
    let asked: Vec<Option<u64>> = few.counties[0].items.iter().map(|i| i.asked).collect();
    let estimate = few.counties[0].approval.estimate.as_ref().unwrap();
    assert_eq!(
        (item(&few.counties[0], "q1").asked, estimate.no_answer),
        (None, None)
    );
    let everybody = item(&few.counties[0], "q1").answered + 3;
    assert!(!asked.contains(&Some(everybody)), "told with another item");
}

#[test]
fn without_marks_nothing_is_said_about_hasty_answers() {
    let mut golden = Golden::new();
    let has_line = |golden: &Golden| {
        let result = golden.analyze(None);
        let lines = &result.counties[0].sensitivity;
        lines.iter().any(|l| l.kind == Sensitivity::WithoutFlagged)
    };
    assert!(has_line(&golden));
    for record in golden.records.iter_mut().skip(9) {
        (record.marked, record.flagged) = (false, false);
    }
    assert!(!has_line(&golden));
}

#[test]
fn a_small_undecided_cell_is_no_answer_where_the_figure_leaves_it_out() {
    let mut golden = with_answers(CASES[0]);
    golden.plan.approval.undecided_in_denominator = false;
    let result = golden.analyze(None);
    let county = &result.counties[0];
    let item = item(county, "q1");
    let n = county.approval.estimate.as_ref().unwrap().figure.n;
    assert_eq!((item.answered, item.asked), (n, None));
    assert!(
        item.cells
            .iter()
            .all(|cell| !cell.codes.contains(&"8".to_owned()))
    );
    assert_eq!(item.cells.iter().filter_map(|cell| cell.n).sum::<u64>(), n);
}

#[test]
fn answers_that_may_be_ticked_together_have_no_numbers() {
    let mut golden = with_answers(CASES[7]);
    let questionnaire = golden.questionnaire.clone();
    for (place, record) in golden.records.iter_mut().enumerate() {
        let ticked: &[&str] = match place {
            0..11 => &["1"],
            11..40 => &["2"],
            40..42 => &["1", "2"],
            _ => &["0"],
        };
        let mut form: Vec<(String, String)> =
            [("s1", "4"), ("s2", "30-39"), ("q1", "1"), ("d1", "male")]
                .map(|(id, code)| (id.to_owned(), code.to_owned()))
                .into();
        form.extend(
            ticked
                .iter()
                .map(|code| ("q6".to_owned(), (*code).to_owned())),
        );
        record.answers = validate(&questionnaire, &form).unwrap();
    }
    let result = golden.analyze(None);
    let item = item(&result.counties[0], "q6");
    assert!(!item.cells.is_empty());
    for cell in &item.cells {
        assert_eq!(cell.n, None);
        for share in [cell.share, cell.interval.low, cell.interval.high] {
            assert!((share * 100.0 - (share * 100.0).round()).abs() < 1e-9);
        }
    }
}
