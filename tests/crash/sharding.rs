//! The urn's hot tables partitioned by county over two PostgreSQL servers: residents, batches and the
//! close of a wave, with the statements that one server runs.

use std::time::Duration;

use minyi::service::batch::{Drain, run_batch};
use minyi::storage::{Db, Store};
use minyi::survey::time::Clock;
use tempfile::TempDir;

use super::kill::settle;
use crate::open;
use crate::support::cluster::{Cluster, FIRST, SECOND};
use crate::support::node::{Node, Site};
use crate::support::residents::{Fate, Load, Resident, reconcile};

/// Tables that carry the county in their key.
const SHARDED: [&str; 6] = ["gate", "pool", "spent", "response", "cell", "reservation"];
/// The counties of [`Site`]: the first stays at the first server.
const COUNTIES: [&str; 2] = ["140321", "140322"];

/// Two empty databases, the urn's tables divided between two servers.
async fn site(cluster: &Cluster) -> Site {
    cluster.add(SECOND);
    cluster.psql(FIRST, "CREATE DATABASE office");
    for server in [FIRST, SECOND] {
        cluster.psql(server, "CREATE DATABASE urn");
        let urn = Db::open(&cluster.source(&[server], "urn")).await.unwrap();
        urn.migrate(Store::Urn).await.unwrap();
        urn.close().await;
    }
    let far = cluster.folder().display().to_string();
    let here = |statement: &str| drop(cluster.psql_in(FIRST, "urn", statement));
    here("CREATE EXTENSION postgres_fdw");
    here(&format!(
        "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw
         OPTIONS (host '{far}', port '5433', dbname 'urn', batch_size '100')"
    ));
    here("CREATE USER MAPPING FOR minyi SERVER far OPTIONS (user 'minyi')");
    for table in SHARDED {
        let [near, far] = COUNTIES;
        here(&format!("ALTER TABLE {table} RENAME TO {table}_near"));
        here(&format!(
            "CREATE TABLE {table} (LIKE {table}_near) PARTITION BY LIST (county)"
        ));
        // Keys live on the leaf partitions: a foreign table has none that this server knows of.
        here(&format!(
            "ALTER TABLE {table} ATTACH PARTITION {table}_near FOR VALUES IN ('{near}')"
        ));
        here(&format!(
            "CREATE FOREIGN TABLE {table}_far PARTITION OF {table} FOR VALUES IN ('{far}')
             SERVER far OPTIONS (table_name '{table}')"
        ));
    }
    let folder = TempDir::new().unwrap();
    let (office, urn) = (
        cluster.source(&[FIRST], "office"),
        cluster.source(&[FIRST], "urn"),
    );
    Site::on(office, urn, folder, 300).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_urn_runs_on_tables_that_two_servers_share() {
    let cluster = Cluster::start();
    let site = site(&cluster).await;
    let (one, other) = (Node::start(&site).await, Node::start(&site).await);
    let mut residents = Resident::all(&site);
    // The same residents at both nodes: whoever comes second gets the same receipt, if the form is the same.
    let later = residents.split_off(150);
    let twice = residents.clone();
    let far = residents.iter().filter(|r| r.county == COUNTIES[1]).count();
    let load = Load::start(&one.site, residents, 16);
    let mut residents = load.finish().await;
    let acknowledged = |r: &&Resident| matches!(r.fate, Fate::Acknowledged(_));
    assert_eq!(residents.iter().filter(acknowledged).count(), 150);
    let client = crate::support::residents::client();
    for resident in residents.iter_mut().take(20) {
        let answer = resident.send(&client, &other.site).await.unwrap();
        assert_eq!(answer.status, 200, "the same receipt: {}", answer.errors);
    }
    let url = format!("{}{}", other.site, twice[0].path());
    let taken = crate::support::residents::post(&client, &url, twice[0].form(&"5a".repeat(16)));
    assert_eq!(
        taken.await.unwrap().status,
        409,
        "another form with a used code"
    );

    // Two crowds at once, one at each node.
    let rest = later.len() / 2;
    let mut later = later;
    let second = later.split_off(rest);
    let (first, second) = (
        Load::start(&one.site, later, 16),
        Load::start(&other.site, second, 16),
    );
    residents.extend(first.finish().await);
    residents.extend(second.finish().await);
    drop((one, other));
    let counts = reconcile(&site, &residents).await;
    println!("sharded: {counts:?}");
    let stored = |server, table: &str| -> usize {
        let rows = cluster.psql_in(server, "urn", &format!("SELECT count(*) FROM {table}"));
        rows.trim().parse().unwrap()
    };
    assert!(far > 0 || stored(SECOND, "spent") > 0);
    assert_eq!(
        u64::try_from(stored(FIRST, "pool_near") + stored(SECOND, "pool")).unwrap(),
        counts.pool,
    );
    assert!(stored(FIRST, "pool_near") > 0 && stored(SECOND, "pool") > 0);

    let app = site
        .open(Clock::at(Clock::Real.now().plus(Duration::from_secs(180))))
        .await;
    let done = run_batch(&app, site.id(), Drain::No).await.unwrap();
    assert!(done.moved > 100, "{done:?}");
    app.shutdown().await;
    reconcile(&site, &residents).await;
    assert!(stored(FIRST, "response_near") > 0 && stored(SECOND, "response") > 0);
    settle(&site, residents).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_of_an_open_wave_are_kept_on_both_servers() {
    let cluster = Cluster::start();
    let site = site(&cluster).await;
    let now = Clock::Real.now();
    let app = site.open(Clock::at(now)).await;
    let [near, far] = COUNTIES;
    let cells = format!(
        "county,age,sex,target,rule\n{near},18-29,male,3,close\n{far},18-29,male,3,close\n"
    );
    let local = |hours| {
        let at = now.plus(Duration::from_hours(hours));
        app.zone.minute(at).replace(' ', "T")
    };
    let (from, to) = (local(0), local(48));
    let wave = open::open(&app, site.people(), (&from, &to), &cells).await;
    app.clock.set(now.plus(Duration::from_mins(2)));
    for county in COUNTIES {
        let asked = (0..5).map(|_| open::ask(&app, county, "18-29/male"));
        let asked = futures_util::future::join_all(asked).await;
        let kept: Vec<[u8; 16]> = asked
            .into_iter()
            .filter_map(|(instance, kept)| kept.then_some(instance))
            .collect();
        assert_eq!(kept.len(), 3, "{county}");
        let answers = kept
            .iter()
            .chain(&[[7; 16]])
            .map(|instance| open::answer(&app, county, "18-29/male", *instance));
        for receipt in futures_util::future::join_all(answers).await {
            receipt.unwrap();
        }
        let found = open::tally(&app, wave.id, county, "18-29/male").await;
        assert_eq!((found.counted, found.uncounted), (3, 1), "{county}");
    }
    let rows = cluster.psql_in(SECOND, "urn", "SELECT counted FROM cell");
    assert_eq!(
        rows.trim(),
        "3",
        "the far county's cell is at the other server"
    );
    app.shutdown().await;
}
