//! Coverage, bias and wrong verdicts of the default plan in a synthetic city of five counties: prints
//! the tables of `docs/methodology.md`. The number of waves can be given; 2,000 is the default.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a simulation reports on standard output and stops at what must not happen"
)]

#[path = "../tests/simulation/population.rs"]
mod population;
#[path = "../tests/simulation/tally.rs"]
mod tally;
#[path = "../tests/simulation/wave.rs"]
mod wave;

use minyi::stats::num::real;
use population::{CountyShape, Population, Willingness};
use tally::Tally;
use wave::{Size, USUAL};

const SEED: [u8; 32] = [0x26; 32];
const WAVES: usize = 2_000;
/// One wave of so many has replicates too.
const REPLICATED: usize = 8;
/// Cities that are made for the first scenario.
const CITIES: usize = 40;
/// Variance units of 80 invitations leave four degrees of freedom: intervals are printed, a verdict is not given.
const SMALL: Size = Size {
    psus: 20,
    invitations: 800,
};
/// Who does not approve answers this much less often in the third scenario.
const DISCONTENT: f64 = 0.8;

/// Share that approves, communities: five counties of about 220,000 adults.
const COUNTIES: [(&str, f64, usize); 5] = [
    ("140302", 0.50, 180),
    ("140303", 0.85, 100),
    ("140321", 0.90, 150),
    ("140311", 0.95, 250),
    ("140322", 0.98, 120),
];

fn run(title: &str, shapes: &[CountyShape], willingness: Willingness, waves: usize) {
    let population = Population::new(shapes, willingness, &SEED);
    let tallies = tally::simulate(&population, USUAL, &SEED, (waves, waves / REPLICATED));
    println!("### {title}\n\n{}", tally::tables(&tallies));
}

/// The tallies of the same county in several cities, as one.
fn merged(cities: Vec<Vec<Tally>>) -> Vec<Tally> {
    let n = real(cities.len());
    let mut cities = cities.into_iter();
    let mut all = cities.next().unwrap_or_default();
    for tally in &mut all {
        tally.clustering /= n;
    }
    for city in cities {
        for (tally, other) in all.iter_mut().zip(city) {
            tally.clustering += other.clustering / n;
            tally.found.extend(other.found);
            tally.failed += other.failed;
        }
    }
    all
}

/// Standard error of the default interval's coverage, the largest of the counties. Samples from one list are
/// alike, so what varies is the coverage of whole lists.
fn error_over_lists(cities: &[Vec<Tally>]) -> f64 {
    let counties = cities.first().map_or(0, Vec::len);
    let error = |county: usize| {
        let covered: Vec<f64> = cities.iter().map(|city| city[county].coverage()).collect();
        let n = real(covered.len());
        let mean = covered.iter().sum::<f64>() / n;
        let squares: f64 = covered.iter().map(|share| (share - mean).powi(2)).sum();
        (squares / (n - 1.0) / n).sqrt()
    };
    (0..counties).map(error).fold(0.0, f64::max)
}

/// Many cities, a few samples of each: an interval is promised for whatever list a county has.
fn run_cities(title: &str, shapes: &[CountyShape], size: Size, waves: usize) {
    let cities = (0..CITIES).map(|city| {
        let mut seed = SEED;
        seed[31] = u8::try_from(city).expect("few cities");
        let population = Population::new(shapes, Willingness::Margins, &seed);
        tally::simulate(&population, size, &seed, (waves / CITIES, 0))
    });
    let cities: Vec<Vec<Tally>> = cities.collect();
    let error = 100.0 * error_over_lists(&cities);
    let tallies = merged(cities);
    println!(
        "### {title}: {CITIES} cities made anew, {} samples of each\n\n{}\n\
         Monte Carlo error of the default coverage, from its spread over the cities: {error:.1} points at most.\n",
        waves / CITIES,
        tally::tables(&tallies)
    );
}

fn main() {
    let asked = std::env::args().find_map(|argument| argument.parse().ok());
    let waves = asked.unwrap_or(WAVES);
    println!(
        "{waves} samples of each county, replicates in {} of them, bootstrap of {}; seed {}.\n",
        waves / REPLICATED,
        wave::BOOTSTRAP,
        SEED.map(|byte| format!("{byte:02x}")).concat(),
    );
    let shapes = COUNTIES.map(|(code, approval, communities)| CountyShape {
        code,
        approval,
        communities,
        adults: 220_000,
    });
    run_cities(
        "Response depends on age, sex and residence alone",
        &shapes,
        USUAL,
        waves,
    );
    run_cities(
        "A small sample, too small for a verdict: 20 communities, 800 invitations",
        &shapes,
        SMALL,
        waves,
    );
    if std::env::args().any(|argument| argument == "--cities") {
        return;
    }
    run(
        "One of these cities, with replicates: all samples from one list of communities",
        &shapes,
        Willingness::Margins,
        waves,
    );
    run(
        "In that city, people who do not approve answer less often, 4 of them where 5 others would",
        &shapes,
        Willingness::Answer(DISCONTENT),
        waves,
    );
    let large = CountyShape {
        code: "140321",
        approval: 0.90,
        communities: 1_500,
        adults: 2_200_000,
    };
    run(
        "The same county ten times as large: 40 of 1,500 communities",
        &[large],
        Willingness::Margins,
        waves,
    );
}
