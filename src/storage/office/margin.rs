//! Population margins: imported numbers of residents.

use std::collections::BTreeSet;

use super::imported::{self, Imported, read};
use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::MarginSetId;
use crate::survey::margin::{MarginCell, MarginRow, Margins};

statements! {
    INSERT = "INSERT INTO margin_set (id, name, source, digest, synthetic, imported_at, imported_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INSERT_ROW = "INSERT INTO margin (margin_set, county, variable, cell, population)
        VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, name, source, digest, synthetic, imported_at, imported_by
        FROM margin_set
        WHERE id = $1";
    FIND_NAME = "SELECT id, name, source, digest, synthetic, imported_at, imported_by
        FROM margin_set
        WHERE name = $1";
    LIST = "SELECT id, name, source, digest, synthetic, imported_at, imported_by
        FROM margin_set
        ORDER BY imported_at, id";
    ROWS = "SELECT county, variable, cell, population
        FROM margin
        WHERE margin_set = $1
        ORDER BY county, variable, cell";
}

type Row = imported::Row<MarginSetId>;

/// Stores an import with all its rows.
pub async fn insert(
    conn: &mut Conn<'_>,
    import: &Imported<MarginSetId>,
    margins: &Margins,
) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(import.id)
        .bind(import.name.clone())
        .bind(import.source.clone())
        .bind(import.digest.to_vec())
        .bind(import.synthetic)
        .bind(import.imported_at)
        .bind(import.imported_by)
        .execute(c)
        .await
        .map(drop))?;
    for row in margins.rows() {
        sql!(conn, |c| sqlx::query(INSERT_ROW)
            .bind(import.id)
            .bind(row.county.clone())
            .bind(row.cell.variable())
            .bind(row.cell.label())
            .bind(stored_count(row.population))
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// The import with this id, which must exist.
pub async fn get(
    conn: &mut Conn<'_>,
    id: MarginSetId,
) -> Result<Imported<MarginSetId>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    read(row.ok_or(StoreError::Missing("margins"))?)
}

/// The import of this name.
pub async fn find_by_name(
    conn: &mut Conn<'_>,
    name: &str,
) -> Result<Option<Imported<MarginSetId>>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND_NAME)
        .bind(name.to_owned())
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Every import, the first one first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<Imported<MarginSetId>>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// The rows of an import; they must still have the digest that was stored with them.
pub async fn get_rows(
    conn: &mut Conn<'_>,
    import: &Imported<MarginSetId>,
) -> Result<Margins, StoreError> {
    let rows: Vec<(AreaCode, String, String, i64)> = sql!(conn, |c| sqlx::query_as(ROWS)
        .bind(import.id)
        .fetch_all(c)
        .await)?;
    let rows: Vec<MarginRow> = rows
        .into_iter()
        .map(|(county, variable, cell, population)| {
            Ok(MarginRow {
                county,
                cell: MarginCell::from_words(&variable, &cell)
                    .ok_or(StoreError::Corrupt("margin cell"))?,
                population: count(population, "margin")?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let counties: BTreeSet<AreaCode> = rows.iter().map(|row| row.county.clone()).collect();
    let margins = Margins::new(&rows, &counties).map_err(|_| StoreError::Corrupt("margins"))?;
    if margins.digest() == import.digest {
        Ok(margins)
    } else {
        Err(StoreError::Corrupt("margins"))
    }
}
