//! The intake under load, beside the floor: `make bench-intake`; docs/performance.md has the figures.
//!
//! The servers are processes of their own on kept connections over the loopback; driver and servers share
//! the machine. Every run makes new instances, and the floor is measured in each of them, so that a run
//! compares with itself.

#![expect(
    unreachable_pub,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement reports on standard output and stops at what must not happen"
)]

mod blind;
#[expect(dead_code, reason = "the measurements of staff's pages sign in")]
mod http;
mod instance;
mod load;
mod postgres;
mod probe;
mod process;
mod report;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Parser;

use instance::{Invited, Stores};
use load::{Flow, Residents};
use postgres::Postgres;
use process::{Server, cpu_of_family};
use report::{Line, Results};

/// Clients at once.
const CLIENTS: [usize; 4] = [1, 8, 32, 128];
/// Connections over which residents come at a given rate.
const PACED: usize = 64;
/// Codes of a run for each second under load: more than can be used.
const CODES_A_SECOND: f64 = 16_000.0;

#[derive(Debug, Parser)]
struct Arguments {
    /// Measurements of which the median is printed.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Answers that are stored beforehand.
    #[arg(long, default_value_t = 0)]
    stored: usize,
    /// Only one of: sqlite, postgres.
    #[arg(long)]
    only: Option<String>,
    /// Only this number of clients.
    #[arg(long)]
    clients: Option<usize>,
    /// Instead: this many flows in a row on SQLite, and the memory on the way.
    #[arg(long)]
    soak: Option<usize>,
    /// Instead: so many flows of the blind path on SQLite, its two steps apart.
    #[arg(long)]
    blind: Option<usize>,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
    /// Is the floor.
    #[arg(long, hide = true)]
    probe: Option<PathBuf>,
    /// Is the server of this folder, office and urn.
    #[arg(long, hide = true, num_args = 3)]
    serve: Option<Vec<String>>,
    #[arg(long, hide = true, default_value_t = 0)]
    port: u16,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if arguments.probe.is_some() || arguments.serve.is_some() {
        return runtime(2)?.block_on(be_server(&arguments));
    }
    if let Some(flows) = arguments.blind {
        return runtime(2)?.block_on(blind::measure(flows));
    }
    // The driver keeps to one core.
    let driver = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    driver.block_on(async {
        match arguments.soak {
            Some(flows) => soak(&arguments, flows).await,
            None => measure(&arguments).await,
        }
    })
}

fn runtime(threads: usize) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(threads).enable_all().build()
}

async fn be_server(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    if let Some(file) = &arguments.probe {
        return Ok(probe::serve(arguments.port, file).await?);
    }
    let given = arguments.serve.as_deref().unwrap_or_default();
    let [folder, office, urn] = given else {
        return Err("a folder and two addresses".into());
    };
    let (office, urn) = (office.clone(), urn.clone());
    instance::serve(
        Path::new(folder),
        &Stores::Postgres { office, urn },
        arguments.port,
    )
    .await
}

async fn measure(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut results = Results::default();
    for run in 1..=arguments.runs {
        let floor = measure_floor(arguments, &mut results).await?;
        println!("run {run}: floor {floor:.0}/s");
        for name in ["sqlite", "postgres"] {
            if arguments.only.as_deref().is_none_or(|only| only == name) {
                measure_minyi(arguments, name, floor, &mut results).await?;
            }
        }
    }
    println!("\n{}", results.table());
    Ok(())
}

fn clients(arguments: &Arguments) -> Vec<usize> {
    arguments
        .clients
        .map_or_else(|| CLIENTS.to_vec(), |clients| vec![clients])
}

/// The floor's best rate.
async fn measure_floor(
    arguments: &Arguments,
    results: &mut Results,
) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let server = Server::floor(folder.path()).await?;
    let people = (0..1_000_000).map(|_| Invited {
        county: String::new(),
        code: "0000-0000-00000".to_owned(),
    });
    let residents = Residents::new(people.collect());
    let mut best = 0.0_f64;
    for clients in clients(arguments) {
        let cpu = server.cpu();
        let seen = load::closed(
            server.port,
            Flow::Floor,
            &residents,
            clients,
            arguments.seconds,
        )
        .await?;
        best = best.max(seen.rate());
        let line = Line::new("floor", &clients.to_string(), &seen, server.cpu() - cpu);
        results.add(line.with_memory(server.memory().1));
    }
    Ok(best)
}

async fn measure_minyi(
    arguments: &Arguments,
    name: &'static str,
    floor: f64,
    results: &mut Results,
) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let postgres = (name == "postgres").then(Postgres::start).transpose()?;
    let stores = postgres
        .as_ref()
        .map_or(Stores::Sqlite, |server| Stores::Postgres {
            office: server.url("office"),
            urn: server.url("urn"),
        });
    let seconds = arguments.seconds * minyi::stats::num::real(clients(arguments).len() + 2);
    let codes = codes_for(seconds);
    let residents =
        Residents::new(instance::make(folder.path(), &stores, codes, arguments.stored).await?);
    let server = Server::minyi(folder.path(), &stores).await?;
    load::check(server.port, &residents).await?;
    let database = || {
        postgres
            .as_ref()
            .map_or(0.0, |server| cpu_of_family(server.id))
    };
    let mut best = 0.0_f64;
    for clients in clients(arguments) {
        let (cpu, there) = (server.cpu(), database());
        let seen = load::closed(
            server.port,
            Flow::Whole,
            &residents,
            clients,
            arguments.seconds,
        )
        .await?;
        best = best.max(seen.rate());
        let line = Line::new(name, &clients.to_string(), &seen, server.cpu() - cpu);
        let line = line.beside(floor).with_database(database() - there);
        results.add(line.with_memory(server.memory().1));
    }
    let (cpu, there) = (server.cpu(), database());
    let seen = load::open(
        server.port,
        &residents,
        PACED,
        2.0 * arguments.seconds,
        best / 2.0,
    )
    .await?;
    let line = Line::new(name, "half of the peak", &seen, server.cpu() - cpu);
    let line = line.beside(floor).with_database(database() - there);
    results.add(line.with_memory(server.memory().1));
    println!("  {name}: best {best:.0}/s, {} residents", residents.used());
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "some hundred thousand codes"
)]
fn codes_for(seconds: f64) -> usize {
    (seconds * CODES_A_SECOND) as usize
}

/// Many flows in a row, and the memory on the way.
async fn soak(arguments: &Arguments, flows: usize) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (stores, clients) = (Stores::Sqlite, arguments.clients.unwrap_or(32));
    let codes = flows + flows / 10 + 50_000;
    let residents: Rc<Residents> =
        Residents::new(instance::make(folder.path(), &stores, codes, arguments.stored).await?);
    let server = Server::minyi(folder.path(), &stores).await?;
    load::check(server.port, &residents).await?;
    println!(
        "| flows | flows/s | p50 ms | p99 ms | memory MB | peak MB |\n|---|---|---|---|---|---|"
    );
    while residents.used() < flows {
        let seen = load::closed(server.port, Flow::Whole, &residents, clients, 5.0).await?;
        let (now, peak) = server.memory();
        println!(
            "| {} | {:.0} | {:.1} | {:.1} | {now:.0} | {peak:.0} |",
            residents.used(),
            seen.rate(),
            seen.quantile(50),
            seen.quantile(99),
        );
    }
    Ok(())
}
