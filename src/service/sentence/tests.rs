//! Every error of the service is a sentence in every language, and long lists end.

use super::*;
use crate::survey::area::AreaCode;
use crate::survey::imprint::Element;
use crate::survey::result::{Check, Reconciliation};
use crate::survey::sample::StratumCode;
use crate::survey::wave::{Refusal, WaveSlug};

fn code(text: &str) -> AreaCode {
    AreaCode::parse(text).unwrap()
}

fn wave_errors() -> Vec<WaveError> {
    let mut all = vec![
        WaveError::Denied,
        WaveError::NoWave("x".to_owned()),
        WaveError::SlugTaken(WaveSlug::parse("x").unwrap()),
        WaveError::Selection {
            stratum: StratumCode::new("140302-urban"),
            source: crate::stats::sampling::SamplingError::TooFew { n: 1.0 },
        },
        WaveError::Refused(Refusal::SamePerson),
        WaveError::ChangedMeanwhile,
        WaveError::Unstated(Element::ALL.to_vec()),
        WaveError::Store(StoreError::Missing("wave")),
        WaveError::Keys(crate::service::keys::KeysError::Missing {
            path: "wave.key".into(),
        }),
    ];
    for what in ["frame", "margins", "base wave"] {
        all.push(WaveError::NoSuch {
            what,
            name: "x".to_owned(),
        });
    }
    all
}

fn close_errors() -> Vec<CloseError> {
    let line = Reconciliation {
        check: Check::UsedCast,
        more: 4,
        less: 5,
        holds: false,
    };
    vec![
        CloseError::Batch(BatchError::Held),
        CloseError::Batch(BatchError::Changed),
        CloseError::Batch(BatchError::Store(StoreError::Missing("pool"))),
        CloseError::Batch(BatchError::Unreadable {
            county: code("140302"),
            epoch: 3,
        }),
        CloseError::PoolNotEmpty(1_200),
        CloseError::Reconciliation(vec![(code("140302"), line)]),
    ]
}

#[expect(clippy::too_many_lines, reason = "one case of each problem")]
fn cells() -> Vec<CellProblem> {
    let text = || "x".to_owned();
    let (county, cell) = (|| code("140302"), || "female:18-29".to_owned());
    vec![
        CellProblem::Unreadable(text()),
        CellProblem::NoRows,
        CellProblem::NoColumn,
        CellProblem::TwoColumns,
        CellProblem::UnknownColumn(text()),
        CellProblem::Cells {
            expected: 6,
            found: 5,
        },
        CellProblem::Empty,
        CellProblem::Code(text()),
        CellProblem::Number(text()),
        CellProblem::Word {
            found: text(),
            expected: "a, b",
        },
        CellProblem::EitherOr,
        CellProblem::Area(AreaError::Twice {
            place: 0,
            code: county(),
        }),
        CellProblem::Area(AreaError::NoParent {
            place: 0,
            code: county(),
            parent: code("140300"),
        }),
        CellProblem::Area(AreaError::WrongLevel {
            place: 0,
            code: county(),
        }),
        CellProblem::Frame(FrameError::Empty),
        CellProblem::Frame(FrameError::Twice {
            place: 0,
            code: county(),
        }),
        CellProblem::Frame(FrameError::NoCounty {
            place: 0,
            code: code("140302001001"),
            county: county(),
        }),
        CellProblem::Frame(FrameError::ElsewhereByCode {
            place: 0,
            code: code("140303001001"),
            county: county(),
        }),
        CellProblem::Frame(FrameError::Nobody {
            place: 0,
            code: code("140302001001"),
        }),
        CellProblem::Margin(MarginError::Empty),
        CellProblem::Margin(MarginError::Twice {
            place: 0,
            county: county(),
            cell: cell(),
        }),
        CellProblem::Margin(MarginError::NoCounty {
            place: 0,
            county: county(),
        }),
        CellProblem::Margin(MarginError::Nobody {
            place: 0,
            county: county(),
            cell: cell(),
        }),
        CellProblem::Margin(MarginError::Missing {
            county: county(),
            cell: cell(),
        }),
        CellProblem::Margin(MarginError::Missing {
            county: county(),
            cell: "sex_age".to_owned(),
        }),
        CellProblem::Margin(MarginError::Missing {
            county: county(),
            cell: "residence".to_owned(),
        }),
        CellProblem::Margin(MarginError::Unequal {
            county: county(),
            sex_age: 182_184,
            residence: 182_183,
        }),
    ]
}

fn at(row: usize, column: &'static str, problem: CellProblem) -> RowProblem {
    RowProblem {
        row: Some(row),
        column: Some(column),
        problem,
    }
}

#[test]
fn every_error_is_a_sentence_without_gaps_in_every_language() {
    let zone = Zone::shanghai();
    let columns = [
        "code",
        "level",
        "name_zh",
        "name_en",
        "parent",
        "name",
        "county",
        "residence",
        "size",
        "addresses",
        "sex",
        "age",
        "population",
    ];
    for lang in Lang::ALL {
        let mut said: Vec<String> = Vec::new();
        for error in wave_errors() {
            said.extend(wave_error(lang, &zone, &error));
        }
        for error in close_errors() {
            said.extend(close_error(lang, &zone, &error));
        }
        for error in [ImportError::Denied, ImportError::NameTaken("x".to_owned())] {
            said.extend(import_error(lang, &zone, &error));
        }
        said.extend(
            cells()
                .into_iter()
                .map(|cell| row_problem(lang, &at(2, "code", cell))),
        );
        said.extend(columns.map(|column| row_problem(lang, &at(2, column, CellProblem::Empty))));
        said.push(wave_file_error(lang, &WaveFileError::SampleOrPlan));
        said.push(wave_file_error(
            lang,
            &WaveFileError::Syntax("x".to_owned()),
        ));
        said.push(wave_file_error(
            lang,
            &WaveFileError::NoQuestionnaire("x".to_owned()),
        ));
        let time = WaveFileError::Time {
            field: "opens_at",
            text: "soon".to_owned(),
        };
        said.push(wave_file_error(lang, &time));
        for sentence in said {
            let gap = ["{$", "wave-", "import-", "imprint-"]
                .iter()
                .any(|key| sentence.contains(key));
            assert!(!gap, "{sentence}");
        }
    }
}

#[test]
fn a_row_is_named_with_its_column_and_the_words_that_are_known() {
    let word = CellProblem::Word {
        found: "town".to_owned(),
        expected: "urban, rural",
    };
    assert_eq!(
        row_problem(Lang::En, &at(7, "residence", word.clone())),
        "row 7, column residence: “town” is none of: urban, rural."
    );
    let text = row_problem(Lang::ZhCn, &at(7, "residence", word));
    assert!(
        text.starts_with("第7行，城乡（residence）列：“town”"),
        "{text}"
    );
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let problems = (0..MOST + 3).map(|row| at(row + 2, "code", CellProblem::Empty));
    let error = ImportError::Rows(problems.collect());
    let said = import_error(Lang::En, &Zone::shanghai(), &error);
    assert_eq!(said.len(), MOST + 1);
    assert!(said[MOST].contains("at least 3 more"), "{}", said[MOST]);
}

#[test]
fn a_close_that_stopped_says_how_it_goes_on_and_a_refused_one_does_not() {
    let zone = Zone::shanghai();
    for error in close_errors() {
        let said = close_error(Lang::En, &zone, &error);
        assert!(
            said.last().unwrap().contains("take the close up again"),
            "{said:?}"
        );
    }
    let refused = CloseError::Wave(WaveError::Refused(Refusal::NotAsked));
    assert_eq!(close_error(Lang::En, &zone, &refused).len(), 1);
}
