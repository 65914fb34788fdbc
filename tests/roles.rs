//! Office and urn as two programs: what each of them does, what it refuses, and what it has no way to.
//!
//! First as two instances in this process, on both databases; then as two processes with a folder or an account each, which are
//! killed under load.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use minyi::ledger::checkpoint::Checkpoint;
use minyi::service::app::{App, Part, StoreError};
use minyi::service::batch::{Batched, Drain, run_batch};
use minyi::service::close::{self, CloseError};
use minyi::service::intake::blind;
use minyi::service::intake::trial::{self, Trial};
use minyi::service::intake::{self, IntakeError, Submission};
use minyi::service::log_files::{self, File, Name};
use minyi::service::logs::find_checkpoint;
use minyi::service::outgoing::Outgoing;
use minyi::service::rules::{self, Wanted};
use minyi::service::sampling::{Drawn, Ticket};
use minyi::service::witnesses::{Witnesses, ask_all};
use minyi::service::{check, retention, terms, waves};
use minyi::storage::office::{invitation, wave_key};
use minyi::survey::invitation::Status;
use minyi::survey::result::WaveResult;
use minyi::survey::wave::{WaveSlug, WaveState};
use minyi::web::{NEEDS_URN, ROUTES, Route, URN_ROUTES};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::blind::{Blinding, again, answers, key, sent, signed, token};
use crate::support::city::{City, confirm_latest, submission, time};
use crate::support::{Stores, instance, on_both};

mod apart;
mod processes;

const SLUG: &str = "2026q4";

/// A city in fieldwork with its two programs; the one that has both is the person's who opens and closes.
struct Two {
    city: City,
    drawn: Drawn,
    office: App,
    urn: App,
}

impl Two {
    async fn new(stores: &Stores) -> Self {
        let city = City::new(stores).await;
        let drawn = city.field(SLUG, "2026-10-20").await;
        city.app.clock.set(time("2026-10-02T12:00"));
        let office = city.part(stores, Part::Office).await;
        let urn = city.part(stores, Part::Urn).await;
        Self {
            city,
            drawn,
            office,
            urn,
        }
    }

    fn slug(&self) -> &WaveSlug {
        &self.drawn.wave.slug
    }

    fn set_time(&self, local: &str) {
        for app in [&self.city.app, &self.office, &self.urn] {
            app.clock.set(time(local));
        }
    }

    /// Some residents of every unit, fourteen neighbors each.
    fn residents(&self) -> Vec<&Ticket> {
        let mut taken = BTreeMap::<&str, usize>::new();
        let mut some = Vec::new();
        for ticket in &self.drawn.tickets {
            let number = taken
                .entry(ticket.place.variance_unit.as_str())
                .or_default();
            *number += 1;
            if *number <= 14 {
                some.push(ticket);
            }
        }
        some
    }
}

async fn status(app: &App, drawn: &Drawn, ticket: &Ticket) -> Status {
    let mut tx = app.office.0.begin_read("check").await.unwrap();
    let conn = &mut tx.conn();
    let wrapped = wave_key::find(conn, drawn.wave.id).await.unwrap();
    let keys = app.keys.wave(drawn.wave.id, &wrapped.unwrap()).unwrap();
    let hash = ticket.code.hash(&keys.pepper, drawn.wave.id);
    let found = invitation::find(conn, drawn.wave.id, &hash).await.unwrap();
    found.expect("an invitation").status
}

fn is_elsewhere<T>(outcome: &Result<T, IntakeError>) -> bool {
    matches!(outcome, Err(IntakeError::Elsewhere(_)))
}

/// The figures of a result to nine digits: sums are taken in the random order of the log.
fn figures(result: &WaveResult) -> Value {
    let whole = serde_json::to_value((&result.counties, &result.plan));
    rounded(whole.expect("a document"))
}

fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            json!(format!("{:.9e}", number.as_f64().expect("a number")))
        }
        Value::Array(parts) => parts.into_iter().map(rounded).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(fields.map(|(name, part)| (name, rounded(part))).collect())
        }
        other => other,
    }
}

on_both! {
    async fn the_office_signs_the_urn_takes_and_the_close_is_the_same_as_of_one_program(stores) {
        let two = Two::new(&stores).await;
        let (office, urn, drawn) = (&two.office, &two.urn, &two.drawn);
        let one_stores = Stores::sqlite().await;
        let one = City::new(&one_stores).await;
        let one_drawn = one.field(SLUG, "2026-10-20").await;
        one.app.clock.set(time("2026-10-02T12:00"));
        let residents = two.residents();
        let mut used = BTreeMap::<String, usize>::new();
        for (number, ticket) in residents.iter().enumerate() {
            let q1 = ["1", "2", "3", "4"][number % 4];
            let spent = token(office, SLUG, ticket).await.expect("a token");
            blind::cast(urn, sent(drawn, ticket, q1), &spent).await.expect("a receipt");
            // The same answers at the same places of a twin, which is one program.
            let before = used.entry(ticket.place.variance_unit.as_str().to_owned()).or_default();
            let mut twins = one_drawn.tickets.iter().filter(|twin| twin.place == ticket.place);
            let twin = twins.nth(*before).expect("a twin's ticket");
            *before += 1;
            let spent = token(&one.app, SLUG, twin).await.expect("a token");
            blind::cast(&one.app, sent(&one_drawn, twin, q1), &spent).await.expect("a receipt");
        }
        let all = u64::try_from(residents.len()).unwrap();
        let moved = run_batch(urn, drawn.wave.id, Drain::No).await.expect("a batch of the urn's program");
        assert_eq!(moved, Batched { moved: all, waiting: 0 });
        let head = find_checkpoint(urn, SLUG).await.unwrap().expect("a head");
        assert_eq!(find_checkpoint(&two.city.app, SLUG).await.unwrap(), Some(head));
        two.set_time("2026-10-20");
        one.app.clock.set(time("2026-10-20"));
        // Whoever asks does so at the office; whoever has both closes.
        waves::ask_close(office, &two.city.organizer, two.slug(), None).await.expect("asked");
        let refused = close::confirm_close(office, &two.city.second, two.slug()).await;
        assert!(matches!(refused, Err(CloseError::Wave(waves::WaveError::Store(StoreError::Elsewhere(_))))));
        assert_eq!(two.city.wave(two.slug()).await.state, WaveState::Open, "nothing was confirmed");
        let closed = close::confirm_close(&two.city.app, &two.city.second, two.slug()).await;
        let closed = closed.expect("closed").sampled().unwrap();
        let whole = one.close_wave(two.slug()).await;
        assert_eq!(figures(&closed), figures(&whole));
        assert_eq!(closed.counties.iter().map(|county| county.counts.blind_cast).sum::<u64>(), all);
        // The urn's program sees that it is over.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        two.urn.clock.set(time("2026-10-19"));
        let late = token(&two.city.app, SLUG, &drawn.tickets[0]).await;
        assert!(late.is_err());
        let mut tx = urn.urn.0.begin_read("check").await.unwrap();
        let told = minyi::storage::urn::terms::get(&mut tx.conn(), drawn.wave.id).await.unwrap();
        assert!(told.unwrap().contains("\"state\":\"closing\""));
    }

    async fn a_resend_is_the_same_for_every_program_that_has_the_urn(stores) {
        let two = Two::new(&stores).await;
        let ticket = &two.drawn.tickets[0];
        let token = token(&two.office, SLUG, ticket).await.expect("a token");
        let form = sent(&two.drawn, ticket, "2");
        let receipt = blind::cast(&two.urn, form.clone(), &token).await.expect("a receipt");
        assert_eq!(blind::cast(&two.city.app, form.clone(), &again(&token)).await.expect("the same"), receipt);
        assert_eq!(blind::cast(&two.urn, form.clone(), &again(&token)).await.expect("the same"), receipt);
        let changed = Submission { form: sent(&two.drawn, ticket, "3").form, ..form };
        assert!(matches!(blind::cast(&two.urn, changed, &again(&token)).await, Err(IntakeError::AlreadyReceived)));
    }

    async fn the_office_uses_no_code_for_an_answer_that_it_cannot_keep(stores) {
        let two = Two::new(&stores).await;
        let (office, drawn) = (&two.office, &two.drawn);
        let ticket = &drawn.tickets[0];
        let direct = submission(two.slug(), ticket, &answers("1"));
        assert!(is_elsewhere(&intake::submit(office, direct).await));
        let listed = key(office, SLUG, ticket).await.expect("a key");
        let blinding = Blinding::new(SLUG, &listed.line);
        assert_eq!(status(office, drawn, ticket).await, Status::Issued);
        let signature = signed(office, SLUG, ticket, &blinding).await.expect("signed");
        let token = blinding.finish(&signature);
        assert!(is_elsewhere(&blind::cast(office, sent(drawn, ticket, "1"), &token).await));
        assert!(matches!(run_batch(office, drawn.wave.id, Drain::No).await, Err(minyi::service::batch::BatchError::Store(StoreError::Elsewhere(_)))));
        // And the urn knows nothing that it could sign or look up with.
        let code = ticket.code.printed();
        let county = ticket.place.county.as_str();
        let asked = blind::unit_key(&two.urn, (SLUG, county), &code, None).await;
        assert!(asked.is_err());
        assert!(two.urn.accounts.offer_first().await.is_err());
        assert!(log_files::find(&two.urn, SLUG, Name::Process, File::Checkpoint).await.unwrap().is_none());
        let opened = waves::open(office, &two.city.organizer, two.slug()).await;
        assert!(opened.is_err());
    }

    async fn an_end_that_moves_is_told_to_the_urn_by_whoever_has_both(stores) {
        let two = Two::new(&stores).await;
        let (city, slug) = (&two.city, two.slug());
        let ticket = &two.drawn.tickets[0];
        let token = token(&two.office, SLUG, ticket).await.expect("a token");
        let asked = rules::ask(&two.office, &city.organizer, slug, Wanted::End(time("2026-10-25")), "flood").await;
        asked.expect("asked at the office");
        confirm_latest(&two.office, &city.second, slug).await.expect("confirmed at the office");
        two.set_time("2026-10-04");
        assert!(rules::apply_due(&two.office).await.is_err(), "it needs both");
        assert_eq!(city.wave(slug).await.closes_at, time("2026-10-20"));
        let wave = terms::renew(&city.app, &city.organizer, slug).await.expect("told");
        assert_eq!(wave.closes_at, time("2026-10-25"));
        two.set_time("2026-10-22");
        let receipt = blind::cast(&two.urn, sent(&two.drawn, ticket, "1"), &token).await.expect("a receipt");
        assert!(receipt.promise_by > time("2026-10-25"));
        two.set_time("2026-10-26");
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let late = blind::cast(&two.urn, sent(&two.drawn, ticket, "1"), &again(&token)).await;
        assert!(matches!(late, Err(IntakeError::Closed { .. })));
    }
}

on_both! {
    async fn a_commitment_is_opened_or_cast_where_the_urn_alone_is(stores) {
        let two = Two::new(&stores).await;
        let ticket = &two.drawn.tickets[0];
        let token = token(&two.office, SLUG, ticket).await.expect("a token");
        let form = sent(&two.drawn, ticket, "2");
        let prepared = async |nonce| {
            let made = trial::prepare(&two.urn, form.clone(), &token, nonce).await.expect("a commitment");
            (Trial { nonce, day: made.day }, made.commitment)
        };
        let office = trial::prepare(&two.office, form.clone(), &token, [1; 32]).await;
        assert!(is_elsewhere(&office));
        let (first, _) = prepared([1; 32]).await;
        let opened = trial::open(&two.urn, form.clone(), &token, first).await.expect("opened");
        assert!(!opened.record.is_empty());
        let worn = trial::cast(&two.urn, form.clone(), &token, first).await;
        assert!(matches!(worn, Err(IntakeError::Worn)), "{worn:?}");
        let (second, commitment) = prepared([2; 32]).await;
        let receipt = trial::cast(&two.urn, form.clone(), &token, second).await.expect("taken");
        assert_eq!(receipt.commitment, commitment);
        let late = trial::open(&two.urn, form.clone(), &token, second).await;
        assert!(matches!(late, Err(IntakeError::AlreadyReceived)));
    }
}

on_both! {
    async fn one_witness_cosigns_the_logs_of_both_programs_and_everybody_sees_it(stores) {
        let two = Two::new(&stores).await;
        let folder = tempfile::tempdir().unwrap();
        let (party, stop) = crate::witness::beside(&two.city.app, folder.path()).await;
        let watched = |app: &App| {
            let mut app = app.clone();
            app.witnesses = Witnesses::new(vec![party.clone()], Outgoing::new(true).unwrap());
            app
        };
        let (office, urn) = (watched(&two.office), watched(&two.urn));
        assert_eq!(ask_all(&office).await.unwrap(), 1, "the process log");
        assert_eq!(ask_all(&urn).await.unwrap(), 1, "the empty log of answers");
        for ticket in two.residents().into_iter().take(60) {
            let spent = token(&two.office, SLUG, ticket).await.expect("a token");
            blind::cast(&urn, sent(&two.drawn, ticket, "2"), &spent).await.expect("a receipt");
        }
        let moved = run_batch(&urn, two.drawn.wave.id, Drain::No).await.expect("a batch").moved;
        assert!(moved >= 20, "{moved}");
        assert_eq!(ask_all(&urn).await.unwrap(), 1, "the log grew");
        assert_eq!((ask_all(&office).await.unwrap(), ask_all(&urn).await.unwrap()), (0, 0));
        // At each program's host name the head has the witness's line.
        let site = instance::serve(&urn).await;
        let head = reqwest::get(format!("{site}/log/{SLUG}/1/checkpoint")).await.unwrap();
        let head = head.text().await.unwrap();
        assert!(party.cosigner.signed(&head).is_some(), "{head}");
        let key = urn.keys.verifying();
        assert_eq!(Checkpoint::open(&head, &key).unwrap().size, moved);
        let life = log_files::find(&office, SLUG, Name::Process, File::Checkpoint).await.unwrap();
        let life = String::from_utf8(life.unwrap()).unwrap();
        assert!(party.cosigner.signed(&life).is_some(), "{life}");
        // Whoever has both shows who cosigned which log, and how far.
        let told = log_files::record(&two.city.app, SLUG).await.unwrap().expect("a record");
        let seen = told.cosigned.map(|given| given.into_iter().map(|one| one.size).collect::<Vec<_>>());
        assert_eq!(seen, [vec![moved], vec![told.process.entries.len() as u64]]);
        // The urn keeps what the urn's program was given, and the office nothing of it.
        let mut tx = two.urn.urn.0.begin_read("check").await.unwrap();
        let kept = minyi::storage::cosignature::list(&mut tx.conn(), two.drawn.wave.id, "1").await.unwrap();
        assert_eq!(kept.len(), 1);
        let mut tx = two.office.office.0.begin_read("check").await.unwrap();
        let kept = minyi::storage::cosignature::list(&mut tx.conn(), two.drawn.wave.id, "1").await.unwrap();
        assert_eq!(kept, []);
        stop.cancel();
    }

    async fn the_urns_program_ends_its_own_keys_at_the_stated_date(stores) {
        let two = Two::new(&stores).await;
        let (city, office, urn, id) = (&two.city, &two.office, &two.urn, two.drawn.wave.id);
        let ticket = &two.drawn.tickets[0];
        let spent = token(office, SLUG, ticket).await.expect("a token");
        blind::cast(urn, sent(&two.drawn, ticket, "2"), &spent).await.expect("a receipt");
        let until = retention::codes(office, &two.drawn.wave).await.unwrap().until.expect("a date");
        let told = async |app: &App| {
            let mut tx = app.urn.0.begin_read("terms").await.unwrap();
            minyi::storage::urn::terms::get(&mut tx.conn(), id).await.unwrap().unwrap()
        };
        let write = async |document: &str| {
            let mut tx = urn.urn.0.begin_write("terms").await.unwrap();
            let slug = two.slug();
            minyi::storage::urn::terms::upsert(&mut tx.conn(), id, slug, document).await.unwrap();
            tx.commit().await.unwrap();
        };
        // Not while the wave runs, and not while a record waits that nobody could read without them.
        urn.clock.set(until);
        assert_eq!(retention::forget_due(urn).await.unwrap(), 0);
        let open = told(urn).await;
        write(&open.replace("\"state\":\"open\"", "\"state\":\"closing\"")).await;
        assert_eq!(retention::forget_due(urn).await.unwrap(), 0);
        assert!(!urn.keys.left(id).unwrap().is_empty());
        write(&open).await;
        two.set_time("2026-10-20");
        city.close_wave(two.slug()).await;
        urn.clock.set(until.minus(Duration::from_micros(1)));
        assert_eq!(retention::forget_due(urn).await.unwrap(), 0, "not a moment before");
        let before = check::waves(&urn.office, &urn.urn, Some(&urn.keys)).await.unwrap().remove(0);
        assert!(before.keys_here.unwrap() > 0 && before.keys_until == Some(until) && before.used.is_none());

        urn.clock.set(until);
        let (one, other) = tokio::join!(retention::forget_due(urn), retention::forget_due(urn));
        let done: usize = [one, other].into_iter().filter_map(Result::ok).sum();
        assert_eq!(done, 1, "once, whoever comes first");
        assert_eq!(retention::forget_due(urn).await.unwrap(), 0);
        assert_eq!(urn.keys.left(id).unwrap(), Vec::<String>::new());
        let after = check::waves(&urn.office, &urn.urn, Some(&urn.keys)).await.unwrap().remove(0);
        assert_eq!((after.keys_here, &after.urn, &after.problems), (Some(0), &before.urn, &before.problems));
        // The office's are its own program's, which knows nothing of the urn's.
        assert_eq!(office.keys.left(id).unwrap().len(), 1);
        office.clock.set(until);
        assert_eq!(retention::forget_due(office).await.unwrap(), 1);
        assert_eq!(office.keys.left(id).unwrap(), Vec::<String>::new());
        let wave = city.wave(two.slug()).await;
        let found = retention::codes(office, &wave).await.unwrap();
        assert_eq!((found.have_ended, found.urn_has_ended), (true, false));
        // Whoever has both puts the urn's word into the process log, once.
        city.app.clock.set(until);
        for _ in 0..2 {
            assert_eq!(retention::forget_due(&city.app).await.unwrap(), 0);
        }
        let entries = log_files::lines(&city.app, SLUG, Name::Process).await.unwrap().unwrap();
        let entries: Vec<Vec<u8>> = entries.try_collect().await.unwrap();
        let text = String::from_utf8(entries.concat()).unwrap();
        let ends: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|entry| entry["event"] == "urn_keys_destroyed")
            .collect();
        assert_eq!(ends.len(), 1, "{text}");
        assert_eq!(ends[0]["stated"], until.to_string());
    }
}

/// Every address with its first method, asked of a program.
async fn ask(site: &str, route: &Route, slug: &str, ticket: &Ticket) -> (u16, String) {
    let county = ticket.place.county.as_str();
    let mut path = route
        .path
        .replace("{wave}", slug)
        .replace("{county}", county);
    for (name, value) in [
        ("{log}", "1"),
        ("{*tile}", "0/000.p/1"),
        ("{file}", "x"),
        ("{year}", "2026"),
        ("{number}", "1"),
        ("{lot}", "a"),
        ("{sheet}", "1"),
    ] {
        path = path.replace(name, value);
    }
    while let Some((before, rest)) = path.clone().split_once('{') {
        let (_, after) = rest.split_once('}').expect("a placeholder");
        path = format!("{before}x{after}");
    }
    let method = Method::from_bytes(route.methods[0].to_ascii_uppercase().as_bytes()).unwrap();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none());
    let mut request = client
        .build()
        .unwrap()
        .request(method.clone(), format!("{site}{path}"));
    if method == Method::POST {
        request = request.form(&[("q1", "1")]);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_address_answers_in_the_programs_that_have_what_it_needs() {
    let stores = Stores::sqlite().await;
    let two = Two::new(&stores).await;
    let ticket = &two.drawn.tickets[0];
    let both = instance::serve(&two.city.app).await;
    let office = instance::serve(&two.office).await;
    let urn = instance::serve(&two.urn).await;
    let paths: BTreeSet<&str> = ROUTES.iter().map(|route| route.path).collect();
    assert!(NEEDS_URN.iter().all(|path| paths.contains(path)));
    assert!(URN_ROUTES.iter().all(|route| ROUTES.contains(route)));
    // Of these the urn is needed for what is asked here.
    let in_part = [
        "/log/{wave}/{log}/checkpoint",
        "/log/{wave}/{log}/entries.txt",
        "/log/{wave}/{log}/tile/{*tile}",
        "/check/{wave}",
        "/api/v1/logs/{wave}",
    ];
    let mut refused = BTreeSet::new();
    for route in ROUTES {
        let (whole, _) = ask(&both, route, SLUG, ticket).await;
        let (there, _) = ask(&urn, route, SLUG, ticket).await;
        if URN_ROUTES.contains(route) {
            assert_eq!(there, whole, "the urn: {}", route.path);
        } else {
            assert_eq!(there, 404, "the urn: {}", route.path);
        }
        let (here, said) = ask(&office, route, SLUG, ticket).await;
        if NEEDS_URN.contains(&route.path) || in_part.contains(&route.path) {
            assert_eq!(here, 503, "the office: {}", route.path);
            let told = said.contains("elsewhere") || said.contains("两个独立的程序");
            assert!(told, "the office: {} {said}", route.path);
            refused.insert(route.path);
        } else {
            assert_eq!(here, whole, "the office: {}", route.path);
        }
    }
    assert_eq!(refused.len(), NEEDS_URN.len() + in_part.len());
    // No address of the urn is read by the office.
    let own = paths.iter().filter(|path| path.starts_with("/urn/"));
    let own: Vec<_> = own.collect();
    assert_eq!(own.len(), 3);
    assert!(own.iter().all(|path| NEEDS_URN.contains(path)));
    assert!(URN_ROUTES.len() >= 8);
    // Entries of the wave's life are the office's, also where the two are apart.
    let life = reqwest::get(format!("{office}/log/{SLUG}/process/checkpoint"))
        .await
        .unwrap();
    assert_eq!(life.status().as_u16(), 200);
    let life = reqwest::get(format!("{urn}/log/{SLUG}/process/checkpoint"))
        .await
        .unwrap();
    assert_eq!(life.status().as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resident_without_script_reads_it_first_and_loses_nothing() {
    let stores = Stores::sqlite().await;
    let two = Two::new(&stores).await;
    let ticket = &two.drawn.tickets[0];
    let office = instance::serve(&two.office).await;
    let both = instance::serve(&two.city.app).await;
    for (lang, words) in [("en", "does not take answers"), ("zh-CN", "不接收答案")] {
        let form = format!("/s/{SLUG}/{}?lang={lang}", ticket.place.county);
        let page = reqwest::get(format!("{office}{form}")).await.unwrap();
        let text = page.text().await.unwrap();
        assert!(text.contains(words) && text.contains("https://urn.minyi.example/urn/2026q4"));
        let other = reqwest::get(format!("{both}{form}")).await.unwrap();
        assert!(!other.text().await.unwrap().contains(words));
        let code = ticket.code.printed();
        let instance = "0a".repeat(16);
        let fields = [
            ("_instance", instance.as_str()),
            ("_direction", "0"),
            ("_fast", "0"),
            ("_code", &code),
            ("s1", "4"),
            ("s2", "60up"),
            ("q1", "3"),
        ];
        let sent = Client::new().post(format!("{office}{form}")).form(&fields);
        let sent = sent.send().await.unwrap();
        assert_eq!(sent.status().as_u16(), 422);
        let text = sent.text().await.unwrap();
        assert!(text.contains(words));
        assert!(
            text.contains("value=\"3\" checked"),
            "every answer comes back"
        );
    }
    assert_eq!(
        status(&two.office, &two.drawn, ticket).await,
        Status::Issued
    );
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
