//! Population margins: the known numbers of residents by county that weights are calibrated to.
//!
//! Two margins per county, over the same people (residents of 18 and over): sex × age band, and
//! urban/rural. Their totals must agree exactly; where sources differ, the organizer decides which
//! one to scale, in the open, before the import.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::area::AreaCode;
use super::frame::Residence;

/// A cell of the sex × age margin, by the questionnaire's option codes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SexAge {
    /// Code of the sex item's option.
    pub sex: String,
    /// Code of the age item's option.
    pub age: String,
}

impl std::fmt::Display for SexAge {
    /// `female:18-29`, the label in stores and results.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.sex, self.age)
    }
}

/// Which cell of which margin a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarginCell {
    /// Sex × age band.
    SexAge(SexAge),
    /// Urban or rural.
    Residence(Residence),
}

impl MarginCell {
    /// Name of the margin in stores.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        match self {
            Self::SexAge(_) => "sex_age",
            Self::Residence(_) => "residence",
        }
    }

    /// Name of the cell in stores.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::SexAge(cell) => cell.to_string(),
            Self::Residence(residence) => residence.as_str().to_owned(),
        }
    }

    /// Reads what [`Self::variable`] and [`Self::label`] wrote.
    #[must_use]
    pub fn from_words(variable: &str, label: &str) -> Option<Self> {
        match variable {
            "sex_age" => label.split_once(':').map(|(sex, age)| {
                Self::SexAge(SexAge {
                    sex: sex.to_owned(),
                    age: age.to_owned(),
                })
            }),
            "residence" => Residence::parse(label).map(Self::Residence),
            _ => None,
        }
    }
}

/// One number of residents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarginRow {
    /// The county.
    pub county: AreaCode,
    /// The cell.
    pub cell: MarginCell,
    /// Residents of 18 and over.
    pub population: u64,
}

/// The margins of one county.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountyMargins {
    /// Sex × age band.
    pub sex_age: BTreeMap<SexAge, u64>,
    /// Urban/rural; a residence without people is absent.
    pub residence: BTreeMap<Residence, u64>,
}

impl CountyMargins {
    /// Residents of 18 and over.
    #[must_use]
    pub fn population(&self) -> u64 {
        self.sex_age.values().sum()
    }
}

/// Why margins were refused; `place` counts rows from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarginError {
    /// No row at all.
    #[error("there are no margins")]
    Empty,
    /// A cell occurs twice.
    #[error("county {county}: cell {cell} occurs twice")]
    Twice {
        /// Place in the list.
        place: usize,
        /// The county.
        county: AreaCode,
        /// Label of the cell.
        cell: String,
    },
    /// The county is not known.
    #[error("{county} is no listed county")]
    NoCounty {
        /// Place in the list.
        place: usize,
        /// The county.
        county: AreaCode,
    },
    /// A sex × age cell without people cannot be calibrated to.
    #[error("county {county}: cell {cell} has nobody in it")]
    Nobody {
        /// Place in the list.
        place: usize,
        /// The county.
        county: AreaCode,
        /// Label of the cell.
        cell: String,
    },
    /// One of the two margins is missing, or sex and age are not fully crossed.
    #[error("county {county}: cell {cell} is missing")]
    Missing {
        /// The county.
        county: AreaCode,
        /// Label of the cell, or of the margin.
        cell: String,
    },
    /// The two margins count different numbers of people.
    #[error("county {county}: sex and age add up to {sex_age}, urban and rural to {residence}")]
    Unequal {
        /// The county.
        county: AreaCode,
        /// Sum over sex × age.
        sex_age: u64,
        /// Sum over urban and rural.
        residence: u64,
    },
}

impl MarginError {
    /// Place of the row in the list, from 0, if the problem lies in one row.
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        match self {
            Self::Twice { place, .. }
            | Self::NoCounty { place, .. }
            | Self::Nobody { place, .. } => Some(*place),
            Self::Empty | Self::Missing { .. } | Self::Unequal { .. } => None,
        }
    }
}

/// Checked margins of all counties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Margins {
    counties: BTreeMap<AreaCode, CountyMargins>,
}

impl Margins {
    /// Checks the rows against the known counties; every problem is reported.
    pub fn new(
        rows: &[MarginRow],
        counties: &BTreeSet<AreaCode>,
    ) -> Result<Self, Vec<MarginError>> {
        let mut margins: BTreeMap<AreaCode, CountyMargins> = BTreeMap::new();
        let mut problems = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let county = row.county.clone();
            if !counties.contains(&county) {
                problems.push(MarginError::NoCounty { place, county });
                continue;
            }
            let cell = row.cell.label();
            let known = margins.entry(county.clone()).or_default();
            let before = match &row.cell {
                MarginCell::SexAge(_) if row.population == 0 => {
                    problems.push(MarginError::Nobody {
                        place,
                        county,
                        cell,
                    });
                    continue;
                }
                MarginCell::SexAge(key) => known.sex_age.insert(key.clone(), row.population),
                MarginCell::Residence(key) => known.residence.insert(*key, row.population),
            };
            if before.is_some() {
                problems.push(MarginError::Twice {
                    place,
                    county,
                    cell,
                });
            }
        }
        if rows.is_empty() {
            problems.push(MarginError::Empty);
        }
        for (county, margin) in &mut margins {
            margin.residence.retain(|_, population| *population > 0);
            check_county(county, margin, &mut problems);
        }
        if problems.is_empty() {
            Ok(Self { counties: margins })
        } else {
            Err(problems)
        }
    }

    /// The margins of a county.
    #[must_use]
    pub fn county(&self, county: &AreaCode) -> Option<&CountyMargins> {
        self.counties.get(county)
    }

    /// All counties by code.
    pub fn iter(&self) -> impl Iterator<Item = (&AreaCode, &CountyMargins)> {
        self.counties.iter()
    }

    /// The rows that a store holds, in canonical order.
    #[must_use]
    pub fn rows(&self) -> Vec<MarginRow> {
        self.counties
            .iter()
            .flat_map(|(county, margin)| {
                let sex_age = margin
                    .sex_age
                    .iter()
                    .map(|(cell, n)| (MarginCell::SexAge(cell.clone()), *n));
                let residence = margin
                    .residence
                    .iter()
                    .map(|(cell, n)| (MarginCell::Residence(*cell), *n));
                sex_age
                    .chain(residence)
                    .map(|(cell, population)| MarginRow {
                        county: county.clone(),
                        cell,
                        population,
                    })
            })
            .collect()
    }

    /// The rows in canonical order as text, one line each: county, margin, cell, residents.
    #[must_use]
    pub fn lines(&self) -> String {
        let line = |row: MarginRow| {
            let (variable, label) = (row.cell.variable(), row.cell.label());
            format!("{},{variable},{label},{}\n", row.county, row.population)
        };
        self.rows().into_iter().map(line).collect()
    }

    /// Reads what [`Margins::lines`] wrote; nothing where it is none, or no margins.
    #[must_use]
    pub fn from_lines(text: &str) -> Option<Self> {
        let row = |line: &str| {
            let mut fields = line.splitn(4, ',');
            let county = AreaCode::parse(fields.next()?).ok()?;
            let cell = MarginCell::from_words(fields.next()?, fields.next()?)?;
            let population = fields.next()?.parse().ok()?;
            Some(MarginRow {
                county,
                cell,
                population,
            })
        };
        let rows: Option<Vec<MarginRow>> = text.split_terminator('\n').map(row).collect();
        let rows = rows?;
        let counties = rows.iter().map(|row| row.county.clone()).collect();
        Self::new(&rows, &counties).ok()
    }

    /// SHA-256 of [`Margins::lines`].
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.lines()).into()
    }
}

/// Both margins are there, sex and age fully crossed, totals equal.
fn check_county(county: &AreaCode, margin: &CountyMargins, problems: &mut Vec<MarginError>) {
    let missing = |cell: String| MarginError::Missing {
        county: county.clone(),
        cell,
    };
    let sexes: BTreeSet<&String> = margin.sex_age.keys().map(|cell| &cell.sex).collect();
    let ages: BTreeSet<&String> = margin.sex_age.keys().map(|cell| &cell.age).collect();
    if sexes.is_empty() {
        problems.push(missing("sex_age".into()));
        return;
    }
    if margin.residence.is_empty() {
        problems.push(missing("residence".into()));
        return;
    }
    for sex in &sexes {
        for age in &ages {
            let cell = SexAge {
                sex: (*sex).clone(),
                age: (*age).clone(),
            };
            if !margin.sex_age.contains_key(&cell) {
                problems.push(missing(cell.to_string()));
            }
        }
    }
    let (sex_age, residence) = (margin.population(), margin.residence.values().sum());
    if sex_age != residence {
        problems.push(MarginError::Unequal {
            county: county.clone(),
            sex_age,
            residence,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> AreaCode {
        AreaCode::parse(text).unwrap()
    }

    fn row(county: &str, cell: &str, population: u64) -> MarginRow {
        let variable = if cell.contains(':') {
            "sex_age"
        } else {
            "residence"
        };
        MarginRow {
            county: code(county),
            cell: MarginCell::from_words(variable, cell).unwrap(),
            population,
        }
    }

    fn counties() -> BTreeSet<AreaCode> {
        [code("140302"), code("140303")].into()
    }

    fn good() -> Vec<MarginRow> {
        vec![
            row("140302", "male:18-39", 30),
            row("140302", "male:40up", 20),
            row("140302", "female:18-39", 28),
            row("140302", "female:40up", 22),
            row("140302", "urban", 100),
            row("140302", "rural", 0),
        ]
    }

    #[test]
    fn margins_read_back_from_their_rows() {
        let margins = Margins::new(&good(), &counties()).unwrap();
        assert_eq!(margins.county(&code("140302")).unwrap().population(), 100);
        let again = Margins::new(&margins.rows(), &counties()).unwrap();
        assert_eq!(again, margins);
        assert_eq!(again.digest(), margins.digest());
        assert_eq!(Margins::from_lines(&margins.lines()), Some(margins));
    }

    #[test]
    fn a_residence_without_people_does_not_exist() {
        let margins = Margins::new(&good(), &counties()).unwrap();
        let residence = &margins.county(&code("140302")).unwrap().residence;
        assert_eq!(residence.keys().collect::<Vec<_>>(), [&Residence::Urban]);
    }

    #[test]
    fn totals_that_differ_are_refused_with_both_numbers() {
        let mut rows = good();
        rows[4].population = 99;
        let unequal = MarginError::Unequal {
            county: code("140302"),
            sex_age: 100,
            residence: 99,
        };
        assert_eq!(Margins::new(&rows, &counties()).unwrap_err(), [unequal]);
    }

    #[test]
    fn a_missing_or_empty_or_double_cell_is_named() {
        let mut rows = good();
        rows[3].population = 0;
        rows.push(row("140302", "urban", 1));
        rows.push(row("140399", "urban", 1));
        let words: Vec<String> = Margins::new(&rows, &counties())
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            words[..4],
            [
                "county 140302: cell female:40up has nobody in it",
                "county 140302: cell urban occurs twice",
                "140399 is no listed county",
                "county 140302: cell female:40up is missing",
            ]
        );
    }
}
