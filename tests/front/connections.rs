//! Ten thousand idle connections, and clients that send by halves: residents are served beside them, and
//! nothing of them stays.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Front, all_are_served};
use crate::support::node::{Setup, Site};
use crate::support::residents::{Fate, Resident, reconcile};

/// Idle connections.
const WANTED: u64 = 10_000;
/// Fewer would show nothing.
const LEAST: u64 = 2_000;
/// Kilobytes of the process for each idle connection at most, without optimization.
const EACH: u64 = 3;
/// Kilobytes for what the first flood makes grow anyway: caches of pages and stores. A second flood adds
/// nothing but noise.
const STAYS: u64 = 24 * 1024;
const AGAIN: u64 = 6 * 1024;
/// Phones that stop in the head, and as many that stop in the body.
const SLOW: usize = 300;

/// Both processes get as many descriptors as the system allows.
fn idle_connections() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).expect("raised to the hard limit");
    let most = limit.maximum.unwrap_or(u64::MAX);
    // The server is not crowded below three quarters of its places.
    let number = WANTED.min(most / 10 * 6);
    println!("idle connections: {number} (the system allows {most} descriptors a process)");
    assert!(
        number >= LEAST,
        "the system allows {most} descriptors: raise the hard limit (ulimit -Hn) to 4000 at least"
    );
    number
}

/// Opens connections; each asks for something small first, or never.
async fn crowd(address: &str, number: u64, asks: bool) -> Vec<TcpStream> {
    let mut arriving = JoinSet::new();
    for _ in 0..8 {
        let (address, share) = (address.to_owned(), number / 8);
        arriving.spawn(async move {
            let mut streams = Vec::new();
            for _ in 0..share {
                let mut stream = TcpStream::connect(&address).await.expect("it listens");
                if asks {
                    let request = b"GET /assets/none HTTP/1.1\r\nhost: a\r\n\r\n";
                    stream.write_all(request).await.expect("sent");
                    let mut bytes = vec![0; 8 * 1024];
                    let read = stream.read(&mut bytes).await.expect("an answer");
                    assert!(bytes[..read].starts_with(b"HTTP/1.1 404"));
                }
                streams.push(stream);
            }
            streams
        });
    }
    arriving.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_connections_hold_up_nobody_and_leave_nothing() {
    let number = idle_connections();
    let site = Site::sqlite(800).await;
    let front = Front::start(&site, Setup::default()).await;
    let mut waiting = Resident::all(&site);
    let mut done = all_are_served(&front.node, &mut waiting, 100).await;
    let before = front.node.memory();
    let mut peaks = Vec::new();
    for _ in 0..2 {
        // Most of them had a page; some are silent from the start and are cut after ten seconds.
        let silent = number / 10;
        let mut idle = crowd(front.address(), number - silent, true).await;
        idle.extend(crowd(front.address(), silent, false).await);
        let open = front.figure("minyi_connections ").await;
        assert!(open >= number / 100 * 99, "{open} connections are open");
        let during = front.node.memory();
        let begun = Instant::now();
        done.extend(all_are_served(&front.node, &mut waiting, 100).await);
        println!(
            "{open} connections: {before} kB before, {during} kB during; 100 residents in {:?}",
            begun.elapsed()
        );
        assert!(
            during < before + EACH * number + STAYS,
            "{before} kB grew to {during} kB"
        );
        drop(idle);
        while front.figure("minyi_connections ").await > 100 {
            assert!(begun.elapsed() < Duration::from_secs(60), "they stay");
            sleep(Duration::from_millis(200)).await;
        }
        let after = front.node.memory();
        peaks.push(during.max(after));
    }
    // What the allocator keeps of the first flood is enough for the second.
    println!("memory at the most in each flood: {peaks:?} kB");
    assert!(peaks[1] < peaks[0] + AGAIN, "{peaks:?} kB");
    assert!(front.node.terminate().success());
    let known: Vec<Resident> = done.into_iter().chain(waiting).collect();
    assert_eq!(reconcile(&site, &known).await.acknowledged, 300);
}

/// Sends the beginning of a form and then a byte now and then; what the server says in the end.
async fn trickle(address: String, sent: Vec<u8>, begin: usize) -> (Duration, String) {
    let begun = Instant::now();
    let mut phone = TcpStream::connect(address).await.expect("it listens");
    phone.write_all(&sent[..begin]).await.expect("sent");
    let (mut reader, mut writer) = phone.split();
    let mut said = Vec::new();
    let dripping = async {
        for byte in &sent[begin..sent.len() - 1] {
            sleep(Duration::from_secs(1)).await;
            if writer.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
        sleep(Duration::from_secs(60)).await;
    };
    let ended = async {
        tokio::select! {
            () = dripping => {}
            _ = reader.read_to_end(&mut said) => {}
        }
    };
    timeout(Duration::from_secs(90), ended)
        .await
        .expect("the server ends it");
    (begun.elapsed(), String::from_utf8_lossy(&said).into_owned())
}

/// The first half of these phones sends heads that do not end, the second bodies.
fn send_slowly(address: &str, phones: &[Resident]) -> JoinSet<(bool, (Duration, String))> {
    let mut sending = JoinSet::new();
    for (number, resident) in phones.iter().enumerate() {
        let body = resident.form(&"07".repeat(16));
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n",
            resident.path(),
            body.len()
        );
        let in_head = number < SLOW;
        let begin = if in_head { 30 } else { head.len() + 5 };
        let sent = [head, body].concat().into_bytes();
        let address = address.to_owned();
        sending.spawn(async move { (in_head, trickle(address, sent, begin).await) });
    }
    sending
}

/// What the longest head and the longest body took, all of which were ended as they should be.
async fn longest(mut phones: JoinSet<(bool, (Duration, String))>) -> [Duration; 2] {
    let mut longest = [Duration::ZERO; 2];
    while let Some(ended) = phones.join_next().await {
        let (in_head, (took, said)) = ended.expect("a phone");
        let (least, most) = if in_head { (9, 25) } else { (29, 50) };
        assert!(
            (Duration::from_secs(least)..Duration::from_secs(most)).contains(&took),
            "{took:?}"
        );
        if in_head {
            assert_eq!(said, "");
        } else {
            assert!(said.starts_with("HTTP/1.1 408"), "{said}");
        }
        let place = &mut longest[usize::from(!in_head)];
        *place = took.max(*place);
    }
    longest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_are_cut_after_ten_seconds_and_bodies_answered_after_thirty() {
    let site = Site::sqlite(800).await;
    // A batch in between would be counted as theirs.
    let setup = Setup {
        arguments: vec!["--batch-every".into(), "3600".into()],
        ..Setup::default()
    };
    let front = Front::start(&site, setup).await;
    let mut waiting = Resident::all(&site);
    let slow = waiting.split_off(waiting.len() - 2 * SLOW);
    let mut done = all_are_served(&front.node, &mut waiting, 100).await;
    let before = front.node.memory();
    let mut after = Vec::new();
    for round in 0..2 {
        let phones = send_slowly(front.address(), &slow);
        sleep(Duration::from_secs(1)).await;
        // In the second round nothing but the phones could take memory.
        if round == 0 {
            done.extend(all_are_served(&front.node, &mut waiting, 100).await);
        }
        let during = front.node.memory();
        let [head, body] = longest(phones).await;
        after.push(front.node.memory());
        println!("half a head: cut after {head:?}; half a body: 408 after {body:?}; {during} kB");
    }
    println!("{SLOW} heads and {SLOW} bodies, twice: {before} kB before, {after:?} kB after");
    let heads = "minyi_connections_ended_total{reason=\"head\"}";
    assert!(front.figure(heads).await >= 2 * SLOW as u64);
    assert!(
        after[0] < before + 2 * STAYS,
        "{before} kB grew to {after:?} kB"
    );
    assert!(after[1] < after[0] + AGAIN, "{after:?} kB");
    done.extend(all_are_served(&front.node, &mut waiting, 100).await);
    assert!(front.node.terminate().success());
    assert!(slow.iter().all(|resident| resident.fate == Fate::Fresh));
    let known: Vec<Resident> = done.into_iter().chain(waiting).chain(slow).collect();
    let counts = reconcile(&site, &known).await;
    assert_eq!((counts.used, counts.acknowledged), (300, 300));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_in_single_bytes_costs_what_it_holds() {
    const PHONES: usize = 16;
    const BYTES: usize = 3_000;
    let site = Site::sqlite(800).await;
    let front = Front::start(&site, Setup::default()).await;
    let mut waiting = Resident::all(&site);
    all_are_served(&front.node, &mut waiting, 20).await;
    let before = front.node.memory();
    let mut phones = JoinSet::new();
    for resident in waiting.iter().take(PHONES) {
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n",
            resident.path(),
            BYTES + 1
        );
        let address = front.address().to_owned();
        phones.spawn(async move {
            let mut phone = TcpStream::connect(address).await.expect("it listens");
            phone.set_nodelay(true).expect("bytes go one by one");
            phone.write_all(head.as_bytes()).await.expect("sent");
            for _ in 0..BYTES {
                phone.write_all(b"a").await.expect("sent");
                sleep(Duration::from_millis(1)).await;
            }
            phone
        });
    }
    let held = phones.join_all().await;
    let during = front.node.memory();
    println!("{PHONES} forms of {BYTES} single bytes: {before} kB before, {during} kB during");
    // A buffer for each byte would be 375 MB.
    assert!(during < before + STAYS, "{before} kB grew to {during} kB");
    drop(held);
}
