//! `minyi weight`: the weightings of a plan alone, and what each of their steps did to the weights.
//!
//! Promises: as those of `minyi estimate`, of which it is a part: input that cannot be used ends with exit
//! code 2 and without any output; the file of weights is written whole or not at all. Columns that only
//! analyses name are not looked for.

use std::path::PathBuf;

use clap::Args;

use super::estimate::data::Data;
use super::estimate::judge::judge;
use super::estimate::{Format, json, prepare_weights, publish, read_plan, run};
use super::near::nearest;
use super::progress::Progress;
use super::table_file::{quoted, with_near};
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::report::{estimate as report, explain};
use crate::stats::plan::Plan;

/// Weights from a survey file, as the weightings of a plan say.
///
/// PLAN is JSON or TOML in the plan vocabulary (docs/plan.md); its analyses are passed over.
#[derive(Debug, Args)]
pub(super) struct Weight {
    /// The plan: designs and weightings.
    plan: PathBuf,
    /// The survey file, CSV or XLSX, in place of the one that the plan names.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// The weighting to carry out; without it, all of the plan.
    #[arg(long, value_name = "ID")]
    weighting: Option<String>,
    /// Write the final weight of every record under every weighting to this CSV file.
    #[arg(long, value_name = "FILE.csv")]
    output: Option<PathBuf>,
    /// How the diagnostics of the steps are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say step by step what was done, with sources: after the tables, else on standard error.
    #[arg(long)]
    explain: bool,
}

impl Weight {
    /// Runs the command.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let mut file = read_plan(&self.plan, lang)?;
        self.keep_weightings(&mut file.plan, lang)?;
        let progress = Progress::start();
        let data = Data::read(
            &self.plan,
            self.data.as_deref(),
            &file.plan,
            lang,
            &progress,
        )?;
        let results = run(&file.plan, &data, lang, &progress);
        drop(progress);
        let place = |record: usize| data.place(lang, record);
        let reported = judge(&file.plan, &results, lang, &place)?;
        let title = file.wording.title.as_deref();
        let output = match self.format {
            Format::Table => report::diagnostics_text(&results, lang, title, &place),
            Format::Csv => report::diagnostics_csv(&results),
            Format::Json => json(&report::diagnostics_json(&results))?,
        };
        let prepared = self
            .output
            .iter()
            .map(|path| prepare_weights(lang, path, &self.plan, &results))
            .collect::<Result<Vec<_>, _>>()?;
        publish(lang, prepared)?;
        for sentence in reported {
            console.note(&sentence);
        }
        let explained = self
            .explain
            .then(|| explain::text(&file.plan, &results, &file.wording));
        console.print_explained(output, self.format == Format::Table, explained)
    }

    /// Leaves of a plan what its weightings need, or the one that was asked for.
    fn keep_weightings(&self, plan: &mut Plan, lang: Lang) -> Result<(), Failure> {
        if let Some(id) = &self.weighting
            && !plan.weightings.iter().any(|weighting| weighting.id == *id)
        {
            let known: Vec<String> = plan.weightings.iter().map(|w| w.id.clone()).collect();
            let arguments = [
                ("file", self.plan.display().to_string().into()),
                ("id", quoted(id).into()),
            ];
            let sentence = lang.t_with("weight-unknown", &arguments);
            return Err(Failure::input(with_near(
                lang,
                sentence,
                nearest(id, &known).as_deref(),
            )));
        }
        plan.only_weightings(self.weighting.as_deref());
        if plan.weightings.is_empty() {
            let arguments = [("file", self.plan.display().to_string().into())];
            return Err(Failure::input(lang.t_with("weight-none", &arguments)));
        }
        Ok(())
    }
}
