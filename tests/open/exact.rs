//! Counts are exact: 64 clients on three nodes, and a node killed under load.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use minyi::storage::Store;
use minyi::survey::quota::Tally;
use minyi::survey::time::Clock;
use minyi::survey::wave::Wave;
use reqwest::{Client, StatusCode};
use scraper::{Html, Selector};

use super::{COUNTY, OTHER, SLUG, open, spent_tokens, tally};
use crate::support::node::{Node, Site};
use crate::support::postgres::server;

/// Clients at once.
const CLIENTS: usize = 64;
/// Cells with their targets: full, nearly full, and never full.
const CELLS: [(&str, &str, u64); 4] = [
    (COUNTY, "18-29/male", 37),
    (COUNTY, "18-29/female", 1),
    (OTHER, "18-29/male", 64),
    (OTHER, "60up/female", 400),
];

fn cells() -> String {
    let mut text = "county,age,sex,target,rule\n".to_owned();
    for (county, cell, target) in CELLS {
        let cell = cell.replace('/', ",");
        text += &[county, &cell, &target.to_string(), "close\n"].join(",");
    }
    text
}

/// The site's instance gets an open wave that began yesterday.
async fn wave(site: &Site) -> Wave {
    let now = Clock::Real.now();
    let day = Duration::from_hours(24);
    let app = site.open(Clock::at(now.minus(2 * day))).await;
    let local = |at| app.zone.minute(at).replace(' ', "T");
    let (from, to) = (local(now.minus(day)), local(now.plus(6 * day)));
    let wave = open(&app, site.people(), (&from, &to), &cells()).await;
    app.shutdown().await;
    wave
}

/// What a visit came to.
#[derive(Debug, PartialEq, Eq)]
enum Visit {
    /// A receipt, in eight groups.
    Receipt(Vec<String>),
    /// The cell was full, said before the questionnaire.
    Full,
    /// The node is gone, or busy for too long.
    Lost,
}

fn texts(html: &str, css: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(css).unwrap();
    page.select(&selector).map(|e| e.text().collect()).collect()
}

fn value(html: &str, css: &str) -> Option<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(css).unwrap();
    let found = page.select(&selector).next()?;
    found.value().attr("value").map(str::to_owned)
}

/// Sends a form until the answer is not "busy".
async fn send(client: &Client, url: &str, fields: &[(&str, &str)]) -> Option<(StatusCode, String)> {
    for _ in 0..20 {
        let answer = client.post(url).form(fields).send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        if status != StatusCode::SERVICE_UNAVAILABLE {
            return Some((status, text));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    None
}

/// The first page: the rendering of the questionnaire, `Err` for a full cell or a lost node.
async fn enter(client: &Client, site: &str, county: &str, cell: &str) -> Result<String, Visit> {
    let (age, sex) = cell.split_once('/').unwrap();
    let choice = [("_county", county), ("s2", age), ("d1", sex)];
    let sent = send(client, &format!("{site}/o/{SLUG}?lang=en"), &choice).await;
    let (status, html) = sent.ok_or(Visit::Lost)?;
    assert_eq!(status, StatusCode::OK, "{html}");
    value(&html, "input[name=_instance]").ok_or_else(|| {
        assert!(texts(&html, "h1")[0].contains("complete"), "{html}");
        Visit::Full
    })
}

/// The questionnaire, sent with these random bits.
async fn submit(client: &Client, site: &str, county: &str, cell: &str, instance: &str) -> Visit {
    let (age, sex) = cell.split_once('/').unwrap();
    let fields = [
        ("_instance", instance),
        ("_direction", "0"),
        ("_fast", "0"),
        ("s1", "4"),
        ("s2", age),
        ("d1", sex),
        ("q1", "2"),
    ];
    let url = format!("{site}/o/{SLUG}/{county}?lang=en");
    match send(client, &url, &fields).await {
        None => Visit::Lost,
        Some((status, html)) => {
            assert_eq!(status, StatusCode::OK, "{html}");
            Visit::Receipt(texts(&html, ".receipt span"))
        }
    }
}

/// 64 clients on three nodes over one PostgreSQL: no cell counts one answer too many or too few.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cell_exceeds_its_target_with_64_clients_on_three_nodes() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let (office, urn) = (
        server.clone_of(Store::Office).await,
        server.clone_of(Store::Urn).await,
    );
    let site = Site::on(office, urn, folder, 800).await;
    let wave = wave(&site).await;
    let nodes = [
        Node::start(&site).await,
        Node::start(&site).await,
        Node::start(&site).await,
    ];
    let sites: Arc<Vec<String>> = Arc::new(nodes.iter().map(|node| node.site.clone()).collect());
    let receipts = Arc::new(AtomicU64::new(0));
    let full = Arc::new(AtomicU64::new(0));
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let (sites, next) = (sites.clone(), next.clone());
        let (receipts, full) = (receipts.clone(), full.clone());
        clients.push(async move {
            let client = Client::new();
            for round in 0..6 {
                let site = &sites[next.fetch_add(1, Ordering::Relaxed) % sites.len()];
                let (county, cell, _) = CELLS[(number + round) % CELLS.len()];
                match enter(&client, site, county, cell).await {
                    Ok(instance) => {
                        // The answer goes to another node than the first page.
                        let other = &sites[next.fetch_add(1, Ordering::Relaxed) % sites.len()];
                        let visit = submit(&client, other, county, cell, &instance).await;
                        assert!(matches!(visit, Visit::Receipt(_)), "{visit:?}");
                        receipts.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(Visit::Full) => {
                        full.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(lost) => panic!("{lost:?}"),
                }
            }
        });
    }
    futures_util::future::join_all(clients).await;
    let app = site.open(Clock::Real).await;
    let mut counted = 0;
    for (county, cell, target) in CELLS {
        let asked = (CLIENTS * 6 / CELLS.len()) as u64;
        let found = tally(&app, wave.id, county, cell).await;
        // Whoever got a place answered, so a cell that enough people asked for is exactly full.
        let wanted = Tally {
            counted: target.min(asked),
            uncounted: 0,
        };
        assert_eq!(found, wanted, "{county} {cell}");
        counted += found.counted;
    }
    let (receipts, full) = (
        receipts.load(Ordering::Relaxed),
        full.load(Ordering::Relaxed),
    );
    assert_eq!(counted, receipts);
    assert_eq!(spent_tokens(&app, wave.id).await, receipts);
    assert_eq!(receipts + full, (CLIENTS * 6) as u64);
    // Without a place: kept, and never counted in a full cell, from whichever node.
    let late: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (sites, client) = (sites.clone(), Client::new());
            async move {
                let instance = format!("{number:032x}");
                let site = &sites[number % sites.len()];
                submit(&client, site, COUNTY, "18-29/male", &instance).await
            }
        })
        .collect();
    for visit in futures_util::future::join_all(late).await {
        assert!(matches!(visit, Visit::Receipt(_)), "{visit:?}");
    }
    let found = tally(&app, wave.id, COUNTY, "18-29/male").await;
    let wanted = Tally {
        counted: 37,
        uncounted: CLIENTS as u64,
    };
    assert_eq!(found, wanted);
    app.shutdown().await;
}

/// `kill -9` while people take places: whoever has a receipt is counted once, whoever lost it sends again.
async fn killed_under_load(site: Site) {
    let wave = wave(&site).await;
    let mut receipts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open_ends: Vec<(usize, String)> = Vec::new();
    for round in 0..5_u64 {
        let node = Node::start(&site).await;
        // What was lost is sent again and counts once.
        let client = Client::new();
        for (at, instance) in std::mem::take(&mut open_ends) {
            let (county, cell, _) = CELLS[at];
            let visit = submit(&client, &node.site, county, cell, &instance).await;
            let Visit::Receipt(receipt) = visit else {
                panic!("{visit:?}")
            };
            receipts.insert(instance, receipt);
        }
        let address = node.site.clone();
        let load = (0..16).map(|number| {
            let (site, client) = (address.clone(), Client::new());
            async move {
                let (mut done, mut lost) = (Vec::new(), Vec::new());
                for step in 0.. {
                    let at = (number + step) % CELLS.len();
                    let (county, cell, _) = CELLS[at];
                    let instance = match enter(&client, &site, county, cell).await {
                        Ok(instance) => instance,
                        Err(Visit::Full) => continue,
                        Err(_) => break,
                    };
                    let visit = submit(&client, &site, county, cell, &instance).await;
                    let Visit::Receipt(receipt) = visit else {
                        lost.push((at, instance));
                        break;
                    };
                    done.push((instance, receipt));
                }
                (done, lost)
            }
        });
        let kill = async {
            tokio::time::sleep(Duration::from_millis(150 + 130 * round)).await;
            tokio::task::spawn_blocking(move || node.kill())
                .await
                .unwrap();
        };
        let (ends, ()) = tokio::join!(futures_util::future::join_all(load), kill);
        for (done, lost) in ends {
            receipts.extend(done);
            open_ends.extend(lost);
        }
    }
    let node = Node::start(&site).await;
    let client = Client::new();
    for (at, instance) in open_ends {
        let (county, cell, _) = CELLS[at];
        let visit = submit(&client, &node.site, county, cell, &instance).await;
        let Visit::Receipt(receipt) = visit else {
            panic!("{visit:?}")
        };
        receipts.insert(instance, receipt);
    }
    drop(node);
    let checked = site.command(&["check"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && said.contains(SLUG), "{said}");
    assert!(receipts.len() > 30, "a load: {}", receipts.len());
    let distinct: std::collections::BTreeSet<&Vec<String>> = receipts.values().collect();
    assert_eq!(distinct.len(), receipts.len(), "one receipt each");
    let app = site.open(Clock::Real).await;
    assert_eq!(spent_tokens(&app, wave.id).await, receipts.len() as u64);
    let mut kept = 0;
    for (county, cell, target) in CELLS {
        let found = tally(&app, wave.id, county, cell).await;
        assert!(found.counted <= target, "{county} {cell}: {found:?}");
        kept += found.counted + found.uncounted;
    }
    assert_eq!(kept, receipts.len() as u64, "cells and receipts agree");
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cells_and_receipts_agree_after_kills_on_sqlite() {
    killed_under_load(Site::sqlite(800).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cells_and_receipts_agree_after_kills_on_postgresql() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let (office, urn) = (
        server.clone_of(Store::Office).await,
        server.clone_of(Store::Urn).await,
    );
    killed_under_load(Site::on(office, urn, folder, 800).await).await;
}
