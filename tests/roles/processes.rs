//! Two processes with a folder each, or an account each: residents over the blind path, `kill -9`, the close with both.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use minyi::service::app::Part;
use minyi::service::intake::blind::Token;
use minyi::storage::urn::spent;
use minyi::storage::{Db, Source, Store};
use minyi::survey::time::Clock;
use reqwest::Client;

use super::files;
use crate::support::blind::Blinding;
use crate::support::node::{SLUG, Site};
use crate::support::postgres;
use crate::support::residents::client;

const START: Duration = Duration::from_secs(60);
/// Residents of a test.
const CROWD: usize = 120;
/// Of these at a time.
const AT_A_TIME: usize = 8;

/// One of the two programs, killed when dropped.
struct Program {
    part: Part,
    url: String,
    admin: String,
    log: PathBuf,
    child: Child,
}

/// Both, and where they are reached.
struct Two<'a> {
    site: &'a Site,
    ports: [u16; 4],
}

fn free_ports() -> [u16; 4] {
    let free = [(); 4].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    free.map(|socket| socket.local_addr().expect("an address").port())
}

impl<'a> Two<'a> {
    fn new(site: &'a Site) -> Self {
        Self {
            site,
            ports: free_ports(),
        }
    }

    fn url(&self, part: Part) -> String {
        let port = self.ports[usize::from(part == Part::Urn)];
        format!("http://localhost:{port}")
    }

    async fn start(&self, part: Part) -> Program {
        let place = usize::from(part == Part::Urn);
        let log = self.site.data.join(format!("log-{place}"));
        let said = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log");
        let role = if part == Part::Urn { "urn" } else { "office" };
        let (own, admin) = (self.ports[place], self.ports[place + 2]);
        let child = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(["serve", "--role", role])
            .args(self.site.arguments_of(part))
            .args(["--public-url", &self.url(Part::Office)])
            .args(["--urn-public-url", &self.url(Part::Urn)])
            .args(["--addr", &format!("127.0.0.1:{own}")])
            .args(["--admin-addr", &format!("127.0.0.1:{admin}")])
            .args(["--batch-every", "1"])
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("a log"))
            .stderr(said)
            .spawn()
            .expect("the program starts");
        let mut program = Program {
            part,
            url: self.url(part),
            admin: format!("http://127.0.0.1:{admin}"),
            log,
            child,
        };
        program.wait().await;
        program
    }
}

impl Program {
    async fn wait(&mut self) {
        let path = match self.part {
            Part::Urn => format!("/log/{SLUG}/checkpoint"),
            Part::Office | Part::Both => format!("/s/{SLUG}/140321"),
        };
        let begun = Instant::now();
        loop {
            let answer = reqwest::get(format!("{}{path}", self.url)).await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            let ended = self.child.try_wait().expect("a child").is_some();
            let said = fs::read_to_string(&self.log).unwrap_or_default();
            assert!(!ended && begun.elapsed() < START, "no answer; {said}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("a child");
    }

    /// SIGTERM.
    fn terminate(mut self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "a signal");
        assert!(
            self.child.wait().expect("a child").success(),
            "it ends by itself"
        );
    }

    /// Arguments, environment and open files of the process.
    fn known(&self) -> String {
        let folder = PathBuf::from(format!("/proc/{}", self.child.id()));
        let mut known = String::new();
        for name in ["cmdline", "environ", "maps"] {
            let bytes = fs::read(folder.join(name)).expect("a running process");
            known.push_str(&String::from_utf8_lossy(&bytes));
        }
        for entry in fs::read_dir(folder.join("fd")).expect("open files") {
            let link = fs::read_link(entry.expect("an entry").path());
            known.push('\n');
            known.push_str(&link.unwrap_or_default().to_string_lossy());
        }
        known
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", fs::read_to_string(&self.log).unwrap_or_default());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A resident's phone: what it has reached is on its disk, and sent again.
struct Phone {
    code: String,
    county: String,
    instance: String,
    line: Option<String>,
    blinding: Option<Blinding>,
    token: Option<Token>,
    receipt: Option<String>,
}

impl Phone {
    fn all(site: &Site) -> Vec<Self> {
        let number = |place: usize| format!("{place:032x}");
        // Neighbors, so that their units are large enough for a batch.
        let codes = site.codes.iter().take(CROWD).enumerate();
        codes
            .map(|(place, (code, county))| Self {
                code: code.clone(),
                county: county.clone(),
                instance: number(place + 1),
                line: None,
                blinding: None,
                token: None,
                receipt: None,
            })
            .collect()
    }

    /// Goes on where it was; whether the receipt is there. Nobody there, and "send again", leave it where it was.
    async fn go(&mut self, client: &Client, office: &str, urn: &str) -> bool {
        let form = format!("{office}/s/{SLUG}/{}", self.county);
        if self.line.is_none() {
            let fields = [("_code", self.code.as_str())];
            let Some(text) = post(client, &format!("{form}/key"), &fields).await else {
                return false;
            };
            let key: serde_json::Value = serde_json::from_str(&text).expect("a key");
            let line = key["line"].as_str().expect("a line").to_owned();
            self.blinding = Some(Blinding::new(SLUG, &line));
            self.line = Some(line);
        }
        let blinding = self.blinding.as_ref().expect("a blinded message");
        if self.token.is_none() {
            let blinded = hex::encode(&blinding.blinded);
            let fields = [("_code", self.code.as_str()), ("_blinded", &blinded)];
            let Some(text) = post(client, &format!("{form}/sign"), &fields).await else {
                return false;
            };
            let signed: serde_json::Value = serde_json::from_str(&text).expect("a signature");
            let signed = hex::decode(signed["signature"].as_str().expect("digits"));
            self.token = Some(blinding.finish(&signed.expect("digits")));
        }
        let token = self.token.as_ref().expect("a token");
        let (prefix, signature) = (hex::encode(token.prefix), hex::encode(&token.signature));
        let fields = [
            ("_instance", self.instance.as_str()),
            ("_direction", "0"),
            ("_fast", "0"),
            ("_unit", &token.unit),
            ("_token", &prefix),
            ("_signature", &signature),
            ("s1", "4"),
            ("s2", "60up"),
            ("q1", "2"),
            ("q2", "2"),
            ("q6", "1"),
            ("q7", "2"),
            ("d1", "female"),
        ];
        let Some(text) = post(client, &format!("{urn}/urn/{SLUG}?lang=en"), &fields).await else {
            return false;
        };
        let page = scraper::Html::parse_document(&text);
        let selector = scraper::Selector::parse(".receipt").expect("a selector");
        let receipt: String = page
            .select(&selector)
            .flat_map(|part| part.text())
            .collect();
        assert!(!receipt.is_empty(), "{text}");
        if let Some(first) = &self.receipt {
            assert_eq!(first, &receipt, "a resend gets the same receipt");
        }
        self.receipt = Some(receipt);
        true
    }
}

async fn post(client: &Client, url: &str, fields: &[(&str, &str)]) -> Option<String> {
    let answer = client.post(url).form(fields).send().await.ok()?;
    let status = answer.status().as_u16();
    let text = answer.text().await.ok()?;
    match status {
        200 => Some(text),
        503 => None,
        other => panic!("{url}: {other} {text}"),
    }
}

/// Several phones at a time go on; none begins any more once `enough` have got a receipt. `done` counts these.
async fn load(
    phones: Vec<Phone>,
    [office, urn]: [&str; 2],
    enough: usize,
    done: &AtomicUsize,
) -> Vec<Phone> {
    let client = client();
    let visits = phones.into_iter().map(|mut phone| {
        let client = &client;
        async move {
            if phone.receipt.is_none() && done.load(SeqCst) < enough {
                let has = phone.go(client, office, urn).await;
                done.fetch_add(usize::from(has), SeqCst);
            }
            phone
        }
    });
    let stream = futures_util::stream::iter(visits).buffer_unordered(AT_A_TIME);
    stream.collect().await
}

fn receipts(phones: &[Phone]) -> usize {
    phones
        .iter()
        .filter(|phone| phone.receipt.is_some())
        .count()
}

/// Neither process knows a file or address of the other's.
fn assert_apart(site: &Site, office: &Program, urn: &Program, [office_mark, urn_mark]: [&str; 2]) {
    let (of_office, of_urn) = (office.known(), urn.known());
    assert!(of_office.contains(office_mark) && !of_office.contains(urn_mark));
    assert!(
        of_urn.contains(urn_mark) && !of_urn.contains(office_mark),
        "{of_urn}"
    );
    // Nor is a key of the one in the folder of the other, but for the one under which both sign.
    let folder = site.urn_data.as_ref().expect("two folders");
    let names = |folder: &PathBuf| -> Vec<String> {
        let found = files(&folder.join("keys"));
        found
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    let (at_office, at_urn) = (names(&site.data), names(folder));
    let shared: Vec<&String> = at_office
        .iter()
        .filter(|name| at_urn.contains(name))
        .collect();
    assert_eq!(shared, ["log-signing.key"]);
    assert!(
        at_urn.iter().any(|name| name == "days")
            && at_urn
                .iter()
                .any(|name| name == "0.record" || name == "1.record")
    );
    assert!(at_office.iter().any(|name| name == "master.key"));
}

/// What is asked at the operator's address.
async fn admin(program: &Program, path: &str) -> (u16, String) {
    let answer = reqwest::get(format!("{}{path}", program.admin))
        .await
        .expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// Answers come in, both programs are killed under load, batches are made, and whoever has both closes.
async fn live(site: &Site, marks: [&str; 2]) {
    let two = Two::new(site);
    let mut office = two.start(Part::Office).await;
    let mut urn = two.start(Part::Urn).await;
    let (office_url, urn_url) = (two.url(Part::Office), two.url(Part::Urn));
    let at = [office_url.as_str(), urn_url.as_str()];
    let mut phones = load(Phone::all(site), at, 30, &AtomicUsize::new(0)).await;
    let settled = receipts(&phones);
    assert!((30..CROWD).contains(&settled), "{settled}");
    assert_apart(site, &office, &urn, marks);
    for program in [&office, &urn] {
        assert_eq!(admin(program, "/readyz").await, (200, "ready\n".to_owned()));
        assert!(
            admin(program, "/metrics")
                .await
                .1
                .contains("minyi_submissions_accepted_total")
        );
    }
    let mut interrupted = 0;
    // The office first: whoever has a token then needs the urn alone.
    for kills_urn in [false, true] {
        let before = receipts(&phones);
        let done = AtomicUsize::new(0);
        let work = load(phones, at, CROWD, &done);
        let killer = async {
            // In the middle of it: eight have their receipts, others are on their way.
            let begun = Instant::now();
            while done.load(SeqCst) < 8 {
                assert!(begun.elapsed() < START, "nobody gets a receipt");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            if kills_urn {
                urn.kill();
                (office, two.start(Part::Urn).await)
            } else {
                office.kill();
                (two.start(Part::Office).await, urn)
            }
        };
        let (worked, running) = tokio::join!(work, killer);
        (office, urn) = running;
        phones = worked;
        let after = receipts(&phones);
        interrupted += usize::from(before < after && after < CROWD);
        println!("{before} receipts before, {after} after");
    }
    assert!(interrupted > 0, "kills under load");
    let mut rounds = 0;
    while receipts(&phones) < CROWD {
        phones = load(phones, at, CROWD, &AtomicUsize::new(0)).await;
        rounds += 1;
        assert!(rounds < 10, "{} of {CROWD}", receipts(&phones));
    }
    // Whoever has a receipt sends again and reads the same one.
    let client = client();
    for phone in phones.iter_mut().step_by(7) {
        assert!(phone.go(&client, at[0], at[1]).await);
    }
    let begun = Instant::now();
    let lines = format!("{urn_url}/log/{SLUG}/1/entries.txt");
    loop {
        let text = reqwest::get(&lines)
            .await
            .expect("a log")
            .text()
            .await
            .expect("text");
        if text.lines().count() >= 60 {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(240),
            "no batch: {}",
            text.lines().count()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    office.terminate();
    urn.terminate();
    close(site).await;
}

/// The person who has both closes the wave before its end, by command.
async fn close(site: &Site) {
    let app = site.open(Clock::Real).await;
    let mut tx = app.urn.0.begin_read("check").await.unwrap();
    let tokens = spent::count_blind(&mut tx.conn(), site.id()).await.unwrap();
    assert_eq!(
        tokens.values().sum::<u64>(),
        CROWD as u64,
        "each answer once"
    );
    drop(tx);
    app.shutdown().await;
    let said = |words: &[&str]| {
        let done = site.command(words);
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{words:?}: {text}{error}");
        text
    };
    said(&["wave", "terms", SLUG, "--as", "ada"]);
    said(&[
        "wave",
        "ask-close",
        SLUG,
        "--as",
        "ada",
        "--reason",
        "drill",
    ]);
    // A program that was stopped within a batch keeps the right to batches for two minutes: whoever closes is told to wait.
    let begun = Instant::now();
    loop {
        let done = site.command(&["wave", "close", SLUG, "--as", "ben"]);
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        if done.status.success() {
            assert!(!done.stdout.is_empty());
            break;
        }
        let is_told = error.contains("Wait two minutes") && begun.elapsed() < 3 * START;
        assert!(is_told, "{error}");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let check = said(&["check"]);
    assert!(!check.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_folders() {
    let site = Site::apart(800).await;
    live(&site, ["office.sqlite", "urn.sqlite"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_accounts() {
    let server = postgres::server().await;
    let mut own = Vec::new();
    for store in [Store::Office, Store::Urn] {
        let Source::Postgres { urls } = server.clone_of(store).await else {
            panic!("a server");
        };
        let database = urls[0].rsplit('/').next().expect("a name").to_owned();
        let account = format!("only_{database}");
        server.psql(&format!("CREATE ROLE {account} LOGIN"));
        server.psql(&format!(
            "REVOKE CONNECT ON DATABASE {database} FROM PUBLIC"
        ));
        server.psql(&format!(
            "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {account}"
        ));
        for rights in [
            "SCHEMA public",
            "ALL TABLES IN SCHEMA public",
            "ALL SEQUENCES IN SCHEMA public",
        ] {
            server.psql_in(&database, &format!("GRANT ALL ON {rights} TO {account}"));
        }
        own.push((
            urls[0].replace("://minyi@", &format!("://{account}@")),
            account,
            database,
        ));
    }
    let source = |url: &str| Source::Postgres {
        urls: vec![url.to_owned()],
    };
    // The account of the one is refused at the database of the other.
    for (mine, other) in [(0, 1), (1, 0)] {
        let foreign = own[mine]
            .0
            .replace(&format!("/{}", own[mine].2), &format!("/{}", own[other].2));
        assert!(Db::open(&source(&foreign)).await.is_err(), "{foreign}");
    }
    let site = Site::apart_on(source(&own[0].0), source(&own[1].0), 800).await;
    live(&site, [&own[0].1, &own[1].1]).await;
}

/// The program with these words; whether it did it, and what it said.
fn minyi(words: &[&str]) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(words)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    (done.status.code(), said)
}

#[test]
fn each_program_is_made_with_its_own_part_and_told_nothing_of_the_others() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let (office, urn) = (path("office"), path("urn"));
    let text = |path: &PathBuf| path.to_str().expect("text").to_owned();
    let (at_office, at_urn) = (text(&office), text(&urn));
    let init = |role: &str, data: &str| minyi(&["init", "--role", role, "--data", data]);
    assert_eq!(init("office", &at_office).0, Some(0));
    fs::create_dir_all(urn.join("keys")).expect("a folder");
    let name = "keys/log-signing.key";
    fs::copy(office.join(name), urn.join(name)).expect("a copy");
    assert_eq!(init("urn", &at_urn).0, Some(0));
    for (role, data) in [("office", &at_office), ("urn", &at_urn)] {
        let (code, said) = init(role, data);
        assert!(
            code == Some(2) && said.contains("not overwritten"),
            "{said}"
        );
    }
    let same = |name: &str| fs::read(office.join(name)).ok() == fs::read(urn.join(name)).ok();
    assert!(same(name), "the copy stays as it is");
    assert!(office.join("office.sqlite").exists() && !office.join("urn.sqlite").exists());
    assert!(urn.join("urn.sqlite").exists() && !urn.join("office.sqlite").exists());
    assert!(!urn.join("keys/master.key").exists());
    // Both together are an instance; one of them alone is none.
    let both = ["check", "--data", &at_office, "--urn-data", &at_urn];
    assert_eq!(minyi(&both).0, Some(0), "{}", minyi(&both).1);
    assert_eq!(minyi(&["check", "--data", &at_office]).0, Some(2));
    let public = ["--public-url", "http://localhost"];
    let apart = ["--urn-public-url", "http://127.0.0.1"];
    let refusals: [(&[&str], &str); 5] = [
        (&["--role", "urn", "--data", &at_urn], "--urn-public-url"),
        (
            &[
                "--role",
                "office",
                "--data",
                &at_office,
                "--urn-data",
                &at_urn,
                apart[0],
                apart[1],
            ],
            "nothing of the other",
        ),
        (
            &[
                "--role",
                "urn",
                "--data",
                &at_urn,
                "--office-url",
                "postgres://a@b/c",
                apart[0],
                apart[1],
            ],
            "nothing of the other",
        ),
        (
            &[
                "--role",
                "urn",
                "--data",
                &at_urn,
                "--database-url",
                "postgres://a@b/c",
                apart[0],
                apart[1],
            ],
            "nothing of the other",
        ),
        (
            &["--data", &at_office, "--urn-url", "postgres://a@b/c"],
            "or neither",
        ),
    ];
    for (words, wanted) in refusals {
        let (code, said) = minyi(&[&["serve"][..], words, &public[..]].concat());
        assert!(
            code == Some(2) && said.contains(wanted),
            "{words:?}: {said}"
        );
    }
    // Two that do not sign under the same key are not opened together.
    fs::remove_file(urn.join(name)).expect("a key");
    fs::write(urn.join(name), "ab".repeat(32)).expect("another key");
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(urn.join(name), mode).expect("the owner's");
    let (code, said) = minyi(&both);
    assert!(
        code == Some(2) && said.contains("another key than"),
        "{said}"
    );
}
