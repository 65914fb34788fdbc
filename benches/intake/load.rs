//! Simulated residents: as many as can be served, or a given number each second.

use std::cell::{Cell, RefCell};
use std::io::{Error, Result};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinSet, LocalSet};

use super::http::Connection;
use super::instance::{Invited, SLUG};

/// Answers to every question that is asked of this resident.
const ANSWERS: &str = "s1=4&s2=60up&q1=3&q2=2&q3=2&q4=2&q6=1&q6=2&q7=2&q9=1&q9=4&d1=female";

/// What residents do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Open the page, send the answers.
    Whole,
    /// Send the same bytes to the floor.
    Floor,
}

/// What a load showed.
#[derive(Clone, Default)]
pub struct Seen {
    pub flows: usize,
    pub seconds: f64,
    /// Of every flow, in milliseconds, sorted.
    latencies: Vec<f64>,
}

impl Seen {
    pub fn rate(&self) -> f64 {
        minyi::stats::num::real(self.flows) / self.seconds
    }

    /// The latency that `percent` of a hundred flows do not exceed.
    pub fn quantile(&self, percent: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies
            .get(last * percent / 100)
            .copied()
            .unwrap_or(f64::NAN)
    }
}

/// Residents who have not answered yet.
pub struct Residents {
    all: Vec<Invited>,
    next: Cell<usize>,
}

impl Residents {
    pub fn new(all: Vec<Invited>) -> Rc<Self> {
        Rc::new(Self {
            all,
            next: Cell::new(0),
        })
    }

    fn take(&self) -> Result<&Invited> {
        let at = self.next.replace(self.next.get() + 1);
        self.all
            .get(at)
            .ok_or_else(|| Error::other("no codes are left: invite more people"))
    }

    /// How many have answered, or tried.
    pub fn used(&self) -> usize {
        self.next.get()
    }
}

/// How fast residents come.
#[derive(Clone, Copy)]
enum Pace {
    /// Each client sends its next flow when the last one is answered.
    Closed,
    /// So many seconds between two flows, whoever is free; a late start counts as latency.
    Open(f64),
}

struct Run {
    flow: Flow,
    pace: Pace,
    residents: Rc<Residents>,
    begun: Instant,
    until: Instant,
    slots: Cell<u32>,
    latencies: RefCell<Vec<f64>>,
}

/// As many flows as `clients` get answered in `seconds`.
pub async fn closed(
    port: u16,
    flow: Flow,
    residents: &Rc<Residents>,
    clients: usize,
    seconds: f64,
) -> Result<Seen> {
    run(port, flow, residents, clients, seconds, Pace::Closed).await
}

/// `rate` flows a second, over enough connections.
pub async fn open(
    port: u16,
    residents: &Rc<Residents>,
    clients: usize,
    seconds: f64,
    rate: f64,
) -> Result<Seen> {
    run(
        port,
        Flow::Whole,
        residents,
        clients,
        seconds,
        Pace::Open(1.0 / rate),
    )
    .await
}

async fn run(
    port: u16,
    flow: Flow,
    residents: &Rc<Residents>,
    clients: usize,
    seconds: f64,
    pace: Pace,
) -> Result<Seen> {
    let mut connections = Vec::new();
    for _ in 0..clients {
        connections.push(Connection::open(port).await?);
    }
    let begun = Instant::now();
    let run = Rc::new(Run {
        flow,
        pace,
        residents: residents.clone(),
        begun,
        until: begun + Duration::from_secs_f64(seconds),
        slots: Cell::new(0),
        latencies: RefCell::new(Vec::with_capacity(64 * 1024)),
    });
    let local = LocalSet::new();
    let mut people = JoinSet::new();
    for connection in connections {
        people.spawn_local_on(client(run.clone(), connection), &local);
    }
    local
        .run_until(async {
            while let Some(ended) = people.join_next().await {
                ended.map_err(Error::other)??;
            }
            Ok::<(), Error>(())
        })
        .await?;
    let seconds = begun.elapsed().as_secs_f64();
    let mut latencies = run.latencies.take();
    latencies.sort_by(f64::total_cmp);
    Ok(Seen {
        flows: latencies.len(),
        seconds,
        latencies,
    })
}

async fn client(run: Rc<Run>, mut connection: Connection) -> Result<()> {
    loop {
        let due = match run.pace {
            Pace::Closed => Instant::now(),
            Pace::Open(gap) => {
                let slot = run.slots.replace(run.slots.get() + 1);
                run.begun + Duration::from_secs_f64(gap * f64::from(slot))
            }
        };
        if due >= run.until {
            return Ok(());
        }
        // The timer's tick is a millisecond: whoever need not wait does not ask it.
        if matches!(run.pace, Pace::Open(_)) {
            tokio::time::sleep_until(due.into()).await;
        }
        flow(&run, &mut connection).await?;
        let took = due.elapsed().as_secs_f64() * 1e3;
        run.latencies.borrow_mut().push(took);
    }
}

async fn flow(run: &Run, connection: &mut Connection) -> Result<()> {
    let person = run.residents.take()?;
    let instance = minyi::service::keys::random::<16>().map_err(Error::other)?;
    let form = format!(
        "_instance={}&_direction=0&_fast=0&_code={}&{ANSWERS}",
        hex::encode(instance),
        person.code
    );
    if run.flow == Flow::Floor {
        let reply = connection.post("/", &form).await?;
        return expect(reply.status, 201);
    }
    let path = format!("/s/{SLUG}/{}", person.county);
    let page = connection.get(&path).await?;
    expect(page.status, 200)?;
    expect(connection.post(&path, &form).await?.status, 200)
}

fn expect(status: u16, wanted: u16) -> Result<()> {
    if status == wanted {
        return Ok(());
    }
    Err(Error::other(format!(
        "the server answers {status} instead of {wanted}"
    )))
}

/// One flow that is looked at: the page carries its random bits, the answer a receipt.
pub async fn check(port: u16, residents: &Residents) -> Result<()> {
    let person = residents.take()?;
    let path = format!("/s/{SLUG}/{}", person.county);
    let mut connection = Connection::open(port).await?;
    let page = connection.get(&path).await?.text()?;
    let field = "name=\"_instance\" value=\"";
    let at = page
        .find(field)
        .ok_or_else(|| Error::other("the page has no instance"))?;
    let instance = page
        .get(at + field.len()..at + field.len() + 32)
        .unwrap_or_default();
    let form = format!(
        "_instance={instance}&_direction=0&_fast=0&_code={}&{ANSWERS}",
        person.code
    );
    let thanks = connection.post(&path, &form).await?;
    expect(thanks.status, 200)?;
    if thanks.text()?.contains("class=\"receipt\"") {
        return Ok(());
    }
    Err(Error::other("the answer has no receipt"))
}
