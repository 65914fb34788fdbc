//! The interface's own description: complete, held by a snapshot, and true under fire.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use minyi::service::accounts::access_tokens::NewToken;
use minyi::survey::role::Role;
use minyi::survey::scope::Scope;
use minyi::web::ROUTES;
use serde_json::Value;

use super::document;
use crate::support::instance::{PASSWORD, account};
use crate::support::published::Published;

const DESCRIPTION: &str = "/api/v1/openapi.json";

#[tokio::test]
async fn the_description_stays_as_published_and_has_every_address() {
    let work = Published::open().await;
    let description = document(&work.site, DESCRIPTION).await;
    assert_eq!(description["openapi"], "3.1.0");
    let routes = ROUTES
        .iter()
        .filter(|route| route.path.starts_with("/api/"));
    let routes: BTreeSet<String> = routes
        .flat_map(|route| {
            route
                .methods
                .iter()
                .map(|method| format!("{method} {}", route.path))
        })
        .collect();
    let paths = description["paths"].as_object().unwrap();
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{method} {path}"))
        })
        .collect();
    assert_eq!(routes, described);
    insta::assert_snapshot!(serde_json::to_string_pretty(&description).unwrap());
}

/// Longest run; it ends by itself in a fraction of that.
const LONGEST: Duration = Duration::from_secs(120);

/// Thousands of requests that the description makes up, right and wrong ones: no answer is a mistake of ours, none has
/// another shape than described.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_made_up_requests_is_as_described() {
    let work = Published::open().await;
    let program =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/schemathesis/bin/schemathesis");
    assert!(
        program.exists(),
        "schemathesis is missing: run scripts/tools"
    );
    let folder = tempfile::tempdir().unwrap();
    let standards = document(&work.site, "/api/v1/standards").await;
    let digest = &standards["items"][0]["digest"];
    let known = format!("[parameters]\ndigest = {digest}\n");
    std::fs::write(folder.path().join("schemathesis.toml"), known).unwrap();
    let mut run = Command::new(program)
        .current_dir(folder.path())
        .env("NO_PROXY", "127.0.0.1")
        .args(["run", &format!("{}{DESCRIPTION}", work.site)])
        .args([
            "--checks",
            "all",
            "--max-examples",
            "25",
            "--seed",
            "20260101",
        ])
        .args([
            "--generation-deterministic",
            "--phases",
            "examples,coverage,fuzzing",
        ])
        .args(["--workers", "1", "--no-color", "--continue-on-failure"])
        .args([
            "--header",
            &format!("Authorization: Bearer {}", token(&work).await),
        ])
        .stdout(std::fs::File::create(folder.path().join("said")).unwrap())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = run.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > LONGEST {
            run.kill().unwrap();
            panic!("not done after {LONGEST:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let said = std::fs::read_to_string(folder.path().join("said")).unwrap();
    assert!(status.success(), "{said}");
    println!("{said}");
    // The description itself is read, not tried.
    let tested = format!("{0} selected / {0} total", operations(&work.site).await - 1);
    assert!(said.contains(&tested), "all were tested: {said}");
}

/// Of an evaluator, with every scope.
async fn token(work: &Published) -> String {
    let vera = account(&work.app, "vera", Role::Evaluator).await;
    let new = NewToken {
        name: "made-up requests",
        scopes: &Scope::ALL,
        days: 30,
        code: "",
    };
    let made = work
        .app
        .accounts
        .make_token(&vera, PASSWORD.to_owned(), &new);
    made.await.unwrap().reveal().to_owned()
}

async fn operations(site: &str) -> usize {
    let description: Value = document(site, DESCRIPTION).await;
    let paths = description["paths"].as_object().unwrap().values();
    paths.map(|path| path.as_object().unwrap().len()).sum()
}
