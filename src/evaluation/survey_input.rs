//! The survey's figures as the rules read them: per county and item, level and change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::stats::threshold::{Change, Figure, Gates, NotAssessable};

/// All figures of one wave that a standard may ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyInput {
    /// The wave.
    pub wave: String,
    /// Whether the answers were simulated; shown as such wherever the figures are used.
    #[serde(default)]
    pub synthetic: bool,
    /// County code → item id → figures.
    counties: BTreeMap<String, BTreeMap<String, ItemFigures>>,
}

/// Level and change of one item in one county.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemFigures {
    /// The level.
    pub figure: Figure,
    /// What the level needs besides its numbers.
    pub gates: Gates,
    /// The change against the base wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeInput>,
}

/// The change against the base wave, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeInput {
    /// A difference with its variance.
    Measured(Change),
    /// No difference can be given.
    Impossible(NotAssessable),
}

impl SurveyInput {
    /// No figures yet.
    #[must_use]
    pub fn new(wave: &str) -> Self {
        Self {
            wave: wave.to_owned(),
            synthetic: false,
            counties: BTreeMap::new(),
        }
    }

    /// Adds the figures of an item in a county.
    pub fn insert(&mut self, county: &str, item: &str, figures: ItemFigures) {
        self.counties
            .entry(county.to_owned())
            .or_default()
            .insert(item.to_owned(), figures);
    }

    /// The figures of `item` in `county`.
    #[must_use]
    pub fn item(&self, county: &str, item: &str) -> Option<&ItemFigures> {
        self.counties.get(county)?.get(item)
    }

    /// The counties in order of code.
    pub fn counties(&self) -> impl Iterator<Item = &str> {
        self.counties.keys().map(String::as_str)
    }
}
