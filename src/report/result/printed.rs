//! The result as a document to print: title block, summary in words, one chart, and the views of the pages.
//!
//! Nothing is said here that no page says; the document has it in one piece.

use super::county::{self, CountyView};
use super::figures::{extent, finding, limit, point, range, share};
use super::wave::{self, WaveView};
use super::{Source, Standing};
use crate::report::chart::{Forest, ForestRow, Layout, Scale, Surface, Threshold, Unit, forest};
use crate::report::evaluation;
use crate::survey::imprint::{Imprint, said};
use crate::survey::questionnaire::Text;
use crate::survey::result::CountyResult;

/// The document.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintedView {
    /// What the wave's page shows.
    pub wave: WaveView,
    /// What the counties' pages show.
    pub counties: Vec<CountyView>,
    /// Under the title: what, when, by what.
    pub block: Vec<(String, String)>,
    /// The findings of survey and evaluation.
    pub findings: Vec<String>,
    /// One sentence for each county, then what the intervals leave out.
    pub summary: Vec<String>,
    /// The headline by county, SVG.
    pub chart: String,
}

pub(super) fn view(source: &Source<'_>) -> PrintedView {
    let counties = &source.result.counties;
    let of_wave = wave::whole(source);
    let mut findings = vec![of_wave.headline.clone()];
    findings.extend(
        source
            .assessed
            .map(|assessed| evaluation::headline(source.lang, assessed.evaluation)),
    );
    let mut summary: Vec<String> = counties.iter().map(|one| sentence(source, one)).collect();
    summary.push(source.t("results-method-limits-text"));
    PrintedView {
        wave: of_wave,
        counties: counties
            .iter()
            .map(|one| county::view(source, one))
            .collect(),
        block: block(source),
        findings,
        summary,
        chart: chart(source),
    }
}

fn block(source: &Source<'_>) -> Vec<(String, String)> {
    let (facts, lang) = (&source.result.wave, source.lang);
    let date = |at| lang.date(source.zone.date(at));
    let names: Vec<String> = source
        .result
        .counties
        .iter()
        .map(|one| source.name_of(one))
        .collect();
    let period = [
        ("from", date(facts.opens_at).into()),
        ("to", date(facts.last_moment()).into()),
    ];
    let published = match source.standing {
        Standing::Published(at) => date(at),
        Standing::Unpublished => source.t("results-not-published"),
    };
    let address = format!(
        "{} · {}",
        facts.slug,
        source.t("results-probability-sample")
    );
    let own = |of: fn(&Imprint) -> &Text| source.imprint.and_then(|i| said(of(i), lang.tag()));
    let stated = |of| own(of).map_or_else(|| source.t("results-method-unstated"), str::to_owned);
    [
        ("wave", address),
        ("sponsor", stated(|imprint| &imprint.sponsor)),
        ("conductor", stated(|imprint| &imprint.conductor)),
        ("counties", source.join(&names)),
        ("period", source.say("report-period-text", &period)),
        ("published", published),
        ("software", source.result.software.clone()),
    ]
    .map(|(key, text)| (source.t(&format!("report-{key}")), text))
    .to_vec()
}

/// The headline of one county in words and numbers.
fn sentence(source: &Source<'_>, county: &CountyResult) -> String {
    let (lang, line) = (source.lang, source.threshold());
    let outcome = finding(county.approval.finding).code();
    let Some(estimate) = &county.approval.estimate else {
        return source.say(
            "report-county-none",
            &[("county", source.name_of(county).into())],
        );
    };
    let deff = estimate
        .design_effect
        .map_or_else(|| "–".to_owned(), |deff| lang.number(deff, 2));
    let (low, high) = (estimate.interval.low, estimate.interval.high);
    source.say(
        "report-county",
        &[
            ("county", source.name_of(county).into()),
            ("estimate", share(estimate.figure.p, line).into()),
            ("interval", range(low, high, line).into()),
            ("n", source.count(estimate.figure.n)),
            ("deff", deff.into()),
            ("effective", lang.number(estimate.n_eff, 0).into()),
            ("limit", limit(line).into()),
            ("outcome", outcome.into()),
        ],
    )
}

/// All counties on one scale.
fn chart(source: &Source<'_>) -> String {
    let line = source.threshold();
    let judged = source
        .result
        .counties
        .iter()
        .filter_map(|county| Some((county, county.approval.estimate.as_ref()?)));
    let values = judged.clone().flat_map(|(_, estimate)| extent(estimate));
    let scale = Scale::fitting(values.chain([line]), Unit::Percent);
    let rows = judged.map(|(county, estimate)| {
        let (low, high) = (estimate.interval.low, estimate.interval.high);
        let approval = &county.approval;
        ForestRow {
            label: source.name_of(county),
            text: format!(
                "{} ({})",
                share(estimate.figure.p, line),
                range(low, high, line)
            ),
            point: point(estimate, approval.judgement.as_ref(), approval.finding),
        }
    });
    let name = [("limit", limit(line).into())];
    forest(&Forest {
        title: source.say("results-approval-caption", &name),
        subtitle: source.t("report-chart-interval"),
        rows: rows.collect(),
        scale,
        threshold: Some(Threshold {
            value: line,
            label: limit(line),
        }),
        layout: Layout::Wide,
        surface: Surface::Page,
    })
}
