//! What can be wrong with a survey file, as codes and data; the sentence is made from them for a reader.

use crate::i18n::Lang;

/// One problem of a file, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Bytes that are no UTF-8: often a file saved in a local encoding.
    NotUtf8 {
        /// The first such line.
        line: u64,
    },
    /// Nothing, not even a header.
    Empty,
    /// One column, whose name holds another separator.
    Separator {
        /// The separator that was found.
        found: char,
    },
    /// A name that heads two columns.
    DuplicateColumn {
        /// The name.
        column: String,
    },
    /// A column that the plan declares and the file lacks.
    MissingColumn {
        /// The declared name.
        column: String,
        /// A name of the file that may be meant.
        near: Option<String>,
    },
    /// A row of another length than the header.
    Ragged {
        /// Its line.
        line: u64,
        /// Its number of fields.
        found: usize,
        /// The header's.
        expected: usize,
    },
    /// Text in a column of numbers.
    NotANumber {
        /// Its line.
        line: u64,
        /// The column.
        column: String,
        /// The field as it stands.
        text: String,
    },
    /// Text in a column without declared type that otherwise holds numbers.
    AlmostNumbers {
        /// Its line.
        line: u64,
        /// The column.
        column: String,
        /// The field as it stands.
        text: String,
    },
    /// A label outside the declared levels.
    NotALevel {
        /// Its line.
        line: u64,
        /// The column.
        column: String,
        /// The field as it stands.
        text: String,
        /// The declared levels.
        levels: Vec<String>,
    },
}

/// Text of a cell is quoted in messages up to this many characters.
const QUOTED: usize = 40;
/// Levels are listed up to this number.
const LEVELS: usize = 12;

impl Problem {
    /// What is wrong, where, what was expected and what to do, in the reader's language.
    pub(crate) fn sentence(&self, lang: Lang, file: &str) -> String {
        match self {
            Self::NotUtf8 { line } => lang.t_with(
                "table-file-not-utf8",
                &[("file", file.into()), ("line", line.to_string().into())],
            ),
            Self::Empty => lang.t_with("table-file-empty", &[("file", file.into())]),
            Self::Separator { found } => {
                let found = if *found == '\t' {
                    "TAB".to_owned()
                } else {
                    found.to_string()
                };
                lang.t_with(
                    "table-file-separator",
                    &[("file", file.into()), ("found", found.into())],
                )
            }
            Self::DuplicateColumn { column } => lang.t_with(
                "table-file-duplicate-column",
                &[("file", file.into()), ("column", column.as_str().into())],
            ),
            Self::MissingColumn { column, near } => {
                let sentence = lang.t_with(
                    "table-file-missing-column",
                    &[("file", file.into()), ("column", column.as_str().into())],
                );
                with_near(lang, sentence, near.as_deref())
            }
            Self::Ragged {
                line,
                found,
                expected,
            } => lang.t_with(
                "table-file-ragged",
                &[
                    ("file", file.into()),
                    ("line", line.to_string().into()),
                    ("found", found.to_string().into()),
                    ("expected", expected.to_string().into()),
                ],
            ),
            Self::NotANumber { line, column, text } => {
                let place = cell(file, *line, column, text);
                lang.t_with("table-file-not-a-number", &place)
            }
            Self::AlmostNumbers { line, column, text } => {
                let place = cell(file, *line, column, text);
                lang.t_with("table-file-almost-numbers", &place)
            }
            Self::NotALevel {
                line,
                column,
                text,
                levels,
            } => {
                let mut place = cell(file, *line, column, text);
                place.push(("levels", listed(levels).into()));
                lang.t_with("table-file-not-a-level", &place)
            }
        }
    }
}

/// Appends "did you mean" where there is a near name.
pub(crate) fn with_near(lang: Lang, sentence: String, near: Option<&str>) -> String {
    match near {
        None => sentence,
        Some(near) => {
            let hint = lang.t_with("estimate-did-you-mean", &[("near", near.into())]);
            format!("{sentence} {hint}")
        }
    }
}

fn cell<'a>(
    file: &'a str,
    line: u64,
    column: &'a str,
    text: &str,
) -> Vec<(&'static str, crate::i18n::Value<'a>)> {
    vec![
        ("file", file.into()),
        ("line", line.to_string().into()),
        ("column", column.into()),
        ("text", quoted(text).into()),
    ]
}

/// A cell's text made fit for a terminal: no control characters, not too long.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { '␣' } else { c })
        .take(QUOTED)
        .collect();
    if text.chars().count() > QUOTED {
        shown.push('…');
    }
    shown
}

fn listed(levels: &[String]) -> String {
    let mut shown: Vec<&str> = levels.iter().take(LEVELS).map(String::as_str).collect();
    if levels.len() > LEVELS {
        shown.push("…");
    }
    shown.join(", ")
}
