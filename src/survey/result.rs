//! The result of a wave: what is stored at the close, shown on the pages and published.
//!
//! A self-contained document: plan and questionnaire are in it, and every judged figure carries the
//! p, V, df and n from which interval and verdict can be computed again. Stored as JSON; a new form
//! gets a new [`SCHEMA`], and old documents stay readable.

mod reconciled;
mod weight;

pub use reconciled::{Check, Reconciliation};
pub use weight::WeightBin;

use crate::stats::quality::Unfit;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::area::AreaCode;
use super::outcome::Unused;
use super::plan::WavePlan;
use super::questionnaire::{Questionnaire, Text};
use super::rule::Rule;
use super::sample::UnitCode;
use super::seeds::SeedNote;
use super::time::Instant;
use super::wave::WaveSlug;
use crate::stats::threshold::{
    Change, Figure, FigureInterval, Finding, Judgement, NotAssessable, Tipping,
};

/// Version of the document's form.
pub const SCHEMA: u32 = 1;

/// The result of one wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaveResult {
    /// Form of the document.
    pub schema: u32,
    /// Program and version that computed it.
    pub software: String,
    /// SHA-256 of the plan, hexadecimal.
    pub plan_digest: String,
    /// SHA-256 of everything the plan ran on, hexadecimal: the same input gives the same result.
    pub input_digest: String,
    /// Facts about the wave.
    pub wave: WaveFacts,
    /// The sealed plan.
    pub plan: WavePlan,
    /// The questionnaire as it was asked.
    pub questionnaire: Questionnaire,
    /// One result per county, by code.
    pub counties: Vec<CountyResult>,
}

impl WaveResult {
    /// The result of a county.
    #[must_use]
    pub fn county(&self, code: &str) -> Option<&CountyResult> {
        self.counties
            .iter()
            .find(|county| county.code.as_str() == code)
    }
}

/// Facts about the wave that a reader needs beside the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveFacts {
    /// Name in addresses.
    pub slug: WaveSlug,
    /// Heading.
    pub titles: Text,
    /// The answers are made up (demonstration); every page says so.
    pub synthetic: bool,
    /// Announced beginning.
    pub opens_at: Instant,
    /// Announced end.
    pub closes_at: Instant,
    /// When the close was confirmed.
    pub closed_at: Instant,
    /// Why fieldwork ended before the announced time.
    pub early_reason: Option<String>,
    /// The public seed of the draw, hexadecimal.
    pub seed: String,
    /// The public text from which the seed follows; results of before its storing have none.
    #[serde(default)]
    pub seed_text: Option<String>,
    /// Where the sampling frame comes from.
    pub frame: Provenance,
    /// Where the population margins come from.
    pub margins: Provenance,
    /// The earlier wave with which change is measured.
    pub base_wave: Option<WaveSlug>,
    /// Rules that two people changed after the seal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<RuleNote>,
    /// Lists of seeded answers that auditors deposited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<SeedNote>,
}

impl WaveFacts {
    /// The last moment of fieldwork: answers were taken until the announced end, or until the close before it.
    #[must_use]
    pub fn last_moment(&self) -> Instant {
        let end = self.closes_at.min(self.closed_at);
        Instant::from_micros(end.micros().saturating_sub(1))
    }
}

impl WaveFacts {
    /// Variance units whose answers are in no figure.
    #[must_use]
    pub fn excluded(&self) -> BTreeSet<&UnitCode> {
        let notes = self.changes.iter().filter(|note| note.in_effect);
        notes
            .filter_map(|note| match &note.rule {
                Rule::Exclusion { unit } => Some(unit),
                _ => None,
            })
            .collect()
    }
}

/// A change of the rules after the seal, as everybody may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleNote {
    /// What was changed.
    pub rule: Rule,
    /// Why.
    pub reason: String,
    /// When one person asked for it.
    pub asked_at: Instant,
    /// When another one confirmed it.
    pub confirmed_at: Instant,
    /// The midnight from which it was to hold.
    pub effective_at: Instant,
    /// It did: the wave was not closed before.
    pub in_effect: bool,
}

/// Where imported data come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Name of the import.
    pub name: String,
    /// Source, in words.
    pub source: String,
    /// SHA-256, hexadecimal.
    pub digest: String,
    /// Made up, or standing in for data that were not at hand.
    pub synthetic: bool,
}

/// Everything about one county.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountyResult {
    /// Division code.
    pub code: AreaCode,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// The headline and its verdict.
    pub approval: Judged,
    /// The headline computed in other ways; never governing.
    pub sensitivity: Vec<SensitivityLine>,
    /// Sense of security.
    pub safety: Option<Estimate>,
    /// Change of the sense of security since the base wave.
    pub change: ChangeResult,
    /// Distribution of the answers to every item.
    pub items: Vec<ItemResult>,
    /// The headline by sex, age band and residence.
    pub breakdowns: Vec<Breakdown>,
    /// Weighting: classes, margins, diagnostics. `None` if the weighting failed.
    pub weighting: Option<WeightingReport>,
    /// Why the weighting failed, as the engine's code and message.
    pub weighting_failure: Option<String>,
    /// Numbers of invitations and responses.
    pub counts: Counts,
    /// Response rates by the AAPOR definitions, `RR1` … `RR6` and the others; `None` = not defined.
    pub rates: BTreeMap<String, Option<f64>>,
    /// The counts that must agree.
    pub reconciliation: Vec<Reconciliation>,
    /// Signs that call for a look; results of before their computing have none.
    #[serde(default)]
    pub signs: Option<QualitySigns>,
}

/// Signs of coaching, of mode effects and of copied forms. They change no figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct QualitySigns {
    /// Whether the first answer is chosen more often where it stands first.
    pub direction: Checked<DirectionSign>,
    /// Whether approval differs between self-completed and assisted or paper forms.
    pub mode: Checked<ModeSign>,
    /// Whether identical forms sit together in variance units.
    pub duplicates: Checked<DuplicateSign>,
}

/// A measure, or why it could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checked<T> {
    /// What was found.
    Found(T),
    /// Why nothing could be.
    NotComputed(Unfit),
}

impl<T> From<Result<T, Unfit>> for Checked<T> {
    fn from(result: Result<T, Unfit>) -> Self {
        match result {
            Ok(found) => Self::Found(found),
            Err(unfit) => Self::NotComputed(unfit),
        }
    }
}

/// The scale-direction contrast of a county.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DirectionSign {
    /// Share of the first answer where it stands first, minus that where it stands last.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// One-sided p value.
    pub p: f64,
    /// One-sided p value that it exceeds the contrast of the other counties together.
    pub p_excess: Option<f64>,
}

/// The mode contrast of a county.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ModeSign {
    /// Approval in self-completed forms minus approval in the others.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Two-sided p value.
    pub p: f64,
    /// The same after Holm's adjustment over the counties.
    pub p_adjusted: f64,
}

/// The duplicate-run test of a county.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DuplicateSign {
    /// p value of the county.
    pub p: f64,
    /// Variance units whose p value, after Holm's adjustment, is below 0.05.
    pub units: u64,
}

/// A proportion of a county with its uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The item.
    pub item: String,
    /// Codes that count.
    pub approves: Vec<String>,
    /// p, V, n, Kish's n, df and the planned design effect.
    pub figure: Figure,
    /// Square root of V.
    pub standard_error: f64,
    /// V over the variance of a simple random sample of the same size, with replacement.
    pub design_effect: Option<f64>,
    /// p (1 − p) / V.
    pub n_eff: f64,
    /// The 95 % interval.
    pub interval: FigureInterval,
    /// The 90 % interval, whose ends are the one-sided 95 % bounds.
    pub bounds: FigureInterval,
    /// Asked and eligible, but no answer that counts (left out, or "prefer not to answer"); absent
    /// where it is under the limit of disclosure, or where with it such a number could be computed.
    pub no_answer: Option<u64>,
}

/// The headline with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The estimate; absent when the weighting failed or nobody answered.
    pub estimate: Option<Estimate>,
    /// The governing verdict.
    pub finding: Finding,
    /// Everything that stands in the way of a verdict, in the order in which it is named.
    pub obstacles: Vec<NotAssessable>,
    /// Both rules, with bounds; absent without an estimate.
    pub judgement: Option<Judgement>,
    /// What would have to be true for another verdict, for both rules.
    pub tipping: Vec<Tipping>,
}

/// The headline computed in another way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensitivityLine {
    /// In which way.
    pub kind: Sensitivity,
    /// Estimate and verdict of its own.
    pub judged: Judged,
    /// Its verdict differs from the governing one: marked on every page.
    pub differs: bool,
    /// The number of the answers that it leaves out, beside the headline's and the distribution's,
    /// would tell what a few residents said: of `judged` there is the finding alone.
    #[serde(default)]
    pub withheld: bool,
}

/// Other ways to compute the headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// "Can't say" left out of the denominator.
    WithoutUndecided,
    /// Responses with a quality bit treated as non-response, and everything weighted again. There is
    /// no such line where too few responses kept their bits.
    WithoutFlagged,
    /// With the answers that two people left out.
    WithExcluded,
}

/// Change since the base wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeResult {
    /// The base wave's figure.
    pub base: Option<Figure>,
    /// Difference, variance, degrees of freedom.
    pub change: Option<Change>,
    /// The 95 % interval of the difference.
    pub interval: Option<(f64, f64)>,
    /// Both rules, with bounds.
    pub judgement: Option<Judgement>,
    /// The governing verdict.
    pub finding: Finding,
}

/// Answers to one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemResult {
    /// The item.
    pub item: String,
    /// Eligible residents who were asked; absent where it would tell a number of refusals under the
    /// limit of disclosure.
    pub asked: Option<u64>,
    /// Of these, with an answer other than "prefer not to answer".
    pub answered: u64,
    /// Shares of those who answered; cells that were too small are merged. Empty if everything
    /// would have to be merged into one.
    pub cells: Vec<AnswerCell>,
}

/// One line of a distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerCell {
    /// The option's code, or the codes of the options that were merged.
    pub codes: Vec<String>,
    /// Residents who chose it (any of them). Absent where several answers are possible: the numbers
    /// together would tell how few chose two of them. Shares and ends are whole percentages there.
    pub n: Option<u64>,
    /// Weighted share.
    pub share: f64,
    /// 95 % interval.
    pub interval: FigureInterval,
}

/// The headline within groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Breakdown {
    /// By what.
    pub by: BreakdownBy,
    /// The groups, in the questionnaire's order.
    pub groups: Vec<BreakdownGroup>,
}

/// What a breakdown is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakdownBy {
    /// Sex as answered or filled in.
    Sex,
    /// Age band as answered or filled in.
    Age,
    /// Urban or rural, by the frame.
    Residence,
}

/// One group of a breakdown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreakdownGroup {
    /// Code of the group: an option's code, or `urban`, `rural`.
    pub group: String,
    /// Estimate, or why it is withheld.
    pub shown: Shown,
}

/// A figure that may be printed, or the reason why not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// May be printed.
    Estimate(Box<Estimate>),
    /// Too few answers, too small an effective size, or too few on one side.
    TooSmall,
    /// Large enough, but with it another group's hidden figure could be computed.
    Complementary,
}

/// How the respondents were weighted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeightingReport {
    /// Non-response classes.
    pub classes: Vec<ClassReport>,
    /// Margins as used, after collapsing.
    pub margins: Vec<MarginReport>,
    /// What was collapsed or merged away, in the order in which it happened.
    pub collapsed: Vec<Collapse>,
    /// Responses whose sex was filled by hot-deck.
    pub filled_sex: u64,
    /// Responses whose age band was filled by hot-deck.
    pub filled_age: u64,
    /// Label of the random stream that chose the donors, under the wave's seed.
    pub fill_stream: String,
    /// Diagnostics of the final weights.
    pub weights: WeightDiagnostics,
    /// How the final weights are distributed; results of before its computing have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histogram: Option<Vec<WeightBin>>,
}

/// One non-response class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassReport {
    /// The variance unit, or the stratum where small units were collapsed.
    pub class: String,
    /// Invitations.
    pub issued: u64,
    /// Eligible respondents.
    pub respondents: u64,
    /// Screened out.
    pub screened_out: u64,
    /// Factor on the base weight.
    pub factor: f64,
}

/// One margin as used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarginReport {
    /// `sex_age` or `residence`.
    pub variable: String,
    /// Its cells.
    pub cells: Vec<MarginCellReport>,
}

/// One cell of a margin as used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarginCellReport {
    /// Labels of the cells of the population margin that it holds.
    pub cells: Vec<String>,
    /// Population.
    pub population: u64,
    /// Respondents.
    pub respondents: u64,
    /// Sum of weights before calibration.
    pub before: f64,
    /// Sum of final weights.
    pub after: f64,
}

/// A collapse that the plan's rules demanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Collapse {
    /// Units with too few respondents share one class in their stratum.
    Classes {
        /// The stratum.
        stratum: String,
        /// The units.
        units: Vec<String>,
    },
    /// Two groups of age bands of one sex were joined.
    Ages {
        /// The sex.
        sex: String,
        /// All bands of the joined cell.
        ages: Vec<String>,
        /// Respondents of the small cell that caused it.
        respondents: u64,
    },
    /// A sex had too few respondents for any cell of its own.
    Sexes {
        /// Respondents of the small cell that caused it.
        respondents: u64,
    },
    /// The residence margin was dropped.
    Residence {
        /// Respondents of the smaller side; `None` if the strata were merged before sealing.
        respondents: Option<u64>,
    },
}

/// Diagnostics of final weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WeightDiagnostics {
    /// Number of respondents.
    pub n: u64,
    /// Smallest weight.
    pub min: f64,
    /// Largest weight.
    pub max: f64,
    /// Mean weight.
    pub mean: f64,
    /// Standard deviation over mean (population form): Kish's deff is 1 + CV².
    pub cv: f64,
    /// n Σw² / (Σw)².
    pub kish_deff: f64,
    /// (Σw)² / Σw².
    pub n_eff: f64,
    /// Largest weight over the sum of weights.
    pub largest_share: f64,
}

/// Invitations and responses of a county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Codes issued.
    pub issued: u64,
    /// Codes used.
    pub used: u64,
    /// Records in the urn.
    pub cast: u64,
    /// Leaves in the log.
    pub leaves: u64,
    /// Records of residents outside the population.
    pub screened_out: u64,
    /// Complete interviews.
    pub complete: u64,
    /// Partial interviews.
    pub partial: u64,
    /// Sent in without an answer to any question.
    pub nothing_answered: u64,
    /// Eligible responses with a quality bit.
    pub flagged: u64,
    /// Unused codes by what staff noted for them.
    #[serde(default)]
    pub unused: Unused,
    /// Eligible responses of which it is known whether they have one: thinning takes most of the bits.
    #[serde(default)]
    pub marks_kept: u64,
    /// Records of variance units that two people left out of every figure.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excluded: u64,
    /// Records of auditors, which left before anything was computed, with their invitations.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seeded: u64,
    /// Return envelopes of paper forms.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub envelopes: u64,
    /// Of these, sheets that were typed into the record.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub entered: u64,
    /// Codes that were used for a blind token.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub blind_used: u64,
    /// Blind tokens that came with an answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub blind_cast: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Counts {
    /// Records of residents of the population.
    #[must_use]
    pub fn eligible(&self) -> u64 {
        self.complete + self.partial + self.nothing_answered
    }
}
