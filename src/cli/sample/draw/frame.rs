//! The frame of a draw: units with their strata and sizes, and how many are wanted of each stratum.

use std::collections::BTreeMap;
use std::path::Path;

use super::Draw;
use crate::cli::Failure;
use crate::cli::sample::refusal::{Bounds, none_of};
use crate::cli::sample::sheet::{Sheet, Wanted, header};
use crate::cli::table_file::quoted;
use crate::i18n::Lang;
use crate::stats::sampling::selection::Method;

/// Problems of one kind that are listed at most.
const LISTED: usize = 20;

/// A frame that was read and checked.
pub(super) struct Frame {
    /// The file as it was named.
    pub(super) file: String,
    /// SHA-256 of the file.
    pub(super) sha256: String,
    ids: Vec<String>,
    sizes: Vec<f64>,
    /// Strata by name; one without a name where the frame is not divided.
    pub(super) strata: Vec<Part>,
}

/// The units of one stratum.
pub(super) struct Part {
    pub(super) name: String,
    /// Their rows, from 0, in the order of the file.
    pub(super) rows: Vec<usize>,
    /// Units wanted.
    pub(super) n: usize,
}

impl Frame {
    /// Reads the frame that the options describe.
    pub(super) fn read(options: &Draw, method: Method, lang: Lang) -> Result<Self, Failure> {
        check_options(options, method, lang)?;
        let id = match &options.id_column {
            Some(name) => name.clone(),
            None => header(&options.frame, lang)?
                .into_iter()
                .next()
                .unwrap_or_default(),
        };
        let sheet = Sheet::read(&options.frame, &columns(options, &id), lang)?;
        let mut problems = Vec::new();
        let ids = sheet.texts(&id, lang, &mut problems);
        twice(&sheet, &id, &ids, lang, &mut problems);
        let sizes = match &options.size_column {
            Some(column) => {
                let allowed = |size: f64| size >= 0.0;
                sheet.numbers(column, allowed, "sample-cell-negative", lang, &mut problems)
            }
            None => vec![1.0; ids.len()],
        };
        let names = match &options.strata {
            Some(column) => sheet.texts(column, lang, &mut problems),
            None => vec![String::new(); ids.len()],
        };
        if ids.is_empty() {
            problems.push(lang.t_with("sample-no-rows", &[("file", sheet.name().into())]));
        }
        let mut rows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (row, name) in names.into_iter().enumerate() {
            rows.entry(name).or_default().push(row);
        }
        let wanted = wanted(options, &sheet, &rows, lang, &mut problems)?;
        problems.truncate(LISTED);
        none_of(problems)?;
        let strata = rows
            .into_iter()
            .zip(wanted)
            .map(|((name, rows), n)| Part { name, rows, n })
            .collect();
        Ok(Self {
            file: sheet.name(),
            sha256: sheet.sha256(),
            ids,
            sizes,
            strata,
        })
    }

    /// Sizes of the units of a stratum.
    pub(super) fn sizes_of(&self, stratum: &Part) -> Vec<f64> {
        stratum.rows.iter().map(|row| self.size(*row)).collect()
    }

    /// The unit's name.
    pub(super) fn id(&self, row: usize) -> &str {
        self.ids.get(row).map_or("", String::as_str)
    }

    /// The unit's size.
    pub(super) fn size(&self, row: usize) -> f64 {
        self.sizes.get(row).copied().unwrap_or_default()
    }

    /// All units.
    pub(super) fn units(&self) -> usize {
        self.ids.len()
    }
}

fn check_options(options: &Draw, method: Method, lang: Lang) -> Result<(), Failure> {
    let mut problems = Vec::new();
    if method.uses_size() && options.size_column.is_none() {
        let arguments = [("method", method.as_str().into())];
        problems.push(lang.t_with("sample-size-column-needed", &arguments));
    }
    if options.n.is_none() && options.allocation.is_none() && options.n_column.is_none() {
        problems.push(lang.t("sample-n-needed"));
    }
    if options.n == Some(0) {
        let bounds = Bounds {
            option: "--n",
            low: 1.0,
            high: 1e9,
            closed: (true, true),
        };
        bounds.check(lang, &[0.0], &mut problems);
    }
    none_of(problems)
}

fn columns<'a>(options: &'a Draw, id: &'a str) -> Vec<Wanted<'a>> {
    let mut wanted = vec![Wanted {
        name: id,
        numbers: false,
        option: "--id-column",
    }];
    let mut add = |name: &'a Option<String>, numbers, option| {
        if let Some(name) = name {
            wanted.push(Wanted {
                name,
                numbers,
                option,
            });
        }
    };
    add(&options.strata, false, "--strata");
    add(&options.size_column, true, "--size-column");
    add(&options.n_column, true, "--n-column");
    wanted
}

fn twice(sheet: &Sheet, column: &str, ids: &[String], lang: Lang, problems: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    for (row, id) in ids.iter().enumerate() {
        if !seen.insert(id) && !id.is_empty() {
            problems.push(sheet.at("sample-cell-twice", row, column, id, lang));
        }
    }
}

/// Units wanted of each stratum, in the order of `rows`.
fn wanted(
    options: &Draw,
    sheet: &Sheet,
    rows: &BTreeMap<String, Vec<usize>>,
    lang: Lang,
    problems: &mut Vec<String>,
) -> Result<Vec<usize>, Failure> {
    if let Some(path) = &options.allocation {
        return from_allocation(path, rows, lang, problems);
    }
    if let Some(column) = &options.n_column {
        let values = sheet.numbers(column, is_count, "sample-cell-whole", lang, problems);
        return Ok(rows
            .values()
            .map(|rows| {
                let of = |row: &usize| values.get(*row).copied().map_or(0, whole);
                let first = rows.first().map_or(0, of);
                if let Some(other) = rows.iter().find(|row| of(row) != first) {
                    let text = of(other).to_string();
                    problems.push(sheet.at("sample-n-varies", *other, column, &text, lang));
                }
                first
            })
            .collect());
    }
    let n = options.n.unwrap_or_default();
    Ok(vec![usize::try_from(n).unwrap_or(usize::MAX); rows.len()])
}

fn from_allocation(
    path: &Path,
    rows: &BTreeMap<String, Vec<usize>>,
    lang: Lang,
    problems: &mut Vec<String>,
) -> Result<Vec<usize>, Failure> {
    let column = |name, numbers| Wanted {
        name,
        numbers,
        option: "--allocation",
    };
    let sheet = Sheet::read(path, &[column("stratum", false), column("n", true)], lang)?;
    let names = sheet.texts("stratum", lang, problems);
    twice(&sheet, "stratum", &names, lang, problems);
    let numbers = sheet.numbers("n", is_count, "sample-cell-whole", lang, problems);
    let given: BTreeMap<&String, usize> =
        names.iter().zip(numbers.into_iter().map(whole)).collect();
    for (row, name) in names.iter().enumerate() {
        if !rows.contains_key(name) && !name.is_empty() {
            problems.push(sheet.at("sample-unknown-stratum", row, "stratum", name, lang));
        }
    }
    Ok(rows
        .keys()
        .map(|name| {
            given.get(name).copied().unwrap_or_else(|| {
                let arguments = [
                    ("file", sheet.name().into()),
                    ("stratum", quoted(name).into()),
                ];
                problems.push(lang.t_with("sample-no-allocation", &arguments));
                0
            })
        })
        .collect())
}

fn is_count(x: f64) -> bool {
    (0.0..=1e9).contains(&x) && x.fract() <= 0.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and at most 10^9, or refused by the caller"
)]
fn whole(x: f64) -> usize {
    x.clamp(0.0, 1e9) as usize
}
