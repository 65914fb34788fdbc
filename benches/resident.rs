//! What a first visit costs a resident with a cheap phone on a weak network: bytes, requests, time to the first paint and until it can be used.
//!
//! `cargo bench --locked --bench resident`. Chromium's own throttling: 400 kbit/s, 400 ms a round trip, a processor six times slower; a
//! new profile for each visit; medians of five. The figures stand in docs/resident.md.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    clippy::indexing_slicing,
    reason = "a bench prints its figures and ends where something is missing, with the tests' own driver"
)]

#[path = "../tests/browser/driver.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod driver;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use self::driver::{Kind, with_phone};

const RUNS: usize = 5;

/// The demonstration, ended with this process.
struct Demo {
    child: Child,
    link: String,
}

impl Demo {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(["demo", "--addr", "127.0.0.1:0", "--responses", "200"])
            .env("LC_ALL", "C")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = output.lines().map_while(Result::ok);
        let link = lines.find_map(|line| {
            let link = line.trim().to_owned();
            (link.contains("/s/") && link.contains('#')).then_some(link)
        });
        // The program goes on writing.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            link: link.expect("an address with a code"),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// One first visit: bytes, requests, first paint and usable, in milliseconds.
const VISIT: &str = "(() => { const page = performance.getEntriesByType('navigation')[0]; \
    const more = performance.getEntriesByType('resource'); \
    const paint = performance.getEntriesByName('first-contentful-paint')[0]; \
    return { bytes: page.transferSize + more.reduce((sum, one) => sum + one.transferSize, 0), requests: 1 + more.length, \
      paint: paint.startTime, usable: page.domContentLoadedEventEnd } })()";

async fn visit(link: String, language: &'static str) -> Value {
    let found = Arc::new(Mutex::new(Value::Null));
    let kept = found.clone();
    let kind = Kind {
        language,
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        phone.cdp("Network.enable", json!({})).await;
        let network = json!({
            "offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000,
        });
        phone.cdp("Network.emulateNetworkConditions", network).await;
        phone.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": 6 })).await;
        phone.open_page(&link).await;
        phone.until("performance.getEntriesByName('first-contentful-paint').length").await;
        let seen = phone.eval(VISIT).await;
        *kept.lock().expect("nobody panicked") = seen;
    })
    .await;
    found.lock().expect("nobody panicked").clone()
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let demo = Demo::start();
    println!("| language | bytes | requests | first paint | usable |");
    println!("|---|---|---|---|---|");
    for language in ["zh-CN", "en"] {
        let mut visits = Vec::new();
        for _ in 0..RUNS {
            visits.push(visit(demo.link.clone(), language).await);
        }
        let of = |name: &str| {
            let values = visits.iter().filter_map(|visit| visit[name].as_f64());
            median(values.collect())
        };
        println!(
            "| {language} | {:.0} | {:.0} | {:.0} ms | {:.0} ms |",
            of("bytes"),
            of("requests"),
            of("paint"),
            of("usable")
        );
    }
}
