//! Reading and checking a questionnaire: every refusal names the item and the field.

use serde::{Deserialize, Serialize};

use super::{Choice, Condition, Item, Kind, MAX_OPTIONS, Questionnaire, Role, Shuffle, Text};

/// The unchecked questionnaire, as it stands in a file or on somebody's desk: it may be unfinished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireSpec {
    /// Name of the questionnaire, equal in all its versions.
    pub id: String,
    /// Number of the version.
    pub version: u32,
    /// Languages that every text needs.
    pub languages: Vec<String>,
    /// Heading of the first page.
    pub title: Text,
    /// What the survey is.
    pub opening: Text,
    /// Items in the order in which they are asked.
    pub items: Vec<ItemSpec>,
}

/// One unchecked question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSpec {
    /// Name of the form field and of the column.
    pub id: String,
    /// What the item is for.
    pub role: Role,
    /// One answer or several.
    pub kind: KindName,
    /// Largest number of options in one answer; none says all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<usize>,
    /// The sentence.
    pub text: Text,
    /// Options in code order.
    pub options: Vec<Choice>,
    /// The item is asked only when this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_if: Option<Condition>,
    /// Random order of the options.
    #[serde(default)]
    pub shuffle: Shuffle,
    /// The scale is shown in the other direction to a random half.
    #[serde(default)]
    pub reverse: bool,
    /// The resident may leave it out.
    #[serde(default = "yes")]
    pub optional: bool,
}

/// How many options an answer may hold, as files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KindName {
    /// Exactly one.
    Single,
    /// Several.
    Multiple,
}

fn yes() -> bool {
    true
}

/// Where in an item the trouble is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The item's id.
    Id,
    /// `text` of the item.
    Text,
    /// `max` of a multiple choice.
    Max,
    /// `asked_if`.
    AskedIf,
    /// `options` as a whole.
    Options,
    /// One field of the option with this code.
    Option {
        /// Code of the option.
        code: String,
        /// Name of the option's field.
        field: &'static str,
    },
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id => f.write_str("id"),
            Self::Text => f.write_str("text"),
            Self::Max => f.write_str("max"),
            Self::AskedIf => f.write_str("asked_if"),
            Self::Options => f.write_str("options"),
            Self::Option { code, field } => write!(f, "options[{code}].{field}"),
        }
    }
}

/// Why a questionnaire was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionnaireError {
    /// The file is not TOML, or its head lacks a field.
    #[error("the questionnaire cannot be read: {0}")]
    Syntax(String),
    /// One item cannot be read (a missing or unknown field, a wrong type).
    #[error("item {item}: {message}")]
    ItemSyntax {
        /// Id of the item, or its place when it has none.
        item: String,
        /// What the reader expected, with the field's name.
        message: String,
    },
    /// A head field is unusable.
    #[error("{field}: {problem}")]
    Head {
        /// Name of the head field.
        field: &'static str,
        /// What is wrong.
        problem: Problem,
    },
    /// A field of an item is unusable.
    #[error("item {item}, {field}: {problem}")]
    Item {
        /// Id of the item.
        item: String,
        /// The field.
        field: Field,
        /// What is wrong.
        problem: Problem,
    },
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Only lower-case letters, digits, `-` and `_` are allowed.
    #[error("\"{0}\" may hold only lower-case letters, digits, - and _")]
    BadName(String),
    /// The name is taken.
    #[error("\"{0}\" occurs twice")]
    Twice(String),
    /// A language is missing.
    #[error("has no text in {0}")]
    NoLanguage(String),
    /// A number is outside its range.
    #[error("must be between {low} and {high}")]
    OutOfRange {
        /// Smallest allowed number.
        low: usize,
        /// Largest allowed number.
        high: usize,
    },
    /// Refers to an item that does not come earlier.
    #[error("refers to \"{0}\", which is no earlier item")]
    NoEarlierItem(String),
    /// Refers to a code that the other item does not have.
    #[error("refers to code \"{code}\", which item {item} does not have")]
    NoSuchCode {
        /// The other item.
        item: String,
        /// The code.
        code: String,
    },
    /// A flag that this kind or role of item cannot have.
    #[error("has no place here: {0}")]
    NoPlace(&'static str),
}

/// Parses and checks TOML.
pub(super) fn from_toml(text: &str) -> Result<Questionnaire, QuestionnaireError> {
    Questionnaire::try_from(spec_from_toml(text)?)
}

/// Parses TOML without checking more than its form. Items are read one by one, so that an error names the item.
pub fn spec_from_toml(text: &str) -> Result<QuestionnaireSpec, QuestionnaireError> {
    let mut table: toml::Table =
        toml::from_str(text).map_err(|e| QuestionnaireError::Syntax(e.to_string()))?;
    let items = match table.remove("items") {
        Some(toml::Value::Array(items)) => items,
        Some(_) => return Err(QuestionnaireError::Syntax("items must be a list".into())),
        None => Vec::new(),
    };
    let mut read = Vec::with_capacity(items.len());
    for (place, value) in items.into_iter().enumerate() {
        let item = value
            .get("id")
            .and_then(toml::Value::as_str)
            .map_or_else(|| format!("#{}", place + 1), str::to_owned);
        read.push(
            value
                .try_into::<ItemSpec>()
                .map_err(|e| QuestionnaireError::ItemSyntax {
                    item,
                    message: e.to_string().trim().replace('\n', " "),
                })?,
        );
    }
    table.insert("items".into(), toml::Value::Array(Vec::new()));
    let mut spec: QuestionnaireSpec = table
        .try_into()
        .map_err(|e: toml::de::Error| QuestionnaireError::Syntax(e.to_string()))?;
    spec.items = read;
    Ok(spec)
}

impl TryFrom<QuestionnaireSpec> for Questionnaire {
    type Error = QuestionnaireError;

    fn try_from(spec: QuestionnaireSpec) -> Result<Self, Self::Error> {
        if let Some(found) = spec.problems().into_iter().next() {
            return Err(found.error);
        }
        let mut items = Vec::with_capacity(spec.items.len());
        for item in spec.items {
            let kind = check_kind(&item).map_err(|problem| QuestionnaireError::Item {
                item: item.id.clone(),
                field: Field::Max,
                problem,
            })?;
            items.push(Item {
                id: item.id,
                role: item.role,
                kind,
                text: item.text,
                options: item.options,
                asked_if: item.asked_if,
                shuffle: item.shuffle,
                reverse: item.reverse,
                optional: item.optional,
            });
        }
        Ok(Self {
            id: spec.id,
            version: spec.version,
            languages: spec.languages,
            title: spec.title,
            opening: spec.opening,
            items,
        })
    }
}

/// A problem and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Place of the item, from 0; none for the head.
    pub place: Option<usize>,
    /// The problem.
    pub error: QuestionnaireError,
}

impl QuestionnaireSpec {
    /// Everything that keeps it from being a questionnaire, head first, then item by item.
    #[must_use]
    pub fn problems(&self) -> Vec<Found> {
        let mut found: Vec<Found> = head_problems(self)
            .into_iter()
            .map(|(field, problem)| Found {
                place: None,
                error: QuestionnaireError::Head { field, problem },
            })
            .collect();
        for (place, item) in self.items.iter().enumerate() {
            let earlier = self.items.get(..place).unwrap_or_default();
            let own = item_problems(item, earlier, &self.languages);
            found.extend(own.into_iter().map(|(field, problem)| Found {
                place: Some(place),
                error: QuestionnaireError::Item {
                    item: item.id.clone(),
                    field,
                    problem,
                },
            }));
        }
        found
    }
}

fn head_problems(spec: &QuestionnaireSpec) -> Vec<(&'static str, Problem)> {
    let mut found = Vec::new();
    if let Err(problem) = check_name(&spec.id) {
        found.push(("id", problem));
    }
    if spec.version == 0 {
        let (low, high) = (1, usize::MAX);
        found.push(("version", Problem::OutOfRange { low, high }));
    }
    if spec.languages.is_empty() {
        found.push(("languages", Problem::Empty));
    }
    for (place, language) in spec.languages.iter().enumerate() {
        if spec.languages.iter().take(place).any(|l| l == language) {
            found.push(("languages", Problem::Twice(language.clone())));
        }
    }
    for (field, text) in [("title", &spec.title), ("opening", &spec.opening)] {
        let texts = text_problems(text, &spec.languages);
        found.extend(texts.map(|problem| (field, problem)));
    }
    if spec.items.is_empty() {
        found.push(("items", Problem::Empty));
    }
    found
}

/// Whether ids and codes may look like this.
#[must_use]
pub fn is_name(name: &str) -> bool {
    check_name(name).is_ok()
}

fn check_name(name: &str) -> Result<(), Problem> {
    if name.is_empty() {
        return Err(Problem::Empty);
    }
    if name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    {
        Ok(())
    } else {
        Err(Problem::BadName(name.to_owned()))
    }
}

/// Languages in which there is nothing to read.
fn text_problems<'a>(
    text: &'a Text,
    languages: &'a [String],
) -> impl Iterator<Item = Problem> + 'a {
    let none = |language: &&String| {
        text.find(language)
            .is_none_or(|sentence| sentence.trim().is_empty())
    };
    let missing = languages.iter().filter(none);
    missing.map(|language| Problem::NoLanguage(language.clone()))
}

fn item_problems(
    spec: &ItemSpec,
    earlier: &[ItemSpec],
    languages: &[String],
) -> Vec<(Field, Problem)> {
    let mut found = Vec::new();
    if let Err(problem) = check_name(&spec.id) {
        found.push((Field::Id, problem));
    } else if earlier.iter().any(|item| item.id == spec.id) {
        found.push((Field::Id, Problem::Twice(spec.id.clone())));
    }
    let texts = text_problems(&spec.text, languages);
    found.extend(texts.map(|problem| (Field::Text, problem)));
    if spec.options.is_empty() {
        found.push((Field::Options, Problem::Empty));
    }
    if spec.options.len() > MAX_OPTIONS {
        let (low, high) = (1, MAX_OPTIONS);
        found.push((Field::Options, Problem::OutOfRange { low, high }));
    }
    for (place, choice) in spec.options.iter().enumerate() {
        found.extend(choice_problems(choice, place, spec, languages));
    }
    if let Err(problem) = check_kind(spec) {
        found.push((Field::Max, problem));
    }
    if let Some(condition) = &spec.asked_if
        && let Err(problem) = check_condition(condition, earlier)
    {
        found.push((Field::AskedIf, problem));
    }
    found
}

fn check_kind(spec: &ItemSpec) -> Result<Kind, Problem> {
    let high = spec.options.len();
    match (spec.kind, spec.max) {
        (KindName::Single, None) => Ok(Kind::Single),
        (KindName::Single, Some(_)) => Err(Problem::NoPlace("a single choice has no max")),
        (KindName::Multiple, max) => match max.unwrap_or(high) {
            max if (2..=high).contains(&max) => Ok(Kind::Multiple { max }),
            _ => Err(Problem::OutOfRange { low: 2, high }),
        },
    }
}

fn choice_problems(
    choice: &Choice,
    place: usize,
    item: &ItemSpec,
    languages: &[String],
) -> Vec<(Field, Problem)> {
    let mut found: Vec<(&'static str, Problem)> = Vec::new();
    let mut before = item.options.iter().take(place);
    if let Err(problem) = check_name(&choice.code) {
        found.push(("code", problem));
    } else if before.any(|other| other.code == choice.code) {
        found.push(("code", Problem::Twice(choice.code.clone())));
    }
    let texts = text_problems(&choice.text, languages);
    found.extend(texts.map(|problem| ("text", problem)));
    let misplaced = [
        (
            choice.ends && (item.role != Role::Screen || item.kind != KindName::Single),
            "ends",
            "only a single-choice screen item ends the interview",
        ),
        (
            choice.exclusive && item.kind == KindName::Single,
            "exclusive",
            "every option of a single choice is exclusive",
        ),
        (
            choice.approves && (choice.refusal || choice.undecided || choice.ends),
            "approves",
            "only an answer can approve",
        ),
        (
            choice.refusal && choice.undecided,
            "refusal",
            "an option is can't say or prefer not, not both",
        ),
    ];
    let misplaced = misplaced.into_iter().filter(|(is, _, _)| *is);
    found.extend(misplaced.map(|(_, field, why)| (field, Problem::NoPlace(why))));
    let named = |(field, problem)| {
        let code = choice.code.clone();
        (Field::Option { code, field }, problem)
    };
    found.into_iter().map(named).collect()
}

fn check_condition(condition: &Condition, earlier: &[ItemSpec]) -> Result<(), Problem> {
    let Condition::Answered { item, any_of } = condition else {
        return Ok(());
    };
    let Some(other) = earlier.iter().find(|i| &i.id == item) else {
        return Err(Problem::NoEarlierItem(item.clone()));
    };
    if any_of.is_empty() {
        return Err(Problem::Empty);
    }
    match any_of
        .iter()
        .find(|code| other.options.iter().all(|o| o.code != **code))
    {
        Some(code) => Err(Problem::NoSuchCode {
            item: item.clone(),
            code: code.clone(),
        }),
        None => Ok(()),
    }
}
