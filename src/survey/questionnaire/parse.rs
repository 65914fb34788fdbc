//! Reading and checking a questionnaire: every refusal names the item and the field.

use serde::Deserialize;

use super::{Choice, Condition, Item, Kind, MAX_OPTIONS, Questionnaire, Role, Shuffle, Text};

/// The unchecked questionnaire, as it stands in a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireSpec {
    id: String,
    version: u32,
    languages: Vec<String>,
    title: Text,
    opening: Text,
    items: Vec<ItemSpec>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemSpec {
    id: String,
    role: Role,
    kind: KindName,
    max: Option<usize>,
    text: Text,
    options: Vec<Choice>,
    asked_if: Option<Condition>,
    #[serde(default)]
    shuffle: Shuffle,
    #[serde(default)]
    reverse: bool,
    #[serde(default = "yes")]
    optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindName {
    Single,
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

/// Parses TOML. Items are read one by one, so that an error names the item.
pub(super) fn from_toml(text: &str) -> Result<Questionnaire, QuestionnaireError> {
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
    Questionnaire::try_from(spec)
}

impl TryFrom<QuestionnaireSpec> for Questionnaire {
    type Error = QuestionnaireError;

    fn try_from(spec: QuestionnaireSpec) -> Result<Self, Self::Error> {
        check_head(&spec)?;
        let mut items: Vec<Item> = Vec::with_capacity(spec.items.len());
        for item in spec.items {
            let item = check_item(item, &items, &spec.languages)?;
            items.push(item);
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

fn check_head(spec: &QuestionnaireSpec) -> Result<(), QuestionnaireError> {
    let head = |field, problem| Err(QuestionnaireError::Head { field, problem });
    if let Err(problem) = check_name(&spec.id) {
        return head("id", problem);
    }
    if spec.version == 0 {
        return head(
            "version",
            Problem::OutOfRange {
                low: 1,
                high: usize::MAX,
            },
        );
    }
    if spec.languages.is_empty() {
        return head("languages", Problem::Empty);
    }
    for (place, language) in spec.languages.iter().enumerate() {
        if spec.languages.iter().take(place).any(|l| l == language) {
            return head("languages", Problem::Twice(language.clone()));
        }
    }
    for (field, text) in [("title", &spec.title), ("opening", &spec.opening)] {
        if let Err(problem) = check_text(text, &spec.languages) {
            return head(field, problem);
        }
    }
    if spec.items.is_empty() {
        return head("items", Problem::Empty);
    }
    Ok(())
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

fn check_text(text: &Text, languages: &[String]) -> Result<(), Problem> {
    for language in languages {
        match text.find(language) {
            None => return Err(Problem::NoLanguage(language.clone())),
            Some(sentence) if sentence.trim().is_empty() => return Err(Problem::Empty),
            Some(_) => {}
        }
    }
    Ok(())
}

fn check_item(
    spec: ItemSpec,
    earlier: &[Item],
    languages: &[String],
) -> Result<Item, QuestionnaireError> {
    let refuse = |field, problem| QuestionnaireError::Item {
        item: spec.id.clone(),
        field,
        problem,
    };
    check_name(&spec.id).map_err(|p| refuse(Field::Id, p))?;
    if earlier.iter().any(|item| item.id == spec.id) {
        return Err(refuse(Field::Id, Problem::Twice(spec.id.clone())));
    }
    check_text(&spec.text, languages).map_err(|p| refuse(Field::Text, p))?;
    if spec.options.is_empty() {
        return Err(refuse(Field::Options, Problem::Empty));
    }
    if spec.options.len() > MAX_OPTIONS {
        return Err(refuse(
            Field::Options,
            Problem::OutOfRange {
                low: 1,
                high: MAX_OPTIONS,
            },
        ));
    }
    for (place, choice) in spec.options.iter().enumerate() {
        check_choice(choice, place, &spec, languages)
            .map_err(|(field, problem)| refuse(field, problem))?;
    }
    let kind = check_kind(&spec).map_err(|p| refuse(Field::Max, p))?;
    if let Some(condition) = &spec.asked_if {
        check_condition(condition, earlier).map_err(|p| refuse(Field::AskedIf, p))?;
    }
    Ok(Item {
        id: spec.id,
        role: spec.role,
        kind,
        text: spec.text,
        options: spec.options,
        asked_if: spec.asked_if,
        shuffle: spec.shuffle,
        reverse: spec.reverse,
        optional: spec.optional,
    })
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

fn check_choice(
    choice: &Choice,
    place: usize,
    item: &ItemSpec,
    languages: &[String],
) -> Result<(), (Field, Problem)> {
    let refuse = |field, problem| {
        Err((
            Field::Option {
                code: choice.code.clone(),
                field,
            },
            problem,
        ))
    };
    if let Err(problem) = check_name(&choice.code) {
        return refuse("code", problem);
    }
    if item
        .options
        .iter()
        .take(place)
        .any(|c| c.code == choice.code)
    {
        return refuse("code", Problem::Twice(choice.code.clone()));
    }
    if let Err(problem) = check_text(&choice.text, languages) {
        return refuse("text", problem);
    }
    if choice.ends && (item.role != Role::Screen || item.kind != KindName::Single) {
        return refuse(
            "ends",
            Problem::NoPlace("only a single-choice screen item ends the interview"),
        );
    }
    if choice.exclusive && item.kind == KindName::Single {
        return refuse(
            "exclusive",
            Problem::NoPlace("every option of a single choice is exclusive"),
        );
    }
    if choice.approves && (choice.refusal || choice.undecided || choice.ends) {
        return refuse("approves", Problem::NoPlace("only an answer can approve"));
    }
    if choice.refusal && choice.undecided {
        return refuse(
            "refusal",
            Problem::NoPlace("an option is can't say or prefer not, not both"),
        );
    }
    Ok(())
}

fn check_condition(condition: &Condition, earlier: &[Item]) -> Result<(), Problem> {
    let Condition::Answered { item, any_of } = condition else {
        return Ok(());
    };
    let Some(other) = earlier.iter().find(|i| &i.id == item) else {
        return Err(Problem::NoEarlierItem(item.clone()));
    };
    if any_of.is_empty() {
        return Err(Problem::Empty);
    }
    match any_of.iter().find(|code| other.position(code).is_none()) {
        Some(code) => Err(Problem::NoSuchCode {
            item: item.clone(),
            code: code.clone(),
        }),
        None => Ok(()),
    }
}
