//! The answers to one question in all counties: small multiples with one table.
//!
//! What is merged in the stored result stays merged here: nothing is taken apart and nothing added up.

use super::Source;
use super::answers::{base, segments, several, shades_of};
use super::figures::{bare, bare_range};
use super::parts::Part;
use crate::report::chart::{share_bar, stacked_bar, swatch};
use crate::survey::questionnaire::Item;
use crate::survey::result::{AnswerCell, CountyResult, ItemResult};

/// Nothing here is compared with a line.
const NO_LINE: f64 = -1.0;
/// Counties on a page.
const PER_PAGE: usize = 16;

/// The answers to one question by county.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionView {
    /// The wave's title.
    pub wave_title: String,
    /// Title, standing and kind of sample.
    pub eyebrow: String,
    /// The question.
    pub question: String,
    /// What a reader must know before any number.
    pub warnings: Vec<String>,
    /// All questions of the wave.
    pub all: Vec<QuestionLink>,
    /// Several answers are possible.
    pub several: bool,
    /// The answers: color, SVG, and text.
    pub options: Vec<(String, String)>,
    /// One row per county.
    pub rows: Vec<QuestionRow>,
    /// Which counties these are.
    pub part: Part,
}

/// A question of the wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionLink {
    /// Address of its page.
    pub path: String,
    /// Its number in the list, from 1.
    pub number: usize,
    /// The question.
    pub question: String,
    /// It is the one on this page.
    pub here: bool,
}

/// The answers of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionRow {
    /// Address of its page.
    pub path: String,
    /// The county.
    pub name: String,
    /// All answers as one bar, SVG; empty where several answers are possible or nothing is shown.
    pub bar: String,
    /// Asked and answered.
    pub base: String,
    /// One cell per answer, or per answers that were merged; empty where nothing is shown.
    pub cells: Vec<QuestionCell>,
}

impl QuestionRow {
    /// Whether every cell stands under the heads of its answers.
    #[must_use]
    pub fn side_by_side(&self) -> bool {
        self.cells.iter().all(|cell| cell.span > 0)
    }
}

/// One answer, or several that were merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionCell {
    /// Columns that it spans; 0 where what was merged does not stand side by side, so that the text names it.
    pub span: usize,
    /// Which answers, where they do not stand side by side.
    pub merged: Option<String>,
    /// Per cent.
    pub share: String,
    /// The 95 % interval, per cent.
    pub interval: String,
    /// A bar of its own, SVG; empty where all answers share one.
    pub svg: String,
}

/// The page of an item; the first one where none is asked for, nothing where there is no such item or part.
pub(super) fn view(
    source: &Source<'_>,
    item: Option<&str>,
    asked: Option<&str>,
) -> Option<QuestionView> {
    let items = shown_items(source);
    let item = match item {
        None => items.first()?,
        Some(id) => items.iter().find(|item| item.id == id)?,
    };
    let counties = &source.result.counties;
    let part = Part::asked(counties.len(), per_page(item), asked)?;
    let rows = part.of(counties).iter();
    let rows = rows.map(|county| row(source, item, county));
    Some(QuestionView {
        wave_title: source.result.wave.titles.get(source.lang.tag()).to_owned(),
        eyebrow: source.eyebrow(),
        question: text(source, item),
        warnings: source.warnings(),
        all: items
            .iter()
            .zip(1..)
            .map(|(one, number)| QuestionLink {
                path: format!("{}/answers/{}", source.path(), one.id),
                number,
                question: text(source, one),
                here: one.id == item.id,
            })
            .collect(),
        several: several(item),
        options: options(source, item),
        rows: rows.collect(),
        part,
    })
}

/// Where each answer has a bar of its own, of about 500 bytes, fewer counties keep a page under 60 KB.
fn per_page(item: &Item) -> usize {
    if several(item) {
        (40_000 / (500 * item.options.len() + 400)).clamp(3, PER_PAGE)
    } else {
        PER_PAGE
    }
}

/// The items of which some county has a distribution, in the questionnaire's order.
fn shown_items<'a>(source: &Source<'a>) -> Vec<&'a Item> {
    let result = source.result;
    let first = result
        .counties
        .iter()
        .max_by_key(|county| county.items.len());
    first
        .into_iter()
        .flat_map(|county| &county.items)
        .filter_map(|found| result.questionnaire.item(&found.item))
        .collect()
}

fn text(source: &Source<'_>, item: &Item) -> String {
    item.text
        .render(source.lang.tag(), &source.t("results-this-county"))
}

/// The answers that some county has in its distribution.
fn option_codes(source: &Source<'_>, item: &Item) -> Vec<String> {
    let counties = source.result.counties.iter();
    let cells: Vec<&AnswerCell> = counties
        .flat_map(|county| &county.items)
        .filter(|found| found.item == item.id)
        .flat_map(|found| &found.cells)
        .collect();
    let told = |code: &String| cells.iter().any(|cell| cell.codes.contains(code));
    let codes = item.options.iter().map(|choice| choice.code.clone());
    codes.filter(told).collect()
}

fn options(source: &Source<'_>, item: &Item) -> Vec<(String, String)> {
    let codes = option_codes(source, item);
    let shades = shades_of(item, codes.iter().map(std::slice::from_ref));
    let words = |code: &String| {
        let found = item.options.iter().find(|choice| choice.code == *code);
        found.map_or("", |choice| choice.text.get(source.lang.tag()))
    };
    codes
        .iter()
        .zip(shades)
        .map(|(code, shade)| {
            let color = if several(item) {
                String::new()
            } else {
                swatch(shade)
            };
            (color, words(code).to_owned())
        })
        .collect()
}

fn row(source: &Source<'_>, item: &Item, county: &CountyResult) -> QuestionRow {
    let found = county.items.iter().find(|found| found.item == item.id);
    let name = source.name_of(county);
    let several = several(item);
    let shown = found.filter(|found| !found.cells.is_empty());
    QuestionRow {
        path: source.county_path(county.code.as_str()),
        bar: match shown {
            Some(found) if !several => stacked_bar(&segments(source, item, found), &name),
            _ => String::new(),
        },
        base: found.map_or_else(String::new, |found| base(source, found, false)),
        cells: shown.map_or_else(Vec::new, |found| cells(source, item, found)),
        name,
    }
}

fn cells(source: &Source<'_>, item: &Item, found: &ItemResult) -> Vec<QuestionCell> {
    let codes = option_codes(source, item);
    let mut placed: Vec<(Vec<usize>, &AnswerCell)> = found
        .cells
        .iter()
        .map(|cell| {
            let places = codes.iter().enumerate();
            let places = places.filter(|(_, code)| cell.codes.contains(code));
            (places.map(|(place, _)| place).collect(), cell)
        })
        .collect();
    placed.sort_by_key(|(places, _)| places.first().copied());
    // A line of the table has a place for every answer, or none of its cells can stand under a head.
    let mut next = 0;
    let side_by_side = placed.iter().all(|(places, _)| {
        let whole = places.iter().copied().eq(next..next + places.len());
        next += places.len();
        whole
    }) && next == codes.len();
    placed
        .into_iter()
        .map(|(places, cell)| {
            let span = if side_by_side { places.len() } else { 0 };
            one_cell(source, item, cell, span)
        })
        .collect()
}

fn one_cell(source: &Source<'_>, item: &Item, cell: &AnswerCell, span: usize) -> QuestionCell {
    let (low, high) = (cell.interval.low, cell.interval.high);
    let several = several(item);
    let whole = |share: f64| source.lang.number(share * 100.0, 0);
    let (share, interval) = if several {
        (whole(cell.share), format!("{}–{}", whole(low), whole(high)))
    } else {
        (bare(cell.share, NO_LINE), bare_range(low, high, NO_LINE))
    };
    let spoken = || {
        let args = [
            ("estimate", format!("{share}%").into()),
            ("interval", format!("{interval}%").into()),
        ];
        source.say("results-plot-plain", &args)
    };
    QuestionCell {
        svg: if several && span > 0 {
            share_bar(cell.share, (low, high), &spoken())
        } else {
            String::new()
        },
        merged: (span != 1).then(|| {
            let texts = item.options.iter();
            let texts = texts.filter(|choice| cell.codes.contains(&choice.code));
            let texts: Vec<String> = texts
                .map(|choice| choice.text.get(source.lang.tag()).to_owned())
                .collect();
            source.join(&texts)
        }),
        span,
        share,
        interval,
    }
}
