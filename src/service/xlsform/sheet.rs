//! A sheet of a workbook as rows of texts under titles, some of them in a language.
//!
//! Promises: a cell in a column that is not understood is named; a sheet without columns has no cells.

use super::{SheetProblem, What};
use crate::service::import::grid::Line;

/// Other names of columns, as XLSForm knows them.
const ALIASES: [(&str, &str); 8] = [
    ("command", "type"),
    ("tag", "name"),
    ("value", "name"),
    ("caption", "label"),
    ("relevance", "relevant"),
    ("list name", "list_name"),
    ("title", "form_title"),
    ("id_string", "form_id"),
];

/// A column: what it is, in which language, and its title.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) language: Option<String>,
    pub(super) title: String,
}

/// A sheet of texts under titles.
pub(super) struct Sheet<'a> {
    pub(super) name: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) rows: &'a [Line],
}

/// A row of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    sheet: &'a Sheet<'a>,
    line: usize,
    cells: &'a [String],
}

impl<'a> Sheet<'a> {
    pub(super) const fn none(name: &'static str) -> Self {
        Self {
            name,
            columns: Vec::new(),
            rows: &[],
        }
    }

    pub(super) fn new(
        name: &'static str,
        lines: &'a [Line],
        known: &[&str],
        problems: &mut Vec<SheetProblem>,
    ) -> Self {
        let Some(((line, header), rows)) = lines.split_first() else {
            return Self::none(name);
        };
        let sheet = Self {
            name,
            columns: header.iter().map(|title| column(title)).collect(),
            rows,
        };
        for (place, column) in sheet.columns.iter().enumerate() {
            let same =
                |other: &Column| other.name == column.name && other.language == column.language;
            let earlier = sheet.columns.get(..place).unwrap_or_default();
            if !column.name.is_empty() && column.name != "#" && earlier.iter().any(same) {
                problems.push(sheet.problem(Some(*line), Some(column), What::TwoColumns));
            }
            if known.contains(&column.name.as_str()) {
                continue;
            }
            for (line, cells) in rows {
                if let Some(text) = cells.get(place).filter(|text| !text.is_empty()) {
                    let what = What::NoPlace(text.clone());
                    problems.push(sheet.problem(Some(*line), Some(column), what));
                }
            }
        }
        sheet
    }

    pub(super) fn problem(
        &self,
        row: Option<usize>,
        column: Option<&Column>,
        what: What,
    ) -> SheetProblem {
        SheetProblem {
            sheet: Some(self.name),
            row,
            column: column.map(|column| column.title.clone()),
            what,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    pub(super) fn iter(&'a self) -> impl Iterator<Item = Row<'a>> {
        self.rows.iter().map(|(line, cells)| Row {
            sheet: self,
            line: *line,
            cells,
        })
    }
}

impl Row<'_> {
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name, None)
    }

    pub(super) fn get(&self, name: &str, language: Option<&str>) -> &str {
        let is = |column: &Column| column.name == name && column.language.as_deref() == language;
        let place = self.sheet.columns.iter().position(is);
        place
            .and_then(|place| self.cells.get(place))
            .map_or("", String::as_str)
    }

    pub(super) fn problem(&self, name: &str, what: What) -> SheetProblem {
        let column = self.sheet.columns.iter().find(|column| column.name == name);
        self.sheet.problem(Some(self.line), column, what)
    }
}

/// What a title says: `label::English (en)` is `label` in `en`.
fn column(title: &str) -> Column {
    let (name, language) = match title.split_once("::") {
        Some((name, language)) => (name, Some(language)),
        None => (title, None),
    };
    let name = name.trim().to_lowercase();
    let name = if name.starts_with('#') {
        "#".to_owned()
    } else {
        let alias = ALIASES.iter().find(|(other, _)| *other == name);
        alias.map_or_else(|| name.replace(' ', "_"), |(_, known)| (*known).to_owned())
    };
    Column {
        name,
        language: language.map(tag),
        title: title.to_owned(),
    }
}

/// The tag of a language as a column names it: what stands in brackets, else what is known by name.
pub(super) fn tag(language: &str) -> String {
    let language = language.trim();
    let inside = language.rsplit_once('(').map(|(_, code)| code);
    let code = inside
        .map_or(language, |code| code.trim_end_matches(')'))
        .trim();
    match code.to_lowercase().as_str() {
        "zh" | "zh-cn" | "zh-hans" | "chinese" | "中文" => "zh-CN".to_owned(),
        "en" | "english" => "en".to_owned(),
        _ => code.to_owned(),
    }
}
