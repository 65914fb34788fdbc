//! The staff's pages of a wave with 50,000 invitations: `make bench-pages`; docs/performance.md has the figures.
//!
//! One process serves and asks over the loopback, on SQLite and on a PostgreSQL server of its own. Every page is asked
//! for in turn, round after round, so that what else the machine does falls on all of them alike; beside the times
//! stands each page's ratio to a page of the same run that reads no store.

#![expect(
    unreachable_pub,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement reports on standard output and stops at what must not happen"
)]

#[path = "../intake/http.rs"]
#[expect(dead_code, reason = "the intake's measurements read pages, too")]
mod http;
#[path = "../intake/instance.rs"]
#[expect(
    dead_code,
    reason = "the intake's measurements store answers beforehand"
)]
mod instance;
mod made;
#[path = "../intake/postgres.rs"]
#[expect(
    dead_code,
    reason = "the intake's measurements watch the server's work"
)]
mod postgres;
mod times;

use std::error::Error;

use clap::Parser;
use minyi::service::app::App;
use tokio::net::TcpListener;

use http::Connection;
use instance::{COUNTIES, PASSWORD, SLUG, Stores};
use made::Made;
use postgres::Postgres;
use times::Times;

/// A page that reads no store: what every page costs at the least.
const STATIC: &str = "/problems/not-found";

#[derive(Debug, Parser)]
struct Arguments {
    /// Rounds, in each of which every page is asked for once.
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// Invitations of the wave.
    #[arg(long, default_value_t = 50_000)]
    invitations: usize,
    /// How many of them are answered.
    #[arg(long, default_value_t = 8_000)]
    answers: usize,
    /// Only one of: sqlite, postgres.
    #[arg(long)]
    only: Option<String>,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        for name in ["sqlite", "postgres"] {
            if arguments.only.as_deref().is_none_or(|only| only == name) {
                measure(&arguments, name).await?;
            }
        }
        Ok(())
    })
}

async fn measure(arguments: &Arguments, name: &str) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let postgres = (name == "postgres").then(Postgres::start).transpose()?;
    let stores = postgres
        .as_ref()
        .map_or(Stores::Sqlite, |server| Stores::Postgres {
            office: server.url("office"),
            urn: server.url("urn"),
        });
    let made = Made::new(
        folder.path(),
        &stores,
        arguments.invitations,
        arguments.answers,
    )
    .await?;
    let port = serve(&made.app).await?;
    let mut times = Times::default();
    ask(port, &in_fieldwork(), arguments.rounds, &mut times).await?;
    note(port, &made.silent, arguments.rounds, &mut times).await?;
    println!("\n{name}, in fieldwork\n\n{}", times.table(STATIC));
    made.close().await?;
    let mut times = Times::default();
    ask(port, &closed(), arguments.rounds, &mut times).await?;
    println!("\n{name}, closed and published\n\n{}", times.table(STATIC));
    made.app.shutdown().await;
    Ok(())
}

async fn serve(app: &App) -> Result<u16, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    app.tasks.spawn(minyi::web::serve(app.clone(), listener));
    Ok(port)
}

/// Who asks for an address.
type Asked = (&'static str, String);

/// Pages of a wave that runs, and those beside it.
fn in_fieldwork() -> Vec<Asked> {
    let wave = format!("/organize/{SLUG}");
    let mut asked = everywhere(&wave);
    let ada = [
        "/cards",
        "/assisted",
        "/exports/outcomes.csv",
        "/exports/paradata.csv",
    ];
    asked.extend(ada.map(|path| ("ada", format!("{wave}{path}"))));
    asked
}

/// Pages of a wave with a result.
fn closed() -> Vec<Asked> {
    let wave = format!("/organize/{SLUG}");
    let mut asked = everywhere(&wave);
    asked.extend([
        ("eve", wave.clone()),
        ("ada", format!("{wave}/exports/outcomes.csv")),
        ("ada", format!("{wave}/exports/codebook.xml")),
        ("ada", "/results".to_owned()),
        ("ada", format!("/results/{SLUG}")),
        ("ada", format!("/results/{SLUG}/{}", COUNTIES[0])),
        ("ada", format!("/check/{SLUG}")),
    ]);
    asked
}

/// Pages that are there before and after the close.
fn everywhere(wave: &str) -> Vec<Asked> {
    let mut asked = vec![
        ("ada", STATIC.to_owned()),
        ("ada", "/organize".to_owned()),
        ("ada", wave.to_owned()),
    ];
    let parts = ["/plan", "/fieldwork", "/rules", "/exports"];
    asked.extend(parts.map(|path| ("ada", format!("{wave}{path}"))));
    let desk = ["/data", "/design", "/questionnaires", "/account"];
    asked.extend(desk.map(|path| ("ada", path.to_owned())));
    asked.extend([
        ("eve", "/indicators".to_owned()),
        ("eve", format!("/indicators/2026/{}", COUNTIES[0])),
        ("ruth", "/audit".to_owned()),
        ("ruth", "/audit?q=note".to_owned()),
        ("ruth", "/audit?q=nothing-of-that-name".to_owned()),
        ("root", "/accounts".to_owned()),
    ]);
    asked
}

/// Every address in turn, round after round; the first round is not counted.
async fn ask(
    port: u16,
    asked: &[Asked],
    rounds: usize,
    times: &mut Times,
) -> Result<(), Box<dyn Error>> {
    let mut people = std::collections::BTreeMap::new();
    for (name, _) in asked {
        if !people.contains_key(name) {
            people.insert(*name, sign_in(port, name).await?);
        }
    }
    for round in 0..=rounds {
        for (name, path) in asked {
            let connection = people.get_mut(name).ok_or("nobody")?;
            let begun = std::time::Instant::now();
            let reply = connection.get(path).await?;
            let took = begun.elapsed();
            if reply.status != 200 {
                return Err(format!("{name} {path}: {}", reply.status).into());
            }
            if round > 0 {
                times.add(&format!("{path} ({name})"), took);
            }
        }
    }
    Ok(())
}

async fn sign_in(port: u16, name: &str) -> Result<Connection, Box<dyn Error>> {
    let mut connection = Connection::open(port).await?;
    let password = PASSWORD.replace(' ', "+");
    let form = format!("name={name}&password={password}");
    let reply = connection.post("/account/sign-in", &form).await?;
    let cookie = reply.field("set-cookie").and_then(|c| c.split(';').next());
    let cookie = cookie.ok_or("no session")?.to_owned();
    connection.keep(&cookie);
    Ok(connection)
}

/// One outcome after the other, each by its own form.
async fn note(
    port: u16,
    codes: &[String],
    rounds: usize,
    times: &mut Times,
) -> Result<(), Box<dyn Error>> {
    let mut ada = sign_in(port, "ada").await?;
    let path = format!("/organize/{SLUG}/fieldwork");
    for code in codes.iter().take(rounds) {
        let begun = std::time::Instant::now();
        let form = format!("code={code}&outcome=refusal");
        let reply = ada.post(&path, &form).await?;
        let took = begun.elapsed();
        if reply.status != 303 {
            return Err(format!("noting: {}", reply.status).into());
        }
        times.add("one outcome noted (ada)", took);
    }
    Ok(())
}
