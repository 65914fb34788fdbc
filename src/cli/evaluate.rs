//! `minyi evaluate`: applies a standard to reported indicators and a survey's figures, from files.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Console, Failure};
use crate::i18n::Lang;
use crate::report::evaluation::evaluation_text;
use crate::report::file_problem::{of_row, of_standard};
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
