//! The default plan in a synthetic city, again and again: do its intervals hold what they promise?
//! `benches/simulate.rs` runs the long version, whose tables stand in `docs/methodology.md`.

mod population;
mod tally;
mod wave;

use minyi::stats::threshold::Finding;
use population::{CountyShape, Population, Willingness};
use tally::{Tally, simulate};
use wave::USUAL;

const SEED: [u8; 32] = [0x26; 32];
/// Waves of the short version.
const WAVES: usize = 200;
/// Of these, waves with replicates.
const REPLICATED: usize = 5;

fn county() -> CountyShape {
    CountyShape {
        code: "140321",
        approval: 0.90,
        communities: 150,
        adults: 220_000,
    }
}

/// The city is the third county of the long version, the waves are its first 200. With 200 waves the
/// variance of the estimates is known to √(2/199) = 10 %, coverage to 1.5 points, bias to SE/14, a
/// share of 5 % to 1.5 points; the bounds lie 2.5 to 3 of these around what 2,000 waves find (variance
/// ratio 1.15, coverage 96.4 %). The mean design effect is known much better, to 3 %: a variance that
/// forgets the units or the weights is far below it.
#[test]
fn intervals_cover_where_response_depends_on_the_margins_alone() {
    let population = Population::new(&[county()], Willingness::Margins, &SEED);
    let tallies = simulate(&population, USUAL, &SEED, (WAVES, REPLICATED));
    println!("{}", tally::tables(&tallies));
    let tally = &tallies[0];
    assert_eq!(tally.failed, 0);
    let error = (tally.variance() / 200.0).sqrt();
    assert!(tally.bias().abs() < 3.0 * error, "bias {}", tally.bias());
    let ratio = tally.variance_ratio();
    assert!(
        (0.9..1.5).contains(&ratio),
        "mean variance over true variance: {ratio}"
    );
    let effect = design_effect(tally);
    assert!(
        (1.40..1.75).contains(&effect),
        "mean design effect: {effect}"
    );
    for method in tally::METHODS {
        let coverage = tally.coverage_of(method);
        assert!(coverage >= 0.92, "{}: {coverage}", method.name());
    }
    let coverage = tally.coverage();
    assert!(
        (0.92..1.0).contains(&coverage),
        "default interval: {coverage}"
    );
    for bound in tally.bounds() {
        assert!(bound >= 0.905, "one-sided bound: {bound}");
    }
    // The truth is 90 %: both verdicts are errors, which 5 % of waves may make.
    for finding in [Finding::Met, Finding::NotMet] {
        let wrong = tally.verdict(finding);
        assert!(wrong <= 0.095, "{finding:?}: {wrong}");
    }
    // Each wave has its own variance by each method, so the ratio of the means of five is known well.
    for (name, which) in [("jkn", 0), ("bootstrap", 1)] {
        let ratio = replicates_to_linear(tally, which);
        assert!(
            (0.85..1.25).contains(&ratio),
            "{name} over linearized: {ratio}"
        );
    }
}

/// The same county, whose dissatisfied people answer half as often: no weight can see it, and the
/// program must not look as if it could.
#[test]
fn silence_of_the_dissatisfied_is_bias_that_no_interval_covers() {
    let population = Population::new(&[county()], Willingness::Answer(0.5), &SEED);
    let tallies = simulate(&population, USUAL, &SEED, (25, 0));
    let tally = &tallies[0];
    // Of 90 that approve and 10 that do not, 90 and 5 answer: 90/95.
    assert!(
        (tally.bias() - (0.9 / 0.95 - 0.9)).abs() < 0.006,
        "bias {}",
        tally.bias()
    );
    assert!(tally.coverage() < 0.2, "coverage {}", tally.coverage());
    assert!(
        tally.verdict(Finding::Met) > 0.8,
        "met {}",
        tally.verdict(Finding::Met)
    );
}

/// Mean of V̂ n / (p (1 − p)).
fn design_effect(tally: &Tally) -> f64 {
    tally.mean(|found| {
        let figure = &found.figure;
        figure.variance * tally::input(figure).n_rows / (figure.p * (1.0 - figure.p))
    })
}

/// Mean variance by `JKn` (0) or the bootstrap (1) over the mean linearized one of the same waves.
fn replicates_to_linear(tally: &Tally, which: usize) -> f64 {
    let made = || {
        let found = tally.found.iter();
        found.filter_map(|found| Some((found.replicated?[which], found.figure.variance)))
    };
    made().map(|(replicated, _)| replicated).sum::<f64>()
        / made().map(|(_, linear)| linear).sum::<f64>()
}
