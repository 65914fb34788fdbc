//! `kill -9` at random moments under load: what was acknowledged is stored once, nothing twice, and
//! whoever got no answer sends again and counts once.

use std::time::Duration;

use minyi::service::batch::{Drain, run_batch};
use minyi::stats::rng::{below, stream};
use minyi::survey::time::Clock;

use crate::support::node::{Node, Setup, Site};
use crate::support::residents::{Fate, Load, Resident, client, reconcile};

/// Rounds in `make test`; `MINYI_CRASH_ROUNDS` asks for another number.
const ROUNDS: usize = 20;
/// Residents at a time.
const AT_A_TIME: usize = 16;
/// Codes of each county that a round may need; with fewer it would run dry.
const CODES: usize = 60;
/// The process lives under load for at most this long, in milliseconds.
const LONGEST: usize = 900;
/// A lease of a killed process has expired by then.
const LEASE: Duration = Duration::from_secs(180);

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let rounds = number("MINYI_CRASH_ROUNDS", ROUNDS);
    let site = Site::sqlite((rounds * CODES).max(800)).await;
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
        let load = Load::start(&node.site, residents, AT_A_TIME);
        let life = u64::try_from(50 + below(&mut chance, LONGEST)).unwrap();
        tokio::time::sleep(Duration::from_millis(life)).await;
        node.kill();
        residents = load.stop().await;
        let unknown = count(&residents, &Fate::Unknown);
        interrupted += usize::from(unknown > 0);
        let counts = reconcile(site, &residents).await;
        println!("round {round}: {life} ms, {unknown} without an answer, {counts:?}");
        if round % 3 == 2 {
            let app = site.open(Clock::at(Clock::Real.now().plus(LEASE))).await;
            let done = run_batch(&app, site.id(), Drain::No)
                .await
                .expect("a batch");
            batches += usize::from(done.moved > 0);
            app.shutdown().await;
        }
    }
    assert!(
        interrupted * 2 > rounds,
        "kills under load: {interrupted} of {rounds}"
    );
    assert!(batches > 0, "no batch had enough records");
    settle(site, residents).await;
}

/// Whoever got no answer sends the same again; then everything is counted, to the closed wave.
async fn settle(site: &Site, residents: Vec<Resident>) {
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

fn count(residents: &[Resident], fate: &Fate) -> usize {
    residents.iter().filter(|r| r.fate == *fate).count()
}
