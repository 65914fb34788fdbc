//! A CSV file as rows of named cells, with problems by row and column.
//!
//! UTF-8 with or without a byte order mark, comma separated, one header line. Rows are counted as a
//! spreadsheet shows them: the header is row 1.

use std::fmt;

use crate::survey::area::{AreaCode, AreaError};
use crate::survey::frame::FrameError;
use crate::survey::margin::MarginError;
use crate::survey::quota::QuotaProblem;

/// Problems after which a file is not read on: more would help nobody.
const MOST_PROBLEMS: usize = 200;

/// One column that a file may have.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// English header, the name in problems.
    pub name: &'static str,
    chinese: &'static [&'static str],
    required: bool,
}

impl Column {
    pub(in crate::service) const fn required(
        name: &'static str,
        chinese: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            chinese,
            required: true,
        }
    }

    pub(in crate::service) const fn optional(
        name: &'static str,
        chinese: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            chinese,
            required: false,
        }
    }

    fn is(&self, header: &str) -> bool {
        let header = header.trim().trim_start_matches('\u{feff}');
        header.eq_ignore_ascii_case(self.name) || self.chinese.contains(&header)
    }
}

/// One problem of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Row as a spreadsheet shows it; the header is row 1. `None`: the file as a whole.
    pub row: Option<usize>,
    /// English name of the column.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub problem: CellProblem,
}

/// What is wrong with a cell, a row or a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CellProblem {
    /// Not UTF-8, or quoting that never ends.
    #[error("the file is no CSV in UTF-8: {0}")]
    Unreadable(String),
    /// No row under the header.
    #[error("there are no rows")]
    NoRows,
    /// A required column is missing.
    #[error("this column is missing")]
    NoColumn,
    /// A column occurs twice.
    #[error("this column occurs twice")]
    TwoColumns,
    /// A column that this import does not know.
    #[error("column \"{0}\" is unknown")]
    UnknownColumn(String),
    /// Another number of cells than the header.
    #[error("{found} cells, the header has {expected}")]
    Cells {
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// Nothing where something is needed.
    #[error("is empty")]
    Empty,
    /// No division code.
    #[error("\"{0}\" is no division code of 6, 9 or 12 digits")]
    Code(String),
    /// Not a whole number that fits.
    #[error("\"{0}\" is no whole number")]
    Number(String),
    /// Not one of the words.
    #[error("\"{found}\" is none of {expected}")]
    Word {
        /// The cell.
        found: String,
        /// Words that are known.
        expected: &'static str,
    },
    /// A margin row is about sex and age, or about residence.
    #[error("a row is about sex and age or about residence, not both")]
    EitherOr,
    /// The areas form no tree.
    #[error(transparent)]
    Area(AreaError),
    /// The frame is refused.
    #[error(transparent)]
    Frame(FrameError),
    /// The margins are refused.
    #[error(transparent)]
    Margin(MarginError),
    /// A quota cell is refused.
    #[error(transparent)]
    Quota(QuotaProblem),
}

impl RowProblem {
    pub(super) fn of_file(problem: CellProblem) -> Self {
        Self {
            row: None,
            column: None,
            problem,
        }
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}, ")?;
        }
        if let Some(column) = self.column {
            write!(f, "column {column}: ")?;
        }
        write!(f, "{}", self.problem)
    }
}

/// The rows of a file.
#[derive(Debug)]
pub struct Sheet {
    columns: Vec<Option<&'static str>>,
    rows: Vec<(usize, Vec<String>)>,
}

/// One row.
#[derive(Debug)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    line: usize,
    cells: &'a [String],
}

impl Sheet {
    /// Reads a file whose header names these columns, in any order.
    pub fn read(bytes: &[u8], known: &[Column]) -> Result<Self, Vec<RowProblem>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let mut records = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let row = error
                    .position()
                    .and_then(|at| usize::try_from(at.record() + 1).ok());
                let problem = CellProblem::Unreadable(error.to_string());
                vec![RowProblem {
                    row,
                    column: None,
                    problem,
                }]
            })?;
            records.push(record);
        }
        let mut records = records.into_iter();
        let Some(header) = records.next() else {
            return Err(vec![RowProblem::of_file(CellProblem::NoRows)]);
        };
        let columns = read_header(&header, known)?;
        let mut problems = Vec::new();
        let mut rows = Vec::new();
        for (place, record) in records.enumerate() {
            let line = place + 2;
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() == columns.len() {
                rows.push((line, record.iter().map(str::to_owned).collect()));
            } else if problems.len() < MOST_PROBLEMS {
                problems.push(RowProblem {
                    row: Some(line),
                    column: None,
                    problem: CellProblem::Cells {
                        expected: columns.len(),
                        found: record.len(),
                    },
                });
            }
        }
        if rows.is_empty() && problems.is_empty() {
            problems.push(RowProblem::of_file(CellProblem::NoRows));
        }
        if problems.is_empty() {
            Ok(Self { columns, rows })
        } else {
            Err(problems)
        }
    }

    /// Converts every row; all problems are reported, one per row.
    pub(in crate::service) fn parse<T>(
        &self,
        convert: impl Fn(&Row<'_>) -> Result<T, RowProblem>,
    ) -> Result<Vec<T>, Vec<RowProblem>> {
        let mut values = Vec::with_capacity(self.rows.len());
        let mut problems = Vec::new();
        for (line, cells) in &self.rows {
            let row = Row {
                sheet: self,
                line: *line,
                cells,
            };
            match convert(&row) {
                Ok(value) => values.push(value),
                Err(problem) if problems.len() < MOST_PROBLEMS => problems.push(problem),
                Err(_) => {}
            }
        }
        if problems.is_empty() {
            Ok(values)
        } else {
            Err(problems)
        }
    }

    /// The problem of the row at this place of the converted list.
    pub(in crate::service) fn problem(
        &self,
        place: usize,
        column: &'static str,
        problem: CellProblem,
    ) -> RowProblem {
        RowProblem {
            row: self.rows.get(place).map(|(line, _)| *line),
            column: Some(column),
            problem,
        }
    }
}

fn read_header(
    header: &csv::StringRecord,
    known: &[Column],
) -> Result<Vec<Option<&'static str>>, Vec<RowProblem>> {
    let mut columns: Vec<Option<&'static str>> = Vec::with_capacity(header.len());
    let mut problems = Vec::new();
    let mut problem = |column, problem| {
        problems.push(RowProblem {
            row: Some(1),
            column,
            problem,
        });
    };
    for title in header {
        match known.iter().find(|column| column.is(title)) {
            // remarks of the sender: a column whose title begins with #
            None if title.starts_with('#') => columns.push(None),
            None => problem(None, CellProblem::UnknownColumn(title.to_owned())),
            Some(column) if columns.contains(&Some(column.name)) => {
                problem(Some(column.name), CellProblem::TwoColumns);
            }
            Some(column) => columns.push(Some(column.name)),
        }
    }
    for column in known.iter().filter(|column| column.required) {
        if !columns.contains(&Some(column.name)) {
            problem(Some(column.name), CellProblem::NoColumn);
        }
    }
    if problems.is_empty() {
        Ok(columns)
    } else {
        Err(problems)
    }
}

impl Row<'_> {
    /// The cell's text; empty if the file has no such column.
    pub(in crate::service) fn text(&self, column: &str) -> &str {
        self.sheet
            .columns
            .iter()
            .position(|name| *name == Some(column))
            .and_then(|place| self.cells.get(place))
            .map_or("", String::as_str)
    }

    pub(super) fn problem(&self, column: &'static str, problem: CellProblem) -> RowProblem {
        RowProblem {
            row: Some(self.line),
            column: Some(column),
            problem,
        }
    }

    /// The text, which must not be empty.
    pub(in crate::service) fn filled(&self, column: &'static str) -> Result<String, RowProblem> {
        match self.text(column) {
            "" => Err(self.problem(column, CellProblem::Empty)),
            text => Ok(text.to_owned()),
        }
    }

    /// A division code.
    pub(in crate::service) fn area_code(
        &self,
        column: &'static str,
    ) -> Result<AreaCode, RowProblem> {
        let text = self.filled(column)?;
        AreaCode::parse(&text).map_err(|_| self.problem(column, CellProblem::Code(text)))
    }

    /// A whole number; commas between thousands are taken.
    pub(in crate::service) fn whole(&self, column: &'static str) -> Result<u32, RowProblem> {
        let text = self.filled(column)?;
        let digits = text.replace(',', "");
        digits
            .parse()
            .map_err(|_| self.problem(column, CellProblem::Number(text)))
    }

    /// One of some words.
    pub(in crate::service) fn word<T>(
        &self,
        column: &'static str,
        read: impl Fn(&str) -> Option<T>,
        expected: &'static str,
    ) -> Result<T, RowProblem> {
        let text = self.filled(column)?;
        read(&text).ok_or_else(|| {
            self.problem(
                column,
                CellProblem::Word {
                    found: text,
                    expected,
                },
            )
        })
    }
}
