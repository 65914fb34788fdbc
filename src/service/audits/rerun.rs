//! The analysis of a wave once more, from a result and the documents that it rests on.
//!
//! For: the auditors' bundle, `minyi verify`. Uses: `survey::analysis`. Promises: nothing of the result is taken but the facts about
//! the wave and the office's counts; every figure is computed from the records.

use std::collections::BTreeMap;

use crate::survey::analysis::{Record, Tally, WaveInputs, Working, analyze_openly};
use crate::survey::area::{Area, AreaCode, Level};
use crate::survey::margin::Margins;
use crate::survey::plan::WavePlan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::result::WaveResult;
use crate::survey::sample::Sample;

/// What a result is computed from.
pub(in crate::service) struct Rerun<'a> {
    pub(in crate::service) result: &'a WaveResult,
    pub(in crate::service) plan: &'a WavePlan,
    pub(in crate::service) questionnaire: &'a Questionnaire,
    pub(in crate::service) sample: &'a Sample,
    pub(in crate::service) margins: &'a Margins,
    pub(in crate::service) records: &'a [Record],
    pub(in crate::service) seed: [u8; 32],
    pub(in crate::service) base: Option<&'a WaveResult>,
}

impl Rerun<'_> {
    /// Result and weights.
    pub(in crate::service) fn run(&self) -> (WaveResult, Vec<Working>) {
        let counties: Vec<Area> = self.result.counties.iter().map(area).collect();
        let tallies = self.tallies();
        analyze_openly(&WaveInputs {
            facts: self.result.wave.clone(),
            plan: self.plan,
            questionnaire: self.questionnaire,
            counties: &counties,
            sample: self.sample,
            margins: self.margins,
            records: self.records,
            tallies: &tallies,
            seed: self.seed,
            base: self.base,
            software: &self.result.software,
        })
    }

    /// What the office and the log counted, as the result has it.
    fn tallies(&self) -> BTreeMap<AreaCode, Tally> {
        let tally = |county: &crate::survey::result::CountyResult| {
            let counts = &county.counts;
            let tally = Tally {
                issued: counts.issued,
                used: counts.used,
                leaves: counts.leaves,
                unused: counts.unused,
                envelopes: counts.envelopes,
                entered: counts.entered,
                blind_used: counts.blind_used,
                blind_cast: counts.blind_cast,
            };
            (county.code.clone(), tally)
        };
        self.result.counties.iter().map(tally).collect()
    }
}

fn area(county: &crate::survey::result::CountyResult) -> Area {
    Area {
        code: county.code.clone(),
        level: Level::County,
        name_zh: county.name_zh.clone(),
        name_en: county.name_en.clone(),
        parent: None,
    }
}
