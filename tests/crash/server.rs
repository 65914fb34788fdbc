//! PostgreSQL itself is killed under load, or its machine is lost and a standby takes over: the nodes
//! find their way back by themselves, and what was acknowledged is stored once.

use std::time::{Duration, Instant};

use minyi::stats::rng::{below, stream};
use tempfile::TempDir;

use super::kill::{number, settle};
use crate::support::cluster::{Cluster, FIRST, SECOND, Server};
use crate::support::node::{Node, Setup, Site};
use crate::support::residents::{Fate, Load, Resident, client, reconcile};

/// Residents of a round.
const CROWD: usize = 80;
/// Residents at a time.
const AT_A_TIME: usize = 16;
/// How long the service may need to come back after the database did.
const BACK: Duration = Duration::from_secs(20);

/// Two databases on these servers, with fieldwork under way.
async fn site(cluster: &Cluster, servers: &[Server], invitations: usize) -> Site {
    for name in ["office", "urn"] {
        cluster.psql(FIRST, &format!("CREATE DATABASE {name}"));
    }
    let folder = TempDir::new().unwrap();
    let source = |name: &str| cluster.source(servers, name);
    Site::on(source("office"), source("urn"), folder, invitations).await
}

fn batches() -> Setup {
    Setup {
        arguments: vec!["--batch-every".into(), "1".into()],
        ..Setup::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_database_loses_nothing_and_is_found_again() {
    let rounds = number("MINYI_CRASH_ROUNDS", 20);
    let cluster = Cluster::start();
    let site = site(&cluster, &[FIRST], (rounds * CROWD / 2).max(800)).await;
    let seed = number("MINYI_CRASH_SEED", std::process::id() as usize);
    println!("rounds of a killed server with MINYI_CRASH_SEED={seed}");
    let mut chance = stream(&[8; 32], &format!("server {seed}"));
    // One node for all rounds: it is never started again.
    let node = Node::start_with(&site, &batches()).await;
    let mut residents = Resident::all(&site);
    let (mut interrupted, mut longest) = (0, Duration::ZERO);
    for round in 0..rounds {
        let later = residents.split_off(CROWD.min(residents.len()));
        let load = Load::start(&node.site, residents, AT_A_TIME);
        let enough = below(&mut chance, CROWD / 2);
        while load.done() < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        cluster.kill(FIRST);
        cluster.run(FIRST);
        let begun = Instant::now();
        residents = load.stop().await;
        let unknown = residents.iter().filter(|r| r.fate == Fate::Unknown).count();
        interrupted += usize::from(unknown > 0);
        wait_until_served(&node, &mut residents).await;
        longest = longest.max(begun.elapsed());
        residents.extend(later);
        let counts = reconcile(&site, &residents).await;
        println!("round {round}: {unknown} without a receipt, {counts:?}");
        residents.sort_by_key(|resident| matches!(resident.fate, Fate::Acknowledged(_)));
    }
    println!("longest time from the server's answer to the first receipt: {longest:?}");
    assert!(
        interrupted * 4 >= rounds,
        "kills under load: {interrupted} of {rounds}"
    );
    drop(node);
    settle(&site, residents).await;
}

/// How long a resident may wait to read that: for a connection that looks at the wave, and for a step.
const WAITED: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_stays_away_everybody_reads_to_send_again() {
    let cluster = Cluster::start();
    let site = site(&cluster, &[FIRST], 200).await;
    let node = Node::start_with(&site, &batches()).await;
    let (client, mut residents) = (client(), Resident::all(&site));
    for resident in residents.iter_mut().take(12) {
        resident.open(&client, &node.site).await.unwrap();
    }
    // What is known of the wave is in memory, and the day's keys.
    residents[0].send(&client, &node.site).await.unwrap();
    cluster.kill(FIRST);
    let sent = residents.iter_mut().skip(1).take(11).map(async |resident| {
        let begun = Instant::now();
        let answer = resident.send(&client, &node.site).await.unwrap();
        (answer.status, begun.elapsed())
    });
    for (status, waited) in futures_util::future::join_all(sent).await {
        assert_eq!(status, 503);
        assert!(waited < WAITED, "{waited:?}");
    }
    cluster.run(FIRST);
    wait_until_served(&node, &mut residents).await;
    for resident in residents.iter_mut().take(12) {
        while !matches!(resident.fate, Fate::Acknowledged(_)) {
            resident.send(&client, &node.site).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    drop(node);
    settle(&site, residents).await;
}

/// The first resident without a receipt sends until there is one.
async fn wait_until_served(node: &Node, residents: &mut [Resident]) {
    let client = client();
    let begun = Instant::now();
    let waiting = residents
        .iter_mut()
        .find(|resident| !matches!(resident.fate, Fate::Acknowledged(_)));
    let Some(resident) = waiting else { return };
    while !matches!(resident.fate, Fate::Acknowledged(_)) {
        assert!(begun.elapsed() < BACK, "nobody is served; {}", node.said());
        if resident.body.is_none() {
            resident.open(&client, &node.site).await.expect("a page");
        } else {
            resident.send(&client, &node.site).await.expect("an answer");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_takes_over_and_no_acknowledged_answer_is_lost() {
    let cluster = Cluster::start();
    let site = site(&cluster, &[FIRST, SECOND], 900).await;
    cluster.add_standby();
    let mut nodes = Vec::new();
    for _ in 0..3 {
        nodes.push(Node::start_with(&site, &batches()).await);
    }
    let mut all = Resident::all(&site).into_iter();
    let mut loads = Vec::new();
    for node in &nodes {
        let crowd: Vec<Resident> = all.by_ref().take(500).collect();
        loads.push(Load::start(&node.site, crowd, AT_A_TIME));
    }
    while loads.iter().any(|load| load.done() < 60) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let lost = Instant::now();
    cluster.kill(FIRST);
    let killed = lost.elapsed();
    cluster.promote();
    let promoted = lost.elapsed();
    let mut residents = Vec::new();
    for load in loads {
        residents.extend(load.stop().await);
    }
    let unknown = residents.iter().filter(|r| r.fate == Fate::Unknown).count();
    for node in &nodes {
        wait_until_served(node, &mut residents).await;
    }
    println!(
        "failover: killed after {killed:?}, promoted after {promoted:?}, all three nodes gave receipts again \
         after {:?}; {unknown} residents without an answer",
        lost.elapsed()
    );
    assert!(unknown > 0, "the server was killed under load");
    residents.extend(all);
    reconcile(&site, &residents).await;
    drop(nodes);
    settle(&site, residents).await;
}
