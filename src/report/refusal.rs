//! Why an estimate, a weighting or a plan was refused, as a sentence for a reader.
//!
//! A refusal of `stats` is a code with data. Its sentence stands in the Fluent files under
//! `refusal-<code>` and takes the data by their names: `column`, `expected`, … A `row` becomes `place`
//! (the caller knows the file), cells and strata become one argument `cell`.

use serde_json::{Map, Value};

use crate::i18n::{Lang, Value as Argument};
use crate::stats::error::StatsError;

/// The sentence of a refusal. `place` names a record (counted from 0) as the reader knows it: file and line.
#[must_use]
pub fn sentence(lang: Lang, error: &StatsError, place: &dyn Fn(usize) -> String) -> String {
    match serde_json::to_value(error) {
        Ok(Value::Object(fields)) => of_fields(lang, &fields, place),
        _ => error.to_string(),
    }
}

fn of_fields(lang: Lang, fields: &Map<String, Value>, place: &dyn Fn(usize) -> String) -> String {
    let code = fields
        .get("code")
        .and_then(Value::as_str)
        .unwrap_or("unknown");
    let key = key_of(code, fields.contains_key("op"));
    let mut arguments: Vec<(&str, Argument<'_>)> = Vec::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("code", _) => {}
            ("row", Value::Number(row)) => {
                let row = row.as_u64().and_then(|row| usize::try_from(row).ok());
                arguments.push(("place", row.map_or_else(String::new, place).into()));
            }
            ("because", Value::Object(inner)) => {
                arguments.push(("because", of_fields(lang, inner, place).into()));
            }
            ("labels", Value::Array(labels)) => {
                let columns = fields.get("columns").and_then(Value::as_array);
                let cell = cell(columns.map_or(&[][..], Vec::as_slice), labels);
                arguments.push(("cell", cell.into()));
            }
            (name, value) => arguments.push((name, plain(value).into())),
        }
    }
    if lang.has(&key) {
        lang.t_with(&key, &arguments)
    } else {
        lang.t_with("refusal-unknown", &[("code", code.into())])
    }
}

/// The key of a code's sentence. One code stands for two things: a negative weight in the data, and
/// one that an earlier step of the weighting made.
fn key_of(code: &str, in_step: bool) -> String {
    match code {
        "negative_weight" if in_step => "refusal-negative_weight_step".to_owned(),
        code => format!("refusal-{code}"),
    }
}

/// `region = R01, sex = male`.
fn cell(columns: &[Value], labels: &[Value]) -> String {
    let mut names = columns.iter().map(plain);
    labels
        .iter()
        .map(|label| match names.next() {
            Some(name) => format!("{name} = {}", plain(label)),
            None => plain(label),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// A value as text: pairs (column, label) as `column = label`, lists joined by commas.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "–".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => items
            .iter()
            .map(|item| match item.as_array().map(Vec::as_slice) {
                Some([name, label]) => format!("{} = {}", plain(name), plain(label)),
                _ => plain(item),
            })
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name} = {}", plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::stats::design::DesignError;
    use crate::stats::error::EstimateError;
    use crate::stats::weighting::WeightingError;

    fn record(row: usize) -> String {
        format!("data.csv:{}", row + 2)
    }

    #[test]
    fn a_sentence_names_the_place_and_what_was_expected() {
        let weight = StatsError::from(DesignError::NegativeWeight {
            column: "w".to_owned(),
            row: 11,
            value: -3.5,
        });
        let text = sentence(Lang::En, &weight, &record);
        assert!(
            text.contains("data.csv:13") && text.contains("“w”") && text.contains("-3.5"),
            "{text}"
        );
        let cell = StatsError::from(WeightingError::TotalWithoutSample {
            columns: vec!["county".to_owned(), "sex".to_owned()],
            labels: vec!["城区".to_owned(), "女".to_owned()],
            total: 1200.0,
        });
        let text = sentence(Lang::ZhCn, &cell, &record);
        assert!(
            text.contains("county = 城区, sex = 女") && text.contains("1200"),
            "{text}"
        );
        let level = StatsError::from(EstimateError::UnknownLevel {
            column: "trend".to_owned(),
            level: "upp".to_owned(),
        });
        assert!(sentence(Lang::En, &level, &record).contains("“upp”"));
    }

    /// The keys for all error enums of `stats`, read from its formatted source: a variant stands at four spaces.
    fn keys() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stats")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    collect(&std::fs::read_to_string(&path).unwrap(), &mut found);
                }
            }
        }
        found
    }

    fn collect(source: &str, found: &mut BTreeSet<String>) {
        let enums = ["Data", "Design", "Weighting", "Estimate", "Plan"];
        for name in enums {
            let Some((_, body)) = source.split_once(&format!("pub enum {name}Error {{\n")) else {
                continue;
            };
            let (body, _) = body.split_once("\n}").unwrap();
            for line in body.lines() {
                let variant = line.strip_prefix("    ").unwrap_or_default();
                if !variant.starts_with(char::is_uppercase) {
                    continue;
                }
                let mut code = String::new();
                for letter in variant.chars().take_while(|c| c.is_alphanumeric()) {
                    if letter.is_uppercase() && !code.is_empty() {
                        code.push('_');
                    }
                    code.extend(letter.to_lowercase());
                }
                let in_step = name == "Weighting" && code == "negative_weight";
                found.insert(key_of(&code, in_step));
            }
        }
    }

    #[test]
    fn every_refusal_of_the_engine_has_its_sentence_in_every_language() {
        let keys = keys();
        assert!(keys.contains("refusal-unit_in_two_strata"), "{keys:?}");
        for lang in Lang::ALL {
            let missing: Vec<&String> = keys.iter().filter(|key| !lang.has(key)).collect();
            assert!(missing.is_empty(), "{lang}: {missing:?}");
        }
    }
}
