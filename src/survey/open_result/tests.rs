//! Shares are those of a calculation by hand, and nothing small is told.

use super::*;
use crate::survey::answer::validate;
use crate::survey::area::Level;
use crate::survey::ids::{AccountId, WaveId};
use crate::survey::questionnaire::{DEFAULT_2026, SampledUnit};
use crate::survey::wave::{Act, WaveKind, WaveSlug, WaveState};

fn wave() -> Wave {
    let at = Instant::from_micros(0);
    Wave {
        id: WaveId::new(at, [0; 10]),
        slug: WaveSlug::parse("open").unwrap(),
        kind: WaveKind::Open,
        titles: Text::new([("en", "Open")]),
        questionnaire: [0; 32],
        frame: None,
        margin_set: None,
        base_wave: None,
        plan_digest: [7; 32],
        state: WaveState::Closing,
        synthetic: false,
        opens_at: at,
        closes_at: Instant::from_micros(10),
        seed: None,
        seed_text: None,
        created_at: at,
        created_by: None,
        seal_request: None,
        sealed: None,
        opened_at: None,
        close_request: None,
        closed: Some(Act {
            by: AccountId::new(at, [1; 10]),
            at: Instant::from_micros(11),
        }),
        release_at: None,
        published_at: None,
    }
}

fn result(groups: &[(usize, &[(&str, &str)])]) -> OpenResult {
    let county = AreaCode::parse("140302").unwrap();
    let form = Questionnaire::from_toml(DEFAULT_2026)
        .unwrap()
        .for_unit(SampledUnit::Person);
    let mut records = Vec::new();
    for (n, pairs) in groups {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(item, code)| ((*item).to_owned(), (*code).to_owned()))
            .collect();
        let answers = validate(&form, &pairs).unwrap();
        records.extend(std::iter::repeat_n((county.clone(), answers), *n));
    }
    let area = Area {
        code: county.clone(),
        parent: None,
        level: Level::County,
        name_zh: "城区".to_owned(),
        name_en: "Chengqu".to_owned(),
    };
    let cell = Cell::parse("18-29/male").unwrap();
    let tally = Tally {
        counted: 40,
        uncounted: 3,
    };
    OpenResult::compute(&OpenInputs {
        wave: &wave(),
        plan: &OpenPlan::standard(vec![county.clone()]),
        questionnaire: &form,
        counties: &[area],
        records: &records,
        changes: &[],
        tallies: &BTreeMap::from([((county, cell), tally)]),
        software: "minyi test",
    })
}

fn shares(result: &OpenResult, item: &str) -> Vec<(String, u8)> {
    let found = result.counties[0].items.iter().find(|i| i.item == item);
    let cells = &found.unwrap().cells;
    let line = |cell: &OpenShare| (cell.codes.join("+"), cell.percent);
    cells.iter().map(line).collect()
}

#[test]
fn small_cells_are_merged_and_shares_are_whole_percentages_of_those_who_answered() {
    let yes: &[(&str, &str)] = &[("s1", "4"), ("q1", "1"), ("d1", "male")];
    let rather: &[(&str, &str)] = &[("s1", "4"), ("q1", "2")];
    let no: &[(&str, &str)] = &[("s1", "4"), ("q1", "3")];
    let never: &[(&str, &str)] = &[("s1", "4"), ("q1", "4")];
    let silent: &[(&str, &str)] = &[("s1", "4"), ("q1", "9")];
    let out: &[(&str, &str)] = &[("s1", "0")];
    let result = result(&[
        (21, yes),
        (12, rather),
        (8, no),
        (3, never),
        (5, silent),
        (4, out),
    ]);
    let county = &result.counties[0];
    assert_eq!((county.kept, county.screened_out), (53, 4));
    assert_eq!((county.cells.counted, county.cells.uncounted), (40, 3));
    // 44 answered: 21 / 44 = 47.7, 12 / 44 = 27.3, 11 / 44 = 25.0.
    let merged = shares(&result, "q1");
    assert_eq!(merged[..2], [("1".into(), 48), ("2".into(), 27)]);
    assert_eq!(merged[2].1, 25);
    assert!(merged[2].0.starts_with("3+4"), "{merged:?}");
    assert_eq!(merged.len(), 3);
    // One cell that holds everybody tells nothing.
    assert_eq!(shares(&result, "d1"), []);
    assert_eq!(shares(&result, "q2"), []);
    let text = serde_json::to_string(&result).unwrap();
    assert_eq!(serde_json::from_str::<OpenResult>(&text).unwrap(), result);
}

#[test]
fn the_digest_of_the_answers_tells_any_change() {
    let one: &[(&str, &str)] = &[("s1", "4"), ("q1", "1")];
    let other: &[(&str, &str)] = &[("s1", "4"), ("q1", "2")];
    let before = result(&[(30, one), (10, other)]);
    let after = result(&[(29, one), (11, other)]);
    assert_ne!(before.input_digest, after.input_digest);
    assert_eq!(
        before.input_digest,
        result(&[(30, one), (10, other)]).input_digest
    );
}
