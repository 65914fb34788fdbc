//! Reads reported indicators from CSV, all or nothing.
//!
//! Columns: `county, year, indicator, status, value, k, m, assessor, reason, evidence, label,
//! measures`; the last seven may be missing when nothing uses them. Lines that start with `#` are
//! remarks. What a row must hold follows from the indicator's kind in the standard:
//!
//! * count, amount: `value`; rate: `k` and `m`
//! * judgement: `value` is `met` or `not_met`, with `assessor`, `reason`, `evidence`
//! * list: one row per event or unit with `label` and `measures` (`deaths=2;loss=299999`), or one
//!   row with `value` `none`, which says that there was none
//!
//! Every problem names line and column.

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;

use super::amount::Amount;
use super::indicator::{Entry, Indicator, Indicators, Judgement, Kind, Status, Value};
use super::standard::Standard;

const REQUIRED: [&str; 5] = ["county", "year", "indicator", "status", "value"];
const OPTIONAL: [&str; 7] = [
    "k", "m", "assessor", "reason", "evidence", "label", "measures",
];

/// One thing that is wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct RowProblem {
    /// Line of the file, from 1.
    pub line: u64,
    /// Column name.
    pub column: String,
    /// What is wrong.
    pub problem: CellProblem,
}

/// Kinds of problems.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CellProblem {
    /// No CSV.
    #[error("{message}")]
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// A required column is missing.
    #[error("the column is missing")]
    MissingColumn,
    /// A column that nothing reads.
    #[error("no such column is known")]
    UnknownColumn,
    /// A required cell is empty.
    #[error("is empty")]
    Empty,
    /// A cell that must be empty for this kind is not.
    #[error("must be empty for a {kind}", kind = kind.code())]
    MustBeEmpty {
        /// The kind.
        kind: Kind,
    },
    /// No whole number.
    #[error("{found:?} is no whole number from 0 to 4294967295")]
    NotWhole {
        /// The cell.
        found: String,
    },
    /// No decimal number.
    #[error("{found:?} is no number with at most four decimal places")]
    NotAmount {
        /// The cell.
        found: String,
    },
    /// Not one of the allowed words.
    #[error("{found:?} is not one of: {allowed}")]
    UnknownWord {
        /// The cell.
        found: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The standard does not have this county.
    #[error("the standard has no county {code}")]
    UnknownCounty {
        /// The code.
        code: String,
    },
    /// The standard does not read this indicator.
    #[error("the standard reads no indicator {id}")]
    UnknownIndicator {
        /// The id.
        id: String,
    },
    /// The part is larger than the whole.
    #[error("k = {k} is larger than m = {m}")]
    PartLargerThanWhole {
        /// The part.
        k: u32,
        /// The whole.
        m: u32,
    },
    /// The county has this value for that year already.
    #[error("this county, year and indicator are there already")]
    Duplicate,
    /// A list has the row "none" and other rows.
    #[error("\"none\" stands beside other rows of the same list")]
    NoneAndSome,
    /// Not `name=number;…`.
    #[error("{found:?} is not name=number;name=number")]
    BadMeasures {
        /// The cell.
        found: String,
    },
}

impl CellProblem {
    /// The code, for sentences by key.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::MissingColumn => "missing-column",
            Self::UnknownColumn => "unknown-column",
            Self::Empty => "empty",
            Self::MustBeEmpty { .. } => "must-be-empty",
            Self::NotWhole { .. } => "not-whole",
            Self::NotAmount { .. } => "not-amount",
            Self::UnknownWord { .. } => "unknown-word",
            Self::UnknownCounty { .. } => "unknown-county",
            Self::UnknownIndicator { .. } => "unknown-indicator",
            Self::PartLargerThanWhole { .. } => "part-larger",
            Self::Duplicate => "duplicate",
            Self::NoneAndSome => "none-and-some",
            Self::BadMeasures { .. } => "bad-measures",
        }
    }
}

/// Reads all rows, or says everything that is wrong.
pub fn read(text: &str, standard: &Standard) -> Result<Indicators, Vec<RowProblem>> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|e| vec![syntax(&e)])?.clone();
    let columns = columns(&header)?;
    let kinds = standard.indicator_kinds();
    let mut file = File {
        standard,
        kinds,
        columns,
        problems: Vec::new(),
        lists: BTreeMap::new(),
        all: Indicators::new(),
    };
    for record in reader.records() {
        match record {
            Ok(record) => file.row(&record),
            Err(error) => file.problems.push(syntax(&error)),
        }
    }
    file.finish()
}

fn syntax(error: &csv::Error) -> RowProblem {
    RowProblem {
        line: error.position().map_or(1, csv::Position::line),
        column: "*".to_owned(),
        problem: CellProblem::Syntax {
            message: error.to_string(),
        },
    }
}

fn columns(header: &StringRecord) -> Result<BTreeMap<String, usize>, Vec<RowProblem>> {
    let known: BTreeSet<&str> = REQUIRED.into_iter().chain(OPTIONAL).collect();
    let at_head = |column: &str, problem| RowProblem {
        line: 1,
        column: column.to_owned(),
        problem,
    };
    let mut problems: Vec<RowProblem> = header
        .iter()
        .filter(|name| !known.contains(name))
        .map(|name| at_head(name, CellProblem::UnknownColumn))
        .collect();
    for name in REQUIRED {
        if !header.iter().any(|h| h == name) {
            problems.push(at_head(name, CellProblem::MissingColumn));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let positions = header.iter().enumerate();
    Ok(positions.map(|(at, name)| (name.to_owned(), at)).collect())
}

type Key = (String, i32, String);

/// A list while its rows come in.
struct OpenList {
    status: Status,
    none: bool,
    entries: Vec<Entry>,
}

struct File<'a> {
    standard: &'a Standard,
    kinds: BTreeMap<&'a str, Kind>,
    columns: BTreeMap<String, usize>,
    problems: Vec<RowProblem>,
    lists: BTreeMap<Key, OpenList>,
    all: Indicators,
}

/// One row, with the means to complain about it.
struct Row<'r> {
    line: u64,
    record: &'r StringRecord,
    columns: &'r BTreeMap<String, usize>,
    problems: Vec<RowProblem>,
}

impl<'r> Row<'r> {
    fn cell(&self, column: &str) -> &'r str {
        let at = self.columns.get(column);
        at.and_then(|at| self.record.get(*at)).unwrap_or("")
    }

    fn problem(&mut self, column: &str, problem: CellProblem) {
        self.problems.push(RowProblem {
            line: self.line,
            column: column.to_owned(),
            problem,
        });
    }

    fn text(&mut self, column: &str) -> Option<&'r str> {
        let cell = self.cell(column);
        if cell.is_empty() {
            self.problem(column, CellProblem::Empty);
            return None;
        }
        Some(cell)
    }

    fn whole(&mut self, column: &str) -> Option<u32> {
        let cell = self.text(column)?;
        let number = cell.parse().ok();
        if number.is_none() {
            let found = cell.to_owned();
            self.problem(column, CellProblem::NotWhole { found });
        }
        number
    }

    fn word<T: Copy>(
        &mut self,
        column: &str,
        words: &[(&str, T)],
        allowed: &'static str,
    ) -> Option<T> {
        let cell = self.text(column)?;
        let found = words.iter().find(|(word, _)| *word == cell);
        if found.is_none() {
            let found = cell.to_owned();
            self.problem(column, CellProblem::UnknownWord { found, allowed });
        }
        found.map(|(_, value)| *value)
    }

    /// A cell that belongs to another kind must be empty: a value in the wrong column is a mistake.
    fn only(&mut self, kind: Kind, used: &[&str]) {
        for column in ["value"].into_iter().chain(OPTIONAL) {
            if !used.contains(&column) && !self.cell(column).is_empty() {
                self.problem(column, CellProblem::MustBeEmpty { kind });
            }
        }
    }

    fn measures(&mut self) -> Option<BTreeMap<String, Amount>> {
        let cell = self.text("measures")?;
        let pairs: Option<BTreeMap<String, Amount>> = cell
            .split(';')
            .map(|pair| {
                let (name, number) = pair.split_once('=')?;
                let name = name.trim();
                let number = number.trim().parse().ok()?;
                (!name.is_empty()).then(|| (name.to_owned(), number))
            })
            .collect();
        if pairs.is_none() {
            let found = cell.to_owned();
            self.problem("measures", CellProblem::BadMeasures { found });
        }
        pairs
    }
}

impl File<'_> {
    fn row(&mut self, record: &StringRecord) {
        let columns = std::mem::take(&mut self.columns);
        let mut row = Row {
            line: record.position().map_or(0, csv::Position::line),
            record,
            columns: &columns,
            problems: Vec::new(),
        };
        self.read_row(&mut row);
        self.problems.append(&mut row.problems);
        self.columns = columns;
    }

    fn read_row(&mut self, row: &mut Row<'_>) {
        let key = self.key(row);
        let status = row.word(
            "status",
            &[
                ("reported", Status::Reported),
                ("verified", Status::Verified),
                ("synthetic", Status::Synthetic),
            ],
            "reported, verified, synthetic",
        );
        let (Some((key, kind)), Some(status)) = (key, status) else {
            return;
        };
        if kind == Kind::List {
            self.list_row(row, key, status);
            return;
        }
        let Some(value) = single(row, kind) else {
            return;
        };
        let (county, year, id) = key;
        let indicator = Indicator {
            county,
            year,
            id,
            status,
            value,
        };
        if self.all.insert(indicator).is_err() {
            row.problem("indicator", CellProblem::Duplicate);
        }
    }

    fn key(&self, row: &mut Row<'_>) -> Option<(Key, Kind)> {
        let county = row.text("county");
        if let Some(code) = county.filter(|code| self.standard.county(code).is_none()) {
            let code = code.to_owned();
            row.problem("county", CellProblem::UnknownCounty { code });
        }
        let year = row.whole("year").and_then(|year| i32::try_from(year).ok());
        let id = row.text("indicator");
        let kind = id.and_then(|id| self.kinds.get(id).copied());
        if let (Some(id), None) = (id, kind) {
            let id = id.to_owned();
            row.problem("indicator", CellProblem::UnknownIndicator { id });
        }
        Some(((county?.to_owned(), year?, id?.to_owned()), kind?))
    }

    fn list_row(&mut self, row: &mut Row<'_>, key: Key, status: Status) {
        let none = row.cell("value") == "none";
        let entry = if none {
            row.only(Kind::List, &["value"]);
            None
        } else {
            row.only(Kind::List, &["label", "measures"]);
            let (label, measures) = (row.text("label"), row.measures());
            let (Some(label), Some(measures)) = (label, measures) else {
                return;
            };
            Some(Entry {
                label: label.to_owned(),
                measures,
            })
        };
        let seen = self.lists.contains_key(&key);
        let list = self.lists.entry(key).or_insert_with(|| OpenList {
            status,
            none,
            entries: Vec::new(),
        });
        if seen && (none || list.none) {
            row.problem("value", CellProblem::NoneAndSome);
        }
        // One invented entry makes the whole list invented; one unverified entry leaves it reported.
        list.status = match (list.status, status) {
            (Status::Synthetic, _) | (_, Status::Synthetic) => Status::Synthetic,
            (Status::Reported, _) | (_, Status::Reported) => Status::Reported,
            (Status::Verified, Status::Verified) => Status::Verified,
        };
        list.entries.extend(entry);
    }

    fn finish(mut self) -> Result<Indicators, Vec<RowProblem>> {
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        for ((county, year, id), list) in self.lists {
            let indicator = Indicator {
                county,
                year,
                id,
                status: list.status,
                value: Value::List {
                    entries: list.entries,
                },
            };
            // A list's key cannot be there already: an indicator has one kind.
            if self.all.insert(indicator).is_err() {
                return Err(self.problems);
            }
        }
        Ok(self.all)
    }
}

/// The value of a kind that has one row.
fn single(row: &mut Row<'_>, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Count => {
            row.only(kind, &["value"]);
            row.whole("value").map(|count| Value::Count { count })
        }
        Kind::Amount => {
            row.only(kind, &["value"]);
            let cell = row.text("value")?;
            let amount = cell.parse().ok();
            if amount.is_none() {
                let found = cell.to_owned();
                row.problem("value", CellProblem::NotAmount { found });
            }
            amount.map(|amount| Value::Amount { amount })
        }
        Kind::Rate => {
            row.only(kind, &["k", "m"]);
            let (k, m) = (row.whole("k"), row.whole("m"));
            let (k, m) = (k?, m?);
            if k > m {
                row.problem("k", CellProblem::PartLargerThanWhole { k, m });
                return None;
            }
            Some(Value::Rate { k, m })
        }
        Kind::Judgement => {
            row.only(kind, &["value", "assessor", "reason", "evidence"]);
            let met = row.word(
                "value",
                &[("met", true), ("not_met", false)],
                "met, not_met",
            );
            let mut text = |column| row.text(column).map(str::to_owned);
            let (assessor, reason, evidence) = (text("assessor"), text("reason"), text("evidence"));
            Some(Value::Judgement {
                judgement: Judgement {
                    met: met?,
                    assessor: assessor?,
                    reason: reason?,
                    evidence: evidence?,
                },
            })
        }
        Kind::List => None,
    }
}

#[cfg(test)]
mod tests;
