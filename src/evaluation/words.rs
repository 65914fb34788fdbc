//! Text in several languages, as a standard carries it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One text per language tag (`zh-CN`, `en`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// Languages that every text of a standard must have.
    pub const REQUIRED: [&'static str; 2] = ["zh-CN", "en"];

    /// Makes a text from pairs of language and string.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The text in `language`, else in the first required language, else in any.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        self.0
            .get(language)
            .or_else(|| Self::REQUIRED.iter().find_map(|l| self.0.get(*l)))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// Whether a text that is not blank exists in `language`.
    #[must_use]
    pub fn has(&self, language: &str) -> bool {
        self.0.get(language).is_some_and(|t| !t.trim().is_empty())
    }
}
