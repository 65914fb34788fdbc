//! Fields into columns, one builder for each type.

use std::collections::HashMap;

use crate::stats::data::packed::{Codes, Memo, NumberPacker, Packed, Stored};
use crate::stats::plan::spec::{ColumnKind, ColumnSpec};

/// Why a field does not fit its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Not a finite decimal number.
    NotANumber,
    /// Not one of the declared levels.
    NotALevel,
}

/// The code of a missing label.
const NO_LABEL: u32 = 0;

/// A column under construction. Fields that came before are known by their bytes, so that most are neither
/// parsed nor looked up.
#[derive(Debug)]
pub(super) struct Builder {
    kind: Kind,
    memo: Memo,
}

#[derive(Debug)]
enum Kind {
    Number(NumberPacker),
    /// Labels; the list of levels is closed (declared) or grows.
    Labels {
        levels: Vec<String>,
        /// Label → its place in `levels`, from 1.
        index: HashMap<String, u32>,
        codes: Codes,
        closed: bool,
        sorted: bool,
    },
}

impl Builder {
    /// For a column that the plan declares.
    pub(super) fn declared(spec: &ColumnSpec, rows: usize) -> Self {
        match spec.kind {
            ColumnKind::Number => Self::numbers(rows),
            ColumnKind::String => Self::labels(&[], false, false, rows),
            ColumnKind::Category => Self::labels(&spec.levels, true, false, rows),
        }
    }

    /// For a column without a declared type; text comes with sorted levels.
    pub(super) fn inferred(numbers: bool, rows: usize) -> Self {
        if numbers {
            Self::numbers(rows)
        } else {
            Self::labels(&[], false, true, rows)
        }
    }

    fn numbers(rows: usize) -> Self {
        Self {
            kind: Kind::Number(NumberPacker::with_capacity(rows)),
            memo: Memo::default(),
        }
    }

    fn labels(levels: &[String], closed: bool, sorted: bool, rows: usize) -> Self {
        let index = levels.iter().cloned().zip(1..).collect();
        let kind = Kind::Labels {
            levels: levels.to_vec(),
            index,
            codes: Codes::with_capacity(rows),
            closed,
            sorted,
        };
        Self {
            kind,
            memo: Memo::default(),
        }
    }

    /// The levels of a column of labels.
    pub(super) fn levels(&self) -> Option<&[String]> {
        match &self.kind {
            Kind::Number(_) => None,
            Kind::Labels { levels, .. } => Some(levels),
        }
    }

    /// Appends a field of a file, which is UTF-8.
    #[inline]
    pub(super) fn push_bytes(&mut self, field: &[u8]) -> Result<(), Misfit> {
        let key = Memo::key(field);
        if let Some(code) = key.and_then(|key| self.memo.get(key)) {
            let pushed = match &mut self.kind {
                Kind::Number(packer) => packer.push_code(code),
                Kind::Labels { codes, .. } => {
                    codes.push(code);
                    true
                }
            };
            if pushed {
                return Ok(());
            }
        }
        let code = self.take(std::str::from_utf8(field).unwrap_or_default())?;
        if let (Some(key), Some(code)) = (key, code) {
            self.memo.put(key, code);
        }
        Ok(())
    }

    /// Appends a field; a misfit appends a missing value, so that rows stay aligned.
    pub(super) fn push(&mut self, field: &str) -> Result<(), Misfit> {
        self.take(field).map(drop)
    }

    /// Appends a field and says under which code it may come again.
    fn take(&mut self, field: &str) -> Result<Option<u32>, Misfit> {
        match &mut self.kind {
            Kind::Number(packer) => {
                if field.trim_ascii().is_empty() {
                    return Ok(packer.push(f64::NAN));
                }
                let parsed = number(field);
                let code = packer.push(parsed.unwrap_or(f64::NAN));
                parsed.map(|_| code).ok_or(Misfit::NotANumber)
            }
            Kind::Labels {
                levels,
                index,
                codes,
                closed,
                ..
            } => {
                if field.is_empty() {
                    codes.push(NO_LABEL);
                    return Ok(Some(NO_LABEL));
                }
                let code = match index.get(field) {
                    Some(code) => *code,
                    None if *closed => {
                        codes.push(NO_LABEL);
                        return Err(Misfit::NotALevel);
                    }
                    None => {
                        levels.push(field.to_owned());
                        let code = u32::try_from(levels.len()).unwrap_or(NO_LABEL);
                        index.insert(field.to_owned(), code);
                        code
                    }
                };
                codes.push(code);
                Ok(Some(code))
            }
        }
    }

    /// Appends a number, as a workbook stores it.
    pub(super) fn push_number(&mut self, value: f64) -> Result<(), Misfit> {
        match &mut self.kind {
            Kind::Number(packer) if value.is_finite() => {
                packer.push(value);
                Ok(())
            }
            Kind::Number(packer) => {
                packer.push(f64::NAN);
                Err(Misfit::NotANumber)
            }
            Kind::Labels { .. } => self.push(&value.to_string()),
        }
    }

    /// The finished column.
    pub(super) fn finish(self) -> Stored {
        match self.kind {
            Kind::Number(packer) => packer.finish(),
            Kind::Labels {
                levels,
                codes,
                sorted: false,
                ..
            } => Packed::labels(levels, codes).into(),
            Kind::Labels { levels, codes, .. } => sort_levels(levels, &codes).into(),
        }
    }
}

fn sort_levels(levels: Vec<String>, codes: &Codes) -> Packed {
    let mut order: Vec<(String, u32)> = levels.into_iter().zip(1..).collect();
    order.sort();
    let mut place = vec![NO_LABEL; order.len() + 1];
    for (to, (_, from)) in (1_u32..).zip(&order) {
        if let Some(slot) = usize::try_from(*from).ok().and_then(|at| place.get_mut(at)) {
            *slot = to;
        }
    }
    let new = |code| {
        let at = usize::try_from(code).ok();
        at.and_then(|at| place.get(at)).copied().unwrap_or(NO_LABEL)
    };
    let codes = codes.recode(new);
    Packed::labels(order.into_iter().map(|(level, _)| level).collect(), codes)
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

/// True for digits with at most one point among them: surely a number, without parsing it.
fn plain_decimal(field: &[u8]) -> bool {
    let mut digits = 0;
    let mut point = false;
    for byte in field {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' if !point => point = true,
            _ => return false,
        }
    }
    (1..=30).contains(&digits)
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
    /// Looks at a field of a file, which is UTF-8.
    #[inline]
    pub(super) fn see_bytes(&mut self, field: &[u8], line: u64) {
        if plain_decimal(field) {
            self.numbers += 1;
        } else {
            self.see(std::str::from_utf8(field).unwrap_or_default(), line);
        }
    }

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
