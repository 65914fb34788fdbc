//! The distribution of the answers to every item.

use super::Source;
use super::figures::{bare, bare_range};
use crate::report::chart::{Segment, Shade, share_bar, stacked_bar, swatch};
use crate::survey::questionnaire::{Item, Kind};
use crate::survey::result::{AnswerCell, CountyResult, ItemResult};

/// Nothing here is compared with a line.
const NO_LINE: f64 = -1.0;

/// The answers to one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemView {
    /// The item's id.
    pub id: String,
    /// The question.
    pub question: String,
    /// Asked and answered, and several answers where they are possible.
    pub base: String,
    /// All answers as one bar, SVG; empty where several answers are possible.
    pub bar: String,
    /// Several answers are possible: every row has a bar of its own.
    pub several: bool,
    /// One row per answer.
    pub rows: Vec<AnswerRow>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// Its color in the bar, SVG.
    pub swatch: String,
    /// The answer, or the answers that were merged.
    pub label: String,
    /// Whether several answers were merged because they were too few.
    pub merged: bool,
    /// Residents; empty where several answers are possible.
    pub n: String,
    /// Per cent.
    pub share: String,
    /// The 95 % interval, per cent.
    pub interval: String,
    /// A bar of its own, SVG; empty where all answers share one.
    pub svg: String,
}

pub(super) fn items(source: &Source<'_>, county: &CountyResult) -> Vec<ItemView> {
    county
        .items
        .iter()
        .filter_map(|result| {
            let item = source.result.questionnaire.item(&result.item)?;
            Some(view(source, county, item, result))
        })
        .collect()
}

fn view(source: &Source<'_>, county: &CountyResult, item: &Item, result: &ItemResult) -> ItemView {
    let several = several(item);
    let question = item.text.render(source.lang.tag(), &source.name_of(county));
    let shades: Vec<Shade> = shades(item, &result.cells);
    let segments = segments(source, item, result);
    let rows = result.cells.iter().zip(&shades);
    let rows = rows.map(|(cell, shade)| row(source, item, cell, *shade));
    ItemView {
        id: item.id.clone(),
        base: base(source, result, several),
        bar: if several || segments.is_empty() {
            String::new()
        } else {
            stacked_bar(&segments, &source.t("results-item-bar"))
        },
        rows: rows.collect(),
        several,
        question,
    }
}

/// Whether several answers can be given to an item.
pub(super) const fn several(item: &Item) -> bool {
    matches!(item.kind, Kind::Multiple { .. })
}

/// The answers as parts of one bar.
pub(super) fn segments(source: &Source<'_>, item: &Item, result: &ItemResult) -> Vec<Segment> {
    let shades = shades(item, &result.cells);
    result
        .cells
        .iter()
        .zip(shades)
        .map(|(cell, shade)| Segment {
            label: label(source, item, cell),
            share: cell.share,
            text: source.lang.percent(cell.share),
            shade,
        })
        .collect()
}

/// How many were asked and answered, as far as both may be told.
pub(super) fn base(source: &Source<'_>, result: &ItemResult, several: bool) -> String {
    let told = if result.asked.is_some() {
        "told"
    } else {
        "hidden"
    };
    source.say(
        "results-item-base",
        &[
            ("base", told.into()),
            ("asked", source.count(result.asked.unwrap_or_default())),
            ("answered", source.count(result.answered)),
            ("several", if several { "yes" } else { "no" }.into()),
        ],
    )
}

fn row(source: &Source<'_>, item: &Item, cell: &AnswerCell, shade: Shade) -> AnswerRow {
    let several = several(item);
    AnswerRow {
        label: label(source, item, cell),
        swatch: if several {
            String::new()
        } else {
            swatch(shade)
        },
        merged: cell.codes.len() > 1,
        n: cell.n.map_or_else(String::new, |n| source.lang.count(n)),
        share: if several {
            whole(source, cell.share)
        } else {
            bare(cell.share, NO_LINE)
        },
        interval: if several {
            whole_range(source, cell)
        } else {
            bare_range(cell.interval.low, cell.interval.high, NO_LINE)
        },
        svg: if several {
            own_bar(source, cell)
        } else {
            String::new()
        },
    }
}

fn own_bar(source: &Source<'_>, cell: &AnswerCell) -> String {
    let (low, high) = (cell.interval.low, cell.interval.high);
    let spoken = source.say(
        "results-plot-plain",
        &[
            ("estimate", format!("{}%", whole(source, cell.share)).into()),
            ("interval", format!("{}%", whole_range(source, cell)).into()),
        ],
    );
    share_bar(cell.share, (low, high), &spoken)
}

/// Shares of answers that may be ticked together are whole percentages.
fn whole(source: &Source<'_>, share: f64) -> String {
    source.lang.number(share * 100.0, 0)
}

fn whole_range(source: &Source<'_>, cell: &AnswerCell) -> String {
    let (low, high) = (cell.interval.low, cell.interval.high);
    format!("{}–{}", whole(source, low), whole(source, high))
}

/// The answers of a cell in the reader's language.
fn label(source: &Source<'_>, item: &Item, cell: &AnswerCell) -> String {
    let texts: Vec<String> = item
        .options
        .iter()
        .filter(|choice| cell.codes.contains(&choice.code))
        .map(|choice| choice.text.get(source.lang.tag()).to_owned())
        .collect();
    source.join(&texts)
}

/// The side and strength of every cell. A cell that holds answers of both sides has neither.
fn shades(item: &Item, cells: &[AnswerCell]) -> Vec<Shade> {
    shades_of(item, cells.iter().map(|cell| cell.codes.as_slice()))
}

/// The same for sets of codes.
pub(super) fn shades_of<'a>(item: &Item, cells: impl Iterator<Item = &'a [String]>) -> Vec<Shade> {
    let has_sides = item.options.iter().any(|choice| choice.approves);
    let sides: Vec<Option<Side>> = cells.map(|codes| side(item, codes)).collect();
    let count = sides.len();
    let (mut approving, mut other) = (0_u8, 0_u8);
    let last_other = sides
        .iter()
        .filter(|side| **side == Some(Side::Disapproves))
        .count();
    sides
        .iter()
        .enumerate()
        .map(|(place, side)| match side {
            Some(Side::Undecided) => Shade::Undecided,
            _ if !has_sides => Shade::Plain(u8::try_from(place).unwrap_or(u8::MAX)),
            Some(Side::Approves) => {
                approving += 1;
                if approving == 1 {
                    Shade::Approves
                } else {
                    Shade::RatherApproves
                }
            }
            Some(Side::Disapproves) => {
                other += 1;
                if usize::from(other) == last_other || count == 2 {
                    Shade::Disapproves
                } else {
                    Shade::RatherDisapproves
                }
            }
            None => Shade::Undecided,
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Approves,
    Disapproves,
    Undecided,
}

fn side(item: &Item, codes: &[String]) -> Option<Side> {
    let mut sides = item
        .options
        .iter()
        .filter(|choice| codes.contains(&choice.code))
        .map(|choice| match (choice.approves, choice.undecided) {
            (true, _) => Side::Approves,
            (_, true) => Side::Undecided,
            _ => Side::Disapproves,
        });
    let first = sides.next()?;
    sides.all(|side| side == first).then_some(first)
}
