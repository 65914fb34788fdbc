//! Survey files: CSV and XLSX into a [`Table`], following the columns that a plan declares.
//!
//! Promises: a file is taken whole or refused with its problems, up to [`LISTED`] of them, each with its
//! line and column; nothing is guessed silently. Only the columns that the plan names are parsed, so
//! further columns of a wide file cost little. An empty field is a missing value.

mod column;
mod delimited;
mod load;
mod problem;
mod workbook;

use std::path::{Path, PathBuf};

use crate::stats::data::packed::Stored;
use crate::stats::data::{DataError, Table};
use crate::stats::plan::spec::ColumnSpec;

pub(crate) use load::load;
pub(crate) use problem::{Problem, quoted, with_near};

/// How many problems of one file are listed at most.
pub(crate) const LISTED: usize = 20;

/// What to read.
pub(crate) struct Request<'a> {
    /// The file.
    pub(crate) path: &'a Path,
    /// Columns with the types that the plan declares; used columns without a type are inferred.
    pub(crate) declared: &'a [ColumnSpec],
    /// Whether the plan uses a column of that name: others are not parsed.
    pub(crate) used: &'a dyn Fn(&str) -> bool,
    /// Used columns without a declared type are numbers; otherwise their type is inferred.
    pub(crate) numbers: bool,
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Its used columns.
    pub(crate) table: Table,
    /// The names of all columns of the file, in order.
    pub(crate) header: Vec<String>,
    lines: Lines,
}

impl Loaded {
    /// The line (CSV) or row (XLSX) of the file on which a record stands; records count from 0.
    pub(crate) fn line(&self, record: usize) -> u64 {
        self.lines.of(record)
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableFileError {
    /// It could not be opened or read.
    #[error("reading {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A workbook that calamine cannot open.
    #[error("reading the workbook {}", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// Its reason.
        #[source]
        source: Box<calamine::XlsxError>,
    },
    /// Its content is not what the plan says.
    #[error("{} problems in {}", problems.len(), path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The first problems, in the order of the file.
        problems: Vec<Problem>,
        /// Whether reading stopped because the list was full.
        more: bool,
    },
    /// Columns that do not make a table.
    #[error("making a table of {}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: DataError,
    },
}

/// Reads a survey file; `progress` hears how many thousandths are done.
pub(crate) fn read(
    request: &Request<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Loaded, TableFileError> {
    let bytes = std::fs::read(request.path).map_err(|source| TableFileError::Read {
        path: request.path.to_path_buf(),
        source,
    })?;
    read_bytes(bytes, request, progress)
}

/// Reads the content of a survey file; the path of the request only names it.
pub(crate) fn read_bytes(
    bytes: Vec<u8>,
    request: &Request<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Loaded, TableFileError> {
    // A workbook is a ZIP archive, whatever the file is called.
    let content = if bytes.starts_with(b"PK\x03\x04") {
        workbook::read(bytes, request)?
    } else {
        delimited::read(&bytes, request, progress)
    };
    let content = content.map_err(|problems| TableFileError::Content {
        path: request.path.to_path_buf(),
        more: problems.is_full(),
        problems: problems.list,
    })?;
    let table = Table::stored(content.columns).map_err(|source| TableFileError::Table {
        path: request.path.to_path_buf(),
        source,
    })?;
    Ok(Loaded {
        table,
        header: content.header,
        lines: content.lines,
    })
}

/// What both readers give.
struct Content {
    columns: Vec<(String, Stored)>,
    header: Vec<String>,
    lines: Lines,
}

/// The problems found so far.
#[derive(Debug, Default)]
struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    fn add(&mut self, problem: Problem) {
        if self.list.len() < LISTED {
            self.list.push(problem);
        }
    }

    /// Nothing more will be listed, so nothing more need be read.
    fn is_full(&self) -> bool {
        self.list.len() >= LISTED
    }

    fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.list.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

/// Which line each record stands on: line 2 for the first, one line each, except where noted.
#[derive(Debug, Default)]
struct Lines {
    /// From this record on, a record stands `offset` lines below its number.
    shifts: Vec<(usize, u64)>,
}

impl Lines {
    fn note(&mut self, record: usize, line: u64) {
        if self.of(record) != line {
            let offset = line.saturating_sub(u64::try_from(record).unwrap_or(u64::MAX));
            self.shifts.push((record, offset));
        }
    }

    fn of(&self, record: usize) -> u64 {
        let last = self.shifts.partition_point(|&(from, _)| from <= record);
        let offset = last
            .checked_sub(1)
            .and_then(|at| self.shifts.get(at))
            .map_or(2, |&(_, offset)| offset);
        u64::try_from(record).map_or(u64::MAX, |record| record.saturating_add(offset))
    }
}

#[cfg(test)]
mod tests;
