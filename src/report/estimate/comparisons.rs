//! Sections of comparisons: contrasts, tests, quantiles.

use super::Wording;
use super::estimates::interval_head;
use super::figures::{Figures, confidence, count, degrees, p_value, plain};
use super::sections::{left, right};
use crate::report::table::TextTable;
use crate::stats::plan::results::{ChisqResult, ContrastResult, QuantileResult, TtestResult};
use crate::stats::plan::spec::{Analysis, AnalysisKind, Statistic};

pub(super) fn contrasts(analysis: &Analysis, result: &ContrastResult, wording: &Wording) -> String {
    let lang = wording.lang;
    let percent = match &analysis.kind {
        AnalysisKind::Contrast {
            variable, level, ..
        } => level.is_some() || wording.shares.contains(variable),
        _ => false,
    };
    let variance = |place: usize| result.cov.get(place)?.get(place).copied();
    let errors = (0..result.groups.len()).filter_map(variance).map(f64::sqrt);
    let figures = Figures::of(lang, percent, errors);
    let unit = figures.unit();
    let group_head: Vec<&str> = analysis
        .by
        .iter()
        .map(|name| wording.column(name))
        .collect();
    let mut groups = TextTable::new([
        left(group_head.join(" · ")),
        right(format!("{}{unit}", lang.t("estimate-estimate"))),
        right(format!("{}{unit}", lang.t("estimate-se"))),
    ]);
    for (place, (key, estimate)) in result.groups.iter().zip(&result.estimates).enumerate() {
        groups.push([
            wording.key(&analysis.by, key),
            figures.figure(*estimate),
            variance(place).map_or_else(String::new, |v| figures.figure(v.sqrt())),
        ]);
    }
    let interval = result.contrasts.first().and_then(|row| row.ci.first());
    let mut table = TextTable::new([
        left(lang.t("estimate-contrast")),
        right(format!("{}{unit}", lang.t("estimate-difference"))),
        right(format!("{}{unit}", lang.t("estimate-se"))),
        right(interval_head(lang, interval, unit)),
        right("t"),
        right(lang.t("estimate-df")),
        right("p"),
    ]);
    for row in &result.contrasts {
        table.push([
            row.id.clone(),
            figures.figure(row.estimate),
            figures.figure(row.se),
            row.ci
                .first()
                .map_or_else(String::new, |ci| figures.range(ci.low, ci.high)),
            plain(lang, row.t, 2),
            degrees(lang, row.df),
            p_value(lang, row.p_value),
        ]);
    }
    format!("{}\n{}", groups.render(), table.render())
}

pub(super) fn independence(analysis: &Analysis, result: &ChisqResult, wording: &Wording) -> String {
    let lang = wording.lang;
    let (row_column, col_column) = match &analysis.kind {
        AnalysisKind::Chisq { row, col, .. } => (row.as_str(), col.as_str()),
        _ => ("", ""),
    };
    let corner = format!(
        "{} \\ {}",
        wording.column(row_column),
        wording.column(col_column)
    );
    let columns = result
        .col_levels
        .iter()
        .map(|level| right(wording.level(col_column, level)));
    let mut counts = TextTable::new(std::iter::once(left(corner)).chain(columns));
    for (level, sums) in result.row_levels.iter().zip(&result.weighted_counts) {
        let mut cells = vec![wording.level(row_column, level).to_owned()];
        cells.extend(sums.iter().map(|sum| count(lang, *sum)));
        counts.push(cells);
    }
    let mut tests = TextTable::new([
        left(lang.t("estimate-test")),
        right(lang.t("estimate-statistic")),
        right(lang.t("estimate-df")),
        right("p"),
    ]);
    for row in &result.tests {
        let df = if row.ddf.is_nan() {
            degrees(lang, row.ndf)
        } else {
            format!("{}; {}", degrees(lang, row.ndf), degrees(lang, row.ddf))
        };
        let name = match row.statistic_kind {
            Statistic::F => lang.t("estimate-test-f"),
            Statistic::Chisq => lang.t("estimate-test-chisq"),
            Statistic::Wald => lang.t("estimate-test-wald"),
            Statistic::AdjWald => lang.t("estimate-test-adj-wald"),
        };
        let (statistic, p) = (plain(lang, row.statistic, 3), p_value(lang, row.p_value));
        tests.push([name, statistic, df, p]);
    }
    let note = lang.t_with(
        "estimate-weighted-counts",
        &[("n", count(lang, result.n).into())],
    );
    format!("{}{note}\n\n{}", counts.render(), tests.render())
}

pub(super) fn t_test(analysis: &Analysis, result: &TtestResult, wording: &Wording) -> String {
    let lang = wording.lang;
    let percent = match &analysis.kind {
        AnalysisKind::Ttest { variable, .. } => wording.shares.contains(variable),
        _ => false,
    };
    let figures = Figures::of(lang, percent, [result.se]);
    let unit = figures.unit();
    let mut table = TextTable::new([
        right(format!("{}{unit}", lang.t("estimate-difference"))),
        right(format!("{}{unit}", lang.t("estimate-se"))),
        right(interval_head(lang, result.ci.first(), unit)),
        right("t"),
        right(lang.t("estimate-df")),
        right("p"),
    ]);
    table.push([
        figures.figure(result.estimate),
        figures.figure(result.se),
        result
            .ci
            .first()
            .map_or_else(String::new, |ci| figures.range(ci.low, ci.high)),
        plain(lang, result.t, 2),
        degrees(lang, result.df),
        p_value(lang, result.p_value),
    ]);
    table.render()
}

pub(super) fn quantiles(analysis: &Analysis, result: &QuantileResult, wording: &Wording) -> String {
    let lang = wording.lang;
    let figures = Figures::of(lang, false, result.rows.iter().map(|row| row.se));
    let group_head = analysis.by.iter().map(|name| left(wording.column(name)));
    let head = [
        right(lang.t("estimate-quantile")),
        right(lang.t("estimate-estimate")),
        right(lang.t("estimate-se")),
        right(lang.t_with("estimate-interval", &[("confidence", "95 %".into())])),
    ];
    let mut table = TextTable::new(group_head.chain(head));
    for row in &result.rows {
        let levels = row.group.iter().flat_map(|group| &group.0);
        let level = |(column, level): &(String, String)| wording.level(column, level).to_owned();
        let figures = [
            confidence(row.p),
            figures.figure(row.estimate),
            figures.figure(row.se),
            figures.range(row.low, row.high),
        ];
        table.push(levels.map(level).chain(figures));
    }
    table.render()
}
