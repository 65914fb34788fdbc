//! What counties report: one value per county, year and indicator, typed.
//!
//! Promise: a value is what its kind says. Counts are whole numbers, a rate is the two counts it
//! was made from, a judgement names who judged, why, and on which evidence.

use std::collections::btree_map;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::finding::Finding;

/// The kind of value that an indicator carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A whole number of cases, accidents, squads.
    Count,
    /// k of m, as two counts.
    Rate,
    /// A decimal number with a unit that the standard names.
    Amount,
    /// Events or units, each with named measures.
    List,
    /// A person's judgement.
    Judgement,
}

impl Kind {
    /// The code that files and messages use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Rate => "rate",
            Self::Amount => "amount",
            Self::List => "list",
            Self::Judgement => "judgement",
        }
    }
}

/// One event (a fire) or one unit (a township) of a list, with its measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is called in the report.
    pub label: String,
    /// Named measures, such as `deaths`.
    pub measures: BTreeMap<String, Amount>,
}

/// A judgement by a named assessor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Whether the assessor found the criterion met.
    pub met: bool,
    /// Who judged.
    pub assessor: String,
    /// Why, in the assessor's words.
    pub reason: String,
    /// What it rests on: a document, a file number.
    pub evidence: String,
}

/// A reported value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Value {
    /// A whole number.
    Count {
        /// The number.
        count: u32,
    },
    /// `k` of `m`, with `k ≤ m`.
    Rate {
        /// The part.
        k: u32,
        /// The whole.
        m: u32,
    },
    /// A decimal number.
    Amount {
        /// The number, in the unit that the standard names.
        amount: Amount,
    },
    /// A list; empty means "there was none", which somebody reported.
    List {
        /// The events or units.
        entries: Vec<Entry>,
    },
    /// A judgement.
    Judgement {
        /// The judgement.
        judgement: Judgement,
    },
}

impl Value {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Count { .. } => Kind::Count,
            Self::Rate { .. } => Kind::Rate,
            Self::Amount { .. } => Kind::Amount,
            Self::List { .. } => Kind::List,
            Self::Judgement { .. } => Kind::Judgement,
        }
    }
}

/// Where a value stands between report and use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Reported by the county.
    Reported,
    /// Verified by a second person.
    Verified,
    /// Invented for an example; shown as such wherever it is used.
    Synthetic,
}

impl Status {
    /// The code that files use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Verified => "verified",
            Self::Synthetic => "synthetic",
        }
    }
}

/// A value with its county, year and standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Division code of the county.
    pub county: String,
    /// The year that it describes.
    pub year: i32,
    /// Indicator id of the standard.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// The value.
    pub value: Value,
}

/// All reported values, at most one per county, year and indicator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indicators {
    /// By county: nested, so that a value is found without making a key.
    values: BTreeMap<String, Reported>,
    /// How many values stand where: kept, because every evaluation tells it.
    standing: Standing,
}

/// What one county reported, at most one value per year and indicator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reported {
    /// By year and id.
    years: BTreeMap<i32, BTreeMap<String, Indicator>>,
}

impl Reported {
    /// Of a county that reported nothing.
    pub const NOTHING: &'static Self = &Self {
        years: BTreeMap::new(),
    };

    /// The value of `id` in `year`.
    #[must_use]
    pub fn get(&self, year: i32, id: &str) -> Option<&Indicator> {
        self.years.get(&year)?.get(id)
    }
}

impl Indicators {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value; gives it back when the county already has one for that year and indicator.
    pub fn insert(&mut self, indicator: Indicator) -> Result<(), Box<Indicator>> {
        let county = self.values.entry(indicator.county.clone()).or_default();
        let year = county.years.entry(indicator.year).or_default();
        match year.entry(indicator.id.clone()) {
            btree_map::Entry::Occupied(_) => Err(Box::new(indicator)),
            btree_map::Entry::Vacant(place) => {
                *self.standing.of(indicator.status) += 1;
                place.insert(indicator);
                Ok(())
            }
        }
    }

    /// The value of `id` in `county` and `year`.
    #[must_use]
    pub fn get(&self, county: &str, year: i32, id: &str) -> Option<&Indicator> {
        self.of(county).get(year, id)
    }

    /// All that `county` reported.
    #[must_use]
    pub fn of(&self, county: &str) -> &Reported {
        self.values.get(county).unwrap_or(Reported::NOTHING)
    }

    /// All values in order of county, year, id.
    pub fn iter(&self) -> impl Iterator<Item = &Indicator> {
        let years = self
            .values
            .values()
            .flat_map(|county| county.years.values());
        years.flat_map(BTreeMap::values)
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.standing.all()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The counties that reported anything, in order of code.
    #[must_use]
    pub fn counties(&self) -> BTreeSet<&str> {
        self.values.keys().map(String::as_str).collect()
    }

    /// How many values stand where.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }
}

/// Numbers of values by their status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Reported, not verified by a second person.
    pub reported: usize,
    /// Verified.
    pub verified: usize,
    /// Invented for an example.
    pub synthetic: usize,
}

impl Standing {
    /// All values.
    #[must_use]
    pub const fn all(self) -> usize {
        self.reported + self.verified + self.synthetic
    }

    const fn of(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Reported => &mut self.reported,
            Status::Verified => &mut self.verified,
            Status::Synthetic => &mut self.synthetic,
        }
    }
}

impl FromIterator<Indicator> for Indicators {
    /// Later values of the same county, year and indicator replace earlier ones.
    fn from_iter<I: IntoIterator<Item = Indicator>>(all: I) -> Self {
        let mut values = Self::default();
        for indicator in all {
            let county = values.values.entry(indicator.county.clone()).or_default();
            let year = county.years.entry(indicator.year).or_default();
            *values.standing.of(indicator.status) += 1;
            if let Some(replaced) = year.insert(indicator.id.clone(), indicator) {
                *values.standing.of(replaced.status) -= 1;
            }
        }
        values
    }
}

impl Judgement {
    /// The finding that the judgement states.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding::from_bool(self.met)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(county: &str, status: Status, count: u32) -> Indicator {
        Indicator {
            county: county.to_owned(),
            year: 2026,
            id: "x".to_owned(),
            status,
            value: Value::Count { count },
        }
    }

    #[test]
    fn what_stands_where_is_counted_once_whatever_is_replaced_or_refused() {
        let mut all: Indicators = [
            value("a", Status::Reported, 1),
            value("b", Status::Synthetic, 1),
            value("a", Status::Verified, 2),
        ]
        .into_iter()
        .collect();
        assert!(all.insert(value("b", Status::Reported, 3)).is_err());
        assert!(all.insert(value("c", Status::Reported, 3)).is_ok());
        let standing = Standing {
            reported: 1,
            verified: 1,
            synthetic: 1,
        };
        assert_eq!((all.standing(), all.len()), (standing, all.iter().count()));
    }
}
