//! Fields into columns, one builder for each type.

use std::collections::HashMap;

use crate::stats::data::{Column, MISSING};
use crate::stats::plan::spec::{ColumnKind, ColumnSpec};

/// Why a field does not fit its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Not a finite decimal number.
    NotANumber,
    /// Not one of the declared levels.
    NotALevel,
}

/// A column under construction.
#[derive(Debug)]
pub(super) enum Builder {
    Number(Vec<f64>),
    /// Labels; the list of levels is closed (declared) or grows.
    Labels {
        levels: Vec<String>,
        index: HashMap<String, u32>,
        codes: Vec<u32>,
        closed: bool,
        sorted: bool,
    },
}

impl Builder {
    /// For a column that the plan declares.
    pub(super) fn declared(spec: &ColumnSpec, rows: usize) -> Self {
        match spec.kind {
            ColumnKind::Number => Self::Number(Vec::with_capacity(rows)),
            ColumnKind::String => Self::labels(&[], false, false, rows),
            ColumnKind::Category => Self::labels(&spec.levels, true, false, rows),
        }
    }

    /// For a column without a declared type; text comes with sorted levels.
    pub(super) fn inferred(numbers: bool, rows: usize) -> Self {
        if numbers {
            Self::Number(Vec::with_capacity(rows))
        } else {
            Self::labels(&[], false, true, rows)
        }
    }

    fn labels(levels: &[String], closed: bool, sorted: bool, rows: usize) -> Self {
        let index = levels.iter().cloned().zip(0..).collect();
        Self::Labels {
            levels: levels.to_vec(),
            index,
            codes: Vec::with_capacity(rows),
            closed,
            sorted,
        }
    }

    /// Appends a field; a misfit appends a missing value, so that rows stay aligned.
    pub(super) fn push(&mut self, field: &str) -> Result<(), Misfit> {
        match self {
            Self::Number(values) => {
                if field.trim_ascii().is_empty() {
                    values.push(f64::NAN);
                    return Ok(());
                }
                let parsed = number(field);
                values.push(parsed.unwrap_or(f64::NAN));
                parsed.map(drop).ok_or(Misfit::NotANumber)
            }
            Self::Labels {
                levels,
                index,
                codes,
                closed,
                ..
            } => {
                if field.is_empty() {
                    codes.push(MISSING);
                    return Ok(());
                }
                // Neighbors are often equal, as files are sorted by area.
                let again = codes.last().copied().filter(|&code| {
                    usize::try_from(code)
                        .ok()
                        .and_then(|at| levels.get(at))
                        .is_some_and(|level| level == field)
                });
                let known = again.or_else(|| index.get(field).copied());
                let code = match known {
                    Some(code) => code,
                    None if *closed => {
                        codes.push(MISSING);
                        return Err(Misfit::NotALevel);
                    }
                    None => {
                        let code = u32::try_from(levels.len()).unwrap_or(MISSING);
                        levels.push(field.to_owned());
                        index.insert(field.to_owned(), code);
                        code
                    }
                };
                codes.push(code);
                Ok(())
            }
        }
    }

    /// Appends a number, as a workbook stores it.
    pub(super) fn push_number(&mut self, value: f64) -> Result<(), Misfit> {
        match self {
            Self::Number(values) if value.is_finite() => {
                values.push(value);
                Ok(())
            }
            Self::Number(values) => {
                values.push(f64::NAN);
                Err(Misfit::NotANumber)
            }
            Self::Labels { .. } => self.push(&value.to_string()),
        }
    }

    /// The finished column.
    pub(super) fn finish(self) -> Column {
        match self {
            Self::Number(values) => Column::Number(values),
            Self::Labels {
                levels,
                codes,
                sorted: false,
                ..
            } => Column::Category { levels, codes },
            Self::Labels { levels, codes, .. } => sort_levels(levels, codes),
        }
    }
}

fn sort_levels(levels: Vec<String>, mut codes: Vec<u32>) -> Column {
    let mut order: Vec<(String, u32)> = levels.into_iter().zip(0..).collect();
    order.sort();
    let mut place = vec![MISSING; order.len()];
    for (to, (_, from)) in (0_u32..).zip(&order) {
        if let Some(slot) = usize::try_from(*from).ok().and_then(|at| place.get_mut(at)) {
            *slot = to;
        }
    }
    for code in &mut codes {
        *code = usize::try_from(*code)
            .ok()
            .and_then(|at| place.get(at))
            .copied()
            .unwrap_or(MISSING);
    }
    let levels = order.into_iter().map(|(level, _)| level).collect();
    Column::Category { levels, codes }
}

/// A finite decimal number. `inf`, `nan`, hexadecimal and grouped digits are not numbers of a survey file.
pub(super) fn number(field: &str) -> Option<f64> {
    let field = field.trim_ascii();
    let last = field.as_bytes().last()?;
    // Rust reads "inf", "infinity" and "nan", whose last byte is a letter.
    if !(last.is_ascii_digit() || *last == b'.') {
        return None;
    }
    field.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// What the fields of a column without a declared type look like.
#[derive(Debug, Default)]
pub(super) struct Guess {
    numbers: usize,
    texts: usize,
    /// The first fields that are no numbers, with their lines.
    first_texts: Vec<(u64, String)>,
}

impl Guess {
    pub(super) fn see(&mut self, field: &str, line: u64) {
        if field.trim_ascii().is_empty() {
            return;
        }
        if number(field).is_some() {
            self.numbers += 1;
        } else {
            self.texts += 1;
            if self.first_texts.len() < super::LISTED {
                self.first_texts.push((line, field.to_owned()));
            }
        }
    }

    pub(super) fn see_number(&mut self) {
        self.numbers += 1;
    }

    /// Numbers, text, or numbers with a few slips among them, which are a mistake rather than text.
    pub(super) fn verdict(self) -> Result<bool, Vec<(u64, String)>> {
        if self.texts == 0 {
            Ok(self.numbers > 0)
        } else if self.numbers / 19 >= self.texts {
            // At least 95 of 100 fields are numbers.
            Err(self.first_texts)
        } else {
            Ok(false)
        }
    }
}
