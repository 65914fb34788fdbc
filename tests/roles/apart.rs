//! Each of two operators keeps its own store: saved, checked, brought up to date and restored with its own folder or account, and compared
//! with the other one by two numbers a wave.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use minyi::service::app::Part;
use minyi::service::intake::{self, Submission};
use minyi::storage::{Source, Store};
use minyi::survey::response::{Direction, Mode};
use minyi::survey::time::Clock;
use tempfile::TempDir;

use super::files;
use crate::backup::tamper;
use crate::support::node::{SLUG, Site};
use crate::support::postgres;

/// Answers that are in the stores.
const ANSWERS: usize = 3;

/// One operator: its role, its folder and the address of its database.
struct Operator {
    part: Part,
    arguments: Vec<OsString>,
}

impl Operator {
    fn of(site: &Site, part: Part) -> Self {
        Self {
            part,
            arguments: site.arguments_of(part),
        }
    }

    /// The same role somewhere else: nothing but a copy of its keys, and an empty database.
    fn beside(keys: &Path, folder: &Path, part: Part, source: Option<&Source>) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let copied = Command::new("cp")
            .arg("-aT")
            .args([keys, &folder.join("keys")])
            .status();
        assert!(copied.unwrap().success());
        let mut arguments = vec!["--data".into(), folder.to_owned().into()];
        if let Some(Source::Postgres { urls }) = source {
            let option = match part {
                Part::Urn => "--urn-url",
                Part::Office | Part::Both => "--office-url",
            };
            arguments.extend([option.into(), urls[0].clone().into()]);
        }
        Self { part, arguments }
    }

    fn folder(&self) -> &Path {
        Path::new(&self.arguments[1])
    }

    /// Exit code, what was printed, what was said.
    fn run(&self, words: &[&str]) -> (Option<i32>, String, String) {
        let role = if self.part == Part::Urn {
            "urn"
        } else {
            "office"
        };
        let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(words)
            .args(["--role", role])
            .args(&self.arguments)
            .env("LC_ALL", "en_US.UTF-8")
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    #[track_caller]
    fn good(&self, words: &[&str]) -> String {
        let (code, printed, said) = self.run(words);
        assert_eq!(code, Some(0), "{words:?}: {said}");
        format!("{printed}{said}")
    }

    #[track_caller]
    fn refused(&self, words: &[&str]) -> String {
        let (code, _, said) = self.run(words);
        assert_eq!(code, Some(2), "{words:?}: {said}");
        said
    }
}

/// Residents answer by way of somebody who has both.
async fn answered(site: &Site) {
    let app = site.open(Clock::Real).await;
    for (place, (code, county)) in site.codes.iter().take(ANSWERS).enumerate() {
        let form = [("s1", "4"), ("q1", "2"), ("d1", "female")];
        let sent = Submission {
            wave_slug: SLUG.to_owned(),
            code: code.clone(),
            county_in_path: county.clone(),
            instance_id: [u8::try_from(place).unwrap() + 1; 16],
            form: form
                .map(|(item, code)| (item.to_owned(), code.to_owned()))
                .into(),
            language: "zh-CN".to_owned(),
            mode: Mode::Web,
            direction: Direction::Forward,
            fast: Some(false),
        };
        intake::submit(&app, sent).await.expect("taken");
    }
    app.shutdown().await;
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Backup, check and restore of both, each by its operator; `fresh` are empty databases, if there are servers.
async fn kept(site: &Site, fresh: [Option<Source>; 2]) {
    answered(site).await;
    let [office, urn] = [Part::Office, Part::Urn].map(|part| Operator::of(site, part));
    let saved = TempDir::new().unwrap();
    let (of_urn, of_office) = (saved.path().join("urn"), saved.path().join("office"));
    // The urn first: its records are no more than the codes that the office saves afterwards.
    let said = urn.good(&["backup", "--to", text(&of_urn)]);
    assert!(said.contains(&format!("{ANSWERS} records")), "{said}");
    assert!(!said.contains("codes were used"), "{said}");
    let said = office.good(&["backup", "--to", text(&of_office)]);
    assert!(
        said.contains(&format!("{ANSWERS} codes were used")),
        "{said}"
    );
    assert_eq!(names(&of_urn), ["backup.json", "urn.sqlite"]);
    assert_eq!(names(&of_office), ["backup.json", "office.sqlite"]);
    // Each says what it knows, and nothing of the other.
    for (who, wanted) in [(&urn, "records"), (&office, "codes were used")] {
        let said = who.good(&["check"]);
        assert!(said.contains("tells one story"), "{said}");
        assert!(said.contains(&format!("{ANSWERS} {wanted}")), "{said}");
        assert!(said.contains("key files are here, until"), "{said}");
        assert!(who.good(&["migrate"]).contains("already"));
    }
    let foreign = urn.refused(&["check", "--office-url", "postgres://a@b/c"]);
    assert!(foreign.contains("nothing of the other"), "{foreign}");
    // A backup of one is none of the other, and no role takes what is not its own.
    let there = TempDir::new().unwrap();
    let beside = |who: &Operator, source: &Option<Source>| {
        let name = if who.part == Part::Urn { "u" } else { "o" };
        let (keys, folder) = (who.folder().join("keys"), there.path().join(name));
        Operator::beside(&keys, &folder, who.part, source.as_ref())
    };
    let [new_office, new_urn] = [beside(&office, &fresh[0]), beside(&urn, &fresh[1])];
    let wrong = new_urn.refused(&["restore", "--from", text(&of_office)]);
    assert!(wrong.contains("does not hold the urn"), "{wrong}");
    let said = new_urn.good(&["restore", "--from", text(&of_urn)]);
    assert!(said.contains(&format!("{ANSWERS} records")), "{said}");
    let twice = new_urn.refused(&["restore", "--from", text(&of_urn)]);
    assert!(twice.contains("not empty"), "{twice}");
    let said = new_office.good(&["restore", "--from", text(&of_office)]);
    assert!(said.contains("counts as unused here"), "{said}");
    for who in [&new_office, &new_urn] {
        assert!(who.good(&["check"]).contains("tells one story"));
        let found = files(who.folder());
        let other = if who.part == Part::Urn {
            ["office.sqlite", "master.key"]
        } else {
            ["urn.sqlite", "days"]
        };
        let is_other = |path: &PathBuf| other.iter().any(|name| path.ends_with(name));
        assert!(!found.iter().any(is_other), "{found:?}");
    }
    // Whoever has both finds one story in what the two restored.
    let mut both: Vec<OsString> = vec!["check".into()];
    both.extend(new_office.arguments.iter().cloned());
    both.extend(["--urn-data".into(), new_urn.folder().to_owned().into()]);
    both.extend(new_urn.arguments.iter().skip(2).cloned());
    let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(both)
        .env("LC_ALL", "en_US.UTF-8")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("Both stores tell one story"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_operators_with_a_folder_each_keep_their_own() {
    let site = Site::apart(400).await;
    kept(&site, [None, None]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_operators_with_a_database_each_keep_their_own() {
    let server = postgres::server().await;
    let mut empty = Vec::new();
    for store in [Store::Office, Store::Urn, Store::Office, Store::Urn] {
        empty.push(server.clone_of(store).await);
    }
    let [office, urn, fresh_office, fresh_urn] = <[Source; 4]>::try_from(empty).ok().unwrap();
    let site = Site::apart_on(office, urn, 400).await;
    kept(&site, [Some(fresh_office), Some(fresh_urn)]).await;
}

/// The urn's tables are those of an earlier version: its operator brings them up to date, and the office's never learns of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_migrates_the_own_store_alone() {
    let site = Site::apart(400).await;
    answered(&site).await;
    let [office, urn] = [Part::Office, Part::Urn].map(|part| Operator::of(&site, part));
    let source = minyi::storage::backup::file(&urn.folder().join("urn.sqlite"));
    for statement in [
        "DROP TABLE cosignature",
        "DROP TABLE ended",
        "DELETE FROM _sqlx_migrations WHERE version > 7",
    ] {
        tamper(&source, statement).await;
    }
    let old = urn.refused(&["check"]);
    assert!(old.contains("minyi migrate"), "{old}");
    assert!(office.good(&["check"]).contains("tells one story"));
    let said = urn.good(&["migrate"]);
    assert!(said.contains("the urn from step 7"), "{said}");
    assert!(urn.good(&["check"]).contains("3 records"));
    let backups = urn.folder().join("backups");
    let made = names(&backups);
    assert_eq!(
        names(&backups.join(&made[0])),
        ["backup.json", "urn.sqlite"]
    );
    // A damaged record is found by the urn's operator alone.
    tamper(&source, "UPDATE spent SET digest = NULL WHERE 1 = 1").await;
    tamper(
        &source,
        "DELETE FROM pool WHERE pool_key = (SELECT MIN(pool_key) FROM pool)",
    )
    .await;
    let said = urn.refused(&["check"]);
    assert!(said.contains("3 codes were spent"), "{said}");
    assert!(office.good(&["check"]).contains("tells one story"));
}
