//! Lists are read as they were written; nothing but what was deposited in time leaves.

use super::*;
use crate::survey::invitation::Place;
use crate::survey::questionnaire::DEFAULT_2026;
use crate::survey::sample::{StratumCode, UnitCode};

fn county(code: &str) -> AreaCode {
    AreaCode::parse(code).unwrap()
}

fn form(q1: &str) -> Vec<(String, String)> {
    [
        ("s1", "4"),
        ("s2", "18-29"),
        ("q1", q1),
        ("q6", "1"),
        ("q6", "2"),
    ]
    .map(|(item, code)| (item.to_owned(), code.to_owned()))
    .to_vec()
}

fn questionnaire() -> Questionnaire {
    Questionnaire::from_toml(DEFAULT_2026).unwrap()
}

fn text() -> String {
    let of = |at: u8, q1| (county("140302"), [at; 32], form(q1));
    write(&[9; 32], &[of(1, "4"), of(2, "4"), of(3, "1"), of(4, "2")])
}

#[test]
fn a_list_reads_back_and_its_digest_is_that_of_its_text() {
    let text = text();
    let seeds = read(&questionnaire(), &text).unwrap();
    assert_eq!(seeds.len(), 4);
    assert_eq!(seeds[0].commitment, [1; 32]);
    assert_eq!(
        seeds[0].answers,
        transcribe(&questionnaire(), &form("4")).unwrap()
    );
    assert_eq!(counted(&seeds), BTreeMap::from([(county("140302"), 4)]));
    assert_eq!(
        hex::encode(digest(&text)),
        hex::encode(Sha256::digest(&text))
    );
    assert_ne!(digest(&text), digest(&text.replace("q1=2", "q1=1")));
}

#[test]
fn what_is_no_list_is_refused_by_its_line() {
    let asked = questionnaire();
    let refused = |text: &str| read(&asked, text).unwrap_err();
    assert_eq!(refused(""), BadList::NoList);
    assert_eq!(refused("minyi seeds 1\nsalt 00\n"), BadList::NoList);
    let head: String = text()
        .lines()
        .take(2)
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(refused(&head), BadList::Empty);
    assert_eq!(refused(&format!("{head}140302 q1=4\n")), BadList::Line(3));
    assert_eq!(
        refused(&text().replace(" q1=1", " q1=77")),
        BadList::Answers(5)
    );
    assert_eq!(
        refused(&text().replace(&"02".repeat(32), &"01".repeat(32))),
        BadList::Twice(4)
    );
}

/// By hand: the first is there, of the second the answers are others, the third is gone, the fourth was in the log before the deposit.
#[test]
fn each_seed_is_told_and_only_those_leave_that_were_deposited_before_they_were_logged() {
    let asked = questionnaire();
    let seeds = read(&asked, &text()).unwrap();
    let record = |q1: &str| Record {
        id: [7; 16],
        place: Place {
            county: county("140302"),
            stratum: StratumCode::new("140302-urban"),
            variance_unit: UnitCode::new("140302-urban-01"),
        },
        answers: transcribe(&asked, &form(q1)).unwrap(),
        flagged: false,
        marked: false,
        direction: None,
        mode: None,
        seeded: false,
    };
    let records = [record("4"), record("1"), record("2")];
    let lie = |place, at: usize| Lying {
        place,
        record: &records[at],
    };
    let lying = BTreeMap::from([
        ([1; 32], lie(20, 0)),
        ([2; 32], lie(21, 1)),
        ([4; 32], lie(19, 2)),
    ]);
    let (fates, leaving) = settle(&seeds, 20, &lying);
    let fate = Fate {
        intact: 1,
        altered: 1,
        missing: 1,
        late: 1,
    };
    assert_eq!(fates, BTreeMap::from([(county("140302"), fate)]));
    assert_eq!((fate.total(), fate.left()), (4, 2));
    assert_eq!(leaving, BTreeSet::from([[1; 32], [2; 32]]));
}
