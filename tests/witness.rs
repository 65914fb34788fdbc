//! Another party cosigns what it saw, and nothing that does not go on it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use minyi::ledger::checkpoint::{Checkpoint, verifier};
use minyi::ledger::cosignature::Cosigner;
use minyi::ledger::whole::Whole;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::observe::{Log, observe};
use minyi::service::outgoing::Outgoing;
use minyi::service::witness::{Answer, Witness, write_request};
use minyi::service::witnesses::{Party, Witnesses, ask_all};
use minyi::survey::time::Clock;
use tokio_util::sync::CancellationToken;

use ed25519_dalek::SigningKey;

use crate::support::city::{City, time};
use crate::support::instance::{Visitor, serve};
use crate::support::on_both;
use crate::wave::{answers, send};

const ORIGIN: &str = "minyi.example/log/2026q4/1";

fn log_key() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

fn witness(folder: &Path) -> Witness {
    let logs = BTreeMap::from([("minyi.example".to_owned(), log_key().verifying_key())]);
    Witness::open(
        folder,
        "witness.example/w1",
        logs,
        Clock::at(time("2026-10-03T09:00")),
    )
    .unwrap()
}

fn entries(number: u8) -> Vec<Vec<u8>> {
    (0..number).map(|one| vec![one]).collect()
}

fn head(entries: &[Vec<u8>]) -> (Whole, String) {
    let tree = Whole::of(entries.iter().map(Vec::as_slice));
    let head = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: tree.size(),
        root: tree.root(),
    };
    let note = head.sign(&log_key());
    (tree, note)
}

/// Asks for a head that goes on one of `old` entries.
fn ask(witness: &Witness, old: u64, entries: &[Vec<u8>]) -> Answer {
    let (tree, note) = head(entries);
    let proof = tree.consistency(old, tree.size()).unwrap_or_default();
    witness
        .add_checkpoint(&write_request(old, &proof, &note))
        .unwrap()
}

#[test]
fn heads_that_go_on_are_cosigned_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let it = witness(folder.path());
    let who = it.cosigner();
    assert_eq!(Cosigner::read(&who.verifier()), Some(who.clone()));
    let Answer::Cosigned(line) = ask(&it, 0, &entries(3)) else {
        panic!("the first head")
    };
    let (_, note) = head(&entries(3));
    let seen = u64::try_from(time("2026-10-03T09:00").micros() / 1_000_000).unwrap();
    assert_eq!(who.signed(&format!("{note}{line}")), Some(seen));
    assert!(matches!(ask(&it, 3, &entries(7)), Answer::Cosigned(_)));
    assert!(
        matches!(ask(&it, 7, &entries(7)), Answer::Cosigned(_)),
        "the same again"
    );
    // Whoever does not know how far the witness is learns it.
    assert_eq!(ask(&it, 0, &entries(9)), Answer::Conflict(7));
    assert_eq!(ask(&it, 3, &entries(9)), Answer::Conflict(7));
    // Rolled back, another tree of the same size, another tree that is longer.
    assert_eq!(ask(&it, 5, &entries(5)), Answer::Conflict(7));
    let mut other = entries(7);
    other[2] = b"changed".to_vec();
    assert_eq!(ask(&it, 7, &other), Answer::Inconsistent);
    other.push(b"more".to_vec());
    assert_eq!(ask(&it, 7, &other), Answer::Inconsistent);
    // Both heads that were refused are kept, and the one that they did not go on; nothing writes over them.
    assert_eq!(ask(&it, 7, &entries(8)[1..]), Answer::Inconsistent);
    let kept: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let ending = |ending: &str| kept.iter().filter(|name| name.ends_with(ending)).count();
    let found = (
        ending(".head"),
        ending(".refused"),
        ending(".seen"),
        ending(".key"),
    );
    assert_eq!(found, (1, 3, 1, 1), "{kept:?}");
    let [last] = &it.heads().unwrap()[..] else {
        panic!("one log")
    };
    assert_eq!(
        Checkpoint::open(last, &log_key().verifying_key())
            .unwrap()
            .size,
        7
    );
    // It remembers over an end, with the same key.
    let again = witness(folder.path());
    assert_eq!(again.cosigner(), who);
    assert_eq!(ask(&again, 0, &entries(9)), Answer::Conflict(7));
    assert!(matches!(ask(&again, 7, &entries(9)), Answer::Cosigned(_)));
}

#[test]
fn what_is_no_request_and_whose_log_is_not_watched_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let it = witness(folder.path());
    let (_, note) = head(&entries(3));
    let text = write_request(0, &[], &note);
    for bad in [
        "",
        "old 00\n\nx",
        &text.replace("old 0", "old -1"),
        &text.replace("old 0", "old 0\n???"),
        &text.replace("old 0", "old 9"),
    ] {
        assert_eq!(it.add_checkpoint(bad).unwrap(), Answer::Malformed, "{bad}");
    }
    assert_eq!(
        it.add_checkpoint(&text.replace("minyi.example", "minyi.evil"))
            .unwrap(),
        Answer::UnknownLog
    );
    assert_eq!(
        it.add_checkpoint(&text.replace("minyi.example", "minyi.examples"))
            .unwrap(),
        Answer::UnknownLog
    );
    let stranger = SigningKey::from_bytes(&[6; 32]);
    let tree = Whole::of(entries(3).iter().map(Vec::as_slice));
    let forged = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 3,
        root: tree.root(),
    }
    .sign(&stranger);
    assert_eq!(
        it.add_checkpoint(&write_request(0, &[], &forged)).unwrap(),
        Answer::NotSigned
    );
    // A proof where none belongs, and an empty tree that is none.
    let proof = tree.consistency(1, 3).unwrap();
    assert_eq!(
        it.add_checkpoint(&write_request(0, &proof, &note)).unwrap(),
        Answer::Inconsistent
    );
    let empty = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 0,
        root: [1; 32],
    }
    .sign(&log_key());
    assert_eq!(
        it.add_checkpoint(&write_request(0, &[], &empty)).unwrap(),
        Answer::Inconsistent
    );
}

/// A witness that watches this instance, on a free port.
pub async fn beside(app: &minyi::service::app::App, folder: &Path) -> (Party, CancellationToken) {
    let logs = BTreeMap::from([("localhost".to_owned(), app.keys.signing().verifying_key())]);
    let it = Witness::open(folder, "witness.example/w1", logs, app.clock.clone()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let party = Party {
        cosigner: it.cosigner(),
        url,
    };
    let stop = CancellationToken::new();
    app.tasks.spawn(minyi::web::serve_witness(
        Arc::new(it),
        listener,
        stop.clone(),
    ));
    (party, stop)
}

on_both! {
    async fn an_instances_heads_are_cosigned_and_everybody_sees_by_whom(stores) {
        let folder = tempfile::tempdir().unwrap();
        let city = City::new(&stores).await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        let mut app = city.app.clone();
        let (party, stop) = beside(&app, folder.path()).await;
        app.witnesses = Witnesses::new(vec![party.clone()], Outgoing::new(true).unwrap());
        app.clock.set(time("2026-10-03T09:00"));
        assert_eq!(ask_all(&app).await.unwrap(), 2, "the empty log and the process log");
        assert_eq!(ask_all(&app).await.unwrap(), 0, "nothing new");
        let (first, second) = { let mut all = answers(&drawn); let rest = all.split_off(700); (all, rest) };
        for part in [first, second] {
            send(&app, part).await;
            let moved = run_batch(&app, drawn.wave.id, Drain::No).await.expect("a batch").moved;
            assert!(moved >= 20, "{moved}");
            assert_eq!(ask_all(&app).await.unwrap(), 1);
        }
        let site = serve(&app).await;
        let visitor = Visitor::at(&site);
        let note = visitor.get("/log/2026q4/1/checkpoint").await.text().await.unwrap();
        assert!(party.cosigner.signed(&note).is_some(), "{note}");
        let page = visitor.page("/check/2026q4").await.main();
        assert!(page.contains("witness.example/w1") && !page.contains("No other party"), "{page}");
        let key = app.keys.signing().verifying_key();
        let origin = Checkpoint::open(&note, &key).unwrap().origin;
        let log = Log::Site(Outgoing::new(true).unwrap(), format!("{site}/log/2026q4/1"));
        let observed = observe(&log, &(origin, key), None).await.unwrap();
        assert!(party.cosigner.signed(&observed.note).is_some());
        stop.cancel();
    }
}

on_both! {
    async fn a_log_that_was_rolled_back_gets_no_cosignature(stores) {
        let folder = tempfile::tempdir().unwrap();
        let city = City::new(&stores).await;
        let slug = city.open_wave("2026q4", "2026-10-23T20:00").await;
        let mut app = city.app.clone();
        let (party, stop) = beside(&app, folder.path()).await;
        let outgoing = Outgoing::new(true).unwrap();
        // The witness saw a process log of nine entries, signed with this instance's key; here there are fewer.
        let tree = Whole::of(entries(9).iter().map(Vec::as_slice));
        let longer = Checkpoint {
            origin: format!("localhost/log/{slug}/process"),
            size: 9,
            root: tree.root(),
        };
        let request = write_request(0, &[], &longer.sign(app.keys.signing()));
        let (status, _) = outgoing.post(&format!("{}/add-checkpoint", party.url), request).await.unwrap();
        assert_eq!(status, 200);
        app.witnesses = Witnesses::new(vec![party.clone()], outgoing);
        assert_eq!(ask_all(&app).await.unwrap(), 1, "the other log is");
        let visitor = Visitor::at(&serve(&app).await);
        let note = visitor.get("/log/2026q4/process/checkpoint").await.text().await.unwrap();
        assert_eq!(party.cosigner.signed(&note), None);
        // And none that is not there holds anybody up.
        stop.cancel();
        assert_eq!(ask_all(&app).await.unwrap(), 0);
        assert_eq!(visitor.get("/log/2026q4/1/checkpoint").await.status().as_u16(), 200);
    }
}

/// The program itself: as a witness, told by its key, and ended by a signal.
#[test]
fn the_command_makes_a_key_says_it_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let log = verifier(ORIGIN, &log_key().verifying_key());
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(["witness", "--data"])
            .arg(folder.path())
            .args(["--name", "witness.example/w1", "--addr", "127.0.0.1:0"])
            .args(arguments)
            .env("LC_ALL", "C")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let refused = run(&[]).wait_with_output().unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--log"));
    let refused = run(&["--log", "nonsense"]).wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("nonsense"));
    let running = run(&["--instance", &log]);
    let key = folder.path().join("witness.key");
    let begun = std::time::Instant::now();
    while !key.exists() && begun.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    std::thread::sleep(std::time::Duration::from_millis(500));
    Command::new("kill")
        .arg(running.id().to_string())
        .status()
        .unwrap();
    let ended = running.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    let named = said.split_whitespace().find_map(Cosigner::read);
    assert_eq!(named.unwrap().name, "witness.example/w1");
}
