//! Weights and what each step did to them: for people, as one document, as flat files.

use serde_json::{Value, json};

use super::figures::count;
use super::sections::{left, refused, right};
use crate::i18n::Lang;
use crate::report::csv::{CsvText, number};
use crate::report::table::TextTable;
use crate::stats::error::StatsError;
use crate::stats::plan::Results;
use crate::stats::plan::results::{StepResult, WeightingResult};

/// What every pipeline did, as text.
#[must_use]
pub fn diagnostics_text(
    results: &Results,
    lang: Lang,
    title: Option<&str>,
    place: &dyn Fn(usize) -> String,
) -> String {
    let pipelines = results
        .weightings
        .iter()
        .map(|(id, outcome)| section(lang, id, outcome, place));
    let sections: Vec<String> = title
        .map(|title| format!("{title}\n"))
        .into_iter()
        .chain(pipelines)
        .collect();
    sections.join("\n")
}

/// One pipeline under its heading.
pub(super) fn section(
    lang: Lang,
    id: &str,
    outcome: &Result<WeightingResult, StatsError>,
    place: &dyn Fn(usize) -> String,
) -> String {
    let title = lang.t_with("estimate-weighting", &[("id", id.into())]);
    let body = match outcome {
        Ok(result) => steps(lang, result),
        Err(error) => refused(lang, error, place),
    };
    format!("{title}\n\n{body}")
}

fn steps(lang: Lang, result: &WeightingResult) -> String {
    let mut table = TextTable::new([
        left(lang.t("estimate-step")),
        right(lang.t("estimate-cells")),
        right("n"),
        right(lang.t("estimate-sum")),
        right(lang.t("estimate-min")),
        right(lang.t("estimate-mean")),
        right(lang.t("estimate-max")),
        right(lang.t("estimate-cv")),
        right(lang.t("estimate-kish-deff")),
        right(lang.t("estimate-n-eff")),
        right(lang.t("estimate-largest-share")),
        left(lang.t("estimate-converged")),
    ]);
    for step in &result.steps {
        let weights = &step.summary;
        let cells = step.cells.and_then(|cells| u64::try_from(cells).ok());
        table.push([
            step.op.to_owned(),
            cells.map_or_else(String::new, |cells| lang.count(cells)),
            count(lang, weights.n),
            lang.number(weights.sum, 0),
            lang.number(weights.min, 3),
            lang.number(weights.mean, 3),
            lang.number(weights.max, 3),
            lang.number(weights.cv(), 3),
            lang.number(weights.kish_deff, 3),
            count(lang, weights.kish_n_eff),
            format!("{} %", lang.number(weights.largest_share() * 100.0, 3)),
            converged(lang, step),
        ]);
    }
    table.render()
}

fn converged(lang: Lang, step: &StepResult) -> String {
    match (step.converged, step.cycles) {
        (Some(true), Some(cycles)) => lang.t_with(
            "estimate-converged-in",
            &[("cycles", cycles.to_string().into())],
        ),
        (Some(true), None) => lang.t("estimate-yes"),
        (Some(false), _) => lang.t("estimate-no"),
        (None, _) => String::new(),
    }
}

/// What every pipeline did, as a document: the `weightings` of the results, with what people read
/// off them (`cv`, `largest_share`) written out.
#[must_use]
pub fn diagnostics_json(results: &Results) -> Value {
    let mut document = json!({
        "schema": results.schema, "id": results.id, "weightings": results.weightings
    });
    let own = results.weightings.iter();
    for (id, result) in own.filter_map(|(id, outcome)| Some((id, outcome.as_ref().ok()?))) {
        let summaries = result.steps.iter().map(|step| &step.summary);
        for (at, summary) in summaries.enumerate() {
            let Some(step) = document
                .get_mut("weightings")
                .and_then(|pipelines| pipelines.get_mut(id)?.get_mut("steps")?.get_mut(at))
                .and_then(Value::as_object_mut)
            else {
                continue;
            };
            step.insert("cv".to_owned(), finite(summary.cv()));
            step.insert("largest_share".to_owned(), finite(summary.largest_share()));
        }
    }
    document
}

fn finite(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// What every pipeline did, one record for each step.
#[must_use]
pub fn diagnostics_csv(results: &Results) -> String {
    let mut file = CsvText::new([
        "weighting",
        "step",
        "op",
        "cells",
        "n",
        "sum",
        "min",
        "max",
        "mean",
        "cv",
        "kish_deff",
        "kish_n_eff",
        "largest_share",
        "converged",
        "cycles",
        "error",
    ]);
    let whole = |value: Option<usize>| value.map_or_else(String::new, |value| value.to_string());
    for (id, outcome) in results.weightings.iter() {
        let result = match outcome {
            Ok(result) => result,
            Err(error) => {
                let mut record = vec![String::new(); 16];
                if let Some(first) = record.first_mut() {
                    id.clone_into(first);
                }
                if let Some(last) = record.last_mut() {
                    error.code().clone_into(last);
                }
                file.push(record);
                continue;
            }
        };
        for (place, step) in (1_usize..).zip(&result.steps) {
            let weights = &step.summary;
            file.push([
                id.to_owned(),
                place.to_string(),
                step.op.to_owned(),
                whole(step.cells),
                number(Some(weights.n)),
                number(Some(weights.sum)),
                number(Some(weights.min)),
                number(Some(weights.max)),
                number(Some(weights.mean)),
                number(Some(weights.cv())),
                number(Some(weights.kish_deff)),
                number(Some(weights.kish_n_eff)),
                number(Some(weights.largest_share())),
                step.converged
                    .map_or_else(String::new, |yes| yes.to_string()),
                whole(step.cycles),
                String::new(),
            ]);
        }
    }
    file.finish()
}

/// One column for each pipeline that was not refused, one line for each record of the data.
#[must_use]
pub fn weights_csv(results: &Results) -> Option<String> {
    let pipelines: Vec<(&str, &[f64])> = results
        .weightings
        .iter()
        .filter_map(|(id, outcome)| Some((id, outcome.as_ref().ok()?.weights.as_slice())))
        .collect();
    let rows = pipelines.first().map(|(_, weights)| weights.len())?;
    let mut file = CsvText::new(pipelines.iter().map(|(id, _)| *id));
    for row in 0..rows {
        file.push(
            pipelines
                .iter()
                .map(|(_, weights)| number(weights.get(row).copied())),
        );
    }
    Some(file.finish())
}
