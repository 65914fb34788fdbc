//! The tables of quality measures.

use super::Wording;
use super::figures::{Figures, degrees, p_value, plain};
use super::sections::{left, right};
use crate::report::table::TextTable;
use crate::stats::plan::spec::Analysis;
use crate::stats::quality::analysis::{Contrast, Measure, QualityResult, QualityRow, Runs};

/// Below this adjusted p value a unit is named.
const NAMED: f64 = 0.05;

/// Differences with their p values, or pairs of identical answers; what is not computed says why.
pub(super) fn quality(analysis: &Analysis, result: &QualityResult, wording: &Wording) -> String {
    let contrasts = result.rows.iter().filter_map(|row| match &row.found {
        Ok(Measure::Contrast(found)) => Some((row, found)),
        _ => None,
    });
    let runs = result.rows.iter().filter_map(|row| match &row.found {
        Ok(Measure::Duplicates(found)) => Some((row, found)),
        _ => None,
    });
    let (contrasts, runs): (Vec<_>, Vec<_>) = (contrasts.collect(), runs.collect());
    let mut text = String::new();
    if !contrasts.is_empty() {
        text.push_str(&differences(analysis, &contrasts, wording));
    }
    if !runs.is_empty() {
        text.push_str(&pairs(analysis, &runs, wording));
    }
    for row in &result.rows {
        if let Err(unfit) = &row.found {
            let key = format!("estimate-unfit-{}", unfit.as_str().replace('_', "-"));
            let name = group(row, wording).join(" · ");
            let because = wording.lang.t(&key);
            let line = if name.is_empty() {
                because
            } else {
                let args = [("group", name.into()), ("because", because.into())];
                wording.lang.t_with("estimate-unfit", &args)
            };
            text.push_str(&line);
            text.push('\n');
        }
    }
    text.push_str(&wording.lang.t("estimate-quality-note"));
    text.push('\n');
    text
}

fn group(row: &QualityRow, wording: &Wording) -> Vec<String> {
    let levels = row.group.iter().flat_map(|group| &group.0);
    levels
        .map(|(column, level)| wording.level(column, level).to_owned())
        .collect()
}

fn differences(
    analysis: &Analysis,
    rows: &[(&QualityRow, &Contrast)],
    wording: &Wording,
) -> String {
    let lang = wording.lang;
    let errors = rows
        .iter()
        .map(|(_, found)| found.difference.standard_error);
    let figures = Figures::of(lang, true, errors);
    let unit = figures.unit();
    let by = analysis.by.iter().map(|name| left(wording.column(name)));
    let mut table = TextTable::new(by.chain([
        right("n"),
        right(format!("{}{unit}", lang.t("estimate-difference"))),
        right(format!("{}{unit}", lang.t("estimate-se"))),
        right("t"),
        right(lang.t("estimate-df")),
        right("p"),
        right(lang.t("estimate-p-excess")),
        right(lang.t("estimate-p-holm")),
    ]));
    for (row, found) in rows {
        let own = &found.difference;
        let optional = |p: Option<f64>| p.map_or_else(String::new, |p| p_value(lang, p));
        table.push(group(row, wording).into_iter().chain([
            format!("{} + {}", lang.count(own.n_a), lang.count(own.n_b)),
            figures.figure(own.difference),
            figures.figure(own.standard_error),
            plain(lang, own.t(), 2),
            degrees(lang, own.df),
            p_value(lang, found.p_value),
            optional(found.p_excess),
            optional(found.p_adjusted),
        ]));
    }
    table.render()
}

fn pairs(analysis: &Analysis, rows: &[(&QualityRow, &Runs)], wording: &Wording) -> String {
    let lang = wording.lang;
    let by = analysis.by.iter().map(|name| left(wording.column(name)));
    let mut table = TextTable::new(by.chain([
        right(lang.t("estimate-pairs")),
        right(lang.t("estimate-pairs-expected")),
        right("p"),
        left(lang.t("estimate-pairs-units")),
    ]));
    for (row, found) in rows {
        let named = found.units.iter().filter(|unit| unit.p_adjusted < NAMED);
        let named: Vec<String> = named
            .map(|unit| format!("{} ({})", unit.unit, lang.count(unit.pairs)))
            .collect();
        table.push(group(row, wording).into_iter().chain([
            lang.count(found.pairs),
            plain(lang, found.expected, 1),
            p_value(lang, found.p_value),
            named.join(", "),
        ]));
    }
    table.render()
}
