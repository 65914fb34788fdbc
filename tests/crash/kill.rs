//! `kill -9` at random moments under load: what was acknowledged is stored once, nothing twice, and
//! whoever got no answer sends again and counts once.

use std::time::Duration;

use minyi::service::batch::{Drain, run_batch};
use minyi::stats::rng::{below, stream};
use minyi::storage::Store;
use minyi::survey::time::Clock;

use crate::support::node::{Node, Setup, Site};
use crate::support::postgres;
use crate::support::residents::{Fate, Load, Resident, client, reconcile};

/// Rounds in `make test`; `MINYI_CRASH_ROUNDS` asks for another number.
const ROUNDS: usize = 20;
/// Residents at a time.
const AT_A_TIME: usize = 16;
/// Residents of a round.
const CROWD: usize = 120;
/// A running server makes its first batch a second after its start; around it are these milliseconds.
const BATCH: (usize, usize) = (900, 400);
/// A lease of a killed process has expired by then.
const LEASE: Duration = Duration::from_secs(180);

pub(super) fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let rounds = number("MINYI_CRASH_ROUNDS", ROUNDS);
    let site = Site::sqlite((rounds * CROWD / 2).max(800)).await;
    survive(&site, rounds).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let rounds = number("MINYI_CRASH_ROUNDS", ROUNDS);
    let server = postgres::server().await;
    let (office, urn) = (
        server.clone_of(Store::Office).await,
        server.clone_of(Store::Urn).await,
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = Site::on(office, urn, folder, (rounds * CROWD / 2).max(800)).await;
    survive(&site, rounds).await;
}

async fn survive(site: &Site, rounds: usize) {
    let seed = number("MINYI_CRASH_SEED", std::process::id() as usize);
    println!("crash rounds with MINYI_CRASH_SEED={seed}");
    let mut chance = stream(&[7; 32], &format!("crash {seed}"));
    let mut residents = Resident::all(site);
    let setup = Setup {
        arguments: vec!["--batch-every".into(), "1".into()],
        ..Setup::default()
    };
    let (mut interrupted, mut batches) = (0, 0);
    for round in 0..rounds {
        let node = Node::start_with(site, &setup).await;
        let later = residents.split_off(CROWD.min(residents.len()));
        let load = Load::start(&node.site, residents, AT_A_TIME);
        if round % 2 == 0 {
            // In the middle of the load, wherever that is on this machine.
            let enough = below(&mut chance, CROWD - AT_A_TIME);
            while load.done() < enough {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tokio::time::sleep(micros(below(&mut chance, 5_000))).await;
        } else {
            let life = BATCH.0 + below(&mut chance, BATCH.1);
            tokio::time::sleep(micros(1_000 * life)).await;
        }
        node.kill();
        residents = load.stop().await;
        let unknown = count(&residents, &Fate::Unknown);
        interrupted += usize::from(unknown > 0 && round % 2 == 0);
        residents.extend(later);
        let counts = reconcile(site, &residents).await;
        println!("round {round}: {unknown} without an answer, {counts:?}");
        if round % 3 == 2 {
            let app = site.open(Clock::at(Clock::Real.now().plus(LEASE))).await;
            let done = run_batch(&app, site.id(), Drain::No).await;
            batches += usize::from(done.expect("a batch").moved > 0);
            app.shutdown().await;
        }
        // Those without a receipt come first.
        residents.sort_by_key(|resident| matches!(resident.fate, Fate::Acknowledged(_)));
    }
    assert!(
        interrupted * 4 >= rounds,
        "kills under load: {interrupted} of {rounds}"
    );
    assert!(batches > 0, "no batch had enough records");
    settle(site, residents).await;
}

/// Whoever got no answer sends the same again; then everything is counted, to the closed wave.
pub(super) async fn settle(site: &Site, residents: Vec<Resident>) {
    let node = Node::start(site).await;
    let client = client();
    let (mut sent, mut fresh) = (Vec::new(), Vec::new());
    for mut resident in residents {
        if resident.fate == Fate::Fresh {
            fresh.push(resident);
            continue;
        }
        let answer = resident.send(&client, &node.site).await.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.errors);
        sent.push(resident);
    }
    assert!(node.terminate().success(), "it ends by itself");
    let all = u64::try_from(sent.len()).unwrap();
    let known: Vec<Resident> = sent.into_iter().chain(fresh).collect();
    let counts = reconcile(site, &known).await;
    assert_eq!(
        (counts.acknowledged, counts.pool + counts.responses),
        (all, all)
    );
    assert_eq!(counts.used, all, "a code is used when its owner is done");
    site.close().await;
    let counts = reconcile(site, &known).await;
    assert_eq!(
        (counts.acknowledged, counts.pool, counts.responses),
        (all, 0, all)
    );
}

fn micros(number: usize) -> Duration {
    Duration::from_micros(number.try_into().expect("small"))
}

fn count(residents: &[Resident], fate: &Fate) -> usize {
    residents.iter().filter(|r| r.fate == *fate).count()
}
