//! A full queue says so at once.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::Front;
use crate::support::node::Site;
use crate::support::residents::{Fate, Resident, client, reconcile};
use crate::support::shim::Faults;

/// More than a queue (1,024) and a batch (256) hold.
const CROWD: usize = 1_500;
/// How long a refusal may take.
const AT_ONCE: Duration = Duration::from_millis(50);
/// Refusals that are timed.
const TIMED: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_answers_503_with_a_time_at_once() {
    let (site, faults) = (Site::sqlite(1_000).await, Faults::none());
    let front = Front::start(&site, faults.setup()).await;
    let mut waiting = Resident::all(&site);
    let timed = waiting.split_off(CROWD);
    faults.slow_disk(5_000);
    let client = client();
    let mut phones = JoinSet::new();
    for mut resident in waiting {
        let (client, url) = (client.clone(), front.node.site.clone());
        resident.body = Some(resident.form(&"0b".repeat(16)));
        phones.spawn(async move {
            resident.send(&client, &url).await.expect("an answer");
            resident
        });
    }
    front
        .wait_for(
            "minyi_queue_depth{step=\"redeem\"}",
            1_020,
            Duration::from_secs(60),
        )
        .await;
    // The crowd is through: what is timed is the answer and not the arrival of others.
    let busy = "minyi_submissions_refused_total{reason=\"busy\"}";
    let all = u64::try_from(CROWD - 1_024 - 256).unwrap();
    front.wait_for(busy, all, Duration::from_secs(60)).await;
    let mut times = Vec::new();
    let mut refused = Vec::new();
    for mut resident in timed.into_iter().take(TIMED) {
        resident.body = Some(resident.form(&"0c".repeat(16)));
        let begun = Instant::now();
        let answer = resident
            .send(&client, &front.node.site)
            .await
            .expect("an answer");
        let took = begun.elapsed();
        if answer.status == 503 {
            assert!(
                answer
                    .retry_after
                    .is_some_and(|seconds| (1..=10).contains(&seconds))
            );
            times.push(took);
        }
        refused.push(resident);
    }
    faults.slow_disk(0);
    times.sort();
    println!(
        "full queue: {} refusals, median {:?}, longest {:?}",
        times.len(),
        times[times.len() / 2],
        times[times.len() - 1]
    );
    assert!(times.len() > TIMED / 2, "the queue was full");
    // Tests beside this one take the processor from it now and then.
    assert!(times[times.len() / 2] <= AT_ONCE, "{times:?}");
    let mut done = Vec::new();
    while let Some(phone) = phones.join_next().await {
        done.push(phone.expect("a resident's check holds"));
    }
    // Whoever was refused sends the same again.
    for resident in done.iter_mut().chain(&mut refused) {
        if resident.fate == Fate::Unknown {
            resident
                .send(&client, &front.node.site)
                .await
                .expect("an answer");
        }
    }
    assert!(front.node.terminate().success());
    done.extend(refused);
    let all = u64::try_from(done.len()).unwrap();
    let counts = reconcile(&site, &done).await;
    assert_eq!((counts.acknowledged, counts.pool), (all, all));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_gives_a_receipt_to_everybody_whose_form_it_has() {
    const UNDER_WAY: usize = 60;
    let (site, faults) = (Site::sqlite(800).await, Faults::none());
    let front = Front::start(&site, faults.setup()).await;
    let mut waiting = Resident::all(&site);
    waiting.truncate(UNDER_WAY);
    // Long enough that they are under way when it is told.
    faults.slow_disk(500);
    let client = client();
    let mut phones = JoinSet::new();
    for mut resident in waiting {
        let (client, url) = (client.clone(), front.node.site.clone());
        resident.body = Some(resident.form(&"0e".repeat(16)));
        phones.spawn(async move {
            resident.send(&client, &url).await.expect("an answer");
            resident
        });
    }
    let all = u64::try_from(UNDER_WAY).unwrap();
    front
        .wait_for("minyi_connections ", all, Duration::from_secs(30))
        .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(front.node.terminate().success());
    let done = phones.join_all().await;
    let settled = |r: &&Resident| matches!(r.fate, Fate::Acknowledged(_));
    assert_eq!(done.iter().filter(settled).count(), UNDER_WAY);
    faults.slow_disk(0);
    assert_eq!(reconcile(&site, &done).await.pool, all);
}
