//! `minyi sample allocate`: a sample shared among strata.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::refusal::{Bounds, none_of, plain};
use super::sheet::{Sheet, Wanted, header};
use super::{Format, json};
use crate::cli::{Console, Failure};
use crate::i18n::Lang;
use crate::report::csv::{CsvText, number};
use crate::report::explain::sampling::allocated;
use crate::report::table::{Align, TextTable};
use crate::stats::num::sum;
use crate::stats::sampling::allocation::{
    self, Allocation, Question, Stratum, standard_error_of_mean,
};

/// Share a sample among strata.
///
/// STRATA has one line for each stratum: its name, its size, and what the method needs. `draw --allocation`
/// takes the CSV that this command prints.
#[derive(Debug, Args)]
pub(super) struct Allocate {
    /// The strata, CSV or XLSX.
    strata: PathBuf,
    /// What the shares are proportional to.
    #[arg(long, value_enum)]
    method: Method,
    /// Units to share.
    #[arg(long)]
    n: u64,
    /// Smallest number in each stratum (all of it where it has fewer).
    #[arg(long, default_value_t = 0)]
    min: u64,
    /// Exponent of the power allocation, from 0 (equal precision) to 1 (Neyman).
    #[arg(long, value_name = "Q")]
    exponent: Option<f64>,
    /// Column of the names.
    #[arg(long, default_value = "stratum", value_name = "COLUMN")]
    name_column: String,
    /// Column of the sizes: units of the population.
    #[arg(long, default_value = "size", value_name = "COLUMN")]
    size_column: String,
    /// Column of the standard deviations within strata.
    #[arg(long, default_value = "sd", value_name = "COLUMN")]
    sd_column: String,
    /// Column of the costs of a unit.
    #[arg(long, default_value = "cost", value_name = "COLUMN")]
    cost_column: String,
    /// Column of the means within strata, for the power allocation.
    #[arg(long, default_value = "mean", value_name = "COLUMN")]
    mean_column: String,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say step by step what was done, with sources: after the table, else on standard error.
    #[arg(long)]
    explain: bool,
}

/// What the shares are proportional to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// The size.
    Proportional,
    /// The same number for every stratum.
    Equal,
    /// Size × standard deviation.
    Neyman,
    /// Size × standard deviation / √cost.
    Optimum,
    /// Size^Q, × standard deviation / mean where the file has them (Bankier).
    Power,
    /// √size.
    SquareRoot,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Shared {
    strata: Vec<Line>,
    n: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    se_mean: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Line {
    stratum: String,
    size: f64,
    exact: f64,
    n: u64,
    fraction: f64,
}

impl Allocate {
    /// Runs the command.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let (strata, known) = self.read(lang)?;
        let question = self.question(&strata, known);
        let all = sum(strata.iter().map(|stratum| stratum.population));
        if question.n > all {
            let (n, all) = (lang.count(self.n), lang.number(all, 0));
            let arguments = [("n", n.into()), ("all", all.into())];
            return Err(Failure::input(
                lang.t_with("sample-more-than-all", &arguments),
            ));
        }
        let found = allocation::allocation(&question).map_err(|error| plain(lang, &error))?;
        let shared = Shared::new(strata, &found);
        let output = match self.format {
            Format::Table => shared.table(lang),
            Format::Csv => shared.csv(),
            Format::Json => json(&shared)?,
        };
        let explained = self
            .explain
            .then(|| allocated(lang, &question, &found, shared.se_mean));
        console.print_explained(output, self.format == Format::Table, explained)
    }

    /// The strata as the file has them, and which of the further columns there are.
    fn read(&self, lang: Lang) -> Result<(Vec<Stratum>, Known), Failure> {
        let mut problems = Vec::new();
        let n = [exact(self.n), exact(self.min)];
        let bounds = |option, low| Bounds {
            option,
            low,
            high: 1e12,
            closed: (true, true),
        };
        bounds("--n", 1.0).check(lang, &n[..1], &mut problems);
        bounds("--min", 0.0).check(lang, &n[1..], &mut problems);
        match (self.method, self.exponent) {
            (Method::Power, None) => problems.push(lang.t("sample-exponent-needed")),
            (Method::Power, Some(q)) => Bounds {
                option: "--exponent",
                low: 0.0,
                high: 1.0,
                closed: (true, true),
            }
            .check(lang, &[q], &mut problems),
            (_, Some(_)) => problems.push(lang.t("sample-exponent-unused")),
            (_, None) => {}
        }
        none_of(problems)?;
        let names = header(&self.strata, lang)?;
        let has = |column: &str| names.iter().any(|name| name == column);
        let known = Known {
            deviation: has(&self.sd_column)
                || matches!(self.method, Method::Neyman | Method::Optimum),
            mean: self.method == Method::Power && has(&self.mean_column),
            cost: self.method == Method::Optimum,
        };
        let sheet = Sheet::read(&self.strata, &self.columns(known), lang)?;
        let strata = self.strata_of(&sheet, known, lang)?;
        Ok((strata, known))
    }

    fn columns(&self, known: Known) -> Vec<Wanted<'_>> {
        let number = |name, option| Wanted {
            name,
            numbers: true,
            option,
        };
        let mut wanted = vec![
            Wanted {
                name: self.name_column.as_str(),
                numbers: false,
                option: "--name-column",
            },
            number(self.size_column.as_str(), "--size-column"),
        ];
        if known.deviation {
            wanted.push(number(self.sd_column.as_str(), "--sd-column"));
        }
        if known.mean {
            wanted.push(number(self.mean_column.as_str(), "--mean-column"));
        }
        if known.cost {
            wanted.push(number(self.cost_column.as_str(), "--cost-column"));
        }
        wanted
    }

    fn strata_of(&self, sheet: &Sheet, known: Known, lang: Lang) -> Result<Vec<Stratum>, Failure> {
        let mut problems = Vec::new();
        let names = sheet.texts(&self.name_column, lang, &mut problems);
        let mut numbers = |column: &str, read: bool, above_zero: bool| -> Vec<Option<f64>> {
            if !read {
                return vec![None; names.len()];
            }
            let key = if above_zero {
                "sample-cell-above-zero"
            } else {
                "sample-cell-negative"
            };
            let allowed = |x: f64| x > 0.0 || (!above_zero && x >= 0.0);
            let values = sheet.numbers(column, allowed, key, lang, &mut problems);
            values.into_iter().map(Some).collect()
        };
        let sizes = numbers(&self.size_column, true, true);
        let deviations = numbers(&self.sd_column, known.deviation, false);
        let means = numbers(&self.mean_column, known.mean, true);
        let costs = numbers(&self.cost_column, known.cost, true);
        if names.is_empty() {
            problems.push(lang.t_with("sample-no-rows", &[("file", sheet.name().into())]));
        }
        for (row, name) in names.iter().enumerate() {
            let before = names.get(..row).unwrap_or_default();
            if !name.is_empty() && before.contains(name) {
                problems.push(sheet.at("sample-cell-twice", row, &self.name_column, name, lang));
            }
        }
        none_of(problems)?;
        let rows = names
            .into_iter()
            .zip(sizes)
            .zip(deviations)
            .zip(means)
            .zip(costs);
        Ok(rows
            .map(|((((id, size), deviation), mean), cost)| Stratum {
                id,
                population: size.unwrap_or_default(),
                deviation,
                importance: None,
                mean,
                cost,
            })
            .collect())
    }

    fn question(&self, strata: &[Stratum], known: Known) -> Question {
        let (method, q) = match self.method {
            Method::Proportional => (allocation::Method::Proportional, None),
            Method::Equal => (allocation::Method::Equal, None),
            Method::Neyman => (allocation::Method::Neyman, None),
            Method::Optimum => (allocation::Method::OptimumCost, None),
            Method::Power => (allocation::Method::Power, self.exponent),
            Method::SquareRoot => (allocation::Method::Power, Some(0.5)),
        };
        // Without both deviation and mean the power allocation takes the strata as equally varied.
        let varied = self.method == Method::Power && known.mean && known.deviation;
        let strata = strata.iter().map(|stratum| {
            let mut stratum = stratum.clone();
            if method == allocation::Method::Power {
                stratum.importance = Some(stratum.population);
                if !varied {
                    (stratum.deviation, stratum.mean) = (Some(1.0), Some(1.0));
                }
            }
            stratum
        });
        Question {
            method,
            n: exact(self.n),
            q,
            min_per_stratum: exact(self.min),
            strata: strata.collect(),
        }
    }
}

/// Which of the further columns are read.
#[derive(Debug, Clone, Copy)]
struct Known {
    deviation: bool,
    mean: bool,
    cost: bool,
}

impl Shared {
    fn new(strata: Vec<Stratum>, found: &Allocation) -> Self {
        let deviations: Option<Vec<f64>> = strata.iter().map(|one| one.deviation).collect();
        let sizes: Vec<f64> = strata.iter().map(|one| one.population).collect();
        let se_mean = deviations
            .map(|s| standard_error_of_mean(&s, &sizes, &found.n_h_integer))
            // A stratum without a sample leaves the error of the mean unknown.
            .filter(|se| se.is_finite());
        let numbers = found
            .n_h
            .iter()
            .copied()
            .zip(found.n_h_integer.iter().copied());
        let lines = strata.into_iter().zip(numbers);
        Self {
            strata: lines
                .map(|(stratum, (real, n))| Line {
                    stratum: stratum.id,
                    size: stratum.population,
                    exact: real,
                    n,
                    fraction: exact(n) / stratum.population,
                })
                .collect(),
            n: found.sum,
            se_mean,
        }
    }

    fn table(&self, lang: Lang) -> String {
        let mut table = TextTable::new([
            (lang.t("sample-column-stratum"), Align::Left),
            (lang.t("sample-column-size"), Align::Right),
            (lang.t("sample-column-n-exact"), Align::Right),
            (lang.t("sample-column-n"), Align::Right),
            (lang.t("sample-column-fraction"), Align::Right),
        ]);
        for line in &self.strata {
            table.push([
                line.stratum.clone(),
                lang.number(line.size, 0),
                lang.number(line.exact, 2),
                lang.count(line.n),
                format!("{}%", lang.number(line.fraction * 100.0, 2)),
            ]);
        }
        let sum = lang.t_with("sample-note-sum", &[("n", lang.count(self.n).into())]);
        let se = self
            .se_mean
            .map(|se| lang.t_with("sample-note-se", &[("se", lang.number(se, 6).into())]));
        let notes: Vec<String> = [Some(sum), se].into_iter().flatten().collect();
        format!("{}{}\n", table.render(), notes.join("\n"))
    }

    fn csv(&self) -> String {
        let mut file = CsvText::new(["stratum", "size", "n_exact", "n", "fraction"]);
        for line in &self.strata {
            file.push([
                line.stratum.clone(),
                number(Some(line.size)),
                number(Some(line.exact)),
                line.n.to_string(),
                number(Some(line.fraction)),
            ]);
        }
        file.finish()
    }
}

/// A number of units as a real number; numbers above 10¹² are refused before.
#[expect(clippy::cast_precision_loss, reason = "at most 10^12")]
fn exact(n: u64) -> f64 {
    n as f64
}
