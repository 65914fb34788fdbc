//! Residents who open the page, send their answers and remember what became of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use minyi::ledger::commitment::Commitment;
use minyi::storage::office::{invitation, wave_key};
use minyi::storage::urn::{leaf, pool, response, spent};
use minyi::survey::area::AreaCode;
use minyi::survey::invitation::Code;
use minyi::survey::time::Clock;
use reqwest::Client;
use scraper::{Html, Selector};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::node::{SLUG, Site};

/// How long a resident waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a resident knows of the own submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing was sent.
    Fresh,
    /// Something was sent and nothing settled: no answer, or "send again".
    Unknown,
    /// A receipt was shown.
    Acknowledged(String),
}

/// One resident with a code and a phone.
#[derive(Clone)]
pub struct Resident {
    /// The code as printed.
    pub code: String,
    /// The county of the letter.
    pub county: String,
    /// What the phone sent, and sends again.
    pub body: Option<String>,
    /// What is known.
    pub fate: Fate,
}

/// An answer to a sent form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// After how many seconds to send again.
    pub retry_after: Option<u64>,
    /// The receipt, if there is one.
    pub receipt: Option<String>,
    /// The headline.
    pub title: String,
    /// What is to be mended, as said above the form.
    pub errors: String,
}

/// A client that keeps no connection from one test phase to the next.
pub fn client() -> Client {
    let made = Client::builder().timeout(PATIENCE).build();
    made.expect("a client")
}

impl Resident {
    /// The owner of a code.
    pub fn new(code: String, county: String) -> Self {
        Self {
            code,
            county,
            body: None,
            fate: Fate::Fresh,
        }
    }

    /// All owners of a site's codes.
    pub fn all(site: &Site) -> Vec<Self> {
        let owners = site.codes.iter().cloned();
        owners
            .map(|(code, county)| Self::new(code, county))
            .collect()
    }

    /// Address of the form.
    pub fn path(&self) -> String {
        format!("/s/{SLUG}/{}?lang=en", self.county)
    }

    /// Opens the page: the answers belong to this rendering from now on.
    pub async fn open(&mut self, client: &Client, site: &str) -> Result<(), reqwest::Error> {
        let sent = client.get(format!("{site}{}", self.path())).send().await?;
        let status = sent.status().as_u16();
        let text = sent.text().await?;
        if status == 200 {
            let page = Html::parse_document(&text);
            let selector = Selector::parse("input[name=_instance]").expect("a selector");
            let field = page.select(&selector).next().expect("a form");
            let instance = field.value().attr("value").expect("an instance").to_owned();
            self.body = Some(self.form(&instance));
        } else {
            assert_eq!(status, 503, "{text}");
        }
        Ok(())
    }

    /// The bytes of a form with this rendering.
    pub fn form(&self, instance: &str) -> String {
        let answer = 1 + self.code.bytes().map(u32::from).sum::<u32>() % 4;
        format!(
            "_instance={instance}&_direction=0&_fast=0&_code={}&s1=4&s2=60up&q1={answer}&q2={answer}\
             &q6=1&q7=2&d1=female",
            self.code
        )
    }

    /// Sends what the phone holds, and notes what became of it.
    pub async fn send(&mut self, client: &Client, site: &str) -> Result<Answer, reqwest::Error> {
        let body = self.body.clone().expect("an opened page");
        if self.fate == Fate::Fresh {
            self.fate = Fate::Unknown;
        }
        let answer = post(client, &format!("{site}{}", self.path()), body).await?;
        self.note(&answer);
        Ok(answer)
    }

    fn note(&mut self, answer: &Answer) {
        match (answer.status, &answer.receipt) {
            (200, Some(receipt)) => {
                if let Fate::Acknowledged(first) = &self.fate {
                    assert_eq!(first, receipt, "a resend gets the same receipt");
                }
                self.fate = Fate::Acknowledged(receipt.clone());
            }
            (503, None) => assert!(answer.retry_after.is_some(), "when to send again"),
            _ => panic!("{}: {} {}", answer.status, answer.title, answer.errors),
        }
    }
}

/// Sends a form.
pub async fn post(client: &Client, url: &str, body: String) -> Result<Answer, reqwest::Error> {
    let request = client
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded");
    let sent = request.body(body).send().await?;
    let status = sent.status().as_u16();
    let retry_after = sent.headers().get("retry-after");
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
    let page = Html::parse_document(&sent.text().await?);
    let text = |css: &str| -> String {
        let selector = Selector::parse(css).expect("a selector");
        page.select(&selector)
            .flat_map(|part| part.text())
            .collect()
    };
    Ok(Answer {
        status,
        retry_after,
        receipt: Some(text(".receipt")).filter(|receipt| !receipt.is_empty()),
        title: text("h1"),
        errors: text(".errors"),
    })
}

/// Residents at work, several at a time.
pub struct Load {
    queue: Arc<Mutex<Queue>>,
    stop: watch::Sender<bool>,
    workers: JoinSet<()>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Resident>,
    done: Vec<Resident>,
}

impl Load {
    /// This many residents at a time, in order; whoever finds nobody there gives up.
    pub fn start(site: &str, residents: Vec<Resident>, at_a_time: usize) -> Self {
        let queue = Arc::new(Mutex::new(Queue {
            waiting: residents.into(),
            done: Vec::new(),
        }));
        let (stop, stopped) = watch::channel(false);
        let client = client();
        let mut workers = JoinSet::new();
        for _ in 0..at_a_time {
            let (site, queue) = (site.to_owned(), queue.clone());
            let (stopped, client) = (stopped.clone(), client.clone());
            workers.spawn(async move {
                while !*stopped.borrow() {
                    let next = queue.lock().unwrap().waiting.pop_front();
                    let Some(mut resident) = next else { return };
                    let there = visit(&mut resident, &client, &site).await;
                    queue.lock().unwrap().done.push(resident);
                    if !there {
                        return;
                    }
                }
            });
        }
        Self {
            queue,
            stop,
            workers,
        }
    }

    /// How many have sent or given up.
    pub fn done(&self) -> usize {
        self.queue.lock().unwrap().done.len()
    }

    /// Nobody begins any more; everybody as they are now, those with unsettled submissions first.
    pub async fn stop(self) -> Vec<Resident> {
        self.stop.send_replace(true);
        self.finish().await
    }

    /// Waits until everybody has sent or given up.
    pub async fn finish(mut self) -> Vec<Resident> {
        while let Some(ended) = self.workers.join_next().await {
            ended.expect("a resident's check holds");
        }
        let mut queue = std::mem::take(&mut *self.queue.lock().unwrap());
        queue.done.extend(queue.waiting);
        queue.done.sort_by_key(|resident| match resident.fate {
            Fate::Unknown => 0,
            Fate::Fresh => 1,
            Fate::Acknowledged(_) => 2,
        });
        queue.done
    }
}

/// One visit; false when nobody answers.
async fn visit(resident: &mut Resident, client: &Client, site: &str) -> bool {
    if resident.body.is_none() && resident.open(client, site).await.is_err() {
        return false;
    }
    resident.body.is_none() || resident.send(client, site).await.is_ok()
}

/// Counts of a site, after they were checked against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Codes marked as used.
    pub used: u64,
    /// Records that wait in the pool.
    pub pool: u64,
    /// Responses, and leaves.
    pub responses: u64,
    /// Residents with a receipt.
    pub acknowledged: u64,
}

/// Opens the stores and checks that they and the residents tell one story.
pub async fn reconcile(site: &Site, residents: &[Resident]) -> Counts {
    let app = site.open(Clock::Real).await;
    let wave = site.id();
    let mut office = app.office.0.begin_read("check").await.unwrap();
    let wrapped = wave_key::find(&mut office.conn(), wave).await.unwrap();
    let keys = app
        .keys
        .wave(wave, &wrapped.expect("a wave's key"))
        .unwrap();
    let units = invitation::count_by_unit(&mut office.conn(), wave).await;
    let used: u64 = units.unwrap().iter().map(|unit| unit.used).sum();
    drop(office);
    let mut urn = app.urn.0.begin_read("check").await.unwrap();
    let conn = &mut urn.conn();
    let pool = pool::count_waiting(conn, wave).await.unwrap();
    let pool: u64 = pool.iter().map(|line| line.records).sum();
    let responses = response::list(conn, wave).await.unwrap();
    let size = leaf::head(conn, wave).await.unwrap().size;
    let leaves = leaf::list(conn, wave, 0, u64::from(u32::MAX))
        .await
        .unwrap();
    let spent_count: u64 = spent::count_by_county(conn, wave)
        .await
        .unwrap()
        .into_values()
        .sum();

    let places: Vec<u64> = leaves.iter().map(|leaf| leaf.place).collect();
    assert!(places.iter().copied().eq(0..size), "no gap in the log");
    let logged: BTreeSet<[u8; 32]> = leaves.iter().map(|leaf| leaf.commitment).collect();
    let kept: BTreeSet<[u8; 32]> = responses.iter().map(|r| r.commitment).collect();
    assert_eq!(logged.len(), leaves.len(), "none is logged twice");
    assert!(
        kept == logged && kept.len() == responses.len(),
        "leaves = responses"
    );
    let stored = pool + u64::try_from(responses.len()).unwrap();
    assert_eq!(spent_count, stored, "spent codes = records");
    assert!(used >= stored, "codes used {used} ≥ records {stored}");

    let mut hashes: BTreeMap<&str, Vec<[u8; 32]>> = BTreeMap::new();
    let hash = |resident: &Resident| {
        let code = Code::parse(&resident.code).unwrap();
        code.token(&keys.token, wave).hash()
    };
    for resident in residents {
        let county = hashes.entry(&resident.county).or_default();
        county.push(hash(resident));
    }
    let mut spent_now = BTreeSet::new();
    drop(urn);
    let mut urn = app.urn.0.begin_direct("check").await.unwrap();
    let conn = &mut urn.conn().unwrap();
    for (county, hashes) in hashes {
        let county = AreaCode::parse(county).unwrap();
        for chunk in hashes.chunks(500) {
            let found = spent::list(conn, wave, &county, chunk).await.unwrap();
            spent_now.extend(found.into_keys());
        }
    }
    assert_eq!(
        u64::try_from(spent_now.len()).unwrap(),
        stored,
        "all are these residents'"
    );
    let mut receipts = BTreeSet::new();
    for resident in residents {
        let spent = spent_now.contains(&hash(resident));
        match &resident.fate {
            Fate::Fresh => assert!(!spent, "stored, never sent"),
            Fate::Unknown => {}
            Fate::Acknowledged(receipt) => {
                assert!(spent, "acknowledged, not stored");
                assert!(
                    receipts.insert(receipt.clone()),
                    "two residents, one receipt"
                );
            }
        }
    }
    if pool == 0 {
        let shown: BTreeSet<String> = logged
            .iter()
            .map(|bytes| Commitment::from_bytes(*bytes).groups().concat())
            .collect();
        assert!(receipts.is_subset(&shown), "every receipt is in the log");
    }
    drop(urn);
    app.shutdown().await;
    Counts {
        used,
        pool,
        responses: size,
        acknowledged: u64::try_from(receipts.len()).unwrap(),
    }
}
