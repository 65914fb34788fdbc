//! The demonstration as a newcomer meets it: the program is started, the survey answered on a phone with
//! script and without, the wave closed by two people, and the result read by everybody.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::driver::{Kind, Phone, with_phone};
use super::resident::{ANSWERS, answer, choose, onward, receipt};

/// The wave in the field.
const WAVE: &str = "2026q4";

/// The counties' rates: the first table of the result.
const TABLE: &str = "document.querySelector('table.estimates')";

/// The running program, and what it said.
struct Demonstration {
    child: Child,
    site: String,
    /// Name and password.
    staff: Vec<(String, String)>,
    /// Addresses with a code.
    links: Vec<String>,
}

impl Demonstration {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(["demo", "--addr", "127.0.0.1:0", "--responses", "2500"])
            .env("LC_ALL", "C")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut started = Self {
            child,
            site: String::new(),
            staff: Vec::new(),
            links: Vec::new(),
        };
        for line in output.lines().map_while(Result::ok) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["For", "residents", site] => {
                    site.trim_end_matches('/').clone_into(&mut started.site);
                }
                [name, password, "organizer" | "evaluator"] => {
                    started
                        .staff
                        .push(((*name).to_owned(), (*password).to_owned()));
                }
                [link] if link.contains("/s/") => started.links.push((*link).to_owned()),
                ["Then", "close", ..] => break,
                _ => {}
            }
        }
        assert_eq!((started.staff.len(), started.links.len()), (3, 3));
        started
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        // It ends by itself when it is told to; the folder goes with it.
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        if told.is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

async fn sign_in(phone: &Phone, site: &str, (name, password): &(String, String)) {
    phone
        .open_page(&format!("{site}/organize/{WAVE}?lang=en"))
        .await;
    phone.type_into("#name", name).await;
    phone.type_into("#password", password).await;
    phone.tap(".button").await;
    phone
        .until(&format!("location.pathname === '/organize/{WAVE}'"))
        .await;
}

async fn sign_out(phone: &Phone) {
    phone.tap(".staffbar button").await;
    phone
        .until("location.pathname === '/account/sign-in'")
        .await;
}

/// With script: one question at a time.
async fn answer_with_script(link: String) {
    with_phone(Kind::default(), move |phone| async move {
        phone.open_page(&link).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "check").await;
        phone.tap("#send").await;
        receipt(&phone).await;
    })
    .await;
}

/// Without: one form, the code typed.
async fn answer_without_script(link: String) {
    let kind = Kind {
        script: false,
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        let (page, code) = link.split_once('#').expect("a code");
        phone.open_page(page).await;
        phone.type_into("#code", code).await;
        // A person was invited, not a household, so the number of adults is not asked.
        for (item, codes) in ANSWERS.iter().filter(|(item, _)| *item != "d3") {
            for option in *codes {
                choose(&phone, item, option).await;
            }
        }
        phone.tap("#send").await;
        receipt(&phone).await;
    })
    .await;
}

/// One person asks, another confirms and publishes.
async fn close(phone: &Phone, demo: &Demonstration) {
    let step = "button[name=step]";
    sign_in(phone, &demo.site, &demo.staff[0]).await;
    phone.tap(".next summary").await;
    phone
        .type_into("#reason", "The demonstration is over")
        .await;
    phone.tap(step).await;
    // Who asked cannot confirm: there is nothing to press.
    phone
        .until(&format!("!document.querySelector('{step}')"))
        .await;
    sign_out(phone).await;
    sign_in(phone, &demo.site, &demo.staff[1]).await;
    phone.tap(step).await;
    phone
        .until("document.querySelector('a[href*=\"/results/\"]')")
        .await;
    phone.tap(step).await;
    phone
        .until(&format!("!document.querySelector('{step}')"))
        .await;
    sign_out(phone).await;
}

/// On a phone each rate stands with its interval.
async fn read_on_a_phone(site: String) {
    with_phone(Kind::default(), move |phone| async move {
        phone
            .open_page(&format!("{site}/results/{WAVE}?lang=zh-CN"))
            .await;
        let shown = phone
            .eval(&format!(
                "[...{TABLE}.querySelectorAll('.ci')].filter(e => e.offsetParent !== null \
                 && /^[\\d.]+–[\\d.]+$/.test(e.textContent)).length"
            ))
            .await;
        assert_eq!(shown, 5);
        phone.assert_no_sideways_scroll().await;
        phone.shot("demo-phone").await;
    })
    .await;
}

/// Everybody reads: five counties, each with rate, interval and verdict, and the criteria.
async fn read(phone: &Phone, site: &str, language: &str) {
    let page = format!("{site}/results/{WAVE}?lang={language}");
    phone.open_page(&page).await;
    let intervals = phone
        .eval(&format!(
            "[...{TABLE}.querySelectorAll('.i')].map(e => e.textContent)"
        ))
        .await;
    let is_interval = |text: &str| {
        let ends: Vec<f64> = text.split('–').filter_map(|end| end.parse().ok()).collect();
        matches!(ends.as_slice(), [low, high] if 0.0 < *low && low < high && *high <= 100.0)
    };
    let intervals: Vec<&str> = intervals
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|text| text.as_str())
        .filter(|text| is_interval(text))
        .collect();
    assert_eq!(intervals.len(), 5, "{intervals:?}");
    let tags = phone
        .eval(&format!("{TABLE}.querySelectorAll('.tag').length"))
        .await;
    assert_eq!(tags, 5);
    assert_eq!(phone.count("table.matrix tbody tr").await, 5);
    phone.assert_accessible().await;
    phone.assert_no_sideways_scroll().await;
    phone.shot("demo-result").await;
    phone
        .open_page(&format!("{site}/results/{WAVE}/140302?lang={language}"))
        .await;
    assert!(phone.text("h1").await.contains('%'));
    phone.assert_accessible().await;
    phone.assert_no_sideways_scroll().await;
    phone.shot("demo-county").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_answers_closes_the_wave_and_reads_the_verdicts() {
    let demo = tokio::task::spawn_blocking(Demonstration::start)
        .await
        .expect("the demonstration starts");
    answer_with_script(demo.links[0].clone()).await;
    answer_without_script(demo.links[1].clone()).await;
    let desk = Kind {
        language: "en",
        width: 1280,
        ..Kind::default()
    };
    with_phone(desk, move |phone| async move {
        close(&phone, &demo).await;
        read(&phone, &demo.site, "en").await;
        read_on_a_phone(demo.site.clone()).await;
        // The phones' answers are among those that were counted: 500 simulated ones and one more.
        let county = format!("{}/results/{WAVE}/140303?lang=en", demo.site);
        phone.open_page(&county).await;
        assert!(phone.text("main").await.contains("501"));
    })
    .await;
}
