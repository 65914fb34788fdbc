//! Drills: somebody who keeps a wave's log finds out when it is shortened, changed, or shown with another content, even by an
//! operator who holds the key.

use std::path::Path;
use std::process::Command;

use minyi::ledger::checkpoint::{Checkpoint, verifier};
use minyi::ledger::tile::{self, Kind};
use minyi::ledger::whole::Whole;
use minyi::service::app::App;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::intake;
use tempfile::TempDir;

use crate::support::city::{City, time};
use crate::support::database::Stores;
use crate::support::instance::serve;
use crate::wave::{answers, send};

/// Exit code and everything that was said.
async fn verify(arguments: &[&str]) -> (i32, String) {
    let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
    let run = move || {
        Command::new(env!("CARGO_BIN_EXE_minyi"))
            .arg("verify")
            .args(arguments)
            .env("LC_ALL", "C")
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

/// The files of a log with these entries, signed with the instance's own key: what a lying operator can make.
fn forged(app: &App, origin: &str, entries: &[Vec<u8>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut rest = entries;
    for path in tile::lowest(Kind::Entries, entries.len() as u64) {
        let (bundle, after) = rest.split_at(path.width);
        rest = after;
        let bytes = tile::entries(bundle.iter().map(Vec::as_slice)).unwrap();
        let file = folder.path().join("tile").join(path.write());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    let tree = Whole::of(entries.iter().map(Vec::as_slice));
    let head = Checkpoint {
        origin: origin.to_owned(),
        size: tree.size(),
        root: tree.root(),
    };
    std::fs::write(
        folder.path().join("checkpoint"),
        head.sign(app.keys.signing()),
    )
    .unwrap();
    folder
}

fn name(folder: &TempDir) -> String {
    folder.path().to_str().unwrap().to_owned()
}

fn kept_size(folder: &Path) -> u64 {
    let note = std::fs::read_to_string(folder.join("checkpoint")).unwrap();
    note.lines().nth(1).unwrap().parse().unwrap()
}

fn entries(folder: &Path, size: u64) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for path in tile::lowest(Kind::Entries, size) {
        let bytes = std::fs::read(folder.join("tile").join(path.write())).unwrap();
        all.extend(tile::read_entries(&bytes).unwrap());
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_convicts_whoever_shortens_or_changes_the_log() {
    let stores = Stores::sqlite().await;
    let city = City::new(&stores).await;
    let app = &city.app;
    city.import().await;
    let drawn = city.field("2026q4", "2026-10-23T20:00").await;
    let site = serve(app).await;
    let host = app.public_url.split_once("://").unwrap().1;
    let origin = format!("{host}/log/2026q4/1");
    let key = verifier(&origin, &app.keys.signing().verifying_key());
    let log = format!("{site}/log/2026q4/1");
    let kept = tempfile::tempdir().unwrap();
    let folder = name(&kept);
    let observe = |log: String| {
        let (key, folder) = (key.clone(), folder.clone());
        async move { verify(&[&log, "--key", &key, "--keep", &folder]).await }
    };

    app.clock.set(time("2026-10-03T09:00"));
    let mut submissions = answers(&drawn);
    let rest = submissions.split_off(700);
    let receipt = intake::submit(app, submissions[0].clone())
        .await
        .expect("a receipt");
    send(app, submissions).await;
    run_batch(app, drawn.wave.id, Drain::No)
        .await
        .expect("a batch");
    let (code, said) = observe(log.clone()).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("and they give the signed root"), "{said}");
    let early = kept_size(kept.path());
    assert!(early >= 300, "{early}");

    send(app, rest).await;
    city.close_wave(&drawn.wave.slug).await;
    let (code, said) = observe(log.clone()).await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains(&format!(
            "The {early} entries that were kept are its beginning."
        )),
        "{said}"
    );
    assert_eq!(kept_size(kept.path()), 1334);
    // Nothing but the folder and the key is needed for a receipt.
    let groups = receipt.groups().join(" ");
    let (code, said) = verify(&[&folder, "--key", &key, "--receipt", &groups]).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("stands at place"), "{said}");
    let stranger = "ab".repeat(32);
    let (code, said) = verify(&[&folder, "--key", &key, "--receipt", &stranger]).await;
    assert_eq!(code, 2);
    assert!(said.contains("is not in the log"), "{said}");

    let honest = entries(kept.path(), 1334);
    // Eighteen dissatisfied answers are dropped, at the end or anywhere.
    let shorter = forged(app, &origin, &honest[..1316]);
    let (code, said) = observe(name(&shorter)).await;
    assert_eq!(code, 2);
    assert!(
        said.contains("ROLLED BACK: 1334 entries were signed before, now there are 1316"),
        "{said}"
    );
    // They are dropped and others put in their place, or sixteen are altered.
    let mut altered = honest.clone();
    for entry in &mut altered[40..56] {
        entry[0] ^= 1;
    }
    let other = forged(app, &origin, &altered);
    let (code, said) = observe(name(&other)).await;
    assert_eq!(code, 2);
    assert!(
        said.contains("the first 1334 entries are not those that were signed before"),
        "{said}"
    );
    // Two trees are shown to two people: each is sound by itself, together they are not.
    let second = tempfile::tempdir().unwrap();
    let (code, said) = verify(&[&name(&other), "--key", &key, "--keep", &name(&second)]).await;
    assert_eq!(code, 0, "{said}");
    let (code, said) = verify(&[&folder, "--key", &key, "--keep", &name(&second)]).await;
    assert_eq!(code, 2);
    assert!(said.contains("THE LOG WAS CHANGED"), "{said}");
    // Files are changed behind a head that was signed honestly.
    std::fs::write(
        other.path().join("checkpoint"),
        std::fs::read(kept.path().join("checkpoint")).unwrap(),
    )
    .unwrap();
    let (code, said) = observe(name(&other)).await;
    assert_eq!(code, 2);
    assert!(said.contains("THE LOG IS BROKEN"), "{said}");
    // Whoever does not hold the key cannot sign anything; another log's key opens nothing.
    let note = std::fs::read_to_string(shorter.path().join("checkpoint")).unwrap();
    std::fs::write(
        shorter.path().join("checkpoint"),
        note.replace("1316", "1334"),
    )
    .unwrap();
    let (code, said) = observe(name(&shorter)).await;
    assert_eq!(code, 2);
    assert!(said.contains("not signed with this key"), "{said}");
    let process = verifier(
        &format!("{host}/log/2026q4/process"),
        &app.keys.signing().verifying_key(),
    );
    let (code, said) = verify(&[&log, "--key", &process]).await;
    assert_eq!(code, 2);
    assert!(
        said.contains("not signed") || said.contains("the key is another log's"),
        "{said}"
    );
    // All of that left what was kept as it was.
    assert_eq!(kept_size(kept.path()), 1334);
    assert_eq!(entries(kept.path(), 1334), honest);

    // The process log is told line by line.
    let (code, said) = verify(&[&format!("{site}/log/2026q4/process/"), "--key", &process]).await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("\"event\":\"sealed\"") && said.contains("\"seed_text\":\"4 2 6 1\""),
        "{said}"
    );
    for (arguments, wanted) in [
        (vec![log.as_str(), "--key", "nonsense"], "--key is no key"),
        (
            vec![log.as_str(), "--key", &key, "--receipt", "12"],
            "is no receipt",
        ),
        (
            vec!["http://elsewhere.example/log/2026q4/1", "--key", &key],
            "could not be fetched",
        ),
        (vec!["/nowhere/at/all", "--key", &key], "cannot be read"),
    ] {
        let (code, said) = verify(&arguments).await;
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(wanted), "{said}");
    }
}
