//! The table of means, totals, ratios and proportions.

use super::Wording;
use super::figures::{Figures, confidence, count, degrees, plain};
use super::sections::{left, right};
use crate::i18n::Lang;
use crate::report::table::{Align, TextTable};
use crate::stats::plan::results::{EstimateRow, IntervalRow, RowsResult};
use crate::stats::plan::spec::{Analysis, AnalysisKind, DfRule};

/// Whether an estimate is a share: a proportion, a level of a category, a mean of zeros and ones.
pub(super) fn is_share(kind: &AnalysisKind, row: &EstimateRow, wording: &Wording) -> bool {
    match kind {
        AnalysisKind::Proportion { .. } => true,
        AnalysisKind::Mean { .. } => row.level.is_some() || wording.shares.contains(&row.variable),
        _ => false,
    }
}

/// Effective number of units: p(1−p)/V where the results have it, else n over the design effect.
fn effective(row: &EstimateRow) -> Option<f64> {
    row.n_eff.or_else(|| row.deff_wr.map(|deff| row.n / deff))
}

/// What all rows of one table share.
struct Manner<'a> {
    analysis: &'a Analysis,
    wording: &'a Wording,
    percent: Figures,
    number: Figures,
    /// A table of shares alone carries the sign in its heads; a mixed one in each figure's row.
    all_shares: bool,
    /// Whether rows are of different variables.
    several: bool,
}

impl<'a> Manner<'a> {
    fn of(analysis: &'a Analysis, rows: &[EstimateRow], wording: &'a Wording) -> Self {
        let share = |row: &EstimateRow| is_share(&analysis.kind, row, wording);
        let figures = |percent: bool| {
            let rows = rows.iter().filter(|row| share(row) == percent);
            Figures::of(wording.lang, percent, rows.map(|row| row.se))
        };
        let first = rows.first().map(|row| &row.variable);
        Self {
            analysis,
            wording,
            percent: figures(true),
            number: figures(false),
            all_shares: rows.iter().all(share),
            several: rows.iter().any(|row| Some(&row.variable) != first),
        }
    }

    fn heads(&self, interval: Option<&IntervalRow>) -> Vec<(String, Align)> {
        let lang = self.wording.lang;
        let unit = if self.all_shares {
            self.percent.unit()
        } else {
            ""
        };
        let by = self.analysis.by.iter();
        let mut heads: Vec<(String, Align)> =
            by.map(|name| left(self.wording.column(name))).collect();
        heads.extend([
            left(lang.t("estimate-variable")),
            left(lang.t("estimate-level")),
            right("n"),
            right(format!("{}{unit}", lang.t("estimate-estimate"))),
            right(format!("{}{unit}", lang.t("estimate-se"))),
            right(interval_head(lang, interval, unit)),
            right(lang.t("estimate-deff")),
            right(lang.t("estimate-n-eff")),
        ]);
        heads
    }

    /// Cells that are empty in every row take their column with them.
    fn cells(&self, row: &EstimateRow) -> Vec<String> {
        let (lang, wording) = (self.wording.lang, self.wording);
        let share = is_share(&self.analysis.kind, row, wording);
        let figures = if share { self.percent } else { self.number };
        let sign = if self.all_shares { "" } else { figures.unit() };
        let group = row.group.iter().flat_map(|group| &group.0);
        let mut cells: Vec<String> = group
            .map(|(column, level)| wording.level(column, level).to_owned())
            .collect();
        cells.resize(self.analysis.by.len(), String::new());
        let variable = if self.several {
            wording.column(&row.variable)
        } else {
            ""
        };
        let level = row
            .level
            .as_deref()
            .map(|level| wording.level(&row.variable, level));
        let interval = row.ci.first().map(|ci| figures.range(ci.low, ci.high));
        cells.extend([
            variable.to_owned(),
            level.unwrap_or_default().to_owned(),
            count(lang, row.n),
            format!("{}{sign}", figures.figure(row.estimate)),
            figures.figure(row.se),
            interval.unwrap_or_default(),
            row.deff_wr
                .map_or_else(String::new, |deff| plain(lang, deff, 2)),
            effective(row).map_or_else(String::new, |n| count(lang, n)),
        ]);
        cells
    }
}

pub(super) fn estimates(analysis: &Analysis, result: &RowsResult, wording: &Wording) -> String {
    let manner = Manner::of(analysis, &result.rows, wording);
    let first = result.rows.first();
    let mut table = TextTable::new(manner.heads(first.and_then(|row| row.ci.first())));
    for row in &result.rows {
        table.push(manner.cells(row));
    }
    let note = first.map_or_else(String::new, |row| interval_note(wording.lang, &row.ci));
    format!("{}{note}", table.render())
}

pub(super) fn interval_head(lang: Lang, interval: Option<&IntervalRow>, unit: &str) -> String {
    interval.map_or_else(String::new, |interval| {
        let level = confidence(interval.level);
        let head = lang.t_with("estimate-interval", &[("confidence", level.into())]);
        format!("{head}{unit}")
    })
}

/// Which method and which degrees of freedom made the intervals, and how many more were asked for.
fn interval_note(lang: Lang, intervals: &[IntervalRow]) -> String {
    let Some(first) = intervals.first() else {
        return String::new();
    };
    let rule = match first.df_rule {
        Some(DfRule::Design) => lang.t("estimate-df-design"),
        Some(DfRule::Domain) => lang.t("estimate-df-domain"),
        Some(DfRule::Infinite) => lang.t("estimate-df-infinite"),
        Some(DfRule::Number(df)) => {
            lang.t_with("estimate-df-number", &[("df", degrees(lang, df).into())])
        }
        None => lang.t_with(
            "estimate-df-number",
            &[("df", degrees(lang, first.df).into())],
        ),
    };
    let method = match &first.method {
        Some(method) => lang.t_with("estimate-method", &[("method", (*method).into())]),
        None => lang.t("estimate-method-plain"),
    };
    let mut note = format!("{method}{rule}");
    if intervals.len() > 1 {
        let more = intervals.len() - 1;
        let further = lang.t_with(
            "estimate-more-intervals",
            &[("count", more.to_string().into())],
        );
        note.push_str(&further);
    }
    format!("{note}\n")
}
