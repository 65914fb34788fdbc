//! Stores that do not open: one sentence that says where and what to do, and nothing is made.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::postgres;

/// Runs the program; its address of a database comes from the options alone.
fn minyi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(arguments)
        .env_remove("MINYI_DATABASE_URL")
        .env("LC_ALL", "en_US.UTF-8")
        .output()
        .unwrap()
}

/// What is said by a run that a person can mend.
fn refused(arguments: &[&str]) -> String {
    let run = minyi(arguments);
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{said}");
    said
}

/// What `serve` says with these stores.
fn serve(data: &Path, options: &[&str]) -> String {
    let data = data.to_str().unwrap();
    let serve = ["serve", "--data", data, "--public-url", "http://localhost"];
    let said = refused(&[&serve, options].concat());
    assert!(
        !said.contains("tree-lamp"),
        "the password is repeated: {said}"
    );
    said
}

#[test]
fn files_that_do_not_open_are_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let said = serve(&data, &[]);
    assert!(said.contains("minyi init"), "{said}");
    assert!(!data.exists(), "looking makes nothing");
    assert!(
        minyi(&["init", "--data", data.to_str().unwrap()])
            .status
            .success()
    );
    std::fs::write(
        data.join("urn.sqlite"),
        "a letter, and no database at all".repeat(99),
    )
    .unwrap();
    let said = serve(&data, &[]);
    assert!(
        said.contains("urn") && said.contains("no database"),
        "{said}"
    );
    std::fs::remove_file(data.join("urn.sqlite")).unwrap();
    std::fs::create_dir(data.join("urn.sqlite")).unwrap();
    let said = serve(&data, &[]);
    assert!(said.contains("cannot be opened"), "{said}");
}

#[test]
fn databases_that_do_not_open_are_named_with_what_to_do() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (url, server) = runtime.block_on(async {
        let server = postgres::server().await;
        (server.empty_pair().await, server)
    });
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let init = ["init", "--data", data.to_str().unwrap(), "--database-url"];
    let nameless = "postgres://minyi:tree-lamp@localhost";
    let said = refused(&[&init[..], &[nameless]].concat());
    assert!(
        said.contains("name of a database") && !data.exists(),
        "{said}"
    );
    // Nobody listens on the port of "discard".
    let silent = "postgres://minyi:tree-lamp@127.0.0.1:9/minyi";
    let said = refused(&[&init[..], &[silent]].concat());
    assert!(said.contains("does not answer"), "{said}");
    let missing = format!("{url}_nowhere");
    let said = refused(&[&init[..], &[&missing]].concat());
    assert!(said.contains("createdb"), "{said}");
    let stranger = url.replace("minyi@", "stranger@");
    let said = refused(&[&init[..], &[&stranger]].concat());
    assert!(said.contains("refuses the account"), "{said}");
    // Nothing of the above keeps the right address from being used.
    let done = minyi(&[&init[..], &[&url]].concat());
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );

    let twice = format!("{url}_urn");
    let options = ["--office-url", &twice, "--urn-url", &twice];
    let said = serve(&data, &options);
    assert!(said.contains("two databases"), "{said}");
    let broken = [
        "--office-url",
        "postgres://minyi:tree-lamp@host:port/x",
        "--urn-url",
        &twice,
    ];
    let said = serve(&data, &broken);
    assert!(said.contains("cannot be read"), "{said}");

    let name = url.rsplit('/').next().unwrap();
    let migrations = |statement: &str| {
        server.psql_in(&format!("{name}_urn"), statement);
        serve(&data, &["--database-url", &url])
    };
    let said = migrations("UPDATE _sqlx_migrations SET version = 900 + version");
    assert!(said.contains("later version"), "{said}");
    let said = migrations("DELETE FROM _sqlx_migrations");
    assert!(said.contains("minyi init"), "{said}");
}
