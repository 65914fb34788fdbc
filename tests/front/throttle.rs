//! Wrong codes are answered helpfully until they are a flood, and a flood silences itself alone.

use minyi::survey::invitation::Code;

use super::{Front, all_are_served};
use crate::support::node::{Setup, Site};
use crate::support::residents::{Answer, Resident, client};

/// Sends somebody else's well-formed code, as the proxy says from this address.
async fn guess(front: &Front, resident: &Resident, number: u8, from: &str) -> Answer {
    let code = Code::from_random([number, 1, 2, 3, 4, 5, 6, 7]).printed();
    let stranger = Resident::new(code, resident.county.clone());
    let sent = client()
        .post(format!("{}{}", front.node.site, resident.path()))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-forwarded-for", from)
        .body(stranger.form(&"0d".repeat(16)));
    let sent = sent.send().await.expect("an answer");
    let status = sent.status().as_u16();
    let waits = sent.headers().contains_key("retry-after");
    assert_eq!(waits, status == 503);
    Answer {
        status,
        retry_after: None,
        receipt: None,
        title: String::new(),
        errors: sent.text().await.expect("text"),
    }
}

/// Whether an address is told that its code is unknown, after this flood from another.
async fn neighbor_is_helped(arguments: &[&str]) -> bool {
    let site = Site::sqlite(800).await;
    let setup = Setup {
        arguments: arguments.iter().map(Into::into).collect(),
        ..Setup::default()
    };
    let front = Front::start(&site, setup).await;
    let mut waiting = Resident::all(&site);
    let letter = waiting[0].clone();
    let mut statuses = Vec::new();
    for number in 0..200 {
        statuses.push(guess(&front, &letter, number, "198.51.100.1").await.status);
    }
    assert!(statuses[..100].iter().all(|status| *status == 422));
    assert!(statuses.contains(&503), "a flood is silenced");
    // The village behind the same address answers as before.
    all_are_served(&front.node, &mut waiting, 40).await;
    // Silence ends after half a second, so one answer alone could be an accident.
    let mut helped = true;
    for number in 200..210 {
        guess(&front, &letter, number, "198.51.100.1").await;
        let answer = guess(&front, &letter, number, "198.51.100.2").await;
        helped &= answer.status == 422;
        if answer.status == 422 {
            assert!(answer.errors.contains("code"), "{}", answer.errors);
        }
    }
    helped
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_trusted_proxy_a_flood_silences_its_own_address() {
    assert!(neighbor_is_helped(&["--trusted-proxy", "127.0.0.1"]).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_anybody_else_another_address_is_not_believed() {
    assert!(!neighbor_is_helped(&["--trusted-proxy", "192.0.2.0/24"]).await);
}
