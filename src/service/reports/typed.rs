//! What was typed into the form, as the rows of an indicators' file, so that both are read by one reader.

use std::collections::BTreeMap;

use super::{ReportError, Sheet, TypedProblem, ValueProblem, asked};
use crate::evaluation::indicator::{Entry, Indicators, Kind, Value};
use crate::evaluation::indicator_file;
use crate::evaluation::standard::Standard;

const HEADER: [&str; 9] = [
    "county",
    "year",
    "indicator",
    "status",
    "value",
    "k",
    "m",
    "label",
    "measures",
];
/// Words for "there was none" in a list.
const NONE: [&str; 2] = ["none", "无"];

/// Values, number, part and whole of a row.
type Row = [String; 5];

/// Reads the fields `value-ID`, `k-ID`, `m-ID` of these indicators; one that is left empty is not there.
pub(super) fn read(
    standard: &Standard,
    (county, year): (&str, i32),
    asked: &BTreeMap<&str, Kind>,
    fields: &BTreeMap<String, String>,
) -> Result<Indicators, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut lines: Vec<&str> = Vec::new();
    let year = year.to_string();
    let unwritable = |_| ReportError::Unknown;
    writer.write_record(HEADER).map_err(unwritable)?;
    for (id, kind) in asked {
        for [value, k, m, label, measures] in rows(standard, id, *kind, fields) {
            let row = [
                county, &year, id, "reported", &value, &k, &m, &label, &measures,
            ];
            writer.write_record(row).map_err(unwritable)?;
            lines.push(id);
        }
    }
    let bytes = writer.into_inner().map_err(|_| ReportError::Unknown)?;
    let text = String::from_utf8(bytes).map_err(|_| ReportError::Unknown)?;
    let read = indicator_file::read(&text, standard);
    let all = read.map_err(|problems| {
        let of = |problem: indicator_file::RowProblem| {
            let at = usize::try_from(problem.line).unwrap_or(0).saturating_sub(2);
            ValueProblem {
                indicator: lines.get(at).copied().unwrap_or_default().to_owned(),
                problem: TypedProblem::Cell(problem.problem),
            }
        };
        ReportError::Values(problems.into_iter().map(of).collect())
    })?;
    let unknown: Vec<ValueProblem> = unknown_measures(standard, &all);
    if unknown.is_empty() {
        Ok(all)
    } else {
        Err(ReportError::Values(unknown))
    }
}

/// The values of those fields that can be read; whatever has a problem is left out.
#[must_use]
pub fn readable(sheet: &Sheet, fields: &BTreeMap<String, String>) -> Indicators {
    let place = (sheet.county.as_str(), sheet.year);
    let mut asked = asked(&sheet.standard, &sheet.county);
    // Measures are looked at once the cells are good, so there may be two rounds of problems.
    for _ in 0..3 {
        match read(&sheet.standard, place, &asked, fields) {
            Ok(values) => return values,
            Err(ReportError::Values(problems)) => {
                asked.retain(|id, _| !problems.iter().any(|one| one.indicator == **id));
            }
            Err(_) => break,
        }
    }
    Indicators::new()
}

fn rows(standard: &Standard, id: &str, kind: Kind, fields: &BTreeMap<String, String>) -> Vec<Row> {
    let field = |part: &str| {
        let text = fields.get(&format!("{part}-{id}"));
        // One row is one line, so that a problem's line names its indicator.
        text.map_or("", |text| text.trim()).to_owned()
    };
    let empty = String::new;
    match kind {
        Kind::Rate => {
            let (k, m) = (field("k"), field("m"));
            if k.is_empty() && m.is_empty() {
                return Vec::new();
            }
            vec![[empty(), flat(&k), flat(&m), empty(), empty()]]
        }
        Kind::List => {
            let text = field("value");
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines
                .map(|line| {
                    if NONE.contains(&line) {
                        return ["none".to_owned(), empty(), empty(), empty(), empty()];
                    }
                    let line = line.replace('；', ";").replace('＝', "=");
                    let (label, rest) = line.split_once(';').unwrap_or((&line, ""));
                    let measures = named(standard, rest);
                    [empty(), empty(), empty(), label.trim().to_owned(), measures]
                })
                .collect()
        }
        Kind::Count | Kind::Amount | Kind::Judgement => {
            let value = field("value");
            if value.is_empty() {
                return Vec::new();
            }
            vec![[flat(&value), empty(), empty(), empty(), empty()]]
        }
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Measures by their ids, whichever language their names were typed in.
fn named(standard: &Standard, measures: &str) -> String {
    let one = |pair: &str| {
        let Some((name, number)) = pair.split_once('=') else {
            return pair.trim().to_owned();
        };
        let name = name.trim();
        let known = standard.terms.iter().find(|(id, words)| {
            id.as_str() == name || words.get("zh-CN") == name || words.get("en") == name
        });
        let name = known.map_or(name, |(id, _)| id.as_str());
        format!("{name}={}", number.trim())
    };
    let pairs = measures.split(';').filter(|pair| !pair.trim().is_empty());
    pairs.map(one).collect::<Vec<String>>().join(";")
}

fn unknown_measures(standard: &Standard, all: &Indicators) -> Vec<ValueProblem> {
    let mut problems = Vec::new();
    for one in all.iter() {
        let Value::List { entries } = &one.value else {
            continue;
        };
        for name in entries.iter().flat_map(|entry| entry.measures.keys()) {
            if !standard.terms.contains_key(name) {
                problems.push(ValueProblem {
                    indicator: one.id.clone(),
                    problem: TypedProblem::Measure(name.clone()),
                });
            }
        }
    }
    problems
}

/// What an indicator lacks that had a value before.
pub(super) const fn emptied(indicator: String) -> ValueProblem {
    ValueProblem {
        indicator,
        problem: TypedProblem::Emptied,
    }
}

/// A value as it would be typed into the fields `value`, `k` and `m`, with the measures' names in a language.
#[must_use]
pub fn texts(standard: &Standard, language: &str, value: &Value) -> [String; 3] {
    let none = String::new;
    match value {
        Value::Judgement { .. } => [none(), none(), none()],
        Value::Rate { k, m } => [none(), k.to_string(), m.to_string()],
        Value::Count { count } => [count.to_string(), none(), none()],
        Value::Amount { amount } => [amount.to_string(), none(), none()],
        Value::List { entries } if entries.is_empty() => {
            let [english, chinese] = NONE;
            let word = if language == "en" { english } else { chinese };
            [word.to_owned(), none(), none()]
        }
        Value::List { entries } => {
            let line = |entry: &Entry| {
                let of = |(name, amount): (&String, &_)| {
                    format!("; {}={amount}", standard.term(name, language))
                };
                let measures: String = entry.measures.iter().map(of).collect();
                format!("{}{measures}", entry.label)
            };
            let lines: Vec<String> = entries.iter().map(line).collect();
            [lines.join("\n"), none(), none()]
        }
    }
}
