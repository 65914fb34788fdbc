//! `minyi evaluate`: applies a standard to reported indicators and a survey's figures, from files.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Console, Failure};
use crate::evaluation::indicator_file::{CellProblem, RowProblem};
use crate::evaluation::standard::{Problem, StandardProblem};
use crate::i18n::{Lang, Value};
use crate::report::evaluation::evaluation_text;
use crate::service::evaluate::{EvaluateError, Sources, evaluate_files};

/// Apply a standard: criteria, verdicts and their reasons.
#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// The standard, a TOML file.
    #[arg(long)]
    standard: PathBuf,
    /// The reported indicators, a CSV file.
    #[arg(long)]
    indicators: PathBuf,
    /// The survey's figures, a JSON file: a wave's result or figures by county and item.
    #[arg(long)]
    estimate: Option<PathBuf>,
    /// The year under evaluation.
    #[arg(long)]
    year: i32,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Tables for people.
    Table,
    /// The whole evaluation with codes and data.
    Json,
}

impl Evaluate {
    /// Reads the files, evaluates, prints.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let standard = read(lang, &self.standard)?;
        let indicators = read(lang, &self.indicators)?;
        let estimate = self
            .estimate
            .as_deref()
            .map(|p| read(lang, p))
            .transpose()?;
        let sources = Sources {
            standard: &standard,
            indicators: &indicators,
            estimate: estimate.as_deref(),
        };
        let found =
            evaluate_files(sources, self.year).map_err(|error| self.explain(lang, &error))?;
        let text = match self.format {
            Format::Table => evaluation_text(lang, &found.standard, &found.evaluation),
            Format::Json => serde_json::to_string_pretty(&found.evaluation)
                .map(|text| format!("{text}\n"))
                .map_err(|e| Failure::internal("JSON", e))?,
        };
        console.print(&text)
    }

    fn explain(&self, lang: Lang, error: &EvaluateError) -> Failure {
        let at = |path: &Path, line: u64| -> String {
            lang.t_with(
                "evaluate-file-line",
                &[
                    ("file", path.display().to_string().into()),
                    ("line", line.to_string().into()),
                ],
            )
        };
        match error {
            EvaluateError::Standard(error) => Failure::Input(
                error
                    .problems
                    .iter()
                    .map(|p| {
                        let line = u64::try_from(p.line).unwrap_or(0);
                        format!("{} {}", at(&self.standard, line), of_standard(lang, p))
                    })
                    .collect(),
            ),
            EvaluateError::Indicators(problems) => Failure::Input(
                problems
                    .iter()
                    .map(|p| format!("{} {}", at(&self.indicators, p.line), of_row(lang, p)))
                    .collect(),
            ),
            EvaluateError::Estimate(error) => {
                let path = self.estimate.as_deref().unwrap_or(Path::new(""));
                let line = u64::try_from(error.line()).unwrap_or(0);
                let message = lang.t_with(
                    "evaluate-estimate-unreadable",
                    &[("message", error.to_string().into())],
                );
                Failure::input(format!("{} {message}", at(path, line)))
            }
        }
    }
}

fn read(lang: Lang, path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::input(lang.t_with(
            "evaluate-file-unreadable",
            &[
                ("file", path.display().to_string().into()),
                ("message", error.to_string().into()),
            ],
        ))
    })
}

/// One problem of a standard in a sentence.
fn of_standard(lang: Lang, problem: &StandardProblem) -> String {
    let mut args: Vec<(&str, Value<'_>)> = Vec::new();
    match &problem.problem {
        Problem::Syntax { message } => args.push(("message", message.as_str().into())),
        Problem::WrongType { expected } => args.push(("expected", (*expected).into())),
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
        Problem::Missing | Problem::Blank | Problem::UnknownField | Problem::Empty => {}
    }
    let key = format!("evaluate-standard-{}", problem.problem.code());
    format!(
        "{} · {}: {}",
        problem.at,
        problem.field,
        lang.t_with(&key, &args)
    )
}

/// One problem of an indicator file in a sentence.
fn of_row(lang: Lang, problem: &RowProblem) -> String {
    let mut args: Vec<(&str, Value<'_>)> = Vec::new();
    match &problem.problem {
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
    let key = format!("evaluate-row-{}", problem.problem.code());
    format!("{}: {}", problem.column, lang.t_with(&key, &args))
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
        ];
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
