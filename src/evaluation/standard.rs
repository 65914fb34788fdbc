//! A standard: areas → criteria → rule, as data, with its cycle, consequences and monitored measures.
//!
//! [`Standard::from_toml`] is the only way to one, and checks everything: both languages, typed
//! parameters, unknown fields, ids, and that an indicator has one kind. Its errors name the
//! criterion, the field and the line, all at once.

pub mod document;
mod fields;
pub mod form;
mod read;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::cross_check::CrossCheck;
use super::cycle::{Consequences, Cycle};
use super::indicator::{Indicator, Kind};
use super::measure::Measure;
use super::rule::Rule;
use super::sum::Sum;
use super::words::Words;

/// A county-level unit that the standard evaluates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct County {
    /// Division code.
    pub code: String,
    /// Name.
    pub name: Words,
}

/// A group of criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Id, the first part of its criteria's ids.
    pub id: String,
    /// Place in the notice.
    pub clause: String,
    /// Name.
    pub name: Words,
}

/// One gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// Id, `area.name`.
    pub id: String,
    /// Place in the notice.
    pub clause: String,
    /// Name.
    pub name: Words,
    /// A word or two for the head of a matrix.
    pub short: Words,
    /// What the notice leaves open, or how it was read.
    pub note: Option<Words>,
    /// What counts as met.
    pub rule: Rule,
}

impl Criterion {
    /// Id of the area.
    #[must_use]
    pub fn area(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}

/// Clauses that the standard leaves out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Omitted {
    /// The clauses.
    pub clauses: Vec<String>,
    /// Why.
    pub reason: Words,
}

/// A checked standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standard {
    /// Id.
    pub id: String,
    /// Version; every verdict names it.
    pub version: u32,
    /// Title.
    pub title: Words,
    /// Where it comes from.
    pub source: Words,
    /// The units under evaluation, in the order of print.
    pub counties: Vec<County>,
    /// Areas in order.
    pub areas: Vec<Area>,
    /// Criteria in order; all are gates.
    pub criteria: Vec<Criterion>,
    /// Clauses left out on purpose.
    pub omitted: Vec<Omitted>,
    /// What must add up among the reported values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sums: Vec<Sum>,
    /// Calendar and targets.
    pub cycle: Cycle,
    /// What the notice attaches to results: shown, never executed.
    pub consequences: Option<Consequences>,
    /// Measures with a number that are no gates.
    pub measures: Vec<Measure>,
    /// Questions that stand beside recorded cases, as information.
    pub cross_checks: Vec<CrossCheck>,
    /// Names of measures of events and units, such as `deaths`.
    pub terms: BTreeMap<String, Words>,
    /// Names of indicators that stand beside a judgement.
    pub indicators: BTreeMap<String, Words>,
}

impl Standard {
    /// Reads and checks a standard.
    pub fn from_toml(text: &str) -> Result<Self, StandardError> {
        read::standard(text)
    }

    /// The criterion with this id.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|c| c.id == id)
    }

    /// The county with this code.
    #[must_use]
    pub fn county(&self, code: &str) -> Option<&County> {
        self.counties.iter().find(|c| c.code == code)
    }

    /// Every indicator that the standard reads, with its kind.
    #[must_use]
    pub fn indicator_kinds(&self) -> BTreeMap<&str, Kind> {
        let rules = self.criteria.iter().flat_map(|c| c.rule.needs());
        rules
            .chain(self.measures.iter().map(Measure::needs))
            .collect()
    }

    /// Whether the standard can read this value when it is applied to `year`. Whatever it cannot read
    /// changes no evaluation of that year.
    #[must_use]
    pub fn reads(&self, value: &Indicator, year: i32) -> bool {
        let near = |years_back: i32| (year - years_back..=year).contains(&value.year);
        let by_rule = |rule: &Rule| {
            near(rule.years_back()) && rule.needs().iter().any(|(id, _)| *id == value.id)
        };
        let by_measure = |measure: &Measure| near(0) && measure.id == value.id;
        self.county(&value.county).is_some()
            && (self.criteria.iter().any(|c| by_rule(&c.rule))
                || self.measures.iter().any(by_measure))
    }

    /// What a verdict on this county rests on: each indicator that a rule or a measure reads, with the number of years before
    /// the one under evaluation from which its values are read, too.
    #[must_use]
    pub fn looks_back(&self, county: &str) -> BTreeMap<&str, i32> {
        let by_rules = self.criteria.iter().flat_map(|criterion| {
            let back = criterion.rule.years_back();
            let needs = criterion.rule.needs().into_iter();
            // A judgement is of its own year, whatever stands beside it.
            needs.map(move |(id, kind)| (id, if kind == Kind::Judgement { 0 } else { back }))
        });
        let concerned = self.measures.iter().filter(|measure| {
            measure.counties.is_empty() || measure.counties.iter().any(|code| code == county)
        });
        let by_measures = concerned.map(|measure| (measure.id.as_str(), 0));
        let mut found: BTreeMap<&str, i32> = BTreeMap::new();
        for (id, back) in by_rules.chain(by_measures) {
            let most = found.entry(id).or_insert(back);
            *most = back.max(*most);
        }
        found
    }

    /// How an indicator is called: its own name, or that of the criterion or measure that reads it.
    #[must_use]
    pub fn indicator_name<'a>(&'a self, id: &'a str, language: &str) -> &'a str {
        let own = self.indicators.get(id);
        let criterion = || self.criterion(id).map(|c| &c.name);
        let measure = || self.measures.iter().find(|m| m.id == id).map(|m| &m.name);
        own.or_else(criterion)
            .or_else(measure)
            .map_or(id, |words| words.get(language))
    }

    /// The sums in which a number of this indicator stands.
    pub fn sums_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Sum> {
        self.sums.iter().filter(move |sum| sum.concerns(id))
    }

    /// How a measure of an event or unit is called.
    #[must_use]
    pub fn term<'a>(&'a self, term: &'a str, language: &str) -> &'a str {
        self.terms.get(term).map_or(term, |w| w.get(language))
    }
}

/// One thing that is wrong in a standard's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardProblem {
    /// Criterion id, or the section when no criterion is concerned.
    pub at: String,
    /// The field.
    pub field: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// Kinds of problems.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No TOML.
    #[error("{message}")]
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// A field is missing.
    #[error("is missing")]
    Missing,
    /// A text is blank.
    #[error("is blank")]
    Blank,
    /// A field has another type.
    #[error("expected: {expected}")]
    WrongType {
        /// What was expected.
        expected: &'static str,
    },
    /// A number is out of range.
    #[error("must be from {least} to {most}")]
    OutOfRange {
        /// Least value.
        least: u32,
        /// Greatest value.
        most: u32,
    },
    /// A text lacks a language.
    #[error("has no text in {language}")]
    MissingLanguage {
        /// The language.
        language: &'static str,
    },
    /// A field that nothing reads.
    #[error("is no field that this kind knows")]
    UnknownField,
    /// A word that is not among the allowed ones.
    #[error("{found:?} is not one of: {allowed}")]
    UnknownWord {
        /// What was found.
        found: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// An id that exists already.
    #[error("{id} exists already")]
    Duplicate {
        /// The id.
        id: String,
    },
    /// An id that refers to nothing.
    #[error("{id} does not exist")]
    UnknownReference {
        /// The id.
        id: String,
    },
    /// An indicator is used with two kinds.
    #[error("indicator {indicator} is {first} here and {second} elsewhere", first = first.code(), second = second.code())]
    KindClash {
        /// The indicator.
        indicator: String,
        /// Kind here.
        first: Kind,
        /// Kind elsewhere.
        second: Kind,
    },
    /// A list that needs an element has none.
    #[error("needs at least one entry")]
    Empty,
    /// A sum names a number that the indicator does not have.
    #[error("{term} is no number: :k and :m are of rates, everything else is named without them")]
    NoSuchNumber {
        /// The number as it is named.
        term: String,
    },
}

impl Problem {
    /// The code, for sentences by key.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::Missing => "missing",
            Self::Blank => "blank",
            Self::WrongType { .. } => "wrong-type",
            Self::OutOfRange { .. } => "out-of-range",
            Self::MissingLanguage { .. } => "missing-language",
            Self::UnknownField => "unknown-field",
            Self::UnknownWord { .. } => "unknown-word",
            Self::Duplicate { .. } => "duplicate",
            Self::UnknownReference { .. } => "unknown-reference",
            Self::KindClash { .. } => "kind-clash",
            Self::Empty => "empty",
            Self::NoSuchNumber { .. } => "no-such-number",
        }
    }
}

impl fmt::Display for StandardProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            field,
            line,
            problem,
        } = self;
        write!(f, "line {line}: {at}: {field}: {problem}")
    }
}

/// A standard's file is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} in the standard", count(problems))]
pub struct StandardError {
    /// Everything that is wrong, by line.
    pub problems: Vec<StandardProblem>,
}

fn count(problems: &[StandardProblem]) -> String {
    match problems {
        [one] => one.to_string(),
        many => format!("{} problems", many.len()),
    }
}
