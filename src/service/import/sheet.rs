//! A table file as rows of named cells, with problems by row and column.
//!
//! CSV or XLSX ([`super::grid`]). The header is the first line, or the first of the [`TITLES`] lines in which two
//! known columns are named: people write a title above their tables. Rows are counted as a spreadsheet shows them.

use std::fmt;

use super::grid::{self, Line};
use crate::survey::area::{AreaCode, AreaError};
use crate::survey::frame::FrameError;
use crate::survey::margin::MarginError;
use crate::survey::quota::QuotaProblem;

/// Problems after which a file is not read on: more would help nobody.
const MOST_PROBLEMS: usize = 200;
/// Lines among which the header is looked for.
const TITLES: usize = 10;

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

    /// What a reader calls it, in a Chinese file.
    #[must_use]
    pub fn chinese(&self) -> &'static str {
        self.chinese.first().copied().unwrap_or(self.name)
    }

    /// Whether a file must have it.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    fn is(&self, header: &str) -> bool {
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
    /// Quoting that never ends.
    #[error("the file is no CSV: {0}")]
    Unreadable(String),
    /// The bytes are no text in any of the known encodings.
    #[error("the file is no text in UTF-8 or GB18030")]
    Encoding,
    /// A workbook before 2007, or one with a password.
    #[error("the workbook is in the old format or has a password")]
    OldWorkbook,
    /// A workbook that cannot be read.
    #[error("the workbook cannot be read: {0}")]
    BrokenWorkbook(String),
    /// A column has cells but no title.
    #[error("column {0} has no title")]
    NoTitle(usize),
    /// A spreadsheet has rounded a long code.
    #[error("\"{0}\" is a code that a spreadsheet has rounded")]
    Rounded(String),
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
    /// No share.
    #[error("\"{0}\" is no share between 0 and 1 and no percentage with its sign")]
    Share(String),
    /// No number above 0.
    #[error("\"{0}\" is no number above 0")]
    Positive(String),
    /// No day.
    #[error("\"{0}\" is no date")]
    Day(String),
    /// No county that the instance knows.
    #[error("{0} is no listed county")]
    OtherCounty(String),
    /// A figure that a row above has already.
    #[error("a row above has this county, item and wave already")]
    FigureTwice,
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
    /// A code with a wrong or missing character.
    #[error("is no code")]
    BadCode,
    /// A code that the wave has not issued.
    #[error("is no code of this wave")]
    OtherCode,
    /// A code that occurs twice.
    #[error("occurs twice")]
    CodeTwice,
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
    columns: Vec<Title>,
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
        let lines = lines(bytes, known)?;
        let mut lines = lines.into_iter();
        let Some((line, header)) = lines.next() else {
            return Err(vec![RowProblem::of_file(CellProblem::NoRows)]);
        };
        let columns = read_header(line, &header, known)?;
        let mut problems = Vec::new();
        let mut rows = Vec::new();
        for (line, mut cells) in lines {
            // Spreadsheets write separators for every column that was ever used.
            while cells.len() > columns.len() && cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            let problem = if cells.len() == columns.len() {
                let untitled = columns
                    .iter()
                    .zip(&cells)
                    .position(|(column, cell)| matches!(column, Title::None) && !cell.is_empty());
                untitled.map(|place| CellProblem::NoTitle(place + 1))
            } else {
                Some(CellProblem::Cells {
                    expected: columns.len(),
                    found: cells.len(),
                })
            };
            match problem {
                None => rows.push((line, cells)),
                Some(problem) if problems.len() < MOST_PROBLEMS => problems.push(RowProblem {
                    row: Some(line),
                    column: None,
                    problem,
                }),
                Some(_) => {}
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

/// The lines of a file from its header on.
fn lines(bytes: &[u8], known: &[Column]) -> Result<Vec<Line>, Vec<RowProblem>> {
    let mut lines = grid::lines(bytes).map_err(|(row, problem)| {
        vec![RowProblem {
            row,
            column: None,
            problem,
        }]
    })?;
    let named = |(_, cells): &Line| {
        let titles = cells
            .iter()
            .filter(|cell| known.iter().any(|column| column.is(cell)));
        titles.count() > 1
    };
    let above = lines.iter().take(TITLES).position(named).unwrap_or(0);
    Ok(lines.split_off(above))
}

/// What stands above a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Title {
    /// A column that is read.
    Known(&'static str),
    /// A remark of the sender.
    Remark,
    /// Nothing.
    None,
}

fn read_header(
    line: usize,
    header: &[String],
    known: &[Column],
) -> Result<Vec<Title>, Vec<RowProblem>> {
    let mut columns: Vec<Title> = Vec::with_capacity(header.len());
    let mut problems = Vec::new();
    let mut problem = |column, problem| {
        problems.push(RowProblem {
            row: Some(line),
            column,
            problem,
        });
    };
    let end = header.iter().rposition(|title| !title.is_empty());
    for title in header.iter().take(end.map_or(0, |last| last + 1)) {
        match known.iter().find(|column| column.is(title)) {
            None if title.is_empty() => columns.push(Title::None),
            // remarks of the sender: a column whose title begins with #
            None if title.starts_with('#') => columns.push(Title::Remark),
            None => problem(None, CellProblem::UnknownColumn(title.to_owned())),
            Some(column) if columns.contains(&Title::Known(column.name)) => {
                problem(Some(column.name), CellProblem::TwoColumns);
            }
            Some(column) => columns.push(Title::Known(column.name)),
        }
    }
    for column in known.iter().filter(|column| column.required) {
        if !columns.contains(&Title::Known(column.name)) {
            problem(Some(column.name), CellProblem::NoColumn);
        }
    }
    if problems.is_empty() {
        Ok(columns)
    } else {
        Err(problems)
    }
}

/// Rows of a file as they stand in it, to show beside their problems.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// Titles of the columns.
    pub header: Vec<String>,
    /// Rows with a problem.
    pub rows: Vec<ExcerptRow>,
}

/// A row as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptRow {
    /// Its number in the spreadsheet.
    pub row: usize,
    /// Its cells.
    pub cells: Vec<String>,
    /// Places of the cells that have a problem.
    pub marked: Vec<usize>,
}

impl Excerpt {
    /// The first rows of a file that these problems name, at most so many.
    #[must_use]
    pub fn of(bytes: &[u8], known: &[Column], problems: &[RowProblem], most: usize) -> Self {
        let Ok(lines) = lines(bytes, known) else {
            return Self::default();
        };
        let mut lines = lines.into_iter();
        let Some((_, header)) = lines.next() else {
            return Self::default();
        };
        let place = |name: &str| {
            let column = known.iter().find(|column| column.name == name)?;
            header.iter().position(|title| column.is(title))
        };
        let marks = |row: usize| -> Option<Vec<usize>> {
            let own: Vec<&RowProblem> = problems.iter().filter(|p| p.row == Some(row)).collect();
            let marked = own.iter().filter_map(|p| p.column.and_then(place));
            (!own.is_empty()).then(|| marked.collect())
        };
        let rows = lines.filter_map(|(row, cells)| {
            let marked = marks(row)?;
            Some(ExcerptRow { row, cells, marked })
        });
        let rows = rows.take(most).collect();
        Self { header, rows }
    }
}

/// Digits of a Chinese keyboard are digits.
fn plain(text: &str) -> String {
    let ascii = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().map(ascii).collect()
}

impl Row<'_> {
    /// The cell's text; empty if the file has no such column.
    pub(in crate::service) fn text(&self, column: &str) -> &str {
        self.sheet
            .columns
            .iter()
            .position(|title| matches!(title, Title::Known(name) if *name == column))
            .and_then(|place| self.cells.get(place))
            .map_or("", String::as_str)
    }

    pub(in crate::service) fn problem(
        &self,
        column: &'static str,
        problem: CellProblem,
    ) -> RowProblem {
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
        AreaCode::parse(&plain(&text)).map_err(|_| {
            let rounded = text.contains(['E', 'e']) && text.parse::<f64>().is_ok();
            let problem = if rounded {
                CellProblem::Rounded(text)
            } else {
                CellProblem::Code(text)
            };
            self.problem(column, problem)
        })
    }

    /// A whole number; commas between thousands are taken.
    pub(in crate::service) fn whole(&self, column: &'static str) -> Result<u32, RowProblem> {
        let text = self.filled(column)?;
        let digits = plain(&text).replace(',', "");
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
