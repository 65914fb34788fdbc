//! What the operator is told: alive, ready, and figures that say nothing of a person.

use super::{Front, all_are_served};
use crate::support::node::{SLUG, Setup, Site};
use crate::support::residents::{Resident, client, post};

/// A migration of a later version, as the program finds it.
const LATER: &str = "INSERT INTO _sqlx_migrations \
     (version, description, success, checksum, execution_time) VALUES (99999999999999, 'later', 1, x'00', 0)";
const NO_LATER: &str = "DELETE FROM _sqlx_migrations WHERE version = 99999999999999";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_ready_while_both_stores_have_the_tables_of_this_version() {
    let site = Site::sqlite(800).await;
    let front = Front::start(&site, Setup::default()).await;
    assert_eq!(front.tells("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(front.tells("/readyz").await, (200, "ready\n".to_owned()));
    for store in ["office", "urn"] {
        let file = rusqlite::Connection::open(site.data.join(format!("{store}.sqlite"))).unwrap();
        file.execute(LATER, ()).unwrap();
        let told = front.tells("/readyz").await;
        assert_eq!(told, (503, format!("{store}-tables\n")));
        assert_eq!(front.tells("/healthz").await.0, 200, "the process lives");
        file.execute(NO_LATER, ()).unwrap();
        assert_eq!(front.tells("/readyz").await.0, 200);
    }
    assert!(front.node.terminate().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn residents_cannot_reach_the_operators_pages_nor_the_operator_theirs() {
    let site = Site::sqlite(800).await;
    let front = Front::start(&site, Setup::default()).await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        let asked = client().get(format!("{}{path}", front.node.site));
        let answer = asked.header("x-forwarded-for", "127.0.0.1").send().await;
        assert_eq!(answer.expect("an answer").status().as_u16(), 404, "{path}");
    }
    assert_eq!(front.tells(&format!("/s/{SLUG}/140321")).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_count_in_steps_and_name_neither_wave_nor_county() {
    let site = Site::sqlite(800).await;
    let front = Front::start(&site, Setup::default()).await;
    let mut waiting = Resident::all(&site);
    for (served, shown) in [(15, 0), (4, 0), (1, 20), (30, 40)] {
        all_are_served(&front.node, &mut waiting, served).await;
        let accepted = front.figure("minyi_submissions_accepted_total").await;
        assert_eq!(accepted, shown, "after {served} more");
    }
    let typo = |resident: &Resident| resident.form(&"0a".repeat(16)).replace("_code=", "_code=0");
    for resident in waiting.iter().take(25) {
        let url = format!("{}{}", front.node.site, resident.path());
        let answer = post(&client(), &url, typo(resident))
            .await
            .expect("an answer");
        assert_eq!(answer.status, 422);
    }
    let refused = "minyi_submissions_refused_total{reason=\"bad-code\"}";
    assert_eq!(front.figure(refused).await, 20);
    let (_, text) = front.tells("/metrics").await;
    for word in [SLUG, "14032", "county=", "wave=", "unit", "127.0.0.1"] {
        assert!(!text.contains(word), "{word} in\n{text}");
    }
    for step in ["redeem", "cast"] {
        let all = front
            .figure(&format!("minyi_commit_seconds_count{{step=\"{step}\"}}"))
            .await;
        let bound = format!("minyi_commit_seconds_bucket{{step=\"{step}\",le=\"+Inf\"}}");
        assert_eq!(front.figure(&bound).await, all);
        assert!(all <= 50 && all % 20 == 0, "{all} batches of {step}");
        let depth = front
            .figure(&format!("minyi_queue_depth{{step=\"{step}\"}}"))
            .await;
        assert_eq!(depth, 0);
    }
    let told = front.figure("process_resident_memory_bytes").await / 1024;
    let seen = front.node.memory();
    assert!(told.abs_diff(seen) < 20_000, "{told} kB, {seen} kB");
    assert!(front.figure("minyi_connections ").await < 50);
}
