//! The page of a wave: finding, counties, sense of security, fieldwork, criteria, method.

use super::fieldwork::{self, FieldworkRow};
use super::figures::{Cell, Plot, Tag, extent, limit, obstacles, share, tag};
use super::matrix::{self, MatrixView};
use super::method::{self, MethodLine};
use super::parts::Part;
use super::safety::{self, SafetyView};
use super::verdict::{has_marks, kind_key};
use super::{Source, headline};
use crate::report::evaluation;
use crate::survey::result::{CountyResult, Sensitivity, SensitivityLine};

/// Counties in the tables of a page.
const PER_PAGE: usize = 10;

/// The page of a wave.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveView {
    /// The wave's title.
    pub title: String,
    /// Title, standing and kind of sample.
    pub eyebrow: String,
    /// The finding.
    pub headline: String,
    /// What a reader must know before any number.
    pub warnings: Vec<String>,
    /// Figures of the whole wave; none of them is an estimate.
    pub figures: Vec<KeyFigure>,
    /// The headline by county.
    pub approval: ApprovalView,
    /// Sense of security by county.
    pub safety: SafetyView,
    /// Invitations, answers, rates by county.
    pub fieldwork: Vec<FieldworkRow>,
    /// Counties and criteria, where they are few enough for this page.
    pub matrix: Option<MatrixView>,
    /// The finding of the evaluation, where its matrix has a page of its own.
    pub apart: Option<String>,
    /// Which counties are in the tables.
    pub part: Part,
    /// How it was measured.
    pub method: Vec<MethodLine>,
}

impl WaveView {
    /// Whether some county's verdict is another one when the figure is computed in another way.
    #[must_use]
    pub fn marked(&self) -> bool {
        self.approval.rows.iter().any(|row| row.marked)
    }
}

/// A large number with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigure {
    /// The number.
    pub value: String,
    /// What it counts.
    pub name: String,
}

/// The headline by county.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovalView {
    /// What is shown, for the table's caption.
    pub caption: String,
    /// The question, and which answers count.
    pub question: String,
    /// The axis, SVG.
    pub axis: String,
    /// One row per county.
    pub rows: Vec<ApprovalRow>,
    /// How the plot is read.
    pub key: String,
    /// Counties whose verdict is another one when the figure is computed in another way.
    pub sensitivity: Vec<String>,
    /// Where the figure without hasty answers could not be computed, if anywhere.
    pub unmarked: Option<String>,
}

/// The headline of one county.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovalRow {
    /// Address of the county's page.
    pub path: String,
    /// The county.
    pub name: String,
    /// The figure; absent when there is none.
    pub cell: Option<Cell>,
    /// The verdict.
    pub tag: Tag,
    /// Why there is none.
    pub obstacles: Vec<String>,
    /// Another way to compute the figure has another verdict.
    pub marked: bool,
}

/// The page; `None` where there is no such part of the counties.
pub(super) fn part(source: &Source<'_>, asked: Option<&str>) -> Option<WaveView> {
    let part = Part::asked(source.result.counties.len(), PER_PAGE, asked)?;
    let assessed = source.assessed;
    let many = assessed.filter(|one| matrix::is_large(*one));
    let shown = Source {
        assessed: if many.is_some() { None } else { assessed },
        ..*source
    };
    Some(WaveView {
        apart: many.map(|one| evaluation::headline(source.lang, one.evaluation)),
        warnings: source.warnings(),
        method: method::lines(source),
        ..view(&shown, part)
    })
}

/// Everything about the wave, for a document that is not parted.
pub(super) fn whole(source: &Source<'_>) -> WaveView {
    view(source, Part::whole(source.result.counties.len()))
}

fn view(source: &Source<'_>, part: Part) -> WaveView {
    let result = source.result;
    WaveView {
        title: result.wave.titles.get(source.lang.tag()).to_owned(),
        eyebrow: source.eyebrow(),
        headline: headline(source.lang, result),
        warnings: source.warnings(),
        figures: figures(source),
        approval: approval(source, part),
        safety: safety::view(source, part),
        fieldwork: part
            .of(&result.counties)
            .iter()
            .map(|county| fieldwork::row(source, county))
            .collect(),
        matrix: source.assessed.map(|assessed| {
            let all = Part::whole(assessed.evaluation.counties.len());
            matrix::view(source, assessed, all)
        }),
        apart: None,
        part,
        method: method::lines(source),
    }
}

/// Answers to the headline. The number of all interviews beside it would tell how few refused it.
pub(super) fn answers(county: &CountyResult) -> u64 {
    let estimate = county.approval.estimate.as_ref();
    estimate.map_or(0, |estimate| estimate.figure.n)
}

/// Counts only: a share of the whole city is not in the result, so none is shown.
fn figures(source: &Source<'_>) -> Vec<KeyFigure> {
    let counties = &source.result.counties;
    let sum = |of: fn(&CountyResult) -> u64| counties.iter().map(of).sum::<u64>();
    let figure = |value: String, key: &str| KeyFigure {
        value,
        name: source.t(key),
    };
    let rates: Vec<f64> = counties
        .iter()
        .filter_map(|county| county.rates.get("RR1").copied().flatten())
        .collect();
    let mut found = vec![
        figure(
            source.lang.count(counties.len() as u64),
            "results-figure-counties",
        ),
        figure(source.lang.count(sum(answers)), "results-figure-answers"),
        figure(
            source.lang.count(sum(|c| c.counts.issued)),
            "results-figure-issued",
        ),
    ];
    let low = rates.iter().copied().reduce(f64::min);
    let high = rates.iter().copied().reduce(f64::max);
    if let (Some(low), Some(high)) = (low, high) {
        let (low_text, high_text) = (source.lang.percent(low), source.lang.percent(high));
        let value = if low_text == high_text {
            low_text
        } else {
            source.lang.percent_range(low, high)
        };
        found.push(figure(value, "results-figure-rr1"));
    }
    found
}

fn approval(source: &Source<'_>, part: Part) -> ApprovalView {
    let counties = &source.result.counties;
    let line = source.threshold();
    let values = counties
        .iter()
        .filter_map(|county| county.approval.estimate.as_ref())
        .flat_map(extent);
    let plot = Plot::shares(values, Some(line));
    let here = part.of(counties);
    let rows = here.iter().map(|county| row(source, county, &plot));
    let mut sensitivity: Vec<String> = here
        .iter()
        .flat_map(|county| county.sensitivity.iter().map(move |line| (county, line)))
        .filter(|(_, line)| line.differs)
        .map(|(county, line)| differing(source, county, line))
        .collect();
    if sensitivity.is_empty() {
        sensitivity.push(source.t(if counties.iter().any(has_marks) {
            "results-sensitivity-none"
        } else {
            "results-sensitivity-none-undecided"
        }));
    }
    let limit = limit(line);
    ApprovalView {
        caption: source.say(
            "results-approval-caption",
            &[("limit", limit.clone().into())],
        ),
        question: question(source),
        rows: rows.collect(),
        key: source.say("results-plot-key", &[("limit", limit.into())]),
        axis: plot.axis,
        sensitivity,
        unmarked: unmarked(source, here),
    }
}

/// Marks of haste are kept in company only; where too few were, nothing is said about hasty answers.
fn unmarked(source: &Source<'_>, counties: &[CountyResult]) -> Option<String> {
    let without: Vec<String> = counties
        .iter()
        .filter(|county| county.approval.estimate.is_some() && !has_marks(county))
        .map(|county| source.name_of(county))
        .collect();
    (!without.is_empty()).then(|| {
        source.say(
            "results-unmarked",
            &[
                ("counties", source.join(&without).into()),
                ("n", source.count(source.smallest())),
            ],
        )
    })
}

fn row(source: &Source<'_>, county: &CountyResult, plot: &Plot) -> ApprovalRow {
    let judged = &county.approval;
    let cell = judged
        .estimate
        .as_ref()
        .map(|estimate| source.cell(estimate, judged.judgement.as_ref(), judged.finding, plot));
    ApprovalRow {
        path: source.county_path(county.code.as_str()),
        name: source.name_of(county),
        cell,
        tag: tag(source.lang, judged.finding),
        obstacles: obstacles(source.lang, &judged.obstacles),
        marked: county.sensitivity.iter().any(|line| line.differs),
    }
}

/// A county whose verdict would be another one.
fn differing(source: &Source<'_>, county: &CountyResult, line: &SensitivityLine) -> String {
    let threshold = source.threshold();
    let Some(estimate) = &line.judged.estimate else {
        let key = if line.kind == Sensitivity::WithExcluded {
            "results-sensitivity-note-place"
        } else if line.withheld {
            "results-sensitivity-note-withheld"
        } else {
            "results-sensitivity-note-none"
        };
        return source.say(
            key,
            &[
                ("county", source.name_of(county).into()),
                ("way", source.t(kind_key(line.kind)).into()),
                ("verdict", tag(source.lang, line.judged.finding).word.into()),
                ("n", source.count(source.smallest())),
            ],
        );
    };
    source.say(
        "results-sensitivity-note",
        &[
            ("county", source.name_of(county).into()),
            ("way", source.t(kind_key(line.kind)).into()),
            ("estimate", share(estimate.figure.p, threshold).into()),
            ("verdict", tag(source.lang, line.judged.finding).word.into()),
        ],
    )
}

/// The headline's question with the answers that count.
pub(super) fn question(source: &Source<'_>) -> String {
    let rule = &source.result.plan.approval;
    let tag = source.lang.tag();
    let Some(item) = source.result.questionnaire.item(&rule.item) else {
        return String::new();
    };
    let named = |wanted: &dyn Fn(&crate::survey::questionnaire::Choice) -> bool| {
        let texts: Vec<String> = item
            .options
            .iter()
            .filter(|choice| wanted(choice))
            .map(|choice| choice.text.get(tag).to_owned())
            .collect();
        source.join(&texts)
    };
    let text = item.text.render(tag, &source.t("results-this-county"));
    source.say(
        "results-question",
        &[
            ("text", text.into()),
            (
                "approves",
                named(&|choice| rule.approves.contains(&choice.code)).into(),
            ),
            ("undecided", named(&|choice| choice.undecided).into()),
            (
                "denominator",
                if rule.undecided_in_denominator {
                    "in"
                } else {
                    "out"
                }
                .into(),
            ),
        ],
    )
}
