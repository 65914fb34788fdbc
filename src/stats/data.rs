//! Columns of one sample: what every estimator reads.
//!
//! A [`Table`] holds named columns of equal length and, for compressed data, how many identical
//! units each row stands for. May use `num` only. Promises: equal lengths, finite numbers or `NaN`
//! for missing, category codes inside their levels, positive counts.

mod error;
pub(crate) mod packed;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::num;
pub use error::DataError;
use packed::{Packed, Stored};

/// The code of a missing category value.
pub const MISSING: u32 = u32::MAX;

/// One column of a [`Table`].
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers; `NaN` is a missing value.
    Number(Vec<f64>),
    /// Labels from a list; [`MISSING`] is a missing value.
    Category {
        /// The labels, in the order in which results show them.
        levels: Vec<String>,
        /// Per row a position in `levels`, or [`MISSING`].
        codes: Vec<u32>,
    },
}

impl Column {
    /// A category column from one label per row; levels in order of first appearance.
    ///
    /// ```
    /// use minyi::stats::data::Column;
    /// let sex = Column::labels([Some("f"), Some("m"), None, Some("f")]);
    /// assert_eq!(sex.len(), 4);
    /// assert_eq!(sex.label(3), Some("f".to_owned()));
    /// assert_eq!(sex.label(2), None);
    /// ```
    #[must_use]
    pub fn labels<'a>(labels: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        let mut levels = Vec::new();
        let codes = labels
            .into_iter()
            .map(|label| {
                label.map_or(MISSING, |label| {
                    *seen.entry(label).or_insert_with(|| {
                        levels.push(label.to_owned());
                        num::index(levels.len() - 1)
                    })
                })
            })
            .collect();
        Self::Category { levels, codes }
    }

    /// Number of rows.
    ///
    /// ```
    /// use minyi::stats::data::Column;
    /// assert_eq!(Column::Number(vec![1.0, f64::NAN]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Number(values) => values.len(),
            Self::Category { codes, .. } => codes.len(),
        }
    }

    /// True without rows.
    ///
    /// ```
    /// use minyi::stats::data::Column;
    /// assert!(Column::Number(Vec::new()).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn pick(&self, rows: &[u32]) -> Self {
        let rows = rows.iter().map(|row| num::at(*row));
        match self {
            Self::Number(values) => {
                let value = |row: usize| values.get(row).copied().unwrap_or(f64::NAN);
                Self::Number(rows.map(value).collect())
            }
            Self::Category { levels, codes } => Self::Category {
                levels: levels.clone(),
                codes: rows
                    .map(|row| codes.get(row).copied().unwrap_or(MISSING))
                    .collect(),
            },
        }
    }

    /// The value of one row as text; `None` if it is missing or the row does not exist.
    ///
    /// ```
    /// use minyi::stats::data::Column;
    /// let income = Column::Number(vec![1.5, f64::NAN]);
    /// assert_eq!((income.label(0), income.label(1)), (Some("1.5".to_owned()), None));
    /// ```
    #[must_use]
    pub fn label(&self, row: usize) -> Option<String> {
        match self {
            Self::Number(values) => values
                .get(row)
                .filter(|x| !x.is_nan())
                .map(|x| num::text(*x)),
            Self::Category { levels, codes } => codes
                .get(row)
                .and_then(|code| levels.get(num::at(*code)))
                .cloned(),
        }
    }
}

/// Named columns of equal length, with optional counts of identical units per row.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Stored>,
    counts: Option<Vec<f64>>,
    rows: usize,
}

impl Table {
    /// A table from named columns.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let table = Table::new(vec![("w".to_owned(), Column::Number(vec![1.0, 2.0]))]).unwrap();
    /// assert_eq!(table.rows(), 2);
    /// assert!(table.column("x").is_err());
    /// ```
    pub fn new(columns: Vec<(String, Column)>) -> Result<Self, DataError> {
        let stored = |(name, column): (String, Column)| (name, column.into());
        Self::stored(columns.into_iter().map(stored).collect())
    }

    /// A table from columns that may be packed.
    pub(crate) fn stored(columns: Vec<(String, Stored)>) -> Result<Self, DataError> {
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        if u32::try_from(rows).map_or(true, |n| n == MISSING) {
            return Err(DataError::TooManyRows { rows });
        }
        let mut names: Vec<String> = Vec::with_capacity(columns.len());
        let mut kept = Vec::with_capacity(columns.len());
        for (name, column) in columns {
            if names.contains(&name) {
                return Err(DataError::DuplicateColumn { column: name });
            }
            if column.len() != rows {
                return Err(DataError::UnequalLength {
                    column: name,
                    rows: column.len(),
                    expected: rows,
                });
            }
            column.check(&name)?;
            names.push(name);
            kept.push(column);
        }
        Ok(Self {
            names,
            columns: kept,
            counts: None,
            rows,
        })
    }

    /// The same table, where row `i` stands for `counts[i]` identical units (whole numbers ≥ 1).
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let table = Table::new(vec![("y".to_owned(), Column::Number(vec![0.0, 1.0]))]).unwrap();
    /// assert_eq!(table.with_counts(vec![40.0, 60.0]).unwrap().units(), 100.0);
    /// ```
    pub fn with_counts(mut self, counts: Vec<f64>) -> Result<Self, DataError> {
        if counts.len() != self.rows {
            return Err(DataError::UnequalLength {
                column: "counts".to_owned(),
                rows: counts.len(),
                expected: self.rows,
            });
        }
        if let Some(row) = counts
            .iter()
            .position(|c| !(c.is_finite() && *c >= 1.0 && c.fract() == 0.0))
        {
            return Err(DataError::BadCount { row });
        }
        self.counts = Some(counts);
        Ok(self)
    }

    /// Number of rows.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let sex = Column::labels([Some("m"), None, Some("f")]);
    /// let table = Table::new(vec![("sex".to_owned(), sex), ("y".to_owned(), Column::Number(vec![2.0, 0.5, 2.0]))]).unwrap();
    /// assert_eq!(table.rows(), 3);
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of units: the rows, or the sum of their counts.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let sex = Column::labels([Some("m"), None, Some("f")]);
    /// let table = Table::new(vec![("sex".to_owned(), sex), ("y".to_owned(), Column::Number(vec![2.0, 0.5, 2.0]))]).unwrap();
    /// assert_eq!(table.units(), 3.0);
    /// assert_eq!(table.with_counts(vec![5.0, 1.0, 4.0]).unwrap().units(), 10.0);
    /// ```
    #[must_use]
    pub fn units(&self) -> f64 {
        self.counts
            .as_ref()
            .map_or_else(|| num::real(self.rows), |c| num::sum(c.iter().copied()))
    }

    /// Counts of identical units, if the data are compressed.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let sex = Column::labels([Some("m"), None, Some("f")]);
    /// let table = Table::new(vec![("sex".to_owned(), sex), ("y".to_owned(), Column::Number(vec![2.0, 0.5, 2.0]))]).unwrap();
    /// assert_eq!(table.counts(), None);
    /// assert_eq!(table.with_counts(vec![5.0, 1.0, 4.0]).unwrap().counts(), Some(&[5.0, 1.0, 4.0][..]));
    /// ```
    #[must_use]
    pub fn counts(&self) -> Option<&[f64]> {
        self.counts.as_deref()
    }

    /// Names of the columns in order.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let sex = Column::labels([Some("m"), None, Some("f")]);
    /// let table = Table::new(vec![("sex".to_owned(), sex), ("y".to_owned(), Column::Number(vec![2.0, 0.5, 2.0]))]).unwrap();
    /// assert_eq!(table.names(), ["sex", "y"]);
    /// ```
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The same table with columns of few distinct values in one or two bytes a row.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let plain = Table::new(vec![("y".to_owned(), Column::Number(vec![0.5, 1.0, 0.5, 1.0]))]).unwrap();
    /// assert_eq!(plain.clone().packed(), plain);
    /// ```
    #[must_use]
    pub fn packed(mut self) -> Self {
        self.columns = self.columns.into_iter().map(Stored::pack).collect();
        self
    }

    /// The column of that name.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let sex = Column::labels([Some("m"), None, Some("f")]);
    /// let table = Table::new(vec![("sex".to_owned(), sex), ("y".to_owned(), Column::Number(vec![2.0, 0.5, 2.0]))]).unwrap();
    /// assert_eq!(table.column("y").unwrap().len(), 3);
    /// assert!(table.column("z").is_err());
    /// ```
    pub fn column(&self, name: &str) -> Result<&Column, DataError> {
        self.find(name).map(Stored::column)
    }

    fn find(&self, name: &str) -> Result<&Stored, DataError> {
        self.names
            .iter()
            .position(|n| n == name)
            .and_then(|at| self.columns.get(at))
            .ok_or_else(|| DataError::UnknownColumn {
                column: name.to_owned(),
            })
    }

    /// The column of that name, which must hold numbers.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let sex = Column::labels([Some("m"), None, Some("f")]);
    /// let table = Table::new(vec![("sex".to_owned(), sex), ("y".to_owned(), Column::Number(vec![2.0, 0.5, 2.0]))]).unwrap();
    /// assert_eq!(table.numbers("y").unwrap(), [2.0, 0.5, 2.0]);
    /// assert!(table.numbers("sex").is_err());
    /// ```
    pub fn numbers(&self, name: &str) -> Result<&[f64], DataError> {
        match self.column(name)? {
            Column::Number(values) => Ok(values),
            Column::Category { .. } => Err(DataError::NotNumeric {
                column: name.to_owned(),
            }),
        }
    }

    /// Dense codes of a column with one label per code, whatever its type; numbers are coded by
    /// their distinct values in increasing order.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let sex = Column::labels([Some("m"), None, Some("f")]);
    /// let table = Table::new(vec![("sex".to_owned(), sex), ("y".to_owned(), Column::Number(vec![2.0, 0.5, 2.0]))]).unwrap();
    /// assert_eq!(table.codes("y").unwrap().labels, ["0.5", "2"]);
    /// assert_eq!(table.codes("y").unwrap().codes, [1, 0, 1]);
    /// ```
    pub fn codes(&self, name: &str) -> Result<Coded, DataError> {
        self.find(name).map(Stored::coded)
    }

    /// The column packed, whatever its type; `None` if it has more than `most` distinct values.
    pub(crate) fn pack(
        &self,
        name: &str,
        most: usize,
    ) -> Result<Option<Cow<'_, Packed>>, DataError> {
        let stored = self.find(name)?;
        Ok(match stored.packed() {
            Some(packed) => Some(Cow::Borrowed(packed)),
            None => Packed::of(stored.column(), most).map(Cow::Owned),
        })
    }

    /// True if that column holds numbers, one at least is not missing, and all that are not missing pass.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// let table = Table::new(vec![("y".to_owned(), Column::Number(vec![0.0, f64::NAN, 1.0]))]).unwrap();
    /// assert!(table.all_numbers("y", |x| x <= 1.0));
    /// assert!(!table.all_numbers("y", |x| x < 1.0));
    /// ```
    #[must_use]
    pub fn all_numbers(&self, name: &str, pass: impl Fn(f64) -> bool) -> bool {
        self.find(name).is_ok_and(|column| column.all_numbers(pass))
    }

    /// Some rows of some columns, without counts; a column that is named twice comes once.
    pub(crate) fn pick(&self, names: &[String], rows: &[u32]) -> Result<Self, DataError> {
        let mut picked = Self {
            names: Vec::new(),
            columns: Vec::new(),
            counts: None,
            rows: rows.len(),
        };
        for name in names {
            if !picked.names.contains(name) {
                picked.columns.push(self.find(name)?.pick(rows).into());
                picked.names.push(name.clone());
            }
        }
        Ok(picked)
    }
}

/// A column as dense codes with a label each.
#[derive(Clone, Debug, PartialEq)]
pub struct Coded {
    /// Label of each code.
    pub labels: Vec<String>,
    /// Per row a code, or [`MISSING`].
    pub codes: Vec<u32>,
}

/// Numbers up to this, if whole, are coded through an array instead of a map.
const ARRAY_NUMBERS: f64 = 65_536.0;

/// Numbers as codes of their distinct values in increasing order.
pub(crate) fn code_numbers(values: &[f64]) -> Coded {
    let small = |x: &f64| x.is_nan() || (*x >= 0.0 && *x < ARRAY_NUMBERS && x.fract() == 0.0);
    if values.iter().all(small) {
        return code_small_numbers(values);
    }
    let mut distinct: Vec<f64> = Vec::new();
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut last: Option<(u64, u32)> = None;
    let mut codes: Vec<u32> = Vec::with_capacity(values.len());
    for value in values {
        if value.is_nan() {
            codes.push(MISSING);
            continue;
        }
        // Adding 0 makes one value of 0 and −0.
        let key = (value + 0.0).to_bits();
        let code = match last {
            Some((bits, code)) if bits == key => code,
            _ => *seen.entry(key).or_insert_with(|| {
                distinct.push(*value);
                num::index(distinct.len() - 1)
            }),
        };
        last = Some((key, code));
        codes.push(code);
    }
    let mut order: Vec<(f64, usize)> = distinct.into_iter().zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rank = vec![0_u32; order.len()];
    for (to, (_, from)) in order.iter().enumerate() {
        if let Some(slot) = rank.get_mut(*from) {
            *slot = num::index(to);
        }
    }
    for code in &mut codes {
        if let Some(new) = rank.get(num::at(*code)) {
            *code = *new;
        }
    }
    let labels = order.iter().map(|(x, _)| num::text(*x)).collect();
    Coded { labels, codes }
}

/// Codes of small whole numbers: their values, pushed together.
fn code_small_numbers(values: &[f64]) -> Coded {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and below 65,536"
    )]
    let place = |x: f64| x as usize;
    let mut code_of: Vec<u32> = Vec::new();
    for value in values.iter().filter(|x| !x.is_nan()) {
        let at = place(*value);
        if at >= code_of.len() {
            code_of.resize(at + 1, MISSING);
        }
        if let Some(slot) = code_of.get_mut(at) {
            *slot = 0;
        }
    }
    let mut labels = Vec::new();
    for (value, slot) in code_of.iter_mut().enumerate() {
        if *slot != MISSING {
            *slot = num::index(labels.len());
            labels.push(value.to_string());
        }
    }
    let code = |x: &f64| {
        if x.is_nan() {
            MISSING
        } else {
            code_of.get(place(*x)).copied().unwrap_or(MISSING)
        }
    };
    Coded {
        labels,
        codes: values.iter().map(code).collect(),
    }
}

/// Rows sorted into the cells that several coded columns make together.
///
/// Cells are numbered in order of first appearance, so nothing depends on how they are looked up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cells {
    /// Per row a cell, or [`MISSING`] where a value is missing.
    pub(crate) codes: Vec<u32>,
    /// Per cell the first of its rows.
    pub(crate) first: Vec<u32>,
}

/// Below this many possible pairs, pairs are numbered through an array instead of a map.
const ARRAY_PAIRS: u64 = 1 << 22;

impl Cells {
    /// Every row in one cell.
    pub(crate) fn one(rows: usize) -> Self {
        Self {
            codes: vec![0; rows],
            first: if rows == 0 { Vec::new() } else { vec![0] },
        }
    }

    /// Every row a cell of its own.
    pub(crate) fn each(rows: usize) -> Self {
        let codes: Vec<u32> = (0..rows).map(num::index).collect();
        Self {
            first: codes.clone(),
            codes,
        }
    }

    /// The cells that these columns make together; none = one cell.
    pub(crate) fn of(table: &Table, columns: &[String]) -> Result<Self, DataError> {
        let mut cells = Self::one(table.rows());
        for column in columns {
            let coded = table.codes(column)?;
            cells = cells.cross(&coded.codes, coded.labels.len());
        }
        Ok(cells)
    }

    /// The cells that these columns make together; a missing value is a label of its own, so that
    /// every row has a cell.
    pub(crate) fn with_missing(table: &Table, columns: &[String]) -> Result<Self, DataError> {
        let mut cells = Self::one(table.rows());
        for column in columns {
            let mut coded = table.codes(column)?;
            let own = num::index(coded.labels.len());
            for code in coded.codes.iter_mut().filter(|code| **code == MISSING) {
                *code = own;
            }
            cells = cells.cross(&coded.codes, coded.labels.len() + 1);
        }
        Ok(cells)
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// The cells crossed with another code of `levels` values.
    pub(crate) fn cross(&self, other: &[u32], levels: usize) -> Self {
        let width = levels as u64;
        let pairs = width * self.len() as u64;
        let mut array = if pairs <= ARRAY_PAIRS {
            vec![MISSING; usize::try_from(pairs).unwrap_or(0)]
        } else {
            Vec::new()
        };
        let mut map: HashMap<u64, u32> = HashMap::new();
        let mut first: Vec<u32> = Vec::new();
        let mut codes = Vec::with_capacity(self.codes.len());
        for (row, (&a, &b)) in self.codes.iter().zip(other).enumerate() {
            if a == MISSING || b == MISSING {
                codes.push(MISSING);
                continue;
            }
            let pair = u64::from(a) * width + u64::from(b);
            let slot = match usize::try_from(pair).ok().and_then(|at| array.get_mut(at)) {
                Some(slot) => slot,
                None => map.entry(pair).or_insert(MISSING),
            };
            if *slot == MISSING {
                *slot = num::index(first.len());
                first.push(num::index(row));
            }
            codes.push(*slot);
        }
        Self { codes, first }
    }

    /// The labels of a cell in the given columns.
    pub(crate) fn labels(&self, table: &Table, columns: &[String], cell: usize) -> Vec<String> {
        let row = self.first.get(cell).map_or(0, |row| num::at(*row));
        columns
            .iter()
            .map(|name| {
                table
                    .column(name)
                    .ok()
                    .and_then(|column| column.label(row))
                    .unwrap_or_default()
            })
            .collect()
    }

    /// The first row without a cell, with the column that is missing there.
    pub(crate) fn missing(&self, table: &Table, columns: &[String]) -> Option<(usize, String)> {
        let row = self.codes.iter().position(|code| *code == MISSING)?;
        let column = columns
            .iter()
            .find(|name| {
                table
                    .column(name)
                    .is_ok_and(|column| column.label(row).is_none())
            })
            .cloned()
            .unwrap_or_default();
        Some((row, column))
    }
}

#[cfg(test)]
mod tests;
