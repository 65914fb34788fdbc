//! How the wave was measured, line by line: enough to judge it and to compute it again.

use super::Source;
use super::wave::answers;
use crate::i18n::{Lang, Value};
use crate::report::plan::{disclosure, gap, population, sample, verdict, weighting};
use crate::report::rule::RuleWords;
use crate::survey::area::AreaCode;
use crate::survey::plan::Plan;
use crate::survey::result::{Provenance, WaveResult};

/// One line of the method statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodLine {
    /// What it is about.
    pub name: String,
    /// The sentences.
    pub text: String,
    /// A digest or seed to compare, where the line has one.
    pub code: Option<String>,
}

pub(super) fn lines(source: &Source<'_>) -> Vec<MethodLine> {
    let mut lines = how(source);
    lines.extend(from_what(source));
    lines
}

fn line(source: &Source<'_>, key: &str, text: String, code: Option<&str>) -> MethodLine {
    MethodLine {
        name: source.t(key),
        text,
        code: code.map(str::to_owned),
    }
}

/// What was done.
fn how(source: &Source<'_>) -> Vec<MethodLine> {
    let (lang, result) = (source.lang, source.result);
    let plan = &result.plan;
    let texts = [
        ("mode", source.t("results-method-mode-text")),
        ("paper", paper(lang, result)),
        ("population", population(lang, &result.questionnaire)),
        ("dates", dates(source)),
        ("changes", changes(source)),
        ("sample", sample(lang, plan)),
        ("sizes", sizes(source)),
        ("weighting", weighting(lang, plan)),
        ("interval", source.t("results-method-interval-text")),
        ("verdict", verdict(lang, plan)),
        ("limits", source.t("results-method-limits-text")),
        ("disclosure", disclosure(lang, plan)),
    ];
    let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(key, text)| line(source, &format!("results-method-{key}"), text, None))
        .collect()
}

/// How many answers came on paper, and who saw them; nothing if none did.
pub(in crate::report) fn paper(lang: Lang, result: &WaveResult) -> String {
    let counties = result.counties.iter().map(|county| county.counts);
    let (envelopes, entered) = counties.fold((0, 0), |(envelopes, entered), counts| {
        (envelopes + counts.envelopes, entered + counts.entered)
    });
    if envelopes == 0 {
        return String::new();
    }
    let args = [
        ("envelopes", lang.count(envelopes).into()),
        ("entered", lang.count(entered).into()),
    ];
    lang.t_with("results-method-paper-text", &args)
}

/// From what it was computed, and by what: enough to do it again.
fn from_what(source: &Source<'_>) -> [MethodLine; 6] {
    let (result, facts) = (source.result, &source.result.wave);
    let digest = |key: &str, text: String, code: &str| line(source, key, text, Some(code));
    [
        digest(
            "results-method-frame",
            provenance(source, &facts.frame),
            &facts.frame.digest,
        ),
        digest(
            "results-method-margins",
            provenance(source, &facts.margins),
            &facts.margins.digest,
        ),
        digest("results-method-seed", seed(source), &facts.seed),
        digest(
            "results-method-plan",
            source.t("results-method-plan-text"),
            &result.plan_digest,
        ),
        digest(
            "results-method-input",
            source.t("results-method-input-text"),
            &result.input_digest,
        ),
        line(
            source,
            "results-method-software",
            result.software.clone(),
            None,
        ),
    ]
}

/// Rules that two people changed after the seal, each with its reason; nothing where none was.
fn changes(source: &Source<'_>) -> String {
    let plan = Plan::Probability(Box::new(source.result.plan.clone()));
    let county = |code: &AreaCode| {
        let county = source.result.county(code.as_str());
        county.map_or_else(|| code.to_string(), |county| source.name_of(county))
    };
    let words = RuleWords {
        lang: source.lang,
        zone: source.zone,
        plan: Some(&plan),
        questionnaire: &source.result.questionnaire,
        county: &county,
    };
    let notes = source.result.wave.changes.iter();
    let notes: Vec<String> = notes.map(|note| words.note(note)).collect();
    notes.join(gap(source.lang))
}

/// The public text of the draw, and how to draw again.
fn seed(source: &Source<'_>) -> String {
    let mut text = source.t("results-method-seed-text");
    if let Some(words) = &source.result.wave.seed_text {
        text.push_str(gap(source.lang));
        text.push_str(&source.say(
            "results-method-seed-words",
            &[("text", words.as_str().into())],
        ));
    }
    text
}

fn dates(source: &Source<'_>) -> String {
    let facts = &source.result.wave;
    let moment = |at| -> Value<'static> { source.lang.moment(source.zone.civil(at)).into() };
    let mut text = source.say(
        "results-method-dates-text",
        &[
            ("opens", moment(facts.opens_at)),
            ("closes", moment(facts.closes_at)),
            ("closed", moment(facts.closed_at)),
        ],
    );
    if let Some(reason) = &facts.early_reason {
        text.push_str(gap(source.lang));
        text.push_str(&source.say(
            "results-method-early",
            &[("reason", reason.as_str().into())],
        ));
    }
    text
}

/// Invitations and answers to the headline by county.
fn sizes(source: &Source<'_>) -> String {
    let parts: Vec<String> = source
        .result
        .counties
        .iter()
        .map(|county| {
            source.say(
                "results-method-size",
                &[
                    ("county", source.name_of(county).into()),
                    ("issued", source.count(county.counts.issued)),
                    ("answers", source.count(answers(county))),
                ],
            )
        })
        .collect();
    source.say(
        "results-method-sizes-text",
        &[("counties", source.join(&parts).into())],
    )
}

fn provenance(source: &Source<'_>, from: &Provenance) -> String {
    source.say(
        "results-method-provenance",
        &[
            ("name", from.name.as_str().into()),
            ("source", from.source.as_str().into()),
            ("standin", if from.synthetic { "yes" } else { "no" }.into()),
        ],
    )
}
