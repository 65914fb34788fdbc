//! The page of a county.

use super::Source;
use super::answers::{self, ItemView};
use super::breakdown::{self, BreakdownView};
use super::criteria::{self, CountyCriteria};
use super::fieldwork::{self, CountyFieldwork};
use super::figures::{
    Plot, Tag, change_tag, extent, limit, obstacle, obstacles, range, share, tag,
};
use super::headline::of_county;
use super::safety::sentence;
use super::signs::{self, SignView};
use super::verdict::{self, RuleView, SensitivityView, TippingView};
use super::wave::question;
use super::weighting::{self, WeightingView};
use crate::survey::result::{CountyResult, Estimate};

/// The page of a county.
#[derive(Debug, Clone, PartialEq)]
pub struct CountyView {
    /// Its division code.
    pub code: String,
    /// The county.
    pub name: String,
    /// Address of the wave's page.
    pub wave_path: String,
    /// The wave's title.
    pub wave_title: String,
    /// Title, standing and kind of sample.
    pub eyebrow: String,
    /// The finding.
    pub headline: String,
    /// The verdict.
    pub tag: Tag,
    /// What a reader must know before any number.
    pub warnings: Vec<String>,
    /// The estimate in large print, if there is one.
    pub estimate: Option<String>,
    /// Answers, estimate and interval, as a table has them.
    pub figures: Vec<String>,
    /// The estimate with its interval, and what the interval leaves out.
    pub statement: Option<String>,
    /// The question, and which answers count.
    pub question: String,
    /// Why there is no verdict.
    pub obstacles: Vec<String>,
    /// Both rules.
    pub rules: Vec<RuleView>,
    /// What would have to be true for another verdict.
    pub tipping: Vec<TippingView>,
    /// The axis of the ways to compute the figure, SVG.
    pub axis: String,
    /// How the plot is read.
    pub key: String,
    /// The governing figure and other ways to compute it.
    pub sensitivity: Vec<SensitivityView>,
    /// Signs that call for a look.
    pub signs: Vec<SignView>,
    /// Sense of security in a sentence.
    pub safety: String,
    /// Its change in a sentence, or why there is none.
    pub change: String,
    /// The verdict on the change.
    pub change_tag: Tag,
    /// The headline within groups.
    pub breakdown: Option<BreakdownView>,
    /// The answers to every item.
    pub items: Vec<ItemView>,
    /// How it was weighted.
    pub weighting: Option<WeightingView>,
    /// Why it could not be weighted.
    pub weighting_failure: Option<String>,
    /// Invitations, answers, rates.
    pub fieldwork: CountyFieldwork,
    /// The criteria of the standard.
    pub criteria: Option<CountyCriteria>,
    /// All counties of the wave.
    pub neighbors: Vec<Neighbor>,
}

/// A county of the same wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbor {
    /// Address of its page.
    pub path: String,
    /// The county.
    pub name: String,
    /// It is the one on this page.
    pub here: bool,
}

pub(super) fn view(source: &Source<'_>, county: &CountyResult) -> CountyView {
    let (result, lang) = (source.result, source.lang);
    let judged = &county.approval;
    let (line, name) = (source.threshold(), source.name_of(county));
    let all = county.sensitivity.iter().map(|other| &other.judged);
    let values = std::iter::once(judged)
        .chain(all)
        .filter_map(|judged| judged.estimate.as_ref())
        .flat_map(extent);
    let plot = Plot::shares(values, Some(line));
    let estimate = judged.estimate.as_ref();
    CountyView {
        code: county.code.to_string(),
        headline: of_county(lang, &name, line, judged.finding),
        wave_path: source.path(),
        wave_title: result.wave.titles.get(lang.tag()).to_owned(),
        eyebrow: source.eyebrow(),
        tag: tag(lang, judged.finding),
        warnings: source.warnings(),
        estimate: estimate.map(|e| share(e.figure.p, line)),
        figures: estimate.map_or_else(Vec::new, |e| {
            let cell = source.plain_cell(e);
            vec![cell.n, cell.estimate, cell.interval]
        }),
        statement: estimate.map(|e| statement(source, e)),
        question: question(source),
        obstacles: obstacles(lang, &judged.obstacles),
        rules: judged
            .judgement
            .as_ref()
            .map_or_else(Vec::new, |judgement| verdict::rules(source, judgement)),
        tipping: verdict::tipping(source, judged),
        key: source.say("results-plot-key", &[("limit", limit(line).into())]),
        sensitivity: verdict::sensitivity(source, county, &plot),
        axis: plot.axis,
        signs: signs::view(source, county),
        safety: safety(source, county),
        change: change(source, county),
        change_tag: change_tag(lang, county.change.finding),
        breakdown: breakdown::view(source, county),
        items: answers::items(source, county),
        weighting: weighting::view(source, county),
        weighting_failure: county.weighting_failure.clone(),
        fieldwork: fieldwork::of_county(source, county),
        criteria: source
            .assessed
            .and_then(|assessed| criteria::view(source, assessed, county.code.as_str())),
        neighbors: neighbors(source, county),
        name,
    }
}

fn statement(source: &Source<'_>, estimate: &Estimate) -> String {
    let line = source.threshold();
    let design_effect = estimate
        .design_effect
        .map_or_else(|| "–".to_owned(), |deff| source.lang.number(deff, 2));
    source.say(
        "results-statement",
        &[
            ("estimate", share(estimate.figure.p, line).into()),
            (
                "interval",
                range(estimate.interval.low, estimate.interval.high, line).into(),
            ),
            ("n", source.count(estimate.figure.n)),
            ("deff", design_effect.into()),
            ("effective", source.lang.number(estimate.n_eff, 0).into()),
        ],
    )
}

fn safety(source: &Source<'_>, county: &CountyResult) -> String {
    match &county.safety {
        None => source.t("results-safety-none"),
        Some(estimate) => source.say(
            "results-safety-sentence",
            &[
                ("estimate", source.lang.percent(estimate.figure.p).into()),
                (
                    "interval",
                    source
                        .lang
                        .percent_range(estimate.interval.low, estimate.interval.high)
                        .into(),
                ),
                ("n", source.count(estimate.figure.n)),
            ],
        ),
    }
}

fn change(source: &Source<'_>, county: &CountyResult) -> String {
    sentence(source, &county.change)
        .or_else(|| obstacle(source.lang, county.change.finding))
        .unwrap_or_default()
}

/// Counties on each side of one, where there are too many to name all.
const NEAR: usize = 15;

fn neighbors(source: &Source<'_>, here: &CountyResult) -> Vec<Neighbor> {
    let all = &source.result.counties;
    let at = all.iter().position(|county| county.code == here.code);
    let first = at.unwrap_or(0).saturating_sub(NEAR);
    let first = first.min(all.len().saturating_sub(2 * NEAR + 1));
    all.iter()
        .skip(first)
        .take(2 * NEAR + 1)
        .map(|county| Neighbor {
            path: source.county_path(county.code.as_str()),
            name: source.name_of(county),
            here: county.code == here.code,
        })
        .collect()
}
