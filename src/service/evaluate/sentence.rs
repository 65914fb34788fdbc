//! Refused imports and evaluations, in sentences for people.
//!
//! For: the command line and the evaluation team's pages. Uses: the Fluent files, `evaluate-store-…`.
//! Promises: every problem of a file is a sentence of its own that names its line; what the machine
//! or we got wrong is said without detail, which belongs in the log.

use super::error::EvaluationError;
use crate::i18n::Lang;
use crate::report::file_problem::{of_row, of_standard};
use crate::service::waves::WaveError;

impl EvaluationError {
    /// What to tell the person who asked; `file` is the name of the file as that person knows it.
    #[must_use]
    pub fn sentences(&self, lang: Lang, file: Option<&str>) -> Vec<String> {
        let at = |line: u64| place(lang, file, line);
        match self {
            Self::Standard(error) => error
                .problems
                .iter()
                .map(|problem| {
                    let line = u64::try_from(problem.line).unwrap_or(0);
                    format!("{} {}", at(line), of_standard(lang, problem))
                })
                .collect(),
            Self::Indicators(problems) => problems
                .iter()
                .map(|problem| format!("{} {}", at(problem.line), of_row(lang, problem)))
                .collect(),
            Self::NoArea(counties) => counties
                .iter()
                .map(|county| {
                    let county = ("county", county.as_str().into());
                    lang.t_with("evaluate-store-no-area", &[county])
                })
                .collect(),
            Self::Verified(values) => values
                .iter()
                .map(|value| {
                    let arguments = [
                        ("county", value.county.as_str().into()),
                        ("year", value.year.to_string().into()),
                        ("indicator", value.indicator.as_str().into()),
                    ];
                    lang.t_with("evaluate-store-verified", &arguments)
                })
                .collect(),
            other => vec![other.sentence(lang)],
        }
    }

    /// The sentence of what is said in one.
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Denied => lang.t("evaluate-store-denied"),
            Self::NoStandard => lang.t("evaluate-store-no-standard"),
            Self::VersionTaken { id, version } => lang.t_with(
                "evaluate-store-version-taken",
                &[
                    ("id", id.as_str().into()),
                    ("version", version.to_string().into()),
                ],
            ),
            Self::NotClosed { wave, .. } => lang.t_with(
                "evaluate-store-not-closed",
                &[("wave", wave.as_str().into())],
            ),
            Self::Published(wave) => lang.t_with(
                "evaluate-store-published",
                &[("wave", wave.as_str().into())],
            ),
            Self::NoResult(wave) => lang.t_with(
                "evaluate-store-no-result",
                &[("wave", wave.as_str().into())],
            ),
            Self::Wave(WaveError::NoWave(wave)) => {
                lang.t_with("evaluate-store-no-wave", &[("wave", wave.as_str().into())])
            }
            Self::Wave(_)
            | Self::Standard(_)
            | Self::Indicators(_)
            | Self::NoArea(_)
            | Self::Verified(_) => lang.t("evaluate-store-failed"),
        }
    }
}

fn place(lang: Lang, file: Option<&str>, line: u64) -> String {
    let line = ("line", line.to_string().into());
    match file {
        Some(file) => lang.t_with("evaluate-file-line", &[("file", file.into()), line]),
        None => lang.t_with("evaluate-store-line", &[line]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::indicator_file::{CellProblem, RowProblem};
    use crate::evaluation::standard::Standard;
    use crate::service::evaluate::ValueKey;
    use crate::storage::StoreError;
    use crate::survey::wave::{WaveSlug, WaveState};

    #[test]
    fn every_refusal_is_a_sentence_without_gaps() {
        let wave = WaveSlug::parse("2026q4").unwrap();
        let standard = Standard::from_toml("id = \"x\"").unwrap_err();
        let value = ValueKey {
            county: "140321".to_owned(),
            year: 2025,
            indicator: "crime.cases".to_owned(),
        };
        let cell = RowProblem {
            line: 7,
            column: "county".to_owned(),
            problem: CellProblem::Empty,
        };
        let all = [
            (EvaluationError::Denied, ""),
            (EvaluationError::Indicators(vec![cell]), "7"),
            (EvaluationError::NoStandard, ""),
            (EvaluationError::Standard(standard), "s.toml"),
            (EvaluationError::NoArea(vec!["140399".to_owned()]), "140399"),
            (EvaluationError::Verified(vec![value]), "crime.cases"),
            (EvaluationError::NoResult(wave.clone()), "2026q4"),
            (WaveError::NoWave("2030q1".to_owned()).into(), "2030q1"),
            (StoreError::Missing("row").into(), ""),
            (
                EvaluationError::VersionTaken {
                    id: "yangquan-2004".to_owned(),
                    version: 3,
                },
                "yangquan-2004",
            ),
            (EvaluationError::Published(wave.clone()), "2026q4"),
            (
                EvaluationError::NotClosed {
                    wave,
                    state: WaveState::Open,
                },
                "2026q4",
            ),
        ];
        for lang in Lang::ALL {
            for (error, named) in &all {
                let sentences = error.sentences(lang, Some("s.toml"));
                assert!(!sentences.is_empty(), "{error:?}");
                for sentence in sentences {
                    assert!(sentence.contains(named), "{sentence}");
                    assert!(!sentence.contains("evaluate-"), "{sentence}");
                    assert!(!sentence.contains("{$"), "{sentence}");
                }
            }
        }
    }

    #[test]
    fn a_page_names_the_line_and_the_command_line_the_file_too() {
        let error = EvaluationError::Standard(Standard::from_toml("id = [").unwrap_err());
        let told = |file| error.sentences(Lang::En, file).concat();
        assert!(told(None).starts_with("Line 1:"), "{}", told(None));
        let named = told(Some("s.toml"));
        assert!(named.starts_with("s.toml, line 1:"), "{named}");
    }
}
