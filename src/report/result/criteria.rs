//! The criteria of one county, one by one, with their reasons.

use super::behind::{self, BehindView};
use super::figures::{Tag, tag_of};
use super::matrix::{anchor, applied_line, county_name, standard_line, verdict_tag};
use super::{Assessed, Source, beside};
use crate::evaluation::dossier::{CriterionOutcome, Dossier};
use crate::evaluation::standard::Criterion;
use crate::report::evaluation::{all_met, omitted};
use crate::report::reason::Speaker;

/// The criteria of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyCriteria {
    /// The finding of the evaluation on this county.
    pub headline: String,
    /// The verdict.
    pub tag: Tag,
    /// The title by decision, where two people gave it.
    pub decided: Option<DecisionView>,
    /// How many criteria came out how.
    pub sum: String,
    /// The one criterion that decides, if there is one.
    pub pivot: Option<String>,
    /// How probable it is that the true values satisfy every criterion, or why that is not said.
    pub all_met: Option<String>,
    /// Name and version of the standard.
    pub standard: String,
    /// When the standard was applied, by which program, and the beginning of its digest.
    pub applied: String,
    /// SHA-256 of the standard's text, hexadecimal.
    pub digest: String,
    /// Clauses that are left out on purpose, and why.
    pub omitted: Vec<(String, String)>,
    /// Criteria by area.
    pub areas: Vec<AreaView>,
    /// What residents say happened to them, beside recorded cases.
    pub beside: Vec<Vec<String>>,
    /// Numbers that the notice asks for and that change no verdict.
    pub measures: Vec<MeasureView>,
}

/// A title that two people gave an open county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionView {
    /// Who, when, for which year.
    pub text: String,
    /// Criterion and written reason.
    pub reasons: Vec<(String, String)>,
    /// Whether it counts toward the years in a row.
    pub counts: String,
}

/// The criteria of one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaView {
    /// The area.
    pub name: String,
    /// Its criteria.
    pub criteria: Vec<CriterionView>,
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionView {
    /// The fragment to which the matrix leads.
    pub anchor: String,
    /// Place in the notice.
    pub clause: String,
    /// The criterion.
    pub name: String,
    /// What is asked for.
    pub rule: String,
    /// What came out.
    pub tag: Tag,
    /// Why.
    pub reason: String,
    /// Remarks.
    pub notes: Vec<String>,
    /// The reported values behind it.
    pub behind: Vec<BehindView>,
}

/// One monitored measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureView {
    /// Place in the notice.
    pub clause: String,
    /// The measure.
    pub name: String,
    /// What came of it.
    pub text: String,
    /// Kept or not, where that is known.
    pub kept: Option<String>,
}

pub(super) fn view(
    source: &Source<'_>,
    assessed: Assessed<'_>,
    county: &str,
) -> Option<CountyCriteria> {
    let dossier = assessed.evaluation.county(county)?;
    let (standard, lang) = (assessed.standard, source.lang);
    let speaker = Speaker { lang, standard };
    let areas = standard.areas.iter().map(|area| AreaView {
        name: area.name.get(lang.tag()).to_owned(),
        criteria: standard
            .criteria
            .iter()
            .filter(|criterion| criterion.area() == area.id)
            .filter_map(|criterion| {
                let outcome = dossier.criteria.iter().find(|c| c.id == criterion.id)?;
                let of = (standard, county, assessed.evaluation.year);
                let behind = behind::view(source, of, &criterion.rule);
                Some(one(&speaker, criterion, outcome, behind))
            })
            .collect(),
    });
    Some(CountyCriteria {
        headline: headline(source, assessed, dossier),
        tag: verdict_tag(source, dossier),
        decided: decided(source, assessed, county),
        sum: sum(source, dossier),
        pivot: pivot(source, assessed, dossier),
        all_met: all_met(lang, dossier),
        standard: standard_line(source, assessed),
        applied: applied_line(source, assessed),
        digest: hex::encode(assessed.digest),
        omitted: omitted(source.lang, standard),
        areas: areas.filter(|area| !area.criteria.is_empty()).collect(),
        beside: source
            .result
            .county(county)
            .map_or_else(Vec::new, |county| beside::view(source, assessed, county)),
        measures: measures(&speaker, dossier),
    })
}

/// The title by decision, where two people gave it.
fn decided(source: &Source<'_>, assessed: Assessed<'_>, county: &str) -> Option<DecisionView> {
    let found = assessed.decision(county)?;
    let [first, second] = found.decision.by();
    let cycle = &assessed.standard.cycle;
    let counts = if cycle.decided_counts {
        "decision-counts"
    } else {
        "decision-counts-not"
    };
    let when = source.lang.moment(source.zone.civil(found.at));
    let reason = |(id, reason): (&String, &String)| {
        let criterion = assessed.standard.criterion(id);
        let name = criterion.map_or(id.as_str(), |c| c.name.get(source.lang.tag()));
        (name.to_owned(), reason.clone())
    };
    Some(DecisionView {
        text: source.say(
            "decision-result-text",
            &[
                ("first", first.as_str().into()),
                ("second", second.as_str().into()),
                ("county", county_name(source, assessed, county).into()),
                ("year", assessed.evaluation.year.to_string().into()),
                ("when", when.into()),
            ],
        ),
        reasons: found.decision.reasons().iter().map(reason).collect(),
        counts: source.say(counts, &[("years", cycle.years_in_a_row.into())]),
    })
}

fn headline(source: &Source<'_>, assessed: Assessed<'_>, dossier: &Dossier) -> String {
    source.say(
        "evaluate-county-headline",
        &[
            ("outcome", dossier.verdict.outcome.code().into()),
            (
                "county",
                county_name(source, assessed, &dossier.county).into(),
            ),
            ("year", assessed.evaluation.year.to_string().into()),
        ],
    )
}

fn sum(source: &Source<'_>, dossier: &Dossier) -> String {
    let verdict = &dossier.verdict;
    if verdict.nothing_remains() {
        return source.t("evaluate-nothing-remains");
    }
    source.say(
        "evaluate-county-sum",
        &[
            ("met", verdict.met.len().into()),
            ("unmet", verdict.not_met.len().into()),
            ("open", verdict.open.len().into()),
            ("na", verdict.not_applicable.len().into()),
        ],
    )
}

fn pivot(source: &Source<'_>, assessed: Assessed<'_>, dossier: &Dossier) -> Option<String> {
    let pivot = dossier.verdict.decided_by()?;
    let criterion = assessed.standard.criterion(pivot.criterion);
    let name = criterion.map_or(pivot.criterion, |c| c.name.get(source.lang.tag()));
    Some(source.say(
        "evaluate-pivot",
        &[
            ("name", name.to_owned().into()),
            ("then", pivot.then.code().into()),
        ],
    ))
}

fn one(
    speaker: &Speaker<'_>,
    criterion: &Criterion,
    outcome: &CriterionOutcome,
    behind: Vec<BehindView>,
) -> CriterionView {
    let tag = speaker.lang.tag();
    let remarks = outcome.result.notes.iter().map(|note| speaker.note(note));
    let own = criterion.note.iter().map(|note| note.get(tag).to_owned());
    CriterionView {
        anchor: anchor(&criterion.id),
        clause: criterion.clause.clone(),
        name: criterion.name.get(tag).to_owned(),
        rule: speaker.rule(&criterion.rule),
        tag: tag_of(speaker.lang, outcome.result.finding),
        reason: speaker.reason(&outcome.result.reason),
        notes: remarks.chain(own).collect(),
        behind,
    }
}

fn measures(speaker: &Speaker<'_>, dossier: &Dossier) -> Vec<MeasureView> {
    let measures = speaker.standard.measures.iter();
    measures
        .filter_map(|measure| {
            let outcome = dossier.measures.iter().find(|m| m.id == measure.id)?;
            Some(MeasureView {
                clause: measure.clause.clone(),
                name: measure.name.get(speaker.lang.tag()).to_owned(),
                text: speaker.measure(&outcome.result),
                kept: outcome.result.kept().map(|kept| {
                    speaker.lang.t(if kept {
                        "evaluate-measure-kept"
                    } else {
                        "evaluate-measure-missed"
                    })
                }),
            })
        })
        .collect()
}
