//! The engine's part of `bench/compare/run.sh`: writes the simulated survey for all that are compared, and
//! measures what the others measure too, on the columns in memory.
//!
//! `generate FOLDER ROWS` writes `resp_ROWS.csv`, `margins.json` and `plan.json`;
//! `run ROWS [RUNS]` prints one line per task: name, fastest, median, slowest, in seconds.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

mod survey;

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use minyi::stats::data::{Column, Table};
use minyi::stats::plan::{AnalysisResult, Plan};
use serde_json::{Value, json};

const REPLICATES: usize = 500;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |word: &str| {
        word.parse::<usize>()
            .unwrap_or_else(|_| survey::fail(&format!("{word} is not a number")))
    };
    // `cargo bench` adds an argument of its own.
    let words: Vec<&str> = words.into_iter().filter(|w| *w != "--bench").collect();
    match words.as_slice() {
        ["generate", folder, rows] => {
            if let Err(error) = generate(Path::new(folder), number(rows)) {
                survey::fail(&error.to_string());
            }
        }
        ["run", rows] => compare(number(rows), 5),
        ["run", rows, runs] => compare(number(rows), number(runs)),
        _ => println!("compare: generate FOLDER ROWS, or run ROWS [RUNS]"),
    }
}

fn generate(folder: &Path, rows: usize) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let table = survey::simulate(rows);
    let columns: Vec<&Vec<f64>> = table
        .names()
        .iter()
        .filter_map(|name| match table.column(name) {
            Ok(Column::Number(values)) => Some(values),
            _ => None,
        })
        .collect();
    let file = std::fs::File::create(folder.join(format!("resp_{rows}.csv")))?;
    let mut file = BufWriter::new(file);
    writeln!(file, "id,{}", table.names().join(","))?;
    for row in 0..rows {
        write!(file, "{}", row + 1)?;
        for column in &columns {
            write!(file, ",{}", column.get(row).copied().unwrap_or(f64::NAN))?;
        }
        writeln!(file)?;
    }
    file.flush()?;
    let mut margins = serde_json::Map::new();
    for (column, totals) in survey::margins() {
        margins.insert(column.to_owned(), json!(totals));
    }
    write_json(&folder.join("margins.json"), &Value::Object(margins))?;
    let plan = json!({"id": "bench", "designs": [survey::design("w0")],
        "weightings": [survey::raking("taylor")], "analyses": [survey::rates("taylor", &["logit"])]});
    write_json(&folder.join("plan.json"), &plan)
}

fn write_json(path: &Path, value: &Value) -> std::io::Result<()> {
    std::fs::write(path, format!("{value}\n"))
}

fn compare(rows: usize, runs: usize) {
    let table = survey::simulate(rows);
    let taylor = survey::design("w0");
    let raking = survey::raking("taylor");
    let with = |analyses: &[Value]| {
        survey::plan(
            std::slice::from_ref(&taylor),
            std::slice::from_ref(&raking),
            analyses,
        )
    };
    forget_peak();
    time("rake", runs, &with(&[]), &table);
    let rates = survey::rates("taylor", &[]);
    time("rake_rates", runs, &with(&[rates]), &table);
    let logit = survey::rates("taylor", &["logit"]);
    let plan = with(&[logit]);
    time("rake_rates_logit", runs, &plan, &table);
    peak("peak_rates");
    show(&plan, &table);
    forget_peak();
    let plan = survey::plan(
        &[taylor.clone(), survey::bootstrap(REPLICATES)],
        &[survey::raking("bootstrap")],
        &[survey::rates("bootstrap", &[])],
    );
    time(&format!("bootstrap_{REPLICATES}"), runs, &plan, &table);
    peak("peak_bootstrap");
    by_row(rows, runs, &table);
}

/// The same with weights that differ in every row, so that rows cannot be merged.
fn by_row(rows: usize, runs: usize, table: &Table) {
    let mut columns: Vec<(String, Column)> = Vec::new();
    for name in table.names() {
        if let Ok(column) = table.column(name) {
            columns.push((name.clone(), column.clone()));
        }
    }
    if let Ok(Column::Number(weights)) = table.column("w0") {
        let own = (0_u32..).zip(weights);
        let own = own.map(|(row, weight)| weight * (1.0 + 1e-9 * f64::from(row)));
        columns.push(("w1".to_owned(), Column::Number(own.collect())));
    }
    let table = Table::new(columns).unwrap_or_else(|error| survey::fail(&error.to_string()));
    let table = table.packed();
    let plan = |analyses: &[Value]| {
        survey::plan(
            &[survey::design("w1")],
            &[survey::raking("taylor")],
            analyses,
        )
    };
    if rows > 1_000_000 {
        return;
    }
    time("rows_rake", runs, &plan(&[]), &table);
    let rates = survey::rates("taylor", &[]);
    time("rows_rake_rates", runs, &plan(&[rates]), &table);
}

fn time(name: &str, runs: usize, plan: &Plan, table: &Table) {
    let mut times: Vec<f64> = Vec::new();
    for _ in 0..runs.max(1) {
        let start = Instant::now();
        let results = survey::run(plan, table);
        times.push(start.elapsed().as_secs_f64());
        drop(results);
    }
    times.sort_by(f64::total_cmp);
    let at = |place: usize| times.get(place).copied().unwrap_or(f64::NAN);
    println!(
        "{name}\t{:.6}\t{:.6}\t{:.6}",
        at(0),
        at(times.len() / 2),
        at(times.len() - 1)
    );
}

/// The estimates, for the eye: all that are compared must print the same.
fn show(plan: &Plan, table: &Table) {
    let results = survey::run(plan, table);
    for (_, outcome) in results.analyses.iter() {
        if let Ok(AnalysisResult::Rows(found)) = outcome {
            for row in &found.rows {
                println!("# {:.12} {:.12}", row.estimate, row.se);
            }
        }
    }
}

fn peak(name: &str) {
    if let Some(megabytes) = survey::peak_megabytes() {
        println!("{name}\t{megabytes:.0} MB");
    }
}

/// Lets the system count the peak memory from here on; without that, peaks include the simulation.
fn forget_peak() {
    if std::fs::write("/proc/self/clear_refs", "5").is_err() {
        println!("# peaks include the simulation");
    }
}
