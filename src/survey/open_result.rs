//! The result of an open wave: how many answered what. Unweighted, without interval and without verdict: who
//! followed the link was not drawn, so nothing here is an estimate for those who did not answer.
//!
//! Promises: no count of answers, only whole percentages; a cell under the plan's limit is merged with its
//! neighbor before anything is computed, and of an item that too few answered nothing is told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::analysis::merged_options;
use super::answer::{Answer, Answers, ChosenSet, Disposition};
use super::area::{Area, AreaCode};
use super::plan::OpenPlan;
use super::questionnaire::{Item, Kind, Questionnaire, Text};
use super::quota::{Cell, Tally};
use super::result::RuleNote;
use super::time::Instant;
use super::wave::Wave;

/// Version of the document's form.
pub const SCHEMA: u32 = 1;

/// The result of one open wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenResult {
    /// Form of the document.
    pub schema: u32,
    /// Program and version that computed it.
    pub software: String,
    /// SHA-256 of the plan, hexadecimal.
    pub plan_digest: String,
    /// SHA-256 of the answers it was computed from, in the order of their ids, hexadecimal.
    pub input_digest: String,
    /// Heading.
    pub titles: Text,
    /// The answers are made up (demonstration); every page says so.
    pub synthetic: bool,
    /// Announced beginning.
    pub opens_at: Instant,
    /// When the close was confirmed.
    pub closed_at: Instant,
    /// Why it ended before the announced time.
    pub early_reason: Option<String>,
    /// Rules that two people changed after the seal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<RuleNote>,
    /// The questionnaire as it was asked.
    pub questionnaire: Questionnaire,
    /// One result per county, in the order of the plan.
    pub counties: Vec<OpenCounty>,
}

/// One county of an open wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenCounty {
    /// Division code.
    pub code: AreaCode,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Submissions that were kept.
    pub kept: u64,
    /// Of these, of people to whom the survey is not addressed.
    pub screened_out: u64,
    /// Counted and not counted toward the cells that have a target, together.
    pub cells: Tally,
    /// Distribution of the answers to every item.
    pub items: Vec<OpenItem>,
}

/// The answers to one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenItem {
    /// The item.
    pub item: String,
    /// The answers, or what was merged, with whole percentages; empty where nothing may be told.
    pub cells: Vec<OpenShare>,
}

/// A share of those who answered an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenShare {
    /// Codes of the options that are in it.
    pub codes: Vec<String>,
    /// Of a hundred who answered, rounded.
    pub percent: u8,
}

/// What a result is computed from.
#[derive(Debug)]
pub struct OpenInputs<'a> {
    /// The closed wave.
    pub wave: &'a Wave,
    /// Its plan.
    pub plan: &'a OpenPlan,
    /// Its questionnaire.
    pub questionnaire: &'a Questionnaire,
    /// Its counties, in the order of the plan.
    pub counties: &'a [Area],
    /// Everything that was kept: county and answers, in the order of the random ids.
    pub records: &'a [(AreaCode, Answers)],
    /// What the cells counted.
    pub tallies: &'a BTreeMap<(AreaCode, Cell), Tally>,
    /// Rules that two people changed after the seal.
    pub changes: &'a [RuleNote],
    /// Program and version.
    pub software: &'a str,
}

impl OpenResult {
    /// Counts.
    #[must_use]
    pub fn compute(inputs: &OpenInputs<'_>) -> Self {
        let wave = inputs.wave;
        Self {
            schema: SCHEMA,
            software: inputs.software.to_owned(),
            plan_digest: hex::encode(wave.plan_digest),
            input_digest: input_digest(inputs.records),
            titles: wave.titles.clone(),
            synthetic: wave.synthetic,
            opens_at: wave.opens_at,
            closed_at: wave.closed.map_or(wave.closes_at, |act| act.at),
            early_reason: wave
                .close_request
                .as_ref()
                .and_then(|request| request.early_reason.clone()),
            changes: inputs.changes.to_vec(),
            questionnaire: inputs.questionnaire.clone(),
            counties: inputs.counties.iter().map(|c| county(inputs, c)).collect(),
        }
    }
}

fn input_digest(records: &[(AreaCode, Answers)]) -> String {
    let mut digest = Sha256::new();
    for (county, answers) in records {
        digest.update(county.as_str().as_bytes());
        digest.update([0]);
        digest.update(answers.encode());
    }
    hex::encode(digest.finalize())
}

fn county(inputs: &OpenInputs<'_>, area: &Area) -> OpenCounty {
    let of_county = inputs.records.iter().filter(|(c, _)| *c == area.code);
    let all: Vec<&Answers> = of_county.map(|(_, answers)| answers).collect();
    let (out, eligible): (Vec<_>, Vec<_>) = all.iter().copied().partition(|answers| {
        answers.disposition(inputs.questionnaire, "") == Disposition::ScreenedOut
    });
    let mut cells = Tally::default();
    for ((code, _), tally) in inputs.tallies {
        if *code == area.code {
            cells.counted += tally.counted;
            cells.uncounted += tally.uncounted;
        }
    }
    let items = inputs.questionnaire.items.iter().enumerate();
    OpenCounty {
        code: area.code.clone(),
        name_zh: area.name("zh-CN").to_owned(),
        name_en: area.name("en").to_owned(),
        kept: all.len() as u64,
        screened_out: out.len() as u64,
        cells,
        items: items
            .map(|(index, item)| distribution(inputs, item, index, &eligible))
            .collect(),
    }
}

fn distribution(
    inputs: &OpenInputs<'_>,
    item: &Item,
    index: usize,
    eligible: &[&Answers],
) -> OpenItem {
    let smallest = u64::from(inputs.plan.smallest_cell);
    let mut answers: Vec<ChosenSet> = Vec::new();
    for one in eligible {
        if let Answer::Chosen(set) = one.at(index) {
            let refused = set
                .positions()
                .all(|p| item.options.get(p).is_none_or(|choice| choice.refusal));
            if !refused {
                answers.push(set);
            }
        }
    }
    let answered = answers.len() as u64;
    let several = matches!(item.kind, Kind::Multiple { .. });
    let merged = merged_options(item, &answers, smallest);
    let percent = |cell: &[usize]| -> u8 {
        let n = answers
            .iter()
            .filter(|set| cell.iter().any(|p| set.contains(*p)))
            .count() as u64;
        // half up, in whole numbers
        u8::try_from((200 * n + answered) / (2 * answered.max(1))).unwrap_or(100)
    };
    // One cell that holds everybody tells nothing.
    let cells = merged.iter().filter(|_| several || merged.len() > 1);
    OpenItem {
        item: item.id.clone(),
        cells: cells
            .map(|cell| OpenShare {
                codes: cell
                    .iter()
                    .filter_map(|p| item.options.get(*p).map(|choice| choice.code.clone()))
                    .collect(),
                percent: percent(cell),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests;
