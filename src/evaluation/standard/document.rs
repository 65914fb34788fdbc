//! A standard as a document that nobody has checked: what somebody is still working on.
//!
//! Promises: whatever is TOML reads and is written again with every value as it was typed, numbers digit by
//! digit, in the order in which the shipped standard stands; only remarks and layout are lost. What is wrong is
//! left to [`Standard::from_toml`], which names line and field of the text that is written here.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::form::CriterionForm;
use super::{Standard, StandardError, StandardProblem, read};
use crate::evaluation::words::Words;

mod difference;
#[cfg(test)]
mod tests;
mod write;

pub use self::difference::Difference;

/// A value of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A text.
    Text(String),
    /// A number, a truth value or a date, as it was typed.
    Bare(String),
    /// A list.
    List(Vec<Node>),
    /// Fields with their values.
    Table(Fields),
}

/// Fields of a table.
pub type Fields = BTreeMap<String, Node>;

impl Node {
    /// What was typed, where it is one word or text.
    #[must_use]
    pub fn typed(&self) -> &str {
        match self {
            Self::Text(text) | Self::Bare(text) => text,
            Self::List(_) | Self::Table(_) => "",
        }
    }

    /// A number where the text is one, else the text, which the reader then refuses at its line.
    #[must_use]
    pub fn number(text: &str) -> Self {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_led = whole.len() > 1 && whole.starts_with('0');
        if is_digits(whole) && is_digits(fraction) && !is_led {
            Self::Bare(text.to_owned())
        } else {
            Self::Text(text.to_owned())
        }
    }

    /// The fields of a table.
    #[must_use]
    pub const fn fields(&self) -> Option<&Fields> {
        match self {
            Self::Table(fields) => Some(fields),
            _ => None,
        }
    }

    /// The entries of a list.
    #[must_use]
    pub fn entries(&self) -> &[Self] {
        match self {
            Self::List(entries) => entries,
            _ => &[],
        }
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(Fields);

/// What stands at the head of a standard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title, in the order of [`Words::REQUIRED`].
    pub title: [String; 2],
    /// Where it comes from, likewise.
    pub source: [String; 2],
}

impl Document {
    /// Reads any TOML; the line at which it is none.
    pub fn parse(text: &str) -> Result<Self, StandardError> {
        let table = read::parse(text)?;
        Ok(Self(fields(table.get_ref())))
    }

    /// Everything that is wrong with this text as a standard.
    #[must_use]
    pub fn problems(text: &str) -> Vec<StandardProblem> {
        Standard::from_toml(text).map_or_else(|error| error.problems, |_| Vec::new())
    }

    /// What stands at its head.
    #[must_use]
    pub fn head(&self) -> Head {
        let typed = |name: &str| self.0.get(name).map_or("", Node::typed).to_owned();
        Head {
            id: typed("id"),
            version: typed("version"),
            title: words(self.0.get("title")),
            source: words(self.0.get("source")),
        }
    }

    /// Writes another head.
    pub fn set_head(&mut self, head: &Head) {
        self.0.insert("id".to_owned(), Node::Text(head.id.clone()));
        let version = Node::number(&head.version);
        self.0.insert("version".to_owned(), version);
        set_words(&mut self.0, "title", &head.title);
        set_words(&mut self.0, "source", &head.source);
    }

    /// Its criteria in their order.
    #[must_use]
    pub fn criteria(&self) -> Vec<CriterionForm> {
        let criteria = self.0.get("criteria").map_or(&[][..], Node::entries);
        criteria.iter().map(CriterionForm::read).collect()
    }

    /// Ids and names of its areas, the name in the order of [`Words::REQUIRED`].
    #[must_use]
    pub fn areas(&self) -> Vec<(String, [String; 2])> {
        let areas = self.0.get("areas").map_or(&[][..], Node::entries);
        let areas = areas.iter().filter_map(Node::fields);
        let id = |area: &Fields| area.get("id").map_or("", Node::typed).to_owned();
        areas
            .map(|area| (id(area), words(area.get("name"))))
            .collect()
    }

    fn edit<T>(&mut self, act: impl FnOnce(&mut Vec<Node>) -> T) -> T {
        let mut list = match self.0.remove("criteria") {
            Some(Node::List(list)) => list,
            _ => Vec::new(),
        };
        let done = act(&mut list);
        self.0.insert("criteria".to_owned(), Node::List(list));
        done
    }

    /// Writes what a form says of the criterion at this place, or at the end if there is none; fields that no form
    /// has stay.
    pub fn set_criterion(&mut self, place: usize, form: &CriterionForm) {
        self.edit(|list| {
            if let Some(node) = list.get_mut(place) {
                form.write(node);
            } else {
                let mut node = Node::Table(Fields::new());
                form.write(&mut node);
                list.push(node);
            }
        });
    }

    /// Adds an empty criterion of the last area, to be judged, and says where it stands.
    pub fn add_criterion(&mut self) -> usize {
        let areas = self.areas();
        let area = areas.last().map_or("area", |(id, _)| id.as_str());
        let taken: Vec<String> = self.criteria().into_iter().map(|one| one.id).collect();
        let mut id = format!("{area}.new");
        let mut number = 1_u32;
        while taken.contains(&id) {
            number = number.saturating_add(1);
            id = format!("{area}.new{number}");
        }
        let form = CriterionForm {
            id,
            kind: "judged".to_owned(),
            ..CriterionForm::default()
        };
        let mut node = Node::Table(Fields::new());
        form.write(&mut node);
        self.edit(|list| {
            list.push(node);
            list.len() - 1
        })
    }

    /// Changes places with the criterion before or after it.
    pub fn move_criterion(&mut self, place: usize, down: bool) {
        let other = if down {
            place.checked_add(1)
        } else {
            place.checked_sub(1)
        };
        self.edit(|list| {
            if let Some(other) = other.filter(|other| *other.max(&place) < list.len()) {
                list.swap(place, other);
            }
        });
    }

    /// Takes a criterion out.
    pub fn remove_criterion(&mut self, place: usize) {
        self.edit(|list| {
            if place < list.len() {
                list.remove(place);
            }
        });
    }

    /// The document as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        write::document(&self.0)
    }
}

fn fields(table: &DeTable<'_>) -> Fields {
    table
        .iter()
        .map(|(name, value)| (name.get_ref().to_string(), node(value.get_ref())))
        .collect()
}

fn node(value: &DeValue<'_>) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.to_string()),
        DeValue::Integer(number) => {
            let prefix = match number.radix() {
                16 => "0x",
                8 => "0o",
                2 => "0b",
                _ => "",
            };
            Node::Bare(format!("{prefix}{}", number.as_str()))
        }
        DeValue::Float(number) => Node::Bare(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Node::Bare(truth.to_string()),
        DeValue::Datetime(moment) => Node::Bare(moment.to_string()),
        DeValue::Array(list) => Node::List(list.iter().map(|one| node(one.get_ref())).collect()),
        DeValue::Table(table) => Node::Table(fields(table)),
    }
}

/// A text in the order of [`Words::REQUIRED`]; empty where it is not there.
pub(super) fn words(node: Option<&Node>) -> [String; 2] {
    let fields = node.and_then(Node::fields);
    Words::REQUIRED.map(|tag| {
        let text = fields.and_then(|fields| fields.get(tag));
        text.map_or("", Node::typed).to_owned()
    })
}

/// Writes a text in the two languages; other languages stay.
pub(super) fn set_words(into: &mut Fields, name: &str, words: &[String; 2]) {
    let mut fields = match into.remove(name) {
        Some(Node::Table(fields)) => fields,
        _ => Fields::new(),
    };
    for (tag, text) in Words::REQUIRED.iter().zip(words) {
        fields.insert((*tag).to_owned(), Node::Text(text.clone()));
    }
    into.insert(name.to_owned(), Node::Table(fields));
}

/// Writes a text that may be absent: one that is blank in both languages is taken out.
pub(super) fn set_words_if_there(into: &mut Fields, name: &str, words: &[String; 2]) {
    if words.iter().all(|text| text.trim().is_empty()) {
        into.remove(name);
    } else {
        set_words(into, name, words);
    }
}
