//! The tables of a result: estimates by county and group, and the answers to every item.
//!
//! Pure. Promises: nothing is computed here. Every figure is one of the stored result, in which what is too small to be
//! printed is merged or left out already; what is left out has a row that says so.

use super::{Cell, Table, joined, place};
use crate::i18n::Lang;
use crate::stats::threshold::Finding;
use crate::survey::questionnaire::{Choice, Item, Kind};
use crate::survey::result::{
    AnswerCell, BreakdownBy, CountyResult, Estimate, ItemResult, Judged, Sensitivity, Shown,
    WaveResult,
};

/// Columns of the estimates.
pub const ESTIMATES: &[&str] = &[
    "wave",
    "county",
    "county_zh",
    "county_en",
    "figure",
    "item",
    "answers",
    "by",
    "group",
    "group_zh",
    "group_en",
    "shown",
    "n",
    "estimate",
    "standard_error",
    "low_95",
    "high_95",
    "low_90",
    "high_90",
    "design_effect",
    "n_eff",
    "kish_n_eff",
    "df",
    "no_answer",
    "finding",
];

/// Columns of the answers.
pub const ANSWERS: &[&str] = &[
    "wave",
    "county",
    "county_zh",
    "county_en",
    "item",
    "several",
    "answers",
    "answers_zh",
    "answers_en",
    "shown",
    "asked",
    "answered",
    "n",
    "share",
    "low_95",
    "high_95",
];

/// Estimates of all counties: approval, by groups, in other ways, sense of security, change.
#[must_use]
pub fn estimates(result: &WaveResult) -> Table {
    Table {
        name: "estimates",
        columns: ESTIMATES,
        rows: result
            .counties
            .iter()
            .flat_map(|county| of_county(result, county))
            .collect(),
    }
}

/// The answers to every item in all counties.
#[must_use]
pub fn answers(result: &WaveResult) -> Table {
    let rows = result.counties.iter().flat_map(|county| {
        let items = county.items.iter();
        items.flat_map(|found| of_item(result, county, found))
    });
    Table {
        name: "answers",
        columns: ANSWERS,
        rows: rows.collect(),
    }
}

fn begin(result: &WaveResult, county: &CountyResult) -> Vec<Cell> {
    let names = (county.name_zh.as_str(), county.name_en.as_str());
    place(result.wave.slug.as_str(), county.code.as_str(), names)
}

/// What a row is about: figure, and group if it is one.
struct About<'a> {
    figure: &'static str,
    by: &'static str,
    group: &'a str,
    names: [String; 2],
}

impl About<'_> {
    /// Of the whole county.
    fn county(figure: &'static str) -> Self {
        Self {
            figure,
            by: "county",
            group: "",
            names: [String::new(), String::new()],
        }
    }
}

fn of_county(result: &WaveResult, county: &CountyResult) -> Vec<Vec<Cell>> {
    let row = |about: &About<'_>, shown, estimate: Option<&Estimate>, finding| {
        let mut row = begin(result, county);
        row.extend(figure(about, shown, estimate, finding));
        row
    };
    let judged = |name, judged: &Judged, withheld| {
        let shown = match (&judged.estimate, withheld) {
            (_, true) => "withheld",
            (Some(_), false) => "yes",
            (None, false) => "not_computed",
        };
        row(
            &About::county(name),
            shown,
            judged.estimate.as_ref(),
            Some(judged.finding),
        )
    };
    let mut rows = vec![judged("approval", &county.approval, false)];
    for line in &county.sensitivity {
        let name = match line.kind {
            Sensitivity::WithoutUndecided => "approval_without_undecided",
            Sensitivity::WithoutFlagged => "approval_without_flagged",
            Sensitivity::WithExcluded => "approval_with_left_out",
        };
        rows.push(judged(name, &line.judged, line.withheld));
    }
    for breakdown in &county.breakdowns {
        for group in &breakdown.groups {
            let about = About {
                figure: "approval",
                by: by(breakdown.by),
                group: &group.group,
                names: group_names(result, breakdown.by, &group.group),
            };
            let (shown, estimate) = match &group.shown {
                Shown::Estimate(estimate) => ("yes", Some(estimate.as_ref())),
                Shown::TooSmall => ("too_small", None),
                Shown::Complementary => ("complementary", None),
            };
            rows.push(row(&about, shown, estimate, None));
        }
    }
    let safety = county.safety.as_ref();
    let shown = if safety.is_some() {
        "yes"
    } else {
        "not_computed"
    };
    rows.push(row(&About::county("safety"), shown, safety, None));
    rows.push(change(result, county));
    rows
}

const fn by(by: BreakdownBy) -> &'static str {
    match by {
        BreakdownBy::Sex => "sex",
        BreakdownBy::Age => "age",
        BreakdownBy::Residence => "residence",
    }
}

/// A group's name in both languages.
fn group_names(result: &WaveResult, by: BreakdownBy, group: &str) -> [String; 2] {
    let weighting = &result.plan.weighting;
    let item = match by {
        BreakdownBy::Sex => Some(&weighting.sex_item),
        BreakdownBy::Age => Some(&weighting.age_item),
        BreakdownBy::Residence => None,
    };
    let choice = item
        .and_then(|item| result.questionnaire.item(item))
        .and_then(|item| item.options.iter().find(|choice| choice.code == group));
    match choice {
        Some(choice) => TAGS.map(|tag| choice.text.get(tag).to_owned()),
        None => match group {
            "urban" => Lang::ALL.map(|lang| lang.t("results-urban")),
            "rural" => Lang::ALL.map(|lang| lang.t("results-rural")),
            other => [other, other].map(str::to_owned),
        },
    }
}

/// Languages of the columns with names.
const TAGS: [&str; 2] = [Lang::ZhCn.tag(), Lang::En.tag()];

fn figure(
    about: &About<'_>,
    shown: &'static str,
    estimate: Option<&Estimate>,
    finding: Option<Finding>,
) -> Vec<Cell> {
    let of = |value: fn(&Estimate) -> f64| Cell::maybe(estimate.map(value));
    let [group_zh, group_en] = about.names.clone();
    vec![
        Cell::text(about.figure),
        Cell::text(estimate.map_or("", |e| e.item.as_str())),
        Cell::text(estimate.map_or_else(String::new, |e| joined(&e.approves))),
        Cell::text(about.by),
        Cell::text(about.group),
        Cell::Text(group_zh),
        Cell::Text(group_en),
        Cell::text(shown),
        Cell::count(estimate.map(|e| e.figure.n)),
        of(|e| e.figure.p),
        of(|e| e.standard_error),
        of(|e| e.interval.low),
        of(|e| e.interval.high),
        of(|e| e.bounds.low),
        of(|e| e.bounds.high),
        Cell::maybe(estimate.and_then(|e| e.design_effect)),
        of(|e| e.n_eff),
        of(|e| e.figure.kish_n_eff),
        of(|e| e.figure.df),
        Cell::count(estimate.and_then(|e| e.no_answer)),
        Cell::text(finding.map_or("", word)),
    ]
}

/// The change of the sense of security: a difference of shares, whose bounds are judged.
fn change(result: &WaveResult, county: &CountyResult) -> Vec<Cell> {
    let found = &county.change;
    let (change, judgement) = (found.change.as_ref(), found.judgement.as_ref());
    let shown = if change.is_some() {
        "yes"
    } else {
        "not_computed"
    };
    let mut row = begin(result, county);
    row.extend(["change", "", "", "county", "", "", "", shown].map(Cell::text));
    row.extend([
        Cell::Nothing,
        Cell::maybe(change.map(|c| c.difference)),
        Cell::maybe(change.map(|c| c.variance.sqrt())),
        Cell::maybe(found.interval.map(|ends| ends.0)),
        Cell::maybe(found.interval.map(|ends| ends.1)),
        Cell::maybe(judgement.map(|j| j.lower)),
        Cell::maybe(judgement.map(|j| j.upper)),
        Cell::Nothing,
        Cell::Nothing,
        Cell::Nothing,
        Cell::maybe(change.map(|c| c.df)),
        Cell::Nothing,
        Cell::text(word(found.finding)),
    ]);
    row
}

pub(super) const fn word(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "met",
        Finding::NotMet => "not_met",
        Finding::NotDecidable => "not_decidable",
        Finding::NotAssessable(_) => "not_assessable",
    }
}

fn of_item(result: &WaveResult, county: &CountyResult, found: &ItemResult) -> Vec<Vec<Cell>> {
    let Some(item) = result.questionnaire.item(&found.item) else {
        return Vec::new();
    };
    let several = matches!(item.kind, Kind::Multiple { .. });
    let row = |codes: &[String], shown, cell: Option<&AnswerCell>| {
        let mut row = begin(result, county);
        row.extend([
            Cell::text(item.id.as_str()),
            Cell::text(if several { "yes" } else { "no" }),
            Cell::Text(joined(codes)),
        ]);
        row.extend(TAGS.map(|tag| Cell::Text(labels(item, codes, tag, county))));
        row.extend([
            Cell::text(shown),
            Cell::count(found.asked),
            Cell::Count(found.answered),
            Cell::count(cell.and_then(|cell| cell.n)),
            Cell::maybe(cell.map(|cell| cell.share)),
            Cell::maybe(cell.map(|cell| cell.interval.low)),
            Cell::maybe(cell.map(|cell| cell.interval.high)),
        ]);
        row
    };
    if found.cells.is_empty() {
        return vec![row(&[], "too_small", None)];
    }
    let cells = found.cells.iter();
    let shown = |cell: &AnswerCell| {
        if cell.codes.len() > 1 {
            "merged"
        } else {
            "yes"
        }
    };
    cells
        .map(|cell| row(&cell.codes, shown(cell), Some(cell)))
        .collect()
}

/// The sentences of the options with these codes.
fn labels(item: &Item, codes: &[String], tag: &str, county: &CountyResult) -> String {
    let name = if tag == "en" {
        &county.name_en
    } else {
        &county.name_zh
    };
    let chosen = codes
        .iter()
        .filter_map(|code| item.options.iter().find(|choice| choice.code == *code));
    let words: Vec<String> = chosen
        .map(|choice: &Choice| choice.text.render(tag, name))
        .collect();
    words.join(if tag == "en" { "; " } else { "；" })
}
