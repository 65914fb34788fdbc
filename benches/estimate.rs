//! Time and memory of an estimate: 100,000 and 1,000,000 simulated responses (`survey`), raked to four
//! margins, then county rates with Taylor variance and intervals. Prints the median of five runs and the
//! peak memory of the process. Then the same rates with 500 bootstrap replicates, raked again in each,
//! measured by criterion.

#![expect(
    clippy::indexing_slicing,
    reason = "the lengths are fixed a few lines above"
)]

mod survey;

use std::time::{Duration, Instant};

use criterion::Criterion;

const REPLICATES: usize = 500;
const METHODS: [&str; 3] = ["xlogit", "beta", "wilson"];

#[expect(clippy::print_stdout, reason = "a bench reports on standard output")]
fn linearized() {
    let plan = survey::plan(
        &[survey::design("w0")],
        &[survey::raking("taylor")],
        &[survey::rates("taylor", &METHODS)],
    );
    for rows in [100_000, 1_000_000] {
        let table = survey::simulate(rows);
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..5 {
            let start = Instant::now();
            survey::run(&plan, &table);
            times.push(start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{rows:>9} rows: rake, county rates, Taylor variance, 3 intervals: median {:.1} ms, \
             fastest {:.1} ms; peak memory, the simulation included, {:.0} MB",
            1000.0 * times[2],
            1000.0 * times[0],
            survey::peak_megabytes().unwrap_or(f64::NAN)
        );
    }
}

fn replicated() {
    let plan = survey::plan(
        &[survey::design("w0"), survey::bootstrap(REPLICATES)],
        &[survey::raking("bootstrap")],
        &[survey::rates("bootstrap", &METHODS)],
    );
    let mut criterion = Criterion::default()
        .sample_size(10)
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    for rows in [100_000, 1_000_000] {
        let table = survey::simulate(rows);
        let name = format!("{REPLICATES} bootstrap replicates, raked again, of {rows} rows");
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| survey::run(&plan, &table));
        });
    }
}

fn main() {
    linearized();
    replicated();
}
