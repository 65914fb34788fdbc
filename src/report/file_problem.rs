//! Problems of a standard's file and of a file of indicators, as sentences for a reader.
//!
//! Each names its place inside the file, and what is wrong there; the caller knows the file's name.

use crate::evaluation::indicator_file::{CellProblem, RowProblem};
use crate::evaluation::standard::{Problem, StandardProblem};
use crate::i18n::{Lang, Value};

/// One problem of a standard in a sentence; the line is not in it.
#[must_use]
pub fn of_standard(lang: Lang, problem: &StandardProblem) -> String {
    let words = of_field(lang, &problem.problem);
    format!("{} · {}: {words}", problem.at, problem.field)
}

/// What is wrong with a field of a standard, in a sentence.
#[must_use]
pub fn of_field(lang: Lang, problem: &Problem) -> String {
    let mut args: Vec<(&str, Value<'_>)> = Vec::new();
    match problem {
        Problem::Syntax { message } => args.push(("message", message.as_str().into())),
        Problem::WrongType { expected } => {
            let key = format!("evaluate-expected-{}", expected.replace(' ', "-"));
            args.push(("expected", lang.t(&key).into()));
        }
        Problem::OutOfRange { least, most } => {
            args.push(("least", least.to_string().into()));
            args.push(("most", most.to_string().into()));
        }
        Problem::MissingLanguage { language } => args.push(("language", (*language).into())),
        Problem::UnknownWord { found, allowed } => {
            args.push(("found", found.as_str().into()));
            args.push(("allowed", (*allowed).into()));
        }
        Problem::Duplicate { id } | Problem::UnknownReference { id } => {
            args.push(("id", id.as_str().into()));
        }
        Problem::KindClash {
            indicator,
            first,
            second,
        } => {
            let kind = |code: &str| lang.t(&format!("evaluate-kind-{code}"));
            args.push(("id", indicator.as_str().into()));
            args.push(("first", kind(first.code()).into()));
            args.push(("second", kind(second.code()).into()));
        }
        Problem::NoSuchNumber { term } => args.push(("term", term.as_str().into())),
        Problem::Missing | Problem::Blank | Problem::UnknownField | Problem::Empty => {}
    }
    lang.t_with(&format!("evaluate-standard-{}", problem.code()), &args)
}

/// One problem of an indicator file in a sentence; the line is not in it.
#[must_use]
pub fn of_row(lang: Lang, problem: &RowProblem) -> String {
    format!("{}: {}", problem.column, of_cell(lang, &problem.problem))
}

/// What is wrong with a value, in a sentence.
#[must_use]
pub fn of_cell(lang: Lang, problem: &CellProblem) -> String {
    let mut args: Vec<(&str, Value<'_>)> = Vec::new();
    match problem {
        CellProblem::Syntax { message } => args.push(("message", message.as_str().into())),
        CellProblem::MustBeEmpty { kind } => {
            let kind = lang.t(&format!("evaluate-kind-{}", kind.code()));
            args.push(("kind", kind.into()));
        }
        CellProblem::NotWhole { found }
        | CellProblem::NotAmount { found }
        | CellProblem::BadMeasures { found } => args.push(("found", found.as_str().into())),
        CellProblem::UnknownWord { found, allowed } => {
            args.push(("found", found.as_str().into()));
            args.push(("allowed", (*allowed).into()));
        }
        CellProblem::UnknownCounty { code } => args.push(("id", code.as_str().into())),
        CellProblem::UnknownIndicator { id } => args.push(("id", id.as_str().into())),
        CellProblem::PartLargerThanWhole { k, m } => {
            args.push(("k", k.to_string().into()));
            args.push(("m", m.to_string().into()));
        }
        CellProblem::MissingColumn
        | CellProblem::UnknownColumn
        | CellProblem::Empty
        | CellProblem::Duplicate
        | CellProblem::NoneAndSome => {}
    }
    lang.t_with(&format!("evaluate-row-{}", problem.code()), &args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::indicator::Kind;

    #[test]
    #[expect(clippy::too_many_lines, reason = "one case of each problem")]
    fn every_problem_of_a_file_is_a_sentence_without_gaps() {
        let (found, id) = (|| "x".to_owned(), || "y".to_owned());
        let kind = Kind::Count;
        let cells = [
            CellProblem::Syntax { message: found() },
            CellProblem::MissingColumn,
            CellProblem::UnknownColumn,
            CellProblem::Empty,
            CellProblem::MustBeEmpty { kind },
            CellProblem::NotWhole { found: found() },
            CellProblem::NotAmount { found: found() },
            CellProblem::UnknownWord {
                found: found(),
                allowed: "a, b",
            },
            CellProblem::UnknownCounty { code: id() },
            CellProblem::UnknownIndicator { id: id() },
            CellProblem::PartLargerThanWhole { k: 3, m: 2 },
            CellProblem::Duplicate,
            CellProblem::NoneAndSome,
            CellProblem::BadMeasures { found: found() },
        ];
        let parts = [
            Problem::Syntax { message: found() },
            Problem::Missing,
            Problem::Blank,
            Problem::WrongType { expected: "text" },
            Problem::OutOfRange { least: 0, most: 1 },
            Problem::MissingLanguage { language: "en" },
            Problem::UnknownField,
            Problem::UnknownWord {
                found: found(),
                allowed: "a, b",
            },
            Problem::Duplicate { id: id() },
            Problem::UnknownReference { id: id() },
            Problem::KindClash {
                indicator: id(),
                first: kind,
                second: Kind::Rate,
            },
            Problem::Empty,
            Problem::NoSuchNumber { term: id() },
        ];
        let parts = parts.into_iter().chain(
            [
                "whole number",
                "number",
                "number with at most four decimal places",
                "true or false",
                "texts by language",
                "list of texts",
                "list of tables",
                "table",
            ]
            .map(|expected| Problem::WrongType { expected }),
        );
        let parts: Vec<Problem> = parts.collect();
        for lang in Lang::ALL {
            let rows = cells.iter().map(|problem| {
                let column = "value".to_owned();
                let problem = problem.clone();
                of_row(
                    lang,
                    &RowProblem {
                        line: 1,
                        column,
                        problem,
                    },
                )
            });
            let standards = parts.iter().map(|problem| {
                let problem = problem.clone();
                let (at, field) = ("a.b".to_owned(), "rule.x".to_owned());
                of_standard(
                    lang,
                    &StandardProblem {
                        at,
                        field,
                        line: 1,
                        problem,
                    },
                )
            });
            for sentence in rows.chain(standards) {
                assert!(!sentence.contains("evaluate-"), "{sentence}");
                assert!(!sentence.contains("{$"), "{sentence}");
            }
        }
    }
}
