//! All rows of a store, from one kind of database to the other: both have the same tables and columns.
//!
//! For backups of a server into files and back. Promises: one state of the source, one transaction at
//! the destination; rows go in the order of their keys, so nothing tells in which order they came.

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{Conn, Db, Store, StoreError};

/// A table and the columns by which its rows are sorted; a table stands after those it refers to.
type Sorted = (&'static str, &'static str);

const OFFICE: &[Sorted] = &[
    ("account", "id"),
    ("session", "token_hash"),
    ("totp", "account"),
    ("welcome", "place"),
    ("passkey", "credential"),
    ("access_token", "token_hash"),
    ("ceremony", "id"),
    ("tie", "issuer, subject"),
    // A parent's code is shorter than its child's.
    ("area", "LENGTH(code), code"),
    ("frame", "id"),
    ("frame_unit", "frame, code"),
    ("margin_set", "id"),
    ("margin", "margin_set, county, variable, cell"),
    ("reported_set", "id"),
    ("reported_result", "reported_set, county, measure, wave"),
    ("questionnaire", "digest"),
    // An earlier wave, which a later one may refer to, was made earlier.
    ("wave", "created_at, id"),
    ("wave_key", "wave"),
    // A version that a later one was made from was made earlier.
    ("questionnaire_version", "made_at, id"),
    ("wave_questionnaire", "wave"),
    ("sample_stratum", "wave, stratum"),
    ("sample_psu", "wave, unit, part"),
    ("invitation", "wave, code_hash"),
    ("blind_key", "wave, variance_unit"),
    ("blind_signature", "wave, code_hash"),
    ("replaced_code", "wave, code_hash"),
    ("empty_code", "wave, code_hash"),
    (
        "outcome",
        "wave, county, stratum, variance_unit, disposition",
    ),
    ("fieldwork_day", "wave, day, county, stratum"),
    ("quota", "wave, county, cell"),
    ("rule_change", "id"),
    ("quota_count", "wave, county, cell"),
    ("process_entry", "wave, place"),
    ("cosignature", "wave, log, witness"),
    ("seed_deposit", "wave, digest"),
    ("seed_list", "wave, digest"),
    ("seed_witness", "wave, digest"),
    ("imprint", "wave"),
    ("open_result", "wave"),
    ("upload", "id"),
    ("boundary_set", "id"),
    ("estimate", "id"),
    ("reporter", "account"),
    ("indicator", "id"),
    ("indicator_version", "id"),
    ("indicator_ruling", "version"),
    ("evidence", "county, year, name, digest"),
    ("standard", "digest"),
    ("standard_draft", "id"),
    ("evaluation", "id"),
    ("decision", "id"),
    ("decision_ruling", "decision"),
    ("correction", "id"),
    ("correction_ruling", "correction"),
    ("title_step", "id"),
    ("title_acceptance", "step"),
    ("audit", "id"),
    ("audit_link", "number"),
];

const URN: &[Sorted] = &[
    ("gate", "wave, county"),
    ("blind_key", "wave, county, variance_unit"),
    ("terms", "wave"),
    ("pool", "wave, county, pool_key"),
    ("spent", "wave, county, token_hash"),
    ("trial", "wave, county, token_hash, nonce_hash"),
    ("response", "wave, county, id"),
    ("leaf", "wave, place"),
    ("lease", "name"),
    ("epoch", "wave, epoch"),
    ("log", "wave, number"),
    ("cell", "wave, county, cell"),
    ("reservation", "wave, county, token_hash"),
    ("envelope", "wave, county, variance_unit"),
    ("lot", "wave, county, lot"),
    ("sheet", "wave, county, lot, sheet, reading"),
    ("cosignature", "wave, log, witness"),
    ("ended", "wave"),
];

impl Store {
    /// Its tables, each after those it refers to.
    #[must_use]
    pub fn tables(self) -> Vec<&'static str> {
        self.sorted().iter().map(|(table, _)| *table).collect()
    }

    const fn sorted(self) -> &'static [Sorted] {
        match self {
            Self::Office => OFFICE,
            Self::Urn => URN,
        }
    }
}

/// Not among the prepared statements: each names the catalog of one database.
const COLUMNS: &str = "SELECT column_name::text, data_type::text
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = $1
    ORDER BY ordinal_position";

/// What a column holds.
#[derive(Clone, Copy)]
enum Kind {
    Uuid,
    Bytes,
    Text,
    Number,
    Real,
    Truth,
}

/// A value on its way.
enum Cell {
    Uuid(Option<Uuid>),
    Bytes(Option<Vec<u8>>),
    Text(Option<String>),
    Number(Option<i64>),
    Real(Option<f64>),
    Truth(Option<bool>),
}

/// Reads the cells of a row of either database.
macro_rules! cells {
    ($row:expr, $kinds:expr) => {
        $kinds
            .iter()
            .enumerate()
            .map(|(at, kind)| {
                Ok(match kind {
                    Kind::Uuid => Cell::Uuid($row.try_get(at)?),
                    Kind::Bytes => Cell::Bytes($row.try_get(at)?),
                    Kind::Text => Cell::Text($row.try_get(at)?),
                    Kind::Number => Cell::Number($row.try_get(at)?),
                    Kind::Real => Cell::Real($row.try_get(at)?),
                    Kind::Truth => Cell::Truth($row.try_get(at)?),
                })
            })
            .collect::<Result<Vec<Cell>, sqlx::Error>>()
    };
}

/// Copies all rows of a store between a server and a file, into tables that are empty.
pub(super) async fn copy(from: &Db, to: &Db, store: Store) -> Result<(), StoreError> {
    let mut source = from.begin_read("copy from").await?;
    let mut target = to.begin_write("copy to").await?;
    for (table, order) in store.sorted() {
        let columns = match (&mut source.conn(), &mut target.conn()) {
            (Conn::Postgres(c), _) | (_, Conn::Postgres(c)) => columns(c, table).await?,
            (Conn::Sqlite(_), Conn::Sqlite(_)) => return Err(StoreError::Missing("server")),
        };
        // A server with the tables of an earlier version lacks this one.
        if columns.is_empty() {
            continue;
        }
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let kinds: Vec<Kind> = columns.iter().map(|(_, kind)| *kind).collect();
        let places: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let names = names.join(", ");
        let select = format!("SELECT {names} FROM {table} ORDER BY {order}");
        let places = places.join(", ");
        let insert = format!("INSERT INTO {table} ({names}) VALUES ({places})");
        match &mut source.conn() {
            Conn::Sqlite(c) => {
                let text = AssertSqlSafe(select);
                let mut rows = sqlx::query(text).fetch(&mut **c);
                while let Some(row) = rows.try_next().await? {
                    write(&mut target.conn(), &insert, cells!(row, kinds)?).await?;
                }
            }
            Conn::Postgres(c) => {
                let text = AssertSqlSafe(select);
                let mut rows = sqlx::query(text).fetch(&mut **c);
                while let Some(row) = rows.try_next().await? {
                    write(&mut target.conn(), &insert, cells!(row, kinds)?).await?;
                }
            }
        }
    }
    target.commit().await
}

/// Columns of a table of the server, in order.
async fn columns(
    conn: &mut sqlx::PgConnection,
    table: &str,
) -> Result<Vec<(String, Kind)>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(COLUMNS).bind(table).fetch_all(conn).await?;
    let kind = |(name, kind): (String, String)| {
        let kind = match kind.as_str() {
            "uuid" => Kind::Uuid,
            "bytea" => Kind::Bytes,
            "text" => Kind::Text,
            "bigint" => Kind::Number,
            "double precision" => Kind::Real,
            "boolean" => Kind::Truth,
            _ => return Err(StoreError::Corrupt("kind of a column")),
        };
        Ok((name, kind))
    };
    rows.into_iter().map(kind).collect()
}

async fn write(conn: &mut Conn<'_>, insert: &str, cells: Vec<Cell>) -> Result<(), StoreError> {
    sql!(conn, |c| {
        let text = AssertSqlSafe(insert);
        let mut query = sqlx::query(text);
        for cell in cells {
            query = match cell {
                Cell::Uuid(value) => query.bind(value),
                Cell::Bytes(value) => query.bind(value),
                Cell::Text(value) => query.bind(value),
                Cell::Number(value) => query.bind(value),
                Cell::Real(value) => query.bind(value),
                Cell::Truth(value) => query.bind(value),
            };
        }
        query.execute(c).await.map(drop)
    })?;
    Ok(())
}
