//! A file of units or strata, CSV or XLSX, with the columns that a command was told to use.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::cli::Failure;
use crate::cli::near::nearest;
use crate::cli::progress::Progress;
use crate::cli::table_file::{Loaded, Request, load, quoted, with_near};
use crate::i18n::Lang;
use crate::stats::data::Column;
use crate::stats::plan::spec::{ColumnKind, ColumnSpec};

/// A file that was read.
pub(super) struct Sheet {
    path: PathBuf,
    loaded: Loaded,
    sha256: [u8; 32],
}

/// A column to read: its name, whether it holds numbers, the option that names it.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    pub(super) numbers: bool,
    pub(super) option: &'static str,
}

/// The names of all columns of the file.
pub(super) fn header(path: &Path, lang: Lang) -> Result<Vec<String>, Failure> {
    let nothing = |_: &str| false;
    let request = Request {
        path,
        declared: &[],
        used: &nothing,
        numbers: false,
    };
    Ok(load(&request, lang, &Progress::start())?.header)
}

impl Sheet {
    /// Reads the file; columns that it lacks are named with the option that asked for them.
    pub(super) fn read(path: &Path, wanted: &[Wanted<'_>], lang: Lang) -> Result<Self, Failure> {
        let header = header(path, lang)?;
        let missing: Vec<String> = wanted
            .iter()
            .filter(|column| !header.iter().any(|name| name == column.name))
            .map(|column| unknown_column(path, column, &header, lang))
            .collect();
        super::refusal::none_of(missing)?;
        let declared: Vec<ColumnSpec> = wanted
            .iter()
            .map(|column| ColumnSpec {
                name: column.name.to_owned(),
                kind: if column.numbers {
                    ColumnKind::Number
                } else {
                    ColumnKind::String
                },
                levels: Vec::new(),
            })
            .collect();
        let used = |name: &str| wanted.iter().any(|column| column.name == name);
        let request = Request {
            path,
            declared: &declared,
            used: &used,
            numbers: false,
        };
        let loaded = load(&request, lang, &Progress::start())?;
        let bytes = std::fs::read(path).map_err(|error| unreadable(lang, path, &error))?;
        Ok(Self {
            path: path.to_path_buf(),
            loaded,
            sha256: Sha256::digest(&bytes).into(),
        })
    }

    /// SHA-256 of the file as it is.
    pub(super) fn sha256(&self) -> String {
        hex::encode(self.sha256)
    }

    /// The file's name as it was given.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The texts of a column; an empty field is a problem.
    pub(super) fn texts(
        &self,
        column: &str,
        lang: Lang,
        problems: &mut Vec<String>,
    ) -> Vec<String> {
        let Ok(cells) = self.loaded.table.column(column) else {
            return Vec::new();
        };
        (0..cells.len())
            .map(|row| {
                cells.label(row).unwrap_or_else(|| {
                    problems.push(self.at("sample-cell-empty", row, column, "", lang));
                    String::new()
                })
            })
            .collect()
    }

    /// The numbers of a column; an empty field is a problem, and so is what is not allowed.
    pub(super) fn numbers(
        &self,
        column: &str,
        allowed: impl Fn(f64) -> bool,
        key: &str,
        lang: Lang,
        problems: &mut Vec<String>,
    ) -> Vec<f64> {
        let values = match self.loaded.table.column(column) {
            Ok(Column::Number(values)) => values.clone(),
            _ => return Vec::new(),
        };
        for (row, value) in values.iter().enumerate() {
            if value.is_nan() {
                problems.push(self.at("sample-cell-empty", row, column, "", lang));
            } else if !allowed(*value) {
                problems.push(self.at(key, row, column, &value.to_string(), lang));
            }
        }
        values
    }

    /// A sentence about one cell: file, line, column, what stands there.
    pub(super) fn at(&self, key: &str, row: usize, column: &str, text: &str, lang: Lang) -> String {
        lang.t_with(
            key,
            &[
                ("file", self.name().into()),
                ("line", self.loaded.line(row).to_string().into()),
                ("column", quoted(column).into()),
                ("text", quoted(text).into()),
            ],
        )
    }
}

fn unreadable(lang: Lang, path: &Path, reason: &dyn std::error::Error) -> Failure {
    let file = path.display().to_string();
    let arguments = [("file", file.into()), ("reason", reason.to_string().into())];
    Failure::input(lang.t_with("estimate-cannot-read", &arguments))
}

fn unknown_column(path: &Path, column: &Wanted<'_>, header: &[String], lang: Lang) -> String {
    let near = nearest(column.name, header);
    let sentence = lang.t_with(
        "sample-no-column",
        &[
            ("file", path.display().to_string().into()),
            ("column", quoted(column.name).into()),
            ("option", column.option.into()),
            ("columns", header.join(", ").into()),
        ],
    );
    with_near(lang, sentence, near.as_deref())
}

/// A text file as it is.
pub(super) fn text(path: &Path, lang: Lang) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| unreadable(lang, path, &error))
}

/// The bytes of a file.
pub(super) fn bytes(path: &Path, lang: Lang) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| unreadable(lang, path, &error))
}
