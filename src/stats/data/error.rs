//! Why data are refused: codes with their data, no sentences for people.
//!
//! May use serde and thiserror. Promises: an error names the column or the row.

use serde::Serialize;

/// What is wrong with data. Rows count from 0, the header of a file left out.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DataError {
    /// A plan names a column that the data do not have.
    #[error("no column {column}")]
    UnknownColumn {
        /// The missing name.
        column: String,
    },
    /// Numbers are needed, the column holds labels.
    #[error("column {column} holds no numbers")]
    NotNumeric {
        /// The column.
        column: String,
    },
    /// Two columns have one name.
    #[error("column {column} exists twice")]
    DuplicateColumn {
        /// The column.
        column: String,
    },
    /// A column is longer or shorter than the others.
    #[error("column {column} has {rows} rows, expected {expected}")]
    UnequalLength {
        /// The column.
        column: String,
        /// Its length.
        rows: usize,
        /// The length of the table.
        expected: usize,
    },
    /// An infinite number or a code outside the levels.
    #[error("column {column}, row {row}: not a value")]
    BadValue {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
    },
    /// A count of units that is not a whole number ≥ 1.
    #[error("row {row}: not a count of units")]
    BadCount {
        /// The first such row.
        row: usize,
    },
    /// More rows than a dense index holds.
    #[error("{rows} rows are too many")]
    TooManyRows {
        /// Number of rows.
        rows: usize,
    },
}
