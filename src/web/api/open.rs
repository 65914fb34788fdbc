//! The answers to an open wave: whole percentages and no estimate for those who did not answer.

use serde::Serialize;
use utoipa::ToSchema;

use super::words::Place;
use crate::survey::open_result::OpenResult;

/// A county of an open wave. Nobody was drawn: nothing here is an estimate for the residents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenCounty {
    /// The county.
    county: Place,
    /// Submissions that were kept.
    kept: u64,
    /// Of these, of people to whom the survey is not addressed.
    screened_out: u64,
    /// Counted toward the cells that have a target.
    counted: u64,
    /// Kept, and not counted: they came when no place was left.
    uncounted: u64,
    /// The answers.
    items: Vec<OpenItem>,
}

/// The answers to a question of an open wave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenItem {
    /// The question.
    item: String,
    /// Answers, or several that were too few and are merged; none where nothing may be told.
    cells: Vec<OpenCell>,
}

/// An answer to a question of an open wave.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenCell {
    /// Codes of the answers in it.
    answers: Vec<String>,
    /// Of a hundred who answered, rounded.
    percent: u8,
}

/// Every county of the result.
pub(super) fn counties(result: &OpenResult) -> Vec<OpenCounty> {
    let counties = result.counties.iter();
    counties
        .map(|county| OpenCounty {
            county: Place::new(county.code.as_str(), &county.name_zh, &county.name_en),
            kept: county.kept,
            screened_out: county.screened_out,
            counted: county.cells.counted,
            uncounted: county.cells.uncounted,
            items: county
                .items
                .iter()
                .map(|item| OpenItem {
                    item: item.item.clone(),
                    cells: item
                        .cells
                        .iter()
                        .map(|cell| OpenCell {
                            answers: cell.codes.clone(),
                            percent: cell.percent,
                        })
                        .collect(),
                })
                .collect(),
        })
        .collect()
}
