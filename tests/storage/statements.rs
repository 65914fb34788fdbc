//! Every statement is prepared on both databases, and means the same there.

use std::collections::BTreeSet;
use std::path::Path;

use minyi::storage::{Conn, Db, Statement, Store, statements};
use sqlx::{Column as _, Either, Executor as _, SqlSafeStr as _, Statement as _, TypeInfo as _};

use crate::support::Stores;

/// Statements with two texts. Each is one more place where the databases can drift apart.
const DIFFERING_LIMIT: usize = 14;

/// What a database says about a statement before it runs.
#[derive(Debug)]
struct Shape {
    parameters: usize,
    columns: Vec<(String, String)>,
}

async fn shape(db: &Db, statement: &Statement) -> Shape {
    fn count<T>(parameters: Option<Either<&[T], usize>>) -> usize {
        match parameters {
            Some(Either::Left(types)) => types.len(),
            Some(Either::Right(number)) => number,
            None => 0,
        }
    }
    let mut tx = db.begin_write("prepare").await.unwrap();
    let text = statement.text(db.backend()).into_sql_str();
    macro_rules! shape_of {
        ($c:expr) => {{
            let prepared = (&mut **$c)
                .prepare(text)
                .await
                .unwrap_or_else(|error| panic!("{} on {db:?}: {error}", statement.name));
            Shape {
                parameters: count(prepared.parameters()),
                columns: prepared
                    .columns()
                    .iter()
                    .map(|column| {
                        (
                            column.name().to_owned(),
                            column.type_info().name().to_owned(),
                        )
                    })
                    .collect(),
            }
        }};
    }
    match &mut tx.conn() {
        Conn::Sqlite(c) => shape_of!(c),
        Conn::Postgres(c) => shape_of!(c),
    }
}

/// Types that hold the same values on both sides. SQLite does not know the type of an expression;
/// on PostgreSQL it must be one that sqlx reads as the Rust types in use (so no NUMERIC).
fn same_type(sqlite: &str, postgres: &str) -> bool {
    match sqlite {
        "TEXT" => postgres == "TEXT",
        "INTEGER" => matches!(postgres, "INT8" | "BOOL"),
        "BLOB" => matches!(postgres, "BYTEA" | "UUID"),
        "REAL" => postgres == "FLOAT8",
        "NULL" => matches!(postgres, "INT8" | "FLOAT8" | "BOOL" | "TEXT"),
        _ => false,
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    let sqlite = Stores::sqlite().await;
    let postgres = Stores::postgres().await;
    let all = statements();
    assert!(
        all.len() > 30,
        "the registry lost statements: {}",
        all.len()
    );
    for (store, statement) in &all {
        let (here, there) = match store {
            Store::Office => (&sqlite.office.0, &postgres.office.0),
            Store::Urn => (&sqlite.urn.0, &postgres.urn.0),
        };
        if statement.sqlite.is_empty() {
            shape(there, statement).await;
            continue;
        }
        let (here, there) = (shape(here, statement).await, shape(there, statement).await);
        if !statement.differs() {
            assert_eq!(here.parameters, there.parameters, "{}", statement.name);
        }
        assert_eq!(
            here.columns
                .iter()
                .map(|(name, _)| unnamed(name))
                .collect::<Vec<_>>(),
            there
                .columns
                .iter()
                .map(|(name, _)| unnamed(name))
                .collect::<Vec<_>>(),
            "{}",
            statement.name
        );
        for ((name, here), (_, there)) in here.columns.iter().zip(&there.columns) {
            assert!(
                same_type(here, there),
                "{}: {name} is {here} in SQLite, {there} in PostgreSQL",
                statement.name
            );
        }
    }
}

/// An expression without a name is called after its text here and after its function there.
fn unnamed(name: &str) -> &str {
    let function = name.split('(').next().unwrap_or(name);
    if function.eq_ignore_ascii_case("count") {
        "count"
    } else {
        name
    }
}

#[test]
fn only_a_few_statements_have_two_texts() {
    let differing: Vec<&str> = statements()
        .into_iter()
        .map(|(_, statement)| statement)
        .filter(Statement::differs)
        .map(|statement| statement.name)
        .collect();
    println!(
        "{} statements with two texts: {differing:#?}",
        differing.len()
    );
    assert!(differing.len() <= DIFFERING_LIMIT, "{differing:#?}");
}

#[test]
fn statements_follow_the_rules_of_the_one_text() {
    for (_, statement) in statements() {
        for word in [
            "::", "ILIKE", "NOW()", "ANY(", "->>'", "?", "OFFSET", "SELECT *",
        ] {
            let shared = !statement.differs() && statement.sqlite.contains(word);
            assert!(!shared, "{} uses {word}", statement.name);
        }
    }
}

/// A statement that is written elsewhere would escape the tests above.
#[test]
fn no_statement_runs_that_is_not_declared() {
    let declared: BTreeSet<String> = statements()
        .into_iter()
        .filter_map(|(_, statement)| statement.name.rsplit("::").next().map(str::to_owned))
        .collect();
    // Commands and catalogs of one database, and texts made from the names of all tables.
    let apart = [
        "text",
        "$text",
        "FOLD_JOURNAL",
        "FOLD_BESIDE",
        "IN_RECOVERY",
        "IS_DIVIDED",
        "COLUMNS",
        "VACUUM_INTO",
        "INTEGRITY",
        "REFERENCES",
    ];
    let (mut found, mut direct) = (0, 0);
    for file in rust_files(Path::new("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let storage = file.starts_with("src/storage");
        let check = |argument: &str| {
            let name = argument.trim().split('.').next().unwrap();
            let known = declared.contains(name) || apart.contains(&name);
            let file = file.display();
            assert!(known, "{file}: {argument} is not a declared statement");
        };
        for (at, _) in text.match_indices("sqlx::query") {
            assert!(storage, "{} runs SQL", file.display());
            let rest = &text[at..];
            let open = rest.find('(').unwrap();
            check(rest[open + 1..].split(')').next().unwrap());
            found += 1;
        }
        for call in ["rows(c, ", "rows::<Row>(c, ", "execute(c, ", "direct!("] {
            for (at, _) in text.match_indices(call).filter(|_| storage) {
                let rest = text[at + call.len()..].trim_start();
                let rest = rest.strip_prefix("conn,").unwrap_or(rest);
                check(rest.split(',').next().unwrap());
                direct += 1;
            }
        }
        let own = ["rusqlite::Connection", "prepare_cached", "execute_batch"];
        for word in own.into_iter().filter(|word| text.contains(word)) {
            let place = file.ends_with("src/storage/direct.rs");
            assert!(place, "{} uses {word} by itself", file.display());
        }
    }
    assert!(found > 30, "the scan finds nothing any more: {found}");
    assert!(direct > 10, "nor those of the intake: {direct}");
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
    files
}
