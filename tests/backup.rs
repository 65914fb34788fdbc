//! Backups under load, restores that know what they lack, tables of an earlier version, and `minyi check`.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use minyi::ledger::checkpoint::Checkpoint;
use minyi::service::batch::{BatchError, Drain, run_batch};
use minyi::service::keys::Keys;
use minyi::service::logs;
use minyi::service::waves::WaveError;
use minyi::storage::{Db, Durability, Source, Store};
use minyi::survey::time::Clock;
use minyi::survey::wave::Refusal;
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

use crate::support::node::{Node, Setup, Site};
use crate::support::postgres;
use crate::support::residents::{Fate, Load, Resident, client, reconcile};

const CODES: usize = 400;

/// Where an instance is.
#[derive(Clone, Copy)]
enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    async fn stores(self, folder: &TempDir) -> (Source, Source) {
        let file = |name: &str| Source::Sqlite {
            path: folder.path().join("data").join(name),
            durability: Durability::Full,
        };
        match self {
            Self::Sqlite => (file("office.sqlite"), file("urn.sqlite")),
            Self::Postgres => {
                let server = postgres::server().await;
                (
                    server.clone_of(Store::Office).await,
                    server.clone_of(Store::Urn).await,
                )
            }
        }
    }

    async fn site(self) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let (office, urn) = self.stores(&folder).await;
        Site::on(office, urn, folder, CODES).await
    }

    /// Nothing but a copy of the keys: where a restore begins.
    async fn beside(self, site: &Site) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        copy(&site.data.join("keys"), &data.join("keys"));
        let (office, urn) = self.stores(&folder).await;
        site.elsewhere(folder, office, urn)
    }
}

fn copy(from: &Path, to: &Path) {
    let done = std::process::Command::new("cp")
        .arg("-aT")
        .args([from, to])
        .status();
    assert!(done.unwrap().success());
}

fn batches() -> Setup {
    Setup {
        arguments: vec!["--batch-every".into(), "1".into()],
        ..Setup::default()
    }
}

#[track_caller]
fn good(run: &Output) -> String {
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(0), "{said}");
    said
}

#[track_caller]
fn refused(run: &Output) -> String {
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2), "{said}");
    said
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn batch(site: &Site) -> u64 {
    let app = site
        .open(Clock::at(Clock::Real.now().plus(Duration::from_secs(180))))
        .await;
    let done = run_batch(&app, site.id(), Drain::No).await.unwrap();
    app.shutdown().await;
    done.moved
}

async fn sent(node: &Node, residents: Vec<Resident>) -> Vec<Resident> {
    let sent = Load::start(&node.site, residents, 16).finish().await;
    assert!(sent.iter().all(|r| matches!(r.fate, Fate::Acknowledged(_))));
    sent
}

async fn saved_under_load(kind: Kind, other: Kind) {
    let site = kind.site().await;
    let node = Node::start_with(&site, &batches()).await;
    let load = Load::start(&node.site, Resident::all(&site), 8);
    while load.done() < 100 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let folder = site.data.join("backups/one");
    let made = site.command(&["backup", "--to", text(&folder)]);
    let said = good(&made);
    assert!(said.contains("The keys are not in it"), "{said}");
    let during = load.done();
    let residents = load.finish().await;
    assert!(during < residents.len(), "the load had not ended: {during}");
    assert!(node.terminate().success());
    let twice = refused(&site.command(&["backup", "--to", text(&folder)]));
    assert!(twice.contains("there already"), "{twice}");
    let names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");

    // Into the other kind of database.
    let there = other.beside(&site).await;
    let done = there.command(&["restore", "--from", text(&folder)]);
    let said = good(&done);
    assert!(said.contains("Restored"), "{said}");
    let counted = String::from_utf8(done.stdout).unwrap();
    assert!(counted.contains("crash"), "{counted}");
    // Whoever has a receipt and is not in the backup is told apart by the code: it can be sent again.
    let fresh: Vec<Resident> = residents
        .iter()
        .map(|r| Resident {
            fate: Fate::Unknown,
            ..r.clone()
        })
        .collect();
    let before = reconcile(&there, &fresh).await;
    assert!(before.pool + before.responses >= 50, "{before:?}");
    let again = refused(&there.command(&["restore", "--from", text(&folder)]));
    assert!(again.contains("not empty"), "{again}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_one_story_and_restores_into_postgresql() {
    saved_under_load(Kind::Sqlite, Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_postgresql_under_load_restores_into_files() {
    saved_under_load(Kind::Postgres, Kind::Sqlite).await;
}

/// Answers come in after the backup and are logged; then the stores are lost.
async fn lost_leaves(kind: Kind) {
    let site = kind.site().await;
    let mut waiting = Resident::all(&site);
    let later = waiting.split_off(200);
    let node = Node::start(&site).await;
    let first = sent(&node, waiting).await;
    let logged = batch(&site).await;
    assert!(logged >= 20, "{logged}");
    let folder = site.data.join("backup");
    good(&site.command(&["backup", "--to", text(&folder)]));
    let mut later = later;
    let never = later.split_off(200);
    let second = sent(&node, later).await;
    let after = batch(&site).await;
    assert!(after >= 20, "{after}");
    let head = reqwest::get(format!("{}/log/crash/checkpoint", node.site))
        .await
        .unwrap();
    let head = head.text().await.unwrap();
    let keys = Keys::open(&site.data.join("keys")).unwrap();
    let signed = Checkpoint::open(&head, &keys.verifying()).unwrap();
    assert_eq!(
        (signed.size, signed.origin.as_str()),
        (logged + after, "localhost/log/crash/1")
    );
    drop(node);

    let there = kind.beside(&site).await;
    let said = good(&there.command(&["restore", "--from", text(&folder)]));
    // What waited in the pool at the backup was logged later: those leaves are missing, the records are not.
    let missing = format!("{after} leaves that were signed are missing");
    assert!(said.contains(&missing), "{said}");

    // Nothing is signed, nobody is served, no batch is made.
    let node = Node::start(&there).await;
    let client = client();
    let mut one = never[0].clone();
    one.open(&client, &node.site).await.unwrap();
    let answer = one.send(&client, &node.site).await.unwrap();
    assert_eq!((answer.status, &answer.receipt), (503, &None));
    let silent = reqwest::get(format!("{}/log/crash/checkpoint", node.site))
        .await
        .unwrap();
    assert_eq!(silent.status(), 503);
    let found = refused(&there.command(&["check"]));
    assert!(found.contains(&missing), "{found}");
    let app = there.open(Clock::Real).await;
    let halted = run_batch(&app, there.id(), Drain::No).await;
    assert!(
        matches!(halted, Err(BatchError::Halted { lost }) if lost == after),
        "{halted:?}"
    );
    let (ada, ben) = there.people();
    let slug = &there.wave.slug;
    let early = logs::confirm_new(&app, ben, slug).await;
    assert!(
        matches!(early, Err(WaveError::Refused(Refusal::NotAsked))),
        "{early:?}"
    );
    logs::ask_new(&app, ada, slug).await.unwrap();
    let alone = logs::confirm_new(&app, ada, slug).await;
    assert!(
        matches!(alone, Err(WaveError::Refused(Refusal::SamePerson))),
        "{alone:?}"
    );
    app.shutdown().await;
    let begun = there.command(&["wave", "new-log", "crash", "--as", "ben"]);
    good(&begun);
    let begun = String::from_utf8(begun.stdout).unwrap();
    assert!(
        begun.contains("/log/crash/2") && begun.contains(&after.to_string()),
        "{begun}"
    );

    // The one who was told to send again does; so do those whose answers are lost.
    let answer = one.send(&client, &node.site).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.errors);
    let mut known = vec![one];
    for mut resident in second {
        resident.fate = Fate::Unknown;
        resident.send(&client, &node.site).await.unwrap();
        known.push(resident);
    }
    drop(node);
    assert!(batch(&there).await >= 20);
    good(&there.command(&["check"]));
    let node = Node::start(&there).await;
    let head = reqwest::get(format!("{}/log/crash/checkpoint", node.site))
        .await
        .unwrap();
    let head = Checkpoint::open(&head.text().await.unwrap(), &keys.verifying()).unwrap();
    assert_eq!(head.origin, "localhost/log/crash/2");
    assert!(
        head.size > logged,
        "the new log begins with the leaves that were saved"
    );
    drop(node);
    known.extend(first);
    known.extend(never.into_iter().skip(1));
    let counts = reconcile(&there, &known).await;
    assert_eq!(counts.pool + counts.responses, 401);
    there.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_leaves_are_counted_and_only_two_people_let_it_go_on_sqlite() {
    lost_leaves(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_leaves_are_counted_and_only_two_people_let_it_go_on_postgresql() {
    lost_leaves(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_contradicts_a_checkpoint_or_was_changed_is_not_restored() {
    let site = Kind::Sqlite.site().await;
    let mut waiting = Resident::all(&site);
    waiting.truncate(200);
    let node = Node::start(&site).await;
    sent(&node, waiting).await;
    drop(node);
    let logged = batch(&site).await;
    let folder = site.data.join("backup");
    good(&site.command(&["backup", "--to", text(&folder)]));
    let keys = Keys::open(&site.data.join("keys")).unwrap();
    let there = Kind::Sqlite.beside(&site).await;
    let note = there.data.join("note");
    let restore = |note: &Path| {
        there.command(&[
            "restore",
            "--from",
            text(&folder),
            "--checkpoint",
            text(note),
        ])
    };
    let other = Checkpoint {
        origin: "elsewhere.example/log/crash/1".to_owned(),
        size: logged - 1,
        root: [7; 32],
    };
    std::fs::write(&note, other.sign(keys.signing())).unwrap();
    let said = refused(&restore(&note));
    assert!(said.contains("not only lost"), "{said}");
    std::fs::write(&note, "no checkpoint").unwrap();
    let said = refused(&restore(&note));
    assert!(said.contains("this is no checkpoint"), "{said}");
    assert!(
        !there.data.join("urn.sqlite").exists(),
        "nothing was restored"
    );

    let saved = folder.join("urn.sqlite");
    let mut bytes = std::fs::read(&saved).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&saved, bytes).unwrap();
    let said = refused(&there.command(&["restore", "--from", text(&folder)]));
    assert!(said.contains("not as it was saved"), "{said}");
    let said = refused(&there.command(&["restore", "--from", text(&there.data)]));
    assert!(said.contains("is no backup"), "{said}");
}

/// Changes a store behind the program's back.
pub async fn tamper(source: &Source, statement: &str) {
    let db = Db::open(source).await.unwrap();
    let mut tx = db.begin_write("tamper").await.unwrap();
    let text = AssertSqlSafe(statement);
    match &mut tx.conn() {
        minyi::storage::Conn::Sqlite(c) => sqlx::query(text).execute(&mut **c).await.map(drop),
        minyi::storage::Conn::Postgres(c) => sqlx::query(text).execute(&mut **c).await.map(drop),
    }
    .unwrap();
    tx.commit().await.unwrap();
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_response_a_missing_leaf_and_a_lost_code_are_found() {
    for (statement, store, words) in [
        (
            "UPDATE response SET variance_unit = 'x' WHERE id = (SELECT MIN(id) FROM response)",
            Store::Urn,
            "1 responses are not what was committed to",
        ),
        (
            "DELETE FROM response WHERE id = (SELECT MIN(id) FROM response)",
            Store::Urn,
            "0 responses are not in the log, 1 leaves have no response",
        ),
        (
            "DELETE FROM leaf WHERE place = (SELECT MAX(place) FROM leaf)",
            Store::Urn,
            "1 responses are not in the log, 0 leaves have no response",
        ),
        (
            "UPDATE invitation SET status = 'issued'",
            Store::Office,
            "only 0 codes were used",
        ),
    ] {
        let site = Kind::Sqlite.site().await;
        let mut waiting = Resident::all(&site);
        waiting.truncate(200);
        let node = Node::start(&site).await;
        sent(&node, waiting).await;
        drop(node);
        batch(&site).await;
        let said = good(&site.command(&["check"]));
        assert!(said.contains("one story"), "{said}");
        let file = match store {
            Store::Office => "office.sqlite",
            Store::Urn => "urn.sqlite",
        };
        let source = Source::Sqlite {
            path: site.data.join(file),
            durability: Durability::Process,
        };
        tamper(&source, statement).await;
        let said = refused(&site.command(&["check"]));
        assert!(said.contains(words), "{words}: {said}");
        // And no backup is made of it.
        let folder = site.data.join("backup");
        refused(&site.command(&["backup", "--to", text(&folder)]));
        assert!(!folder.exists());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_an_earlier_version_are_saved_and_then_brought_up_to_date() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let folder = tempfile::tempdir().unwrap();
        let (office, urn) = kind.stores(&folder).await;
        let site = Site::on(office, urn.clone(), folder, CODES).await;
        let said = good(&site.command(&["migrate"]));
        assert!(said.contains("already"), "{said}");
        // The first version had no table of logs, none of cells, of paper, of keys, of trials, of terms and of what came later.
        let later = [
            "log",
            "cell",
            "reservation",
            "envelope",
            "lot",
            "sheet",
            "blind_key",
            "trial",
            "terms",
            "cosignature",
            "ended",
        ];
        for later in later {
            tamper(&urn, &format!("DROP TABLE {later}")).await;
        }
        tamper(&urn, "ALTER TABLE spent DROP COLUMN variance_unit").await;
        tamper(&urn, "DELETE FROM _sqlx_migrations WHERE version > 1").await;
        let serve = ["serve", "--public-url", "http://localhost"];
        let said = refused(&site.command(&serve));
        assert!(
            said.contains("urn") && said.contains("minyi migrate"),
            "{said}"
        );
        let backup = site.data.join("before");
        let said = good(&site.command(&["migrate", "--backup-to", text(&backup)]));
        assert!(said.contains("the urn from step 1"), "{said}");
        assert!(backup.join("backup.json").exists());
        good(&site.command(&["check"]));
        // The state before can be restored, and is brought up to date on the way.
        let there = kind.beside(&site).await;
        good(&there.command(&["restore", "--from", text(&backup)]));
        good(&there.command(&["check"]));
    }
}

#[tokio::test]
async fn every_table_is_copied_after_those_it_refers_to() {
    let stores = crate::support::Stores::sqlite().await;
    for (db, store) in [
        (&stores.office.0, Store::Office),
        (&stores.urn.0, Store::Urn),
    ] {
        let listed = store.tables();
        let known = crate::storage::schema::tables(db).await;
        let sorted: std::collections::BTreeSet<&str> = listed.iter().copied().collect();
        assert!(known.keys().map(String::as_str).eq(sorted), "{listed:?}");
        let mut tx = db.begin_read("references").await.unwrap();
        for (place, table) in listed.iter().enumerate() {
            let text = AssertSqlSafe(format!(
                "SELECT \"table\" FROM pragma_foreign_key_list('{table}')"
            ));
            let minyi::storage::Conn::Sqlite(c) = &mut tx.conn() else {
                unreachable!()
            };
            let parents: Vec<String> = sqlx::query_scalar(text).fetch_all(&mut **c).await.unwrap();
            for parent in parents {
                let before = listed.iter().position(|name| *name == parent).unwrap();
                assert!(before <= place, "{table} refers to {parent}");
            }
        }
    }
}
