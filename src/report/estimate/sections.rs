//! The text that `minyi estimate` prints: one section for each pipeline, analysis, planning question and model.

use serde_json::Value;

use super::Wording;
use super::comparisons::{contrasts, independence, quantiles, t_test};
use super::estimates::estimates;
use super::figures::degrees;
use super::quality::quality;
use super::weights;
use crate::i18n::Lang;
use crate::report::refusal;
use crate::report::table::{Align, TextTable};
use crate::stats::error::StatsError;
use crate::stats::plan::Plan;
use crate::stats::plan::results::{AnalysisResult, Results};
use crate::stats::plan::spec::Analysis;

/// Everything that the plan asked for, as text; `place` names a record as the reader knows it.
#[must_use]
pub fn text(
    plan: &Plan,
    results: &Results,
    wording: &Wording,
    place: &dyn Fn(usize) -> String,
) -> String {
    let lang = wording.lang;
    let mut sections: Vec<String> = Vec::new();
    if let Some(title) = &wording.title {
        sections.push(format!("{title}\n"));
    }
    for (id, outcome) in results.weightings.iter() {
        sections.push(weights::section(lang, id, outcome, place));
    }
    for (analysis, (id, outcome)) in plan.analyses.iter().zip(results.analyses.iter()) {
        let body = match outcome {
            Ok(result) => answer(analysis, result, wording),
            Err(error) => refused(lang, error, place),
        };
        sections.push(format!("{}\n\n{body}", wording.analysis(id)));
    }
    for outcomes in [&results.planning, &results.small_area] {
        for (id, outcome) in outcomes.iter() {
            let body = match outcome {
                Ok(value) => document(value),
                Err(error) => refused(lang, error, place),
            };
            sections.push(format!("{id}\n\n{body}"));
        }
    }
    sections.join("\n")
}

pub(super) fn refused(lang: Lang, error: &StatsError, place: &dyn Fn(usize) -> String) -> String {
    let because = refusal::sentence(lang, error, place);
    let text = lang.t_with("estimate-refused", &[("because", because.into())]);
    format!("{text}\n")
}

fn answer(analysis: &Analysis, result: &AnalysisResult, wording: &Wording) -> String {
    match result {
        AnalysisResult::Rows(rows) => estimates(analysis, rows, wording),
        AnalysisResult::Contrast(result) => contrasts(analysis, result, wording),
        AnalysisResult::Chisq(result) => independence(analysis, result, wording),
        AnalysisResult::Ttest(result) => t_test(analysis, result, wording),
        AnalysisResult::Degf(result) => {
            let lang = wording.lang;
            let value = degrees(lang, result.value);
            format!(
                "{}\n",
                lang.t_with("estimate-df-value", &[("df", value.into())])
            )
        }
        AnalysisResult::Quantile(result) => quantiles(analysis, result, wording),
        AnalysisResult::Quality(result) => quality(analysis, result, wording),
    }
}

pub(super) fn left(head: impl Into<String>) -> (String, Align) {
    (head.into(), Align::Left)
}

pub(super) fn right(head: impl Into<String>) -> (String, Align) {
    (head.into(), Align::Right)
}

/// A planning answer or a model: lists of records as a table, everything else by name.
fn document(value: &Value) -> String {
    let Some(fields) = value.as_object() else {
        return format!("{}\n", bare(value));
    };
    let mut names = TextTable::new([left(""), left("")]);
    let mut tables = String::new();
    for (name, value) in fields {
        match value
            .as_array()
            .and_then(|items| items.first()?.as_object().map(|first| (items, first)))
        {
            Some((items, first)) => {
                let mut table = TextTable::new(first.keys().map(|key| right(key.as_str())));
                for item in items {
                    let cells = first
                        .keys()
                        .map(|key| item.get(key).map_or_else(String::new, bare));
                    table.push(cells);
                }
                tables.push('\n');
                tables.push_str(&table.render());
            }
            None => names.push([name.clone(), bare(value)]),
        }
    }
    let lines = names.render();
    // The table of names has neither heads nor rule.
    let mut body = String::new();
    for line in lines.lines().skip(2) {
        body.push_str(line);
        body.push('\n');
    }
    format!("{body}{tables}")
}

fn bare(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map_or_else(
            || number.to_string(),
            |number| {
                if number.fract() == 0.0 {
                    format!("{number:.0}")
                } else {
                    let text = format!("{number:.6}");
                    text.trim_end_matches('0').to_owned()
                }
            },
        ),
        Value::Bool(_) => value.to_string(),
        Value::Array(items) => items.iter().map(bare).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name} {}", bare(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}
