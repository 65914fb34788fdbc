//! `minyi sample size`: answers and invitations for a margin or for a verdict, and what a given number
//! of answers can show.

mod print;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::refusal::{Bounds, none_of, plain};
use super::{Format, json};
use crate::cli::{Console, Failure};
use crate::i18n::Lang;
use crate::report::explain::sampling::{Planned, sizes};
use crate::stats::sampling::SamplingError;
use crate::stats::sampling::power::{
    Claim, ClaimSize, VerdictProbabilities, size_exact, size_normal, verdict_probabilities,
};
use crate::stats::sampling::size::{Expected, Margin, for_margin, margin_of_error};

/// How many to ask: for a margin of error, for a verdict, or what a given number can show.
///
/// --p with --margin: answers for a margin. --p with --n: margins of so many answers.
/// --threshold and --truth with --power: answers that show it. --threshold and --truth with --n: how
/// likely each verdict is. Lists are separated by commas.
#[derive(Debug, Args)]
pub(super) struct Size {
    /// Assumed share, between 0 and 1.
    #[arg(long)]
    p: Option<f64>,
    /// Wanted half widths of the interval, 0.025 for ±2.5 points.
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    margin: Vec<f64>,
    /// Two-sided confidence of the interval.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// Threshold that a share is held against.
    #[arg(long)]
    threshold: Option<f64>,
    /// Shares assumed to be true.
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    truth: Vec<f64>,
    /// Wanted probability of showing it.
    #[arg(long)]
    power: Option<f64>,
    /// Error probability of the one-sided bound.
    #[arg(long, default_value_t = 0.05, value_name = "ALPHA")]
    one_sided: f64,
    /// How the size for a verdict is computed.
    #[arg(long, value_enum, default_value_t = Method::Exact)]
    method: Method,
    /// Numbers of answers.
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    n: Vec<u64>,
    /// Design effect to plan with.
    #[arg(long, default_value_t = 1.0)]
    deff: f64,
    /// People in the population, if the sample is a notable part of it.
    #[arg(long)]
    population: Option<f64>,
    /// Share of the invitations that will be answered.
    #[arg(long, default_value_t = 1.0)]
    response_rate: f64,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say step by step what was done, with sources: after the table, else on standard error.
    #[arg(long)]
    explain: bool,
}

/// How the size for a verdict is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    /// Normal approximation.
    Normal,
    /// Exact binomial test.
    Exact,
}

/// Answers to everything that was asked.
#[derive(Debug, Serialize)]
struct Found {
    level: f64,
    one_sided: f64,
    method: Method,
    deff: f64,
    population: Option<f64>,
    response_rate: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    for_margin: Vec<ForMargin>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    margin_of: Vec<MarginOf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    for_verdict: Vec<ForVerdict>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    verdicts: Vec<Verdicts>,
    /// The same with what was asked, for the explanation.
    #[serde(skip)]
    planned: Vec<Planned>,
}

#[derive(Debug, Serialize)]
struct ForMargin {
    p: f64,
    margin: f64,
    n_srs: f64,
    answers: u64,
    invitations: u64,
}

#[derive(Debug, Serialize)]
struct MarginOf {
    p: f64,
    n: u64,
    margin: f64,
}

#[derive(Debug, Serialize)]
struct ForVerdict {
    threshold: f64,
    truth: f64,
    power: f64,
    #[serde(flatten)]
    size: ClaimSize,
}

#[derive(Debug, Serialize)]
struct Verdicts {
    threshold: f64,
    truth: f64,
    n: u64,
    #[serde(flatten)]
    chances: VerdictProbabilities,
}

impl Size {
    /// Runs the command.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        self.check(lang)?;
        let found = self.answer(lang)?;
        let output = match self.format {
            Format::Table => print::table(lang, &found),
            Format::Csv => print::csv(&found),
            Format::Json => json(&found)?,
        };
        let explained = self.explain.then(|| sizes(lang, &found.planned));
        console.print_explained(output, self.format == Format::Table, explained)
    }

    fn check(&self, lang: Lang) -> Result<(), Failure> {
        let mut problems = Vec::new();
        let p: Vec<f64> = self.p.into_iter().collect();
        let threshold: Vec<f64> = self.threshold.into_iter().collect();
        Bounds::share("--p").check(lang, &p, &mut problems);
        Bounds::share("--margin").check(lang, &self.margin, &mut problems);
        Bounds::share("--level").check(lang, &[self.level], &mut problems);
        Bounds::share("--threshold").check(lang, &threshold, &mut problems);
        Bounds::share("--truth").check(lang, &self.truth, &mut problems);
        let range = |option, low, high, closed| Bounds {
            option,
            low,
            high,
            closed,
        };
        let power: Vec<f64> = self.power.into_iter().collect();
        let population: Vec<f64> = self.population.into_iter().collect();
        range("--power", 0.5, 1.0, (true, false)).check(lang, &power, &mut problems);
        range("--one-sided", 0.0, 0.5, (false, true)).check(lang, &[self.one_sided], &mut problems);
        range("--deff", 0.0, 100.0, (false, true)).check(lang, &[self.deff], &mut problems);
        range("--population", 2.0, 1e12, (true, true)).check(lang, &population, &mut problems);
        range("--response-rate", 0.0, 1.0, (false, true)).check(
            lang,
            &[self.response_rate],
            &mut problems,
        );
        let n: Vec<f64> = self.n.iter().map(|n| count(*n)).collect();
        range("--n", 1.0, 1e7, (true, true)).check(lang, &n, &mut problems);
        self.check_companions(lang, &mut problems);
        none_of(problems)
    }

    /// Each question needs all of its parts.
    fn check_companions(&self, lang: Lang, problems: &mut Vec<String>) {
        let mut needs = |option: &str, other: &str| {
            let arguments = [("option", option.into()), ("other", other.into())];
            problems.push(lang.t_with("sample-option-needs", &arguments));
        };
        if !self.margin.is_empty() && self.p.is_none() {
            needs("--margin", "--p");
        }
        if self.power.is_some() && (self.threshold.is_none() || self.truth.is_empty()) {
            needs("--power", "--threshold, --truth");
        } else if self.threshold.is_some() == self.truth.is_empty() {
            needs("--threshold", "--truth");
        }
        if self.margin.is_empty() && self.power.is_none() && self.n.is_empty() {
            problems.push(lang.t("sample-size-nothing"));
        } else if !self.n.is_empty() && self.p.is_none() && self.threshold.is_none() {
            needs("--n", "--p / --threshold, --truth");
        }
        if self.power.is_some() {
            for truth in &self.truth {
                if self.threshold.is_some_and(|t| (truth - t).abs() < 1e-9) {
                    let arguments = [("truth", truth.to_string().into())];
                    problems.push(lang.t_with("sample-truth-is-threshold", &arguments));
                }
            }
        }
    }

    fn answer(&self, lang: Lang) -> Result<Found, Failure> {
        let refused = |error: SamplingError| plain(lang, &error);
        let mut planned = Vec::new();
        Ok(Found {
            level: self.level,
            one_sided: self.one_sided,
            method: self.method,
            deff: self.deff,
            population: self.population,
            response_rate: self.response_rate,
            for_margin: self.for_margin(&mut planned).map_err(refused)?,
            margin_of: self.margin_of(&mut planned).map_err(refused)?,
            for_verdict: self.for_verdict(&mut planned).map_err(refused)?,
            verdicts: self.verdicts(&mut planned).map_err(refused)?,
            planned,
        })
    }

    fn for_margin(&self, planned: &mut Vec<Planned>) -> Result<Vec<ForMargin>, SamplingError> {
        let mut found = Vec::new();
        for (p, margin) in pairs(self.p, &self.margin) {
            let asked = Margin {
                p,
                margin,
                level: self.level,
                deff: self.deff,
                response_rate: self.response_rate,
                population: self.population,
            };
            let size = for_margin(&asked)?;
            planned.push(Planned::ForMargin(asked, size));
            found.push(ForMargin {
                p,
                margin,
                n_srs: size.n_srs,
                answers: size.n_respondents,
                invitations: size.n_issue.unwrap_or(size.n_respondents),
            });
        }
        Ok(found)
    }

    fn margin_of(&self, planned: &mut Vec<Planned>) -> Result<Vec<MarginOf>, SamplingError> {
        let mut found = Vec::new();
        for (p, n) in pairs(self.p, &self.n) {
            let asked = Expected {
                p,
                n: count(n),
                level: self.level,
                deff: self.deff,
                population: self.population,
            };
            let margin = margin_of_error(&asked)?;
            planned.push(Planned::MarginOf(asked, margin));
            found.push(MarginOf { p, n, margin });
        }
        Ok(found)
    }

    fn for_verdict(&self, planned: &mut Vec<Planned>) -> Result<Vec<ForVerdict>, SamplingError> {
        let Some(power) = self.power else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for (threshold, truth) in pairs(self.threshold, &self.truth) {
            let claim = Claim {
                truth,
                threshold,
                confidence: 1.0 - self.one_sided,
                power,
                deff: self.deff,
                response_rate: self.response_rate,
                population: self.population,
            };
            let exact = self.method == Method::Exact;
            let size = match self.method {
                Method::Normal => size_normal(&claim)?,
                Method::Exact => size_exact(&claim)?,
            };
            planned.push(Planned::ForVerdict { claim, size, exact });
            found.push(ForVerdict {
                threshold,
                truth,
                power,
                size,
            });
        }
        Ok(found)
    }

    fn verdicts(&self, planned: &mut Vec<Planned>) -> Result<Vec<Verdicts>, SamplingError> {
        let mut found = Vec::new();
        for (threshold, truth) in pairs(self.threshold, &self.truth) {
            for n in &self.n {
                let chances = verdict_probabilities(truth, threshold, count(*n), self.deff)?;
                planned.push(Planned::Verdicts {
                    truth,
                    threshold,
                    n: count(*n),
                    deff: self.deff,
                    chances,
                });
                found.push(Verdicts {
                    threshold,
                    truth,
                    n: *n,
                    chances,
                });
            }
        }
        Ok(found)
    }
}

/// What was given once with each of what was given several times.
fn pairs<T: Copy>(one: Option<f64>, many: &[T]) -> impl Iterator<Item = (f64, T)> {
    let one = one.into_iter();
    one.flat_map(move |one| many.iter().map(move |other| (one, *other)))
}

/// A number of answers as a real number.
#[expect(clippy::cast_precision_loss, reason = "at most ten million")]
fn count(n: u64) -> f64 {
    n as f64
}
