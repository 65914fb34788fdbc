//! The results of a plan for people: tables for a terminal, a flat CSV file, a forest plot.
//!
//! Pure: a plan, its results and the reader's [`Wording`] in, text out. No number is computed here beyond
//! its unit and rounding; what is printed is in the results.

mod chart;
mod comparisons;
mod estimates;
mod figures;
mod flat;
mod quality;
mod sections;
mod weights;

use std::collections::{BTreeMap, BTreeSet};

use crate::i18n::Lang;

pub use chart::{ChartRefusal, chart};
pub use flat::csv;
pub use sections::text;
pub use weights::{diagnostics_csv, diagnostics_json, diagnostics_text, weights_csv};

/// How the parts of a plan are called for one reader.
#[derive(Debug, Clone, Default)]
pub struct Wording {
    /// The reader's language.
    pub lang: Lang,
    /// Title of the plan.
    pub title: Option<String>,
    /// Titles of analyses, by id.
    pub titles: BTreeMap<String, String>,
    /// Names of columns.
    pub columns: BTreeMap<String, String>,
    /// Names of levels, by column.
    pub levels: BTreeMap<String, BTreeMap<String, String>>,
    /// Number columns that hold only 0 and 1: their means are shares and are printed as percent.
    pub shares: BTreeSet<String>,
}

impl Wording {
    pub(super) fn analysis<'a>(&'a self, id: &'a str) -> &'a str {
        self.titles.get(id).map_or(id, String::as_str)
    }

    fn column<'a>(&'a self, name: &'a str) -> &'a str {
        self.columns.get(name).map_or(name, String::as_str)
    }

    fn level<'a>(&'a self, column: &str, level: &'a str) -> &'a str {
        self.levels
            .get(column)
            .and_then(|levels| levels.get(level))
            .map_or(level, String::as_str)
    }

    /// A key of several levels joined by bars, each in the reader's words.
    fn key(&self, by: &[String], key: &str) -> String {
        let levels: Vec<&str> = key.split('|').collect();
        if levels.len() != by.len() {
            return key.to_owned();
        }
        by.iter()
            .zip(levels)
            .map(|(column, level)| self.level(column, level))
            .collect::<Vec<_>>()
            .join(" · ")
    }
}

#[cfg(test)]
mod tests;
