//! The program at its sockets: many, slow, hostile and encrypted clients, and what it tells its operator.

mod admin;
mod connections;
mod log;
mod queue;
mod start;
mod throttle;

use std::net::TcpListener;
use std::time::Duration;

use crate::support::node::{Node, Setup, Site};
use crate::support::residents::{Fate, Load, Resident};

/// A running program with an address for its operator.
struct Front {
    node: Node,
    admin: String,
}

impl Front {
    async fn start(site: &Site, mut setup: Setup) -> Self {
        let address = free_address();
        setup.arguments.push("--admin-addr".into());
        setup.arguments.push(address.clone().into());
        let node = Node::start_with(site, &setup).await;
        let admin = format!("http://{address}");
        Self { node, admin }
    }

    /// Status and text of an operator's address.
    async fn tells(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.admin)).await;
        let answer = answer.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    /// One figure.
    async fn figure(&self, name: &str) -> u64 {
        let (status, text) = self.tells("/metrics").await;
        assert_eq!(status, 200);
        let found = text.lines().find_map(|line| line.strip_prefix(name));
        let found = found.and_then(|rest| rest.trim().parse().ok());
        found.unwrap_or_else(|| panic!("no {name} in\n{text}"))
    }

    /// Waits until a figure is this much at least.
    async fn wait_for(&self, name: &str, least: u64, limit: Duration) {
        let begun = std::time::Instant::now();
        while self.figure(name).await < least {
            assert!(begun.elapsed() < limit, "{name} stays below {least}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The address of the residents' pages for a socket.
    fn address(&self) -> &str {
        self.node.site.strip_prefix("http://").expect("http")
    }
}

pub fn free_address() -> String {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    free.local_addr().expect("an address").to_string()
}

/// The next residents of a queue answer, 16 at a time; all get their receipt.
async fn all_are_served(node: &Node, waiting: &mut Vec<Resident>, number: usize) -> Vec<Resident> {
    let rest = waiting.split_off(number);
    let now = std::mem::replace(waiting, rest);
    let done = Load::start(&node.site, now, 16).finish().await;
    let settled = |r: &&Resident| matches!(r.fate, Fate::Acknowledged(_));
    assert_eq!(
        done.iter().filter(settled).count(),
        number,
        "all have a receipt"
    );
    done
}
