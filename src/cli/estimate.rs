//! `minyi estimate`: a plan and a survey file into estimates with their uncertainty.
//!
//! Promises: input that cannot be used (files, columns, cells, designs, weightings) ends with exit code 2
//! and without any output; an analysis that must be refused is said so in its place and does not stop the
//! others; files are written whole, standard output once, at the end.

pub(super) mod data;
pub(super) mod judge;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;

use super::output_file::OutputFile;
use super::plan_file::{self, PlanFile};
use super::progress::Progress;
use super::table_file::quoted;
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::report::{estimate as report, explain, refusal};
use crate::stats::data::Table;
use crate::stats::plan::{Inputs, Plan, Results};

use data::Data;
use judge::judge;

/// Estimates with their uncertainty from a survey file, as a plan says.
///
/// PLAN is JSON or TOML in the plan vocabulary (docs/plan.md); a reference `case.json` runs as it is.
#[derive(Debug, Args)]
pub(super) struct Estimate {
    /// The plan: designs, weightings, analyses.
    plan: PathBuf,
    /// The survey file, CSV or XLSX, in place of the one that the plan names.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Draw a forest plot into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
    /// Write the final weight of every record under every weighting to this CSV file.
    #[arg(long, value_name = "FILE.csv")]
    weights: Option<PathBuf>,
    /// Say step by step what was done, with sources: after the tables, else on standard error.
    #[arg(long)]
    explain: bool,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Tables for people.
    Table,
    /// The whole documented schema.
    Json,
    /// One flat record for each estimate and interval.
    Csv,
}

impl Estimate {
    /// Runs the command.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let mut file = read_plan(&self.plan, lang)?;
        let progress = Progress::start();
        let data = Data::read(
            &self.plan,
            self.data.as_deref(),
            &file.plan,
            lang,
            &progress,
        )?;
        if let Some(loaded) = &data.loaded {
            file.wording.shares = shares(&loaded.table);
        }
        let results = run(&file.plan, &data, lang, &progress);
        drop(progress);
        let place = |record: usize| data.place(lang, record);
        let refused = judge(&file.plan, &results, lang, &place)?;
        let output = match self.format {
            Format::Table => report::text(&file.plan, &results, &file.wording, &place),
            Format::Csv => report::csv(&file.plan, &results, &file.wording),
            Format::Json => json(&results)?,
        };
        self.write_files(&file, &results, lang)?;
        // In a table the refusals stand in their places.
        if self.format != Format::Table {
            for sentence in refused {
                console.note(&sentence);
            }
        }
        let explained = self
            .explain
            .then(|| explain::text(&file.plan, &results, &file.wording));
        console.print_explained(output, self.format == Format::Table, explained)
    }

    fn write_files(&self, file: &PlanFile, results: &Results, lang: Lang) -> Result<(), Failure> {
        let mut prepared = Vec::new();
        if let Some(path) = &self.chart {
            let analysis = file.chart.analysis.as_deref();
            let threshold = file.chart.threshold;
            let svg = report::chart(&file.plan, results, &file.wording, analysis, threshold)
                .map_err(|refusal| chart_refused(lang, &refusal))?;
            prepared.push(prepare(lang, path, svg.as_bytes())?);
        }
        if let Some(path) = &self.weights {
            prepared.push(prepare_weights(lang, path, &self.plan, results)?);
        }
        publish(lang, prepared)
    }
}

/// Reads a plan and checks what can be checked without data.
pub(super) fn read_plan(path: &Path, lang: Lang) -> Result<PlanFile, Failure> {
    let file = plan_file::read(path, lang).map_err(Failure::Input)?;
    file.plan.check().map_err(|error| {
        let because = refusal::sentence(lang, &error, &|record| record.to_string());
        Failure::input(format!("{}: {because}", path.display()))
    })?;
    Ok(file)
}

/// The weights of every pipeline in a file beside its place.
pub(super) fn prepare_weights(
    lang: Lang,
    path: &Path,
    plan: &Path,
    results: &Results,
) -> Result<OutputFile, Failure> {
    let text = report::weights_csv(results).ok_or_else(|| {
        let arguments = [("file", plan.display().to_string().into())];
        Failure::input(lang.t_with("estimate-no-weighting", &arguments))
    })?;
    prepare(lang, path, text.as_bytes())
}

/// Gives files their names, once everything that could be refused is done.
pub(super) fn publish(lang: Lang, prepared: Vec<OutputFile>) -> Result<(), Failure> {
    for output in prepared {
        let path = output.path().to_path_buf();
        output
            .publish()
            .map_err(|error| cannot_write(lang, &path, error))?;
    }
    Ok(())
}

/// Runs a plan on its data.
pub(super) fn run(plan: &Plan, data: &Data, lang: Lang, progress: &Progress) -> Results {
    let inputs = Inputs {
        table: data.loaded.as_ref().map(|loaded| &loaded.table),
        replicate_files: data
            .replicates
            .iter()
            .map(|(name, loaded)| (name.clone(), loaded.table.clone()))
            .collect(),
    };
    plan.run(&inputs, &mut |step| {
        let doing = lang.t_with("estimate-computing", &[("id", step.id.into())]);
        let whole = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        progress.at(whole(step.done), whole(step.of), doing);
    })
}

/// Number columns that hold nothing but 0 and 1.
fn shares(table: &Table) -> BTreeSet<String> {
    let binary = |value: f64| value.to_bits() == 0 || value.to_bits() == 1f64.to_bits();
    table
        .names()
        .iter()
        .filter(|name| table.all_numbers(name, binary))
        .cloned()
        .collect()
}

/// A document as text.
pub(super) fn json(document: &impl Serialize) -> Result<String, Failure> {
    let value: Value =
        serde_json::to_value(document).map_err(|error| Failure::internal("JSON", error))?;
    let mut text =
        serde_json::to_string_pretty(&value).map_err(|error| Failure::internal("JSON", error))?;
    text.push('\n');
    Ok(text)
}

fn chart_refused(lang: Lang, refusal: &report::ChartRefusal) -> Failure {
    let sentence = match refusal {
        report::ChartRefusal::UnknownAnalysis { id } => {
            lang.t_with("estimate-chart-unknown", &[("id", quoted(id).into())])
        }
        report::ChartRefusal::NothingToDraw { id } => {
            lang.t_with("estimate-chart-nothing", &[("id", quoted(id).into())])
        }
        report::ChartRefusal::NoEstimates => lang.t("estimate-chart-none"),
    };
    Failure::input(sentence)
}

fn prepare(lang: Lang, path: &Path, content: &[u8]) -> Result<OutputFile, Failure> {
    OutputFile::prepare(path, content).map_err(|error| cannot_write(lang, path, error))
}

/// A folder that does not exist or may not be written is for the person to mend.
pub(super) fn cannot_write(lang: Lang, path: &Path, error: std::io::Error) -> Failure {
    use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
    let file = path.display().to_string();
    let arguments = [("file", file.into()), ("reason", error.to_string().into())];
    let sentence = lang.t_with("estimate-cannot-write", &arguments);
    match error.kind() {
        NotFound | PermissionDenied | NotADirectory | IsADirectory => Failure::input(sentence),
        _ => Failure::internal(sentence, error),
    }
}
