//! The questionnaire: items, options, which options approve, which end the interview, which order
//! the options are shown in.
//!
//! A questionnaire is read from TOML (`questionnaires/*.toml`) or from the JSON that a wave keeps,
//! and both go through the same checks ([`parse`]): whoever holds a [`Questionnaire`] may rely on
//! unique ids and codes, texts in every declared language, and conditions that only look back.
//! Option order in the file is the order of the codes in a stored record; what a resident sees is
//! [`Item::shown_order`].

pub mod draft;
pub mod parse;
mod to_toml;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use super::response::Direction;
pub use draft::{Change, ChangeKind, Changes, Version};
pub use parse::{Field, ItemSpec, KindName, QuestionnaireError, QuestionnaireSpec};

/// An item has at most this many options, because an answer is kept as a set of 31 bits.
pub const MAX_OPTIONS: usize = 31;

/// The default questionnaire, as shipped in `questionnaires/default-2026.toml`.
pub const DEFAULT_2026: &str = include_str!("../../questionnaires/default-2026.toml");

/// A checked questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "parse::QuestionnaireSpec")]
pub struct Questionnaire {
    /// Name of the questionnaire, equal in all its versions.
    pub id: String,
    /// Grows with every change of a sentence, an option or an order.
    pub version: u32,
    /// Languages that every text has, the first one is the fallback.
    pub languages: Vec<String>,
    /// Heading of the first page.
    pub title: Text,
    /// What the survey is and what it never asks.
    pub opening: Text,
    /// Items in the order in which they are asked.
    pub items: Vec<Item>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Name of the form field and of the column: lower-case letters and digits.
    pub id: String,
    /// What the item is for.
    pub role: Role,
    /// One answer or several.
    #[serde(flatten)]
    pub kind: Kind,
    /// The sentence, with `{county}` where the county's name belongs.
    pub text: Text,
    /// Options in code order.
    pub options: Vec<Choice>,
    /// The item is asked only when this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_if: Option<Condition>,
    /// Random order of the options.
    pub shuffle: Shuffle,
    /// The scale is shown in the other direction to a random half of the residents.
    pub reverse: bool,
    /// The resident may leave it out.
    pub optional: bool,
}

/// What an item is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Decides who belongs to the population.
    Screen,
    /// Describes the resident, for weighting and breakdowns.
    Demographic,
    /// What the survey is about.
    Substantive,
    /// About the survey itself (coaching, pressure); never used to judge and never to delete.
    Conduct,
}

/// How many options an answer may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// Exactly one.
    Single,
    /// Up to `max` (all of them if the file says nothing).
    Multiple {
        /// Largest number of options in one answer.
        max: usize,
    },
}

/// One option of an item.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks of one option, each named in the file"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Value in forms, exports and plans.
    pub code: String,
    /// The sentence.
    pub text: Text,
    /// Counts as approval (a positive answer of the scale).
    #[serde(default, skip_serializing_if = "is_false")]
    pub approves: bool,
    /// Not eligible: the interview ends here.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ends: bool,
    /// Cannot stand together with another option.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exclusive: bool,
    /// "Prefer not to answer": item non-response.
    #[serde(default, skip_serializing_if = "is_false")]
    pub refusal: bool,
    /// "Can't say": an answer, in the denominator unless the plan says otherwise.
    #[serde(default, skip_serializing_if = "is_false")]
    pub undecided: bool,
    /// Keeps its place in every random order.
    #[serde(default, skip_serializing_if = "is_false")]
    pub anchored: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// When an item is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Condition {
    /// An earlier item has one of these codes among its answers.
    Answered {
        /// The earlier item.
        item: String,
        /// Codes of that item.
        any_of: Vec<String>,
    },
    /// Only in waves that sample this unit; [`Questionnaire::for_unit`] resolves it.
    Sampled {
        /// The unit.
        sampled: SampledUnit,
    },
}

/// What an invitation is addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SampledUnit {
    /// A person from a register.
    Person,
    /// A household, in which one adult answers.
    Household,
}

impl SampledUnit {
    /// The word that files and stores hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Household => "household",
        }
    }
}

/// Random order of an item's options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shuffle {
    /// As in the file.
    #[default]
    None,
    /// The first and the last free option change places for half of the residents.
    Ends,
    /// All free options, in one of few orders that are balanced together.
    All,
}

/// One sentence in several languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(BTreeMap<String, String>);

impl Text {
    /// Makes a text from (language, sentence) pairs.
    #[must_use]
    pub fn new<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(language, sentence)| (language.to_owned(), sentence.to_owned()))
                .collect(),
        )
    }

    /// The sentence in `language`, or in the first language that the text has.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        self.0
            .get(language)
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// The sentence in `language` if it has one.
    #[must_use]
    pub fn find(&self, language: &str) -> Option<&str> {
        self.0.get(language).map(String::as_str)
    }

    /// Sets the sentence in `language`.
    pub fn set(&mut self, language: &str, sentence: &str) {
        self.0.insert(language.to_owned(), sentence.to_owned());
    }

    /// Languages and sentences, by language.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(tag, text)| (tag.as_str(), text.as_str()))
    }

    /// The sentence with `{county}` replaced by the county's name.
    #[must_use]
    pub fn render(&self, language: &str, county: &str) -> String {
        self.get(language).replace("{county}", county)
    }
}

impl From<BTreeMap<String, String>> for Text {
    fn from(sentences: BTreeMap<String, String>) -> Self {
        Self(sentences)
    }
}

impl Choice {
    /// Stays in place when options are reordered: exclusive answers, "can't say", "prefer not".
    #[must_use]
    pub fn keeps_its_place(&self) -> bool {
        self.anchored || self.exclusive || self.refusal || self.undecided
    }
}

impl Item {
    /// Position of the option with this code.
    #[must_use]
    pub fn position(&self, code: &str) -> Option<usize> {
        self.options.iter().position(|choice| choice.code == code)
    }

    /// Codes of the options that count as approval, in code order.
    pub fn approving_codes(&self) -> impl Iterator<Item = &str> {
        self.options
            .iter()
            .filter(|choice| choice.approves)
            .map(|choice| choice.code.as_str())
    }

    /// Largest number of options in one answer.
    #[must_use]
    pub fn max(&self) -> usize {
        match self.kind {
            Kind::Single => 1,
            Kind::Multiple { max } => max,
        }
    }

    /// Positions of the options in the order in which one resident sees them.
    ///
    /// `draw` is drawn evenly below [`Questionnaire::draws`] for each page view, and kept nowhere. Its
    /// last bit swaps ends; the rest names a row of a Williams design ([`williams`]), in which every
    /// free option stands at every place, and next after every other one, equally often.
    #[must_use]
    pub fn shown_order(&self, direction: Direction, draw: u64) -> Vec<usize> {
        let free: Vec<usize> = self
            .options
            .iter()
            .enumerate()
            .filter(|(_, choice)| !choice.keeps_its_place())
            .map(|(position, _)| position)
            .collect();
        let mut moved = free.clone();
        if self.reverse && direction == Direction::Reverse {
            moved.reverse();
        }
        let last = moved.len().saturating_sub(1);
        match self.shuffle {
            Shuffle::None => {}
            Shuffle::Ends => {
                if draw & 1 == 1 {
                    moved.swap(0, last);
                }
            }
            Shuffle::All => {
                let rows = williams(moved.len(), draw >> 1);
                moved = rows
                    .into_iter()
                    .filter_map(|place| moved.get(place).copied())
                    .collect();
            }
        }
        let mut moved = moved.into_iter();
        (0..self.options.len())
            .map(|position| {
                if free.contains(&position) {
                    moved.next().unwrap_or(position)
                } else {
                    position
                }
            })
            .collect()
    }

    /// SHA-256 over kind, sentences and options: two waves may be compared on an item only if its
    /// wording is the same.
    #[must_use]
    pub fn wording_digest(&self) -> [u8; 32] {
        digest_of(&(&self.kind, &self.text, &self.options, &self.reverse))
    }
}

/// Rows of the Williams design for so many options: as many as options, or twice as many if these
/// are odd in number.
const fn williams_rows(options: usize) -> u64 {
    let options = options as u64;
    if options.is_multiple_of(2) {
        options
    } else {
        2 * options
    }
}

fn least_common_multiple(a: u64, b: u64) -> u64 {
    let (mut divisor, mut rest) = (a, b);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (a / divisor).saturating_mul(b)
}

/// One row of the design that is balanced for places and for neighbors (Williams, E. J. (1949).
/// Experimental designs balanced for the estimation of residual effects of treatments. Australian
/// Journal of Chemistry 2, 149–168): 0, 1, n − 1, 2, n − 2, … shifted by the row's number modulo n;
/// with an odd number of options the second half of the rows are the first, read backwards.
fn williams(options: usize, row: u64) -> Vec<usize> {
    let row = usize::try_from(row % williams_rows(options).max(1)).unwrap_or(0);
    let mut order: Vec<usize> = (0..options)
        .map(|place| {
            let step = place.div_ceil(2);
            let from_zero = if place % 2 == 1 { step } else { options - step };
            (from_zero + row) % options
        })
        .collect();
    if row >= options {
        order.reverse();
    }
    order
}

impl Questionnaire {
    /// How many orders of options there are: a page view draws one of them evenly. Few, so that each
    /// page is made once and not for everyone.
    #[must_use]
    pub fn draws(&self) -> u64 {
        let shuffled = self
            .items
            .iter()
            .filter(|item| item.shuffle == Shuffle::All);
        let free = shuffled.map(|item| {
            let free = item
                .options
                .iter()
                .filter(|choice| !choice.keeps_its_place());
            williams_rows(free.count())
        });
        let rows = free.filter(|rows| *rows > 0).fold(1, least_common_multiple);
        rows.saturating_mul(2)
    }

    /// Reads the TOML form.
    pub fn from_toml(text: &str) -> Result<Self, QuestionnaireError> {
        parse::from_toml(text)
    }

    /// The TOML form, as a person would write it.
    #[must_use]
    pub fn to_toml(&self) -> String {
        to_toml::document(self)
    }

    /// The item with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Position of the item with this id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.items.iter().position(|item| item.id == id)
    }

    /// The questionnaire of a wave that samples `unit`: items for another unit are taken out and
    /// conditions on the unit disappear; the name says so. A wave seals this form.
    #[must_use]
    pub fn for_unit(mut self, unit: SampledUnit) -> Self {
        let depends = |item: &Item| matches!(item.asked_if, Some(Condition::Sampled { .. }));
        if self.items.iter().any(depends) {
            self.id = format!("{}-{}", self.id, unit.as_str());
        }
        self.items.retain(
            |item| !matches!(item.asked_if, Some(Condition::Sampled { sampled }) if sampled != unit),
        );
        for item in &mut self.items {
            if matches!(item.asked_if, Some(Condition::Sampled { .. })) {
                item.asked_if = None;
            }
        }
        self
    }

    /// SHA-256 of the canonical JSON (fields in declared order, languages sorted).
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        digest_of(self)
    }
}

/// SHA-256 of a value's compact JSON. Values here are maps with text keys, so writing cannot fail;
/// should it ever, the digest of nothing is a digest that matches no document.
fn digest_of<T: Serialize>(value: &T) -> [u8; 32] {
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    Sha256::digest(&bytes).into()
}

#[cfg(test)]
mod tests;
