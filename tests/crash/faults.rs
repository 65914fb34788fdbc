//! Faults of disk and clock: residents read what to do, nothing acknowledged is lost, and the service comes
//! back by itself.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::node::{Node, Site};
use crate::support::residents::{Fate, Load, Resident, client, reconcile};
use crate::support::shim::{ENOSPC, EROFS, Faults};

/// Kilobytes by which a process may grow under a fault: connections and page caches, no pile.
const GROWTH: u64 = 24 * 1024;
/// Codes in each county.
const CODES: usize = 800;

fn settled(residents: &[Resident]) -> usize {
    let settled = |r: &&Resident| matches!(r.fate, Fate::Acknowledged(_));
    residents.iter().filter(settled).count()
}

/// Lets this many residents send, 16 at a time.
async fn serve(node: &Node, residents: &mut Vec<Resident>, number: usize) -> Vec<Resident> {
    let rest = residents.split_off(number);
    let now = std::mem::replace(residents, rest);
    Load::start(&node.site, now, 16).finish().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_disk_slows_the_answers_and_loses_none() {
    let (site, faults) = (Site::sqlite(CODES).await, Faults::none());
    let node = Node::start_with(&site, &faults.setup()).await;
    let mut waiting = Resident::all(&site);
    let mut done = serve(&node, &mut waiting, 100).await;
    let memory = node.memory();
    faults.slow_disk(200);
    let begun = std::time::Instant::now();
    let rest = waiting.split_off(200);
    let slow = std::mem::replace(&mut waiting, rest);
    done.extend(Load::start(&node.site, slow, 100).finish().await);
    let took = begun.elapsed();
    faults.slow_disk(0);
    assert_eq!(settled(&done), 300, "everybody has a receipt");
    assert!(faults.counted() > 4, "the disk was slow");
    // One by one, 200 submissions of two commits each would take 80 seconds.
    assert!(
        took < Duration::from_secs(30),
        "commits are shared: {took:?}"
    );
    println!(
        "slow disk: 200 submissions in {took:?}, {} commits",
        faults.counted()
    );
    assert!(
        node.memory() < memory + GROWTH,
        "{memory} kB grew to {} kB",
        node.memory()
    );
    assert!(node.terminate().success());
    let known: Vec<Resident> = done.into_iter().chain(waiting).collect();
    assert_eq!(reconcile(&site, &known).await.acknowledged, 300);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_when_a_day_begins_keeps_nobody_out_for_longer() {
    let (site, faults) = (Site::sqlite(CODES).await, Faults::none());
    let node = Node::start_with(&site, &faults.setup()).await;
    faults.refuse_keys(ENOSPC);
    // The code is redeemed, the day's keys cannot be written.
    let mut waiting = Resident::all(&site);
    let mut refused = serve(&node, &mut waiting, 20).await;
    assert!(refused.iter().all(|r| r.fate == Fate::Unknown));
    faults.refuse_keys(0);
    assert!(
        faults.counted() > 0 && node.said().contains("keys of the day"),
        "{}",
        node.said()
    );
    let client = client();
    for resident in &mut refused {
        let answer = resident.send(&client, &node.site).await.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.errors);
    }
    assert!(node.terminate().success());
    let folder = site.data.join("keys/waves").join(site.id().to_string());
    let left = std::fs::read_dir(folder).unwrap().flatten();
    let drafts = left.filter(|file| file.file_name().to_string_lossy().contains("draft"));
    assert_eq!(drafts.count(), 0, "no half of a key is left");
    let known: Vec<Resident> = refused.into_iter().chain(waiting).collect();
    assert_eq!(reconcile(&site, &known).await.acknowledged, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_heals_by_itself() {
    writes_meet(ENOSPC, "disk is full").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_turned_read_only_is_said_and_heals_by_itself() {
    writes_meet(EROFS, "disk I/O error").await;
}

async fn writes_meet(error: i64, said: &str) {
    let (site, faults) = (Site::sqlite(CODES).await, Faults::none());
    let node = Node::start_with(&site, &faults.setup()).await;
    let mut waiting = Resident::all(&site);
    let mut done = serve(&node, &mut waiting, 50).await;
    assert_eq!(settled(&done), 50);
    let memory = node.memory();
    for fault in 0..3 {
        faults.refuse_writes(error);
        // Opened pages still come; every form is answered with "send again".
        let mut refused = serve(&node, &mut waiting, 100).await;
        assert_eq!(settled(&refused), 0, "fault {fault}: nobody gets a receipt");
        assert!(
            refused.iter().all(|r| r.fate == Fate::Unknown),
            "everybody was answered"
        );
        faults.refuse_writes(0);
        let client = client();
        for resident in &mut refused {
            let answer = resident.send(&client, &node.site).await.expect("an answer");
            assert_eq!(answer.status, 200, "fault {fault}: {}", answer.errors);
        }
        done.extend(refused);
    }
    assert!(faults.counted() > 0, "writes were refused");
    assert!(node.said().contains(said), "{}", node.said());
    assert!(
        node.memory() < memory + GROWTH,
        "{memory} kB grew to {} kB",
        node.memory()
    );
    assert!(node.terminate().success());
    let all = u64::try_from(done.len()).unwrap();
    let known: Vec<Resident> = done.into_iter().chain(waiting).collect();
    let counts = reconcile(&site, &known).await;
    assert_eq!(
        (counts.acknowledged, counts.pool + counts.responses),
        (all, all)
    );
    site.close().await;
    assert_eq!(reconcile(&site, &known).await.responses, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jump_of_the_clock_neither_loses_nor_doubles() {
    let (site, faults) = (Site::sqlite(CODES).await, Faults::none());
    let node = Node::start_with(&site, &faults.setup()).await;
    let mut waiting = Resident::all(&site);
    let mut done = Vec::new();
    let hours = [0, 30, -20, 100, 0];
    for ahead in hours {
        faults.clock_ahead(ahead * 3600);
        done.extend(serve(&node, &mut waiting, 20).await);
    }
    assert_eq!(settled(&done), 20 * hours.len());
    // The phase follows the clock: a week ahead the wave is over, two days back it has not begun.
    let client = client();
    for (ahead, status) in [(7 * 24, 410), (-48, 403)] {
        faults.clock_ahead(ahead * 3600);
        let url = format!("{}{}", node.site, waiting[0].path());
        let page = client.get(url).send().await.expect("an answer");
        assert_eq!(page.status().as_u16(), status);
    }
    faults.clock_ahead(0);
    for resident in &mut done {
        resident
            .send(&client, &node.site)
            .await
            .expect("the same receipt again");
    }
    done.extend(serve(&node, &mut waiting, 20).await);
    assert!(node.terminate().success());
    let all = u64::try_from(done.len()).unwrap();
    let known: Vec<Resident> = done.into_iter().chain(waiting).collect();
    let counts = reconcile(&site, &known).await;
    assert_eq!(
        (counts.acknowledged, counts.pool + counts.responses),
        (all, all)
    );
    site.close().await;
    assert_eq!(reconcile(&site, &known).await.responses, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_sent_forms_leave_nothing_behind() {
    let site = Site::sqlite(CODES).await;
    let node = Node::start(&site).await;
    let mut waiting = Resident::all(&site);
    let mut done = serve(&node, &mut waiting, 20).await;
    let memory = node.memory();
    let address = node.site.strip_prefix("http://").unwrap();
    for (number, resident) in waiting.iter().take(400).enumerate() {
        let body = resident.form(&"07".repeat(16));
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n",
            resident.path(),
            body.len()
        );
        let mut phone = TcpStream::connect(address).await.expect("it listens");
        // Some stop in the head, some in the body, one byte before its end at the latest.
        let sent = [head, body].concat();
        let end = (number * 7) % sent.len();
        phone
            .write_all(&sent.as_bytes()[..end])
            .await
            .expect("sent");
    }
    done.extend(serve(&node, &mut waiting, 20).await);
    assert_eq!(settled(&done), 40, "others are answered as before");
    assert!(
        node.memory() < memory + GROWTH,
        "{memory} kB grew to {} kB",
        node.memory()
    );
    assert!(node.terminate().success());
    let known: Vec<Resident> = done.into_iter().chain(waiting).collect();
    let counts = reconcile(&site, &known).await;
    assert_eq!(
        (counts.used, counts.pool),
        (40, 40),
        "no code was used up by half a form"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_answers_what_it_has_taken() {
    let (site, faults) = (Site::sqlite(CODES).await, Faults::none());
    let node = Node::start_with(&site, &faults.setup()).await;
    let mut waiting = Resident::all(&site);
    let later = waiting.split_off(400);
    // Slow enough that submissions are under way at any moment.
    faults.slow_disk(100);
    let load = Load::start(&node.site, waiting, 32);
    while load.done() < 50 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(node.terminate().success());
    let known: Vec<Resident> = load.finish().await.into_iter().chain(later).collect();
    let counts = reconcile(&site, &known).await;
    assert!((50..400).contains(&counts.acknowledged), "{counts:?}");
    let stored = counts.pool + counts.responses;
    assert_eq!(
        counts.acknowledged, stored,
        "nothing is stored without its receipt"
    );
}
