//! Seeded answers of a whole wave: deposited, awaited, named, out of every figure; what was deleted or altered is told; nothing that a
//! resident said can be named away.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use minyi::report::protocol::{Outcome, Protocol};
use minyi::service::app::App;
use minyi::service::audits::{self, Undertaking};
use minyi::service::batch::{Drain, run_batch};
use minyi::service::close::{self, CloseError, Closed};
use minyi::service::intake::{self, Submission};
use minyi::service::sampling::Drawn;
use minyi::service::seeds::{self, SeedError};
use minyi::service::verify::{Bundle, verify};
use minyi::service::{fieldwork, release, waves};
use minyi::storage::Conn;
use minyi::storage::office::{estimate, process_entry};
use minyi::storage::urn::{leaf, response};
use minyi::survey::account::Account;
use minyi::survey::area::AreaCode;
use minyi::survey::response::Response;
use minyi::survey::result::WaveResult;
use minyi::survey::role::Role;
use minyi::survey::seeds::{Fate, digest, write};
use minyi::survey::time::Instant;
use minyi::survey::wave::WaveState;
use serde_json::Value;

use crate::bundle::{agree, sum_anew, unpack};
use crate::support::city::{City, submission, time};
use crate::support::instance::account;
use crate::support::{Stores, on_both};
use crate::wave::{answers, send};

mod late;
mod witnessed;

const COUNTIES: [&str; 2] = ["140321", "140322"];
/// What auditors say: as dissatisfied as can be.
const NEGATIVE: [(&str, &str); 14] = [
    ("s1", "4"),
    ("s2", "30-39"),
    ("q1", "4"),
    ("q2", "4"),
    ("q3", "2"),
    ("q4", "2"),
    ("q5", "2"),
    ("q6", "0"),
    ("q8", "3"),
    ("q9", "0"),
    ("q10", "2"),
    ("q11", "0"),
    ("d1", "male"),
    ("d2", "urban"),
];

fn county(code: &str) -> AreaCode {
    AreaCode::parse(code).unwrap()
}

pub type Line = (AreaCode, [u8; 32], Vec<(String, String)>);

/// What residents say; some feel otherwise than their sex and age, so that there is a variance.
fn residents(drawn: &Drawn) -> Vec<Submission> {
    let mut all = answers(drawn);
    for one in all.iter_mut().step_by(5) {
        for (item, code) in &mut one.form {
            if item == "q2" {
                if code == "1" { "4" } else { "1" }.clone_into(code);
            }
        }
    }
    all
}

/// A wave that announces seeds, and an auditor.
pub struct Seeded {
    pub city: City,
    pub drawn: Drawn,
    otto: Account,
    /// Places of the cards that no resident uses.
    spare: Vec<usize>,
}

impl Seeded {
    pub async fn new(stores: &Stores) -> Self {
        let city = City::new(stores).await;
        city.import().await;
        let sections = "[seeds]\nmost = 40\ndays = 7";
        let drawn = city
            .field_with("2026q4", "2026-10-23T20:00", true, sections)
            .await;
        let otto = account(&city.app, "otto", Role::Auditor).await;
        city.app.clock.set(time("2026-10-03T09:00"));
        let used: Vec<String> = answers(&drawn).into_iter().map(|one| one.code).collect();
        let is_spare = |at: &usize| !used.contains(&drawn.tickets[*at].code.printed());
        let spare = (0..drawn.tickets.len()).filter(is_spare).collect();
        Self {
            city,
            drawn,
            otto,
            spare,
        }
    }

    fn app(&self) -> &App {
        &self.city.app
    }

    /// The first part of the residents answers, and is logged.
    async fn early(&self) -> Vec<Submission> {
        let all = residents(&self.drawn).into_iter().enumerate();
        let (early, late): (Vec<_>, Vec<_>) = all.partition(|(at, _)| at % 2 == 1);
        send(self.app(), early.into_iter().map(|(_, one)| one).collect()).await;
        run_batch(self.app(), self.drawn.wave.id, Drain::No)
            .await
            .expect("a batch");
        late.into_iter().map(|(_, one)| one).collect()
    }

    /// The auditor answers this often in each county.
    pub async fn answer(&self, number: usize) -> Vec<Line> {
        self.answer_from(0, number).await
    }

    /// The same with the cards after the first ones.
    async fn answer_from(&self, first: usize, number: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        for code in COUNTIES {
            let cards = self.spare.iter().map(|at| &self.drawn.tickets[*at]);
            let cards = cards.filter(|one| one.place.county.as_str() == code);
            for ticket in cards.step_by(7).skip(first).take(number) {
                let sent = submission(&self.drawn.wave.slug, ticket, &NEGATIVE);
                let form = sent.form.clone();
                let receipt = intake::submit(self.app(), sent).await.expect("a receipt");
                lines.push((county(code), *receipt.commitment.as_bytes(), form));
            }
        }
        lines
    }

    async fn deposit(&self, list: &str, number: u64) -> Result<(), SeedError> {
        let counties = COUNTIES.map(|code| (county(code), number)).into();
        let digest = hex::encode(digest(list));
        seeds::deposit(
            self.app(),
            &self.otto,
            &self.drawn.wave.slug,
            &digest,
            &counties,
        )
        .await
        .map(drop)
    }

    pub async fn name(&self, app: &App, list: &str) -> Result<BTreeMap<AreaCode, Fate>, SeedError> {
        seeds::name(app, &self.otto, &self.drawn.wave.slug, list).await
    }

    /// Two people close; nothing is computed.
    pub async fn close(&self, app: &App) -> Instant {
        app.clock
            .set(self.city.wave(&self.drawn.wave.slug).await.closes_at);
        let slug = &self.drawn.wave.slug;
        waves::ask_close(app, &self.city.organizer, slug, None)
            .await
            .expect("asked");
        match close::confirm_close(app, &self.city.second, slug)
            .await
            .expect("confirmed")
        {
            Closed::Waiting(until) => until,
            other => panic!("{other:?}"),
        }
    }

    async fn finish(&self, app: &App) -> WaveResult {
        let slug = &self.drawn.wave.slug;
        let done = close::finish(app, &self.city.second, slug)
            .await
            .expect("finished");
        done.sampled().expect("a result")
    }

    async fn entries(&self) -> Vec<Value> {
        let mut tx = self.app().office.0.begin_read("process").await.unwrap();
        let entries = process_entry::list(&mut tx.conn(), self.drawn.wave.id)
            .await
            .unwrap();
        entries
            .iter()
            .map(|entry| serde_json::from_str(entry).unwrap())
            .collect()
    }

    /// The published auditors' bundle, unpacked.
    async fn bundle(&self) -> tempfile::TempDir {
        let (app, slug) = (self.app(), &self.drawn.wave.slug);
        crate::support::published::state(app, &self.city.organizer, slug).await;
        release::publish(app, &self.city.organizer, slug)
            .await
            .expect("published");
        let bytes = audits::take(app, &self.otto, slug, Undertaking::Signed)
            .await
            .expect("a bundle");
        unpack(&bytes)
    }

    fn verified(&self, folder: &Path) -> Protocol {
        let bundle = Bundle::read(folder).expect("a bundle");
        verify(&bundle, Some(&self.app().keys.signing().verifying_key()))
    }
}

fn broken(protocol: &Protocol) -> Vec<&'static str> {
    let found = protocol
        .findings
        .iter()
        .filter(|one| one.outcome == Outcome::Broken);
    found.map(|one| one.check).collect()
}

fn copy(original: &Path) -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().unwrap();
    for entry in fs::read_dir(original).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

fn change(folder: &Path, name: &str, change: impl FnOnce(String) -> String) {
    let before = fs::read_to_string(folder.join(name)).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after, "{name}");
    fs::write(folder.join(name), after).unwrap();
    sum_anew(folder);
}

fn audit_r(folder: &Path) -> (bool, String) {
    let output = std::process::Command::new("Rscript")
        .arg(folder.join("audit.R"))
        .arg(folder)
        .output()
        .expect("Rscript runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn all_intact(number: u64) -> BTreeMap<AreaCode, Fate> {
    let fate = Fate {
        intact: number,
        ..Fate::default()
    };
    COUNTIES.map(|code| (county(code), fate)).into()
}

on_both! {
    async fn named_seeds_leave_and_nothing_is_computed_before(stores) {
        let wave = Seeded::new(&stores).await;
        let (app, slug) = (wave.app(), wave.drawn.wave.slug.clone());
        let late = wave.early().await;
        let list = write(&[5; 32], &wave.answer(10).await);
        let denied = seeds::deposit(app, &wave.city.organizer, &slug, &hex::encode(digest(&list)), &[(county("140321"), 1)].into()).await;
        assert!(matches!(denied, Err(SeedError::Denied)), "{denied:?}");
        let many = wave.deposit(&list, 21).await;
        assert!(matches!(many, Err(SeedError::TooMany { asked: 42, left: 40, most: 40 })), "{many:?}");
        let elsewhere = seeds::deposit(app, &wave.otto, &slug, &hex::encode(digest(&list)), &[(county("140302"), 1)].into()).await;
        assert!(matches!(elsewhere, Err(SeedError::NoCounty(_))), "{elsewhere:?}");
        wave.deposit(&list, 10).await.expect("deposited");
        assert!(matches!(wave.deposit(&list, 1).await, Err(SeedError::Deposited)));
        assert!(matches!(wave.name(app, &list).await, Err(SeedError::NotClosing)), "the wave runs");
        send(app, late).await;

        let until = wave.close(app).await;
        assert_eq!(until, time("2026-10-30T20:00"), "seven days after the end");
        // Nothing is stored, for nobody.
        assert_eq!(wave.city.wave(&slug).await.state, WaveState::Closing);
        let mut tx = app.office.0.begin_read("result").await.unwrap();
        assert!(estimate::find_latest(&mut tx.conn(), wave.drawn.wave.id).await.unwrap().is_none());
        drop(tx);
        assert!(matches!(close::finish(app, &wave.city.organizer, &slug).await, Ok(Closed::Waiting(_))));
        // Another list than the deposited one, with a real record in it, is no list.
        let mut tx = app.urn.0.begin_read("records").await.unwrap();
        let real: Vec<Response> = response::list(&mut tx.conn(), wave.drawn.wave.id).await.unwrap();
        drop(tx);
        let foreign = real.iter().find(|one| !list.contains(&hex::encode(one.commitment))).unwrap();
        let first = list.split(' ').nth(4).unwrap();
        let forged = list.replacen(first, &hex::encode(foreign.commitment), 1);
        assert!(forged.contains(&hex::encode(foreign.commitment)));
        let refused = wave.name(app, &forged).await;
        assert!(matches!(refused, Err(SeedError::NotDeposited(_))), "{refused:?}");
        let denied = seeds::name(app, &wave.city.organizer, &slug, &list).await;
        assert!(matches!(denied, Err(SeedError::Denied)));
        // A form sends other ends of lines.
        let fates = wave.name(app, &list.replace('\n', "\r\n")).await.expect("named");
        assert_eq!(fates, all_intact(10));
        assert!(matches!(wave.name(app, &list).await, Err(SeedError::NamedAlready)));

        let result = wave.finish(app).await;
        let sent = answers(&wave.drawn);
        for found in &result.counties {
            let own = sent.iter().filter(|one| one.county_in_path == found.code.as_str());
            let own = own.count() as u64;
            let counts = &found.counts;
            assert_eq!((counts.seeded, counts.issued, counts.cast), (10, 1000, own + 10));
            assert_eq!(counts.eligible() + counts.screened_out, own, "residents, and nobody else");
            assert!(found.reconciliation.iter().all(|line| line.holds));
            // Without the auditors' invitations, AAPOR's RR1 by hand: complete over all whose eligibility is known or not.
            let real = |n: u64| f64::from(u32::try_from(n).unwrap());
            let rr1 = real(counts.complete) / real(1000 - 10 - counts.screened_out);
            assert!((found.rates["RR1"].unwrap() - rr1).abs() < 1e-12);
            let classes: u64 = found.weighting.as_ref().unwrap().classes.iter().map(|one| one.issued).sum();
            assert_eq!(classes, 990, "the non-response step does not see their invitations");
        }
        // The fieldwork page counts the same people as the result.
        let board = fieldwork::board(app, &wave.city.organizer, &slug).await.expect("a board");
        assert_eq!((board.seeded, board.is_rounded), (20, false));
        let modes = fieldwork::modes(app, &wave.city.organizer, &slug).await.expect("modes");
        for (mix, found) in modes.iter().zip(&result.counties) {
            let counts = &found.counts;
            assert_eq!(mix.county, found.code);
            assert_eq!(mix.answers.iter().sum::<u64>(), counts.cast - counts.seeded);
            let used = board.counties.iter().find(|one| one.area.code == found.code).unwrap();
            assert_eq!(used.progress.used, counts.used);
        }
        assert_eq!(modes.len(), result.counties.len());
        let events: Vec<String> = wave.entries().await.iter().map(|entry| entry["event"].as_str().unwrap().to_owned()).collect();
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        let tail = &events[events.len() - 4..];
        assert_eq!(tail, ["seeds_deposited", "closed", "seeds_named", "result"]);
        assert!(!wave.entries().await.iter().any(|entry| entry.to_string().contains("otto")), "names nobody");

        let folder = wave.bundle().await;
        let folder = folder.path();
        let found = wave.verified(folder);
        assert_eq!(broken(&found), Vec::<&str>::new(), "{}", found.text());
        assert!(found.text().contains("seeds holds 20 seeds in 1 lists, 20 left"), "{}", found.text());
        assert!(found.text().contains("seeded holds 20"), "{}", found.text());
        let (agrees, said) = audit_r(folder);
        assert!(agrees && said.contains("everything agrees"), "{said}");
        agree(folder);
        forge(&wave, folder, foreign);
    }

    async fn what_is_deleted_is_missing_and_what_was_logged_before_stays(stores) {
        let wave = Seeded::new(&stores).await;
        let (app, slug) = (wave.app(), wave.drawn.wave.slug.clone());
        let late = wave.early().await;
        let seeds = wave.answer(10).await;
        let list = write(&[5; 32], &seeds);
        wave.deposit(&list, 10).await.expect("deposited");
        // A second list picks records out of the log, with the answers that most people give.
        let mut tx = app.urn.0.begin_read("records").await.unwrap();
        let logged = leaf::list(&mut tx.conn(), wave.drawn.wave.id, 0, 10_000).await.unwrap();
        drop(tx);
        assert!(logged.len() > 100, "{} are logged", logged.len());
        let common: Vec<(String, String)> =
            answers(&wave.drawn)[1].form.clone();
        let picked = COUNTIES.map(|code| {
            let leaf = logged.iter().find(|leaf| leaf.county.as_str() == code).unwrap();
            (county(code), leaf.commitment, common.clone())
        });
        let picked = write(&[6; 32], &picked);
        wave.deposit(&picked, 1).await.expect("a digest tells nothing");
        send(app, late).await;
        wave.close(app).await;

        let size = logged.len() as u64;
        let dropped = drop_negative(&wave, &seeds, size).await;
        assert_eq!(dropped, (18, 3), "eighteen dissatisfied answers, three of them seeded");
        let app = wave.city.reopened(&stores).await;
        // All counts agree: nothing else notices.
        assert!(matches!(close::finish(&app, &wave.city.organizer, &slug).await, Ok(Closed::Waiting(_))));
        let fates = wave.name(&app, &list).await.expect("named");
        let hit = Fate { intact: 7, missing: 3, ..Fate::default() };
        assert_eq!(fates[&county("140321")], hit);
        assert_eq!(fates[&county("140322")], Fate { intact: 10, ..Fate::default() });
        let fates = wave.name(&app, &picked).await.expect("named, in vain");
        assert_eq!(fates.values().map(|fate| (fate.late, fate.left())).collect::<Vec<_>>(), [(1, 0), (1, 0)]);

        let result = wave.finish(&app).await;
        let seeded: Vec<u64> = result.counties.iter().map(|one| one.counts.seeded).collect();
        assert_eq!(seeded, [7, 10], "what was picked out of the log stays");
        let notes = &result.wave.seeds;
        let own = hex::encode(digest(&list));
        let own = notes.iter().find(|note| note.digest == own).unwrap();
        assert_eq!(own.fate().unwrap().missing, 3);
        for lang in minyi::i18n::Lang::ALL {
            let alarms = minyi::report::seeds::alarms(lang, notes);
            assert!(alarms.len() == 1 && alarms[0].contains('3'), "{alarms:?}");
        }
        let named = wave.entries().await;
        let named = named.iter().find(|entry| entry["event"] == "seeds_named").unwrap();
        assert_eq!(named["counties"]["140321"]["missing"], 3);
    }

    async fn after_the_deadline_the_plan_runs_and_what_was_not_named_is_told(stores) {
        let wave = Seeded::new(&stores).await;
        let (app, slug) = (wave.app(), wave.drawn.wave.slug.clone());
        let list = write(&[5; 32], &wave.answer(2).await);
        wave.deposit(&list, 2).await.expect("deposited");
        send(app, answers(&wave.drawn)).await;
        let until = wave.close(app).await;
        app.clock.set(until);
        let refused = wave.name(app, &list).await;
        assert!(matches!(refused, Err(SeedError::TooLate(at)) if at == until), "{refused:?}");
        let result = wave.finish(app).await;
        assert!(result.counties.iter().all(|one| one.counts.seeded == 0));
        assert_eq!((result.wave.seeds.len(), result.wave.seeds[0].fate()), (1, None));
        let refused = wave.name(app, &list).await;
        assert!(matches!(refused, Err(SeedError::NotClosing)));
        let refused = wave.deposit(&list.replace("salt 05", "salt 06"), 1).await;
        assert!(matches!(refused, Err(SeedError::NotRunning)));
        let folder = wave.bundle().await;
        assert_eq!(broken(&wave.verified(folder.path())), Vec::<&str>::new());
        // A result of the moment of the close would not have waited.
        let forger = copy(folder.path());
        let closed = wave.entries().await;
        let closed = closed.iter().find(|entry| entry["event"] == "closed").unwrap()["at"].clone();
        change(forger.path(), "process.jsonl", |text| {
            let lines = text.lines().map(|line| {
                let mut entry: Value = serde_json::from_str(line).unwrap();
                if entry["event"] == "result" {
                    entry["at"] = closed.clone();
                }
                format!("{entry}\n")
            });
            lines.collect()
        });
        let protocol = wave.verified(forger.path());
        assert!(protocol.text().contains("did not wait for the lists"), "{}", protocol.text());
        let board = seeds::board(app, &wave.city.organizer, &slug).await.unwrap();
        assert!(board.fates.is_empty() && board.deposits[0].list.is_none());
    }
}

/// A real record is made a seed in the bundle: with its line in the list, and with every digest that the forger can mend.
fn forge(wave: &Seeded, original: &Path, foreign: &Response) {
    let commitment = hex::encode(foreign.commitment);
    // Only marked.
    let forger = copy(original);
    change(forger.path(), "seeded.txt", |text| {
        format!("{text}{commitment}\n")
    });
    assert_eq!(broken(&wave.verified(forger.path())), ["seeded"]);
    let (agrees, said) = audit_r(forger.path());
    assert!(!agrees && said.contains("DIFFERENCE"), "{said}");
    // In the list, in the place of a seed.
    let lists: Value =
        serde_json::from_str(&fs::read_to_string(original.join("seeds.json")).unwrap()).unwrap();
    let list = lists["deposits"][0]["list"].as_str().unwrap();
    let first = list.split(' ').nth(4).unwrap();
    let forged = list.replacen(first, &commitment, 1);
    let escaped = |text: &str| serde_json::to_string(text).unwrap();
    let forger = copy(original);
    change(forger.path(), "seeds.json", |text| {
        text.replace(&escaped(list), &escaped(&forged))
    });
    let protocol = wave.verified(forger.path());
    for check in ["seeds", "seeded", "inputs", "recomputed"] {
        assert!(
            broken(&protocol).contains(&check),
            "{check}: {}",
            protocol.text()
        );
    }
    // With the digest of the forged list in lists, figures and log: the log's head is another one.
    let (before, after) = (hex::encode(digest(list)), hex::encode(digest(&forged)));
    for name in ["seeds.json", "figures.json", "process.jsonl"] {
        change(forger.path(), name, |text| text.replace(&before, &after));
    }
    let protocol = wave.verified(forger.path());
    for check in ["process_log", "documents", "inputs", "recomputed"] {
        assert!(
            broken(&protocol).contains(&check),
            "{check}: {}",
            protocol.text()
        );
    }
    // More than the plan announces, or a deposit that the log does not have.
    let forger = copy(original);
    change(forger.path(), "process.jsonl", |text| {
        let lines = text
            .lines()
            .filter(|line| !line.contains("seeds_deposited"));
        lines.flat_map(|line| [line, "\n"]).collect()
    });
    assert!(broken(&wave.verified(forger.path())).contains(&"seeds"));
}

/// Somebody with the database and the key deletes eighteen dissatisfied answers of a county, with their leaves, and lets the others
/// move up; how many, and how many of these are seeded.
async fn drop_negative(wave: &Seeded, seeds: &[Line], size: u64) -> (usize, usize) {
    let id = wave.drawn.wave.id;
    let mut tx = wave.app().urn.0.begin_write("deletion").await.unwrap();
    let mut conn = tx.conn();
    let all = response::list(&mut conn, id).await.unwrap();
    let leaves = leaf::list(&mut conn, id, 0, 10_000).await.unwrap();
    let newest: Vec<[u8; 32]> = leaves
        .iter()
        .filter(|leaf| leaf.place >= size)
        .map(|leaf| leaf.commitment)
        .collect();
    let is_seed = |one: &Response| {
        seeds
            .iter()
            .any(|(_, commitment, _)| *commitment == one.commitment)
    };
    let questionnaire =
        waves::overview::overview(wave.app(), &wave.city.organizer, &wave.drawn.wave.slug)
            .await
            .unwrap()
            .questionnaire;
    let is_negative = |one: &&Response| {
        let answers = minyi::survey::answer::Answers::decode(&questionnaire, &one.answers).unwrap();
        let choice = answers
            .choice(&questionnaire, "q1")
            .map(|choice| choice.code.clone());
        matches!(choice.as_deref(), Some("3" | "4"))
            && one.place.county.as_str() == "140321"
            && newest.contains(&one.commitment)
    };
    let negative: Vec<&Response> = all.iter().filter(is_negative).collect();
    let (own, others): (Vec<&Response>, Vec<&Response>) =
        negative.into_iter().partition(|one| is_seed(one));
    let gone: Vec<[u8; 32]> = own
        .iter()
        .take(3)
        .chain(others.iter().take(15))
        .map(|one| one.commitment)
        .collect();
    for commitment in &gone {
        execute(
            &mut conn,
            "DELETE FROM response WHERE commitment = $1",
            commitment.to_vec(),
        )
        .await;
    }
    execute(&mut conn, "DELETE FROM leaf WHERE wave = $1", id).await;
    let kept = leaves
        .into_iter()
        .filter(|leaf| !gone.contains(&leaf.commitment));
    let kept: Vec<leaf::Leaf> = kept
        .zip(0..)
        .map(|(leaf, place)| leaf::Leaf { place, ..leaf })
        .collect();
    leaf::insert(&mut conn, id, &kept).await.unwrap();
    tx.commit().await.unwrap();
    (gone.len(), own.len().min(3))
}

async fn execute<'q, V>(conn: &mut Conn<'_>, text: &'static str, value: V)
where
    V: Send
        + 'q
        + sqlx::Type<sqlx::Sqlite>
        + sqlx::Encode<'q, sqlx::Sqlite>
        + sqlx::Type<sqlx::Postgres>
        + sqlx::Encode<'q, sqlx::Postgres>,
{
    match conn {
        Conn::Sqlite(c) => {
            sqlx::query(text)
                .bind(value)
                .execute(&mut **c)
                .await
                .unwrap();
        }
        Conn::Postgres(c) => {
            sqlx::query(text)
                .bind(value)
                .execute(&mut **c)
                .await
                .unwrap();
        }
    }
}

/// A reversed inequality stops a close that waits for seeds, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_are_reconciled_while_seeds_are_awaited() {
    let stores = Stores::sqlite().await;
    let wave = Seeded::new(&stores).await;
    let app = wave.app();
    let list = write(&[5; 32], &wave.answer(2).await);
    wave.deposit(&list, 2).await.expect("deposited");
    send(app, answers(&wave.drawn)).await;
    wave.close(app).await;
    let mut tx = app.urn.0.begin_write("deletion").await.unwrap();
    let mut conn = tx.conn();
    let one = response::list(&mut conn, wave.drawn.wave.id)
        .await
        .unwrap()
        .remove(0);
    execute(
        &mut conn,
        "DELETE FROM response WHERE commitment = $1",
        one.commitment.to_vec(),
    )
    .await;
    tx.commit().await.unwrap();
    let stopped = close::finish(app, &wave.city.organizer, &wave.drawn.wave.slug).await;
    assert!(
        matches!(stopped, Err(CloseError::Reconciliation(_))),
        "{stopped:?}"
    );
}
