//! `minyi user`, run as the real program.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn user(data: &Path, arguments: &[&str], typed: &str) -> Output {
    minyi(data, &[&["user"], arguments].concat(), typed)
}

fn minyi(data: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that needs no input may have ended before it is written.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn an_account_is_made_from_a_piped_or_a_generated_password_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new folder");
    let early = user(&data, &["list"], "");
    let said = text(&early.stderr);
    assert!(
        early.status.code() == Some(2) && said.contains("minyi init"),
        "{said}"
    );
    assert!(!data.exists(), "nothing is made by looking");
    assert!(minyi(&data, &["init"], "").status.success());
    let piped = user(
        &data,
        &["add", "Ada", "--role", "organizer"],
        "tree lamp fish 9\n",
    );
    assert!(piped.status.success(), "{}", text(&piped.stderr));
    assert!(!text(&piped.stdout).contains("tree") && !text(&piped.stderr).contains("tree"));
    let generated = user(
        &data,
        &["add", "王芳", "--role", "evaluator", "--generate"],
        "",
    );
    let password = text(&generated.stdout);
    assert_eq!(password.trim_end().len(), 23, "{password}");
    assert!(text(&generated.stderr).contains("shown once"));
    let listed = text(&user(&data, &["list"], "").stdout);
    let words: Vec<Vec<&str>> = listed
        .lines()
        .map(|l| l.split_whitespace().take(2).collect())
        .collect();
    assert_eq!(words, [["ada", "organizer"], ["王芳", "evaluator"]]);
}

#[test]
fn what_a_person_can_mend_ends_with_two_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assert!(minyi(folder.path(), &["init"], "").status.success());
    let add = |name: &str, typed: &str| {
        let done = user(folder.path(), &["add", name, "--role", "organizer"], typed);
        (done.status.code(), text(&done.stderr))
    };
    let (code, said) = add("ada", "short\n");
    assert!(
        code == Some(2) && said.contains("fewer than 12 characters"),
        "{said}"
    );
    let (code, said) = add("a b", "tree lamp fish 9\n");
    assert!(
        code == Some(2) && said.contains("\"a b\" cannot be a name"),
        "{said}"
    );
    assert_eq!(add("ada", "tree lamp fish 9\n").0, Some(0));
    let (code, said) = add("ADA", "tree lamp fish 9\n");
    assert!(code == Some(2) && said.contains("already"), "{said}");
    let unknown = user(folder.path(), &["add", "ben", "--role", "chief"], "x\n");
    assert_eq!(unknown.status.code(), Some(2));
    let listed = text(&user(folder.path(), &["list"], "").stdout);
    assert_eq!(listed.lines().count(), 1, "{listed}");
}

#[test]
fn an_account_is_closed_and_opened_again_and_unknown_ones_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(minyi(data, &["init"], "").status.success());
    let made = user(
        data,
        &["add", "abe", "--role", "auditor"],
        "tree lamp fish 9\n",
    );
    assert!(
        made.status.success() && text(&made.stderr).contains("auditor"),
        "{}",
        text(&made.stderr)
    );
    let closed = user(data, &["disable", "abe"], "");
    assert!(
        text(&closed.stdout).contains("abe is closed"),
        "{}",
        text(&closed.stderr)
    );
    assert!(text(&user(data, &["list"], "").stdout).contains("disabled"));
    assert!(user(data, &["enable", "abe"], "").status.success());
    assert!(
        user(data, &["reset-second-factor", "abe"], "")
            .status
            .success()
    );
    let unknown = user(data, &["disable", "zoe"], "");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("no account zoe"));
}

#[test]
fn a_template_is_written_and_a_broken_chain_is_named() {
    use minyi::service::audit::link_all;
    use minyi::storage::{Db, Durability, Office, Source};

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(minyi(data, &["init"], "").status.success());
    let made = user(
        data,
        &["add", "ada", "--role", "organizer"],
        "tree lamp fish 9\n",
    );
    assert!(made.status.success());
    let book = data.join("frame.xlsx");
    let written = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(["import", "template", "frame", book.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", text(&written.stderr));
    assert!(std::fs::read(&book).unwrap().starts_with(b"PK"));
    let office = data.join("office.sqlite");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let source = Source::Sqlite {
            path: office.clone(),
            durability: Durability::Process,
        };
        let db = Db::open(&source).await.unwrap();
        link_all(&Office(db.clone())).await.unwrap();
        db.close().await;
    });
    assert!(minyi(data, &["check"], "").status.success());
    let conn = rusqlite::Connection::open(&office).unwrap();
    conn.execute_batch("DROP TRIGGER audit_keeps_values; UPDATE audit SET actor = 'nobody'")
        .unwrap();
    drop(conn);
    let broken = minyi(data, &["check"], "");
    assert!(!broken.status.success());
    let said = text(&broken.stderr);
    assert!(
        said.contains("does not fit its chain, first at entry 1"),
        "{said}"
    );
}
