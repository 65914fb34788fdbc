//! The two databases of a store have the same migrations, tables, columns and nullability.

use std::collections::{BTreeMap, BTreeSet};

use minyi::storage::{Conn, Db, Store, StoreError};
use sqlx::AssertSqlSafe;

use crate::support::{Stores, on_both};

/// Column → (type, may be null).
type Columns = BTreeMap<String, (String, bool)>;

/// The tables of a store as its database describes them, without the migrator's own.
pub async fn tables(db: &Db) -> BTreeMap<String, Columns> {
    let mut tx = db.begin_read("describe").await.unwrap();
    let mut tables: BTreeMap<String, Columns> = BTreeMap::new();
    let rows: Vec<(String, String, String, bool)> = match &mut tx.conn() {
        Conn::Sqlite(c) => sqlx::query_as(
            "SELECT m.name, p.name, p.type, NOT p.\"notnull\" FROM sqlite_master AS m
             JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'",
        )
        .fetch_all(&mut **c)
        .await
        .unwrap(),
        Conn::Postgres(c) => sqlx::query_as(AssertSqlSafe(
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES'
             FROM information_schema.columns WHERE table_schema = 'public'",
        ))
        .fetch_all(&mut **c)
        .await
        .unwrap(),
    };
    for (table, column, kind, nullable) in rows {
        if table != "_sqlx_migrations" && !table.starts_with("sqlite_") {
            tables
                .entry(table)
                .or_default()
                .insert(column, (kind, nullable));
        }
    }
    tables
}

fn same_type(sqlite: &str, postgres: &str) -> bool {
    matches!(
        (sqlite, postgres),
        ("TEXT", "text")
            | ("INTEGER", "bigint" | "boolean")
            | ("BLOB", "bytea" | "uuid")
            | ("REAL", "double precision")
    )
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = Stores::sqlite().await;
    let postgres = Stores::postgres().await;
    for (here, there) in [
        (&sqlite.office.0, &postgres.office.0),
        (&sqlite.urn.0, &postgres.urn.0),
    ] {
        let (here, there) = (tables(here).await, tables(there).await);
        assert_eq!(
            here.keys().collect::<Vec<_>>(),
            there.keys().collect::<Vec<_>>()
        );
        assert!(here.len() >= 7);
        for (table, columns) in &here {
            let others = &there[table];
            assert_eq!(
                columns.keys().collect::<Vec<_>>(),
                others.keys().collect::<Vec<_>>(),
                "{table}"
            );
            for (column, (kind, nullable)) in columns {
                let (other, other_nullable) = &others[column];
                assert!(same_type(kind, other), "{table}.{column}: {kind}, {other}");
                assert_eq!(nullable, other_nullable, "{table}.{column}");
            }
        }
    }
}

#[test]
fn both_folders_of_a_store_have_the_same_migrations() {
    for store in ["office", "urn"] {
        let names = |kind: &str| -> BTreeSet<String> {
            std::fs::read_dir(format!("migrations/{store}/{kind}"))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        assert_eq!(names("sqlite"), names("postgres"));
        // Each number once; branches that are worked on at the same time may leave gaps.
        let mut numbers = BTreeSet::new();
        for name in names("sqlite") {
            let (number, _) = name.split_once('_').expect("a number");
            assert!(number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()));
            assert!(numbers.insert(number.to_owned()), "{name}");
        }
    }
}

on_both! {
    async fn a_migrated_store_passes_the_check_and_migrating_again_changes_nothing(stores) {
        stores.office.0.check_schema(Store::Office).await.unwrap();
        stores.urn.0.check_schema(Store::Urn).await.unwrap();
        stores.urn.0.migrate(Store::Urn).await.unwrap();
        stores.urn.0.check_schema(Store::Urn).await.unwrap();
    }

    async fn a_store_with_a_migration_of_a_later_version_is_refused(stores) {
        let mut tx = stores.urn.0.begin_write("pretend").await.unwrap();
        let later = "INSERT INTO _sqlx_migrations
            (version, description, success, checksum, execution_time)
            SELECT 9999, 'of tomorrow', success, checksum, execution_time FROM _sqlx_migrations
            WHERE version = 1";
        match &mut tx.conn() {
            Conn::Sqlite(c) => sqlx::query(later).execute(&mut **c).await.map(drop).unwrap(),
            Conn::Postgres(c) => sqlx::query(later).execute(&mut **c).await.map(drop).unwrap(),
        }
        tx.commit().await.unwrap();
        let refused = stores.urn.0.check_schema(Store::Urn).await.unwrap_err();
        assert!(matches!(refused, StoreError::Schema { store: "urn", found: 9999, .. }));
        assert!(stores.urn.0.migrate(Store::Urn).await.is_err());
    }

    async fn the_audit_log_takes_rows_and_never_lets_one_go_or_change(stores) {
        let id = uuid::Uuid::from_bytes([7; 16]);
        for (text, works) in [
            ("INSERT INTO audit (id, at, actor, action, subject, detail)
                VALUES ($1, 1, 'a', 'b', 'c', '{}')", true),
            ("UPDATE audit SET actor = 'z' WHERE id = $1", false),
            ("DELETE FROM audit WHERE id = $1", false),
        ] {
            let mut tx = stores.office.0.begin_write("audit").await.unwrap();
            let done = match &mut tx.conn() {
                Conn::Sqlite(c) => sqlx::query(text).bind(id).execute(&mut **c).await.map(drop),
                Conn::Postgres(c) => sqlx::query(text).bind(id).execute(&mut **c).await.map(drop),
            };
            assert_eq!(done.is_ok(), works, "{text}: {done:?}");
            if works {
                tx.commit().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn nobody_but_the_owner_may_read_an_embedded_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let stores = Stores::sqlite().await;
    let mut files = 0;
    for entry in std::fs::read_dir(stores.folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.file_name());
        files += 1;
    }
    assert!(files >= 2, "two databases and their journals");
}
