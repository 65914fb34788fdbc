//! Columns with few distinct values in one or two bytes a row, as survey columns are.
//!
//! May use `num`. Promises: a packed column gives back exactly the column that was packed; codes follow
//! the order of first appearance; what does not pay stays as it is.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Coded, Column, DataError, MISSING, code_numbers};
use crate::stats::num;

/// More distinct numbers than this are kept as numbers.
const MOST_DISTINCT: usize = 1 << 16;
/// Beyond this many distinct numbers, at most every second row may have brought a new one.
const SURELY_MANY: usize = 4_096;

/// Codes of rows, as narrow as they can be.
#[derive(Clone, Debug)]
pub(crate) enum Codes {
    /// Up to 256 values.
    Byte(Vec<u8>),
    /// Up to 65,536 values.
    Word(Vec<u16>),
    /// Any number of values.
    Long(Vec<u32>),
}

impl Codes {
    /// No codes yet, with room for some.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self::Byte(Vec::with_capacity(rows))
    }

    /// Appends a code; codes become wider when they must.
    #[inline]
    pub(crate) fn push(&mut self, code: u32) {
        match self {
            Self::Byte(codes) => {
                if let Ok(code) = u8::try_from(code) {
                    codes.push(code);
                } else {
                    self.push_wider(code);
                }
            }
            Self::Word(codes) => {
                if let Ok(code) = u16::try_from(code) {
                    codes.push(code);
                } else {
                    self.push_wider(code);
                }
            }
            Self::Long(codes) => codes.push(code),
        }
    }

    #[cold]
    fn push_wider(&mut self, code: u32) {
        if let (Self::Byte(codes), Ok(code)) = (&*self, u16::try_from(code)) {
            let mut wider = Vec::with_capacity(codes.capacity());
            wider.extend(codes.iter().map(|code| u16::from(*code)));
            wider.push(code);
            *self = Self::Word(wider);
        } else {
            let mut wider = self.map(|code| code);
            wider.push(code);
            *self = Self::Long(wider);
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Byte(codes) => codes.len(),
            Self::Word(codes) => codes.len(),
            Self::Long(codes) => codes.len(),
        }
    }

    /// The code of a row.
    pub(crate) fn get(&self, row: usize) -> Option<u32> {
        match self {
            Self::Byte(codes) => codes.get(row).map(|code| u32::from(*code)),
            Self::Word(codes) => codes.get(row).map(|code| u32::from(*code)),
            Self::Long(codes) => codes.get(row).copied(),
        }
    }

    /// What something makes of every code.
    pub(crate) fn map<T>(&self, each: impl Fn(u32) -> T) -> Vec<T> {
        match self {
            Self::Byte(codes) => codes.iter().map(|code| each(u32::from(*code))).collect(),
            Self::Word(codes) => codes.iter().map(|code| each(u32::from(*code))).collect(),
            Self::Long(codes) => codes.iter().map(|code| each(*code)).collect(),
        }
    }

    /// The codes under other numbers.
    pub(crate) fn recode(&self, new: impl Fn(u32) -> u32) -> Self {
        let mut codes = Self::with_capacity(self.len());
        for code in self.map(new) {
            codes.push(code);
        }
        codes
    }

    /// Each key becomes `key · width + code`, for the rows from `start` on. The caller has seen to it that
    /// keys stay below 2³².
    pub(crate) fn append_to(&self, keys: &mut [u32], start: usize, width: u32) {
        fn go<T: Copy + Into<u32>>(codes: &[T], keys: &mut [u32], start: usize, width: u32) {
            let codes = codes.get(start..).unwrap_or_default();
            for (key, code) in keys.iter_mut().zip(codes) {
                *key = key.wrapping_mul(width).wrapping_add((*code).into());
            }
        }
        match self {
            Self::Byte(codes) => go(codes, keys, start, width),
            Self::Word(codes) => go(codes, keys, start, width),
            Self::Long(codes) => go(codes, keys, start, width),
        }
    }

    fn shrink(&mut self) {
        match self {
            Self::Byte(codes) => codes.shrink_to_fit(),
            Self::Word(codes) => codes.shrink_to_fit(),
            Self::Long(codes) => codes.shrink_to_fit(),
        }
    }
}

/// What the codes of a packed column stand for.
#[derive(Clone, Debug)]
enum Values {
    /// Code → number; `NaN` is a missing value.
    Numbers(Vec<f64>),
    /// Code − 1 → label; code 0 is a missing value.
    Labels(Vec<String>),
}

/// A column as narrow codes of its distinct values.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    values: Values,
    codes: Codes,
}

impl Packed {
    /// Labels under codes from 1; code 0 is a missing value.
    pub(crate) fn labels(levels: Vec<String>, mut codes: Codes) -> Self {
        codes.shrink();
        Self {
            values: Values::Labels(levels),
            codes,
        }
    }

    /// A column, however many rows it has; `None` if it has more than `most` distinct values, or if most of
    /// its rows so far have a value of their own.
    pub(crate) fn of(column: &Column, most: usize) -> Option<Self> {
        match column {
            Column::Number(values) => {
                let mut packer = NumberPacker::with_capacity(values.len());
                for value in values {
                    let code = packer.code(*value);
                    packer.codes.push(code);
                    if num::at(code) >= most || packer.surely_many() {
                        return None;
                    }
                }
                Some(Self {
                    values: Values::Numbers(packer.distinct),
                    codes: packer.codes,
                })
            }
            Column::Category { levels, codes } => {
                let mut narrow = Codes::with_capacity(codes.len());
                for code in codes {
                    narrow.push(code.wrapping_add(1));
                }
                Some(Self::labels(levels.clone(), narrow))
            }
        }
    }

    /// Codes of the rows.
    pub(crate) fn codes(&self) -> &Codes {
        &self.codes
    }

    /// All codes are below this.
    pub(crate) fn width(&self) -> usize {
        match &self.values {
            Values::Numbers(distinct) => distinct.len(),
            Values::Labels(levels) => levels.len() + 1,
        }
    }

    fn column(&self) -> Column {
        match &self.values {
            Values::Numbers(distinct) => {
                let number = |code| distinct.get(num::at(code)).copied().unwrap_or(f64::NAN);
                Column::Number(self.codes.map(number))
            }
            Values::Labels(levels) => Column::Category {
                levels: levels.clone(),
                // 0, the code of a missing value, becomes the largest number, which is its code there.
                codes: self.codes.map(|code| code.wrapping_sub(1)),
            },
        }
    }
}

/// A column of a table: as it is, or packed.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    /// As it is.
    Plain(Column),
    /// Packed; as it is once somebody asks for that.
    Packed {
        /// Its codes.
        packed: Packed,
        /// The column, made when it is first read.
        plain: OnceLock<Column>,
    },
}

impl PartialEq for Stored {
    fn eq(&self, other: &Self) -> bool {
        self.column() == other.column()
    }
}

impl From<Packed> for Stored {
    fn from(packed: Packed) -> Self {
        Self::Packed {
            packed,
            plain: OnceLock::new(),
        }
    }
}

impl From<Column> for Stored {
    fn from(column: Column) -> Self {
        Self::Plain(column)
    }
}

impl Stored {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Plain(column) => column.len(),
            Self::Packed { packed, .. } => packed.codes.len(),
        }
    }

    /// The column as it is.
    pub(crate) fn column(&self) -> &Column {
        match self {
            Self::Plain(column) => column,
            Self::Packed { packed, plain } => plain.get_or_init(|| packed.column()),
        }
    }

    /// The column packed, if it is.
    pub(crate) fn packed(&self) -> Option<&Packed> {
        match self {
            Self::Plain(_) => None,
            Self::Packed { packed, .. } => Some(packed),
        }
    }

    /// The same column, packed if that makes it smaller.
    pub(crate) fn pack(self) -> Self {
        let Self::Plain(column) = self else {
            return self;
        };
        let few = match &column {
            Column::Number(values) => MOST_DISTINCT.min(values.len() / 2),
            Column::Category { levels, .. } if levels.len() >= MOST_DISTINCT => 0,
            Column::Category { .. } => MOST_DISTINCT,
        };
        match Packed::of(&column, few) {
            Some(packed) if few > 0 => packed.into(),
            _ => Self::Plain(column),
        }
    }

    /// Dense codes with one label per code, numbers in increasing order.
    pub(crate) fn coded(&self) -> Coded {
        if let Self::Packed { packed, .. } = self {
            match &packed.values {
                Values::Numbers(distinct) => {
                    let few = code_numbers(distinct);
                    let code = |code| few.codes.get(num::at(code)).copied().unwrap_or(MISSING);
                    return Coded {
                        codes: packed.codes.map(code),
                        labels: few.labels,
                    };
                }
                Values::Labels(levels) => {
                    return Coded {
                        labels: levels.clone(),
                        codes: packed.codes.map(|code| code.wrapping_sub(1)),
                    };
                }
            }
        }
        match self.column() {
            Column::Category { levels, codes } => Coded {
                labels: levels.clone(),
                codes: codes.clone(),
            },
            Column::Number(values) => code_numbers(values),
        }
    }

    /// Some rows, as they are.
    pub(crate) fn pick(&self, rows: &[u32]) -> Column {
        let Self::Packed { packed, .. } = self else {
            return self.column().pick(rows);
        };
        let code = |row: &u32| packed.codes.get(num::at(*row)).unwrap_or(0);
        let mut few = Codes::with_capacity(rows.len());
        for row in rows {
            few.push(code(row));
        }
        let values = packed.values.clone();
        Packed { values, codes: few }.column()
    }

    /// Refuses infinite numbers and codes outside the levels.
    pub(crate) fn check(&self, name: &str) -> Result<(), DataError> {
        let bad = match self {
            Self::Packed { packed, .. } => match &packed.values {
                Values::Numbers(distinct) => {
                    let infinite = distinct.iter().position(|x| x.is_infinite());
                    infinite.and_then(|code| {
                        let is = |row: &usize| packed.codes.get(*row) == Some(num::index(code));
                        (0..packed.codes.len()).find(is)
                    })
                }
                Values::Labels(_) => None,
            },
            Self::Plain(Column::Number(values)) => values.iter().position(|x| x.is_infinite()),
            Self::Plain(Column::Category { levels, codes }) => codes
                .iter()
                .position(|code| *code != MISSING && num::at(*code) >= levels.len()),
        };
        bad.map_or(Ok(()), |row| {
            Err(DataError::BadValue {
                column: name.to_owned(),
                row,
            })
        })
    }

    /// True if the column holds numbers and all that are not missing pass; there is one.
    pub(crate) fn all_numbers(&self, pass: impl Fn(f64) -> bool) -> bool {
        let numbers = match self {
            Self::Plain(Column::Number(values)) => values,
            Self::Packed { packed, .. } => match &packed.values {
                Values::Numbers(distinct) => distinct,
                Values::Labels(_) => return false,
            },
            Self::Plain(Column::Category { .. }) => return false,
        };
        let mut present = numbers.iter().filter(|x| !x.is_nan()).peekable();
        present.peek().is_some() && present.all(|x| pass(*x))
    }
}

/// Numbers on their way into a column, packed as long as that pays.
#[derive(Debug)]
pub(crate) struct NumberPacker {
    distinct: Vec<f64>,
    index: HashMap<u64, u32>,
    memo: Memo,
    codes: Codes,
    /// All numbers, once there are too many distinct ones.
    plain: Option<Vec<f64>>,
}

impl NumberPacker {
    /// No numbers yet, with room for some.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self {
            distinct: Vec::new(),
            index: HashMap::new(),
            memo: Memo::default(),
            codes: Codes::with_capacity(rows),
            plain: None,
        }
    }

    /// The code of a number.
    fn code(&mut self, value: f64) -> u32 {
        let bits = if value.is_nan() { f64::NAN } else { value }.to_bits();
        if let Some(code) = self.memo.get([bits, 0]) {
            return code;
        }
        let code = *self.index.entry(bits).or_insert_with(|| {
            self.distinct.push(f64::from_bits(bits));
            num::index(self.distinct.len() - 1)
        });
        self.memo.put([bits, 0], code);
        code
    }

    /// Appends a number. A code says that the same number can be appended by it.
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> Option<u32> {
        if let Some(plain) = &mut self.plain {
            plain.push(value);
            return None;
        }
        let code = self.code(value);
        self.codes.push(code);
        if self.distinct.len() > MOST_DISTINCT || self.surely_many() {
            self.unpack();
        }
        Some(code)
    }

    /// True if most rows so far brought a number of their own.
    fn surely_many(&self) -> bool {
        self.distinct.len() > SURELY_MANY && self.distinct.len() > self.codes.len() / 2
    }

    /// Appends the number of that code, unless numbers are kept as they are by now.
    #[inline]
    pub(crate) fn push_code(&mut self, code: u32) -> bool {
        if self.plain.is_none() {
            self.codes.push(code);
        }
        self.plain.is_none()
    }

    #[cold]
    fn unpack(&mut self) {
        let number = |code| self.distinct.get(num::at(code)).copied();
        let plain = self.codes.map(|code| number(code).unwrap_or(f64::NAN));
        *self = Self {
            plain: Some(plain),
            ..Self::with_capacity(0)
        };
    }

    /// The column.
    pub(crate) fn finish(mut self) -> Stored {
        if let Some(plain) = self.plain {
            return Column::Number(plain).into();
        }
        self.codes.shrink();
        Packed {
            values: Values::Numbers(self.distinct),
            codes: self.codes,
        }
        .into()
    }
}

/// The codes of what was lately looked up: saves most look-ups in a map.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    slots: Vec<([u64; 2], u32)>,
}

impl Memo {
    const SLOTS: usize = 1 << 10;

    fn place(key: [u64; 2]) -> usize {
        let [a, b] = key;
        let mixed = (a ^ b.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from((mixed ^ (mixed << 21)) >> 54).unwrap_or(0)
    }

    /// The code of a key, if it is remembered.
    #[inline]
    pub(crate) fn get(&self, key: [u64; 2]) -> Option<u32> {
        self.slots
            .get(Self::place(key))
            .filter(|slot| slot.0 == key && slot.1 != MISSING)
            .map(|slot| slot.1)
    }

    /// Remembers a code in place of an earlier one.
    pub(crate) fn put(&mut self, key: [u64; 2], code: u32) {
        if self.slots.is_empty() {
            self.slots = vec![([0, 0], MISSING); Self::SLOTS];
        }
        if let Some(slot) = self.slots.get_mut(Self::place(key)) {
            *slot = (key, code);
        }
    }

    /// The key of a short text; `None` if it is too long for one.
    #[inline]
    pub(crate) fn key(text: &[u8]) -> Option<[u64; 2]> {
        let mut bytes = [0_u8; 16];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        let [.., last] = &mut bytes;
        if *last != 0 || text.len() > 15 {
            return None;
        }
        *last = u8::try_from(text.len()).ok()?;
        let (low, high) = bytes.split_first_chunk::<8>()?;
        Some([
            u64::from_le_bytes(*low),
            u64::from_le_bytes(high.try_into().ok()?),
        ])
    }
}

#[cfg(test)]
mod tests;
