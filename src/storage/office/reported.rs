//! Results of earlier surveys as others reported them: imported files and their rows.

use super::imported::{self, Imported};
use crate::storage::value::count;
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::ids::ReportedSetId;
use crate::survey::reported::{Measure, Reported, ReportedRows, Undecided};

statements! {
    INSERT = "INSERT INTO reported_set (id, name, source, digest, synthetic, imported_at, imported_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INSERT_ROW = "INSERT INTO reported_result (reported_set, county, measure, wave, ended, estimate, error,
            answers, effective, df, wording, counted, undecided)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    LIST = "SELECT id, name, source, digest, synthetic, imported_at, imported_by
        FROM reported_set
        ORDER BY imported_at, id";
    ROWS = "SELECT county, measure, wave, ended, estimate, error, answers, effective, df, wording, counted,
            undecided
        FROM reported_result
        WHERE reported_set = $1
        ORDER BY county, measure, wave";
}

type Row = imported::Row<ReportedSetId>;

/// Stores an import with all its rows.
pub async fn insert(
    conn: &mut Conn<'_>,
    import: &Imported<ReportedSetId>,
    rows: &ReportedRows,
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
    for row in rows.rows() {
        sql!(conn, |c| sqlx::query(INSERT_ROW)
            .bind(import.id)
            .bind(row.county.clone())
            .bind(row.measure.as_str())
            .bind(row.wave.clone())
            .bind(row.ended.clone())
            .bind(row.estimate)
            .bind(row.error)
            .bind(row.answers.map(i64::from))
            .bind(row.effective)
            .bind(row.df)
            .bind(row.wording.clone())
            .bind(row.counted.clone())
            .bind(row.undecided.as_str())
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Every import, the first one first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<Imported<ReportedSetId>>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(imported::read).collect()
}

type Cells = (
    AreaCode,
    String,
    String,
    String,
    f64,
    Option<f64>,
    Option<i64>,
    Option<f64>,
    Option<f64>,
    String,
    String,
    String,
);

fn read(cells: Cells) -> Result<Reported, StoreError> {
    let (
        county,
        measure,
        wave,
        ended,
        estimate,
        error,
        answers,
        effective,
        df,
        wording,
        counted,
        u,
    ) = cells;
    let corrupt = || StoreError::Corrupt("reported result");
    let answers = answers.map(|n| count(n, "number of answers")).transpose()?;
    let answers = answers.map(u32::try_from).transpose();
    Ok(Reported {
        county,
        measure: Measure::parse(&measure).ok_or_else(corrupt)?,
        wave,
        ended,
        estimate,
        error,
        answers: answers.map_err(|_| corrupt())?,
        effective,
        df,
        wording,
        counted,
        undecided: Undecided::parse(&u).ok_or_else(corrupt)?,
    })
}

/// The rows of an import; they must still have the digest that was stored with them.
pub async fn get_rows(
    conn: &mut Conn<'_>,
    import: &Imported<ReportedSetId>,
) -> Result<ReportedRows, StoreError> {
    let corrupt = StoreError::Corrupt("reported results");
    let rows: Vec<Cells> = sql!(conn, |c| sqlx::query_as(ROWS)
        .bind(import.id)
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    match ReportedRows::new(rows) {
        Ok(rows) if rows.digest() == import.digest => Ok(rows),
        _ => Err(corrupt),
    }
}
