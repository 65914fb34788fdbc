//! Medians as a table.

use std::fmt::Write as _;

use super::load::Seen;

/// One measurement.
#[derive(Clone)]
pub struct Line {
    what: &'static str,
    clients: String,
    rate: f64,
    of_floor: f64,
    median: f64,
    p99: f64,
    /// Processor time of the server for a flow, and of the database server, milliseconds.
    cpu: f64,
    database: Option<f64>,
    flows: f64,
    /// Largest memory so far, megabytes.
    memory: f64,
}

impl Line {
    pub fn new(what: &'static str, clients: &str, seen: &Seen, cpu_seconds: f64) -> Self {
        let flows = minyi::stats::num::real(seen.flows);
        Self {
            what,
            clients: clients.to_owned(),
            rate: seen.rate(),
            of_floor: f64::NAN,
            median: seen.quantile(50),
            p99: seen.quantile(99),
            cpu: cpu_seconds * 1e3 / flows,
            database: None,
            flows,
            memory: f64::NAN,
        }
    }

    /// As a share of the floor's best rate.
    pub fn beside(self, floor: f64) -> Self {
        let of_floor = self.rate / floor;
        Self { of_floor, ..self }
    }

    /// With the server's largest memory so far.
    pub fn with_memory(self, memory: f64) -> Self {
        Self { memory, ..self }
    }

    /// With the processor time of a database server.
    pub fn with_database(self, seconds: f64) -> Self {
        let database = (seconds > 0.0).then_some(seconds * 1e3 / self.flows);
        Self { database, ..self }
    }
}

/// All measurements.
#[derive(Default)]
pub struct Results(Vec<Line>);

impl Results {
    pub fn add(&mut self, line: Line) {
        self.0.push(line);
    }

    /// Medians over the runs, in the order in which they were measured first.
    pub fn table(&self) -> String {
        let mut kinds: Vec<(&str, &str)> = Vec::new();
        for line in &self.0 {
            if !kinds.contains(&(line.what, &line.clients)) {
                kinds.push((line.what, &line.clients));
            }
        }
        let mut text = String::from(
            "| | clients | flows/s | of the floor | p50 ms | p99 ms | CPU ms a flow | database's CPU | peak MB |\n\
             |---|---|---|---|---|---|---|---|---|\n",
        );
        for (what, clients) in kinds {
            let lines: Vec<&Line> = self
                .0
                .iter()
                .filter(|l| l.what == what && l.clients == clients)
                .collect();
            let of = |value: fn(&Line) -> f64| median(lines.iter().map(|line| value(line)));
            let or_dash = |value: f64, digits: usize| {
                if value.is_finite() {
                    format!("{value:.digits$}")
                } else {
                    "–".to_owned()
                }
            };
            let written = writeln!(
                text,
                "| {what} | {clients} | {:.0} | {} | {:.2} | {:.2} | {:.3} | {} | {:.0} |",
                of(|l| l.rate),
                or_dash(of(|l| l.of_floor), 2),
                of(|l| l.median),
                of(|l| l.p99),
                of(|l| l.cpu),
                or_dash(of(|l| l.database.unwrap_or(f64::NAN)), 3),
                of(|l| l.memory),
            );
            written.expect("text can be written to a string");
        }
        text
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}
