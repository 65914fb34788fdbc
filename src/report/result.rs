//! The result of a wave as what its pages show: sentences, formatted numbers and charts.
//!
//! For: the pages of results. Uses: `survey::result`, `evaluation`, the charts and the sentences.
//! Promises: pure; every number comes from the stored document; a percentage is never printed on the
//! other side of the line that it was compared with; what may not be shown is said in words.

mod answers;
mod behind;
mod beside;
mod breakdown;
mod comparison;
mod county;
mod criteria;
mod fieldwork;
pub(super) mod figures;
mod headline;
mod map;
mod matrix;
mod method;
mod parts;
mod printed;
mod questions;
mod safety;
mod series;
mod signs;
mod together;
mod verdict;
mod wave;
mod weighting;
mod weights;

use crate::evaluation::decision::Decided;
use crate::evaluation::dossier::Evaluation;
use crate::evaluation::standard::Standard;
use crate::i18n::{Lang, Value};
use crate::report::evaluation::{outside, unverified};
use crate::report::seeds;
use crate::report::told::Told;
use crate::survey::imprint::Imprint;
use crate::survey::reported::Reported;
use crate::survey::result::{CountyResult, WaveResult};
use crate::survey::time::{Instant, Zone};

pub use answers::{AnswerRow, ItemView};
pub use behind::{Behind, BehindView, Entry, YearView};
pub use breakdown::{BreakdownRow, BreakdownView, GroupView};
pub use comparison::{ComparedRow, ComparisonView, PairRow};
pub(in crate::report) use comparison::{LEVEL as RANK_LEVEL, comparable};
pub use county::{CountyView, Neighbor};
pub use criteria::{AreaView, CountyCriteria, CriterionView, DecisionView, MeasureView};
pub use fieldwork::{CheckRow, CountyFieldwork, FieldworkRow, RateRow};
pub use figures::{Cell, Plot, Tag};
pub use headline::headline;
pub use map::{Atlas, MapRow, MapView};
pub use matrix::{MatrixCell, MatrixPart, MatrixRow, MatrixView};
pub use method::MethodLine;
pub(super) use method::paper;
pub(super) use parts::LISTED;
pub use parts::Part;
pub use printed::PrintedView;
pub use questions::{QuestionCell, QuestionLink, QuestionRow, QuestionView};
pub use safety::{SafetyRow, SafetyView};
pub use series::{ReportedFigure, SeriesLine, SeriesView, differs};
pub use together::TogetherView;
pub use verdict::{RuleView, SensitivityView, TippingView};
pub use wave::{ApprovalRow, ApprovalView, KeyFigure, WaveView};
pub use weighting::{MarginRow, MarginView, WeightingView};
pub use weights::{CountyWeights, WeightsView};

/// Whether everyone may read the result, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// For everyone, since then.
    Published(Instant),
    /// Closed; staff only.
    Unpublished,
}

/// A standard and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Assessed<'a> {
    /// The standard.
    pub standard: &'a Standard,
    /// The evaluation.
    pub evaluation: &'a Evaluation,
    /// SHA-256 of the standard's text.
    pub digest: [u8; 32],
    /// When it was applied.
    pub applied_at: Instant,
    /// Program and version that applied it.
    pub software: &'a str,
    /// Titles of open counties by decision.
    pub decided: &'a [Decided],
}

impl<'a> Assessed<'a> {
    /// The decision on a county, if there is one.
    fn decision(&self, county: &str) -> Option<&'a Decided> {
        self.decided.iter().find(|one| one.county == county)
    }
}

/// What the pages of one wave are made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The stored result.
    pub result: &'a WaveResult,
    /// The evaluation that used it, if there is one.
    pub assessed: Option<Assessed<'a>>,
    /// Who answers for the wave, as far as it is said.
    pub imprint: Option<&'a Imprint>,
    /// Who may read it.
    pub standing: Standing,
    /// Which version it is, where it is not the one that holds.
    pub version: Option<usize>,
    /// What stands behind the criteria of the county that is asked for, where it is asked for.
    pub behind: &'a [Behind],
    /// In which dates are printed.
    pub zone: &'a Zone,
    /// For whom.
    pub lang: Lang,
}

impl Source<'_> {
    /// The page of the wave; `part` is the number of a part of its counties, and there may be no such part.
    #[must_use]
    pub fn wave(&self, part: Option<&str>) -> Option<WaveView> {
        wave::part(self, part)
    }

    /// Counties and criteria on a page of their own.
    #[must_use]
    pub fn criteria(&self, part: Option<&str>) -> Option<MatrixPart> {
        matrix::part(self, part)
    }

    /// The page of a county, if the wave asked there.
    #[must_use]
    pub fn county(&self, code: &str) -> Option<CountyView> {
        let county = self.result.county(code)?;
        Some(county::view(self, county))
    }

    /// The counties beside each other; `part` is the number of a part of the list, `beside` the code of a county whose pairs
    /// are wanted where not all are shown. There may be no such part or county.
    #[must_use]
    pub fn comparison(&self, part: Option<&str>, beside: Option<&str>) -> Option<ComparisonView> {
        comparison::view(self, part, beside)
    }

    /// The answers to an item in all counties; the first item where none is named.
    #[must_use]
    pub fn question(&self, item: Option<&str>, part: Option<&str>) -> Option<QuestionView> {
        questions::view(self, item, part)
    }

    /// How the weights of the counties are distributed.
    #[must_use]
    pub fn weights(&self, part: Option<&str>) -> Option<WeightsView> {
        weights::view(self, part)
    }

    /// The map, by outlines or tiles if there are any.
    #[must_use]
    pub fn map(&self, atlas: Option<&Atlas>, part: Option<&str>) -> Option<MapView> {
        map::view(self, atlas, part)
    }

    /// How it was measured.
    #[must_use]
    pub fn method(&self) -> Vec<MethodLine> {
        method::lines(self)
    }

    /// The whole result as a document to print.
    #[must_use]
    pub fn printed(&self) -> PrintedView {
        printed::view(self)
    }

    /// A county over time: the waves before this one, what others reported, and the wave's own figures.
    #[must_use]
    pub fn series(
        &self,
        code: &str,
        waves: &[WaveResult],
        figures: &[ReportedFigure],
    ) -> Vec<SeriesView> {
        let county = self.result.county(code);
        county.map_or_else(Vec::new, |county| {
            series::view(self, county, waves, figures)
        })
    }

    /// In what a reported figure differs from the wave's own, or may differ.
    #[must_use]
    pub fn breaks(&self, row: &Reported) -> Vec<String> {
        series::breaks(self, row)
    }

    fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    fn say(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.lang.t_with(key, args)
    }

    /// The county's name for this reader.
    fn name_of(&self, county: &CountyResult) -> String {
        match self.lang {
            Lang::ZhCn => county.name_zh.clone(),
            Lang::En => county.name_en.clone(),
        }
    }

    /// Address of the page of the wave, in this version.
    fn path(&self) -> String {
        let slug = &self.result.wave.slug;
        match self.version {
            Some(number) => format!("/results/{slug}/versions/{number}"),
            None => format!("/results/{slug}"),
        }
    }

    /// Address of a county's page.
    fn county_path(&self, county: &str) -> String {
        format!("{}/{county}", self.path())
    }

    /// The line that the headline is judged against.
    fn threshold(&self) -> f64 {
        self.result.plan.verdict.threshold
    }

    fn count(&self, n: u64) -> Value<'static> {
        self.lang.count(n).into()
    }

    /// The fewest residents whose number may be told.
    fn smallest(&self) -> u64 {
        u64::from(self.result.plan.disclosure.cell)
    }

    /// A number of residents by what they did in the form: "under 10" where it is that small.
    fn veiled(&self, n: u64) -> String {
        Told::veiled(n, self.smallest()).words(self.lang)
    }

    /// Parts of a sentence, joined as the language joins them.
    fn join(&self, parts: &[String]) -> String {
        parts.join(match self.lang {
            Lang::ZhCn => "、",
            Lang::En => ", ",
        })
    }

    /// Title, standing and kind of sample in one line.
    fn eyebrow(&self) -> String {
        let standing = match self.standing {
            Standing::Published(at) => {
                let date = self.lang.date(self.zone.date(at));
                self.say("results-published-on", &[("date", date.into())])
            }
            Standing::Unpublished => self.t("results-unpublished"),
        };
        let title = self.result.wave.titles.get(self.lang.tag());
        format!(
            "{title} · {standing} · {}",
            self.t("results-probability-sample")
        )
    }

    /// What a reader must know before any number: made-up answers, stand-in sources.
    fn warnings(&self) -> Vec<String> {
        let facts = &self.result.wave;
        // What auditors found missing or altered comes before everything else.
        let mut found = seeds::alarms(self.lang, &facts.seeds);
        if facts.synthetic {
            found.push(self.t("results-synthetic-answers"));
        }
        for (made_up, key, source) in [
            (
                facts.frame.synthetic,
                "results-synthetic-frame",
                &facts.frame.source,
            ),
            (
                facts.margins.synthetic,
                "results-synthetic-margins",
                &facts.margins.source,
            ),
        ] {
            if made_up {
                found.push(self.say(key, &[("source", source.as_str().into())]));
            }
        }
        if self
            .assessed
            .is_some_and(|a| a.evaluation.synthetic_indicators)
        {
            found.push(self.t("evaluate-synthetic-indicators"));
        }
        found.extend(
            self.assessed
                .and_then(|assessed| unverified(self.lang, assessed.evaluation)),
        );
        found.extend(
            self.assessed
                .and_then(|of| outside(self.lang, of.standard, of.evaluation)),
        );
        found
    }
}

#[cfg(test)]
mod tests;
