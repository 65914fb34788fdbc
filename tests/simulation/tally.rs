//! What many waves found, held against the truth: bias, variance, coverage, wrong verdicts; and the
//! tables that `docs/methodology.md` shows.

use std::fmt::Write as _;

use minyi::stats::interval::{Method, ProportionInput, interval};
use minyi::stats::num::real;
use minyi::stats::threshold::{BOUND_LEVEL, Figure, FigureMethod, Finding};

use super::population::Population;
use super::wave::{Fieldwork, Found, Size};

/// Intervals that are compared with the default one. `logit` is `xlogit` under linearization.
pub(crate) const METHODS: [Method; 5] = [
    Method::Xlogit,
    Method::Asin,
    Method::Beta,
    Method::Wilson,
    Method::Mean,
];
const LEVEL: f64 = 0.95;

/// What the waves found in one county.
pub(crate) struct Tally {
    /// Its true share.
    pub(crate) truth: f64,
    /// Its communities.
    pub(crate) communities: usize,
    /// Intraclass correlation of its answers.
    pub(crate) clustering: f64,
    /// Results of waves whose weighting did not fail.
    pub(crate) found: Vec<Found>,
    /// Waves whose weighting failed.
    pub(crate) failed: usize,
}

/// Runs `waves` waves, the first `replicated` of them with replicates too.
pub(crate) fn simulate(
    population: &Population,
    size: Size,
    seed: &[u8; 32],
    (waves, replicated): (usize, usize),
) -> Vec<Tally> {
    let fieldwork = Fieldwork::new(population, size);
    let mut tallies: Vec<Tally> = population
        .counties
        .iter()
        .map(|county| Tally {
            truth: county.approval,
            communities: county.communities.len(),
            clustering: county.clustering,
            found: Vec::new(),
            failed: 0,
        })
        .collect();
    for number in 0..waves {
        let found = fieldwork.run(population, seed, number, number < replicated);
        for (tally, found) in tallies.iter_mut().zip(found) {
            match found {
                Some(found) => tally.found.push(found),
                None => tally.failed += 1,
            }
        }
    }
    tallies
}

impl Tally {
    /// Mean over the waves.
    pub(crate) fn mean(&self, of: impl Fn(&Found) -> f64) -> f64 {
        self.found.iter().map(of).sum::<f64>() / real(self.found.len())
    }

    fn share(&self, is: impl Fn(&Found) -> bool) -> f64 {
        self.mean(|found| f64::from(u8::from(is(found))))
    }

    /// Mean estimate less the truth.
    pub(crate) fn bias(&self) -> f64 {
        self.mean(|found| found.figure.p) - self.truth
    }

    /// Variance of the estimates over the waves.
    pub(crate) fn variance(&self) -> f64 {
        let mean = self.mean(|found| found.figure.p);
        let n = real(self.found.len());
        self.mean(|found| (found.figure.p - mean).powi(2)) * n / (n - 1.0)
    }

    /// Mean estimated variance over the variance of the estimates.
    pub(crate) fn variance_ratio(&self) -> f64 {
        self.mean(|found| found.figure.variance) / self.variance()
    }

    /// Mean variance by `JKn` (0) or the bootstrap (1), from the waves that have them, over the variance of
    /// the estimates.
    pub(crate) fn replicate_ratio(&self, which: usize) -> Option<f64> {
        let made: Vec<f64> = self
            .found
            .iter()
            .filter_map(|found| Some(found.replicated?[which]))
            .collect();
        let mean = made.iter().sum::<f64>() / real(made.len());
        (!made.is_empty()).then(|| mean / self.variance())
    }

    /// Share of waves whose default 95 % interval holds the truth.
    pub(crate) fn coverage(&self) -> f64 {
        self.share(|found| {
            let interval = found.figure.interval(LEVEL);
            (interval.low..=interval.high).contains(&self.truth)
        })
    }

    /// The same for one method alone; an interval that does not exist does not cover.
    pub(crate) fn coverage_of(&self, method: Method) -> f64 {
        self.share(|found| {
            interval(method, &input(&found.figure))
                .is_some_and(|interval| (interval.low..=interval.high).contains(&self.truth))
        })
    }

    /// Shares of waves in which the one-sided 95 % lower and upper bounds hold.
    pub(crate) fn bounds(&self) -> [f64; 2] {
        let bounds = |found: &Found| found.figure.interval(BOUND_LEVEL);
        [
            self.share(|found| bounds(found).low <= self.truth),
            self.share(|found| bounds(found).high >= self.truth),
        ]
    }

    /// Share of waves with this verdict.
    pub(crate) fn verdict(&self, finding: Finding) -> f64 {
        self.share(|found| found.finding == finding)
    }

    fn switched(&self) -> f64 {
        self.share(|found| found.figure.interval(LEVEL).method != FigureMethod::Xlogit)
    }
}

pub(crate) fn input(figure: &Figure) -> ProportionInput {
    ProportionInput {
        p: figure.p,
        variance: figure.variance,
        df: figure.df,
        level: LEVEL,
        n_rows: real(usize::try_from(figure.n).expect("a number")),
        degf: figure.df,
        kish_n_eff: figure.kish_n_eff,
    }
}

/// Estimates, coverage and verdicts as three tables.
pub(crate) fn tables(tallies: &[Tally]) -> String {
    let mut text = String::new();
    estimates(&mut text, tallies);
    coverage(&mut text, tallies);
    verdicts(&mut text, tallies);
    text
}

fn estimates(text: &mut String, tallies: &[Tally]) {
    text.push_str(
        "| truth | communities | ρ | answers | failed | df | bias, points | standard error, points | V̂/V Taylor | V̂/V JKn | V̂/V bootstrap |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for tally in tallies {
        let ratio = |which| {
            tally
                .replicate_ratio(which)
                .map_or("–".to_owned(), |ratio| format!("{ratio:.2}"))
        };
        let _ = writeln!(
            text,
            "| {} | {} | {:.3} | {:.0} | {} | {:.0} | {:+.2} | {:.2} | {:.2} | {} | {} |",
            percent(tally.truth),
            tally.communities,
            tally.clustering,
            tally.mean(|found| real(usize::try_from(found.figure.n).expect("a number"))),
            tally.failed,
            tally.mean(|found| found.figure.df),
            100.0 * tally.bias(),
            100.0 * tally.variance().sqrt(),
            tally.variance_ratio(),
            ratio(0),
            ratio(1),
        );
    }
}

fn coverage(text: &mut String, tallies: &[Tally]) {
    let names: Vec<&str> = METHODS.iter().map(|method| method.name()).collect();
    let _ = writeln!(
        text,
        "\n| truth | default | switched to beta | {} | lower bound | upper bound |\n|---|---|---|{}---|---|",
        names.join(" | "),
        "---|".repeat(names.len()),
    );
    for tally in tallies {
        let methods: Vec<String> = METHODS
            .iter()
            .map(|method| percent(tally.coverage_of(*method)))
            .collect();
        let [lower, upper] = tally.bounds();
        let _ = writeln!(
            text,
            "| {} | **{}** | {} | {} | {} | {} |",
            percent(tally.truth),
            percent(tally.coverage()),
            percent(tally.switched()),
            methods.join(" | "),
            percent(lower),
            percent(upper),
        );
    }
}

fn verdicts(text: &mut String, tallies: &[Tally]) {
    text.push_str("\n| truth | shown to meet 90 % | shown not to meet it | not decidable |\n|---|---|---|---|\n");
    for tally in tallies {
        let shares = [Finding::Met, Finding::NotMet, Finding::NotDecidable]
            .map(|f| percent(tally.verdict(f)));
        let _ = writeln!(
            text,
            "| {} | {} |",
            percent(tally.truth),
            shares.join(" | ")
        );
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
