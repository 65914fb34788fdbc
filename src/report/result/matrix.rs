//! Counties and criteria: one sign per cell.

use super::figures::{Tag, tag_of};
use super::parts::Part;
use super::{Assessed, Source};
use crate::evaluation::dossier::Dossier;
use crate::evaluation::finding::Finding;
use crate::evaluation::standard::Criterion;
use crate::report::evaluation::{headline, omitted};
use crate::report::reason::{outcome_mark, outcome_word};

/// Counties and criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixView {
    /// "Evaluation 2026".
    pub title: String,
    /// The finding of the evaluation.
    pub headline: String,
    /// Name and version of the standard.
    pub standard: String,
    /// When the standard was applied, by which program, and the beginning of its digest.
    pub applied: String,
    /// SHA-256 of the standard's text, hexadecimal.
    pub digest: String,
    /// Clauses that are left out on purpose, and why.
    pub omitted: Vec<(String, String)>,
    /// What the city aims at, if the standard says.
    pub target: Option<String>,
    /// Areas with the number of their criteria.
    pub areas: Vec<(String, usize)>,
    /// Head of each column, and the full name of the criterion.
    pub columns: Vec<(String, String)>,
    /// One row per county.
    pub rows: Vec<MatrixRow>,
    /// The signs.
    pub legend: Vec<Tag>,
    /// Which open counties have the title by decision.
    pub decided: Option<String>,
}

/// The criteria of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// The county.
    pub name: String,
    /// Address of its page, if the wave asked there.
    pub path: Option<String>,
    /// The verdict.
    pub tag: Tag,
    /// That the county has the title by decision.
    pub decided: Option<String>,
    /// One cell per criterion.
    pub cells: Vec<MatrixCell>,
}

/// One criterion of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixCell {
    /// The fragment of its reason on the county's page.
    pub anchor: String,
    /// What came out.
    pub tag: Tag,
}

/// Up to so many cells the matrix stands on the wave's page, each cell a link to its reason; more have a page of their own, in parts.
const FEW: usize = 150;

/// Whether the matrix is too large for the wave's page.
pub(super) fn is_large(assessed: Assessed<'_>) -> bool {
    let counties = assessed.evaluation.counties.len();
    counties.saturating_mul(assessed.standard.criteria.len()) > FEW
}

/// The matrix on a page of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixPart {
    /// The wave's title.
    pub wave_title: String,
    /// Title, standing and kind of sample.
    pub eyebrow: String,
    /// What a reader must know before any number.
    pub warnings: Vec<String>,
    /// Counties and criteria.
    pub matrix: MatrixView,
    /// Which counties these are.
    pub part: Part,
}

/// The page of the matrix; `None` without an evaluation, or where there is no such part of it.
pub(super) fn part(source: &Source<'_>, asked: Option<&str>) -> Option<MatrixPart> {
    let assessed = source.assessed?;
    let counties = assessed.evaluation.counties.len();
    let per = per_page(assessed.standard.criteria.len());
    let part = Part::asked(counties, per, asked)?;
    Some(MatrixPart {
        wave_title: source.result.wave.titles.get(source.lang.tag()).to_owned(),
        eyebrow: source.eyebrow(),
        warnings: source.warnings(),
        matrix: view(source, assessed, part),
        part,
    })
}

/// Counties on a page of at most 60 KB: a cell takes about 70 bytes, the head of a row 450.
fn per_page(criteria: usize) -> usize {
    (42_000 / (70 * criteria + 450)).clamp(5, 40)
}

pub(super) fn view(source: &Source<'_>, assessed: Assessed<'_>, part: Part) -> MatrixView {
    let (standard, evaluation) = (assessed.standard, assessed.evaluation);
    let tag = source.lang.tag();
    let target = u32::try_from(evaluation.year)
        .ok()
        .and(standard.cycle.target(evaluation.year));
    let areas = standard.areas.iter().map(|area| {
        let of_area = |id: &str| id == area.id;
        let criteria = standard.criteria.iter();
        let n = criteria.filter(|c| of_area(c.area())).count();
        (area.name.get(tag).to_owned(), n)
    });
    MatrixView {
        title: source.say(
            "evaluate-title",
            &[("year", evaluation.year.to_string().into())],
        ),
        headline: headline(source.lang, evaluation),
        standard: standard_line(source, assessed),
        applied: applied_line(source, assessed),
        digest: hex::encode(assessed.digest),
        omitted: omitted(source.lang, standard),
        target: target.map(|target| {
            source.say(
                "evaluate-target",
                &[
                    ("target", target.into()),
                    ("year", evaluation.year.to_string().into()),
                ],
            )
        }),
        areas: areas.filter(|(_, n)| *n > 0).collect(),
        columns: in_order(assessed)
            .map(|c| (c.short.get(tag).to_owned(), c.name.get(tag).to_owned()))
            .collect(),
        rows: part
            .of(&evaluation.counties)
            .iter()
            .map(|dossier| row(source, assessed, dossier))
            .collect(),
        legend: Finding::ALL
            .iter()
            .map(|found| tag_of(source.lang, *found))
            .collect(),
        decided: decided(source, assessed),
    }
}

/// Which open counties have the title by decision.
fn decided(source: &Source<'_>, assessed: Assessed<'_>) -> Option<String> {
    let names: Vec<String> = assessed
        .decided
        .iter()
        .map(|one| county_name(source, assessed, &one.county))
        .collect();
    let args = [
        ("count", names.len().into()),
        ("counties", source.join(&names).into()),
    ];
    (!names.is_empty()).then(|| source.say("decision-result-matrix", &args))
}

/// The county's name in the standard.
pub(super) fn county_name(source: &Source<'_>, assessed: Assessed<'_>, code: &str) -> String {
    let named = assessed.standard.county(code);
    named
        .map_or(code, |county| county.name.get(source.lang.tag()))
        .to_owned()
}

/// The criteria area by area, so that the heads of areas span their own columns.
pub(super) fn in_order(assessed: Assessed<'_>) -> impl Iterator<Item = &Criterion> {
    let standard = assessed.standard;
    standard.areas.iter().flat_map(|area| {
        let criteria = standard.criteria.iter();
        criteria.filter(|criterion| criterion.area() == area.id)
    })
}

/// Name and version of the standard.
pub(super) fn standard_line(source: &Source<'_>, assessed: Assessed<'_>) -> String {
    source.say(
        "evaluate-standard-line",
        &[
            (
                "title",
                assessed
                    .standard
                    .title
                    .get(source.lang.tag())
                    .to_owned()
                    .into(),
            ),
            ("version", assessed.standard.version.into()),
        ],
    )
}

/// When the standard was applied, by which program, and the beginning of its digest.
pub(super) fn applied_line(source: &Source<'_>, assessed: Assessed<'_>) -> String {
    let when = source.lang.moment(source.zone.civil(assessed.applied_at));
    let digest: String = hex::encode(assessed.digest).chars().take(12).collect();
    source.say(
        "results-applied",
        &[
            ("when", when.into()),
            ("software", assessed.software.to_owned().into()),
            ("digest", digest.into()),
        ],
    )
}

fn row(source: &Source<'_>, assessed: Assessed<'_>, dossier: &Dossier) -> MatrixRow {
    let asked = source.result.county(&dossier.county);
    let cells = in_order(assessed).filter_map(|criterion| {
        let found = tag_of(source.lang, dossier.finding(&criterion.id)?);
        Some(MatrixCell {
            anchor: anchor(&criterion.id),
            tag: found,
        })
    });
    MatrixRow {
        name: county_name(source, assessed, &dossier.county),
        decided: assessed
            .decision(&dossier.county)
            .map(|_| source.t("decision-mark")),
        path: asked.map(|_| source.county_path(&dossier.county)),
        tag: verdict_tag(source, dossier),
        cells: cells.collect(),
    }
}

/// The verdict on a county.
pub(super) fn verdict_tag(source: &Source<'_>, dossier: &Dossier) -> Tag {
    let outcome = dossier.verdict.outcome;
    let (sign, class) = outcome_mark(outcome);
    Tag {
        class,
        sign,
        word: outcome_word(source.lang, outcome),
    }
}

/// The fragment of a criterion.
pub(super) fn anchor(id: &str) -> String {
    format!("c-{}", id.replace('.', "-"))
}
