//! All results as one flat CSV file: one record for each estimate and interval, in full precision.
//!
//! The names of the columns are the names of the documented schema, in every language.

use super::Wording;
use crate::report::csv::{CsvText, number};
use crate::stats::plan::Plan;
use crate::stats::plan::results::{
    AnalysisResult, ContrastResult, EstimateRow, Group, IntervalRow, Results,
};
use crate::stats::plan::spec::{DfRule, Statistic};
use crate::stats::quality::analysis::{Measure, QualityRow};

const HEADER: [&str; 27] = [
    "analysis",
    "kind",
    "title",
    "group",
    "variable",
    "level",
    "n",
    "sum_weights",
    "estimate",
    "se",
    "var",
    "cv",
    "deff_wor",
    "deff_wr",
    "n_eff",
    "n_eff_kish",
    "method",
    "confidence",
    "df_rule",
    "df",
    "low",
    "high",
    "t",
    "statistic",
    "ddf",
    "p_value",
    "error",
];

/// One record under construction: a value for each name of [`HEADER`].
#[derive(Clone, Default)]
struct Record {
    fields: Vec<(&'static str, String)>,
}

impl Record {
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    fn num(self, name: &'static str, value: impl Into<Option<f64>>) -> Self {
        self.with(name, number(value.into()))
    }

    fn write(&self, file: &mut CsvText) {
        file.push(HEADER.map(|name| {
            let found = self.fields.iter().find(|(field, _)| *field == name);
            found.map_or("", |(_, value)| value.as_str())
        }));
    }
}

/// The file's text.
#[must_use]
pub fn csv(plan: &Plan, results: &Results, wording: &Wording) -> String {
    let mut file = CsvText::new(HEADER);
    for (analysis, (id, outcome)) in plan.analyses.iter().zip(results.analyses.iter()) {
        let base = Record::default()
            .with("analysis", id)
            .with("kind", analysis.kind.name())
            .with("title", wording.titles.get(id).cloned().unwrap_or_default());
        match outcome {
            Ok(result) => answer(&mut file, &base, result),
            Err(error) => base.with("error", error.code()).write(&mut file),
        }
    }
    file.finish()
}

fn answer(file: &mut CsvText, base: &Record, result: &AnalysisResult) {
    match result {
        AnalysisResult::Rows(result) => {
            for row in &result.rows {
                intervals(file, &estimate(base.clone(), row), &row.ci);
            }
        }
        AnalysisResult::Contrast(result) => contrast(file, base, result),
        AnalysisResult::Chisq(result) => {
            for row in &result.tests {
                let method = match row.statistic_kind {
                    Statistic::F => "F",
                    Statistic::Chisq => "Chisq",
                    Statistic::Wald => "Wald",
                    Statistic::AdjWald => "adjWald",
                };
                base.clone()
                    .num("n", result.n)
                    .with("method", method)
                    .num("statistic", row.statistic)
                    .num("df", row.ndf)
                    .num("ddf", row.ddf)
                    .num("p_value", row.p_value)
                    .write(file);
            }
        }
        AnalysisResult::Ttest(result) => {
            let record = base
                .clone()
                .num("estimate", result.estimate)
                .num("se", result.se)
                .num("t", result.t)
                .num("p_value", result.p_value);
            intervals(file, &record, &result.ci);
        }
        AnalysisResult::Degf(result) => base.clone().num("df", result.value).write(file),
        AnalysisResult::Quality(result) => {
            for row in &result.rows {
                quality(file, base, row);
            }
        }
        AnalysisResult::Quantile(result) => {
            for row in &result.rows {
                let group = row.group.as_ref().map(Group::key);
                base.clone()
                    .with("group", group.unwrap_or_default())
                    .with("level", number(Some(row.p)))
                    .num("estimate", row.estimate)
                    .num("se", row.se)
                    .num("confidence", 0.95)
                    .num("low", row.low)
                    .num("high", row.high)
                    .write(file);
            }
        }
    }
}

fn quality(file: &mut CsvText, base: &Record, row: &QualityRow) {
    let group = row.group.as_ref().map(Group::key);
    let base = base.clone().with("group", group.unwrap_or_default());
    match &row.found {
        Err(unfit) => base.with("error", unfit.as_str()).write(file),
        Ok(Measure::Contrast(found)) => {
            let difference = &found.difference;
            let record = base
                .num("estimate", difference.difference)
                .num("se", difference.standard_error)
                .num("df", difference.df)
                .num("t", difference.t());
            record.clone().num("p_value", found.p_value).write(file);
            for (method, p) in [("excess", found.p_excess), ("holm", found.p_adjusted)] {
                if p.is_some() {
                    record
                        .clone()
                        .with("method", method)
                        .num("p_value", p)
                        .write(file);
                }
            }
        }
        Ok(Measure::Duplicates(found)) => {
            base.clone()
                .num("statistic", count(found.pairs))
                .num("estimate", found.expected)
                .num("p_value", found.p_value)
                .write(file);
            for unit in &found.units {
                base.clone()
                    .with("variable", unit.unit.as_str())
                    .num("n", count(unit.n))
                    .num("statistic", count(unit.pairs))
                    .num("estimate", unit.expected)
                    .with("method", "holm")
                    .num("p_value", unit.p_adjusted)
                    .write(file);
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
const fn count(n: u64) -> f64 {
    n as f64
}

fn contrast(file: &mut CsvText, base: &Record, result: &ContrastResult) {
    for (place, (key, estimate)) in result.groups.iter().zip(&result.estimates).enumerate() {
        let var = result
            .cov
            .get(place)
            .and_then(|row| row.get(place))
            .copied();
        base.clone()
            .with("group", key.as_str())
            .num("estimate", *estimate)
            .num("var", var)
            .num("se", var.map(f64::sqrt))
            .write(file);
    }
    for row in &result.contrasts {
        let record = base
            .clone()
            .with("variable", row.id.as_str())
            .num("estimate", row.estimate)
            .num("se", row.se)
            .num("var", row.var)
            .num("t", row.t)
            .num("p_value", row.p_value);
        intervals(file, &record, &row.ci);
    }
}

fn estimate(base: Record, row: &EstimateRow) -> Record {
    let group = row
        .group
        .as_ref()
        .map(crate::stats::plan::results::Group::key);
    base.with("group", group.unwrap_or_default())
        .with("variable", row.variable.as_str())
        .with("level", row.level.clone().unwrap_or_default())
        .num("n", row.n)
        .num("sum_weights", row.sum_weights)
        .num("estimate", row.estimate)
        .num("se", row.se)
        .num("var", row.var)
        .num("cv", row.cv)
        .num("deff_wor", row.deff_wor)
        .num("deff_wr", row.deff_wr)
        .num("n_eff", row.n_eff)
        .num("n_eff_kish", row.n_eff_kish)
}

fn intervals(file: &mut CsvText, record: &Record, intervals: &[IntervalRow]) {
    if intervals.is_empty() {
        record.write(file);
    }
    for interval in intervals {
        let rule = match interval.df_rule {
            Some(DfRule::Design) => "design".to_owned(),
            Some(DfRule::Domain) => "domain".to_owned(),
            Some(DfRule::Infinite) => "inf".to_owned(),
            Some(DfRule::Number(df)) => number(Some(df)),
            None => String::new(),
        };
        record
            .clone()
            .with("method", interval.method.unwrap_or_default())
            .num("confidence", interval.level)
            .with("df_rule", rule)
            .num("df", interval.df)
            .num("low", interval.low)
            .num("high", interval.high)
            .write(file);
    }
}
