//! Questionnaires as XLSForm: the workbook with `survey`, `choices` and `settings` that ODK, Kobo and others use.
//!
//! For: the questionnaire pages, `minyi questionnaire`. Uses: XLSX out and in. Promises: what is written converts with
//! pyxform and reads back as the same questionnaire; what is read and has no place in a questionnaire of ours is
//! named by sheet, row and column, all of it at once, and then nothing is taken over.
//!
//! What XLSForm has no column for stands in columns whose names begin with `minyi_`. An item that ends the interview is
//! a condition on every later one; an option that stands alone is a constraint.

mod logic;
mod read;
mod sheet;
mod write;

pub use self::read::read;
pub use self::write::workbook;

use crate::i18n::Lang;
use crate::report::wave::questionnaire_error;
use crate::survey::questionnaire::{QuestionnaireError, QuestionnaireSpec, parse};

/// Languages by the name that their columns have.
const LANGUAGES: [(&str, &str); 2] = [("zh-CN", "中文 (zh)"), ("en", "English (en)")];
/// Note with the heading of the first page.
const TITLE: &str = "minyi_title";
/// Note with what the survey is.
const OPENING: &str = "minyi_opening";

/// One problem of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetProblem {
    /// The sheet; none for the file as a whole.
    pub sheet: Option<&'static str>,
    /// Row as a spreadsheet shows it.
    pub row: Option<usize>,
    /// Title of the column, as it stands in the file.
    pub column: Option<String>,
    /// What is wrong.
    pub what: What,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The file is no workbook of today.
    NoWorkbook,
    /// The workbook cannot be read.
    Broken(String),
    /// A sheet is missing.
    NoSheet,
    /// A column is missing.
    NoColumn(&'static str),
    /// A column occurs twice.
    TwoColumns,
    /// A type of row that a questionnaire of ours does not have.
    Type(String),
    /// A note that is not the opening.
    Note,
    /// Something that has no place in a questionnaire of ours.
    NoPlace(String),
    /// A column of texts whose language is not said.
    NoLanguage,
    /// A row without a name.
    NoName,
    /// A list of options that is not there.
    NoList(String),
    /// A cell that is none of these words.
    Word {
        /// The cell.
        found: String,
        /// The words.
        expected: &'static str,
    },
    /// A condition that goes beyond "this earlier question has one of these answers".
    Relevant(String),
    /// A constraint that goes beyond "at most so many" and "this one stands alone".
    Constraint(String),
    /// A question that is not there.
    NoQuestion(String),
}

/// Why a file is no questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileProblem {
    /// Problems of a workbook.
    Sheets(Vec<SheetProblem>),
    /// It is neither a workbook nor text.
    NoText,
    /// The TOML cannot be read.
    Toml(QuestionnaireError),
}

impl FileProblem {
    /// Each problem as a sentence.
    #[must_use]
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        match self {
            Self::Sheets(problems) => problems.iter().map(|p| p.sentence(lang)).collect(),
            Self::NoText => vec![lang.t("xlsform-no-text")],
            Self::Toml(error) => vec![questionnaire_error(lang, error)],
        }
    }
}

/// What a file says, gaps and all: a workbook is an XLSForm, everything else TOML.
pub fn document(bytes: &[u8]) -> Result<QuestionnaireSpec, FileProblem> {
    if is_workbook(bytes) {
        return read(bytes).map_err(FileProblem::Sheets);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| FileProblem::NoText)?;
    let text = text.trim_start_matches('\u{feff}');
    parse::spec_from_toml(text).map_err(FileProblem::Toml)
}

/// Workbooks of today and of before 2007.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

impl SheetProblem {
    /// The problem as a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let what = self.what.sentence(lang);
        let row = self.row.map(|row| row.to_string()).unwrap_or_default();
        let sheet = self.sheet.unwrap_or_default();
        let column = self.column.as_deref().unwrap_or_default();
        let args = [
            ("sheet", sheet.into()),
            ("row", row.as_str().into()),
            ("column", column.into()),
            ("what", what.as_str().into()),
        ];
        match (self.sheet, self.row, &self.column) {
            (None, _, _) => what,
            (Some(_), None, None) => lang.t_with("xlsform-in-sheet", &args),
            (Some(_), None, Some(_)) => lang.t_with("xlsform-in-column", &args),
            (Some(_), Some(_), None) => lang.t_with("xlsform-in-row", &args),
            (Some(_), Some(_), Some(_)) => lang.t_with("xlsform-in-cell", &args),
        }
    }
}

impl What {
    fn sentence(&self, lang: Lang) -> String {
        let with = |key: &str, text: &str| lang.t_with(key, &[("text", text.into())]);
        match self {
            Self::NoWorkbook => lang.t("xlsform-no-workbook"),
            Self::Broken(message) => with("xlsform-broken", message),
            Self::NoSheet => lang.t("xlsform-no-sheet"),
            Self::NoColumn(name) => with("xlsform-no-column", name),
            Self::TwoColumns => lang.t("xlsform-two-columns"),
            Self::Type(text) => with("xlsform-type", text),
            Self::Note => lang.t("xlsform-note"),
            Self::NoPlace(text) => with("xlsform-no-place", text),
            Self::NoLanguage => lang.t("xlsform-no-language"),
            Self::NoName => lang.t("xlsform-no-name"),
            Self::NoList(name) => with("xlsform-no-list", name),
            Self::Word { found, expected } => {
                let args = [
                    ("text", found.as_str().into()),
                    ("expected", (*expected).into()),
                ];
                lang.t_with("xlsform-word", &args)
            }
            Self::Relevant(text) => with("xlsform-relevant", text),
            Self::Constraint(text) => with("xlsform-constraint", text),
            Self::NoQuestion(name) => with("xlsform-no-question", name),
        }
    }
}
