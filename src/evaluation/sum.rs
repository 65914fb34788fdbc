//! Sums that must hold between reported values: parts and the whole that they belong to.
//!
//! A standard says which; what does not add up is a warning beside the values concerned. It asks for a second
//! look, never stops a report and never touches a verdict. Promise: sums are compared exactly, and only
//! when the whole and every part are there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::indicator::{Kind, Value};

/// Which number of a value is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The number of a count or amount.
    Number,
    /// The part of a rate.
    K,
    /// The whole of a rate.
    M,
}

impl Part {
    /// Whether a value of this kind has such a number.
    #[must_use]
    pub const fn is_of(self, kind: Kind) -> bool {
        match self {
            Self::Number => matches!(kind, Kind::Count | Kind::Amount),
            Self::K | Self::M => matches!(kind, Kind::Rate),
        }
    }
}

/// One number of one indicator: `crime.cases`, `crime.clearance:k`, `crime.clearance:m`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Term {
    /// Indicator id.
    pub indicator: String,
    /// Which of its numbers.
    pub part: Part,
}

/// A text that names no number of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an indicator, or of its k or m")]
pub struct NotATerm;

impl FromStr for Term {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let (indicator, part) = match text.trim().split_once(':') {
            None => (text.trim(), Part::Number),
            Some((indicator, "k")) => (indicator, Part::K),
            Some((indicator, "m")) => (indicator, Part::M),
            Some(_) => return Err(NotATerm),
        };
        if indicator.is_empty() {
            return Err(NotATerm);
        }
        Ok(Self {
            indicator: indicator.to_owned(),
            part,
        })
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.indicator)?;
        match self.part {
            Part::Number => Ok(()),
            Part::K => f.write_str(":k"),
            Part::M => f.write_str(":m"),
        }
    }
}

impl TryFrom<String> for Term {
    type Error = NotATerm;

    fn try_from(text: String) -> Result<Self, NotATerm> {
        text.parse()
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        term.to_string()
    }
}

/// A whole and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The whole.
    pub total: Term,
    /// What belongs to it.
    pub parts: Vec<Term>,
    /// Whether the parts are all of the whole. Otherwise they are some of it, and only more than the whole is odd.
    pub all: bool,
}

/// A sum that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch<'a> {
    /// The sum.
    pub sum: &'a Sum,
    /// The whole as it was reported.
    pub total: Amount,
    /// What the parts come to.
    pub parts: Amount,
}

impl Sum {
    /// Whether a number of this indicator is in the sum.
    #[must_use]
    pub fn concerns(&self, indicator: &str) -> bool {
        let mut terms = self.parts.iter().chain([&self.total]);
        terms.any(|term| term.indicator == indicator)
    }

    /// What does not hold among these values of one county and year; nothing while one of them is not there.
    pub fn check<'a, 'v>(
        &'a self,
        values: impl Fn(&str) -> Option<&'v Value>,
    ) -> Option<Mismatch<'a>> {
        let number = |term: &Term| number(values(&term.indicator)?, term.part);
        let total = number(&self.total)?;
        let mut parts = Amount::ZERO;
        for term in &self.parts {
            parts = parts.plus(number(term)?)?;
        }
        let holds = if self.all {
            parts == total
        } else {
            parts <= total
        };
        (!holds).then_some(Mismatch {
            sum: self,
            total,
            parts,
        })
    }
}

fn number(value: &Value, part: Part) -> Option<Amount> {
    match (value, part) {
        (Value::Count { count }, Part::Number) => Some(Amount::whole(*count)),
        (Value::Amount { amount }, Part::Number) => Some(*amount),
        (Value::Rate { k, .. }, Part::K) => Some(Amount::whole(*k)),
        (Value::Rate { m, .. }, Part::M) => Some(Amount::whole(*m)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn sum(total: &str, parts: &[&str], all: bool) -> Sum {
        Sum {
            total: total.parse().unwrap(),
            parts: parts.iter().map(|part| part.parse().unwrap()).collect(),
            all,
        }
    }

    fn values() -> BTreeMap<&'static str, Value> {
        [
            ("cases", Value::Count { count: 100 }),
            ("solved", Value::Rate { k: 40, m: 100 }),
            ("violent", Value::Count { count: 30 }),
            ("other", Value::Count { count: 71 }),
            (
                "money",
                Value::Amount {
                    amount: "0.5".parse().unwrap(),
                },
            ),
        ]
        .into()
    }

    fn check(sum: &Sum) -> Option<(String, String)> {
        let values = values();
        let found = sum.check(|id| values.get(id))?;
        Some((found.total.to_string(), found.parts.to_string()))
    }

    #[test]
    fn parts_that_are_all_of_a_whole_must_come_to_it() {
        assert_eq!(check(&sum("cases", &["solved:m"], true)), None);
        let too_many = check(&sum("cases", &["violent", "other"], true));
        assert_eq!(too_many, Some(("100".to_owned(), "101".to_owned())));
        let too_few = check(&sum("cases", &["violent", "solved:k"], true));
        assert_eq!(too_few, Some(("100".to_owned(), "70".to_owned())));
    }

    #[test]
    fn parts_that_are_some_of_a_whole_must_not_be_more() {
        assert_eq!(check(&sum("cases", &["violent", "solved:k"], false)), None);
        assert_eq!(check(&sum("cases", &["solved:m"], false)), None);
        let more = check(&sum("violent", &["solved:k"], false));
        assert_eq!(more, Some(("30".to_owned(), "40".to_owned())));
        let tenths = check(&sum("money", &["violent"], false));
        assert_eq!(tenths, Some(("0.5".to_owned(), "30".to_owned())));
    }

    #[test]
    fn nothing_is_said_while_a_number_is_not_there() {
        assert_eq!(check(&sum("cases", &["violent", "ghosts"], true)), None);
        assert_eq!(check(&sum("ghosts", &["violent"], true)), None);
        assert_eq!(
            check(&sum("cases", &["violent:k"], true)),
            None,
            "a count has no k"
        );
    }

    #[test]
    fn a_number_reads_back_from_its_name() {
        for name in ["crime.cases", "crime.clearance:k", "crime.clearance:m"] {
            assert_eq!(name.parse::<Term>().unwrap().to_string(), name);
        }
        for name in ["", ":k", "a:b", "a:"] {
            assert_eq!(name.parse::<Term>(), Err(NotATerm), "{name}");
        }
    }
}
